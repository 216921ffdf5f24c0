"""Growth: an answer such as ``O(T k M log M)``, judged by dominance and not by its text.

``f = O(g)`` means here: there are C and N with ``f <= C g`` wherever every variable is at least N and the side
conditions hold (Cormen et al., Introduction to Algorithms, 2022, section 3.2; Howell, On Asymptotic Notation with
Multiple Variables, 2008, discusses the choice).  A response is accepted when it and the reference bound each other, so
``O`` is read as a tight bound, like ``Θ``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from verify.answers.answer import answer_kind, judge, response_text
from verify.answers.dominance import Comparison, Condition, Dominance
from verify.answers.dominance import Growth as GrowthClass
from verify.answers.growth_reader import GrowthReader
from verify.answers.orders import Order
from verify.errors import ProblemError, ReadingError, Undecidable
from verify.evidence import Counterexample, Evidence, Verdict

if TYPE_CHECKING:
    from verify.equality.terms import Terms

_OPEN = r"\s*(?=(?:\\(?:left|bigl?|Bigl?|biggl?|Biggl?)\s*)?[(\[{])"
_STYLED = r"\\(?:mathcal|mathrm|operatorname|text|mathsf|mathit)\s*\{?\s*"
_BOUND = re.compile(rf"(?<![A-Za-z\\_])(?:(?:{_STYLED})?(?:O|Θ|𝒪|Theta|\\Theta)\s*\}}?){_OPEN}")
_OTHER_BOUND = re.compile(
    rf"(?<![A-Za-z\\_])(?:(?:{_STYLED})?(?:o|Ω|ω|Õ|\\Omega|\\omega|\\tilde\s*\{{?\s*O)\s*\}}?){_OPEN}"
)
_LABEL = re.compile(
    r"^[^=:∈+*^]*?(?:=|:|∈|\\in(?![A-Za-z]))\s*(?=(?:\$|\\\(|\\\[)?\s*(?:\\[A-Za-z]+\s*\{?\s*)?(?:O|Θ|𝒪|Theta|\\Theta))"
)
_BEFORE_A_BOUND = re.compile(r"(?:^|[+*·×⋅$)]|\\cdot|\\times|\\\(|\\\[)\s*$")
_LONE_LETTER = re.compile(r"(?<![A-Za-z_\\\d])[A-Za-z](?![A-Za-z_])")
_RELATION = re.compile(r"<=|>=|≤|≥|\\leq?(?![A-Za-z])|\\geq?(?![A-Za-z])|~|∼|\\sim(?![A-Za-z])|<|>")
_AT_LEAST = (">=", "≥", ">", "\\ge", "\\geq")
_SIMILAR = ("~", "∼", "\\sim")

_FEEDBACK = {
    "looser": "This is an upper bound, but it grows faster than it needs to.",
    "tighter": "This grows too slowly: it leaves out work that is done.",
    "incomparable": "This and the right bound do not bound each other; look at which variables matter, and how.",
    "different": "This is not the right rate of growth.",
}


@answer_kind
@dataclass(frozen=True)
class Growth:
    """A rate of growth.  `Growth("T*k*M*log(M)", under="k <= M", tighter_accepted=("T*k*M",))`.

    - `reference`: the growth, with or without ``O(...)``; sums, products, powers, logarithms, max, min, 2^n, n!.
    - `under`: side conditions such as ``k <= M`` or ``M ~ D`` (within constant factors), separated by commas.
    - `variables`: further variables of the statement, which a response may use although the reference does not.
    - `tighter_accepted`: smaller growths that are accepted too, because the part allows a better method.
    """

    reference: str
    under: str = ""
    variables: tuple[str, ...] = ()
    tighter_accepted: tuple[str, ...] = ()
    kind: ClassVar[str] = "growth"

    def __post_init__(self) -> None:
        if not isinstance(self.under, str):
            object.__setattr__(self, "under", ", ".join(self.under))
        object.__setattr__(self, "variables", tuple(self.variables))
        object.__setattr__(self, "tighter_accepted", tuple(self.tighter_accepted))
        try:
            _ = self._compiled
        except (ReadingError, Undecidable) as error:
            raise ProblemError(f"Growth({self.reference!r})", str(error), "write it as in T*k*M*log(M)") from None

    # ------------------------------------------------------------------ compiling the reference

    @cached_property
    def _compiled(self) -> "_Compiled":
        return _Compiled.of(self)

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response and the reference bound each other; tells looser, tighter and incomparable apart."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        compiled = self._compiled
        text = response_text(response)
        growth, at_least, variables = compiled.read_response(text)
        strange = sorted(variables - set(compiled.variables))
        dominance = Dominance((*compiled.variables, *strange), compiled.conditions)
        below, above = _both_ways(dominance, growth, compiled.reference, at_least)
        scope = f"in general, as {', '.join(dominance.variables)} grow" + (f" with {self.under}" if self.under else "")
        if below.holds and above.holds:
            return Evidence(claim, Verdict.PROVED, scope=scope, method="dominance")
        for accepted in compiled.tighter:
            both = _both_ways(dominance, growth, accepted, at_least)
            if both[0].holds and both[1].holds:
                reason = "tighter than the reference, as the part accepts"
                return Evidence(claim, Verdict.PROVED, scope=scope, method="dominance", reason=reason)
        if below.holds is not False and above.holds is not False:
            reason = "neither equal growth nor a difference could be proved"
            return Evidence(claim, Verdict.UNDECIDED, scope=scope, method="dominance", reason=reason)
        relation = _relation(below, above)
        hint = f" {', '.join(strange)} is not a variable of this part." if strange else ""
        return Evidence(
            claim,
            Verdict.REFUTED,
            scope=scope,
            method="dominance",
            reason=f"{relation} than the reference" if relation in ("looser", "tighter") else relation,
            counterexample=_counterexample(below, above),
            feedback=_FEEDBACK[relation] + hint,
        )

    def expects(self) -> str:
        """One line that tells what to type."""
        return f"a growth rate O(...) in {', '.join(self._compiled.variables)}, with products, powers, log, max or +"

    def shown(self) -> str:
        """The reference as ``$O(...)$``, with its side conditions."""
        from verify.notation import write

        terms, term = self._compiled.terms, self._compiled.term
        formula = write(terms, term, "latex").replace("\\ln", "\\log")  # the base is a constant factor
        shown = f"$O\\left({formula}\\right)$"
        return f"{shown} (${_latex_conditions(self.under)}$)" if self.under else shown

    def to_json(self) -> dict[str, Any]:
        """Plain data; the texts are read again, which needs neither SymPy nor NumPy."""
        return {
            "kind": self.kind,
            "reference": self.reference,
            "under": self.under,
            "variables": list(self.variables),
            "tighter_accepted": list(self.tighter_accepted),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Growth":
        """The answer that `to_json` wrote."""
        return cls(data["reference"], data["under"], tuple(data["variables"]), tuple(data["tighter_accepted"]))


@dataclass(frozen=True)
class _Compiled:
    """A reference that has been read."""

    terms: "Terms"
    term: int
    variables: tuple[str, ...]
    conditions: tuple[Condition, ...]
    reference: GrowthClass
    tighter: tuple[GrowthClass, ...]

    @classmethod
    def of(cls, answer: Growth) -> "_Compiled":
        from verify.equality.terms import Terms

        terms = Terms()
        term, _ = _read_term(answer.reference, None, terms)
        sides = [side for line in _split_conditions(answer.under) for side in _RELATION.split(line)]
        more = [_read_term(text, None, terms)[0] for text in (*sides, *answer.tighter_accepted)]
        named = set().union(*(terms.variables(one) for one in (term, *more)), answer.variables)
        conditions = tuple(_conditions(answer.under, terms))
        dominance = Dominance(named, conditions)
        if not dominance.satisfiable():
            raise ProblemError(
                f"Growth under {answer.under!r}", "the variables cannot all grow", "weaken the condition"
            )
        reader = GrowthReader(terms, dominance)
        reference = cls._author_growth(reader, term)
        tighter = tuple(cls._author_growth(reader, one) for one in more[len(sides) :])
        for text, growth in zip(answer.tighter_accepted, tighter, strict=True):
            if not dominance.compare(growth, reference).holds:
                raise ProblemError("Growth", f"{text!r} is not O of the reference", "accept only tighter growths")
        return cls(terms, term, dominance.variables, conditions, reference, tighter)

    @staticmethod
    def _author_growth(reader: GrowthReader, term: int) -> GrowthClass:
        growth, at_least = reader.read(term)
        if at_least:
            raise Undecidable("an exponential of an exponential")
        return growth

    def read_response(self, text: str) -> tuple[GrowthClass, bool, set[str]]:
        """The growth of a response, whether it may be larger, and its variables."""
        from verify.equality.terms import Terms

        terms = Terms()
        term, position = _read_response(text, self.variables, terms)
        variables = terms.variables(term)
        reader = GrowthReader(terms, Dominance((*self.variables, *sorted(variables)), self.conditions))
        try:
            growth, at_least = reader.read(term)
        except ReadingError as error:
            raise ReadingError(error.message, position, text) from None
        return growth, at_least, variables


def _both_ways(
    dominance: Dominance, growth: GrowthClass, reference: GrowthClass, at_least: bool
) -> tuple[Comparison, Comparison]:
    """Whether growth = O(reference) and reference = O(growth), where the growth may be larger than was read."""
    below, above = dominance.compare(growth, reference), dominance.compare(reference, growth)
    if at_least:
        below = below if below.holds is False else Comparison(None)
        above = above if above.holds else Comparison(None)
    return below, above


def _relation(below: Comparison, above: Comparison) -> str:
    if below.holds and above.holds is False:
        return "tighter"
    if above.holds and below.holds is False:
        return "looser"
    return "incomparable" if below.holds is False and above.holds is False else "different"


def _counterexample(below: Comparison, above: Comparison) -> Counterexample:
    """The curve along which one side outgrows the other, in a parameter t that grows without bound."""
    if below.holds is False:
        at = {name: str(shape) for name, shape in below.curve.items()}
        return Counterexample(at, "the response", "the reference", relation="O")
    at = {name: str(shape) for name, shape in above.curve.items()}
    return Counterexample(at, "the reference", "the response", relation="O")


# ---------------------------------------------------------------------- reading


def _read_response(text: str, variables: Iterable[str], terms: "Terms") -> tuple[int, int]:
    """The term of a response and where it begins; a single letter that nobody declared is a variable of its own."""
    known = set(variables)
    try:
        return _read_term(text, known, terms)
    except ReadingError:
        letters = set(_LONE_LETTER.findall(without_bounds(text)[0])) - known
        folded = {name.casefold() for name in known}
        if not letters or any(letter.casefold() in folded for letter in letters) or letters & {"e", "O", "o"}:
            raise
        return _read_term(text, known | letters, terms)


def _read_term(text: str, variables: Iterable[str] | None, terms: "Terms") -> tuple[int, int]:
    from verify.notation import Names, read

    plain, position = without_bounds(text)
    if not plain.strip():
        raise ReadingError("empty", 0, text)
    names = None if variables is None else Names(variables=tuple(sorted(variables)))
    reading = read(plain, names, terms)
    if reading.kind != "scalar":
        raise ReadingError(f"a growth rate was expected, not {_article(reading.kind)}", position, text)
    return reading.value, position  # type: ignore[return-value]


def _article(kind: str) -> str:
    return "infinity" if kind == "infinity" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def without_bounds(text: str) -> tuple[str, int]:
    """`text` with each ``O`` blanked, and where the first stood, so that columns stay what they are.

    Raises `ReadingError` for an ``O`` within another one or within a function, and for ``o``, ``Ω`` and ``Õ``.
    """
    other = _OTHER_BOUND.search(text)
    if other is not None:
        raise ReadingError("a tight upper bound was expected", other.start(), text, "write it as O(...)")
    label = _LABEL.match(text)
    blank = " " * label.end() + text[label.end() :] if label else text
    first = 0
    for match in _BOUND.finditer(blank):
        before = blank[: match.start()]
        if _depth(before) > 0:
            raise ReadingError("O within brackets or within another O", match.start(), text)
        if not _BEFORE_A_BOUND.search(before):
            raise ReadingError("O must stand alone, or be added or multiplied", match.start(), text)
        first = first or match.end()
        blank = before + " " * (match.end() - match.start()) + blank[match.end() :]
    return blank, first


def _depth(text: str) -> int:
    plain = re.sub(r"\\[(\[\])]", "  ", text)
    return sum(plain.count(character) for character in "([{") - sum(plain.count(character) for character in ")]}")


# ---------------------------------------------------------------------- side conditions


def _split_conditions(under: str) -> list[str]:
    return [line for line in re.split(r"[,;]|\band\b", under) if line.strip()]


def _conditions(under: str, terms: "Terms") -> Iterator[Condition]:
    """The conditions of ``k <= M, M ~ D``; a chain ``k <= M <= N`` gives one for each sign."""
    reader = GrowthReader(terms, Dominance(()))
    for line in _split_conditions(under):
        signs, sides = _RELATION.findall(line), _RELATION.split(line)
        if not signs:
            raise ProblemError(f"Growth under {under!r}", f"{line.strip()!r} compares nothing", "use <=, >= or ~")
        orders = [_single_order(reader, side, terms) for side in sides]
        for sign, left, right in zip(signs, orders, orders[1:], strict=False):
            low, high = (right, left) if sign in _AT_LEAST else (left, right)
            yield Condition(low, high, both_ways=sign in _SIMILAR)


def _single_order(reader: GrowthReader, text: str, terms: "Terms") -> Order:
    growth = reader.exact_order(_read_term(text, None, terms)[0])
    if growth is None:
        raise ProblemError(f"Growth under {text.strip()!r}", "not a product without a factor", "write it as in k <= M")
    return growth


def _latex_conditions(under: str) -> str:
    text = under.replace("<=", r"\le ").replace(">=", r"\ge ").replace("≤", r"\le ").replace("≥", r"\ge ")
    return text.replace("~", r"\sim ").replace("*", " ")
