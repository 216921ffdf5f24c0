"""Figures of autoencoders, drawn from recorded experiments."""

import numpy as np


def lines_with_bands(axes, found, label):
    """The recorded mean over the epochs for each size of the code, in a band from the lowest to the highest run."""
    for size, *curves in zip((5, 20, 100, 500), found["mean"], found["low"], found["high"], strict=True):
        mean, low, high = curves
        epochs = np.arange(len(mean))
        axes.fill_between(epochs, low, high, alpha=0.3)
        axes.plot(epochs, mean, label=f"{size} numbers")
    axes.set(xlabel="epoch", ylabel=label)
    axes.legend()


def against_principal_components(axes, sizes, band, linear, label):
    """What autoencoders reach by the size of the code, in a band, and what principal components do."""
    axes.fill_between(sizes, band["low"], band["high"], alpha=0.3)
    axes.plot(sizes, band["mean"], marker="o", label="autoencoder")
    axes.plot(sizes, linear, "--", marker="o", label="principal components")
    axes.set(xscale="log", xticks=sizes, xticklabels=sizes, xlabel="numbers in the code", ylabel=label)
    axes.minorticks_off()
    axes.legend()
