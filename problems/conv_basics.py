r"""Why convolutions.

A fully connected layer from an image of $h \times w$ pixels with $c$ channels to one of the same size with $d$ channels
gives every output a weight of its own for every input, and a bias. A convolutional layer slides $d$ filters of
$f \times f$ pixels and $c$ channels over the image, each with one bias.

In one dimension a filter $g$ of length $f$ turns a signal $x$ into $y_i = \sum_{j=0}^{f-1} x_{i+j} \, g_j$; a layer of
a deep network does so with the output of the layer before.
"""

import numpy as np
import torch
from scipy.linalg import toeplitz
from scipy.ndimage import correlate1d
from scipy.signal import correlate2d
from sympy import Sum, symbols

from verify import Problem
from verify.answers import Choices, Explanation

problem = Problem(
    __doc__,
    source="EECS 182 homework 6, problem 6a; Dumoulin and Visin 2016, A guide to convolution arithmetic",
    tags=("convolution",),
)

# Given ------------------------------------------------------------------------------------

h, w, c, d, f, L = problem.size("h w c d f L")
n = problem.size("n")
x = problem.vector("x", n + f)  # a signal
g = problem.vector("g", f)  # a filter
X = problem.matrix("X", n + f, n + f)  # an image of one channel
G = problem.matrix("G", f, f)

j = symbols("j", integer=True)

digits = problem.instance("digits", "Images of 8 x 8 pixels, filters of 3 x 3.", h=8, w=8, c=1, d=4, f=3, L=5)

# Solution ---------------------------------------------------------------------------------

part_a = problem.part(
    "a",
    "Name two reasons to use convolutional rather than fully connected layers for images, and explain each.",
    answer=Explanation(
        (
            "Any two of the following, each with its reason.",
            "Locality: what belongs together is near; parts are found first, and wholes from parts, layer by layer.",
            "Shared weights: a pattern is recognised wherever it stands, so a shifted input gives a shifted output.",
            "Fewer parameters, so that less data and memory are needed.",
            "Weights know directions, such as left and above, which a bag of pixels does not.",
            "Heritage of filter banks in image processing, and of what is known about the visual cortex.",
            "Success in practice.",
        )
    ),
)

MISCONCEPTIONS = {
    "d": ("rotation", "Turn a filter for horizontal edges by a quarter. Which edges does it answer to now?"),
    "e": ("no parameters", "The entries of the filters are what is learned."),
    "f": ("any number of channels", "How many entries has a filter, and what does that number depend on?"),
    "g": ("scale", "A filter has a fixed length. What does it see of a pattern that is twice as long?"),
}
part_true = problem.part(
    "a.true",
    "Which of these are true of a convolutional layer?",
    answer=Choices(
        {
            "a": "Away from the borders, a shifted input gives a shifted output.",
            "b": "Each output depends on a small window of the input only.",
            "c": "The same weights are used in every place, so there are fewer of them.",
            "d": "A rotated input gives a rotated output.",
            "e": "It has no parameters that must be learned.",
            "f": "The same layer takes images with any number of channels.",
            "g": "A pattern is recognised at any scale.",
        },
        correct=("a", "b", "c"),
        feedback={label: feedback for label, (_, feedback) in MISCONCEPTIONS.items()},
    ),
    atom=False,
)
for label, (name, feedback) in MISCONCEPTIONS.items():
    part_true.mistake(name, ["a", "b", "c", label], feedback)
part_true.mistake("nothing but rotation", ["d"], "Rotation is what it does not do. What of shifts?")

part_dense = problem.part(
    "count.dense",
    "How many parameters has the fully connected layer?",
    Sum(h * w * c + 1, (j, 0, h * w * d - 1)),
    ("=", h * w * d * (h * w * c + 1), "every output has the same number of weights and one bias"),
    in_terms_of=(h, w, c, d, f),
    atom=False,
)
part_dense.key(digits, 16_640)
part_dense.mistake("bias forgotten", h**2 * w**2 * c * d, "Every output has one number beside its weights.")
part_dense.mistake("one output only", h * w * c + 1, "This is one output's share. How many outputs are there?")
part_dense.mistake("one bias", h**2 * w**2 * c * d + 1, "No two outputs share a bias here.")

part_filter = problem.part(
    "count.filter",
    "How many parameters has the convolutional layer?",
    Sum(f**2 * c + 1, (j, 0, d - 1)),
    ("=", d * (f**2 * c + 1), "every filter has the same number of entries and one bias"),
    in_terms_of=(h, w, c, d, f),
    atom=False,
)
part_filter.key(digits, 40)
part_filter.mistake("bias forgotten", f**2 * c * d, "Every filter has one number beside its entries.")
part_filter.mistake("channels of the input forgotten", d * (f**2 + 1), "A filter reaches through all input channels.")
part_filter.mistake(
    "weights not shared", h * w * d * (f**2 * c + 1), "Does a filter change while it slides over the image?"
)

part_field = problem.part(
    "field",
    "In a signal, how many inputs does one output of the last of $L$ convolutional layers depend on, if all filters "
    "have length $f$ and none skips a place?",
    1 + Sum(f - 1, (j, 1, L)),
    ("=", 1 + L * (f - 1), "each layer adds the same: what its filter reaches beyond its first entry"),
    in_terms_of=(f, L),
    atom=False,
)
part_field.key(digits, 11)
part_field.mistake("overlaps counted twice", L * f, "The windows of neighbouring outputs overlap.")
part_field.mistake("multiplied", f**L, "Windows overlap unless the filter skips places; how many inputs are new?")
part_field.mistake("the last layer only", f, "Its inputs are outputs of layers that have windows of their own.")

# Checks -----------------------------------------------------------------------------------


def parameters(layer):
    return sum(each.numel() for each in layer.parameters())


@part_dense.torch
def torch_linear(h, w, c, d):
    """The parameters of `torch.nn.Linear`, counted"""
    return parameters(torch.nn.Linear(h * w * c, h * w * d))


@part_filter.torch
def torch_convolution(c, d, f):
    """The parameters of `torch.nn.Conv2d`, counted"""
    return parameters(torch.nn.Conv2d(c, d, f))


@part_field.numpy
def spreading_of_an_impulse(f, L):
    """The entries that an impulse reaches through layers of ones"""
    response = np.ones(1)
    for _ in range(L):
        response = np.convolve(response, np.ones(f))
    return np.count_nonzero(response)


@part_field.torch
def gradient_through_layers_of_ones(f, L):
    """The inputs with a gradient, through layers of `torch.nn.functional.conv1d`"""
    signal = torch.ones(1, 1, L * f + 1, dtype=torch.float64, requires_grad=True)
    output = signal
    for _ in range(L):
        output = torch.nn.functional.conv1d(output, torch.ones(1, 1, f, dtype=torch.float64))
    output[0, 0, 0].backward()
    return torch.count_nonzero(signal.grad)


@problem.claim
def a_shifted_signal_gives_a_shifted_output(x, g):
    return np.correlate(x[1:], g, "valid"), "=", np.correlate(x, g, "valid")[1:]


@problem.claim(backend="torch")
def a_shifted_image_gives_a_shifted_output(X, G):
    """In both directions at once."""

    def layer(image):
        return torch.nn.functional.conv2d(image[None, None], G[None, None])[0, 0]

    return layer(X[1:, 1:]), "=", layer(X)[1:, 1:]


@problem.claim
def on_a_circle_there_is_no_border(x, g):
    """If the signal continues at its other end, shifts and filters change places exactly."""
    return correlate1d(np.roll(x, 1), g, mode="wrap"), "=", np.roll(correlate1d(x, g, mode="wrap"), 1)


@problem.claim
def with_stride_two_a_shift_by_two_gives_a_shift_by_one(x, g):
    circle = np.tile(x, 2)  # of even length
    filtered = correlate1d(np.roll(circle, 2), g, mode="wrap")[::2]
    return filtered, "=", np.roll(correlate1d(circle, g, mode="wrap")[::2], 1)


@problem.claim
def a_convolution_is_a_fully_connected_layer_with_shared_weights(x, g):
    """Row $i$ of its matrix holds the filter from place $i$ on, and zeros elsewhere."""
    places = len(x) - len(g) + 1
    matrix = toeplitz([g[0], *[0] * (places - 1)], [*g, *[0] * (places - 1)])
    return np.correlate(x, g, "valid"), "=", matrix @ x


@problem.claim(backend="torch")
def an_output_depends_on_its_window_only(x, g):
    """Its gradient is the filter inside the window and zero outside."""

    def first_output(signal):
        return torch.nn.functional.conv1d(signal[None, None], g[None, None])[0, 0, 0]

    return torch.func.grad(first_output)(x), "=", torch.cat([g, torch.zeros(len(x) - len(g), dtype=g.dtype)])


@problem.claim(false=True)
def shifts_and_filters_change_places_at_the_border_too(x, g):
    """With zeros beyond the border, what leaves at one end does not come back at the other."""
    filtered = correlate1d(np.roll(x, 1), g, mode="constant")
    return filtered, "=", np.roll(correlate1d(x, g, mode="constant"), 1)


@problem.claim(false=True)
def with_stride_two_every_shift_gives_a_shift(x, g):
    """A shift by one puts the other half of the entries before the filter."""
    circle = np.tile(x, 2)
    filtered = correlate1d(np.roll(circle, 1), g, mode="wrap")[::2]
    return filtered, "=", np.roll(correlate1d(circle, g, mode="wrap")[::2], 1)


@problem.claim(false=True)
def a_rotated_image_gives_a_rotated_output(X, G):
    """Only a filter that looks the same after a quarter turn does that."""
    return correlate2d(np.rot90(X), G, "valid"), "=", np.rot90(correlate2d(X, G, "valid"))


@problem.claim(false=True)
def a_signal_stretched_by_two_gives_a_stretched_output(x, g):
    """The filter is not stretched, so it meets a smaller piece of the pattern."""
    return np.correlate(np.repeat(x, 2), g, "valid")[: len(x)], "=", np.repeat(np.correlate(x, g, "valid"), 2)[: len(x)]


@problem.claim(false=True)
def a_fully_connected_layer_shifts_with_its_input(X, x):
    """Each output has weights of its own."""
    return X @ np.roll(x, 1), "=", np.roll(X @ x, 1)


@problem.claim(false=True)
def a_filter_and_its_transpose_answer_to_the_same_edges(X, G):
    """Weights have directions: what answers to horizontal edges is turned into what answers to vertical ones."""
    return correlate2d(X, G, "valid"), "=", correlate2d(X, G.T, "valid")


@problem.variant
def small_images(rng):
    side = int(rng.choice([4, 6, 8]))
    channels, filters, length, layers = (int(rng.integers(low, high)) for low, high in ((2, 5), (2, 7), (2, 4), (2, 6)))
    return {"h": side, "w": side, "c": channels, "d": filters, "f": length, "L": layers}


@problem.figure(
    "The same bump in two places. A filter answers in the same way wherever it stands; a fully connected layer with "
    "random weights answers to the second bump with another pattern.",
    "Three rows of two curves each. The upper row shows two equal bumps, at 25 and at 65. The middle row, the output "
    "of a filter, shows two equal wiggles at the same places. The lower row, the output of a fully connected layer, "
    "shows two irregular curves that have nothing in common.",
    part="a",
)
def one_bump_in_two_places(axes):
    places = np.arange(90)
    weights = np.random.default_rng(0).normal(size=(90, 90)) / 6
    for colour, centre in enumerate((25, 65)):
        bump = np.exp(-(((places - centre) / 5) ** 2))
        edges = correlate1d(bump, np.repeat([-0.25, 0.25], 3), mode="constant")
        for height, curve in ((4, bump), (2, edges), (0, weights @ bump)):
            axes.plot(places, height + curve, color=f"C{colour}")
    axes.set(yticks=[4, 2, 0], yticklabels=["input", "filter", "fully connected"], xlabel="place")
