"""Dimensions and shapes: a dimension is a name such as ``m``, a number, or a sum such as ``m + 1``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from verify.errors import VerifyError

_SUMMAND = re.compile(r"\s*([+-]?)\s*(?:(\d{1,9})\s*\*?\s*)?([^\W\d]\w*)?\s*")


class ShapeError(VerifyError):
    """Matrices whose shapes do not fit: the operation, the shapes found, and the one expected."""

    def __init__(self, operation: str, found: tuple[Shape, ...], expected: str) -> None:
        self.operation, self.found, self.expected = operation, found, expected
        shapes = " and ".join(str(shape) for shape in found)
        super().__init__(f"{operation}: found {shapes}; expected {expected}")


@dataclass(frozen=True, slots=True, order=True)
class Dimension:
    """A number of rows or columns: `constant` plus integer multiples of named sizes, sorted by name."""

    constant: int
    parts: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, value: int | str | Dimension) -> Dimension:
        """The dimension a number, a name or a written sum (``"m"``, ``"m + 1"``, ``"2*m - n"``) stands for."""
        if isinstance(value, Dimension):
            return value
        if isinstance(value, str):
            return _read_dimension(value)
        if value < 1:
            raise VerifyError(f"a dimension is at least 1, found {value}")
        return cls(int(value))

    def __add__(self, other: Dimension | int) -> Dimension:
        other = Dimension(other) if isinstance(other, int) else other
        return _collect(self.constant + other.constant, [*self.parts, *other.parts])

    def __str__(self) -> str:
        written = ""
        for name, factor in self.parts:
            size = name if abs(factor) == 1 else f"{abs(factor)}{name}"
            written += (" - " if factor < 0 else " + ") + size
        if self.constant or not self.parts:
            written += (" - " if self.constant < 0 else " + ") + str(abs(self.constant))
        return "-" + written[3:] if written.startswith(" - ") else written[3:]

    @property
    def is_one(self) -> bool:
        """Whether this is the number one, whatever the sizes."""
        return self.constant == 1 and not self.parts

    @property
    def names(self) -> frozenset[str]:
        """The sizes it depends on."""
        return frozenset(name for name, _ in self.parts)

    def at(self, sizes: Mapping[str, int]) -> int:
        """Its value once the named sizes are numbers."""
        return self.constant + sum(factor * sizes[name] for name, factor in self.parts)


ONE = Dimension(1)


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows by columns."""

    rows: Dimension
    columns: Dimension

    def __str__(self) -> str:
        return f"{self.rows} x {self.columns}"

    @property
    def transposed(self) -> Shape:
        """Columns by rows."""
        return Shape(self.columns, self.rows)

    @property
    def is_scalar(self) -> bool:
        """Whether it is 1 x 1 whatever the sizes."""
        return self.rows.is_one and self.columns.is_one

    @property
    def is_square(self) -> bool:
        """Whether rows and columns agree whatever the sizes."""
        return self.rows == self.columns


def _collect(constant: int, parts: list[tuple[str, int]]) -> Dimension:
    factors: dict[str, int] = {}
    for name, factor in parts:
        factors[name] = factors.get(name, 0) + factor
    return Dimension(constant, tuple(sorted((name, factor) for name, factor in factors.items() if factor)))


def _read_dimension(text: str) -> Dimension:
    constant, parts, position = 0, [], 0
    while position < len(text):
        match = _SUMMAND.match(text, position)
        if match is None or (match[2] is None and match[3] is None) or (position and not match[1]):
            raise VerifyError(f"dimension {text!r}: expected a sum of sizes such as 'm' or 'm + 1'")
        factor = int(match[2] or 1) * (-1 if match[1] == "-" else 1)
        if match[3] is None:
            constant += factor
        else:
            parts.append((match[3], factor))
        position = match.end()
    dimension = _collect(constant, parts)
    if not dimension.parts and dimension.constant < 1:
        raise VerifyError(f"a dimension is at least 1, found {text!r}")
    return dimension
