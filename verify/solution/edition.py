"""Edition: all that the outputs need of one problem: evidence, page, other numbers, answer boxes and figures.

An edition is kept in the user's cache folder, under a name made from everything it was made from: the problem's file
and its machinery, every source of this package, the versions of Python and of all libraries, and the profile.  So a
second build checks only what has changed.  Evidence that is undecided depends on the speed of a machine; an edition
with such evidence is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.errors import VerifyError
from verify.evidence import Evidence, Verdict
from verify.report import evidence_from_json, evidence_to_json
from verify.solution.figures import SCHEMES, svg
from verify.solution.npm import cache_folder
from verify.solution.page import Page, page_of
from verify.solution.plain_data import from_plain, to_plain
from verify.solution.program import hash_of, program
from verify.solution.site.content import Box, Solution, Variant

if TYPE_CHECKING:
    from verify.part import Part
    from verify.problem import Problem

SEEDS = (1, 2, 3)  # of the variants that a page shows
Advance = Callable[[str], None]


@dataclass(frozen=True)
class Edition:
    """What the outputs need of a problem.

    - `path`: the problem's file.
    - `figures`: the drawings that the page shows, as SVG, by file name.
    - `answers`: what the answer boxes judge by, as plain data, by part.
    """

    path: Path
    solution: Solution
    evidence: tuple[Evidence, ...]
    figures: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Any]]

    @property
    def page(self) -> Page:
        """The page of the problem."""
        return self.solution.page


def edition_of(problem: Problem, evidence: Iterable[Evidence] = (), *, handout: bool = False) -> Edition:
    """The edition of a problem with the evidence for its claims, or its handout."""
    from verify.solution.answer_box import compiled_answers
    from verify.variant import draw

    found = tuple(evidence)
    page = page_of(problem, found, handout=handout)
    seeds = SEEDS if problem.variant_rule is not None and not handout else ()
    answers = {} if handout else compiled_answers(problem, seeds)
    boxes = () if handout else tuple(_box(part, part.identifier in answers) for part in problem.parts.values())
    variants = tuple(Variant(seed, page_of(problem, variant=draw(problem, seed))) for seed in seeds)
    shown = {drawing.name for drawing in page.all_drawings}
    figures = {
        f"{problem.id}-{figure.name}-{scheme}.svg": svg(figure, scheme).decode()
        for figure in problem.figures
        if figure.name in shown
        for scheme in SCHEMES
    }
    return Edition(problem.path, Solution(page, boxes, variants), found, figures, answers)


def _box(part: Part, checkable: bool) -> Box:
    """What a part expects: the kind of answer without the mistakes that may be wrapped around it."""
    from verify.answers.of_part import answer_of

    answer: Any = answer_of(part)
    kind = getattr(getattr(answer, "answer", answer), "kind", answer.kind)
    return Box(part.identifier, kind, answer.expects(), checkable)


def editions(
    paths: Sequence[Path],
    *,
    profile: str,
    handout: bool = False,
    fresh: bool = False,
    advance: Callable[[int], Advance] = lambda _claims: lambda _claim: None,
) -> list[Edition]:
    """The editions of problem files, in order; claims are checked where an edition is not kept.

    - `profile`: how hard the claims are searched; a handout checks nothing.
    - `fresh`: checks everything anew, and keeps that.
    - `advance`: gets the number of claims to be checked; what it returns is called before each.
    """
    from verify.catalog import load
    from verify.parallel import crosscheck_all

    keys = {path: _key(path, profile, handout) for path in paths}
    found = {path: None if fresh else _read(path, keys[path]) for path in paths}
    problems = {path: load(path) for path, edition in found.items() if edition is None}
    evidence: Mapping[str, Sequence[Evidence]] = {}
    if problems and not handout:
        claims = sum(len(problem.claims()) for problem in problems.values())
        evidence = crosscheck_all(problems.values(), profile=profile, advance=advance(claims))
    failure: VerifyError | None = None
    for path, problem in problems.items():
        try:
            made = edition_of(problem, evidence.get(problem.id, ()), handout=handout)
        except VerifyError as error:  # what was found for the others is kept all the same
            failure = failure or error
            continue
        if _key(path, profile, handout) == keys[path]:  # otherwise the file was changed while it was checked
            _keep(keys[path], made)
        found[path] = made
    if failure is not None:
        raise failure
    return [edition for edition in found.values() if edition is not None]


# What is kept ---------------------------------------------------------------------------------------------------------


def _key(path: Path, profile: str, handout: bool) -> str:
    parts = (hash_of(_sources(path)), program(), profile, "handout" if handout else "solution")
    return sha256("\n".join(parts).encode()).hexdigest()


def _sources(path: Path) -> list[Path]:
    """The problem's file, and whatever in its folder is no problem of its own: machinery that it may import."""
    folder = path.parent
    shared = [
        each
        for each in sorted(folder.rglob("*"))
        if each.is_file() and (each.parent != folder or each.name.startswith("_")) and "__pycache__" not in each.parts
    ]
    return [path, *shared]


def _kept(key: str) -> Path:
    return cache_folder() / "editions" / f"{key}.json"


def _read(path: Path, key: str) -> Edition | None:
    try:
        data = json.loads(_kept(key).read_text(encoding="utf-8"))
        evidence = tuple(map(evidence_from_json, data["evidence"]))
        return Edition(path, from_plain(Solution, data["solution"]), evidence, data["figures"], data["answers"])
    except (OSError, ValueError, KeyError, TypeError):  # none, or one that was cut off while it was written
        return None


def _keep(key: str, edition: Edition) -> None:
    if any(each.verdict in (Verdict.UNDECIDED, Verdict.UNREADABLE) for each in edition.evidence):
        return
    path = _kept(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "solution": to_plain(edition.solution),
        "evidence": [evidence_to_json(each) for each in edition.evidence],
        "figures": dict(edition.figures),
        "answers": dict(edition.answers),
    }
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    partial.replace(path)
