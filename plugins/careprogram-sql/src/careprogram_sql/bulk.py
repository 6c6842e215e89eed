"""How are many rows written in few statements?

SQLite is quickest when one statement is run for each row. PostgreSQL is a network away: it takes new rows by COPY, and
changed ones as arrays. What is written is the same. Whoever calls begins and ends the transaction.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, Connection, Table, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import ColumnElement

Row: TypeAlias = Mapping[str, Any]
"""Values by the name of their column; all rows of one call have the same columns."""

_FEW = 20
"""So many rows travel as parameters faster than a COPY is begun and ended."""


def add_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert *rows*, whose values are those of the columns *names* in this order.

    They are tuples: of 100,000 rows as mappings the collector of garbage would look at every one, again and again.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  (our own names)
        connection.exec_driver_sql(statement, rows if isinstance(rows, list) else list(rows))
    elif len(rows) > _FEW:
        _copy(connection, table, names, rows)
    else:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def change_rows(connection: Connection, table: Table, rows: Sequence[Row], *, by: str) -> None:
    """Give the rows of *table* whose column *by* has the value in one of *rows* its other values."""
    if not rows:
        return
    others = [name for name in rows[0] if name != by]
    if connection.dialect.name == "postgresql":
        given = _given(table, rows)
        connection.execute(
            update(table).where(table.c[by] == given.c[by]).values({table.c[name]: given.c[name] for name in others})
        )
    else:
        changed = ", ".join(f"{name} = ?" for name in others)
        _each(connection, f"UPDATE {table.name} SET {changed} WHERE {by} = ?", [*others, by], rows)  # noqa: S608


def remove_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Delete the rows of *table* that have all the values of one of *rows*."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        given = _given(table, rows)
        connection.execute(delete(table).where(and_(*(table.c[name] == given.c[name] for name in rows[0]))))
    else:
        there = " AND ".join(f"{name} = ?" for name in rows[0])
        _each(connection, f"DELETE FROM {table.name} WHERE {there}", list(rows[0]), rows)  # noqa: S608


def one_of(column: ColumnElement[Any], name: str, connection: Connection) -> ColumnElement[bool]:
    """Return the condition that *column* is among the values of the parameter *name*: see `many`."""
    if connection.dialect.name == "postgresql":
        return column == func.any(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))


def many(values: Sequence[str], connection: Connection) -> object:
    """Return *values* as one parameter for `one_of`: a parameter for each would cost more than the look."""
    return list(values) if connection.dialect.name == "postgresql" else json.dumps(list(values), ensure_ascii=False)


def _each(connection: Connection, statement: str, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Run *statement* for each row, as the driver takes it: SQLAlchemy would look at every value of every row."""
    connection.exec_driver_sql(statement, [tuple([row[name] for name in names]) for row in rows])


def _given(table: Table, rows: Sequence[Row]) -> Any:
    """Return *rows* as a table in a statement: one array for each column, whatever the number of rows."""
    names = list(rows[0])
    arrays = [bindparam(f"_{name}", [row[name] for row in rows], type_=ARRAY(table.c[name].type)) for name in names]
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()


def _copy(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    import psycopg

    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        if raw.closed:
            connection.invalidate()
        raise DBAPIError.instance(  # as if SQLAlchemy had sent it
            statement, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error
