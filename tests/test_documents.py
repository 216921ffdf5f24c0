"""The documents say what is so: examples are run, commands and links exist, lists are complete."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import verify
from verify.cli import main
from verify.crosscheck import PROFILES
from verify.domains import Domain
from verify.evidence import Evidence, Verdict
from verify.part import Part
from verify.problem import Problem

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GENERATED = DOCS / "solutions"
PAGES = sorted(
    page for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")] if GENERATED not in page.parents and "." not in page.stem
)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")  # to other files; nothing is fetched


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(page.read_text(encoding="utf-8")) if found == language]


def code_in(page: Path) -> list[str]:
    """Every line of a block and every code span."""
    text = page.read_text(encoding="utf-8")
    lines = [line for _, block in BLOCK.findall(text) for line in block.splitlines()]
    return lines + SPAN.findall(BLOCK.sub("", text))


def first_column(page: Path) -> list[str]:
    """The code spans of the first cell of every table row."""
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [span for row in rows for span in SPAN.findall(row.split(" | ")[0])]


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


# Examples -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name_of)
def test_the_python_of_a_page_does_what_the_page_shows(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    source = "\n".join(blocks(page, "python"))
    example = doctest.DocTestParser().get_doctest(source, {"__name__": "__main__"}, name_of(page), str(page), 0)
    assert example.examples, "write Python examples as a dialogue, with >>>, so that what they show is checked"
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=report.append)
    assert not report, "".join(report)


def commands_and_outputs(block: str) -> list[tuple[str, str]]:
    """Each line after ``$`` with the lines that follow it."""
    pieces = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not pieces[0].strip(), "a console block begins with a command"
    return [(command, output) for command, _, output in (piece.partition("\n") for piece in pieces[1:])]


def arguments_of(command: str) -> list[str]:
    """The words of a command line; only double quotes, in which nothing is escaped, are used in the tutorial."""
    return [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', command)]


def run(command: str, folder: Path) -> str:
    program, *arguments = arguments_of(command)
    assert program == "verify", command
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "VERIFY_PROFILE")}
    result = subprocess.run(
        [sys.executable, "-m", "verify", *arguments],
        check=False,  # a refuted line is part of the tutorial
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result.stdout + result.stderr


def stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def patched(text: str, difference: str) -> str:
    """The text with a block of a unified diff, without line numbers, applied at the one place where it fits."""
    lines = [(line[:1], line[1:]) for line in difference.splitlines()]
    before = "\n".join(line for sign, line in lines if sign != "+")
    after = "\n".join(line for sign, line in lines if sign != "-")
    assert text.count(before) == 1, f"{before!r} occurs {text.count(before)} times"
    return text.replace(before, after)


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    file = tmp_path / "problems" / "logistic.py"
    matches = doctest.OutputChecker().check_output
    for language, block in BLOCK.findall((DOCS / "tutorial" / "first-problem-file.md").read_text(encoding="utf-8")):
        if language == "diff":
            file.write_text(patched(file.read_text(encoding="utf-8"), block), encoding="utf-8")
        elif language == "console":
            for command, expected in commands_and_outputs(block):
                found = stripped(run(command, tmp_path))
                assert matches(stripped(expected), found, doctest.ELLIPSIS), f"$ {command}\n{found}"
        else:
            assert block in file.read_text(encoding="utf-8"), f"the file does not contain {block}"


# What is mentioned exists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_and_option_that_a_page_mentions_exists(page: Path) -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for line in code_in(page):
        for name, rest in re.findall(r"(?:^|\$ |\()verify ([a-z]+)(.*)", line):
            assert name in main.commands, f"there is no command {line!r}"
            unknown = set(re.findall(r"(?<!\S)--[a-z]+", rest)) - options_of(main.commands[name]) - {"--help"}
            assert not unknown, f"verify {name} has no option {unknown}"
        for target in re.findall(r"^(?:\$ )?make ([a-z]+)", line):
            assert target in targets, f"there is no target {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target.partition("#")[0]).resolve()
        written_by_docs = path.parent == GENERATED and (
            path.stem in ("README", "coverage") or (ROOT / "problems" / f"{path.stem}.py").exists()
        )
        assert path.exists() or written_by_docs, f"{page.name} links to {target}"


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        links = [(page.parent / link.partition("#")[0]).resolve() for link in LINK.findall(page.read_text("utf-8"))]
        waiting += [link for link in links if link in PAGES and link not in reached]
    assert set(PAGES) <= reached, sorted(map(str, set(PAGES) - reached))


@pytest.mark.parametrize("page", [DOCS / "reference" / "problem-file.md", DOCS / "how-to" / "write-a-problem.md"])
def test_every_method_of_a_problem_that_a_page_mentions_exists_and_none_is_left_out(page: Path) -> None:
    code = "\n".join(code_in(page))
    assert all(hasattr(Problem, name) for name in re.findall(r"problem\.(\w+)", code))
    assert all(hasattr(Part, name) for name in re.findall(r"part(?:_\w)?\.(\w+)", code) if name not in ("py",))
    declared = {
        "size",
        "scalar",
        "vector",
        "matrix",
        "assume",
        "let",
        "instance",
        "part",
        "property",
        "claim",
        "figure",
    }
    assert declared | {"variant"} <= set(re.findall(r"problem\.(\w+)", code)) | {"scalar", "vector"}


# Lists are complete ---------------------------------------------------------------------------------------------------


def test_the_reference_lists_every_command_and_every_option() -> None:
    page = DOCS / "reference" / "command-line.md"
    listed = first_column(page)
    commands = {span.split()[1] for span in listed if span.startswith("verify ")}
    assert commands == set(main.commands)
    options = {span.split()[0] for span in listed if span.startswith("--")}
    assert options == set().union(*(options_of(command) for command in main.commands.values()))


def test_the_reference_says_which_command_has_which_option() -> None:
    for row in (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("| `--"):
            option, owners = row.split(" | ")[:2]
            name = SPAN.findall(option)[0].split()[0]
            assert set(SPAN.findall(owners)) == {
                command for command, each in main.commands.items() if name in options_of(each)
            }, name


def test_the_reference_lists_every_public_name_and_its_parameters() -> None:
    listed = [span for span in first_column(DOCS / "reference" / "python-api.md") if not span.startswith("verify.")]
    assert {span.partition("(")[0] for span in listed} == set(verify.__all__)
    for span in listed:
        name, _, parameters = span.partition("(")
        if parameters:
            real = inspect.signature(getattr(verify, name)).parameters
            without_defaults = re.sub(r'="\w*"|=None|=False|=\(\)', "=", parameters)
            assert re.findall(r"(\w+)(?=[,=)])", without_defaults) == list(real), span


def registered_kinds() -> dict[str, str]:
    """Kind -> class of every class decorated with `answer_kind`, told by the text of the files."""
    found = {}
    for file in (ROOT / "verify" / "answers").glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(
                isinstance(decorator, ast.Name) and decorator.id == "answer_kind" for decorator in node.decorator_list
            ):
                (kind,) = [
                    field.value.value
                    for field in node.body
                    if isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and field.target.id == "kind"
                    and isinstance(field.value, ast.Constant)
                ]
                found[str(kind)] = node.name
    return found


def test_the_reference_lists_every_answer_kind_with_its_class() -> None:
    rows = [
        SPAN.findall(row)[:2]
        for row in (DOCS / "reference" / "answer-kinds.md").read_text(encoding="utf-8").splitlines()
        if row.startswith("| `")
    ]
    assert dict(rows) == registered_kinds()


def test_the_reference_lists_every_key_of_the_json_of_a_check() -> None:
    listed = first_column(DOCS / "reference" / "json.md")
    keys = list(Evidence("p/a", Verdict.PROVED).to_json())
    assert listed[: len(keys)] == keys


def test_the_pages_name_every_verdict_and_every_profile_with_its_number() -> None:
    verdicts = first_column(DOCS / "explanation" / "verdicts.md")
    assert verdicts == [verdict.value for verdict in Verdict]
    profiles = (DOCS / "how-to" / "run-in-ci.md").read_text(encoding="utf-8")
    for profile in PROFILES.values():
        assert f"| `{profile.name}` | {profile.examples:,} |" in profiles


def test_the_page_on_domains_lists_every_field() -> None:
    listed = first_column(DOCS / "how-to" / "add-a-domain.md")
    assert set(listed) == {field.name for field in dataclasses.fields(Domain)}


def test_the_picture_of_the_layers_names_every_module() -> None:
    sys_path = str(ROOT / "tests" / "test_layers.py")
    tree = ast.parse(Path(sys_path).read_text(encoding="utf-8"))
    (layers,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "LAYERS"
    ]
    picture = blocks(DOCS / "explanation" / "architecture.md", "")[0]
    drawn = set(re.findall(r"\w+", picture))
    missing = {name for layer in layers for name in layer} - drawn - {"__main__"}
    assert not missing, f"the picture leaves out {missing}"


def test_the_index_of_decisions_lists_every_record() -> None:
    folder = DOCS / "decisions"
    records = {page.name for page in folder.glob("0*.md")}
    assert set(LINK.findall((folder / "README.md").read_text(encoding="utf-8"))) == records
    for record in records:
        text = (folder / record).read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), record


def test_the_readme_shows_the_counts_of_the_committed_pages() -> None:
    pages = (GENERATED / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"\]\((\w+)\.md\) [^\n]*?(?:● (\d+) )?○ (\d+)", pages)
    counted = [(name, proved or "0", supported) for name, proved, supported in found]
    proved, supported = (sum(int(row[column]) for row in counted) for column in (1, 2))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^(\w+) +(\d+) +(\d+) +0 +0$", readme, re.MULTILINE)
    assert sorted(rows) == sorted([*counted, ("all", str(proved), str(supported))])
    assert f"{proved} proved, {supported} supported" in readme


# The tests of the tests -----------------------------------------------------------------------------------------------


def test_an_output_that_differs_from_the_page_is_noticed() -> None:
    matches = doctest.OutputChecker().check_output
    assert not matches(stripped("proved\n"), stripped("refuted\n"), doctest.ELLIPSIS)
    with pytest.raises(AssertionError, match="occurs 0 times"):
        patched("a\nb", "-c\n+d")
