"""Tables: what the command line shows to people: lists, summaries, failures, progress; without colour in a pipe."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from verify.evidence import Evidence, Verdict

if TYPE_CHECKING:
    from verify.doctor import Finding
    from verify.mutants import MutationScore
    from verify.report import Report

STYLES = {
    Verdict.PROVED: "green",
    Verdict.SUPPORTED: "cyan",
    Verdict.REFUTED: "bold red",
    Verdict.UNDECIDED: "yellow",
    Verdict.UNREADABLE: "magenta",
}


def _console() -> Console:
    # Highlighting would colour numbers inside formulas; soft wrapping keeps a line whole when it is piped.
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def print_list(rows: list[dict[str, Any]]) -> None:
    """Problems and their parts, one line each."""
    console = _console()
    parts = [part for row in rows for part in row["parts"]]
    widths = [max(len(part[key]) for part in parts) for key in ("part", "kind")]
    for row in rows:
        console.print(f"[bold]{escape(row['problem'])}[/]  {escape(row['title'])}")
        for part in row["parts"]:
            counts = f"{part['lines']} lines, {part['mistakes']} mistakes, {len(part['implementations'])} independent"
            extra = "" if part["atom"] else ", extra"
            console.print(f"  {part['part']:<{widths[0]}}  {part['kind']:<{widths[1]}}  {counts}{extra}", markup=False)
    atoms = sum(part["atom"] for part in parts)
    extras = len(parts) - atoms
    console.print(f"\n{len(rows)} problems, {atoms} questions" + (f" and {extras} extra parts" if extras else ""))


def print_evidence(evidence: Evidence, text: str = "") -> None:
    """The verdict on one response, with the caret below what could not be read."""
    console = _console()
    style = STYLES[evidence.verdict]
    scope = f"  ({escape(evidence.shown_scope)})" if evidence.shown_scope else ""
    name = f" {escape(evidence.claim)}" if evidence.claim else ""
    console.print(f"[{style}]{evidence.verdict.value}[/]{name}{scope}")
    if evidence.column is not None and text:
        start = max(0, evidence.column - 31)
        line = "".join(
            character if character.isprintable() else " " for character in text[start : evidence.column + 29]
        )
        console.print(f"  {line}", markup=False)
        console.print(f"  {' ' * (evidence.column - 1 - start)}^", markup=False)
    for line in evidence.explanation():
        console.print(f"  {line}", markup=False)


def print_claims(report: Report, *, failures_only: bool = False) -> None:
    """Every claim with its verdict and scope; one that did not pass with the smallest instance that breaks it."""
    console = _console()
    for found in report.evidence.values():
        for evidence in found:
            if failures_only and evidence.verdict.passed:
                continue
            verdict = f"[{STYLES[evidence.verdict]}]{evidence.verdict.value}[/]"
            scope = f"  ({escape(evidence.shown_scope)})" if evidence.shown_scope and evidence.verdict.passed else ""
            console.print(f"{verdict} {escape(evidence.claim)}{scope}")
            if not evidence.verdict.passed:
                for line in evidence.explanation():
                    console.print(f"    {line}", markup=False)


def print_summary(report: Report) -> None:
    """Counts by verdict, a row for each problem."""
    shown = [verdict for verdict in Verdict if verdict is not Verdict.UNREADABLE]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("problem")
    for verdict in shown:
        table.add_column(verdict.value, justify="right")
    total: Counter[Verdict] = Counter()
    for name, found in report.evidence.items():
        counts = Counter(evidence.verdict for evidence in found)
        total += counts
        table.add_row(escape(name), *(_count(counts, verdict) for verdict in shown))
    if len(report.evidence) > 1:
        table.add_row("[bold]all[/]", *(_count(total, verdict) for verdict in shown))
    _console().print(table)


def _count(counts: Counter[Verdict], verdict: Verdict) -> str:
    number = counts[verdict]
    return f"[{STYLES[verdict]}]{number}[/]" if number else "0"


def print_mutants(scores: list[MutationScore]) -> None:
    """The share of mutants caught, a row for each problem, and the survivors."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("problem")
    for column in ("mutants", "caught", "survived", "equivalent", "share"):
        table.add_column(column, justify="right")
    for each in scores:
        caught, survived = each.count("caught"), each.count("survived")
        table.add_row(
            escape(each.problem),
            str(caught + survived),
            str(caught),
            str(survived),
            str(each.count("equivalent")),
            f"{each.share:.1%}",
        )
    console = _console()
    console.print(table)
    for each in scores:
        for mutant in each.survivors:
            console.print(
                f"survived: {each.problem}/{mutant.place}, {mutant.operator}: {mutant.expression}", markup=False
            )


def print_findings(findings: list[Finding]) -> None:
    """What the doctor found."""
    table = Table(box=None, pad_edge=False, show_header=False)
    colours = {"ok": "green", "optional": "yellow", "missing": "bold red", "conflict": "bold red"}
    for finding in findings:
        table.add_row(finding.name, f"[{colours[finding.state]}]{finding.state}[/]", escape(finding.detail))
    _console().print(table)


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr, when that is a terminal; yields a function to call before each item, with its name."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        started = False

        def advance(name: str) -> None:
            nonlocal started
            bar.update(task, description=escape(name), advance=1 if started else 0)
            started = True

        yield advance
