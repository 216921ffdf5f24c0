"""Outputs: what a function returned, as arrays by name, so that two functions can be compared output by output.

A layer returns every hidden state and the last one; both are numbers, and each has its own shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from verify.comparison import BACKWARD_ERROR
from verify.errors import VerifyError

COARSEST = np.finfo(np.float32).eps
"""The largest relative rounding error of numbers that say anything about a formula."""


class Misbehaved(VerifyError):
    """A function under check did something that no right answer does; says what."""


Outputs = dict[str, np.ndarray]


def outputs_of(result: Any, names: Sequence[str] = ()) -> Outputs:
    """The arrays of a result: one array under an empty name, or one for each of `names`.

    Several outputs may be a tuple or list in order, or a mapping by name.  Raises `Misbehaved`.
    """
    if not names:
        return {"": array_of(result)}
    if isinstance(result, Mapping):
        missing = [name for name in names if name not in result]
        if missing:
            raise Misbehaved(f"It returned no {', '.join(missing)}; {', '.join(names)} are expected.")
        return {name: array_of(result[name], name) for name in names}
    if not isinstance(result, tuple | list) or len(result) != len(names):
        found = f"{len(result)} values" if isinstance(result, tuple | list) else f"one {type(result).__name__}"
        raise Misbehaved(f"It returned {found}; {len(names)} are expected: {', '.join(names)}.")
    return {name: array_of(each, name) for name, each in zip(names, result, strict=True)}


def array_of(value: Any, name: str = "") -> np.ndarray:
    """The numbers of one output; raises `Misbehaved` for what holds no finite real numbers of enough digits."""
    what = f"{name} " if name else ""
    detached = value.detach().cpu().numpy() if hasattr(value, "detach") else value
    try:
        array = np.asarray(detached)
    except (TypeError, ValueError) as error:
        raise Misbehaved(f"It returned {what}as rows of different lengths; an array is expected.") from error
    if array.dtype == object or array.dtype.kind not in "biuf":
        kind = type(value).__name__ if array.dtype == object else f"values of type {array.dtype}"
        raise Misbehaved(f"It returned {what}as {kind}; real numbers are expected.")
    if array.dtype.kind == "f" and np.finfo(array.dtype).eps > COARSEST:
        raise Misbehaved(f"It returned {what}as {array.dtype}, which is too coarse; float32 or float64 is expected.")
    if np.isnan(array).any():
        raise Misbehaved(f"It returned {what}with NaN.")
    return array


def first_difference(reference: Outputs, result: Outputs) -> tuple[str, np.ndarray, np.ndarray] | None:
    """The first output whose shapes differ, with both arrays; None where all shapes agree."""
    for name, expected in reference.items():
        if expected.shape != result[name].shape:
            return name, expected, result[name]
    return None


def joined(outputs: Outputs) -> np.ndarray:
    """All numbers of all outputs in a row."""
    return np.concatenate([np.asarray(array, dtype=float).ravel() for array in outputs.values()])


def as_precise_as(result: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`result` in float64; where it was computed in float32, what float32 cannot tell from the reference is equal.

    Torch computes in float32 unless told otherwise, so a right layer differs from the reference in the seventh digit.
    """
    exact = np.asarray(result, dtype=float)
    if result.dtype != np.float32 or exact.shape != reference.shape:
        return exact
    scale = np.max(np.abs(reference), initial=1.0)
    allowed = BACKWARD_ERROR / np.finfo(np.float64).eps * np.finfo(np.float32).eps * scale
    return np.where(np.abs(exact - reference) <= allowed, reference, exact)
