"""Comparison: how far two numeric sides are apart, in units of what rounding can explain.

The one tolerance of the project.  It is not fixed: the sensitivity of both sides to tiny changes of the instance (their
condition) says how large a rounding error can become there, and only a difference beyond that counts.
Source: N. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 1.6: the error is at
most the condition times the backward error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from verify.estimate import Estimate

SIGMAS = 6.0  # one false alarm in 500 million comparisons of a sampled value
STEP = 2.0**-20  # relative change of the givens by which the condition is measured: the middle of the float64 range
BACKWARD_ERROR = 2.0**12 * np.finfo(float).eps  # 4096 roundings in a row, all in the same direction
FLIPPED = {"=": "=", "<=": ">=", ">=": "<="}

Sides = tuple[Any, str, Any]


class NotComparable(Exception):
    """The reference itself is not a finite number at this instance, so the instance says nothing."""


def excess(sides: Sides, nearby: Callable[[], Iterable[Sides]]) -> float:
    """By how much the relation fails, in units of what rounding or sampling explains; at most 1 is fine.

    `nearby` gives the sides at instances a relative `STEP` away; it is asked only when the sides differ at all.
    Infinite for different shapes and for a right side that is not finite where the left is.
    """
    left, relation, right = sides
    if isinstance(left, Estimate) or isinstance(right, Estimate):
        return _excess_of_estimates(left, relation, right)
    left, right = _array(left), _array(right)
    if not np.all(np.isfinite(left)):
        raise NotComparable
    if left.shape != right.shape or not np.all(np.isfinite(right)):
        return float("inf")
    failure = {"=": np.abs(left - right), "<=": left - right, ">=": right - left}[relation]
    scale = np.maximum(np.abs(left), np.abs(right))
    floor = BACKWARD_ERROR * np.max(scale, initial=1.0)
    worst = np.max(failure, initial=0.0)
    if worst <= floor / 64:
        return float(max(worst, 0.0) / floor)
    allowed = floor + BACKWARD_ERROR * _condition(left, right, nearby())
    return float(np.max(failure / allowed, initial=0.0))


def same_shape(left: Any, right: Any) -> bool:
    """Whether the two sides have the same shape, once 1x1 matrices count as scalars and columns as vectors."""
    return _array(left).shape == _array(right).shape


def _array(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype == object or not np.issubdtype(array.dtype, np.number):
        array = array.astype(float)
    array = array.astype(float) if not np.iscomplexobj(array) else array
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    return array.reshape(()) if array.size == 1 else array


def _condition(left: np.ndarray, right: np.ndarray, nearby: Iterable[Sides]) -> np.ndarray:
    condition = np.zeros(left.shape)
    for other_left, _, other_right in nearby:
        for value, moved in ((left, _array(other_left)), (right, _array(other_right))):
            if moved.shape == value.shape and np.all(np.isfinite(moved)):
                condition = np.maximum(condition, np.abs(moved - value) / STEP)
    return condition


def _excess_of_estimates(left: Any, relation: str, right: Any) -> float:
    if isinstance(right, Estimate) and not isinstance(left, Estimate):
        return _excess_of_estimates(right, FLIPPED[relation], left)
    assert isinstance(left, Estimate)
    error = left.standard_error
    other = right
    if isinstance(right, Estimate):
        error, other = float(np.hypot(error, right.standard_error)), right.value
    target = float(_array(other))
    if not np.isfinite(target):
        raise NotComparable
    if not np.isfinite(left.value):
        return float("inf")
    difference = left.value - target
    failure = {"=": abs(difference), "<=": difference, ">=": -difference}[relation]
    return float(failure / (SIGMAS * error)) if error else (0.0 if failure <= 0 else float("inf"))
