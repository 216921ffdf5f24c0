"""`verify.equal`, `read` and the batches: every kind of value, what is never claimed, and rows that never raise."""

import json
import subprocess
import sys

import pytest

import verify
from verify.errors import UnknownName

NOT_A_PROOF = {"refuted", "undecided", "unreadable"}


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        ("(x+1)^2", "x^2+2x+1", ""),
        (r"\frac{1}{2}x", "x/2", ""),
        ("sqrt(x^2)", "x", "x>0"),
        ("[[1, 2], [3, 4]]", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", ""),
        ("[x+x, 3]", "[2x, 3]", ""),
        ("[1, 2, 3]", "[[1], [2], [3]]", ""),
        ("{1, 2}", "{2, 1, 1}", ""),
        ("1, 2", "{2, 1}", ""),
        ("(1, 2]", "(1, 4/2]", ""),
        ("[1, 2]", "[1, 3) ∩ (0, 2]", ""),
        ("(-oo, 2) ∪ (3, oo)", "(3, oo) ∪ (-oo, 2)", ""),
        ("[0, 1] ∪ [1, 2]", "[0, 2]", ""),
        ("[0, sqrt(2)]", "[0, 2^(1/2)]", ""),
        ("[a, a+b]", "[a, b+a]", ""),
        ("∞", "oo", ""),
        ("y = 2x+1", "2x - y + 1 = 0", ""),
        ("x = 3 or x = 4", "x = 4 or x = 3", ""),
        ("x = ±2", "x = 2 or x = -2", ""),
        ("x < 2", "4 > 2x", ""),
        ("0 < x < 1", "x > 0 and x < 1", ""),
        ("x+y <= 1", "1-x >= y", ""),
    ],
)
def test_the_same_thing_written_in_two_ways_is_proved(left: str, right: str, given: str) -> None:
    assert verify.equal(left, right, given).verdict.value == "proved"
    assert verify.equal(right, left, given).verdict.value == "proved"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x", "x+1e-30"),
        ("sqrt(x^2)", "x"),
        ("[[1, 2], [3, 4]]", "[[1, 2], [3, 5]]"),
        ("[[1, 2]]", "[[1], [2]]"),
        ("1", "[[1, 1], [1, 1]]"),
        ("[1, 2, 3]", "[1, 2]"),
        ("[1, 2, 3, 4]", "[[1, 2], [3, 4]]"),
        ("{1, 2}", "{1, 2, 3}"),
        ("{a, -a}", "{|a|, -2|a|}"),
        ("(1, 2]", "[1, 2]"),
        ("[0, sqrt(2)]", "[0, sqrt(3)]"),
        ("[0, sqrt(2))", "[0, sqrt(2)]"),
        ("[a, b]", "[a, c]"),
        ("(0, 1) ∪ (1, 2)", "(0, 2)"),
        ("oo", "-oo"),
        ("oo", "10^1000"),
        ("y = 2x", "y = 3x"),
        ("x = 3 or x = 4", "x = 3"),
        ("x < 2", "x <= 2"),
        ("x < 2", "x > 2"),
        ("0 < x < 1", "x > 0"),
        ("{1, 2}", "3"),
    ],
)
def test_what_differs_is_refuted_both_ways(left: str, right: str) -> None:
    for first, second in ((left, right), (right, left)):
        evidence = verify.equal(first, second)
        assert evidence.verdict.value == "refuted"
        assert evidence.counterexample is not None or evidence.feedback


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("{a, -a}", "{|a|, -|a|}"),  # each member differs from each somewhere, and the sets are equal everywhere
        ("[1, 2]", "(1, 2)"),  # the same list, another interval
        ("[1, 2, 3]", "[[1, 2, 3]]"),
        ("5", "x = 5"),
        ("x > 0", "1/x > 0"),
        ("(a+1)^2 = a^2+2a+1", "(b+1)^2 = b^2+2b+1"),
        ("1 = 2", "3 = 4"),
        ("-2 < x < 2", "(-2, 2)"),
    ],
)
def test_what_is_not_certain_is_undecided_with_a_reason(left: str, right: str) -> None:
    for first, second in ((left, right), (right, left)):
        evidence = verify.equal(first, second)
        assert evidence.verdict.value == "undecided"
        assert evidence.reason


def test_an_inequality_with_undefined_places_is_no_subset_of_another() -> None:
    # On x >= 0, where the root has a value, both hold; but the first does not hold at -1/2 and the second does.
    assert verify.equal("sqrt(x) >= 0", "x >= -1").verdict.value in NOT_A_PROOF


def test_unreadable_sides_and_declarations_are_verdicts_with_their_place() -> None:
    assert "left side" in verify.equal("2 +* x", "x").reason
    assert verify.equal("2 +* x", "x").column == 4
    assert "right side" in verify.equal("x", "2 +* x").reason
    assert "declaration" in verify.equal("x", "x", given="x >").reason


def test_an_unknown_option_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="ignore"):
        verify.equal("x", "x", domain="ignor")
    with pytest.raises(UnknownName, match="latex"):
        verify.read("x", syntax="latx")


def test_the_policy_for_points_where_one_side_is_undefined_is_named() -> None:
    lenient = verify.equal("x^2/x", "x")
    assert lenient.verdict.value == "proved"
    assert "x=0" in lenient.reason
    assert verify.equal("x^2/x", "x", domain="require").verdict.value == "refuted"
    in_a_list = verify.equal("[1, x^2/x]", "[1, x]")
    assert "x=0" in in_a_list.reason


def test_sympy_is_asked_last_and_named() -> None:
    evidence = verify.equal("sin(200*x)", "2*sin(100*x)*cos(100*x)")
    assert (evidence.verdict.value, evidence.method) == ("proved", "sympy")
    assert verify.equal_many([("sin(200*x)", "2*sin(100*x)*cos(100*x)")])[0].verdict.value == "undecided"


def test_sympy_is_not_asked_where_a_side_is_never_defined() -> None:
    assert verify.equal("log(-1-x^2)+x", "x+log(-1-x^2)+0*y").verdict.value == "undecided"


def test_read_tells_the_kind_both_spellings_and_the_variables() -> None:
    found = verify.read("x^2/2 <= y")
    assert found
    assert (found.kind, found.python, found.variables) == ("relation", "x**2/2 <= y", ("x", "y"))
    assert found.latex == r"\frac{x^{2}}{2} \le y"
    assert verify.read("{a, b}").variables == ("a", "b")
    assert verify.read(r"\begin{pmatrix}a&1\\b_1&2\end{pmatrix}").kind == "matrix"


@pytest.mark.parametrize("text", ["", "2 +* x", "x" * 5000, "(" * 100, b"\xff\xfe", None, 3, object()])
def test_read_says_why_a_text_is_unreadable_and_never_raises(text: object) -> None:
    found = verify.read(text)  # type: ignore[arg-type]
    assert not found
    assert found.evidence is not None
    assert found.evidence.verdict.value == "unreadable"
    assert found.evidence.reason


def test_read_points_at_the_column() -> None:
    found = verify.read("x + y +* 2")
    assert found.evidence is not None
    assert found.evidence.column == 8
    assert found.caret.splitlines()[1].index("^") == 7


class Hostile:
    """An object all of whose methods fail."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


def test_a_batch_keeps_its_order_and_no_row_raises() -> None:
    rows: list = [("x", "x"), ("x", "y"), ("x",), None, 7, ("2 +* x", "x"), (Hostile(), "x"), (None, b"\xff"), ("1", 1)]
    verdicts = [evidence.verdict.value for evidence in verify.equal_many(rows)]
    assert verdicts == [
        "proved",
        "refuted",
        "unreadable",
        "unreadable",
        "unreadable",
        "unreadable",
        "unreadable",
        "unreadable",
        "proved",
    ]


def test_a_batch_may_be_a_generator() -> None:
    found = verify.equal_many((str(n), f"{n}.0") for n in range(3))
    assert [bool(evidence) for evidence in found] == [True] * 3


def test_responses_are_checked_in_order_and_none_raises() -> None:
    responses = ["u3 + 2*w*u2 + 3*w^2*u1", "u3", "2 +*", None, Hostile(), b"\xff", "x" * 10_000, 3.5, ["u3"]]
    found = verify.check_many("rnn_backprop/b", responses)
    assert [evidence.verdict.value for evidence in found[:3]] == ["proved", "refuted", "unreadable"]
    assert all(evidence.verdict.value in NOT_A_PROOF for evidence in found[1:])
    assert len(found) == len(responses)
    for response, evidence in zip(responses[:3], found, strict=False):
        assert verify.check("rnn_backprop/b", response).verdict is evidence.verdict


def test_a_batch_for_a_part_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(UnknownName):
        verify.check_many("rnn_backprop/zzz", ["x"])


def test_equal_imports_neither_sympy_nor_numpy_nor_starts_a_process() -> None:
    code = (
        "import sys, json, verify\n"
        "verdicts = [verify.equal(*pair).verdict.value for pair in (('sin(x)^2', '1-cos(x)^2'), ('[1,2]', '[1,3]'),"
        " ('x = 2', '2x = 4'), ('(1,2]', '[1,2]'), ('x < 2', '2x < 4'))]\n"
        "heavy = [name for name in ('sympy', 'numpy', 'torch', 'hypothesis', 'subprocess') if name in sys.modules]\n"
        "print(json.dumps([verdicts, heavy]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [["proved", "refuted", "proved", "refuted", "proved"], []]


@pytest.mark.parametrize(
    ("left", "right"), [("log(x^2)", "2*log(x)"), ("exp(log(x))", "x"), ("sqrt(x*y)", "sqrt(x)*sqrt(y)")]
)
def test_where_one_side_is_undefined_on_a_region_it_is_undecided_unless_the_domain_is_ignored(
    left: str, right: str
) -> None:
    for sides in ((left, right), (right, left)):
        evidence = verify.equal(*sides)
        assert evidence.verdict.value == "undecided"
        assert "on a whole region" in evidence.reason
        assert verify.equal(*sides, domain="ignore").verdict.value == "proved"
        assert verify.equal(*sides, given="x>0 y>0").verdict.value == "proved"


def test_a_removable_singularity_is_accepted_and_named() -> None:
    evidence = verify.equal("(x^2-x)/(x-1)", "x")
    assert evidence.verdict.value == "proved"
    assert "at x=1 only the right side is" in evidence.reason
