"""Training of a linear autoencoder on real digits, and how far it is from principal components."""

import numpy as np
import torch


def centred_digits(count):
    """So many images of 8 x 8 pixels that scikit-learn ships, as centred columns."""
    from sklearn.datasets import load_digits

    pixels = load_digits().data[:count].T / 16.0
    return pixels - pixels.mean(axis=1, keepdims=True)


def trained(X, W1, W2, steps):
    """The weights after so many steps of L-BFGS from these, and the loss at every evaluation."""
    torch.set_num_threads(1)
    points = torch.from_numpy(X)
    encoder, decoder = (torch.from_numpy(np.array(weights, order="C")).requires_grad_() for weights in (W1, W2))
    optimizer = torch.optim.LBFGS(
        [encoder, decoder],
        max_iter=steps,
        history_size=20,
        line_search_fn="strong_wolfe",
        tolerance_grad=0.0,
        tolerance_change=0.0,
    )
    losses = []

    def evaluate():
        optimizer.zero_grad()
        loss = ((points - decoder @ encoder @ points) ** 2).sum()
        loss.backward()
        losses.append(loss.item())
        return loss

    optimizer.step(evaluate)
    return encoder.detach().numpy(), decoder.detach().numpy(), losses


def largest_angle(first, second):
    """The largest principal angle between the spans of the columns of two matrices, in degrees."""
    bases = [np.linalg.qr(columns)[0] for columns in (first, second)]
    outside = bases[1] - bases[0] @ (bases[0].T @ bases[1])  # its norm is the sine, which is exact for small angles
    return float(np.degrees(np.arcsin(min(1.0, np.linalg.norm(outside, 2)))))
