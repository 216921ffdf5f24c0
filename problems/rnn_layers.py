r"""Recurrent layers and the gradients that flow through them.

A recurrent layer reads vectors $x_1, \dots, x_T$ one after the other and keeps a state of $H$ units:
$h_t = f(W_h h_{t-1} + W_x x_t + b)$, where $h_0 = 0$ and $f$ is applied entry by entry; unless it is said otherwise,
$f = \tanh$. The array $X$ holds a batch of $B$ sequences with the axes batch, time and feature; $x$ is one sequence,
a row for each step. A linear layer turns each state into an output, $W_f h_t + b_f$; a single output has the
weights $w$, a row, and the constant $a$. The network learns to predict, at every step, the mean of all that it has
read so far.
"""

import numpy as np
import torch
from sympy import FunctionMatrix, Lambda, MatrixSlice, OneMatrix, Piecewise, Sum, diag, symbols, tanh
from sympy.matrices.expressions.matexpr import MatrixElement

from verify import Problem, gradient
from verify.answers import Choice, Explanation, Function

from .machinery.adapters import run_layer, run_loss, run_regression, run_stack
from .machinery.gradient_flow import (
    NONLINEARITIES,
    change_on_the_way_back,
    means_of_blocks,
    train_on_running_means,
)
from .machinery.recurrent import identity, rnn_backward, rnn_states
from .machinery.recurrent_figures import paint_change, paint_losses, paint_norms
from .machinery.recurrent_mistakes import (
    layer_adding_states_afterwards,
    layer_from_a_random_start,
    layer_of_rectifiers,
    layer_over_the_batch,
    layer_with_transposed_weights,
    layer_with_two_biases,
    layer_without_memory,
    linear_layer,
    norms_by,
    of_the_last_copy,
    states_from_zero,
    states_read_backwards,
)
from .machinery.recurrent_torch import continued, last_loss, torch_layers

problem = Problem(
    __doc__,
    source="EECS 182, homework 6, problem 3; Elman 1990, Finding structure in time; Pascanu, Mikolov and Bengio 2013, "
    "On the difficulty of training recurrent neural networks",
    tags=("recurrent networks", "backpropagation", "PyTorch"),
)

# Given ------------------------------------------------------------------------------------

T = problem.size("T", up_to=6)
t = problem.size("t", at_most=T)
H, D, B, M, K = problem.size("H D B M K")

X = problem.array("X", B, T, D)
x = problem.matrix("x", T, D)
Wx, Wh, Wf = problem.matrix("Wx", H, D), problem.matrix("Wh", H, H), problem.matrix("Wf", M, H)
b, h0, b_f = problem.vector("b", H), problem.vector("h0", H), problem.vector("b_f", M)
w, a = problem.matrix("w", 1, H), problem.scalar("a")
y = problem.scalar("y")  # the target of the last step
z = problem.vector("z", T)  # the targets of all steps
P, Y = problem.matrix("P Y", B, T)  # predictions and targets of a batch
Ux, Uh, c = problem.array("Ux", K, H, H), problem.array("Uh", K, H, H), problem.matrix("c", K, H)  # K more layers
h = problem.vector("h", H)  # the state after step t

i, j, k, m, one = symbols("i j k m one", integer=True)


def column(length, entry, index=i):
    """The vector whose entry at an index is given."""
    return FunctionMatrix(length, 1, Lambda((index, one), entry))


def state_after(step):
    """The state of the network without nonlinearities after a later step, as a function of $h$ after step $t$."""
    return Wh ** (step - t) * h + column(H, Sum(MatrixElement(Wh ** (step - m) * u, j, m - 1), (m, t + 1, step)), j)


# Solution ---------------------------------------------------------------------------------


def layer(X, Wx, Wh, b):
    h, states = np.zeros((len(X), len(b))), []
    for step in range(X.shape[1]):
        h = np.tanh(h @ Wh.T + X[:, step] @ Wx.T + b)
        states.append(h)
    return np.stack(states, axis=1), h


part_a = problem.part(
    "a",
    "Write the layer: from the batch and the parameters to the states of all steps, with the axes batch, time and "
    "unit, and the state of the last step. A function of the givens will do, or a module class of PyTorch's that is "
    "made with the sizes of input and state.",
    answer=Function(layer, outputs=("all_h", "last_h"), adapt=run_layer),
)
part_a.mistake(
    "two bias vectors",
    layer_with_two_biases,
    "Count the parameters: a layer with three units that reads two numbers has 18. Which of yours say the same twice?",
)
part_a.mistake(
    "nonlinearity forgotten",
    linear_layer,
    "Without a nonlinearity the layer is a linear map of everything that it has read.",
)
part_a.mistake(
    "rectifier instead of tanh",
    layer_of_rectifiers,
    "Your states are never negative. Which nonlinearity is asked for?",
)
part_a.mistake("random start", layer_from_a_random_start, "The same sequence must always lead to the same states.")
part_a.mistake(
    "time and batch swapped",
    layer_over_the_batch,
    "Follow one sequence: which axis must the loop run over?",
)
part_a.mistake(
    "state weights transposed",
    layer_with_transposed_weights,
    "Rows of states stand on the left of a product; what happens to the matrix then?",
)
part_a.mistake(
    "state added after the nonlinearity",
    layer_adding_states_afterwards,
    "Old state and new input are mixed first; the nonlinearity comes last.",
)
part_a.mistake(
    "always from the start",
    layer_without_memory,
    "The state of one step is what the next one continues from.",
)


def states_of_one(x, h0, Wx, Wh, b):
    states = [h0]
    for inputs in x:
        states.append(np.tanh(Wh @ states[-1] + Wx @ inputs + b))
    return np.array(states[1:])


part_states = problem.part(
    "a.states",
    "Write the same for one sequence and a given state $h_0$: all $T$ states, one in each row.",
    answer=Function(states_of_one),
    atom=False,
)
part_states.mistake("start ignored", states_from_zero, "The first step continues from a state that is given.")
part_states.mistake("sequence read backwards", states_read_backwards, "The first row is read first.")


def regression(X, Wx, Wh, b, Wf, b_f):
    states, _ = layer(X, Wx, Wh, b)
    return states @ Wf.T + b_f, states


part_b = problem.part(
    "b",
    "Put a linear layer on top that predicts $M$ numbers at every step. Return the predictions and the states.",
    answer=Function(regression, outputs=("out", "all_h"), adapt=run_regression),
)
part_b.mistake(
    "only the last step",
    lambda X, Wx, Wh, b, Wf, b_f: (regression(X, Wx, Wh, b, Wf, b_f)[0][:, -1:], layer(X, Wx, Wh, b)[0]),
    "There is a prediction for each step, from the state of that step.",
)
part_b.mistake(
    "two bias vectors",
    lambda X, Wx, Wh, b, Wf, b_f: regression(X, Wx, Wh, 2 * b, Wf, b_f),
    "Count the parameters: with two inputs, three units and four outputs there are 34.",
)
part_b.mistake(
    "outputs squashed",
    lambda X, Wx, Wh, b, Wf, b_f: (np.tanh(regression(X, Wx, Wh, b, Wf, b_f)[0]), layer(X, Wx, Wh, b)[0]),
    "A mean may be any number; no nonlinearity belongs on the outputs.",
)


def losses(P, Y):
    return np.mean((P - Y) ** 2), np.mean((P[:, -1] - Y[:, -1]) ** 2)


part_c = problem.part(
    "c",
    "Rows of $P$ are the predictions for one sequence, and those of $Y$ its targets. Write the mean squared error over "
    "all steps, and over the last step of each sequence. A function of the two that returns both will do, or one of "
    "`pred`, `y` and `last_timestep_only`.",
    answer=Function(
        losses,
        outputs=("all", "last"),
        adapt=run_loss,
        arguments={
            "predictions": ("pred", "preds", "predictions", "out"),
            "targets": ("y", "target", "targets"),
            "the last step only": ("last_timestep_only", "last_step_only", "last_target_only"),
        },
    ),
)
part_c.mistake(
    "summed instead of averaged",
    lambda P, Y: (np.sum((P - Y) ** 2), np.sum((P[:, -1] - Y[:, -1]) ** 2)),
    "A loss that grows with the batch needs another learning rate for every size of batch.",
)
part_c.mistake(
    "last sequence instead of last step",
    lambda P, Y: (np.mean((P - Y) ** 2), np.mean((P[-1] - Y[-1]) ** 2)),
    "The first axis is the batch. Which one is time?",
)
part_c.mistake(
    "absolute errors", lambda P, Y: (np.mean(abs(P - Y)), np.mean(abs(P - Y)[:, -1])), "The errors are squared first."
)


def gradient_norms(x, Wx, Wh, b, w, a, y):
    states = layer(x[None], Wx, Wh, b)[0][0]
    gradient = 2 * (w @ states[-1] + a - y) * w[0]
    norms = [np.linalg.norm(gradient)]
    for h in states[:0:-1]:  # from the last step to the second: each hands its gradient to the step before
        gradient = (gradient * (1 - h**2)) @ Wh
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])


part_d = problem.part(
    "d",
    r"For one sequence and the loss of its last step, $(w h_T + a - y)^2$, write a function that returns the norms "
    r"$\| \partial L / \partial h_t \|$ for $t = 1, \dots, T$. Then plot them, and find weights for which they vanish "
    "and weights for which they explode.",
    answer=Function(gradient_norms),
)
part_d.mistake("factor 2 dropped", norms_by(factor=1.0), "Differentiate the square.")
part_d.mistake("slope of tanh dropped", norms_by(f=identity), "What does the nonlinearity do to a small change?")
part_d.mistake("weights transposed", norms_by(turn=True), "Which side of the matrix does a row stand on?")
part_d.mistake(
    "from the last step to the first",
    lambda x, Wx, Wh, b, w, a, y: gradient_norms(x, Wx, Wh, b, w, a, y)[::-1],
    "Check the order: the last state is the one that depends on nothing but $w$.",
)


def weight_gradients(x, Wx, Wh, b, w, a, y):
    states = layer(x[None], Wx, Wh, b)[0][0]
    before = np.vstack([np.zeros(len(b)), states[:-1]])
    flow = 2 * (w @ states[-1] + a - y) * w[0]
    by_Wx, by_Wh, by_b = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for step in reversed(range(len(x))):
        delta = flow * (1 - states[step] ** 2)
        by_Wx, by_Wh, by_b = by_Wx + np.outer(delta, x[step]), by_Wh + np.outer(delta, before[step]), by_b + delta
        flow = delta @ Wh
    return by_Wx, by_Wh, by_b


part_weights = problem.part(
    "d.weights",
    "Go on to the gradients of the same loss by $W_x$, $W_h$ and $b$, by hand: backpropagation through time.",
    answer=Function(weight_gradients, outputs=("by_Wx", "by_Wh", "by_b")),
    atom=False,
)
part_weights.mistake(
    "only the last copy of the shared weights", of_the_last_copy, "All steps share the weights; each one contributes."
)

u = problem.let("u", Wx * x.T + b * OneMatrix(1, T))
h_T = problem.let("h_T", state_after(T))
yhat = problem.let("yhat", MatrixElement(w * h_T, 0, 0) + a)
r = problem.let("r", yhat - y)
L = problem.let("L", r**2)

part_e = problem.part(
    "e",
    r"Take the nonlinearity away, let $\hat{y} = w h_T + a$ be the last output, $y$ its target, $r$ what the output "
    r"exceeds the target by, and the loss $L$ the square of $r$. Find the gradient $\partial L / \partial h_t$, as a "
    r"row; $h$ is the state after step $t$.",
    gradient(L, h).T,
    ("=", 2 * r * gradient(yhat, h).T, r"chain rule for $L = r^2$; the state enters only through $\hat{y}$"),
    (
        "=",
        2 * r * w * Wh ** (T - t),
        "each of the $T - t$ steps multiplies the state by $W_h$; what later inputs add does not depend on it",
    ),
    in_terms_of=(yhat, y, r, w, Wh, T, t),
)
part_e.mistake("one step too many", 2 * r * w * Wh ** (T - t + 1), "At the last step no weight has acted. Put it in.")
part_e.mistake("counted from the start", 2 * r * w * Wh**t, "How many steps lie between $h_t$ and the end?")
part_e.mistake("factor 2 dropped", r * w * Wh ** (T - t), "Differentiate the square.")
part_e.mistake("weights transposed", 2 * r * w * Wh.T ** (T - t), "Multiply a row by the weights of one step.")

problem.part(
    "e.condition",
    "For long sequences, what decides whether these gradients explode or vanish?",
    answer=Choice(
        {
            "a": "the largest eigenvalue with its sign: above 1 they explode, below 1 they vanish",
            "b": "the largest magnitude of an eigenvalue: above 1 they explode, below 1 they vanish",
            "c": "the determinant: above 1 in magnitude they explode, below 1 they vanish",
            "d": "the largest entry in magnitude: above 1 they explode, below 1 they vanish",
            "e": "the largest singular value: above 1 they explode, below 1 they vanish",
        },
        correct="b",
        feedback={
            "a": "A state that doubles and changes its sign at every step explodes as well.",
            "c": "One direction may grow while another shrinks; what happens to the product of both?",
            "d": "Many small entries add up. Try a matrix in which all are 0.6.",
            "e": "Below 1 they do vanish. But must a vector that one step lengthens be lengthened by the next?",
        },
    ),
    atom=False,
)

problem.part(
    "f",
    "The weights of the states are large: their spectral radius is 3. Compare layers with $\\tanh$ and with the "
    "rectifier $\\max(0, z)$: whose gradients vanish more, and whose explode more?",
    answer=Choice(
        {
            "a": "tanh vanishes more, and the rectifier explodes more",
            "b": "the rectifier vanishes more, and tanh explodes more",
            "c": "tanh both vanishes more and explodes more",
            "d": "neither, because both keep the states bounded",
        },
        correct="a",
        feedback={
            "b": "Which of the two has states that can grow without bound?",
            "c": "How large is the slope of a unit whose state is close to its bound?",
            "d": "Follow a unit of the rectifier whose state doubles at every step.",
        },
    ),
)
problem.part(
    "f.reason",
    "Why?",
    answer=Explanation(
        (
            "a state of tanh lies between -1 and 1; large weights drive units to these bounds, where the slope is near "
            "zero, so that the gradients grow far less than the weights alone would make them, or vanish",
            "a rectifier that is active has slope one, whatever its state: the gradient is multiplied by the weights "
            "of the active units only, as in a linear network, and grows with their powers",
            "where states stay near zero it is the other way round: there tanh is nearly linear, while the rectifier "
            "switches about half of the units off at every step",
        )
    ),
    atom=False,
)
problem.part(
    "f.small",
    "And where the spectral radius is below 1, and the inputs are so weak that all states stay near zero: whose "
    "gradients vanish more?",
    answer=Choice(
        {"a": "those of tanh", "b": "those of the rectifier", "c": "both alike"},
        correct="b",
        feedback={
            "a": "With small weights the states are small. What is the slope of tanh near zero?",
            "c": "How many units of the rectifier let anything through, at one step?",
        },
    ),
    atom=False,
)

problem.part(
    "g",
    "What changes in the plot of (d) when the loss is that of all steps? Does it help to learn what depends on "
    "inputs long ago?",
    answer=Explanation(
        (
            "each state now has a loss of its own step, whose gradient does not pass through any weights of states: "
            "the norms no longer fall towards the first steps",
            "the gradient of a step is a sum over all later losses; those far away still carry high powers of the "
            "weights, and are as small as before",
            "so the plot looks healthy, but what a late target says about an early input is still lost: it does not "
            "help with long dependencies",
        )
    ),
)
p = problem.let("p", column(T, Piecewise((MatrixElement(w * state_after(i + 1), 0, 0) + a, i + 1 >= t), (0, True))))
all_losses = Sum((p[k - 1, 0] - z[k - 1, 0]) ** 2, (k, t, T)) / T
part_sum = problem.part(
    "g.gradient",
    r"Without nonlinearities, let $p_k$ be the prediction of step $k$ and $z_k$ its target. Of the mean of the squared "
    r"errors, those from step $t$ on depend on $h_t$. Find $\partial L / \partial h_t$, a column.",
    gradient(all_losses, h),
    (
        "=",
        column(H, Sum((2 / T) * (p[k - 1, 0] - z[k - 1, 0]) * MatrixElement(w * Wh ** (k - t), 0, i), (k, t, T))),
        "a sum of what each later loss would give alone, with $k$ as the last step",
    ),
    atom=False,
)


def stack(X, Wx, Wh, b, Ux, Uh, c):
    states, last = layer(X, Wx, Wh, b)
    lasts = [last]
    for weights in zip(Ux, Uh, c, strict=True):
        states, last = layer(states, *weights)
        lasts.append(last)
    return states, np.stack(lasts)


part_k = problem.part(
    "k",
    "Stack layers: each reads the states of the one below. On the first layer come $K$ more; their weights for the "
    "states below are $U_x$, for their own states $U_h$, and their biases the rows of $c$. Return the states of the "
    "top layer, and the last states of all layers from the bottom to the top. Then train one layer to a loss below "
    "0.01 and two layers to one below 0.001.",
    answer=Function(stack, outputs=("top_all_h", "last_h_of_layers"), adapt=run_stack),
)
part_k.mistake(
    "two bias vectors",
    lambda X, Wx, Wh, b, Ux, Uh, c: stack(X, Wx, Wh, 2 * b, Ux, Uh, 2 * c),
    "Count the parameters: each layer has one bias for each of its units.",
)
part_k.mistake(
    "states of the bottom layer",
    lambda X, Wx, Wh, b, Ux, Uh, c: (layer(X, Wx, Wh, b)[0], stack(X, Wx, Wh, b, Ux, Uh, c)[1]),
    "Predictions are made from the layer on top.",
)
part_k.mistake(
    "input and state weights swapped",
    lambda X, Wx, Wh, b, Ux, Uh, c: stack(X, Wx, Wh, b, Uh, Ux, c),
    "One matrix acts on what comes from below, the other on the layer's own past.",
)
part_k.mistake(
    "top layer first",
    lambda X, Wx, Wh, b, Ux, Uh, c: (stack(X, Wx, Wh, b, Ux, Uh, c)[0], stack(X, Wx, Wh, b, Ux, Uh, c)[1][::-1]),
    "Check the order of the layers.",
)

# Checks -----------------------------------------------------------------------------------


@part_a.torch
def its_own_layer_without_the_second_bias(X, Wx, Wh, b):
    states, last = torch_layers(X, (Wx, Wh, b))
    return states, last[0]


@part_states.torch
def its_own_cell(x, h0, Wx, Wh, b):
    states = [h0[None]]
    for step in x:
        states.append(torch.rnn_tanh_cell(step[None], states[-1], Wx, Wh, b, torch.zeros_like(b)))
    return torch.cat(states[1:])


@part_b.torch
def its_own_layer_and_a_linear_one(X, Wx, Wh, b, Wf, b_f):
    states, _ = torch_layers(X, (Wx, Wh, b))
    return torch.nn.functional.linear(states, Wf, b_f), states


@part_c.torch
def its_own_loss(P, Y):
    return torch.nn.functional.mse_loss(P, Y), torch.nn.functional.mse_loss(P[:, -1], Y[:, -1])


@part_k.torch
def its_own_stack_of_layers(X, Wx, Wh, b, Ux, Uh, c):
    return torch_layers(X, (Wx, Wh, b), *zip(Ux, Uh, c, strict=True))


@part_d.torch
def autograd_at_each_state(x, Wx, Wh, b, w, a, y):
    """Autograd by the states that are kept on the way"""
    loss, states = last_loss(x, Wx.requires_grad_(), Wh.requires_grad_(), b, w, a, y)
    return torch.stack([torch.linalg.norm(each) for each in torch.autograd.grad(loss, states)])


@part_weights.torch
def autograd_by_the_parameters(x, Wx, Wh, b, w, a, y):
    return torch.func.grad(lambda *weights: last_loss(x, *weights, w, a, y)[0], argnums=(0, 1, 2))(Wx, Wh, b)


@part_e.torch
def autograd_from_the_state_on(t, x, Wx, Wh, b, w, a, y, h):
    return torch.func.grad(lambda h: (continued(h, x[t:], Wx, Wh, b, w, a)[-1] - y) ** 2)(h)[None]


@part_sum.torch
def autograd_of_all_later_losses(T, t, x, Wx, Wh, b, w, a, z, h):
    return torch.func.grad(lambda h: torch.sum((continued(h, x[t:], Wx, Wh, b, w, a) - z[t - 1 :]) ** 2) / T)(h)


steps = [Wx * MatrixSlice(x, (k, k + 1), (0, D)).T + b for k in range(3)]  # what three inputs add
state_1 = problem.let("s_1", steps[0].applyfunc(tanh))
state_2 = problem.let("s_2", (steps[1] + Wh * state_1).applyfunc(tanh))
state_3 = problem.let("s_3", (steps[2] + Wh * state_2).applyfunc(tanh))
three_steps = (MatrixElement(w * state_3, 0, 0) + a - y) ** 2


def slopes(state):
    return diag(*[1 - state[unit, 0] ** 2 for unit in range(2)])


delta_3 = slopes(state_3) * w.T * (2 * (MatrixElement(w * state_3, 0, 0) + a - y))
delta_2 = slopes(state_2) * Wh.T * delta_3
problem.property(
    "three_steps_backwards_are_the_gradient",
    gradient(three_steps, Wh),
    "=",
    delta_3 * state_2.T + delta_2 * state_1.T,
    "backpropagation through time for two units, with tanh, written out",
    sizes={T: 3, H: 2, D: 1},
)


def spectral_radius(A):
    return np.max(np.abs(np.linalg.eigvals(A)))


@problem.claim
def states_of_tanh_are_bounded(X, Wx, Wh, b):
    """No weights make a state leave $[-1, 1]$, so that states cannot explode, whatever gradients do."""
    return np.max(np.abs(layer(X, Wx, Wh, b)[0])), "<=", 1.0


@problem.claim
def gradients_are_bounded_by_powers_of_the_largest_singular_value(x, Wx, Wh, b, w, a, y):
    """No slope of tanh exceeds one, so a step multiplies the norm by at most $\\| W_h \\|$: below one, all vanish."""
    norms, largest = gradient_norms(x, Wx, Wh, b, w, a, y), np.linalg.norm(Wh, 2)
    return norms[0], "<=", norms[-1] * largest ** (len(x) - 1)


@problem.claim
def the_spectral_radius_is_at_most_any_root_of_a_power(Wh, T):
    """$\\rho(W) \\leq \\| W^n \\|^{1/n}$ for every $n$; so with $\\rho > 1$ the powers grow without bound."""
    return spectral_radius(Wh) ** T, "<=", np.linalg.norm(np.linalg.matrix_power(Wh, T), 2)


@problem.claim
def powers_grow_like_the_spectral_radius_in_the_end():
    """$\\| W^n \\|^{1/n}$ tends to $\\rho(W)$ (Gelfand): within 1 % at $n = 2000$, for the matrix that first grows."""
    slow = np.array([[0.9, 5.0], [0.0, 0.9]])
    return np.linalg.norm(np.linalg.matrix_power(slow, 2000), 2) ** (1 / 2000), "<=", 0.909


@problem.claim
def a_spectral_radius_below_one_allows_growth_at_first():
    """All eigenvalues of this matrix are 0.9, and yet its powers grow to more than 19 before they decay."""
    slow = np.array([[0.9, 5.0], [0.0, 0.9]])
    return max(np.linalg.norm(np.linalg.matrix_power(slow, power), 2) for power in range(30)), ">=", 19.0


@problem.claim
def an_eigenvalue_below_minus_one_explodes():
    """With weights of $-1.5$ for the state the gradient grows by half at every step, and changes its sign."""
    return abs((-1.5) ** 20), ">=", 3300.0


@problem.claim
def a_small_determinant_does_not_prevent_an_explosion():
    """One direction doubles while the other shrinks to a quarter: the determinant is one half."""
    return np.linalg.norm(np.linalg.matrix_power(np.diag([2.0, 0.25]), 20), 2), ">=", 1e6


@problem.claim
def small_entries_do_not_prevent_an_explosion():
    """All entries are 0.6, and the largest eigenvalue is 1.2."""
    return np.linalg.norm(np.linalg.matrix_power(np.full((2, 2), 0.6), 50), 2), ">=", 9000.0


@problem.claim
def a_large_singular_value_does_not_prevent_vanishing():
    """The largest singular value of this matrix exceeds 5; its eigenvalues are one half, and so ten steps suffice."""
    return np.linalg.norm(np.linalg.matrix_power(np.array([[0.5, 5.0], [0.0, 0.5]]), 10), 2), "<=", 0.1


@problem.claim
def outputs_that_miss_the_growing_direction_see_no_explosion():
    """The first unit doubles at every step, but the output reads only the second one."""
    return np.linalg.norm(np.array([0.0, 1.0]) @ np.linalg.matrix_power(np.diag([2.0, 0.5]), 10)), "<=", 1e-3


@problem.claim(false=True)
def gradients_grow_whenever_an_eigenvalue_exceeds_one(T, H, w):
    """Not where the output reads only units that fade; here the first unit grows by half, the others halve."""
    fading = np.diag([1.5] + [0.5] * (H - 1))
    return np.linalg.norm(w @ np.linalg.matrix_power(fading, T)), ">=", np.linalg.norm(w)


@problem.claim
def what_the_last_loss_says_about_any_state_is_as_small_as_before(X, Wx, Wh, b, rng):
    """Without it, the gradients of the loss of all steps miss just what (d) shows, over the number of steps."""
    states = rnn_states(X, Wx, Wh, b)
    errors, last = rng.normal(size=states.shape) / X.shape[1], np.zeros(states.shape)
    last[:, -1] = errors[:, -1] * X.shape[1]
    every, but_last, only = (
        rnn_backward(X, states, each, Wh)[0] for each in (errors, errors - last / X.shape[1], last)
    )
    return every - but_last, "=", only / X.shape[1]


RADII = [0.5, 0.9, 1.0, 1.5, 2.0, 3.0]


@problem.experiment(small={"networks": 40}, full={"networks": 300}, part="f")
def change_of_the_gradient(networks, rng, progress):
    """The decimal logarithm of the gradient at the first step over that at the tenth, for six spectral radii.

    Medians over random networks of 16 units; tanh with weak, ordinary and strong input weights.
    """
    cases = {"linear": ("linear", 1.0), "relu": ("relu", 1.0)}
    cases |= {"tanh_weak": ("tanh", 0.25), "tanh_ordinary": ("tanh", 1.0), "tanh_strong": ("tanh", 4.0)}
    found = {name: [] for name in cases}
    for radius in progress(RADII, "spectral radii"):
        for name, (kind, reading) in cases.items():
            found[name].append(change_on_the_way_back(radius, NONLINEARITIES[kind], 10, networks, rng, reading))
    return found


@change_of_the_gradient.claim(unless={"relu": [-3.0, -0.7, 0, 0, 0, 0]})
def rectifiers_vanish_more_than_unsaturated_tanh(found):
    """For spectral radii of 0.5 and 0.9 and weak inputs tanh is nearly linear; the rectifier loses half its units."""
    return np.array(found["relu"][:2]) + 0.5, "<=", np.array(found["tanh_weak"][:2])


@change_of_the_gradient.claim(unless={"relu": [0, 0, 0, 0, 0, 0.5]})
def rectifiers_explode_more_than_tanh(found):
    """For a spectral radius of 3, however strong the inputs are."""
    tanh = max(found["tanh_weak"][-1], found["tanh_ordinary"][-1], found["tanh_strong"][-1])
    return found["relu"][-1], ">=", tanh + 0.4


@change_of_the_gradient.claim(unless={"tanh_strong": [0, 0, 0, 0, 0, 0]})
def saturated_tanh_vanishes_most(found):
    """Strong inputs drive the units to their bounds; then the gradients vanish for every spectral radius here."""
    return found["tanh_strong"], "<=", np.minimum(np.array(found["relu"]) - 0.5, 0.0)


@change_of_the_gradient.claim(unless={"linear": [0, 0, 0, 0, 0, 0]})
def without_nonlinearity_the_powers_of_the_radius_remain(found):
    """Nine steps multiply by about the ninth power of the radius: within a factor of 3, where it is not near one."""
    return max(np.abs(np.array(found["linear"]) - 9 * np.log10(RADII))[[0, 4, 5]]), "<=", 0.5


@problem.experiment(small={"steps": 300, "rate": 3e-3}, full={"steps": 4000, "rate": 1e-3}, part="k")
def training(steps, rate, seed, progress):
    """The loss of one and of two layers of 32 units while they learn running means, over all steps, by Adam."""
    curves = {layers: train_on_running_means("RNN", layers, steps, rate, seed, progress) for layers in (1, 2)}
    return {
        "one_layer": means_of_blocks(curves[1]),
        "two_layers": means_of_blocks(curves[2]),
        "one_at_the_end": float(np.mean(curves[1][-steps // 20 :])),
        "two_at_the_end": float(np.mean(curves[2][-steps // 20 :])),
    }


@training.claim(unless={"one_at_the_end": 0.2})
def training_gets_better(found):
    """The loss of the mean of nothing, zero, would be about 0.29."""
    return max(found["one_at_the_end"], found["two_at_the_end"]), "<=", 0.1


@training.claim(full_only=True, unless={"one_at_the_end": 0.02})
def one_layer_reaches_a_loss_below_a_hundredth(found):
    """As the homework asks."""
    return found["one_at_the_end"], "<=", 0.01


@training.claim(full_only=True, unless={"two_at_the_end": 0.002})
def two_layers_reach_a_loss_below_a_thousandth(found):
    """As the homework asks."""
    return found["two_at_the_end"], "<=", 0.001


@problem.figure(
    "The norms of the gradients for the loss of the last of 30 steps, in layers of 16 units with tanh. Read from right "
    "to left: for a small spectral radius of $W_h$ they vanish, for a large one they explode.",
    "Five lines over the steps 1 to 30 on a logarithmic axis, meeting at the right end. For a radius of 0.5 the line "
    "falls by nine powers of ten towards the first step; for a radius of 3 it rises by two or three.",
    part="d",
)
def vanishing_and_exploding(axes):
    paint_norms(axes, every_step=False)


@problem.figure(
    "The same for the loss of all steps. The norms no longer fall towards the first steps, because each state has a "
    "loss of its own; what a late loss contributes to an early gradient is as small as before.",
    "Five lines over the steps 1 to 30 on a logarithmic axis. Those for small spectral radii are flat; for a radius of "
    "3 the line rises towards the first step.",
    part="g",
)
def with_a_loss_at_every_step(axes):
    paint_norms(axes, every_step=True)


@problem.figure(
    "How much the gradient changes over nine steps back, in powers of ten, by the spectral radius of $W_h$: the median "
    "of random networks. Whether tanh vanishes more than the rectifier depends on how far its units are saturated.",
    "Five rising lines over spectral radii from 0.5 to 3. Without nonlinearity the line rises from -3 to 4. The "
    "rectifier runs one and a half below it. Tanh with weak inputs begins with the linear network and ends below the "
    "rectifier; with strong inputs it is below zero everywhere.",
    part="f",
)
def by_spectral_radius(axes):
    paint_change(axes, change_of_the_gradient.recorded, RADII)


@problem.figure(
    "The losses while training on running means, and the two thresholds.",
    "Two falling curves on a logarithmic axis over the steps of training; two layers end below 0.001, one below 0.01.",
    part="k",
)
def loss_curves(axes):
    paint_losses(axes, training.recorded)
