"""Source hash: tells whether a recorded result still belongs to the code that is there now.

It covers a function and everything it uses from the same folder of problem files; comments, docstrings and layout do
not count.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

PLAIN = (bool, int, float, str, bytes, type(None))


def source_hash(function: Callable[..., Any]) -> str:
    """A hash of the code of `function`, of what it uses from files in or below its own folder, and of plain globals."""
    folder = Path(inspect.getfile(function)).resolve().parent
    found: dict[str, str] = {}
    _visit(function, folder, found)
    text = "\n".join(f"{name}: {found[name]}" for name in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _visit(thing: Any, folder: Path, found: dict[str, str]) -> None:
    path = Path(inspect.getfile(thing)).resolve()
    name = f"{path.relative_to(folder)}:{thing.__qualname__}"
    if name in found:
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    found[name] = _dumped(tree)
    for module_path in _relative_imports(tree, path):
        _visit_file(module_path, folder, found)
    variables = vars(sys.modules[thing.__module__])
    for used in _names_used(thing):
        if used in variables:
            _visit_used(used, variables[used], folder, found)


def _visit_used(name: str, value: Any, folder: Path, found: dict[str, str]) -> None:
    if isinstance(value, PLAIN) or (isinstance(value, tuple | frozenset) and all(isinstance(v, PLAIN) for v in value)):
        found[f"global {name}"] = repr(sorted(value, key=repr) if isinstance(value, frozenset) else value)
        return
    path = _file_of(value)
    if path is None or not path.is_relative_to(folder):
        return
    if path.parent != folder or isinstance(value, ModuleType):
        _visit_file(path, folder, found)
    elif inspect.isfunction(value) or inspect.isclass(value):
        _visit(value, folder, found)


def _visit_file(path: Path, folder: Path, found: dict[str, str]) -> None:
    name = str(path.relative_to(folder))
    if name in found:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found[name] = _dumped(tree)
    for other in _relative_imports(tree, path):
        _visit_file(other, folder, found)


def _file_of(value: Any) -> Path | None:
    if not (inspect.isfunction(value) or inspect.isclass(value) or isinstance(value, ModuleType)):
        return None
    try:
        return Path(inspect.getfile(value)).resolve()
    except (TypeError, OSError):
        return None


def _names_used(thing: Any) -> Iterator[str]:
    if inspect.isclass(thing):
        for member in vars(thing).values():
            if inspect.isfunction(member):
                yield from _names_used(member)
        return
    waiting: list[CodeType] = [thing.__code__]
    while waiting:
        code = waiting.pop()
        yield from code.co_names
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _relative_imports(tree: ast.AST, path: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        candidates = [base.with_suffix(".py"), *((base / alias.name).with_suffix(".py") for alias in node.names)]
        yield from (candidate for candidate in candidates if candidate.is_file())


def _dumped(tree: ast.AST) -> str:
    """The syntax tree without docstrings and without the decorators, whose arguments are recorded on their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []
    return ast.dump(tree)
