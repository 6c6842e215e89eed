"""How is each library of tables asked for a policy, so that its answers can be compared with the interpreter's?

One engine for each kind of frame that `careprogram.rules.columns.judge_frame` takes. An engine whose library is not
installed says so. Nothing is judged here.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs

from careprogram.rules import FactValue, Policy
from careprogram.rules.columns import judge_frame, result_columns, truths_in
from careprogram.rules.columns.names import Truths
from careprogram.testing.engine_tables import KEY, EngineAnswer, answers_in, arrow_tables, tables_of

Library: TypeAlias = Literal["polars", "polars-lazy", "pyarrow", "duckdb", "pyspark"]

_NEEDS: Mapping[Library, tuple[str, ...]] = {
    "polars": ("narwhals", "polars", "pyarrow"),
    "polars-lazy": ("narwhals", "polars", "pyarrow"),
    "pyarrow": ("narwhals", "pyarrow"),
    "duckdb": ("narwhals", "duckdb", "pyarrow"),
    "pyspark": ("narwhals", "pyspark", "pyarrow"),
}


@attrs.frozen(kw_only=True)
class ColumnEngine:
    """A policy judged in the columns of one library.

    Attributes:
        library: Whose frames are judged.
        truths: How the truths of clauses are written before they are read back.
        session: The Spark session; needed by ``pyspark`` only.
    """

    library: Library
    truths: Truths = "columns"
    session: Any = attrs.field(default=None, repr=False, eq=False)

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"columns-{self.library}" + ("-packed" if self.truths == "packed" else "")

    def absent(self) -> str:
        """Return why it cannot be asked here; empty if it can."""
        import importlib.util

        missing = [name for name in _NEEDS[self.library] if importlib.util.find_spec(name) is None]
        if missing:
            return f"not installed: {', '.join(missing)}"
        return "no Spark session was started" if self.library == "pyspark" and self.session is None else ""

    def judge(self, policy: Policy, rows: Sequence[Mapping[str, FactValue]], as_of: dt.date) -> list[EngineAnswer]:
        """Write the rows into frames, judge them, and read the answers back in the order of the rows."""
        children, members = arrow_tables(tables_of(policy, rows))
        if self.library == "duckdb":
            import duckdb

            with duckdb.connect() as connection:
                frames = {name: connection.from_arrow(table) for name, table in members.items()}
                return self._read(policy, connection.from_arrow(children), frames, as_of)
        frames = {name: self._frame(table) for name, table in members.items()}
        return self._read(policy, self._frame(children), frames, as_of)

    def _frame(self, table: Any) -> Any:
        match self.library:
            case "polars" | "polars-lazy":
                import polars as pl

                frame = pl.from_arrow(table)
                return frame.lazy() if self.library == "polars-lazy" and isinstance(frame, pl.DataFrame) else frame
            case "pyspark":
                return self.session.createDataFrame(table)
            case _:
                return table

    def _read(self, policy: Policy, children: Any, members: Mapping[str, Any], as_of: dt.date) -> list[EngineAnswer]:
        judged = judge_frame(policy, children, as_of=as_of, groups=members, truths=self.truths)
        names = (KEY, *result_columns(policy, truths="none"))
        rows = self._rows(judged)
        if [*rows[0]] != [KEY, *result_columns(policy, truths=self.truths)] if rows else False:
            raise AssertionError(f"{self.name} gave the columns {list(rows[0])}")
        cells = ([row[name] for name in names] for row in rows)
        truths = ([_CELLS[one.value] for one in truths_in(policy, row)] for row in rows)
        return answers_in(policy, [[*some, *others] for some, others in zip(cells, truths, strict=True)])

    def _rows(self, judged: Any) -> list[Mapping[str, Any]]:
        match self.library:
            case "polars":
                return judged.to_dicts()  # type: ignore[no-any-return]
            case "polars-lazy":
                return judged.collect().to_dicts()  # type: ignore[no-any-return]
            case "pyarrow":
                return judged.to_pylist()  # type: ignore[no-any-return]
            case "duckdb":
                names = judged.columns
                return [dict(zip(names, record, strict=True)) for record in judged.fetchall()]
            case "pyspark":
                return [row.asDict() for row in judged.collect()]


_CELLS = {"true": True, "false": False, "unknown": None}
