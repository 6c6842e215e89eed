"""How are texts, numbers, dates and enums written and read, without mending any?"""

import collections.abc
import datetime as dt
import enum
import functools
import operator
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from careprogram.codec.faults import Read, Write, refuse
from careprogram.errors import ValidationError


def exactly(*allowed: type) -> Read:
    """Return what reads values of exactly these types."""
    reason = f"expected {' or '.join(WORDS[cls] for cls in allowed)}"

    def read(value: Any, _: Any) -> Any:
        if type(value) not in allowed:
            refuse(reason)
        return value

    return read


def parsing(parse: Callable[[str], Any], reason: str) -> Read:
    """Return what reads texts that *parse* accepts."""

    def read(value: Any, _: Any) -> Any:
        if type(value) is not str:
            refuse(reason)
        try:
            return parse(value)
        except (ValueError, InvalidOperation):
            refuse(reason)

    return read


def _write_date(value: dt.date) -> str:
    if type(value) is not dt.date:
        raise ValidationError("a field for a date holds something else", reason="date")
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


WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dt.date: "a date such as 2026-09-01",
    dt.datetime: "a moment such as 2026-09-01T08:00:00Z",
    Decimal: "a decimal as text",
}
PRIMITIVES: tuple[type, ...] = (str, int, bool)
TEXT_ENUMS: tuple[type, ...] = (enum.StrEnum, enum.IntEnum)  # named, as cattrs would take them for texts and numbers
PARSED: tuple[tuple[type, Write, Callable[[str], Any]], ...] = (
    (dt.date, _write_date, _read_date),
    (dt.datetime, _write_moment, _read_moment),
    (Decimal, str, _read_decimal),
)
write_enum: Write = operator.attrgetter("_value_")


@functools.cache
def _members(cls: type[enum.Enum]) -> Mapping[tuple[type, Any], enum.Enum]:
    return {(type(member.value), member.value): member for member in cls}


def read_enum(value: Any, cls: type[enum.Enum]) -> enum.Enum:
    """Read the member that has this value."""
    member = _members(cls).get((type(value), value)) if isinstance(value, str | int) else None
    if member is None:
        refuse(f"expected one of {', '.join(str(known.value) for known in cls)}")
    return member


def is_refused(cls: Any) -> bool:
    """Tell whether cattrs would let *cls* through as it is, which no document may."""
    changeable = (list, set, collections.abc.MutableSequence, collections.abc.MutableSet)
    untyped = (Any, object, float, bytes, complex, tuple, list, dict, set, frozenset)
    return cls in untyped or typing.get_origin(cls) in changeable


def is_enum(cls: Any) -> bool:
    """Tell whether *cls* is an enum."""
    return isinstance(cls, type) and issubclass(cls, enum.Enum)


def is_literal(cls: Any) -> bool:
    """Tell whether *cls* lists the values it allows."""
    return typing.get_origin(cls) is Literal


def literal_read(cls: Any, _made: object) -> Read:
    """Return what reads one of the values that *cls* lists."""
    allowed = {(type(word), word) for word in typing.get_args(cls)}
    reason = f"expected one of {', '.join(sorted(str(word) for _, word in allowed))}"

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, str | int) or (type(value), value) not in allowed:
            refuse(reason)
        return value

    return read
