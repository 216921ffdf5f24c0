"""Token sequences: what is one sequence, what is another, and what cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.answers.answer import answer_from_json
from verify.answers.tokens import ScoredSequences, Tokens
from verify.errors import ProblemError
from verify.evidence import Verdict

SENTENCE = Tokens(("<sos>", "I", "saw", "a", "dog"))
LETTERS = Tokens(("a", "b", "c"))
BEAM = ScoredSequences({("neural", "network"): -1.25, ("network", "neural"): "-1.33"})
WORDS = st.lists(st.text("abcdef<>*|.", min_size=1, max_size=5), min_size=1, max_size=6)


@pytest.mark.parametrize(
    "response",
    [
        "<sos> I saw a dog",
        "<s> I saw a dog",
        "<BOS>, I, saw, a, dog",
        "  <start>  I\tsaw\na dog ",
        "['<sos>', 'I', 'saw', 'a', 'dog']",
        ["<sos>", "I", "saw", "a", "dog"],
        ("<bos>", "I", "saw", "a", "dog"),
        b"<sos> I saw a dog",
    ],
)
def test_a_sequence_is_accepted_in_every_usual_spelling(response):
    assert SENTENCE.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ("I saw a dog", "special token is missing"),
        ("<sos> I saw a dog <eos>", "special token does not belong"),
        ("<sos> saw I a dog", "order"),
        ("<sos> I see a dog", "1 of them is not"),
        ("<sos> i saw a dog", "capital letters"),
        ("<eos> I saw a dog", "1 of them is not"),
    ],
)
def test_the_kind_of_error_is_told_without_the_answer(response, told):
    evidence = SENTENCE.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert told in evidence.feedback
    assert "saw" not in evidence.feedback


@pytest.mark.parametrize("response", ["a b c d", "c b a", "a,b,c,*", ".*", "{a|b} {b|c} {c|a}", "a b", "A B C"])
def test_patterns_and_near_misses_are_refuted(response):
    assert LETTERS.check(response, "c").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("response", "column"),
    [("", 1), ("   ", 1), ("a b c\0d", 6), ("a b\u200bc", 4), ("a " * 2_000_000, 4001), (5, 1), (None, 1), ([], 1)],
)
def test_what_is_not_a_sequence_is_unreadable(response, column):
    evidence = LETTERS.check(response, "c")
    assert (evidence.verdict, evidence.column) == (Verdict.UNREADABLE, column)


def test_a_no_break_space_that_decides_the_verdict_is_left_to_a_person():
    assert LETTERS.check("a\u00a0b c", "c").verdict is Verdict.UNDECIDED
    assert LETTERS.check("a\u00a0x c", "c").verdict is Verdict.REFUTED


def test_case_is_ignored_only_where_the_part_says_so():
    assert Tokens(("I", "saw"), ignore_case=True).check("i SAW", "c")
    assert not Tokens(("I", "saw")).check("i SAW", "c")


def test_an_alias_of_the_part_is_one_word_with_what_it_stands_for():
    assert Tokens(("colour",), aliases={"color": "colour"}).check("color", "c")


@given(WORDS, WORDS)
def test_exactly_the_same_words_are_accepted(reference, response):
    assert bool(Tokens(tuple(reference)).check(response, "c")) == (reference == response)


@pytest.mark.parametrize(
    "response",
    [
        "neural network: -1.25, network neural: -1.33",
        "network neural \u2212 1.33".replace("\u2212 ", "\u2212") + "; neural network = -1.25",
        "neural network (-1.25)\nnetwork neural (-1.335)",
        {"neural network": -1.25, ("network", "neural"): -1.325},
        [("neural network", -1.25), (["network", "neural"], "-1.33")],
    ],
)
def test_scored_sequences_are_matched_in_any_order_and_notation(response):
    assert BEAM.check(response, "c").verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ("neural network: -1.25", "too few"),
        ("neural network: -1.25, network neural: -1.33, neural: 0", "'neural' does not belong"),
        ("neural network: -1.25, network neural: -1.3351", "score of 'network neural'"),
        ("neural network: 1.25, network neural: 1.33", "score of"),
        ("neural network: -1.33, network neural: -1.25", "score of"),
        ("neural neural: -1.25, network neural: -1.33", "'neural neural' does not belong"),
    ],
)
def test_the_wrong_sequence_or_score_is_named(response, told):
    evidence = BEAM.check(response, "c")
    assert evidence.verdict is Verdict.REFUTED
    assert told in evidence.feedback
    assert "-1.33" not in evidence.feedback


@pytest.mark.parametrize(
    "response",
    [
        *("neural network", "neural: nan", "neural: -1, neural: -2", "a" + " " * 3900 + "b", ":" * 3999),
        *({"neural": float("inf")}, {"neural": True}, {"neural": "1" * 5000}, [1, 2], 3.5, {}),
    ],
)
def test_sequences_without_a_readable_score_are_unreadable(response):
    assert BEAM.check(response, "c").verdict is Verdict.UNREADABLE


def test_a_reference_without_words_is_refused():
    with pytest.raises(ProblemError):
        Tokens(())
    with pytest.raises(ProblemError):
        ScoredSequences({})


@pytest.mark.parametrize("answer", [SENTENCE, BEAM, Tokens(("a",), {"x": "a"}, ignore_case=True)])
def test_a_compiled_reference_is_the_same_answer(answer):
    assert answer_from_json(answer.to_json()) == answer
    assert answer.shown()
    assert answer.expects()
