"""Experiments: seeded measurements, recorded at full size, made again in small, never believed without either."""

import json
import shutil
import textwrap
from pathlib import Path

import pytest

from verify import Problem, Verdict, load, run
from verify.errors import ProblemError

DESCENT = '''
    """Descent.

    A quadratic.
    """

    from verify import Problem

    from .machinery.rates import RATE

    problem = Problem(__doc__)
    x = problem.scalar("x")
    problem.part("a", "Double it.", x * (x + 1), ("=", x**2 + x, "expanded"))

    START = 1.0


    @problem.experiment(small={"steps": 5}, full={"steps": 50})
    def descent(steps, rng, progress):
        """Loss of gradient descent on a quadratic."""
        w = START + rng.random()
        losses = []
        for _ in progress(range(steps), "descending"):
            w -= RATE * w
            losses.append(w * w)
        return {"losses": losses, "last": losses[-1]}


    @descent.claim(unless={"last": 3.0})
    def the_loss_falls(found):
        """Every step is a contraction"""
        return found["last"], "<=", found["losses"][0]
'''


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of problems with machinery, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "problems"
    (folder / "machinery").mkdir(parents=True)
    (folder / "machinery" / "rates.py").write_text("RATE = 0.2\n")
    (folder / "descent.py").write_text(textwrap.dedent(DESCENT).lstrip())
    return folder


def changed(course: Path, old: str, new: str, file: str = "descent.py") -> Problem:
    """The problem after an edit, as a new process would see it."""
    other = course.parent / f"edited{len(list(course.parent.iterdir()))}"
    shutil.copytree(course, other)
    path = other / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return load(other / "descent.py")


def verdict_of(problem: Problem, claim: str = "the_loss_falls") -> Verdict:
    return next(found.verdict for found in run(problem) if found.claim.endswith(claim))


def recorded(course: Path) -> Problem:
    problem = load(course / "descent.py")
    for experiment in problem.experiments:
        experiment.record()
    return problem


def test_without_a_record_nothing_is_claimed(course: Path) -> None:
    problem = load(course / "descent.py")
    *_, found = run(problem)
    assert found.verdict is Verdict.UNDECIDED
    assert "verify run --experiments descent" in found.reason


def test_a_recorded_experiment_supports_its_claims_and_says_by_what(course: Path) -> None:
    *_, found = run(recorded(course))
    assert found.verdict is Verdict.SUPPORTED
    assert found.scope == "by the recorded run (steps = 50) and a run here (steps = 5)"


def test_a_claim_that_the_record_breaks_is_refuted_with_both_sides(course: Path) -> None:
    recorded(course)
    problem = changed(course, '"<=", found["losses"][0]', '"<=", found["losses"][0] / 1e30')
    *_, found = run(problem)
    assert found.verdict is Verdict.REFUTED
    assert found.counterexample is not None
    assert found.counterexample.at == {"steps": 50}


def test_a_claim_that_would_hold_for_the_numbers_that_should_refute_it_is_no_claim(course: Path) -> None:
    recorded(course)
    problem = changed(course, '"<=", found["losses"][0]', '"<=", 100')
    *_, found = run(problem)
    assert found.verdict is Verdict.UNDECIDED
    assert "should refute it" in found.reason


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        ("START = 1.0", "START = 2.0", "descent.py"),
        ("losses.append(w * w)", "losses.append(w * w / 2)", "descent.py"),
        ('full={"steps": 50}', 'full={"steps": 60}', "descent.py"),
        ("RATE = 0.2", "RATE = 0.3", "machinery/rates.py"),
    ],
)
def test_a_record_of_other_code_other_settings_or_other_machinery_does_not_count(
    course: Path, old: str, new: str, file: str
) -> None:
    recorded(course)
    assert verdict_of(changed(course, old, new, file)) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""Loss of gradient descent on a quadratic."""', '"""The loss."""'),
        ("    losses = []\n", "    # nothing measured yet\n    losses = []\n"),
        ("Double it.", "Expand it."),
    ],
)
def test_comments_docstrings_and_prompts_leave_a_record_valid(course: Path, old: str, new: str) -> None:
    recorded(course)
    assert verdict_of(changed(course, old, new)) is Verdict.SUPPORTED


def test_the_same_seed_gives_the_same_record(course: Path) -> None:
    first = recorded(course).experiments[0].recorded
    assert recorded(course).experiments[0].recorded == first


def test_the_small_run_is_kept_until_the_code_changes(course: Path) -> None:
    recorded(course)
    assert verdict_of(load(course / "descent.py")) is Verdict.SUPPORTED
    (kept,) = (course.parent / "cache" / "proofset" / "experiments").iterdir()
    kept.write_text(json.dumps({"losses": [1.0], "last": 2.0}))
    assert verdict_of(load(course / "descent.py")) is Verdict.REFUTED  # what was kept was read
    assert verdict_of(changed(course, "START = 1.0", "START = 2.0")) is Verdict.UNDECIDED  # and no longer is


def test_a_finding_about_the_full_size_only_needs_no_small_run(course: Path) -> None:
    problem = changed(course, 'unless={"last": 3.0}', 'unless={"last": 3.0}, full_only=True')
    problem.experiments[0].record()
    *_, found = run(problem)
    assert found.scope == "by the recorded run (steps = 50)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('unless={"last": 3.0}', "", "nothing would refute it"),
        ('small={"steps": 5}', 'small={"epochs": 5}', "Give those it asks for: steps"),
    ],
)
def test_an_experiment_that_says_too_little_is_refused_when_the_file_is_loaded(
    course: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ProblemError, match=message):
        changed(course, old, new)


def test_an_experiment_that_finds_no_number_says_so(course: Path) -> None:
    problem = changed(course, '"last": losses[-1]', '"last": float("nan")')
    with pytest.raises(ProblemError, match="it found nan"):
        problem.experiments[0].record()


def test_figures_may_use_what_was_recorded(course: Path) -> None:
    problem = recorded(course)
    assert len(problem.experiments[0].recorded["losses"]) == 50
