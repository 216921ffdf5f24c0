"""Catalog: find and load problem files.

A problem is found by path or by the entry-point group ``verify.problems``, never by ``import problems``: a course
repository may have a folder of that name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
import traceback
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from verify.errors import ProblemError, UnknownName, VerifyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.problem import Problem

GROUP = "verify.problems"
HEAVY = ("torch",)  # imported by problem files, needed only when an implementation runs


def paths() -> dict[str, Path]:
    """Every problem file that is installed or lies in the folder ``problems`` here, by identifier, in order."""
    found: dict[str, Path] = {}
    for folder in folders():
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith("_"):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def folders() -> list[Path]:
    """The folders that hold problem files: the one here, if it holds any, then those of installed distributions."""
    here = Path.cwd() / "problems"
    local = [here] if here.is_dir() and any(_is_problem_file(path) for path in here.glob("*.py")) else []
    installed = [folder for point in entry_points(group=GROUP) if (folder := _folder_of(point)) is not None]
    return list(dict.fromkeys(folder.resolve() for folder in [*local, *installed]))


def _is_problem_file(path: Path) -> bool:
    """Whether a file builds a problem; told by its text, since loading it would run it."""
    return "from verify import" in path.read_text(encoding="utf-8", errors="replace")


def _folder_of(point: EntryPoint) -> Path | None:
    if point.dist is None:
        return None
    folder = Path(str(point.dist.locate_file(point.value.replace(".", "/"))))
    if folder.is_dir():
        return folder
    # An editable install keeps its files where they are; the record of that is PEP 610's direct_url.json.
    record = point.dist.read_text("direct_url.json")
    url = urlparse(json.loads(record)["url"]) if record else None
    if url is not None and url.scheme == "file":
        folder = Path(unquote(url.path)) / point.value.replace(".", "/")
        return folder if folder.is_dir() else None
    return None


def find(name: str | Path) -> Path:
    """The file of a problem given by path or identifier; raises `UnknownName` with the nearest names."""
    path = Path(name)
    if path.suffix == ".py":
        if path.is_file():
            return path.resolve()
        raise UnknownName("problem file", str(name), [str(known) for known in paths().values()])
    known = paths()
    if str(name) not in known:
        raise UnknownName("problem", str(name), known)
    return known[str(name)]


_loaded: dict[tuple[Path, int], Problem] = {}


def load(name: str | Path) -> Problem:
    """The problem of a file, by path or identifier; loaded once per version of the file.

    Raises `UnknownName` when there is no such file and `ProblemError`, with place and cure, when it breaks a rule.
    """
    path = find(name)
    key = (path, path.stat().st_mtime_ns)
    if key not in _loaded:
        _loaded[key] = _executed(path)
    return _loaded[key]


def _executed(path: Path) -> Problem:
    from verify.problem import Problem

    spec = importlib.util.spec_from_file_location(f"{_package_of(path.parent)}.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # so that the sources of its classes can be found
    with _lazily(HEAVY):
        try:
            spec.loader.exec_module(module)
        except ProblemError as error:
            line = _line_in(path, error)
            if line is None:
                raise
            place = error.place.replace(path.name, f"{path.name}:{line}", 1)
            raise ProblemError(place, error.found, error.cure) from error
        except VerifyError:
            raise
        except Exception as error:  # whatever a file does wrong is told with its line, not with a traceback of ours
            line = _line_in(path, error)
            raise ProblemError(
                f"{path.name}:{line}" if line else path.name,
                f"{type(error).__name__}: {error}",
                "Run the file with `python` to see the whole error.",
            ) from error
    problem = getattr(module, "problem", None)
    if not isinstance(problem, Problem):
        raise ProblemError(path.name, "it builds no problem", "Write `problem = Problem(__doc__)` at module level.")
    if not problem.parts:
        raise ProblemError(path.name, "the problem has no parts", "Add at least one `problem.part(...)`.")
    return problem


def _package_of(folder: Path) -> str:
    """The name of a package that stands for a folder, so that its files can import their machinery relatively."""
    name = f"verify_problems_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name


def _line_in(path: Path, error: Exception) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return frames[-1].lineno if frames else None


class _Deferred(ModuleType):
    """Stands in for a module in the file that imports it, and imports it when an attribute is first used.

    `importlib.util.LazyLoader` would not do: the import statement asks a module for its ``__spec__``, which up to
    Python 3.11 already loads it.
    """

    def __getattr__(self, attribute: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)


@contextmanager
def _lazily(names: tuple[str, ...]) -> Iterator[None]:
    """Make ``import torch`` in a problem file cost nothing until an attribute of it is used."""
    stand_ins = [
        _Deferred(name) for name in names if name not in sys.modules and importlib.util.find_spec(name) is not None
    ]
    sys.modules.update({stand_in.__name__: stand_in for stand_in in stand_ins})
    try:
        yield
    finally:
        for stand_in in stand_ins:
            if sys.modules.get(stand_in.__name__) is stand_in:
                del sys.modules[stand_in.__name__]
