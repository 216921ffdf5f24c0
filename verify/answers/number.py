"""Number: one number, exact or within a stated tolerance, with a unit where the part has one.

Every number is an exact rational: a decimal is what it is written as, and so is a float (0.1 is one tenth).  The
comparison is therefore a proof either way, and the scope of the verdict states the tolerance.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from verify.answers.answer import UNUSUAL_SPACES, answer_kind, judge, response_text
from verify.answers.tokens import MINUS_SIGNS, exact_decimal
from verify.errors import ProblemError, ReadingError
from verify.evidence import WITHHELD, Counterexample, Evidence, Verdict

_TIME = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Fraction(1, 1000)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Fraction(3600)),
}
_SHARE = {**dict.fromkeys(("%", "\\%", "percent", "per cent"), Fraction(1, 100))}
_COUNT = {"k": Fraction(10**3), "M": Fraction(10**6)}
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_NUMBER = (
    rf"[-+]?\s?(?:{_DIGITS}(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{{1,3}}|\s?(?:[x*×]|\\times)\s?10\^\{{?[-+]?\d{{1,3}}\}}?)?"
)
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})(?:\s?/\s?(?P<below>\d{{1,30}}))?\s?(?P<unit>[^\d\s,;()\[\]]*)")
_INTERVAL = re.compile(
    r"(?P<low>.+?\d\s?[^\d\s]*)\s?(?: to | and |\.\.\.?|–|—|,\s|(?<=[\d%sh])-(?=[\d.]))\s?(?P<high>.+)"
)


@answer_kind
@dataclass(frozen=True)
class Number:
    """A number.  `Number(341, unit="s", absolute=1)` accepts ``340 s``, ``341`` and ``5 minutes 41 seconds``.

    - `value`: the reference, an int, a Fraction, or text such as ``"94.1"`` or ``"1/3"``; a float means its decimal.
    - `unit`: seconds, minutes, hours (``s``, ``min``, ``h``) and ``%`` convert; any other unit must be typed as it is.
      A response without a unit is taken in this one.
    - `absolute`, `relative`: the largest accepted difference is the larger of `absolute` and `relative` times `value`.
    - `interval`: least and largest accepted value; a response may then be a range, which must lie within it.

    Without a unit, ``18k`` and ``1.5M`` are thousands and millions, and ``94%`` is 0.94.
    """

    value: int | float | str | Fraction
    unit: str | None = None
    absolute: int | float | str | Fraction = 0
    relative: int | float | str | Fraction = 0
    interval: tuple[Any, Any] | None = None
    kind: ClassVar[str] = "number"

    def __post_init__(self) -> None:
        for name in ("value", "absolute", "relative"):
            object.__setattr__(self, name, _author_number(name, getattr(self, name)))
        if self.absolute < 0 or self.relative < 0:  # type: ignore[operator]
            raise ProblemError("Number", "a negative tolerance", "give 0 for an exact answer")
        if self.interval is not None:
            low, high = (_author_number("interval", end) for end in self.interval)
            if not low <= self.value <= high:  # type: ignore[operator]
                raise ProblemError("Number", "the value is not within its interval", "give (least, largest)")
            object.__setattr__(self, "interval", (low, high))

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response is the reference within the tolerance; a wrong unit is named."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        try:
            ends = self._ends(response)
        except WrongUnitError as error:
            return Evidence(claim, Verdict.REFUTED, scope="unit", method="number", feedback=str(error))
        low, high = self._accepted()
        scope = self._scope()
        if all(low <= end <= high for end in ends):
            return Evidence(claim, Verdict.PROVED, scope=scope, method="number")
        counterexample = Counterexample({}, _joined(ends), WITHHELD)
        return Evidence(
            claim,
            Verdict.REFUTED,
            scope=scope,
            method="number",
            counterexample=counterexample,
            feedback=self._hint(ends),
        )

    def _scope(self) -> str:
        """The tolerance, which does not give the value away."""
        if self.interval is not None:
            return "within the accepted range"
        if not self.absolute and not self.relative:
            return "exactly"
        named = (
            (self.absolute, f"{_shown(Fraction(self.absolute))} {self.unit or ''}"),
            (self.relative, f"{_shown(100 * Fraction(self.relative))} %"),
        )
        return "within " + " or ".join(f"±{text}".strip() for value, text in named if value)

    def _accepted(self) -> tuple[Fraction, Fraction]:
        value = Fraction(self.value)
        reach = max(Fraction(self.absolute), Fraction(self.relative) * abs(value))
        low, high = self.interval or (value, value)
        return min(low, value - reach), max(high, value + reach)

    def _hint(self, ends: tuple[Fraction, ...]) -> str:
        value = Fraction(self.value)
        if len(ends) > 1:
            return "The range is not within what is accepted."
        if value and ends[0] == -value:
            return "The sign is wrong."
        if value and ends[0] and self._is_power_of_ten(ends[0] / value):
            return "The digits are right, the power of ten is not: look at the unit or the decimal point."
        return "The number is not right."

    @staticmethod
    def _is_power_of_ten(ratio: Fraction) -> bool:
        return any(ratio == Fraction(10) ** power for power in range(-12, 13))

    def _ends(self, response: object) -> tuple[Fraction, ...]:
        if not isinstance(response, str | bytes):
            if isinstance(response, list | tuple) and len(response) == 2:
                self._require_interval("")
                return self._ordered(exact_decimal(response[0]), exact_decimal(response[1]))
            return (exact_decimal(response),)
        text = _plain(response_text(response))
        if "±" in text or "+-" in text or "\\pm" in text:
            raise ReadingError("one number was expected, not ±", max(text.find("±"), 0), text)
        inner = text.strip(" ()[]") if text.startswith(("(", "[")) and text.endswith((")", "]")) else text
        match = _INTERVAL.fullmatch(inner)
        if match is None:
            return (read_quantity(text, self.unit),)
        self._require_interval(text)
        low, high = match["low"], match["high"]
        return self._ordered(read_quantity(low, self.unit), read_quantity(high, self.unit))

    def _require_interval(self, text: str) -> None:
        if self.interval is None:
            raise ReadingError("a range where one number was expected", 0, text)

    @staticmethod
    def _ordered(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        if low > high:
            raise ReadingError("a range whose first end is the larger one", 0, "")
        return low, high

    def expects(self) -> str:
        """One line that tells what to type."""
        unit = f" in {self.unit}" if self.unit else ""
        return f"a number{unit}" + (" or a range" if self.interval else "")

    def shown(self) -> str:
        """The reference with its unit."""
        unit = {None: "", "%": "\\,\\%"}.get(self.unit, f"\\ \\text{{{self.unit}}}")
        return f"${_latex(Fraction(self.value))}{unit}$"

    def to_json(self) -> dict[str, Any]:
        """Plain data; numbers as exact text."""
        return {
            "kind": self.kind,
            "value": str(self.value),
            "unit": self.unit,
            "absolute": str(self.absolute),
            "relative": str(self.relative),
            "interval": [str(end) for end in self.interval] if self.interval else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Number":
        """The answer that `to_json` wrote."""
        interval = data["interval"] and (data["interval"][0], data["interval"][1])
        return cls(data["value"], data["unit"], data["absolute"], data["relative"], interval)


class WrongUnitError(Exception):
    """A quantity of another kind than the reference; holds what to tell the person who answered."""


def _author_number(name: str, value: object) -> Fraction:
    try:
        return exact_decimal(value)
    except ReadingError as error:
        raise ProblemError(f"Number({name})", str(error), "give an int, a Fraction or text such as '1/3'") from None


def _plain(text: str) -> str:
    """`text` with ordinary spaces and minus signs, mathematics marks taken off; every space is one wide."""
    for mark in ("$", "\\,", "\\ ", "\\(", "\\)", "~"):
        text = text.replace(mark, " ")
    text = re.sub(
        r"\\(?:text|mathrm)\s?\{([^{}]*)\}", r"\1", text.translate(dict.fromkeys(map(ord, UNUSUAL_SPACES), " "))
    )
    sign = str.maketrans({"\u2212": "-", "\u2012": "-"})
    return " ".join(text.translate(sign).split()).rstrip(".")


def read_quantity(text: str, unit: str | None) -> Fraction:
    """The number that `text` states, in `unit`; parts add up (``5 min 41 s``) where each has a smaller unit.

    Raises `WrongUnitError` for a unit of another kind, `ReadingError` for what is not a number.
    """
    plain = " ".join(text.translate(MINUS_SIGNS).split()).lstrip("≈~= ")
    total, position, previous = Fraction(0), 0, None
    while position < len(plain):
        match = _QUANTITY.match(plain, position)
        if match is None or match.end() == position:
            raise ReadingError("a number was expected", position, plain)
        size = _unit_size(match["unit"], unit, match.start("unit"), plain)
        if previous is not None and not (match["unit"] and size < previous and match["unit"].casefold() in _TIME):
            raise ReadingError("one number was expected", match.start(), plain)
        if position and match["number"][0] in "+-":
            raise ReadingError("one number was expected, not a calculation", match.start(), plain)
        total += _value(match, plain) * size
        position, previous = match.end(), size
        while position < len(plain) and plain[position : position + 1] == " ":
            position += 1
    if previous is None:
        raise ReadingError("a number was expected", 0, text)
    return total


def _value(match: re.Match[str], text: str) -> Fraction:
    number = match["number"].replace(",", "").replace(" ", "")
    mantissa, _, power = re.sub(r"(?:[x*×]|\\times)10\^", "e", number).replace("{", "").replace("}", "").partition("e")
    value = exact_decimal(f"{mantissa}e{power}" if power else mantissa)
    if match["below"]:
        if int(match["below"]) == 0:
            raise ReadingError("a division by zero", match.start("below"), text)
        value /= int(match["below"])
    return value


def _unit_size(found: str, expected: str | None, position: int, text: str) -> Fraction:
    """How many of the expected unit one of the found unit is."""
    if not found:
        return Fraction(1)
    if expected is None:
        return _size_without_unit(found, position, text)
    if found == expected:
        return Fraction(1)
    for table in (_TIME, _SHARE):
        if expected in table and found.casefold() in table:
            return table[found.casefold()] / table[expected]
    if found.casefold() in {**_TIME, **_SHARE} or expected not in {**_TIME, **_SHARE}:
        raise WrongUnitError(f"The unit {found!r} does not fit; the answer is a number in {expected}.")
    raise ReadingError(f"unknown unit {found!r}", position, text, f"the answer is a number in {expected}")


def _size_without_unit(found: str, position: int, text: str) -> Fraction:
    if found in _COUNT or found in ("K",):
        return _COUNT["k" if found == "K" else found]
    if found in _SHARE:
        return _SHARE[found]
    if found.casefold() in _TIME:
        raise WrongUnitError(f"The answer is a plain number, without the unit {found!r}.")
    raise ReadingError(f"unknown unit {found!r}", position, text, "the answer is a plain number")


def _joined(ends: tuple[Fraction, ...]) -> str:
    return " to ".join(_shown(end) for end in ends)


def _shown(value: Fraction) -> str:
    """A decimal where it is finite and short, else a fraction."""
    decimal = f"{float(value):.12g}" if abs(value) < 10**15 else str(value)
    return decimal if Fraction(decimal) == value else str(value)


def _latex(value: Fraction) -> str:
    shown = _shown(value)
    if "/" in shown:
        sign = "-" if value < 0 else ""
        return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    mantissa, _, power = shown.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa
