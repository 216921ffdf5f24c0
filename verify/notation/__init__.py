"""Reading and writing mathematics, in a Python-like syntax and in LaTeX."""

from verify.notation.limits import Limits
from verify.notation.names import Names
from verify.notation.read import Reading, Unreadable, read, try_read
from verify.notation.writer import write

__all__ = ["Limits", "Names", "Reading", "Unreadable", "read", "try_read", "write"]
