"""How does a column of a database become clean answers to a fact?

Whatever is no answer (a text among numbers, the 30th of February, a day that has not come, another word than the
choices) counts as unknown. SQLite keeps such things in any column; in PostgreSQL a column of another type holds no
answer at all, because it would take NaN for the largest number, or show a cell that it could not cast. Rules are not
known here.
"""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Text, and_, case, literal, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact
from careprogram.rules.sql.answers import NOT_CODES, POSTGRESQL_INTEGERS, regtypes


class _Clean(FunctionElement[Any]):
    """A column of which only answers of the right kind are left."""

    inherit_cache = True


class _YesNo(_Clean):
    type = Boolean()
    inherit_cache = True


class _Number(_Clean):
    type = BigInteger()
    inherit_cache = True


class _Day(_Clean):
    type = Date()
    inherit_cache = True


class _Code(_Clean):
    """The text of a column, compared byte by byte: a collation could take one code for another."""

    type = Text()
    inherit_cache = True


@compiles(_Clean)
def _as_it_is(element: _Clean, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_YesNo, "sqlite")
def _yes_no_in_sqlite(element: _YesNo, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({column}) = 'integer' AND {column} IN (0, 1) THEN {column} END"


@compiles(_YesNo, "postgresql")
def _yes_no_in_postgresql(element: _YesNo, compiler: SQLCompiler, **options: Any) -> str:
    return _of_type(("boolean",), "BOOLEAN", element, compiler, **options)


@compiles(_Number, "postgresql")
def _number_in_postgresql(element: _Number, compiler: SQLCompiler, **options: Any) -> str:
    return _of_type(POSTGRESQL_INTEGERS, "BIGINT", element, compiler, **options)


def _of_type(types: tuple[str, ...], cast: str, element: _Clean, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    # By way of a text: the whole query would be refused where a number might be cast to a day, though it never is.
    return f"CASE WHEN pg_typeof({column}) IN ({regtypes(types)}) THEN CAST(CAST({column} AS text) AS {cast}) END"


@compiles(_Number, "sqlite")
def _number_in_sqlite(element: _Number, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({column}) = 'integer' THEN {column} END"


@compiles(_Day, "postgresql")
def _day_in_postgresql(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    return _of_type(("date",), "DATE", element, compiler, **options)


@compiles(_Day, "sqlite")
def _day_in_sqlite(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    is_day = f"typeof({column}) = 'text' AND date(julianday({column})) = {column} AND {column} >= '0001-01-01'"
    return f"CASE WHEN {is_day} THEN {column} END"


@compiles(_Code, "postgresql")
def _code_in_postgresql(element: _Code, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    typed = f"pg_typeof({column}) NOT IN ({regtypes(NOT_CODES)})"
    return f'CAST(CASE WHEN {typed} THEN {column} END AS TEXT) COLLATE "C"'


@compiles(_Code, "sqlite")
def _code_in_sqlite(element: _Code, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({column}) = 'text' THEN {column} END COLLATE BINARY"


def answer(fact: Fact, column: ColumnElement[Any], as_of: dt.date, *, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the answer to *fact* that *column* holds on *as_of*, and NULL where it holds none.

    Args:
        fact: The question.
        column: Where its answers stand.
        as_of: The day; one that lies after it is no answer.
        key: The column by which the members of a group are found.
    """
    match fact:
        case BoolFact():
            return _YesNo(column)
        case GroupFact():
            return case((and_(_YesNo(column), key.is_not(None)), true()))
        case IntFact():
            return _Number(column)
        case DateFact():
            day = _Day(column)
            return case((day.between(literal(dt.date.min, Date()), literal(as_of, Date())), day))
        case ChoiceFact():
            code = _Code(column)
            return case((code.in_([str(member.value) for member in fact.members]), code))
        case _:
            raise TypeError(f"there is no column yet for a {type(fact).__name__}")
