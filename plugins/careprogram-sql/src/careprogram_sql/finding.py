"""Which records match a query, at a cost that does not grow with the table?

Every statement walks one B-tree in the order of the answer and stops at the end of the page. Nothing here writes.
"""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from careprogram.ports import Cursor, Page, Query, Range, Record, index_order, loads
from careprogram_sql.schema import index_column, index_entry, record, record_version


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
    kind, id_, version, schema_version, text, *_ = row  # by place: names are looked up for each row and each column
    return Record(kind=kind, id=id_, version=version, schema_version=schema_version, document=loads(text))


def find(connection: Connection, query: Query) -> Page:
    """Return one page."""
    statement = _matching(connection, query)
    if statement is None:
        return Page(records=(), next=None)
    rows = connection.execute(statement.limit(query.limit + 1)).all()
    page = rows[: query.limit]
    further = len(rows) > len(page)
    return Page(records=tuple(as_record(row) for row in page), next=_cursor(query, page[-1]) if further else None)


def count(connection: Connection, query: Query) -> int:
    """Return how many records match in all."""
    statement = _matching(connection, query, whole=True)
    if statement is None:
        return 0
    return connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def _cursor(query: Query, row: Row[Any]) -> Cursor:
    if query.within is None or query.within.column is None:
        return Cursor(id=row.id)
    place: str = row.place
    return Cursor(id=row.id, value=int(place[1:], 16) - 2**63 if place.startswith("i") else place[1:])


def _columns(connection: Connection, kind: str) -> dict[str, int]:
    rows = connection.execute(select(index_column.c.name, index_column.c.seq).where(index_column.c.kind == kind))
    return {row.name: row.seq for row in rows}


def _matching(connection: Connection, query: Query, *, whole: bool = False) -> Select[Any] | None:
    """Return the ordered statement for *query*, or None where it names a column that nothing was ever found by."""
    columns = _columns(connection, query.kind)
    wanted = [(columns.get(name), index_order(value)) for name, value in query.equals.items()]
    ranged = query.within.column if query.within else None
    if any(seq is None for seq, _ in wanted) or (ranged is not None and ranged not in columns):
        return None
    statement = current()
    order_id: Any = record.c.id
    order: list[Any] = [record.c.id]
    if ranged is not None:
        assert query.within is not None
        walk = index_entry.alias("walk")
        low, high, closed = _ends(query.within)
        statement = statement.join(walk, walk.c.record == record.c.seq).add_columns(walk.c.place)
        statement = statement.where(walk.c.index_column == columns[ranged])
        # With both, the walk would begin at the lower end on every page, and pages would cost more and more.
        if whole or query.after is None or index_order(query.after.value) < low:
            statement = statement.where(walk.c.place >= low)
        statement = statement.where(walk.c.place <= high if closed else walk.c.place < high)
        order_id, order = walk.c.id, [walk.c.place, walk.c.id]
    elif wanted:
        walk = index_entry.alias("walk")
        seq, place = wanted.pop(0)
        statement = statement.join(walk, walk.c.record == record.c.seq)
        statement = statement.where(walk.c.index_column == seq, walk.c.place == place)
        order_id, order = walk.c.id, [walk.c.id]
    else:
        statement = statement.where(record.c.kind == query.kind)
    for seq, place in wanted:
        also = index_entry.alias()
        stands = select(1).where(also.c.index_column == seq, also.c.place == place, also.c.id == order_id)
        if connection.dialect.name == "postgresql":
            stands = stands.offset(0)  # else it is made a join, which may read the whole place for each record
        statement = statement.where(stands.exists())
    return _bounded(statement, query, order, whole=whole)


def _bounded(statement: Select[Any], query: Query, order: list[Any], *, whole: bool) -> Select[Any]:
    """Add the range of ids and the beginning of the page."""
    within = query.within
    if within is not None and within.column is None:
        if within.from_ is not None:
            statement = statement.where(order[-1] >= within.from_)
        if within.to is not None:
            statement = statement.where(order[-1] <= within.to)
    if query.after is not None and not whole:
        if len(order) == 1:
            statement = statement.where(order[0] > query.after.id)
        else:
            statement = statement.where(tuple_(*order) > tuple_(index_order(query.after.value), query.after.id))
    return statement.order_by(*order)


def _ends(within: Range) -> tuple[str, str, bool]:
    """Return the places between which a range lies, and whether the last belongs to it."""
    kind = "t" if isinstance(within.from_ if within.from_ is not None else within.to, str) else "i"
    low = kind if within.from_ is None else index_order(within.from_)
    return (low, chr(ord(kind) + 1), False) if within.to is None else (low, index_order(within.to), True)
