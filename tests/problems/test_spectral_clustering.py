"""What is special to `spectral_clustering`: code for matrices of a graph, vectors up to sign, published numbers."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.linalg import fractional_matrix_power
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import rbf_kernel

from verify.api import check
from verify.catalog import load
from verify.evidence import Verdict

FILE = Path(__file__).parents[2] / "problems" / "spectral_clustering.py"
CASES = json.loads((Path(__file__).parents[1] / "data" / "notebook_cases.json").read_text(encoding="utf-8"))["cases"]
problem = load(FILE)


def judged(part, response):
    return check(f"{FILE}/{part}", response)


# Code -----------------------------------------------------------------------------------------------------------------


def affinity_by_scipy(X, gamma):
    return np.exp(-gamma * cdist(X, X, "sqeuclidean"))


def affinity_by_sklearn(X, gamma):
    return rbf_kernel(X, gamma=gamma)


def affinity_in_loops(X, gamma):
    n = len(X)
    A = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            A[i, j] = np.exp(-gamma * np.linalg.norm(X[i] - X[j]) ** 2)
    return A


def affinity_in_torch(X, gamma):
    return torch.exp(-gamma * torch.cdist(X, X) ** 2)


def degree_by_einsum(A, rule="ij->j"):
    return np.eye(len(A)) * np.einsum(rule, A)


def degree_in_loops(A):
    return [[sum(A[:, i]) if i == j else 0.0 for j in range(len(A))] for i in range(len(A))]


def normalised_by_powers(A):
    D = np.diag(A.sum(axis=1))
    return fractional_matrix_power(D, -0.5) @ A @ fractional_matrix_power(D, -0.5)


def normalised_by_inverse_roots(A):
    d = 1 / np.sqrt(A.sum(axis=0))
    return d[:, None] * A * d


def normalised_by_solving(A):
    root = np.diag(np.sqrt(A.sum(axis=0)))
    return np.linalg.solve(root, np.linalg.solve(root, A).T)


def embedding_by_svd(M, k):
    U, _, _ = np.linalg.svd(M, full_matrices=False)
    return -U[:, :k]


def embedding_by_right_vectors(M, k=3):
    return np.linalg.svd(M)[2][:k].T


def embedding_by_eigh(matrix, n_clusters):
    values, vectors = np.linalg.eigh(matrix)
    return vectors[:, np.argsort(values)[::-1][:n_clusters]]


def embedding_in_torch(M, k):
    return torch.linalg.svd(torch.from_numpy(M)).U[:, :k]


def stochastic_by_division(M, axis=0):
    return M / M.sum(axis, keepdims=True)


def stochastic_by_diagonal(M):
    return M @ np.diag(1 / M.sum(axis=0))


def stochastic_in_loops(M):
    result = M.copy()
    for j in range(M.shape[1]):
        result[:, j] /= np.sum(M[:, j])
    return result


ACCEPTED = {
    "c.code": [affinity_by_scipy, affinity_by_sklearn, affinity_in_loops, affinity_in_torch],
    "d": [lambda A: np.diag(A.sum(axis=1)), degree_by_einsum, degree_in_loops],
    "e.code": [normalised_by_powers, normalised_by_inverse_roots, normalised_by_solving],
    "f": [embedding_by_svd, embedding_by_right_vectors, embedding_by_eigh, embedding_in_torch],
    "g.stoch": [stochastic_by_division, stochastic_by_diagonal, stochastic_in_loops],
}
WRONG = {
    "c.code": [
        (lambda X, gamma: np.exp(-gamma * cdist(X, X)), "distance not squared"),
        (lambda X, gamma: np.exp(gamma * cdist(X, X) ** 2), "sign of the exponent"),
        (lambda X, gamma: np.exp(-(cdist(X, X) ** 2) / (2 * gamma**2)), "divided by twice the square of gamma"),
        (lambda X, gamma: rbf_kernel(X, gamma=gamma) * (1 - np.eye(len(X))), "no edge from a point to itself"),
    ],
    "d": [
        (lambda A: np.diag((A - np.eye(len(A))).sum(axis=0)), "edge to itself not counted"),
        (lambda A: np.diag(1 / np.sqrt(A.sum(axis=0))), "one over the root"),
        (lambda A: np.linalg.inv(np.diag(A.sum(axis=0))), "one over the degree"),
        (lambda A: A.sum(axis=0), "a vector"),
    ],
    "e.code": [
        (lambda A: np.diag(1 / A.sum(axis=0)) @ A, "rows divided by their degrees"),
        (lambda A: A @ np.diag(1 / A.sum(axis=0)), "columns divided by their degrees"),
    ],
    "f": [
        (lambda M, k: np.linalg.eigh(M)[1][:, :k], "smallest singular values"),
        (lambda M, k: np.linalg.svd(M)[2][:, :k], "columns of the transposed factor"),
        (lambda M, k: (np.linalg.svd(M)[0] * np.linalg.svd(M)[1])[:, :k], "scaled by the singular values"),
        (lambda M, k: np.linalg.svd(M)[0][:k], "rows of"),
    ],
    "g.stoch": [
        (lambda M: M / M.sum(axis=1)[:, None], "rows instead of columns"),
        (lambda A: A / A.sum(axis=0), "made from A"),
        (lambda M: M / M.sum(), "divided by the sum of all entries"),
    ],
}


@pytest.mark.parametrize(
    ("part", "function"), [pytest.param(part, each, id=part) for part, all_ in ACCEPTED.items() for each in all_]
)
def test_right_code_is_accepted_however_it_is_written(part, function):
    assert judged(part, function).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("part", "function", "named"), [(part, *each) for part, all_ in WRONG.items() for each in all_]
)
def test_wrong_code_is_refuted_and_its_mistake_named(part, function, named):
    evidence = judged(part, function)
    assert evidence.verdict is Verdict.REFUTED
    assert named in evidence.feedback


def test_order_and_signs_of_the_vectors_do_not_matter_since_kmeans_sees_no_difference():
    def turned(M, k):
        vectors = np.linalg.svd(M)[0][:, :k]
        return vectors[:, ::-1] * (-1) ** np.arange(k)

    assert judged("f", turned).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("part", "response"),
    [("c.code", "np.exp(-gamma * d**2)"), ("d", [[1, 0], [0, 1]]), ("f", lambda points: points), ("g.stoch", 3.5)],
)
def test_what_is_no_code_for_the_question_is_unreadable_and_told_what_to_pass(part, response):
    evidence = judged(part, response)
    assert evidence.verdict is Verdict.UNREADABLE
    assert "Expected a function of" in evidence.feedback


# Written answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "responses"),
    [
        ("a", ["A", "(a)", "a."]),
        ("c.choice", ["B", "b)", "It is undirected, since $A = A^\\top$."]),
        ("c.matrix", ["[[1, e^-1, e^-2], [e^-1, 1, e^-1], [e^-2, e^-1, 1]]"]),
        (
            "d.matrix",
            [
                [["7/4", 0, 0], [0, 2, 0], [0, 0, 1.75]],
                r"\begin{bmatrix} 1.75 & 0 & 0 \\ 0 & 2 & 0 \\ 0 & 0 & \frac74 \end{bmatrix}",
            ],
        ),
        (
            "e",
            [
                "[[4/7, 1/sqrt(14), 1/7], [1/sqrt(14), 1/2, 1/sqrt(14)], [1/7, 1/sqrt(14), 4/7]]",
                r"\begin{pmatrix} \frac47 & \frac{\sqrt{14}}{14} & \frac17 \\ \frac{1}{\sqrt{14}} & 0.5 & 14^{-1/2} \\"
                r" \frac17 & \frac{1}{\sqrt{14}} & \frac47 \end{pmatrix}",
                [["4/7", "sqrt(2/28)", "1/7"], ["sqrt(1/14)", "1/2", "sqrt(1/14)"], ["1/7", "sqrt(1/14)", "4/7"]],
            ],
        ),
        ("e.vector", ["[sqrt(7)/2, sqrt(2), sqrt(7)/2]", ["sqrt(7/4)", "2^(1/2)", "sqrt(1.75)"]]),
        ("e.energy", ["8/7", "2 - 6/7"]),
        ("g.cluster", ["A", "a", "It finds the three clouds, up to a few points."]),
        ("extra", ["A", "(A)", "option a"]),
    ],
)
def test_a_right_answer_is_proved_however_it_is_written(part, responses):
    for response in responses:
        assert judged(part, response).verdict is Verdict.PROVED, response


@pytest.mark.parametrize(
    ("part", "response", "named"),
    [
        ("a", "B", "More starts"),
        ("c.choice", "A", "Directed"),
        ("e", "[[4/7, 2/7, 1/7], [1/4, 1/2, 1/4], [1/7, 2/7, 4/7]]", "Rows divided by their degrees"),
        ("e", "[[4/7, 1/4, 1/7], [2/7, 1/2, 2/7], [1/7, 1/4, 4/7]]", "Columns divided by their degrees"),
        ("f.observation", "A", "Success"),
        ("g.cluster", "B", "Failure"),
    ],
)
def test_a_written_mistake_is_refuted_and_named(part, response, named):
    evidence = judged(part, response)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.feedback.startswith(named)


# Numbers --------------------------------------------------------------------------------------------------------------


def test_the_data_and_the_recorded_indices_are_those_of_the_notebook():
    case = next(case for case in CASES if case["id"] == "spectral/dataset")["measured_here"]
    record = json.loads((FILE.parent / "experiments" / "spectral_clustering.json").read_text(encoding="utf-8"))
    found = record["stages_of_the_homework"]["found"]
    published = case["adjusted_rand_index"]
    assert [axis[0] for axis in found["shown"]] == pytest.approx(case["first_point"], abs=1e-5)
    for ours, theirs in (
        ("points", "kmeans on raw X"),
        ("M", "kmeans on top-3 U of M"),
        ("rows of M", "kmeans on row-normalised top-3 U of M"),
        ("M_stoch", "kmeans on top-3 U of M_stoch = M / colsum(M)"),
        ("A D^-1", "kmeans on top-3 U of A D^-1"),
    ):
        assert found["ARI"][ours] == pytest.approx(published[theirs]["n_init=10"], abs=1e-4)
    spread = sorted(case["participation_ratio 1/sum(v^4) of top-3 vectors"]["M"])
    assert found["points that a vector is spread over"]["M"] == pytest.approx(spread, rel=1e-3)


def test_the_sheet_asks_nine_questions():
    atoms = [part.name for part in problem.parts.values() if part.atom]
    assert atoms == ["a", "c.code", "c.choice", "d", "e", "f", "g.stoch", "g.cluster", "extra"]
