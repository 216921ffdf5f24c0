"""The Python-like syntax: signs, products without a sign, powers, functions, numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notation_helpers import nodes, reading, refusal, same

from verify.equality.terms import Terms
from verify.notation import Names, read

HOMEWORK = Names(variables=["w", "u1", "u2", "u3", "x", "y", "a", "b", "n"])


@pytest.mark.parametrize(
    ("text", "explicit"),
    [
        ("2wu_2 + w^2u_1", "2*w*u2 + w**2*u1"),
        ("w(a+b)", "w*(a+b)"),
        ("(a+b)(a-b)", "(a+b)*(a-b)"),
        ("xy", "x*y"),
        ("wu2", "w*u2"),
        ("2 x y", "2*x*y"),
        ("x 2", "x*2"),
        ("x**2", "x^2"),
        ("-x^2", "0-(x^2)"),
        ("2^3^2", "512"),
        ("n/-2", "-(n/2)"),
        ("2*-x", "-2*x"),
        ("--x", "x"),
        ("x/2/3", "x/6"),
        ("x^-1", "1/x"),
        ("a^b^n", "a^(b^n)"),
        ("6/2*(1+2)", "9"),
    ],
)
def test_operators_and_implied_products_bind_as_usual(text, explicit):
    assert same(text, explicit, HOMEWORK)


@pytest.mark.parametrize(
    ("text", "explicit"),
    [
        ("sin x", "sin(x)"),
        ("2 sin x", "2*sin(x)"),
        ("sin 5x", "sin(5*x)"),
        ("sin 2x cos y", "sin(2*x)*cos(y)"),
        ("sin x + 1", "sin(x) + 1"),
        ("sin^2(x)", "sin(x)**2"),
        ("sin(x)^2", "sin(x)**2"),
        ("sin^-1(x)", "asin(x)"),
        ("arctan(x)", "atan(x)"),
        ("ln x", "log(x)"),
        ("log_2(x)", "log(x, 2)"),
        ("xcos(x)", "x*cos(x)"),
        ("EXP(x)", "exp(x)"),
        ("Abs(x)", "|x|"),
        ("asec(x)", "acos(1/x)"),
        ("n!", "factorial(n)"),
        ("|x-|y||", "abs(x-abs(y))"),
        ("2|x|", "2*abs(x)"),
        ("max(x, y, 0)", "max(0, y, x)"),
        ("sigma(x)", "sigmoid(x)"),
    ],
)
def test_functions_are_read_with_and_without_brackets(text, explicit):
    assert same(text, explicit, HOMEWORK)


@pytest.mark.parametrize(
    ("text", "explicit"),
    [
        ("−x", "-x"),
        ("x – y", "x - y"),
        ("3×x", "3*x"),
        ("3·x⋅y", "3*x*y"),
        ("x÷2", "x/2"),
        ("x² + y³", "x**2 + y**3"),
        ("x⁻¹", "1/x"),
        ("xⁿ", "x**n"),
        ("√x", "sqrt(x)"),
        ("√(x+1)", "sqrt(x+1)"),
        ("∛x", "cbrt(x)"),
        ("½x", "x/2"),
        ("2π", "2*pi"),
        ("x\u00a0+\u20091", "x+1"),
        ("u₃", "u3"),
        ("（x＋y）", "x+y"),
    ],
)
def test_characters_that_people_really_type_are_read(text, explicit):
    assert same(text, explicit, HOMEWORK)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("0.1", Fraction(1, 10)),
        ("1e3", 1000),
        ("2.5E-3", Fraction(1, 400)),
        ("1,000", 1000),
        ("1,234.5", Fraction(2469, 2)),
        ("2 1/2", Fraction(5, 2)),
        ("-3½", Fraction(-7, 2)),
        ("50%", Fraction(1, 2)),
        ("5!", None),
    ],
)
def test_numbers_are_exact(text, value):
    found = reading(text, HOMEWORK)
    key = found.terms.key(found.value)
    assert key == ("number", value) if value is not None else key == ("apply", "factorial", *key[2:])


@pytest.mark.parametrize(
    "text",
    [
        "1/2x",
        "a/bx",
        "2^-1x",
        "1/2(x+1)",
        "e^2x",
        "√2x",
        "sin x/2",
        "1,234",
        "2 1/2 x",
        "n!!",
        "log^-1(x)",
        "sin x (y+1)",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_guessed(text):
    assert "write" in refusal(text, HOMEWORK).reason or "bracket" in refusal(text, HOMEWORK).reason


def test_both_readings_of_an_ambiguous_quotient_are_shown():
    reason = refusal("1/2x", HOMEWORK).reason
    assert "(1)/(2)x" in reason
    assert "1/(2x" in reason


def test_a_declared_convention_settles_the_ambiguous_quotient():
    left, tight = (Names(variables=["x"], division=choice) for choice in ("left", "tight"))
    assert same("1/2x", "x/2", left)
    assert same("1/2x", "1/(2*x)", tight)
    assert same("1/2x y", "1/(2*x*y)", Names(variables=["x", "y"], division="tight"))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "(1", "1)", "*1", "1**", "1//", "1.2.3", "sin", "sin()", "[1,2", "5=", "<", "x<", ",", ";", "#5",
        "@", "1 2",
        "0b11", "0x1F", "1_000", "u'1'", "1if 1else 2", "x is x", "x[0]", "x.y", "*x", "print 42", "return 42",
        "lambda: 1",
        "x if x>0 else 1", "[c for c in x]", "x:=5", "x=x", "True", "nan", "0/0", "1/0", "x/(1-1)", "'a'*10",
        "{x: 1}",
        "x; y = 1 'a'", "x++", "2**", "a b c d(", "0**0", "0**-1", "oo - oo", "0*oo", "1 or 2", "x\ny", "(x)2",
        "x2", "x == x",
        "diff(x**2, x)", "integrate(x, x)", "Derivative(x, x)", "f(x)", "foo(x)", "exp(x, y)", "x and y",
    ],
)  # fmt: skip
def test_what_is_not_a_well_formed_answer_is_unreadable(text):
    assert refusal(text, Names(variables=["x", "y", "a", "b", "c", "d"], undeclared=False)).reason


@pytest.mark.parametrize("text", ["f(x)", "foo(x)", "print 42", "x[0]", "sin", "nan", "x.y", "exec", "1 2"])
def test_free_names_do_not_make_calls_or_keywords_readable(text):
    assert refusal(text).reason


NUMBERS = st.integers(0, 30).map(lambda value: (str(value), Fraction(value)))
DECIMALS = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(
    lambda pair: (f"{pair[0]}.{pair[1]:02d}", Fraction(pair[0] * 100 + pair[1], 100))
)


def _operation(parts):
    (left, left_value), sign, (right, right_value) = parts
    if sign == "/" and right_value == 0:
        sign = "*"
    value = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}[sign]
    return f"({left}{sign}{right})", value(left_value, right_value)


ARITHMETIC = st.recursive(
    st.one_of(NUMBERS, DECIMALS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(_operation),
        inner.map(lambda pair: (f"-({pair[0]})", -pair[1])),
        inner.map(lambda pair: (f"({pair[0]})^2", pair[1] ** 2)),
    ),
    max_leaves=12,
)


@given(ARITHMETIC)
def test_arithmetic_comes_out_as_independent_exact_arithmetic_says(written):
    text, expected = written
    terms = Terms()
    assert terms.key(read(text, None, terms).value) == ("number", expected)


def test_the_same_text_read_twice_is_one_node():
    first, second = nodes("x*(y+1)", "(1+y)x")
    assert first == second
