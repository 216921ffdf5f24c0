"""Runs a class that reads names, as the notebook has it, on given parameters."""

import inspect

import numpy as np
import torch

ARGUMENTS = "letters, width, classes, layers, dropout"


def logits_of(response, x, last, k, E, U1, W1, b1, U2, W2, b2, A, a):
    """What a class returns for the rows `x`: with k = 1 in evaluation mode, with k = 0 in training, all dropped.

    Its parameters are those of an embedding, a `torch.nn.RNN` of two layers and a linear layer, in this order.  Raises
    `ValueError` where they are others.
    """
    arguments = (len(E), E.shape[1], len(A), 2, 1.0)
    module = response(*arguments, "rnn") if _takes_kind(response) else response(*arguments)
    zero = np.zeros_like(b1)  # the second of the two biases that torch has for each layer
    arrays = [E, U1, W1, b1, zero, U2, W2, b2, zero, A, a]
    parameters = list(module.parameters())
    found, expected = [tuple(each.shape) for each in parameters], [each.shape for each in arrays]
    if found != expected:
        raise ValueError(
            f"its parameters have the shapes {found}; expected are {expected}: those of an embedding, of torch.nn.RNN "
            "with two layers and of a linear layer, in this order"
        )
    for parameter, array in zip(parameters, arrays, strict=True):
        parameter.data = torch.from_numpy(np.array(array, dtype=float))
    module.train(k == 0)
    return module(torch.as_tensor(x), torch.as_tensor(last)).detach().numpy()


def _takes_kind(response):
    """Whether the class wants to be told which kind of recurrent network it is to have, as in the notebook."""
    wanted = inspect.signature(response).parameters.values()
    positional = [each for each in wanted if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    if any(each.kind is each.VAR_POSITIONAL for each in wanted):
        return False
    if len(positional) < 5:
        raise ValueError(f"it takes {', '.join(each.name for each in wanted) or 'nothing'}; expected are {ARGUMENTS}")
    return len(positional) > 5
