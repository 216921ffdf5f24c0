"""Which characters may appear in mathematics, and the plain forms of those that are only typography.

Every character is on a list or is refused by name.  There is no normalisation of the whole text (NFKC would turn a
mathematical italic or full-width letter into an ordinary one, and `²` into `2`): what is folded is listed here, one
character for one character, so that columns stay true.  Look-alikes of Latin letters are never folded.
"""

import re

from verify.errors import ReadingError
from verify.notation.limits import Limits, check_length

GREEK_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "ϰ": "varkappa", "λ": "lambda",
    "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ϖ": "varpi", "ρ": "rho", "ϱ": "varrho",
    "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi",
    "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip
"""Greek letters that cannot be mistaken for Latin ones, and their LaTeX names."""

_SAME_NAME = (("ε", "ϵ"), ("φ", "ϕ"), ("μ", "µ"))
"""Two shapes of one letter, which people type for the same name; a text may use only one of them."""

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᵗᵏᵐʲˣʸ", "0123456789+-()niTtkmjxy", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-aehijklmnoprstuvx", strict=True))
FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("−–—‒‐‑﹣－", "-"),
        **dict.fromkeys("×·⋅∙•∗＊✕", "*"),
        **dict.fromkeys("÷∕⁄／", "/"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("＋", "+"),
        **dict.fromkeys("＝", "="),
        **dict.fromkeys("⩽", "≤"),
        **dict.fromkeys("⩾", "≥"),
        **dict.fromkeys("∣｜", "|"),
        **dict.fromkeys("∥", "‖"),
        **dict.fromkeys("′’", "'"),
        "（": "(", "）": ")", "［": "[", "］": "]", "，": ",", "；": ";", "⊺": "ᵀ", "⊤": "ᵀ", "∆": "Δ", "∂": "∂",
    }
)  # fmt: skip
_ASCII = "".join(chr(code) for code in range(32, 127)) + "\t\n\r"
_SYMBOLS = "∂∇√∛∜∞≤≥≠∈∪∩∖∅∑∏±∓⊙∘°‖⌊⌋⌈⌉⟨⟩″∧∨"
_ALLOWED = (
    _ASCII
    + _SYMBOLS
    + "".join(GREEK_LETTERS)
    + "".join(SUPERSCRIPTS)
    + "".join(SUBSCRIPTS)
    + "".join(FRACTIONS)
    + "".join(map(chr, _FOLDED))
)
_FORBIDDEN = re.compile(f"[^{re.escape(_ALLOWED)}]")
_FORBIDDEN_ASCII = re.compile(r"[^\t\n\r -~]")


def plain_text(data: str | bytes, limits: Limits) -> str:
    """The text with typographic variants of signs and spaces folded, character for character.

    >>> from verify.notation.limits import DEFAULT_LIMITS
    >>> plain_text("−x × 2", DEFAULT_LIMITS)
    '-x * 2'
    """
    check_length(data, limits)
    text = _decode(data) if isinstance(data, bytes) else data
    ascii_only = text.isascii()
    forbidden = (_FORBIDDEN_ASCII if ascii_only else _FORBIDDEN).search(text)
    if forbidden:
        raise _refusal(text, forbidden.start())
    if ascii_only:
        return text
    for first, second in _SAME_NAME:
        if first in text and second in text:
            raise ReadingError(f"both {first} and {second} are used", text.index(second), text, "use one of them")
    return text.translate(_FOLDED)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise ReadingError(f"byte {error.start + 1} is not UTF-8", 0, "", "send the text as UTF-8") from None


def _refusal(text: str, position: int) -> ReadingError:
    import unicodedata

    character = text[position]
    name = unicodedata.name(character, "unnamed")
    found = f"the character U+{ord(character):04X} ({name}) is not allowed"
    return ReadingError(found, position, _printable(text), _advice(character))


def _advice(character: str) -> str:
    import unicodedata

    folded = unicodedata.normalize("NFKC", character)
    kind = unicodedata.category(character)
    if character in "…⋯":
        return "write the terms out, or use a sum"
    if len(folded) == 1 and folded.isascii() and folded.isprintable() and folded != " ":
        return f"type it as {folded!r} on the keyboard"
    if kind.startswith("L"):
        return "use Latin letters, or Greek ones by name such as alpha; letters that look alike are not exchanged"
    if kind[0] in "CZ":
        return "delete this invisible character"
    return "write it with keyboard characters or as a LaTeX command"


def _printable(text: str) -> str:
    """The text as it may be shown: control characters could forge a terminal's output."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
