"""Modules as students write them, in several layouts: what tests hand to the recurrent problems."""

import torch
from torch import nn


class TwoMaps(nn.Module):
    """Two linear maps, one bias; zeros of whatever type is the default, and states kept for their gradients."""

    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.hidden_size, self.nonlinearity = hidden_size, nonlinearity
        self.read = nn.Linear(input_size, hidden_size)
        self.carry = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(self, x):
        h, states = torch.zeros(x.shape[0], self.hidden_size), []
        for step in range(x.shape[1]):
            h = self.nonlinearity(self.read(x[:, step]) + self.carry(h))
            h.retain_grad()
            states.append(h)
        return torch.stack(states, dim=1), h


class Concatenated(nn.Module):
    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.hidden_size, self.nonlinearity = hidden_size, nonlinearity
        self.both = nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x):
        h = x.new_zeros(len(x), self.hidden_size)
        states = []
        for step in x.unbind(1):
            h = self.nonlinearity(self.both(torch.cat([h, step], 1)))
            states.append(h)
        return torch.stack(states, 1), h


class BareParameters(nn.Module):
    """Weights for rows, the bias first and as a row."""

    def __init__(self, input_size, hidden_size, nonlinearity=torch.tanh):
        super().__init__()
        self.nonlinearity = nonlinearity
        self.bias = nn.Parameter(torch.zeros(1, hidden_size))
        self.W = nn.Parameter(torch.zeros(hidden_size, hidden_size))
        self.U = nn.Parameter(torch.zeros(input_size, hidden_size))

    def forward(self, x):
        h, states = torch.zeros(x.shape[0], self.W.shape[0]), []
        for step in range(x.shape[1]):
            h = self.nonlinearity(x[:, step] @ self.U + h @ self.W + self.bias)
            states.append(h)
        return torch.stack(states, 1), states[-1]


class TwoBiases(TwoMaps):
    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size)
        self.carry = nn.Linear(hidden_size, hidden_size)


class Rectified(TwoMaps):
    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size, torch.relu)


class RandomStart(TwoMaps):
    def forward(self, x):
        h, states = torch.randn(x.shape[0], self.hidden_size), []
        for step in x.unbind(1):
            h = torch.tanh(self.read(step) + self.carry(h))
            states.append(h)
        return torch.stack(states, 1), h


class NoBias(TwoMaps):
    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size)
        self.read = nn.Linear(input_size, hidden_size, bias=False)


class Regression(nn.Module):
    """As in the notebook: on top of a layer that is given."""

    def __init__(self, recurrent_net, output_dim=1):
        super().__init__()
        self.recurrent_net = recurrent_net
        self.head = nn.Linear(recurrent_net.hidden_size, output_dim)

    def forward(self, x):
        states, _ = self.recurrent_net(x)
        return self.head(states), states


class WholeRegression(nn.Module):
    """With three sizes, and its head registered first."""

    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.head, self.layer = nn.Linear(hidden_size, output_size), Concatenated(input_size, hidden_size)

    def forward(self, x):
        states, _ = self.layer(x)
        return self.head(states), states


class Stack(nn.Module):
    cell = TwoMaps

    def __init__(self, input_size, hidden_size, num_layers):
        super().__init__()
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.layers = nn.ModuleList([self.cell(size, hidden_size) for size in sizes])

    def forward(self, x):
        last = []
        for layer in self.layers:
            x, h = layer(x)
            last.append(h)
        return x, last


class StackOfConcatenated(Stack):
    cell = Concatenated


class GateByGate(nn.Module):
    """Eight linear maps in an order of their own: those of the input with biases, then those of the state."""

    order = "igof"

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.read = nn.ModuleDict({gate: nn.Linear(input_size, hidden_size) for gate in self.order})
        self.carry = nn.ModuleDict({gate: nn.Linear(hidden_size, hidden_size, bias=False) for gate in self.order})

    def forward(self, x):
        h = c = torch.zeros(len(x), self.hidden_size)
        states = []
        for step in x.unbind(1):
            z = {gate: self.read[gate](step) + self.carry[gate](h) for gate in self.order}
            c = torch.sigmoid(z["f"]) * c + torch.sigmoid(z["i"]) * torch.tanh(z["g"])
            h = torch.tanh(c) * torch.sigmoid(z["o"])
            states.append(h)
        return torch.stack(states, 1), h, c


class OneMap(nn.Module):
    """One linear map for all gates, cut into four; returns the state and the cell as a pair."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size, self.gates = hidden_size, nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x):
        h = c = torch.zeros(len(x), self.hidden_size)
        states = []
        for step in x.unbind(1):
            i, f, g, o = self.gates(torch.cat([step, h], 1)).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = c.tanh() * o.sigmoid()
            states.append(h)
        return torch.stack(states, 1), (h, c)


class TwelveArrays(nn.Module):
    """A parameter for each weight and bias, for rows, as the equations have them."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        for gate in "fiog":
            setattr(self, f"U_{gate}", nn.Parameter(torch.zeros(input_size, hidden_size)))
            setattr(self, f"W_{gate}", nn.Parameter(torch.zeros(hidden_size, hidden_size)))
            setattr(self, f"b_{gate}", nn.Parameter(torch.zeros(hidden_size)))

    def forward(self, x):
        h = c = torch.zeros(len(x), len(self.b_f))
        states = []
        for step in x.unbind(1):
            f, i, o, g = (
                step @ getattr(self, f"U_{gate}") + h @ getattr(self, f"W_{gate}") + getattr(self, f"b_{gate}")
                for gate in "fiog"
            )
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.tanh(c) * torch.sigmoid(o)
            states.append(h)
        return torch.stack(states, 1), h, c


class PyTorchsOwn(nn.LSTM):
    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size, batch_first=True)

    def forward(self, x):
        states, (h, c) = super().forward(x)
        return states, h[0], c[0]


class SigmoidCandidate(TwelveArrays):
    def forward(self, x):
        h = c = torch.zeros(len(x), len(self.b_f))
        states = []
        for step in x.unbind(1):
            f, i, o, g = (
                torch.sigmoid(
                    step @ getattr(self, f"U_{gate}") + h @ getattr(self, f"W_{gate}") + getattr(self, f"b_{gate}")
                )
                for gate in "fiog"
            )
            c = f * c + i * g
            h = torch.tanh(c) * o
            states.append(h)
        return torch.stack(states, 1), h, c


class Swapped(GateByGate):
    def forward(self, x):
        states, h, c = super().forward(x)
        return states, c, h


class AnyOrder(GateByGate):
    """The gates of the state in another order than those of the input: a layout that no one can guess."""

    def __init__(self, input_size, hidden_size):
        super().__init__(input_size, hidden_size)
        self.carry = nn.ModuleDict({gate: nn.Linear(hidden_size, hidden_size, bias=False) for gate in "fgio"})
