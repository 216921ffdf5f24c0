"""The rows of attacks.jsonl and controls.jsonl, put to the product; without pytest, for child processes."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import verify
from verify.answers import Growth, Tokens
from verify.answers.guarded import check_within
from verify.evidence import Evidence

DATA = Path(__file__).parent / "data"
CANARY = "/tmp/sec_canary"  # what the rows name; it is replaced by a file of the test's own
Row = dict[str, Any]

WATCHED = {
    *("exec", "compile", "import", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork"),
    *("os.kill", "os.remove", "os.rename", "os.mkdir", "os.chmod", "os.putenv", "os.listdir", "os.scandir"),
    *(
        "socket.__new__",
        "socket.connect",
        "socket.getaddrinfo",
        "ctypes.dlopen",
        "pickle.find_class",
        "webbrowser.open",
    ),
}
"""Audit events that reading and deciding must not cause."""


def rows(name: str, canary: str = CANARY) -> list[Row]:
    """The rows of one file, with the canary's path put in and long answers put together."""
    found = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in found:
        if "answer_parts" in row:
            row["answer"] = "".join(text * count for text, count in row["answer_parts"])
        elif "answer_b64" in row:
            row["answer"] = base64.b64decode(row["answer_b64"])
        else:
            row["answer"] = row["answer"].replace(CANARY, canary)
    return found


def given(row: Row) -> str:
    """What the row declares of its variables, as `verify.equal` takes it."""
    return " ".join(
        f"{name}:{word}" for name, words in row.get("assume", {}).items() for word in [",".join(words.split())]
    )


def syntax(row: Row) -> str:
    """The syntax that the row names, where it is one of a text's."""
    return row["syntax"] if row["syntax"] in ("python", "latex") else "auto"


def judge(row: Row, domain: str = "removable") -> Evidence:
    """The verdict on the row's answer against its reference, by the kind of answer that the row is about."""
    if row["syntax"] == "bigo":
        return _check(Growth(row["against"]), row)
    if row["syntax"] == "tokens":
        return _check(Tokens(tuple(row["against"].split())), row)
    return verify.equal(row["answer"], row["against"], given(row), syntax=syntax(row), domain=domain)


def _check(answer: Any, row: Row) -> Evidence:
    return check_within(answer, row["answer"], row["id"], {}, seconds=2.0, megabytes=1024)


def accepted(name: str) -> dict[str, bool]:
    """Whether each row of one file is accepted; where points are drawn, refuted and undecided may both occur."""
    return {row["id"]: judge(row).accepted is True for row in rows(name)}


def _of_our_worker(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event belongs to the worker that hard rows move to: its start, its pipes, its answers."""
    if event == "subprocess.Popen":
        return arguments[0] == sys.executable and "from verify.equality.budget import serve" in str(arguments[1])
    if event == "open":
        return isinstance(arguments[0], int)
    return event == "pickle.find_class" and str(arguments[0]).startswith("verify.")


def _read_and_decide(row: Row) -> None:
    """Everything but the last tier, SymPy, which runs in a process of its own."""
    verify.read(row["answer"], syntax=syntax(row))
    if row["syntax"] in ("bigo", "tokens"):
        judge(row)
    else:
        verify.equal_many([(row["answer"], row["against"])], given(row), syntax=syntax(row))


def watched(canary: str) -> dict[str, Any]:
    """What happened while all rows were read and decided twice: after the first time nothing is left to import."""
    seen: list[str] = []
    always = WATCHED - {"exec", "compile", "import", "os.listdir", "os.scandir"}
    state = {"watch": always}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and any(letter in str(arguments[1]) for letter in "wax+")
        if (event in state["watch"] or writes) and not _of_our_worker(event, arguments):
            seen.append(f"{event} {str(arguments)[:120]}")

    every = [*rows("attacks", canary), *rows("controls", canary)]
    sys.addaudithook(hook)
    for row in every:
        _read_and_decide(row)
    state["watch"] = WATCHED
    for row in every:
        _read_and_decide(row)
    state["watch"] = set()
    return {"seen": seen, "rows": len(every), "canary": Path(canary).exists()}


if __name__ == "__main__":
    print(json.dumps(watched(sys.argv[1])))
