"""Answer boxes of a page that a server hands out: the server judges, and the page does where the server does not."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from box_site import answer, box, write_site
from playwright.sync_api import Browser, Page
from running_server import Server, served

B = "rnn_backprop/b"
RIGHT = "u3 + 2*w*u2 + 3*w^2*u1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server of a small site."""
    with served(write_site(tmp_path_factory.mktemp("served")).parent) as running:
        yield running


@pytest.fixture
def page(server: Server, chromium: Browser) -> Iterator[Page]:
    """The page from the server; all that it asks for is written down."""
    context = chromium.new_context()
    opened = context.new_page()
    opened.asked_for = []  # type: ignore[attr-defined]
    opened.on("request", lambda request: opened.asked_for.append(request.url))  # type: ignore[attr-defined]
    opened.refused = []  # type: ignore[attr-defined]
    opened.on("console", lambda said: "Content Security" in said.text and opened.refused.append(said.text))  # type: ignore[attr-defined]
    opened.goto(server.address)
    yield opened
    assert opened.refused == []  # type: ignore[attr-defined]
    context.close()


def test_the_server_judges_and_nothing_of_the_checker_is_loaded(page: Page, server: Server) -> None:
    assert answer(page, B, RIGHT)[0] == "proved"
    assert answer(page, B, "u3 + (")[0] == "unreadable"
    found, said = answer(page, B, "u3")
    assert found == "refuted"
    assert "yours is" in said
    asked_for = page.asked_for  # type: ignore[attr-defined]
    assert f"{server.address}check" in asked_for
    assert not [address for address in asked_for if "pyodide" in address]
    assert all(address.startswith((server.address, "data:")) for address in asked_for)


def test_the_same_answer_asked_too_often_is_still_answered_in_the_end(page: Page) -> None:
    page.evaluate(
        """async () => {
          const body = JSON.stringify({ part: "rnn_backprop/b", response: "u3" });
          const headers = { "Content-Type": "application/json" };
          const ask = () => fetch("/check", { method: "POST", headers, body });
          let status = 200;
          while (status === 200) status = (await ask()).status;
        }"""
    )
    assert answer(page, B, RIGHT)[0] == "proved"


def test_where_the_server_does_not_judge_the_page_does_under_the_strict_policy(page: Page) -> None:
    page.route("**/health", lambda route: route.abort())
    assert answer(page, B, RIGHT)[0] == "proved"
    assert answer(page, B, "u3")[0] == "refuted"
    assert [address for address in page.asked_for if "pyodide" in address]  # type: ignore[attr-defined]


def test_a_host_that_only_hands_out_files_is_not_asked_to_judge(chromium: Browser, tmp_path: Path) -> None:
    with files_of(write_site(tmp_path).parent) as address:
        opened = chromium.new_page()
        asked_for: list[str] = []
        opened.on("request", lambda request: asked_for.append(request.url))
        opened.goto(address)
        with opened.expect_request("**/_static/pyodide/*"):
            box(opened, B).get_by_role("textbox", name="Your answer").focus()
        assert f"{address}health" not in asked_for
        opened.close()


@contextmanager
def files_of(folder: Path) -> Iterator[str]:
    """The address of a host that hands out the files of a folder."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as host:
        thread = Thread(target=host.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{host.server_port}/"
        finally:
            host.shutdown()
            thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Writes nothing down, and does not mind a browser that leaves."""

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def handle(self) -> None:
        """Answer one connection."""
        with suppress(ConnectionError):
            super().handle()
