"""Names: declared ones in all their spellings, products of them, and free ones."""

import pytest
from notation_helpers import FREE, nodes, reading, refusal, same

from verify.equality.terms import Terms
from verify.notation import Names, read


@pytest.mark.parametrize("spelling", ["u3", "u_3", "u_{3}", "u₃", "u_{ 3 }"])
@pytest.mark.parametrize("declared", ["u3", "u_3"])
def test_a_declared_name_is_recognised_in_every_spelling(spelling, declared):
    found = reading(spelling, Names(variables=[declared]))
    assert found.terms.key(found.value) == ("variable", declared)


@pytest.mark.parametrize("spelling", ["lambda", "lamda", "λ", r"\lambda"])
def test_a_greek_name_is_recognised_in_every_spelling(spelling):
    found = reading(spelling, Names(variables=["lambda"]))
    assert found.terms.key(found.value) == ("variable", "lambda")


@pytest.mark.parametrize(
    ("declared", "spelling"),
    [
        ("yhat", r"\hat{y}"),
        ("y_hat", r"\hat y"),
        ("xbar", r"\bar{x}"),
        ("xbar", r"\overline{x}"),
        ("W_ih", r"W_{ih}"),
        ("W_ih", r"W_{i,h}"),
        ("h_prev", r"h_{\text{prev}}"),
        ("phi", r"\varphi"),
        ("epsilon", "ε"),
        ("x", r"\mathbf{x}"),
        ("theta", r"\boldsymbol{\theta}"),
        ("loss", r"\mathrm{loss}"),
        ("loss", r"\text{loss}"),
    ],
)
def test_typographic_variants_fold_to_the_declared_name(declared, spelling):
    found = reading(spelling, Names(variables=[declared]))
    assert found.terms.key(found.value) == ("variable", declared)


def test_spellings_do_not_fold_where_two_names_are_declared():
    names = Names(variables=["u12", "u1_2"])
    assert nodes("u12", "u1_2", names=names) == [3, 4]
    assert refusal("u_{12}", names).reason


def test_phi_and_varphi_stay_apart_where_both_are_declared():
    first, second = nodes(r"\phi", r"\varphi", names=Names(variables=["phi", "varphi"]))
    assert first != second


def test_case_is_a_difference():
    assert "unknown name 'X'" in refusal("X", Names(variables=["x"])).reason


def test_a_product_that_can_be_cut_in_two_ways_is_refused_with_both():
    reason = refusal("aab", Names(variables=["a", "b", "ab"])).reason
    assert "a*ab" in reason
    assert "a*a*b" in reason


def test_a_declared_name_is_never_cut():
    assert same("xy", "xy", Names(variables=["x", "y", "xy"]))
    found = reading("xy", Names(variables=["x", "y", "xy"]))
    assert found.terms.key(found.value) == ("variable", "xy")


def test_a_declared_e_is_a_variable():
    found = reading("e", Names(variables=["e"]))
    assert found.terms.key(found.value) == ("variable", "e")


def test_a_declared_function_letter_multiplies():
    assert same("f(x+1)", "f*(x+1)", Names(variables=["f", "x"]))


def test_a_declared_sigma_is_not_the_sigmoid():
    assert same(r"\sigma(x)", "sigma*x", Names(variables=["sigma", "x"]), syntax="latex")


def test_aliases_stand_for_their_name():
    assert same("q_dot", "qdot", Names(variables=["qdot"], aliases={"speed": "qdot"}))
    assert same("2 speed", "2*qdot", Names(variables=["qdot"], aliases={"speed": "qdot"}))


def test_definitions_are_substituted():
    names = Names(variables=["x"], definitions={"z": "x + 1", "y": "2 z"})
    assert same("y^2", "(2*(x+1))^2", names)


def test_definitions_that_double_are_read_once_each():
    doubling = {"d1": "x + x", **{f"d{step}": f"d{step - 1} * d{step - 1}" for step in range(2, 40)}}
    names = Names(variables=["x"], definitions={name: text for name, text in doubling.items() if len(name) < 3})
    assert reading("d9", names).kind == "scalar"


def test_a_label_is_read_only_before_an_equals_sign():
    names = Names(variables=["x"])
    terms = Terms()
    assert read("y = 2x", names, terms, labels={"y"}).value == read("2*x", names, terms).value
    assert read(r"\hat{y} = 2x", names, terms, labels={"yhat"}).value == read("2*x", names, terms).value
    assert "what is asked for" in refusal("y + 1", names, labels={"y"}).reason
    assert "unknown name" in refusal("y = 2x", names).reason
    assert "what is asked for" in refusal("y = 2y", names, labels={"y"}).reason


def test_any_variable_may_be_a_label_where_the_caller_says_so():
    assert reading("k = 1/3", FREE, labels=True).kind == "scalar"
    assert reading("k = 1/3", FREE).kind == "relation"


def test_free_names_are_one_variable_in_every_spelling():
    assert len(set(nodes("x_1", "x1", "x_{1}", "x₁"))) == 1
    assert len(set(nodes("alpha", "α", r"\alpha"))) == 1
    assert len(set(nodes("x_a", "x_{a}"))) == 1


def test_free_names_that_differ_stay_apart():
    assert len(set(nodes("x_1", "x_2", "X_1", "x_a", "x_{1,2}", "x_{12}", "y1"))) == 7


def test_letters_that_other_systems_give_a_meaning_are_noted():
    assert "imaginary" in reading("i*x").notes[0]
    assert reading("i*x", Names(variables=["i", "x"])).notes == ()


@pytest.mark.parametrize("options", [{"matrices": {"I": (2, 2)}}, {"variables": ["I"]}])
def test_a_declared_i_is_not_the_identity(options):
    assert reading("I + I", Names(**options)).kind in ("scalar", "matrix expression")
