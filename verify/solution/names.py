r"""Names: how the name of a variable is typeset: ``u1`` as $u_1$, ``lamda`` as $\lambda$, ``y_hat`` as $\hat{y}$."""

from __future__ import annotations

import re

from sympy.printing.latex import greek_letters_set, tex_greek_dictionary

ACCENTS = ("hat", "bar", "tilde", "dot")
SUPERSCRIPTS = {"star": r"\star", "prime": r"\prime"}
DERIVATIVE = re.compile(r"d(\w+)/d(\w+)")
HEAD = re.compile(r"(\D+?)(\d*)")
CAPITAL_AND_INDEX = re.compile(r"[A-Z][a-z]")  # a matrix named for what it acts on: Wh is W_h


def name_latex(name: str) -> str:
    r"""The LaTeX of a name; ``dy/ds`` is a partial derivative, words are set upright."""
    derivative = DERIVATIVE.fullmatch(name)
    if derivative:
        return rf"\frac{{\partial {name_latex(derivative[1])}}}{{\partial {name_latex(derivative[2])}}}"
    head, *tail = [word for word in name.strip("_").split("_") if word] or [name]
    match = HEAD.fullmatch(head)
    base, digits = (match[1], match[2]) if match else (head, "")
    subscripts = [digits] if digits else []
    if CAPITAL_AND_INDEX.fullmatch(base) and base not in greek_letters_set:
        base, subscripts = base[0], [base[1], *subscripts]
    symbol = _letter(base)
    for accent in [word for word in tail if word in ACCENTS]:
        symbol = rf"\{accent}{{{symbol}}}"
    superscripts = [SUPERSCRIPTS[word] for word in tail if word in SUPERSCRIPTS]
    subscripts += [_letter(word) for word in tail if word not in ACCENTS and word not in SUPERSCRIPTS]
    return f"{symbol}{script('_', ','.join(subscripts))}{script('^', ''.join(superscripts))}"


def script(mark: str, content: str) -> str:
    """A subscript or superscript, with braces only where they are needed; nothing where there is no content."""
    if not content:
        return ""
    return f"{mark}{content}" if len(content) == 1 else f"{mark}{{{content}}}"


def with_index(symbol: str, index: str) -> str:
    """A typeset symbol with an index, after a subscript that it has already: ``h_0`` and ``i`` give ``h_{0,i}``."""
    match = re.fullmatch(r"(.*?)_(?:(\w)|\{([^{}]*)\})", symbol)
    if match and "^" not in symbol:
        return f"{match[1]}{script('_', f'{match[2] or match[3]},{index}')}"
    return f"{{{symbol}}}{script('_', index)}" if "^" in symbol or "_" in symbol else f"{symbol}{script('_', index)}"


def _letter(word: str) -> str:
    if word in tex_greek_dictionary:
        return tex_greek_dictionary[word]
    if word.lower() in greek_letters_set:
        return rf"\{word}"
    for accent in ACCENTS:
        stem = word.removesuffix(accent)
        if stem != word and (len(stem) == 1 or stem in greek_letters_set):
            return rf"\{accent}{{{_letter(stem)}}}"
    return word if len(word) == 1 or word.isdigit() else rf"\mathrm{{{word}}}"
