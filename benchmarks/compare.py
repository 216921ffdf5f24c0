"""This toolkit beside others on one corpus, in one run: `make benchmark`, or

    PYTHONPATH=. python benchmarks/compare.py [--pairs N] [--limit SECONDS] [--write]

Every method works in a process of its own, which is killed and counted as a hang when a pair takes longer than the
limit.  Times are seconds of CPU of that process, so that a busy machine does not change them much; what counts are the
ratios within one run.  `--write` puts the tables into benchmarks/README.md.
"""

import argparse
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from methods import ALL, DECIDERS, READERS, Answer, Row

CORPUS = Path(__file__).parents[1] / "tests" / "data" / "pairs.jsonl"
README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"
WARM_UP: Row = {"a": "(x+1)^2", "b": "x^2+2*x+1", "symbols": ["x"], "given": "", "equal": True}
STARTS = 5
READ = 150
"""Pairs whose LaTeX is read by each reader."""


@dataclass(frozen=True)
class Outcome:
    """What came of one pair with one method: ``answered``, ``error`` or ``hang``."""

    row: Row
    kind: str
    answer: Answer | None = None

    @property
    def result(self) -> str:
        """``right``, ``wrong accept``, ``wrong reject``, ``undecided`` or ``hang``."""
        if self.kind == "hang":
            return "hang"
        if self.answer is None or self.answer.equal is None:
            return "undecided"
        if self.answer.equal == self.row["equal"]:
            return "right"
        return "wrong accept" if self.answer.equal else "wrong reject"


# ---------------------------------------------------------------------- a method in a process that can be killed


def serve(connection: Connection, method: str) -> None:
    """Answer rows until there are no more; the process behind `Worker`."""
    sys.setrecursionlimit(10_000)
    for row in iter(connection.recv, None):
        try:
            connection.send(ALL[method](row))
        except Exception as error:  # whatever a peer raises counts as undecided
            connection.send(f"{type(error).__name__}: {error}"[:200])


class Worker:
    """A process that runs one method; killed and started anew when it takes too long."""

    def __init__(self, method: str, limit: float) -> None:
        self.method, self.limit = method, limit
        self.connection: Connection
        self.process: BaseProcess
        self._start()

    def _start(self) -> None:
        self.connection, child = get_context("spawn").Pipe()
        self.process = get_context("spawn").Process(target=serve, args=(child, self.method), daemon=True)
        self.process.start()
        self.connection.send(WARM_UP)
        self.connection.recv()

    def run(self, row: Row) -> Outcome:
        """What came of one row."""
        self.connection.send(row)
        if not self.connection.poll(self.limit):
            self.close()
            self._start()
            return Outcome(row, "hang")
        try:
            answer = self.connection.recv()
        except EOFError:  # the process died, of memory or recursion
            self.close()
            self._start()
            return Outcome(row, "error")
        return Outcome(row, "answered", answer) if isinstance(answer, Answer) else Outcome(row, "error")

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def outcomes(method: str, rows: Sequence[Row], limit: float) -> list[Outcome]:
    """What came of every row with one method."""
    worker = Worker(method, limit)
    try:
        return [worker.run(row) for row in rows]
    finally:
        worker.close()
        print(f"{method}: done", file=sys.stderr, flush=True)


# ---------------------------------------------------------------------- tables

RESULTS = ("right", "wrong accept", "wrong reject", "undecided", "hang")


def times(found: Iterable[Outcome], part: Callable[[Answer], float]) -> list[float]:
    """The times of the rows that were answered."""
    return sorted(part(each.answer) for each in found if each.answer is not None)


def milliseconds(seconds: float) -> str:
    """A time with three significant digits."""
    value = seconds * 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    return values[min(int(share * len(values)), len(values) - 1)]


def deciding_table(found: dict[str, list[Outcome]], limit: float) -> list[str]:
    """Right and wrong, and times from text to verdict, by method."""
    lines = [
        "| method | right | wrong accept | wrong reject | undecided | hang | reading, median ms | deciding, median ms "
        "| in all, median ms | 95th percentile | worst | slower than ours, median of the ratios |",
        "|---|" + "---:|" * 11,
    ]
    ours = {each.row["id"]: each.answer for each in found["proofset"] if each.answer is not None}
    for method, results in found.items():
        counts = [str(sum(each.result == name for each in results)) for name in RESULTS]
        total = [each.answer.seconds if each.answer else limit for each in results if each.kind != "error"]
        ratios = [
            (each.answer.seconds if each.answer else limit) / ours[each.row["id"]].seconds
            for each in results
            if each.kind != "error" and each.row["id"] in ours
        ]
        reading, deciding = (times(results, part) for part in (lambda a: a.reading, lambda a: a.deciding))
        columns = [
            DECIDERS[method][0],
            *counts,
            *(milliseconds(statistics.median(each)) for each in (reading, deciding, total)),
            milliseconds(percentile(sorted(total), 0.95)),
            f"> {milliseconds(limit)}" if "hang" in {each.kind for each in results} else milliseconds(max(total)),
            "1" if method == "proofset" else f"{statistics.median(ratios):,.0f}",
        ]
        lines.append("| " + " | ".join(columns) + " |")
    return lines


def reading_table(found: dict[str, list[Outcome]], limit: float) -> list[str]:
    """How long both sides of a pair take to read in LaTeX, by reader."""
    ours = {each.row["id"]: each.answer for each in found["read_latex"] if each.result != "hang" and each.answer}
    lines = [
        "| reader of LaTeX | pairs read | not read | hang | median ms | 95th percentile | slower than ours, median |",
        "|---|" + "---:|" * 6,
    ]
    for method, results in found.items():
        read = [each for each in results if each.answer is not None and each.answer.equal]
        hangs = sum(each.kind == "hang" for each in results)
        seconds = times(read, lambda answer: answer.reading) + [limit] * hangs
        ratios = [each.answer.reading / ours[each.row["id"]].reading for each in read if each.row["id"] in ours]  # type: ignore[union-attr]
        columns = [
            READERS[method][0],
            str(len(read)),
            str(len(results) - len(read) - hangs),
            str(hangs),
            milliseconds(statistics.median(seconds)),
            milliseconds(percentile(sorted(seconds), 0.95)),
            "1" if method == "read_latex" else f"{statistics.median(ratios):,.0f}",
        ]
        lines.append("| " + " | ".join(columns) + " |")
    return lines


COMMANDS: dict[str, list[str]] = {
    "Python alone (`python -c pass`)": ["-c", "pass"],
    "`import verify`": ["-c", "import verify"],
    "`verify --help`": ["-m", "verify", "--help"],
    '`verify equal "sin(x)^2" "1-cos(x)^2"`': ["-m", "verify", "equal", "sin(x)^2", "1-cos(x)^2"],
    '`verify check rnn_backprop/b "u3 + 2*w*u2 + 3*w^2*u1"`': [
        *("-m", "verify", "check", "rnn_backprop/b", "u3 + 2*w*u2 + 3*w^2*u1")
    ],
    "`import sympy`": ["-c", "import sympy"],
    "`import math_verify`": ["-c", "import math_verify"],
}


def start_table() -> list[str]:
    """CPU seconds of whole processes, from start to end; the median of several."""
    lines = ["| started cold | CPU seconds |", "|---|---:|"]
    for name, arguments in COMMANDS.items():
        taken = [cpu_of([sys.executable, *arguments]) for _ in range(STARTS)]
        lines.append(f"| {name} | {statistics.median(taken):.3f} |")
    return lines


def cpu_of(command: Sequence[str]) -> float:
    """CPU seconds of a process and its children, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - the commands are the table's
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def long_recurrence(limit: float) -> str:
    """How long the derivative of a recurrence of 200 steps takes, in words."""
    worker = Worker("long_recurrence", limit)
    found = [worker.run(WARM_UP).answer for _ in range(STARTS)]
    worker.close()
    answers = [answer for answer in found if answer is not None]
    parts = (lambda a: a.seconds, lambda a: a.reading, lambda a: a.deciding)
    total, reading, deciding = (milliseconds(statistics.median(map(part, answers))) for part in parts)
    verdict = "equal" if all(answer.equal for answer in answers) and len(answers) == STARTS else "NOT DECIDED"
    return (
        f"The derivative of a recurrence of 200 steps, expanded against nested: {verdict} in {total} ms of CPU"
        f" ({reading} to read 10 kB of text, {deciding} to decide)."
    )


def machine() -> str:
    """The kind of machine, without names."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()};"
        " CPU only, shared with other work."
    )


# ---------------------------------------------------------------------- the run


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, help="only so many pairs, chosen at random from a fixed seed")
    parser.add_argument("--limit", type=float, default=10, help="seconds after which a pair is a hang (default 10)")
    parser.add_argument("--only", nargs="+", default=list(DECIDERS), choices=list(DECIDERS), help="these methods")
    parser.add_argument("--jobs", type=int, default=1, help="methods that run at the same time (default 1)")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    options = parser.parse_args()
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    if options.pairs:
        rows = random.Random(0).sample(rows, options.pairs)
    deciders = list(dict.fromkeys(["proofset", *options.only]))
    texts = random.Random(1).sample(rows, min(READ, len(rows)))
    with ThreadPoolExecutor(options.jobs) as pool:
        slowest_first = sorted(deciders, key=lambda name: name != "math_verify")
        running = {name: pool.submit(outcomes, name, rows, options.limit) for name in slowest_first}
        running |= {name: pool.submit(outcomes, name, texts, options.limit) for name in READERS}
        found = {name: running[name].result() for name in (*deciders, *READERS)}
    report_wrong(found["proofset"])
    equal = sum(row["equal"] for row in rows)
    text = "\n".join(
        [
            f"{len(rows)} pairs, {equal} equal and {len(rows) - equal} not; at most {options.limit:g} s a pair.",
            machine(),
            "",
            *deciding_table({name: found[name] for name in deciders}, options.limit),
            "",
            *reading_table({name: found[name] for name in READERS}, options.limit),
            "",
            long_recurrence(options.limit),
            "",
            *start_table(),
        ]
    )
    print(text)
    if options.write:
        write(text)


def report_wrong(found: Iterable[Outcome]) -> None:
    """Name on the error stream what our own method did not get right."""
    for each in found:
        if each.result != "right":
            print(f"  {each.result}: {each.row['id']} {each.row['a'][:60]} | {each.row['b'][:60]}", file=sys.stderr)


def write(text: str) -> None:
    """Put the tables between their marks in benchmarks/README.md."""
    old = README.read_text(encoding="utf-8")
    before, after = old.split(BEGIN)[0], old.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
