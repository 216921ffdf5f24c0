r"""Autoencoders and what their codes are good for.

An autoencoder for $d$ features has an *encoder* with the hidden sizes $h$ and $k$ and a *decoder* that mirrors it. Rows
are examples:

$$z = \mathrm{relu}(x W_1^\top + b_1) W_2^\top + b_2, \qquad
\hat{x} = \mathrm{relu}(z V_1^\top + c_1) V_2^\top + c_2.$$

There is an activation between two linear layers and none at the ends. The *loss* is the mean over the $n$ examples of
the squared error, summed over the features. A *denoising* autoencoder is trained to reconstruct $x$ from
$x + \varepsilon / 2$, where $\varepsilon$ is standard normal; a *masked* one from $x$ with every entry that $M$ marks,
a quarter of them on average, set to zero. In evaluation nothing is added or masked. A *linear probe* is a linear
classifier with the weights $A$ and $a$ that sees the codes $z$ and a few labels.

Two sets of data are used: points with $D$ features of which $S$ directions, turned at random, have the variance $v$
and the rest the variance one, labelled by the sign of the sum over these $S$ directions; and the real digits that
scikit-learn ships, 1797 images of 64 pixels.
"""

from itertools import pairwise

import numpy as np
import torch
from sympy import Sum, sqrt, symbols

from verify import Problem, mean_of, positive
from verify.answers import Explanation, Function, Number
from verify.domains import Domain, below

from .machinery.autoencoder_figures import against_principal_components, lines_with_bands
from .machinery.autoencoder_mistakes import (
    inverted_mask,
    loss_of_what_is_hidden,
    loss_of_what_is_seen,
    mask_and_mean_of_features,
    mask_in_evaluation,
    masked_target,
    mean_of_batches,
    noise_and_mean_of_features,
    noise_in_evaluation,
    noise_of_variance_one,
    noisy_target,
    per_batch,
    plain_step,
    rescaled_as_by_dropout,
)
from .machinery.autoencoder_torch import stepped_by_torch
from .machinery.run_autoencoder import (
    ARGUMENTS_OF_PROBE,
    accuracy_by,
    after_mask,
    after_noise,
    decoded,
    descended,
    forwarded,
    loss_of,
    reconstructed,
    relu,
)

problem = Problem(
    __doc__,
    source="EECS 182 homework 7 (Fall 2025), problem 3a; Vincent et al. 2008, Extracting and composing robust features "
    "with denoising autoencoders; E. Alpaydin and C. Kaynak 1998, the digits",
    tags=("autoencoders", "representation learning"),
)

# Given ------------------------------------------------------------------------------------

n, d = problem.size("n d", up_to=3)
h, k = problem.size("h k", up_to=2)
x, x_hat, eps = problem.matrix("x x_hat eps", n, d)
M = problem.matrix("M", n, d, within=below(2))
z = problem.matrix("z", n, k)
W1 = problem.matrix("W1", h, d)
b1 = problem.vector("b1", h)
W2 = problem.matrix("W2", k, h)
b2 = problem.vector("b2", k)
V1 = problem.matrix("V1", h, k)
c1 = problem.vector("c1", h)
V2 = problem.matrix("V2", d, h)
c2 = problem.vector("c2", d)
eta = problem.scalar("eta", within=positive)  # the learning rate

N = problem.size("N", up_to=5)
m = problem.size("m", up_to=3)  # examples in a batch
X = problem.matrix("X", N, d)
y = problem.vector("y", N, within=below(3))
A = problem.matrix("A", 3, k)
a = problem.vector("a", 3)

R, T = problem.size("R T")
runs = problem.matrix("runs", R, T)  # a number for each run and epoch

D = problem.size("D")
S = problem.size("S", at_most=D)
K = problem.size("K", at_most=S)
v = problem.scalar(
    "v",
    within=Domain(
        "[1, \\infty)",
        low=1.0,
        high=16.0,
        assumptions=("positive",),
        independent=False,
        condition=lambda value: bool(np.all(value >= 1)),
    ),
)
rho = problem.scalar(
    "rho",
    within=Domain(
        "(-1, 1)", low=-0.96875, high=0.96875, independent=False, condition=lambda r: bool(np.all(abs(r) < 1))
    ),
)

j = symbols("j", integer=True)
narrow = problem.instance("narrow", "A code of five numbers.", D=100, S=20, K=5, v=10)
exact = problem.instance("exact", "A code with a number for every direction that matters.", D=100, S=20, K=20, v=10)

# Solution ---------------------------------------------------------------------------------


def decode(z, V1, c1, V2, c2):
    return relu(z @ V1.T + c1) @ V2.T + c2


def autoencoder_class():
    """The class that the next parts complete."""

    class Autoencoder(torch.nn.Module):
        def __init__(self, features, hidden_sizes, activation=torch.nn.ReLU):
            super().__init__()
            sizes = [features, *hidden_sizes]
            self.encoder = self.layers(sizes, activation)
            self.decoder = self.layers(sizes[::-1], activation)

        def layers(self, sizes, activation):
            modules = []
            for inputs, outputs in pairwise(sizes):
                modules += [torch.nn.Linear(inputs, outputs), activation()]
            return torch.nn.Sequential(*modules[:-1])  # a code and a reconstruction may be negative

        def encode(self, x):
            return self.encoder(x)

        def forward(self, x):
            return self.decoder(self.encode(x))

        def loss(self, x, x_hat):
            return ((x - x_hat) ** 2).sum(dim=1).mean()  # sum over the features, mean over the examples

    return Autoencoder


part_decoder = problem.part(
    "code.decoder",
    "Write the decoder, the mirror image of the encoder. Here as later: either a class that is built with the number "
    "of features, the list of hidden sizes and an activation, or a function of what is given, by name.",
    answer=Function(decode, adapt=decoded, example=autoencoder_class),
)
part_decoder.mistake(
    "activation after the last layer",
    lambda z, V1, c1, V2, c2: relu(decode(z, V1, c1, V2, c2)),
    "Features may be negative, so nothing may stand behind the last layer.",
)
part_decoder.mistake(
    "no activation", lambda z, V1, c1, V2, c2: (z @ V1.T + c1) @ V2.T + c2, "Two linear layers in a row are one."
)
part_decoder.mistake(
    "activation of the code",
    lambda z, V1, c1, V2, c2: decode(relu(z), V1, c1, V2, c2),
    "The code comes out of the encoder without an activation and goes into the decoder as it is.",
)


def forward(x, W1, b1, W2, b2, V1, c1, V2, c2):
    code = relu(x @ W1.T + b1) @ W2.T + b2
    return relu(code @ V1.T + c1) @ V2.T + c2


part_forward = problem.part(
    "code.forward",
    "Write the whole autoencoder, from $x$ to $\\hat{x}$.",
    answer=Function(forward, adapt=forwarded),
)
part_forward.mistake(
    "activation of the code",
    lambda x, W1, b1, W2, b2, V1, c1, V2, c2: decode(relu(relu(x @ W1.T + b1) @ W2.T + b2), V1, c1, V2, c2),
    "Nothing stands behind the last layer of the encoder: an activation would throw half of the code away.",
)
part_forward.mistake(
    "activation after the last layer",
    lambda x, W1, b1, W2, b2, V1, c1, V2, c2: relu(forward(x, W1, b1, W2, b2, V1, c1, V2, c2)),
    "Features may be negative, so nothing may stand behind the last layer.",
)
part_forward.mistake(
    "the code instead of the reconstruction",
    lambda x, W1, b1, W2, b2: relu(x @ W1.T + b1) @ W2.T + b2,
    "This is what the encoder returns. It still has to be decoded.",
)


def loss(x, x_hat):
    return np.mean(np.sum((x - x_hat) ** 2, axis=1))


part_loss = problem.part(
    "code.loss",
    "Write the loss of examples `x` and reconstructions `x_hat`.",
    answer=Function(loss, adapt=loss_of),
)
part_loss.mistake(
    "mean over the features as well",
    lambda x, x_hat: np.mean((x - x_hat) ** 2),
    "This is what `torch.nn.functional.mse_loss` does unless it is told otherwise. Over what is the mean taken here?",
)
part_loss.mistake(
    "sum over the examples as well", lambda x, x_hat: np.sum((x - x_hat) ** 2), "Over the examples a mean is taken."
)
part_loss.mistake(
    "mean over the features, sum over the examples",
    lambda x, x_hat: np.mean((x - x_hat) ** 2, axis=1).sum(),
    "It is the other way round.",
)
part_loss.mistake(
    "not squared",
    lambda x, x_hat: np.mean(np.linalg.norm(x - x_hat, axis=1)),
    "The square of the distance was asked for.",
)


def denoising_class(Autoencoder):
    """The training step of a denoising autoencoder."""

    class DenoisingAutoencoder(Autoencoder):
        def train_step(self, x, optimizer):
            x_hat = self(x + 0.5 * torch.randn_like(x))
            loss = self.loss(x, x_hat)  # against the clean input: it is to take the noise away
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss

    return DenoisingAutoencoder


def step_with_noise(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The reconstruction of x in evaluation, and all weights after the step."""
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x + eps / 2, x, eta, *weights)


OUTPUTS = ("reconstruction", "W1", "b1", "W2", "b2", "V1", "c1", "V2", "c2")
part_denoise = problem.part(
    "code.denoise",
    "Write one training step of a denoising autoencoder: `train_step(x, optimizer)` in a class, or a function that "
    "returns the reconstruction of $x$ in evaluation and all weights after one step of gradient descent with the "
    "learning rate $\\eta$ (`eta`) and the noise $\\varepsilon / 2$ (`eps / 2`).",
    answer=Function(step_with_noise, outputs=OUTPUTS, adapt=after_noise, example=denoising_class),
)


MEAN_OF_FEATURES = "The loss is a sum over the features; yours is smaller, and so are all steps."
part_denoise.mistake("mean over the features", noise_and_mean_of_features, MEAN_OF_FEATURES)
part_denoise.mistake("noise in the target", noisy_target, "It would learn to reproduce the noise. What should it do?")
part_denoise.mistake("noise of another size", noise_of_variance_one, "The standard deviation of the noise is one half.")
part_denoise.mistake("noise in evaluation", noise_in_evaluation, "Noise is a part of training only.")
part_denoise.mistake("no noise", plain_step, "This is a step of a plain autoencoder.")


def masked_class(Autoencoder):
    """The training step of a masked autoencoder."""

    class MaskedAutoencoder(Autoencoder):
        def train_step(self, x, optimizer):
            hidden = torch.rand_like(x) < 0.25
            x_hat = self(x.masked_fill(hidden, 0.0))
            loss = self.loss(x, x_hat)  # of all entries, hidden or not
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss

    return MaskedAutoencoder


def step_with_mask(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The reconstruction of x in evaluation, and all weights after the step."""
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * (1 - M), x, eta, *weights)


part_mask = problem.part(
    "code.mask",
    "Write one training step of a masked autoencoder in the same way; $M$ is one where an entry is masked. The loss is "
    "that of *all* entries: the notebook says in words that it leaves some out, but its own numbers do not.",
    answer=Function(step_with_mask, outputs=OUTPUTS, adapt=after_mask, example=masked_class),
)


part_mask.mistake("mean over the features", mask_and_mean_of_features, MEAN_OF_FEATURES)
part_mask.mistake("inverted mask", inverted_mask, "A quarter of the entries is hidden, not three quarters.")
part_mask.mistake(
    "loss of what is seen only", loss_of_what_is_seen, "Reconstructing what was hidden would then not be asked for."
)
part_mask.mistake(
    "loss of what is hidden only",
    loss_of_what_is_hidden,
    "That is how BERT is trained, and larger masked autoencoders; here all entries count.",
)
part_mask.mistake("mask in the target", masked_target, "It would learn to return zeros. What should it return?")
part_mask.mistake(
    "rescaled as by dropout", rescaled_as_by_dropout, "Dropout scales up what it keeps; a mask only sets to zero."
)
part_mask.mistake("mask in evaluation", mask_in_evaluation, "Entries are hidden in training only.")


def accuracy(X, y, W1, b1, W2, b2, A, a):
    codes = relu(X @ W1.T + b1) @ W2.T + b2
    return 100 * np.mean(np.argmax(codes @ A.T + a, axis=1) == y)


def accuracy_in_batches(model, classifier, batches):
    right, seen = 0, 0
    for x, y in batches:
        right += (classifier(model.encode(x)).argmax(dim=1) == y).sum().item()
        seen += len(x)  # the last batch may be smaller
    return 100 * right / seen


part_accuracy = problem.part(
    "code.probe_accuracy",
    "Write a function of a model, a classifier and a list of batches $(x, y)$ that returns the accuracy of the "
    "classifier on the codes, in percent; or a function of $X$, $y$ and the weights. Batches have $m$ examples, the "
    "last one perhaps fewer.",
    answer=Function(accuracy, adapt=accuracy_by, arguments=ARGUMENTS_OF_PROBE, example=accuracy_in_batches),
)


part_accuracy.mistake(
    "mean over the batches", mean_of_batches, "The examples of a small last batch then count more than the others."
)
part_accuracy.mistake("counted per batch", per_batch, "Divide by the number of examples, not by that of the batches.")
part_accuracy.mistake(
    "a share", lambda X, y, W1, b1, W2, b2, A, a: accuracy(X, y, W1, b1, W2, b2, A, a) / 100, "In percent, please."
)
part_accuracy.mistake(
    "smallest logit",
    lambda X, y, W1, b1, W2, b2, A, a: accuracy(X, y, W1, b1, W2, b2, -A, -a),
    "The label is where the logit is largest.",
)


def band(runs):
    return runs.mean(axis=0), runs.min(axis=0), runs.max(axis=0)


part_plot = problem.part(
    "code.plot",
    "An experiment is repeated with other seeds. `runs` holds one row for each run and one column for each epoch. "
    "Write a function that returns what is plotted: the mean line and the lower and upper end of the band from the "
    "smallest to the largest run.",
    answer=Function(band, outputs=("mean", "low", "high")),
)
part_plot.mistake(
    "a band of one standard deviation",
    lambda runs: (runs.mean(0), runs.mean(0) - runs.std(0), runs.mean(0) + runs.std(0)),
    "With three runs the extremes say more; they were asked for.",
)
part_plot.mistake(
    "runs and epochs swapped",
    lambda runs: (runs.mean(axis=1), runs.min(axis=1), runs.max(axis=1)),
    "The line has one point for each epoch.",
)
part_plot.mistake(
    "the middle of the band",
    lambda runs: ((runs.min(axis=0) + runs.max(axis=0)) / 2, runs.min(axis=0), runs.max(axis=0)),
    "The line is the mean of all runs.",
)

part_design = problem.part(
    "code.mnist_design",
    "Design an autoencoder for digits: its kind, its hidden sizes, how long it is trained. It sees no labels. Which "
    "accuracy on a test set has a linear probe of its codes that was fitted to 200 labelled digits? At least 79 % are "
    "wanted. (The notebook uses MNIST; the digits of scikit-learn will do.)",
    answer=Number(88, unit="%", interval=(79, 97)),
)
part_design.mistake("accuracy on the labelled digits", 100, "The probe has seen these. Use digits that it has not.")
part_design.mistake("guessing", 10, "This is what guessing among ten digits gives.")

part_i = problem.part(
    "i",
    "Train a linear autoencoder (no activation, one hidden size) on the points with $D = 100$, $S = 20$ and $v = 10$, "
    "with codes of 5, 20, 100 and 500 numbers and several seeds. Plot the loss on the validation set and the accuracy "
    "of a linear probe after each epoch, the untrained network included.",
    answer=Explanation(
        (
            "Two panels, loss and accuracy, over the epochs from 0; axes and sizes of the code are labelled.",
            "For each size a line, the mean of the seeds, in a band from the smallest to the largest run.",
            "The losses end near 230, 80, 0 and 0: the fewer numbers in the code, the more is lost.",
            "The accuracies begin near 60, 77, 95 and 99 % and end near 64, 98, 98 and 99 %.",
        )
    ),
)

part_floor = problem.part(
    "ii.floor",
    "What is the smallest loss of a linear autoencoder with a code of $K \\le S$ numbers, for very many points?",
    Sum(v, (j, K + 1, S)) + Sum(1, (j, S + 1, D)),
    ("=", (S - K) * v + (D - S), "the eigenvalues of the covariance that are discarded: $S - K$ large ones, all small"),
    in_terms_of=(D, S, K, v),
    atom=False,
)
part_floor.key(narrow, 230)
part_floor.key(exact, 80)
part_floor.mistake("the eigenvalues that are kept", K * v, "What the code keeps is reconstructed without loss.")
part_floor.mistake("all variances one", D - K, "Some of the directions that are lost vary more than others.")
part_floor.mistake("standard deviations", (S - K) * sqrt(v) + (D - S), "The loss is a square, like the variance.")
part_floor.mistake("the large directions only", (S - K) * v, "The directions with a small variance are lost, too.")
part_floor.mistake(
    "mean over the features", ((S - K) * v + D - S) / D, "The loss is a sum over the features here, not a mean."
)

part_ii = problem.part(
    "ii",
    "How do loss and accuracy depend on the size of the code, and on training? Explain.",
    answer=Explanation(
        (
            "The loss falls with the size of the code, to the sum of the discarded eigenvalues; from 100 numbers on it "
            "can become zero and larger codes gain little.",
            "The accuracy grows with the size. From 100 numbers on it is close to 100 % even untrained: a random map "
            "to so many numbers can be inverted, so nothing is lost.",
            "With 20 numbers, as many as directions matter, training is essential: it finds these directions, because "
            "they vary most, without having seen a label.",
            "With 5 numbers most of what the label depends on is lost, trained or not.",
            "It works because the label depends on what varies most; a low loss alone does not make a good code.",
        ),
        fewest_words=20,
    ),
)

# Checks -----------------------------------------------------------------------------------


@part_decoder.torch
def torch_decoder(z, W1, b1, W2, b2, V1, c1, V2, c2):
    """The class above"""
    return torch.from_numpy(decoded(autoencoder_class(), *map(np.asarray, (z, W1, b1, W2, b2, V1, c1, V2, c2))))


@part_decoder.numpy
def sums_over_indices(z, V1, c1, V2, c2):
    """Sums over indices, one example after the other"""
    hidden = np.maximum(np.einsum("nk,hk->nh", z, V1) + c1, 0)
    return np.einsum("nh,dh->nd", hidden, V2) + c2


@part_forward.torch
def torch_autoencoder(x, W1, b1, W2, b2, V1, c1, V2, c2):
    """The class above"""
    return torch.from_numpy(forwarded(autoencoder_class(), *map(np.asarray, (x, W1, b1, W2, b2, V1, c1, V2, c2))))


@part_forward.numpy
def one_matrix_for_each_example(x, W1, b1, W2, b2, V1, c1, V2, c2):
    """The linear map that each example meets, the rectifiers being diagonal matrices of zeros and ones"""
    rows = []
    for row in x:
        open_1 = np.diag((W1 @ row + b1 > 0) * 1.0)
        code = W2 @ open_1 @ (W1 @ row + b1) + b2
        open_2 = np.diag((V1 @ code + c1 > 0) * 1.0)
        rows.append(V2 @ open_2 @ (V1 @ code + c1) + c2)
    return np.array(rows)


@part_loss.torch
def torch_mse_loss(x, x_hat):
    """`torch.nn.functional.mse_loss` with the sum of all, divided by the number of examples"""
    return torch.nn.functional.mse_loss(x_hat, x, reduction="sum") / len(x)


@part_loss.numpy
def as_a_trace(x, x_hat):
    """A trace"""
    return np.trace((x - x_hat) @ (x - x_hat).T) / len(x)


@part_denoise.torch
def autograd_with_noise(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The gradient of torch's autograd"""
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(*(each.numpy() for each in (x, *weights))), *stepped_by_torch(x + eps / 2, x, eta, weights)


@part_denoise.numpy
def denoising_class_as_written(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The class above, its noise replaced by what is given"""
    return after_noise(denoising_class(autoencoder_class()), x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2)


@part_mask.torch
def autograd_with_mask(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The gradient of torch's autograd"""
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(*(each.numpy() for each in (x, *weights))), *stepped_by_torch(x * (1 - M), x, eta, weights)


@part_mask.numpy
def masked_class_as_written(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    """The class above, what it hides replaced by what is given"""
    return after_mask(masked_class(autoencoder_class()), x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2)


@part_accuracy.numpy
def loop_over_batches(X, y, m, W1, b1, W2, b2, A, a):
    """The loop above"""
    return accuracy_by(accuracy_in_batches, X, y, m, W1, b1, W2, b2, A, a)


@part_accuracy.numpy
def trace_of_the_confusion_matrix(X, y, W1, b1, W2, b2, A, a):
    """The trace of the confusion matrix"""
    guesses = ((relu(X @ W1.T + b1) @ W2.T + b2) @ A.T + a).argmax(axis=1)
    return 100 * np.trace(np.eye(3)[y].T @ np.eye(3)[guesses]) / len(y)


@part_plot.torch
def torch_band(runs):
    """Torch's reductions"""
    return runs.mean(dim=0).numpy(), runs.amin(dim=0).numpy(), runs.amax(dim=0).numpy()


@part_plot.numpy
def sorted_runs(runs):
    """Sorted runs, first and last"""
    ordered = np.sort(runs, axis=0)
    return np.add.reduce(ordered) / len(ordered), ordered[0], ordered[-1]


@part_design.numpy
def recorded_accuracy():
    """The recorded runs of a plain autoencoder with the hidden sizes 64 and 16, 60 epochs of Adam"""
    return f"{100 * codes_of_digits.recorded['vanilla']:.1f} %"


@part_floor.numpy
def discarded_eigenvalues(D, S, K, v):
    """The eigenvalues of a covariance, sorted"""
    covariance = np.diag(np.append(np.full(S, v), np.ones(D - S)))
    turn = np.eye(D) - 2 / D * np.ones((D, D))  # a reflection
    return np.sum(np.linalg.eigvalsh(turn @ covariance @ turn)[: D - K])


@part_floor.torch
def loss_on_a_few_points(D, S, K, v):
    """The squares that a projection on the first $K$ directions loses, for $2 D$ points with this covariance"""
    variances = torch.cat([v.expand(S), torch.ones(D - S, dtype=v.dtype)])
    points = torch.cat([torch.diag(torch.sqrt(D * variances)), -torch.diag(torch.sqrt(D * variances))])
    reconstructions = torch.cat([points[:, :K], torch.zeros(2 * D, D - K, dtype=v.dtype)], dim=1)
    return ((points - reconstructions) ** 2).sum(dim=1).mean()


@problem.claim
def the_readout_of_a_correlated_code(rho, rng):
    r"""The sign of a normal number that has the correlation $\rho$ with the label's is right with probability
    $1 - \arccos(\rho) / \pi$ (W. Sheppard 1899)."""
    pairs = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], 20_000)
    return mean_of(pairs[:, 0] * pairs[:, 1] > 0), "=", 1 - np.arccos(rho) / np.pi


@problem.experiment(
    small={
        "dimensions": 20,
        "signal": 4,
        "samples": 2000,
        "sizes": (1, 4, 20, 60),
        "epochs": 4,
        "rate": 1e-2,
        "runs": 1,
        "probe_epochs": 50,
    },
    full={
        "dimensions": 100,
        "signal": 20,
        "samples": 20_000,
        "sizes": (5, 20, 100, 500),
        "epochs": 10,
        "rate": 5e-4,
        "runs": 3,
        "probe_epochs": 20,
    },
    part="i",
)
def sizes_of_the_code(dimensions, signal, samples, sizes, epochs, rate, runs, probe_epochs, seed, progress):
    """Linear autoencoders by the size of their code: loss, accuracy of a probe, and the bounds that theory gives."""
    from .machinery import autoencoder, representation_data

    torch.set_num_threads(1)
    losses, accuracies = np.zeros((2, len(sizes), runs, epochs + 1))
    best = np.zeros_like(accuracies)
    below_bound = []
    for place, run in progress([(place, run) for place in range(len(sizes)) for run in range(runs)], "autoencoders"):
        rng = np.random.default_rng(seed + run)
        torch.manual_seed(seed + run)
        points = representation_data.gaussian_points(
            rng, dimensions=dimensions, signal=signal, variance=10.0, samples=samples
        )
        data, bound = points.splits, autoencoder.smallest_loss(points.splits.train.x, sizes[place])
        found = []

        def look(network, data=data, bound=bound, found=found, points=points):
            readout = points.best_readout(network.encoder[0].weight)
            accuracy = autoencoder.probed(network, data, epochs=probe_epochs, rate=3e-3)
            found.append((autoencoder.evaluated(network, data.valid.x), accuracy, readout))
            below_bound.append((bound - autoencoder.evaluated(network, data.train.x)) / (1 + bound))

        network = autoencoder.Autoencoder(dimensions, [sizes[place]], torch.nn.Identity)
        autoencoder.trained(network, data.train.x, epochs=epochs, rate=rate, batch=100, after_epoch=look)
        losses[place, run], accuracies[place, run], best[place, run] = np.transpose(found)
    tested = len(data.test.y)
    error = np.sqrt(best * (1 - best) / tested)
    floors = [max(signal - size, 0) * 10 + max(dimensions - max(size, signal), 0) for size in sizes]
    return {
        "loss": {"mean": losses.mean(1), "low": losses.min(1), "high": losses.max(1)},
        "accuracy": {"mean": accuracies.mean(1), "low": accuracies.min(1), "high": accuracies.max(1)},
        "floors": floors,
        "lost_at_the_end": losses[:, :, -1].mean(1),
        "untrained": accuracies[:, :, 0].mean(1),
        "trained": accuracies[:, :, -1].mean(1),
        "best_readout": best[:, :, -1].mean(1),
        "above_the_best_readout": float(np.max(accuracies - best - 5 * error)),
        "below_the_bound": max(below_bound),
    }


NARROW, EXACT, COMPLETE, WIDE = range(4)  # below, at and above the number of directions that matter; above all


@sizes_of_the_code.claim(unless={"below_the_bound": 0.01})
def no_network_loses_less_than_principal_components(found):
    """On the points it is trained on, after any epoch: the loss is at least the sum of the discarded eigenvalues."""
    return found["below_the_bound"], "<=", 1e-5


@sizes_of_the_code.claim(unless={"above_the_best_readout": 0.02})
def no_probe_does_better_than_the_best_readout(found):
    """By more than five standard errors of the test set; the best readout follows from the encoder's weights."""
    return found["above_the_best_readout"], "<=", 0.0


@sizes_of_the_code.claim(unless={"lost_at_the_end": [260, 80, 1, 0]}, full_only=True)
def the_loss_ends_near_its_floor(found):
    """Within two percent and two units, on the validation set."""
    excess = np.abs(np.subtract(found["lost_at_the_end"], found["floors"]))
    return excess, "<=", 2 + 0.02 * np.array(found["floors"])


@sizes_of_the_code.claim(unless={"lost_at_the_end": [80, 230, 1, 0]})
def larger_codes_lose_less(found):
    lost = found["lost_at_the_end"]
    return lost[EXACT], "<=", 0.9 * lost[NARROW]


@sizes_of_the_code.claim(unless={"untrained": [0.6, 0.7, 0.7, 0.7]}, full_only=True)
def a_complete_code_needs_no_training(found):
    """With 100 numbers a random encoder can be inverted."""
    return found["untrained"][COMPLETE], ">=", 0.9


@sizes_of_the_code.claim(unless={"trained": [0.6, 0.72, 1, 1]}, full_only=True)
def a_code_of_the_right_size_needs_training(found):
    """It finds the directions that vary most, which are those that matter, without a label."""
    return found["trained"][EXACT], ">=", found["untrained"][EXACT] + 0.2


@sizes_of_the_code.claim(unless={"trained": [0.95, 1, 1, 1]}, full_only=True)
def a_narrow_code_has_lost_the_label(found):
    return found["trained"][NARROW], "<=", 0.75


@sizes_of_the_code.claim(unless={"trained": [0.7, 0.9, 0.9, 0.99]}, full_only=True)
def more_than_complete_gains_little(found):
    return found["trained"][WIDE], "<=", found["trained"][COMPLETE] + 0.02


@problem.experiment(
    small={"dimensions": 20, "signal": 4, "samples": 2000, "epochs": 4, "rate": 1e-2, "runs": 1},
    full={"dimensions": 100, "signal": 20, "samples": 20_000, "epochs": 10, "rate": 5e-4, "runs": 3},
    part="ii",
)
def label_in_small_directions(dimensions, signal, samples, epochs, rate, runs, seed, progress):
    """A control: the same points and code, but the label depends on directions that vary little."""
    from .machinery import autoencoder, representation_data

    torch.set_num_threads(1)
    reached = {"varies most": [], "varies little": []}
    for run in progress(range(runs), "autoencoders"):
        for name, varies_most in (("varies most", True), ("varies little", False)):
            torch.manual_seed(seed + run)
            points = representation_data.gaussian_points(
                np.random.default_rng(seed + run),
                dimensions=dimensions,
                signal=signal,
                variance=10.0,
                samples=samples,
                label_varies_most=varies_most,
            )
            network = autoencoder.Autoencoder(dimensions, [signal], torch.nn.Identity)
            autoencoder.trained(network, points.splits.train.x, epochs=epochs, rate=rate, batch=100)
            reached[name].append(autoencoder.probed(network, points.splits, epochs=50, rate=3e-3))
    return {name: np.mean(found) for name, found in reached.items()}


@label_in_small_directions.claim(unless={"varies little": 0.9}, full_only=True)
def a_code_that_loses_little_may_know_nothing_of_the_label(found):
    """Trained in the same way, with the same loss, its code is good for a label of large directions only."""
    return found["varies little"], "<=", found["varies most"] - 0.3


@problem.experiment(
    small={"wide": 32, "size": 10, "sizes": (3,), "epochs": 6, "runs": 1},
    full={"wide": 64, "size": 16, "sizes": (2, 4, 8, 16, 32), "epochs": 60, "runs": 3},
    part="code.mnist_design",
)
def codes_of_digits(wide, size, sizes, epochs, runs, seed, progress):
    """Autoencoders of real digits by their kind and by the size of their code: losses and accuracy of a probe."""
    from .machinery import autoencoder, representation_data

    torch.set_num_threads(1)
    plans = list(dict.fromkeys([*((kind, size) for kind in autoencoder.KINDS), *(("vanilla", each) for each in sizes)]))
    plans = [("untrained", size), *plans]
    scores = {plan: np.zeros((runs, 3)) for plan in plans}
    components = {each: np.zeros((runs, 2)) for each in sizes}
    bounds = []
    for plan, run in progress([(plan, run) for plan in plans for run in range(runs)], "autoencoders of digits"):
        kind, code = plan
        torch.manual_seed(seed + run)
        data = representation_data.digits(np.random.default_rng(seed + run))
        corrupt = autoencoder.KINDS.get(kind, autoencoder.unchanged)
        network = autoencoder.Autoencoder(64, [wide, code], torch.nn.ReLU, corrupt)
        autoencoder.trained(network, data.train.x, epochs=0 if kind == "untrained" else epochs, rate=2e-3, batch=50)
        scores[plan][run] = (
            autoencoder.probed(network, data, epochs=1000),
            autoencoder.evaluated(network, data.test.x),
            autoencoder.evaluated(network, data.test.x, autoencoder.with_noise),
        )
        if kind == "vanilla" and code in components:
            linear = autoencoder.PrincipalComponents(data.train.x, code)
            best = autoencoder.probed(linear, data, epochs=1000), autoencoder.evaluated(linear, data.test.x)
            components[code][run] = best
        bounds.append(autoencoder.smallest_loss(data.test.x, 0))
    by_size = np.array([scores["vanilla", each][:, :2] for each in sizes])  # size, run, accuracy or loss
    ends = {"mean": by_size.mean(1), "low": by_size.min(1), "high": by_size.max(1)}
    return {
        **{kind: found[:, 0].mean() for (kind, code), found in scores.items() if code == size},
        "clean": {kind: found[:, 1].mean() for (kind, code), found in scores.items() if code == size},
        "noisy": {kind: found[:, 2].mean() for (kind, code), found in scores.items() if code == size},
        "sizes": sizes,
        "accuracy_by_size": {end: values[:, 0] for end, values in ends.items()},
        "loss_by_size": {end: values[:, 1] for end, values in ends.items()},
        "components": {
            "accuracy": [components[each][:, 0].mean() for each in sizes],
            "loss": [components[each][:, 1].mean() for each in sizes],
        },
        "variance": np.mean(bounds),
    }


@codes_of_digits.claim(unless={"vanilla": 0.7}, full_only=True)
def two_hundred_labels_suffice(found):
    """As the notebook demands."""
    return found["vanilla"], ">=", 0.79


@codes_of_digits.claim(unless={"masked": 0.6}, full_only=True)
def every_kind_passes(found):
    return min(found[kind] for kind in ("vanilla", "denoising", "masked")), ">=", 0.79


@codes_of_digits.claim(unless={"untrained": 0.9}, full_only=True)
def training_without_labels_helps(found):
    return found["untrained"], "<=", found["vanilla"] - 0.05


@codes_of_digits.claim(unless={"noisy": {"vanilla": 1.0, "denoising": 2.0}}, full_only=True)
def only_the_denoising_one_has_learnt_to_take_noise_away(found):
    """The plain one passes much of the noise on."""
    return found["noisy"]["denoising"], "<=", 0.8 * found["noisy"]["vanilla"]


@codes_of_digits.claim(unless={"clean": {"vanilla": 2.0, "denoising": 1.0}}, full_only=True)
def the_plain_one_reconstructs_clean_digits_best(found):
    return found["clean"]["vanilla"], "<=", 0.8 * found["clean"]["denoising"]


@codes_of_digits.claim(unless={"clean": {"vanilla": 9.0}})
def training_beats_the_mean_digit(found):
    """An autoencoder that returns the mean of all digits has the variance of the pixels as its loss."""
    return found["clean"]["vanilla"], "<=", found["variance"]


@codes_of_digits.claim(unless={"accuracy_by_size": {"mean": [0.9, 0.9, 0.9, 0.5, 0.5]}}, full_only=True)
def larger_codes_of_digits_tell_more(found):
    return found["accuracy_by_size"]["mean"][0], "<=", found["accuracy_by_size"]["mean"][-1] - 0.15


@codes_of_digits.claim(unless={"loss_by_size": {"mean": [1.0, 2.0, 3.0, 4.0, 5.0]}}, full_only=True)
def larger_codes_of_digits_lose_less(found):
    losses = np.array(found["loss_by_size"]["mean"])
    return losses[1:], "<=", 0.9 * losses[:-1]


@codes_of_digits.claim(unless={"loss_by_size": {"mean": [9.0, 9.0, 9.0, 9.0, 9.0]}}, full_only=True)
def layers_with_activations_lose_less_than_principal_components(found):
    """The bound by eigenvalues is one for linear autoencoders: with a small code a bent surface fits digits better."""
    return found["loss_by_size"]["mean"][0], "<=", 0.95 * found["components"]["loss"][0]


@problem.variant
def another_covariance(rng):
    kept, matter = sorted(int(size) for size in rng.choice(np.arange(2, 30), 2, replace=False))
    return {"D": 10 * int(rng.integers(4, 12)), "S": matter, "K": kept, "v": int(rng.integers(4, 20))}


@problem.figure(
    "The loss on the validation set: the mean of three runs in a band from the smallest to the largest. The dashed "
    "lines are the sums of the discarded eigenvalues, 230 and 80.",
    "Four falling lines over ten epochs that all begin near 310. With five numbers the line levels off at 230, with 20 "
    "at 80; with 100 it comes close to zero after ten epochs, with 500 after two.",
    part="i",
)
def loss_by_size(axes):
    lines_with_bands(axes, sizes_of_the_code.recorded["loss"], "loss")
    for floor in sizes_of_the_code.recorded["floors"][:2]:
        axes.axhline(floor, linestyle="--", linewidth=0.8, color="gray")


@problem.figure(
    "The accuracy of a linear probe on the test set, in the same runs. Only at 20 numbers, as many as directions "
    "matter, does training decide.",
    "Four lines over ten epochs. With 100 and 500 numbers the accuracy is above 90 percent from the start. With 20 it "
    "climbs from 77 to 98 percent. With five it stays between 58 and 68 percent, in a wide band.",
    part="i",
)
def accuracy_by_size(axes):
    lines_with_bands(axes, sizes_of_the_code.recorded["accuracy"], "accuracy of the probe")


@problem.figure(
    "Real digits: what is lost on the test set, by the size of the code, for autoencoders with a layer of 64 units on "
    "either side; mean of three runs in a band from the smallest to the largest.",
    "Two falling lines over codes of 2, 4, 8, 16 and 32 numbers. The autoencoder loses 2.3, 1.7, 1.1, 0.6 and 0.3, "
    "principal components 3.3, 2.4, 1.6, 0.7 and 0.2: they cross between 16 and 32.",
    part="code.mnist_design",
)
def loss_on_digits(axes):
    found = codes_of_digits.recorded
    against_principal_components(axes, found["sizes"], found["loss_by_size"], found["components"]["loss"], "loss")


@problem.figure(
    "Real digits: the accuracy of a linear probe of the same codes, fitted to 200 labels. The notebook's mark is at 79 "
    "percent.",
    "Two rising lines over codes of 2, 4, 8, 16 and 32 numbers. The autoencoder reaches 49, 70, 81, 88 and 89 percent, "
    "in a band that is wide for 2 and 4 numbers; principal components lie a little below, at 37 to 87. A dotted "
    "line at 79 percent is crossed just before 8.",
    part="code.mnist_design",
)
def accuracy_on_digits(axes):
    found = codes_of_digits.recorded
    against_principal_components(
        axes, found["sizes"], found["accuracy_by_size"], found["components"]["accuracy"], "accuracy of the probe"
    )
    axes.axhline(0.79, linestyle=":", color="gray")
