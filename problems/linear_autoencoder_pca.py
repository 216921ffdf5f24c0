r"""Principal components solve the linear autoencoder.

An autoencoder without nonlinearities encodes the columns of a data matrix $X$ ($n$ centred points, $m$ features) by a
$k \times m$ matrix $W_1$ and decodes them by an $m \times k$ matrix $W_2$, where $k \le m$. The residual $R$ is what it
loses, and training minimises the squared error $L = \lVert R \rVert_F^2$. Which weights are stationary, and what have
they to do with the principal components, the eigenvectors of $C = X X^\top$ with the largest eigenvalues?

Part (ii) takes *any* $k$ orthonormal eigenvectors of $C$, the columns of $U$, with the eigenvalues $\lambda$. A matrix
$C = X X^\top$ has these eigenvectors exactly if it is of the form $S$ below, for some $B$; $P$ projects on their span.
The invertible matrix $G$, with the inverse $H$, mixes the $k$ entries of the code.
"""

import numpy as np
import torch
from sympy import DiagMatrix, Identity, Inverse, Rational, Trace

from verify import Problem, descending, gradient, orthonormal
from verify.answers import Choice, Equations, Explanation
from verify.domains import invertible

from .machinery.linear_autoencoder import centred_digits, largest_angle, trained

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Fall 2025), problem 3b; Baldi and Hornik 1989, Neural networks and principal "
    "component analysis: learning from examples without local minima",
    tags=("autoencoders", "pca", "optimisation"),
)

# Given ------------------------------------------------------------------------------------

m, n = problem.size("m n")
k = problem.size("k", at_most=m)
X = problem.matrix("X", m, n)
W1 = problem.matrix("W1", k, m)
W2 = problem.matrix("W2", m, k)

one = Identity(m)
C = problem.let("C", X * X.T)
R = problem.let("R", X - W2 * W1 * X)
L = problem.let("L", Trace(R * R.T))

U = problem.matrix("U", m, k, within=orthonormal)
lam = problem.vector("lamda", k, within=descending)
B = problem.matrix("B", m, n)
P = problem.let("P", U * U.T)
Lam = problem.let("Lambda", DiagMatrix(lam))
S = problem.let("S", U * Lam * U.T + (one - P) * B * B.T * (one - P))

G = problem.matrix("G", k, k, within=invertible)
H = problem.let("H", Inverse(G))

two_features = problem.instance(
    "two features",
    "Three points in the plane; $U$ is their first principal component.",
    X=[[6, -4, 0], [8, 3, 0]],
    W1=[[1, 1]],
    W2=[[1], [0]],
    U=[["3/5"], ["4/5"]],
    lamda=[100],
    B=[[6, -4, 0], [8, 3, 0]],
    G=[[2]],
)

# Solution ---------------------------------------------------------------------------------

ORDER = "Keep the order of the factors: they do not commute."
UNTIED = "Encoder and decoder are two independent matrices; neither has to be the transpose of the other."
TWICE = "The data enters twice, once from each factor of the square."
DATA = "The gradient depends on the data."
SQUARE = "The derivative of a square brings its exponent down."

part_w2 = problem.part(
    "i.w2",
    r"Differentiate the loss with respect to the decoder, $\partial L / \partial W_2$.",
    gradient(L, W2),
    ("=", -2 * R * (X.T * W1.T), r"$L = \mathrm{tr}(R R^\top)$, and $W_2$ acts on $W_1 X$ in $R$"),
    ("=", 2 * ((W2 * W1 - one) * C * W1.T), r"$R = (I - W_2 W_1) X$ and $C = X X^\top$"),
    in_terms_of=(W1, W2, X, C),
    atom=False,
)
part_w2.key(two_features, [[218], [-218]])
part_w2.mistake(
    "products in the wrong order",
    2 * (C * (W2 * W1 - one) * W1.T),
    ORDER,
)
part_w2.mistake(
    "weights assumed tied",
    2 * ((W2 * W2.T - one) * C * W2),
    UNTIED,
)
part_w2.mistake("X instead of X X^T", 2 * ((W2 * W1 - one) * X), TWICE)
part_w2.mistake("C omitted", 2 * ((W2 * W1 - one) * W1.T), DATA)
part_w2.mistake("factor 2 lost", (W2 * W1 - one) * C * W1.T, SQUARE)

part_w1 = problem.part(
    "i.w1",
    r"Differentiate the loss with respect to the encoder, $\partial L / \partial W_1$.",
    gradient(L, W1),
    ("=", -2 * W2.T * (R * X.T), r"$W_1$ acts on $X$ in $R$, and $W_2$ acts on the result"),
    ("=", 2 * (W2.T * (W2 * W1 - one) * C), r"$R = (I - W_2 W_1) X$ and $C = X X^\top$"),
    in_terms_of=(W1, W2, X, C),
    atom=False,
)
part_w1.key(two_features, [[72, 146]])
part_w1.mistake(
    "products in the wrong order",
    2 * (W2.T * C * (W2 * W1 - one)),
    ORDER,
)
part_w1.mistake(
    "weights assumed tied",
    2 * (W1 * (W1.T * W1 - one) * C),
    UNTIED,
)
part_w1.mistake(
    "X instead of X X^T",
    2 * (W2.T * (W2 * W1 - one) * X),
    TWICE,
)
part_w1.mistake("C omitted", 2 * (W2.T * (W2 * W1 - one)), DATA)
part_w1.mistake("factor 2 lost", W2.T * (W2 * W1 - one) * C, SQUARE)

matrices = (X, W1, W2)
part_i = problem.part(
    "i",
    r"Write down the first-order conditions: two equations that $W_1$ and $W_2$ satisfy where the loss is stationary.",
    answer=Equations(
        (f"{part_w2.answer} = 0", f"{part_w1.answer} = 0"),
        matrices={str(matrix): tuple(map(str, matrix.shape)) for matrix in matrices},
        definitions={"C": str(problem.definitions[C])},
    ),
)

part_i.mistake("weights assumed tied", "(W2*W2.T - I)*C*W2 = 0", UNTIED)
part_i.mistake("products in the wrong order", "C*(W2*W1 - I)*W1.T = 0; W2.T*C*(W2*W1 - I) = 0", ORDER)
part_i.mistake("X instead of X X^T", "(W2*W1 - I)*X = 0; W2.T*(W2*W1 - I)*X = 0", TWICE)
part_i.mistake("C omitted", "(W2*W1 - I)*W1.T = 0; W2.T*(W2*W1 - I) = 0", DATA)
part_i.mistake(
    "one condition for both weights", "(W2*W1 - I)*C = 0", "Each of the two gradients is a product of three."
)

part_ii_w2 = problem.part(
    "ii.w2",
    r"Show that the condition for the decoder holds at $W_2 = U$, $W_1 = U^\top$, for data with $C = S$.",
    P * S * U,
    ("=", P * U * Lam, r"$S U = U \Lambda$: the columns of $U$ are eigenvectors"),
    ("=", U * Lam, r"$P U = U U^\top U = U$, because the columns of $U$ are orthonormal"),
    ("=", S * U, r"eigenvectors once more, which makes it $W_2 W_1 C W_1^\top = C W_1^\top$"),
    atom=False,
)

part_ii_w1 = problem.part(
    "ii.w1",
    "Show that the condition for the encoder holds there as well.",
    U.T * P * S,
    ("=", U.T * U * U.T * S, r"$P = U U^\top$"),
    ("=", U.T * S, r"$U^\top U = I$, which makes it $W_2^\top W_2 W_1 C = W_2^\top C$, eigenvectors or not"),
    atom=False,
)

part_ii = problem.part(
    "ii",
    r"Show that the principal components, $W_2 = U$ and $W_1 = U^\top$, satisfy the first-order conditions.",
    answer=Explanation(
        rubric=(
            r"the columns of $U$ are orthonormal, so that $U^\top U = I$ and $P U = U$",
            r"they are eigenvectors of $C = X X^\top$, so that $C U = U \Lambda$ (not of any weights)",
            r"decoder: $W_2 W_1 C W_1^\top$ and $C W_1^\top$ both become $U \Lambda$",
            r"encoder: $W_2^\top W_2 W_1 C$ and $W_2^\top C$ both become $U^\top C$",
        )
    ),
)

part_of = problem.part(
    "ii.of",
    "Of which matrix are the principal components, the columns of $U$, eigenvectors?",
    answer=Choice(
        {
            "A": "of $C = X X^\\top$",
            "B": "of the weights $W_2$, whose singular vectors they are",
            "C": "of the data $X$",
        },
        correct="A",
    ),
    atom=False,
)
part_of.mistake(
    "vectors of the weights", "B", "The weights are what is to be found; which matrix is given by the data?"
)
part_of.mistake("vectors of the data", "C", "This matrix need not be square.")

part_loss = problem.part(
    "ii.loss",
    r"What is the loss at $W_2 = U$, $W_1 = U^\top$, for data with $C = S$?",
    Trace((one - P) * S * (one - P)),
    ("=", Trace(S) - Trace(U.T * S * U), r"a trace is cyclic, $P^2 = P$ and $P = U U^\top$"),
    ("=", Trace(S) - Trace(Lam), r"$U^\top S U = \Lambda$: all eigenvalues minus the chosen, the sum of the discarded"),
    atom=False,
)
part_loss.key(two_features, 25)
part_loss.mistake("the eigenvalues that are kept", Trace(Lam), "These components are reconstructed without any loss.")
part_loss.mistake("all eigenvalues", Trace(S), "This is the loss of an autoencoder that returns zero.")

# Checks -----------------------------------------------------------------------------------

problem.property(
    "the_data_enters_only_through_C",
    L,
    "=",
    Trace((one - W2 * W1) * C * (one - W2 * W1).T),
    r"$R R^\top = (I - W_2 W_1) X X^\top (I - W_2 W_1)^\top$",
)
problem.property("the_columns_of_U_are_eigenvectors_of_S", S * U, "=", U * Lam, r"$U^\top U = I$ and $(I - P) U = 0$")
problem.property(
    "mixing_the_code_keeps_the_loss",
    Trace((X - (W2 * G) * (H * W1) * X) * (X - (W2 * G) * (H * W1) * X).T),
    "=",
    L,
    r"$(W_2 G)(G^{-1} W_1) = W_2 W_1$: minimisers are unique at most up to an invertible $G$, not up to signs",
)
problem.property(
    "mixed_eigenvectors_are_stationary_too",
    (U * G) * (H * U.T) * S * (H * U.T).T,
    "=",
    S * (H * U.T).T,
    r"$W_2 = U G$ and $W_1 = G^{-1} U^\top$ have the product $P$ as well",
)


def loss(W1, W2, X):
    """By torch's own layers and loss, which know nothing of matrix calculus."""
    code = torch.nn.functional.linear(X.T, W1)
    return torch.nn.functional.mse_loss(torch.nn.functional.linear(code, W2), X.T, reduction="sum")


part_w2.autograd(loss, wrt=W2)
part_w1.autograd(loss, wrt=W1)


def central_differences(function, matrix):
    """The gradient of a function that is quadratic in every entry; the step may then be as large as one likes."""
    result = np.zeros_like(matrix)
    for position in np.ndindex(matrix.shape):
        step = np.zeros_like(matrix)
        step[position] = 1.0
        result[position] = (function(matrix + step) - function(matrix - step)) / 2
    return result


def squared_error(W1, W2, X):
    return np.linalg.norm(X - W2 @ W1 @ X, "fro") ** 2


@part_w2.numpy
def central_differences_of_the_decoder(W1, W2, X):
    """Central differences, exact for a quadratic function"""
    return central_differences(lambda decoder: squared_error(W1, decoder, X), W2)


@part_w1.numpy
def central_differences_of_the_encoder(W1, W2, X):
    """Central differences, exact for a quadratic function"""
    return central_differences(lambda encoder: squared_error(encoder, W2, X), W1)


def principal_components(X, k):
    return np.linalg.svd(X)[0][:, :k]


def discarded(X, k):
    """The sum of the m - k smallest eigenvalues of X X^T, as squares of singular values."""
    return np.sum(np.linalg.svd(X, compute_uv=False)[k:] ** 2)


@part_loss.numpy
def squared_error_of_data_with_these_second_moments(S, U):
    """The squared error for data whose product with its transpose is S, by `numpy.linalg.eigh`"""
    eigenvalues, eigenvectors = np.linalg.eigh(S)
    return squared_error(U.T, U, eigenvectors * np.sqrt(np.maximum(eigenvalues, 0)))


@problem.claim
def having_eigenvectors_means_having_this_form(X, k):
    """$C$ is of the form $S$ for any $k$ of its eigenvectors, here the last ones, with $B = X$."""
    C = X @ X.T
    eigenvalues, eigenvectors = np.linalg.eigh(C)
    U = eigenvectors[:, :k]
    rest = np.eye(len(X)) - U @ U.T
    return U @ np.diag(eigenvalues[:k]) @ U.T + rest @ C @ rest, "=", C


@problem.claim(backend="torch")
def any_eigenvectors_of_the_data_are_stationary(X, k):
    """Autograd finds no slope at the $k$ eigenvectors with the *smallest* eigenvalues, either."""
    U = torch.linalg.eigh(X @ X.T).eigenvectors[:, :k]
    slopes = torch.func.grad(loss, argnums=(0, 1))(U.T, U, X)
    return torch.cat([slopes[0].ravel(), slopes[1].ravel()]), "=", torch.zeros(2 * U.numel(), dtype=U.dtype)


@problem.claim
def the_principal_components_lose_the_discarded_eigenvalues(X, k):
    """The loss at the principal components is the sum of the $m - k$ smallest eigenvalues of $C$."""
    U = principal_components(X, k)
    return squared_error(U.T, U, X), "=", np.sum(np.linalg.eigvalsh(X @ X.T)[: len(X) - k])


@problem.claim
def no_weights_lose_less(X, W2, k):
    """Alternating least squares comes close to that loss and never below it (Eckart and Young 1936)."""
    for _ in range(8):
        W1 = np.linalg.pinv(W2, rcond=1e-6)
        W2 = X @ np.linalg.pinv(W1 @ X, rcond=1e-6)
    return discarded(X, k), "<=", squared_error(W1, W2, X)


@problem.claim
def no_subspace_captures_more(X, U):
    """Subspace iteration comes close to the sum of the $k$ largest eigenvalues and never above it (Ky Fan 1949)."""
    for _ in range(4):
        U = np.linalg.qr(X @ (X.T @ U))[0]
    return np.trace(U.T @ X @ X.T @ U), "<=", np.sum(np.linalg.eigvalsh(X @ X.T)[-U.shape[1] :])


@problem.claim(false=True)
def every_stationary_point_is_a_minimum(X, k):
    """The $k$ eigenvectors with the smallest eigenvalues satisfy both conditions and lose more: a saddle point."""
    U = np.linalg.eigh(X @ X.T).eigenvectors[:, :k]
    return squared_error(U.T, U, X), "=", discarded(X, k)


@problem.claim(false=True)
def singular_vectors_of_the_weights_are_stationary(S, W2):
    """It is the eigenvectors of the data that are; a matrix of weights knows nothing of the data."""
    U = np.linalg.svd(W2, full_matrices=False)[0]
    return U @ U.T @ S @ U, "=", S @ U


@problem.claim(false=True)
def every_optimal_decoder_has_orthonormal_columns(X, k, G):
    """$U G$ is optimal as well, with the encoder $G^{-1} U^\\top$, so the minimum is not unique up to signs."""
    decoder = principal_components(X, k) @ G
    return decoder.T @ decoder, "=", np.eye(k)


@problem.experiment(
    small={"images": 200, "codes": (2, 4), "steps": 150, "runs": 1},
    full={"images": 1797, "codes": (2, 5, 10), "steps": 600, "runs": 3},
    part="ii.loss",
)
def trained_on_digits(images, codes, steps, runs, rng, progress):
    """Linear autoencoders of real digits: their loss and span after training, against principal components."""
    data = centred_digits(images)
    pixels = len(data)
    components = np.linalg.svd(data)[0]
    excess, angles, orthonormal, curves = [], [], [], []
    for size in progress(codes, "linear autoencoders"):
        best = discarded(data, size)
        starts = [rng.normal(size=(2, size, pixels)) / np.sqrt(pixels) for _ in range(runs)]
        wrong = components[:, size : 2 * size]  # stationary, and not the minimum
        starts.append(np.array([wrong.T, wrong.T]) + 1e-3 * rng.normal(size=(2, size, pixels)))
        for encoder, decoder in starts:
            W1, W2, losses = trained(data, encoder, decoder.T, steps)
            excess.append(squared_error(W1, W2, data) / best - 1)
            angles.append(largest_angle(components[:, :size], W2))
            orthonormal.append(np.abs(W2.T @ W2 - np.eye(size)).max())
            curves.append([losses[min(evaluation, len(losses) - 1)] / best - 1 for evaluation in range(0, 120, 3)])
    return {
        "largest_excess": max(excess),
        "smallest_excess": min(excess),
        "largest_angle": max(angles),
        "orthonormal": min(orthonormal),
        "excess_by_evaluation": curves,
    }


@trained_on_digits.claim(unless={"largest_excess": 0.01})
def training_reaches_the_loss_of_principal_components(found):
    """From every start, also from one next to a stationary point that is not the minimum."""
    return found["largest_excess"], "<=", 1e-3


@trained_on_digits.claim(unless={"smallest_excess": -1e-3})
def training_never_goes_below_the_loss_of_principal_components(found):
    return 0.0, "<=", found["smallest_excess"] + 1e-9


@trained_on_digits.claim(unless={"largest_angle": 10.0})
def the_trained_decoder_spans_the_principal_components(found):
    """The largest angle between the two spans, in degrees."""
    return found["largest_angle"], "<=", 2.0


@trained_on_digits.claim(unless={"orthonormal": 1e-3})
def the_trained_decoder_is_not_orthonormal(found):
    """It finds the span and mixes the components in it."""
    return found["orthonormal"], ">=", 0.02


@problem.variant(integral=True)
def pythagorean_directions(rng):
    """Data along two perpendicular directions with rational components; the first is the principal one."""
    a, b, c = ((3, 4, 5), (5, 12, 13), (8, 15, 17))[rng.integers(3)]
    long, short = rng.integers(4, 7), rng.integers(1, 4)
    data = [[long * a, -short * b, 0], [long * b, short * a, 0]]
    weights = rng.integers(1, 4, size=4)
    return {
        "X": data,
        "W1": [weights[:2]],
        "W2": [[weights[2]], [-weights[3]]],
        "U": [[Rational(a, c)], [Rational(b, c)]],
        "lamda": [(long * c) ** 2],
        "B": data,
        "G": [[2]],
    }


@problem.figure(
    "The loss of projecting the data of the instance onto a line, by the angle of the line. Both eigenvectors of $C$ "
    "are stationary; only the one with the larger eigenvalue is the minimum, where the loss is the other eigenvalue.",
    "A smooth curve of the loss over the angle from 0 to 180 degrees. It has one minimum with the value 25 near 53 "
    "degrees, marked as the first principal component, and one maximum with the value 100 near 143 degrees, marked as "
    "the second.",
    part="ii.loss",
)
def loss_by_direction(axes):
    X = np.array([[6.0, -4.0, 0.0], [8.0, 3.0, 0.0]])
    angle = np.linspace(0, np.pi, 181)
    directions = np.stack([np.cos(angle), np.sin(angle)])[:, None]
    axes.plot(np.degrees(angle), [squared_error(u.T, u, X) for u in np.moveaxis(directions, -1, 0)])
    for label, u in zip(("first component", "second component"), np.linalg.svd(X)[0].T[:, :, None], strict=True):
        at = np.degrees(np.arctan2(u[1, 0], u[0, 0])) % 180
        axes.plot(at, squared_error(u.T, u, X), "o", label=label)
    axes.set(xlabel="angle of the line in degrees", ylabel="loss")
    axes.legend()


@problem.figure(
    "How far the loss of linear autoencoders of real digits lies above that of principal components, relative to it, "
    "while they are trained with L-BFGS. The dashed lines begin next to stationary points that are not the minimum: "
    "they stay level for a while, and come close to other ones on their way.",
    "Twelve curves over 120 evaluations of the loss, on a logarithmic axis, for codes of 2, 5 and 10 numbers. The nine "
    "solid ones fall from about one to a ten thousandth within 60 evaluations, then slowly on. The three dashed ones "
    "are level at first, fall in steps, and end lowest, below a ten millionth.",
    part="ii.loss",
)
def excess_while_training(axes):
    curves = trained_on_digits.recorded["excess_by_evaluation"]
    each = len(curves) // 3
    for place, curve in enumerate(curves):
        size, run = divmod(place, each)
        label = f"{(2, 5, 10)[size]} numbers" if run == 0 else None
        style = "--" if run == each - 1 else "-"
        axes.plot(3 * np.arange(len(curve)), curve, style, color=f"C{size}", label=label)
    axes.set(xlabel="evaluations of the loss", ylabel="loss above that of the components", yscale="log")
    axes.legend()
