"""Index: the list of all pages by topic, with how their claims came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from verify.evidence import Verdict
from verify.solution.markdown import LEGEND, MARKS, prose
from verify.solution.page import Page

OTHER = "other"
INTRODUCTION = (
    "Every line of every derivation on these pages was checked when the page was built: decided exactly where that is "
    "possible, searched for counterexamples in any case, and compared with independent code."
)


def to_index(pages: Sequence[Page]) -> str:
    """The index in GitHub's Markdown; a page stands under its first topic."""
    handout = any(page.handout for page in pages)
    topics = sorted({_topic(page) for page in pages}, key=lambda topic: (topic == OTHER, topic))
    blocks = ["# Handouts" if handout else "# Worked solutions"]
    if not handout:
        blocks += [INTRODUCTION, _totals(pages)]
    for topic in topics:
        blocks += [
            f"## {topic[:1].upper() + topic[1:]}",
            _table([page for page in pages if _topic(page) == topic], handout),
        ]
    if not handout:
        blocks += ["[What was checked of every part](coverage.md).", LEGEND]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _topic(page: Page) -> str:
    return page.topics[0] if page.topics else OTHER


def _totals(pages: Sequence[Page]) -> str:
    total: Counter[Verdict] = Counter()
    for page in pages:
        total.update(page.counts)
    if not total:
        return ""
    listed = ", ".join(f"{MARKS[verdict]} {total[verdict]} {verdict.value}" for verdict in Verdict if total[verdict])
    return f"{len(pages)} problems, {sum(total.values())} claims: {listed}."


def _table(pages: Sequence[Page], handout: bool) -> str:
    if handout:
        return "\n".join(f"- [{prose(page.title)}]({page.identifier}.md)" for page in pages)
    rows = ["| problem | parts | claims |", "| :-- | :-- | :-- |"]
    for page in pages:
        parts = ", ".join(section.name for section in page.sections)
        counts = " ".join(f"{MARKS[verdict]} {count}" for verdict, count in page.counts.items())
        rows.append(f"| [{prose(page.title)}]({page.identifier}.md) | {parts} | {counts} |")
    return "\n".join(rows)
