"""How are the engines over frames, and the solver, asked the same question as the others?

One entry each for Polars, PyArrow, DuckDB and Spark frames judged by `careprogram.rules.columns`, and one for the
formulas of `careprogram.rules.analysis`. An engine whose library is not installed says so.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import attrs

from careprogram.rules import FactValue, Policy
from careprogram.testing.engine_tables import EngineAnswer, answer_of, answers_in, arrow_tables, tables_of, without

Rows = Sequence[Mapping[str, FactValue]]


def _judged(policy: Policy, rows: Rows, as_of: dt.date, make: Callable[[Any], Any]) -> Any:
    from careprogram.rules.columns import judge_frame

    children, members = arrow_tables(tables_of(policy, rows))
    groups = {name: make(table) for name, table in members.items()}
    return judge_frame(policy, make(children), as_of=as_of, groups=groups)


@attrs.frozen(kw_only=True)
class PolarsEngine:
    """Columns on Polars.

    Attributes:
        lazy: Whether it is asked as a lazy frame.
    """

    lazy: bool = False

    @property
    def name(self) -> str:
        """Which of the two it is."""
        return "polars-lazy" if self.lazy else "polars"

    def absent(self) -> str:
        """Return which library is not installed."""
        return without("narwhals", "polars", "pyarrow")

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Judge a Polars frame."""
        import polars as pl

        def make(table: Any) -> Any:
            frame: Any = pl.from_arrow(table)
            return frame.lazy() if self.lazy else frame

        found = _judged(policy, rows, as_of, make)
        return answers_in(policy, (found.collect() if self.lazy else found).rows())


@attrs.frozen(kw_only=True)
class PyarrowEngine:
    """Columns on PyArrow tables."""

    name: ClassVar[str] = "pyarrow"

    def absent(self) -> str:
        """Return which library is not installed."""
        return without("narwhals", "pyarrow")

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Judge a PyArrow table."""
        found = _judged(policy, rows, as_of, lambda table: table)
        return answers_in(policy, zip(*(column.to_pylist() for column in found.columns), strict=True))


@functools.cache
def _duckdb_database() -> Any:
    import duckdb

    return duckdb.connect()


def new_duckdb_connection() -> Any:
    """Return a connection of its own to the one database in memory: opening another takes longer than asking it."""
    return _duckdb_database().cursor()


@attrs.frozen(kw_only=True)
class DuckdbEngine:
    """Columns on DuckDB relations."""

    name: ClassVar[str] = "duckdb"

    def absent(self) -> str:
        """Return which library is not installed."""
        return without("narwhals", "duckdb", "pyarrow")

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Judge a DuckDB relation."""
        with new_duckdb_connection() as connection:
            found = _judged(policy, rows, as_of, connection.from_arrow)
            return answers_in(policy, found.fetchall())


@attrs.frozen(kw_only=True)
class PysparkEngine:
    """Columns on Spark, on this machine alone; the first question starts it."""

    name: ClassVar[str] = "pyspark"
    _sessions: dict[str, Any] = attrs.field(factory=dict, repr=False, eq=False)

    def absent(self) -> str:
        """Return what is not installed: a library, or Java."""
        import shutil

        missing = without("narwhals", "pyspark", "pyarrow")
        return missing or ("" if shutil.which("java") else "not installed: Java, which Spark runs on")

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Judge a Spark frame."""
        session = self.session()

        def make(table: Any) -> Any:
            schema = ", ".join(f"`{field.name}` {_SPARK_TYPES[str(field.type)]}" for field in table.schema)
            return session.createDataFrame([tuple(row.values()) for row in table.to_pylist()], schema)

        return answers_in(policy, map(tuple, _judged(policy, rows, as_of, make).collect()))

    def session(self) -> Any:
        """Return the one session, started on the first call."""
        from pyspark.sql import SparkSession

        if "one" not in self._sessions:
            builder = SparkSession.builder.master("local[2]").appName("careprogram")
            for name, value in _SPARK_SETTINGS.items():
                builder = builder.config(name, value)
            self._sessions["one"] = builder.getOrCreate()
        return self._sessions["one"]

    def close(self) -> None:
        """Stop what was started."""
        for session in self._sessions.values():
            session.stop()
        self._sessions.clear()


_SPARK_TYPES = {"bool": "boolean", "int64": "bigint", "date32[day]": "date", "string": "string"}
_SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.driver.memory": "1g",
}


@attrs.frozen(kw_only=True)
class SolverEngine:
    """The formulas that proofs are made of, with the answers put in."""

    name: ClassVar[str] = "z3"

    def absent(self) -> str:
        """Return which library is not installed."""
        return without("z3")

    def judge(self, policy: Policy, rows: Rows, as_of: dt.date) -> list[EngineAnswer]:
        """Put each row into the formulas."""
        from careprogram.rules.analysis import judge_by_solver

        return [answer_of(outcome, truths) for outcome, truths in judge_by_solver(policy, rows, as_of)]
