"""The server: the documents of a check, the files of a site, and nothing for whoever may not ask."""

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from running_server import PROCESSES, Server, served

import verify
from verify.cli import main
from verify.server.limits import Limits, TokenBuckets

RIGHT = "u3 + 2*w*u2 + 3*w^2*u1"
LONG = r"u_3 + \sum_{i=1}^{400}\sum_{j=1}^{400}\Gamma(i j w^2+1/3)"
"""Two hundred thousand evaluations of a gamma function at every point."""


def ask(
    server: Server,
    part: str = "rnn_backprop/b",
    response: str = RIGHT,
    headers: dict[str, str] | None = None,
    client: str = "127.0.0.1",
) -> httpx.Response:
    """The answer to one question, asked from an address of this machine."""
    transport = httpx.HTTPTransport(local_address=client, verify=False)
    with httpx.Client(transport=transport, timeout=60, base_url=server.address) as asking:
        return asking.post("check", json={"part": part, "response": response}, headers=headers)


@pytest.mark.parametrize(
    ("part", "response"),
    [
        ("rnn_backprop/b", RIGHT),
        ("rnn_backprop/b", "u3 + 2*w*v2"),
        ("rnn_backprop/b", "u2 + 2*w*u1"),
        ("transpose_conv/a", "[[-1, 3, -2],\n [3, -3, 1],\n [0, 3, 1]]"),
        ("kernelized_attention/a", "B"),
        ("kernelized_attention/d.time", "O(N D)"),
    ],
)
def test_a_check_is_the_document_of_the_command_line(server: Server, part: str, response: str) -> None:
    answer = ask(server, part, response)
    wanted = verify.check(part, response).to_json()
    assert answer.status_code == 200
    assert {**answer.json(), "seconds": 0, "counterexample": 0} == {**wanted, "seconds": 0, "counterexample": 0}
    assert (answer.json()["counterexample"] is None) == (wanted["counterexample"] is None)


def test_health_says_whose_server_it_is(server: Server) -> None:
    said = httpx.get(f"{server.address}health").json()
    assert said["service"] == "proofset"
    assert said["parts"] > 10
    assert said["under_way"] == 0


def test_the_site_is_served_and_its_boxes_are_told_that_the_server_judges(server: Server, site: Path) -> None:
    assert "A page" in httpx.get(server.address).text
    script = httpx.get(f"{server.address}_static/answer_box/boxes.js").text
    assert script.startswith("window.proofsetBoxes = {")
    assert script.endswith("window.proofsetBoxes.server = true;\n")
    assert "server" not in (site / "_static" / "answer_box" / "boxes.js").read_text().partition('"parts"')[0]


def test_every_answer_has_the_headers_of_a_strict_policy_and_no_cookie(server: Server) -> None:
    for answer in (httpx.get(server.address), httpx.get(f"{server.address}none"), ask(server)):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self' 'wasm-unsafe-eval';" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "", "[", "127.0.0.1@evil.example:80x"]
)
def test_another_name_for_this_machine_is_refused(server: Server, host: str) -> None:
    answer = ask(server, headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert httpx.get(server.address, headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_another_site_may_not_ask(server: Server, origin: str) -> None:
    assert ask(server, headers={"Origin": origin}).status_code == 403


def test_the_page_of_the_server_itself_may_ask_by_either_name(server: Server) -> None:
    address = server.address.replace("127.0.0.1", "localhost").rstrip("/")
    assert ask(server, headers={"Origin": address}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 30_000, 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b'{"part": "rnn_backprop/b"}', 400),
        (b'{"part": 1, "response": "u3"}', 400),
        (b'{"part": "rnn_backprop/b", "response": ["u3"]}', 400),
        (b'{"part": "rnn_backprop/bb", "response": "u3"}', 404),
        (b'{"part": "../../etc/passwd", "response": "u3"}', 404),
        (b'{"part": "rnn_backprop/b", "response": "' + b"u" * 40_000 + b'"}', 413),
    ],
)
def test_what_is_no_question_is_refused_with_a_document_that_says_why(server: Server, body: bytes, status: int) -> None:
    answer = httpx.post(f"{server.address}check", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_body_without_a_length_is_cut_off(server: Server) -> None:
    pieces = (b" " * 10_000 for _ in range(10))
    answer = httpx.post(f"{server.address}check", content=pieces, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read_so_that_no_form_of_another_site_is_answered(server: Server, kind: str) -> None:
    answer = httpx.post(f"{server.address}check", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "_static/%2e%2e/%2e%2e/x", "none"])
def test_nothing_outside_of_the_site_is_served(server: Server, path: str) -> None:
    answer = httpx.get(server.address + path)
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_half_of_a_character_is_unreadable_and_not_an_error(server: Server) -> None:
    body = b'{"part": "rnn_backprop/b", "response": "\\ud800"}'
    answer = httpx.post(f"{server.address}check", content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["verdict"] == "unreadable"


def test_code_is_never_run(server: Server, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    found = ask(server, response=f"__import__('pathlib').Path({str(canary)!r}).touch()").json()
    assert found["verdict"] == "unreadable"
    assert not canary.exists()


def test_a_runaway_ends_as_undecided_while_others_are_answered_by_the_same_processes(server: Server) -> None:
    before = server.children()
    found: list[httpx.Response] = []
    long = threading.Thread(target=lambda: found.append(ask(server, response=LONG, client="127.0.0.7")))
    long.start()
    answered = 0
    while long.is_alive() and answered < Limits().burst:
        assert ask(server, client="127.0.0.8").json()["accepted"] is True
        answered += 1
        time.sleep(0.02)
    long.join()
    assert answered > 5
    assert found[0].json()["verdict"] == "undecided"
    assert found[0].json()["reason"].startswith("budget exceeded")
    after = server.settled_children()
    assert len(after) == PROCESSES
    assert set(before) & set(after)  # those that did not run away are the same as before
    assert set(before) != set(after)


def test_who_asks_too_often_is_told_when_to_come_back(server: Server) -> None:
    question = {"part": "rnn_backprop/b", "response": RIGHT}
    transport = httpx.HTTPTransport(local_address="127.0.0.9", verify=False)
    # One connection, which is faster than tokens come back.
    with httpx.Client(transport=transport, base_url=server.address, timeout=60) as client:
        refused = [client.post("check", json=question) for _ in range(2 * Limits().burst)][-1]
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.json()["error"]
        assert client.get("").status_code == 200
    assert ask(server, client="127.0.0.10").status_code == 200


def test_tokens_come_back_with_time_and_each_client_has_its_own() -> None:
    now = [0.0]
    buckets = TokenBuckets(Limits(burst=2, per_second=0.5, clients=2), clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2]
    assert buckets.take("b") == 0
    now[0] = 2.0
    assert [buckets.take("a") for _ in range(2)] == [0, 2]
    for client in "cdefgh":
        assert buckets.take(client) == 0
    assert len(buckets._buckets) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_answers_what_is_under_way_and_ends_every_process(site: Path, number: signal.Signals) -> None:
    with served(site) as server:
        children = server.children()
        assert len(children) == PROCESSES
        found: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: found.append(ask(server, response=LONG)))
        asking.start()
        while not httpx.get(f"{server.address}health", timeout=60).json()["under_way"]:
            time.sleep(0.02)
        children = sorted({*children, *server.children()})
        code, printed = server.stop(number)
        asking.join()
        assert code == 0
        assert printed.strip() == "stopped"
        assert found[0].json()["verdict"] == "undecided"
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_a_port_that_is_taken_is_told_with_the_cure(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = CliRunner().invoke(main, ["serve", "--site", str(site), "--port", str(taken.getsockname()[1])])
    assert found.exit_code == 2
    assert "choose another: verify serve --port 0" in found.output


def test_a_folder_without_a_site_is_told_with_the_cure(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["serve", "--site", str(tmp_path)])
    assert found.exit_code == 2
    assert f"verify docs --format site --out {tmp_path}" in found.output.replace("\n", " ")


def test_without_the_packages_of_the_extra_the_cure_is_told() -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "from verify.server.run import serve\n"
        "from verify.errors import VerifyError\n"
        "try: serve(None, {}, 0, print)\n"
        "except VerifyError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert 'pip install "proofset[serve]"' in said
