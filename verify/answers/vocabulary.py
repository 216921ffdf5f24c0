"""Vocabulary: the names that a response may use, what is assumed of them, and what they stand for.

Plain data without SymPy, so that a compiled reference can be kept and judged anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from verify.equality.assumptions import Assumptions
from verify.errors import ReadingError

if TYPE_CHECKING:
    from verify.equality.matrices import Matrices
    from verify.equality.terms import Terms
    from verify.notation import Names, Reading


@dataclass(frozen=True)
class Vocabulary:
    """Everything needed to read a response.

    - `variables`: scalars; `assumptions`: what is known of them, as `Assumptions.parse` reads it.
    - `definitions`: name -> what it stands for, as text in the names before it.
    - `derivatives`: ``"y/s"`` -> what ``dy/ds`` stands for, as text.
    - `matrices`: name -> (rows, columns, properties); a vector has one column.
    - `indexed`: vectors whose entries may be written with a symbolic index, as in ``x_k``.
    - `labels`: names that may stand before an equals sign, as in ``t = ...``.
    """

    variables: tuple[str, ...] = ()
    assumptions: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    derivatives: Mapping[str, str] = field(default_factory=dict)
    matrices: Mapping[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    indexed: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @cached_property
    def names(self) -> Names:
        """The table for `verify.notation.read`."""
        from verify.notation import Names

        return Names(
            variables=self.variables,
            definitions=self.definitions,
            derivatives={_pair(key): f"d{_pair(key)[0]}/d{_pair(key)[1]}" for key in self.derivatives},
            indexed=self.indexed,
            matrices={name: (rows, columns, *kinds) for name, (rows, columns, kinds) in self._declared(1)},
            vectors={name: rows for name, (rows, _, _) in self._declared(0)},
        )

    def _declared(self, wanted: int) -> list[tuple[str, tuple[str, str, tuple[str, ...]]]]:
        """The matrices (1) or the vectors (0) among what is declared."""
        return [(name, each) for name, each in self.matrices.items() if (each[1] != "1") == bool(wanted)]

    @cached_property
    def assumed(self) -> Assumptions:
        """What is assumed of the variables."""
        return Assumptions.parse(self.assumptions)

    def read(
        self, text: str | bytes, terms: Terms, syntax: Any = "auto", *, matrices: Matrices | None = None
    ) -> Reading:
        """What a response says, definitions expanded; raises `ReadingError`."""
        from dataclasses import replace

        from verify.notation import read

        reading = read(text, self.names, terms, syntax, labels=self.labels, matrices=matrices)
        return replace(reading, value=self._expanded(reading.value, terms)) if self.derivatives else reading

    def read_scalar(self, text: str | bytes, terms: Terms, syntax: Any = "auto", *, first_index: int = 0) -> int:
        """The term of a response that must be one expression; raises `ReadingError`.

        `first_index` is what the response calls the first entry of a vector: 0 here, 1 in most textbooks.
        """
        pool = None
        if self.matrices:
            from verify.equality.matrices import Matrices

            pool = Matrices(terms)
        reading = self.read(text, terms, syntax, matrices=pool)
        if reading.kind != "scalar":
            raise ReadingError(f"a {reading.kind} where one expression is expected", 0, reading.text)
        value: int = reading.value  # type: ignore[assignment]
        if first_index:
            value = self._counted_from_zero(value, terms, first_index)
        if pool is None:
            return value
        from verify.answers.vector_sums import as_sums

        return as_sums(pool, value)

    def _counted_from_zero(self, term: int, terms: Terms, first_index: int) -> int:
        def change(part: int) -> int | None:
            kind, *content = terms.key(part)
            if kind != "indexed" or content[0] not in self.indexed:
                return None
            indices = [terms.add((index, terms.number(-first_index))) for index in content[1]]
            return terms.indexed(content[0], indices)

        return terms.rebuild(term, change)

    def _expanded(self, value: Any, terms: Terms) -> Any:
        if not isinstance(value, int):
            return value
        used = terms.variables(value)
        expansions = {
            f"d{_pair(key)[0]}/d{_pair(key)[1]}": text
            for key, text in self.derivatives.items()
            if f"d{_pair(key)[0]}/d{_pair(key)[1]}" in used
        }
        return terms.substitute(value, {name: self.read_scalar(text, terms) for name, text in expansions.items()})

    def to_json(self) -> dict[str, Any]:
        """Plain data from which `from_json` rebuilds this."""
        return {
            "variables": list(self.variables),
            "assumptions": self.assumptions,
            "definitions": dict(self.definitions),
            "derivatives": dict(self.derivatives),
            "matrices": {name: [rows, columns, list(kinds)] for name, (rows, columns, kinds) in self.matrices.items()},
            "indexed": list(self.indexed),
            "labels": list(self.labels),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Vocabulary:
        """The vocabulary that `to_json` wrote."""
        return cls(
            tuple(data["variables"]),
            data["assumptions"],
            data["definitions"],
            data["derivatives"],
            {name: (rows, columns, tuple(kinds)) for name, (rows, columns, kinds) in data["matrices"].items()},
            tuple(data["indexed"]),
            tuple(data["labels"]),
        )


def _pair(key: str) -> tuple[str, str]:
    upper, _, lower = key.partition("/")
    return upper, lower
