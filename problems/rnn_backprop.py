r"""Backpropagation through a linear recurrent network.

A network with one unit and no nonlinearity reads a sequence $u_1, u_2, u_3$. Its state starts at $h_0 = 0$ and every
step adds the input and multiplies by the one weight $w$, which all steps share: $h_k = w \, (u_k + h_{k-1})$. Drawn as a
graph of sums and products, with a node for every intermediate value, three steps are

$$p = u_1, \qquad q = w p, \qquad r = u_2 + q, \qquad s = w r, \qquad t = u_3 + s, \qquad y = w t.$$

The output is $y = h_3$.
"""


from verify import Problem

problem = Problem(
    __doc__,
    source="EECS 182 homework 6, problem 1; Werbos 1990, Backpropagation through time",
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

separating = problem.instance("separating", "Numbers that tell most mistakes apart.", w=3, u1=2, u2=5, u3=11)

# Solution ---------------------------------------------------------------------------------

inputs = (w, u1, u2, u3)

part_t = problem.part(
    "a.t",
    "Write $t$ in terms of $w$ and the inputs.",
    t,
    ("=", u3 + w * r, "$s = w r$"),
    ("=", u3 + w * (u2 + w * u1), "$r = u_2 + q$ with $q = w p$ and $p = u_1$"),
    ("=", u3 + w * u2 + w**2 * u1, "multiply out"),
    in_terms_of=inputs,
)
part_t.key(separating, 44)
