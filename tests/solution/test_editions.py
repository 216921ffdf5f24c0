"""Editions are kept by content: what has not changed is not checked again, and what has changed is."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from verify.cli import main
from verify.evidence import Verdict
from verify.solution.edition import Edition, editions
from verify.solution.page import Page, page_of
from verify.solution.plain_data import from_plain, to_plain
from verify.solution.write import folders_of

FILE = '''"""Twice a number.

Double $x$.
"""

import numpy as np
from verify import Problem

problem = Problem(__doc__, tags=("numbers",))
x = problem.scalar("x")
part = problem.part("a", "Add $x$ to itself.", {start}, ("=", 2 * x, "two of them"))


@part.numpy
def added(x):
    return np.add(x, x)
'''
RIGHT = "x**2 + x - x * (x - 1)"
WRONG = "x**2 + x - x * (x - 2)"
UNDECIDED = """

@problem.claim
def nothing_can_be_said(x):
    return np.nan * x, "=", x
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "course" / "problems"
    folder.mkdir(parents=True)
    path = folder / "doubled.py"
    write(path, RIGHT)
    monkeypatch.chdir(folder.parent)
    return path


def write(path: Path, start: str, more: str = "") -> None:
    path.write_text(FILE.replace("{start}", start) + more, encoding="utf-8")


def made(path: Path, **options: object) -> tuple[Edition, list[str]]:
    """The edition, and the claims that were checked for it."""
    checked: list[str] = []
    (edition,) = editions([path], profile="dev", advance=lambda _: checked.append, **options)  # type: ignore[arg-type]
    return edition, checked


def verdicts(edition: Edition) -> list[Verdict]:
    return [each.verdict for each in edition.evidence]


def test_what_has_not_changed_is_not_checked_again(file: Path) -> None:
    first, checked = made(file)
    again, checked_again = made(file)
    assert checked == ["doubled/a/step-1", "doubled/a/added"]
    assert checked_again == []
    assert again == first
    assert verdicts(first) == [Verdict.PROVED, Verdict.SUPPORTED]


def test_a_changed_file_is_checked_again(file: Path) -> None:
    made(file)
    write(file, WRONG)
    edition, checked = made(file)
    assert checked
    assert verdicts(edition)[0] is Verdict.REFUTED


def test_a_change_of_what_a_file_may_import_is_a_change(file: Path) -> None:
    made(file)
    machinery = file.parent / "machinery"
    machinery.mkdir()
    (machinery / "numbers.py").write_text("TWO = 2\n", encoding="utf-8")
    assert made(file)[1]
    assert not made(file)[1]
    (machinery / "numbers.py").write_text("TWO = 3\n", encoding="utf-8")
    assert made(file)[1]


def test_another_profile_is_another_search(file: Path) -> None:
    made(file)
    checked: list[str] = []
    editions([file], profile="docs", advance=lambda _: checked.append)
    assert checked


def test_everything_is_checked_anew_on_demand(file: Path) -> None:
    made(file)
    assert made(file, fresh=True)[1]


def test_undecided_evidence_is_not_kept(file: Path) -> None:
    write(file, RIGHT, UNDECIDED)
    edition, _ = made(file)
    assert Verdict.UNDECIDED in verdicts(edition)
    assert made(file)[1]


def test_a_kept_edition_that_cannot_be_read_is_made_again(file: Path, tmp_path: Path) -> None:
    first, _ = made(file)
    (kept,) = (tmp_path / "cache" / "proofset" / "editions").glob("*.json")
    kept.write_text(kept.read_text(encoding="utf-8")[:100], encoding="utf-8")
    again, checked = made(file)
    assert checked
    assert [each.page for each in (first, again)] == [first.page] * 2


def test_a_handout_checks_nothing_and_is_kept_apart_from_the_solution(file: Path) -> None:
    handout, checked = made(file, handout=True)
    assert checked == []
    assert handout.page.handout
    assert handout.evidence == ()
    assert not made(file)[0].page.handout


def test_a_page_is_the_same_after_it_was_plain_data(file: Path) -> None:
    from verify import load

    page = page_of(load(file))
    assert from_plain(Page, to_plain(page)) == page
    with pytest.raises(TypeError, match="expected str, found 3"):
        from_plain(Page, {**to_plain(page), "title": 3})
    with pytest.raises(TypeError, match="no form as plain data"):
        to_plain(object())


# The command ----------------------------------------------------------------------------------------------------------


def docs(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["docs", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_format_that_does_not_exist_is_told_with_those_that_do(file: Path) -> None:
    result = docs("doubled", "--format", "markdown,sight")
    assert result.exit_code == 2
    assert "there is no format 'sight'; did you mean site?" in result.output


def test_a_refuted_line_is_written_and_told_by_the_exit_code(file: Path) -> None:
    write(file, WRONG)
    result = docs("doubled", "--out", "pages")
    assert result.exit_code == 1
    assert "The worked solutions are in pages; start with pages/README.md" in result.output
    assert "refuted" in Path("pages/doubled.md").read_text(encoding="utf-8")


def test_a_handout_of_a_refuted_line_checks_nothing_and_does_not_touch_the_solutions(file: Path) -> None:
    write(file, WRONG)
    result = docs("doubled", "--handout")
    assert result.exit_code == 0
    assert (
        result.output == "The handouts are in build/handouts/markdown; start with build/handouts/markdown/README.md\n"
    )
    assert not Path("docs").exists()


def test_several_formats_get_a_folder_each() -> None:
    out = Path("out")
    assert folders_of(["site", "pdf"], out) == {"site": out / "site", "pdf": out / "pdf"}
    assert folders_of(["site"], out) == {"site": out}
    assert folders_of(["markdown", "site"], None) == {"markdown": Path("docs/solutions"), "site": Path("build/site")}
    assert folders_of(["pdf"], None, handout=True) == {"pdf": Path("build/handouts/pdf")}
