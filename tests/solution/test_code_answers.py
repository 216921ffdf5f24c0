"""An answer that is code stands in a block of its own, in pages and in notebooks."""

from textwrap import dedent

import pytest

from verify.catalog import load
from verify.solution import page_of
from verify.solution.markdown import to_markdown
from verify.solution.notebook import notebook

FILE = '''
"""The mean of a vector."""
import numpy as np
from verify import Problem
from verify.answers import Function
problem = Problem(__doc__)
n = problem.size("n")
x = problem.vector("x", n)
def mean(x):
    return np.mean(x)
problem.part("a", "Write it.", answer=Function(mean))
'''


@pytest.fixture(scope="module")
def problem(tmp_path_factory):
    path = tmp_path_factory.mktemp("problems") / "mean.py"
    path.write_text(dedent(FILE).lstrip())
    return load(path)


def test_code_begins_a_line_of_the_page(problem):
    assert "**Answer.**\n\n```python\ndef mean(x):" in to_markdown(page_of(problem))


def test_code_begins_a_line_of_the_notebook(problem):
    cells = notebook(page_of(problem), problem)["cells"]
    assert any("\n\n```python\ndef mean(x):" in "".join(cell["source"]) for cell in cells)
