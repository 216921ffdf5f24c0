r"""A recurrent layer with a cell: long short-term memory.

Beside its state $h_t$ the layer keeps a cell $C_t$ of the same size. From the input $x_t$ and the state before, both
rows, it computes three gates with numbers between 0 and 1 and a candidate,

$$f_t, i_t, o_t = \sigma(x_t U + h_{t-1} W + b), \qquad g_t = \tanh(x_t U + h_{t-1} W + b),$$

each with weights of its own: the arrays $U$, $W$ and the matrix $b$ hold them one after the other for forget gate,
input gate, output gate and candidate. Then $C_t = f_t \odot C_{t-1} + i_t \odot g_t$ and
$h_t = o_t \odot \tanh(C_t)$, entry by entry; $h_0$ and $C_0$ are zero.

For the gradients we look at one step, from $t - 1$ to $t$, with all vectors as columns: $c$ is the cell before it and
$d$ the output gate that turned it into the state before, $s = d \odot \tanh(c)$; the vectors $a_f, a_i, a_o, a_g$ are
what the input and the biases add. The weights are now $V_f, V_i, V_o, V_g$, so that the forget gate is
$f = \sigma(V_f s + a_f)$. The row $v$ is the gradient of the loss by the new state $h$.
"""

import numpy as np
import torch
from sympy import HadamardProduct, OneMatrix, exp, tanh
from sympy.matrices.expressions.diagonal import DiagMatrix

from verify import Problem, gradient
from verify.answers import Explanation, Function

from .machinery.adapters import run_lstm
from .machinery.gradient_flow import change_in_a_layer, means_of_blocks, state_gradients, train_on_running_means
from .machinery.recurrent import lstm_backward, lstm_states, sigmoid

problem = Problem(
    __doc__,
    source="EECS 182, homework 6, problem 3; Hochreiter and Schmidhuber 1997, Long short-term memory; Gers, "
    "Schmidhuber and Cummins 2000, Learning to forget; He et al. 2016, Identity mappings in deep residual networks",
    tags=("recurrent networks", "backpropagation", "PyTorch"),
)

# Given ------------------------------------------------------------------------------------

H, T, D, B = problem.size("H T D B")

X = problem.array("X", B, T, D)
U, W, b = problem.array("U", 4, D, H), problem.array("W", 4, H, H), problem.matrix("b", 4, H)

Vf, Vi, Vo, Vg = problem.matrix("Vf Vi Vo Vg", H, H)
c, d = problem.vector("c d", H)
a_f, a_i, a_o, a_g = problem.vector("a_f a_i a_o a_g", H)
v = problem.matrix("v", 1, H)

ones = OneMatrix(H, 1)


def logistic(z):
    return 1 / (1 + exp(-z))


def times(*factors):
    return HadamardProduct(*factors)


s = problem.let("s", times(d, c.applyfunc(tanh)))
f = problem.let("f", (Vf * s + a_f).applyfunc(logistic))
i = problem.let("i", (Vi * s + a_i).applyfunc(logistic))
o = problem.let("o", (Vo * s + a_o).applyfunc(logistic))
g = problem.let("g", (Vg * s + a_g).applyfunc(tanh))
C = problem.let("C", times(f, c) + times(i, g))
h = problem.let("h", times(o, C.applyfunc(tanh)))

# Solution ---------------------------------------------------------------------------------


def layer(X, U, W, b):
    batch, units = len(X), b.shape[1]
    h, C, states = np.zeros((batch, units)), np.zeros((batch, units)), []
    for step in range(X.shape[1]):
        f, i, o = (1 / (1 + np.exp(-(X[:, step] @ U[gate] + h @ W[gate] + b[gate]))) for gate in range(3))
        g = np.tanh(X[:, step] @ U[3] + h @ W[3] + b[3])
        C = f * C + i * g
        h = o * np.tanh(C)
        states.append(h)
    return np.stack(states, axis=1), h, C


part_h = problem.part(
    "h",
    "Write the layer: from the batch and the parameters to the states of all steps, with the axes batch, time and "
    "unit, the last state and the last cell. A function of the givens will do, or a module class of PyTorch's that is "
    "made with the sizes of input and state. Then look at its gradients as you did for the recurrent layer.",
    answer=Function(layer, outputs=("all_h", "last_h", "last_c"), adapt=run_lstm),
)


def variation(f=sigmoid, candidate=np.tanh, squash=np.tanh, order=(0, 1, 2, 3), biases=1):
    """The layer with something exchanged."""

    def outputs(X, U, W, b):
        h, C, states = np.zeros((len(X), b.shape[1])), np.zeros((len(X), b.shape[1])), []
        for step in range(X.shape[1]):
            z = [X[:, step] @ U[gate] + h @ W[gate] + biases * b[gate] for gate in order]
            C = f(z[0]) * C + sigmoid(z[1]) * candidate(z[3])
            h = sigmoid(z[2]) * squash(C)
            states.append(h)
        return np.stack(states, axis=1), h, C

    return outputs


part_h.mistake(
    "two biases for each gate",
    variation(biases=2),
    "Count the parameters: a layer with three units that reads two numbers has 72. Which of yours say the same twice?",
)
part_h.mistake(
    "gates in PyTorch's order",
    variation(order=(1, 0, 3, 2)),
    "Which gate do the first weights belong to? PyTorch has input, forget, candidate, output.",
)
part_h.mistake(
    "candidate between 0 and 1",
    variation(candidate=sigmoid),
    "With your candidate the cell could only ever grow. What range must it have?",
)
part_h.mistake("cell not squashed", variation(squash=lambda C: C), "Your states can leave the interval from -1 to 1.")
part_h.mistake(
    "state and cell swapped",
    lambda X, U, W, b: tuple(layer(X, U, W, b)[place] for place in (0, 2, 1)),
    "Check the order of what you return: the last state is also the last of all states.",
)
part_h.mistake(
    "nothing forgotten",
    variation(f=np.ones_like),
    "The old cell is multiplied by something before the new content is added.",
)

problem.part(
    "h.report",
    "What do you see of the states and of the gradients, compared with the recurrent layer?",
    answer=Explanation(
        (
            "states stay between -1 and 1, whatever the weights, because they are a gate times a hyperbolic tangent",
            "gradients vanish more slowly, and do not explode in ordinary training",
            "with parameters as PyTorch draws them the advantage is small, because a forget gate of one half also "
            "halves the cell at every step; with a forget bias of 1 or more it is large",
        )
    ),
    atom=False,
)


def gradients(X, U, W, b):
    states, cells, gates = lstm_states(X, U, W, b)
    by_U, by_W, by_b = np.zeros_like(U), np.zeros_like(W), np.zeros_like(b)
    by_h, by_C = np.zeros_like(states[:, 0]), np.zeros_like(states[:, 0])
    for step in reversed(range(X.shape[1])):
        f, i, o, g = gates[:, :, step]
        squashed = np.tanh(cells[:, step])
        old_h, old_C = (states[:, step - 1], cells[:, step - 1]) if step else (0 * by_h, 0 * by_C)
        by_h = by_h + 2 * states[:, step]
        by_C = by_C + by_h * o * (1 - squashed**2)
        by_z = by_C * old_C * f * (1 - f), by_C * g * i * (1 - i), by_h * squashed * o * (1 - o), by_C * i * (1 - g**2)
        for gate in range(4):
            by_U[gate] += X[:, step].T @ by_z[gate]
            by_W[gate] += old_h.T @ by_z[gate]
            by_b[gate] += by_z[gate].sum(axis=0)
        by_h, by_C = sum(by_z[gate] @ W[gate].T for gate in range(4)), by_C * f
    return by_U, by_W, by_b


part_weights = problem.part(
    "h.weights",
    "Go on by hand: let the loss be the sum of the squares of all states. Find its gradients by $U$, $W$ and $b$.",
    answer=Function(gradients, outputs=("by_U", "by_W", "by_b")),
    atom=False,
)


def by_hand(X, U, W, b, last_only=False, carried=1.0):
    """The gradients as a wrong backward pass has them."""
    states, cells, gates = lstm_states(X, U, W, b)
    upstream = 2 * states
    if last_only:
        upstream[:, :-1] = 0.0
    return lstm_backward(X, states, cells, gates, upstream, W, carried)[2:]


part_weights.mistake(
    "path from cell to cell cut",
    lambda X, U, W, b: by_hand(X, U, W, b, carried=0.0),
    "The cell after a step depends on the cell before it directly, too.",
)
part_weights.mistake(
    "only the last state",
    lambda X, U, W, b: by_hand(X, U, W, b, last_only=True),
    "Every state is in the loss, so each one begins a path of its own.",
)


def slope_of_tanh(z):
    return 1 - tanh(z) ** 2


def slope_of_logistic(gate):
    return gate - gate**2


p = problem.let("p", times(o, C.applyfunc(slope_of_tanh)))
k = problem.let("k", times(d, c.applyfunc(slope_of_tanh)))
A, S = problem.let("A", DiagMatrix(p)), problem.let("S", DiagMatrix(k))
R = problem.let(
    "R",
    A
    * (
        DiagMatrix(times(c, f.applyfunc(slope_of_logistic))) * Vf
        + DiagMatrix(times(g, i.applyfunc(slope_of_logistic))) * Vi
        + DiagMatrix(times(i, g.applyfunc(lambda candidate: 1 - candidate**2))) * Vg
    )
    + DiagMatrix(times(C.applyfunc(tanh), o.applyfunc(slope_of_logistic))) * Vo,
)
part_i = problem.part(
    "i",
    r"Find the gradient of the loss by the cell before the step, $\mathrm{d} L / \mathrm{d} c$, as a row. Use $v$, the "
    "gates, and three Jacobian matrices: $A$ is that of the new state by the new cell, with the output gate held; $S$ "
    "that of the state before by the cell before; and $R$ is the full one of the new state by the state before, "
    "through all gates, with the cell before held.",
    gradient(v * h, c).T,
    (
        "=",
        gradient(v * h, C).T * DiagMatrix(f) + gradient(v * h, s).T * S,
        "two paths: through the new cell alone, with the state before held, and through the state before; on the first "
        "$C = f \\odot c + i \\odot g$ is linear in $c$",
    ),
    (
        "=",
        v * A * DiagMatrix(f) + v * R * S,
        "$A = \\mathrm{diag}(o \\odot (1 - \\tanh^2 C))$, and $R$ collects what the state before changes in the gates",
    ),
    ("=", v * (A * DiagMatrix(f) + R * S), "both paths end in the new state"),
    in_terms_of=(v, A, R, S, f, i, o, g, d),
)
part_i.mistake("second path dropped", v * A * DiagMatrix(f), "The cell before also acts through the state before.")
part_i.mistake(
    "input gate instead of forget gate", v * (A * DiagMatrix(i) + R * S), "Which gate multiplies the cell before?"
)
part_i.mistake(
    "slope of tanh dropped",
    v * (DiagMatrix(o) * DiagMatrix(f) + R * S),
    "The new state is the output gate times a function of the cell.",
)
part_i.mistake(
    "entry by entry instead of matrix product",
    v * (A * DiagMatrix(f) + HadamardProduct(R, S)),
    "Jacobian matrices of a chain are multiplied as matrices.",
)
part_i.mistake("path in the wrong order", v * (A * DiagMatrix(f) + S * R), "Which step of the path comes first?")

problem.part(
    "j",
    "A residual network has blocks $x \\mapsto x + F(x)$. What do its gradients have in common with those of an LSTM?",
    answer=Explanation(
        (
            "both have a path on which something is added instead of being multiplied by weights: the block's input, "
            "and the old cell",
            "the Jacobian of a block is $I + J$, where $J$ is that of $F$; that of the cell is $\\mathrm{diag}(f)$ and "
            "what goes through the gates: near the identity where the forget gate is near one",
            "so a gradient can pass many layers or steps without a product of weights, which would vanish or explode",
            "the difference: the identity of a residual network is fixed, the forget gate is learnt and at most one",
        )
    ),
)

# Checks -----------------------------------------------------------------------------------

TORCH_ORDER = [1, 0, 3, 2]  # PyTorch has input, forget, candidate, output


def torch_layer(X, U, W, b):
    """PyTorch's own layer with its gates in another order and its second bias set to zero."""
    network = torch.nn.LSTM(X.shape[2], b.shape[1], batch_first=True, dtype=X.dtype)
    with torch.no_grad():
        network.weight_ih_l0.copy_(torch.cat([U[gate].T for gate in TORCH_ORDER]))
        network.weight_hh_l0.copy_(torch.cat([W[gate].T for gate in TORCH_ORDER]))
        network.bias_ih_l0.copy_(torch.cat([b[gate] for gate in TORCH_ORDER]))
        network.bias_hh_l0.zero_()
    return network


@part_h.torch
def its_own_layer_with_permuted_gates(X, U, W, b):
    states, (last, cell) = torch_layer(X, U, W, b)(X)
    return states, last[0], cell[0]


@part_weights.torch
def autograd_of_its_own_layer(X, U, W, b):
    network = torch_layer(X, U, W, b)
    network(X)[0].square().sum().backward()
    back = np.argsort(TORCH_ORDER)
    by_U, by_W, by_b = (
        torch.stack(parameter.grad.chunk(4))[back]
        for parameter in (network.weight_ih_l0, network.weight_hh_l0, network.bias_ih_l0)
    )
    return by_U.transpose(1, 2), by_W.transpose(1, 2), by_b


@part_i.torch
def autograd_through_its_own_cell(c, d, v, Vf, Vi, Vo, Vg, a_f, a_i, a_o, a_g):
    weights, biases = torch.cat([Vi, Vf, Vg, Vo]), torch.cat([a_i, a_f, a_g, a_o])
    none = torch.zeros(1, 1, dtype=c.dtype), torch.zeros(len(biases), 1, dtype=c.dtype)

    def loss(c):
        before = (d * torch.tanh(c))[None], c[None]
        state, _ = torch.lstm_cell(none[0], before, none[1], weights, biases, torch.zeros_like(biases))
        return (state @ v[0])[0]

    return torch.func.grad(loss)(c)[None]


problem.property(
    "the_total_derivative_of_the_cell_is_not_the_forget_gate",
    gradient(v * C, c).T,
    "=",
    v * DiagMatrix(f),
    "only with the state before held is it $\\mathrm{diag}(f)$: the gates depend on that state, and it on the cell",
    differs=True,
)
for line, (left, right) in enumerate(
    [
        (gradient(v * h, c).T, gradient(v * h, C).T * DiagMatrix(f) + gradient(v * h, s).T * S),
        (gradient(v * h, c).T, v * (A * DiagMatrix(f) + R * S)),
    ],
    1,
):
    problem.property(f"line_{line}_for_one_unit", left, "=", right, "the derivation of (i) for one unit", sizes={H: 1})
problem.property(
    "the_state_before_reaches_the_new_state_through_all_four_gates",
    gradient(v * h, s).T,
    "=",
    v * R,
    "the full derivative, through the cell and through the output gate",
)


@problem.claim
def states_are_bounded(X, U, W, b):
    """A state is a gate times a hyperbolic tangent, two numbers below one, however large weights and cells are."""
    _, cells, gates = lstm_states(X, U, W, b)
    return np.abs(layer(X, U, W, b)[0]), "<=", gates[2] * np.tanh(np.abs(cells))


@problem.claim
def a_cell_grows_by_at_most_one_in_each_step(X, U, W, b):
    """What is added is a gate times a number between -1 and 1; what is kept does not grow."""
    return np.max(np.abs(layer(X, U, W, b)[2])), "<=", X.shape[1]


@problem.claim(backend="torch")
def the_jacobian_of_a_residual_block_is_the_identity_and_more(c, Vf, Vg):
    """With $F(x) = V_g \\tanh(V_f x)$ it is $I + J$, whatever $F$ does."""

    def inner(x):
        return Vg @ torch.tanh(Vf @ x)

    block = torch.func.jacrev(lambda x: x + inner(x))(c)
    return block, "=", torch.eye(len(c), dtype=c.dtype) + torch.func.jacrev(inner)(c)


@problem.claim
def a_residual_block_cannot_lose_much_of_a_gradient(v, Vf):
    """$\\| v (I + J) \\| \\geq (1 - \\| J \\|) \\| v \\|$: a small $J$ lets a gradient pass."""
    J = 0.5 * Vf / max(np.linalg.norm(Vf, 2), 1.0)
    return np.linalg.norm(v @ (np.eye(len(J)) + J)), ">=", (1 - np.linalg.norm(J, 2)) * np.linalg.norm(v)


@problem.claim
def where_gates_ignore_the_state_the_forget_gates_multiply(X, U, b, rng):
    """Without weights for the state, the gradient by the first cell is that by the last times all forget gates."""
    W = np.zeros((4, b.shape[1], b.shape[1]))
    states, cells, gates = lstm_states(X, U, W, b)
    upstream = np.zeros(states.shape)
    upstream[:, -1] = rng.normal(size=upstream[:, -1].shape)
    by_cells = lstm_backward(X, states, cells, gates, upstream, W)[1]
    return by_cells[:, 0], "=", by_cells[:, -1] * np.prod(gates[0, :, 1:], axis=1)


@problem.claim(false=True)
def gradients_through_the_cell_never_vanish(X, U, b):
    """They are multiplied by forget gates, which are below one; only where these stay near one do gradients last."""
    gates = lstm_states(X, U, np.zeros((4, b.shape[1], b.shape[1])), b)[2]
    return np.min(np.prod(gates[0], axis=1)), ">=", 0.5


@problem.experiment(small={"networks": 15}, full={"networks": 300}, part="h")
def change_over_thirty_steps(networks, rng, progress):
    """The decimal logarithm of the gradient by the first of 30 states over that by the last, for layers of 32 units.

    Medians over random parameters as PyTorch draws them, and with more added to the bias of the forget gate.
    """
    kinds = {"rnn": ("rnn", 0.0), "lstm": ("lstm", 0.0), "forget_bias_1": ("lstm", 1.0), "forget_bias_5": ("lstm", 5.0)}
    return {
        name: change_in_a_layer(kind, 30, networks, rng, bias)
        for name, (kind, bias) in progress(kinds.items(), "kinds")
    }


@change_over_thirty_steps.claim(unless={"lstm": -2.0})
def an_lstm_as_drawn_has_little_advantage(found):
    """Its forget gates are near one half, so that thirty of them multiply to almost nothing."""
    return found["lstm"], "<=", found["rnn"] + 3.0


@change_over_thirty_steps.claim(unless={"forget_bias_1": -6.0})
def a_forget_bias_of_one_keeps_a_hundred_times_more(found):
    """Then the gates begin near 0.73."""
    return found["forget_bias_1"], ">=", found["lstm"] + 2.0


@change_over_thirty_steps.claim(unless={"forget_bias_5": -4.0})
def a_forget_bias_of_five_keeps_most(found):
    """Then the gates begin near 0.99, and the gradient loses at most two powers of ten in thirty steps."""
    return abs(found["forget_bias_5"]), "<=", 2.0


@problem.experiment(small={"steps": 200, "rate": 3e-3}, full={"steps": 3000, "rate": 1e-3}, part="h")
def training(steps, rate, seed, progress):
    """The loss of one and of two LSTM layers of 32 units while they learn running means, over all steps, by Adam."""
    curves = {layers: train_on_running_means("LSTM", layers, steps, rate, seed, progress) for layers in (1, 2)}
    return {
        "one_layer": means_of_blocks(curves[1]),
        "two_layers": means_of_blocks(curves[2]),
        "one_at_the_end": float(np.mean(curves[1][-steps // 20 :])),
        "two_at_the_end": float(np.mean(curves[2][-steps // 20 :])),
    }


@training.claim(unless={"one_at_the_end": 0.2})
def training_gets_better(found):
    """The loss of always saying zero would be about 0.29."""
    return max(found["one_at_the_end"], found["two_at_the_end"]), "<=", 0.1


@training.claim(full_only=True, unless={"two_at_the_end": 0.002})
def two_layers_reach_a_loss_below_a_thousandth(found):
    """As the recurrent layers do."""
    return found["two_at_the_end"], "<=", 0.001


@problem.figure(
    "The median norms of the gradients by the states, in layers of 32 units with parameters as PyTorch draws them; the "
    "loss reads the last state. A forget gate that begins near one makes the difference.",
    "Four lines over the steps 1 to 30 on a logarithmic axis, meeting at the right end. Those of the recurrent layer "
    "and of the LSTM fall by seven powers of ten towards the first step, with a forget bias of 1 by three, and with a "
    "forget bias of 5 by less than one.",
    part="h",
)
def gradients_by_step(axes):
    rng = np.random.default_rng(0)
    for label, kind, bias in (("RNN", "rnn", 0), ("LSTM", "lstm", 0), ("bias 1", "lstm", 1), ("bias 5", "lstm", 5)):
        norms = [state_gradients(kind, 30, rng, bias) for _ in range(60)]
        axes.plot(range(1, 31), np.median(norms, axis=0), label=label)
    axes.set(xlabel="step $t$", ylabel=r"$\| \partial L / \partial h_t \|$", yscale="log")
    axes.legend()
