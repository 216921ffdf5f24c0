"""Hash-consed scalar terms: every distinct subexpression is stored, and later evaluated, once.

Building a term only flattens, sorts and folds what is equal at *every* point of the real numbers: `0*log(x)` keeps its
logarithm and `1/(1/x)` its division, because dropping them would enlarge the domain.  All deeper rewriting belongs to
the tiers that decide equality.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from verify.equality.functions import FUNCTIONS, RELATIONS, TOTAL_FUNCTIONS
from verify.errors import BudgetExceeded

MAXIMUM_BITS = 40_000
"""Largest size of the numerator or denominator of a number in a term."""

Node = tuple[Any, ...]


class Terms:
    """A pool of hash-consed scalar terms.  A term is an int; children always have smaller numbers."""

    __slots__ = ("_number_of", "minus_one", "nodes", "one", "zero")

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._number_of: dict[Node, int] = {}
        self.zero = self._intern(("number", 0))
        self.one = self._intern(("number", 1))
        self.minus_one = self._intern(("number", -1))

    def _intern(self, node: Node) -> int:
        found = self._number_of.get(node)
        if found is None:
            found = self._number_of[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    def __len__(self) -> int:
        return len(self.nodes)

    def key(self, term: int) -> Node:
        """The node of a term.

        One of ``("number", value)``, ``("variable", name)``, ``("constant", name)``, ``("add", terms)``,
        ``("multiply", terms)``, ``("power", base, exponent)``, ``("apply", function, *arguments)``,
        ``("relation", operator, left, right)``, ``("piecewise", ((value, condition), ...), otherwise)``,
        ``("indexed", name, indices)``, ``("summation", body, index, low, high)``,
        ``("product", body, index, low, high)``.  A number is an int where it is whole, else a Fraction.
        """
        return self.nodes[term]

    # ------------------------------------------------------------------ leaves

    def number(self, value: int | Fraction) -> int:
        """The term of an exact rational number."""
        if value.numerator.bit_length() > MAXIMUM_BITS or value.denominator.bit_length() > MAXIMUM_BITS:
            raise BudgetExceeded(f"a number of more than {MAXIMUM_BITS} bits")
        return self._intern(("number", value.numerator if value.denominator == 1 else value))

    def variable(self, name: str) -> int:
        """The term of a variable."""
        return self._intern(("variable", name))

    def constant(self, name: str) -> int:
        """The term of ``pi`` or ``e``."""
        if name not in ("pi", "e"):
            raise ValueError(f"unknown constant {name!r}; known are 'pi' and 'e'")
        return self._intern(("constant", name))

    def indexed(self, name: str, indices: Sequence[int]) -> int:
        """`u_i`.  With whole numbers for indices it is a variable: `u3` or `u_3` where one exists, else `u_3`."""
        values = [self._whole_value(index) for index in indices]
        if any(value is None for value in values):
            return self._intern(("indexed", name, tuple(indices)))
        text = "_".join(str(value) for value in values)
        if self.has_variable(name + text):
            return self.variable(name + text)
        return self.variable(f"{name}_{text}")

    def _whole_value(self, term: int) -> int | None:
        node = self.nodes[term]
        return node[1] if node[0] == "number" and node[1].denominator == 1 else None

    def has_variable(self, name: str) -> bool:
        """Whether a variable of this name exists in the pool."""
        return ("variable", name) in self._number_of

    # ------------------------------------------------------------------ arithmetic

    def add(self, terms: Iterable[int]) -> int:
        """The sum, flattened, its numbers added."""
        nodes = self.nodes
        parts: list[int] = []
        total: int | Fraction = 0
        for term in terms:
            node = nodes[term]
            if node[0] == "number":
                total += node[1]
            elif node[0] == "add":
                for child in node[1]:
                    if nodes[child][0] == "number":
                        total += nodes[child][1]
                    else:
                        parts.append(child)
            else:
                parts.append(term)
        if total:
            parts.append(self.number(total))
        if not parts:
            return self.zero
        if len(parts) == 1:
            return parts[0]
        parts.sort()
        return self._intern(("add", tuple(parts)))

    def multiply(self, terms: Iterable[int]) -> int:
        """The product, flattened, its numbers multiplied; zero only where every other factor is always defined."""
        nodes = self.nodes
        parts: list[int] = []
        total: int | Fraction = 1
        for term in terms:
            node = nodes[term]
            if node[0] == "number":
                total = self._product(total, node[1])
            elif node[0] == "multiply":
                for child in node[1]:
                    if nodes[child][0] == "number":
                        total = self._product(total, nodes[child][1])
                    else:
                        parts.append(child)
            else:
                parts.append(term)
        if total == 0:
            parts = [part for part in parts if not self.is_total(part)]
            parts.append(self.zero)
        elif total != 1 or not parts:
            parts.append(self.number(total))
        if len(parts) == 1:
            return parts[0]
        parts.sort()
        return self._intern(("multiply", tuple(parts)))

    @staticmethod
    def _product(left: int | Fraction, right: int | Fraction) -> int | Fraction:
        bits = max(left.numerator.bit_length(), left.denominator.bit_length())
        if bits + max(right.numerator.bit_length(), right.denominator.bit_length()) > MAXIMUM_BITS + 2:
            raise BudgetExceeded(f"a number of more than {MAXIMUM_BITS} bits")
        return left * right

    def negate(self, term: int) -> int:
        """Minus the term."""
        return self.multiply((self.minus_one, term))

    def subtract(self, left: int, right: int) -> int:
        """The difference."""
        return self.add((left, self.negate(right)))

    def reciprocal(self, term: int) -> int:
        """One over the term."""
        return self.power(term, self.minus_one)

    def divide(self, numerator: int, denominator: int) -> int:
        """The quotient."""
        return self.multiply((numerator, self.reciprocal(denominator)))

    def power(self, base: int, exponent: int) -> int:
        """The base to the exponent; over the reals, a negative base needs a whole exponent."""
        base_node, exponent_node = self.nodes[base], self.nodes[exponent]
        if base_node == ("constant", "e"):
            return self.apply("exp", (exponent,))
        if base_node[0] == "apply" and base_node[1] == "exp":
            return self.apply("exp", (self.multiply((base_node[2], exponent)),))
        if exponent_node[0] == "number":
            return self._power_of_number(base, exponent, exponent_node[1])
        if base == self.one and self.is_total(exponent):
            return self.one
        return self._intern(("power", base, exponent))

    def _power_of_number(self, base: int, exponent: int, value: int | Fraction) -> int:
        node = self.nodes[base]
        if value == 1:
            return base
        if value == 0 and base != self.zero:
            return self.one if self.is_total(base) else self.add((self.one, self.multiply((self.zero, base))))
        if value.denominator == 1:
            if node[0] == "number" and (node[1] or value > 0):
                return self._number_power(node[1], value.numerator)
            if node[0] == "power" and self.nodes[node[2]][0] == "number":
                inner = self.nodes[node[2]][1]
                if inner.denominator == 1 and (inner > 0 or value > 0):  # 1/(1/x) is not x at zero
                    return self.power(node[1], self.number(inner * value))
        elif node[0] == "power" and value.denominator % 2 == 0 and self.nodes[node[2]] == ("number", 2):
            return self.power(self.apply("abs", (node[1],)), self.number(2 * value))
        return self._intern(("power", base, exponent))

    def _number_power(self, base: int | Fraction, exponent: int) -> int:
        bits = max(abs(base.numerator), base.denominator, 1).bit_length() if base not in (1, -1) else 1
        if base not in (0, 1, -1) and bits * abs(exponent) > MAXIMUM_BITS:
            raise BudgetExceeded(f"a power of more than {MAXIMUM_BITS} bits")
        if base in (1, -1):
            return self.number(1 if exponent % 2 == 0 else base)
        return self.number(Fraction(base) ** exponent)

    # ------------------------------------------------------------------ functions and conditions

    def apply(self, function: str, arguments: Sequence[int]) -> int:
        """A function of `FUNCTIONS` applied to terms; a wrong number of arguments raises ValueError."""
        least, most = FUNCTIONS.get(function, (0, -1))
        if not least <= len(arguments) <= most:
            raise ValueError(f"{function!r} of {len(arguments)} arguments")
        argument = arguments[0]
        if function == "sqrt":
            return self.power(argument, self.number(Fraction(1, 2)))
        if function in ("max", "min"):
            distinct = self._flat_extremum(function, arguments)
            return distinct[0] if len(distinct) == 1 else self._intern(("apply", function, *distinct))
        if len(arguments) == 1:
            folded = self._fold(function, argument)
            if folded is not None:
                return folded
        return self._intern(("apply", function, *arguments))

    def _flat_extremum(self, function: str, arguments: Sequence[int]) -> tuple[int, ...]:
        flat: set[int] = set()
        for argument in arguments:
            node = self.nodes[argument]
            flat.update(node[2:] if node[:2] == ("apply", function) else (argument,))
        return tuple(sorted(flat))

    def _fold(self, function: str, argument: int) -> int | None:
        node = self.nodes[argument]
        inner = node[1] if node[0] == "apply" else ""
        if function == "exp":
            if argument == self.zero:
                return self.one
            return self.constant("e") if argument == self.one else None
        if function == "log":
            if inner == "exp":
                return int(node[2])
            return self.one if node == ("constant", "e") else None
        if function == "abs":
            if node[0] == "number":
                return self.number(abs(node[1]))
            return argument if inner in ("abs", "exp", "cosh", "sigmoid") or self._is_even_power(node) else None
        return None

    def _is_even_power(self, node: Node) -> bool:
        if node[0] != "power" or self.nodes[node[2]][0] != "number":
            return False
        return bool(self.nodes[node[2]][1] % 2 == 0)

    def relation(self, operator: str, left: int, right: int) -> int:
        """A condition such as `left < right`, for the branches of `piecewise`."""
        if operator not in RELATIONS:
            raise ValueError(f"unknown relation {operator!r}")
        return self._intern(("relation", operator, left, right))

    def piecewise(self, branches: Sequence[tuple[int, int]], otherwise: int) -> int:
        """The value of the first (value, condition) whose condition holds, else `otherwise`."""
        for _, condition in branches:
            if self.nodes[condition][0] != "relation":
                raise ValueError("a branch of piecewise needs a relation as its condition")
        if not branches:
            return otherwise
        return self._intern(("piecewise", tuple((value, condition) for value, condition in branches), otherwise))

    def summation(self, body: int, index: str, low: int, high: int) -> int:
        """The sum of `body` over the whole numbers from `low` to `high`, which may be symbolic."""
        return self._intern(("summation", body, index, low, high))

    def product_over(self, body: int, index: str, low: int, high: int) -> int:
        """The product of `body` over the whole numbers from `low` to `high`, which may be symbolic."""
        return self._intern(("product", body, index, low, high))

    # ------------------------------------------------------------------ questions

    def children(self, term: int) -> tuple[int, ...]:
        """The terms directly below a term."""
        node = self.nodes[term]
        kind = node[0]
        if kind in ("add", "multiply"):
            return tuple(node[1])
        if kind == "power":
            return (node[1], node[2])
        if kind in ("apply", "relation", "indexed"):
            return tuple(node[2]) if kind == "indexed" else tuple(node[2:])
        if kind == "piecewise":
            return (*(part for branch in node[1] for part in branch), node[2])
        if kind in ("summation", "product"):
            return (node[1], node[3], node[4])
        return ()

    def reachable(self, roots: Iterable[int]) -> list[int]:
        """Every term at or below the roots, in ascending order: children before parents."""
        seen: set[int] = set()
        stack = list(roots)
        nodes = self.nodes
        while stack:
            term = stack.pop()
            if term in seen:
                continue
            seen.add(term)
            node = nodes[term]
            kind = node[0]
            if kind in ("add", "multiply"):
                stack.extend(node[1])
            elif kind == "power":
                stack.append(node[1])
                stack.append(node[2])
            elif kind == "apply":
                stack.extend(node[2:])
            elif kind not in ("number", "variable", "constant"):
                stack.extend(self.children(term))
        return sorted(seen)

    def variables(self, term: int) -> set[str]:
        """The names of the free variables, and of the families of indexed ones."""
        bound_free: dict[int, frozenset[str]] = {}
        for part in self.reachable((term,)):
            node = self.nodes[part]
            names = frozenset[str]().union(*(bound_free[child] for child in self.children(part)))
            if node[0] in ("variable", "indexed"):
                names |= {node[1]}
            elif node[0] in ("summation", "product"):
                names = (bound_free[node[1]] - {node[2]}) | bound_free[node[3]] | bound_free[node[4]]
            bound_free[part] = names
        return set(bound_free[term])

    def is_total(self, term: int) -> bool:
        """Whether the term is certainly real and finite wherever its variables are real."""
        stack = [term]
        while stack:
            node = self.nodes[stack.pop()]
            kind = node[0]
            if kind in ("add", "multiply"):
                stack.extend(node[1])
            elif kind == "power":
                exponent = self.nodes[node[2]]
                if exponent[0] != "number" or exponent[1] <= 0 or exponent[1].denominator != 1:
                    return False
                stack.append(node[1])
            elif kind == "apply":
                if node[1] not in TOTAL_FUNCTIONS:
                    return False
                stack.extend(node[2:])
            elif kind in ("summation", "product"):
                low, high = self._whole_value(node[3]), self._whole_value(node[4])
                if low is None or high is None or high < low - 1:
                    return False
                stack.append(node[1])
            elif kind not in ("number", "variable", "constant", "indexed"):
                return False
        return True

    # ------------------------------------------------------------------ rewriting

    def rebuild(self, term: int, change: Callable[[int], int | None]) -> int:
        """The term with every subterm for which `change` returns one replaced, outermost first.

        `change` never sees the inside of a sum or product over an index as a whole; it sees each subterm once.
        """
        done: dict[int, int] = {}
        stack = [term]
        while stack:
            part = stack[-1]
            if part in done:
                stack.pop()
                continue
            replaced = change(part)
            if replaced is not None:
                done[part] = replaced
                stack.pop()
                continue
            missing = [child for child in self.children(part) if child not in done]
            if missing:
                stack.extend(missing)
                continue
            done[part] = self.remake(part, done)
            stack.pop()
        return done[term]

    def remake(self, part: int, done: Mapping[int, int]) -> int:
        """The term with each child replaced by what it became."""
        node = self.nodes[part]
        kind = node[0]
        if all(done[child] == child for child in self.children(part)):
            return part
        if kind == "add":
            return self.add([done[child] for child in node[1]])
        if kind == "multiply":
            return self.multiply([done[child] for child in node[1]])
        if kind == "power":
            return self.power(done[node[1]], done[node[2]])
        if kind == "apply":
            return self.apply(node[1], [done[child] for child in node[2:]])
        if kind == "relation":
            return self.relation(node[1], done[node[2]], done[node[3]])
        if kind == "indexed":
            return self.indexed(node[1], [done[child] for child in node[2]])
        if kind == "piecewise":
            return self.piecewise([(done[value], done[test]) for value, test in node[1]], done[node[2]])
        return self._intern((kind, done[node[1]], node[2], done[node[3]], done[node[4]]))

    def substitute(self, term: int, values: Mapping[str, int]) -> int:
        """The term with variables replaced; a bound index is never replaced, and never captures."""
        if not values:
            return term
        arriving = set().union(*(self.variables(value) for value in values.values()))

        def change(part: int) -> int | None:
            node = self.nodes[part]
            if node[0] == "variable":
                return values.get(node[1])
            if node[0] in ("summation", "product") and (node[2] in values or node[2] in arriving):
                return self._substitute_bound(node, values, arriving)
            return None

        return self.rebuild(term, change)

    def _substitute_bound(self, node: Node, values: Mapping[str, int], arriving: set[str]) -> int:
        kind, body, index, low, high = node
        inner = {name: value for name, value in values.items() if name != index}
        if index in arriving:
            fresh = index
            while fresh in arriving or fresh in self.variables(body):
                fresh += "'"
            body = self.substitute(body, {index: self.variable(fresh)})
            index = fresh
        low, high = self.substitute(low, values), self.substitute(high, values)
        return self._intern((kind, self.substitute(body, inner), index, low, high))

    def differentiate(self, term: int, variable: str) -> int:
        """The derivative by a variable; raises Undecidable where there is no rule (floor, products over an index)."""
        from verify.equality.derivatives import differentiate

        return differentiate(self, term, variable)
