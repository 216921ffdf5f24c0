"""Functions as answers: the student's own code, run on drawn instances against a reference."""

import numpy as np
import pytest
import torch

from verify import Evidence, Problem, Verdict, run
from verify.answers import Function
from verify.crosscheck import search
from verify.errors import ProblemError
from verify.mutants import damaged


def reference(x, W, b):
    """The hidden states, and the last of them."""
    h, hidden = np.zeros((x.shape[0], len(b))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W.T + h + b)
        hidden.append(h)
    return np.stack(hidden, axis=1), h


def two_biases(x, W, b):
    return reference(x, W, 2 * b)


def adapt(cls, x, W, b):
    return cls(W, b)(x)


def layer() -> Problem:
    problem = Problem("A layer.")
    B, T, D, H = problem.size("B T D H")
    problem.array("x", B, T, D)
    problem.matrix("W", H, D)
    problem.vector("b", H)
    part = problem.part("a", "Write the layer.", answer=Function(reference, outputs=("hidden", "last"), adapt=adapt))
    part.mistake("two bias vectors", two_biases, "Count the bias vectors.")

    @part.torch
    def in_torch(x, W, b):
        h, hidden = torch.zeros(x.shape[0], len(b), dtype=x.dtype), []
        for t in range(x.shape[1]):
            h = torch.tanh(x[:, t] @ W.T + h + b)
            hidden.append(h)
        return torch.stack(hidden, 1), h

    return problem


PROBLEM = layer()


def judged(response: object) -> Evidence:
    return PROBLEM.parts["a"].function.check(response, "layer/a")


def test_an_implementation_in_another_library_supports_the_reference_and_a_damaged_one_is_refuted() -> None:
    found = {evidence.claim.rpartition("/")[2]: evidence for evidence in run(PROBLEM)}
    assert found["in_torch"].verdict is Verdict.SUPPORTED
    assert found["mistake-two-bias-vectors"].verdict is Verdict.PROVED
    claim = next(claim for claim in PROBLEM.claims() if claim.name == "a/in_torch")
    assert search(PROBLEM, damaged(claim), examples=50, shrink=False).verdict is Verdict.REFUTED


def in_lists(b, W, x):
    hidden = []
    for sequence in x:
        h, states = [0.0] * len(b), []
        for inputs in sequence:
            h = [np.tanh(float(W[i] @ inputs) + h[i] + b[i]) for i in range(len(b))]
            states.append(h)
        hidden.append(states)
    return {"last": [states[-1] for states in hidden], "hidden": hidden}


def in_single_precision(x, W, b):
    hidden, last = reference(x.astype(np.float32), W.astype(np.float32), b.astype(np.float32))
    return hidden.astype(np.float32), last.astype(np.float32)


class InTorch(torch.nn.Module):
    def __init__(self, W, b):
        super().__init__()
        self.W, self.b = torch.from_numpy(W).float(), torch.from_numpy(b).float()

    def forward(self, x):
        return in_torch_alone(torch.from_numpy(x).float(), self.W, self.b)


def in_torch_alone(x, W, b):
    h, hidden = torch.zeros(x.shape[0], len(b), dtype=x.dtype), []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ W.T + h + b)
        hidden.append(h)
    return torch.stack(hidden, 1), h


@pytest.mark.parametrize("response", [reference, in_lists, in_single_precision, in_torch_alone, InTorch])
def test_a_right_function_is_accepted_whatever_it_is_written_in(response: object) -> None:
    evidence = judged(response)
    assert evidence.accepted
    assert evidence.scope == "50 instances"


def test_a_wrong_function_is_refuted_by_a_small_instance_and_its_mistake_named() -> None:
    evidence = judged(lambda x, W, b: reference(x, W, b + b))
    assert evidence.verdict is Verdict.REFUTED
    assert "two bias vectors: Count the bias vectors." in evidence.feedback
    assert evidence.counterexample is not None
    assert [evidence.counterexample.at[size] for size in "BTDH"] == [1, 1, 1, 1]


def test_a_refutation_names_the_output_and_the_shapes() -> None:
    evidence = judged(lambda x, W, b: (reference(x, W, b)[0], reference(x, W, b)[0][:, 0]))
    assert evidence.feedback == "The output last differs (shapes: hidden (1, 2, 1), last (1, 1))."


def swapped(x, W, b):
    hidden, last = reference(x, W, b)
    return hidden.transpose(1, 0, 2), last


def in_place(x, W, b):
    x *= 2
    return reference(x / 2, W, b)


def random_start(x, W, b):
    hidden, last = reference(x, W, b)
    return hidden + np.random.default_rng().random(), last


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (lambda x, W, b: reference(x, W, b)[0], "It returned one ndarray; 2 are expected: hidden, last."),
        (lambda x, W, b: {"hidden": reference(x, W, b)[0]}, "It returned no last; hidden, last are expected."),
        (lambda x, W, b: (reference(x, W, b)[0], "no"), "It returned last as values of type <U2; real numbers"),
        (lambda x, W, b: (reference(x, W, b)[0], None), "It returned last as NoneType; real numbers are expected."),
        (lambda x, W, b: tuple(a.astype(np.float16) for a in reference(x, W, b)), "float16, which is too coarse"),
        (lambda x, W, b: tuple(a * np.nan for a in reference(x, W, b)), "It returned hidden with NaN."),
        (lambda x, W, b: x[99], "It raised IndexError"),
        (in_place, "It changed its argument x in place."),
        (random_start, "It returned different numbers for the same arguments"),
    ],
)
def test_what_no_right_function_does_is_refuted_with_that_reason(response: object, told: str) -> None:
    evidence = judged(response)
    assert evidence.verdict is Verdict.REFUTED
    assert told in evidence.feedback


def test_swapped_axes_are_told_by_their_shapes() -> None:
    assert "is expected" in judged(lambda x, W, b: (swapped(x, W, b)[0][:, :, :0], swapped(x, W, b)[1])).feedback
    assert judged(swapped).verdict is Verdict.REFUTED


@pytest.mark.parametrize("response", ["tanh", 3, None, [1, 2]])
def test_what_is_no_function_is_unreadable_with_what_is_expected(response: object) -> None:
    evidence = judged(response)
    assert evidence.verdict is Verdict.UNREADABLE
    assert evidence.feedback == "Expected a function of x, W, b, by name that returns hidden, last, or a class."


def test_a_function_of_other_names_is_unreadable() -> None:
    evidence = judged(lambda inputs: inputs)
    assert evidence.verdict is Verdict.UNREADABLE
    assert "unknown given 'inputs'" in evidence.reason


def test_a_mistake_of_a_function_must_be_a_function() -> None:
    with pytest.raises(ProblemError, match="Give a function of the givens by name"):
        layer().parts["a"].mistake("a number", 3, "No.")


def test_a_mistake_that_is_right_is_refuted() -> None:
    problem = layer()
    problem.parts["a"].mistake("nothing wrong", reference, "Really.")
    *_, found = run(problem)
    assert found.verdict is Verdict.REFUTED


def test_an_array_has_no_place_in_an_expression() -> None:
    problem = Problem("Title.")
    n = problem.size("n")
    x = problem.array("x", n, n, n)
    with pytest.raises(ProblemError, match="x is not declared"):
        problem.part("a", "Double it.", x, ("=", 2 * x, "no"))
    with pytest.raises(ProblemError, match="declared twice"):
        problem.scalar("x")
    with pytest.raises(ProblemError, match="2 axes"):
        problem.array("y", n, n)
