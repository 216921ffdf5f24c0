r"""Page: what a worked solution or a handout says, before it has a format.

One model for every output: Markdown, the terminal, and later the site, the PDF and the notebook.  A tree of plain
values: formulas are LaTeX without dollars, prose is the author's Markdown with ``$mathematics$``, verdicts are `Badge`.
Nothing that a handout leaves out is ever in the tree of a handout, so that no renderer can leak it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.stats.rv import RandomSymbol

from verify.evidence import Evidence, Verdict
from verify.solution.latex import latex
from verify.solution.numbers import (
    differing_latex,
    equation_latex,
    named_value_latex,
    substituted_latex,
    value_latex,
)

if TYPE_CHECKING:
    from verify.given import Variable
    from verify.instance import WorkedInstance
    from verify.part import Mistake, Part
    from verify.problem import Figure, Problem, Property

SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "~": r"\sim", "!=": r"\ne"}
NEGATED_SIGNS = {"=": r"\ne", "<=": r"\not\le", ">=": r"\not\ge", "<": r"\not<", ">": r"\not>", "!=": "="}
LONGEST_REPEATED = 80  # characters of LaTeX: more numbers than these are told once
GROUPS = (r"\mathrm{O}(", r"\mathrm{GL}(", r"\mathrm{Sym}(")  # sets of square matrices, named by one size


@dataclass(frozen=True)
class Badge:
    """How a claim was checked: the verdict, what it covers, and what it rests on; no times."""

    claim: str
    verdict: Verdict
    scope: str = ""
    method: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """The verdict in a few words: ``proved in general``, ``supported by 100 instances``."""
        if self.verdict is Verdict.SUPPORTED:
            counted = self.scope[:1].isdigit() or self.scope.startswith("one ")
            return f"supported by {self.scope}" if counted else f"supported {self.scope}".strip()
        if self.verdict is Verdict.UNDECIDED:
            return f"undecided: {self.reason}" if self.reason else "undecided"
        # A proof needs no instances: that it was tried on some is told where every claim is listed.
        return f"{self.verdict.value} {self.scope.partition(';')[0]}".strip()

    @property
    def full_text(self) -> str:
        """The verdict with all that its scope says: ``proved in general; 100 instances``."""
        return f"{self.verdict.value} {self.scope}".strip() if self.verdict is Verdict.PROVED else self.text


@dataclass(frozen=True)
class Line:
    """One line of a derivation; the first has no relation and no reason."""

    relation: str
    latex: str
    because: str = ""
    badge: Badge | None = None


@dataclass(frozen=True)
class NumberLine:
    """A line of a derivation at an instance: its symbols replaced by numbers, and what that comes to."""

    relation: str
    substituted: str
    value: str


@dataclass(frozen=True)
class Worked:
    """An instance carried through a derivation.

    - `values`: the numbers of the homework, as equations.
    - `lines`: from the first line to the answer; only the answer where the question is not about these numbers.
    - `key`: what was checked of the published answer, where there is one.
    """

    name: str
    text: str
    values: tuple[str, ...]
    lines: tuple[NumberLine, ...] = ()
    key: Badge | None = None


@dataclass(frozen=True)
class Agreement:
    """An independent computation of the answer."""

    backend: str
    description: str
    badge: Badge | None


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer that students give: the formula where there is one, its value at the instance asked about.

    `response`: the wrong answer in Markdown where it is no formula, such as an option, words or a rate of growth.
    """

    name: str
    latex: str
    value: str
    feedback: str
    badge: Badge | None
    response: str = ""


@dataclass(frozen=True)
class Refutation:
    """The smallest instance that breaks a statement, and what the two sides come to there."""

    at: tuple[str, ...]
    left: str
    relation: str
    right: str


@dataclass(frozen=True)
class Statement:
    """Something claimed of the whole problem; `believed_false` for what people believe and is wrong."""

    name: str
    because: str
    latex: str
    believed_false: bool
    badge: Badge | None
    refutation: Refutation | None = None

    @property
    def sentence(self) -> str:
        """The name as words."""
        words = self.name.replace("_", " ")
        return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Drawing:
    """A figure: its caption and what it shows in words; the problem knows how to draw it."""

    name: str
    caption: str
    alternative: str


@dataclass(frozen=True)
class Declaration:
    """What is given: names and the set they range over, or a condition, with a note in words."""

    latex: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One question; in a handout only what asks it."""

    name: str
    identifier: str
    prompt: str
    kind: str = ""  # of the answer, where it is not a derived expression
    options: tuple[tuple[str, str], ...] = ()
    expects: str = ""
    asked: Worked | None = None
    definitions: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    answer: str = ""
    worked: tuple[Worked, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    wrong_answers: tuple[WrongAnswer, ...] = ()
    drawings: tuple[Drawing, ...] = ()


@dataclass(frozen=True)
class Page:
    """A worked solution, or a handout.

    - `definitions`: names in the statement; `later_definitions`: names that only the statements at the end need.
    """

    identifier: str
    title: str
    statement: str
    source: str
    topics: tuple[str, ...]
    handout: bool
    declarations: tuple[Declaration, ...]
    definitions: tuple[str, ...]
    conditions: tuple[Declaration, ...]
    sections: tuple[Section, ...]
    later_definitions: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    badges: tuple[Badge, ...] = ()

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many claims have each verdict, strongest first; verdicts that no claim has are left out."""
        found = Counter(badge.verdict for badge in self.badges)
        return {verdict: found[verdict] for verdict in Verdict if found[verdict]}

    @property
    def all_drawings(self) -> tuple[Drawing, ...]:
        """The figures of the page and of its questions, in reading order."""
        return (*self.drawings, *(drawing for section in self.sections for drawing in section.drawings))


def page_of(
    problem: Problem,
    evidence: Iterable[Evidence] = (),
    *,
    handout: bool = False,
    variant: WorkedInstance | None = None,
) -> Page:
    """The page of a problem with the evidence for its claims.

    - `handout`: leaves out whatever answers.
    - `variant`: an instance that takes the place of the homework's numbers.
    """
    return _Builder(problem, {} if handout else _by_claim(problem, evidence), handout, variant).page()


def _by_claim(problem: Problem, evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    return {found.claim.removeprefix(f"{problem.id}/"): found for found in evidence}


def badge_of(evidence: Evidence | None) -> Badge | None:
    """What a page says about a piece of evidence; None for none."""
    if evidence is None:
        return None
    return Badge(evidence.claim, evidence.verdict, evidence.scope, evidence.method, evidence.reason)


def numbers_asked(part: Part, instance: WorkedInstance) -> dict[sp.Basic, Any]:
    """The numbers of an instance that a question depends on: another one may be the answer."""
    if part.derivation is None:
        return instance.values if part.asks is not None else {}
    used = part.problem.expanded(*part.derivation.lines)
    return {symbol: value for symbol, value in instance.values.items() if symbol in used}


@dataclass(frozen=True)
class _Builder:
    problem: Problem
    evidence: Mapping[str, Evidence]
    handout: bool
    variant: WorkedInstance | None

    def page(self) -> Page:
        problem = self.problem
        introduced = {} if self.handout else self.later_definitions()
        whole = () if self.handout else (*map(self.statement, problem.properties), *self.findings())
        visible = [symbol for symbol in problem.definitions if symbol not in problem.spoilers]
        return Page(
            problem.id,
            problem.title,
            problem.statement,
            problem.source,
            tuple(problem.tags),
            self.handout,
            (*self.sizes(), *self.variables()),
            tuple(self.definition(symbol) for symbol in visible),
            tuple(Declaration(self.tex(each.relation), each.because) for each in problem.given.conditions),
            _without_repeated_numbers(
                self.section(part, introduced.get(part.name, ())) for part in problem.parts.values()
            ),
            introduced.get("", ()),
            whole,
            tuple(_drawing(figure) for figure in problem.figures if not figure.part),
            tuple(badge for badge in map(badge_of, self.evidence.values()) if badge is not None),
        )

    def tex(self, expression: Any) -> str:
        return latex(expression, [*self.declared, *self.random_symbols(expression)])

    def random_symbols(self, expression: Any) -> list[sp.Basic]:
        """The random variables of an expression in the order in which the statement speaks of them."""
        places = {symbol: self.problem.statement.find(latex(symbol)) for symbol in expression.atoms(RandomSymbol)}
        return sorted(places, key=lambda symbol: (places[symbol] < 0, places[symbol], str(symbol)))

    @property
    def declared(self) -> list[sp.Basic]:
        return [*self.problem.given.symbols().values(), *self.problem.definitions]

    def badge(self, claim: str) -> Badge | None:
        return badge_of(self.evidence.get(claim))

    # Given ------------------------------------------------------------------------------------------------------------

    def sizes(self) -> list[Declaration]:
        free = [self.tex(size.symbol) for size in self.problem.given.sizes if size.at_most is None]
        found = [Declaration(rf"{', '.join(free)} \in \{{1, 2, \dots\}}", "")] if free else []
        for size in self.problem.given.sizes:
            if size.at_most is not None:
                found.append(Declaration(rf"1 \le {self.tex(size.symbol)} \le {self.tex(size.at_most)}", ""))
        return found

    def variables(self) -> list[Declaration]:
        """The variables in order, those that range over the same set together."""
        sets: dict[str, list[Variable]] = {}
        for variable in self.problem.given.variables.values():
            sets.setdefault(self.set_of(variable), []).append(variable)
        return [
            Declaration(rf"{', '.join(self.tex(each.symbol) for each in members)} \in {within}", _note(members[0]))
            for within, members in sets.items()
        ]

    def set_of(self, variable: Variable) -> str:
        template = variable.domain.latex
        if not variable.shape:
            return template.replace("^{SIZE}", "")
        sides = [self.tex(side) for side in variable.shape]
        if len(sides) == 2:
            sides = [
                f"({tex})" if sp.sympify(side).is_Add else tex for tex, side in zip(sides, variable.shape, strict=True)
            ]
        square = len(sides) == 2 and sides[0] == sides[1] and template.startswith(GROUPS)
        size = sides[0] if square else r" \times ".join(sides)
        return template.replace("^{SIZE}", f"^{size}" if len(size) == 1 else f"^{{{size}}}").replace("SIZE", size)

    def definition(self, symbol: sp.Basic) -> str:
        return f"{self.tex(symbol)} = {self.tex(self.problem.definitions[symbol])}"

    def later_definitions(self) -> dict[str, tuple[str, ...]]:
        """The names that the solution introduces, by the first part that uses them, or "" for the statements."""
        remaining = [symbol for symbol in self.problem.definitions if symbol in self.problem.spoilers]
        introduced: dict[str, tuple[str, ...]] = {}
        for part in self.problem.parts.values():
            lines = part.derivation.lines if part.derivation is not None else ()
            used = self.problem.expanded(*lines)
            here = [symbol for symbol in remaining if symbol in used]
            remaining = [symbol for symbol in remaining if symbol not in used]
            introduced[part.name] = self.named(here)
        stated = [side for each in self.problem.properties if each.symbolic for side in each.symbolic[::2]]
        used = self.problem.expanded(*stated)
        return {**introduced, "": self.named([symbol for symbol in remaining if symbol in used])}

    def named(self, symbols: Iterable[sp.Basic]) -> tuple[str, ...]:
        """Their definitions; a name such as dy/ds is typeset as what it stands for, and needs none."""
        definitions = self.problem.definitions
        return tuple(self.definition(symbol) for symbol in symbols if self.tex(symbol) != self.tex(definitions[symbol]))

    # Questions --------------------------------------------------------------------------------------------------------

    def section(self, part: Part, definitions: tuple[str, ...]) -> Section:
        answer = part.answer_at(self.instance_of(part))
        asked = self.asked(part)
        options = tuple(getattr(answer, "options", {}).items())
        expects = answer.expects() if answer is not None else ""
        kind = getattr(answer, "kind", "")
        if self.handout:
            return Section(part.name, part.identifier, part.prompt, kind, options, expects, asked)
        return Section(
            part.name,
            part.identifier,
            part.prompt,
            kind,
            options,
            expects,
            asked,
            definitions,
            self.lines(part),
            answer.shown() if answer is not None else "",
            self.worked(part),
            tuple(
                Agreement(each.backend, each.description, self.badge(f"{part.name}/{each.name}"))
                for each in part.implementations
            ),
            tuple(self.wrong_answer(part, mistake) for mistake in part.mistakes),
            tuple(_drawing(figure) for figure in self.problem.figures if figure.part == part.name),
        )

    def asked(self, part: Part) -> Worked | None:
        instance = self.instance_of(part)
        if instance is None:
            return None
        values = self.values(part, instance)
        return Worked(instance.name, instance.text, values) if values or instance.text else None

    def instance_of(self, part: Part) -> WorkedInstance | None:
        """The numbers the question is about: the homework's, or those of the variant."""
        if self.variant is None or part.asks is not None:
            return self.variant or part.asks
        # Where every question asks for a formula, the numbers of a variant are for all of them.
        return None if any(each.asks is not None for each in self.problem.parts.values()) else self.variant

    def lines(self, part: Part) -> tuple[Line, ...]:
        if part.derivation is None:
            return ()
        rest = [
            Line(
                SIGNS[step.relation], self.tex(step.expression), step.because, self.badge(f"{part.name}/step-{number}")
            )
            for number, step in enumerate(part.derivation.steps, 1)
        ]
        return (Line("", self.tex(part.derivation.start)), *rest)

    def worked(self, part: Part) -> tuple[Worked, ...]:
        """The instance the part asks about, line by line, then the published answers at other instances."""
        if part.derivation is None:
            return ()
        if self.variant is not None:
            return (self.carried_through(part, self.variant),)
        found = [] if part.asks is None else [self.carried_through(part, part.asks)]
        for name in part.keys:
            if part.asks is None or name != part.asks.name:
                instance = self.problem.instances[name]
                last = self.number_line(part.answer, "=", instance)
                found.append(
                    Worked(
                        name, instance.text, self.values(part, instance), (last,) if last else (), self.key(part, name)
                    )
                )
        return tuple(found)

    def carried_through(self, part: Part, instance: WorkedInstance) -> Worked:
        assert part.derivation is not None
        relations = ["", *(SIGNS[step.relation] for step in part.derivation.steps)]
        lines = [
            line
            for relation, expression in zip(relations, part.derivation.lines, strict=True)
            if (line := self.number_line(expression, relation, instance)) is not None
        ]
        return Worked(
            instance.name, instance.text, self.values(part, instance), tuple(lines), self.key(part, instance.name)
        )

    def number_line(self, expression: sp.Basic, relation: str, instance: WorkedInstance) -> NumberLine | None:
        value = value_latex(self.problem, expression, instance)
        if value is None:
            return None
        substituted = substituted_latex(self.problem, expression, instance, self.declared)
        return NumberLine(relation, "" if substituted in (None, value) else str(substituted), value)

    def key(self, part: Part, instance: str) -> Badge | None:
        return self.badge(f"{part.name}/{instance}") if instance in part.keys else None

    def values(self, part: Part, instance: WorkedInstance) -> tuple[str, ...]:
        """The numbers of an instance that the part depends on; all of them where that is not known."""
        used = numbers_asked(part, instance)
        equations = []
        for symbol in self.declared:
            if symbol in used:
                equation = named_value_latex(self.problem, symbol, instance, self.tex(symbol))
                if equation is not None:
                    equations.append(equation)
        return tuple(equations)

    def wrong_answer(self, part: Part, mistake: Mistake) -> WrongAnswer:
        is_formula = isinstance(mistake.wrong, sp.Basic)
        instance = self.instance_of(part)
        value = value_latex(self.problem, mistake.wrong, instance) if is_formula and instance is not None else None
        return WrongAnswer(
            mistake.name,
            self.tex(mistake.wrong) if is_formula else "",
            value or "",
            mistake.feedback,
            self.badge(f"{part.name}/mistake-{mistake.slug}"),
            "" if is_formula else _response(part, mistake, instance),
        )

    # The whole problem ------------------------------------------------------------------------------------------------

    def statement(self, stated: Property) -> Statement:
        formula = ""
        if stated.symbolic is not None:
            left, relation, right = stated.symbolic
            sign = NEGATED_SIGNS[relation] if stated.differs else SIGNS[relation]
            formula = rf"{self.tex(left)} {sign} {self.tex(right)}"
        found = self.evidence.get(stated.name)
        return Statement(stated.name, stated.because, formula, stated.differs, badge_of(found), _refutation(found))

    def findings(self) -> list[Statement]:
        """What was claimed of experiments, each with what was measured."""
        return [
            Statement(
                finding.name,
                f"{_sentence(finding.because)} Measured: {_lowered(experiment.description)}.".strip(),
                "",
                False,
                self.badge(finding.name),
            )
            for experiment in self.problem.experiments
            for finding in experiment.findings
        ]


def _without_repeated_numbers(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections; where many numbers would be told again, the question points to where they were told first."""
    told: dict[tuple[str, ...], str] = {}

    def shortened(section: Section) -> Section:
        asked = section.asked
        if asked is None or len("".join(asked.values)) <= LONGEST_REPEATED:
            return section
        first = told.setdefault(asked.values, section.name)
        if first == section.name:
            return section
        return replace(section, asked=Worked(asked.name, f"The numbers are those of ({first}).", ()))

    return tuple(map(shortened, sections))


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _lowered(text: str) -> str:
    """As it reads after a colon; a name of capitals such as ARI stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _response(part: Part, mistake: Mistake, instance: WorkedInstance | None) -> str:
    """A wrong response as its kind shows answers; options by their labels, code not at all."""
    from verify.answers.with_mistakes import with_mistake

    if part.answer_kind is None or part.function is not None:
        return ""
    answer, wrong = part.answer_at(instance), part.response_at(mistake, instance)
    if answer.kind in ("choice", "choices"):
        labels = wrong if isinstance(wrong, list | tuple | set | frozenset) else str(wrong).split(",")
        return ", ".join(f"**{str(label).strip()}**" for label in sorted(map(str, labels)))
    made = with_mistake(answer, wrong)
    return "" if made is None else str(made.shown()).partition(" ($")[0]


def _note(variable: Variable) -> str:
    return ", ".join(sorted(variable.domain.properties))


def _drawing(figure: Figure) -> Drawing:
    return Drawing(figure.name, figure.caption, figure.alternative)


def _refutation(evidence: Evidence | None) -> Refutation | None:
    found = evidence.counterexample if evidence is not None else None
    if found is None:
        return None
    at = tuple(equation_latex(name, value) for name, value in found.at.items())
    left, right = differing_latex(found.left, found.right)
    return Refutation(at, left, NEGATED_SIGNS.get(found.relation, r"\ne"), right)
