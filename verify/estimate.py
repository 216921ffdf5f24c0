"""Estimate: a sampled number that knows how uncertain it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error."""

    value: float
    standard_error: float

    @property
    def resolution(self) -> float:
        """The smallest relative error that a comparison at six sigma would notice; infinite around zero."""
        return 6 * self.standard_error / abs(self.value) if self.value else float("inf")

    def __str__(self) -> str:
        return f"{self.value:.6g} ± {self.standard_error:.2g}"


def mean_of(samples: ArrayLike) -> Estimate:
    """The mean of independent samples, with its standard error."""
    import numpy as np

    values = np.asarray(samples, dtype=float)
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size)))


def variance_of(samples: ArrayLike) -> Estimate:
    """The variance of independent samples; the standard error uses the sample's own fourth moment."""
    import numpy as np

    values = np.asarray(samples, dtype=float)
    return mean_of(np.square(values - values.mean()))
