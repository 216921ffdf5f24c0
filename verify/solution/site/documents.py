"""Documents: where the project's own documents are, and what was measured of its checks."""

from __future__ import annotations

import json
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
MUTANTS = "mutants.json"


def documents_folder() -> Path | None:
    """The folder ``docs`` of a checkout; None where the package is installed without one."""
    folder = CHECKOUT / "docs"
    return folder if (folder / "README.md").is_file() and (CHECKOUT / "pyproject.toml").is_file() else None


def mutants_of(documents: Path | None) -> dict[str, tuple[int, int]]:
    """How many damaged copies were caught and how many tried, by problem, as ``verify run --mutants --json`` tells."""
    path = documents / MUTANTS if documents is not None else None
    if path is None or not path.is_file():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["problem"]: (row["caught"], row["caught"] + row["survived"]) for row in rows}
