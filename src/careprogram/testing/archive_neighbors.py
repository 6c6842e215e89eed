"""Which archives differ from this one in a single place?

For each value at each depth: without it, with ``null``, with another value that the schema allows; and for each list
one entry less. A step between versions that opens two of them as one has lost something. Nothing here opens an archive.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
    YesNoType,
)


def full_document(schema: ArchiveSchema) -> dict[str, Any]:
    """Return an archive with every field at every depth, and one entry in every list.

    Examples:
        >>> from careprogram.archives import FAMILY_AFFECTION
        >>> full_document(FAMILY_AFFECTION.versions[0])["festivals"]
        [{'on': '2001-01-01', 'festival': 'x', 'note': 'x'}]
    """
    return {field.name: _full(field.type) for field in schema.fields}


def _full(type_: FieldType) -> Any:
    if isinstance(type_, RecordType):
        return {field.name: _full(field.type) for field in type_.fields}
    return [_full(type_.of)] if isinstance(type_, ListType) else _example(type_)


def neighbors(document: Mapping[str, Any], schema: ArchiveSchema) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every archive that differs from *document* in one place, with the path of the place.

    Examples:
        >>> from careprogram.archives import BASE
        >>> document = {"child": "c-1", "recorded_on": "2026-09-01", "note": None}
        >>> [path for path, _ in neighbors(document, BASE.current)]
        ['child', 'recorded_on', 'note', 'note']
    """
    return _of_record(document, schema.fields, "")


def _of_record(
    record: Mapping[str, Any], fields: Sequence[ArchiveField], prefix: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    for field in fields:
        if field.name not in record:
            continue
        path, value = f"{prefix}{field.name}", record[field.name]
        if not field.required:
            yield path, {name: other for name, other in record.items() if name != field.name}
        if not field.required and value is not None:
            yield path, {**record, field.name: None}
        if value is None:
            yield path, {**record, field.name: _example(field.type)}
        else:
            for inner, changed in _of_value(value, field.type, path):
                yield inner, {**record, field.name: changed}


def _of_value(value: Any, type_: FieldType, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(type_, RecordType):
        yield from _of_record(value, type_.fields, f"{path}.")
    elif isinstance(type_, ListType):
        if value:
            yield path, value[:-1]
        for index, entry in enumerate(value):
            for inner, changed in _of_value(entry, type_.of, f"{path}[]"):
                yield inner, [*value[:index], changed, *value[index + 1 :]]
    else:
        yield from ((path, other) for other in _others(value, type_))


def _others(value: Any, type_: FieldType) -> Iterator[Any]:
    if isinstance(type_, TextType | ReferenceType):
        longest = type_.longest if isinstance(type_, TextType) else 500
        yield value + "x" if len(value) < longest else value[:-1]
    elif isinstance(type_, NumberType):
        yield from (number for number in (value - 1, value + 1) if type_.lowest <= number <= type_.highest)
    elif isinstance(type_, YesNoType):
        yield not value
    elif isinstance(type_, DateType):
        yield "2001-01-01" if value != "2001-01-01" else "2001-01-02"
    elif isinstance(type_, ChoiceType):
        yield from (choice.value for choice in type_.choices if choice.value != value)
    elif isinstance(type_, DigestType):
        yield ("1" if value[0] == "0" else "0") + value[1:]


def _example(type_: FieldType) -> Any:
    """Return one value that fits."""
    if isinstance(type_, RecordType):
        return {field.name: _example(field.type) for field in type_.fields if field.required}
    if isinstance(type_, ListType):
        return []
    if isinstance(type_, NumberType):
        return type_.lowest
    if isinstance(type_, ChoiceType):
        return type_.choices[0].value
    if isinstance(type_, DateType):
        return "2001-01-01"
    if isinstance(type_, DigestType):
        return "0" * 64
    return False if isinstance(type_, YesNoType) else "x"
