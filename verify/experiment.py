"""Experiment: a seeded function that trains or measures something and returns numbers by name.

It has two sizes.  The full one is run by ``verify run --experiments`` and recorded as data beside the problem file; the
small one is run wherever claims are checked.  What is claimed of an experiment must hold for both, and must fail for
the numbers that its author says would refute it.  A record counts only for the code it was made by.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from verify.comparison import excess
from verify.errors import ProblemError
from verify.evidence import Counterexample, Evidence, Verdict
from verify.source_hash import source_hash

FOLDER = "experiments"
SEED = 182
DIGITS = 6  # of recorded numbers: more would record the machine
LIBRARIES = ("numpy", "scipy", "torch", "scikit-learn", "Faker")

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something claimed of what an experiment found.

    - `function`: takes the numbers by name and returns ``left, "<=", right``.
    - `unless`: numbers by name that would refute it.
    - `full_only`: the small size does not show it.
    """

    name: str
    because: str
    function: Callable[[Found], tuple[Any, str, Any]]
    unless: Found
    full_only: bool = False


@dataclass(eq=False)
class Experiment:
    """A measurement at two sizes, and what is claimed of it."""

    place: str  # the problem file, for messages
    folder: Path
    problem: str
    function: Callable[..., Any]
    small: Mapping[str, Any]
    full: Mapping[str, Any]
    seed: int
    part: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        """What is measured: the first line of the docstring."""
        return (inspect.getdoc(self.function) or self.name.replace("_", " ")).split("\n")[0].rstrip(".")

    def claim(
        self, function: Callable[..., Any] | None = None, *, unless: Found | None = None, full_only: bool = False
    ) -> Any:
        """State something of what was found: `function` takes the numbers and returns ``left, "<=", right``.

        - `unless`: numbers by name that would refute it; a claim that holds for them as well is no claim.
        - `full_only`: it is about the recorded full run alone.
        """

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            place = f"{self.place}, experiment {self.name}, claim {function.__name__}"
            if not unless:
                raise ProblemError(place, "nothing would refute it", 'Give numbers that would: unless={"loss": 1.0}.')
            self.findings.append(
                Finding(function.__name__, inspect.getdoc(function) or "", function, dict(unless), full_only)
            )
            return function

        return register if function is None else register(function)

    # Running ----------------------------------------------------------------------------------------------------------

    def run(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The numbers at these settings, rounded to six digits; computed now."""
        values: dict[str, Any] = dict(settings)
        parameters = inspect.signature(self.function).parameters
        if "rng" in parameters:
            import numpy as np

            values["rng"] = np.random.default_rng(self.seed)
        if "seed" in parameters:
            values["seed"] = self.seed
        if "progress" in parameters:
            values["progress"] = progress
        found = self.function(**values)
        if not isinstance(found, Mapping) or not found:
            place = f"{self.place}, experiment {self.name}"
            raise ProblemError(place, f"it returned {type(found).__name__}", "Return numbers by name, as a dict.")
        return {str(name): _plain(f"{self.place}, experiment {self.name}", value) for name, value in found.items()}

    def small_run(self) -> dict[str, Any]:
        """The numbers at the small size; kept in the user's cache until the code or a library changes."""
        key = json.dumps([self.code, dict(self.small), self.seed, _versions()], sort_keys=True)
        path = _cache_folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return found
        except (OSError, ValueError):
            found = self.run(self.small)
        with suppress(OSError):  # a folder that cannot be written costs time, not correctness
            _write(path, json.dumps(found))
        return found

    # The record -------------------------------------------------------------------------------------------------------

    @cached_property
    def code(self) -> str:
        """A hash of the function and all it uses from the folder of the problem file."""
        return source_hash(self.function)

    @property
    def recorded(self) -> dict[str, Any]:
        """The numbers of the recorded full run, for figures; raises `ProblemError` where there is none."""
        record = self._record()
        if record is None:
            raise ProblemError(f"{self.place}, experiment {self.name}", "it has no record", self.cure)
        numbers: dict[str, Any] = record["found"]
        return numbers

    @property
    def cure(self) -> str:
        """How to make the record."""
        return f"Run `verify run --experiments {self.problem}`."

    @property
    def is_current(self) -> bool:
        """Whether the record was made by this code at these settings."""
        record = self._record()
        return record is not None and self._made_here(record)

    def record(self) -> None:
        """Run the full size and write its record beside the problem file."""
        record = {
            "code": self.code,
            "settings": dict(self.full),
            "seed": self.seed,
            "libraries": _versions(),
            "found": self.run(self.full),
        }
        records = {**_records(self._path), self.name: record}
        text = json.dumps({name: records[name] for name in sorted(records)}, indent=1, ensure_ascii=False)
        _write(self._path, _lists_on_one_line(text) + "\n")

    def _made_here(self, record: Mapping[str, Any]) -> bool:
        settings = json.loads(json.dumps(dict(self.full)))
        return bool(record["code"] == self.code and record["settings"] == settings and record["seed"] == self.seed)

    def _record(self) -> dict[str, Any] | None:
        return _records(self._path).get(self.name)

    @property
    def _path(self) -> Path:
        return self.folder / FOLDER / f"{self.problem}.json"

    # Judging ----------------------------------------------------------------------------------------------------------

    def judge(self, finding: Finding) -> Evidence:
        """The evidence for a finding: supported where it holds for the record and for a small run made here."""
        record = self._record()
        if record is None or not self._made_here(record):
            found = "there is no record of the full run" if record is None else "the record is of other code"
            return Evidence(self.name, Verdict.UNDECIDED, method="experiment", reason=f"{found}. {self.cure}")
        runs = [("the recorded run", self.full, record["found"])]
        if not finding.full_only:
            runs.append(("a run here", self.small, self.small_run()))
        for name, settings, numbers in runs:
            failed = self._failed(finding, numbers)
            if failed is not None:
                left, relation, right = failed
                at = {str(key): value for key, value in settings.items()}
                counterexample = Counterexample(at, left, right, relation)
                return Evidence(
                    self.name,
                    Verdict.REFUTED,
                    name,
                    "experiment",
                    f"it fails for {name}",
                    counterexample=counterexample,
                )
            if self._failed(finding, {**numbers, **finding.unless}) is None:
                reason = f"it holds as well for {dict(finding.unless)}, which should refute it"
                return Evidence(self.name, Verdict.UNDECIDED, method="experiment", reason=reason)
        scope = "by " + " and ".join(f"{name} ({_shown(settings)})" for name, settings, _ in runs)
        return Evidence(self.name, Verdict.SUPPORTED, scope, "experiment", tried=len(runs))

    def _failed(self, finding: Finding, numbers: Found) -> tuple[Any, str, Any] | None:
        sides = finding.function(numbers)
        if not (isinstance(sides, tuple) and len(sides) == 3):
            place = f"{self.place}, experiment {self.name}, claim {finding.name}"
            raise ProblemError(place, "it returned no sides", 'Return both: `return left, "<=", right`.')
        left, relation, right = sides
        strict = {"<": "<=", ">": ">="}.get(relation, relation)
        return (
            sides if excess((left, strict, right), lambda: ()) > 1 or (strict != relation and left == right) else None
        )


def progress(items: Iterable[Any], description: str = "") -> Iterator[Any]:
    """The items, with a bar on a terminal that shows how many are done; nothing is shown elsewhere."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description or "working", console=Console(stderr=True), transient=True)


def _plain(place: str, value: Any) -> Any:
    """Numbers and lists as JSON holds them, rounded; raises `ProblemError` for anything else."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ProblemError(place, f"it found {value}", "Return finite numbers.")
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {str(name): _plain(place, each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(place, each) for each in value]
    raise ProblemError(place, f"it returned a {type(value).__name__}", "Return numbers, lists and dicts of them.")


def _shown(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} = {value}" for name, value in settings.items()) or "one size"


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name).partition("+")[0]  # without the build, such as +cpu
    return found


def _records(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ProblemError(
            str(path.name), f"the record cannot be read ({error})", "Delete it and run again."
        ) from error
    return found


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "proofset" / FOLDER


def _write(path: Path, text: str) -> None:
    """Written whole or not at all: another process may be reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8", newline="\n") as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _lists_on_one_line(text: str) -> str:
    """JSON whose lists of numbers take one line each, so that a changed record can be read in a diff."""
    import re

    return re.sub(r"\[[^\[\]{}]*\]", lambda match: " ".join(match.group().split()), text)
