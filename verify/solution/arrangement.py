"""Arrangement: what every format puts together in the same way, whatever it looks like there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from verify.solution.page import Agreement, NumberLine, Statement, Worked, WrongAnswer

NUMBER = re.compile(r"\d+")
BACKENDS = {"numpy": "NumPy", "torch": "PyTorch"}


def by_answer(wrong: Iterable[WrongAnswer]) -> list[list[WrongAnswer]]:
    """Wrong answers by what was got: a question about numbers is answered with one, and several slips lead to it."""
    found: dict[str, list[WrongAnswer]] = {}
    for each in wrong:
        found.setdefault(each.value or each.latex or each.response or each.name, []).append(each)
    return list(found.values())


def what_was_got(slips: Sequence[WrongAnswer]) -> str:
    """How the line of a wrong answer begins, in Markdown: ``If you got $2x$:``; empty where code was answered."""
    first = slips[0]
    shown = f"${first.value or first.latex}$" if first.value or first.latex else first.response
    if not shown:
        return ""
    return f"If you chose {shown}:" if shown.startswith("**") else f"If you got {shown}:"


def what_agrees(agreement: Agreement) -> str:
    """An independent computation with the library it uses, named once, in Markdown."""
    library = BACKENDS.get(agreement.backend, agreement.backend)
    described = agreement.description
    return described if described.startswith(library) else f"{library}: {described}"


def families(statements: Iterable[Statement]) -> list[list[Statement]]:
    """Statements in order; neighbours whose names differ only in a number are together."""
    return [list(group) for _, group in groupby(statements, key=lambda each: NUMBER.sub("#", each.name))]


def family_sentence(statements: Sequence[Statement]) -> str:
    """One sentence for a family: ``The closed form for 1, …, 8 steps``."""
    numbers = [match.group() for each in statements if (match := NUMBER.search(each.name))]
    if len(statements) == 1 or not numbers:
        return statements[0].sentence
    return NUMBER.sub(f"{numbers[0]}, …, {numbers[-1]}", statements[0].sentence, count=1)


def number_rows(worked: Worked) -> list[str]:
    """A derivation in numbers, line by line as LaTeX, each line after the first beginning with its relation.

    One chain down to the value where all lines come to the same; one row where two would be short.
    """
    same = len({line.value for line in worked.lines}) == 1 and {line.relation for line in worked.lines} <= {"", "="}
    if not same:
        return [f"{line.relation} {_substituted(line)}".strip() for line in worked.lines]
    forms = list(dict.fromkeys(line.substituted for line in worked.lines if line.substituted))
    first, *rest = [*forms, worked.lines[-1].value]
    rows = [first, *(f"= {link}" for link in rest)]
    return rows if len(rows) > 2 else [" ".join(rows)]


def _substituted(line: NumberLine) -> str:
    return f"{line.substituted} = {line.value}" if line.substituted else line.value
