"""The page that says what was checked of every part."""

import re
from pathlib import Path

from verify.catalog import load, paths
from verify.solution import write_pages

COMMITTED = Path(__file__).parents[2] / "docs" / "solutions" / "coverage.md"


def test_every_part_of_every_problem_has_a_row() -> None:
    rows = re.findall(
        r"^\| ([\w.]+) \| [\w ]+ \| [^|]+ \| [^|]+ \| \d+ \|$", COMMITTED.read_text("utf-8"), re.MULTILINE
    )
    assert rows == [part for name in titles() for part in load(name).parts]


def titles() -> list[str]:
    """The problems in the order of the page."""
    found = re.findall(r"^\[(\w+)\]\(\1\.md\): ", COMMITTED.read_text("utf-8"), re.MULTILINE)
    assert sorted(found) == sorted(paths())
    return found


def test_a_row_counts_implementations_and_mistakes(tmp_path: Path) -> None:
    write_pages([load("conv_filter_solve")], {}, tmp_path)
    assert "| a | vector | – | numpy × 2, torch | 3 |" in (tmp_path / "coverage.md").read_text("utf-8")


def test_a_handout_has_no_coverage(tmp_path: Path) -> None:
    write_pages([load("conv_filter_solve")], {}, tmp_path, handout=True)
    assert not (tmp_path / "coverage.md").exists()
