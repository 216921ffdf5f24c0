"""Functions applied entry by entry that are linear combinations of each other, such as sech^2 = 1 - tanh^2.

Normal forms keep such functions apart.  Where both act on the same argument, a relation with rational coefficients is
guessed from values and then decided as an equation between scalar terms; only a proved one is used.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verify.equality.assumptions import Assumptions
from verify.equality.ball import BallEvaluator, arb, evaluation_order
from verify.equality.flint_import import flint
from verify.equality.matrix_normal import NormalForms
from verify.equality.matrix_polynomials import UNIT
from verify.equality.matrix_pool import ELEMENT
from verify.equality.matrix_words import Combination, FrozenCombination, freeze, thaw_factors
from verify.equality.sampling import SYSTEM_RANDOM, Point
from verify.equality.terms import Terms
from verify.evidence import Verdict

MAXIMUM_FUNCTIONS = 8
LARGEST_DENOMINATOR = 64
LARGEST_COEFFICIENT = 1e6
PRECISION = 128

Relation = tuple[FrozenCombination, int, int]
"""An argument, a term in its entries, and the term to put in its place."""


def with_fewer_functions(forms: NormalForms, difference: Combination, assumptions: Assumptions) -> Combination | None:
    """The combination with one function written by others of the same argument; None where no relation is known."""
    for argument, bodies in _functions(forms, difference).items():
        for relation in _relations(forms.matrices.terms, argument, bodies, assumptions):
            return _rewritten(forms, difference, relation)
    return None


def _functions(forms: NormalForms, difference: Combination) -> dict[FrozenCombination, list[int]]:
    """Argument -> the terms applied to its entries anywhere in a combination."""
    found: dict[FrozenCombination, list[int]] = {}
    letters = {number for word in difference for number in word}
    for number in sorted(letters):
        letter = forms.words.letters[number]
        if letter.kind != "entrywise":
            continue
        for argument, body in thaw_factors(letter.data):
            bodies = found.setdefault(freeze(argument), [])
            if body not in bodies and body != forms.matrices.terms.variable(ELEMENT):
                bodies.append(body)
    return found


def _relations(
    terms: Terms, argument: FrozenCombination, bodies: Sequence[int], assumptions: Assumptions
) -> Iterator[Relation]:
    """Proved relations that express a later term by 1, the entry itself, and earlier terms."""
    from verify.equality.decide import decide

    basis = [terms.one, terms.variable(ELEMENT)]
    for body in bodies[:MAXIMUM_FUNCTIONS]:
        for guess in _guesses(terms, basis, body):
            if decide(terms, body, guess, assumptions).verdict is Verdict.PROVED:
                yield argument, body, guess
                return
        basis.append(body)


def _guesses(terms: Terms, basis: Sequence[int], body: int) -> Iterator[int]:
    """Combinations of the basis that agree with a term at as many entries as there are coefficients."""
    for places in (_places(len(basis), both_signs=True), _places(len(basis), both_signs=False)):
        coefficients = _solve(terms, basis, body, places)
        if coefficients is not None:
            products = [
                terms.multiply((terms.number(coefficient), function))
                for coefficient, function in zip(coefficients, basis, strict=True)
            ]
            yield terms.add(products)


def _places(count: int, *, both_signs: bool) -> list[Fraction]:
    sign = -1 if both_signs else 1
    return [Fraction(sign**place * (2 * place + 1), 2 * count + 1) for place in range(count)]


def _solve(terms: Terms, basis: Sequence[int], body: int, places: Sequence[Fraction]) -> list[Fraction] | None:
    """The coefficients, near enough to be guessed; None where a value is undefined or none are simple."""
    evaluator, order = BallEvaluator(terms), evaluation_order(terms, (*basis, body))
    others = Point(Assumptions(), SYSTEM_RANDOM, small=True)
    rows = []
    for place in places:
        others.values[ELEMENT] = place
        values = evaluator.values(order, others, PRECISION)
        rows.append([values[term] for term in (*basis, body)])
    if not all(value.is_finite() for row in rows for value in row):
        return None
    size = len(basis)
    matrix = flint.arb_mat(size, size, [value for row in rows for value in row[:-1]])
    try:
        solution = matrix.solve(flint.arb_mat(size, 1, [row[-1] for row in rows]))
    except ZeroDivisionError:
        return None
    found = [_simple(solution[place, 0]) for place in range(size)]
    return None if None in found else [value for value in found if value is not None]


def _simple(value: arb) -> Fraction | None:
    """The fraction of small denominator next to a value."""
    middle = float(value.mid())
    if not abs(middle) < LARGEST_COEFFICIENT:
        return None
    fraction = Fraction(middle).limit_denominator(LARGEST_DENOMINATOR)
    return fraction if abs(middle - fraction) < 1e-9 else None


def _rewritten(forms: NormalForms, difference: Combination, relation: Relation) -> Combination:
    words = forms.words
    parts: list[Combination] = []
    for word, coefficient in difference.items():
        product: Combination = {(): coefficient}
        for number in word:
            product = words.multiply(product, _rewritten_letter(forms, number, relation))
        parts.append(product)
    return words.add(parts)


def _rewritten_letter(forms: NormalForms, number: int, relation: Relation) -> Combination:
    letter, (argument, body, replacement) = forms.words.letters[number], relation
    element = forms.matrices.terms.variable(ELEMENT)
    if letter.kind != "entrywise":
        return {(number,): UNIT}
    factors = []
    for given, applied in thaw_factors(letter.data):
        if freeze(given) == argument and applied == body:
            factors.append((forms.elementwise(replacement, given, letter.shape), element))
        else:
            factors.append((given, applied))
    return forms.entrywise(factors, letter.shape)
