"""Backpropagation through a linear recurrent network: every honest way to write an answer, every mistake by name."""

import pytest

from verify import Verdict, check, load, run

ACCEPTED = {
    "a.t": ["u3 + w*u2 + w^2*u1", "u_3+wu_2+w^2u_1", r"u_{3} + w\left(u_{2} + w u_{1}\right)", "t = w(w*u1 + u2) + u3"],
    "a.y": ["w*u3 + w**2*u2 + w**3*u1", "w(u3+w(u2+w*u1))", r"wu_3+w^2u_2+w^3u_1", "y = w³u₁ + w²u₂ + w·u₃"],
    "b": [
        "u3 + 2*w*u2 + 3*w^2*u1",
        "u_3 + 2wu_2 + 3w^2u_1",
        r"3w^{2}u_{1} + 2 w \cdot u_{2} + u_{3}",
        "u3+w(2u2+3w*u1)",
        "3w²u₁+2wu₂+u₃",
        r"\boxed{u_3 + 2wu_2 + 3w^2u_1}",
    ],
    "c": ["w^3", "w*w*w", r"w^{3}", "w·w²"],
    "d.middle": ["r*w", "r*dy/ds", "w*u2+w**2*u1", r"r\frac{\partial y}{\partial s}", "w(u2+q)"],
    "d.left": ["p*dy/dq", "u1*w^2", "w²u₁", r"p \cdot \frac{\partial y}{\partial q}", "q*w"],
    "d.total": ["t + r*dy/ds + p*dy/dq", "u3 + 2*w*u2 + 3*w^2*u1", "t + r*w + w^2*p"],
    "e": [r"\sum_{k=0}^{T-1} (T-k) w^{T-k-1} x_k", r"\sum_{k=1}^{T} (T-k+1) w^{T-k} x_k"],
}
MISTAKEN = {
    "a.t": {"u3 + w*u2 + w*u1": "Recurrence misread"},
    "a.y": {"u3 + w*u2 + w^2*u1": "Stopped one step early", "w*(u1+u2+u3)": "Recurrence misread"},
    "b": {"u3 + w*u2 + w^2*u1": "Only the last copy of the shared weight or power-rule coefficients dropped"},
    "c": {"w^2": "One power off"},
    "d.middle": {"r*w^2": "Upstream taken at the input", "w^2*u1": "Edges swapped", "r*dy/dr": "Upstream taken"},
    "d.left": {"p*w^3": "Upstream taken at the input", "w*r": "Edges swapped"},
    "d.total": {"w*u2 + 2*w^2*u1": "Right edge forgotten", "t": "Only the right edge"},
    "e": {r"\sum_{k=0}^{T-1} w^{T-k-1} x_k": "Power-rule coefficients dropped"},
}


@pytest.mark.parametrize(
    ("part", "response"), [(part, response) for part, responses in ACCEPTED.items() for response in responses]
)
def test_every_honest_way_of_writing_the_answer_is_proved(part: str, response: str) -> None:
    evidence = check(f"rnn_backprop/{part}", response)
    assert evidence.verdict is Verdict.PROVED, evidence


@pytest.mark.parametrize(
    ("part", "response", "name"),
    [(part, response, name) for part, wrong in MISTAKEN.items() for response, name in wrong.items()],
)
def test_every_mistake_is_refuted_and_named(part: str, response: str, name: str) -> None:
    evidence = check(f"rnn_backprop/{part}", response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(name)


@pytest.mark.parametrize("response", ["dy/dw", "t + w*r + w^2*p", "u4", "y/w", "nan", "x"])
def test_the_question_itself_and_foreign_names_are_no_answer(response: str) -> None:
    assert check("rnn_backprop/b", response).verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("part", ["a.t", "a.y"])
def test_the_name_of_what_is_asked_is_no_answer(part: str) -> None:
    assert check(f"rnn_backprop/{part}", part[-1]).verdict is Verdict.UNREADABLE


def test_a_function_is_supported_and_a_wrong_one_refuted_by_a_small_instance() -> None:
    right = check("rnn_backprop/b", lambda w, u1, u2, u3: u3 + w * (2 * u2 + 3 * w * u1))
    wrong = check("rnn_backprop/b", lambda w, u1, u2, u3: u3 + w * (2 * u2 + w * u1))
    assert right.verdict is Verdict.SUPPORTED
    assert right
    assert wrong.verdict is Verdict.REFUTED
    assert wrong.counterexample is not None


def test_the_closed_form_is_proved_for_every_number_of_steps_and_for_one_to_eight_by_recursion() -> None:
    problem = load("rnn_backprop")
    evidence = {each.claim.removeprefix("rnn_backprop/"): each for each in run(problem, profile="dev")}
    general = evidence["e/step-1"]
    assert (general.verdict, general.scope.split(";")[0]) == (Verdict.PROVED, "in general")
    for steps in range(1, 9):
        found = evidence[f"the_closed_form_is_the_recurrence_for_{steps}_steps"]
        assert (found.verdict, found.scope.split(";")[0]) == (Verdict.PROVED, f"at T={steps}")
