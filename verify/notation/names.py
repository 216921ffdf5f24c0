"""The table of allowed names, and the spellings under which each is recognised.

A declared `u3` is also written `u_3`, `u_{3}`, `u₃`; a declared `lambda` also `\\lambda`, `λ`, `lamda`; a declared
`yhat` also `\\hat{y}`, `y_hat`.  A spelling is folded only where exactly one declared name remains, so no distinction
that the declarations make is ever lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from verify.equality.functions import FUNCTIONS
from verify.notation.characters import GREEK_LETTERS, SUBSCRIPTS

Entry = tuple[str, str]
"""(kind, canonical name); kinds: variable, constant, function, matrix, vector, indexed, definition, infinity."""

FUNCTION_SPELLINGS: dict[str, str] = {name: name for name in FUNCTIONS} | {
    "ln": "log", "Log": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh",
    "arccosh": "acosh", "arctanh": "atanh", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "Abs": "abs",
    "sgn": "sign", "signum": "sign", "Max": "max", "Min": "min", "ReLU": "relu", "Relu": "relu", "logistic": "sigmoid",
    "expit": "sigmoid", "ceil": "ceiling", "cosec": "csc", "cotan": "cot", "ctg": "cot", "tg": "tan", "lg": "log10",
    "Gamma": "gamma", "comb": "binomial", "fact": "factorial",
}  # fmt: skip
INVERSES_BY_RECIPROCAL = {"asec": "acos", "acsc": "asin", "asech": "acosh", "acsch": "asinh", "acoth": "atanh"}
"""Inverse functions that are another inverse of 1/x, which is how terms hold them."""

for _name in list(INVERSES_BY_RECIPROCAL):
    FUNCTION_SPELLINGS |= {_name: _name, "arc" + _name[1:]: _name, "ar" + _name[1:]: _name}
FUNCTION_SPELLINGS |= {"acosec": "acsc", "arccosec": "acsc"}
for _name in list(FUNCTION_SPELLINGS):
    if len(_name) > 1 and _name not in ("gamma", "sign"):
        FUNCTION_SPELLINGS.setdefault(_name.upper(), FUNCTION_SPELLINGS[_name])
        FUNCTION_SPELLINGS.setdefault(_name.capitalize(), FUNCTION_SPELLINGS[_name])
"""Spelling of a function -> its canonical name.  `log` is the natural logarithm, `lg` the decimal one."""

MATRIX_FUNCTION_SPELLINGS = {
    "tr": "trace", "Tr": "trace", "trace": "trace", "Trace": "trace", "diag": "diag", "inv": "inverse",
    "inverse": "inverse", "transpose": "transpose", "norm": "norm", "dot": "dot", "outer": "outer",
}  # fmt: skip
"""Functions of matrices, known where matrices are declared."""

FUNCTIONS_ONLY_BEFORE_BRACKETS = frozenset(
    [
        "gamma",
        "sigma",
        "sign",
        "fact",
        "comb",
        "tg",
        "lg",
        "ctg",
        *(name for name in FUNCTION_SPELLINGS if name[0].isupper()),
    ]
)
"""Spellings that are more often variables or products of letters, or that nobody writes without brackets."""

INFINITIES = frozenset(["oo", "inf", "infty", "infinity", "Infinity"])
GREEK_NAMES = frozenset(GREEK_LETTERS.values()) | {"varepsilon", "varphi", "omicron"}
ACCENTS = ("hat", "bar", "tilde", "dot", "ddot", "check", "breve", "overline", "widehat", "widetilde", "vec")
_ACCENT_MEANING = {"overline": "bar", "widehat": "hat", "widetilde": "tilde"}

_REFUSED_WORDS = frozenset(  # words that are never a variable, because they mean something else to who types them
    [
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "exec",
        "eval",
        "False",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "None",
        "nonlocal",
        "not",
        "or",
        "pass",
        "print",
        "raise",
        "return",
        "True",
        "try",
        "while",
        "with",
        "yield",
        "nan",
        "NaN",
        "null",
        "true",
        "false",
        "undefined",
        "zoo",
        "open",
        "globals",
        "locals",
        "vars",
        "getattr",
        "setattr",
        "dir",
        "type",
        "object",
        "compile",
        "input",
        "help",
        "quit",
        "exit",
    ]
)
_LONGEST_RUN = 60
_NOT_PRODUCTS = frozenset(["acot", "arccot", "isqrt", "arctg", "amax", "amin", "expm1"])
_FUNCTION_LETTERS = frozenset(["f", "g", "F", "G", "phi", "varphi", "psi"])
_STRIPPED = str.maketrans(dict.fromkeys("_{}, \\()") | SUBSCRIPTS | GREEK_LETTERS)
_LETTERS_TO_NAMES = str.maketrans(SUBSCRIPTS | GREEK_LETTERS)


def spelling_key(text: str) -> str:
    """What all spellings of one name have in common: `u_{3}` and `u₃` both give `u3`."""
    key = text.translate(_STRIPPED) if not text.isalnum() or not text.isascii() else text
    return key.replace("lamda", "lambda") if "lamda" in key else key


def free_name(text: str) -> str:
    """The name of a variable that nobody declared: `u_{3}` is `u3`, `x_{i,j}` is `x_i_j`, `y_1'` is `y1'`.

    Digits join the letter; other subscripts keep their underscore, so that `x_a` and a product `xa` stay apart.
    """
    if text.isalnum() and text.isascii():
        return text
    plain = text.translate(_LETTERS_TO_NAMES)
    letters = plain.replace("'", "")
    primes = "'" * (len(plain) - len(letters))
    base, _, subscript = letters.partition("_")
    parts = "".join(part for part in subscript if part not in " {}\\").replace(",", "_").split("_")
    parts = [part for part in parts if part]
    joined = base + parts[0] if len(parts) == 1 and parts[0].isdigit() else "_".join([base, *parts])
    return joined + primes


@dataclass(frozen=True, eq=False)
class Names:
    """Which names a text may use, and how its ambiguous forms are read.

    - `variables`: names of scalars.
    - `functions`: further spelling -> canonical function, beside the ones everybody knows.
    - `constants`: of `pi` and `e`, those that are allowed unless a variable has that name.
    - `matrices`: name -> (rows, columns, properties...); `vectors`: name -> length.  Sizes are numbers or names of
      sizes; properties are those of `verify.equality.matrices`, such as ``symmetric``.
    - `indexed`: names that take a symbolic index, as in `u_i` below a sum.
    - `aliases`: further spelling -> declared name.
    - `definitions`: name -> its value as text in these names (a definition may use those before it).
    - `derivatives`: ("y", "q") -> the variable that `dy/dq` and `\\partial y/\\partial q` stand for.
    - `undeclared`: whether other letters and identifiers are variables too.
    - `division`: how `1/2x` is read: ``ask`` (unreadable, both readings shown), ``tight`` 1/(2x) or ``left`` (1/2)x.
    - `commas`: how `1,234` is read: ``ask``, ``thousands`` or ``list``.
    - `mixed_numbers`: whether `2 1/2` and `2\\frac12` standing alone are 5/2 (else unreadable).
    - `degrees`: whether `90°` is an angle (pi/2).
    """

    variables: Iterable[str] = ()
    functions: Mapping[str, str] = field(default_factory=dict)
    constants: Iterable[str] = ("pi", "e")
    matrices: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    vectors: Mapping[str, int | str] = field(default_factory=dict)
    indexed: Iterable[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    derivatives: Mapping[tuple[str, str], str] = field(default_factory=dict)
    undeclared: bool = False
    division: Literal["ask", "tight", "left"] = "ask"
    commas: Literal["ask", "thousands", "list"] = "ask"
    mixed_numbers: bool = True
    degrees: bool = False

    @classmethod
    def anything(cls, variables: Iterable[str] = (), **options: object) -> "Names":
        """Every letter and identifier is a variable: for comparing two texts without a problem around them."""
        return cls(variables=tuple(variables), undeclared=True, degrees=True, **options)  # type: ignore[arg-type]

    # ------------------------------------------------------------------ looking up

    @cached_property
    def declared(self) -> dict[str, Entry]:
        """Exact declared spelling -> entry."""
        entries: dict[str, Entry] = {}
        for kind, names in (
            ("constant", self.constants),
            ("variable", self.variables),
            ("variable", self.derivatives.values()),
            ("indexed", self.indexed),
            ("definition", self.definitions),
            ("vector", self.vectors),
            ("matrix", self.matrices),
        ):
            entries.update((name, (kind, name)) for name in names)
        for spelling, name in self.aliases.items():
            entries[spelling] = entries[name]
        return entries

    def takes_index(self, entry: Entry | None) -> bool:
        """Whether a name may carry a symbolic index; a vector may, where it is declared for both."""
        return entry is not None and (entry[0] == "indexed" or entry[1] in self.indexed)

    @cached_property
    def has_matrices(self) -> bool:
        """Whether a matrix or vector is declared."""
        return bool(self.matrices or self.vectors)

    @cached_property
    def _by_key(self) -> dict[str, Entry | None]:
        """Common part of all spellings -> entry, or None where two declared names share it."""
        found: dict[str, Entry | None] = {}
        for name, entry in self.declared.items():
            key = spelling_key(name)
            found[key] = None if found.get(key, entry) != entry else entry
        for key in list(found):
            for other in (_greek_variant(key), _accent_variant(key)):
                if other and other not in found:
                    found[other] = found[key]
        return found

    @cached_property
    def _known(self) -> dict[str, Entry | None]:
        """Spellings met so far; cleared when it grows, because responses are not trusted."""
        return {}

    def lookup(self, text: str) -> Entry | None:
        """The declared name that a spelling stands for."""
        known = self._known
        if text in known:
            return known[text]
        entry = self.declared.get(text) or self._by_key.get(spelling_key(text))
        if len(known) > 1000:
            known.clear()
        known[text] = entry
        return entry

    @cached_property
    def function_spellings(self) -> Mapping[str, str]:
        """Spelling -> canonical function."""
        if not self.functions and not self.has_matrices:
            return FUNCTION_SPELLINGS
        return {**FUNCTION_SPELLINGS, **(MATRIX_FUNCTION_SPELLINGS if self.has_matrices else {}), **self.functions}

    def function(self, text: str) -> str | None:
        """The canonical function of a spelling that no declared name takes."""
        return self.function_spellings.get(text)

    def free(self, text: str) -> Entry | None:
        """A name nobody declared, where that is allowed."""
        if not self.undeclared or text in _REFUSED_WORDS or len(text) > 40:
            return None
        return ("variable", free_name(text))

    # ------------------------------------------------------------------ products without a sign

    def splits(self, text: str, *, function_last: bool = False) -> list[list[str]]:
        """At most two ways to cut a run of letters into declared names: `wu2` is `w`, `u2`.

        The last piece may be a function where brackets follow: `xcos(` is `x`, `cos`.
        """
        if text in _NOT_PRODUCTS or len(text) > _LONGEST_RUN:
            return []
        if self.undeclared and function_last and text[0] not in "ai" and self.function(text[1:]):
            return [[text[0], text[1:]]]
        ways: list[list[list[str]]] = [[] for _ in range(len(text) + 1)]
        ways[len(text)] = [[]]
        for start in range(len(text) - 1, -1, -1):
            if not text[start].isalpha() or text[start] in SUBSCRIPTS or (start and text[start - 1] == "_"):
                continue
            for end in range(start + 1, min(len(text), start + 24) + 1):
                if ways[end] and self._is_piece(text[start:end], function_last and end == len(text)):
                    ways[start] += [[text[start:end], *rest] for rest in ways[end]]
                    del ways[start][2:]
        return [way for way in ways[0] if len(way) > 1]

    def _is_piece(self, piece: str, may_be_function: bool) -> bool:
        if piece in self.declared or self._by_key.get(spelling_key(piece)):
            return True
        return may_be_function and self.function(piece) is not None

    # ------------------------------------------------------------------ messages

    def nearest(self, text: str) -> str:
        """A hint: the declared names most like an unknown one, else what may be used."""
        from difflib import get_close_matches

        known = sorted(set(self.declared) | set(self.function_spellings))
        close = get_close_matches(text, sorted(self.declared), n=2, cutoff=0.4) or get_close_matches(
            text, known, n=2, cutoff=0.6
        )
        if close:
            return f"did you mean {' or '.join(close)}?"
        variables = sorted(set(self.declared) - {"pi", "e"})
        return f"known are {', '.join(variables[:12])}" if variables else "it is not a known function"


def is_function_letter(name: str) -> bool:
    """Whether `name(x)` more likely applies a function than multiplies."""
    return name in _FUNCTION_LETTERS


def _greek_variant(key: str) -> str | None:
    """`phi` is also written `\\varphi`, and the other way round, where only one of them is declared."""
    if key.startswith("var"):
        return key[3:] if key in GREEK_NAMES or key.rstrip("0123456789") in GREEK_NAMES else None
    return "var" + key if key.startswith(("epsilon", "phi", "theta", "rho", "sigma", "kappa", "pi")) else None


def _accent_variant(key: str) -> str | None:
    """`yhat` is also written `hat y`, as `\\hat{y}` arrives here."""
    for accent in ACCENTS:
        if key.endswith(accent) and len(key) > len(accent):
            return accent + key[: -len(accent)]
        if key.startswith(accent) and len(key) > len(accent):
            return key[len(accent) :] + accent
    return None


def accented(accent: str, name: str) -> str:
    """The spelling of an accented letter, such as `yhat` for `\\hat{y}`, and `yhat_1` for `\\hat{y}_1`."""
    base, underscore, subscript = name.partition("_")
    return base + _ACCENT_MEANING.get(accent, accent) + underscore + subscript
