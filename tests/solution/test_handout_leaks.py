"""Handouts: no format of any handout tells an answer, in any of the ways in which it might be written down.

That a handout is a function of the questions alone is tested with the page model; this reads what is written out.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest
import sympy as sp
from rich.console import Console

from verify.catalog import load, paths
from verify.derivation import Derivation, Step
from verify.solution.edition import edition_of
from verify.solution.latex import latex
from verify.solution.markdown import to_markdown
from verify.solution.notebook import notebook
from verify.solution.numbers import exact_sympy, value_latex
from verify.solution.page import page_of
from verify.solution.plain import plain
from verify.solution.site.content import Solution
from verify.solution.site.sources import site_sources
from verify.solution.sympy_code import Names, symbols_of
from verify.solution.terminal import show
from verify.solution.typst.document import book, document
from verify.solution.typst.formulas import Formula, converted

PROBLEMS = sorted(paths())
SHORTEST_FORMULA, SHORTEST_WORDS = 4, 24  # characters without spaces below which a text may be there for other reasons
BETWEEN = re.compile(
    r"\$[^$]*\$|[*`]"
)  # what stands between words: mathematics, and marks that each format has its own for


# What is written out --------------------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    return "".join(text.split())


def strings_of(value) -> Iterator[str]:
    """Every text within plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_of(each)


def on_a_terminal(page) -> str:
    console = Console(file=io.StringIO(), width=10_000)
    show(page, console)
    return console.file.getvalue()


def written(page, problem) -> dict[str, str]:
    """The page in every format, as far as a reader can see it, without spaces."""
    sources = [json.loads(text) for name, text in site_sources([Solution(page)], None, {}).items()]
    texts = {
        "markdown": to_markdown(page),
        "terminal": on_a_terminal(page),
        # Typst's own escapes are no part of what is read.
        "pdf": document(page).text.replace("\\", ""),
        "book": book([page]).text.replace("\\", ""),
        "notebook": "\n".join(cell["source"] for cell in notebook(page, problem)["cells"]),
        "site": "\n".join(text for source in sources for text in strings_of(source)),
    }
    return {name: squeezed(text) for name, text in texts.items()}


@cache
def handout(name: str):
    return page_of(load(name), handout=True)


@cache
def solution(name: str):
    return page_of(load(name))


# What must not be in it -----------------------------------------------------------------------------------------------


WORDS = ("reason", "mistake", "feedback", "implementation", "figure", "statement")


@dataclass(frozen=True)
class Secret:
    """A text that answers: which part it belongs to, how it is written, and the text."""

    part: str
    notation: str
    text: str


def formulas_of(part) -> Iterator[Secret]:
    """A derived answer in every notation."""
    problem, answer = part.problem, part.answer
    declared = [*problem.given.symbols().values(), *problem.definitions]
    names = Names()
    names.declarations(symbols_of(answer))
    for form in forms_of(part):
        yield Secret(part.identifier, "Python", str(form))
        yield Secret(part.identifier, "SymPy code", names.code(form))
        for whose, tex in (("the page", latex(form, declared)), ("SymPy", sp.latex(form))):
            yield Secret(part.identifier, f"LaTeX of {whose}", tex)
            yield Secret(part.identifier, "plain text", plain(tex))
            yield Secret(part.identifier, "Typst", all_typst()[tex].replace("\\", ""))


@cache
def all_typst() -> dict[str, str]:
    """Every derived answer in Typst, in one run of Node."""
    formulas = []
    for problem in map(load, PROBLEMS):
        declared = [*problem.given.symbols().values(), *problem.definitions]
        for part in problem.parts.values():
            for form in forms_of(part) if part.derivation is not None else ():
                formulas += [latex(form, declared), sp.latex(form)]
    return dict(zip(formulas, converted([Formula(tex, "inlined", "here") for tex in formulas]), strict=True))


def forms_of(part) -> set[sp.Basic]:
    """A derived answer as it is, and multiplied out."""
    scalar = isinstance(part.answer, sp.Expr) and not part.answer.is_Matrix
    return {part.answer, sp.expand(part.answer)} if scalar else {part.answer}


def numbers_of(part) -> Iterator[Secret]:
    """The answer at the numbers of the sheet, and the published ones."""
    for key in part.keys.values():
        yield Secret(part.identifier, "published", str(key))
    for instance in {part.asks, *(part.problem.instances[name] for name in part.keys)} - {None}:
        value = exact_sympy(part.problem, part.answer, instance)
        if value is not None:
            yield Secret(part.identifier, "value in LaTeX", value_latex(part.problem, part.answer, instance))
            yield Secret(part.identifier, "value in Python", str(value.tolist() if value.is_Matrix else value))


def words_of(part) -> Iterator[Secret]:
    """What is told with an answer: reasons, mistakes and what they are told, independent code, figures."""
    section = next(each for each in solution(part.problem.id).sections if each.identifier == part.identifier)
    for line in section.lines:
        yield Secret(part.identifier, "reason", line.because)
    for wrong in section.wrong_answers:
        yield Secret(part.identifier, "mistake", wrong.name)
        yield Secret(part.identifier, "feedback", wrong.feedback)
    for agreement in section.agreements:
        yield Secret(part.identifier, "implementation", agreement.description)
    for drawing in section.drawings:
        yield Secret(part.identifier, "figure", drawing.caption)
        yield Secret(part.identifier, "figure", drawing.alternative)
    for definition in section.definitions:
        yield Secret(part.identifier, "definition", definition)
    if not section.options:  # where there are options the right one is among them
        yield Secret(part.identifier, "answer as shown", section.answer)


@cache
def all_secrets(name: str) -> tuple[Secret, ...]:
    """Everything that the handout of a problem must not tell."""
    problem, found = load(name), []
    for part in problem.parts.values():
        if part.derivation is not None:
            found += [*formulas_of(part), *numbers_of(part)]
        found += words_of(part)
    for statement in solution(name).statements:
        found += [Secret(name, "statement", statement.sentence), Secret(name, "statement", statement.because)]
        found.append(Secret(name, "statement", statement.latex))
    return tuple(dict.fromkeys(each for each in found if each.text.strip()))


def told(texts: dict[str, str], name: str) -> list[tuple[str, Secret]]:
    """What is told, and in which format."""
    problem = load(name)
    given = {squeezed(str(each)) for each in problem.known_symbols()}
    given |= {squeezed(latex(each)) for each in problem.known_symbols()}
    return [
        (format_, secret)
        for secret in all_secrets(name)
        for format_, text in texts.items()
        if is_told(secret, text, given)
    ]


def is_told(secret: Secret, text: str, given: set[str]) -> bool:
    if secret.notation in WORDS:
        return len(longest_words(secret)) >= SHORTEST_WORDS and longest_words(secret) in text
    formula = squeezed(secret.text)
    if len(formula) < SHORTEST_FORMULA or formula in given or formula.lstrip("-").isdigit():
        return False  # so short a text may be there for other reasons
    return formula in text


def longest_words(secret: Secret) -> str:
    """The longest stretch of a text that every format shows alike."""
    return max(map(squeezed, BETWEEN.split(secret.text)), key=len)


# Tests ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_format_of_a_handout_tells_an_answer(name):
    assert told(written(handout(name), load(name)), name) == []


NOTATIONS = ("LaTeX of the page", "LaTeX of SymPy", "Python", "SymPy code", "plain text", "feedback", "reason")


@pytest.mark.parametrize("notation", NOTATIONS)
def test_an_answer_that_slips_into_a_question_is_noticed_in_every_format(notation):
    name = "rnn_backprop"
    candidates = [each for each in all_secrets(name) if each.notation == notation]
    raw = max(candidates, key=lambda each: len(longest_words(each))).text
    slipped = f"${raw}$" if "LaTeX" in notation else raw if notation in WORDS else f"`{raw}`"
    first, *rest = handout(name).sections
    planted = replace(first, prompt=f"{first.prompt} By the way: {slipped}")
    found = told(written(replace(handout(name), sections=(planted, *rest)), load(name)), name)
    assert {format_ for format_, _ in found} == {"markdown", "terminal", "pdf", "book", "notebook", "site"}


def test_a_definition_of_the_solution_is_noticed_in_a_handout():
    name = "kernelized_attention"
    secret = next(each for each in all_secrets(name) if each.notation == "definition")
    planted = replace(handout(name), definitions=(*handout(name).definitions, secret.text))
    assert {format_ for format_, _ in told(written(planted, load(name)), name)} >= {"markdown", "notebook", "site"}


def test_a_handout_has_neither_answer_boxes_nor_what_they_judge_by_nor_variants():
    made = edition_of(load("rnn_backprop"), handout=True)
    assert (made.solution.boxes, made.solution.variants, made.evidence) == ((), (), ())
    assert made.answers == {}
    assert made.figures == {}


@pytest.mark.parametrize("name", ["rnn_backprop", "scaled_dot_product", "conv_filter_solve"])
def test_a_handout_notebook_stays_the_same_whatever_the_answers_are(name, monkeypatch):
    """A notebook is written with the problem at hand, not from the page alone."""
    problem = load(name)
    before = notebook(handout(name), problem)
    for part in problem.parts.values():
        if part.derivation is not None:
            step = Step("=", 7 * part.answer, "another reason")
            monkeypatch.setattr(part, "derivation", Derivation(11 * part.answer, (step,)))
        monkeypatch.setattr(part, "mistakes", [])
        monkeypatch.setattr(part, "keys", {})
    for symbol in problem.spoilers:
        monkeypatch.setitem(problem.definitions, symbol, 13 * problem.definitions[symbol])
    assert notebook(handout(name), problem) == before
    assert notebook(page_of(problem), problem) != before
