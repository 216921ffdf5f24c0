"""How far the verdicts agree with test cases that other systems publish.

    python benchmarks/agreement.py PATH...

Each PATH is a file of one JSON object a line: `id`, `source`, `kind`, `gold` (the right answer), `answer` (a response),
`expect` (true, false, or "error" where it must be refused), `syntax`, and for some sources `options`, `test`,
`gold_latex`, `answer_latex`.  The rows are not part of this project: their licences differ.

A row agrees when a response expected to be right is accepted, and one expected to be wrong or refused is not.
"""

import argparse
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
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


@dataclass(frozen=True)
class Outcome:
    """One row with what came of it: ``agree``, ``wrong accept``, ``wrong reject``, ``undecided`` or ``unreadable``."""

    row: Row
    result: str
    evidence: Evidence


# ---------------------------------------------------------------------- which rows are in scope, and how each is judged


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
        "issue": _of_issues,
        "stack": _of_stack,
        "lf": _of_lambda_feedback,
        "pl": _of_prairielearn,
        "l2s": _of_readers,
        "sympy": _of_readers,
    }
    return by_source.get(row["id"].split("/")[0], lambda _: OutOfScope(EXTRACTION))(row)


def _equal(answer: str, gold: str, syntax: str = "auto", given: str = "") -> Question:
    return Question(lambda: verify.equal(answer, gold, given, syntax=syntax))


def _of_issues(row: Row) -> Question | OutOfScope:
    if is_prose(row["answer"]):
        return OutOfScope(EXTRACTION)
    return _equal(row["answer"], row["gold"])


def _of_math_verify(row: Row) -> Question | OutOfScope:
    gold, answer = row["gold"], row["answer"]
    if row["kind"] == "known-failing":
        return OutOfScope("marked as failing by their own authors")
    if "\x0c" in gold:
        return OutOfScope("damaged by a control character")
    if row["kind"] == "text/unit" and not _DIGIT.search(gold):
        return OutOfScope("words as answers")
    if re.search(r"\\text(bf|normal|rm)?\{ *(meters|yuan)", gold + answer):
        return OutOfScope("units")
    if re.search(r"\bf\(", gold):
        return OutOfScope("unknown functions")
    if row["kind"] == "extraction" or is_prose(gold) or is_prose(answer):
        return OutOfScope(EXTRACTION)
    digits = row["options"].get("precision", 6)
    if row["kind"] in ("number", "expression") and any(_DECIMAL.fullmatch(bare(side)) for side in (gold, answer)):
        return Question(partial(rounded_to, answer, gold, digits))
    return _equal(answer, gold)


def rounded_to(answer: str, gold: str, digits: int) -> Evidence:
    """The verdict on two numbers of which one is a decimal: equal, else within the tolerance that the row states."""
    evidence = verify.equal(answer, gold)
    if evidence.verdict is not Verdict.REFUTED:
        return evidence
    return within(bare(answer), bare(gold), f"10^{{-{digits}}}")


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


# ---------------------------------------------------------------------- the report


def judge(row: Row, found: Question) -> Outcome:
    """What came of one row."""
    try:
        evidence = found.judge()
    except VerifyError as error:
        evidence = Evidence("", Verdict.UNREADABLE, reason=str(error))
    return Outcome(row, result(row["expect"], evidence), evidence)


def result(expect: object, evidence: Evidence) -> str:
    """``agree``, or in which way not."""
    if (evidence.accepted is True) == (expect is True):
        return "agree"
    if evidence.accepted is True:
        return "wrong accept"
    return {Verdict.REFUTED: "wrong reject", Verdict.UNREADABLE: "unreadable"}.get(evidence.verdict, "undecided")


def rows_of(paths: Iterable[Path]) -> Iterable[Row]:
    """The rows of all files."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Agreement by source and kind, as lines."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        source = outcome.row["id"].split("/")[0]
        counts[source, ""][outcome.result] += 1
        counts[source, outcome.row["kind"]][outcome.result] += 1
    columns = ("agree", "wrong accept", "wrong reject", "undecided", "unreadable")
    lines = [f"{'source':<8}{'kind':<32}{'rows':>6}{'agree':>8}" + "".join(f"{name:>14}" for name in columns[1:])]
    for (source, kind), count in sorted(counts.items()):
        share = f"{100 * count['agree'] / count.total():.1f} %"
        rest = "".join(f"{count[name]:>14}" for name in columns[1:])
        lines.append(f"{source if not kind else '':<8}{kind or 'all':<32}{count.total():>6}{share:>8}{rest}")
    return lines


def main() -> None:
    """Judge every row and print agreement, what is out of scope, and every disagreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    outcomes: list[Outcome] = []
    out: Counter[tuple[str, str]] = Counter()
    for row in rows_of(parser.parse_args().paths):
        found = question(row)
        if isinstance(found, OutOfScope):
            out[row["id"].split("/")[0], found.reason] += 1
        else:
            outcomes.append(judge(row, found))
    print("\n".join(table(outcomes)))
    print("\nout of scope:")
    for (source, reason), count in sorted(out.items()):
        print(f"  {source:<8}{count:>5}  {reason}")
    print("\ndisagreements:")
    for each in outcomes:
        if each.result != "agree":
            row, evidence = each.row, each.evidence
            shown = [str(row.get(f"{name}_latex") or row[name])[:90] for name in ("gold", "answer")]
            print(
                f"  {each.result:<13}{row['id']:<34}{shown[0]!r}  {shown[1]!r}  {evidence.reason or evidence.feedback}"
            )


if __name__ == "__main__":
    main()
