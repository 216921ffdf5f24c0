r"""Debugging deep networks.

Three networks misbehave. The first one has 56 layers and makes more errors than one of 20 layers, on the training set
as well as on the test set. The second one is trained on a small card: a batch of $B$ examples does not fit, so the
gradients of several *micro-batches* are added up before each step, each loss scaled by its share of the batch. The loss
of the third one grows and oscillates, although its training loop looks complete:

```python
for inputs, targets in loader:
    loss = criterion(model(inputs), targets)
    loss.backward()
    optimizer.step()
```

For one weight $w$, the squared loss $a w^2 / 2$ with the curvature $a$ and the learning rate $\eta$, gradient descent
takes a step of $-\eta$ times the gradient. $G$ is the gradient that is stored when an iteration begins. Two halves of a
batch give one feature the values $u_1, \dots, u_n$ and $v_1, \dots, v_n$.
"""

import numpy as np
import torch
from sympy import Determinant, Identity, Matrix, S, Sum, symbols

from verify import Problem, gradient, positive
from verify.answers import Choice, Explanation, Function
from verify.domains import Domain

from .machinery.normalisation import accumulated_gradient, normalised, relative_difference
from .machinery.residual import errors_after_training
from .machinery.training import NAMES, descend, weights_after_training

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Spring 2023), problem 6; He, Zhang, Ren and Sun 2016, Deep residual learning for "
    "image recognition; Ioffe and Szegedy 2015, Batch normalization; Ba, Kiros and Hinton 2016, Layer normalization",
    tags=("training", "normalisation", "optimisation"),
)

# Given ------------------------------------------------------------------------------------

small = Domain(
    r"(0, \tfrac{1}{8}]",
    low=1 / 64,
    high=1 / 8,
    assumptions=("positive",),
    condition=lambda array: bool(np.all(array <= 1 / 8)),
)

w, G, z = problem.scalar("w G z")
a = problem.scalar("a", within=positive)
eta = problem.scalar("eta", within=small)

n, m, d = problem.size("n m d", up_to=3)
u, v = problem.vector("u v", n)
X = problem.matrix("X", m, d)  # the examples that the loop is tried on
y = problem.vector("y", m)
theta = problem.vector("theta", d)  # the weights it starts from
H = problem.matrix("H", m, d)  # the features of m examples inside a network

i = symbols("i", integer=True)
half = (i, 0, n - 1)

halves = problem.instance("halves", "Two halves of two examples.", u=[1, 3], v=[5, 9])
slow = problem.instance("slow", "A loss that is four times as steep as its weight.", w=1, G=2, a=4, eta="1/16", z=3)

# Solution ---------------------------------------------------------------------------------

part_a = problem.part(
    "a",
    "Why does the deeper network make more errors, and what helps?",
    answer=Explanation(
        rubric=(
            "it is no overfitting: the deeper network is worse on the training set, too",
            "so it is a problem of optimisation, called degradation: the better weights exist, since further layers "
            "could be the identity, but they are not found",
            "why: layers of weights and nonlinearities find it hard to learn the identity, and gradients pass through "
            "many products on their way back",
            "what helps: residual connections, with which a block is the identity as soon as its weights are zero; "
            "normalisation and a suitable initialisation help as well",
            "what does not: more data, dropout or a smaller network in between, which are cures for overfitting",
        )
    ),
)

part_cause = problem.part(
    "a.cause",
    "Which of these does the higher *training* error of the deeper network show?",
    answer=Choice(
        {
            "A": "overfitting",
            "B": "too little training data",
            "C": "a difficulty of optimisation",
            "D": "a network that cannot represent the function of the shallower one",
        },
        correct="C",
    ),
    atom=False,
)
part_cause.mistake("overfitting", "A", "A network that overfits does very well on one of the two sets. On which?")
part_cause.mistake("too little data", "B", "Less data is easier to fit. What would the training error do?")
part_cause.mistake(
    "too little capacity", "D", "Let the further layers be the identity: which function does the network compute then?"
)

NORMALISATIONS = {
    "BatchNorm": "batch normalisation, in training mode",
    "LayerNorm": "layer normalisation",
    "both": "both of them",
    "neither": "neither of them, since each loss is divided as it should be",
}
part_b = problem.part(
    "b",
    "With which normalisation do the gradients of the micro-batches *not* add up to the gradient of the batch?",
    answer=Choice(NORMALISATIONS, correct="BatchNorm"),
)
part_b.mistake("layer normalisation", "LayerNorm", "Over which numbers does this one take its mean? Are they split up?")
part_b.mistake("both", "both", "One of the two never looks at a second example.")
part_b.mistake(
    "neither, since the loss is divided",
    "neither",
    "The division makes the mean of the losses right. Do the losses themselves stay the same?",
)

part_reason = problem.part(
    "b.reason",
    "Why?",
    answer=Explanation(
        rubric=(
            "batch normalisation takes mean and variance over the examples of the micro-batch, not of the batch",
            "so the output for an example depends on which others are in its micro-batch, and the network computes "
            "another function: no scaling of the losses makes up for it",
            "at one example for each micro-batch there is no variance at all; PyTorch refuses",
            "layer normalisation takes them over the features of one example, which stay together",
        )
    ),
    atom=False,
)

mean_u, mean_v = Sum(u[i, 0], half) / n, Sum(v[i, 0], half) / n
mu = problem.let("mu", (Sum(u[i, 0], half) + Sum(v[i, 0], half)) / (2 * n))
variance_u = Sum((u[i, 0] - mean_u) ** 2, half) / n
variance_v = Sum((v[i, 0] - mean_v) ** 2, half) / n
part_variance = problem.part(
    "b.variance",
    r"Each half of the batch has a variance of its own. What does the variance of the whole batch, around its mean "
    r"$\mu$, exceed their mean by?",
    (Sum((u[i, 0] - mu) ** 2, half) + Sum((v[i, 0] - mu) ** 2, half)) / (2 * n) - (variance_u + variance_v) / 2,
    (
        "=",
        (Sum(u[i, 0] ** 2, half) + Sum(v[i, 0] ** 2, half)) / (2 * n)
        - mu**2
        - (Sum(u[i, 0] ** 2, half) / n - mean_u**2 + Sum(v[i, 0] ** 2, half) / n - mean_v**2) / 2,
        "a variance is the mean square less the squared mean",
    ),
    ("=", (mean_u**2 + mean_v**2) / 2 - mu**2, "the mean squares cancel"),
    (
        "=",
        ((Sum(u[i, 0], half) - Sum(v[i, 0], half)) / (2 * n)) ** 2,
        r"$\mu$ is the mean of the two means; this is the square of half their distance",
    ),
    in_terms_of=(u, v, n),
    atom=False,
)
part_variance.key(halves, "25/4")
part_variance.mistake(
    "half forgotten", ((Sum(u[i, 0], half) - Sum(v[i, 0], half)) / n) ** 2, "How far is each mean from the common one?"
)
part_variance.mistake(
    "squares of the means added",
    (mean_u**2 + mean_v**2) / 2,
    "Two halves with the same mean differ in nothing that matters here.",
)


def training_loop(model, optimizer, criterion, loader):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()


def descent(X, y, theta, eta):
    """The weights after two passes over the examples, each with a step along its own gradient."""
    return descend(X, y, theta, eta, gradient_of_step=lambda fresh, *_: (fresh, fresh))


part_c = problem.part(
    "c",
    "Mend the training loop. Write it as a function of `model`, `optimizer`, `criterion` and `loader` (and `epochs`, "
    "if you like), or write one step as a function of `model`, `optimizer`, `criterion`, `inputs` and `targets`.",
    answer=Function(descent, adapt=weights_after_training, arguments=NAMES, example=training_loop),
)


def slipped(gradient_of_step, slowed=1):
    """A training loop that does something else with its gradients, perhaps with a lower learning rate."""

    def train(X, y, theta, eta):
        return descend(X, y, theta, eta / slowed, gradient_of_step=gradient_of_step)

    return train


def added_up(fresh, kept, _):
    return kept + fresh, kept + fresh


part_c.mistake(
    "gradients are never set to zero",
    slipped(added_up),
    "Before the loop is too early: what does `backward` do with the gradient that the iteration before has left?",
)
part_c.mistake(
    "set to zero between backward and step",
    slipped(lambda fresh, *_: (0 * fresh, 0 * fresh)),
    "Which gradient is left for the step to take?",
)
part_c.mistake(
    "only the learning rate lowered",
    slipped(added_up, slowed=10),
    "The steps are shorter now, and still follow a sum of old gradients. Does it ever settle?",
)
part_c.mistake(
    "set to zero once for each epoch",
    slipped(lambda fresh, kept, first: (fresh, fresh) if first else (kept + fresh, kept + fresh)),
    "There is a step for every batch: how many gradients has the second step of an epoch?",
)

stored = G + a * w
taken = w - eta * stored
part_update = problem.part(
    "c.update",
    r"Without zeroing, an iteration turns $(w, G)$ into $(w - \eta (G + a w), G + a w)$. Write it as a matrix.",
    Matrix([[gradient(taken, w), gradient(taken, G)], [gradient(stored, w), gradient(stored, G)]]),
    ("=", Matrix([[1 - eta * a, -eta], [a, 1]]), "the map is linear, so its matrix holds the partial derivatives"),
    in_terms_of=(a, eta),
    atom=False,
)
part_update.key(slow, [["3/4", "-1/16"], [4, 1]])
part_update.mistake(
    "step along the stored gradient only",
    Matrix([[1, -eta], [a, 1]]),
    "The gradient has been added up before the step is taken.",
)
part_update.mistake(
    "gradient replaced instead of added",
    Matrix([[1 - eta * a, 0], [a, 0]]),
    "This is the loop that sets the gradient to zero.",
)

U = part_update.answer
part_product = problem.part(
    "c.product",
    "What is the product of its two eigenvalues?",
    Determinant(U),
    ("=", 1 + 0 * a, r"the determinant $(1 - \eta a) \cdot 1 - (-\eta) \cdot a$, in which $\eta a$ cancels"),
    in_terms_of=(a, eta),
    atom=False,
)
part_product.key(slow, 1)
part_product.mistake("other diagonal forgotten", 1 - eta * a, "Two products of entries make up a determinant.")
part_product.mistake("sign of the other diagonal", 1 - 2 * eta * a, "Minus times minus.")

part_polynomial = problem.part(
    "c.polynomial",
    r"Find the characteristic polynomial $\det(z I - U)$ of this matrix $U$.",
    Determinant(z * Identity(2) - U),
    ("=", (z - 1 + eta * a) * (z - 1) + eta * a, "the determinant of two rows and columns"),
    ("=", z**2 - (2 - eta * a) * z + 1, "collect the powers of $z$"),
    in_terms_of=(z, a, eta),
    atom=False,
)
part_polynomial.key(slow, "19/4")
part_polynomial.mistake(
    "sign of the trace", z**2 + (2 - eta * a) * z + 1, "The coefficient of $z$ is the sum of the eigenvalues, negated."
)
part_polynomial.mistake(
    "determinant forgotten", z**2 - (2 - eta * a) * z, "At $z = 0$ it is the product of the eigenvalues."
)

part_modulus = problem.part(
    "c.modulus",
    r"For $\eta a < 4$ its zeros are $1 - \eta a / 2 \pm i \sqrt{\eta a - (\eta a)^2 / 4}$. What is the square of "
    "their absolute value?",
    (1 - eta * a / 2) ** 2 + eta * a * (1 - eta * a / 4),
    (
        "=",
        1 + 0 * a,
        r"the square of the real part is $1 - \eta a + (\eta a)^2 / 4$: the weight neither settles nor grows",
    ),
    in_terms_of=(a, eta),
    atom=False,
)
part_modulus.key(slow, 1)
part_modulus.mistake("only the real part", (1 - eta * a / 2) ** 2, "The imaginary part counts as well.")
part_modulus.mistake("as if mended", (1 - eta * a) ** 2, "This is what happens if gradients are set to zero.")

part_mended = problem.part(
    "c.mended",
    "By which factor does the mended loop change the weight in each iteration?",
    gradient(w - eta * a * w, w),
    ("=", 1 - eta * a, r"the gradient is $a w$: for $0 < \eta a < 2$ the factor is below one and the weight settles"),
    in_terms_of=(a, eta),
    atom=False,
)
part_mended.key(slow, "3/4")
part_mended.mistake("sign", 1 + eta * a, "A step goes against the gradient.")

# Checks -----------------------------------------------------------------------------------

problem.property(
    "stored_gradients_keep_the_weight_swinging",
    (w - eta * stored) ** 2 * a + eta * stored**2 + eta * a * (w - eta * stored) * stored,
    "=",
    w**2 * a + eta * G**2 + eta * a * w * G,
    r"this energy, positive for $\eta a < 4$, is the same after every iteration: the pair never comes to rest at zero",
)


@part_c.torch
def the_loop_above(X, y, theta, eta):
    """The loop as it is printed, run by PyTorch on a linear model"""
    return weights_after_training(training_loop, X, y, theta, eta)


@part_variance.torch
def law_of_total_variance(u, v):
    """Variances by PyTorch, of the batch and of its halves"""
    return torch.cat([u, v]).var(correction=0) - torch.stack([u, v]).var(1, correction=0).mean()


@part_update.torch
def jacobian_by_autograd(a, eta):
    def iteration(state):
        weight, stored = state
        return torch.stack([weight - eta * (stored + a * weight), stored + a * weight])

    return torch.func.jacrev(iteration)(torch.ones(2, dtype=torch.float64))


@part_product.numpy
def product_of_eigenvalues(a, eta):
    return np.prod(np.linalg.eigvals([[1 - eta * a, -eta], [a, 1]])).real


@part_polynomial.numpy
def product_of_distances_to_the_eigenvalues(a, eta, z):
    return np.prod(z - np.linalg.eigvals([[1 - eta * a, -eta], [a, 1]])).real


@part_modulus.numpy
def squared_modulus_of_an_eigenvalue(a, eta):
    return np.abs(np.linalg.eigvals([[1 - eta * a, -eta], [a, 1]])[0]) ** 2


@part_mended.torch
def one_step_of_sgd(a, eta):
    weight = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=float(eta))
    (a * weight.square() / 2).sum().backward()
    optimizer.step()
    return weight


@part_b.torch
def normalisation_that_sees_the_split():
    """Features of six examples, normalised by PyTorch at once and in two halves"""
    features = torch.linspace(0, 3, 24, dtype=torch.float64).reshape(6, 4).sin()
    sees = [
        kind
        for kind in ("BatchNorm", "LayerNorm")
        if not torch.allclose(normalised(kind, features), torch.cat([normalised(kind, x) for x in features.split(3)]))
    ]
    return "neither" if not sees else "both" if len(sees) == 2 else sees[0]


@problem.claim(backend="torch")
def backward_adds_to_the_stored_gradient(theta):
    """Two calls without `zero_grad` between them leave the sum of both gradients."""
    leaf = theta.clone().requires_grad_()
    for _ in range(2):
        (leaf**3).sum().backward()
    return leaf.grad, "=", 6 * theta**2


@problem.claim
def the_product_of_all_eigenvalues_is_one_at_every_learning_rate(X, a):
    """For a quadratic loss of any number of weights: so one of them is at least one, whatever the learning rate."""
    hessian, one = X.T @ X, np.eye(X.shape[1])
    return np.linalg.det(np.block([[one - a * hessian, -a * one], [hessian, one]])), "=", 1.0


@problem.claim(false=True)
def a_lower_learning_rate_is_enough(a, eta):
    """It only slows the swinging down: the weight has still left the middle after a thousand iterations."""
    weight, stored, reached = 1.0, 0.0, []
    for _ in range(1000):
        stored += a * weight
        weight -= eta / 10 * stored
        reached.append(abs(weight))
    return max(reached[500:]), "<=", 0.5


@problem.claim
def with_zero_grad_the_weight_settles(w, a, eta):
    """After $k$ iterations it is $(1 - \\eta a)^k$ times what it was, here for $k = 20$."""
    weight = w
    for _ in range(20):
        weight -= eta * a * weight
    return weight, "=", w * (1 - eta * a) ** 20


@problem.claim(backend="torch")
def layer_normalisation_takes_every_example_alone(H):
    return normalised("LayerNorm", H), "=", torch.cat([normalised("LayerNorm", row[None]) for row in H])


@problem.claim(backend="torch", false=True)
def batch_normalisation_takes_every_half_alone(H):
    """Its mean and variance are those of the examples it is shown together."""
    halves = [torch.cat([H, 2 * H]), torch.cat([H**2, H**3])]
    return normalised("BatchNorm", torch.cat(halves)), "=", torch.cat([normalised("BatchNorm", x) for x in halves])


@problem.claim(backend="torch")
def equal_examples_are_erased_by_batch_normalisation(H, theta):
    """One example, shown twice: the output is the offset, whatever the example is."""
    single = H[:1].repeat(2, 1)
    return torch.nn.functional.batch_norm(single, None, None, bias=theta, training=True)[0], "=", theta


@problem.claim
def a_deeper_network_can_compute_what_a_shallower_one_does(H):
    """Further layers may be the identity, which a ReLU leaves alone after a ReLU."""
    shallow = np.maximum(H, 0)
    deep = shallow
    for _ in range(36):
        deep = np.maximum(deep @ np.eye(H.shape[1]), 0)
    return deep, "=", shallow


@problem.experiment(
    small={"batch": 16, "sizes": [2, 4, 8, 16]}, full={"batch": 64, "sizes": [2, 4, 8, 16, 32, 64]}, part="b"
)
def accumulation(batch, sizes, seed):
    """By how much the accumulated gradient of a small network differs from that of the batch, relative to it."""
    return {
        "sizes": sizes,
        **{
            kind: [
                relative_difference(
                    accumulated_gradient(kind, size, batch, seed), accumulated_gradient(kind, batch, batch, seed)
                )
                for size in sizes
            ]
            for kind in ("BatchNorm", "LayerNorm")
        },
    }


@accumulation.claim(unless={"LayerNorm": [0.0, 0.001, 0.0]})
def layer_normalisation_is_exact_at_every_size(found):
    """Up to rounding."""
    return max(found["LayerNorm"]), "<=", 1e-12


@accumulation.claim(unless={"BatchNorm": [0.5, 0.01, 0.0]})
def batch_normalisation_is_far_off_at_every_smaller_size(found):
    """By more than a twentieth of the gradient."""
    return min(found["BatchNorm"][:-1]), ">=", 0.05


@accumulation.claim(unless={"BatchNorm": [0.5, 0.01, 0.2]})
def one_micro_batch_is_the_batch(found):
    return found["BatchNorm"][-1], "<=", 1e-12


@problem.experiment(
    small={"depths": [4, 24], "steps": 150, "networks": 1},
    full={"depths": [20, 56], "steps": 400, "networks": 3},
    part="a",
)
def degradation(depths, steps, networks, seed, progress):
    """Errors on handwritten digits of networks with and without residual connections, the deeper ones last."""
    found = {}
    runs = [(kind, depth, number) for kind in ("plain", "residual") for depth in depths for number in range(networks)]
    for kind, depth, number in progress(runs, "training networks"):
        errors = errors_after_training(kind == "residual", depth, steps, seed + number)
        for name, error in zip(("training", "test"), errors, strict=True):
            by_depth = found.setdefault(f"{kind} {name}", [0.0] * len(depths))
            by_depth[depths.index(depth)] += error / networks
    return {"depths": depths, **found}


@degradation.claim(unless={"plain training": [0.1, 0.14]})
def the_deeper_plain_network_is_worse_on_its_training_set(found):
    """So it does not overfit."""
    return found["plain training"][1] - found["plain training"][0], ">=", 0.05


@degradation.claim(unless={"plain training": [0.1, 0.2], "plain test": [0.2, 0.5]})
def the_deeper_plain_network_errs_mostly_on_what_it_has_seen(found):
    """The gap between test and training set is the smaller part of its errors."""
    return found["plain test"][1] - found["plain training"][1], "<=", found["plain training"][1]


@degradation.claim(unless={"residual training": [0.0, 0.9]}, full_only=True)
def residual_connections_help_the_deeper_network(found):
    return found["plain training"][1] - found["residual training"][1], ">=", 0.1


@problem.variant
def other_numbers(rng):
    u, v = rng.integers(-4, 5, 3), rng.integers(-4, 5, 3)
    steepness, share = (int(number) for number in rng.integers(2, 6, 2))
    return {"u": u, "v": v, "w": 1, "G": 2, "z": 3, "a": steepness, "eta": S.One / (8 * share)}


@problem.figure(
    "A weight on its way from 1, with a curvature of 4 and a learning rate of 1/16. Without zeroing it swings for "
    "ever, more slowly with a lower learning rate; the mended loop brings it to rest.",
    "Three curves over 60 iterations, all starting at one. The first swings between about one and minus one, every "
    "twelve iterations; the second does so more slowly; the third falls to zero within fifteen iterations.",
    part="c",
)
def three_loops(axes):
    for label, rate, keep in (
        ("not set to zero", 1 / 16, 1),
        ("and a quarter of the rate", 1 / 64, 1),
        ("mended", 1 / 16, 0),
    ):
        weight, stored, path = 1.0, 0.0, [1.0]
        for _ in range(60):
            stored = keep * stored + 4 * weight
            weight -= rate * stored
            path.append(weight)
        axes.plot(path, label=label)
    axes.set(xlabel="iteration", ylabel="weight")
    axes.legend(loc="upper center", ncols=3, bbox_to_anchor=(0.5, 1.15))


@problem.figure(
    "How far the accumulated gradient is from that of the whole batch of 64, by the size of the micro-batches.",
    "Two curves over micro-batch sizes from 2 to 64. Batch normalisation starts at about 0.9, falls with the size and "
    "reaches zero at 64 only. Layer normalisation is zero at every size.",
    part="b",
)
def difference_by_size(axes):
    found = accumulation.recorded
    for kind, marker in (("BatchNorm", "o-"), ("LayerNorm", "s-")):
        axes.plot(found["sizes"], found[kind], marker, label=kind)
    axes.set(xscale="log", xlabel="examples in a micro-batch", ylabel="relative difference of the gradient")
    axes.set_xticks(found["sizes"], [str(size) for size in found["sizes"]])
    axes.minorticks_off()
    axes.legend()


@problem.figure(
    "Wrong predictions on handwritten digits after 400 steps of training, means of three networks: the deeper plain "
    "network is worse on the set that it was trained on. With residual connections most of that is gone.",
    "Four pairs of bars, training and test. Plain, 20 layers: 4 and 16 percent. Plain, 56 layers: 51 and 55 percent. "
    "Residual, 20 layers: 2 and 11 percent. Residual, 56 layers: 6 and 14 percent.",
    part="a",
)
def errors_by_depth(axes):
    found = degradation.recorded
    labels = [f"{kind}, {depth}" for kind in ("plain", "residual") for depth in found["depths"]]
    for shift, name in ((-0.2, "training"), (0.2, "test")):
        heights = [100 * error for kind in ("plain", "residual") for error in found[f"{kind} {name}"]]
        axes.bar(np.arange(4) + shift, heights, width=0.38, label=name)
    axes.set_xticks(range(4), labels)
    axes.set(xlabel="kind and number of layers", ylabel="wrong predictions in percent")
    axes.legend()
