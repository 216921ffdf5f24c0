"""Doctor: which versions are installed, which optional parts are missing, and what is in conflict."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec

from verify.errors import VerifyError

REQUIRED = ("click", "hypothesis", "numpy", "pytest", "python-flint", "rich", "scipy", "sympy", "torch")
OPTIONAL = {
    "matplotlib": "figures of the worked solutions: pip install 'proofset[docs]'",
    "starlette": "`verify serve`: pip install 'proofset[serve]'",
    "uvicorn": "`verify serve`: pip install 'proofset[serve]'",
}
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One line of the examination; `state` is ``ok``, ``missing``, ``optional`` or ``conflict``."""

    name: str
    state: str
    detail: str


def examine() -> list[Finding]:
    """Everything worth knowing when something does not work, in the order in which to read it."""
    findings = [_python(), _own()]
    findings += [_required(name) for name in REQUIRED]
    findings += [_optional(name, use) for name, use in OPTIONAL.items()]
    findings += _conflicts()
    findings.append(_problems())
    return findings


def healthy(findings: list[Finding]) -> bool:
    """Whether nothing is missing or in conflict."""
    return all(finding.state in ("ok", "optional") for finding in findings)


def _python() -> Finding:
    found = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", "conflict", f"{found}; at least 3.11 is needed")
    return Finding("python", "ok", f"{found} on {platform.system()}")


def _own() -> Finding:
    try:
        return Finding("proofset", "ok", version("proofset"))
    except PackageNotFoundError:
        return Finding("proofset", "missing", "it runs from a folder but is not installed: pip install -e .")


def _required(name: str) -> Finding:
    try:
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, "missing", f"pip install {name}")


def _optional(name: str, use: str) -> Finding:
    try:
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, "optional", f"not installed; for {use}")


def _conflicts() -> list[Finding]:
    """Another package that is imported under one of our names."""
    found = []
    spec = find_spec("verify")
    try:
        files = [str(file) for file in distribution("proofset").files or []]
    except PackageNotFoundError:
        files = []
    if spec is not None and spec.origin and files and not spec.origin.endswith("verify/__init__.py"):
        found.append(Finding("verify", "conflict", f"the name is taken by {spec.origin}"))
    return found


def _problems() -> Finding:
    from verify.catalog import folders, paths

    try:
        count = len(paths())
    except (VerifyError, OSError) as error:
        return Finding("problems", "conflict", str(error))
    places = ", ".join(str(folder) for folder in folders())
    return Finding("problems", "ok" if count else "missing", f"{count} in {places}" if count else "none found")
