r"""Plain: mathematics on one line of text, for a terminal: ``\frac{\partial y}{\partial w}`` as ∂y/∂w.

Reads the LaTeX that this package and the authors of problems write; what it does not know it leaves as its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verify.solution.prose import rendered

TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|(\s+)|([^\\{}^_&\s]+?(?=[\\{}^_&\s]|$)|.)", re.DOTALL)

GREEK = dict(
    zip(
        (
            "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi "
            "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
        ).split(),
        "αβγδεεζηθικλμνξπρστυφφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        strict=True,
    )
)
SYMBOLS = {
    **GREEK,
    **dict(partial="∂", nabla="∇", infty="∞", top="ᵀ", ell="ℓ", star="*", prime="′", dots="…", ldots="…", cdots="⋯"),
    **dict(cdot="·", times="×", odot="⊙", circ="∘", pm="±", mid="|", vert="|", lvert="|", rvert="|", Vert="‖"),
    **dict(lVert="‖", rVert="‖", langle="⟨", rangle="⟩", lfloor="⌊", rfloor="⌋", lceil="⌈", rceil="⌉"),
    **dict(le="≤", leq="≤", ge="≥", geq="≥", ne="≠", neq="≠", approx="≈", sim="~", propto="∝", equiv="≡", ll="≪", gg="≫"),
    **dict([("in", "∈"), ("to", "→"), ("mapsto", "↦"), ("Rightarrow", "⇒"), ("forall", "∀"), ("exists", "∃")]),
    **dict(sum="Σ", prod="∏", int="∫", quad="  ", qquad="    ", colon=":", setminus="∖", cup="∪", cap="∩", subset="⊂"),
    **{",": " ", ";": " ", ":": " ", " ": " ", "!": "", "\\": "; ", "{": "{", "}": "}", "$": "$", "%": "%", "_": "_"},
    **{"|": "‖", "#": "#", "&": "&"},
}
RELATIONS = "=≤≥≠≈~∝≡≪≫∈→↦⇒<>"
SILENT = frozenset(
    "left right displaystyle textstyle limits nolimits big Big bigl bigr Bigl Bigr aligned tfrac small".split()
)
STYLES = frozenset("text mathrm mathbf mathit mathsf mathcal mathfrak boldsymbol textbf textit mathop".split())
BLACKBOARD = dict(zip("RZNQCE", "ℝℤℕℚℂ𝔼", strict=True)) | {"S": "𝕊"}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
UPPER = dict(zip("0123456789+-=()nijkTabcdehlmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱʲᵏᵀᵃᵇᶜᵈᵉʰˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)) | {
    "ᵀ": "ᵀ",
    "*": "*",
    "′": "′",
    " ": "",
}
LOWER = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)) | {" ": ""}
STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
EMPHASIS = re.compile(r"(?<![\w*])(\*)(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")
BEFORE_ITS_ARGUMENT = frozenset("partial nabla lVert lvert langle lfloor lceil".split())
AFTER_ITS_ARGUMENT = frozenset("rVert rvert rangle rfloor rceil".split())
CELL = "\x1f"  # stands between the cells of a row until the environment is known
NAMED = frozenset(
    "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan log ln exp max min det tr arg sup inf lim Pr".split()
)


def plain(latex: str) -> str:
    """The formula on one line of text."""
    return re.sub(r" {2,}(?! )", " ", _Reader(latex).group()).strip()


def plain_prose(text: str) -> str:
    """The text of an author with its mathematics in plain characters and without the marks of Markdown."""

    def words(stretch: str) -> str:
        return EMPHASIS.sub(r"\2", STRONG.sub(r"\2", stretch))

    return rendered(
        text,
        words=words,
        inline=plain,
        display=lambda tex: f"\n    {plain(tex)}\n",
        code=lambda code: code.strip("`"),
    )


@dataclass
class _Reader:
    """Reads LaTeX from left to right; what has been read of the current formula stands in `position`."""

    latex: str
    position: int = 0

    def group(self) -> str:
        """Everything up to the end of the group or of the text."""
        parts: list[str] = []
        while (token := self._next()) is not None:
            if token == "}" or token == r"\end":
                if token == r"\end":
                    self._argument()
                break
            parts.append(self._piece(token, parts))
        return "".join(parts)

    def _next(self) -> str | None:
        if self.position >= len(self.latex):
            return None
        match = TOKEN.match(self.latex, self.position)
        assert match is not None
        token = match.group()
        if match[4]:
            token = self.latex[self.position]  # letters one at a time: x^23 is x squared, then 3
        self.position += len(token)
        return token

    def _argument(self) -> str:
        token = self._next()
        while token is not None and token.isspace():
            token = self._next()
        if token is None:
            return ""
        return self.group() if token == "{" else self._piece(token, [])

    def _piece(self, token: str, before: list[str]) -> str:
        if token == "{":
            return self.group()
        if token in "^_":
            return _script(self._argument(), UPPER if token == "^" else LOWER, token)
        if token == "&":
            return CELL
        if token.isspace():
            return " " if before and not before[-1].endswith(" ") else ""
        if token.startswith("\\"):
            return self._command(token[1:], before)
        return {"-": "−", "'": "′"}.get(token, token)

    def _command(self, name: str, before: list[str]) -> str:
        if name in ("frac", "dfrac", "tfrac"):
            return _ratio(self._argument(), self._argument())
        if name == "sqrt":
            inner = self._argument()
            return f"√{inner}" if _is_single(inner) else f"√({inner})"
        if name == "mathbb":
            return "".join(BLACKBOARD.get(letter, letter) for letter in self._argument())
        if name == "begin":
            return self._environment()
        if name in STYLES or name == "operatorname":
            return self._text() if name == "text" else self._argument()
        if name in ACCENTS:
            return self._argument() + ACCENTS[name]
        if name in SILENT:
            return ""
        if name in BEFORE_ITS_ARGUMENT:
            self._skip_space()
        if name in AFTER_ITS_ARGUMENT:
            while before and not before[-1].strip():
                before.pop()
        if name in SYMBOLS:
            return _spaced(SYMBOLS[name], before)
        return (" " if before and before[-1][-1:].isalnum() else "") + name if name in NAMED else name

    def _skip_space(self) -> None:
        while self.latex[self.position : self.position + 1].isspace():
            self.position += 1

    def _text(self) -> str:
        start = self.latex.find("{", self.position)
        end = self.latex.find("}", start)
        self.position = end + 1
        return self.latex[start + 1 : end]

    def _environment(self) -> str:
        name = self._argument()
        body = self.group()
        if "matrix" in name or name == "array":
            rows = [", ".join(cell.strip() for cell in row.split(CELL)) for row in body.split(";")]
            return f"[{'; '.join(rows)}]"
        body = body.replace(CELL, " ")
        return f"{{{body.strip()}}}" if name == "cases" else body


def _spaced(symbol: str, before: list[str]) -> str:
    if symbol in RELATIONS and before and not before[-1].endswith(" "):
        return f" {symbol}"
    return symbol


def _script(content: str, alphabet: dict[str, str], mark: str) -> str:
    content = content.replace("−", "-").strip()
    if content and all(character in alphabet for character in content):
        return "".join(alphabet[character] for character in content)
    return f"{mark}{content}" if len(content) == 1 or content.isalnum() else f"{mark}({content})"


def _ratio(above: str, below: str) -> str:
    above = above if _is_single(above, " ") else f"({above})"
    below = below if _is_single(below) else f"({below})"
    return f"{above}/{below}"


def _is_single(tex: str, also: str = "") -> bool:
    """Whether a piece of plain mathematics needs no parentheses: no operator and no space outside of brackets."""
    depth = 0
    for character in tex:
        depth += character in "([{‖"
        depth -= character in ")]}"
        if depth <= 0 and character in "+−/·= " and character not in also:
            return False
    return True
