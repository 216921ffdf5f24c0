"""The command `verify`: what it prints, and exit codes 0 accepted, 1 refuted, 2 usage, 3 undecided or unreadable."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from verify.cli import main


def verify(*arguments: str, text: str | None = None) -> Result:
    result = CliRunner().invoke(main, list(arguments), input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def python(code: str) -> str:
    """What a fresh interpreter prints, so that what is imported can be seen."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_a_right_answer_is_accepted_with_exit_code_0() -> None:
    result = verify("check", "rnn_backprop/b", "u3 + 2*w*u2 + 3*w^2*u1")
    assert result.exit_code == 0
    assert result.output == "proved rnn_backprop/b  (in general)\n"


def test_a_mistake_is_refuted_by_name_with_exit_code_1_and_the_answer_stays_hidden() -> None:
    result = verify("check", "rnn_backprop/c", "w^2")
    assert result.exit_code == 1
    assert "One power off." in result.output
    assert "w**3" not in result.output
    assert "w^3" not in result.output


def test_an_unreadable_answer_shows_the_caret_below_the_place_with_exit_code_3() -> None:
    result = verify("check", "rnn_backprop/b", "u3 + 2*w*u4")
    assert result.exit_code == 3
    lines = result.output.splitlines()
    assert lines[0] == "unreadable rnn_backprop/b"
    assert lines[2].index("^") == lines[1].index("u4")
    assert "did you mean u3" in result.output


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("check", "rnn_backprop/z", "1"), "there is no part 'rnn_backprop/z'"),
        (("check", "rnn", "1"), "did you mean rnn_"),
        (("show", "rnn_backprob"), "did you mean rnn_backprop"),
        (("run", "nowhere.py"), "there is no problem file 'nowhere.py'"),
        (("variant", "rnn_backprob", "--seed", "1"), "did you mean rnn_backprop"),
        (("frobnicate",), "No such command"),
        (("check", "rnn_backprop/b"), "Missing argument"),
    ],
)
def test_a_wrong_call_ends_with_exit_code_2_and_a_hint_instead_of_a_traceback(
    arguments: tuple[str, ...], hint: str
) -> None:
    result = verify(*arguments)
    assert result.exit_code == 2
    assert hint in result.output
    assert "Traceback" not in result.output


def test_json_of_a_check_is_one_stable_document() -> None:
    document = json.loads(verify("check", "rnn_backprop/c", "w^2", "--json").stdout)
    assert list(document) == [
        "part", "verdict", "accepted", "method", "scope", "reason", "feedback", "counterexample", "column", "seconds",
    ]  # fmt: skip
    assert document["part"] == "rnn_backprop/c"
    assert document["verdict"] == "refuted"
    assert document["accepted"] is False
    assert set(document["counterexample"]) == {"at", "response", "relation", "reference"}


def test_json_of_an_unreadable_answer_has_a_column_and_accepts_nothing() -> None:
    document = json.loads(verify("check", "rnn_backprop/b", "u3 +* w", "--json").stdout)
    assert (document["verdict"], document["accepted"], document["column"]) == ("unreadable", None, 5)


def test_an_answer_can_come_from_standard_input() -> None:
    assert verify("check", "rnn_backprop/c", "-", text="w^3\n").exit_code == 0


def test_two_expressions_can_be_compared_without_a_problem() -> None:
    assert verify("equal", "sin(x)^2", "1-cos(x)^2").exit_code == 0
    refuted = verify("equal", "sqrt(x^2)", "x")
    assert refuted.exit_code == 1
    assert "at x = -" in refuted.output
    assert verify("equal", "sqrt(x^2)", "x", "--given", "x>0").exit_code == 0
    assert verify("equal", "x +", "x").exit_code == 3


def test_the_list_shows_every_part_with_its_kind() -> None:
    rows = json.loads(verify("list", "--json").stdout)
    parts = {part["part"]: part["kind"] for row in rows for part in row["parts"]}
    assert parts["rnn_backprop/b"] == "expression"
    assert parts["conv_filter_solve/a"] == "vector"
    assert parts["transpose_conv/a"] == "matrix"
    assert "rnn_backprop/b" in verify("list").output


def test_a_run_with_a_refuted_line_ends_with_exit_code_1_and_names_the_line(tmp_path: Path) -> None:
    source = (Path(__file__).parents[1] / "problems" / "rnn_backprop.py").read_text()
    right = 'u3 + 2 * w * u2 + 3 * w**2 * u1, "insert the nodes'
    assert right in source
    path = tmp_path / "rnn_backprop.py"
    path.write_text(source.replace(right, 'u3 - 2 * w * u2 + 3 * w**2 * u1, "insert the nodes'))
    result = verify("run", str(path), "--profile", "dev")
    assert result.exit_code == 1
    assert "refuted rnn_backprop/b/step-4" in result.output


def test_a_run_prints_a_row_for_each_problem_and_json_on_request() -> None:
    result = verify("run", "transpose_conv", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert "transpose_conv" in json.dumps(document)


def test_new_writes_a_problem_that_passes_and_never_overwrites(tmp_path: Path) -> None:
    folder = str(tmp_path / "problems")
    assert verify("new", "my_problem", "--folder", folder).exit_code == 0
    assert verify("run", f"{folder}/my_problem.py").exit_code == 0
    again = verify("new", "my_problem", "--folder", folder)
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_new_refuses_a_name_that_cannot_be_a_file() -> None:
    result = verify("new", "../evil")
    assert result.exit_code == 2
    assert "cannot name a problem" in result.output


def test_the_doctor_finds_everything_it_needs() -> None:
    findings = json.loads(verify("doctor", "--json").stdout)
    assert {"python", "proofset", "sympy", "torch", "python-flint", "problems"} <= {each["name"] for each in findings}


def test_a_variant_is_the_same_for_the_same_seed() -> None:
    first, second = (verify("variant", "conv_filter_solve", "--seed", "7").output for _ in range(2))
    assert first == second
    assert first != verify("variant", "conv_filter_solve", "--seed", "8").output
    assert len(verify("variant", "conv_filter_solve", "--seed", "7", "--solution").output) > len(first)


def test_a_response_to_a_variant_is_checked_against_its_own_numbers() -> None:
    assert verify("check", "conv_filter_solve/a", "[2, -1, 3]").exit_code == 0
    assert verify("check", "conv_filter_solve/a", "[2, -1, 3]", "--variant", "7").exit_code == 1


def test_checking_a_written_answer_imports_no_torch() -> None:
    code = (
        "import sys, verify; assert verify.check('rnn_backprop/b', 'u3 + 2wu_2 + 3w^2u_1'); "
        "print(any(name == 'torch._C' for name in sys.modules))"
    )
    assert python(code) == "False"


def test_help_and_import_load_no_heavy_library() -> None:
    heavy = {"numpy", "sympy", "torch", "hypothesis", "flint", "rich", "matplotlib"}
    assert python(f"import sys, verify, verify.cli; print(sorted({heavy!r} & set(sys.modules)))") == "[]"
