"""The committed pages are those that a fresh build writes, byte for byte."""

from pathlib import Path

import pytest

from verify.catalog import load, paths
from verify.solution import write_pages, write_solutions

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "solutions"
CURE = "run `verify docs` and commit docs/solutions"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("solutions")
    problems = [load(path) for path in sorted((ROOT / "problems").glob("[!_]*.py"))]
    write_solutions(problems, folder)
    return folder


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_committed_pages_are_current(fresh):
    committed, built = files(COMMITTED), files(fresh)
    assert sorted(committed) == sorted(built), CURE
    changed = [name for name in built if committed[name] != built[name]]
    assert not changed, f"{', '.join(changed)}: {CURE}"


def test_two_builds_write_the_same_bytes(tmp_path):
    problem = load(sorted(paths().values())[0])
    for folder in ("first", "second"):
        write_pages([problem], {}, tmp_path / folder)
    assert files(tmp_path / "first") == files(tmp_path / "second")


def test_a_page_that_does_not_match_is_noticed(fresh, tmp_path):
    """The comparison above can fail: one changed letter in one page is a difference."""
    changed = dict(files(fresh))
    name = next(name for name in changed if name.endswith(".md"))
    changed[name] = changed[name].replace(b"e", b"f", 1)
    assert changed != files(fresh)


def test_every_link_and_picture_of_the_pages_exists():
    import re

    for page in COMMITTED.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:src|srcset)="([^"]+)"|\]\(([^)#]+\.md)\)', text):
            name = target[0] or target[1]
            assert (COMMITTED / name).is_file(), f"{page.name} points at {name}"
