"""The command `verify`: list, show, check, run, docs, variant, new, doctor, equal.

Exit codes: 0 accepted, or all claims pass; 1 refuted; 2 usage; 3 undecided or unreadable.  ``--json`` prints exactly
one document on stdout; people's text and progress go to stderr where a document is printed, to stdout otherwise.
Heavy libraries are imported inside the commands, so that ``verify --help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.errors import UnknownName, VerifyError
from verify.evidence import Evidence

if TYPE_CHECKING:
    from verify.problem import Problem
    from verify.solution.edition import Edition

ACCEPTED, REFUTED, USAGE, UNDECIDED = 0, 1, 2, 3
PROFILE = click.Choice(["dev", "docs", "ci", "thorough"])
# Mathematics may begin with a minus, so -x and -h*w are arguments of these commands and not options.
MATHEMATICS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


def exit_code(evidence: Iterable[Evidence]) -> int:
    """0 when all are accepted, 1 when one is refuted, else 3."""
    accepted = [each.accepted for each in evidence]
    if False in accepted:
        return REFUTED
    return ACCEPTED if all(accepted) and accepted else UNDECIDED


def command(function: Callable[..., int]) -> Callable[..., None]:
    """A command whose errors end as one line and exit code 2, and whose result is the exit code."""

    @wraps(function)
    def wrapped(*arguments: Any, **keywords: Any) -> None:
        try:
            code = function(*arguments, **keywords)
        except VerifyError as error:
            click.echo(f"verify: {error}", err=True)
            code = USAGE
        except BrokenPipeError:
            sys.stderr.close()
            code = ACCEPTED
        except KeyboardInterrupt:
            click.echo("verify: interrupted", err=True)
            code = 130
        sys.exit(code)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="proofset", prog_name="verify")
def main() -> None:
    """Worked solutions in which every equation is verified, and answers that get a verdict with evidence."""


def _print_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def _problems(names: Iterable[str]) -> list[Problem]:
    from verify import catalog

    return [catalog.load(path) for path in _paths(names)]


def _paths(names: Iterable[str]) -> list[Path]:
    from verify import catalog

    chosen = [catalog.find(name) for name in names] or list(catalog.paths().values())
    if not chosen:
        raise VerifyError("there are no problems here; `verify new my_problem` writes a first one")
    return chosen


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def list_(as_json: bool) -> int:
    """List problems and parts, with the kind of answer each expects."""
    from verify.answers.of_part import answer_of

    rows = [
        {
            "problem": problem.id,
            "title": problem.title,
            "tags": list(problem.tags),
            "parts": [
                {
                    "part": part.identifier,
                    "kind": (part.answer_kind or answer_of(part)).kind,
                    "atom": part.atom,
                    "lines": len(part.derivation.steps) if part.derivation else 0,
                    "implementations": [implementation.name for implementation in part.implementations],
                    "mistakes": len(part.mistakes),
                }
                for part in problem.parts.values()
            ],
        }
        for problem in _problems([])
    ]
    if as_json:
        _print_json(rows)
        return ACCEPTED
    from verify.tables import print_list

    print_list(rows)
    return ACCEPTED


@main.command()
@click.argument("problem")
@click.option("--handout", is_flag=True, help="Leave the answers out.")
@command
def show(problem: str, handout: bool) -> int:
    """Show the worked solution of PROBLEM in the terminal."""
    from verify.crosscheck import run as run_claims
    from verify.solution.terminal import print_solution

    (loaded,) = _problems([problem.partition("/")[0]])
    if "/" in problem:
        loaded.find_part(problem.partition("/")[2])
    print_solution(loaded, [] if handout else list(run_claims(loaded)), handout=handout)
    return ACCEPTED


@main.command(context_settings=MATHEMATICS)
@click.argument("part")
@click.argument("response")
@click.option("--syntax", type=click.Choice(["auto", "python", "latex"]), default="auto", show_default=True)
@click.option("--variant", "seed", type=int, help="Check against the variant of this seed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def check(part: str, response: str, syntax: str, seed: int | None, as_json: bool) -> int:
    """Check RESPONSE against PART, for example rnn_backprop/b "u3 + 2*w*u2 + 3*w^2*u1".

    A response of "-" is read from standard input.
    """
    from verify.api import check as check_response

    text: str | bytes = sys.stdin.buffer.read() if response == "-" else response
    evidence = check_response(part, text, syntax=syntax, variant=seed)
    _report_check(evidence, text if isinstance(text, str) else "", as_json)
    return exit_code([evidence])


def _report_check(evidence: Evidence, text: str, as_json: bool) -> None:
    if as_json:
        _print_json(evidence.to_json())
        return
    from verify.tables import print_evidence

    print_evidence(evidence, text)


@main.command(context_settings=MATHEMATICS)
@click.argument("left")
@click.argument("right")
@click.option("--given", default="", help='What is known of the variables, such as "x y>0 n:integer".')
@click.option("--syntax", type=click.Choice(["auto", "python", "latex"]), default="auto", show_default=True)
@click.option("--domain", type=click.Choice(["removable", "ignore", "require"]), default="removable", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def equal(left: str, right: str, given: str, syntax: str, domain: str, as_json: bool) -> int:
    """Decide whether LEFT equals RIGHT, for example "sin(x)^2" "1-cos(x)^2"."""
    from verify.api import equal as decide_equal

    evidence = decide_equal(left, right, given=given, syntax=syntax, domain=domain)
    _report_check(evidence, left, as_json)
    return exit_code([evidence])


@main.command()
@click.argument("problems", nargs=-1)
@click.option("--profile", type=PROFILE, help="How hard the search looks.  [default: dev, or VERIFY_PROFILE]")
@click.option("--mutants", is_flag=True, help="Damage every line and report the share that is noticed.")
@click.option("--experiments", is_flag=True, help="First run the full experiments whose record is missing or old.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def run(problems: tuple[str, ...], profile: str | None, mutants: bool, experiments: bool, as_json: bool) -> int:
    """Cross-check every claim of PROBLEMS (names or files; all by default)."""
    loaded = _problems(problems)
    if experiments:
        _record_experiments(loaded)
    if mutants:
        return _run_mutants(loaded, as_json)
    from verify.parallel import crosscheck_all
    from verify.report import Report
    from verify.tables import print_claims, print_summary, progress

    with progress(sum(len(problem.claims()) for problem in loaded)) as advance:
        report = Report.of(crosscheck_all(loaded, profile=profile, advance=advance), profile=profile)
    if as_json:
        _print_json(report.to_json())
    else:
        print_claims(report)
        print_summary(report)
    return exit_code(evidence for found in report.evidence.values() for evidence in found)


def _record_experiments(problems: list[Problem]) -> None:
    for problem in problems:
        for experiment in problem.experiments:
            if experiment.is_current:
                click.echo(f"{problem.id}/{experiment.name}: the record is of this code", err=True)
                continue
            click.echo(f"{problem.id}/{experiment.name}: {experiment.description}", err=True)
            experiment.record()


def _run_mutants(problems: list[Problem], as_json: bool) -> int:
    from verify.mutants import score
    from verify.tables import print_mutants, progress

    with progress(len(problems)) as advance:
        scores = []
        for problem in problems:
            advance(problem.id)
            scores.append(score(problem))
    if as_json:
        _print_json(
            [
                {
                    "problem": each.problem,
                    "caught": each.count("caught"),
                    "survived": each.count("survived"),
                    "equivalent": each.count("equivalent"),
                    "share": each.share,
                    "survivors": [
                        {"line": mutant.place, "operator": mutant.operator, "expression": str(mutant.expression)}
                        for mutant in each.survivors
                    ],
                }
                for each in scores
            ]
        )
    else:
        print_mutants(scores)
    return REFUTED if any(each.survivors for each in scores) else ACCEPTED


@main.command()
@click.argument("problems", nargs=-1)
@click.option(
    "--format",
    "formats",
    multiple=True,
    help="markdown, site, pdf or notebook; several with commas, or the option several times.  [default: markdown]",
)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write.  [default: a folder for each format]")
@click.option("--handout", is_flag=True, help="Leave answers, solution definitions and mistakes out; check nothing.")
@click.option("--fresh", is_flag=True, help="Check everything anew, also what has not changed since it was checked.")
@click.option("--profile", type=PROFILE, default="docs", show_default=True)
@command
def docs(
    problems: tuple[str, ...], formats: tuple[str, ...], out: Path | None, handout: bool, fresh: bool, profile: str
) -> int:
    """Check PROBLEMS (all by default) and write their worked solutions, or handouts, in one format or several."""
    from verify.solution.write import FORMATS, folders_of

    chosen = list(dict.fromkeys(name for each in formats or ("markdown",) for name in each.split(",")))
    unknown = next((name for name in chosen if name not in FORMATS), None)
    if unknown is not None:
        raise UnknownName("format", unknown, FORMATS)
    made = _editions(problems, profile, handout=handout, fresh=fresh)
    for name, folder in folders_of(chosen, out, handout=handout).items():
        written = FORMATS[name].write(made, folder)
        what = "handouts are" if handout else FORMATS[name].what
        click.echo(f"The {what} in {folder}; start with {folder / (FORMATS[name].first or written[0].name)}")
    return ACCEPTED if handout else exit_code(each for edition in made for each in edition.evidence)


def _editions(problems: Iterable[str], profile: str, *, handout: bool = False, fresh: bool = False) -> list[Edition]:
    """All that the outputs need of the problems, after telling what was found for their claims."""
    from verify.report import Report
    from verify.solution.edition import editions
    from verify.tables import print_claims, print_summary, progress

    with ExitStack() as stack:
        made = editions(
            _paths(problems),
            profile=profile,
            handout=handout,
            fresh=fresh,
            advance=lambda claims: stack.enter_context(progress(claims)),
        )
    if not handout:
        report = Report.of({edition.page.identifier: edition.evidence for edition in made}, profile=profile)
        print_claims(report, failures_only=True)
        print_summary(report)
        click.echo()
    return made


@main.command("compile")
@command
def compile_() -> int:
    """Compile the answers of the problem files, so that responses are judged without loading them."""
    from verify import catalog
    from verify.references import write_references

    for folder in catalog.folders():
        problems = [catalog.load(path) for path in catalog.paths().values() if path.parent == folder]
        click.echo(f"wrote {write_references(folder, problems)}")
    return ACCEPTED


@main.command()
@click.argument("problem")
@click.option("--seed", type=int, required=True, help="Which variant; the same seed gives the same numbers.")
@click.option("--solution", is_flag=True, help="Print the worked solution as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def variant(problem: str, seed: int, solution: bool, as_json: bool) -> int:
    """Print another instance of PROBLEM, with the numbers of SEED."""
    from verify.solution.terminal import print_variant, variant_json
    from verify.variant import draw

    (loaded,) = _problems([problem])
    drawn = draw(loaded, seed)
    if as_json:
        _print_json(variant_json(loaded, drawn, seed, solution=solution))
    else:
        print_variant(loaded, drawn, seed, solution=solution)
    return ACCEPTED


@main.command()
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("problems"), show_default=True)
@command
def new(name: str, folder: Path) -> int:
    """Write a commented problem file NAME.py with the three headings, ready to run."""
    from verify.template import write_template

    path = write_template(name, folder)
    click.echo(f"wrote {path}; check it with `verify run {path}`")
    return ACCEPTED


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command
def doctor(as_json: bool) -> int:
    """Tell versions, optional parts and conflicts."""
    from verify.doctor import examine, healthy

    findings = examine()
    if as_json:
        _print_json([{"name": each.name, "state": each.state, "detail": each.detail} for each in findings])
    else:
        from verify.tables import print_findings

        print_findings(findings)
    return ACCEPTED if healthy(findings) else REFUTED


@main.command()
@click.argument("problems", nargs=-1)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="The site.  [default: build/site, built if missing]",
)
@command
def serve(problems: tuple[str, ...], port: int, site: Path | None) -> int:
    """Serve the site on this machine, and judge answers to PROBLEMS (all by default) typed on its pages."""
    from verify.server.run import serve as serve_until_stopped
    from verify.solution.answer_box import read_answers

    folder = _served_folder(problems, site)
    names = {path.stem for path in _paths(problems)} if problems else None
    answers = {
        part: answer
        for part, answer in read_answers(folder).items()
        if names is None or part.partition("/")[0] in names
    }
    serve_until_stopped(
        folder, answers, port, lambda address: click.echo(f"{folder} is at {address}; Ctrl+C stops the server")
    )
    click.echo("stopped")
    return ACCEPTED


def _served_folder(problems: tuple[str, ...], site: Path | None) -> Path:
    """The folder of the site, which is built where it is the default one and not there yet."""
    from verify.solution.write import FORMATS

    folder = site or FORMATS["site"].folder
    if (folder / "index.html").is_file():
        return folder
    if site is not None:
        raise VerifyError(f"{site} holds no site; write one there with `verify docs --format site --out {site}`")
    click.echo(f"{folder} is not there yet; checking the problems and building it", err=True)
    FORMATS["site"].write(_editions(problems, "docs"), folder)
    return folder
