"""What people put around an expression: dollar signs, display delimiters, a full stop."""

from verify.errors import ReadingError

_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))


def unwrap(text: str) -> tuple[str, int]:
    """The text inside dollar signs and display delimiters, and how many characters were cut off in front."""
    cut = 0
    for _ in range(4):
        inner = text.strip()
        cut += len(text) - len(text.lstrip()) if inner else 0
        text = inner
        for opening, closing in _DELIMITERS:
            if text.startswith(opening) and text.endswith(closing) and len(text) >= len(opening) + len(closing):
                text = text[len(opening) : len(text) - len(closing)]
                cut += len(opening)
                break
        else:
            return text, cut
    raise ReadingError("too many delimiters around the expression", 0, text)


def without_punctuation(text: str) -> str:
    """The text without a full stop, comma or semicolon at its end."""
    shortened = text.rstrip()
    return shortened[:-1].rstrip() if shortened[-1:] in (".", ",", ";") else shortened
