"""Which values may cross the border to a store?

Types of documents, index values and names, and the checks that keep out what some store could not give back exactly.
It never looks inside a document: ``careprogram.codec`` does.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import attrs

from careprogram.errors import ValidationError
from careprogram.ids import LONGEST_NAME

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""What a document may hold. There are no floats: measures are whole numbers of a stated unit, or decimals as text."""

JsonObject: TypeAlias = Mapping[str, JsonValue]
"""A document: one JSON object."""

IndexValue: TypeAlias = str | int | None
"""What a record can be found by. In order: ``None``, then numbers, then texts by code point."""

RecordKey: TypeAlias = tuple[str, str]
"""The kind and the id of a record."""

LARGEST_INDEX_NUMBER = 2**63 - 1


def check_name(value: str, what: str) -> None:
    """Refuse a kind, id or key that some store could not keep exactly.

    Raises:
        ValidationError: It is empty, longer than 300 characters, holds U+0000 or half a surrogate pair.
    """
    if not value or len(value) > LONGEST_NAME:
        raise ValidationError(f"{what}: give a text of 1 to {LONGEST_NAME} characters", reason="name")
    if "\0" in value or not value.isascii():  # asked here, too, as almost every name is all right
        _check_storable(value, what)


def check_key(kind: str, id: str) -> None:  # noqa: A002
    """Refuse a kind and an id under which nothing can be kept; every store asks this before it looks.

    Raises:
        ValidationError: See `check_name`.
    """
    check_name(kind, "kind")
    check_name(id, "id")


def _check_storable(value: str, what: str) -> None:
    if value.isascii() and "\0" not in value:
        return
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError(f"{what}: U+0000 and half a surrogate pair cannot be kept; remove them", reason="name")


def check_index_value(value: IndexValue, what: str) -> None:
    """Refuse an index value that some store could not keep or order exactly.

    Raises:
        ValidationError: It is not a text, a whole number of at most 63 bits, or ``None``.
    """
    if isinstance(value, str):
        if len(value) > LONGEST_NAME:
            raise ValidationError(f"{what}: an index text has at most {LONGEST_NAME} characters", reason="index")
        _check_storable(value, what)
    elif value is not None and (type(value) is not int or not -LARGEST_INDEX_NUMBER <= value <= LARGEST_INDEX_NUMBER):
        raise ValidationError(f"{what}: an index value is a text, a number of 63 bits, or None", reason="index")


def index_order(value: IndexValue) -> str:
    """Return a text that sorts by code point exactly as index values do: None, then numbers, then texts.

    A store that keeps this text in one column needs one index for all types of values.

    Examples:
        >>> index_order(None) < index_order(-5) < index_order(3) < index_order("") < index_order("3")
        True
    """
    if value is None:
        return ""
    if isinstance(value, int):
        return f"i{value + 2**63:016x}"
    return f"t{value}"


def check_index(
    _: object, attribute: "attrs.Attribute[Mapping[str, IndexValue]]", index: Mapping[str, IndexValue]
) -> None:
    """Refuse an index that some store could not keep; an attrs validator."""
    if not index:
        return
    column = f"{attribute.name} column"
    for name, value in index.items():
        check_name(name, column)
        # The words of an error are only put together where there is one.
        if type(value) is not str or len(value) > LONGEST_NAME or "\0" in value or not value.isascii():
            check_index_value(value, f"{column} {name!r}")


def check_text_field(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    """Refuse a text that some store could not keep exactly; an attrs validator."""
    _check_storable(value, attribute.name)


def check_name_field(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    """Refuse a name that some store could not keep; an attrs validator."""
    # Asked here, too: a bulk has a million names, and almost every one is all right.
    if not value or len(value) > LONGEST_NAME or "\0" in value or not value.isascii():
        check_name(value, attribute.name)


def check_object(_: object, attribute: "attrs.Attribute[JsonObject]", value: JsonObject) -> None:
    """Refuse what is no JSON object: it could be written, and never be read again; an attrs validator."""
    if type(value) is not dict and not isinstance(value, Mapping):
        raise ValidationError(f"{attribute.name}: give a JSON object, a mapping from names to values", reason="json")


def check_names(_: object, attribute: "attrs.Attribute[tuple[str, ...]]", value: tuple[str, ...]) -> None:
    """Refuse names of which some store could not keep one; an attrs validator."""
    for name in value:
        check_name(name, attribute.name)


def check_aware(_: object, attribute: "attrs.Attribute[dt.datetime]", value: dt.datetime | None) -> None:
    """Refuse a time without its zone; an attrs validator."""
    if value is not None and value.tzinfo is None:
        raise ValidationError(f"{attribute.name}: give a time with its zone (an aware datetime)", reason="zone")


def check_whole(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    """Refuse anything but a whole number from 0 that a store can count to; an attrs validator."""
    if type(value) is not int or not 0 <= value < LARGEST_INDEX_NUMBER:
        raise ValidationError(f"{attribute.name}: give a whole number from 0, of 63 bits", reason="number")


def check_positive(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    """Refuse anything but a whole number from 1 that a store can count to; an attrs validator."""
    if type(value) is not int or not 1 <= value < LARGEST_INDEX_NUMBER:
        raise ValidationError(f"{attribute.name}: give a whole number from 1, of 63 bits", reason="number")


def shown_as_count(members: Sequence[object] | Mapping[RecordKey, int]) -> str:
    """Return how many there are, for a repr that shows no content."""
    return f"<{len(members)}>"
