"""What is known about the variables: real unless declared otherwise."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from verify.errors import ReadingError


@dataclass(frozen=True, slots=True)
class Assumption:
    """The set one real variable ranges over: an interval, perhaps of whole numbers only, perhaps without zero."""

    lower: Fraction | None = None
    lower_open: bool = False
    upper: Fraction | None = None
    upper_open: bool = False
    integer: bool = False
    nonzero: bool = False

    @property
    def positive(self) -> bool:
        """Whether every value is greater than zero."""
        if self.lower is None:
            return False
        return self.lower > 0 or (self.lower == 0 and (self.lower_open or self.nonzero))

    @property
    def nonnegative(self) -> bool:
        """Whether no value is less than zero."""
        return self.lower is not None and self.lower >= 0

    @property
    def negative(self) -> bool:
        """Whether every value is less than zero."""
        if self.upper is None:
            return False
        return self.upper < 0 or (self.upper == 0 and (self.upper_open or self.nonzero))

    @property
    def is_nonzero(self) -> bool:
        """Whether zero is excluded."""
        return self.nonzero or self.positive or self.negative

    @property
    def is_empty(self) -> bool:
        """Whether no value is left."""
        if self.lower is None or self.upper is None:
            return False
        if self.integer:
            return self.smallest_integer() > self.largest_integer()  # type: ignore[operator]
        return self.lower > self.upper or (self.lower == self.upper and (self.lower_open or self.upper_open))

    def smallest_integer(self) -> int | None:
        """The least whole number of the interval."""
        if self.lower is None:
            return None
        ceiling = -(-self.lower.numerator // self.lower.denominator)
        return ceiling + 1 if self.lower_open and ceiling == self.lower else ceiling

    def largest_integer(self) -> int | None:
        """The greatest whole number of the interval."""
        if self.upper is None:
            return None
        floor = self.upper.numerator // self.upper.denominator
        return floor - 1 if self.upper_open and floor == self.upper else floor

    def admits(self, value: Fraction) -> bool:
        """Whether a rational number belongs to the set."""
        if (self.integer and value.denominator != 1) or (self.nonzero and value == 0):
            return False
        if self.lower is not None and (value < self.lower or (self.lower_open and value == self.lower)):
            return False
        return self.upper is None or value < self.upper or (not self.upper_open and value == self.upper)

    def intersect(self, other: "Assumption") -> "Assumption":
        """Both assumptions at once."""
        lower = max((bound for bound in (self.lower, other.lower) if bound is not None), default=None)
        upper = min((bound for bound in (self.upper, other.upper) if bound is not None), default=None)
        return Assumption(
            lower=lower,
            lower_open=any(each.lower_open and each.lower == lower for each in (self, other)),
            upper=upper,
            upper_open=any(each.upper_open and each.upper == upper for each in (self, other)),
            integer=self.integer or other.integer,
            nonzero=self.nonzero or other.nonzero,
        )

    def describe(self, name: str) -> str:
        """The assumption as text that `Assumptions.parse` reads back, such as ``0<p<1`` or ``n>=1:integer``."""
        left = "" if self.lower is None else f"{self.lower}{'<' if self.lower_open else '<='}"
        right = "" if self.upper is None else f"{'<' if self.upper_open else '<='}{self.upper}"
        if left and not right:
            left, right = "", f"{'>' if self.lower_open else '>='}{self.lower}"
        words = ",".join(word for word in ("integer", "nonzero") if getattr(self, word))
        return f"{left}{name}{right}" + (f":{words}" if words else "")


REAL = Assumption()
_ZERO = Fraction(0)
WORDS: Mapping[str, Assumption] = {
    "real": REAL,
    "integer": Assumption(integer=True),
    "natural": Assumption(lower=_ZERO, integer=True),
    "positive": Assumption(lower=_ZERO, lower_open=True),
    "nonnegative": Assumption(lower=_ZERO),
    "negative": Assumption(upper=_ZERO, upper_open=True),
    "nonpositive": Assumption(upper=_ZERO),
    "nonzero": Assumption(nonzero=True),
}

_NUMBER = r"[-+]?\d{1,40}(?:\.\d{1,40}|/\d{1,40})?"
_NAME = r"[^\W\d]\w*'*"
_COMPARISON = r"<=|>=|!=|≤|≥|≠|<|>"
_DECLARATION = re.compile(
    rf"(?:(?P<left>{_NUMBER})\s*(?P<left_operator>{_COMPARISON})\s*)?(?P<name>{_NAME})"
    rf"(?:\s*(?P<right_operator>{_COMPARISON})\s*(?P<right>{_NUMBER}))?"
    rf"(?:\s*:\s*(?P<words>[a-z]+(?:,(?:{'|'.join(WORDS)})\b)*))?"
)
_SEPARATOR = re.compile(r"[\s,;]*")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!="}
_ASCII = {"≤": "<=", "≥": ">=", "≠": "!="}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed of each variable; those not mentioned are real."""

    known: Mapping[str, Assumption] = field(default_factory=dict)

    @staticmethod
    def parse(text: str) -> "Assumptions":
        """Assumptions from text such as ``x y>0 n:integer 0<p<1 k>=1:integer``; raises ReadingError."""
        known: dict[str, Assumption] = {}
        position = _separator_end(text, 0)
        while position < len(text):
            match = _DECLARATION.match(text, position)
            if match is None:
                raise ReadingError(
                    f"unexpected {text[position]!r} in the declaration of variables",
                    position,
                    text,
                    "allowed are declarations such as: x  y>0  n:integer  0<p<1",
                )
            name = match["name"]
            assumption = known.get(name, REAL).intersect(_read_declaration(match, text))
            if assumption.is_empty:
                raise ReadingError(f"no value of {name!r} satisfies all that is declared", match.start(), text)
            known[name] = assumption
            position = _separator_end(text, match.end())
        return Assumptions(known)

    def of(self, name: str) -> Assumption:
        """What is assumed of one variable."""
        return self.known.get(name, REAL)

    def merge(self, other: "Assumptions") -> "Assumptions":
        """Both at once; raises ValueError where a variable is left without a value."""
        known = dict(self.known)
        for name, assumption in other.known.items():
            known[name] = known.get(name, REAL).intersect(assumption)
            if known[name].is_empty:
                raise ValueError(f"no value of {name!r} satisfies both assumptions")
        return Assumptions(known)

    def with_assumption(self, name: str, assumption: Assumption) -> "Assumptions":
        """These, with what is assumed of one variable replaced."""
        return replace(self, known={**self.known, name: assumption})

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.known.items(), key=lambda item: item[0])))

    def __str__(self) -> str:
        return " ".join(assumption.describe(name) for name, assumption in self.known.items())


def _separator_end(text: str, position: int) -> int:
    match = _SEPARATOR.match(text, position)
    return match.end() if match else position


def _read_declaration(match: re.Match[str], text: str) -> Assumption:
    assumption = REAL
    if match["left"]:
        operator = _ASCII.get(match["left_operator"], match["left_operator"])
        assumption = assumption.intersect(_bound(_MIRRORED[operator], match["left"], match.start("left"), text))
    if match["right"]:
        operator = _ASCII.get(match["right_operator"], match["right_operator"])
        assumption = assumption.intersect(_bound(operator, match["right"], match.start("right"), text))
    for word in re.findall(r"[a-z]+", match["words"] or ""):
        if word not in WORDS:
            known = ", ".join(sorted(WORDS))
            raise ReadingError(f"unknown assumption {word!r}", match.start("words"), text, f"known are {known}")
        assumption = assumption.intersect(WORDS[word])
    return assumption


def _bound(operator: str, number: str, position: int, text: str) -> Assumption:
    try:
        value = Fraction(number)
    except ZeroDivisionError:
        raise ReadingError("division by zero in a bound", position, text) from None
    if operator == "!=":
        if value != 0:
            raise ReadingError("only zero can be excluded", position, text, "write x!=0")
        return Assumption(nonzero=True)
    if operator in ("<", "<="):
        return Assumption(upper=value, upper_open=operator == "<")
    return Assumption(lower=value, lower_open=operator == ">")
