"""Cards: evidence as a notebook shows it: HTML, Markdown, plain text and JSON.

Everything shown is escaped, because a response is outside data.  A card brings its own ground, so that it reads well
whether the page around it is light or dark, and follows the theme of JupyterLab, VS Code or the browser.  Where its
style sheet is taken away, as for an output that is not trusted, what is left is plain HTML.
"""

from __future__ import annotations

from html import escape

from verify.evidence import Counterexample, Evidence, Verdict, compact

SYMBOLS = {
    Verdict.PROVED: "✓",
    Verdict.SUPPORTED: "✓",
    Verdict.REFUTED: "✗",
    Verdict.UNDECIDED: "?",
    Verdict.UNREADABLE: "?",
}
# Ground, text, faint text and lines, then the colours of the verdicts: each at least 4.5 to 1 on its ground.
LIGHT = {
    "ground": "#ffffff",
    "ink": "#1f2328",
    "faint": "#57606a",
    "line": "#d1d9e0",
    "proved": "#1a7f37",
    "supported": "#0969da",
    "refuted": "#cf222e",
    "undecided": "#8a5d00",
    "unreadable": "#8250df",
    "show-light": "inline",
    "show-dark": "none",
}
DARK = {
    "ground": "#161b22",
    "ink": "#e6edf3",
    "faint": "#9da7b1",
    "line": "#3d444d",
    "proved": "#3fb950",
    "supported": "#58a6ff",
    "refuted": "#ff7b72",
    "undecided": "#e3b341",
    "unreadable": "#d2a8ff",
    "show-light": "none",
    "show-dark": "inline",
}
LIGHT_THEMES = ('[data-jp-theme-light="true"] .verify-card', ".vscode-light .verify-card", "[theme=light] .verify-card")
DARK_THEMES = ('[data-jp-theme-light="false"] .verify-card', ".vscode-dark .verify-card", "[theme=dark] .verify-card")
RULES = """
.verify-card{background:var(--verify-ground);color:var(--verify-ink);border:1px solid var(--verify-line);
border-left:.3em solid var(--verify-verdict,var(--verify-line));border-radius:.4em;padding:.6em 1em;max-width:60em;
overflow-x:auto;font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:1em;line-height:1.5}
.verify-card p{margin:.35em 0;color:inherit}
.verify-card .verify-verdict{color:var(--verify-verdict);font-weight:600}
.verify-card .verify-faint{color:var(--verify-faint)}
.verify-card code{color:inherit;background:none;font-family:var(--jp-code-font-family,ui-monospace,monospace)}
.verify-card table{border-collapse:collapse;margin:.5em 0;color:inherit;background:none}
.verify-card tr,.verify-card th,.verify-card td{background:none;color:inherit}
.verify-card th,.verify-card td{border:0;border-bottom:1px solid var(--verify-line);padding:.3em 1em .3em 0;
text-align:left;vertical-align:baseline;font-weight:400}
.verify-card th{color:var(--verify-faint)}
.verify-card tr:last-child>*{border-bottom:0}
.verify-card img{max-width:100%}
.verify-card .verify-light{display:var(--verify-show-light)}
.verify-card .verify-dark{display:var(--verify-show-dark)}
"""


def mime_bundle(evidence: Evidence) -> dict[str, object]:
    """What a notebook asks an object for: the richest form it can show wins."""
    return {
        "text/plain": str(evidence),
        "text/markdown": markdown(evidence),
        "text/html": html(evidence),
        "application/json": evidence.to_json(),
    }


def html(evidence: Evidence) -> str:
    """A card with the verdict, what it rests on, what to tell the person, and the counterexample as a table."""
    scope = evidence.shown_scope
    blocks = [
        f"<p>{verdict_html(evidence.verdict)} <code>{escape(evidence.claim)}</code>"
        + (f' <span class="verify-faint">{escape(scope)}</span>' if scope else "")
        + "</p>"
    ]
    blocks += [f"<p>{escape(text)}</p>" for text in (evidence.feedback, evidence.reason) if text]
    if evidence.shows_counterexample:
        assert evidence.counterexample is not None
        blocks.append(_table(evidence.counterexample))
    return card("".join(blocks), evidence.verdict)


def card(content: str, verdict: Verdict | None = None) -> str:
    """HTML on a card of its own, with the colour of a verdict at its edge."""
    colour = f' style="--verify-verdict:var(--verify-{verdict.value})"' if verdict is not None else ""
    return f'<style>{style()}</style><div class="verify-card"{colour}>{content}</div>'


def verdict_html(verdict: Verdict, words: str = "") -> str:
    """A verdict in its colour, with its mark; `words` say more than its name."""
    colour = f"--verify-verdict:var(--verify-{verdict.value})"
    return f'<span class="verify-verdict" style="{colour}">{SYMBOLS[verdict]} {escape(words or verdict.value)}</span>'


def style() -> str:
    """The style sheet of the cards."""
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f".verify-card{{{light}}}@media(prefers-color-scheme:dark){{.verify-card{{{dark}}}}}"
        f"{','.join(LIGHT_THEMES)}{{{light}}}{','.join(DARK_THEMES)}{{{dark}}}{RULES}"
    )


def markdown(evidence: Evidence) -> str:
    """The same as Markdown."""
    claim = evidence.claim.replace("`", "'")
    lines = [f"**{evidence.verdict.value}** `{claim}` {_inline(evidence.shown_scope)}".rstrip()]
    lines += [_inline(line) for line in evidence.explanation()]
    return "\n\n".join(lines)


def _table(found: Counterexample) -> str:
    """Where the two sides differ, and what they come to there."""
    at = ", ".join(f"<code>{escape(name)} = {escape(compact(value))}</code>" for name, value in found.at.items())
    rows = [("yours", compact(found.left)), (f"should be {found.relation}", compact(found.right))]
    cells = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(value)}</code></td></tr>' for name, value in rows
    )
    return f"{f'<p>At {at}:</p>' if at else ''}<table>{cells}</table>"


def _variables(colours: dict[str, str]) -> str:
    return "".join(f"--verify-{name}:{value};" for name, value in colours.items())


def _inline(text: str) -> str:
    for character in "\\`*_{}[]<>#|":
        text = text.replace(character, f"\\{character}")
    return text
