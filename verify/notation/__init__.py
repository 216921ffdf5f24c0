"""Reading and writing mathematics, in a Python-like syntax and in LaTeX.

What is ambiguous is refused with its readings, never guessed.  The choices:

- `1/2x`, `a/b(c)`, `x^-1y`, `e^2x`, `√2x`, `sin x/2`, `sin x (y)`, `n!!`, `log^-1(x)` are refused.  `w^2u_1` is a
  product, `2^3^2` groups to the right, `-x^2` is -(x^2), `a/b/c` is (a/b)/c; `\\frac12x` leaves no doubt.
- `sin 2x`, `\\sin \\omega t`: an argument without brackets takes numbers and names up to a sign, a bracket or a
  function.
- Letters in LaTeX multiply, identifiers in the Python-like syntax are names; a run of letters that is no declared name
  is cut into declared names where there is one way to do so, and refused where there are two.
- `f(x)` of an undeclared `f`, `g`, `phi` or `psi` is refused; of another letter it is a product.  `sigma(x)` is the
  sigmoid unless sigma is declared.  `log` is natural, `lg` decimal, `\\log_b` has its base.
- `2 1/2`, `2\\frac12` and `2½` standing alone are mixed numbers (the reading says so), before another factor they are
  refused.  `1,000` and `1{,}000` are numbers; `1,234` could be two and is refused unless the caller says which.
- Decimals are exact fractions.  `50\\%` is 1/2.  `90°` is an angle where degrees are allowed.
- `±` gives both values.  Infinity is a value only by itself or at the end of an interval.  `\\sqrt[3]{x}` is the real
  cube root, as `cbrt(x)` is; `x^{1/3}` is a power.
- Every letter is a real variable, also `i` and `E`; the reading notes it.
- Sums with whole bounds up to 200 terms are written out, others keep their index.
- Operations on the question (derivatives, integrals, limits, determinants) are refused: the answer is their result.
"""

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
