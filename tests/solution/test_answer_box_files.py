"""What is written for the answer boxes of a site: everything a page needs, nothing that answers before it is asked."""

import json
from pathlib import Path

import pytest

from verify import load
from verify.solution.answer_box import compiled_answers, read_answers, write_answer_box
from verify.solution.answer_box.assets import read_asset, write_assets
from verify.solution.answer_box.boxes import box_of
from verify.solution.answer_box.wheel import WheelMissing, flint_wheel


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the boxes of one problem were written."""
    folder = tmp_path_factory.mktemp("site")
    write_answer_box(folder, compiled_answers(load("rnn_backprop")))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """The content of every file by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_answers_give_the_same_files(site: Path, tmp_path: Path) -> None:
    write_answer_box(tmp_path, compiled_answers(load("rnn_backprop")))
    assert files(tmp_path) == files(site)


def test_files_of_an_earlier_build_are_removed(tmp_path: Path) -> None:
    write_answer_box(tmp_path, compiled_answers(load("transpose_conv")))
    before = set(files(tmp_path))
    write_answer_box(tmp_path, compiled_answers(load("conv_filter_solve")))
    gone = before - set(files(tmp_path))
    assert len(gone) == 1
    assert "answers.json" in gone.pop()


def test_without_answers_there_is_nothing_to_load(tmp_path: Path) -> None:
    write_answer_box(tmp_path, {})
    assert files(tmp_path) == {}
    assert read_answers(tmp_path) == {}


def test_every_file_that_a_page_is_told_of_is_there(site: Path) -> None:
    text = (site / "_static" / "answer_box" / "boxes.js").read_text(encoding="utf-8")
    told = json.loads(text.partition(" = ")[2].strip().removesuffix(";"))
    names = sorted(name for names in told["files"].values() for name in names)
    assert names == sorted(path.name for path in (site / "_static" / "pyodide").iterdir())
    assert told["parts"]["rnn_backprop/b"]["input"] == "line"


def test_no_answer_can_be_read_in_the_files_by_looking_at_them(site: Path) -> None:
    answers = compiled_answers(load("rnn_backprop"))
    written = b"\n".join(files(site).values()).decode("utf-8")
    assert answers
    for answer in answers.values():
        assert answer["reference"] not in written


def test_the_answers_of_a_site_can_be_read_back(site: Path) -> None:
    assert read_answers(site) == compiled_answers(load("rnn_backprop"))


def test_an_asset_in_several_pieces_is_put_together_again(tmp_path: Path) -> None:
    import random

    content = random.Random(0).randbytes(4_000_000)
    written = write_assets(tmp_path, {"noise": content})
    assert len(written["noise"]) == 3
    assert read_asset(tmp_path, written["noise"]) == content


def test_prose_and_functions_have_no_box() -> None:
    found = compiled_answers(load("conv_basics"))
    assert "conv_basics/a" not in found
    assert "conv_basics/field" in found


def test_a_variant_has_answers_of_its_own_where_the_part_asks_for_numbers() -> None:
    found = compiled_answers(load("conv_filter_solve"), (1, 2))
    own = [found[f"conv_filter_solve/a{suffix}"]["reference"] for suffix in ("", " (variant 1)", " (variant 2)")]
    assert len({json.dumps(each) for each in own}) == 3
    assert not [name for name in compiled_answers(load("rnn_backprop"), (1,)) if "variant" in name]


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("kernelized_attention/a", "radio"),
        ("argmax_attention/b.learners", "checkbox"),
        ("transpose_conv/a", "lines"),
        ("rnn_backprop/b", "line"),
    ],
)
def test_a_box_asks_as_its_kind_of_answer_is_given(part: str, typed: str) -> None:
    box = box_of(compiled_answers(load(part.partition("/")[0]))[part])
    assert box.input == typed
    assert bool(box.options) == (typed in ("radio", "checkbox"))


def test_a_wheel_that_cannot_be_fetched_is_told_with_what_pip_said_and_the_way_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(WheelMissing, match="--handout") as caught:
        flint_wheel()
    assert "python-flint" in caught.value.said


def test_a_wheel_that_was_damaged_in_the_cache_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from verify.solution.answer_box.wheel import locked_hash

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    folder = tmp_path / "proofset" / "wheels"
    folder.mkdir(parents=True)
    (folder / f"{locked_hash()[:16]}.whl").write_bytes(b"something else")
    with pytest.raises(WheelMissing):
        flint_wheel()
