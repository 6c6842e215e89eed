"""Hostile cells and columns of databases: each is judged as its row is read back, or the query is refused unread."""

import contextlib
import datetime as dt
import sqlite3
import uuid

import pytest
from doors import meant, said
from hostile import (
    ABOUT,
    AS_OF,
    CELLS,
    DAY,
    RULES,
    SECRET,
    Place,
)

from careprogram.rules.columns import answers_of
from careprogram.rules.sql import facts_of_row, policy_sql

STORABLE = [
    cell for cell in CELLS
    if (type(cell) in (bool, int, float, str, bytes, type(None)) and not isinstance(cell, str | int))
    or (isinstance(cell, str) and "\ud800" not in cell and type(cell) is str)
    or (type(cell) in (bool, int) and -(2**63) <= cell < 2**63)
]  # fmt: skip


def sqlite_cells(policy, fact, declared=""):
    """Judge a column of SQLite that holds all cells which it can hold."""
    query = policy_sql(policy, as_of=AS_OF, dialect="sqlite")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE children (child, {fact} {declared})")
        connection.executemany("INSERT INTO children VALUES (?, ?)", enumerate(STORABLE))
        kept = [row[0] for row in connection.execute(f"SELECT {fact} FROM children ORDER BY child")]
        judged = connection.execute(query.text, query.parameters).fetchall()
        rows = sorted((dict(zip(query.columns, row, strict=True)) for row in judged), key=lambda row: row["child"])
        return kept, [said(policy, row) for row in rows]


def sqlalchemy_cells(policy, fact, declared=""):
    """Judge the same column by the SELECT of SQLAlchemy."""
    import sqlalchemy as sa

    from careprogram_sql.policies import policy_select

    engine = sa.create_engine("sqlite://")
    table = sa.Table("children", sa.MetaData(), sa.Column("child", sa.Integer), sa.Column(fact, sa.Text))
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE children (child, {fact} {declared})")
        for at, cell in enumerate(STORABLE):
            connection.exec_driver_sql("INSERT INTO children VALUES (?, ?)", (at, cell))
        query = policy_select(policy, table, as_of=AS_OF).order_by("child")
        rows = [dict(row) for row in connection.execute(query).mappings()]
    engine.dispose()
    return [said(policy, row) for row in rows]


@pytest.mark.parametrize("fact", RULES)
@pytest.mark.parametrize("declared", ["", "INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB"])
def test_sqlite_reads_a_hostile_cell_as_its_row_is_read_back(fact, declared):
    """SQLite keeps anything in any column, and changes some of it by the type declared."""
    policy = ABOUT[fact]
    kept, found = sqlite_cells(policy, fact, declared)
    right = [meant(policy, facts_of_row(policy, {fact: cell}).values) for cell in kept]
    assert found == right
    assert sqlalchemy_cells(policy, fact, declared) == right


POSTGRESQL = {
    "text": [SECRET, "1", "true", "５", "away", "2016-01-01", "2016-02-30", "Jan 5 2016", "infinity", "", None],
    "varchar(30)": ["away", SECRET, "today"],
    "char(20)": ["away", SECRET],
    "boolean": [True, False, None],
    "smallint": [5, 4, None],
    "bigint": [2**63 - 1, 1, 0, None],
    "numeric": ["NaN", "5", "5.5", "1e30", None],
    "double precision": ["NaN", "Infinity", "-Infinity", "5", None],
    "date": ["infinity", "-infinity", "0044-03-15 BC", "0001-01-01", "9999-12-31", "2016-09-01", "12000-01-01", None],
    "timestamp": ["2016-09-01 12:00", "infinity", None],
    "timestamptz": ["2016-09-01 23:00+14", "-infinity", None],
    "interval": ["10 years", None],
    "jsonb": ['"away"', "true", "5", '{"a": "王"}', None],
    "bytea": [b"away", SECRET.encode(), None],
    "text[]": [["away", SECRET], None],
    "uuid": [uuid.UUID(int=1), None],
    "place_code": ["away", "elsewhere", None],
}


def of_postgresql(declared, text):
    """Return what a cell means as an answer, None where it means none: by the type of its column alone."""
    days = {"0001-01-01": dt.date.min, "9999-12-31": dt.date.max, "2016-09-01": DAY}
    match declared:
        case "boolean" | "smallint" | "bigint":
            return text
        case "date":
            return days.get(text)
        case "text" | "varchar(30)" | "char(20)" | "place_code":
            return text if text in {place.value for place in Place} else None
        case _:
            return None


@pytest.mark.parametrize("fact", RULES)
def test_postgresql_reads_a_hostile_column_alike_or_refuses_the_query(fact, postgresql):
    """Another type than the fact's holds no answer; what cannot even be planned is refused before a row is read."""
    import psycopg
    import sqlalchemy as sa

    from careprogram_sql.policies import policy_select

    policy = ABOUT[fact]
    query = policy_sql(policy, as_of=AS_OF, dialect="postgresql")
    engine = sa.create_engine(postgresql.url)
    table = sa.Table("children", sa.MetaData(), sa.Column("child", sa.Integer), sa.Column(fact, sa.types.NullType))
    refused, unplanned = (psycopg.errors.CannotCoerce, psycopg.errors.UndefinedFunction), []
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("CREATE TYPE place_code AS ENUM ('away', 'elsewhere')")
        for declared, cells in POSTGRESQL.items():
            raw.execute(f"CREATE TEMP TABLE children (child int, {fact} {declared})")
            for at, cell in enumerate(cells):
                raw.execute(f"INSERT INTO children VALUES (%s, %s::{declared})", (at, cell))
            answers = [of_postgresql(declared, cell) for cell in cells]
            right = [meant(policy, answers_of(policy.facts, {fact: cell}).values) for cell in answers]
            for ask in (
                lambda: raw.execute(query.text, query.parameters).fetchall(),
                lambda: connection.execute(policy_select(policy, table, as_of=AS_OF)).fetchall(),
            ):
                raw.execute("SAVEPOINT before")
                try:
                    rows = [dict(zip(query.columns, row, strict=True)) for row in ask()]
                except (*refused, sa.exc.ProgrammingError) as error:
                    unplanned.append((getattr(error, "orig", error), str(error)))
                    raw.execute("ROLLBACK TO before")
                else:
                    rows.sort(key=lambda row: row["child"])
                    assert [said(policy, row) for row in rows] == right, declared
            raw.execute("DROP TABLE children")
        connection.rollback()
    engine.dispose()
    assert all(isinstance(cause, refused) and "王" not in told for cause, told in unplanned)
