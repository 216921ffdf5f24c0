"""The report of a run: what it counts, when it passes, and that JSON keeps all of it."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.evidence import Counterexample, Evidence, Verdict
from verify.report import Report, evidence_from_json, evidence_to_json, versions

numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
counterexamples = st.builds(
    Counterexample,
    st.dictionaries(st.text(max_size=4), values, max_size=3),
    values,
    values,
    st.sampled_from(["=", "<=", ">="]),
)
pieces = st.builds(
    Evidence,
    claim=st.text(max_size=20),
    verdict=st.sampled_from(Verdict),
    scope=st.text(max_size=20),
    method=st.text(max_size=8),
    reason=st.text(max_size=20),
    counterexample=st.none() | counterexamples,
    feedback=st.text(max_size=20),
    column=st.none() | st.integers(1, 4_000),
    accepts_supported=st.booleans(),
    text=st.text(max_size=20),
    worst=st.none() | st.floats(allow_nan=False),
    tried=st.integers(0, 5_000),
    seconds=st.floats(0, 100),
)
reports = st.builds(
    Report,
    st.dictionaries(st.text(max_size=10), st.lists(pieces, max_size=3).map(tuple), max_size=3),
    st.sampled_from(["dev", "docs", "ci"]),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)


def evidence(verdict: Verdict, claim: str = "p/a/step-1", **more: object) -> Evidence:
    return Evidence(claim, verdict, **more)  # type: ignore[arg-type]


@given(reports)
def test_json_text_keeps_everything(report):
    assert Report.from_text(report.to_text()) == report


@given(st.floats())
def test_no_number_becomes_one_that_json_does_not_have(value):
    found = evidence(Verdict.REFUTED, worst=value, counterexample=Counterexample({"x": value}, [value], value))
    text = json.dumps(evidence_to_json(found), allow_nan=False)
    back = evidence_from_json(json.loads(text))
    assert back.worst == value or (math.isnan(value) and math.isnan(back.worst))
    assert json.dumps(evidence_to_json(back), allow_nan=False) == text


def test_numpy_values_of_a_counterexample_become_plain():
    found = Counterexample({"w": np.float64(2.0), "x": np.eye(2)}, np.array([np.inf]), np.int64(3))
    report = Report.of({"p": [evidence(Verdict.REFUTED, counterexample=found)]}, "dev")
    kept = next(iter(report)).counterexample
    assert kept == Counterexample({"w": 2.0, "x": [[1.0, 0.0], [0.0, 1.0]]}, ["inf"], 3)
    assert Report.from_text(report.to_text()) == report


def test_counts_are_by_verdict_strongest_first():
    report = Report.of(
        {"p": [evidence(Verdict.SUPPORTED), evidence(Verdict.PROVED)], "q": [evidence(Verdict.PROVED)]}, "dev"
    )
    assert list(report.counts.items()) == [(Verdict.PROVED, 2), (Verdict.SUPPORTED, 1)]
    assert [problem["counts"] for problem in report.to_json()["problems"]] == [
        {"proved": 1, "supported": 1},
        {"proved": 1},
    ]


@pytest.mark.parametrize("verdict", [Verdict.REFUTED, Verdict.UNDECIDED, Verdict.UNREADABLE])
def test_one_claim_that_may_not_stand_fails_the_run(verdict):
    bad = evidence(verdict, "p/b/step-2")
    report = Report.of({"p": [evidence(Verdict.PROVED), bad]}, "dev")
    assert not report.passed
    assert report.failures == (bad,)


def test_a_run_passes_when_every_claim_is_proved_or_supported():
    assert Report.of({"p": [evidence(Verdict.PROVED), evidence(Verdict.SUPPORTED)]}, "dev").passed


def test_a_run_that_checked_nothing_has_not_passed():
    assert not Report.of({}, "dev").passed
    assert not Report.of({"p": []}, "dev").passed


def test_the_order_of_problems_and_claims_is_kept():
    found = {
        "q": [evidence(Verdict.PROVED, "q/b"), evidence(Verdict.PROVED, "q/a")],
        "p": [evidence(Verdict.PROVED, "p/z")],
    }
    report = Report.from_text(Report.of(found, "dev").to_text())
    assert [each.claim for each in report] == ["q/b", "q/a", "p/z"]


def test_the_profile_is_the_one_that_was_used_where_none_was_named(monkeypatch):
    monkeypatch.setenv("VERIFY_PROFILE", "ci")
    assert Report.of({}).profile == "ci"


def test_a_report_of_another_format_is_refused():
    with pytest.raises(ValueError, match="format 1 was expected, found 2"):
        Report.from_json({"format": 2})


def test_versions_name_every_library_that_verdicts_rest_on():
    assert list(versions()) == ["python", "proofset", "sympy", "numpy", "torch", "hypothesis", "flint"]
    assert all(versions().values())


def test_reading_a_report_imports_no_heavy_library():
    code = (
        "import sys, verify.report as r; r.versions(); print(*{'sympy', 'numpy', 'torch', 'flint'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
