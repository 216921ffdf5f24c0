"""How SymPy users write values that are not expressions; the table of what is accepted, nothing else is called."""

CONSTRUCTORS = {
    "Matrix": "matrix", "ImmutableMatrix": "matrix", "array": "matrix", "Eq": "=", "Ne": "!=", "Lt": "<", "Le": "<=",
    "Gt": ">", "Ge": ">=", "And": "and", "Or": "or", "FiniteSet": "set", "set": "set", "Interval": "interval",
    "Union": "union", "Intersection": "intersection", "Piecewise": "piecewise", "Rational": "rational", "S": "same",
    "Integer": "same", "Float": "same", "root": "root", "Sum": "sum", "summation": "sum", "Product": "product",
    "Pow": "power", "Mod": "remainder",
}  # fmt: skip
"""Spelling before a bracket -> what the arguments make; a declared name of the same spelling comes first."""
