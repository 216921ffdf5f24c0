"""Claim: two sides and a relation, asserted for every instance of the givens.

Each derivation line, implementation, mistake, stated property and submitted answer *is* a claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from verify.evidence import Evidence
from verify.expressions import Scope
from verify.instance import WorkedInstance

Sides = tuple[Any, str, Any]
Kind = Literal["step", "implementation", "mistake", "instance", "property", "experiment"]


@dataclass(frozen=True)
class Claim:
    """What is to be checked.

    - `name`: unique within the problem and permanent once published, e.g. ``b/step-1`` or ``b/autograd``.
    - `kind`: what it came from.
    - `text`: one line for reports.
    - `sides`: maps a scope (values by symbol) to ``left, relation, right``.
    - `symbolic`: the same three as SymPy expressions, where they exist; only these can be proved.
    - `differs`: the claim is that the two sides are *not* equal for every instance (a mistake, a false folklore): it
      stands when an instance is found where the relation fails.
    - `fixed`: the only instance it speaks of; None for every instance.
    - `sizes`: the sizes it speaks of; none for every size.
    - `judge`: decides it instead of comparing sides, for an answer that is no expression.
    - `parameters`: the names a function behind it asks for.
    - `needs`: the givens it depends on, definitions expanded; only these are drawn.  None for all of them.
    """

    name: str
    kind: Kind
    text: str
    sides: Callable[[Scope], Sides]
    symbolic: tuple[sp.Basic, str, sp.Basic] | None = None
    differs: bool = False
    fixed: WorkedInstance | None = None
    sizes: tuple[tuple[sp.Basic, int], ...] = ()
    judge: Callable[[Scope], Evidence] | None = None
    parameters: tuple[str, ...] = ()
    needs: frozenset[sp.Basic] | None = None

    @property
    def part(self) -> str:
        """The name of the part it belongs to; empty for a property of the whole problem."""
        return self.name.rpartition("/")[0]
