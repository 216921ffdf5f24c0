"""Deciding whether two expressions are equal, with proof or counterexample.

The public names are loaded when first used, so that importing the package costs nothing.  The decision itself is
`verify.equality.decide.decide`: a package cannot offer a function under the name of one of its modules.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.equality.assumptions import Assumptions as Assumptions
    from verify.equality.functions import FUNCTIONS as FUNCTIONS
    from verify.equality.terms import Terms as Terms

_HOME = {
    "Assumptions": "verify.equality.assumptions",
    "FUNCTIONS": "verify.equality.functions",
    "Terms": "verify.equality.terms",
}

__all__ = ["FUNCTIONS", "Assumptions", "Terms"]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
