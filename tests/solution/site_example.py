"""Small sites for tests: real problems and the example, with evidence that is made up, for nothing is checked here."""

from collections.abc import Iterable
from pathlib import Path

import example_problem

from verify import Problem, load
from verify.evidence import Evidence, Verdict
from verify.solution.edition import Edition, edition_of
from verify.solution.site import write_site

ROOT = Path(__file__).parents[2]


def made_up_evidence(problem: Problem) -> list[Evidence]:
    """One piece for each claim, as a run might find it."""
    return [
        Evidence(f"{problem.id}/{claim.name}", Verdict.PROVED, "in general; 100 instances", "exact")
        if "step" in claim.name
        else Evidence(f"{problem.id}/{claim.name}", Verdict.SUPPORTED, "100 instances", "search")
        for claim in problem.claims()
    ]


def example(handout: bool = False) -> Edition:
    """The edition of the example problem, with every verdict among its evidence."""
    return edition_of(example_problem.build(), [] if handout else example_problem.evidence(), handout=handout)


def edition(name: str, handout: bool = False) -> Edition:
    """The edition of a problem of the catalogue."""
    problem = load(name)
    return edition_of(problem, [] if handout else made_up_evidence(problem), handout=handout)


def write(editions: Iterable[Edition], folder: Path, *, documents: Path | None = None) -> list[Path]:
    """The files of a site, whose sources stand beside it."""
    made = list(editions)
    return write_site(
        [each.solution for each in made],
        {name: text.encode() for each in made for name, text in each.figures.items()},
        folder,
        answers={part: answer for each in made for part, answer in each.answers.items()},
        documents=documents,
        mutants={"example_problem": (11, 12)},
        work=folder.with_name(f"{folder.name}-work"),
    )
