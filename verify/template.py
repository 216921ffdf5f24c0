"""Template: the commented problem file that ``verify new`` writes."""

from __future__ import annotations

import re
from pathlib import Path

from verify.errors import VerifyError

TEMPLATE = '''r"""TITLE.

State the problem in your own words, with $mathematics$. The first line is the title.
"""

import numpy as np
from sympy import exp

from verify import Problem, gradient

problem = Problem(__doc__, source="where it comes from", tags=("topic",))

# Given ------------------------------------------------------------------------------------
# One declaration yields the symbol for the derivation and the numbers for the search.
# problem.scalar, problem.vector("v", n), problem.matrix("A", m, n), problem.size("m n")

x = problem.scalar("x")
sigma = problem.let("sigma", 1 / (1 + exp(-x)))  # a name for a subexpression

# Solution ---------------------------------------------------------------------------------
# First expression, then lines ("=", expression, "the fact that justifies it"). The last is the answer.

part_a = problem.part(
    "a",
    r"Find the derivative of the logistic function $\\sigma$.",
    gradient(sigma, x),
    ("=", exp(-x) / (1 + exp(-x)) ** 2, "quotient rule"),
    ("=", sigma * (1 - sigma), r"$1 - \\sigma = e^{-x} \\sigma$"),
)
part_a.mistake("inner derivative forgotten", -exp(-x) / (1 + exp(-x)) ** 2, "Mind the sign of the inner derivative.")

# Checks -----------------------------------------------------------------------------------
# Implementations ask for givens by name and know nothing of the derivation.


@part_a.numpy
def finite_difference_in_the_complex_plane(x):
    step = 1e-30
    return np.imag(1 / (1 + np.exp(-(x + 1j * step)))) / step


@problem.claim
def the_slope_is_at_most_a_quarter(x):
    """The logistic function is steepest at zero, with slope 1/4."""
    value = 1 / (1 + np.exp(-x))
    return value * (1 - value), "<=", 0.25
'''


def write_template(name: str, folder: Path) -> Path:
    """The path of a new problem file; raises `VerifyError` for a bad name or a file that exists."""
    stem = name.removesuffix(".py")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", stem):
        raise VerifyError(f"{name!r} cannot name a problem; use lower-case letters, digits and underscores")
    path = folder / f"{stem}.py"
    if path.exists():
        raise VerifyError(f"{path} exists already; choose another name or delete it first")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(TEMPLATE.replace("TITLE", stem.replace("_", " ").capitalize()), encoding="utf-8")
    return path
