"""Worked solutions in which every equation is verified, and answers that get a verdict with evidence.

The public names are loaded when first used, so that ``import verify`` and a check of a written answer stay fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.api import check as check
    from verify.api import check_many as check_many
    from verify.api import equal as equal
    from verify.api import equal_many as equal_many
    from verify.api import read as read
    from verify.api import run as run
    from verify.catalog import load as load
    from verify.domains import descending as descending
    from verify.domains import orthogonal as orthogonal
    from verify.domains import orthonormal as orthonormal
    from verify.domains import positive as positive
    from verify.domains import real as real
    from verify.domains import simplex as simplex
    from verify.domains import unit as unit
    from verify.estimate import mean_of as mean_of
    from verify.estimate import variance_of as variance_of
    from verify.evidence import Evidence as Evidence
    from verify.evidence import Verdict as Verdict
    from verify.expressions import gradient as gradient
    from verify.problem import Problem as Problem

_HOMES = {
    "api": "check check_many equal equal_many read run",
    "catalog": "load",
    "estimate": "mean_of variance_of",
    "evidence": "Evidence Verdict",
    "expressions": "gradient",
    "domains": "descending orthogonal orthonormal positive real simplex unit",
    "problem": "Problem",
}
_HOME = {name: f"verify.{module}" for module, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME)  # noqa: PLE0605 (the table above is the list)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'verify' has no attribute {name!r}; public names are {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext verify`` calls: registers ``%check`` and ``%%check``."""
    import_module("verify.magic").load(shell)
