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


@dataclass(frozen=True)
class WorkedInstance:
    """Exact numbers for every given: the homework's own, or a variant's.

    - `values`: by symbol: ints for sizes, `Fraction` for scalars, 2-d object arrays of `Fraction` for the rest.
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

    Raises `ProblemError` when a given is missing or unknown, a number is not exact, or the shapes disagree.
    """
    for name in values:
        if name not in given.variables:
            known = ", ".join(given.variables)
            raise ProblemError(place, f"{name!r} is not a given", f"Givens are {known}.")
    arrays = {}
    for name, variable in given.variables.items():
        if name not in values:
            raise ProblemError(place, f"no value for {name}", "Give every given a value.")
        arrays[name] = _array(f"{place}, {name}", variable, values[name])
    sizes = _sizes(given, place, arrays)
    numbers = {
        variable.symbol: arrays[name] if variable.shape else arrays[name][0, 0]
        for name, variable in given.variables.items()
    }
    return {**sizes, **numbers}


def exact(place: str, value: Any) -> Fraction:
    """An exact rational from an int, a `Fraction`, a SymPy rational or a string such as ``"1/2"``; never a float."""
    if isinstance(value, bool | float):
        raise ProblemError(place, f"{value!r} is not exact", 'Write integers, fractions, or strings such as "1/2".')
    try:
        if isinstance(value, sp.Rational):
            return Fraction(int(value.p), int(value.q))
        return Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value)
    except (TypeError, ValueError) as error:
        raise ProblemError(place, f"{value!r} is not a number", 'Write integers, fractions, or "1/2".') from error


def _array(place: str, variable: Variable, value: Any) -> np.ndarray:
    rows = value.tolist() if isinstance(value, np.ndarray) else value
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


def _sizes(given: Given, place: str, arrays: Mapping[str, np.ndarray]) -> dict[sp.Basic, int]:
    sizes: dict[sp.Basic, int] = {}
    equations = [
        (name, sp.sympify(side), extent)
        for name, variable in given.variables.items()
        for side, extent in zip((*variable.shape, 1, 1)[:2], arrays[name].shape, strict=True)
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
    missing = [str(symbol) for symbol in given.size_symbols if symbol not in sizes]
    if missing:
        raise ProblemError(place, f"no given determines {', '.join(missing)}", "Every size must follow from a shape.")
    return sizes
