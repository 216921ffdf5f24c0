"""Wrong programs for autoencoders, as students write them.

Each takes the givens that it uses, by their names in the problem file, and returns what the part asks for.
"""

import numpy as np

from .run_autoencoder import descended, reconstructed, relu

# Steps of a denoising autoencoder ---------------------------------------------------------


def noisy_target(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x + eps / 2, x + eps / 2, eta, *weights)


def noise_of_variance_one(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x + eps, x, eta, *weights)


def noise_in_evaluation(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x + eps / 2, *weights), *descended(x + eps / 2, x, eta, *weights)


def plain_step(x, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x, x, eta, *weights)


def noise_and_mean_of_features(x, eps, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x + eps / 2, x, eta, *weights, counted=1 / x.shape[1])


# Steps of a masked autoencoder ------------------------------------------------------------


def inverted_mask(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * M, x, eta, *weights)


def loss_of_what_is_seen(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * (1 - M), x, eta, *weights, counted=1 - M)


def loss_of_what_is_hidden(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * (1 - M), x, eta, *weights, counted=M)


def masked_target(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * (1 - M), x * (1 - M), eta, *weights)


def rescaled_as_by_dropout(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * (1 - M) / 0.75, x, eta, *weights)


def mask_in_evaluation(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x * (1 - M), *weights), *descended(x * (1 - M), x, eta, *weights)


def mask_and_mean_of_features(x, M, eta, W1, b1, W2, b2, V1, c1, V2, c2):
    weights = (W1, b1, W2, b2, V1, c1, V2, c2)
    return reconstructed(x, *weights), *descended(x * (1 - M), x, eta, *weights, counted=1 / x.shape[1])


# Accuracies of a probe --------------------------------------------------------------------


def right_of(X, y, W1, b1, W2, b2, A, a):
    return np.argmax((relu(X @ W1.T + b1) @ W2.T + b2) @ A.T + a, axis=1) == y


def mean_of_batches(X, y, m, W1, b1, W2, b2, A, a):
    right = right_of(X, y, W1, b1, W2, b2, A, a)
    return 100 * np.mean([np.mean(right[start : start + m]) for start in range(0, len(right), m)])


def per_batch(X, y, m, W1, b1, W2, b2, A, a):
    right = right_of(X, y, W1, b1, W2, b2, A, a)
    return 100 * np.sum(right) / len(range(0, len(right), m))
