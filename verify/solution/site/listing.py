"""Listing: the first page, with problems by topic and the navigation of the site, and the table of what is covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from docutils import nodes  # type: ignore[import-untyped]
from sphinx import addnodes

from verify.evidence import Verdict
from verify.solution.arrangement import BACKENDS
from verify.solution.index import INTRODUCTION, OTHER
from verify.solution.site.content import Chapter, Coverage, Index, PartRow, Row, Solution
from verify.solution.site.elements import Content, element, link, tag
from verify.solution.site.prose import Prose
from verify.solution.site.solution_page import SolutionPage, section, tally

HANDOUTS = "Questions without answers, solution definitions and mistakes."
COVERED = (
    "What was checked of every part, and by what. A line counts as one claim; an implementation computes the answer "
    "without the derivation; a mistake is a wrong answer that the check of the part must refuse. Mutants are copies of "
    "the derivation damaged at one place: those caught are the ones that the checks of the problem refute."
)


def content_nodes(content: Solution | Index | Coverage, prose: Prose, document: str) -> nodes.section:
    """The nodes of a page from its content; `document` is its name."""
    if isinstance(content, Solution):
        return SolutionPage(content, prose).content()
    if isinstance(content, Index):
        return _index(content, document)
    return _coverage(content, document)


# The first page -------------------------------------------------------------------------------------------------------


def _index(index: Index, document: str) -> nodes.section:
    top = nodes.section(ids=["start"])
    top += nodes.title("", index.title)
    top += tag("p", HANDOUTS if index.handout else INTRODUCTION, class_="introduction")
    if not index.handout:
        top += _totals(index.rows)
    topics = sorted({_topic(row) for row in index.rows}, key=lambda topic: (topic == OTHER, topic))
    for topic in topics:
        rows = [_problem(row, document) for row in index.rows if _topic(row) == topic]
        top += section(_identifier(topic), _capital(topic), [tag("ul", rows, class_="problems")])
    top += section("topics", "All topics", [_topics(index.rows, document)])
    top += [_toctree(chapter, document) for chapter in index.chapters]
    return top


def _totals(rows: Sequence[Row]) -> element:
    total: Counter[Verdict] = Counter()
    for row in rows:
        total.update(dict(row.verdicts))
    counts = [(verdict, total[verdict]) for verdict in Verdict if total[verdict]]
    parts = sum(len(row.parts) for row in rows)
    return tag(
        "p", f"{len(rows)} problems, {parts} parts, {sum(total.values())} claims: ", tally(counts), class_="summary"
    )


def _problem(row: Row, document: str) -> element:
    parts = "one part" if len(row.parts) == 1 else f"{len(row.parts)} parts"
    also = f" · {', '.join(row.topics[1:])}" if row.topics[1:] else ""
    title = link(f"solutions/{row.identifier}", row.title, document)
    return tag(
        "li",
        tag("span", title, class_="problem-title"),
        tally(row.verdicts),
        tag("span", f"{parts}{also}", class_="problem-facts"),
    )


def _topics(rows: Sequence[Row], document: str) -> element:
    """Every topic with its problems, as in the index of a book."""
    topics = sorted({topic for row in rows for topic in row.topics})
    entries = [
        (
            tag("dt", topic),
            [
                tag("dd", link(f"solutions/{row.identifier}", row.title, document))
                for row in rows
                if topic in row.topics
            ],
        )
        for topic in topics
    ]
    return tag("div", [tag("dl", term, pages) for term, pages in entries], class_="topic-index")


def _toctree(chapter: Chapter, document: str) -> nodes.Element:
    tree = addnodes.toctree()
    tree["parent"] = document
    tree["entries"] = [(None, name) for name in chapter.documents]
    tree["includefiles"] = list(chapter.documents)
    tree["maxdepth"] = 1
    tree["caption"] = tree["rawcaption"] = chapter.title
    tree["glob"] = False
    tree["hidden"] = True
    tree["includehidden"] = False
    tree["numbered"] = 0
    tree["titlesonly"] = True
    tree["rawentries"] = []
    wrapper = nodes.compound(classes=["toctree-wrapper"])
    wrapper += tree
    return wrapper


def _topic(row: Row) -> str:
    return row.topics[0] if row.topics else OTHER


def _capital(topic: str) -> str:
    return topic[:1].upper() + topic[1:]


def _identifier(topic: str) -> str:
    return nodes.make_id(f"topic-{topic}")


# What is covered ------------------------------------------------------------------------------------------------------


def _coverage(coverage: Coverage, document: str) -> nodes.section:
    top = nodes.section(ids=["coverage"])
    top += nodes.title("", "Coverage")
    top += tag("p", COVERED)
    measured = any(row.mutants for row in coverage.rows)
    for row in coverage.rows:
        top += section(f"coverage-{row.identifier}", row.title, [_facts(row, document, measured), _table(row)])
    return top


def _facts(row: Row, document: str, measured: bool) -> element:
    facts: list[Content] = [link(f"solutions/{row.identifier}", row.identifier, document), " ", tally(row.verdicts)]
    if row.mutants is not None:
        caught, tried = row.mutants
        facts.append(f" {caught} of {tried} mutants caught" if tried else " no mutants: nothing is derived")
    elif measured:
        facts.append(" mutants not measured")
    return tag("p", facts, class_="summary")


def _table(row: Row) -> element:
    head = ("part", "answer", "checked", "implementations", "mistakes")
    body = [_part(part) for part in row.parts]
    if row.whole:
        body.append(
            tag(
                "tr",
                tag("th", "whole problem", scope="row"),
                tag("td"),
                tag("td", tally(row.whole)),
                tag("td"),
                tag("td"),
            )
        )
    table = tag("table", tag("thead", tag("tr", [tag("th", name, scope="col") for name in head])), tag("tbody", body))
    return tag("div", table, class_="table-wrapper coverage")


def _part(part: PartRow) -> element:
    return tag(
        "tr",
        tag("th", part.name, scope="row"),
        tag("td", part.kind.replace("_", " ")),
        tag("td", tally(part.verdicts)),
        tag("td", _libraries(part.implementations) or "–"),
        tag("td", str(part.mistakes)),
    )


def _libraries(backends: Sequence[str]) -> str:
    """The libraries that compute an answer, each once: ``NumPy (2), PyTorch``."""
    counts = Counter(BACKENDS.get(backend, backend) for backend in backends)
    return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in counts.items())
