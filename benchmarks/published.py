"""How published test cases of other systems are judged by this toolkit's public interface, and which are not.

A row is a question, or out of scope with the reason.  What a course would declare beside its reference (names, labels,
a tolerance) is taken from the row; what only marks where an answer begins (a box, the last formula of a text) is cut
off first.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import verify
from verify.answers import Expression, Growth
from verify.answers.vocabulary import Vocabulary
from verify.equality.terms import Terms
from verify.errors import VerifyError
from verify.evidence import Evidence, Verdict
from verify.notation import Names, Reading, try_read
from verify.notation.names import FUNCTION_SPELLINGS

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """A row in scope: how it is judged by the public interface."""

    judge: Callable[[], Evidence]


@dataclass(frozen=True)
class OutOfScope:
    """A row that the product does not claim to judge, and why."""

    reason: str


EXTRACTION = "extraction from prose"
COMPLEX = "complex numbers"
FORM = "form tests (factored, expanded, same up to chosen rules, digits as written)"
NO_TEXT = "functions and state of another system"
CALCULUS = "limits, integrals and unevaluated derivatives"
SYSTEMS = "functions and options of another system"

_WORD = re.compile(r"[A-Za-z]{3,}")
_MATHS = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|\\\[.*?\\\]|\\\(.*?\\\)|\\boxed\s*\{.*\}|\\[A-Za-z]+|\{[A-Za-z]+\}", re.DOTALL
)
_DIGIT = re.compile(r"\d")
_DECIMAL = re.compile(r"[-+]?\d*\.\d+")
_IMAGINARY = re.compile(r"(?<![A-Za-z\\])(?:[iI](?![A-Za-z])|[\d.]+[iI](?![A-Za-z]))|\\imaginaryunit|%i")


def question(row: Row) -> Question | OutOfScope:
    """How a row is judged, or why it is not."""
    by_source = {
        "mv": _of_math_verify,
        "math500": _of_math_verify,
        "issue": _of_issues,
        "stack": _of_stack,
        "lf": _of_lambda_feedback,
        "pl": _of_prairielearn,
        "l2s": _of_readers,
        "sympy": _of_readers,
    }
    return by_source[row["id"].split("/")[0]](row)


def _equal(answer: str, gold: str, syntax: str = "auto", given: str = "") -> Question:
    return Question(lambda: verify.equal(answer, gold, given, syntax=syntax))


def _of_issues(row: Row) -> Question | OutOfScope:
    if is_prose(row["answer"]):
        return OutOfScope(EXTRACTION)
    return _equal(row["answer"], row["gold"])


def _of_math_verify(row: Row) -> Question | OutOfScope:
    gold, answer = answer_in(row["gold"]), answer_in(row["answer"])
    if row["kind"] == "known-failing":
        return OutOfScope("marked as failing by their own authors")
    if gold is None or answer is None:
        return OutOfScope(EXTRACTION)
    if re.search(r"\b(percent|pct|percentage)\b", row["gold"] + row["answer"]):
        return OutOfScope("words and units in answers")
    both = f"{gold} {answer}"
    for pattern, reason in _NOT_OF_MATH_VERIFY:
        if pattern.search(both):
            return OutOfScope(reason)
    if any(len(_LINKS.findall(part)) > 1 for part in _parts(gold) + _parts(answer)):
        return OutOfScope("line-by-line reasoning: only the end of a chain is compared")
    digits = row.get("options", {}).get("precision", 6)
    if any(_DECIMAL.fullmatch(side) for side in (gold, answer)):
        return Question(partial(rounded_to, answer, gold, digits))
    return Question(partial(labelled, answer, gold))


_LINKS = re.compile(r"(?<![<>!])=|\\approx")
_NOT_OF_MATH_VERIFY = (
    (re.compile(r"\x0c|\\\\(le|left)\b|\\zzz"), "damaged on its way (control characters, doubled backslashes)"),
    (re.compile(r"\d:\d|[A-Z}]:[A-Z]"), "ratios and times of day"),
    (re.compile(r"\\(text|mbox|textbf)\{ *(?!and\b|or\b)[^}]*[A-Za-z][^}]*\}"), "words and units in answers"),
    (re.compile(r"\\\$"), "words and units in answers"),
    (re.compile(r"(?<![\\A-Za-z])(?!or\b|and\b)[A-Za-z]{4,}"), "words and units in answers"),
    (re.compile(r"\b[fgF]\("), "unknown functions"),
    (re.compile(r"\d_\{?\d"), "numerals in other bases"),
    (re.compile(r"(?<![A-Za-z\\])i(?![A-Za-z])"), COMPLEX),
)


def answer_in(text: str) -> str | None:
    """The answer that a text gives: the whole of it, what is boxed at its end, or its last formula; None if unclear."""
    if not is_prose(text) and "boxed" not in text:
        return bare(text)
    boxes = list(_boxes(text))
    between = re.split(r"\\boxed", text)[1:-1]
    if len(boxes) > 1 and any(re.search(r"[A-Za-z]{2,}", _after_box(part)) for part in between):
        return None
    if boxes:
        return ", ".join(boxes)
    formulas = re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", text, re.DOTALL)
    return "".join(formulas[-1]).strip() if len(formulas) == 1 else None


def _boxes(text: str) -> Iterable[str]:
    """What stands in boxes, in order."""
    for found in re.finditer(r"\\boxed\s*\{", text):
        depth, start = 1, found.end()
        for place in range(start, len(text)):
            depth += (text[place] == "{") - (text[place] == "}")
            if not depth:
                yield text[start:place].strip().rstrip(".").strip()
                break


def _after_box(part: str) -> str:
    depth = 0
    for place, character in enumerate(part):
        depth += (character == "{") - (character == "}")
        if not depth:
            return re.sub(r"\\text\s*\{ *(and|or) *\}|\\quad|\b(and|or)\b", " ", part[place + 1 :])
    return ""


_LABEL = re.compile(r"\s*(?:[A-Za-z]+(?:_\{?\w+\}?)?|\([a-z](?:, *[a-z])*\))\s*(?:=|\\in)\s*")


def labelled(answer: str, gold: str) -> Evidence:
    """The verdict on two answers of which one may begin with its name, ``x = 11`` or ``(x, y) = (5, 8)``.

    The author of a part declares such names (`labels`); here they are what stands before the equals sign, where the
    other side has none.
    """
    if len(_parts(gold)) == len(_parts(answer)) > 1 and gold.startswith("(") == answer.startswith("(") is True:
        return verify.equal(*(rf"\{{{side}\}}" for side in (answer, gold)))  # solutions in any order
    evidence = verify.equal(answer, gold)
    if not evidence and bool(_LABEL.match(gold)) != bool(_LABEL.match(answer)):
        without = [_without_labels(side) for side in (answer, gold)]
        if len(without[0]) == len(without[1]) > 1:
            return verify.equal(*(rf"\{{{', '.join(parts)}\}}" for parts in without))
        return verify.equal(*(f"${', '.join(parts)}$" for parts in without))
    return evidence


def _without_labels(text: str) -> list[str]:
    return [_LABEL.sub("", part, count=1) if _LABEL.match(part) else part for part in _parts(text)]


def _parts(text: str) -> list[str]:
    """The parts between the commas outside of brackets."""
    parts, depth = [""], 0
    for character in re.sub(r"\\quad *|\\[ ,]", " ", text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def rounded_to(answer: str, gold: str, digits: int) -> Evidence:
    """The verdict on two numbers of which one is a decimal: equal, else within the tolerance that the row states."""
    evidence = labelled(answer, gold)
    if evidence.verdict is not Verdict.REFUTED:
        return evidence
    return within(answer, gold, f"10^{{-{digits}}}")


def is_prose(text: str) -> bool:
    """Whether an answer has to be found in running text first: there are words outside of mathematics."""
    return bool(_WORD.search(_MATHS.sub(" ", text))) or text.count("\n") > 1


def bare(text: str) -> str:
    """The text without dollar signs around it."""
    return text.strip().strip("$").strip()


def within(response: str, exact: str, tolerance: str, syntax: str = "latex") -> Evidence:
    """Whether two numbers differ by at most a tolerance, as one exact question: max(|a - b|, t) = t."""
    difference = f"({response}) - ({exact})"
    if syntax == "latex":
        left = rf"\max\left(\left|{difference}\right|, {tolerance}\right)"
    else:
        left = f"max(abs({difference}), {tolerance})"
    return verify.equal(left, tolerance, syntax=syntax)


def _of_stack(row: Row) -> Question | OutOfScope:
    kind = row["kind"]
    if kind not in ("algebraic equivalence", "number tolerance"):
        return OutOfScope(kind if kind in ("units", "reasoning line by line") else FORM_OF_STACK.get(kind, kind))
    gold, answer = row["gold_latex"], row["answer_latex"]
    if not gold or not answer:
        return OutOfScope(NO_TEXT)
    if "%i" in row["gold"] or "%i" in row["answer"]:
        return OutOfScope(COMPLEX)
    if gold == answer and row["gold"] != row["answer"]:
        return OutOfScope("a difference that the LaTeX does not show")
    if r"\frac{d}{d" in gold + answer:
        return OutOfScope(CALCULUS)
    if kind == "algebraic equivalence":
        return _equal(answer, gold, "latex")
    if "(" in gold + answer or "{" in gold + answer or row["expect"] == "error":
        return OutOfScope("tolerances inside lists and sets")
    tolerance = row["options"] or "0.05"
    return Question(lambda: within(answer, gold, f"{tolerance} \\cdot {gold}" if "Rel" in row["test"] else tolerance))


FORM_OF_STACK = {
    "identical form": FORM,
    "algebraic equivalence (nouns kept)": FORM,
    "significant figures": "significant figures and decimal places",
    "significant figures (strict)": "significant figures and decimal places",
    "decimal places": "significant figures and decimal places",
    "decimal places (value ignored)": "significant figures and decimal places",
}


def _of_lambda_feedback(row: Row) -> Question | OutOfScope:
    options = row["options"]
    reason = {"physical quantity": "units", "criteria": "criteria written in another system's language"}
    if row["kind"] in reason:
        return OutOfScope(reason[row["kind"]])
    if "syntactical_comparison" in options:
        return OutOfScope(FORM)
    if "convention" in options and "/ab" in row["answer"]:
        return OutOfScope("conventions that the row chooses")
    if re.search(r"\(?\boo\b|sinc|atan2|ATAN2|TAN2", row["gold"] + row["answer"]):
        return OutOfScope("functions that are not claimed (sinc, atan2, sums without end)")
    if re.search(r"\+-|aliases': \['eps", row["answer"] + str(options)) or (
        row["kind"] == "number tolerance" and "rho" in row["gold"]
    ):
        return OutOfScope(SYSTEMS)
    if "input_symbols" in options or "plus_minus" in row["gold"] or "reserved" in row["note"]:
        return OutOfScope(SYSTEMS)
    if "Derivative" in str(options.get("symbols")) or "int(" in row["gold"]:
        return OutOfScope(CALCULUS)
    if options.get("complexNumbers") or _IMAGINARY.search(row["gold"] + " " + row["answer"]):
        return OutOfScope(COMPLEX)
    given = " ".join(
        f"{name}>0" for name in re.findall(r"\('(\w+)','positive'\)", options.get("symbol_assumptions", ""))
    )
    if row["kind"] == "number tolerance":
        relative, absolute = options.get("rtol", 0), options.get("atol", 0)
        tolerance = f"{relative}*abs({row['gold']})" if relative else f"{absolute}"
        return Question(lambda: within(row["answer"], row["gold"], tolerance, "python"))
    if row["kind"] == "equation" or "=" in row["answer"] + row["gold"]:
        return _equal(row["answer"], row["gold"], "python", given)
    try:
        reference = Expression(row["gold"], Vocabulary(_names(row), given))
    except VerifyError as error:
        return OutOfScope(f"a reference that cannot be read: {error}")
    return Question(lambda: reference.check(row["answer"], "", syntax="python"))


_GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "omicron",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
]
_SYMBOL = re.compile(r"[A-Za-z]\w*")


def _names(row: Row) -> tuple[str, ...]:
    """The names that a response may use: the letters of the reference, Greek ones that occur, and what is declared."""
    gold, answer = row["gold"], row["answer"]
    declared = [name for name in row["options"].get("symbols") or () if _SYMBOL.fullmatch(name) and name != "pi"]
    greek = [name for lower in _GREEK for name in (lower, lower.capitalize())]
    names = declared + [
        name for name in greek if name in gold + answer or unicodedata.lookup(_of_greek(name)) in answer
    ]
    for word in re.findall(r"[A-Za-z]\w*", gold):
        if word not in names and word not in FUNCTION_SPELLINGS and word not in ("pi", "summation", "factorial2"):
            names += [word] if len(word) == 1 or word.endswith("_r") else [each for each in word if each.isalpha()]
    names += re.findall(r"(?<![A-Za-z_])[A-Za-z](?![A-Za-z_(])|^[A-Z]", answer)
    return tuple(dict.fromkeys(name for name in names if name not in ("e", "E")))


def _of_greek(name: str) -> str:
    spelling = {"lambda": "LAMDA", "Lambda": "LAMDA"}.get(name, name.upper())
    return f"GREEK {'SMALL' if name.islower() else 'CAPITAL'} LETTER {spelling}"


def _of_prairielearn(row: Row) -> Question | OutOfScope:
    kind, options = row["kind"], row["options"]
    if kind.startswith("unit"):
        return OutOfScope("units")
    if kind in ("digits of a numeral", "form kept") or re.search("unnecessary_constants|lower_order", row["note"]):
        return OutOfScope(FORM)
    if kind in ("free symbols", "no crash", "assumptions round trip", "expression with custom functions"):
        return OutOfScope(SYSTEMS)
    if kind.startswith("asymptotic"):
        return Question(lambda: Growth(row["gold"], variables=tuple(options["variables"])).check(row["answer"], ""))
    if kind == "reject":
        return _refusal(row)
    if options.get("allow_complex") and _IMAGINARY.search(row["gold"] + " " + row["answer"]):
        return OutOfScope(COMPLEX)
    return _equal(row["answer"], _as_notation(row["gold"]), "python")


def _refusal(row: Row) -> Question | OutOfScope:
    """A text that must not be read, in the names that the row allows."""
    if re.search("Float|sets are off|Assumption|type error; caret", row["note"]):
        return OutOfScope(SYSTEMS)
    if row["answer"].startswith("<function"):
        return OutOfScope(NO_TEXT)
    return Question(lambda: reading(row["answer"], "python", row["options"].get("variables") or ()))


def reading(text: str, syntax: str, variables: Iterable[str] = ()) -> Evidence:
    """Whether a text can be read and stands for a value: proved equal to itself, or unreadable."""
    outcome = try_read(text, Names(variables=tuple(variables)) if variables else None, Terms(), syntax)  # type: ignore[arg-type]
    if not isinstance(outcome, Reading):
        return Evidence("", Verdict.UNREADABLE, reason=outcome.reason, column=outcome.column)
    return verify.equal(text, text, syntax=syntax) if outcome.kind == "scalar" else Evidence("", Verdict.UNDECIDED)


def _as_notation(text: str) -> str:
    """A SymPy set as people write it."""
    brackets = {"open": "()", "Lopen": "(]", "Ropen": "[)", "": "[]"}

    def written(match: re.Match[str]) -> str:
        opening, closing = brackets[match[1] or ""]
        return f"{opening}{match[2]}{closing}"

    return re.sub(r"Interval(?:\.(\w+))?\(((?:[^()]|\([^()]*\))*)\)", written, text).replace("EmptySet", "{}")


def _of_readers(row: Row) -> Question | OutOfScope:
    """Test cases of LaTeX readers: the text must mean what the SymPy expression beside it means."""
    if row["kind"] == "reject":
        return Question(lambda: reading(row["answer"], "latex"))
    gold, answer = row["gold"], row["answer"]
    if _CALCULUS.search(gold):
        return OutOfScope(CALCULUS)
    if re.search(r"\bI\b", gold) or "imaginaryunit" in answer or re.search(r"\bI\\pi|conjugate|\\over", answer + gold):
        return OutOfScope(COMPLEX)
    if _OTHER_COMMANDS.search(answer):
        return OutOfScope(SYSTEMS)
    if "SYMBOL" in row["id"]:
        return _equal(answer, re.sub(r"(alpha|beta)", r"\\\1", gold), "latex")
    if _NOT_SCALAR.search(gold):
        return _equal(answer, row.get("gold_latex") or answer, "latex")
    return Question(lambda: verify.equal(f"${answer.strip('$')}$", re.sub(r"\bE\b", "e", gold)))


_CALCULUS = re.compile(r"Limit|Integral|Derivative|Subs|diff\(")
_OTHER_COMMANDS = re.compile(
    r"\\variable|lcm|gcd|mod\b|\\mleft|bra|Bra|Ket|langle|rangle|ulcorner|llcorner|\\char|\\\$|exponentialE|\\[lr]?vert[a-z]"
)
_NOT_SCALAR = re.compile(r"Matrix|Interval|Union|Complement|Reals|Complexes|EmptySet|True|[{}\[\]=<>~]|\bEq\b|\bNe\b")
