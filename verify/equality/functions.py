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

TOTAL_FUNCTIONS = frozenset(
    name
    for name in FUNCTIONS
    if name not in ("sqrt", "log", "log2", "log10", "tan", "sec", "csc", "cot", "asin", "acos", "acosh", "atanh")
    and name not in ("csch", "coth", "gamma", "factorial", "binomial")
)
"""Functions that are real and finite at every real argument."""

RECIPROCAL_OF: Mapping[str, str] = MappingProxyType(
    {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
)
"""Functions that are 1 over another one (cot is cos over sin, which tier code treats separately at its zeros)."""

RELATIONS = ("<", "<=", "=", ">", ">=", "!=")
"""Operators that a condition of a piecewise term may use."""
