"""Every error this package raises on purpose.

One base class, so that callers can catch all of ours.  Each holds data; the message is built from it and names the
place, what was found, what was expected and the cure.  A wrong answer is never an error, and neither is an unreadable
one: it is an `Evidence` whose verdict says so.
"""

from collections.abc import Iterable


class VerifyError(Exception):
    """Base class of everything raised here."""


class ProblemError(VerifyError):
    """A problem file breaks a rule: where, what was found, and the cure."""

    def __init__(self, place: str, found: str, cure: str) -> None:
        self.place, self.found, self.cure = place, found, cure
        super().__init__(f"{place}: {found}. {cure}")

    def __reduce__(self) -> tuple[type["ProblemError"], tuple[str, str, str]]:  # it crosses processes
        return ProblemError, (self.place, self.found, self.cure)


class UnknownName(VerifyError):
    """A problem, part or variable that does not exist; carries the nearest names that do."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches

        self.kind, self.name, self.known = kind, name, sorted(known)
        self.nearest = get_close_matches(name, self.known, n=3, cutoff=0.4)
        listed = ", ".join(self.nearest or self.known[:10]) or "none"
        hint = f"did you mean {listed}?" if self.nearest else f"known are {listed}"
        super().__init__(f"there is no {kind} {name!r}; {hint}")


class ReadingError(VerifyError):
    """Text that could not be read: why, at which 0-based position of the text, and what would be allowed there.

    Raised inside ``notation``; the public functions turn it into evidence with the verdict ``unreadable``.
    """

    def __init__(self, message: str, position: int, text: str, allowed: str = "") -> None:
        self.message, self.position, self.text, self.allowed = message, position, text, allowed
        super().__init__(f"{message} at column {position + 1}" + (f"; {allowed}" if allowed else ""))

    @property
    def column(self) -> int:
        """1-based column."""
        return self.position + 1

    def caret(self) -> str:
        """Two lines: the text around the place, and a caret below it."""
        start = max(0, self.position - 30)
        line = self.text[start : self.position + 30].replace("\n", " ").replace("\t", " ")
        return f"{line}\n{' ' * (self.position - start)}^"


class BudgetExceeded(VerifyError):
    """A computation would exceed, or has exceeded, its budget; says which limit."""


class Undecidable(VerifyError):
    """No rule of this tier applies; says what stood in the way.  Another tier may still decide."""
