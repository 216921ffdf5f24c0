"""Drawing: numbers for instances, by Hypothesis, from choices that nothing else in the process can influence.

Hypothesis mixes constants that it finds in the source of loaded modules into what it draws.  For a test of one's own
code that is a help; here it would make the evidence for one problem depend on which others are loaded.  So every choice
is an integer or a string of bytes of a kind that no source contains, mapped to numbers: simple ones first, which is
also the order in which a counterexample shrinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

OFFSET = 3**60  # far from every integer that a source file contains
PADDING = 64  # bytes behind the drawn ones, which make the string longer than literals are
FINE = 2**24  # draws are low + (high - low) * j / FINE: sums and products of a few of them are exact in float64
SIMPLE_SHARE = 8  # one draw in so many is a simple number
SIMPLE = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 1.5, -1.5, 3.0, -3.0, 0.25, -0.25)


def choices(count: int) -> SearchStrategy[int]:
    """A strategy for 0, 1, ..., count - 1, shrinking towards 0."""
    from hypothesis import strategies as st

    return st.integers(OFFSET, OFFSET + count - 1).map(lambda choice: choice - OFFSET)


def words(count: int) -> SearchStrategy[np.ndarray]:
    """A strategy for arrays of `count` whole numbers below 2**32, shrinking towards zeros."""
    from hypothesis import strategies as st

    size = 4 * count + PADDING
    return st.binary(min_size=size, max_size=size).map(
        lambda drawn: np.frombuffer(drawn, dtype=">u4", count=count).astype(np.int64)
    )


def numbers(drawn: np.ndarray, low: float, high: float) -> np.ndarray:
    """Words as floats from `low` to `high`, which are dyadic; small words are the simple numbers 0, 1, -1, 2, ..."""
    simple = np.array([value for value in SIMPLE if low <= value <= high] or [low, high])
    fine = low + (high - low) * (drawn % (FINE + 1)) / FINE
    is_simple = (drawn < len(simple)) | (drawn % SIMPLE_SHARE == 0)
    position = np.where(drawn < len(simple), drawn, drawn // SIMPLE_SHARE) % len(simple)
    return np.where(is_simple, simple[position], fine)


def whole_numbers(drawn: np.ndarray, low: int, high: int) -> np.ndarray:
    """Words as the integers from `low` to `high`, in floats; small words are 0, 1, -1, 2, ..."""
    ordered = np.array(sorted(range(low, high + 1), key=lambda value: (abs(value), value < 0)), dtype=float)
    return ordered[drawn % len(ordered)]
