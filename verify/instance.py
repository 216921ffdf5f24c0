"""Instance: exact numbers for the givens of a problem: the homework's own, or a variant drawn from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from verify.errors import ProblemError
from verify.given import Given, Instance, Variable


@dataclass(frozen=True, eq=False)  # arrays have no truth value, so instances are compared and cached by identity
class WorkedInstance:
    """Exact numbers for the givens that a question is about: the homework's own, or a variant's.

    - `values`: by symbol: ints for sizes, `Fraction` for scalars, 2-d object arrays of `Fraction` for the rest.  Givens
      that no number of the homework concerns are left out.
    """

    name: str
    values: Instance
    text: str = ""

    def floats(self) -> Instance:
        """The same numbers as an implementation expects them."""
        return {
            symbol: value.astype(float)
            if isinstance(value, np.ndarray)
            else value
            if isinstance(value, int)
            else float(value)
            for symbol, value in self.values.items()
        }


def exact_values(given: Given, place: str, values: Mapping[str, Any]) -> Instance:
    """Values by symbol: sizes as ints, scalars as `Fraction`, vectors and matrices as 2-d arrays of `Fraction`.

    A size follows from the shapes, or is given by name.  Raises `ProblemError` when a name is unknown, a number is not
    exact, or the shapes disagree.
    """
    sizes = {str(symbol): symbol for symbol in given.size_symbols}
    for name in values:
        if name not in given.variables and name not in sizes:
            known = ", ".join([*sizes, *given.variables])
            raise ProblemError(place, f"{name!r} is not a given", f"Givens are {known}.")
    arrays = {
        name: _array(f"{place}, {name}", variable, values[name])
        for name, variable in given.variables.items()
        if name in values
    }
    stated = {symbol: _size(f"{place}, {name}", values[name]) for name, symbol in sizes.items() if name in values}
    numbers = {
        given.variables[name].symbol: array if given.variables[name].shape else array[0, 0]
        for name, array in arrays.items()
    }
    return {**_sizes(given, place, arrays, stated), **numbers}


def _size(place: str, value: Any) -> int:
    number = exact(place, value)
    if number.denominator != 1 or number < 1:
        raise ProblemError(place, f"found {value!r}", "A size is a whole number of at least 1.")
    return int(number)


def exact(place: str, value: Any) -> Fraction:
    """An exact rational from an int, a `Fraction`, a SymPy rational or a string such as ``"1/2"``; never a float."""
    if isinstance(value, bool | float):
        raise ProblemError(place, f"{value!r} is not exact", 'Write integers, fractions, or strings such as "1/2".')
    try:
        if isinstance(value, sp.Rational):
            return Fraction(int(value.p), int(value.q))
        return Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise ProblemError(place, f"{value!r} is not a number", 'Write integers, fractions, or "1/2".') from error


def _array(place: str, variable: Variable, value: Any) -> np.ndarray:
    rows = value.tolist() if isinstance(value, np.ndarray) else value
    if variable.is_array:
        raise ProblemError(place, "it has more than two axes", "Leave it out: worked numbers are vectors and matrices.")
    if not variable.shape:
        rows = [[rows]]
    elif len(variable.shape) == 1:
        rows = [[entry] for entry in rows]
    if len({len(row) for row in rows}) != 1:
        raise ProblemError(place, "the rows have different lengths", "Every row needs the same number of entries.")
    result = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            result[i, j] = exact(place, entry)
    return result


def _sizes(
    given: Given, place: str, arrays: Mapping[str, np.ndarray], stated: Mapping[sp.Basic, int]
) -> dict[sp.Basic, int]:
    sizes: dict[sp.Basic, int] = dict(stated)
    equations = [
        (name, sp.sympify(side), extent)
        for name, array in arrays.items()
        for side, extent in zip((*given.variables[name].shape, 1, 1)[:2], array.shape, strict=True)
    ]
    for _, side, extent in equations:
        unknown = side.free_symbols - set(sizes)
        if len(unknown) == 1:
            (symbol,) = unknown
            solutions = sp.solve(side.subs(sizes) - extent, symbol)
            if len(solutions) == 1 and solutions[0].is_Integer and solutions[0] > 0:
                sizes[symbol] = int(solutions[0])
    for name, side, extent in equations:
        if side.subs(sizes) != extent:
            raise ProblemError(
                place, f"{name} has {extent} entries on a side of length {side}", "The sizes must agree."
            )
    return sizes
