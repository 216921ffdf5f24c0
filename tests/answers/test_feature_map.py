"""Feature maps are judged by their inner products."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.answers.answer import answer_from_json
from verify.answers.feature_map import FeatureMap
from verify.errors import ProblemError
from verify.evidence import Verdict

SQUARE = FeatureMap("(s + 1)^2", shown_as="1, sqrt(2) x_i, x_i^2, sqrt(2) x_i x_j (i<j)")


@pytest.mark.parametrize(
    "response",
    [
        "1, sqrt(2) x_i, x_i^2, sqrt(2) x_i x_j (i<j)",
        "x_i x_j, sqrt(2) x_i, 1",
        "-1, √2 x_i, x_i^2, -x_i x_j (i != j)",
        "φ(x) = [1, sqrt(2) x_i, x_i^2, √2 x_i x_j for i<j]",
        r"$\varphi(x) = \left(1, \sqrt{2} x_i, x_i^2, \sqrt 2 x_i x_j \text{ for } i<j\right)^\top$",
        ["1", "sqrt(2)*x_i", "x_i*x_j"],
        [1, "sqrt(2)*x_i", "x_i*x_j"],
    ],
)
def test_a_map_with_indices_is_proved_at_every_dimension(response):
    evidence = SQUARE.check(response, "c")
    assert evidence.verdict is Verdict.PROVED
    assert evidence.scope == "at D=2, 3"


@pytest.mark.parametrize(
    ("response", "scope"),
    [
        ("[1, √2 x_1, √2 x_2, x_1^2, √2 x_1 x_2, x_2^2]", "at D=2"),
        ("(1, sqrt(2)*x1, sqrt(2)*x2, x1^2, x2^2, x1*x2, x1 x2)", "at D=2"),
        (r"\begin{bmatrix}1\\ \sqrt2 x_1\\ \sqrt2 x_2\\ x_1^2\\ x_2^2\\ \sqrt2 x_1 x_2\end{bmatrix}", "at D=2"),
        ("1, √2 x₁, √2 x₂, √2 x₃, x₁², x₂², x₃², √2 x₁x₂, √2 x₁x₃, √2 x₂x₃", "at D=3"),
    ],
)
def test_a_map_in_numbered_components_is_proved_at_its_own_dimension(response, scope):
    evidence = SQUARE.check(response, "c")
    assert (evidence.verdict, evidence.scope) == (Verdict.PROVED, scope)


@pytest.mark.parametrize(
    "response",
    [
        "x_i^2, sqrt(2) x_i x_j (i<j)",
        "1, x_i, x_i^2, x_i x_j (i<j)",
        "1, 2 x_i, x_i^2, 2 x_i x_j (i<j)",
        "1, sqrt(2) x_i, x_i^2, x_i x_j (i<j)",
        "1, sqrt(2) x_i, x_i^2",
        "1, sqrt(2) x_i, x_i^2, sqrt(2) x_i x_j",
        "x_1, x_2",
        "0",
    ],
)
def test_missing_terms_and_factors_are_refuted(response):
    evidence = SQUARE.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.counterexample is not None


@pytest.mark.parametrize(
    ("response", "column"),
    [
        ("", 1),
        ("1, y", 4),
        ("1, sqrt(2) x_i,, x_i^2", 16),
        ("1, x_5", 4),
        ("1, x_i, x_1", 4),
        ("x_i x_j (i<l)", 1),
        ("1, x_i = 2", 4),
        ("...", None),
        ("(1", None),
        (5, 1),
        (None, 1),
        ([None], 1),
        ("x_i^2, " * 500 + "1", None),
        (",".join(["1"] * 250), 1),
    ],
)
def test_what_is_no_list_of_components_is_unreadable(response, column):
    evidence = SQUARE.check(response, "c")
    assert evidence.verdict is Verdict.UNREADABLE
    assert column is None or evidence.column == column


def test_other_kernels_use_the_squared_lengths():
    distance = FeatureMap("s + qq*kk", dimensions=(2,))
    assert distance.check("x_1, x_2, x_1^2 + x_2^2", "c")
    assert distance.check("x_1, x_2, x_1^2 - x_2^2", "c").verdict is Verdict.REFUTED


@settings(max_examples=25, deadline=None)
@given(st.permutations(["1", "sqrt(2)*x1", "sqrt(2)*x2", "x1^2", "x2^2", "sqrt(2)*x1*x2"]), st.data())
def test_order_and_signs_of_the_components_do_not_matter(components, data):
    signs = [data.draw(st.sampled_from(["", "-"])) for _ in components]
    signed = [f"{sign}{component}" for sign, component in zip(signs, components, strict=True)]
    assert SQUARE.check(", ".join(signed), "c").verdict is Verdict.PROVED
    assert SQUARE.check(", ".join(signed[1:]), "c").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    "build",
    [
        lambda: FeatureMap("(t + 1)^2"),
        lambda: FeatureMap("(s + 1)^2", dimensions=()),
        lambda: FeatureMap("(s + 1)^2", dimensions=(50,)),
        lambda: FeatureMap("(s + 1)^2", shown_as="x_i^2"),
    ],
)
def test_a_reference_that_contradicts_itself_is_refused(build):
    with pytest.raises(ProblemError):
        build()


def test_a_compiled_reference_is_the_same_answer():
    assert answer_from_json(SQUARE.to_json()) == SQUARE
    assert "φ" in SQUARE.shown() or "varphi" in SQUARE.shown()
    assert SQUARE.expects()
