"""Figures of recurrent layers: gradients on their way back, drawn from random networks, and recorded experiments."""

import numpy as np

from .gradient_flow import gradient_norms_of


def paint_norms(axes, every_step):
    """The medians of the norms in 200 networks of 30 steps, for five spectral radii."""
    rng = np.random.default_rng(0)  # its own, so that the figure is the same however often it is drawn
    for radius in (0.5, 0.8, 1.0, 1.5, 3.0):
        norms = [gradient_norms_of(radius, np.tanh, 30, rng, every_step) for _ in range(200)]
        axes.plot(range(1, 31), np.median(norms, axis=0), label=f"radius {radius}")
    axes.set(xlabel="step $t$", ylabel=r"$\| \partial L / \partial h_t \|$", yscale="log")
    axes.legend()


def paint_change(axes, found, radii):
    """By how many powers of ten the gradient changes, over the spectral radii."""
    for name, values in found.items():
        axes.plot(radii, values, marker="o", markersize=3, label=name.replace("_", ", ") + " inputs" * ("_" in name))
    axes.axhline(0, linewidth=0.8)
    axes.set(xlabel="spectral radius of $W_h$", ylabel="powers of ten, first over tenth step")
    axes.legend()


def paint_losses(axes, found):
    """The losses of one and of two layers in training, and the thresholds of the homework."""
    for name in ("one_layer", "two_layers"):
        # The record holds means of blocks of steps, so that their number is not that of the 4000 steps.
        axes.plot(np.linspace(0, 4000, len(found[name])), found[name], label=name.replace("_", " "))
    for threshold in (0.01, 0.001):
        axes.axhline(threshold, linewidth=0.8, linestyle="--")
    axes.set(xlabel="steps of training", ylabel="mean squared error", yscale="log")
    axes.legend()
