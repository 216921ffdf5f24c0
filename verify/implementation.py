"""Implementation: the same quantity computed independently, by NumPy or torch.

An implementation is a plain function that asks for givens by name.  It sees the givens and the names introduced before
the first part, never the derivation, so that the two routes share nothing but the statement.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Implementation:
    """A named function of the givens, with the library its arguments come from."""

    name: str
    backend: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]

    @classmethod
    def of(cls, function: Callable[..., Any], backend: str, name: str | None = None) -> Implementation:
        return cls(name or function.__name__, backend, function, parameters_of(function))

    @property
    def description(self) -> str:
        """What the page says about it: the first line of its docstring, or its name in words."""
        return (inspect.getdoc(self.function) or self.name.replace("_", " ")).split("\n")[0].rstrip(".")

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The result for givens by name, as NumPy sees it; a vector is 1-d, a scalar a float."""
        return CALLS[self.backend](self.function, {name: values[name] for name in self.parameters})


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def gradient_of(loss: Callable[..., Any], wrt: str) -> Callable[..., Any]:
    """The gradient of a torch `loss` by its argument `wrt`, by autograd; torch is imported on first use."""
    position = parameters_of(loss).index(wrt)

    def autograd(*arguments: Any) -> Any:
        from torch.func import grad

        return grad(loss, argnums=position)(*arguments)

    autograd.__doc__ = f"PyTorch autograd of `{loss.__name__}`"
    autograd.__signature__ = inspect.signature(loss)  # type: ignore[attr-defined]
    return autograd


def _call_numpy(function: Callable[..., Any], values: dict[str, Any]) -> Any:
    if "rng" in values:
        values["rng"] = np.random.default_rng(values["rng"])
    # Copies, so that an implementation that writes into its arguments cannot change the instance.
    return function(*(value.copy() if isinstance(value, np.ndarray) else value for value in values.values()))


def _call_torch(function: Callable[..., Any], values: dict[str, Any]) -> Any:
    import torch

    def tensor(name: str, value: Any) -> Any:
        if name == "rng":
            return torch.Generator().manual_seed(value)
        if isinstance(value, np.ndarray):
            return torch.from_numpy(np.array(value))
        return torch.tensor(value, dtype=torch.float64) if isinstance(value, float) else value

    result = function(*(tensor(name, value) for name, value in values.items()))
    return result.detach().cpu().numpy() if isinstance(result, torch.Tensor) else result


CALLS: dict[str, Callable[[Callable[..., Any], dict[str, Any]], Any]] = {"numpy": _call_numpy, "torch": _call_torch}
