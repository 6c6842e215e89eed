"""How does a model become a document and come back unchanged?

One strict converter for every frozen record of the house. It is the only module that knows cattrs; it never mends what
it reads: a value of the wrong type is a fault, and all faults are told at once, by their path and never with the value.

| in the model | in the document |
|---|---|
| a record (attrs, ``kw_only``) | an object with one member a field; a member nobody knows is a fault |
| a value type (attrs, one positional text or number, such as ``Phone``) | the plain text or number |
| text, whole number, yes or no | the same; nothing is coerced: ``1`` is not ``true``, ``"5"`` is not ``5`` |
| an enum | its ``value`` |
| a date; a moment (aware) | ISO 8601 text; a moment in UTC, ending in ``Z`` |
| a decimal | its text |
| a tuple; a frozenset | a list; a sorted list without repetitions |
| a Mapping with keys of text | an object |
| ``None`` | ``null`` |
| ``UNKNOWN`` | left out where it is the field's default, elsewhere ``{"unknown": true}`` |

``UNKNOWN`` is never written ``"unknown"``, which is a text that somebody may have typed. A member that is left out
takes the field's default, so that a document stays readable when its record gains a field. Floats are refused: measures
are whole numbers of a stated unit, or decimals.
"""

import collections.abc
import datetime as dt
import enum
import functools
import itertools
import operator
import pathlib
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NoReturn, TypeAlias, TypeVar, cast

import attrs
import cattrs
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from careprogram.errors import ValidationError
from careprogram.ports import JsonObject, dumps, loads
from careprogram.ports.canonical import path_step
from careprogram.unknown import UNKNOWN, Unknown

__all__ = ["dumps", "from_document", "loads", "make_converter", "to_document"]

T = TypeVar("T")
Write: TypeAlias = Callable[[Any], Any]
Read: TypeAlias = Callable[[Any, Any], Any]

_MARK: Mapping[str, bool] = {"unknown": True}


def to_document(value: object) -> JsonObject:
    """Return the document of a record.

    Args:
        value: An instance of an attrs class; its fields hold what their annotations say.

    Raises:
        ValidationError: It is no record, or a field is of a type that no document can hold.
    """
    document = _converter().unstructure(value)
    if not isinstance(document, dict):
        raise ValidationError(f"a {type(value).__name__} is a value, not a record: it has no document of its own")
    return document


def from_document(cls: type[T], document: JsonObject) -> T:
    """Return the record of type *cls* that *document* holds.

    Raises:
        ValidationError: With every fault on a line of its own, such as ``$.father.birth_date: expected a date``.
    """
    try:
        return _converter().structure(document, cls)
    except (cattrs.BaseValidationError, _FaultsError) as error:
        faults = _faults(error)
    lines = "\n".join(f"  ${path}: {reason}" for path, reason in faults)
    raise ValidationError(f"no {cls.__name__}; mend the document at\n{lines}", reason="document")


@functools.cache
def _converter() -> cattrs.Converter:
    return make_converter()


def make_converter() -> cattrs.Converter:
    """Return a new converter that follows the table above and refuses every type that is not in it."""
    made = cattrs.Converter(
        forbid_extra_keys=True,
        detailed_validation=True,
        unstructure_fallback_factory=_no_hook,
        structure_fallback_factory=_no_hook,
    )
    for cls in _PRIMITIVES:
        made.register_unstructure_hook(cls, identity)
        made.register_structure_hook(cls, _exactly(cls))
    for cls, write, read in _PARSED:
        made.register_unstructure_hook(cls, write)
        made.register_structure_hook(cls, _parsing(read, f"expected {_WORDS[cls]}"))
    for cls in _TEXT_ENUMS:
        made.register_unstructure_hook(cls, _write_enum)
        made.register_structure_hook(cls, _read_enum)
    for cls in (float, bytes, pathlib.Path):  # named, as cattrs would make them of anything
        made.register_unstructure_hook(cls, functools.partial(_no_hook, cls))
        made.register_structure_hook(cls, functools.partial(_no_hook, cls))
    for applies, make_write, make_read in _FACTORIES:
        made.register_unstructure_hook_factory(applies, _bound(make_write, made))
        made.register_structure_hook_factory(applies, _bound(make_read, made))
    return made


def _bound(make: Callable[[Any, cattrs.Converter], T], made: cattrs.Converter) -> Callable[[Any], T]:
    return lambda cls: make(cls, made)


# --- faults: all of them, where they are, never what was read --------------------------------------------------------


class _FaultsError(Exception):
    """What is wrong with a value: pairs of a path and a reason."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__()
        self.faults = faults


def _refuse(reason: str) -> NoReturn:
    raise _FaultsError(("", reason))


def _faults(error: BaseException) -> list[tuple[str, str]]:
    """Return every fault inside *error*, with its path below the value that was being read."""
    if isinstance(error, _FaultsError):
        return list(error.faults)
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        return [(path_step(name), "nobody knows this member") for name in sorted(error.extra_fields, key=str)]
    if isinstance(error, cattrs.ClassValidationError):
        by_field, others = error.group_exceptions()
        faults = [fault for other in others for fault in _faults(other)]
        for inner, note in by_field:
            faults += [(f".{note.name}{path}", reason) for path, reason in _faults(inner)]
        return faults
    if isinstance(error, ValidationError):
        return [("", str(error))]
    return [("", "is missing" if type(error) is KeyError else f"was refused ({type(error).__name__})")]


def _tell_all(attempts: Iterable[tuple[str, Read, Any, Any]]) -> NoReturn:
    """Read every member again, now that one is known to be wrong, and tell the faults of all of them."""
    faults: list[tuple[str, str]] = []
    for step, read, member, of in attempts:
        try:
            read(member, of)
        except Exception as error:  # noqa: BLE001 - whatever a constructor raises is a fault of the document
            faults += [(step + path, reason) for path, reason in _faults(error)]
    raise _FaultsError(*faults)


# --- texts, numbers, dates, enums ------------------------------------------------------------------------------------


def _exactly(*allowed: type) -> Read:
    reason = f"expected {' or '.join(_WORDS[cls] for cls in allowed)}"

    def read(value: Any, _: Any) -> Any:
        if type(value) not in allowed:
            _refuse(reason)
        return value

    return read


def _parsing(parse: Callable[[str], Any], reason: str) -> Read:
    def read(value: Any, _: Any) -> Any:
        if type(value) is str:
            try:
                return parse(value)
            except (ValueError, InvalidOperation):
                pass
        _refuse(reason)

    return read


def _write_date(value: dt.date) -> str:
    if type(value) is not dt.date:
        _refuse("expected a date")
    return value.isoformat()


def _read_date(text: str) -> dt.date:
    value = dt.date.fromisoformat(text)
    if value.isoformat() != text:
        raise ValueError
    return value


def _write_moment(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise ValidationError("a moment needs its zone: give an aware datetime", reason="zone")
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _read_moment(text: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None or _write_moment(value) != text:
        raise ValueError
    return value


def _read_decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or str(value) != text:
        raise ValueError
    return value


_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dt.date: "a date such as 2026-09-01",
    dt.datetime: "a moment such as 2026-09-01T08:00:00Z",
    Decimal: "a decimal as text",
}
_PRIMITIVES: tuple[type, ...] = (str, int, bool)
_TEXT_ENUMS: tuple[type, ...] = (enum.StrEnum, enum.IntEnum)  # named, as cattrs would take them for texts and numbers
_PARSED: tuple[tuple[type, Write, Callable[[str], Any]], ...] = (
    (dt.date, _write_date, _read_date),
    (dt.datetime, _write_moment, _read_moment),
    (Decimal, str, _read_decimal),
)
_write_enum: Write = operator.attrgetter("_value_")


@functools.cache
def _members(cls: type[enum.Enum]) -> Mapping[tuple[type, Any], enum.Enum]:
    return {(type(member.value), member.value): member for member in cls}


def _read_enum(value: Any, cls: type[enum.Enum]) -> enum.Enum:
    member = _members(cls).get((type(value), value)) if isinstance(value, str | int) else None
    if member is None:
        _refuse(f"expected one of {', '.join(str(known.value) for known in cls)}")
    return member


def _is_refused(cls: Any) -> bool:
    """Tell whether cattrs would let *cls* through as it is, which no document may."""
    changeable = (list, set, collections.abc.MutableSequence, collections.abc.MutableSet)
    untyped = (Any, object, float, bytes, complex, tuple, list, dict, set, frozenset)
    return cls in untyped or _origin(cls) in changeable


def _is_enum(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, enum.Enum)


def _is_literal(cls: Any) -> bool:
    return _origin(cls) is Literal


def _literal_read(cls: Any, _made: cattrs.Converter) -> Read:
    allowed = {(type(word), word) for word in typing.get_args(cls)}
    reason = f"expected one of {', '.join(sorted(str(word) for _, word in allowed))}"

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, str | int) or (type(value), value) not in allowed:
            _refuse(reason)
        return value

    return read


# --- records and value types -----------------------------------------------------------------------------------------


def _is_record(cls: Any) -> bool:
    return isinstance(cls, type) and attrs.has(cls)


def _record_write(cls: Any, made: cattrs.Converter) -> Write:
    overrides: dict[str, Any] = {}
    for field in attrs.fields(attrs.resolve_types(cls)):
        if field.default is UNKNOWN and field.init:
            present = functools.reduce(operator.or_, [part for part in _parts(field.type) if part is not Unknown])
            overrides[field.name] = override(omit_if_default=True, unstruct_hook=made.get_unstructure_hook(present))
    return make_dict_unstructure_fn(cls, made, **overrides)


def _record_read(cls: Any, made: cattrs.Converter) -> Read:
    read_members = make_dict_structure_fn(cls, made)

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            _refuse("expected an object")
        return read_members(value, cls)

    return read


def _single(cls: Any) -> "attrs.Attribute[Any] | None":
    """Return the one field of a value type, or None where *cls* is a record."""
    if not _is_record(cls):
        return None
    fields = [field for field in attrs.fields(attrs.resolve_types(cls)) if field.init]
    return fields[0] if len(fields) == 1 and not fields[0].kw_only and fields[0].type in (str, int) else None


def _value_write(cls: Any, _made: cattrs.Converter) -> Write:
    return operator.attrgetter(cast("attrs.Attribute[Any]", _single(cls)).name)


def _value_read(cls: Any, _made: cattrs.Converter) -> Read:
    of = cast("type", cast("attrs.Attribute[Any]", _single(cls)).type)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not of:
            _refuse(f"expected {_WORDS[of]}")
        return cls(value)

    return read


# --- tuples, sets, mappings, unions ----------------------------------------------------------------------------------


def _origin(cls: Any) -> Any:
    return typing.get_origin(cls)


def _parts(cls: Any) -> tuple[Any, ...]:
    return typing.get_args(cls) if _is_union(cls) else (cls,)


def _is_union(cls: Any) -> bool:
    return _origin(cls) in (typing.Union, types.UnionType)


def _is_sequence(cls: Any) -> bool:
    return _origin(cls) is collections.abc.Sequence or (_origin(cls) is tuple and typing.get_args(cls)[-1:] == (...,))


def _is_pair(cls: Any) -> bool:
    return _origin(cls) is tuple and not _is_sequence(cls)


def _is_set(cls: Any) -> bool:
    return _origin(cls) in (frozenset, collections.abc.Set)


def _is_mapping(cls: Any) -> bool:
    return _origin(cls) in (dict, collections.abc.Mapping)


def _sequence_write(cls: Any, made: cattrs.Converter) -> Write:
    write = made.get_unstructure_hook(typing.get_args(cls)[0])
    return list if write is identity else lambda value: [write(member) for member in value]


def _sequence_read(cls: Any, made: cattrs.Converter) -> Read:
    of = typing.get_args(cls)[0]
    read_member = made.get_structure_hook(of)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not list:
            _refuse("expected a list")
        try:
            return tuple([read_member(member, of) for member in value])
        except Exception:  # noqa: BLE001 - told below, with all others
            _tell_all((f"[{position}]", read_member, member, of) for position, member in enumerate(value))

    return read


def _pair_write(cls: Any, made: cattrs.Converter) -> Write:
    writers = tuple(made.get_unstructure_hook(part) for part in typing.get_args(cls))
    return lambda value: [write(member) for write, member in zip(writers, value, strict=True)]


def _pair_read(cls: Any, made: cattrs.Converter) -> Read:
    of = typing.get_args(cls)
    readers = tuple(made.get_structure_hook(part) for part in of)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not list or len(value) != len(of):
            _refuse(f"expected a list of {len(of)}")
        try:
            return tuple([one(member, part) for one, member, part in zip(readers, value, of, strict=True)])
        except Exception:  # noqa: BLE001 - told below, with all others
            _tell_all((f"[{at}]", readers[at], member, of[at]) for at, member in enumerate(value))

    return read


def _set_write(cls: Any, made: cattrs.Converter) -> Write:
    write = made.get_unstructure_hook(typing.get_args(cls)[0])

    def write_sorted(value: Any) -> list[Any]:
        written = [write(member) for member in value]
        return sorted(written, key=lambda member: dumps({"": member}) if isinstance(member, dict | list) else member)

    return write_sorted


def _set_read(cls: Any, made: cattrs.Converter) -> Read:
    read_sequence = _sequence_read(cls, made)

    def read(value: Any, of: Any) -> Any:
        members = frozenset(read_sequence(value, of))
        if len(members) != len(value):
            _refuse("expected a list without repetitions")
        return members

    return read


def _mapping_write(cls: Any, made: cattrs.Converter) -> Write:
    write_key, write = (made.get_unstructure_hook(part) for part in typing.get_args(cls))
    return lambda value: {write_key(key): write(member) for key, member in value.items()}


def _mapping_read(cls: Any, made: cattrs.Converter) -> Read:
    key_of, of = typing.get_args(cls)
    read_key, read_member = made.get_structure_hook(key_of), made.get_structure_hook(of)

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            _refuse("expected an object")
        try:
            return {read_key(key, key_of): read_member(member, of) for key, member in value.items()}
        except Exception:  # noqa: BLE001 - told below, with all others
            keys = ((f"{path_step(key)} (the name)", read_key, key, key_of) for key in value)
            members = ((path_step(key), read_member, member, of) for key, member in value.items())
            _tell_all(itertools.chain(keys, members))

    return read


def _union_write(cls: Any, made: cattrs.Converter) -> Write:
    inner = _inner(cls)
    write = made.get_unstructure_hook(inner[0]) if len(inner) == 1 else identity
    if Unknown not in _parts(cls):
        return write if write is identity else lambda value: None if value is None else write(value)
    return lambda value: dict(_MARK) if value is UNKNOWN else None if value is None else write(value)


def _union_read(cls: Any, made: cattrs.Converter) -> Read:
    inner, optional, maybe = _inner(cls), type(None) in _parts(cls), Unknown in _parts(cls)
    of = inner[0] if len(inner) == 1 else cls
    read_member = made.get_structure_hook(of) if len(inner) == 1 else _exactly(*inner)

    def read(value: Any, _: Any) -> Any:
        if value is None and optional:
            return None
        if maybe and type(value) is dict and value == _MARK and value["unknown"] is True:
            return UNKNOWN
        return read_member(value, of)

    return read


def _inner(cls: Any) -> list[Any]:
    """Return what a union holds beside None and UNKNOWN: one type, or several that JSON itself tells apart."""
    inner = [part for part in _parts(cls) if part not in (type(None), Unknown)]
    if len(inner) > 1 and not all(part in _PRIMITIVES for part in inner):
        raise ValidationError(f"no document tells the members of {cls} apart: make them one record with a kind")
    return inner


def _no_hook(cls: Any, *_: object) -> NoReturn:
    name = getattr(cls, "__name__", cls)
    raise ValidationError(f"no document can hold a {name}: the table in careprogram.codec says what it can hold")


_FACTORIES: tuple[tuple[Callable[[Any], bool], Callable[..., Any], Callable[..., Any]], ...] = (
    (_is_refused, _no_hook, _no_hook),
    (_is_literal, lambda *_: identity, _literal_read),
    (_is_enum, lambda *_: _write_enum, lambda *_: _read_enum),
    (_is_record, _record_write, _record_read),
    (lambda cls: _single(cls) is not None, _value_write, _value_read),
    (_is_sequence, _sequence_write, _sequence_read),
    (_is_pair, _pair_write, _pair_read),
    (_is_set, _set_write, _set_read),
    (_is_mapping, _mapping_write, _mapping_read),
    (_is_union, _union_write, _union_read),
)
