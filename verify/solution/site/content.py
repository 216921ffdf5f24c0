"""Content: what the pages of the site are written from, as plain data in the source folder of the build."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from verify.evidence import Verdict
from verify.solution.page import Page
from verify.solution.plain_data import from_plain, to_plain

SUFFIX = ".page"


@dataclass(frozen=True)
class Box:
    """What a reader may type as the answer to a part: the kind of answer, and one line that says what is expected."""

    part: str
    kind: str
    expects: str = ""
    checkable: bool = True


@dataclass(frozen=True)
class Variant:
    """The page of a problem with other numbers, drawn from `seed`; only its numbers are shown."""

    seed: int
    page: Page


@dataclass(frozen=True)
class Solution:
    """A worked solution or handout, with all that the site shows beside it.

    - `boxes`: one for each part, in order.
    """

    page: Page
    boxes: tuple[Box, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class PartRow:
    """A part in the table of what is covered."""

    name: str
    kind: str
    verdicts: tuple[tuple[Verdict, int], ...]
    implementations: tuple[str, ...]
    mistakes: int


@dataclass(frozen=True)
class Row:
    """A problem in the index and in the table of what is covered; `mutants` counts those caught and all tried."""

    identifier: str
    title: str
    topics: tuple[str, ...]
    verdicts: tuple[tuple[Verdict, int], ...]
    parts: tuple[PartRow, ...] = ()
    whole: tuple[tuple[Verdict, int], ...] = ()
    mutants: tuple[int, int] | None = None


@dataclass(frozen=True)
class Chapter:
    """A group of pages in the navigation: a title and the names of documents."""

    title: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """The first page: problems by topic, and the navigation of the whole site."""

    title: str
    handout: bool
    rows: tuple[Row, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Coverage:
    """What was checked of each part of each problem, and how."""

    rows: tuple[Row, ...]


KINDS: dict[str, type] = {kind.__name__: kind for kind in (Solution, Index, Coverage)}


def to_text(content: Solution | Index | Coverage) -> str:
    """The source of a page."""
    return json.dumps({type(content).__name__: to_plain(content)}, ensure_ascii=False, indent=1) + "\n"


def from_text(text: str) -> Any:
    """The content whose source `to_text` wrote."""
    ((name, data),) = json.loads(text).items()
    return from_plain(KINDS[name], data)
