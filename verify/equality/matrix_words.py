"""Words of non-commuting letters, rewritten to a canonical form; the normal form of a matrix is a sum of them.

A letter is a symbol, its transpose or inverse, a vector of ones, a basis vector, a diagonal matrix, or something
opaque: an entrywise product or function, or the inverse of a sum, known by the normal form of its arguments.  A word
is the product of its letters; the empty word is the identity.  Wherever a dimension is one the word breaks, and what
lies between two such places is a scalar, which commutes.

Rewriting only ever uses equations that hold for every size, so equal normal forms prove equality.  The converse is
not claimed: the system is not completed (Knuth & Bendix 1970), so different normal forms prove nothing.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from verify.equality import matrix_polynomials as polynomials
from verify.equality.matrix_polynomials import UNIT, Polynomial
from verify.equality.matrix_pool import ELEMENT, Matrices, Matrix
from verify.equality.matrix_shapes import ONE, Dimension, Shape
from verify.errors import BudgetExceeded, Undecidable

Word = tuple[int, ...]
Combination = dict[Word, Polynomial]
FrozenCombination = tuple[tuple[Word, polynomials.Frozen], ...]

MAXIMUM_STEPS = 20_000
MAXIMUM_WORDS = 4_000
MAXIMUM_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Letter:
    """One factor of a word.  `data` is a symbol's name, a basis vector's index, or the arguments of an opaque letter.

    Of a "diagonal", `data` is the word of its vector; of an "inverse", the frozen sum that is inverted; of an
    "entrywise" product, pairs of a frozen argument and the term applied to its entries.
    """

    kind: str
    data: Hashable
    shape: Shape
    transposed: bool = False
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`left` may be replaced by `right`."""

    left: Word
    right: Combination


@dataclass(slots=True)
class Words:
    """The letters in use and the rules between them."""

    matrices: Matrices
    letters: list[Letter] = field(default_factory=list)
    rules: dict[int, list[Rule]] = field(default_factory=dict)
    steps: int = 0
    _number_of: dict[Letter, int] = field(default_factory=dict)
    _reduced: dict[Word, Combination] = field(default_factory=dict)
    _transposed: dict[int, tuple[Polynomial, int]] = field(default_factory=dict)
    _matrices: dict[int, Matrix] = field(default_factory=dict)
    _inverse_rules: dict[int, tuple[Rule, Rule] | None] = field(default_factory=dict)

    # ------------------------------------------------------------------ letters

    def letter(self, letter: Letter) -> int:
        """The number of a letter."""
        number = self._number_of.get(letter)
        if number is None:
            number = self._number_of[letter] = len(self.letters)
            self.letters.append(letter)
        return number

    def properties(self, letter: Letter) -> frozenset[str]:
        """What is declared of a symbol's letter."""
        return self.matrices.symbols[str(letter.data)].properties if letter.kind == "symbol" else frozenset()

    def is_diagonal(self, letter: Letter) -> bool:
        """Whether the letter is a diagonal matrix, so that it commutes with other diagonal ones."""
        return letter.kind == "diagonal" or "diagonal" in self.properties(letter)

    def _order(self, number: int) -> tuple[int, bool]:
        """Where a diagonal letter stands among those it commutes with: its inverse next to it, so that they meet."""
        letter = self.letters[number]
        if letter.kind != "symbol":
            return number, False
        return self.symbol(str(letter.data))[1], letter.inverted

    def symbol(self, name: str, *, transposed: bool = False, inverted: bool = False) -> tuple[Polynomial, int]:
        """The letter of a symbol, and the sign that a skew one brings when transposed."""
        declared = self.matrices.symbols[name]
        if inverted and "orthogonal" in declared.properties:
            transposed, inverted = not transposed, False
        sign = polynomials.MINUS_UNIT if transposed and "skew" in declared.properties else UNIT
        transposed = transposed and not declared.properties & {"symmetric", "skew"}
        shape = declared.shape.transposed if transposed else declared.shape
        return sign, self.letter(Letter("symbol", name, shape, transposed, inverted))

    def diagonal(self, vector: Word, size: Dimension) -> Word:
        """The word of the diagonal matrix of a column."""
        if self._is_ones(vector):
            return ()
        return (self.letter(Letter("diagonal", vector, Shape(size, size))),)

    def _is_ones(self, vector: Word) -> bool:
        return len(vector) == 1 and self.letters[vector[0]].kind == "ones"

    def transposed_letter(self, number: int) -> tuple[Polynomial, int]:
        """The transpose of a letter: a coefficient and a letter."""
        if number not in self._transposed:
            for part in self._made_of(number):  # parts first, so that depth needs no recursion
                if part not in self._transposed:
                    self._transposed[part] = self._transpose_letter(part)
        return self._transposed[number]

    def _made_of(self, number: int) -> list[int]:
        """A letter and all those inside its arguments, parts before the whole."""
        found: set[int] = set()
        stack = [number]
        while stack:
            part = stack.pop()
            if part in found:
                continue
            found.add(part)
            letter = self.letters[part]
            if letter.kind == "diagonal":
                stack.extend(self._vector_of(part))
            elif letter.kind == "inverse":
                stack.extend(each for word in thaw(letter.data) for each in word)
            elif letter.kind == "entrywise":
                words = [word for argument, _ in thaw_factors(letter.data) for word in argument]
                stack.extend(each for word in words for each in word)
        return sorted(found)

    def _transpose_letter(self, number: int) -> tuple[Polynomial, int]:
        letter = self.letters[number]
        if letter.kind == "symbol":
            return self.symbol(str(letter.data), transposed=not letter.transposed, inverted=letter.inverted)
        if letter.kind == "diagonal":
            return UNIT, number
        if letter.kind in ("ones", "basis"):
            flipped = Letter(letter.kind, letter.data, letter.shape.transposed, not letter.transposed)
            return UNIT, self.letter(flipped)
        if letter.kind == "inverse":
            return self._transposed_inverse(letter)
        return self._transposed_entrywise(letter)

    def _transposed_inverse(self, letter: Letter) -> tuple[Polynomial, int]:
        inverted = self.inverse(self.transpose(thaw(letter.data)), letter.shape.rows)
        word, coefficient = _only_word(inverted)
        if len(word) != 1:
            raise Undecidable("the transpose of an inverse is no single factor")
        return coefficient, word[0]

    def _transposed_entrywise(self, letter: Letter) -> tuple[Polynomial, int]:
        coefficient, factors = UNIT, []
        for argument, body in thaw_factors(letter.data):
            transposed = self.transpose(argument)
            degree = self.degree_of_body(body)
            if degree and len(transposed) == 1:
                word, factor = _only_word(transposed)
                coefficient = polynomials.multiply(coefficient, polynomials.power(factor, degree))
                transposed = {word: UNIT}
            factors.append((freeze(transposed), body))
        return coefficient, self.letter(Letter("entrywise", tuple(sorted(factors)), letter.shape.transposed))

    def degree_of_body(self, body: int) -> int:
        """The exponent k of a term that is the k-th power of an entry; 0 for any other term."""
        terms = self.matrices.terms
        element = terms.variable(ELEMENT)
        if body == element:
            return 1
        node = terms.key(body)
        if node[0] != "power" or node[1] != element or terms.key(node[2])[0] != "number":
            return 0
        exponent = terms.key(node[2])[1]
        return int(exponent) if exponent.denominator == 1 and exponent > 0 else 0

    # ------------------------------------------------------------------ combinations

    def add(self, combinations: Iterable[Combination]) -> Combination:
        """The sum."""
        total: Combination = {}
        for combination in combinations:
            for word, coefficient in combination.items():
                value = polynomials.add((total.get(word, {}), coefficient))
                if value:
                    total[word] = value
                else:
                    total.pop(word, None)
        if len(total) > MAXIMUM_WORDS:
            raise BudgetExceeded(f"a matrix expression of more than {MAXIMUM_WORDS} products")
        return total

    def scale(self, coefficient: Polynomial, combination: Combination) -> Combination:
        """A scalar times a combination."""
        scaled = {word: polynomials.multiply(coefficient, other) for word, other in combination.items()}
        return {word: value for word, value in scaled.items() if value}

    def multiply(self, left: Combination, right: Combination) -> Combination:
        """The product, reduced."""
        if len(left) * len(right) > MAXIMUM_WORDS:
            raise BudgetExceeded(f"a matrix product of more than {MAXIMUM_WORDS} terms")
        return self.add(
            self.scale(polynomials.multiply(coefficient, other), self.reduce(first + second))
            for first, coefficient in left.items()
            for second, other in right.items()
        )

    def transpose(self, combination: Combination) -> Combination:
        """The transpose, reduced."""
        parts = []
        for word, coefficient in combination.items():
            sign, transposed = self.transposed_word(word)
            parts.append(self.scale(polynomials.multiply(coefficient, sign), self.reduce(transposed)))
        return self.add(parts)

    def transposed_word(self, word: Word) -> tuple[Polynomial, Word]:
        """The transposed letters in reverse order, and their coefficient."""
        coefficient, letters = UNIT, []
        for number in reversed(word):
            factor, transposed = self.transposed_letter(number)
            coefficient = polynomials.multiply(coefficient, factor)
            letters.append(transposed)
        return coefficient, tuple(letters)

    def inverse(self, combination: Combination, size: Dimension) -> Combination:
        """The inverse of a square combination, wherever it exists."""
        if not combination:
            raise Undecidable("the zero matrix has no inverse")
        if size.is_one:
            return {(): self.reciprocal(combination.get((), {}))}
        if len(combination) == 1:
            return self._inverse_of_word(*next(iter(combination.items())), size)
        lead = _lead(combination)
        if len(combination[lead]) == 1:
            factor = polynomials.power(combination[lead], -1)
            monic = self.scale(factor, combination)
            return {(self.letter(Letter("inverse", freeze(monic), Shape(size, size))),): factor}
        return {(self.letter(Letter("inverse", freeze(combination), Shape(size, size))),): UNIT}

    def reciprocal(self, polynomial: Polynomial) -> Polynomial:
        """One over a scalar; of a sum, a new generator."""
        if not polynomial:
            raise Undecidable("division by zero")
        if len(polynomial) == 1:
            return polynomials.power(polynomial, -1)
        return polynomials.generator(polynomials.to_term(self.matrices.terms, polynomial), -1)

    def _inverse_of_word(self, word: Word, coefficient: Polynomial, size: Dimension) -> Combination:
        factor = self.reciprocal(coefficient)
        if all(self.letters[number].shape.is_square for number in word):
            product: Combination = {(): factor}
            for number in reversed(word):
                product = self.multiply(product, self._inverse_of_letter(number))
            return product
        return {(self.letter(Letter("inverse", freeze({word: UNIT}), Shape(size, size))),): factor}

    def _inverse_of_letter(self, number: int) -> Combination:
        letter = self.letters[number]
        if letter.kind == "symbol":
            sign, inverted = self.symbol(str(letter.data), transposed=letter.transposed, inverted=not letter.inverted)
            return {(inverted,): sign}
        if letter.kind == "inverse":
            return thaw(letter.data)
        return {(self.letter(Letter("inverse", freeze({(number,): UNIT}), letter.shape)),): UNIT}

    # ------------------------------------------------------------------ rewriting

    def add_rule(self, left: Word, right: Combination) -> None:
        """Rewrite `left` to `right` from now on; `left` may not occur in it, or rewriting would not end."""
        if not left or any(_contains(word, left) for word in right):
            raise Undecidable("a relation whose left side is the identity or occurs in its right side")
        self.rules.setdefault(left[0], []).append(Rule(left, right))
        self._reduced.clear()
        self._transposed.clear()

    def reduce(self, word: Word) -> Combination:
        """The word rewritten until no rule applies, its scalars taken out."""
        known = self._reduced.get(word)
        if known is None:
            known = self._reduced[word] = self._reduce(word)
        return known

    def _reduce(self, word: Word) -> Combination:
        parts: list[Combination] = []
        pending: list[tuple[Polynomial, Word]] = [(UNIT, word)]
        while pending:
            self.steps += 1
            coefficient, current = pending.pop()
            if self.steps > MAXIMUM_STEPS or len(current) > MAXIMUM_LENGTH or len(pending) > MAXIMUM_WORDS:
                raise BudgetExceeded(f"a matrix product needs more than {MAXIMUM_STEPS} rewriting steps")
            found = self._rewriting(current)
            if found is not None:
                start, end, right = found
                for middle, factor in right.items():
                    replaced = current[:start] + middle + current[end:]
                    pending.append((polynomials.multiply(coefficient, factor), replaced))
                continue
            scalar, core = self._split(current)
            coefficient = polynomials.multiply(coefficient, scalar)
            if core != current and core:
                pending.append((coefficient, core))
            elif coefficient:
                parts.append({core: coefficient})
        return self.add(parts)

    def _rewriting(self, word: Word) -> tuple[int, int, Combination] | None:
        """The first place where a rule applies: start, end and what to put there."""
        for position in range(len(word)):
            if position + 1 < len(word):
                right = self._pair(word[position], word[position + 1])
                if right is not None:
                    return position, position + 2, right
            for rule in self._rules_from(word[position]):
                if word[position : position + len(rule.left)] == rule.left:
                    return position, position + len(rule.left), rule.right
            found = self._inverse_at(word, position)
            if found is not None:
                return found
        return self._sorted_vectors(word)

    def _rules_from(self, number: int) -> Sequence[Rule]:
        return self.rules.get(number, ())

    def _pair(self, left: int, right: int) -> Combination | None:
        """What two neighbours come to, where a rule says so."""
        first, second = self.letters[left], self.letters[right]
        if self.is_diagonal(first) and self.is_diagonal(second) and self._order(left) > self._order(right):
            return self._cancelled(first, second) or {(right, left): UNIT}
        if first.shape.rows.is_one and second.shape.columns.is_one:
            return self._dot(first, second)
        if first.kind == "symbol" and first.data == second.data and second.kind == "symbol":
            if left == right and "idempotent" in self.properties(first) and not first.inverted:
                return {(left,): UNIT}
            return self._cancelled(first, second)
        return None

    def _cancelled(self, first: Letter, second: Letter) -> Combination | None:
        if first.kind != "symbol" or first.data != second.data or second.kind != "symbol":
            return None
        if first.inverted != second.inverted and first.transposed == second.transposed:
            return {(): UNIT}
        known = self.properties(first)
        if first.inverted or second.inverted or "orthonormal columns" not in known:
            return None
        if "symmetric" in known:
            return {(): UNIT} if "orthogonal" in known else None
        if first.transposed and not second.transposed:
            return {(): UNIT}
        return {(): UNIT} if "orthogonal" in known and second.transposed and not first.transposed else None

    def _dot(self, first: Letter, second: Letter) -> Combination | None:
        kinds = {first.kind, second.kind}
        if kinds == {"ones"}:
            size = self.matrices.term_of_dimension(first.shape.columns)
            return {(): self.polynomial_of_size(size)}
        if kinds == {"ones", "basis"}:
            return {(): UNIT}
        if kinds == {"basis"}:
            if first.data == second.data:
                return {(): UNIT}
            return {} if isinstance(first.data, int) and isinstance(second.data, int) else None
        return None

    def polynomial_of_size(self, size: int) -> Polynomial:
        """A dimension's term, a sum of multiples of variables and a number, as a polynomial."""
        terms = self.matrices.terms
        node = terms.key(size)
        if node[0] == "number":
            return polynomials.constant(node[1])
        if node[0] == "add":
            return polynomials.add([self.polynomial_of_size(child) for child in node[1]])
        if node[0] == "multiply":
            product = UNIT
            for child in node[1]:
                product = polynomials.multiply(product, self.polynomial_of_size(child))
            return product
        return polynomials.generator(size)

    def _inverse_at(self, word: Word, position: int) -> tuple[int, int, Combination] | None:
        """S X = 1 and X S = 1 for X the inverse of a sum S, solved for the leading word of S."""
        if self.letters[word[position]].kind != "inverse":
            return None
        rules = self._rules_of_inverse(word[position])
        if rules is None:
            return None
        before, after = rules
        start = position + 1 - len(before.left)
        if start >= 0 and word[start : position + 1] == before.left:
            return start, position + 1, before.right
        end = position + len(after.left)
        return (position, end, after.right) if word[position:end] == after.left else None

    def _rules_of_inverse(self, number: int) -> tuple[Rule, Rule] | None:
        if number not in self._inverse_rules:
            inverted = thaw(self.letters[number].data)
            lead = _lead(inverted)
            rules = None
            if inverted[lead] == UNIT:
                rest = {word: polynomials.multiply(polynomials.MINUS_UNIT, c) for word, c in inverted.items()}
                del rest[lead]
                before = {(): UNIT, **{(*word, number): c for word, c in rest.items()}}
                after = {(): UNIT, **{(number, *word): c for word, c in rest.items()}}
                rules = Rule((*lead, number), before), Rule((number, *lead), after)
            self._inverse_rules[number] = rules
        return self._inverse_rules[number]

    # ------------------------------------------------------------------ diagonal matrices times vectors

    def _sorted_vectors(self, word: Word) -> tuple[int, int, Combination] | None:
        """diag(a) b = diag(b) a: such factors are sorted, in columns and in rows."""
        if not any(self.letters[number].kind == "diagonal" for number in word):
            return None
        found = self._sorted_column(word, descending=False)
        if found is not None:
            return found
        # Turned around, the commuting diagonal letters must stand in the order that is ascending when turned back.
        sign, mirrored = self.transposed_word(word)
        found = self._sorted_column(mirrored, descending=True) if sign == UNIT else None
        if found is None:
            return None
        start, end, right = found
        return len(word) - end, len(word) - start, self._mirrored(right)

    def _mirrored(self, combination: Combination) -> Combination:
        mirrored = {}
        for word, coefficient in combination.items():
            sign, transposed = self.transposed_word(word)
            mirrored[transposed] = polynomials.multiply(sign, coefficient)
        return mirrored

    def _sorted_column(self, word: Word, *, descending: bool) -> tuple[int, int, Combination] | None:
        kinds = [self.letters[number].kind for number in word]
        for start, kind in enumerate(kinds):
            if kind != "diagonal":
                continue
            middle = start
            while middle < len(word) and kinds[middle] == "diagonal":
                middle += 1
            ends = [i for i in range(middle, len(word)) if self.letters[word[i]].shape.columns.is_one]
            if not ends:
                return None
            return self._sort_run(word, slice(start, middle), ends[0] + 1, descending)
        return None

    def _sort_run(self, word: Word, run: slice, end: int, descending: bool) -> tuple[int, int, Combination] | None:
        size = self.letters[word[run.start]].shape.rows
        vectors = [self._vector_of(number) for number in word[run]] + [word[run.stop : end]]
        kept = sorted(vector for vector in vectors if not self._is_ones(vector)) or vectors[:1]
        letters = [number for vector in kept[:-1] for number in self.diagonal(vector, size)]
        result = (*sorted(letters, reverse=descending), *kept[-1])
        return None if result == word[run.start : end] else (run.start, end, {result: UNIT})

    def _vector_of(self, number: int) -> Word:
        vector = self.letters[number].data
        assert isinstance(vector, tuple)
        return vector

    # ------------------------------------------------------------------ scalars

    def _split(self, word: Word) -> tuple[Polynomial, Word]:
        """The scalars between places of dimension one, and the word without them."""
        places = self._places_of_one(word)
        if len(places) < 2:
            return UNIT, word
        scalar = UNIT
        for start, end in pairwise(places):
            scalar = polynomials.multiply(scalar, self._scalar(word[start:end]))
        return scalar, word[: places[0]] + word[places[-1] :]

    def _places_of_one(self, word: Word) -> list[int]:
        if not word:
            return []
        dimensions = [self.letters[word[0]].shape.rows, *(self.letters[number].shape.columns for number in word)]
        return [place for place, dimension in enumerate(dimensions) if dimension.is_one]

    def _scalar(self, word: Word) -> Polynomial:
        """A 1 x 1 word as a generator, the same for its transpose."""
        special = self._sum_of_entrywise_product(word)
        if special is not None:
            return special
        sign, transposed = self.transposed_word(word)
        if transposed == word and sign != UNIT:
            return {}
        if transposed < word:
            return polynomials.multiply(sign, self._generator(transposed, ONE))
        return self._generator(word, ONE)

    def _sum_of_entrywise_product(self, word: Word) -> Polynomial | None:
        """The sum of the entries of an entrywise product of A and B is tr(A^T B)."""
        if len(word) != 3 or self.letters[word[1]].kind != "entrywise":
            return None
        if {self.letters[word[0]].kind, self.letters[word[2]].kind} != {"ones"}:
            return None
        factors: list[Combination] = []
        for argument, body in thaw_factors(self.letters[word[1]].data):
            degree = self.degree_of_body(body)
            if not degree or len(factors) + degree > 2:
                return None
            factors += [argument] * degree
        if len(factors) != 2:
            return None
        return self.trace(self.multiply(self.transpose(factors[0]), factors[1]), self.letters[word[1]].shape.columns)

    def trace(self, combination: Combination, size: Dimension) -> Polynomial:
        """The trace of a square combination, as a polynomial in generators."""
        parts = [
            polynomials.multiply(coefficient, self._trace_of_word(word, size))
            for word, coefficient in combination.items()
        ]
        return polynomials.add(parts)

    def _trace_of_word(self, word: Word, size: Dimension) -> Polynomial:
        self.steps += 1
        if self.steps > MAXIMUM_STEPS:
            raise BudgetExceeded(f"a trace needs more than {MAXIMUM_STEPS} rewriting steps")
        if not word:
            return self.polynomial_of_size(self.matrices.term_of_dimension(size))
        opened = self._opened(word)
        if opened is not None:
            return self.reduce(opened).get((), {})
        rotations = [word[place:] + word[:place] for place in range(len(word))]
        for rotation in rotations:
            reduced = self.reduce(rotation)
            if not (len(reduced) == 1 and next(iter(reduced)) in rotations):
                return self.trace(reduced, self.letters[rotation[0]].shape.rows)
        return self._trace_generator(word, rotations)

    def _opened(self, word: Word) -> Word | None:
        """A cyclic word as a 1 x 1 one: cut where a dimension is one, or diagonal factors closed by ones."""
        places = self._places_of_one(word)
        if places:
            return word[places[0] :] + word[: places[0]]
        if all(self.letters[number].kind == "diagonal" for number in word):
            size = self.letters[word[0]].shape.rows
            column = Letter("ones", None, Shape(size, ONE))
            row = Letter("ones", None, Shape(ONE, size), transposed=True)
            return (self.letter(row), *word, self.letter(column))
        return None

    def _trace_generator(self, word: Word, rotations: list[Word]) -> Polynomial:
        sign, transposed = self.transposed_word(word)
        if sign != UNIT and transposed in rotations:
            return {}
        mirrored = [transposed[place:] + transposed[:place] for place in range(len(transposed))]
        least, least_mirrored = min(rotations), min(mirrored)
        if least_mirrored < least:
            generator = self._generator(least_mirrored, self.letters[least_mirrored[0]].shape.rows)
            return polynomials.multiply(sign, generator)
        return self._generator(least, self.letters[least[0]].shape.rows)

    def _generator(self, word: Word, size: Dimension) -> Polynomial:
        return polynomials.generator(self.matrices.trace(self.matrix_of_word(word, size)))

    # ------------------------------------------------------------------ back to matrices

    def matrix(self, combination: Combination, shape: Shape) -> Matrix:
        """The matrix of a combination."""
        if not combination:
            return self.matrices.zero(shape.rows, shape.columns)
        terms = self.matrices.terms
        return self.matrices.add(
            self.matrices.scale(polynomials.to_term(terms, coefficient), self.matrix_of_word(word, shape.rows))
            for word, coefficient in sorted(combination.items())
        )

    def matrix_of_word(self, word: Word, size: Dimension) -> Matrix:
        """The matrix of a word; the empty one is the identity of that size."""
        if not word:
            return self.matrices.identity(size)
        return self.matrices.multiply([self._matrix_of(number) for number in word])

    def _matrix_of(self, number: int) -> Matrix:
        if number not in self._matrices:
            for part in self._made_of(number):
                if part not in self._matrices:
                    self._matrices[part] = self._matrix_of_letter(self.letters[part])
        return self._matrices[number]

    def _matrix_of_letter(self, letter: Letter) -> Matrix:
        matrices, shape = self.matrices, letter.shape
        if letter.kind == "symbol":
            matrix = matrices.named(str(letter.data))
            matrix = matrices.inverse(matrix) if letter.inverted else matrix
        elif letter.kind == "ones":
            matrix = matrices.ones(shape.columns if letter.transposed else shape.rows)
        elif letter.kind == "basis":
            assert isinstance(letter.data, int | str)
            matrix = matrices.basis(shape.columns if letter.transposed else shape.rows, letter.data)
        elif letter.kind == "diagonal":
            assert isinstance(letter.data, tuple)
            matrix = matrices.diagonal(self.matrix_of_word(letter.data, shape.rows))
        elif letter.kind == "inverse":
            matrix = matrices.inverse(self.matrix(thaw(letter.data), shape))
        else:
            matrix = self._matrix_of_entrywise(letter)
        return matrices.transpose(matrix) if letter.transposed else matrix

    def _matrix_of_entrywise(self, letter: Letter) -> Matrix:
        factors = []
        for argument, body in thaw_factors(letter.data):
            matrix = self.matrix(argument, letter.shape)
            plain = body == self.matrices.terms.variable(ELEMENT)
            factors.append(matrix if plain else self.matrices.elementwise(body, matrix))
        return self.matrices.hadamard(factors)


def freeze(combination: Combination) -> FrozenCombination:
    """A hashable copy."""
    return tuple(sorted((word, polynomials.freeze(coefficient)) for word, coefficient in combination.items()))


def thaw(frozen: Hashable) -> Combination:
    """The combination that was frozen."""
    assert isinstance(frozen, tuple)
    return {word: dict(coefficient) for word, coefficient in frozen}


def thaw_factors(frozen: Hashable) -> list[tuple[Combination, int]]:
    """The arguments of an entrywise letter and the terms applied to their entries."""
    assert isinstance(frozen, tuple)
    return [(thaw(argument), body) for argument, body in frozen]


def _only_word(combination: Combination) -> tuple[Word, Polynomial]:
    """The one product that a combination consists of."""
    if len(combination) != 1:
        raise Undecidable("the transpose of one product is a sum of several")
    return next(iter(combination.items()))


def _lead(combination: Combination) -> Word:
    return max(combination, key=lambda word: (len(word), word))


def _contains(word: Word, part: Word) -> bool:
    return any(word[start : start + len(part)] == part for start in range(len(word) - len(part) + 1))
