"""The doors through which tables are judged: each returns the truths of each row, by key where there is one."""

import functools

import pytest
from hostile import AS_OF, SECRET

from careprogram.errors import CareProgramError
from careprogram.rules import (
    evaluate,
)
from careprogram.rules.columns import judge_frame
from careprogram.rules.sql import policy_sql


def meant(policy, values):
    """Return the truth of each clause by the interpreter, for answers that have been read."""
    return tuple(evaluate(one.condition, values, as_of=AS_OF, ages=policy.ages).value for one in policy.clauses)


def said(policy, row):
    """Return the truth of each clause that a judged row holds."""
    names = {True: "true", False: "false", None: "unknown"}
    cells = [row[f"clause.{clause.id}"] for clause in policy.clauses]
    return tuple(names[None if cell is None else bool(cell)] for cell in cells)


def by_frame(make, policy, children, **groups):
    """Judge Arrow tables in the frames that *make* makes of them."""
    frames = {name: make(table) for name, table in groups.items()}
    judged = judge_frame(policy, make(children), as_of=AS_OF, groups=frames)
    judged = judged.collect() if hasattr(judged, "collect") else judged
    if isinstance(judged, list):  # of Spark
        rows = [row.asDict() for row in judged]
    elif hasattr(judged, "to_dicts"):
        rows = judged.to_dicts()
    elif hasattr(judged, "to_pylist"):
        rows = judged.to_pylist()
    else:
        rows = [dict(zip(judged.columns, record, strict=True)) for record in judged.fetchall()]
    return [said(policy, row) for row in rows]


def polars(policy, children, **groups):
    """Judge a Polars frame."""
    pl = pytest.importorskip("polars")
    return by_frame(pl.from_arrow, policy, children, **groups)


def polars_lazy(policy, children, **groups):
    """Judge a lazy Polars frame."""
    pl = pytest.importorskip("polars")
    return by_frame(lambda table: pl.from_arrow(table).lazy(), policy, children, **groups)


def pyarrow(policy, children, **groups):
    """Judge a PyArrow table."""
    return by_frame(lambda table: table, policy, children, **groups)


@functools.cache
def one_duckdb():
    """Return the one connection: opening it takes longer than asking."""
    return pytest.importorskip("duckdb").connect()


def duckdb(policy, children, **groups):
    """Judge a DuckDB relation."""
    return by_frame(one_duckdb().from_arrow, policy, children, **groups)


def duckdb_sql(policy, children, **groups):
    """Ask DuckDB the printed query, and the one with bound values, which must agree."""
    query = policy_sql(policy, as_of=AS_OF, dialect="duckdb")
    connection = one_duckdb()
    for name, table in {"children": children, **groups}.items():
        connection.register(name, table)
    found = [
        [said(policy, dict(zip(query.columns, row, strict=True))) for row in connection.execute(*asked).fetchall()]
        for asked in ((query.text, query.parameters), (query.printed,))
    ]
    assert sorted(found[0]) == sorted(found[1])
    return found[0]


FRAMES = (polars, polars_lazy, pyarrow, duckdb)


def outcome(door, *asked, **groups):
    """Return what *door* says, or the refusal; whatever else it raises, or a refusal that shows a cell, is a fault."""
    try:
        return door(*asked, **groups)
    except CareProgramError as error:
        told = f"{error}{error!r}{getattr(error, 'problems', '')}"
        assert SECRET not in told
        assert "王" not in told
        return type(error)
