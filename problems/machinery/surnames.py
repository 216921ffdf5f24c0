"""Surnames: real ones by language, as rows of numbers that a network reads.

The names are those of the locales of Faker (MIT licence).  The files of the PyTorch tutorial (one ``Language.txt`` for
each of 18 languages, one name to a line) can be read instead, where somebody has them.
"""

import string
import unicodedata
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

ALPHABET = string.ascii_letters + " .,;'"
PAD = len(ALPHABET)  # the next free index, which is no letter
LENGTH = 19  # of the longest name in the files of the tutorial
SEED_OF_SPLIT = 227

# Languages whose names are written in Latin letters and come in hundreds; Faker repeats the Spanish ones elsewhere.
LOCALES = (
    ("Croatian", "hr_HR"),
    ("Dutch", "nl_NL"),
    ("English", "en_GB"),
    ("Finnish", "fi_FI"),
    ("Irish", "ga_IE"),
    ("Italian", "it_IT"),
    ("Polish", "pl_PL"),
    ("Spanish", "es_ES"),
)

# Letters that are not a plain letter with a mark, so that no decomposition splits them.
UNSPLIT = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe"}
)


def fold(name):
    """The name in the 57 symbols of the alphabet: marks are taken off, what is left over is dropped."""
    plain = unicodedata.normalize("NFD", name.translate(UNSPLIT))
    return "".join(letter for letter in plain if letter in ALPHABET)


def encoded(names):
    """Each name as a row of 19 indices with pads behind its letters, and the place of its last letter."""
    rows = np.full((len(names), LENGTH), PAD)
    for row, name in zip(rows, names, strict=True):
        row[: len(name)] = [ALPHABET.index(letter) for letter in name]
    return rows, np.array([len(name) - 1 for name in names])


def surnames_of_locales(locales=LOCALES):
    """The surnames that Faker has for each language, folded, without repetition, in alphabetical order."""
    return {language: _usable(_surnames_of(locale)) for language, locale in locales}


def surnames_of_folder(folder):
    """The surnames in files ``Language.txt`` of a folder, folded; repetitions are kept, as in the tutorial."""
    files = sorted(Path(folder).glob("*.txt"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no files such as Polish.txt with one name to a line")
    return {file.stem: _folded(file.read_text(encoding="utf-8").splitlines()) for file in files}


def _surnames_of(locale):
    """The entries of every list of surnames of a locale: plain ones, and those for women and for men."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    lists = [name for name in dir(provider) if "last_name" in name and not callable(getattr(provider, name))]
    return [name for each in lists for name in getattr(provider, each) if isinstance(name, str)]


def _folded(names):
    return [folded for folded in map(fold, names) if 0 < len(folded) <= LENGTH]


def _usable(names):
    return sorted({name for name in _folded(names) if len(name) > 1})


@dataclass(frozen=True)
class Names:
    """Names with the number of their language."""

    names: list
    languages: np.ndarray

    def part(self, start, stop):
        return Names(self.names[start:stop], self.languages[start:stop])

    @property
    def rows(self):
        """What the network reads."""
        return encoded(self.names)


def split(surnames, seed=SEED_OF_SPLIT, at_most=None):
    """Four fifths to train on and the rest to evaluate on, shuffled; at most so many names of each language.

    The number of a language is its place among all languages, whatever is drawn.
    """
    rng = np.random.default_rng(seed)
    pairs = []
    for number, names in enumerate(surnames.values()):
        chosen = rng.permutation(len(names))[:at_most]
        pairs += [(names[place], number) for place in chosen]
    shuffled = [pairs[place] for place in rng.permutation(len(pairs))]
    everything = Names([name for name, _ in shuffled], np.array([number for _, number in shuffled]))
    border = int(0.8 * len(shuffled))
    return everything.part(0, border), everything.part(border, len(shuffled))


def best_possible(surnames):
    """The largest accuracy that any function of the spelling can have on these lists, where languages share names."""
    counts = {}
    for language, names in surnames.items():
        for name in names:
            of_name = counts.setdefault(name, {})
            of_name[language] = of_name.get(language, 0) + 1
    right = sum(max(of_name.values()) for of_name in counts.values())
    return right / sum(map(len, surnames.values()))
