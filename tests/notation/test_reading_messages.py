"""Messages: the column, what was found, what is allowed, the nearest name."""

import pytest
from notation_helpers import refusal

from verify.notation import Names

NAMES = Names(variables=["u1", "u2", "u3", "w"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("u4 + 1", "unknown name 'u4' at column 1; did you mean u3 or u2?"),
        ("w + foo(w)", "unknown name 'foo' at column 5"),
        ("w + sn(w)", "did you mean"),
        ("w +", "the text ends where something was expected at column 3"),
        ("(w + 1", "'(' is not closed at column 1; ')' is missing"),
        ("w + 1)", "')' without its opening bracket at column 6"),
        ("w := 2", "':=': assignments are not read at column 3; write only the expression"),
        ("1/0", "division by zero at column 2"),
        ("exp(w, 1)", "exp takes 1 argument, not 2 at column 1"),
        ("exp", "the function exp needs an argument at column 1; write exp(...)"),
        ("w 'a'", "a quotation mark: strings are not mathematics at column 3"),
        ("w # note", "'#': comments are not read at column 3; write only the expression"),
        ("w w 2 2", "the number 2 directly after another factor at column 7; write * or ^ between them"),
        (r"\qqq w", r"unknown command \qqq at column 1; it is not a command"),
        (r"\fraq{1}{2}", "did you mean \\frac?"),
        (r"\int w dw", r"\int: an integral must be worked out at column 1; write the result, not the operation"),
        ("True", "a truth value is not an answer at column 1"),
        ("1 or 2", "'or' joins statements such as x = 1, not values at column 1; give one answer"),
        ("$w + u4$", "unknown name 'u4' at column 6"),
    ],
)
def test_a_message_says_what_and_where_and_what_to_do(text, reason):
    assert reason in refusal(text, NAMES).reason


def test_the_caret_points_at_the_column():
    found = refusal("u3 + 2*w*u4", NAMES)
    assert found.column == 10
    text, caret = found.caret.split("\n")
    assert text[caret.index("^")] == "u"
    assert text[caret.index("^") :] == "u4"


def test_an_unreadable_text_is_false():
    assert not refusal("(")
