"""A training step of an autoencoder in PyTorch, to compare gradients written by hand with."""

import torch


def stepped_by_torch(inputs, target, eta, weights):
    """The weights after a step along the gradient that autograd finds."""

    def loss(*weights):
        W1, b1, W2, b2, V1, c1, V2, c2 = weights
        code = torch.relu(inputs @ W1.T + b1) @ W2.T + b2
        return ((torch.relu(code @ V1.T + c1) @ V2.T + c2 - target) ** 2).sum() / len(target)

    slopes = torch.func.grad(loss, argnums=tuple(range(8)))(*weights)
    return tuple((weight - eta * slope).numpy() for weight, slope in zip(weights, slopes, strict=True))
