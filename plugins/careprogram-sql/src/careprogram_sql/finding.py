"""Which records match a query, at a cost that does not grow with the table?

Every statement walks one B-tree in the order of the answer and stops at the end of the page. Nothing here writes.
"""

import functools
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, func, select, tuple_

from careprogram.ports import Cursor, Page, Query, Range, Record, index_order, loads_kept
from careprogram_sql.schema import NUMBER, TEXT, index_column, index_entry, record, record_version


def current() -> Select[Any]:
    """Return the statement for current versions; the caller says which."""
    return (
        select(
            record.c.kind, record.c.id, record_version.c.version, record_version.c.schema_version,
            record_version.c.document,
        )
        .join_from(
            record,
            record_version,
            (record_version.c.record == record.c.seq) & (record_version.c.version == record.c.version),
        )
        .where(record.c.present == 1)
    )  # fmt: skip


def as_record(row: Any) -> Record:
    """Return the record that a row of ``current`` or of a history holds."""
    # By place: names are looked up for each row and each column.
    return Record(kind=row[0], id=row[1], version=row[2], schema_version=row[3], document=loads_kept(row[4]))


def find(connection: Connection, query: Query) -> Page:
    """Return one page."""
    asked = _asked(connection, query)
    if asked is None:
        return Page(records=(), next=None)
    shape, values = asked
    rows = connection.execute(_statement(shape), {**values, "limit": query.limit + 1}).all()
    page = rows[: query.limit]
    further = len(rows) > len(page)
    return Page(records=tuple([as_record(row) for row in page]), next=_cursor(query, page[-1]) if further else None)


def count(connection: Connection, query: Query) -> int:
    """Return how many records match in all."""
    asked = _asked(connection, query, whole=True)
    if asked is None:
        return 0
    shape, values = asked
    return connection.scalar(_counting(shape), values) or 0


def as_asked(connection: Connection, query: Query) -> Select[Any] | None:
    """Return the statement of a page with its values, for whoever wants to know how it is answered."""
    asked = _asked(connection, query)
    return None if asked is None else _statement(asked[0]).params({**asked[1], "limit": query.limit + 1})


def _cursor(query: Query, row: Row[Any]) -> Cursor:
    if query.within is None or query.within.column is None:
        return Cursor(id=row.id)
    place: str = row.place
    return Cursor(id=row.id, value=int(place[1:], 16) - 2**63 if place.startswith("i") else place[1:])


def _columns(connection: Connection, kind: str) -> dict[str, int]:
    rows = connection.execute(select(index_column.c.name, index_column.c.seq).where(index_column.c.kind == kind))
    return {row.name: row.seq for row in rows}


class _Shape(NamedTuple):
    """All of a query but its values: queries of one shape have one statement, which is made once."""

    dialect: str
    ranged: bool
    equals: int
    low: bool
    closed: bool
    from_id: bool
    to_id: bool
    after: bool
    whole: bool


def _asked(connection: Connection, query: Query, *, whole: bool = False) -> tuple[_Shape, dict[str, Any]] | None:
    """Return the shape and the values of *query*, or None where it names a column that nothing was ever found by."""
    within, after = query.within, None if whole else query.after
    ranged = None if within is None else within.column
    columns = _columns(connection, query.kind) if query.equals or ranged is not None else {}
    if any(name not in columns for name in query.equals) or (ranged is not None and ranged not in columns):
        return None
    values: dict[str, Any] = {"kind": query.kind}
    for number, (name, value) in enumerate(query.equals.items()):
        values |= {f"column{number}": columns[name], f"place{number}": index_order(value)}
    low = closed = False
    if ranged is not None:
        assert within is not None
        values["column"] = columns[ranged]
        values["low"], values["high"], closed = _ends(within)
        # With both, the walk would begin at the lower end on every page, and pages would cost more and more.
        low = after is None or index_order(after.value) < values["low"]
    by_id = within if within is not None and within.column is None else None
    if by_id is not None:
        values |= {"from_id": by_id.from_, "to_id": by_id.to}
    if after is not None:
        values |= {"after": after.id, "after_place": index_order(after.value)}
    shape = _Shape(
        dialect=connection.dialect.name,
        ranged=ranged is not None,
        equals=len(query.equals),
        low=low,
        closed=closed,
        from_id=by_id is not None and by_id.from_ is not None,
        to_id=by_id is not None and by_id.to is not None,
        after=after is not None,
        whole=whole,
    )
    return shape, values


@functools.cache
def _counting(shape: _Shape) -> Select[Any]:
    return select(func.count()).select_from(_statement(shape).order_by(None).subquery())


@functools.cache
def _statement(shape: _Shape) -> Select[Any]:
    """Return the ordered statement for all queries of one shape."""
    statement, equals = current(), list(range(shape.equals))
    order_id: Any = record.c.id
    order: list[Any] = [record.c.id]
    if shape.ranged:
        walk = index_entry.alias("walk")
        statement = statement.join(walk, walk.c.record == record.c.seq).add_columns(walk.c.place)
        statement = statement.where(walk.c.index_column == bindparam("column"))
        if shape.low:
            statement = statement.where(walk.c.place >= bindparam("low"))
        high: Any = bindparam("high")
        statement = statement.where(walk.c.place <= high if shape.closed else walk.c.place < high)
        order_id, order = walk.c.id, [walk.c.place, walk.c.id]
    elif equals:
        walk = index_entry.alias("walk")
        equals.pop(0)
        statement = statement.join(walk, walk.c.record == record.c.seq)
        statement = statement.where(walk.c.index_column == bindparam("column0"), walk.c.place == bindparam("place0"))
        order_id, order = walk.c.id, [walk.c.id]
    else:
        statement = statement.where(record.c.kind == bindparam("kind"))
    for number in equals:
        also = index_entry.alias()
        there = also.c.index_column == bindparam(f"column{number}"), also.c.place == bindparam(f"place{number}")
        stands = select(1).where(*there, also.c.id == order_id)
        if shape.dialect == "postgresql":
            stands = stands.offset(0)  # else it is made a join, which may read the whole place for each record
        statement = statement.where(stands.exists())
    return _bounded(statement, shape, order)


def _bounded(statement: Select[Any], shape: _Shape, order: list[Any]) -> Select[Any]:
    """Add the range of ids, and the beginning and the end of the page."""
    if shape.from_id:
        statement = statement.where(order[-1] >= bindparam("from_id"))
    if shape.to_id:
        statement = statement.where(order[-1] <= bindparam("to_id"))
    if shape.after:
        if len(order) == 1:
            statement = statement.where(order[0] > bindparam("after"))
        else:
            statement = statement.where(
                tuple_(*order) > tuple_(bindparam("after_place", type_=TEXT), bindparam("after", type_=TEXT))
            )
    statement = statement.order_by(*order)
    return statement if shape.whole else statement.limit(bindparam("limit", type_=NUMBER))


def _ends(within: Range) -> tuple[str, str, bool]:
    """Return the places between which a range lies, and whether the last belongs to it."""
    kind = "t" if isinstance(within.from_ if within.from_ is not None else within.to, str) else "i"
    low = kind if within.from_ is None else index_order(within.from_)
    return (low, chr(ord(kind) + 1), False) if within.to is None else (low, index_order(within.to), True)
