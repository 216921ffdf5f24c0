"""How large a text may be, checked before any number is built."""

from dataclasses import dataclass

from verify.errors import ReadingError


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest text, tree and values that are read.  An author's reference may use wider ones than a response.

    - `characters`: length of the text.
    - `depth`: brackets, exponents and arguments inside one another; at most 210, because the parser recurses.
    - `nodes`: tokens of the text, which bounds the syntax tree.
    - `digits`: of one number, its decimal exponent included.
    - `bits`: predicted size of a numerator or denominator.
    - `expansion`: predicted number of terms of the expression multiplied out.
    - `entries`: of a matrix.
    """

    characters: int = 4_000
    depth: int = 64
    nodes: int = 2_000
    digits: int = 1_000
    bits: int = 40_000
    expansion: int = 100_000
    entries: int = 4_096

    def __post_init__(self) -> None:
        if self.depth > 210:
            raise ValueError("a depth above 210 could exceed Python's own recursion limit")


DEFAULT_LIMITS = Limits()


def check_length(text: str | bytes, limits: Limits) -> None:
    """Refuse a text that is too long, before looking at it."""
    if len(text) > limits.characters:
        shown = text[:40] if isinstance(text, str) else ""
        raise ReadingError(f"the text has {len(text):,} characters; at most {limits.characters:,} are read", 0, shown)
