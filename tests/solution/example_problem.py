"""A small problem with everything a page can show, built without the catalogue."""

from sympy import Ne

from verify import Problem, Verdict, gradient, orthogonal
from verify.answers import Choice
from verify.evidence import Counterexample, Evidence

TEXT = r"""The slope of a square.

A weight $w$ multiplies an input $u$; the cost is $$C = (w u - c)^2.$$ It costs 5 to *look* at $w_1$ and $w_2$, with
`code_like_this`, and $|w| \le 1$ does not matter.
"""


def build() -> Problem:
    """A fresh copy, so that a test may change it."""
    problem = Problem(TEXT, source="a *made up* source, 2 parts", tags=("calculus", "slopes"))
    n = problem.size("n")
    problem.matrix("Q", n, n, within=orthogonal)
    w, u, c = problem.scalar("w u c")
    problem.assume(Ne(u, 0), "otherwise the weight has no effect")
    cost = problem.let("C", (w * u - c) ** 2)
    numbers = problem.instance("sheet", "Use the numbers of the sheet.", w="1/2", u=-4, c=7)
    a = problem.part(
        "a",
        r"Differentiate: find $\partial C / \partial w$ where $|u| > 0$.",
        gradient(cost, w),
        ("=", 2 * u * (w * u - c), "chain rule, with $|x|' = 1$ for $x > 0$ | not really"),
        asks=numbers,
    )
    a.key(numbers, 72)
    a.mistake("inner derivative | forgotten", 2 * (w * u - c), "The weight reaches the cost through a product.")
    a.mistake("not a formula", lambda w: w + 1, "Look again.")
    slope = problem.let("secret", a.answer)
    b = problem.part("b", "Where is the slope zero?", slope / (2 * u), ("=", w * u - c, "insert the slope"))
    b.key(numbers, -9)

    @b.numpy
    def residual(w, u, c):
        """The residual, straight from the definition."""
        return w * u - c

    problem.part("c", "Is the cost convex?", answer=Choice({"yes": "yes, it is $w^2$", "no": "never"}, "yes"))

    @problem.claim(false=True)
    def the_cost_is_linear(w, u, c):
        """The cost grows in proportion to $w$."""
        return (2 * w * u - c) ** 2, "=", 2 * (w * u - c) ** 2

    problem.property("a_square_is_not_negative", cost, ">=", 0, "it is a square")

    @problem.figure("The cost of a $w$ & more.", 'A parabola that touches "zero" & rises.', part="b")
    def parabola(axes):
        axes.plot([-1, 0, 1], [1, 0, 1], label="C")
        axes.legend()

    return problem


def evidence() -> list[Evidence]:
    """What a run might find, with every verdict among it."""
    at = Counterexample({"w": 0.1234567, "u": 1.0, "Q": [[1.0, 0.0], [0.0, -1.0]]}, 2.00000001, 2.0)
    return [
        Evidence("example_problem/a/step-1", Verdict.PROVED, "in general; 50 instances", "exact", seconds=1.5),
        Evidence("example_problem/a/sheet", Verdict.PROVED, "at the instance 'sheet'", "exact"),
        Evidence("example_problem/a/mistake-inner-derivative-forgotten", Verdict.PROVED, "by a counterexample"),
        Evidence("example_problem/b/step-1", Verdict.UNDECIDED, reason="the budget ran out | here"),
        Evidence("example_problem/b/residual", Verdict.SUPPORTED, "50 instances", "search"),
        Evidence("example_problem/the_cost_is_linear", Verdict.PROVED, "by a counterexample", counterexample=at),
        Evidence("example_problem/a_square_is_not_negative", Verdict.REFUTED, "after 3 instances", counterexample=at),
    ]
