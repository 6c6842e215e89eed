"""Which engines judge by the same policy, and how is each of them asked?

The interpreter is the specification; every other engine must answer as it does, clause by clause. Each entry takes the
same rows and gives the same kind of answer, so that a test compares them without knowing them. An engine whose library
or server is not there says why.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeAlias

import attrs

from careprogram.rules import FactValue, Policy, compile_policy, evaluate
from careprogram.rules.compiled import interpret
from careprogram.rules.sql import SqlQuery, policy_sql
from careprogram.testing.engine_tables import (
    EngineAnswer,
    Tables,
    answer_of,
    answers_in,
    arrow_tables,
    kind_of,
    tables_of,
    without,
)
from careprogram.testing.frame_engines import (
    DuckdbEngine,
    PolarsEngine,
    PyarrowEngine,
    PysparkEngine,
    SolverEngine,
    new_duckdb_connection,
)

__all__ = [
    "CompiledEngine",
    "DuckdbEngine",
    "DuckdbSqlEngine",
    "Engine",
    "EngineAnswer",
    "Interpreter",
    "PolarsEngine",
    "PostgresqlEngine",
    "PyarrowEngine",
    "PysparkEngine",
    "SolverEngine",
    "SqliteEngine",
    "every_engine",
]

Rows: TypeAlias = Sequence[Mapping[str, FactValue]]


class Engine(Protocol):
    """A way to judge many children by one policy."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def absent(self) -> str:
        """Return why it cannot be asked here; empty if it can."""
        ...

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Return the answer about each of *rows*, in their order."""
        ...


@attrs.frozen(kw_only=True)
class Interpreter:
    """The specification: it walks the tree for every child and counts ages by the calendar."""

    name: ClassVar[str] = "interpreter"

    def absent(self) -> str:
        """Return nothing: it is always there."""
        return ""

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Interpret every row."""
        conditions = [clause.condition for clause in policy.clauses]
        answers = []
        for row in rows:
            truths = [evaluate(condition, row, as_of=as_of, ages=policy.ages) for condition in conditions]
            answers.append(answer_of(interpret(policy, row, as_of), truths))
        return answers


@attrs.frozen(kw_only=True)
class CompiledEngine:
    """The policy compiled to Python for one day."""

    name: ClassVar[str] = "compiled"

    def absent(self) -> str:
        """Return nothing: it is always there."""
        return ""

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Compile once and ask for every row."""
        compiled = compile_policy(policy, as_of)
        answers = []
        for row in rows:
            truths, failed = compiled.truths(row)
            if failed:
                raise AssertionError(f"clauses failed for answers of the right kind: {', '.join(failed)}")
            answers.append(answer_of(compiled.outcome(truths), truths))
        return answers


_SQLITE_TYPES = {"bool": "INTEGER", "int": "INTEGER", "date": "TEXT", "text": "TEXT"}
_POSTGRESQL_TYPES = {"bool": "boolean", "int": "bigint", "date": "date", "text": "text"}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _creating(tables: Tables, types: Mapping[str, str], create: str) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Return for each table its name, the statement that creates it, and its rows."""
    found = []
    all_tables = [("children", tables.facts, tables.children)]
    all_tables += [(name, facts, columns) for name, (facts, columns) in tables.members.items()]
    for name, facts, columns in all_tables:
        declared = ", ".join(
            ["child bigint", *(f"{_quoted(fact.name)} {types[kind_of(fact)]}" for fact in facts)],
        )
        cells = [columns["child"], *(columns[fact.name] for fact in facts)]
        found.append((name, f"{create} {_quoted(name)} ({declared})", list(zip(*cells, strict=True))))
    return found


@attrs.frozen(kw_only=True)
class SqliteEngine:
    """SQL on SQLite, in memory, with bound parameters."""

    name: ClassVar[str] = "sqlite"

    def absent(self) -> str:
        """Return nothing: it comes with Python."""
        return ""

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Write the rows into tables and ask the query."""
        query = self.query(policy, as_of)
        with sqlite_with(tables_of(policy, rows)) as connection:
            return answers_in(policy, connection.execute(query.text, query.parameters))

    def query(self, policy: Policy, as_of: dt.date) -> SqlQuery:
        """Return the query that is asked."""
        return policy_sql(policy, as_of=as_of, dialect="sqlite")


def sqlite_with(tables: Tables) -> Any:
    """Return a context that gives a connection to a SQLite database in memory that holds *tables*."""
    import contextlib
    import sqlite3

    connection = sqlite3.connect(":memory:")
    for name, create, records in _creating(tables, _SQLITE_TYPES, "CREATE TABLE"):
        connection.execute(create)
        marks = ", ".join("?" * (create.count(", ") + 1))
        cells = [[cell.isoformat() if isinstance(cell, dt.date) else cell for cell in record] for record in records]
        connection.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", cells)  # noqa: S608 - quoted
    return contextlib.closing(connection)


@attrs.frozen(kw_only=True)
class PostgresqlEngine:
    """SQL on PostgreSQL, with bound parameters, in temporary tables.

    Attributes:
        conninfo: How psycopg reaches the server; empty if there is none.
    """

    conninfo: str

    name: ClassVar[str] = "postgresql"
    _connections: dict[str, Any] = attrs.field(factory=dict, repr=False, eq=False)

    def absent(self) -> str:
        """Return why there is no server."""
        return "" if self.conninfo else "no PostgreSQL server was started"

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Copy the rows into temporary tables and ask the query."""
        query = policy_sql(policy, as_of=as_of, dialect="postgresql")
        connection = self.connection()
        try:
            copy_into(connection, tables_of(policy, rows))
            return answers_in(policy, connection.execute(query.text, query.parameters))
        finally:
            connection.rollback()

    def connection(self) -> Any:
        """Return the one connection that is kept."""
        import psycopg

        if "one" not in self._connections:
            self._connections["one"] = psycopg.connect(self.conninfo)
        return self._connections["one"]

    def close(self) -> None:
        """Close the connection."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()


def copy_into(connection: Any, tables: Tables) -> None:
    """Write *tables* into temporary tables of a connection to PostgreSQL, gone when its transaction ends."""
    for name, create, records in _creating(tables, _POSTGRESQL_TYPES, "CREATE TEMPORARY TABLE"):
        connection.execute(f"{create} ON COMMIT DROP")
        with connection.cursor().copy(f"COPY {_quoted(name)} FROM STDIN") as copy:
            for record in records:
                copy.write_row(record)


@attrs.frozen(kw_only=True)
class DuckdbSqlEngine:
    """SQL text on DuckDB: the query as it is printed, or with bound parameters.

    Attributes:
        bound: Whether values are bound rather than printed.
    """

    bound: bool = False

    @property
    def name(self) -> str:
        """Which of the two it is."""
        return "duckdb-sql-bound" if self.bound else "duckdb-sql-text"

    def absent(self) -> str:
        """Return which library is not installed."""
        return without("duckdb", "pyarrow")

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Register the rows as Arrow tables and ask the query."""
        query = policy_sql(policy, as_of=as_of, dialect="duckdb")
        children, members = arrow_tables(tables_of(policy, rows))
        with new_duckdb_connection() as connection:
            for name, table in {"children": children, **members}.items():
                connection.register(name, table)
            asked = (query.text, query.parameters) if self.bound else (query.printed,)
            return answers_in(policy, connection.execute(*asked).fetchall())


def every_engine(*, conninfo: str = "") -> tuple[Engine, ...]:
    """Return every engine of this library, the interpreter first; ask ``absent`` before the others.

    Args:
        conninfo: How psycopg reaches a PostgreSQL server, such as that of `careprogram.testing.postgresql`.
    """
    return (
        Interpreter(),
        CompiledEngine(),
        PolarsEngine(),
        PolarsEngine(lazy=True),
        PyarrowEngine(),
        DuckdbEngine(),
        PysparkEngine(),
        SqliteEngine(),
        PostgresqlEngine(conninfo=conninfo),
        DuckdbSqlEngine(),
        DuckdbSqlEngine(bound=True),
        SolverEngine(),
    )
