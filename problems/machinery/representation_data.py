"""Data to learn representations from: Gaussian points with few directions that matter, and real digits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch


@dataclass(frozen=True)
class Labelled:
    x: Any
    y: Any


@dataclass(frozen=True)
class Splits:
    """Points to train an autoencoder on, labelled ones to fit a probe on, and labelled ones to judge it by."""

    train: Labelled
    valid: Labelled
    test: Labelled
    classes: int


def split(x, y, sizes, classes):
    """Consecutive points, as many as the sizes say."""
    pieces = []
    for start, stop in zip(np.cumsum([0, *sizes[:-1]]), np.cumsum(sizes), strict=True):
        pieces.append(Labelled(torch.from_numpy(x[start:stop]).float(), torch.from_numpy(y[start:stop]).long()))
    return Splits(*pieces, classes)


@dataclass(frozen=True)
class Gaussian:
    """Points, their labels, and what they were drawn with: covariance and the direction whose sign is the label."""

    splits: Splits
    covariance: np.ndarray
    direction: np.ndarray

    def best_readout(self, encoder):
        """The largest accuracy of a linear classifier of a linear code, whatever it is trained on.

        Code and direction are jointly normal, so the best guess of the sign has the correlation R with it and is right
        with probability 1 - arccos(R) / pi.  W. Sheppard 1899.
        """
        weights = encoder.detach().double().numpy()
        shared = weights @ self.covariance @ self.direction
        of_code = weights @ self.covariance @ weights.T
        explained = shared @ np.linalg.pinv(of_code, rcond=1e-10, hermitian=True) @ shared
        whole = self.direction @ self.covariance @ self.direction
        return float(1 - np.arccos(np.sqrt(np.clip(explained / whole, 0, 1))) / np.pi)


def gaussian_points(rng, *, dimensions, signal, variance, samples, shares=(0.7, 0.2, 0.1), label_varies_most=True):
    """Points that vary more in a few directions, turned at random; the label is the sign of a sum of these.

    Unless it is a sum of as many of the other directions, which is for a control.

    `rng` is a generator of NumPy's; with a `numpy.random.RandomState` the points are those of the notebook.
    """
    variances = np.ones(dimensions)
    variances[:signal] = variance
    points = rng.multivariate_normal(np.zeros(dimensions), np.diag(variances), samples)
    rotation = np.linalg.svd(rng.standard_normal((dimensions, dimensions)))[0]
    of_label = slice(0, signal) if label_varies_most else slice(dimensions - signal, dimensions)
    labels = points[:, of_label].sum(axis=1) > 0
    sizes = [round(samples * share) for share in shares]
    direction = rotation[of_label].sum(axis=0)
    covariance = rotation.T @ np.diag(variances) @ rotation
    return Gaussian(split(points @ rotation, labels, sizes, 2), covariance, direction)


def digits(rng, labelled=200, test=500):
    """The 1797 images of 8 x 8 pixels that scikit-learn ships, from 0 to 1: few have labels, most have none."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = rng.permutation(len(found.target))
    sizes = [len(order) - labelled - test, labelled, test]
    return split(found.data[order] / 16.0, found.target[order], sizes, 10)
