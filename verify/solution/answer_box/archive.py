"""The archive of this package for a page: the modules that judging a compiled answer needs, always the same bytes."""

from __future__ import annotations

import ast
import io
import zipfile
from pathlib import Path

import verify

PACKAGE = Path(verify.__file__).parent
ROOTS = ("__init__.py", "errors.py", "evidence.py", "in_page.py", "answers", "notation", "equality")
ABSENT = {"click", "faker", "hypothesis", "numpy", "rich", "scipy", "sklearn", "sympy", "torch"}
"""What there is not in a page: modules that import it are left out, and modules that import those."""
NO_DATE = (1980, 1, 1, 0, 0, 0)


def page_archive() -> bytes:
    """A zip archive, uncompressed (whoever delivers it compresses all of it at once)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, text in sorted(page_modules().items()):
            entry = zipfile.ZipInfo(f"verify/{name}", NO_DATE)
            entry.create_system = 3  # the same bytes on every system
            archive.writestr(entry, text)
    return buffer.getvalue()


def page_modules() -> dict[str, str]:
    """The path below the package and the text of every module that can be imported in a page."""
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in _files()}
    while True:
        kept = {name: text for name, text in sources.items() if _can_be_imported(text, sources)}
        if len(kept) == len(sources):
            return kept
        sources = kept


def _files() -> list[Path]:
    roots = [PACKAGE / name for name in ROOTS]
    return [path for root in roots for path in ([root] if root.suffix else sorted(root.rglob("*.py")))]


def _can_be_imported(text: str, sources: dict[str, str]) -> bool:
    """Whether everything that a module imports when it is imported is there; inside functions it may import more."""
    modules: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    ours = {module.removeprefix("verify.").replace(".", "/") for module in modules if module.startswith("verify.")}
    present = all(f"{module}.py" in sources or f"{module}/__init__.py" in sources for module in ours)
    return present and not ABSENT & {module.partition(".")[0] for module in modules}
