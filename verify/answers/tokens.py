"""Tokens and ScoredSequences: sequences of words, in order, and sets of sequences with a score each.

Words are compared exactly; only the usual spellings of a special token (``<s>``, ``<bos>``, ``<sos>``) are one word.
Nothing in a response is a pattern: ``*`` and ``a|b`` are words like any other.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, ClassVar

from verify.answers.answer import UNUSUAL_SPACES, answer_kind, judge, response_text
from verify.errors import ProblemError, ReadingError
from verify.evidence import Evidence, Verdict

MOST_TOKENS = 1_000
SPECIAL_TOKENS = {
    **dict.fromkeys(("<s>", "<bos>", "<sos>", "<start>"), "<sos>"),
    **dict.fromkeys(("</s>", "<eos>", "<end>", "<stop>"), "<eos>"),
    **dict.fromkeys(("<unk>", "<oov>"), "<unk>"),
}
MINUS_SIGNS = str.maketrans(dict.fromkeys("\u2212\u2012\u2013\ufe63\uff0d", "-"))
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
_SCORED_ITEM = re.compile(rf"(?P<words>.*?)\s*(?:[:=]|->|→|\s|\()\s*(?P<score>{_NUMBER})\s*\)?\s*", re.DOTALL)


@answer_kind
@dataclass(frozen=True)
class Tokens:
    """A sequence of words, judged by order and length.  `Tokens(("<sos>", "I", "saw"))` accepts ``<s>, I, saw``.

    - `sequence`: the reference.
    - `aliases`: further spellings of a word, spelling -> word; the special tokens have theirs already.
    - `ignore_case`: whether ``I`` and ``i`` are one word.
    """

    sequence: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    ignore_case: bool = False
    kind: ClassVar[str] = "tokens"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sequence", _reference_words(self.sequence))

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response is the same sequence; the feedback tells order, extra and missing words apart."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        text = response_text(response) if isinstance(response, str | bytes) else None
        error = self._error(read_words(response if text is None else text))
        if text is not None and any(space in text for space in UNUSUAL_SPACES):
            joined = self._error(read_words(text, split_unusual=False))
            if (joined == "") != (error == ""):
                reason = "an unusual space may separate two words or belong to one"
                return Evidence(claim, Verdict.UNDECIDED, reason=reason, method="tokens")
        verdict = Verdict.REFUTED if error else Verdict.PROVED
        return Evidence(claim, verdict, scope="in general", method="tokens", feedback=error)

    def _error(self, words: Sequence[str]) -> str:
        expected = [normal_word(word, self.aliases, self.ignore_case) for word in self.sequence]
        found = [normal_word(word, self.aliases, self.ignore_case) for word in words]
        return sequence_error(found, expected)

    def expects(self) -> str:
        """One line that tells what to type."""
        return "words in order, separated by spaces or commas, such as <sos> first second"

    def shown(self) -> str:
        """The sequence, each word in code marks."""
        return " ".join(f"`{word}`" for word in self.sequence)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "sequence": list(self.sequence),
            "aliases": dict(self.aliases),
            "ignore_case": self.ignore_case,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Tokens":
        """The answer that `to_json` wrote."""
        return cls(tuple(data["sequence"]), data["aliases"], data["ignore_case"])


@answer_kind
@dataclass(frozen=True)
class ScoredSequences:
    """A set of word sequences, each with a score: matched by sequence first, then by score within `tolerance`.

    - `scores`: sequence -> score, or a text or pairs as in a response; scores are the decimals they are written as.
    - `tolerance`: largest difference of a score that is accepted, ends included.
    """

    scores: Mapping[tuple[str, ...], float | str]
    tolerance: float | str = "0.005"
    aliases: Mapping[str, str] = field(default_factory=dict)
    kind: ClassVar[str] = "scored_sequences"

    def __post_init__(self) -> None:
        if not self.scores:
            raise ProblemError("ScoredSequences", "no sequence", "give at least one")
        pairs = self.scores.items() if isinstance(self.scores, Mapping) else read_scored(self.scores)
        exact = {_reference_words(words): exact_decimal(score) for words, score in pairs}
        object.__setattr__(self, "scores", {words: str(score) for words, score in exact.items()})
        object.__setattr__(self, "tolerance", str(exact_decimal(self.tolerance)))

    def check(self, response: object, claim: str) -> Evidence:
        """Whether the response has the same sequences with the same scores."""
        return judge(claim, self, lambda: self._decide(response, claim))

    def _decide(self, response: object, claim: str) -> Evidence:
        found = read_scored(response)
        normal = [(self._normal(words), score) for words, score in found]
        repeated = [words for words, count in Counter(words for words, _ in normal).items() if count > 1]
        if repeated:
            raise ReadingError(f"the sequence {' '.join(repeated[0])!r} is given twice", 0, "")
        error = self._error(dict(normal))
        verdict = Verdict.REFUTED if error else Verdict.PROVED
        scope = f"scores within {float(Fraction(self.tolerance)):g}"
        return Evidence(claim, verdict, scope=scope, method="tokens", feedback=error)

    def _normal(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(normal_word(word, self.aliases) for word in words)

    def _error(self, found: Mapping[tuple[str, ...], Fraction]) -> str:
        expected = {self._normal(words): Fraction(score) for words, score in self.scores.items()}
        extra, missing = found.keys() - expected.keys(), expected.keys() - found.keys()
        if extra or missing:
            named = "; ".join(f"'{' '.join(words)}' does not belong" for words in sorted(extra))
            return f"{_count_error(len(found), len(expected), 'sequences')}{': ' + named if named else ''}."
        tolerance = Fraction(self.tolerance)
        wrong = [" ".join(words) for words in sorted(found) if abs(found[words] - expected[words]) > tolerance]
        return f"The sequences are right; the score of {_listed(wrong)} is not." if wrong else ""

    def expects(self) -> str:
        """One line that tells what to type."""
        return "each sequence with its score, such as first word: -1.5, second word: -2.25"

    def shown(self) -> str:
        """Each sequence with its score."""
        return ", ".join(f"`{' '.join(words)}`: ${float(Fraction(score)):g}$" for words, score in self.scores.items())

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": self.kind,
            "scores": [[list(words), score] for words, score in self.scores.items()],
            "tolerance": self.tolerance,
            "aliases": dict(self.aliases),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ScoredSequences":
        """The answer that `to_json` wrote."""
        scores = {tuple(words): score for words, score in data["scores"]}
        return cls(scores, data["tolerance"], data["aliases"])


def _reference_words(words: object) -> tuple[str, ...]:
    try:
        return tuple(read_words(words))
    except ReadingError as error:
        raise ProblemError("Tokens", f"the reference is {error}", "give the words as a tuple of strings") from None


def read_words(response: object, split_unusual: bool = True) -> list[str]:
    """The words of a response: a text separated by spaces or commas, a list as Python writes it, or a sequence."""
    if isinstance(response, str | bytes):
        words = _words_of_text(response_text(response), split_unusual)
    elif isinstance(response, list | tuple):
        if len(response) > MOST_TOKENS:
            raise ReadingError(f"more than {MOST_TOKENS:,} words", 0, "")
        words = [response_text(word).strip() for word in response]
    else:
        raise ReadingError(f"words were expected, not {type(response).__name__}", 0, "")
    if not words:
        raise ReadingError("no words", 0, "")
    return words


def _words_of_text(text: str, split_unusual: bool) -> list[str]:
    inner = text.strip()
    if len(inner) >= 2 and inner[0] + inner[-1] in ("[]", "()"):
        inner = inner[1:-1]
    separators = " \t\r\n," + (UNUSUAL_SPACES if split_unusual else "")
    words = [word for word in re.split(f"[{separators}]+", inner) if word]
    quoted = all(len(word) > 2 and word[0] == word[-1] and word[0] in "'\"" for word in words)
    return [word[1:-1] for word in words] if quoted else words


def normal_word(word: str, aliases: Mapping[str, str], ignore_case: bool = False) -> str:
    """The word that stands for every accepted spelling of `word`."""
    word = aliases.get(word, word)
    special = SPECIAL_TOKENS.get(word.casefold())
    return special or (word.casefold() if ignore_case else word)


def sequence_error(found: Sequence[str], expected: Sequence[str]) -> str:
    """What kind of error the sequence `found` has, without the expected one; empty if there is none."""
    if list(found) == list(expected):
        return ""
    if len(found) != len(expected):
        surplus, lack = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
        more = " A special token is missing." if any(word in SPECIAL_TOKENS for word in lack) else ""
        more += " A special token does not belong." if any(word in SPECIAL_TOKENS for word in surplus) else ""
        return f"{_count_error(len(found), len(expected), 'words')}.{more}"
    if Counter(found) == Counter(expected):
        return "The words are right, their order is not."
    if [word.casefold() for word in found] == [word.casefold() for word in expected]:
        return "The words differ in capital letters only."
    wrong = sum(left != right for left, right in zip(found, expected, strict=True))
    return f"The number of words is right; {wrong} of them {'is' if wrong == 1 else 'are'} not."


def _count_error(found: int, expected: int, noun: str) -> str:
    if found == expected:
        return f"The number of {noun} is right, but not all of them are"
    return f"There are {'too many' if found > expected else 'too few'} {noun}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def exact_decimal(value: object) -> Fraction:
    """The number that `value` is written as: 0.1 is one tenth.  Raises `ReadingError` for what is not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | Fraction):
        raise ReadingError(f"a number was expected, not {type(value).__name__}", 0, "")
    if isinstance(value, int | Fraction):
        return Fraction(value)
    text = str(value).translate(MINUS_SIGNS).strip()
    if len(text) > 100 or not re.fullmatch(rf"{_NUMBER}(?:/\d+)?", text):
        raise ReadingError(f"a number was expected, not {text[:30]!r}", 0, text)
    try:
        return Fraction(text) if "/" in text else Fraction(Decimal(text))
    except (InvalidOperation, ZeroDivisionError, ValueError):
        raise ReadingError(f"a number was expected, not {text[:30]!r}", 0, text) from None


def read_scored(response: object) -> list[tuple[tuple[str, ...], Fraction]]:
    """The sequences of a response with their scores: a text, a dictionary, or a list of pairs."""
    if isinstance(response, str | bytes):
        return _read_scored_text(response_text(response))
    items = list(response.items()) if isinstance(response, Mapping) else response
    if not isinstance(items, list | tuple):
        raise ReadingError(f"sequences with scores were expected, not {type(response).__name__}", 0, "")
    if not 0 < len(items) <= MOST_TOKENS:
        raise ReadingError(f"between 1 and {MOST_TOKENS:,} sequences were expected", 0, "")
    pairs = [_pair(item) for item in items]
    return [(tuple(read_words(words)), exact_decimal(score)) for words, score in pairs]


def _pair(item: object) -> tuple[object, object]:
    if not isinstance(item, list | tuple) or len(item) != 2:
        raise ReadingError("a pair of a sequence and its score was expected", 0, "")
    return item[0], item[1]


def _read_scored_text(text: str) -> list[tuple[tuple[str, ...], Fraction]]:
    plain = text.translate(MINUS_SIGNS)
    blank = "".join(" " if character in "{}[]" else character for character in plain)
    pairs = []
    for item in re.finditer(r"[^,;\n]+", blank):
        if not item.group().strip():
            continue
        match = _SCORED_ITEM.fullmatch(" ".join(item.group().split()))  # one space each, so that matching is linear
        if match is None or not match["words"].strip():
            start = item.start() + len(item.group()) - len(item.group().lstrip())
            raise ReadingError("a sequence followed by its score was expected", start, text, "as in first word: -1.5")
        words = match["words"].strip().strip("'\"()")
        pairs.append((tuple(read_words(words)), exact_decimal(match["score"])))
    if not pairs:
        raise ReadingError("no sequence with a score", 0, text)
    return pairs
