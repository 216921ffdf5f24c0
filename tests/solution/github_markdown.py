"""What GitHub would make of a Markdown page, as far as it can go wrong; parsed by markdown-it."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from verify.solution.latex import forbidden_macros

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


def faults(text: str) -> list[str]:
    """What is wrong with the page: stray dollars, refused macros, unbalanced braces, rows of different lengths."""
    tokens = PARSER.parse(text)
    found = [fault for formula in formulas(text) for fault in _faults_of_formula(formula)]
    found += [f"a stray dollar in {stretch!r}" for token in tokens for stretch in _stray_dollars(token)]
    found += [f"mathematics outside of code: {block!r}" for block in _bare_mathematics(tokens)]
    found += [f"a table of {lengths} cells" for lengths in _tables(tokens) if len(lengths) > 1]
    return found


def formulas(text: str) -> list[str]:
    """The formulas of a page, as GitHub hands them to its typesetter."""
    tokens = PARSER.parse(text)
    blocks = [token.content for token in tokens if token.type == "fence" and token.info == "math"]
    return blocks + [code.content for token in tokens for code in _inline_formulas(token)]


def _inline_formulas(token: Token) -> Iterator[Token]:
    children = token.children or []
    for before, code, after in zip(children, children[1:], children[2:], strict=False):
        if code.type == "code_inline" and before.content.endswith("$") and after.content.startswith("$"):
            yield code


def _stray_dollars(token: Token) -> Iterator[str]:
    """Dollars in words that do not hug a code span: GitHub would pair them in its own way."""
    children = token.children or []
    for position, child in enumerate(children):
        if child.type != "text":
            continue
        words = child.content
        if position and children[position - 1].type == "code_inline":
            words = words.removeprefix("$")
        if position + 1 < len(children) and children[position + 1].type == "code_inline":
            words = words.removesuffix("$")
        if "$" in words:
            yield child.content


def _bare_mathematics(tokens: list[Token]) -> Iterator[str]:
    """Words with a backslash command: mathematics that lost its dollars."""
    for token in tokens:
        for child in token.children or []:
            if child.type == "text" and "\\" in child.content:
                yield child.content


def _faults_of_formula(formula: str) -> Iterator[str]:
    for macro in forbidden_macros(formula):
        yield f"GitHub refuses \\{macro} in {formula!r}"
    plain = formula.replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for character in plain:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            break
    if depth:
        yield f"unbalanced braces in {formula!r}"
    for opening, closing in ((r"\left", r"\right"), (r"\begin{", r"\end{")):
        left = formula.count(opening) - formula.count(r"\leftarrow") * (opening == r"\left")
        if left != formula.count(closing) - formula.count(r"\rightarrow") * (closing == r"\right"):
            yield f"{opening} without {closing} in {formula!r}"
    if "$" in formula or "`" in formula:
        yield f"a delimiter inside {formula!r}"


def _tables(tokens: list[Token]) -> Iterator[set[int]]:
    cells, lengths = 0, set()
    for token in tokens:
        if token.type == "tr_open":
            cells = 0
        elif token.type in ("th_open", "td_open"):
            cells += 1
        elif token.type == "tr_close":
            lengths.add(cells)
        elif token.type == "table_close":
            yield lengths
            lengths = set()
