"""Program: what names things that are made once and kept, so that no other version of anything uses them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from platform import python_version

PACKAGE = Path(__file__).parents[1]


@cache
def program() -> str:
    """A hash of this package's files and of the versions of Python and of everything installed."""
    installed = sorted({f"{each.metadata['Name']} {each.version}" for each in distributions()})
    files = [path for path in sorted(PACKAGE.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return sha256("\n".join([hash_of(files), python_version(), *installed]).encode()).hexdigest()


def hash_of(paths: Iterable[Path]) -> str:
    """A hash of the names and contents of files, in that order."""
    digest = sha256()
    for path in paths:
        digest.update(f"{path.name}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
