"""Plain data: the values of a page as JSON, and back; so that a page can be kept, and handed to another program."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """A frozen dataclass as nested lists, dictionaries, texts and numbers; fields with their default are left out."""
    if is_dataclass(value):
        kept = [each for each in fields(value) if getattr(value, each.name) != each.default]
        return {each.name: to_plain(getattr(value, each.name)) for each in kept}
    if isinstance(value, tuple | list):
        return [to_plain(entry) for entry in value]
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no form as plain data")


def from_plain(kind: Any, data: Any) -> Any:
    """The value of type `kind` that `to_plain` wrote; raises `TypeError` or `KeyError` for anything else."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: from_plain(hints[name], entry) for name, entry in data.items()})
    if get_origin(kind) is tuple:
        members = get_args(kind)
        if members[-1] is Ellipsis:
            return tuple(from_plain(members[0], entry) for entry in data)
        return tuple(from_plain(member, entry) for member, entry in zip(members, data, strict=True))
    if get_origin(kind) is UnionType:
        return None if data is None else from_plain(get_args(kind)[0], data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if not isinstance(data, kind):
        raise TypeError(f"expected {kind.__name__}, found {data!r}")
    return data


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
