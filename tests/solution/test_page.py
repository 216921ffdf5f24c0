"""The page model: what it shows of a problem, and that a handout holds nothing that answers."""

from dataclasses import fields, is_dataclass, replace

import example_problem
import pytest
import sympy as sp
from sympy import Identity, Trace

import verify
from verify import Problem, Verdict
from verify.catalog import load, paths
from verify.derivation import Derivation, Step
from verify.solution import page_of
from verify.solution.latex import latex
from verify.solution.markdown import to_markdown
from verify.solution.numbers import value_latex
from verify.variant import draw

PROBLEMS = sorted(paths())


@pytest.fixture(scope="module")
def page():
    return page_of(example_problem.build(), example_problem.evidence())


def test_a_line_has_its_relation_its_reason_and_its_verdict(page):
    first, second = page.sections[0].lines
    assert (first.relation, first.latex, first.badge) == ("", r"\frac{\partial C}{\partial w}", None)
    assert (second.relation, second.latex) == ("=", "2 u (w u - c)")
    assert second.badge.text == "proved in general"
    assert second.badge.full_text == "proved in general; 50 instances"


def test_the_numbers_of_the_sheet_are_put_into_the_lines_exactly(page):
    (worked,) = page.sections[0].worked
    assert worked.values == (r"w = \frac{1}{2}", "u = -4", "c = 7")
    assert [line.value for line in worked.lines] == ["72", "72"]
    assert worked.lines[1].substituted == r"2 \cdot (-4) \cdot \left( \frac{1}{2} \cdot (-4) - 7 \right)"
    assert worked.key.verdict is Verdict.PROVED


def test_a_published_answer_is_shown_where_the_question_asks_for_a_formula(page):
    (worked,) = page.sections[1].worked
    assert (worked.name, [line.value for line in worked.lines]) == ("sheet", ["-9"])
    assert worked.key is None, "no evidence for it was given, so none is shown"


def test_a_name_of_the_solution_is_introduced_where_it_is_first_used(page):
    assert page.definitions == ("C = (w u - c)^2",)
    assert [section.definitions for section in page.sections] == [(), (r"\mathrm{secret} = 2 u (w u - c)",), ()]


def test_a_name_that_only_the_statements_use_is_introduced_with_them():
    problem = example_problem.build()
    total = problem.let("total", 2 * problem.symbol("w"))
    problem.property("doubling_adds_the_weight_twice", total, "=", 2 * problem.symbol("w"), "by definition")
    assert page_of(problem).later_definitions == (r"\mathrm{total} = 2 w",)
    assert page_of(problem, handout=True).later_definitions == ()


def test_random_variables_stand_in_the_order_of_the_statement():
    problem = load("scaled_dot_product")
    start = page_of(problem).sections[0].lines[0]
    assert start.latex == r"\mathbb{E}\left[ \sum_{i=0}^{d - 1} q_i k_i \right]", "SymPy puts the key first"


def test_variables_of_one_set_are_declared_together(page):
    shown = [declared.latex for declared in page.declarations]
    assert shown == [r"n \in \{1, 2, \dots\}", r"Q \in \mathrm{O}(n)", r"w, u, c \in \mathbb{R}"]
    assert page.declarations[1].note == "orthogonal"
    assert page.conditions[0].note == "otherwise the weight has no effect"


def test_a_false_belief_is_shown_with_its_counterexample(page):
    belief = next(each for each in page.statements if each.believed_false)
    assert belief.sentence == "The cost is linear"
    assert belief.refutation.at[:2] == (r"w \approx 0.1235", "u = 1")
    assert belief.refutation.left != belief.refutation.right, "enough digits to see that they differ"


def test_a_refuted_claim_is_shown_as_refuted(page):
    statement = next(each for each in page.statements if not each.believed_false)
    assert statement.badge.text == "refuted after 3 instances"
    assert statement.refutation.relation == r"\not\ge" or statement.refutation.relation == r"\ne"


def test_counts_are_by_verdict(page):
    assert page.counts == {Verdict.PROVED: 4, Verdict.SUPPORTED: 1, Verdict.REFUTED: 1, Verdict.UNDECIDED: 1}


def test_a_claim_without_evidence_has_no_badge():
    section = page_of(example_problem.build()).sections[0]
    assert section.lines[1].badge is None


def test_the_model_holds_plain_values_only(page):
    def leaves(node):
        if is_dataclass(node):
            for each in fields(node):
                yield from leaves(getattr(node, each.name))
        elif isinstance(node, tuple):
            for each in node:
                yield from leaves(each)
        else:
            yield node

    assert {type(leaf) for leaf in leaves(page)} <= {str, bool, type(None), Verdict}


def test_a_variant_takes_the_place_of_the_numbers_of_the_sheet():
    problem = example_problem.build()
    other = problem.instance("other", w=1, u=2, c=3)
    section = page_of(problem, variant=other).sections[0]
    assert section.asked.values == ("w = 1", "u = 2", "c = 3")
    assert [line.value for line in section.worked[0].lines] == ["-4", "-4"]


# Handouts -------------------------------------------------------------------------------------------------------------


def test_a_handout_holds_what_asks_and_nothing_that_answers():
    handout = page_of(example_problem.build(), example_problem.evidence(), handout=True)
    assert handout.definitions == ("C = (w u - c)^2",)
    assert handout.statements == handout.badges == ()
    for section in handout.sections:
        assert section.prompt
        kept = {each.name for each in fields(section) if getattr(section, each.name)}
        assert kept <= {"name", "identifier", "prompt", "kind", "options", "expects", "asked"}
        assert section.asked is None or (section.asked.lines, section.asked.key) == ((), None)


def test_a_handout_offers_the_options_without_saying_which_is_right():
    handout = to_markdown(page_of(example_problem.build(), handout=True))
    assert "**yes**: yes, it is" in handout
    assert "**no**: never" in handout
    assert "Answer" not in handout


def test_a_handout_does_not_name_what_the_solution_names():
    assert "secret" not in to_markdown(page_of(example_problem.build(), handout=True))


def answers_of(problem):
    """Every way in which an answer could be written: LaTeX, Python, the published keys, values at the instances."""
    declared = [*problem.given.symbols().values(), *problem.definitions]
    for part in problem.parts.values():
        if part.derivation is None:
            if not hasattr(part.answer_kind, "options"):  # options are the question, and the right one is among them
                yield part, part.answer_kind.shown()
            continue
        answer = part.answer
        yield part, latex(answer, declared)
        yield part, sp.latex(answer)
        yield part, str(answer)
        for name, key in part.keys.items():
            yield part, str(key)
            yield part, value_latex(problem, answer, problem.instances[name]) or str(key)
        if part.asks is not None:
            yield part, value_latex(problem, answer, part.asks) or str(answer)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_handout_contains_an_answer(name):
    problem = load(name)
    handout = page_of(problem, handout=True)
    # The author's own words and what is given are the question; an answer may be one of the names in them.
    shown = squeezed(to_markdown(handout))
    given = {squeezed(str(symbol)) for symbol in problem.known_symbols()} | {
        squeezed(latex(symbol)) for symbol in problem.known_symbols()
    }
    for part, answer in answers_of(problem):
        text = squeezed(answer)
        if text in given or text.lstrip("-").isdigit() or len(text) < 3:
            assert f"={text}`" not in shown.replace(squeezed(problem.statement), ""), (part.identifier, answer)
        else:
            assert text not in shown, (part.identifier, answer)


def with_another_answer(kind):
    """The same choice with another right option; any other kind as it is."""
    if getattr(kind, "kind", "") not in ("choice", "choices"):
        return kind
    last = list(kind.options)[-1]
    wrong = next(label for label in kind.options if label not in kind.correct) if last in kind.correct else last
    return replace(kind, correct=wrong if kind.kind == "choice" else (wrong,), feedback={})


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_handout_stays_the_same_whatever_the_answers_are(name, monkeypatch):
    """The strongest form: a handout is a function of the questions, so no notation of any answer can be in it."""
    problem = load(name)
    before = to_markdown(page_of(problem, handout=True))
    for part in problem.parts.values():
        if part.derivation is not None:
            step = Step("=", 7 * part.answer, "another reason")
            monkeypatch.setattr(part, "derivation", Derivation(11 * part.answer, (step,)))
        monkeypatch.setattr(part, "answer_rule", None)
        monkeypatch.setattr(part, "answer_kind", with_another_answer(part.answer_kind))
        monkeypatch.setattr(part, "mistakes", [])
        monkeypatch.setattr(part, "keys", {})
        monkeypatch.setattr(part, "implementations", [])
    monkeypatch.setattr(problem, "properties", [])
    monkeypatch.setattr(problem, "figures", [figure for figure in problem.figures if not figure.part])
    for symbol in problem.spoilers:
        monkeypatch.setitem(problem.definitions, symbol, 13 * problem.definitions[symbol])
    assert to_markdown(page_of(problem, handout=True)) == before


@pytest.mark.parametrize("name", [name for name in PROBLEMS if load(name).variant_rule is not None])
def test_a_variant_without_its_solution_does_not_contain_its_answers(name):
    problem = load(name)
    instance = draw(problem, 7)
    shown = squeezed(to_markdown(page_of(problem, handout=True, variant=instance)))
    for part in problem.parts.values():
        if part.asks is not None and part.derivation is not None and not isinstance(part.answer, sp.MatrixSymbol):
            value = squeezed(value_latex(problem, part.answer, instance))
            assert f"={value}`" not in shown, part.identifier


# What the page says and what the checker accepts ----------------------------------------------------------------------


@pytest.mark.parametrize("name", PROBLEMS)
def test_an_answer_as_the_page_shows_it_is_never_refuted_by_the_checker(name):
    problem = load(name)
    declared = [*problem.given.symbols().values(), *problem.definitions]
    verdicts = {}
    for part in problem.parts.values():
        if part.derivation is not None:
            shown = value_latex(problem, part.answer, part.asks) if part.asks else latex(part.answer, declared)
            verdicts[part.identifier] = verify.check(part.identifier, shown, syntax="latex").verdict
    assert Verdict.REFUTED not in verdicts.values(), verdicts
    assert Verdict.PROVED in verdicts.values() or not verdicts, verdicts


def test_numbers_with_a_decimal_point_keep_it_and_halves_stay_fractions():
    problem = Problem("Numbers.")
    x, y, n = problem.scalar("x"), problem.scalar("y"), problem.size("n")
    v = problem.vector("v", n)
    sheet = problem.instance("sheet", x="-0.05", y="1/2", v=["0.25", "1/5", "1/3"])
    problem.part("a", "Add.", x + x * y, ("=", x * (1 + y), "factored"), asks=sheet)
    problem.part("b", "Length.", x * v.T * v, ("=", Trace(x * v * v.T) * Identity(1), "cyclic"), asks=sheet)
    first, second = page_of(problem).sections
    assert first.asked.values == ("x = -0.05", r"y = \frac{1}{2}")
    assert r"v = (\frac{1}{4}, \frac{1}{5}, \frac{1}{3})" in second.asked.values


def test_many_numbers_are_told_once():
    problem = Problem("Numbers.")
    n = problem.size("n")
    A = problem.matrix("A", n, n)
    sheet = problem.instance("sheet", A=[[1000, 2000, 3000], [4000, 5000, 6000], [7000, 8000, 9000]])
    problem.part("a", "Square.", Trace(A * A.T), ("=", Trace(A.T * A), "cyclic"), asks=sheet)
    problem.part("b", "Multiply.", Trace(A * A), ("=", Trace(A.T * A.T), "transposed"), asks=sheet)
    first, second = page_of(problem).sections
    assert first.asked.values
    assert (second.asked.text, second.asked.values) == ("The numbers are those of (a).", ())
