"""Problem: what one file in ``problems/`` builds, from top to bottom: statement, givens, parts, claims."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from verify.claims import claims_of
from verify.derivation import Derivation, free_symbols
from verify.domains import Domain, real
from verify.errors import ProblemError, UnknownName
from verify.experiment import SEED, Experiment
from verify.expressions import COMPARISONS, Numbers, Scope, as_scalar, evaluate
from verify.given import CLEARANCE, LARGEST_SIZE, MATRIX_AXES, RANDOMNESS, Condition, Given, Instance, Size, Variable
from verify.implementation import parameters_of
from verify.instance import WorkedInstance, exact_values
from verify.part import Part

PART_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class Property:
    """A statement about the whole problem: symbolic (both sides are expressions) or a function of the givens."""

    name: str
    because: str
    symbolic: tuple[sp.Basic, str, sp.Basic] | None = None
    function: Callable[..., Any] | None = None
    backend: str = "numpy"
    differs: bool = False
    sizes: tuple[tuple[sp.Basic, int], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A drawing for the page: `draw(axes)` paints it; `alternative` says in words what it shows."""

    name: str
    caption: str
    alternative: str
    draw: Callable[..., Any]
    part: str = ""


@dataclass(frozen=True)
class VariantRule:
    """How other instances are drawn: ``draw(rng)`` returns givens by name; `integral` demands integer answers."""

    draw: Callable[..., Any]
    integral: bool = False


class Problem:
    """One problem.

    - `text`: first line the title, the rest the statement (Markdown with ``$math$``).
    - `source`: where the mathematics or the exercise comes from.
    - `tags`: topics, for the index.
    """

    def __init__(self, text: str, *, source: str = "", tags: tuple[str, ...] = ()) -> None:
        self.path = _calling_file()
        self.id = self.path.stem
        title, _, statement = inspect.cleandoc(text or "").partition("\n")
        if not title.strip():
            raise ProblemError(
                self.path.name, "the problem has no title", "Pass the file's docstring: Problem(__doc__)."
            )
        self.title, self.statement = title.strip().rstrip("."), statement.strip()
        self.source, self.tags = source, tags
        self.given = Given()
        self.definitions: dict[sp.Basic, sp.Basic] = {}
        self.spoilers: set[sp.Basic] = set()  # definitions that belong to the solution
        self.parts: dict[str, Part] = {}
        self.properties: list[Property] = []
        self.instances: dict[str, WorkedInstance] = {}
        self.figures: list[Figure] = []
        self.experiments: list[Experiment] = []
        self.variant_rule: VariantRule | None = None

    # Given ------------------------------------------------------------------------------------------------------------
    # Each of these takes one name or several, as `sympy.symbols` does.

    def size(self, names: str, *, at_most: sp.Symbol | None = None, up_to: int = LARGEST_SIZE) -> Any:
        """Declare sizes: positive integers, drawn anew for every instance.

        None is larger than the size `at_most`, and the search draws none larger than `up_to`.
        """
        symbols = []
        for name in names.split():
            self._refuse_taken(name)
            symbol = sp.Symbol(name, integer=True, positive=True)
            self.given.sizes.append(Size(symbol, at_most, up_to))
            symbols.append(symbol)
        return symbols if len(symbols) > 1 else symbols[0]

    def scalar(self, names: str, within: Domain = real) -> Any:
        """Declare real numbers that range over the set `within`."""
        return self._declare(names, (), within)

    def vector(self, names: str, size: Any, within: Domain = real) -> Any:
        """Declare column vectors of length `size`."""
        return self._declare(names, (sp.sympify(size),), within)

    def matrix(self, names: str, rows: Any, columns: Any, within: Domain = real) -> Any:
        """Declare matrices of shape `rows` by `columns`."""
        return self._declare(names, (sp.sympify(rows), sp.sympify(columns)), within)

    def array(self, names: str, *shape: Any, within: Domain = real) -> Any:
        """Declare arrays of three or more axes, such as a batch of sequences; no expression may contain one.

        Implementations, claims and the references of `Function` answers ask for them by name.
        """
        if len(shape) <= MATRIX_AXES:
            place = f"{self.path.name}, array {names}"
            raise ProblemError(place, f"it has {len(shape)} axes", "Use scalar, vector or matrix.")
        return self._declare(names, tuple(map(sp.sympify, shape)), within)

    def assume(self, relation: Any, because: str) -> None:
        """Restrict the givens by a condition such as ``Ne(det, 0)``; instances that break it are not drawn."""
        self.given.conditions.append(Condition(relation, because))

    def let(self, name: str, expression: Any) -> Any:
        """Name `expression`: the page shows the name, the checker expands it.

        A name introduced after the first part belongs to the solution and never shows in a handout.
        """
        self._refuse_taken(name)
        expression = sp.sympify(expression)
        self.refuse_unknown(f"{self.path.name}, let {name!r}", expression)
        is_matrix = getattr(expression, "is_Matrix", False)
        symbol = sp.MatrixSymbol(name, *expression.shape) if is_matrix else sp.Symbol(name, real=True)
        self.definitions[symbol] = expression
        if self.parts:
            self.spoilers.add(symbol)
        return symbol

    def instance(self, name: str, text: str = "", **values: Any) -> WorkedInstance:
        """Fix exact numbers for givens by name: integers, fractions, strings such as ``"1/2"``, nested lists.

        Givens that no question about these numbers needs may be left out.
        """
        place = f"{self.path.name}, instance {name!r}"
        if name in self.instances:
            raise ProblemError(place, "the name is taken", "Give each instance its own name.")
        self.instances[name] = worked = WorkedInstance(name, self.exact_values(place, values), text)
        outside = self.given.outside(worked.values)
        if outside:
            cure = "Correct the numbers, or declare another set."
            raise ProblemError(place, f"{', '.join(outside)} is not in the set it ranges over", cure)
        return worked

    def variant(self, draw: Callable[..., Any] | None = None, *, integral: bool = False) -> Any:
        """Register how other instances are drawn: ``draw(rng)`` returns givens by name as integers or fractions."""

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            self.variant_rule = VariantRule(function, integral)
            return function

        return register if draw is None else register(draw)

    # Solution ---------------------------------------------------------------------------------------------------------

    def part(
        self,
        name: str,
        prompt: str,
        *chain: Any,
        answer: Any = None,
        asks: WorkedInstance | None = None,
        in_terms_of: Iterable[sp.Basic] = (),
        atom: bool = True,
    ) -> Part:
        """Add a question.

        - `chain`: first expression, then lines ``("=", expression, "reason")``; the last line is the answer.
        - `answer`: an answer of another kind (choice, growth, tokens, equations, ...), where it is no expression; a
          function of the givens by name that returns one, where it depends on the numbers that the part `asks` about.
        - `asks`: the instance whose numbers the question is about; without it the answer is a formula.
        - `in_terms_of`: the only names a response may use; default all that are visible at this point.
        - `atom`: whether it counts as a question of the sheet, or is an addition of ours.
        """
        place = f"{self.path.name}, part ({name})"
        if not PART_NAME.fullmatch(name):
            raise ProblemError(
                place, f"the name {name!r} is malformed", "Write a letter, or a letter and a word: d.left."
            )
        if name in self.parts:
            raise ProblemError(place, f"there are two parts ({name})", "Rename one of them.")
        if not chain and answer is None:
            raise ProblemError(
                place, "it has neither a derivation nor an answer", "Give a first expression or answer=...."
            )
        if not prompt.strip():
            raise ProblemError(place, "the prompt is missing", "Say what is asked.")
        derivation = Derivation.parse(place, chain, self.known_symbols()) if chain else None
        if derivation is not None and not derivation.steps and answer is None:
            raise ProblemError(place, "nothing is derived", 'Add at least one line ("=", expression, "reason").')
        if derivation is not None and asks is not None:
            self.refuse_open(place, derivation.answer, asks)
        self.parts[name] = part = Part(
            self,
            name,
            prompt.strip(),
            derivation,
            answer,
            None,
            asks,
            tuple(in_terms_of),
            frozenset(self.known_symbols()),
            atom,
        )
        if hasattr(answer, "bound"):
            part.answer_kind = answer.bound(part)
        if part.function is not None:
            self.refuse_unknown_parameters(f"{place}, reference", parameters_of(part.function.reference))
        if inspect.isfunction(answer):
            self._compute_answer(place, part, answer)
        return part

    def _compute_answer(self, place: str, part: Part, rule: Callable[..., Any]) -> None:
        if part.asks is None:
            raise ProblemError(place, "its answer is computed from no numbers", "Say which: asks=....")
        self.refuse_unknown_parameters(f"{place}, answer", parameters_of(rule))
        part.answer_rule = rule
        part.answer_kind = part.computed(rule, part.asks)

    def property(
        self,
        name: str,
        left: Any,
        relation: str,
        right: Any,
        because: str,
        *,
        differs: bool = False,
        sizes: Mapping[sp.Basic, int] | None = None,
    ) -> None:
        """State something symbolic about the whole problem; `name` is a sentence, such as ``mixing_keeps_the_loss``.

        With ``differs=True`` the claim is that the two sides are *not* always equal; `sizes` fixes some sizes.
        """
        sides = (sp.sympify(left), relation, sp.sympify(right))
        for side in (sides[0], sides[2]):
            self.refuse_unknown(f"{self.path.name}, property {name}", side)
        fixed = tuple((sizes or {}).items())
        self._add_property(Property(name, because, symbolic=sides, differs=differs, sizes=fixed))

    def claim(self, function: Callable[..., Any] | None = None, *, backend: str = "numpy", false: bool = False) -> Any:
        """State something numeric: `function` takes givens by name and returns ``left, "<=", right``.

        With ``false=True`` the statement is one that people believe and that is wrong: the claim stands when an
        instance that breaks it is found, and the page shows the smallest.
        """

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            place = f"{self.path.name}, claim {function.__name__}"
            self.refuse_unknown_parameters(place, parameters_of(function), spoilers=True)
            because = inspect.getdoc(function) or ""
            self._add_property(Property(function.__name__, because, function=function, backend=backend, differs=false))
            return function

        return register if function is None else register(function)

    def experiment(self, *, small: Mapping[str, Any], full: Mapping[str, Any], part: str = "", seed: int = SEED) -> Any:
        """Register a seeded measurement: the decorated function takes settings by name and returns numbers by name.

        - `small`, `full`: the settings of the run that every check makes, and of the one that is recorded.
        - The function may also ask for `rng` (a `numpy.random.Generator`), `seed` (an integer) and `progress`
          (``progress(items, "words")`` shows a bar on a terminal).

        What it becomes has `claim`, a decorator for what is claimed of the numbers, and `recorded`, the numbers of the
        full run, for figures.
        """

        def register(function: Callable[..., Any]) -> Experiment:
            place = f"{self.path.name}, experiment {function.__name__}"
            known = {*parameters_of(function)} - {"rng", "seed", "progress"}
            for settings in (small, full):
                if set(settings) != known:
                    found = f"the settings are {', '.join(sorted(settings)) or 'none'}"
                    raise ProblemError(place, found, f"Give those it asks for: {', '.join(sorted(known)) or 'none'}.")
            if part:
                self.find_part(part)
            made = Experiment(self.path.name, self.path.parent, self.id, function, small, full, seed, part)
            self.experiments.append(made)
            return made

        return register

    def figure(self, caption: str, alternative: str, *, part: str = "") -> Any:
        """Register a drawing for the page: the decorated function paints on Matplotlib axes."""

        def register(draw: Callable[..., Any]) -> Callable[..., Any]:
            if not alternative.strip():
                raise ProblemError(
                    f"{self.path.name}, figure {draw.__name__}", "the text alternative is missing", "Say what it shows."
                )
            self.figures.append(Figure(draw.__name__, caption, alternative, draw, part))
            return draw

        return register

    # What others ask of a problem -------------------------------------------------------------------------------------

    def claims(self) -> list[Any]:
        """Everything there is to check, in reading order."""
        return claims_of(self)

    def find_part(self, name: str) -> Part:
        """The part of that name; raises `UnknownName` with the nearest names."""
        if name not in self.parts:
            raise UnknownName("part", f"{self.id}/{name}", [f"{self.id}/{part}" for part in self.parts])
        return self.parts[name]

    def known_symbols(self) -> set[sp.Basic]:
        """The symbols that an expression may contain."""
        arrays = {each.symbol for each in self.given.variables.values() if each.is_array}
        return {*self.given.symbols().values(), *self.definitions} - arrays

    def expanded(self, *expressions: sp.Basic) -> set[sp.Basic]:
        """The symbols that expressions depend on, including those behind the definitions they use."""
        found: set[sp.Basic] = set()
        waiting = [symbol for expression in expressions for symbol in free_symbols(expression)]
        while waiting:
            symbol = waiting.pop()
            if symbol not in found:
                found.add(symbol)
                if symbol in self.definitions:
                    waiting += free_symbols(self.definitions[symbol])
        return found

    def symbol(self, name: str) -> sp.Basic:
        """The given or definition called `name`."""
        known = {**self.given.symbols(), **{symbol.name: symbol for symbol in self.definitions}}
        if name not in known:
            raise UnknownName("variable", name, known)
        return known[name]

    def scope(self, instance: Instance) -> Scope:
        """The numeric scope of an instance."""
        return Scope(instance, self.definitions, Numbers())

    def admits(self, instance: Instance) -> bool:
        """Whether an instance satisfies the problem's assumptions, with some clearance."""
        scope = self.scope(instance)
        for condition in self.given.conditions:
            left, right = (float(np.real(as_scalar(evaluate(side, scope)))) for side in condition.relation.args)
            if condition.relation.rel_op == "!=":
                if abs(left - right) < CLEARANCE:
                    return False
            elif not COMPARISONS[condition.relation.rel_op](left, right):
                return False
        return True

    def arguments(self, names: Iterable[str], scope: Scope) -> dict[str, Any]:
        """The values an implementation asks for by name: vectors 1-d, scalars floats, sizes integers."""
        values = {}
        for name in names:
            if name == "rng":
                values[name] = scope[RANDOMNESS]
                continue
            symbol = self.symbol(name)
            value = scope[symbol]
            if getattr(symbol, "is_Matrix", False):
                value = value[:, 0] if symbol.shape[1] == 1 else value
            elif isinstance(value, np.ndarray) and not self._is_array(name):
                value = as_scalar(value)
            values[name] = _as_index(value) if self._is_index(name) else value
        return values

    def _is_index(self, name: str) -> bool:
        return name in self.given.variables and self.given.variables[name].domain.index

    def _is_array(self, name: str) -> bool:
        return name in self.given.variables and self.given.variables[name].is_array

    def exact_values(self, place: str, values: dict[str, Any]) -> Instance:
        """Values by symbol from values by name; sizes follow from the shapes.  Raises `ProblemError`."""
        return exact_values(self.given, place, values)

    # Rules ------------------------------------------------------------------------------------------------------------

    def refuse_unknown(self, place: str, expression: sp.Basic) -> None:
        unknown = sorted(str(symbol) for symbol in free_symbols(expression) - self.known_symbols())
        if unknown:
            known = ", ".join(sorted(map(str, self.known_symbols()))) or "none yet"
            raise ProblemError(place, f"{', '.join(unknown)} is not declared", f"Declared are {known}.")

    def refuse_open(self, place: str, expression: sp.Basic, instance: WorkedInstance) -> None:
        """Raise `ProblemError` where an instance leaves out a given that the expression depends on."""
        needed = self.expanded(expression) & set(self.given.symbols().values())
        missing = ", ".join(sorted(str(symbol) for symbol in needed - set(instance.values)))
        if missing:
            raise ProblemError(place, f"the instance {instance.name!r} has no value for {missing}", "Give it one.")

    def refuse_unknown_parameters(self, place: str, names: Iterable[str], *, spoilers: bool = False) -> None:
        visible = [symbol for symbol in self.definitions if spoilers or symbol not in self.spoilers]
        known = [*self.given.symbols(), *map(str, visible), "rng"]
        for name in names:
            if name not in known:
                raise ProblemError(place, f"it asks for the unknown given {name!r}", f"Known are {', '.join(known)}.")

    def _declare(self, names: str, shape: tuple[sp.Expr, ...], within: Domain) -> Any:
        symbols = []
        for name in names.split():
            self._refuse_taken(name)
            variable = Variable.of(name, shape, within)
            self.given.variables[name] = variable
            symbols.append(variable.symbol)
        return symbols if len(symbols) > 1 else symbols[0]

    def _add_property(self, new: Property) -> None:
        if any(known.name == new.name for known in self.properties):
            raise ProblemError(f"{self.path.name}, {new.name}", "the name is taken", "Give each claim its own name.")
        self.properties.append(new)

    def _refuse_taken(self, name: str) -> None:
        if name in [*self.given.symbols(), *map(str, self.definitions)]:
            raise ProblemError(self.path.name, f"{name!r} is declared twice", "Give each given and each name its own.")


def _as_index(value: Any) -> Any:
    """Integers; rounded, because the neighbours by which a condition is measured are no whole numbers."""
    return np.rint(value).astype(np.int64) if isinstance(value, np.ndarray) else round(float(value))


def _calling_file() -> Path:
    frame = sys._getframe(2)
    return Path(frame.f_code.co_filename)
