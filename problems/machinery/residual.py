"""Networks of many layers, with and without residual connections, trained on handwritten digits."""

from itertools import pairwise

import torch

WIDTH, TRAINED_ON, BATCH, RATE = 32, 1000, 64, 1e-3


def digits():
    """Pixels between 0 and 1 of the 8 x 8 digits in scikit-learn, and their classes."""
    from sklearn.datasets import load_digits

    pixels, classes = load_digits(return_X_y=True)
    return torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(classes)


def layers(depth, generator):
    """Weights and biases of a first layer, `depth` hidden ones and a last one, by the initialisation of He."""
    widths = [64, *[WIDTH] * (depth + 1), 10]
    pairs = []
    for rows, columns in pairwise(widths):
        weight = torch.randn(rows, columns, generator=generator) * (2 / rows) ** 0.5
        pairs.append((weight.requires_grad_(), torch.zeros(columns, requires_grad=True)))
    return pairs


def logits(parameters, pixels, residual):
    (first, offset), *hidden, (last, last_offset) = parameters
    state = torch.relu(pixels @ first + offset)
    for weight, bias in hidden:
        branch = torch.relu(state @ weight + bias)
        state = state + branch / len(hidden) ** 0.5 if residual else branch
    return state @ last + last_offset


def errors_after_training(residual, depth, steps, seed):
    """The shares of wrong predictions on the training and on the test set, after some steps of Adam."""
    torch.set_num_threads(1)
    pixels, classes = digits()
    generator = torch.Generator().manual_seed(seed)
    parameters = layers(depth, generator)
    optimizer = torch.optim.Adam([tensor for pair in parameters for tensor in pair], RATE)
    for _ in range(steps):
        chosen = torch.randint(0, TRAINED_ON, (BATCH,), generator=generator)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(logits(parameters, pixels[chosen], residual), classes[chosen]).backward()
        optimizer.step()
    with torch.no_grad():
        wrong = (logits(parameters, pixels, residual).argmax(1) != classes).double()
    return wrong[:TRAINED_ON].mean().item(), wrong[TRAINED_ON:].mean().item()
