r"""Beam search by hand.

A language model writes three words, one after the other, from a vocabulary of $M$ words. The logarithm of the
probability of a word depends on the words before it: $a$ holds the $M$ numbers for the first word, row $i$ of $B$ those
for the second word after word $i$, and row $M i + j$ of $C$ those for the third word after the words $i, j$. The
*total* of a sequence is the sum of its numbers, the logarithm of its probability.

Beam search with a beam of $k$ goes from left to right. At every step it extends each prefix that it holds by every
word, and holds on to the $k$ extensions with the largest totals. Words are counted from 0: `neural` is word 0 and
`network` is word 1.
"""

import heapq
from itertools import product
from math import exp, prod

import numpy as np
import torch

from verify import Problem
from verify.answers import Choice, Growth, Number, ScoredSequences
from verify.domains import Domain

problem = Problem(__doc__, source="EECS 182 homework 6, problem 2", tags=("language models", "search"))

# Given ------------------------------------------------------------------------------------

WORDS = ("neural", "network", "deep", "learning")


def without_ties(array):
    """The array with entries moved by less than 0.01: which of two equal totals is held would be anyone's choice."""
    return array - np.random.default_rng(array.size).uniform(0, 0.01, array.shape)


logarithm = Domain(r"\mathbb{R}_{<0}^{SIZE}", low=-4, high=-0.125, project=without_ties, assumptions=("negative",))

M = problem.size("M", up_to=3)
k = problem.size("k", at_most=M)
a = problem.vector("a", M, within=logarithm)
B = problem.matrix("B", M, M, within=logarithm)
C = problem.matrix("C", M**2, M, within=logarithm)

homework = problem.instance(
    "homework",
    "The last row of $C$ is ours: the sheet's numbers are lost, and no answer depends on them.",
    k=2,
    a=["-0.65", "-0.73"],
    B=[["-0.80", "-0.60"], ["-0.60", "-0.80"]],
    C=[["-0.01", "-4.6"], ["-0.80", "-0.60"], ["-0.80", "-0.60"], ["-0.69", "-0.70"]],
)
trap = problem.instance(
    "trap",
    "Another tree; what is missing to probability 1 belongs to words that are not drawn.",
    a=[-1, -2],
    B=[[-4, -5], [-1, -2]],
    C=[[-1, -2], [-1, -2], [-4, -5], [-5, -6]],
)

# Solution ---------------------------------------------------------------------------------


def numbers(tables, words):
    """The numbers along a sequence of words; the digits of a row's number are the words before."""
    rows = [0]
    for word in words:
        rows.append(rows[-1] * len(tables[1]) + word)
    return [table[row, word] for table, row, word in zip(tables, rows, words, strict=False)]


def beams(tables, k, score=sum):
    """The prefixes that the beam holds after each step, best first."""
    held, steps = [()], []
    for table in tables:
        longer = [(*prefix, word) for prefix in held for word in range(table.shape[1])]
        held = sorted(longer, key=lambda words: -score(numbers(tables, words)))[:k]
        steps.append(held)
    return steps


def best_first(tables, length):
    """All sequences of a length."""
    return sorted(product(range(len(tables[1])), repeat=length), key=lambda words: -sum(numbers(tables, words)))


def response(choose, score=sum):
    """The function of the givens that responds with the sequences `choose(tables, k)` and their scores."""

    def respond(a, B, C, k):
        tables = (a[None], B, C)
        return {in_words(words): round(score(numbers(tables, words)), 6) for words in choose(tables, k)}

    return respond


def in_words(line):
    return tuple(WORDS[word] for word in line)


def held_after(step):
    return lambda tables, k: beams(tables, k)[step]


def question(name, step, prompt):
    """The part about what the beam holds after a step, with the mistakes that can be made at any step."""
    right = response(held_after(step))
    part = problem.part(name, prompt, answer=lambda a, B, C, k: ScoredSequences(right(a, B, C, k)), asks=homework)
    part.mistake(
        "only one sequence",
        response(lambda tables, _: beams(tables, 1)[step]),
        "This is greedy search, a beam of one. Here the beam is wider.",
    )
    part.mistake(
        "probabilities instead of logarithms",
        response(held_after(step), lambda found: exp(sum(found))),
        "The total is a sum of logarithms, so it is negative. There is no need to turn it back into a probability.",
    )
    return part


part_a = question("a", 0, "Which prefixes does the beam hold after the first step, and what are their totals?")
part_b = question("b", 1, "Which prefixes does the beam hold after the second step, and what are their totals?")
part_c = question("c", 2, "Which sequences does the beam hold at the end, and what are their totals?")


def later_mistakes(part, step):
    """The mistakes that need a step before this one."""
    part.mistake(
        "the last number alone",
        response(held_after(step), lambda found: found[-1]),
        "A sequence is as probable as all its words together; the last number is only about the last word.",
    )
    part.mistake(
        "logarithms multiplied",
        response(held_after(step), prod),
        "Probabilities are multiplied. What does that mean for their logarithms?",
    )
    part.mistake(
        "divided by the length",
        response(held_after(step), np.mean),
        "All sequences here are equally long, so an average over the words changes no choice, but it is no total.",
    )
    part.mistake(
        "the most negative totals",
        response(lambda tables, k: beams(tables, k, lambda found: -sum(found))[step]),
        "The more negative a logarithm is, the less probable the sequence.",
    )


later_mistakes(part_b, 1)
later_mistakes(part_c, 2)
part_b.mistake(
    "the best extensions of every prefix",
    response(lambda tables, _: best_first(tables, 2)),
    "The extensions of all prefixes compete for the same few places.",
)
part_c.mistake(
    "nothing pruned before the end",
    response(lambda tables, k: best_first(tables, 3)[:k]),
    "The prefix of one of these was not among the best after the second step, so it cannot be reached any more.",
)

part_d = problem.part(
    "d",
    "Has beam search found the most probable sequence of three words? Choose the answer with the right reason.",
    answer=Choice(
        {
            "a": "Yes: the best prefixes survive every step, so the best sequence does.",
            "b": "Yes: the beam is as large as the vocabulary, so nothing is ever pruned.",
            "c": "No: a prefix of the most probable sequence was pruned on the way.",
            "d": "No: the sequence that it found has a larger total than the most probable one.",
        },
        correct="c",
    ),
    asks=homework,
)
part_d.mistake(
    "best prefixes taken for best sequences",
    "a",
    "A prefix that is behind can still win by its last word. Add up all the sequences and compare.",
)
part_d.mistake(
    "nothing pruned",
    "b",
    "From the second step on there are more extensions than words in the vocabulary. How many of them are held?",
)
part_d.mistake("sign confused", "d", "No total is larger than that of the most probable sequence. Mind the signs.")

best_sequence = response(lambda tables, _: best_first(tables, 3)[:1])
part_best = problem.part(
    "d.best",
    "What is the most probable sequence, and what is its total?",
    answer=lambda a, B, C: ScoredSequences(best_sequence(a, B, C, None)),
    asks=homework,
    atom=False,
)
part_best.mistake(
    "what the beam found", response(lambda tables, k: beams(tables, k)[-1][:1]), "Look at the pruned prefixes as well."
)


def smallest_beam(a, B, C):
    tables = (a[None], B, C)
    return next(k for k in range(1, C.size + 1) if beams(tables, k)[-1][0] == best_first(tables, 3)[0])


part_smallest = problem.part(
    "d.smallest",
    "What is the smallest beam that finds the most probable sequence?",
    answer=lambda a, B, C: Number(smallest_beam(a, B, C)),
    asks=homework,
    atom=False,
)
part_smallest.mistake(
    "one more than needed", lambda a, B, C: smallest_beam(a, B, C) + 1, "This beam does find it. Does a smaller one?"
)
part_smallest.mistake("the beam of the homework", lambda k: k, "With this beam the best sequence is lost.")

greedy = response(held_after(2))
one_and_two = response(lambda tables, _: [beams(tables, 1)[-1][0], beams(tables, 2)[-1][0]])
part_larger = problem.part(
    "d.larger",
    "Search this tree twice, with a beam of one and with a beam of two. What is the best sequence that each finds, and "
    "what are their totals? The larger beam is not always better.",
    answer=lambda a, B, C: ScoredSequences(one_and_two(a, B, C, None)),
    asks=trap,
    atom=False,
)
part_larger.mistake(
    "the larger beam taken to find what the smaller one finds",
    lambda a, B, C: greedy(a, B, C, 1),
    "Which prefixes does the beam of two hold after the second step?",
)

part_e = problem.part(
    "e",
    "How does the time of beam search over $T$ steps grow, if every prefix of the beam sorts the logarithms of its $M$ "
    "extensions and the $k$ sorted lists are then merged? Looking up a logarithm takes constant time, and $k \\le M$.",
    answer=Growth("T*k*M*log(M)", under="k <= M", tighter_accepted=("T*k*M", "T*k*M + T*k^2*log(k)", "T*k*M*log(k)")),
)
part_e.mistake("all sequences", "M^T", "This is what trying all sequences would cost. A beam saves most of it.")
part_e.mistake("one prefix only", "T*M*log(M)", "This is the work for one prefix; the beam holds several.")
part_e.mistake("only what is held", "T*k*log(k)", "Before anything can be held, every extension has to be looked at.")
part_e.mistake("every pair of prefixes", "T*k^2*M", "A prefix is extended by words, not compared with each other one.")

# Checks -----------------------------------------------------------------------------------


def sorted_arrays(a, B, C, k, steps):
    """Words and totals that the beam holds, with all extensions in one array that NumPy sorts."""
    totals, rows = np.zeros(1), np.zeros(1, dtype=int)
    for table in (a[None], B, C)[:steps]:
        longer = totals[:, None] + table[rows]
        chosen = np.argsort(-longer, axis=None)[:k]
        totals, rows = longer.flat[chosen], rows[chosen // len(a)] * len(a) + chosen % len(a)
    return list(zip(*np.unravel_index(rows, [len(a)] * steps), strict=True)), totals


def top_k(a, B, C, k, steps):
    """The same by `torch.topk`."""
    words, totals = torch.empty(1, 0, dtype=torch.long), torch.zeros(1)
    for step, table in enumerate((a[None], B, C)[:steps]):
        rows = words @ len(a) ** torch.arange(step - 1, -1, -1)
        longer = (totals[:, None] + table[rows]).flatten()
        totals, chosen = longer.topk(min(k, len(longer)))
        words = torch.cat([words[chosen // len(a)], chosen[:, None] % len(a)], 1)
    return words.tolist(), totals


def scored(lines, totals):
    return {in_words(line): float(total) for line, total in zip(lines, totals, strict=True)}


def register(part, steps):
    @part.numpy
    def one_sort(a, B, C, k):
        """All extensions in one array, sorted by NumPy"""
        return scored(*sorted_arrays(a, B, C, k, steps))

    @part.torch
    def torch_topk(a, B, C, k):
        """`torch.topk` on the totals of all extensions"""
        return scored(*top_k(a, B, C, k, steps))


for steps, part in enumerate((part_a, part_b, part_c), 1):
    register(part, steps)


def totals_of_all(a, B, C):
    """The total of every sequence, as an array with one axis for each step."""
    return a[:, None, None] + B[:, :, None] + C.reshape(len(a), len(a), len(a))


@part_d.numpy
def exhaustive_search(a, B, C, k):
    """The best of all sequences beside the prefixes that one array sort holds"""
    totals = totals_of_all(a, B, C)
    best = np.unravel_index(totals.argmax(), totals.shape)
    return "a" if all(best[:steps] in sorted_arrays(a, B, C, k, steps)[0] for steps in (1, 2, 3)) else "c"


@part_best.numpy
def broadcast_sums(a, B, C):
    """All totals at once, by broadcasting"""
    totals = totals_of_all(a, B, C)
    return scored([np.unravel_index(totals.argmax(), totals.shape)], [totals.max()])


@part_smallest.torch
def larger_and_larger_beams(a, B, C):
    """`torch.topk` with larger and larger beams, until its total is that of the best sequence"""
    best = totals_of_all(a, B, C).max()
    return next(k for k in range(1, C.numel() + 1) if top_k(a, B, C, k, 3)[1][0] > best - 1e-9)


@part_larger.numpy
def two_searches(a, B, C):
    """All extensions in one array, sorted by NumPy, with either beam"""
    found = [sorted_arrays(a, B, C, k, 3) for k in (1, 2)]
    return scored([lines[0] for lines, _ in found], [totals[0] for _, totals in found])


class Counted:
    """A number that counts how often it is compared."""

    comparisons = 0

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        Counted.comparisons += 1
        return self.value < other.value


def comparisons(T, k, M, rng):
    """How many comparisons the search makes: every prefix sorts its extensions, a heap merges the lists."""
    Counted.comparisons = 0
    for _ in range(T):
        merged = heapq.merge(*(sorted(map(Counted, rng.random(M))) for _ in range(k)))
        for _ in range(k):
            next(merged)
    return Counted.comparisons


@part_e.numpy
def counted_comparisons(rng):
    """Comparisons counted in runs of the search, and the growth to which they are most nearly proportional"""
    T, k, M = np.array(list(product((1, 3), (2, 16), (16, 512)))).T
    counts = [comparisons(*setting, rng) for setting in zip(T, k, M, strict=True)]
    growths = {
        "T*k*M*log(M)": T * k * M * np.log(M),
        "T*k*M^2": T * k * M**2,
        "T*M*log(M)": T * M * np.log(M),
        "T*k*log(k)": T * k * np.log(k),
        "k*M*log(M)": k * M * np.log(M),
        "T*k*M": T * k * M,
    }
    return min(growths, key=lambda text: np.ptp(np.log(counts / growths[text])))


def found(a, B, C, k, score=sum):
    """The total of the best sequence that the beam holds at the end."""
    tables = (a[None], B, C)
    return sum(numbers(tables, beams(tables, k, score)[-1][0]))


@problem.claim
def a_beam_of_one_is_greedy(a, B, C):
    i = a.argmax()
    j = B[i].argmax()
    return a[i] + B[i, j] + C[i * len(a) + j].max(), "=", found(a, B, C, 1)


@problem.claim
def a_beam_that_holds_every_prefix_finds_the_best_sequence(a, B, C):
    return totals_of_all(a, B, C).max(), "=", found(a, B, C, B.size)


@problem.claim
def no_beam_finds_more_than_the_best_sequence(a, B, C, k):
    return found(a, B, C, k), "<=", totals_of_all(a, B, C).max()


@problem.claim
def numbers_after_a_pruned_prefix_do_not_matter(a, B, C, k):
    """Even certainty there would not be noticed: the search never reads it."""
    held = [i * len(a) + j for i, j in beams((a[None], B, C), k)[1]]
    certain = np.zeros_like(C)
    certain[held] = C[held]
    return found(a, B, C, k), "=", found(a, B, certain, k)


@problem.claim
def dividing_totals_by_the_length_changes_nothing(a, B, C, k):
    """All prefixes that compete are equally long; it matters only where some sequences end earlier."""
    return found(a, B, C, k), "=", found(a, B, C, k, np.mean)


def tree_of(instance):
    """The arrays of an instance by name."""
    values = {str(symbol): value for symbol, value in instance.floats().items()}
    return {"a": values["a"][:, 0], "B": values["B"], "C": values["C"]}


@problem.claim(false=True)
def a_larger_beam_is_never_worse():
    """In the tree of part (d.larger), the beam of two holds a prefix that pushes out what greedy search finds."""
    return found(**tree_of(trap), k=1), "<=", found(**tree_of(trap), k=2)


@problem.claim(false=True)
def a_beam_as_large_as_the_vocabulary_finds_the_best_sequence():
    """In the tree of the homework it does not: it prunes nothing at the first step only."""
    return totals_of_all(**tree_of(homework)).max(), "=", found(**tree_of(homework), k=2)


@problem.variant
def two_words_and_a_lost_best_sequence(rng):
    """Probabilities of two words add up to 1 before rounding; totals are distinct; the best sequence is pruned."""
    while True:
        chance = rng.integers(5, 96, 7) / 100
        pairs = np.round(np.log(np.stack([chance, 1 - chance], 1)), 2)
        tables = (pairs[:1], pairs[1:3], pairs[3:])
        gaps = [np.diff([-sum(numbers(tables, words)) for words in best_first(tables, n)]).min() for n in (1, 2, 3)]
        if min(gaps) > 0.015 and best_first(tables, 3)[0] not in beams(tables, 2)[-1]:
            break
    rows = [[f"{value:.2f}" for value in row] for row in pairs]
    return {"a": rows[0], "B": rows[1:3], "C": rows[3:], "k": 2}


@problem.figure(
    "The tree of the homework with the total of every prefix. The beam of two holds what hangs from thick lines; the "
    "best sequence hangs from a prefix that was pruned one step earlier.",
    "A binary tree of three levels. At the first level both prefixes are held. At the second, neural network at -1.25 "
    "and network neural at -1.33 are held, neural neural at -1.45 and network network at -1.53 are not. At the third, "
    "neural network network at -1.85 and network neural network at -1.93 are held; neural neural neural at -1.46 not.",
    part="d",
)
def tree(axes):
    values = tree_of(homework)
    tables = (values["a"][None], values["B"], values["C"])
    held = {words for step in beams(tables, 2) for words in step} | {()}
    for words in [words for length in (1, 2, 3) for words in product((0, 1), repeat=length)]:
        ends = [sum((1 - 2 * word) * 2.0 ** (2 - at) for at, word in enumerate(line)) for line in (words[:-1], words)]
        kept = {words, words[:-1]} <= held
        axes.plot([len(words) - 1, len(words)], ends, color="C0", alpha=1 if kept else 0.3, lw=3 if kept else 1)
        label = f"{WORDS[words[-1]]} {sum(numbers(tables, words)):.2f}"
        axes.annotate(label, (len(words), ends[1]), (4, 4), textcoords="offset points", va="bottom", fontsize=8)
    axes.set(xlim=(-0.1, 3.8))
    axes.axis("off")
