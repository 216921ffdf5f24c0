"""How far the verdicts agree with test cases that other systems publish.

    python benchmarks/agreement.py PATH...

Each PATH is a file of one JSON object a line: `id`, `source`, `kind`, `gold` (the right answer), `answer` (a response),
`expect` (true, false, or "error" where it must be refused), `syntax`, and for some sources `options`, `test`,
`gold_latex`, `answer_latex`.  The rows are not part of this project: their licences differ.

A row agrees when a response expected to be right is accepted, and one expected to be wrong or refused is not.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from published import OutOfScope, Question, Row, question

from verify.errors import VerifyError
from verify.evidence import Evidence, Verdict


@dataclass(frozen=True)
class Outcome:
    """One row with what came of it: ``agree``, ``wrong accept``, ``wrong reject``, ``undecided`` or ``unreadable``."""

    row: Row
    result: str
    evidence: Evidence


def judge(row: Row, found: Question) -> Outcome:
    """What came of one row."""
    try:
        evidence = found.judge()
    except VerifyError as error:
        evidence = Evidence("", Verdict.UNREADABLE, reason=str(error))
    return Outcome(row, result(row["expect"], evidence), evidence)


def result(expect: object, evidence: Evidence) -> str:
    """``agree``, or in which way not."""
    if (evidence.accepted is True) == (expect is True):
        return "agree"
    if evidence.accepted is True:
        return "wrong accept"
    return {Verdict.REFUTED: "wrong reject", Verdict.UNREADABLE: "unreadable"}.get(evidence.verdict, "undecided")


def rows_of(paths: Iterable[Path]) -> Iterable[Row]:
    """The rows of all files."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Agreement by source and kind, as lines."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        source = outcome.row["id"].split("/")[0]
        counts[source, ""][outcome.result] += 1
        counts[source, outcome.row["kind"]][outcome.result] += 1
    columns = ("agree", "wrong accept", "wrong reject", "undecided", "unreadable")
    lines = [f"{'source':<8}{'kind':<32}{'rows':>6}{'agree':>8}" + "".join(f"{name:>14}" for name in columns[1:])]
    for (source, kind), count in sorted(counts.items()):
        share = f"{100 * count['agree'] / count.total():.1f} %"
        rest = "".join(f"{count[name]:>14}" for name in columns[1:])
        lines.append(f"{source if not kind else '':<8}{kind or 'all':<32}{count.total():>6}{share:>8}{rest}")
    return lines


def main() -> None:
    """Judge every row and print agreement, what is out of scope, and every disagreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    outcomes: list[Outcome] = []
    out: Counter[tuple[str, str]] = Counter()
    for row in rows_of(parser.parse_args().paths):
        found = question(row)
        if isinstance(found, OutOfScope):
            out[row["id"].split("/")[0], found.reason] += 1
        else:
            outcomes.append(judge(row, found))
    print("\n".join(table(outcomes)))
    print("\nout of scope:")
    for (source, reason), count in sorted(out.items()):
        print(f"  {source:<8}{count:>5}  {reason}")
    print("\ndisagreements:")
    for each in outcomes:
        if each.result != "agree":
            row, evidence = each.row, each.evidence
            shown = [str(row.get(f"{name}_latex") or row[name])[:90] for name in ("gold", "answer")]
            print(
                f"  {each.result:<13}{row['id']:<34}{shown[0]!r}  {shown[1]!r}  {evidence.reason or evidence.feedback}"
            )


if __name__ == "__main__":
    main()
