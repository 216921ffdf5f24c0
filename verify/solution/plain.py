r"""Plain: mathematics on one line of text, for a terminal: ``\frac{\partial y}{\partial w}`` as ∂y/∂w.

Reads the LaTeX that this package and the authors of problems write; what it does not know it leaves as its name.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from dataclasses import dataclass

from verify.solution.prose import rendered

TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|(\s+)|([^\\{}^_&\s]+?(?=[\\{}^_&\s]|$)|.)", re.DOTALL)


def _pairs(text: str) -> dict[str, str]:
    """What stands in a text as name, character, name, character."""
    found = text.split()
    return dict(zip(found[::2], found[1::2], strict=True))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SYMBOLS = {
    **_pairs("alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ"),
    **_pairs("nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ"),
    **_pairs("Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω partial ∂ nabla ∇ infty ∞ top ᵀ ell ℓ star *"),
    **_pairs("prime ′ dots … ldots … cdots ⋯ cdot · times × odot ⊙ circ ∘ pm ± mid | vert | lvert | rvert | Vert ‖"),
    **_pairs("lVert ‖ rVert ‖ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠"),
    **_pairs("approx ≈ sim ~ propto ∝ equiv ≡ ll ≪ gg ≫ in ∈ to → mapsto ↦ Rightarrow ⇒ forall ∀ exists ∃ sum Σ"),
    **_pairs("prod ∏ int ∫ colon : setminus ∖ cup ∪ cap ∩ subset ⊂ { { } } $ $ % % _ _ # # & & | ‖ \\ ;"),
    **dict.fromkeys((",", ";", ":", " ", "quad", "qquad"), " "),
    "!": "",
}
RELATIONS = "=≤≥≠≈~∝≡≪≫∈→↦⇒<>"
SILENT = _words("left right displaystyle textstyle limits nolimits big Big bigl bigr Bigl Bigr aligned small not")
STYLES = _words("text mathrm mathbf mathit mathsf mathcal mathfrak boldsymbol textbf textit mathop operatorname")
NAMED = _words(
    "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan log ln exp max min det arg sup inf lim"
)
BEFORE_ITS_ARGUMENT = _words("partial nabla lVert lvert langle lfloor lceil")
AFTER_ITS_ARGUMENT = _words("rVert rvert rangle rfloor rceil")
BLACKBOARD = _pairs("R ℝ Z ℤ N ℕ Q ℚ C ℂ E 𝔼 S 𝕊")
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
UPPER = _pairs(
    "0 ⁰ 1 ¹ 2 ² 3 ³ 4 ⁴ 5 ⁵ 6 ⁶ 7 ⁷ 8 ⁸ 9 ⁹ + ⁺ - ⁻ = ⁼ ( ⁽ ) ⁾ a ᵃ b ᵇ c ᶜ d ᵈ e ᵉ h ʰ i ⁱ j ʲ k ᵏ l ˡ m ᵐ n ⁿ o ᵒ "
    "p ᵖ r ʳ s ˢ t ᵗ u ᵘ v ᵛ w ʷ x ˣ y ʸ z ᶻ T ᵀ ᵀ ᵀ * * ′ ′"
) | {" ": ""}
LOWER = _pairs(
    "0 ₀ 1 ₁ 2 ₂ 3 ₃ 4 ₄ 5 ₅ 6 ₆ 7 ₇ 8 ₈ 9 ₉ + ₊ - ₋ = ₌ ( ₍ ) ₎ a ₐ e ₑ h ₕ i ᵢ j ⱼ k ₖ l ₗ m ₘ n ₙ o ₒ p ₚ r ᵣ s ₛ "
    "t ₜ u ᵤ v ᵥ x ₓ"
) | {" ": ""}
STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
EMPHASIS = re.compile(r"(?<![\w*])(\*)(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")
CELL = "\x1f"  # stands between the cells of a row until the environment is known


def plain(latex: str) -> str:
    """The formula on one line of text."""
    text = re.sub(r" +", " ", _Reader(latex).group()).strip()
    return re.sub(r"(?<=[(\[]) | (?=[)\]])", "", text)


def plain_prose(text: str) -> str:
    """The text of an author with its mathematics in plain characters and without the marks of Markdown."""

    def words(stretch: str) -> str:
        return EMPHASIS.sub(r"\2", STRONG.sub(r"\2", stretch))

    return rendered(
        text,
        words=words,
        inline=plain,
        display=lambda tex: f"\n    {plain(tex)}\n",
        code=_plain_code,
    )


def _plain_code(code: str) -> str:
    """Code without its marks; a block of it is indented, so that its lines are not taken for a paragraph's."""
    if not code.startswith("```"):
        return code.strip("`")
    _, _, body = code.strip("`").partition("\n")  # the first line only names the language
    return textwrap.indent(body.rstrip(), "    ")


@dataclass
class _Reader:
    """Reads LaTeX from left to right; what has been read of the current formula stands in `position`."""

    latex: str
    position: int = 0

    def group(self) -> str:
        """Everything up to the end of the group or of the text."""
        parts: list[str] = []
        while (mark := self._next()) is not None:
            if mark == "}" or mark == r"\end":
                if mark == r"\end":
                    self._argument()
                break
            parts.append(self._piece(mark, parts))
        return "".join(parts)

    def _next(self) -> str | None:
        if self.position >= len(self.latex):
            return None
        match = TOKEN.match(self.latex, self.position)
        assert match is not None
        mark = match.group()
        if match[4]:
            mark = self.latex[self.position]  # letters one at a time: x^23 is x squared, then 3
        self.position += len(mark)
        return mark

    def _argument(self) -> str:
        mark = self._next()
        while mark is not None and mark.isspace():
            mark = self._next()
        if mark is None:
            return ""
        return self.group() if mark == "{" else self._piece(mark, [])

    def _piece(self, mark: str, before: list[str]) -> str:
        if mark == "{":
            return self.group()
        if mark in "^_":
            return _script(self._argument(), UPPER if mark == "^" else LOWER, mark)
        if mark == "&":
            return CELL
        if mark.isspace():
            return " " if before and not before[-1].endswith(" ") else ""
        if mark.startswith("\\"):
            return self._command(mark[1:], before)
        return {"-": "−", "'": "′"}.get(mark, mark)

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
        if name in STYLES:
            return self._text() if name == "text" else self._argument()
        if name in ACCENTS:
            return unicodedata.normalize("NFC", self._argument() + ACCENTS[name])
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
