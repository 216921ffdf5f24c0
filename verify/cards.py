"""Cards: evidence as a notebook shows it: HTML, Markdown, plain text and JSON.

Colours come from the verdict alone and read on light and dark backgrounds; everything shown is escaped, because a
response is outside data.
"""

from __future__ import annotations

from html import escape

from verify.evidence import Evidence, Verdict, compact

COLOURS = {
    Verdict.PROVED: "#1a7f37",
    Verdict.SUPPORTED: "#0969da",
    Verdict.REFUTED: "#cf222e",
    Verdict.UNDECIDED: "#9a6700",
    Verdict.UNREADABLE: "#8250df",
}
SYMBOLS = {
    Verdict.PROVED: "✓",
    Verdict.SUPPORTED: "✓",
    Verdict.REFUTED: "✗",
    Verdict.UNDECIDED: "?",
    Verdict.UNREADABLE: "?",
}


def mime_bundle(evidence: Evidence) -> dict[str, object]:
    """What a notebook asks an object for: the richest form it can show wins."""
    return {
        "text/plain": str(evidence),
        "text/markdown": markdown(evidence),
        "text/html": html(evidence),
        "application/json": evidence.to_json(),
    }


def html(evidence: Evidence) -> str:
    """A small card with the verdict, what it rests on, and the counterexample as a table."""
    colour = COLOURS[evidence.verdict]
    title = f"{SYMBOLS[evidence.verdict]} {evidence.verdict.value}"
    lines = [f"<strong style='color:{colour}'>{title}</strong> <code>{escape(evidence.claim)}</code>"]
    if evidence.scope:
        lines.append(f"<span>{escape(evidence.scope)}</span>")
    lines += [f"<div>{escape(text)}</div>" for text in (evidence.feedback, evidence.reason) if text]
    if evidence.counterexample is not None:
        found = evidence.counterexample
        rows = [(name, compact(value)) for name, value in found.at.items()]
        rows += [("yours", compact(found.left)), ("reference", compact(found.right))]
        cells = "".join(
            f"<tr><th scope='row' style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in rows
        )
        lines.append(f"<table>{cells}</table>")
    return f"<div style='border-left:4px solid {colour};padding:.25em .75em'>{' '.join(lines)}</div>"


def markdown(evidence: Evidence) -> str:
    """The same as Markdown."""
    lines = [f"**{evidence.verdict.value}** `{_inline(evidence.claim)}` {_inline(evidence.scope)}".rstrip()]
    lines += [_inline(line) for line in evidence.explanation()]
    return "\n\n".join(lines)


def _inline(text: str) -> str:
    for character in "\\`*_{}[]<>#|":
        text = text.replace(character, f"\\{character}")
    return text
