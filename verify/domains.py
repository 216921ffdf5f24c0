"""Domain: the sets that givens range over, each a box of floats mapped onto the set.

Mapping instead of filtering keeps every draw usable and lets Hypothesis shrink.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Domain:
    """A set to draw from: a box of floats, mapped onto the set by `project`.

    - `latex`: the set; ``SIZE`` stands for ``n`` or ``n \\times m``.
    - `low`, `high`: bounds of the box.
    - `project`: maps an array of the box to one of the set, of the same shape.
    - `assumptions`: what SymPy may assume of every entry, e.g. ``("positive",)``.
    - `properties`: what a matrix symbol of this set satisfies, for proofs at any size: ``"orthogonal"``,
      ``"orthonormal columns"``, ``"symmetric"``, ``"invertible"``.
    - `independent`: whether any values of the entries, within their signs, belong to the set.  False for one cut out by
      equations or an order (orthogonal, simplex, descending): an exact counterexample with free entries is none there.
    - `condition`: whether an exact array satisfies the equations or the order that cut the set out.
    - `integral`: whether whole numbers are drawn.
    - `index`: whether functions get integers, with which arrays can be indexed, instead of floats.
    """

    latex: str
    low: float = -2.0
    high: float = 2.0
    project: Callable[[np.ndarray], np.ndarray] = lambda array: array
    assumptions: tuple[str, ...] = ("real",)
    properties: frozenset[str] = frozenset()
    independent: bool = True
    integral: bool = False
    index: bool = False
    condition: Callable[[np.ndarray], bool] = lambda _array: True

    def contains(self, array: np.ndarray) -> bool:
        """Whether an array of exact rationals belongs to the set; the box is not part of it."""
        signs = all(SIGNS[word](entry) for word in self.assumptions if word in SIGNS for entry in array.flat)
        return signs and self.condition(array)


SIGNS: dict[str, Callable[[Fraction], bool]] = {
    "positive": lambda entry: entry > 0,
    "nonnegative": lambda entry: entry >= 0,
    "negative": lambda entry: entry < 0,
    "nonzero": lambda entry: entry != 0,
    "integer": lambda entry: entry.denominator == 1,
}


def below(count: int) -> Domain:
    """The indices 0, 1, ..., count - 1: tokens, classes, positions."""
    listed = "0, 1" if count == 2 else rf"0, \dots, {count - 1}"
    return Domain(
        rf"\{{{listed}\}}^{{SIZE}}",
        low=0,
        high=count - 1,
        project=np.round,
        assumptions=("nonnegative", "integer"),
        independent=False,
        integral=True,
        index=True,
        condition=lambda array: bool(np.all(array < count)),
    )


def _unit(array: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(array)
    return array / norm if norm > 1e-3 else np.eye(*array.shape)


def _softmax(array: np.ndarray) -> np.ndarray:
    weights = np.exp(array - array.max())
    return weights / weights.sum()


def _invertible(array: np.ndarray) -> np.ndarray:
    """Adds twice the largest row sum to the diagonal: strictly diagonally dominant, hence invertible."""
    return array + np.eye(*array.shape) * (0.5 + np.abs(array).sum(axis=1).max(initial=0.0))


def _has_orthonormal_columns(array: np.ndarray) -> bool:
    return bool(np.all(array.T @ array == np.eye(array.shape[1], dtype=int)))


def _is_regular(array: np.ndarray) -> bool:
    """By elimination in fractions."""
    rest = array.copy()
    while rest.size:
        pivots = np.flatnonzero(rest[:, 0])
        if not pivots.size:
            return False
        pivot = rest[pivots[0]]
        others = np.delete(rest, pivots[0], 0)
        rest = (others - np.outer(others[:, 0] / pivot[0], pivot))[:, 1:]
    return True


real = Domain(r"\mathbb{R}^{SIZE}")
positive = Domain(r"\mathbb{R}_{>0}^{SIZE}", low=0.125, assumptions=("positive",))
nonnegative = Domain(r"\mathbb{R}_{\ge 0}^{SIZE}", low=0.0, assumptions=("nonnegative",))
integer = Domain(r"\mathbb{Z}^{SIZE}", low=-9, high=9, project=np.round, assumptions=("integer",), integral=True)
unit = Domain(
    r"\mathbb{S}^{SIZE - 1}",
    project=_unit,
    independent=False,
    condition=lambda array: bool(np.sum(array * array) == 1),
)
simplex = Domain(
    r"\Delta^{SIZE - 1}",
    project=_softmax,
    assumptions=("positive",),
    independent=False,
    condition=lambda array: bool(np.sum(array) == 1),
)
orthogonal = Domain(
    r"\mathrm{O}(SIZE)",
    project=lambda array: np.linalg.qr(array)[0],
    properties=frozenset({"orthogonal"}),
    independent=False,
    condition=_has_orthonormal_columns,
)
orthonormal = Domain(
    r"\mathrm{St}(SIZE)",  # the Stiefel manifold: columns of length one, orthogonal to each other
    project=lambda array: np.linalg.qr(array)[0],
    properties=frozenset({"orthonormal columns"}),
    independent=False,
    condition=_has_orthonormal_columns,
)
invertible = Domain(
    r"\mathrm{GL}(SIZE)", project=_invertible, properties=frozenset({"invertible"}), condition=_is_regular
)
symmetric = Domain(
    r"\mathrm{Sym}(SIZE)",
    project=lambda array: (array + array.T) / 2,
    properties=frozenset({"symmetric"}),
    independent=False,
    condition=lambda array: bool(np.all(array == array.T)),
)
descending = Domain(
    r"\mathbb{R}_{\ge 0}^{SIZE} \text{, descending}",
    low=0.0,
    project=lambda array: -np.sort(-array, axis=0),
    assumptions=("nonnegative",),
    independent=False,
    condition=lambda array: bool(np.all(array[:-1] >= array[1:])),
)
