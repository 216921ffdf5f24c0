r"""What a penalty does to a linear autoencoder.

The columns of a matrix $X$ are $n$ centred points with $m$ features. An encoder $W_1$ ($k \times m$) and a decoder
$W_2$ ($m \times k$) without biases minimise the squared error of the reconstruction, from the residual $R$, plus a
penalty on the size of their weights with a strength $\lambda > 0$:

$$L = \frac{1}{n} \lVert X - W_2 W_1 X \rVert_F^2 + \lambda (\lVert W_1 \rVert_F^2 + \lVert W_2 \rVert_F^2).$$

The eigenvalues of $C = X X^\top / n$ are $e_1 \ge e_2 \ge \dots$; $e$ is any one of them, with a direction that the
encoder scales by $\sigma_1$ and the decoder by $\sigma_2$, together by $t = \sigma_1 \sigma_2$.
"""

from itertools import combinations, pairwise

import numpy as np
import scipy
import torch
from sympy import DiagMatrix, Identity, S, Trace

from verify import Problem, gradient, orthogonal, orthonormal, positive
from verify.answers import Choice, Choices, Explanation

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Spring 2023, problem 2; Fall 2025, problem 8); Kunin, Bloom, Goeva and Seed 2019, "
    "Loss landscapes of regularized linear autoencoders",
    tags=("autoencoders", "pca", "regularisation"),
)

# Given ------------------------------------------------------------------------------------

m, n = problem.size("m n")
k = problem.size("k", at_most=m)
X = problem.matrix("X", m, n)
W1 = problem.matrix("W1", k, m)
W2 = problem.matrix("W2", m, k)
lam = problem.scalar("lamda", within=positive)

C = problem.let("C", X * X.T / n)
R = problem.let("R", X - W2 * W1 * X)
L = problem.let("L", Trace(R * R.T) / n + lam * (Trace(W1 * W1.T) + Trace(W2 * W2.T)))

e, sigma = problem.scalar("e sigma", within=positive)
t = problem.scalar("t")
U = problem.matrix("U", m, k, within=orthonormal)
Q = problem.matrix("Q", k, k, within=orthogonal)
g = problem.vector("g", k)

one_line = problem.instance(
    "one line",
    "Two points on a line through the origin.",
    X=[[3, -3], [4, -4]],
    W1=[[1, 1]],
    W2=[[1], [0]],
    lamda=9,
    e=25,
    sigma=2,
    t="1/2",
    U=[["3/5"], ["4/5"]],
    Q=[[1]],
    g=["4/5"],
)

# Solution ---------------------------------------------------------------------------------

part_layers = problem.part(
    "a.i",
    "How many linear layers does a PyTorch module for this model need?",
    answer=Choice({"0": "none", "1": "one layer", "2": "two layers", "3": "three layers"}, correct="2"),
)
part_layers.mistake("one layer", "1", "A single matrix has nothing in the middle where a code of $k$ numbers could be.")
part_layers.mistake("a layer too many", "3", "Count the matrices in the loss.")

part_loss = problem.part(
    "a.ii",
    "Which loss of PyTorch measures the reconstruction?",
    answer=Choice({"A": "nn.L1Loss", "B": "nn.MSELoss", "C": "nn.CrossEntropyLoss"}, correct="B"),
)
part_loss.mistake("absolute errors", "A", "The Frobenius norm is squared: what happens to an error twice as large?")
part_loss.mistake("a loss for classes", "C", "The points are vectors of real numbers, not labels of classes.")

INGREDIENTS = {"A": "weight decay", "B": "SGD optimizer", "C": "dropout", "D": "batch normalisation", "E": "bias terms"}
part_training = problem.part(
    "a.iii",
    "Which of these does the training need, so that it follows the gradient of $L$?",
    answer=Choices(INGREDIENTS, correct=("A", "B")),
)
part_training.mistake("no weight decay", ["B"], "Nothing here would make the weights small.")
part_training.mistake("no optimizer", ["A"], "Something has to change the weights.")
part_training.mistake("dropout added", ["A", "B", "C"], "The loss contains no random choice of entries.")
part_training.mistake("a normalisation added", ["A", "B", "D"], "The model multiplies by two matrices, nothing else.")
part_training.mistake("bias terms added", ["A", "B", "E"], "The points are centred, and the model has matrices only.")

part_b = problem.part(
    "b",
    "Does the penalty make the columns of the decoder orthonormal, for a small $\\lambda$?",
    answer=Explanation(
        rubric=(
            "yes, approximately: a good reconstruction makes $W_2 W_1$ almost the projector on the principal subspace",
            "so that in each direction of the code the singular values have the product 1: $\\sigma_1 = 1 / \\sigma_2$",
            "the penalty of one direction is then $\\sigma^2 + 1 / \\sigma^2$, smallest at 1 and nowhere else",
            "so all singular values of $W_2$ are 1, which means orthonormal columns",
            "without a penalty the scaling is free: the reconstruction fixes only the product",
            "exact only in the limit: for a fixed $\\lambda$ the squared singular values are $1 - \\lambda / e_i$",
        )
    ),
)

part_claim = problem.part(
    "b.claim",
    "Which of these is true?",
    answer=Choice(
        {
            "A": "The columns are nearly orthonormal for a small $\\lambda$, and exactly only in the limit.",
            "B": "They are exactly orthonormal for every $\\lambda > 0$.",
            "C": "They need not be: the reconstruction fixes only the product of the two matrices.",
            "D": "The penalty makes all singular values zero.",
        },
        correct="A",
    ),
    atom=False,
)
part_claim.mistake("exactly for every penalty", "B", "The penalty also pulls at the product. How far?")
part_claim.mistake(
    "only the product is fixed", "C", "By the reconstruction, yes. Which of the factors with this product is cheapest?"
)
part_claim.mistake("all zero", "D", "With the product zero nothing would be reconstructed. What would that cost?")

part_balance = problem.part(
    "b.balance",
    r"Where $\sigma_1 \sigma_2 = 1$, the penalty of one direction is $\sigma^2 + 1 / \sigma^2$. Find its derivative.",
    gradient(sigma**2 + 1 / sigma**2, sigma),
    ("=", 2 * sigma - 2 / sigma**3, "power rule"),
    ("=", 2 * (sigma**2 - 1) * (sigma**2 + 1) / sigma**3, r"zero only at $\sigma = 1$, where its sign changes"),
    in_terms_of=(sigma,),
    atom=False,
)
part_balance.key(one_line, "15/4")
part_balance.mistake("sign of the second term", 2 * sigma + 2 / sigma**3, "A negative exponent comes down as well.")
part_balance.mistake("only the first term", 2 * sigma, "Small is not best here: the other factor must then be large.")

PENALTY = "The weights are part of the penalty, too."
part_w2 = problem.part(
    "b.w2",
    r"Find the gradient $\partial L / \partial W_2$.",
    gradient(L, W2),
    ("=", -2 * R * X.T * W1.T / n + 2 * lam * W2, r"the squared error as without penalty, and $\lVert W_2 \rVert_F^2$"),
    ("=", 2 * ((W2 * W1 - Identity(m)) * C * W1.T + lam * W2), r"$R = (I - W_2 W_1) X$ and $C = X X^\top / n$"),
    in_terms_of=(W1, W2, X, C, lam, n),
    atom=False,
)
part_w2.key(one_line, [[74], [-56]])
part_w2.mistake("penalty forgotten", 2 * (W2 * W1 - Identity(m)) * C * W1.T, PENALTY)
part_w2.mistake(
    "penalty without its factor",
    2 * (W2 * W1 - Identity(m)) * C * W1.T + lam * W2,
    "The derivative of a square brings its exponent down, also for the penalty.",
)

part_w1 = problem.part(
    "b.w1",
    r"Find the gradient $\partial L / \partial W_1$.",
    gradient(L, W1),
    ("=", -2 * W2.T * R * X.T / n + 2 * lam * W1, r"the squared error as without penalty, and $\lVert W_1 \rVert_F^2$"),
    ("=", 2 * (W2.T * (W2 * W1 - Identity(m)) * C + lam * W1), r"$R = (I - W_2 W_1) X$ and $C = X X^\top / n$"),
    in_terms_of=(W1, W2, X, C, lam, n),
    atom=False,
)
part_w1.key(one_line, [[42, 50]])
part_w1.mistake("penalty forgotten", 2 * W2.T * (W2 * W1 - Identity(m)) * C, PENALTY)

part_slope = problem.part(
    "b.slope",
    r"With $\sigma_1 = \sigma_2$, a direction with the eigenvalue $e$ adds $e (1 - t)^2 + 2 \lambda t$ to the loss. "
    "Find the derivative with respect to $t$.",
    gradient(e * (1 - t) ** 2 + 2 * lam * t, t),
    ("=", -2 * e * (1 - t) + 2 * lam, "chain rule"),
    ("=", 2 * e * (t - (1 - lam / e)), r"zero at $t = 1 - \lambda / e$, which is positive for $\lambda < e$"),
    in_terms_of=(e, t, lam),
    atom=False,
)
part_slope.key(one_line, -7)
part_slope.mistake("inner derivative lost", 2 * e * (1 - t) + 2 * lam, "The inner function is $1 - t$, not $t$.")

shrunk = problem.let("t0", 1 - lam / e)
part_least = problem.part(
    "b.loss",
    r"What does a direction with $e > \lambda$ add to the loss at the minimum, $t_0 = 1 - \lambda / e$?",
    e * (1 - shrunk) ** 2 + 2 * lam * shrunk,
    ("=", lam**2 / e + 2 * lam * (1 - lam / e), r"$1 - t_0 = \lambda / e$"),
    ("=", 2 * lam - lam**2 / e, "collect the powers"),
    in_terms_of=(e, lam),
    atom=False,
)
part_least.key(one_line, "369/25")
part_least.mistake("penalty forgotten", lam**2 / e, PENALTY)
part_least.mistake("no error of reconstruction", 2 * lam * (1 - lam / e), "A direction that shrinks is not reproduced.")
part_least.mistake("the direction dropped", e, "This is the price of leaving the direction out.")

G = problem.let("G", DiagMatrix(g))
decoder = U * G * Q.T
part_deviation = problem.part(
    "b.deviation",
    r"At a minimum $W_2 = U G Q^\top$, with eigenvectors of $C$ in $U$, the gains $g_i = \sqrt{1 - \lambda / e_i}$ on "
    r"the diagonal of $G$ and any orthogonal $Q$. How far is $W_2^\top W_2$ from the identity?",
    decoder.T * decoder - Identity(k),
    ("=", Q * G * G * Q.T - Identity(k), r"$U^\top U = I$, and a diagonal matrix is symmetric"),
    ("=", Q * (G * G - Identity(k)) * Q.T, r"$Q Q^\top = I$; the diagonal of $G^2 - I$ holds $-\lambda / e_i$"),
    in_terms_of=(U, G, Q),
    atom=False,
)
part_deviation.key(one_line, [["-9/25"]])
part_deviation.mistake(
    "exactly orthonormal", Q * Q.T - Identity(k), "The gains are below one for every positive penalty."
)
part_deviation.mistake("gains not squared", Q * (G - Identity(k)) * Q.T, "Both factors contribute a matrix of gains.")

# Checks -----------------------------------------------------------------------------------

problem.property(
    "stationary_weights_are_balanced",
    W2.T * part_w2.answer - part_w1.answer * W1.T,
    "=",
    2 * lam * (W2.T * W2 - W1 * W1.T),
    r"where both gradients vanish, $W_2^\top W_2 = W_1 W_1^\top$: the two share their singular values",
)
turned = X - (W2 * Q) * (Q.T * W1) * X
problem.property(
    "turning_the_code_keeps_the_loss",
    Trace(turned * turned.T) / n + lam * (Trace(Q.T * W1 * W1.T * Q) + Trace(W2 * Q * Q.T * W2.T)),
    "=",
    L,
    "so the minimum is unique at most up to an orthogonal matrix: no single principal component is found",
)
problem.property(
    "the_penalty_of_a_direction_is_a_square_above_two",
    sigma**2 + 1 / sigma**2,
    "=",
    (sigma - 1 / sigma) ** 2 + S(2),
    r"completing the square: the smallest value is at $\sigma = 1 / \sigma$",
)


def objective(W1, W2, X, lamda):
    """The loss by torch's own layers and loss function."""
    code = torch.nn.functional.linear(X.T, W1)
    error = torch.nn.functional.mse_loss(torch.nn.functional.linear(code, W2), X.T, reduction="sum")
    return error / X.shape[1] + lamda * (W1.square().sum() + W2.square().sum())


part_w2.autograd(objective, wrt=W2)
part_w1.autograd(objective, wrt=W1)


@part_balance.torch
def autograd_of_the_penalty(sigma):
    return torch.func.grad(lambda s: s**2 + s**-2)(sigma)


@part_slope.torch
def autograd_of_one_direction(e, t, lamda):
    return torch.func.grad(lambda t: e * (1 - t) ** 2 + 2 * lamda * t)(t)


@part_least.numpy
def vertex_of_the_parabola(e, lamda):
    """The coefficients of the parabola in $t$, and its value at the vertex"""
    a, b, c = e, 2 * lamda - 2 * e, e
    return c - b**2 / (4 * a)


@part_deviation.numpy
def gram_matrix_of_the_columns(U, g, Q):
    columns = (U * g) @ Q.T
    return [[np.dot(a, b) - (i == j) for j, b in enumerate(columns.T)] for i, a in enumerate(columns.T)]


def sample(m=4, n=5, k=2):
    """Data and weights in float64, from a fixed seed."""
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((m, n), (k, m), (m, k))]


@part_layers.torch
def depth_with_these_weights():
    """The number of layers in a chain through a code of 2 numbers that has a 2 x 4 and a 4 x 2 matrix"""
    widths = ([], [4, 4], [4, 2, 4], [4, 2, 2, 4])
    chains = [[torch.nn.Linear(a, b, bias=False) for a, b in pairwise(width)] for width in widths]
    shapes = [[tuple(layer.weight.shape) for layer in chain] for chain in chains]
    return str(shapes.index([(2, 4), (4, 2)]))


@part_loss.torch
def loss_proportional_to_the_squared_norm():
    """The PyTorch loss that has a fixed ratio to the squared Frobenius norm"""
    X, W1, W2 = sample()
    outputs = [scale * W2 @ W1 @ X for scale in (0.1, 1.0, 3.0)]
    for label, loss in zip("ABC", (torch.nn.L1Loss(), torch.nn.MSELoss(), torch.nn.CrossEntropyLoss()), strict=True):
        ratios = torch.stack([loss(output, X) / (output - X).square().sum() for output in outputs])
        if torch.allclose(ratios, ratios[0]):
            return label
    return ""


def trained(ingredients, X, W1, W2, steps=2, rate=0.125, lamda=0.5):
    """The weights after some steps of SGD on a network with these ingredients."""
    k, m = W1.shape
    layers = [torch.nn.Linear(m, k, bias="E" in ingredients), torch.nn.Linear(k, m, bias="E" in ingredients)]
    middle = [torch.nn.Dropout(0.5)] * ("C" in ingredients) + [torch.nn.BatchNorm1d(k)] * ("D" in ingredients)
    network = torch.nn.Sequential(layers[0], *middle, layers[1]).double()
    for layer, weights in zip(layers, (W1, W2), strict=True):
        torch.nn.init.zeros_(layer.bias) if layer.bias is not None else None
        layer.weight = torch.nn.Parameter(weights.clone())
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, weight_decay=2 * lamda * ("A" in ingredients))
    for _ in range(steps):
        optimizer.zero_grad()
        (torch.nn.functional.mse_loss(network(X.T), X.T, reduction="sum") / X.shape[1]).backward()
        optimizer.step()
    return torch.cat([layer.weight.detach().ravel() for layer in layers])


@part_training.torch
def ingredients_that_follow_the_gradient():
    """Two steps of PyTorch's SGD with every set of ingredients, and two steps along the gradient of the loss"""
    X, W1, W2 = sample()
    weights = [W1, W2]
    for _ in range(2):
        slopes = torch.func.grad(objective, argnums=(0, 1))(*weights, X, 0.5)
        weights = [weight - 0.125 * slope for weight, slope in zip(weights, slopes, strict=True)]
    expected = torch.cat([weight.ravel() for weight in weights])
    sets = [chosen for size in range(5) for chosen in combinations("ACDE", size)]
    return ["B", *next(chosen for chosen in sets if torch.allclose(trained(chosen, X, W1, W2), expected))]


def spectrum(X, k):
    """The k largest eigenvalues of C, descending, with their eigenvectors."""
    vectors, values, _ = np.linalg.svd(X)
    return np.pad(values**2 / X.shape[1], (0, len(X)))[:k], vectors[:, :k]


def closed_form(X, k, lamda):
    """The decoder at a minimum, the transpose of the encoder; directions with an eigenvalue up to lamda are dropped."""
    eigenvalues, vectors = spectrum(X, k)
    return vectors * np.sqrt(1 - lamda / np.maximum(eigenvalues, lamda))


def loss_of(W1, W2, X, lamda):
    return np.sum((X - W2 @ W1 @ X) ** 2) / X.shape[1] + lamda * (np.sum(W1**2) + np.sum(W2**2))


def fitted(W1, W2, X, lamda, steps=1_000):
    """Weights after minimising the loss from given ones, by SciPy's L-BFGS."""
    k, m = W1.shape
    C = X @ X.T / X.shape[1]

    def value_and_slope(weights):
        W1, W2 = weights[: k * m].reshape(k, m), weights[k * m :].reshape(m, k)
        error = (W2 @ W1 - np.eye(m)) @ C
        slopes = (2 * (W2.T @ error + lamda * W1), 2 * (error @ W1.T + lamda * W2))
        return loss_of(W1, W2, X, lamda), np.concatenate([slope.ravel() for slope in slopes])

    start = np.concatenate([W1.ravel(), W2.ravel()])
    options = {"maxiter": steps, "gtol": 1e-9, "ftol": 0}
    found = scipy.optimize.minimize(value_and_slope, start, jac=True, method="L-BFGS-B", options=options).x
    return found[: k * m].reshape(k, m), found[k * m :].reshape(m, k)


@problem.claim(backend="torch")
def the_closed_form_is_stationary(X, k, lamda):
    """Autograd finds no slope at $W_2 = W_1^\\top = U \\sqrt{1 - \\lambda \\Lambda^{-1}}$."""
    decoder = torch.from_numpy(closed_form(X.numpy(), k, lamda.item()))
    slopes = torch.func.grad(objective, argnums=(0, 1))(decoder.T, decoder, X, lamda)
    return torch.cat([slopes[0].T, slopes[1]]), "=", torch.zeros(2 * len(X), k, dtype=X.dtype)


@problem.claim
def its_loss_is_known(X, k, lamda):
    """Each direction that is kept adds $2 \\lambda - \\lambda^2 / e_i$, each other one its eigenvalue."""
    eigenvalues, _ = spectrum(X, len(X))
    kept = np.maximum(eigenvalues[:k], lamda)
    expected = np.sum(2 * lamda - lamda**2 / kept - np.maximum(lamda - eigenvalues[:k], 0)) + np.sum(eigenvalues[k:])
    decoder = closed_form(X, k, lamda)
    return loss_of(decoder.T, decoder, X, lamda), "=", expected


@problem.claim
def no_weights_have_a_smaller_loss(X, W1, W2, k, lamda):
    """Ten steps of L-BFGS from random weights come close to that loss, and never below it."""
    decoder = closed_form(X, k, lamda)
    return loss_of(decoder.T, decoder, X, lamda), "<=", loss_of(*fitted(W1 + 0.1, W2 + 0.1, X, lamda, 10), X, lamda)


@problem.claim
def the_columns_miss_orthonormality_by_lamda_over_the_last_eigenvalue(X, k, lamda):
    """The spectral norm of $W_2^\\top W_2 - I$ is $\\lambda / e_k$, of first order, until $\\lambda = e_k$."""
    decoder = closed_form(X, k, lamda)
    return np.linalg.norm(decoder.T @ decoder - np.eye(k), 2), "=", lamda / max(spectrum(X, k)[0][-1], lamda)


@problem.claim
def the_penalty_of_a_direction_is_smallest_at_one(sigma):
    """$\\sigma^2 + 1 / \\sigma^2$ is at least 2, its value at $\\sigma = 1$."""
    return 2.0, "<=", sigma**2 + 1 / sigma**2


def sgd_step(W1, W2, X, *, reduction, rate, weight_decay):
    """The weights after one step of PyTorch's SGD on its own mean squared error."""
    weights = [W1.clone().requires_grad_(), W2.clone().requires_grad_()]
    optimizer = torch.optim.SGD(weights, lr=rate, weight_decay=weight_decay)
    error = torch.nn.functional.mse_loss((weights[1] @ weights[0] @ X).T, X.T, reduction=reduction)
    (error / X.shape[1] if reduction == "sum" else error).backward()
    optimizer.step()
    return torch.cat([weight.detach().ravel() for weight in weights])


def step_along_the_gradient(W1, W2, X, lamda, rate):
    slopes = torch.func.grad(objective, argnums=(0, 1))(W1, W2, X, lamda)
    return torch.cat([(W - rate * slope).ravel() for W, slope in zip((W1, W2), slopes, strict=True)])


@problem.claim(backend="torch")
def weight_decay_is_twice_lamda_for_a_sum_over_features(W1, W2, X, lamda):
    """SGD adds `weight_decay` times the weights to the gradient, and the penalty has the gradient $2 \\lambda W$."""
    taken = sgd_step(W1, W2, X, reduction="sum", rate=0.125, weight_decay=2 * lamda.item())
    return step_along_the_gradient(W1, W2, X, lamda, 0.125), "=", taken


@problem.claim(backend="torch")
def weight_decay_is_divided_by_m_for_the_default_mean(W1, W2, X, lamda, m):
    """The mean over all $m n$ entries is smaller by the factor $m$: so is the decay, and the rate makes up for both."""
    taken = sgd_step(W1, W2, X, reduction="mean", rate=0.125 * m, weight_decay=2 * lamda.item() / m)
    return step_along_the_gradient(W1, W2, X, lamda, 0.125), "=", taken


@problem.claim(backend="torch", false=True)
def weight_decay_is_lamda(W1, W2, X, lamda):
    """It is off by the factor that comes down from the square."""
    taken = sgd_step(W1, W2, X, reduction="sum", rate=0.125, weight_decay=lamda.item())
    return step_along_the_gradient(W1, W2, X, lamda, 0.125), "=", taken


@problem.claim(false=True)
def the_decoder_is_exactly_orthonormal_for_every_lamda(X, k, lamda):
    """The penalty shrinks every direction; orthonormal columns are the limit $\\lambda \\to 0$."""
    decoder = closed_form(X, k, lamda)
    return decoder.T @ decoder, "=", np.eye(k)


@problem.claim(false=True)
def reconstruction_alone_makes_the_decoder_orthonormal(X, k, sigma):
    """Without a penalty $\\sigma U$ with the encoder $U^\\top / \\sigma$ is as good: only the product is fixed."""
    _, vectors = spectrum(X, k)
    decoder = sigma * vectors
    return decoder.T @ decoder, "=", np.eye(k)


@problem.claim(false=True)
def zero_weights_have_the_smallest_loss(X, k, lamda):
    """Only where $\\lambda$ is at least the largest eigenvalue; below, reproducing the data is worth its penalty."""
    decoder = closed_form(X, k, lamda)
    return np.sum(X**2) / X.shape[1], "<=", loss_of(decoder.T, decoder, X, lamda)


@problem.variant(integral=True)
def two_points(rng):
    """A Pythagorean direction with rational gain: the penalty is a square share of the eigenvalue."""
    a, b, c = ((3, 4, 5), (5, 12, 13), (8, 15, 17))[rng.integers(3)]
    weights = rng.integers(1, 4, 4)
    return {
        "X": [[a, -a], [b, -b]],
        "W1": [weights[:2]],
        "W2": [[weights[2]], [-weights[3]]],
        "lamda": a**2,
        "e": c**2,
        "sigma": rng.integers(2, 5),
        "t": rng.integers(2, 5),
        "U": [[S(a) / c], [S(b) / c]],
        "Q": [[1]],
        "g": [S(b) / c],
    }


@problem.figure(
    "Singular values of the decoder by the strength of the penalty, for data with the eigenvalues 4, 1 and 1/4 and a "
    r"code of two numbers: fitted by L-BFGS (dots) and $\sqrt{1 - \lambda / e_i}$ (lines). Each direction dies at "
    r"$\lambda = e_i$; all are 1 only in the limit of no penalty.",
    "Two curves over lambda from 0 to 5, both starting at one. The lower one falls to zero at lambda = 1, the upper "
    "one at lambda = 4. Dots, the fitted values, lie on the curves.",
    part="b.deviation",
)
def shrinking_directions(axes):
    X = np.diag([2.0, 1.0, 0.5]) * np.sqrt(3)
    start = np.random.default_rng(0).normal(size=(2, 6))
    strengths = np.linspace(0, 5, 501)
    dots = np.linspace(0.125, 5, 24)
    decoders = [fitted(start[0].reshape(2, 3), start[1].reshape(3, 2), X, strength)[1] for strength in dots]
    values = np.array([np.linalg.svd(decoder, compute_uv=False) for decoder in decoders])
    for place, eigenvalue in enumerate((4.0, 1.0)):
        axes.plot(
            strengths, np.sqrt(np.maximum(1 - strengths / eigenvalue, 0)), f"C{place}", label=f"$e = {eigenvalue:g}$"
        )
        axes.plot(dots, values[:, place], f"C{place}o", markersize=4)
    axes.set(xlabel=r"$\lambda$", ylabel="singular value of the decoder")
    axes.legend()
