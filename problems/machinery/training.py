"""Training loops that are run and compared: what a loop does to the weights of a small linear model."""

import numpy as np
import torch

from .arguments import roles

EPOCHS = 2

# What the arguments of a training loop are called; a student's own names are found by these.
NAMES = {
    "model": ("model", "net", "network"),
    "optimizer": ("optimizer", "optimiser", "optim", "opt"),
    "criterion": ("criterion", "loss_function", "loss_fn", "loss_func", "loss"),
    "loader": ("loader", "train_loader", "trainloader", "data_loader", "dataloader", "data", "batches", "dataset"),
    "epochs": ("epochs", "num_epochs", "n_epochs", "number_of_epochs"),
    "inputs": ("inputs", "input", "x", "images", "features"),
    "targets": ("targets", "target", "labels", "label", "y"),
}


def weights_after_training(loop, X, y, theta, eta):
    """The weights of a linear model after two passes over single examples by a loop from outside.

    The loop takes a model, an optimizer, a loss function and an iterable of batches, in any order, and perhaps the
    number of epochs; or it is one step, which takes the inputs and targets of a batch instead.  Raises `ValueError`
    where its arguments are others, or where the loss has lost its graph.
    """
    taken = roles(loop, NAMES)
    network = torch.nn.Linear(len(theta), 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        network.weight.copy_(torch.as_tensor(np.asarray(theta).copy()))
    batches = [
        (torch.as_tensor(np.asarray(row).copy())[None], torch.as_tensor([[float(target)]], dtype=torch.float64))
        for row, target in zip(X, y, strict=True)
    ]
    known = {
        "model": network,
        "optimizer": torch.optim.SGD(network.parameters(), lr=float(eta)),
        "criterion": torch.nn.MSELoss(),
        "epochs": EPOCHS,
    }
    for step in _calls(taken.values(), batches):
        _run(loop, {name: {**known, **step}[role] for name, role in taken.items()})
    return network.weight.detach().numpy()[0]


def _calls(taken, batches):
    """What changes from call to call: one call for everything, or one for each batch."""
    if "model" not in taken:
        raise ValueError("it takes no model")
    if "inputs" in taken:
        return [{"inputs": inputs, "targets": targets} for inputs, targets in batches * EPOCHS]
    return [{"loader": batches if "epochs" in taken else batches * EPOCHS}]


def _run(loop, arguments):
    try:
        loop(**arguments)
    except AttributeError as error:
        if "has no attribute 'backward'" not in str(error):
            raise
        raise ValueError(
            "loss.item() is a plain number that has forgotten how it was computed: there is nothing to go back through"
        ) from error


def descend(X, y, w, eta, *, gradient_of_step):
    """The weights after two passes over single examples, each with the squared error as its loss.

    ``gradient_of_step(fresh, kept, first)`` returns the gradient that the step takes and the one that is kept: from
    the fresh gradient, the one kept before, and whether a pass over the data begins.
    """
    kept = np.zeros_like(w)
    for _ in range(EPOCHS):
        for place, (row, target) in enumerate(zip(X, y, strict=True)):
            fresh = 2 * (row @ w - target) * row
            taken, kept = gradient_of_step(fresh, kept, place == 0)
            w = w - eta * taken
    return w
