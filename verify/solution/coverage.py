"""Coverage: what was checked of every part of every problem, and by what, as one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from verify.evidence import Verdict
from verify.solution.markdown import LEGEND, MARKS, prose
from verify.solution.site.content import PartRow, Row

NAME = "coverage.md"
INTRODUCTION = (
    "What was checked of every part, and by what. Implementations compute the answer without the derivation. Each "
    "mistake is refuted by the check of its part. Mutants are damaged copies of the lines of derivations."
)
HEAD = "| part | answer | checked | implementations | mistakes |\n| :-- | :-- | :-- | :-- | --: |"


def to_coverage(rows: Sequence[Row]) -> str:
    """The page in GitHub's Markdown: a table for each problem."""
    blocks = ["# Coverage", INTRODUCTION]
    for row in rows:
        blocks += [f"## {prose(row.title)}", _facts(row), "\n".join([HEAD, *map(_part, row.parts)])]
    return "\n\n".join([*blocks, LEGEND]) + "\n"


def _facts(row: Row) -> str:
    facts = [f"[{row.identifier}]({row.identifier}.md): {_counts(row.verdicts)}"]
    if row.whole:
        facts.append(f"of the whole problem {_counts(row.whole)}")
    if row.mutants is not None and row.mutants[1]:
        facts.append(f"{row.mutants[0]} of {row.mutants[1]} mutants caught")
    return "; ".join(facts) + "."


def _part(part: PartRow) -> str:
    libraries = Counter(part.implementations)
    listed = ", ".join(f"{name} × {count}" if count > 1 else name for name, count in libraries.items())
    cells = (part.name, part.kind.replace("_", " "), _counts(part.verdicts), listed or "–", str(part.mistakes))
    return f"| {' | '.join(cells)} |"


def _counts(verdicts: Iterable[tuple[Verdict, int]]) -> str:
    return " ".join(f"{MARKS[verdict]} {count}" for verdict, count in verdicts) or "–"
