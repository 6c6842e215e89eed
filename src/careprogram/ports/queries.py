"""How is a store asked for records?

By a closed, typed question: never by a text that a store would have to parse, and never by a function.
"""

from collections.abc import Mapping

import attrs

from careprogram.errors import ValidationError
from careprogram.ports.documents import (
    IndexValue,
    check_index,
    check_index_value,
    check_name_field,
    check_positive,
    shown_as_count,
)
from careprogram.ports.records import Record


@attrs.frozen(kw_only=True)
class Range:
    """Records whose index column (or id, where *column* is None) lies between two values, both included.

    Attributes:
        column: The index column; None for the id.
        from_: The least value; None for no lower end. Records whose value is None are never in a range.
        to: The greatest value, of the same type; None for no upper end.
    """

    column: str | None = None
    from_: str | int | None = attrs.field(default=None, repr=False)
    to: str | int | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        ends = [end for end in (self.from_, self.to) if end is not None]
        for end in ends:
            check_index_value(end, "range")
        if not ends or len({type(end) for end in ends}) > 1:
            raise ValidationError("a range needs at least one end, and both ends of one type", reason="range")
        if self.column is None and not isinstance(ends[0], str):
            raise ValidationError("a range of ids has ends of text", reason="range")


@attrs.frozen(kw_only=True)
class Cursor:
    """Where a page ended: the value it was ordered by (None when ordered by id alone) and the id.

    Attributes:
        value: The last record's value in the range's column.
        id: The last record's id.
    """

    value: IndexValue = attrs.field(default=None, repr=False)
    id: str = attrs.field(validator=check_name_field)


@attrs.frozen(kw_only=True)
class Query:
    """A closed, typed question.

    What it costs depends on how many records the first of ``equals`` matches, or lie in the range where there is one,
    and not on how much is kept.

    The answer is ordered by the range's column and then by id, or by id alone where there is no range.

    Attributes:
        kind: Which kind of record.
        equals: Index columns with the value each must have. A record without the column does not match, not even None.
        within: A range that must hold as well.
        after: Go on behind this; take it from the page before.
        limit: At most so many records.
    """

    kind: str = attrs.field(validator=check_name_field)
    equals: Mapping[str, IndexValue] = attrs.field(factory=dict, repr=False, validator=check_index)
    within: Range | None = attrs.field(default=None, repr=False)
    after: Cursor | None = attrs.field(default=None, repr=False)
    limit: int = attrs.field(default=100, validator=check_positive)


@attrs.frozen(kw_only=True)
class Page:
    """Some of the records that match.

    Attributes:
        records: In order.
        next: Where the next page begins, or None where this was the last.
    """

    records: tuple[Record, ...] = attrs.field(repr=shown_as_count)
    next: Cursor | None
