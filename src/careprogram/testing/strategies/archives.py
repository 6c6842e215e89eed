"""Which documents does a schema of an archive allow?

For property tests of a kind of archive: everything its schema allows, with what is not required sometimes left out and
sometimes ``null``, numbers at their ends and texts in any script. The documents are made up.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

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

_WHOLE_TEXT = st.characters(exclude_categories=["Cs"])
_PAST = dt.date(2025, 12, 31)
"""What has happened, has happened by then: a test may keep it on any later day."""
_DIGEST = st.binary(min_size=32, max_size=32).map(bytes.hex)


def documents(schema: ArchiveSchema) -> st.SearchStrategy[dict[str, Any]]:
    """Return archives that fit *schema*.

    Examples:
        >>> from careprogram.archives import BASE, check
        >>> from hypothesis import given
        >>> @given(documents(BASE.current))
        ... def test_fits(document):
        ...     assert check(document, BASE.current) == ()
        >>> test_fits()
    """
    return _records(schema.fields)


def _records(fields: Sequence[ArchiveField]) -> st.SearchStrategy[dict[str, Any]]:
    required = {field.name: _values(field.type) for field in fields if field.required}
    optional = {field.name: st.none() | _values(field.type) for field in fields if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


def _values(type_: FieldType) -> st.SearchStrategy[Any]:
    if isinstance(type_, RecordType):
        return _records(type_.fields)
    if isinstance(type_, ListType):
        return st.lists(_values(type_.of), max_size=min(2, type_.longest))
    if isinstance(type_, TextType):
        return st.text(_WHOLE_TEXT, max_size=min(20, type_.longest))
    if isinstance(type_, ReferenceType):
        return st.text(_WHOLE_TEXT, min_size=1, max_size=20)
    if isinstance(type_, NumberType):
        return st.integers(type_.lowest, type_.highest)
    if isinstance(type_, DateType):
        return st.dates(dt.date(1, 1, 1), _PAST if type_.happened else dt.date.max).map(dt.date.isoformat)
    if isinstance(type_, ChoiceType):
        return st.sampled_from([choice.value for choice in type_.choices])
    return _DIGEST if isinstance(type_, DigestType) else st.booleans()
