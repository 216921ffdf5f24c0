"""The body of a sum over an index, written as monomials: a coefficient free of the index times what depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from verify.equality.assumptions import Assumptions
from verify.equality.domains import sign_of_term
from verify.equality.terms import Terms
from verify.errors import BudgetExceeded

MAXIMUM_MONOMIALS = 400
MAXIMUM_EXPONENT = 12


@dataclass(frozen=True, slots=True)
class Monomial:
    """coefficient * index^degree * ratio^index * product of atom^exponent; the coefficient is free of the index."""

    coefficient: int
    degree: int = 0
    ratio: int | None = None
    atoms: tuple[tuple[int, int], ...] = field(default=())

    @property
    def is_free(self) -> bool:
        """Whether the index does not occur."""
        return not self.degree and self.ratio is None and not self.atoms


class Expansion:
    """Expands terms of one pool by one index."""

    def __init__(self, terms: Terms, index: str, assumptions: Assumptions) -> None:
        self.terms, self.index, self.assumptions = terms, index, assumptions
        self._depends: dict[int, bool] = {}

    def depends(self, term: int) -> bool:
        """Whether the index occurs in the term."""
        if term not in self._depends:
            self._depends[term] = self.index in self.terms.variables(term)
        return self._depends[term]

    def monomials(self, term: int) -> list[Monomial]:
        """The term as a sum of monomials."""
        terms = self.terms
        if not self.depends(term):
            return [Monomial(term)]
        node = terms.nodes[term]
        if node[0] == "variable":
            return [Monomial(terms.one, degree=1)]
        if node[0] == "add":
            found = [monomial for child in node[1] for monomial in self.monomials(child)]
            return self._bounded(found)
        if node[0] == "multiply":
            return self._product([self.monomials(child) for child in node[1]])
        if node[0] == "power":
            return self._power(term, node[1], node[2])
        if node[:2] == ("apply", "exp"):
            return [self._exponential(node[2])]
        if node[:2] == ("apply", "log") and len(node) == 3:
            return self._logarithm(term, node[2])
        return [self._atom(term)]

    def _atom(self, term: int, exponent: int = 1) -> Monomial:
        return Monomial(self.terms.one, atoms=((term, exponent),))

    @staticmethod
    def _bounded(found: list[Monomial]) -> list[Monomial]:
        if len(found) > MAXIMUM_MONOMIALS:
            raise BudgetExceeded("the body of a sum expands too far")
        return found

    def _product(self, factors: Sequence[list[Monomial]]) -> list[Monomial]:
        found = [Monomial(self.terms.one)]
        for factor in factors:
            self._bounded([found[0]] * (len(found) * len(factor)))
            found = [self.times(left, right) for left in found for right in factor]
        return found

    def times(self, left: Monomial, right: Monomial) -> Monomial:
        """The product of two monomials."""
        terms = self.terms
        ratios = [ratio for ratio in (left.ratio, right.ratio) if ratio is not None]
        atoms = dict(left.atoms)
        for atom, exponent in right.atoms:
            atoms[atom] = atoms.get(atom, 0) + exponent
        return Monomial(
            terms.multiply((left.coefficient, right.coefficient)),
            left.degree + right.degree,
            terms.multiply(ratios) if ratios else None,
            tuple(sorted((atom, exponent) for atom, exponent in atoms.items() if exponent)),
        )

    def _power(self, term: int, base: int, exponent: int) -> list[Monomial]:
        node = self.terms.nodes[exponent]
        if node[0] == "number" and node[1].denominator == 1:
            if 0 < node[1] <= MAXIMUM_EXPONENT:
                return self._product([self.monomials(base)] * int(node[1]))
            inside = self.monomials(base)
            if len(inside) == 1 and abs(node[1]) <= MAXIMUM_EXPONENT and not inside[0].degree:
                return [self._whole_power(inside[0], int(node[1]))]
            return [self._atom(base, int(node[1]))]
        if not self.depends(base):
            linear = self._linear(exponent)
            if linear is not None:
                slope, offset = linear
                terms = self.terms
                return [Monomial(terms.power(base, offset), ratio=terms.power(base, slope))]
        return [self._atom(term)]

    def _whole_power(self, monomial: Monomial, exponent: int) -> Monomial:
        terms = self.terms
        power = terms.number(exponent)
        return Monomial(
            terms.power(monomial.coefficient, power),
            0,
            None if monomial.ratio is None else terms.power(monomial.ratio, power),
            tuple((atom, each * exponent) for atom, each in monomial.atoms),
        )

    def _linear(self, term: int) -> tuple[int, int] | None:
        """(slope, offset), both free of the index, where the term is slope*index + offset."""
        slope, offset = [], []
        for monomial in self.monomials(term):
            if monomial.is_free:
                offset.append(monomial.coefficient)
            elif monomial == Monomial(monomial.coefficient, degree=1):
                slope.append(monomial.coefficient)
            else:
                return None
        return self.terms.add(slope), self.terms.add(offset)

    def _exponential(self, exponent: int) -> Monomial:
        """exp(a index + b + c) as exp(b) exp(a)^index exp(c)."""
        terms = self.terms
        free, slope, rest = [], [], []
        for monomial in self.monomials(exponent):
            if monomial.is_free:
                free.append(monomial.coefficient)
            elif monomial == Monomial(monomial.coefficient, degree=1):
                slope.append(monomial.coefficient)
            else:
                rest.append(self.term(monomial))
        atom = terms.apply("exp", (terms.add(rest),)) if rest else None
        return Monomial(
            terms.apply("exp", (terms.add(free),)),
            ratio=terms.apply("exp", (terms.add(slope),)) if slope else None,
            atoms=((atom, 1),) if atom is not None else (),
        )

    def _logarithm(self, term: int, argument: int) -> list[Monomial]:
        """log of a product of which all factors but one are certainly positive is the sum of the logarithms."""
        terms = self.terms
        parts = self.monomials(argument)
        if len(parts) != 1 or parts[0].degree:
            return [self._atom(term)]
        factors = [(parts[0].coefficient, 1), *parts[0].atoms]
        if parts[0].ratio is not None:
            factors.append((terms.power(parts[0].ratio, terms.variable(self.index)), 1))
        unknown = [factor for factor, _ in factors if not sign_of_term(terms, factor, self.assumptions)[1]]
        if len(factors) < 2 or len(unknown) > 1 or any(exponent % 2 == 0 for f, exponent in factors if f in unknown):
            return [self._atom(term)]
        found: list[Monomial] = []
        for factor, exponent in factors:
            log = terms.multiply((terms.number(exponent), terms.apply("log", (factor,))))
            found += [self._atom(log)] if log == term else self._shallow(log)
        return found

    def _shallow(self, term: int) -> list[Monomial]:
        """Monomials of a multiple of a logarithm or of what a logarithm undid."""
        node = self.terms.nodes[term]
        if node[:2] == ("apply", "log"):
            return [self._atom(term)] if self.depends(term) else [Monomial(term)]
        return self.monomials(term)

    def term(self, monomial: Monomial, *, without_coefficient: bool = False) -> int:
        """The term of a monomial."""
        terms = self.terms
        index = terms.variable(self.index)
        parts = [] if without_coefficient else [monomial.coefficient]
        if monomial.degree:
            parts.append(terms.power(index, terms.number(monomial.degree)))
        if monomial.ratio is not None:
            parts.append(terms.power(monomial.ratio, index))
        parts += [terms.power(atom, terms.number(exponent)) for atom, exponent in monomial.atoms]
        return terms.multiply(parts)

    def collected(self, monomials: Sequence[Monomial]) -> list[Monomial]:
        """The monomials with equal index-dependent parts added up."""
        groups: dict[Monomial, list[int]] = {}
        for monomial in monomials:
            groups.setdefault(replace(monomial, coefficient=self.terms.one), []).append(monomial.coefficient)
        return [replace(key, coefficient=self.terms.add(parts)) for key, parts in groups.items()]

    def offset(self, monomial: Monomial) -> int:
        """The least whole number that is added to the index inside the atoms."""
        terms, index = self.terms, self.terms.variable(self.index)
        found: list[Fraction] = []
        for part in terms.reachable([atom for atom, _ in monomial.atoms]):
            node = terms.nodes[part]
            if node[0] == "add" and index in node[1]:
                numbers = [terms.nodes[child][1] for child in node[1] if terms.nodes[child][0] == "number"]
                found.append(Fraction(numbers[0]) if numbers else Fraction(0))
            elif part != index and index in terms.children(part):
                found.append(Fraction(0))
        whole = [int(each) for each in found if each.denominator == 1]
        return min(whole) if whole and len(whole) == len(found) else 0
