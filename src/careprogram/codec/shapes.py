"""How are value types, tuples, sets, mappings and unions written and read?

What their members are is looked up in the converter, which is known here by two methods only.
"""

import collections.abc
import itertools
import operator
import types
import typing
from collections.abc import Mapping
from typing import Any, Protocol, cast

import attrs

from careprogram.codec.faults import Read, Write, refuse, tell_all
from careprogram.codec.scalars import PRIMITIVES, WORDS, exactly
from careprogram.errors import ValidationError
from careprogram.ports.canonical import dumps, path_step
from careprogram.unknown import UNKNOWN, Unknown

_MARK: Mapping[str, bool] = {"unknown": True}


class Hooks(Protocol):
    """The converter, as far as this file knows it."""

    def get_unstructure_hook(self, of: Any, /) -> Write:
        """Return what writes values of a type."""
        ...

    def get_structure_hook(self, of: Any, /) -> Read:
        """Return what reads values of a type."""
        ...


def origin(cls: Any) -> Any:
    """Return ``tuple`` for ``tuple[str, ...]``, and so on."""
    return typing.get_origin(cls)


def parts(cls: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the type itself."""
    return typing.get_args(cls) if is_union(cls) else (cls,)


def is_union(cls: Any) -> bool:
    """Tell whether *cls* is a union."""
    return origin(cls) in (typing.Union, types.UnionType)


def is_sequence(cls: Any) -> bool:
    """Tell whether *cls* is a tuple of any length, or a Sequence."""
    return origin(cls) is collections.abc.Sequence or (origin(cls) is tuple and typing.get_args(cls)[-1:] == (...,))


def is_pair(cls: Any) -> bool:
    """Tell whether *cls* is a tuple of a fixed length."""
    return origin(cls) is tuple and not is_sequence(cls)


def is_set(cls: Any) -> bool:
    """Tell whether *cls* is a frozen set."""
    return origin(cls) in (frozenset, collections.abc.Set)


def is_mapping(cls: Any) -> bool:
    """Tell whether *cls* is a Mapping."""
    return origin(cls) in (dict, collections.abc.Mapping)


def is_record(cls: Any) -> bool:
    """Tell whether *cls* is an attrs class."""
    return isinstance(cls, type) and attrs.has(cls)


def single_field(cls: Any) -> "attrs.Attribute[Any] | None":
    """Return the one field of a value type, or None where *cls* is a record."""
    if not is_record(cls):
        return None
    fields = [field for field in attrs.fields(attrs.resolve_types(cls)) if field.init]
    return fields[0] if len(fields) == 1 and not fields[0].kw_only and fields[0].type in (str, int) else None


def value_write(cls: Any, _made: Hooks) -> Write:
    """Return what writes a value type as its one field."""
    return operator.attrgetter(cast("attrs.Attribute[Any]", single_field(cls)).name)


def value_read(cls: Any, _made: Hooks) -> Read:
    """Return what makes a value type of its one field."""
    of = cast("type", cast("attrs.Attribute[Any]", single_field(cls)).type)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not of:
            refuse(f"expected {WORDS[of]}")
        return cls(value)

    return read


def sequence_write(cls: Any, made: Hooks) -> Write:
    """Return what writes a tuple as a list."""
    write = made.get_unstructure_hook(typing.get_args(cls)[0])
    return list if write is made.get_unstructure_hook(str) else lambda value: [write(member) for member in value]


def sequence_read(cls: Any, made: Hooks) -> Read:
    """Return what reads a list as a tuple."""
    of = typing.get_args(cls)[0]
    read_member = made.get_structure_hook(of)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not list:
            refuse("expected a list")
        try:
            return tuple([read_member(member, of) for member in value])
        except Exception:  # noqa: BLE001 - told below, with all others
            tell_all((f"[{position}]", read_member, member, of) for position, member in enumerate(value))

    return read


def pair_write(cls: Any, made: Hooks) -> Write:
    """Return what writes a tuple of a fixed length as a list."""
    writers = tuple(made.get_unstructure_hook(part) for part in typing.get_args(cls))
    return lambda value: [write(member) for write, member in zip(writers, value, strict=True)]


def pair_read(cls: Any, made: Hooks) -> Read:
    """Return what reads a list of a fixed length as a tuple."""
    of = typing.get_args(cls)
    readers = tuple(made.get_structure_hook(part) for part in of)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not list or len(value) != len(of):
            refuse(f"expected a list of {len(of)}")
        try:
            return tuple([one(member, part) for one, member, part in zip(readers, value, of, strict=True)])
        except Exception:  # noqa: BLE001 - told below, with all others
            tell_all((f"[{at}]", readers[at], member, of[at]) for at, member in enumerate(value))

    return read


def set_write(cls: Any, made: Hooks) -> Write:
    """Return what writes a set as a sorted list."""
    write = made.get_unstructure_hook(typing.get_args(cls)[0])

    def write_sorted(value: Any) -> list[Any]:
        written = [write(member) for member in value]
        return sorted(written, key=lambda member: dumps({"": member}) if isinstance(member, dict | list) else member)

    return write_sorted


def set_read(cls: Any, made: Hooks) -> Read:
    """Return what reads a list without repetitions as a set."""
    read_sequence = sequence_read(cls, made)

    def read(value: Any, of: Any) -> Any:
        members = frozenset(read_sequence(value, of))
        if len(members) != len(value):
            refuse("expected a list without repetitions")
        return members

    return read


def mapping_write(cls: Any, made: Hooks) -> Write:
    """Return what writes a Mapping as an object."""
    write_key, write = (made.get_unstructure_hook(part) for part in typing.get_args(cls))
    return lambda value: {write_key(key): write(member) for key, member in value.items()}


def mapping_read(cls: Any, made: Hooks) -> Read:
    """Return what reads an object as a dict."""
    key_of, of = typing.get_args(cls)
    read_key, read_member = made.get_structure_hook(key_of), made.get_structure_hook(of)

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            refuse("expected an object")
        try:
            return {read_key(key, key_of): read_member(member, of) for key, member in value.items()}
        except Exception:  # noqa: BLE001 - told below, with all others
            keys = ((f"{path_step(key)} (the name)", read_key, key, key_of) for key in value)
            members = ((path_step(key), read_member, member, of) for key, member in value.items())
            tell_all(itertools.chain(keys, members))

    return read


def union_write(cls: Any, made: Hooks) -> Write:
    """Return what writes a value that may be None or UNKNOWN."""
    inner = _inner(cls)
    write = made.get_unstructure_hook(inner[0]) if len(inner) == 1 else made.get_unstructure_hook(str)
    if Unknown not in parts(cls):
        return (
            write if write is made.get_unstructure_hook(str) else lambda value: None if value is None else write(value)
        )
    return lambda value: dict(_MARK) if value is UNKNOWN else None if value is None else write(value)


def union_read(cls: Any, made: Hooks) -> Read:
    """Return what reads a value that may be None or UNKNOWN."""
    inner, optional, maybe = _inner(cls), type(None) in parts(cls), Unknown in parts(cls)
    of = inner[0] if len(inner) == 1 else cls
    read_member = made.get_structure_hook(of) if len(inner) == 1 else exactly(*inner)

    def read(value: Any, _: Any) -> Any:
        if value is None and optional:
            return None
        if maybe and type(value) is dict and value == _MARK and value["unknown"] is True:
            return UNKNOWN
        return read_member(value, of)

    return read


def _inner(cls: Any) -> list[Any]:
    """Return what a union holds beside None and UNKNOWN: one type, or several that JSON itself tells apart."""
    inner = [part for part in parts(cls) if part not in (type(None), Unknown)]
    if len(inner) > 1 and not all(part in PRIMITIVES for part in inner):
        raise ValidationError(f"no document tells the members of {cls} apart: make them one record with a kind")
    return inner
