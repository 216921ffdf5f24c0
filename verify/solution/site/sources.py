"""Sources: the folder that Sphinx reads: pages of problems as plain data, and the project's documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path

from verify.evidence import Verdict
from verify.solution.index import OTHER
from verify.solution.page import Badge, Page, Section
from verify.solution.site.api_page import api_source
from verify.solution.site.content import SUFFIX, Chapter, Coverage, Index, PartRow, Row, Solution, to_text

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?![a-z]+:)([^)\s#]+)(#[^)\s]*)?\)")
MATHEMATICS = re.compile(r"\$`([^`]+)`\$")  # the form for GitHub
CHAPTERS = {
    "tutorial": "Tutorial",
    "how-to": "How to",
    "explanation": "Explanation",
    "reference": "Reference",
    "decisions": "Decisions",
}
FRONT = {"README": "index"}


def site_sources(
    solutions: Sequence[Solution], documents: Path | None, mutants: Mapping[str, tuple[int, int]]
) -> dict[str, str]:
    """The text of every source, by its path in the source folder.

    - `documents`: the folder of the project's documents, or None where there is none.
    - `mutants`: how many damaged copies were caught and how many tried, by problem.
    """
    handout = any(solution.page.handout for solution in solutions)
    rows = tuple(row_of(solution, mutants.get(solution.page.identifier)) for solution in solutions)
    found = {f"solutions/{each.page.identifier}{SUFFIX}": to_text(each) for each in solutions}
    chapters = [*_topics(rows)]
    if not handout:
        found[f"coverage{SUFFIX}"] = to_text(Coverage(rows))
        chapters.append(Chapter("Checks", ("coverage",)))
        written = document_sources(documents, {row.identifier for row in rows}) if documents is not None else {}
        written["reference/api.md"] = api_source()
        found.update(written)
        chapters += _chapters(written)
    title = "Handouts" if handout else "Worked solutions"
    found[f"index{SUFFIX}"] = to_text(Index(title, handout, rows, tuple(chapters)))
    return found


def _topics(rows: Iterable[Row]) -> list[Chapter]:
    by_topic: dict[str, list[str]] = {}
    for row in rows:
        by_topic.setdefault(row.topics[0] if row.topics else OTHER, []).append(f"solutions/{row.identifier}")
    topics = sorted(by_topic, key=lambda topic: (topic == OTHER, topic))
    return [Chapter(topic[:1].upper() + topic[1:], tuple(by_topic[topic])) for topic in topics]


def _chapters(written: Iterable[str]) -> list[Chapter]:
    names = sorted(path.removesuffix(".md") for path in written)
    found = []
    if "documentation" in names:
        found.append(Chapter("Documentation", ("documentation",)))
    for folder, title in CHAPTERS.items():
        inside = [name for name in names if name.startswith(f"{folder}/")]
        inside.sort(key=lambda name: not name.endswith("/index"))
        if inside:
            found.append(Chapter(title, tuple(inside)))
    return found


# What was checked -----------------------------------------------------------------------------------------------------


def row_of(solution: Solution, mutants: tuple[int, int] | None = None) -> Row:
    """What the index and the table of what is covered say about a problem."""
    page = solution.page
    kinds = {box.part: box.kind for box in solution.boxes}
    parts = tuple(_part(page, section, kinds.get(section.identifier, section.kind)) for section in page.sections)
    whole = _verdicts(badge for badge in page.badges if not any(_belongs(badge, section) for section in page.sections))
    title = re.sub(r"\$([^$]*)\$", r"\1", page.title)
    return Row(page.identifier, title, page.topics, tuple(page.counts.items()), parts, whole, mutants)


def _part(page: Page, section: Section, kind: str) -> PartRow:
    verdicts = _verdicts(badge for badge in page.badges if _belongs(badge, section))
    backends = tuple(each.backend for each in section.agreements)
    return PartRow(section.name, kind, verdicts, backends, len(section.wrong_answers))


def _belongs(badge: Badge, section: Section) -> bool:
    return badge.claim.startswith(f"{section.identifier}/")


def _verdicts(badges: Iterable[Badge]) -> tuple[tuple[Verdict, int], ...]:
    found = [badge.verdict for badge in badges]
    return tuple((verdict, found.count(verdict)) for verdict in Verdict if verdict in found)


# Documents ------------------------------------------------------------------------------------------------------------


def document_sources(folder: Path, problems: Container[str]) -> dict[str, str]:
    """The project's documents as the site has them: links to each other kept, links out of the folder as plain text."""
    found = {}
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder)
        if name.parts[0] == "solutions":
            continue
        found[_site_name(name)] = _for_site(path.read_text(encoding="utf-8"), _links(path, folder, problems))
    return found


def _site_name(name: Path) -> str:
    if name.as_posix() == "README.md":
        return "documentation.md"
    return name.with_stem(FRONT.get(name.stem, name.stem)).as_posix()


def _for_site(text: str, target: Callable[[str], str | None]) -> str:
    def replaced(match: re.Match[str]) -> str:
        found = target(match[2])
        # A link that leads out of the site leaves its words behind.
        return match[1] if found is None else f"[{match[1]}]({found}{match[3] or ''})"

    pieces = re.split(r"(^```.*?^```$)", MATHEMATICS.sub(r"$\1$", text), flags=re.MULTILINE | re.DOTALL)
    return "".join(piece if number % 2 else LINK.sub(replaced, piece) for number, piece in enumerate(pieces))


def _links(page: Path, folder: Path, problems: Container[str]) -> Callable[[str], str | None]:
    """The function that gives the target of a link on a page of the site, or None for one that leads out of it."""

    def target(path: str) -> str | None:
        to = (page.parent / path).resolve()
        if not to.is_relative_to(folder.resolve()) or to.is_dir():
            return None
        name = to.relative_to(folder.resolve())
        if name.parts[0] != "solutions":
            return f"/{_site_name(name)}"
        if name.stem == "README":
            return f"/index{SUFFIX}"
        return f"/solutions/{name.stem}{SUFFIX}" if name.stem in problems else None

    return target
