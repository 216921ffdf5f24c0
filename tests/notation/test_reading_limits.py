"""Bounds: what is too long, too deep or would grow too large is refused before anything is built."""

import time

import pytest
from notation_helpers import reading, refusal

from verify.notation import Limits, Names


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("-" * 1_000_000 + "x", "at most 4,000"),
        ("(" * 900 + "x" + ")" * 900, "more than 64 levels"),
        ("+".join(["x"] * 1500), "more than 2,000"),
        ("9" * 1001, "more than 1,000 digits"),
        ("1e999999999", "more than 1,000 digits"),
        ("1e-99999", "more than 1,000 digits"),
        ("9**9**9", "40,000 bits"),
        ("9^9^9^9", "40,000 bits"),
        ("x^(10^300)", "exponent of more than 128 bits"),
        ("10**(-10**9)", "40,000 bits"),
        ("(1/3)**(10**9)", "40,000 bits"),
        ("sin(10**10**7)", "40,000 bits"),
        ("(a+b+c+d)**1000", "100,000 terms"),
        ("(x+1)**1000000", "40,000 bits"),
        ("factorial(10**7)", "40,000 bits"),
        ("(10**6)!", "40,000 bits"),
        ("sqrt(" * 70 + "x" + ")" * 70, "more than 64 levels"),
        ("x**" * 100 + "x", "more than 64 levels"),
        ("√" * 100 + "x", "more than 64 levels"),
        ("[[" + ",".join(["1"] * 900) + "]," * 1 + "]", ""),
    ],
)
def test_what_is_too_large_is_refused_and_the_limit_named(text, limit):
    assert limit in refusal(text, syntax="python").reason


@pytest.mark.parametrize(
    "text",
    [
        "\\frac{1}{" * 100 + "x" + "}" * 100,
        "\\sqrt{" * 200 + "x" + "}" * 200,
        "x^{" * 200 + "2" + "}" * 200,
        "\\left(" * 200 + "x" + "\\right)" * 200,
        "\\boxed{" * 200 + "x" + "}" * 200,
        "\\begin{pmatrix}" + "1&" * 1100 + "1\\end{pmatrix}",
    ],
)
def test_deep_or_wide_latex_is_refused(text):
    assert "more than" in refusal(text, syntax="latex").reason


def test_modest_powers_and_factorials_are_read():
    for text in (
        "(x+1)**20",
        "factorial(50)",
        "1/2006!",
        "10^400",
        "x^2147483647",
        "(x-a)^6000",
        "(2*x+5)**7*(5*x-1)**5",
    ):
        assert reading(text, syntax="python").kind == "scalar"


def test_a_deep_text_is_read_where_an_author_allows_it():
    text = "".join(f"u{step}+w*(" for step in range(199)) + "x" + ")" * 199
    assert "levels" in refusal(text).reason
    assert reading(text, limits=Limits(depth=210)).kind == "scalar"


def test_a_matrix_with_too_many_entries_is_refused():
    rows = "[" + ",".join(["[" + ",".join(["1"] * 30) + "]"] * 30) + "]"
    assert "more than 800 entries" in refusal(rows, limits=Limits(entries=800, nodes=10_000)).reason


def test_a_sum_that_is_too_long_to_write_out_keeps_its_bounds():
    found = reading(r"\sum_{k=1}^{100000000} k")
    assert found.terms.key(found.value)[0] == "summation"


def test_over_long_texts_are_refused_in_constant_time():
    started = time.process_time()
    for _ in range(20):
        refusal("x+" * 2_500_000, syntax="latex")
    assert time.process_time() - started < 1


def test_bytes_must_be_utf_8():
    assert reading(b"2x").kind == "scalar"
    for data in (b"\xff\xfe2\x00x\x00", b"\xc0\xb2*x", b"\xed\xa0\x80x", b"%PDF-1.4 \xe2"):
        assert refusal(data).reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2*\u200bx", "U+200B (ZERO WIDTH SPACE)"),
        ("2*\u0445", "U+0445 (CYRILLIC SMALL LETTER HA)"),
        ("2*\u03bf", "U+03BF (GREEK SMALL LETTER OMICRON)"),
        ("2*\U0001d4cd", "U+1D4CD (MATHEMATICAL SCRIPT SMALL X)"),
        ("\uff12*x", "U+FF12 (FULLWIDTH DIGIT TWO)"),
        ("x\x00", "U+0000"),
        ("x\u202e+1", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("x\ud800", "U+D800"),
        ("\ufeffx", "U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
        ("x\u2028+1", "U+2028 (LINE SEPARATOR)"),
        ("2*x\U000e0031", "U+E0031 (TAG DIGIT ONE)"),
    ],
)
def test_a_character_off_the_list_is_refused_by_name(text, name):
    found = refusal(text, Names(variables=["x"]))
    assert name in found.reason


def test_control_characters_never_reach_the_caret_line():
    assert "\x1b" not in refusal("x\x1b[31m").caret


def test_two_shapes_of_one_letter_are_not_mixed():
    assert reading("ε").kind == "scalar"
    assert "both" in refusal("ε - ϵ").reason
