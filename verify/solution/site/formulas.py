"""Formulas: LaTeX as HTML and MathML, by KaTeX, when the site is built; what was once typeset is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from verify.errors import VerifyError
from verify.solution.npm import cache_folder, node, packages

DISPLAYSTYLE = "\\displaystyle "  # which the pages write before a line of a derivation, and no author
SCRIPT = Path(__file__).parent / "katex.mjs"


@dataclass(frozen=True, order=True)
class Formula:
    """LaTeX, within a line or on lines of its own (`display`)."""

    latex: str
    display: bool = False


class BadEquations(VerifyError):
    """KaTeX refuses formulas; says where each stands, and why."""

    def __init__(self, refused: Iterable[tuple[str, Formula, str]]) -> None:
        self.refused = tuple(refused)
        lines = [
            f"  {place}: {formula.latex.removeprefix(DISPLAYSTYLE)}\n    {message}"
            for place, formula, message in self.refused
        ]
        count = "one equation" if len(lines) == 1 else f"{len(lines)} equations"
        super().__init__(
            "\n".join([f"KaTeX cannot typeset {count}:", *lines, "Correct the LaTeX in the files named here."])
        )


def typeset(places: Mapping[Formula, str]) -> dict[Formula, str]:
    """The HTML of every formula; `places` says where each stands, for the message.  Raises `BadEquations`.

    One process of Node typesets all that is not kept from an earlier run with the same KaTeX.
    """
    kept = _Kept.read()
    missing = sorted(formula for formula in places if _key(formula) not in kept.html)
    if missing:
        results = json.loads(node(SCRIPT, json.dumps([[each.latex, each.display] for each in missing])))
        refused = [
            (places[formula], formula, _message(formula, result))
            for formula, result in zip(missing, results, strict=True)
            if "error" in result
        ]
        if refused:
            raise BadEquations(sorted(refused))
        kept = kept.with_more({_key(each): result["html"] for each, result in zip(missing, results, strict=True)})
    return {formula: kept.html[_key(formula)] for formula in places}


def _message(formula: Formula, result: Mapping[str, object]) -> str:
    position = result["position"]
    if not isinstance(position, int):
        return str(result["error"])
    rest = formula.latex[position : position + 24]
    column = position + 1 - (len(DISPLAYSTYLE) if formula.latex.startswith(DISPLAYSTYLE) else 0)
    return f"{result['error']} {f'at column {column}, before {rest!r}' if rest else 'at the end'}"


def _key(formula: Formula) -> str:
    return f"{'display' if formula.display else 'inline'} {formula.latex}"


@dataclass(frozen=True)
class _Kept:
    """What earlier runs typeset, by formula, in one file for each version of KaTeX and of the script."""

    path: Path
    html: dict[str, str]

    @classmethod
    def read(cls) -> _Kept:
        manifest = (packages() / "katex" / "package.json").read_bytes()
        name = sha256(manifest + SCRIPT.read_bytes()).hexdigest()[:16]
        path = cache_folder() / "katex" / f"{name}.json"
        try:
            return cls(path, json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return cls(path, {})

    def with_more(self, html: Mapping[str, str]) -> _Kept:
        merged = {**self.html, **html}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Another build may read meanwhile, so the whole file appears at once.
        partial = self.path.with_suffix(f".{sha256(json.dumps(sorted(html)).encode()).hexdigest()[:12]}")
        partial.write_text(json.dumps(merged, ensure_ascii=False), encoding="utf-8")
        partial.replace(self.path)
        return _Kept(self.path, merged)
