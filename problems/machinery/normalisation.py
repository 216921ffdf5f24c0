"""Batch and layer normalisation in PyTorch, and what they do to gradients that are accumulated over micro-batches."""

import torch


def normalised(kind, features):
    """Features of shape (examples, features), normalised without scale and offset, as in training."""
    if kind == "LayerNorm":
        return torch.nn.functional.layer_norm(features, features.shape[1:])
    return torch.nn.functional.batch_norm(features, None, None, training=True)


def accumulated_gradient(kind, size, batch, seed):
    """The gradient of a small network's squared error, added up over micro-batches of `size` examples."""
    generator = torch.Generator().manual_seed(seed)
    X, y, first, last = (
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((batch, 8), (batch, 1), (8, 16), (16, 1))
    )
    weights = [first.requires_grad_(), last.requires_grad_()]
    for inputs, targets in zip(X.split(size), y.split(size), strict=True):
        outputs = torch.relu(normalised(kind, inputs @ first)) @ last / 4
        loss = torch.nn.functional.mse_loss(outputs, targets) * len(inputs) / batch
        loss.backward()
    return torch.cat([weight.grad.ravel() for weight in weights])


def relative_difference(found, expected):
    return (torch.linalg.norm(found - expected) / torch.linalg.norm(expected)).item()
