"""A check that cannot fail is no evidence: every claim must refute a damaged copy of itself, every line its mutants."""

import json
import re
from pathlib import Path

import pytest

from verify import Verdict, load
from verify.catalog import paths
from verify.crosscheck import search
from verify.mutants import damaged, mutations, score
from verify.solution.latex import latex

PROBLEMS = sorted(paths())
DERIVED = [name for name in PROBLEMS if any(part.derivation is not None for part in load(name).parts.values())]
CLAIMS = [
    pytest.param(name, claim.name, id=f"{name}/{claim.name}")
    for name in PROBLEMS
    for claim in load(name).claims()
    if claim.fixed is None and not claim.differs and claim.judge is None
]
RECORDED = json.loads((Path(__file__).parents[1] / "docs" / "mutants.json").read_text(encoding="utf-8"))
SHARE = 1.0  # of the mutants that are not equivalent rewritings


@pytest.mark.parametrize(("name", "claim_name"), CLAIMS)
def test_a_claim_refutes_a_damaged_copy_of_itself(name: str, claim_name: str) -> None:
    problem = load(name)
    claim = next(claim for claim in problem.claims() if claim.name == claim_name)
    assert search(problem, damaged(claim), examples=100, shrink=False).verdict is Verdict.REFUTED


@pytest.mark.parametrize("name", DERIVED)
def test_every_mutant_of_a_derivation_line_is_caught(name: str) -> None:
    found = score(load(name))
    survivors = [f"{mutant.place}, {mutant.operator}: {mutant.expression}" for mutant in found.survivors]
    assert found.count("caught") > 0
    assert found.share >= SHARE, survivors
    recorded = next(row for row in RECORDED if row["problem"] == name)
    cure = "run `verify run --mutants --json > docs/mutants.json`"
    assert recorded["caught"] == found.count("caught"), cure


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_feedback_contains_the_answer(name: str) -> None:
    problem = load(name)
    for part in problem.parts.values():
        if part.derivation is None:
            continue
        for answer in (str(part.answer), latex(part.answer)):
            # As a word of its own: the letter d of an answer $d$ may stand inside any word.
            written = re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)")
            for mistake in part.mistakes:
                assert not written.search(mistake.feedback), mistake.name


def test_mutations_cover_signs_coefficients_exponents_terms_indices_and_transposes() -> None:
    pca, rnn = load("linear_autoencoder_pca"), load("rnn_backprop")
    operators = {
        operator
        for problem in (pca, rnn)
        for part in problem.parts.values()
        if part.derivation is not None
        for line in part.derivation.lines
        for operator, _ in mutations(line)
    }
    assert {"sign", "coefficient", "exponent", "dropped term", "transpose", "index shift"} <= operators


def test_the_transpose_of_a_symmetric_matrix_is_no_slip_and_an_empty_sum_below_is_noticed() -> None:
    found = score(load("spectral_clustering"), part="g.matrix")
    outcomes = {(mutant.operator, mutant.outcome) for mutant in found.mutants}
    assert ("transpose", "equivalent") in outcomes
    assert ("upper bound", "caught") in outcomes
    assert not found.survivors
