"""Deciding whether two expressions are equal, with proof or counterexample.

The public names are loaded when first used, so that importing the package costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions as Assumptions
    from verify.equality.decide import decide as decide

    from verify.equality.functions import FUNCTIONS as FUNCTIONS
    from verify.equality.terms import Terms as Terms

_HOME = {
    "Assumptions": "verify.equality.assumptions",
    "FUNCTIONS": "verify.equality.functions",
    "Terms": "verify.equality.terms",
    "decide": "verify.equality.decide",
}

__all__ = ["FUNCTIONS", "Assumptions", "Terms", "decide"]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
