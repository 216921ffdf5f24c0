"""Judges rows of code, each in a child of this process, and prints what became of it: `python code_rows.py rows.jsonl`.

The children start as copies of a process that has loaded everything.  Time, memory, files and the number of processes
are limited from outside, which is what a grader has to do; the library judges a function in the caller's own process.
"""

import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any

SECONDS = {"resource": 4.0}  # by class of rows
OTHERWISE = 60.0
BYTES = 3 << 30
FILE_BYTES = 64 << 20


def judged(code: str) -> dict[str, Any]:
    """What the library says of the function `rnn` that the code defines, as in a student's own notebook."""
    import verify

    notebook: dict[str, Any] = {"__name__": "notebook"}
    try:
        exec(compile(code, "notebook", "exec"), notebook)
    except BaseException as error:
        return {"outcome": "no function", "told": type(error).__name__}
    try:
        evidence = verify.check("rnn_layers/a.states", notebook["rnn"])
    except BaseException as error:
        return {"outcome": "raised", "told": type(error).__name__}
    return {
        "outcome": evidence.verdict.value,
        "accepted": bool(evidence),
        "told": evidence.feedback or evidence.reason,
    }


def in_a_child(code: str, seconds: float) -> dict[str, Any]:
    """The same, within limits; a child that ends or hangs says so."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        found = judged(code)
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    try:
        ready, _, _ = select.select([reading], [], [], seconds)
        answer = os.read(reading, 1 << 16) if ready else b""
    finally:
        os.close(reading)
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if answer:
        found: dict[str, Any] = json.loads(answer)
        return found
    return {"outcome": "ended" if ready else "hangs", "told": ""}


def main(path: str) -> None:
    import verify

    verify.check("rnn_layers/a.states", lambda x: x)  # loads all that a check needs
    for line in Path(path).read_text().splitlines():
        row = json.loads(line)
        print(
            json.dumps({"id": row["id"], **in_a_child(row["code"], SECONDS.get(row["class"], OTHERWISE))}), flush=True
        )


if __name__ == "__main__":
    main(sys.argv[1])
