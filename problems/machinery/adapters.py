"""Adapters: run a module class of PyTorch's, whose parameters have unknown names and layout, on given arrays.

A layer may keep its weights as two linear maps or as one of the concatenated input and state, in any order, transposed
or not; an LSTM has four gates in any order.  Which layout a class has is decided once, at sizes that all differ: the
first layout of fitting shapes that gives the expected outputs, else those of a mistake that students make.  It is then
held for all instances.  Where no layout does, all parameters are set to one number, so that the layout does not matter.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import signature
from itertools import permutations, product
from math import prod
from typing import Any

import numpy as np
import torch

from .recurrent import identity, lstm_states, relu, rnn_stack, rnn_states, sigmoid

Arrays = dict[str, np.ndarray]
Cell = dict[str, np.ndarray]  # one linear map of input and state, as output times input: "input", "state" and "bias"
Outputs = tuple[np.ndarray, ...]

CONSTANTS = (-0.1, 0.1, 0.7)
CLOSE = 1e-9  # of outputs in float64 after a few steps


@dataclass(frozen=True)
class Layout:
    """How a module keeps its parameters.

    - `cells`: the position of each cell in the order of registration; nothing where that is their own order.
    - `groups`: what is registered together for one cell after the other; "bias" twice where there are two.
    - `joined`: the order in which input and state are concatenated for one common weight, or nothing.
    - `transposed`: the weights that are kept as input times output.
    - `fused`: whether the weights of all cells are one array.
    """

    cells: tuple[int, ...]
    groups: tuple[tuple[str, ...], ...]
    joined: tuple[str, ...] = ()
    transposed: tuple[str, ...] = ()
    fused: bool = False

    def arrays(self, cells: Sequence[Cell]) -> list[np.ndarray]:
        """The parameters in the order of registration."""
        ordered = [cells[position] for position in self.cells] or list(cells)
        if self.fused:
            ordered = [{role: np.concatenate([cell[role] for cell in ordered]) for role in ordered[0]}]
        kept = [self._kept(cell) for cell in ordered]
        return [cell[role] for group in self.groups for cell in kept for role in group if role in cell]

    def _kept(self, cell: Cell) -> Cell:
        if self.joined and "state" in cell:
            cell = {"input": np.hstack([cell[role] for role in self.joined]), "bias": cell["bias"]}
        return {role: array.T if role in self.transposed else array for role, array in cell.items()}


def layouts(cell_orders: Sequence[tuple[int, ...]] = ((),), *, gates: bool = False) -> Iterator[Layout]:
    """All layouts of cells that may be registered in these orders; those with one bias first."""
    for biases in (("bias",), ("bias", "bias")):
        for joined in ((), ("input", "state"), ("state", "input")):
            for order in dict.fromkeys(permutations(("input", *biases) if joined else ("input", "state", *biases))):
                yield from _arranged(order, joined, cell_orders, gates)


def _arranged(
    order: tuple[str, ...], joined: tuple[str, ...], cell_orders: Sequence[tuple[int, ...]], gates: bool
) -> Iterator[Layout]:
    groupings = [(order,)] if cell_orders == [(0,)] else list(_groupings(order))
    turned = [(), ("input",)] if joined else [(), ("input",), ("state",), ("input", "state")]
    for cells, transposed in product(cell_orders, turned):
        for groups in groupings:
            yield Layout(cells, groups, joined, transposed)
        if gates:
            yield Layout(cells, (order,), joined, transposed, fused=True)


def _groupings(order: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The ways to cut a sequence into consecutive groups, the uncut one first."""
    yield (order,)
    for cut in range(1, len(order)):
        for rest in _groupings(order[cut:]):
            yield (order[:cut], *rest)


@dataclass(frozen=True)
class Family:
    """A kind of module.

    - `build(module_class, **givens)`: a module of the sizes of the givens.
    - `cells(**givens)`: the parameters it should have.
    - `layouts()`: where these may stand.
    - `expected(**givens)`: what it should return.
    - `mistaken`: what modules with a mistake return that can be named.
    - `probe()`: givens whose sizes all differ.
    """

    build: Callable[..., Any]
    cells: Callable[..., list[Cell]]
    layouts: Callable[[], Iterator[Layout]]
    expected: Callable[..., Outputs]
    mistaken: tuple[Callable[..., Outputs], ...]
    probe: Callable[[], Arrays]

    def run(self, module_class: type, **givens: np.ndarray) -> Outputs:
        """What a module returns for the givens; raises `ValueError` where it cannot have them as parameters."""
        layout = layout_of(self, module_class)
        return self._run(module_class, layout.arrays(self.cells(**givens)), givens)

    def _run(self, module_class: type, parameters: Sequence[np.ndarray] | float, givens: Arrays) -> Outputs:
        with _double_precision():
            module = self.build(module_class, **givens)
            for place, parameter in enumerate(module.parameters()):
                value = torch.tensor(parameters if isinstance(parameters, float) else parameters[place])
                parameter.data = value.expand(parameter.shape) if value.ndim == 0 else value.reshape(parameter.shape)
            return tuple(_flat(module(torch.tensor(givens["X"]))))

    def decided(self, module_class: type) -> Layout:
        """The layout of a module class."""
        givens = self.probe()
        cells = self.cells(**givens)
        with _double_precision():
            shapes = [tuple(each.shape) for each in self.build(module_class, **givens).parameters()]
        fitting = [layout for layout in self.layouts() if _fits(layout.arrays(cells), shapes)]
        if not fitting:
            raise ValueError(_unfit(shapes, [array.shape for cell in cells for array in cell.values()]))
        found = [(layout, self._run(module_class, layout.arrays(cells), givens)) for layout in fitting]
        for expected in (self.expected, *self.mistaken):
            wanted = expected(**givens)
            for layout, outputs in found:
                if _agree(outputs, wanted):
                    return layout
        if sum(map(prod, shapes)) == sum(array.size for cell in cells for array in cell.values()):
            self._refuse_unknown_layout(module_class, givens)
        return fitting[0]

    def _refuse_unknown_layout(self, module_class: type, givens: Arrays) -> None:
        """A module that is right wherever its layout does not matter is not wrong: nothing can be said of it."""
        for constant in CONSTANTS:
            equal = {name: array if name == "X" else np.full_like(array, constant) for name, array in givens.items()}
            if not _agree(self._run(module_class, constant, equal), self.expected(**equal)):
                return
        raise NotImplementedError(
            "it is right where all parameters are equal; what else it does cannot be told, because none of the known "
            "orders of its parameters gives the expected outputs. Register the weights of the input, those of the "
            "state and the biases one kind after the other, or gate by gate."
        )


@lru_cache(maxsize=64)
def layout_of(family: Family, module_class: type) -> Layout:
    """The layout of a module class, decided once."""
    return family.decided(module_class)


class _double_precision:  # noqa: N801 (used as a function is)
    """Makes float64 the type of new tensors, so that a module's own zeros fit its parameters."""

    def __enter__(self) -> None:
        self.before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)

    def __exit__(self, *_: object) -> None:
        torch.set_default_dtype(self.before)


def _flat(outputs: Any) -> Iterator[np.ndarray]:
    """The arrays in nested tuples; a list holds one for each layer, which are stacked."""
    if isinstance(outputs, tuple):
        for each in outputs:
            yield from _flat(each)
    elif isinstance(outputs, list):
        yield np.stack([each.detach().numpy() for each in outputs])
    else:
        yield outputs.detach().numpy()


def _fits(arrays: list[np.ndarray], shapes: list[tuple[int, ...]]) -> bool:
    """Whether arrays can stand for parameters of these shapes, where a bias may be a row or a column."""
    return len(arrays) == len(shapes) and all(
        array.shape == tuple(side for side in shape if side != 1) for array, shape in zip(arrays, shapes, strict=True)
    )


def _agree(outputs: Outputs, wanted: Outputs) -> bool:
    return len(outputs) == len(wanted) and all(
        found.shape == each.shape and np.allclose(found, each, rtol=CLOSE, atol=CLOSE)
        for found, each in zip(outputs, wanted, strict=True)
    )


def _unfit(shapes: list[tuple[int, ...]], wanted: list[tuple[int, ...]]) -> str:
    found, expected = (
        f"{', '.join('x'.join(map(str, shape)) for shape in each) or 'none'} ({sum(map(prod, each))} numbers)"
        for each in (shapes, wanted)
    )
    return (
        f"its parameters have the shapes {found}; expected are {expected}, transposed or not, or the weights of input "
        "and state side by side. Register these and no others."
    )


# The kinds of modules -------------------------------------------------------------------------------------------------


def _cell(Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray) -> Cell:
    return {"input": Wx, "state": Wh, "bias": b}


def _drawn(**shapes: tuple[int, ...]) -> Arrays:
    rng = np.random.default_rng(0)  # what is drawn does not matter, only that no two entries are equal
    return {name: rng.uniform(0.2, 1.0, shape) * rng.choice((-1.0, 1.0), shape) for name, shape in shapes.items()}


def _layer(f: Callable[..., np.ndarray] = np.tanh, biases: int = 1) -> Callable[..., Outputs]:
    def outputs(X: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray) -> Outputs:
        states = rnn_states(X, Wx, Wh, biases * b, f)
        return states, states[:, -1]

    return outputs


def _regression(f: Callable[..., np.ndarray] = np.tanh, biases: int = 1) -> Callable[..., Outputs]:
    def outputs(X: np.ndarray, Wf: np.ndarray, b_f: np.ndarray, **weights: np.ndarray) -> Outputs:
        states, _ = _layer(f, biases)(X, **weights)
        return states @ Wf.T + b_f, states

    return outputs


def _stack(biases: int = 1) -> Callable[..., Outputs]:
    def outputs(X: np.ndarray, **weights: np.ndarray) -> Outputs:
        return rnn_stack(X, [(Wx, Wh, biases * b) for Wx, Wh, b in _layers_of(**weights)])

    return outputs


def _layers_of(Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray, Ux: np.ndarray, Uh: np.ndarray, c: np.ndarray) -> Any:
    return [(Wx, Wh, b), *zip(Ux, Uh, c, strict=True)]


def _lstm(biases: int = 1, cell_first: bool = False) -> Callable[..., Outputs]:
    def outputs(X: np.ndarray, U: np.ndarray, W: np.ndarray, b: np.ndarray) -> Outputs:
        states, cells, _ = lstm_states(X, U, W, biases * b)
        last, cell = states[:, -1], cells[:, -1]
        return (states, cell, last) if cell_first else (states, last, cell)

    return outputs


def _build_regression(module_class: type, X: np.ndarray, Wh: np.ndarray, Wf: np.ndarray, **_: np.ndarray) -> Any:
    """With a layer as its first argument, as in the notebook, or with three sizes."""
    required = [each for each in signature(module_class).parameters.values() if each.default is each.empty]
    if len(required) > 2:
        return module_class(X.shape[2], len(Wh), len(Wf))
    return module_class(reference_layer(X.shape[2], len(Wh)), len(Wf))


def reference_layer(inputs: int, units: int) -> Any:
    """A recurrent layer as a module, for heads that are built on one."""

    class Layer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.input_size, self.hidden_size = inputs, units
            self.read, self.carry = torch.nn.Linear(inputs, units), torch.nn.Linear(units, units, bias=False)

        def forward(self, x: Any) -> Any:
            h, states = x.new_zeros(len(x), units), []
            for step in x.unbind(1):
                h = torch.tanh(self.read(step) + self.carry(h))
                states.append(h)
            return torch.stack(states, 1), h

    return Layer()


LAYER = Family(
    build=lambda module_class, X, Wh, **_: module_class(X.shape[2], len(Wh)),
    cells=lambda Wx, Wh, b, **_: [_cell(Wx, Wh, b)],
    layouts=lambda: layouts([(0,)]),
    expected=_layer(),
    mistaken=(_layer(biases=2), _layer(identity), _layer(relu), _layer(sigmoid)),
    probe=lambda: _drawn(X=(5, 4, 2), Wx=(3, 2), Wh=(3, 3), b=(3,)),
)
REGRESSION = Family(
    build=_build_regression,
    cells=lambda Wx, Wh, b, Wf, b_f, **_: [_cell(Wx, Wh, b), {"input": Wf, "bias": b_f}],
    layouts=lambda: layouts([(0, 1), (1, 0)]),
    expected=_regression(),
    mistaken=(_regression(biases=2), _regression(identity)),
    probe=lambda: _drawn(X=(5, 6, 2), Wx=(3, 2), Wh=(3, 3), b=(3,), Wf=(4, 3), b_f=(4,)),
)
STACK = Family(
    build=lambda module_class, X, Wh, Ux, **_: module_class(X.shape[2], len(Wh), 1 + len(Ux)),
    cells=lambda X, **weights: [_cell(*each) for each in _layers_of(**weights)],  # noqa: ARG005
    layouts=layouts,
    expected=_stack(),
    mistaken=(_stack(biases=2),),
    probe=lambda: _drawn(X=(5, 6, 2), Wx=(4, 2), Wh=(4, 4), b=(4,), Ux=(2, 4, 4), Uh=(2, 4, 4), c=(2, 4)),
)
LSTM = Family(
    build=lambda module_class, X, U, **_: module_class(X.shape[2], U.shape[2]),
    cells=lambda U, W, b, **_: [_cell(U[gate].T, W[gate].T, b[gate]) for gate in range(4)],
    layouts=lambda: layouts(list(permutations(range(4))), gates=True),
    expected=_lstm(),
    mistaken=(_lstm(biases=2), _lstm(cell_first=True)),
    probe=lambda: _drawn(X=(5, 6, 2), U=(4, 2, 3), W=(4, 3, 3), b=(4, 3)),
)


def run_layer(module_class: type, X: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray) -> Outputs:
    """What a recurrent layer returns: all states and the last one."""
    return LAYER.run(module_class, X=X, Wx=Wx, Wh=Wh, b=b)


def run_regression(
    module_class: type,
    X: np.ndarray,
    Wx: np.ndarray,
    Wh: np.ndarray,
    b: np.ndarray,
    Wf: np.ndarray,
    b_f: np.ndarray,
) -> Outputs:
    """What a regression model returns: predictions and states."""
    return REGRESSION.run(module_class, X=X, Wx=Wx, Wh=Wh, b=b, Wf=Wf, b_f=b_f)


def run_stack(
    module_class: type,
    X: np.ndarray,
    Wx: np.ndarray,
    Wh: np.ndarray,
    b: np.ndarray,
    Ux: np.ndarray,
    Uh: np.ndarray,
    c: np.ndarray,
) -> Outputs:
    """What a stack of layers returns: the states of the top layer, and the last states of all layers."""
    return STACK.run(module_class, X=X, Wx=Wx, Wh=Wh, b=b, Ux=Ux, Uh=Uh, c=c)


def run_lstm(module_class: type, X: np.ndarray, U: np.ndarray, W: np.ndarray, b: np.ndarray) -> Outputs:
    """What an LSTM layer returns: all states, the last one, and the last cell."""
    return LSTM.run(module_class, X=X, U=U, W=W, b=b)


def run_loss(loss: Callable[..., Any], P: np.ndarray, Y: np.ndarray) -> tuple[Any, Any]:
    """What a loss function with a switch returns: over all steps, and over the last one only."""
    predictions, targets = torch.tensor(P), torch.tensor(Y)
    return loss(predictions, targets, False), loss(predictions, targets, True)
