"""Which documents nearly fit the schema of an archive?

At each place, values just inside and just outside what its type allows, values of every other type, a field too many
and a field too few. Two validators that agree on all of them can hardly differ. Some of the documents do fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from careprogram.archives import (
    ArchiveField,
    ArchiveSchema,
    ChoiceType,
    DateType,
    DigestType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
)
from careprogram.ids import LONGEST_NAME

_OF_EVERY_TYPE: Final[tuple[Any, ...]] = (None, True, 0, 1.5, "", "x", [], {}, "\ud800")
_DATES: Final = ("0001-01-01", "9999-12-31", "2026-02-30", "2026-09-01\n", "20260901", "2026-9-1", "2026-09-01T00:00")
_LONGEST_TRIED: Final = 100


def near_misses(
    document: Mapping[str, Any], schema: ArchiveSchema, *, extra: Sequence[Any] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield *document* with one place changed, for every place and every change, with the path of the place.

    Args:
        document: An archive that fits.
        schema: Its schema.
        extra: Further values to put in every place.

    Examples:
        >>> from careprogram.archives import BASE, check
        >>> document = {"child": "c-1", "recorded_on": "2026-09-01"}
        >>> told = [bool(check(other, BASE.current)) for _, other in near_misses(document, BASE.current)]
        >>> told.count(True) > 20, told.count(False) > 5
        (True, True)
    """
    return _of_record(document, schema.fields, "", extra)


def _of_record(
    record: Mapping[str, Any], fields: Sequence[ArchiveField], prefix: str, extra: Sequence[Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield prefix, {**record, "unheard_of": 1}
    for value in extra:
        if isinstance(value, str):
            yield prefix, {**record, value: value}
    for field in fields:
        path = f"{prefix}{field.name}"
        if field.name in record:
            yield path, {name: value for name, value in record.items() if name != field.name}
        for value in (*_OF_EVERY_TYPE, *_at_the_ends(field.type), *extra):
            yield path, {**record, field.name: value}
        for inner, changed in _inside(record.get(field.name), field.type, path, extra):
            yield inner, {**record, field.name: changed}


def _inside(value: Any, type_: FieldType, path: str, extra: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(type_, RecordType) and isinstance(value, Mapping):
        yield from _of_record(value, type_.fields, f"{path}.", extra)
    elif isinstance(type_, ListType) and value:
        first, rest = value[0], value[1:]
        for other in (*_OF_EVERY_TYPE, *_at_the_ends(type_.of), *extra):
            yield f"{path}[]", [other, *rest]
        for inner, changed in _inside(first, type_.of, f"{path}[]", extra):
            yield inner, [changed, *rest]
        if type_.longest <= _LONGEST_TRIED:
            yield path, [first] * type_.longest
            yield path, [first] * (type_.longest + 1)


def _at_the_ends(type_: FieldType) -> Iterator[Any]:
    """Yield values on both sides of what the type allows."""
    if isinstance(type_, NumberType):
        yield from (type_.lowest - 1, type_.lowest, type_.highest, type_.highest + 1)
    elif isinstance(type_, TextType | ReferenceType):
        longest = type_.longest if isinstance(type_, TextType) else LONGEST_NAME
        yield from ("x" * longest, "x" * (longest + 1), "儿" * longest, "😀" * (longest + 1))
    elif isinstance(type_, DateType):
        yield from _DATES
    elif isinstance(type_, ChoiceType):
        yield from (choice.value for choice in type_.choices)
        yield type_.choices[0].value.upper() + "?"
    elif isinstance(type_, DigestType):
        yield from ("0" * 64, "0" * 63, "0" * 65, "A" * 64, "0" * 64 + "\n", "g" * 64)
