"""Report: the evidence of one run, with the versions and the profile it was found with; JSON in and out.

All that renderers may read of a run.  Plain data: no NumPy, no SymPy, and no number that JSON has no form for: those
that are not finite are the texts ``"nan"``, ``"inf"`` and ``"-inf"``.
"""

from __future__ import annotations

import json
import math
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import Any

from verify.evidence import Counterexample, Evidence, Verdict

FORMAT = 1  # of the JSON; raised when a reader of the old one would be misled
DISTRIBUTIONS = {
    "proofset": "proofset",
    "sympy": "sympy",
    "numpy": "numpy",
    "torch": "torch",
    "hypothesis": "hypothesis",
    "flint": "python-flint",
}
NOT_INSTALLED = "not installed"
NOT_FINITE = ("nan", "inf", "-inf")


@dataclass(frozen=True)
class Report:
    """The evidence of a run: by problem, in the order in which it was checked.

    - `evidence`: by the identifier of the problem.
    - `profile`: how hard the search looked.
    - `versions`: of Python and of the libraries that verdicts rest on.
    """

    evidence: Mapping[str, tuple[Evidence, ...]]
    profile: str
    versions: Mapping[str, str]

    @classmethod
    def of(cls, evidence: Mapping[str, Iterable[Evidence]], profile: str | None = None) -> Report:
        """The report of a run on this machine: evidence by problem; values of counterexamples become plain data."""
        from verify.crosscheck import profile_of

        found = {name: tuple(map(_with_plain_values, pieces)) for name, pieces in evidence.items()}
        return cls(found, profile_of(profile).name, versions())

    def __iter__(self) -> Iterator[Evidence]:
        """All the evidence, in order."""
        return chain.from_iterable(self.evidence.values())

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many claims have each verdict, strongest first; verdicts that none has are left out."""
        return counted(self)

    @property
    def passed(self) -> bool:
        """Whether every claim may stand; a run that checked nothing has not passed."""
        return any(self.evidence.values()) and not self.failures

    @property
    def failures(self) -> tuple[Evidence, ...]:
        """The evidence for claims that may not stand."""
        return tuple(each for each in self if not each.verdict.passed)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`, without NaN and infinities."""
        return {
            "format": FORMAT,
            "profile": self.profile,
            "versions": dict(self.versions),
            "passed": self.passed,
            "counts": {verdict.value: count for verdict, count in self.counts.items()},
            "problems": [
                {
                    "problem": name,
                    "counts": {verdict.value: count for verdict, count in counted(found).items()},
                    "evidence": [evidence_to_json(each) for each in found],
                }
                for name, found in self.evidence.items()
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """The report that `to_json` wrote.  Raises `ValueError` for another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"a report of format {FORMAT} was expected, found {data.get('format')!r}")
        found = {each["problem"]: tuple(map(evidence_from_json, each["evidence"])) for each in data["problems"]}
        return cls(found, data["profile"], dict(data["versions"]))

    def to_text(self) -> str:
        """The JSON text, two spaces deep, with a newline at the end."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Report:
        """The report that `to_text` wrote."""
        return cls.from_json(json.loads(text))


def counted(evidence: Iterable[Evidence]) -> dict[Verdict, int]:
    """How many claims have each verdict, strongest first; verdicts that none has are left out."""
    found = Counter(each.verdict for each in evidence)
    return {verdict: found[verdict] for verdict in Verdict if found[verdict]}


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that verdicts rest on; nothing is imported to find them."""
    found = {"python": platform.python_version()}
    for name, distribution in DISTRIBUTIONS.items():
        try:
            found[name] = version(distribution)
        except PackageNotFoundError:
            found[name] = NOT_INSTALLED
    return found


# Evidence -------------------------------------------------------------------------------------------------------------


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """Plain data for one piece of evidence."""
    data = {each.name: getattr(evidence, each.name) for each in fields(evidence)}
    found = evidence.counterexample
    return {
        **data,
        "verdict": evidence.verdict.value,
        "counterexample": None
        if found is None
        else {
            "at": {name: plain_value(value) for name, value in found.at.items()},
            "left": plain_value(found.left),
            "right": plain_value(found.right),
            "relation": found.relation,
        },
        "worst": plain_value(evidence.worst),
        "seconds": plain_value(evidence.seconds),
    }


def evidence_from_json(data: Mapping[str, Any]) -> Evidence:
    """The evidence that `evidence_to_json` wrote."""
    found = data["counterexample"]
    return Evidence(
        **{
            **data,
            "verdict": Verdict(data["verdict"]),
            "counterexample": None if found is None else Counterexample(**found),
            "worst": _number(data["worst"]),
            "seconds": _number(data["seconds"]),
        }
    )


def plain_value(value: Any) -> Any:
    """A value of a counterexample as JSON has it: numbers, texts, nested lists; fractions and the rest as texts."""
    if hasattr(value, "tolist"):  # an array or a scalar of NumPy
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain_value(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(entry) for entry in value]
    return str(value)


def _with_plain_values(evidence: Evidence) -> Evidence:
    found = evidence.counterexample
    if found is None:
        return evidence
    at = {name: plain_value(value) for name, value in found.at.items()}
    changed = Counterexample(at, plain_value(found.left), plain_value(found.right), found.relation)
    return replace(evidence, counterexample=changed)


def _number(value: Any) -> Any:
    return float(value) if value in NOT_FINITE else value
