"""FeatureMap: a vector expression phi(x) whose inner products are a given kernel.

A feature map is unique only up to an orthogonal map, so it is judged by ``phi(q) . phi(k)`` and never by its text: any
order, any sign of a component and any split of a component into several are accepted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, ClassVar

from verify.answers.answer import answer_kind, judge, response_text
from verify.errors import ProblemError, ReadingError, VerifyError
from verify.evidence import Evidence, Verdict

LARGEST_DIMENSION = 6
MOST_FEATURES = 200
INDICES = ("i", "j", "l")
_OPERATORS = {
    "<": "<",
    "\\lt": "<",
    "≤": "<=",
    "\\le": "<=",
    "\\leq": "<=",
    "<=": "<=",
    "≠": "!=",
    "!=": "!=",
    "\\ne": "!=",
}
_CONDITION = re.compile(
    r"\s*(?:\(|,?\s*\\text\{\s*(?:for)?\s*\}|for(?:\s+all)?|with|\\quad|:|_\{)?\s*"
    r"(?P<low>[ijl])\s*(?P<sign>\\leq?|\\lt|\\ne|<=|<|≤|≠|!=)\s*(?P<high>[ijl])\s*(?:\)|\})?\s*$"
)
_BLANKED = re.compile(
    r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])|\\(?:begin|end)\{[bpBvV]?matrix\}"
    r"|(?<=[\])}])\s*(?:\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?|\.T|')(?=\s*\$?\s*$)"
)
_BREAK = re.compile(r"\\\\|&")


@answer_kind
@dataclass(frozen=True)
class FeatureMap:
    """A feature map.  `FeatureMap("s^2")`, s being q . k, accepts ``x_i^2, sqrt(2) x_i x_j (i<j)``.

    - `kernel`: the kernel as a function of ``s`` = q . k, ``qq`` = q . q and ``kk`` = k . k.
    - `dimensions`: the numbers of components of x at which it is decided.
    - `shown_as`: the reference feature map for the worked solution, in the notation of a response; checked as well.

    A response lists components in ``x_1, x_2, ...`` for one dimension, or in ``x_i`` and ``x_j`` for every one; then
    each component stands for those at all indices, or at those with a condition such as ``(i < j)`` behind it.
    """

    kernel: str
    dimensions: tuple[int, ...] = (2, 3)
    shown_as: str = ""
    kind: ClassVar[str] = "feature_map"

    def __post_init__(self) -> None:
        object.__setattr__(self, "dimensions", tuple(self.dimensions))
        if not self.dimensions or not all(1 <= size <= LARGEST_DIMENSION for size in self.dimensions):
            raise ProblemError("FeatureMap", f"dimensions {self.dimensions}", f"give numbers up to {LARGEST_DIMENSION}")
        try:
            self._kernel_at(self.dimensions[0], _Vectors())
            evidence = self._decide(_plain(self.shown_as)) if self.shown_as else None
        except VerifyError as error:
            raise ProblemError(f"FeatureMap({self.kernel!r})", str(error), "write it as in (s + 1)^2") from None
        if evidence is not None and evidence.verdict is not Verdict.PROVED:
            raise ProblemError("FeatureMap", f"{self.shown_as!r} does not give the kernel", "correct shown_as")

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the inner products of the response are the kernel, exactly, at every dimension it is written for."""
        return judge(claim, self, lambda: replace(self._decide(_response(response)), claim=claim))

    def agree(self, first: object, second: object) -> bool:
        """Whether two responses have the same inner products, and so are one feature map up to an orthogonal map."""
        from verify.equality.decide import decide

        vectors = _Vectors()
        texts = [_response(response) for response in (first, second)]
        maps = [[vectors.read(component, text) for component in _components(text)] for text in texts]
        sizes = [set(self._sizes(components, text)) for components, text in zip(maps, texts, strict=True)]
        both = sorted(sizes[0] & sizes[1])
        products = [[self._inner(size, vectors, *each) for size in both] for each in zip(maps, texts, strict=True)]
        pairs = zip(*products, strict=True)
        return bool(both) and all(decide(vectors.terms, left, right).verdict is Verdict.PROVED for left, right in pairs)

    def _decide(self, text: str) -> Evidence:
        vectors = _Vectors()
        components = [vectors.read(component, text) for component in _components(text)]
        sizes = self._sizes(components, text)
        decided = [self._decide_at(size, vectors, components, text) for size in sizes]
        for size, evidence in zip(sizes, decided, strict=True):
            if evidence.verdict is not Verdict.PROVED:
                feedback = "" if evidence.verdict is not Verdict.REFUTED else "Its inner products are not the kernel."
                return replace(evidence, scope=f"at D={size}", feedback=feedback)
        return replace(decided[0], scope=f"at D={', '.join(map(str, sizes))}")

    def _sizes(self, components: Iterable["_Component"], text: str) -> tuple[int, ...]:
        """The dimensions to decide at: one where the components are numbered, all where they have indices."""
        numbered = [component for component in components if component.numbers]
        if not numbered:
            return self.dimensions
        for component in components:
            if component.indices:
                raise ReadingError("numbered components and indices together", component.position, text)
        last = max(numbered, key=lambda component: max(component.numbers))
        largest = max(last.numbers)
        if largest not in self.dimensions:
            cure = f"write it for D = {', '.join(map(str, self.dimensions))}, or with x_i"
            raise ReadingError(f"x_{largest} is the last component", last.position, text, cure)
        return (largest,)

    def _decide_at(self, size: int, vectors: "_Vectors", components: Iterable["_Component"], text: str) -> Evidence:
        from verify.equality.decide import decide

        return decide(vectors.terms, self._inner(size, vectors, components, text), self._kernel_at(size, vectors))

    def _inner(self, size: int, vectors: "_Vectors", components: Iterable["_Component"], text: str) -> int:
        """The inner product of the feature map at q and at k."""
        terms, products = vectors.terms, []
        for component in components:
            for term in vectors.expanded(component, size, text):
                products.append(terms.multiply((vectors.of("q", term), vectors.of("k", term))))
                if len(products) > MOST_FEATURES:
                    raise ReadingError(f"more than {MOST_FEATURES} components", 0, text)
        return terms.add(products)

    def _kernel_at(self, size: int, vectors: "_Vectors") -> int:
        from verify.notation import Names, read

        reading = read(self.kernel, Names(variables=("s", "qq", "kk")), vectors.terms)
        if reading.kind != "scalar":
            raise ReadingError("a number was expected", 0, self.kernel)
        values = {
            "s": vectors.dot("q", "k", size),
            "qq": vectors.dot("q", "q", size),
            "kk": vectors.dot("k", "k", size),
        }
        return vectors.terms.substitute(reading.value, values)  # type: ignore[arg-type]

    def expects(self) -> str:
        """One line that tells what to type."""
        return "the components of phi(x), separated by commas, in x_i and x_j, or in x_1, x_2 for D = 2"

    def shown(self) -> str:
        """The kernel, and the reference feature map where there is one."""
        kernel = rf"$\varphi(q) \cdot \varphi(k) = {self.kernel.replace('*', ' ')}$ with $s = q \cdot k$"
        return f"$\\varphi(x)$: `{self.shown_as}`, so that {kernel}" if self.shown_as else kernel

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "kernel": self.kernel,
            "dimensions": list(self.dimensions),
            "shown_as": self.shown_as,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FeatureMap":
        """The answer that `to_json` wrote."""
        return cls(data["kernel"], tuple(data["dimensions"]), data["shown_as"])


@dataclass(frozen=True)
class _Typed:
    """One component as typed, where it stands, and the condition on its indices (low, sign, high)."""

    text: str
    position: int
    condition: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class _Component:
    """One component that has been read: a term in x1, x2, ... or in x_i and x_j, with the condition on these."""

    term: int
    numbers: tuple[int, ...]
    indices: tuple[str, ...]
    position: int
    condition: tuple[str, str, str] | None


class _Vectors:
    """The vectors q and k, and components of phi read as terms in x1, x2, ..."""

    def __init__(self) -> None:
        from verify.equality.terms import Terms
        from verify.notation import Names

        self.terms = Terms()
        numbered = [f"x{number}" for number in range(1, LARGEST_DIMENSION + 1)]
        self.names = Names(variables=(*numbered, *(f"x_{index}" for index in INDICES)), constants=("pi",))

    def dot(self, left: str, right: str, size: int) -> int:
        """The inner product of two of the vectors."""
        variable = self.terms.variable
        pairs = ((variable(f"{left}{number}"), variable(f"{right}{number}")) for number in range(1, size + 1))
        return self.terms.add([self.terms.multiply(pair) for pair in pairs])

    def of(self, vector: str, term: int) -> int:
        """A term in x1, x2, ... at another vector."""
        names = {name: self.terms.variable(vector + name[1:]) for name in self.terms.variables(term)}
        return self.terms.substitute(term, names)

    def read(self, typed: _Typed, text: str) -> _Component:
        """The component that was typed."""
        from verify.notation import read

        try:
            reading = read(typed.text, self.names, self.terms)
        except ReadingError as error:
            raise ReadingError(error.message, typed.position + error.position, text, error.allowed) from None
        if reading.kind != "scalar":
            raise ReadingError("a component of a vector was expected", typed.position, text)
        names = self.terms.variables(reading.value)  # type: ignore[arg-type]
        numbers = tuple(sorted(int(name[1:]) for name in names if name[1:].isdigit()))
        indices = tuple(index for index in INDICES if f"x_{index}" in names)
        return _Component(reading.value, numbers, indices, typed.position, typed.condition)  # type: ignore[arg-type]

    def expanded(self, component: _Component, size: int, text: str) -> Iterator[int]:
        """The terms that a component stands for, one for each admitted choice of its indices."""
        for chosen in product(range(1, size + 1), repeat=len(component.indices)):
            values = dict(zip(component.indices, chosen, strict=True))
            if _admits(component.condition, values, component.position, text):
                names = {f"x_{index}": self.terms.variable(f"x{number}") for index, number in values.items()}
                yield self.terms.substitute(component.term, names)


def _admits(condition: tuple[str, str, str] | None, values: Mapping[str, int], position: int, text: str) -> bool:
    if condition is None:
        return True
    low, sign, high = condition
    if low not in values or high not in values:
        raise ReadingError(
            f"the condition names an index that the component does not have: {low}, {high}", position, text
        )
    left, right = values[low], values[high]
    return left < right if sign == "<" else left <= right if sign == "<=" else left != right


def _plain(text: str) -> str:
    """`text` with a LaTeX column or row vector written as a list, each sign in as many characters as before."""
    text = _BLANKED.sub(lambda match: " " * len(match.group()), text)
    return _BREAK.sub(lambda match: ",".ljust(len(match.group())), text)


def _response(response: object) -> str:
    """The text of a response; a list of texts is joined by commas."""
    if isinstance(response, list | tuple):
        if len(response) > MOST_FEATURES:
            raise ReadingError(f"more than {MOST_FEATURES} components", 0, "")
        return ", ".join(response_text(item if isinstance(item, str) else str(_number(item))) for item in response)
    return _plain(response_text(response))


def _number(item: object) -> int | float:
    if isinstance(item, bool) or not isinstance(item, int | float):
        raise ReadingError(f"a component was expected, not {type(item).__name__}", 0, "")
    return item


def _components(text: str) -> Iterator[_Typed]:
    """The components of a list in any brackets, each with the condition behind it."""
    start, end = _inside(text)
    found = False
    for first, last in _pieces(text, start, end):
        piece = text[first:last]
        if not piece.strip():
            raise ReadingError("a component is missing between two commas", first, text)
        match = _CONDITION.search(piece)
        condition = (match["low"], _OPERATORS[match["sign"]], match["high"]) if match else None
        found = True
        start = first + len(piece) - len(piece.lstrip())
        yield _Typed(piece[: match.start() if match else None].strip(), start, condition)
    if not found:
        raise ReadingError("no components", 0, text)


def _inside(text: str) -> tuple[int, int]:
    """Where the list itself begins and ends, without ``phi(x) =``, dollar signs and outer brackets."""
    label = re.match(r"\s*\$?\s*(?:\\?(?:var)?phi|φ|ϕ)\s*\(\s*x\s*\)\s*=", text)
    start, end = (label.end() if label else 0), len(text)
    while start < end and text[end - 1] in " $\n\t":
        end -= 1
    while start < end and text[start] in " $\n\t":
        start += 1
    for opening, closing in (("[", "]"), ("(", ")"), ("\\{", "\\}"), ("{", "}")):
        if text.startswith(opening, start) and _closes_at_the_end(text, start, end, opening, closing):
            start, end = start + len(opening), end - len(closing)
    return start, end


def _closes_at_the_end(text: str, start: int, end: int, opening: str, closing: str) -> bool:
    """Whether the bracket at the start is closed by the one at the end and not before."""
    if opening == "\\left":
        return False  # the notation reads \left( itself; only plain brackets are taken off
    if not text[start:end].endswith(closing):
        return False
    depth = 0
    for position in range(start, end - len(closing) + 1):
        depth += text.startswith(opening, position) - text.startswith(closing, position)
        if depth == 0:
            return position == end - len(closing)
    return False


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    depth, first = 0, start
    for position in range(start, end):
        character = text[position]
        depth += (character in "([{") - (character in ")]}")
        if character in ",;\n" and depth == 0:
            yield first, position
            first = position + 1
    yield first, end
