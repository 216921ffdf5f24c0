"""The committed pages are those that a fresh build writes, byte for byte."""

from pathlib import Path

from verify.catalog import load, paths
from verify.solution import write_pages, write_solutions

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "solutions"
CURE = "run `verify docs` and commit docs/solutions"


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(committed, built):
    """The names of files that only one of two builds has, or that differ."""
    return sorted(name for name in committed.keys() | built.keys() if committed.get(name) != built.get(name))


def test_the_committed_pages_are_current(tmp_path):
    problems = [load(path) for path in sorted((ROOT / "problems").glob("[!_]*.py"))]
    write_solutions(problems, tmp_path)
    changed = differing(files(COMMITTED), files(tmp_path))
    assert not changed, f"{', '.join(changed)}: {CURE}"


def test_a_page_that_was_changed_removed_or_added_is_noticed():
    committed = files(COMMITTED)
    changed = {**committed, "new.md": b"new", "rnn_backprop.md": committed["rnn_backprop.md"].replace(b"e", b"f", 1)}
    del changed["README.md"]
    assert differing(committed, changed) == ["README.md", "new.md", "rnn_backprop.md"]


def test_two_builds_write_the_same_bytes(tmp_path):
    problem = load(sorted(paths().values())[0])
    for folder in ("first", "second"):
        write_pages([problem], {}, tmp_path / folder)
    assert files(tmp_path / "first") == files(tmp_path / "second")


def test_every_link_and_picture_of_the_pages_exists():
    import re

    for page in COMMITTED.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:src|srcset)="([^"]+)"|\]\(([^)#]+\.md)\)', text):
            name = target[0] or target[1]
            assert (COMMITTED / name).is_file(), f"{page.name} points at {name}"
