r"""Backpropagation through a linear recurrent network.

A network with one unit and no nonlinearity reads the inputs $u_1, u_2, u_3$. Its state starts at $h_0 = 0$; each step
adds the input and multiplies by a weight $w$ that all steps share, $h_k = w \, (u_k + h_{k-1})$, and the output is
$y = h_3$. Drawn as a graph with one node for every sum and every product, the nodes are called $p, q, r, s, t$ and $y$,
and $w$ enters the graph on three edges: on the left into $q$, in the middle into $s$ and on the right into $y$.
"""

import numpy as np
import torch
from sympy import Sum, symbols

from verify import Problem, gradient

problem = Problem(
    __doc__,
    source="EECS 182, homework 6, problem 1; P. Werbos, Backpropagation through time, 1990",
    tags=("recurrent networks", "backpropagation"),
)

# Given ------------------------------------------------------------------------------------

w, u1, u2, u3 = problem.scalar("w u1 u2 u3")

p = problem.let("p", u1)
q = problem.let("q", w * p)
r = problem.let("r", u2 + q)
s = problem.let("s", w * r)
t = problem.let("t", u3 + s)
y = problem.let("y", w * t)

T = problem.size("T", up_to=8)
x = problem.vector("x", T)

k = symbols("k", integer=True)
y_T = problem.let("y_T", Sum(w ** (T - k) * x[k, 0], (k, 0, T - 1)))  # the output after T steps

inputs = (w, u1, u2, u3)
numbers = problem.instance("numbers", w=3, u1=2, u2=5, u3=11, x=[2, 5, 11])

# Solution ---------------------------------------------------------------------------------

part_t = problem.part(
    "a.t",
    "Write $t$ in terms of $w$ and the inputs.",
    t,
    ("=", u3 + w * r, "$t = u_3 + s$ and $s = w r$"),
    ("=", u3 + w * (u2 + w * u1), "$r = u_2 + q$, where $q = w p$ and $p = u_1$"),
    ("=", u3 + w * u2 + w**2 * u1, "multiply out"),
    in_terms_of=inputs,
)
part_t.key(numbers, 44)
part_t.mistake(
    "recurrence misread as h = w u + h",
    w * u1 + w * u2 + u3,
    "Each product multiplies everything that has been added so far, not only the newest input.",
)

part_y = problem.part(
    "a.y",
    "Write $y$ in terms of $w$ and the inputs.",
    y,
    ("=", w * (u3 + w * u2 + w**2 * u1), "$y = w t$, and $t$ from above"),
    ("=", w * u3 + w**2 * u2 + w**3 * u1, "multiply out"),
    in_terms_of=inputs,
)
part_y.key(numbers, 132)
part_y.mistake("stopped one step early", t, "One product is missing: this is the value before the last edge.")
part_y.mistake(
    "recurrence misread as h = w u + h",
    w * (u1 + u2 + u3),
    "The state is multiplied by the weight as well, so an early input passes through it more than once.",
)

part_b = problem.part(
    "b",
    r"Find $\mathrm{d}y / \mathrm{d}w$ in terms of $w$ and the inputs.",
    gradient(y, w),
    ("=", t + w * gradient(t, w), "product rule for $y = w t$"),
    ("=", t + w * (r + w * gradient(r, w)), "product rule for $s = w r$; $u_3$ does not depend on $w$"),
    ("=", t + w * (r + w * p), "$r = u_2 + w p$; $u_2$ and $p$ do not depend on $w$"),
    ("=", u3 + 2 * w * u2 + 3 * w**2 * u1, "insert the nodes and collect powers of $w$"),
    in_terms_of=inputs,
)
part_b.key(numbers, 95)
part_b.mistake(
    "only the last copy of the shared weight",
    u3 + w * u2 + w**2 * u1,
    "The weight enters on three edges; each one contributes, not only the last.",
)
part_b.mistake(
    "power-rule coefficients dropped",
    u3 + w * u2 + w**2 * u1,
    "Differentiating a power of the weight brings its exponent down as a factor.",
)

part_c = problem.part(
    "c",
    r"Find $\partial y / \partial p$ by going backwards from $y$, one node at a time.",
    gradient(y, p),
    ("=", w * gradient(y, q), "$q = w p$"),
    ("=", w * gradient(y, r), "$r = u_2 + q$: a sum passes the gradient on unchanged"),
    ("=", w**2 * gradient(y, s), "$s = w r$"),
    ("=", w**2 * gradient(y, t), "$t = u_3 + s$"),
    ("=", w**3, "$y = w t$"),
)
part_c.key(numbers, 27)
part_c.mistake("one power off", w**2, "Count the products between the first node and the output.")

dy_dq = problem.let("dy/dq", gradient(y, q))
dy_dr = problem.let("dy/dr", gradient(y, r))
dy_ds = problem.let("dy/ds", gradient(y, s))
dy_dt = problem.let("dy/dt", gradient(y, t))

part_middle = problem.part(
    "d.middle",
    "The right edge contributes $t$ to $\\mathrm{d}y / \\mathrm{d}w$. What does the middle edge contribute?",
    r * dy_ds,
    ("=", r * w, r"$\partial y / \partial s = w$"),
    ("=", w * u2 + w**2 * u1, "$r = u_2 + w u_1$"),
)
part_middle.key(numbers, 33)
part_middle.mistake(
    "upstream taken at the input of the product",
    r * dy_dr,
    "The upstream gradient of an edge is the one at the *output* of its product.",
)
part_middle.mistake("edges swapped", p * dy_dq, "This is what another edge contributes.")

part_left = problem.part(
    "d.left",
    "What does the left edge contribute?",
    p * dy_dq,
    ("=", p * w**2, r"$\partial y / \partial q = w^2$"),
    ("=", u1 * w**2, "$p = u_1$"),
)
part_left.key(numbers, 18)
part_left.mistake(
    "upstream taken at the input of the product",
    p * w**3,
    "The upstream gradient of an edge is the one at the *output* of its product.",
)
part_left.mistake("edges swapped", r * dy_ds, "This is what another edge contributes.")

part_total = problem.part(
    "d.total",
    "Add the three edges.",
    t + r * dy_ds + p * dy_dq,
    ("=", t + r * w + p * w**2, r"$\partial y / \partial s = w$ and $\partial y / \partial q = w^2$"),
    ("=", t + w * u2 + 2 * w**2 * u1, "insert $r$ and $p$"),
    ("=", u3 + 2 * w * u2 + 3 * w**2 * u1, "insert $t$; the result is that of (b)"),
)
part_total.key(numbers, 95)
part_total.mistake("right edge forgotten", r * dy_ds + p * dy_dq, "One of the three edges is missing.")
part_total.mistake("only the right edge", t, "A shared weight collects the contributions of all its edges.")

part_general = problem.part(
    "e",
    "For $T$ steps with inputs $x_0, \\dots, x_{T-1}$ the output is $y_T$. Find its derivative with respect to $w$.",
    gradient(y_T, w),
    ("=", Sum((T - k) * w ** (T - k - 1) * x[k, 0], (k, 0, T - 1)), "power rule, term by term"),
    atom=False,
)
part_general.key(numbers, 95)
part_general.mistake(
    "power-rule coefficients dropped",
    Sum(w ** (T - k - 1) * x[k, 0], (k, 0, T - 1)),
    "Differentiating a power of the weight brings its exponent down as a factor.",
)

# Checks -----------------------------------------------------------------------------------

problem.property(
    "the_edges_sum_to_the_derivative",
    part_total.answer,
    "=",
    gradient(y, w),
    "what the edges contribute adds up to the derivative",
)
problem.property(
    "the_closed_form_obeys_the_recurrence",
    y_T,
    "=",
    w * (x[T - 1, 0] + Sum(w ** (T - 1 - k) * x[k, 0], (k, 0, T - 2))),
    "the induction step: the closed form for $T$ from that for $T - 1$",
)


def recurrence(steps):
    h = 0
    for step in range(steps):
        h = w * (x[step, 0] + h)
    return h


for steps in range(1, 9):
    problem.property(
        f"the_closed_form_is_the_recurrence_for_{steps}_steps",
        gradient(y_T, w),
        "=",
        gradient(recurrence(steps), w),
        "closed form against the unrolled recurrence",
        sizes={T: steps},
    )


@part_t.numpy
def polynomial(w, u1, u2, u3):
    return np.polyval([u1, u2, u3], w)


@part_y.torch
def three_steps_of_a_linear_cell(w, u1, u2, u3):
    h = torch.zeros_like(w)
    for u in (u1, u2, u3):
        h = w * (u + h)
    return h


part_b.autograd(three_steps_of_a_linear_cell, wrt=w)


@part_b.numpy
def derivative_of_the_polynomial(w, u1, u2, u3):
    return np.polyval(np.polyder([u1, u2, u3, 0]), w)


def untied(left, middle, right, u1, u2, u3):
    """The network with three separate weights, one for each edge."""
    return right * (u3 + middle * (u2 + left * u1))


part_c.torch(lambda w, u1, u2, u3: torch.func.grad(lambda p: w * (u3 + w * (u2 + w * p)))(u1), name="autograd")


@part_middle.torch
def derivative_by_the_middle_weight(w, u1, u2, u3):
    return torch.func.grad(untied, argnums=1)(w, w, w, u1, u2, u3)


@part_left.torch
def derivative_by_the_left_weight(w, u1, u2, u3):
    return torch.func.grad(untied, argnums=0)(w, w, w, u1, u2, u3)


part_total.autograd(three_steps_of_a_linear_cell, wrt=w)


@part_general.torch
def autograd_through_the_loop(w, x):
    def output(w):
        h = torch.zeros_like(w)
        for step in x:
            h = w * (step + h)
        return h

    return torch.func.grad(output)(w)


@part_general.numpy
def forward_mode(w, x):
    """Carries the derivative along with the state, in one pass."""
    h, dh = 0.0, 0.0
    for step in x:
        h, dh = w * (step + h), (step + h) + w * dh
    return dh


@problem.variant
def small_integers(rng):
    u = rng.integers(1, 12, 3)
    return {"w": rng.integers(2, 6), "u1": u[0], "u2": u[1], "u3": u[2], "x": u}


@problem.figure(
    "How much an input weighs in the derivative, by the number of steps since it was read: for $|w| < 1$ old inputs "
    "vanish, for $|w| > 1$ they explode.",
    "Three curves over the number of steps since the input: for w = 0.8 the weight falls towards zero, for w = 1 it "
    "grows in a straight line, for w = 1.2 it grows exponentially. The vertical axis is logarithmic.",
    part="e",
)
def weight_of_an_input(axes):
    age = np.arange(0, 30)
    for value in (0.8, 1.0, 1.2):
        axes.plot(age, (age + 1) * value**age, marker="o", markersize=3, label=f"w = {value}")
    axes.set(xlabel="steps since the input", ylabel="weight in the derivative", yscale="log")
    axes.legend()
