"""Indices reach functions as integers, and stay what they are where the condition of an instance is measured."""

from textwrap import dedent

import numpy as np
import pytest

from verify.catalog import load
from verify.crosscheck import crosscheck
from verify.domains import below
from verify.errors import ProblemError
from verify.evidence import Verdict

FILE = '''
"""Rows of a table."""
import numpy as np
import torch
from verify import Problem
from verify.answers import Function
from verify.domains import below
problem = Problem(__doc__)
n = problem.size("n")
i = problem.vector("i", n, within=below(5))
j = problem.scalar("j", within=below(5))
E = problem.matrix("E", 5, 3)
def looked_up(E, i, j):
    return E[i] / 3.0 + E[j]
part = problem.part("a", "Look it up.", answer=Function(looked_up))
@part.numpy
def by_one_hot_rows(E, i, j):
    return (np.eye(5)[i] + 3 * np.eye(5)[j]) @ E / 3
@part.torch
def by_an_embedding(E, i, j):
    embedding = torch.nn.Embedding.from_pretrained(E)
    return embedding(i) / 3 + embedding(torch.tensor(j))
'''


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    path = tmp_path_factory.mktemp("problems") / "rows.py"
    path.write_text(dedent(FILE).lstrip())
    return load(path)


def test_functions_can_index_with_what_they_get(problem):
    for claim in problem.claims():
        assert crosscheck(problem, claim).verdict is Verdict.SUPPORTED


def test_a_response_that_is_off_by_one_row_is_refuted(problem):
    answer = problem.find_part("a").answer_kind
    assert answer.check(lambda E, i, j: E[i] / 3 + E[j], "a")
    assert answer.check(lambda E, i, j: E[i - 1] / 3 + E[j], "a").verdict is Verdict.REFUTED


@pytest.mark.parametrize("outside", [5, -1, "1/2"])
def test_an_instance_outside_the_indices_is_refused(problem, outside):
    with pytest.raises(ProblemError, match="not in the set"):
        problem.instance(f"outside {outside}", j=outside)


def test_the_nearest_index_is_taken_where_a_condition_is_measured():
    nearby = np.array([[3 - 2.0**-20, 2 + 2.0**-20]])
    assert below(5).project(nearby).tolist() == [[3, 2]]
