"""Recurrent layers in PyTorch, to compare programs and gradients written by hand with."""

import torch


def torch_layers(X, *layers):
    """PyTorch's own layers with their second bias set to zero: the states of the top one, and all last states."""
    network = torch.nn.RNN(X.shape[2], len(layers[0][1]), len(layers), batch_first=True, dtype=X.dtype)
    with torch.no_grad():
        for number, weights in enumerate(layers):
            for name, value in zip(("weight_ih", "weight_hh", "bias_ih"), weights, strict=True):
                getattr(network, f"{name}_l{number}").copy_(value)
            getattr(network, f"bias_hh_l{number}").zero_()
    return network(X)


def last_loss(x, Wx, Wh, b, w, a, y):
    """The loss of the last step, and the states on the way, in torch."""
    states = [torch.zeros_like(b)]
    for step in x:
        states.append(torch.tanh(Wx @ step + Wh @ states[-1] + b))
    return (w[0] @ states[-1] + a - y) ** 2, states[1:]


def continued(h, x, Wx, Wh, b, w, a):
    """The predictions of a network without nonlinearities from a state on, that of the state itself first."""
    predictions = [w[0] @ h + a]
    for step in x:
        h = Wh @ h + Wx @ step + b
        predictions.append(w[0] @ h + a)
    return torch.stack(predictions)
