"""Given: the variables of a problem, their shapes, and the sets they range over.

One declaration serves both routes: it yields the SymPy symbol for the derivation and the Hypothesis strategy for the
numbers, so the two can never disagree about the inputs.  A drawn assignment of all variables is an *instance*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from numpy.random import default_rng  # bound here, so that a response that replaces it changes nothing

from verify.domains import Domain
from verify.drawing import choices, numbers, whole_numbers, words

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Instance = dict[sp.Basic, Any]

FIRST_WORKED_SIZE = 2  # worked sizes are 2, 3, 4, ...: distinct, so that a stray transpose cannot go unnoticed
LARGEST_SIZE = 4
MATRIX_AXES = 2
RANDOMNESS = sp.Symbol("rng")  # the seed of whatever an implementation draws; functions ask for it as `rng`
CLEARANCE = 1e-2  # how far from a forbidden value a drawn instance stays, so that rounding cannot cross it


def _length(side: sp.Expr, sizes: Mapping[sp.Basic, int]) -> int:
    if side.is_Symbol:
        return sizes[side]
    return int(side) if side.is_Integer else int(side.subs(sizes))


@dataclass(frozen=True)
class Variable:
    """One declared variable: its name, shape (``()`` scalar, ``(n,)`` vector, ``(n, m)`` matrix), set and symbol.

    An array of three or more axes has numbers and a name, but no place in an expression.
    """

    name: str
    shape: tuple[sp.Expr, ...]
    domain: Domain
    symbol: sp.Basic

    @classmethod
    def of(cls, name: str, shape: tuple[sp.Expr, ...], domain: Domain) -> Variable:
        if 0 < len(shape) <= MATRIX_AXES:
            return cls(name, shape, domain, sp.MatrixSymbol(name, *(*shape, 1)[:2]))
        return cls(name, shape, domain, sp.Symbol(name, **dict.fromkeys(domain.assumptions, True)))

    @property
    def is_array(self) -> bool:
        """Whether it has three or more axes."""
        return len(self.shape) > MATRIX_AXES

    def extent(self, sizes: Mapping[sp.Basic, int]) -> tuple[int, ...]:
        """Rows and columns once the sizes are numbers; every axis of an array."""
        sides = self.shape if self.is_array else (*self.shape, sp.Integer(1), sp.Integer(1))[:MATRIX_AXES]
        return tuple(_length(side, sizes) for side in sides)

    def entry_name(self, row: int, column: int) -> str:
        """The name of one entry as a scalar variable: ``u_0``, ``W_0_1``."""
        if not self.shape:
            return self.name
        return f"{self.name}_{row}" if len(self.shape) == 1 else f"{self.name}_{row}_{column}"

    def entry_names(self, sizes: Mapping[sp.Basic, int]) -> list[list[str]]:
        rows, columns = self.extent(sizes)[:MATRIX_AXES]
        return [[self.entry_name(i, j) for j in range(columns)] for i in range(rows)]

    def value(self, drawn: np.ndarray, sizes: Mapping[sp.Basic, int]) -> Any:
        """The value that drawn words stand for, at least one for each entry: a float, or a 2-d array."""
        domain, extent = self.domain, self.extent(sizes)
        drawn = drawn[: math.prod(extent)]
        entries = (
            whole_numbers(drawn, int(domain.low), int(domain.high))
            if domain.integral
            else numbers(drawn, domain.low, domain.high)
        )
        value = domain.project(entries.reshape(extent))
        return value if self.shape else float(value[0, 0])


@dataclass(frozen=True)
class Size:
    """A positive integer that shapes depend on, drawn anew for every instance."""

    symbol: sp.Symbol
    at_most: sp.Symbol | None = None
    up_to: int = LARGEST_SIZE


@dataclass(frozen=True)
class Condition:
    """A condition on the givens, such as ``Ne(det, 0)``, with the words the page uses for it."""

    relation: Any
    because: str


@dataclass
class Given:
    """All variables of one problem, in the order in which they were declared."""

    sizes: list[Size] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    @property
    def size_symbols(self) -> list[sp.Symbol]:
        return [size.symbol for size in self.sizes]

    def symbols(self) -> dict[str, sp.Basic]:
        """Every declared symbol by name, sizes first."""
        return {
            **{size.symbol.name: size.symbol for size in self.sizes},
            **{name: variable.symbol for name, variable in self.variables.items()},
        }

    def worked_sizes(self) -> dict[sp.Basic, int]:
        """Small distinct sizes at which entries are written out; a size bounded by another is the smaller one."""
        bounded = [size.symbol for size in self.sizes if size.at_most is not None]
        others = [size.symbol for size in self.sizes if size.at_most is None]
        ranked = {symbol: FIRST_WORKED_SIZE + rank for rank, symbol in enumerate([*bounded, *others])}
        return {size.symbol: ranked[size.symbol] for size in self.sizes}

    def instances(
        self,
        admits: Callable[[Instance], bool] | None = None,
        sizes: Mapping[sp.Basic, int] | None = None,
        needed: Collection[sp.Basic] | None = None,
    ) -> SearchStrategy[Instance]:
        """A strategy for numeric instances: sizes first, then every variable, then the seed of any randomness.

        `admits` restricts it to instances that satisfy the problem's conditions; `sizes` fixes some sizes; only the
        symbols `needed`, and the sizes they depend on, are drawn (all of them by default).
        """
        fixed = sizes or {}
        variables = [each for each in self.variables.values() if needed is None or each.symbol in needed]
        wanted_sizes = self._sizes_of(variables, needed)
        from hypothesis import strategies as st

        # Every variable has the room of its largest size, so that a size can shrink without moving other numbers.
        largest_sizes = {size.symbol: max(size.up_to, fixed.get(size.symbol, 0)) for size in wanted_sizes}
        rooms = [math.prod(each.extent(largest_sizes)) for each in variables]

        @st.composite
        def instance(draw: Any) -> Instance:
            sizes: dict[sp.Basic, int] = {}
            for size in sorted(wanted_sizes, key=lambda size: size.at_most is not None):
                largest = size.up_to if size.at_most is None else min(size.up_to, sizes[size.at_most])
                sizes[size.symbol] = fixed.get(size.symbol) or 1 + draw(choices(largest))
            found: Instance = dict(sizes)
            if variables:
                drawn = np.split(draw(words(sum(rooms))), np.cumsum(rooms)[:-1])
                pairs = zip(variables, drawn, strict=True)
                found.update((each.symbol, each.value(part, sizes)) for each, part in pairs)
            if needed is None or RANDOMNESS in needed:
                found[RANDOMNESS] = draw(choices(2**32))
            return found

        strategy = instance()
        return strategy.filter(admits) if admits is not None else strategy

    def allows(self, sizes: Mapping[sp.Basic, int]) -> bool:
        """Whether no size is larger than the one it is bounded by."""
        return all(
            sizes[size.symbol] <= sizes[size.at_most]
            for size in self.sizes
            if size.at_most is not None and size.symbol in sizes and size.at_most in sizes
        )

    def _sizes_of(self, variables: Iterable[Variable], needed: Collection[sp.Basic] | None) -> list[Size]:
        if needed is None:
            return self.sizes
        symbols = {symbol for variable in variables for side in variable.shape for symbol in side.free_symbols}
        symbols.update(needed)
        symbols.update(size.at_most for size in self.sizes if size.symbol in symbols and size.at_most is not None)
        return [size for size in self.sizes if size.symbol in symbols]

    def outside(self, values: Instance) -> list[str]:
        """The names of the givens whose exact values lie outside the sets they range over."""
        return [
            name
            for name, variable in self.variables.items()
            if variable.symbol in values
            and not variable.domain.contains(np.array(values[variable.symbol], dtype=object, ndmin=2))
        ]

    def perturbed(self, instance: Instance, amount: float, seeds: int) -> Iterator[Instance]:
        """Instances that differ from `instance` by `amount` relative to each array, in random directions."""
        rng = default_rng(0)  # the directions do not matter, only that they are not aligned with anything
        for _ in range(seeds):
            changed = dict(instance)
            for variable in self.variables.values():
                if variable.symbol not in instance:
                    continue
                value = np.asarray(instance[variable.symbol], dtype=float)
                scale = np.abs(value) + np.max(np.abs(value), initial=0.0)
                moved = value + amount * scale * rng.choice((-1.0, 1.0), value.shape)
                changed[variable.symbol] = moved if variable.shape else float(moved)
            yield changed
