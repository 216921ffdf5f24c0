"""One server for the tests that leave it as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_server import Server, served

from verify import load
from verify.solution.answer_box import compiled_answers, write_answer_box


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one page, with the answers of three problems."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "index.html").write_text("<!doctype html><title>A page</title>", encoding="utf-8")
    problems = [load(name) for name in ("rnn_backprop", "transpose_conv", "kernelized_attention")]
    write_answer_box(
        folder, {part: answer for problem in problems for part, answer in compiled_answers(problem).items()}
    )
    return folder


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[Server]:
    """A running server."""
    with served(site) as running:
        yield running
