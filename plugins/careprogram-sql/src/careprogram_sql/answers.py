"""How does a column of a database become clean answers to a fact?

Whatever is no answer (a text among numbers, the 30th of February, a day that has not come, another word than the
choices) counts as unknown.
SQLite keeps such things in any column; PostgreSQL has types of its own. Rules are not known here.
"""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Text, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact


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


@compiles(_Number, "sqlite")
def _number_in_sqlite(element: _Number, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({column}) = 'integer' THEN {column} END"


@compiles(_Day)
def _day(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    column = f"CAST({compiler.process(element.clauses, **options)} AS DATE)"
    return f"CASE WHEN isfinite({column}) THEN {column} END"


@compiles(_Day, "sqlite")
def _day_in_sqlite(element: _Day, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    is_day = f"typeof({column}) = 'text' AND date(julianday({column})) = {column} AND {column} >= '0001-01-01'"
    return f"CASE WHEN {is_day} THEN {column} END"


@compiles(_Code)
def _code(element: _Code, compiler: SQLCompiler, **options: Any) -> str:
    return f'CAST({compiler.process(element.clauses, **options)} AS TEXT) COLLATE "C"'


@compiles(_Code, "sqlite")
def _code_in_sqlite(element: _Code, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} COLLATE BINARY"


def answer(fact: Fact, column: ColumnElement[Any], as_of: dt.date) -> ColumnElement[Any]:
    """Return the answer to *fact* that *column* holds on *as_of*, and NULL where it holds none."""
    match fact:
        case BoolFact() | GroupFact():
            return _YesNo(column)
        case IntFact():
            return _Number(column)
        case DateFact():
            day = _Day(column)
            return case((day <= literal(as_of, Date()), day))
        case ChoiceFact():
            code = _Code(column)
            return case((code.in_([str(member.value) for member in fact.members]), code))
        case _:
            raise TypeError(f"there is no column yet for a {type(fact).__name__}")
