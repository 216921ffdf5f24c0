"""The corpus of pairs with known truth: `python benchmarks/corpus.py` writes tests/data/pairs.jsonl.

Rows whose identifier begins with `pair/` were written by hand and are kept.  The others are made here, from a fixed
seed.  Truth comes from how a pair is made: the two sides of an equal pair are two ways of writing one thing (a sum
multiplied out, a recurrence unrolled, a function replaced by its definition, an identity instantiated), and an unequal
pair is an equal one with one place changed.  Every row is then checked by `evaluator.py`, which shares nothing with
the toolkit: equal sides must agree at random points to 40 digits, unequal ones must differ at one of them.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from math import comb
from pathlib import Path

from evaluator import PRECISE, agree_at_points, differ_somewhere

CORPUS = Path(__file__).parents[1] / "tests" / "data" / "pairs.jsonl"
SEED = 20_240_607
MUTATIONS_TRIED = 40
PER_FAMILY = 14
"""Pairs kept of each family, so that none outweighs the others."""
NEAR_MISSES = 36


@dataclass(frozen=True)
class Pair:
    """Two texts in Python-like syntax, what is given of their symbols, and whether they are equal."""

    id: str
    category: str
    a: str
    b: str
    symbols: tuple[str, ...]
    given: str
    equal: bool
    note: str


def pair(category: str, a: str, b: str, given: str = "", note: str = "", *, equal: bool = True) -> Pair:
    """A pair whose symbols are the names that occur."""
    return Pair("", category, a, b, tuple(sorted(symbols(f"{a} {b}"))), given, equal, note)


FUNCTIONS = frozenset(
    [
        *("exp", "log", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh"),
        *(
            "abs",
            "sign",
            "max",
            "min",
            "relu",
            "sigmoid",
            "softplus",
            "erf",
            "factorial",
            "binomial",
            "summation",
            "pi",
        ),
    ]
)
_NAME = re.compile(r"[A-Za-z_]\w*")


def symbols(text: str) -> set[str]:
    """The names in a text that are neither functions nor the index of a sum."""
    bound = set(re.findall(r"\((\w+), *[^(),]+, *[^()]*\)\)", text)) if "summation" in text else set()
    return set(_NAME.findall(text)) - FUNCTIONS - bound


# ---------------------------------------------------------------------- equal pairs by family

SIG = "1/(1+exp(-({})))"


def recurrent(pick: random.Random) -> Iterator[Pair]:
    """Unrolled linear recurrences and their derivatives: expanded, nested, and grouped two by two."""
    for steps in (4, 6, 8, 12, 16, 20, 24):
        yield pair("rnn", unrolled(steps), nested(steps), note=f"T={steps}, state")
        yield pair("rnn", derivative(steps), nested_derivative(steps), note=f"T={steps}, derivative")
    for steps in (30, 50, 100, 150, 200):
        yield pair("rnn", derivative(steps), grouped_derivative(steps), note=f"T={steps}, derivative in pairs")
    for steps in (3, 5, 8):
        rate, order = "b", list(range(1, steps + 1))
        moving = "+".join(f"(1-{rate})*{rate}^{steps - k}*g{k}" for k in order)
        running = "0"
        for k in order:
            running = f"{rate}*({running})+(1-{rate})*g{k}"
        yield pair("rnn", moving, running, note=f"moving average after {steps} steps")
        pick.shuffle(order)


def unrolled(steps: int) -> str:
    """The state after some steps, multiplied out."""
    return "+".join(f"w^{steps - k}*u{k}" for k in range(1, steps + 1))


def nested(steps: int) -> str:
    """The same state as the recurrence writes it."""
    state = "u1"
    for k in range(2, steps + 1):
        state = f"u{k}+w*({state})"
    return state


def derivative(steps: int) -> str:
    """Its derivative with respect to w (times w, so that every input occurs)."""
    return "+".join(f"{steps - k + 1}*w^{steps - k}*u{k}" for k in range(1, steps + 1))


def nested_derivative(steps: int) -> str:
    """The same derivative, nested."""
    text = f"{steps}*u1"
    for k in range(2, steps + 1):
        text = f"{steps - k + 1}*u{k}+w*({text})"
    return text


def grouped_derivative(steps: int) -> str:
    """The same derivative with a power taken out of every two terms."""
    groups = (
        f"w^{steps - k - 1}*({steps - k + 1}*w*u{k}+{steps - k}*u{k + 1})" if k < steps else f"1*u{k}"
        for k in range(1, steps + 1, 2)
    )
    return "+".join(groups)


def activations(_: random.Random) -> Iterator[Pair]:
    """Derivatives of activation functions, as textbooks write them and as the chain rule leaves them."""
    for z in ("z", "w*x+b", "a*x^2-c", "-z/2"):
        s, e = SIG.format(z), f"exp({z})"
        yield pair("activation", f"sigmoid({z})*(1-sigmoid({z}))", f"{e}/(1+{e})^2")
        yield pair("activation", f"exp(-({z}))/(1+exp(-({z})))^2", f"({s})-({s})^2")
        yield pair("activation", f"1-tanh({z})^2", f"4*exp(2*({z}))/(exp(2*({z}))+1)^2")
        yield pair("activation", f"tanh({z})", f"2*sigmoid(2*({z}))-1")
        yield pair("activation", f"softplus({z})-softplus(-({z}))", z)
        yield pair(
            "activation", f"sigmoid({z})+({z})*sigmoid({z})*(1-sigmoid({z}))", f"({s})*(1+({z})*(1-{s}))", note="SiLU"
        )
        yield pair(
            "activation", f"({z})*(1+erf(({z})/sqrt(2)))/2", f"({z})-({z})*(1-erf(({z})/sqrt(2)))/2", note="GELU"
        )
        yield pair("activation", f"log(sigmoid({z}))", f"-log(1+exp(-({z})))")


def softmax(_: random.Random) -> Iterator[Pair]:
    """Softmax: shifts, Jacobians, logarithms and gradients of the cross entropy."""
    for size in (2, 3, 4, 6):
        total = "+".join(f"exp(z{k})" for k in range(1, size + 1))
        shifted = "+".join(f"exp(z{k}-c)" for k in range(1, size + 1))
        p = [f"exp(z{k})/({total})" for k in range(1, size + 1)]
        yield pair("softmax", p[0], f"exp(z1-c)/({shifted})", note="shift")
        yield pair("softmax", p[0], "1/(1+" + "+".join(f"exp(z{k}-z1)" for k in range(2, size + 1)) + ")")
        yield pair("softmax", f"{p[0]}*(1-{p[0]})", "+".join(f"{p[0]}*{other}" for other in p[1:]), note="Jacobian")
        yield pair("softmax", f"-log({p[1]})", f"log({total})-z2", note="cross entropy")
        tempered = "+".join(f"exp(z{k}/t)" for k in range(1, size + 1))
        ratio = "+".join(f"exp((z{k}-z2)/t)" for k in range(1, size + 1))
        yield pair("softmax", f"exp(z2/t)/({tempered})", f"1/({ratio})", "t>0", "temperature")
    yield pair("softmax", "exp(a)/(exp(a)+exp(b))", "sigmoid(a-b)")


def losses(_: random.Random) -> Iterator[Pair]:
    """Cross entropies, divergences between Gaussians, and their derivatives."""
    s = SIG.format("z")
    yield pair("loss", f"-y*log({s})-(1-y)*log(1-{s})", "log(1+exp(z))-y*z", note="logistic loss")
    yield pair("loss", f"-y*log({s})-(1-y)*log(1-{s})", "softplus(z)-y*z")
    yield pair("loss", f"-y*(1-{s})+(1-y)*{s}", "sigmoid(z)-y", note="its derivative")
    yield pair("loss", "(p-y)/(p*(1-p))*p*(1-p)", "p-y", "0<p<1")
    yield pair("loss", "-y*log(p)-(1-y)*log(1-p)", "-log(1-p)-y*log(p/(1-p))", "0<p<1", "logit")
    gauss = "log(s2/s1)+(s1^2+(m1-m2)^2)/(2*s2^2)-1/2"
    yield pair("loss", gauss, "(s1^2/s2^2+(m1-m2)^2/s2^2-1-log(s1^2/s2^2))/2", "s1>0 s2>0", "divergence of Gaussians")
    yield pair("loss", "exp(-(x-m)^2/(2*s^2))/sqrt(2*pi*s^2)", "exp(-((x-m)/s)^2/2)/(s*sqrt(2*pi))", "s>0", "density")
    yield pair("loss", "-log(exp(-(x-m)^2/(2*s^2))/sqrt(2*pi*s^2))", "(x-m)^2/(2*s^2)+log(s)+log(2*pi)/2", "s>0")
    yield pair("loss", "(y-w*x)^2+l*w^2", "(x^2+l)*w^2-2*x*y*w+y^2", note="ridge")
    yield pair("loss", "(x*y)/(x^2+l)*(x^2+l)/x", "y", note="ridge minimiser")
    yield pair("loss", "max(0,1-y*t)+max(0,y*t-1)", "abs(1-y*t)", note="hinge")
    yield pair("loss", "1/p*p*log(p)+(1-p)/(1-p)*log(1-p)", "log(p-p^2)", "0<p<1")


def gates(_: random.Random) -> Iterator[Pair]:
    """Derivatives through LSTM and GRU cells."""
    f, i, o, z = (SIG.format(name) for name in ("a_f", "a_i", "a_o", "a_z"))
    cell = f"(({f})*c0+({i})*tanh(a_g))"
    yield pair(
        "gates", f"tanh({cell})*sigmoid(a_o)*(1-sigmoid(a_o))", f"({o}-({o})^2)*tanh({cell})", note="output gate"
    )
    yield pair("gates", f"c0*sigmoid(a_f)*(1-sigmoid(a_f))/cosh({cell})^2", f"c0*({f}-({f})^2)*(1-tanh({cell})^2)")
    yield pair(
        "gates",
        f"sigmoid(a_o)*(1-tanh({cell})^2)*sigmoid(a_i)/cosh(a_g)^2",
        f"({o})*({i})*(1-tanh({cell})^2)*(1-tanh(a_g)^2)",
    )
    yield pair("gates", "(1-sigmoid(a_z))*h+sigmoid(a_z)*n", f"h+({z})*(n-h)", note="GRU state")
    yield pair("gates", "sigmoid(a_z)*(1-sigmoid(a_z))*(n-h)", "(n-h)*exp(a_z)/(1+exp(a_z))^2", note="GRU gate")
    yield pair(
        "gates", "h*(1-tanh(w*h+u*x)^2)+w*(1-tanh(w*h+u*x)^2)*d", "(h+w*d)/cosh(w*h+u*x)^2", note="one step back"
    )


def normalisation(_: random.Random) -> Iterator[Pair]:
    """Layer norm, variances, and the scale of attention."""
    for size in (2, 3, 4):
        names = [f"x{k}" for k in range(1, size + 1)]
        mean = f"(({'+'.join(names)})/{size})"
        central = "+".join(f"({name}-{mean})^2" for name in names)
        raw = "+".join(f"{name}^2" for name in names)
        spread = "+".join(f"({left}-{right})^2" for left, right in combinations(names, 2))
        yield pair("normalisation", f"({central})/{size}", f"({raw})/{size}-{mean}^2", note="variance")
        yield pair("normalisation", f"({central})/{size}", f"({spread})/{size**2}", note="variance by differences")
        yield pair(
            "normalisation",
            f"(x1-{mean})/sqrt(({central})/{size})",
            f"{size}*(x1-{mean})/sqrt({spread})",
            note="layer norm",
        )
    yield pair(
        "normalisation",
        "(x1-(x1+x2)/2)/sqrt((x1-x2)^2/4+e0)",
        "(x1-x2)/sqrt((x1-x2)^2+4*e0)",
        "e0>0",
        "layer norm of two",
    )
    yield pair("attention", "exp(q*k/sqrt(d))", "exp(q/d^(1/4)*(k/d^(1/4)))", "d>0")
    yield pair("attention", "q*k*sqrt(d)/d", "q*k/sqrt(d)", "d>0")
    yield pair("attention", "d*s^4/(sqrt(d)*s^2)^2", "1", "d>0 s>0", "unit variance")
    yield pair("attention", "exp(a/sqrt(d))/(exp(a/sqrt(d))+exp(b/sqrt(d)))", "1/(1+exp((b-a)/sqrt(d)))", "d>0")
    yield pair("attention", "(exp(a)*v1+exp(b)*v2)/(exp(a)+exp(b))", "v2+(v1-v2)/(1+exp(b-a))", note="weighted value")


def rational(pick: random.Random) -> Iterator[Pair]:
    """Partial fractions, telescoping sums, quotients multiplied out."""
    for size in (2, 3, 4, 5):
        roots = pick.sample(range(-9, 10), size)
        tops = [pick.choice([-3, -2, -1, 1, 2, 3, 5]) for _ in roots]
        split = "+".join(f"({top})/(x-({root}))" for top, root in zip(tops, roots, strict=True))
        below = "*".join(f"(x-({root}))" for root in roots)
        above = "+".join(
            f"({top})*" + "*".join(f"(x-({other}))" for other in roots if other != root)
            for top, root in zip(tops, roots, strict=True)
        )
        yield pair("rational", split, f"({above})/({below})", note="partial fractions")
        yield pair("rational", below, polynomial(expanded(roots)), note="multiplied out")
    for size in (3, 6, 9):
        yield pair(
            "rational",
            "+".join(f"1/((x+{k})*(x+{k + 1}))" for k in range(size)),
            f"{size}/(x*(x+{size}))",
            note="telescoping",
        )
        yield pair("rational", f"(x^{size}-y^{size})/(x-y)", "+".join(f"x^{size - 1 - k}*y^{k}" for k in range(size)))
    yield pair("rational", "1/(1/a+1/b+1/c)", "a*b*c/(a*b+b*c+c*a)")
    yield pair("rational", "(a/b-b/a)/(1/b-1/a)", "a+b")
    yield pair("rational", "w-r*((w*x-y)*x+l*w)", "(1-r*x^2-r*l)*w+r*x*y", note="one step of descent with decay")
    for size in (4, 7, 10):
        expansion = "+".join(f"{comb(size, k)}*x^{k}*y^{size - k}" for k in range(size + 1))
        yield pair("rational", f"(x+y)^{size}", expansion, note="binomial theorem")


def expanded(roots: list[int]) -> list[int]:
    """The coefficients of the monic polynomial with these roots, constant term first."""
    coefficients = [1]
    for root in roots:
        shifted = [0, *coefficients]
        for place, coefficient in enumerate(coefficients):
            shifted[place] -= root * coefficient
        coefficients = shifted
    return coefficients


def polynomial(coefficients: list[int], name: str = "x") -> str:
    """A polynomial as text."""
    return "+".join(f"({coefficient})*{name}^{degree}" for degree, coefficient in enumerate(coefficients))


def logs_and_roots(pick: random.Random) -> Iterator[Pair]:
    """Laws of logarithms and roots where the signs allow them."""
    for _ in range(5):
        m, n, k = (pick.randrange(1, 6) for _ in range(3))
        both = "x>0 y>0"
        yield pair("logs and roots", f"log(x^{m}*y^{n}/(x+y)^{k})", f"{m}*log(x)+{n}*log(y)-{k}*log(x+y)", both)
        yield pair("logs and roots", f"sqrt(x^{2 * m}*y^{2 * n + 1})", f"x^{m}*y^{n}*sqrt(y)", both)
        yield pair("logs and roots", f"x^({m}/{n + 1})*x^({k}/{n + 1})", f"x^({m + k}/{n + 1})", "x>0")
        yield pair("logs and roots", f"exp({m}*log(x)-{n}*log(y))", f"x^{m}/y^{n}", both)
    yield pair("logs and roots", "sqrt(x^2)", "abs(x)")
    yield pair("logs and roots", "sqrt(x^2+2*x*y+y^2)", "abs(x+y)")
    yield pair("logs and roots", "1/(sqrt(x+1)-sqrt(x))", "sqrt(x+1)+sqrt(x)", "x>=0", "rationalised")
    yield pair("logs and roots", "(x-y)/(sqrt(x)-sqrt(y))", "sqrt(x)+sqrt(y)", "x>0 y>0")
    yield pair("logs and roots", "log(x)/log(2)+log(y)/log(2)", "log(x*y,2)", "x>0 y>0")
    yield pair("logs and roots", "x^log(y)", "y^log(x)", "x>0 y>0")
    yield pair("logs and roots", "log(exp(x)+exp(y))", "x+log(1+exp(y-x))", note="log-sum-exp")
    yield pair("logs and roots", "log(sqrt(x^2+1)+x)", "asinh(x)")
    yield pair("logs and roots", "cbrt(x^3*y)", "x*cbrt(y)")


def trigonometry(pick: random.Random) -> Iterator[Pair]:
    """Multiple angles, sums to products, half angles."""
    for degree in (2, 3, 4, 5, 7):
        yield pair("trigonometry", f"cos({degree}*x)", polynomial(chebyshev(degree), "cos(x)"), note="Chebyshev")
        yield pair("trigonometry", f"cosh({degree}*x)", polynomial(chebyshev(degree), "cosh(x)"))
    for _ in range(3):
        p, q = pick.sample(range(1, 8), 2)
        yield pair("trigonometry", f"sin({p}*x)+sin({q}*y)", f"2*sin(({p}*x+{q}*y)/2)*cos(({p}*x-{q}*y)/2)")
        yield pair("trigonometry", f"cos({p}*x)*cos({q}*y)", f"(cos({p}*x-{q}*y)+cos({p}*x+{q}*y))/2")
        yield pair("trigonometry", f"tan({p}*x)", f"sin({2 * p}*x)/(1+cos({2 * p}*x))")
    yield pair("trigonometry", "sin(x)^4+cos(x)^4", "(3+cos(4*x))/4")
    yield pair("trigonometry", "sin(x+pi/3)", "(sin(x)+sqrt(3)*cos(x))/2")
    yield pair("trigonometry", "a*sin(x)+b*cos(x)", "sqrt(a^2+b^2)*(a/sqrt(a^2+b^2)*sin(x)+b/sqrt(a^2+b^2)*cos(x))")
    yield pair("trigonometry", "cos(atan(x))", "1/sqrt(1+x^2)")
    yield pair("trigonometry", "sin(p/t)*cos(k/t)-cos(p/t)*sin(k/t)", "sin((p-k)/t)", "t>0", "positional encoding")


def chebyshev(degree: int) -> list[int]:
    """The coefficients of the Chebyshev polynomial of the first kind, constant term first."""
    before, now = [1], [0, 1]
    for _ in range(degree - 1):
        doubled = [0, *(2 * each for each in now)]
        before, now = now, [each - (before[k] if k < len(before) else 0) for k, each in enumerate(doubled)]
    return now


def radicals(pick: random.Random) -> Iterator[Pair]:
    """Nested radicals that come apart, by squaring or cubing what they come to."""
    for _ in range(6):
        p, q = pick.sample([2, 3, 5, 6, 7, 10, 11, 13], 2)
        yield pair("radicals", f"sqrt({p + q}+2*sqrt({p * q}))", f"sqrt({p})+sqrt({q})")
    for _ in range(6):
        a, b, c = pick.randrange(1, 5), pick.randrange(1, 4), pick.choice([2, 3, 5, 7])
        cube = f"cbrt({a**3 + 3 * a * b * b * c}+{3 * a * a * b + b**3 * c}*sqrt({c}))"
        yield pair("radicals", cube, f"{a}+{b}*sqrt({c})")
    yield pair("radicals", "1/(sqrt(2)+sqrt(3)+sqrt(5))", "(2*sqrt(3)+3*sqrt(2)-sqrt(30))/12")
    yield pair("radicals", "cos(pi/5)", "(1+sqrt(5))/4")
    yield pair("radicals", "cbrt(2+sqrt(5))+cbrt(2-sqrt(5))", "1")


def matrices(pick: random.Random) -> Iterator[Pair]:
    """Products and inverses written out, entry by entry."""
    for rows, inner, columns in ((2, 2, 2), (2, 3, 2), (3, 2, 3), (1, 4, 1)):
        left = [[f"a{i}{j}" for j in range(inner)] for i in range(rows)]
        right = [[str(pick.randrange(-4, 5)) for _ in range(columns)] for _ in range(inner)]
        product = [
            ["+".join(f"{left[i][k]}*({right[k][j]})" for k in range(inner)) for j in range(columns)]
            for i in range(rows)
        ]
        regrouped = [
            [written_out([(left[i][k], int(right[k][j])) for k in range(inner)]) for j in range(columns)]
            for i in range(rows)
        ]
        yield pair("matrices", listed(product), listed(regrouped), note="product")
    inverse = "[[d/(a*d-b*c), -b/(a*d-b*c)], [-c/(a*d-b*c), a/(a*d-b*c)]]"
    yield pair("matrices", inverse, "[[1/(a-b*c/d), b/(b*c-a*d)], [c/(b*c-a*d), 1/(d-b*c/a)]]", note="inverse")
    yield pair("matrices", "[[cos(x)*cos(y)-sin(x)*sin(y), 0], [0, 1]]", "[[cos(x+y), 0], [0, 1]]", note="rotations")
    yield pair(
        "matrices", "[[p*(1-p), -p*q], [-q*p, q*(1-q)]]", "[[p-p^2, -p*q], [-p*q, q-q^2]]", note="softmax Jacobian"
    )
    yield pair("matrices", "[w*x1+w*x2, (x1+x2)^2]", "[w*(x1+x2), x1^2+2*x1*x2+x2^2]", note="vector")


def written_out(terms: list[tuple[str, int]]) -> str:
    """A linear combination with its terms in another order and zero terms left out."""
    kept = [f"({factor})*{name}" for name, factor in reversed(terms) if factor]
    return "+".join(kept) or "0"


def listed(rows: list[list[str]]) -> str:
    """A matrix as nested lists."""
    return "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"


def piecewise(_: random.Random) -> Iterator[Pair]:
    """Absolute values, maxima and rectifiers."""
    yield pair("piecewise", "max(x,y)", "(x+y+abs(x-y))/2")
    yield pair("piecewise", "min(x,y)+max(x,y)", "x+y")
    yield pair("piecewise", "relu(x)-relu(-x)", "x")
    yield pair("piecewise", "relu(x)+relu(-x)", "abs(x)")
    yield pair("piecewise", "max(a*x,x)", "relu(x)-a*relu(-x)", "0<a<1", "leaky rectifier")
    yield pair("piecewise", "max(x,y)+c", "max(x+c,y+c)")
    yield pair("piecewise", "max(x,-x)", "abs(x)")
    yield pair("piecewise", "abs(x*y)", "abs(x)*abs(y)")
    yield pair("piecewise", "min(max(x,0),1)", "relu(x)-relu(x-1)", note="clipping")
    yield pair("piecewise", "relu(x)^2+relu(-x)^2", "x^2")
    yield pair("piecewise", "x*sign(x)", "abs(x)")
    yield pair("piecewise", "max(x,max(y,z))", "max(z,max(x,y))")
    yield pair("piecewise", "relu(2*x)", "2*relu(x)", note="positive homogeneity")
    yield pair("piecewise", "sqrt(max(x,0)^2)", "(x+abs(x))/2")


def sums(_: random.Random) -> Iterator[Pair]:
    """Sums with symbolic bounds, factorials and binomial coefficients, for whole numbers."""
    count = "n>=1:integer"
    yield pair("sums", "summation(k, (k, 1, n))", "n*(n+1)/2", count)
    yield pair("sums", "summation(k^2, (k, 1, n))", "n*(n+1)*(2*n+1)/6", count)
    yield pair("sums", "summation(k^3, (k, 1, n))", "summation(k, (k, 1, n))^2", count)
    yield pair("sums", "summation(2*k-1, (k, 1, n))", "n^2", count)
    yield pair("sums", "summation(w^k, (k, 0, n-1))", "(1-w^n)/(1-w)", f"{count} 0<w<1", "geometric")
    yield pair("sums", "summation(c*k+d, (k, 1, n))", "c*n*(n+1)/2+n*d", count)
    yield pair("sums", "summation(1/(k*(k+1)), (k, 1, n))", "1-1/(n+1)", count, "telescoping")
    yield pair("sums", "summation(2^k, (k, 0, n))", "2^(n+1)-1", count)
    yield pair("sums", "factorial(n+1)/factorial(n-1)", "n*(n+1)", count)
    yield pair("sums", "binomial(n,2)+n", "binomial(n+1,2)", count)
    yield pair("sums", "binomial(n,3)", "n*(n-1)*(n-2)/6", count)
    yield pair("sums", "factorial(n)*(n+1)", "factorial(n+1)", count)
    yield pair("sums", "(-1)^(2*n)", "1", count)
    yield pair("sums", "cos(pi*n)", "(-1)^n", count)
    yield pair("sums", "sin(pi*(n+1/2))", "(-1)^n", count)


# ---------------------------------------------------------------------- equal pairs by rewriting random expressions

Tree = tuple  # ("+", left, right), ("exp", argument), or a leaf: a name or a whole number as text
RULES: dict[str, Callable[..., list[Tree | str]]] = {
    "+": lambda a, b: [("+", b, a), ("-", a, ("neg", b))],
    "-": lambda a, b: [("neg", ("-", b, a)), ("+", a, ("*", "-1", b))],
    "*": lambda a, b: [("*", b, a), ("/", a, ("/", "1", b)), *distributed(a, b)],
    "/": lambda a, b: [("*", a, ("^", b, "-1")), ("neg", ("/", a, ("neg", b)))],
    "sigmoid": lambda a: [("/", "1", ("+", "1", ("exp", ("neg", a)))), ("-", "1", ("sigmoid", ("neg", a)))],
    "tanh": lambda a: [("-", ("*", "2", ("sigmoid", ("*", "2", a))), "1"), ("/", ("sinh", a), ("cosh", a))],
    "exp": lambda a: [("/", "1", ("exp", ("neg", a))), ("^", ("exp", ("/", a, "2")), "2"), *exponents(a)],
    "softplus": lambda a: [("log", ("+", "1", ("exp", a))), ("+", a, ("softplus", ("neg", a)))],
    "sin": lambda a: [("neg", ("sin", ("neg", a))), ("*", ("*", "2", ("sin", ("/", a, "2"))), ("cos", ("/", a, "2")))],
    "cos": lambda a: [("-", "1", ("*", "2", ("^", ("sin", ("/", a, "2")), "2"))), ("cos", ("neg", a))],
    "^": lambda a, n: [("*", a, a)] if n == "2" else [],
    "neg": lambda a: [("*", "-1", a), ("-", "0", a)],
}


def distributed(a: Tree | str, b: Tree | str) -> list[Tree | str]:
    """A product over a sum."""
    return [(b[0], ("*", a, b[1]), ("*", a, b[2]))] if b[0] in ("+", "-") else []


def exponents(a: Tree | str) -> list[Tree | str]:
    """The exponential of a sum."""
    if a[0] not in ("+", "-"):
        return []
    return [("*" if a[0] == "+" else "/", ("exp", a[1]), ("exp", a[2]))]


def random_tree(pick: random.Random, depth: int) -> Tree | str:
    """A random expression in x, y and z."""
    if depth == 0:
        return pick.choice(["x", "y", "z", "x", "y", "2", "3"])
    if pick.random() < 0.35:
        return (pick.choice(["sigmoid", "tanh", "exp", "softplus", "sin", "cos"]), random_tree(pick, depth - 1))
    if pick.random() < 0.15:
        return ("^", random_tree(pick, depth - 1), "2")
    return (pick.choice("++-**/"), random_tree(pick, depth - 1), random_tree(pick, depth - 1))


def rewritten(pick: random.Random, tree: Tree | str, chance: float) -> Tree | str:
    """The same function, rewritten by rules that hold wherever both sides are defined."""
    if isinstance(tree, str):
        return tree
    changed = (tree[0], *(rewritten(pick, child, chance) for child in tree[1:]))
    choices = RULES[tree[0]](*changed[1:]) if tree[0] in RULES and pick.random() < chance else []
    return pick.choice(choices) if choices else changed


def text_of(tree: Tree | str) -> str:
    """A tree as text."""
    if isinstance(tree, str):
        return tree if not tree.startswith("-") else f"({tree})"
    head, *children = tree
    inner = [text_of(child) for child in children]
    if head == "neg":
        return f"-({inner[0]})"
    if head.isalpha():
        return f"{head}({inner[0]})"
    return f"({inner[0]}){head}({inner[1]})"


def by_rewriting(pick: random.Random) -> Iterator[Pair]:
    """Random expressions and what the rules make of them."""
    for _ in range(200):
        tree = random_tree(pick, pick.choice((2, 3, 3)))
        other = rewritten(pick, tree, 0.6)
        if (
            other != tree
            and len(text_of(tree)) < 70
            and checked(found := pair("rewritten", text_of(tree), text_of(other)))
        ):
            yield found


# ---------------------------------------------------------------------- unequal pairs

NUMBER = re.compile(r"(?<![\w.])\d+(?!\w)")


def mutations(pick: random.Random, text: str) -> Iterator[tuple[str, str]]:
    """The text with one place changed, and what was changed."""
    for _ in range(MUTATIONS_TRIED):
        kind = pick.choice(("number", "sign", "operator", "function"))
        places = {
            "number": list(NUMBER.finditer(text)),
            "sign": list(re.finditer(r"(?<=[\w)])[+-]", text)),
            "operator": list(re.finditer(r"(?<=[\w)])[*/](?=[\w(])", text)),
            "function": list(re.finditer(r"\b(?:sin|cos|sinh|cosh|tanh|sigmoid|max|min)\b(?=\()", text)),
        }[kind]
        if places:
            place = pick.choice(places)
            yield text[: place.start()] + _changed(pick, kind, place[0]) + text[place.end() :], kind


def _changed(pick: random.Random, kind: str, found: str) -> str:
    if kind == "number":
        return str(int(found) + pick.choice((1, 1, 2)))
    other = {"+": "-", "-": "+", "*": "/", "/": "*", "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh"}
    return (other | {"tanh": "sigmoid", "sigmoid": "tanh", "max": "min", "min": "max"})[found]


def mutated(pick: random.Random, source: Pair) -> Pair | None:
    """An equal pair with one place of its second side changed, where that makes a difference."""
    for text, kind in mutations(pick, source.b):
        wrong = replace(source, b=text, equal=False, note=f"{kind} changed; {source.note}".strip("; "))
        if differ_somewhere(wrong.a, wrong.b, wrong.symbols, wrong.given):
            return wrong
    return None


def near_misses(pick: random.Random, sources: list[Pair]) -> Iterator[Pair]:
    """Equal pairs with one side off by a little, absolutely or relatively, down to 1e-30."""
    scalars = [each for each in sources if not each.a.startswith("[")]
    for source in pick.sample(scalars, NEAR_MISSES):
        size = pick.choice((6, 9, 12, 16, 20, 25, 30))
        wrong = pick.choice(
            (f"({source.b})+10^(-{size})", f"({source.b})*(1+10^(-{size}))", f"({source.b})-1/10^{size}")
        )
        yield replace(source, category="near miss", b=wrong, equal=False, note=f"1e-{size}; {source.category}")


def sampled_only(_: random.Random) -> Iterator[Pair]:
    """Sides that agree at whole numbers, or at the points a sampler is likely to try, and nowhere else."""
    for points in ((0, 1), (-1, 0, 1), (-2, -1, 0, 1, 2), (0, 1, 2, 3, 4, 5)):
        vanishing = "*".join(f"(x-({point}))" for point in points)
        yield pair("sampled only", f"exp(x)+{vanishing}", "exp(x)", note="agree at small integers", equal=False)
        yield pair("sampled only", f"sigmoid(x)*(1+{vanishing})", "1/(1+exp(-x))", equal=False)
    yield pair("sampled only", "x+sin(pi*x)", "x", note="agree at integers", equal=False)
    yield pair("sampled only", "cos(2*pi*x)*y", "y", note="agree at integers", equal=False)
    yield pair("sampled only", "x^2", "x^2+sin(pi*x)^2/10^6", note="agree at integers", equal=False)
    yield pair("sampled only", "abs(x)", "x", note="agree for positive values", equal=False)
    yield pair("sampled only", "sqrt(x^2)*y", "x*y", note="agree for positive values", equal=False)
    yield pair("sampled only", "relu(x+100)", "x+100", note="agree above -100", equal=False)
    yield pair("sampled only", "max(x,-1000)", "x", note="agree above -1000", equal=False)
    yield pair("sampled only", "tanh(20*x)", "sign(x)", note="agree to 15 digits away from 0", equal=False)
    yield pair("sampled only", "n^2-n+41", "n^2-n+41+n*(n-1)*(n-2)*(n-3)", "n:integer", equal=False)
    yield pair("sampled only", "log(x^2)", "2*log(abs(x))+exp(-10^4)", note="off by e^-10000", equal=False)
    yield pair("sampled only", "x*exp(-2000)", "2*x*exp(-2000)", note="both vanish in floating point", equal=False)
    yield pair("sampled only", "(10^20+1)*x-10^20*x", "0*x", note="cancellation", equal=False)


# ---------------------------------------------------------------------- the corpus

FAMILIES: tuple[Callable[[random.Random], Iterator[Pair]], ...] = (
    *(recurrent, activations, softmax, losses, gates, normalisation, rational, logs_and_roots, trigonometry, radicals),
    *(matrices, piecewise, sums, by_rewriting),
)


def made() -> list[Pair]:
    """The pairs that are made here, checked, in a fixed order."""
    pick = random.Random(SEED)
    equal = [each for family in FAMILIES for each in some(pick, list(family(pick)))]
    unequal = [wrong for each in equal for wrong in [mutated(pick, each)] if wrong is not None]
    spare = [*near_misses(pick, equal), *sampled_only(pick)]
    wanted = max(len(equal) - len(spare), 0)
    unequal = sorted(pick.sample(unequal, min(wanted, len(unequal))), key=unequal.index) + spare
    numbered = [replace(each, id=f"made/{number}") for number, each in enumerate((*equal, *unequal), start=1)]
    for each in numbered:
        if not checked(each):
            raise SystemExit(f"the evaluator contradicts the construction of {each}")
    return numbered


def some(pick: random.Random, pairs: list[Pair]) -> list[Pair]:
    """At most so many pairs of a family, in their order."""
    return [pairs[place] for place in sorted(pick.sample(range(len(pairs)), min(PER_FAMILY, len(pairs))))]


def checked(each: Pair) -> bool:
    """Whether the independent evaluator agrees with the truth of a pair."""
    if each.equal:
        return agree_at_points(each.a, each.b, each.symbols, each.given)
    return differ_somewhere(each.a, each.b, each.symbols, each.given, digits=PRECISE)


def corpus() -> list[dict[str, object]]:
    """All rows: those written by hand, as the file has them, and those made here."""
    with CORPUS.open(encoding="utf-8") as lines:
        kept = [row for row in map(json.loads, lines) if row["id"].startswith("pair/")]
    for row in kept:
        if not checked(Pair(**row)):
            raise SystemExit(f"the evaluator contradicts {row}")
    first: dict[tuple[str, str, str], dict[str, object]] = {}
    for row in [*kept, *map(asdict, made())]:
        first.setdefault((row["a"], row["b"], row["given"]), row | {"symbols": list(row["symbols"])})
    return list(first.values())


def main() -> None:
    """Write the corpus."""
    rows = corpus()
    with CORPUS.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    equal = sum(bool(row["equal"]) for row in rows)
    print(f"{len(rows)} pairs, {equal} equal and {len(rows) - equal} not, written to {CORPUS.name}")


if __name__ == "__main__":
    main()
