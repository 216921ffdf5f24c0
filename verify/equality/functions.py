"""The functions a term may apply: canonical names, how many arguments each takes, and where each is defined."""

from collections.abc import Mapping
from types import MappingProxyType

FUNCTIONS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        **dict.fromkeys(("exp", "sqrt", "cbrt", "log2", "log10"), (1, 1)),
        **dict.fromkeys(("sin", "cos", "tan", "sec", "csc", "cot", "asin", "acos", "atan"), (1, 1)),
        **dict.fromkeys(("sinh", "cosh", "tanh", "sech", "csch", "coth", "asinh", "acosh", "atanh"), (1, 1)),
        **dict.fromkeys(("abs", "sign", "floor", "ceiling"), (1, 1)),
        **dict.fromkeys(("sigmoid", "softplus", "relu"), (1, 1)),
        **dict.fromkeys(("erf", "gamma", "factorial"), (1, 1)),
        "log": (1, 2),  # the second argument is the base
        "binomial": (2, 2),
        "max": (1, 64),
        "min": (1, 64),
    }
)
"""Canonical function name -> (least, most arguments)."""

PARTIAL_FUNCTIONS = frozenset(
    name
    for name in FUNCTIONS
    if name in ("sqrt", "log", "log2", "log10", "tan", "sec", "csc", "cot", "asin", "acos", "acosh", "atanh")
    or name in ("csch", "coth", "gamma", "factorial", "binomial")
)
"""Functions that are undefined, or infinite, at some real argument."""

TOTAL_FUNCTIONS = frozenset(FUNCTIONS) - PARTIAL_FUNCTIONS
"""Functions that are real and finite at every real argument."""

RELATIONS = ("<", "<=", "=", ">", ">=", "!=")
"""Operators that a condition of a piecewise term may use."""
