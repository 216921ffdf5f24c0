r"""Recover a filter from what it does to a signal.

A filter of length $n$ slides along a signal $x$ of length $2 n - 1$, one entry at a time, without padding and without
being turned around. It fits in $n$ places and gives an output $y$ of length $n$: the filter $g$ gives

$$y_i = \sum_{j=0}^{n-1} x_{i+j} \, g_j, \qquad i = 0, \dots, n - 1.$$

Deep learning calls this a convolution, signal processing a cross-correlation. The signal and the output are known; the
filter is not. The matrix $H$ with $H_{ij} = x_{i+j}$ holds what the filter meets in its places, one row for each.
"""

from fractions import Fraction

import numpy as np
import scipy
import torch
from sympy import Determinant, Eq, FunctionMatrix, Inverse, Lambda, Ne, Piecewise, Sum, symbols

from verify import Problem

problem = Problem(__doc__, source="EECS 182 homework 6, problem 6b", tags=("convolution", "linear systems"))

# Given ------------------------------------------------------------------------------------

n = problem.size("n")
x = problem.vector("x", 2 * n - 1)  # the signal
y = problem.vector("y", n)  # the output
g = problem.vector("g", n)  # any filter

i, j, k = symbols("i j k", integer=True)
entries = (j, 0, n - 1)

H = problem.let("H", FunctionMatrix(n, n, Lambda((i, j), x[i + j, 0])))
problem.assume(Ne(Determinant(H), 0), "exactly one filter explains the output")

homework = problem.instance(
    "homework", "A hint: the first entry of the filter is 2.", x=[1, 4, 0, -2, 3], y=[-2, 2, 11]
)


def column(entry):
    """The vector of length n whose entry i is given."""
    return FunctionMatrix(n, 1, Lambda((i, k), entry))


# Solution ---------------------------------------------------------------------------------

part_system = problem.part(
    "system",
    "Write the output of any filter $g$ as a matrix times $g$.",
    column(Sum(x[i + j, 0] * g[j, 0], entries)),
    ("=", H * g, r"row $i$ of $H$ holds $x_i, \dots, x_{i+n-1}$, which $g$ meets in place $i$"),
    in_terms_of=(H, g),
    atom=False,
)
part_system.mistake(
    "filter turned around",
    column(Sum(x[i + j, 0] * g[n - 1 - j, 0], entries)),
    "In every place the first entry of the filter meets the first entry of its window.",
)

with_output = Lambda((j, k), Piecewise((y[j, 0], Eq(k, i)), (x[j + k, 0], True)))
D = problem.let("D", Determinant(H))
c = problem.let("c", column(Determinant(FunctionMatrix(n, n, with_output))))

part_a = problem.part(
    "a",
    "Find the filter $f$ that turns the signal $x$ into the output $y$.",
    Inverse(H) * y,
    ("=", c / D, r"Cramer's rule: $c_i$ is the determinant of $H$ with $y$ in place of column $i$"),
    asks=homework,
    in_terms_of=(x, y),
)
part_a.key(homework, [2, -1, 3])
f = problem.let("f", Inverse(H) * y)
part_a.mistake(
    "filter turned around",
    column(f[n - 1 - i, 0]),
    "This is what a true convolution needs, which turns the filter around before it slides. Here nothing is turned.",
)
part_a.mistake(
    "sign slip when a term is moved across",
    column(Piecewise((2 * y[0, 0] / x[0, 0] - f[0, 0], Eq(i, 0)), (f[i, 0], True))),
    "The other entries fit, but the first equation does not hold: a term changes its sign when it changes sides.",
)
part_a.mistake(
    "only the first entry found",
    column(Piecewise((f[0, 0], Eq(i, 0)), (0, True))),
    "The first entry alone does not settle the others. Write down one equation for each place of the filter.",
)

part_check = problem.part(
    "check",
    "Slide the filter $f$ of part (a) along the signal. What comes out?",
    column(Sum(x[i + j, 0] * f[j, 0], entries)),
    ("=", H * f, "part (system)"),
    ("=", y, "$f = H^{-1} y$"),
    atom=False,
)
part_check.key(homework, [-2, 2, 11])

part_turned = problem.part(
    "turned",
    "Turn the filter $f$ of part (a) around, then slide it along the signal. What comes out?",
    column(Sum(x[i + j, 0] * f[n - 1 - j, 0], entries)),
    ("=", column(Sum(x[i + n - 1 - j, 0] * f[j, 0], entries)), r"sum in the opposite order, $j \to n - 1 - j$"),
    asks=homework,
    atom=False,
)
part_turned.key(homework, [-1, 8, 8])
part_turned.mistake("taken for the same filter", y, "The filter is no palindrome, so the direction matters.")

# Checks -----------------------------------------------------------------------------------

for length in (2, 3):
    problem.property(
        f"a_filter_of_length_{length}_is_recovered_from_its_output",
        Inverse(H) * column(Sum(x[i + j, 0] * g[j, 0], entries)),
        "=",
        g,
        "whatever the filter is, its output gives it away: no other filter has the same output",
        sizes={n: length},
    )


@part_system.numpy
def correlate(x, g):
    return np.correlate(x, g, "valid")


@part_a.numpy
def linear_solver(x, y):
    """NumPy's solver, on SciPy's Hankel matrix"""
    return np.linalg.solve(scipy.linalg.hankel(x[: len(y)], x[len(y) - 1 :]), y)


@part_a.torch
def solver_on_windows(x, y):
    """PyTorch's solver, on the windows cut out of the signal"""
    return torch.linalg.solve(x.unfold(0, len(y), 1), y)


@part_a.numpy
def elimination_in_fractions(x, y):
    """Gauss-Jordan elimination in exact fractions"""
    rows = [[Fraction(entry) for entry in (*x[i : i + len(y)], y[i])] for i in range(len(y))]
    for pivot in range(len(y)):
        chosen = next(row for row in range(pivot, len(y)) if rows[row][pivot])
        rows[pivot], rows[chosen] = rows[chosen], rows[pivot]
        rows[pivot] = [entry / rows[pivot][pivot] for entry in rows[pivot]]
        for row in set(range(len(y))) - {pivot}:
            factor = rows[row][pivot]
            rows[row] = [entry - factor * other for entry, other in zip(rows[row], rows[pivot], strict=True)]
    return [float(row[-1]) for row in rows]


@part_turned.numpy
def true_convolution(x, y):
    """NumPy's convolution, which turns the filter around"""
    return np.convolve(x, linear_solver(x, y), "valid")


@problem.claim
def correlating_the_signal_with_the_answer_gives_the_output(x, y, f):
    return np.correlate(x, f, "valid"), "=", y


@problem.claim(backend="torch")
def a_convolution_layer_with_the_answer_as_weight_gives_the_output(x, y, f):
    return torch.nn.functional.conv1d(x[None, None], f[None, None])[0, 0], "=", y


@problem.claim(false=True)
def the_direction_of_the_filter_does_not_matter(x, g):
    """Convolution and cross-correlation are the same."""
    return np.convolve(x, g, "valid"), "=", np.correlate(x, g, "valid")


@problem.variant(integral=True)
def integer_filter(rng):
    signal, hidden = rng.integers(-5, 6, 5), rng.integers(-4, 5, 3)
    return {"x": signal, "y": np.correlate(signal, hidden, "valid")}


@problem.figure(
    "Each place of the filter gives one equation: the products in a row add up to the output on the right.",
    "A staircase of three rows. The filter f0, f1, f2 stands under the signal entries x0 to x2 in the first row, under "
    "x1 to x3 in the second, under x2 to x4 in the third. The rows end in the outputs y0, y1, y2.",
)
def staircase(axes):
    for place, entry in np.ndindex(3, 3):
        left, top = place + entry - 0.45, place - 0.45
        axes.fill([left, left + 0.9, left + 0.9, left], [top, top, top + 0.9, top + 0.9], f"C{entry}", alpha=0.4)
        axes.text(place + entry, place, f"$f_{entry}$", ha="center", va="center")
    for entry in range(5):
        axes.text(entry, -0.8, f"$x_{entry}$", ha="center", va="center")
    for place in range(3):
        axes.text(4.7, place, f"$= y_{place}$", va="center")
    axes.set(xlim=(-0.6, 5.6), ylim=(2.6, -1.2), aspect="equal")
    axes.axis("off")
