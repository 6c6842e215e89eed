"""How does a column of a database become clean answers to a fact?

Whatever is no answer (another word, a text among numbers, the 30th of February, a day that has not come) counts as
unknown, as it does everywhere else. SQLite keeps such things in any column; elsewhere a column of another type than the
fact's holds no answer at all. No rule is known here.
"""

import datetime as dt
from typing import Final

from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact
from careprogram.rules.sql.translation import codes_of
from careprogram.rules.sql.words import Parameters, SqlDialect

_FIRST_DAY = "0001-01-01"
"""Databases count days before it, which Python does not: none of them is an answer."""

POSTGRESQL_INTEGERS: Final = ("smallint", "integer", "bigint")
_DUCKDB_INTEGERS = ", ".join(
    f"'{sign}{name}'" for sign in ("", "U") for name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)

_NUMBERS_AND_TIMES = ("numeric", "real", "double precision", "date", "timestamp", "timestamptz", "interval")
NOT_CODES: Final = (*_NUMBERS_AND_TIMES, "bytea", "json", "jsonb")
"""What PostgreSQL may write like a code, such as NaN or infinity; codes stand in texts, enums and domains."""


def answer(
    fact: Fact, column: str, parameters: Parameters, dialect: SqlDialect, as_of: dt.date, *, key: str = ""
) -> str:
    """Return the expression that is the answer to *fact* in *column* on *as_of*, and NULL where that holds none.

    A column of another type than the fact's holds none: databases would take 1 for yes, NaN for the largest number and
    the middle of a day for a day, or show the cell that they could not cast.

    Args:
        fact: The question.
        column: Where its answers stand.
        parameters: What is bound.
        dialect: The database.
        as_of: The day; one that lies after it is no answer.
        key: The column by which members are found; for a group.
    """
    match fact:
        case GroupFact():
            return f"CASE WHEN {_yes_no(column, dialect)} AND {key} IS NOT NULL THEN TRUE END"
        case BoolFact():
            return _yes_no(column, dialect)
        case IntFact():
            return _number(column, dialect)
        case DateFact():
            return _day(column, parameters.mark("as_of", as_of), dialect)
        case ChoiceFact():
            marks = ", ".join(parameters.mark(fact.name, code) for code in codes_of(fact.members))
            return _code(column, marks, dialect)
        case _:
            raise TypeError(f"there is no column yet for a {type(fact).__name__}")


def _yes_no(column: str, dialect: SqlDialect) -> str:
    match dialect:
        case "sqlite":
            return f"CASE WHEN typeof({column}) = 'integer' AND {column} IN (0, 1) THEN {column} END"
        case "postgresql":
            return f"CASE WHEN pg_typeof({column}) = 'boolean'::regtype THEN {_cast(column, 'boolean')} END"
        case "duckdb":
            return f"CASE WHEN typeof({column}) = 'BOOLEAN' THEN TRY_CAST({column} AS boolean) END"


def _number(column: str, dialect: SqlDialect) -> str:
    match dialect:
        case "sqlite":
            return f"CASE WHEN typeof({column}) = 'integer' THEN {column} END"
        case "postgresql":
            integer = f"pg_typeof({column}) IN ({regtypes(POSTGRESQL_INTEGERS)})"
            return f"CASE WHEN {integer} THEN {_cast(column, 'bigint')} END"
        case "duckdb":
            return f"CASE WHEN typeof({column}) IN ({_DUCKDB_INTEGERS}) THEN TRY_CAST({column} AS hugeint) END"


def _day(column: str, today: str, dialect: SqlDialect) -> str:
    if dialect == "sqlite":
        valid = f"typeof({column}) = 'text' AND date(julianday({column})) = {column} AND {column} >= '{_FIRST_DAY}'"
        return f"CASE WHEN {valid} AND {column} <= {today} THEN {column} END"
    if dialect == "postgresql":
        typed, day = f"pg_typeof({column}) = 'date'::regtype", _cast(column, "date")
    else:
        typed, day = f"typeof({column}) = 'DATE'", f"TRY_CAST({column} AS date)"
    # The type is asked in a CASE of its own, because nothing else keeps a database from casting first.
    dated = f"CASE WHEN {typed} THEN {day} BETWEEN DATE '{_FIRST_DAY}' AND {today} END"
    return f"CASE WHEN {dated} THEN {day} END"


def _cast(column: str, kind: str) -> str:
    """Return *column*, which is of that *kind*, as such in PostgreSQL.

    By way of a text: it would refuse a whole query in which a number might be cast to a day, though it never is.
    """
    return f"CAST(CAST({column} AS text) AS {kind})"


def _code(column: str, marks: str, dialect: SqlDialect) -> str:
    # A collation of the column could take one code for another.
    if dialect == "sqlite":
        return f"CASE WHEN typeof({column}) = 'text' AND {column} COLLATE BINARY IN ({marks}) THEN {column} END"
    if dialect == "postgresql":
        typed = f"pg_typeof({column}) NOT IN ({regtypes(NOT_CODES)})"
    else:
        typed = f"(typeof({column}) = 'VARCHAR' OR typeof({column}) LIKE 'ENUM(%')"
    text = f'CAST({column} AS text) COLLATE "C"'
    return f"CASE WHEN {typed} AND {text} IN ({marks}) THEN {text} END"


def regtypes(names: tuple[str, ...]) -> str:
    """Return the types called *names* as PostgreSQL compares them with `pg_typeof`."""
    return ", ".join(f"'{name}'::regtype" for name in names)
