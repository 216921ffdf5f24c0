r"""Transposed convolution: spread a small image over a larger one.

A filter $K$ of size $h \times w$ slides over an image $Z$ of size $(m + h - 1) \times (n + w - 1)$ with stride 1 and no
padding. It gives the image $Z \star K$ of size $m \times n$ with entries

$$(Z \star K)_{pq} = \sum_{s=0}^{h-1} \sum_{t=0}^{w-1} Z_{p+s,\,q+t} \, K_{st}.$$

This is linear in $Z$: with both images written as vectors, it is multiplication by a matrix. The *transposed
convolution* $Y$ of an image $X$ of size $m \times n$ is multiplication by the transpose of that matrix. In other words,
$\langle Z \star K, X \rangle = \langle Z, Y \rangle$ for every $Z$, where $\langle \cdot, \cdot \rangle$ adds up the
products of corresponding entries; so $Y$ is the gradient of $\langle Z \star K, X \rangle$ with respect to $Z$.

Networks use it to enlarge images, often with a stride: with stride 2 in one dimension, the copies of the filter that
two neighbouring entries of the input scale start two places apart.
"""

import numpy as np
import scipy
import torch
from sympy import And, FunctionMatrix, Lambda, Matrix, Max, Min, Piecewise, Sum, symbols

from verify import Problem, gradient

problem = Problem(
    __doc__,
    source="EECS 182 homework 6, problem 6c; Dumoulin and Visin 2016, A guide to convolution arithmetic",
    tags=("convolution", "adjoint"),
)

# Given ------------------------------------------------------------------------------------

m, n, h, w = problem.size("m n h w", up_to=3)
X = problem.matrix("X", m, n)
K = problem.matrix("K", h, w)
Z = problem.matrix("Z", m + h - 1, n + w - 1)  # any image

a, b, c = problem.scalar("a b c")
x, y, z = problem.scalar("x y z")
u = problem.let("u", Matrix([a, b, c]))
v = problem.let("v", Matrix([x, y, z]))

i, j, p, q, s, t = symbols("i j p q s t", integer=True)

homework = problem.instance("homework", X=[[-1, 2], [3, 1]], K=[[1, -1], [0, 1]])


def image(rows, columns, entry):
    """The image whose entry in row i and column j is given."""
    return FunctionMatrix(rows, columns, Lambda((i, j), entry))


def over_input(entry):
    """The sum over all places (p, q) of the small image."""
    return Sum(entry, (q, 0, n - 1), (p, 0, m - 1))


def over_filter(entry):
    """The sum over all places (s, t) of the filter."""
    return Sum(entry, (t, 0, w - 1), (s, 0, h - 1))


def padded(M, row, column):
    """The entry of a matrix, zero outside it."""
    inside = And(row >= 0, row < M.rows, column >= 0, column < M.cols)
    return Piecewise((M[row, column], inside), (0, True))


# Solution ---------------------------------------------------------------------------------

reaching = (q, Max(0, j - w + 1), Min(j, n - 1)), (p, Max(0, i - h + 1), Min(i, m - 1))

part_a = problem.part(
    "a",
    "Find the transposed convolution $Y$ of $X$ with $K$, for stride 1 and no padding.",
    gradient(over_input(over_filter(Z[p + s, q + t] * K[s, t]) * X[p, q]), Z),
    (
        "=",
        image(m + h - 1, n + w - 1, over_input(X[p, q] * padded(K, i - p, j - q))),
        "$Z_{ij}$ enters $(Z \\star K)_{pq}$ with the weight $K_{i-p,\\,j-q}$, if the filter reaches it: every entry "
        "of $X$ puts a scaled copy of $K$ down at its own place, and copies that overlap add up",
    ),
    (
        "=",
        image(m + h - 1, n + w - 1, Sum(X[p, q] * K[i - p, j - q], *reaching)),
        r"only the copies with $0 \le i - p < h$ and $0 \le j - q < w$ reach the place $(i, j)$",
    ),
    asks=homework,
    in_terms_of=(X, K),
)
part_a.key(homework, [[-1, 3, -2], [3, -3, 1], [0, 3, 1]])
part_a.mistake(
    "filter turned by 180 degrees",
    image(m + h - 1, n + w - 1, Sum(X[p, q] * K[h - 1 - i + p, w - 1 - j + q], *reaching)),
    "The copies are put down as the filter is, not turned around: its first entry goes to the place of the input entry "
    "that scales it.",
)
part_a.mistake(
    "filter transposed",
    image(m + w - 1, n + h - 1, over_input(X[p, q] * padded(K, j - q, i - p))),
    "What is transposed is the matrix of the whole convolution, not the filter. The copies keep their orientation.",
)
part_a.mistake(
    "convolution with one ring of zeros around the input",
    image(m + 3 - h, n + 3 - w, over_filter(padded(X, i + s - 1, j + t - 1) * K[s, t])),
    "A padded convolution meets the filter in the opposite order. Put a scaled copy down for each entry instead.",
)
part_a.mistake(
    "plain convolution",
    image(m - h + 1, n - w + 1, over_filter(X[i + s, j + t] * K[s, t])),
    "The result is smaller than the input. A transposed convolution goes the other way and makes it larger.",
)
part_a.mistake(
    "stride 2",
    image(2 * m - 2 + h, 2 * n - 2 + w, over_input(X[p, q] * padded(K, i - 2 * p, j - 2 * q))),
    "Here the stride is 1: neighbouring copies start one place apart.",
)
part_a.mistake(
    "overlaps overwritten",
    image(m + h - 1, n + w - 1, X[Min(i, m - 1), Min(j, n - 1)] * K[i - Min(i, m - 1), j - Min(j, n - 1)]),
    "Where copies overlap, their entries add up; the last one does not replace the others.",
)

part_stride = problem.part(
    "stride",
    "In one dimension, take the input $u = (a, b, c)$, the filter $v = (x, y, z)$ and stride 2. Write the output out.",
    FunctionMatrix(7, 1, Lambda((i, j), Sum(u[p, 0] * padded(v, i - 2 * p, 0), (p, 0, 2)))),
    (
        "=",
        Matrix([a * x, a * y, a * z + b * x, b * y, b * z + c * x, c * y, c * z]),
        "the copies start in places 0, 2 and 4; each overlaps the next in one place",
    ),
    in_terms_of=(a, b, c, x, y, z),
    atom=False,
)
part_stride.mistake(
    "stride 1",
    Matrix([a * x, a * y + b * x, a * z + b * y + c * x, b * z + c * y, c * z]),
    "With stride 2, neighbouring copies start two places apart, so the output is longer.",
)
part_stride.mistake(
    "overlaps overwritten",
    Matrix([a * x, a * y, b * x, b * y, c * x, c * y, c * z]),
    "Where copies overlap, their entries add up.",
)

Y = problem.let("Y", part_a.answer)


def over_output(entry):
    return Sum(entry, (j, 0, n + w - 2), (i, 0, m + h - 2))


# Checks -----------------------------------------------------------------------------------

problem.property(
    "the_transposed_convolution_is_the_adjoint_of_the_convolution",
    over_input(over_filter(Z[p + s, q + t] * K[s, t]) * X[p, q]),
    "=",
    over_output(Z[i, j] * Y[i, j]),
    r"the definition: $\langle Z \star K, X \rangle = \langle Z, Y \rangle$ for every $Z$",
)
problem.property(
    "the_output_sums_to_the_sum_of_the_input_times_the_sum_of_the_filter",
    over_output(Y[i, j]),
    "=",
    over_input(X[p, q]) * over_filter(K[s, t]),
    "every product of an entry of $X$ and an entry of $K$ is put down exactly once",
)
problem.property(
    "input_and_filter_may_change_roles",
    Y,
    "=",
    image(m + h - 1, n + w - 1, over_filter(K[s, t] * padded(X, i - s, j - t))),
    "with stride 1 it does not matter which of the two scales copies of the other",
)


def correlate(Z, K):
    return torch.nn.functional.conv2d(Z[None, None], K[None, None])[0, 0]


def transpose(X, K, stride=1):
    return torch.nn.functional.conv_transpose2d(X[None, None], K[None, None], stride=stride)[0, 0]


@part_a.torch
def conv_transpose2d(X, K):
    """PyTorch's own `conv_transpose2d`"""
    return transpose(X, K)


def pairing(Z, X, K):
    return (correlate(Z, K) * X).sum()


part_a.autograd(pairing, wrt=Z)


@part_a.torch
def transposed_matrix(X, K, m, n, h, w):
    """the transposed matrix, whose rows are the convolutions of unit images"""
    size = (m + h - 1) * (n + w - 1)
    units = torch.eye(size, dtype=X.dtype).reshape(size, 1, m + h - 1, n + w - 1)
    matrix = torch.nn.functional.conv2d(units, K[None, None]).reshape(size, m * n)
    return (matrix @ X.flatten()).reshape(m + h - 1, n + w - 1)


@part_a.numpy
def copies_added_up(X, K, m, n, h, w):
    """a loop that adds a scaled copy of the filter for each entry"""
    total = np.zeros((m + h - 1, n + w - 1))
    for p, q in np.ndindex(m, n):
        total[p : p + h, q : q + w] += X[p, q] * K
    return total


@part_a.numpy
def full_convolution(X, K):
    """the full two-dimensional convolution of SciPy"""
    return scipy.signal.convolve2d(X, K)


@part_stride.torch
def conv_transpose1d(u, v):
    """PyTorch's own `conv_transpose1d` with stride 2"""
    return torch.nn.functional.conv_transpose1d(u[None, None], v[None, None], stride=2)[0, 0]


@part_stride.numpy
def zeros_in_between(u, v):
    """NumPy's convolution, of the input with zeros between its entries"""
    return np.convolve(np.insert(u, [1, 2], 0), v)


@problem.claim(backend="torch")
def each_side_has_the_length_of_the_filter_plus_one_stride_for_each_further_entry(X, K, m, n, h, w):
    shapes = [transpose(X, K, stride).shape for stride in (1, 2, 3)]
    return torch.tensor(shapes), "=", torch.tensor([[(m - 1) * d + h, (n - 1) * d + w] for d in (1, 2, 3)])


@problem.claim(backend="torch", false=True)
def a_transposed_convolution_undoes_the_convolution(Z, K):
    """A transposed convolution gives back the image that the convolution with the same filter was applied to."""
    return Z, "=", transpose(correlate(Z, K), K)


@problem.variant(integral=True)
def small_images(rng):
    """Oblong ones: the mistakes that agree on the homework's numbers then differ already in shape."""
    shape = (2, 3) if rng.integers(2) else (3, 2)
    return {"X": rng.integers(-3, 4, shape), "K": rng.integers(-2, 3, shape)}


@problem.figure(
    "Every entry of $X$ puts a scaled copy of $K$ down, in a colour of its own. Where copies overlap, they add up.",
    "A grid of three by three places. Four outlines around two by two places start at the four upper left places; "
    "each place lists the products that fall on it: one in the corners, two on the edges, four in the middle.",
    part="a",
)
def copies(axes):
    for p, q in np.ndindex(2, 2):
        colour, inset = f"C{2 * p + q}", 0.02 + 0.03 * (2 * p + q)
        left, right, top, bottom = q - 0.5 + inset, q + 1.5 - inset, p - 0.5 + inset, p + 1.5 - inset
        axes.plot([left, right, right, left, left], [top, top, bottom, bottom, top], colour)
        for s, t in np.ndindex(2, 2):
            place = q + t + 0.4 * q - 0.2, p + s + 0.4 * p - 0.2
            axes.annotate(f"$X_{{{p}{q}}} K_{{{s}{t}}}$", place, ha="center", va="center", color=colour)
    axes.set(xlim=(-0.6, 2.6), ylim=(2.6, -0.6), xticks=range(3), yticks=range(3), xlabel="$j$", ylabel="$i$")
    axes.grid(visible=False)
