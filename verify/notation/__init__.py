"""Reading and writing mathematics, in a Python-like syntax and in LaTeX."""

from typing import TYPE_CHECKING, Any

from verify.notation.limits import Limits
from verify.notation.names import Names
from verify.notation.read import Reading, Unreadable, read, try_read

if TYPE_CHECKING:
    from verify.notation.writer import write

__all__ = ["Limits", "Names", "Reading", "Unreadable", "read", "try_read", "write"]


def __getattr__(name: str) -> Any:
    if name == "write":
        from verify.notation.writer import write

        return write
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
