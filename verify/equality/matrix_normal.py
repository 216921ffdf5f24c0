"""The normal form of a matrix expression: a sum of words with polynomial coefficients."""

from dataclasses import dataclass, field
from itertools import product

from verify.equality import matrix_polynomials as polynomials
from verify.equality.matrix_polynomials import UNIT, Monomial, Polynomial
from verify.equality.matrix_pool import ELEMENT, Matrices, Matrix
from verify.equality.matrix_shapes import ONE, Shape
from verify.equality.matrix_words import Combination, FrozenCombination, Letter, Word, Words, freeze, thaw, thaw_factors
from verify.errors import BudgetExceeded, Undecidable

MAXIMUM_EXPANDED_POWER = 6
MAXIMUM_PRODUCTS = 1_000

Factor = tuple[Combination, int]
"""An argument of an entrywise product and the term applied to its entries."""


@dataclass(slots=True)
class NormalForms:
    """Normal forms of the expressions of one pool, each computed once; reads the declared relations when made."""

    matrices: Matrices
    words: Words = field(init=False)
    _combinations: dict[int, Combination] = field(default_factory=dict)
    _polynomials: dict[int, Polynomial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = Words(self.matrices)
        for left, right in self.matrices.relations:
            self._add_relation(left, right)
        # What was computed while the rules were still being read may lack some of them.
        self._combinations.clear()
        self._polynomials.clear()

    def _add_relation(self, left: Matrix, right: Matrix) -> None:
        left_side, right_side = self.combination(left), self.combination(right)
        if len(left_side) != 1:
            raise Undecidable("the left side of a relation must be one product that no earlier relation rewrites")
        ((word, coefficient),) = left_side.items()
        right_side = self.words.scale(self.words.reciprocal(coefficient), right_side)
        sign, mirrored = self.words.transposed_word(word)
        self.words.add_rule(word, right_side)
        if mirrored != word:
            transposed = self.words.transpose(right_side)
            self.words.add_rule(mirrored, self.words.scale(self.words.reciprocal(sign), transposed))

    # ------------------------------------------------------------------ matrices

    def normal(self, matrix: Matrix) -> Matrix:
        """The matrix rewritten to its normal form."""
        return self.words.matrix(self.combination(matrix), matrix.shape)

    def normal_scalar(self, term: int) -> int:
        """The term rewritten to its normal form."""
        return polynomials.to_term(self.matrices.terms, self.polynomial(term))

    def combination(self, matrix: Matrix) -> Combination:
        """The sum of words a matrix is equal to."""
        for number in self.matrices.reachable((matrix.number,)):
            if number not in self._combinations:
                self._combinations[number] = self._of_node(number)
        return self._combinations[matrix.number]

    def _of_node(self, number: int) -> Combination:
        node, words, known = self.matrices.node(number), self.words, self._combinations
        kind = node[0]
        if kind == "add":
            return words.add(known[child] for child in node[1])
        if kind == "multiply":
            result = known[node[1][0]]
            for child in node[1][1:]:
                result = words.multiply(result, known[child])
            return result
        if kind == "scale":
            return words.scale(self.polynomial(node[1]), known[node[2]])
        if kind == "transpose":
            return words.transpose(known[node[1]])
        if kind == "inverse":
            return words.inverse(known[node[1]], self.matrices.at(number).shape.rows)
        if kind == "diagonal":
            return self._diagonal(known[node[1]], self.matrices.at(number).shape)
        if kind == "hadamard":
            element = self.matrices.terms.variable(ELEMENT)
            return self.entrywise([(known[child], element) for child in node[1]], self.matrices.at(number).shape)
        if kind == "elementwise":
            return self.elementwise(node[1], known[node[2]], self.matrices.at(number).shape)
        return self._leaf(node, self.matrices.at(number).shape)

    def _leaf(self, node: tuple, shape: Shape) -> Combination:
        if node[0] == "symbol":
            sign, letter = self.words.symbol(node[1])
            return self.words.scale(sign, self.words.reduce((letter,)))
        if node[0] == "zero":
            return {}
        if node[0] == "identity":
            return {(): UNIT}
        if node[0] == "ones":
            return {self._ones(shape): UNIT}
        if shape.rows.is_one:
            return {(): UNIT}
        return {(self.words.letter(Letter("basis", node[1], shape)),): UNIT}

    def _ones(self, shape: Shape) -> Word:
        word: Word = ()
        if not shape.rows.is_one:
            word += (self.words.letter(Letter("ones", None, Shape(shape.rows, ONE))),)
        if not shape.columns.is_one:
            word += (self.words.letter(Letter("ones", None, Shape(ONE, shape.columns), transposed=True)),)
        return word

    def _diagonal(self, vector: Combination, shape: Shape) -> Combination:
        if shape.is_scalar:
            return vector
        return self.words.add(
            self.words.scale(coefficient, self.words.reduce(self.words.diagonal(word, shape.rows)))
            for word, coefficient in vector.items()
        )

    # ------------------------------------------------------------------ entry by entry

    def elementwise(self, body: int, argument: Combination, shape: Shape) -> Combination:
        """The term `body` of every entry of an argument, taken apart where it is a sum."""
        terms = self.matrices.terms
        if not argument:
            value = terms.substitute(body, {ELEMENT: terms.zero})
            return self.words.scale(self.polynomial(value), {self._ones(shape): UNIT})
        if shape.is_scalar:
            entry = polynomials.to_term(terms, argument.get((), {}))
            return self.words.scale(self.polynomial(terms.substitute(body, {ELEMENT: entry})), {(): UNIT})
        parts = []
        for monomial, number in self.polynomial(body).items():
            outside, inside = self._separate(monomial)
            coefficient: Polynomial = {outside: number}
            parts.append(self.words.scale(coefficient, self._apply_monomial(inside, argument, shape)))
        return self.words.add(parts)

    def _separate(self, monomial: Monomial) -> tuple[Monomial, Monomial]:
        """The factors of a monomial without and with the entry's variable."""
        terms = self.matrices.terms
        inside = tuple(pair for pair in monomial if ELEMENT in terms.variables(pair[0]))
        return tuple(pair for pair in monomial if pair not in inside), inside

    def _apply_monomial(self, monomial: Monomial, argument: Combination, shape: Shape) -> Combination:
        terms = self.matrices.terms
        if not monomial:
            return {self._ones(shape): UNIT}
        body = polynomials.to_term(terms, {monomial: polynomials.UNIT[()]})
        degree = self.words.degree_of_body(body)
        if 0 < degree <= MAXIMUM_EXPANDED_POWER:
            return self.entrywise([(argument, terms.variable(ELEMENT))] * degree, shape)
        return self.entrywise([(argument, body)], shape)

    def entrywise(self, factors: list[Factor], shape: Shape) -> Combination:
        """The entry by entry product, which is linear in every factor to which no function is applied."""
        if shape.is_scalar:
            result: Combination = {(): UNIT}
            for argument, body in factors:
                result = self.words.multiply(result, self._elementwise_scalar(argument, body))
            return result
        choices = [self._alternatives(argument, body) for argument, body in factors]
        parts = []
        for count, choice in enumerate(product(*choices)):
            if count >= MAXIMUM_PRODUCTS:
                raise BudgetExceeded(f"an elementwise product of more than {MAXIMUM_PRODUCTS} terms")
            coefficient, flattened = UNIT, []
            for factor, part in choice:
                coefficient = polynomials.multiply(coefficient, factor)
                flattened += part
            parts.append(self.words.scale(coefficient, self._entrywise_of_words(flattened, shape)))
        return self.words.add(parts)

    def _elementwise_scalar(self, argument: Combination, body: int) -> Combination:
        terms = self.matrices.terms
        entry = polynomials.to_term(terms, argument.get((), {}))
        return self.words.scale(self.polynomial(terms.substitute(body, {ELEMENT: entry})), {(): UNIT})

    def _alternatives(self, argument: Combination, body: int) -> list[tuple[Polynomial, list[Factor]]]:
        """The summands of one factor: coefficients and what they multiply."""
        element = self.matrices.terms.variable(ELEMENT)
        if body != element:
            return [(UNIT, [(argument, body)])]
        alternatives = []
        for word, coefficient in argument.items():
            letter = self.words.letters[word[0]] if len(word) == 1 else None
            if letter is not None and letter.kind == "entrywise":
                alternatives.append((coefficient, thaw_factors(letter.data)))
            else:
                alternatives.append((coefficient, [({word: UNIT}, element)]))
        return alternatives

    def _entrywise_of_words(self, factors: list[Factor], shape: Shape) -> Combination:
        """Factors of rank one, u v^T, become diagonal matrices on both sides of the others."""
        element = self.matrices.terms.variable(ELEMENT)
        outer: list[tuple[Word, Word]] = []
        others: list[Factor] = []
        for argument, body in factors:
            halves = self._halves(next(iter(argument)), shape) if body == element else None
            if halves is None:
                others.append((argument, body))
            else:
                outer.append(halves)
        if others:
            middle = self._letter_of_factors(others, shape)
        else:
            column, row = outer.pop()
            middle = {column + row: UNIT}
        for column, row in outer:
            if column:
                middle = self.words.multiply({self.words.diagonal(column, shape.rows): UNIT}, middle)
            if row:
                sign, transposed = self.words.transposed_word(row)
                right = {self.words.diagonal(transposed, shape.columns): sign}
                middle = self.words.multiply(middle, right)
        return self.words.multiply(middle, {(): UNIT})

    def _halves(self, word: Word, shape: Shape) -> tuple[Word, Word] | None:
        """The column and the row whose product a word of rank one is."""
        if shape.columns.is_one:
            return word, ()
        if shape.rows.is_one:
            return (), word
        for place, number in enumerate(word):
            if self.words.letters[number].shape.columns.is_one:
                return word[: place + 1], word[place + 1 :]
        return None

    def _letter_of_factors(self, factors: list[Factor], shape: Shape) -> Combination:
        """One opaque letter; functions of the same argument are multiplied into one."""
        terms = self.matrices.terms
        element = terms.variable(ELEMENT)
        groups: dict[FrozenCombination, list[int]] = {}
        for argument, body in factors:
            groups.setdefault(freeze(argument), []).append(body)
        merged: list[tuple[FrozenCombination, int]] = []
        expanded: list[Factor] = []
        for key, bodies in groups.items():
            body = polynomials.to_term(terms, self.polynomial(terms.multiply(bodies)))
            if self._is_expandable(body, key, shape):
                # Such as |x| times x/|x|: no longer opaque, so it is taken apart like any other power.
                expanded.append((self.elementwise(body, thaw(key), shape), element))
            else:
                merged.append((key, body))
        if expanded:
            return self.entrywise([*expanded, *((thaw(key), body) for key, body in merged)], shape)
        if len(merged) == 1 and merged[0][1] == element:
            return thaw(merged[0][0])
        return {(self.words.letter(Letter("entrywise", tuple(sorted(merged)), shape)),): UNIT}

    def _is_expandable(self, body: int, argument: FrozenCombination, shape: Shape) -> bool:
        """Whether a term does not depend on the entry, or is a low power of one that is more than one full word."""
        if ELEMENT not in self.matrices.terms.variables(body):
            return True
        if not 0 < self.words.degree_of_body(body) <= MAXIMUM_EXPANDED_POWER:
            return False
        ((word, coefficient), *others) = argument
        return bool(others) or coefficient != polynomials.freeze(UNIT) or self._halves(word, shape) is not None

    # ------------------------------------------------------------------ scalars

    def polynomial(self, term: int) -> Polynomial:
        """A scalar term as a polynomial in variables, canonical traces, and terms that are neither."""
        terms = self.matrices.terms
        for part in terms.reachable((term,)):
            if part not in self._polynomials and not self._is_bound(part):
                self._polynomials[part] = self._of_term(part)
        return self._polynomials[term]

    def _is_bound(self, part: int) -> bool:
        return self.matrices.terms.key(part)[0] == "relation"

    def _of_term(self, part: int) -> Polynomial:
        terms, known = self.matrices.terms, self._polynomials
        node = terms.key(part)
        if node[0] == "number":
            return polynomials.constant(node[1])
        if node[0] == "variable":
            traced = self.matrices.traced(part)
            if not traced:
                return polynomials.generator(part)
            matrix = traced[node[1]]
            return self.words.trace(self.combination(matrix), matrix.shape.rows)
        if node[0] == "add":
            return polynomials.add([known[child] for child in node[1]])
        if node[0] == "multiply":
            result = UNIT
            for child in node[1]:
                result = polynomials.multiply(result, known[child])
            return result
        if node[0] == "power" and terms.key(node[2])[0] == "number":
            return self._power(part, known[node[1]], terms.key(node[2])[1])
        return polynomials.generator(self._opaque(part))

    def _power(self, part: int, base: Polynomial, exponent) -> Polynomial:
        if exponent.denominator != 1:
            return polynomials.generator(self._opaque(part))
        if exponent < 0:
            return polynomials.power(self.words.reciprocal(base), -int(exponent))
        if exponent == 0 or not base:
            return UNIT if exponent == 0 else {}
        if len(base) > 1 and (exponent > MAXIMUM_PRODUCTS or len(base) ** int(exponent) > MAXIMUM_PRODUCTS):
            return polynomials.generator(polynomials.to_term(self.matrices.terms, base), int(exponent))
        return polynomials.power(base, int(exponent))

    def _opaque(self, part: int) -> int:
        """A term that is no polynomial, with its traces replaced by canonical ones."""
        terms = self.matrices.terms
        traced = self.matrices.traced(part)
        values = {name: self.normal_scalar(terms.variable(name)) for name in traced}
        return terms.substitute(part, values)
