"""Hostile tables through every engine: each takes a cell for what it is, or for a gap, or refuses, and shows no cell.

What a row answers is read back from it by `answers_of`, for databases by `facts_of_row`, and judged by the interpreter.
An engine may say the same, or refuse with a named error; it may not take what is no answer for one.
"""

import contextlib
import datetime as dt
import itertools
import sqlite3

import pyarrow as pa
import pytest
from doors import FRAMES, by_frame, duckdb_sql, meant, outcome, polars, polars_lazy, pyarrow, said
from hostile import (
    ABOUT,
    ARROW,
    AS_OF,
    CELLS,
    DAY,
    GROUPED,
    RULES,
    SECRET,
    Day,
    Facts,
    Number,
    Place,
    cells_of,
)

from careprogram.errors import TableError
from careprogram.rules import (
    FactValues,
    judge_facts,
)
from careprogram.rules.columns import answers_of, explain_row
from careprogram.rules.compiled import compile_policy
from careprogram.rules.render import render_verdict
from careprogram.rules.sql import facts_of_row, policy_sql


@pytest.mark.parametrize("fact", RULES)
def test_a_hostile_column_is_read_alike_or_refused(fact):
    """Every type of column where the answers to a fact should stand, through every engine over Arrow tables."""
    policy = ABOUT[fact]
    for name, column in ARROW.items():
        right = [meant(policy, answers_of(policy.facts, {fact: cell}).values) for cell in cells_of(name)]
        table = pa.table({"child": list(range(len(column))), fact: column})
        for door in FRAMES:
            assert outcome(door, policy, table) in (right, TableError), (name, door.__name__)
        assert outcome(duckdb_sql, policy, table) == right, f"{name}: a query judges every column, and never fails"


@pytest.mark.filterwarnings("default")
def test_spark_reads_a_hostile_column_alike_or_refuses_it(pyspark):
    """The same on a cluster, for the types that it can hold."""
    kinds = {"text": "string", "float": "double", "number": "bigint", "yes or no": "boolean", "moment": "timestamp_ntz"}
    kinds |= {"day": "date", "bytes": "binary", "nothing": "void"}
    for fact, (name, kind) in itertools.product(RULES, kinds.items()):
        policy, cells = ABOUT[fact], cells_of(name)
        right = [meant(policy, answers_of(policy.facts, {fact: cell}).values) for cell in cells]
        frame = pyspark.session().createDataFrame([(cell,) for cell in cells], f"{fact} {kind}")
        assert outcome(by_frame, lambda table: table, policy, frame) in (right, TableError), (fact, name)


@pytest.mark.parametrize("fact", RULES)
def test_a_hostile_answer_of_a_record_is_read_alike_at_every_door(fact):
    """As a fact, as a row of a table, as a row of a database: the verdict is the interpreter's, whatever the object."""
    policy = ABOUT[fact]
    for cell in CELLS:
        for read in (
            answers_of(policy.facts, {fact: cell}),
            facts_of_row(policy, {fact: cell}),
            FactValues(values={fact: cell}),
        ):
            verdict = judge_facts(policy, read, as_of=AS_OF)
            truths, failed = compile_policy(policy, AS_OF).truths(read.values)
            assert tuple(one.value for one in verdict.clauses.values()) == tuple(one.value for one in truths)
            assert not failed
            assert SECRET not in f"{verdict!r}{verdict}{render_verdict(verdict, policy)}"
            if type(cell) not in (Number, Day):
                kept = read.values[fact]
                answered = type(kept) in (bool, int, dt.date, Place) and Facts.facts()[fact].of_kind(kept)
                right = meant(policy, {fact: kept} if answered else {})
                assert tuple(one.value for one in truths) == right, cell
        row = explain_row(policy, {fact: cell}, as_of=AS_OF)
        assert (
            row.determination is judge_facts(policy, answers_of(policy.facts, {fact: cell}), as_of=AS_OF).determination
        )


def test_an_answer_in_another_guise_is_that_answer():
    """A number or a day of somebody's own class counts by its value, not by what its operators say."""
    for fact, cell, plain in (("grade", Number(4), 4), ("born", Day(2016, 9, 1), DAY), ("grade", Number(5), 5)):
        verdict = judge_facts(ABOUT[fact], FactValues(values={fact: cell}), as_of=AS_OF)
        assert tuple(one.value for one in verdict.clauses.values()) == meant(ABOUT[fact], {fact: plain})


def grouped(keys, listed, members):
    """Return a table of children and one of their parents; *members* are (child, able)."""
    kind = pa.string() if any(isinstance(key, str) for key in keys) else pa.int64()
    children = pa.table({"child": pa.array(keys, kind), "parents": pa.array(listed, pa.bool_())})
    parents = {
        "child": pa.array([key for key, _ in members], kind),
        "able": pa.array([able for _, able in members], pa.bool_()),
        "left_on": pa.nulls(len(members), pa.date32()),
    }
    return children, pa.table(parents)


def sqlite_tables(policy, children, parents):
    """Judge a table and one of members in SQLite, in the order of its rows."""
    query = policy_sql(policy, as_of=AS_OF, dialect="sqlite")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE children (child, parents)")
        connection.execute("CREATE TABLE parents (child, able, left_on)")
        for name, table in (("children", children), ("parents", parents)):
            marks = ", ".join("?" * table.num_columns)
            records = [tuple(row.values()) for row in table.to_pylist()]
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", records)
        rows = connection.execute(query.text, query.parameters).fetchall()
        return [said(policy, dict(zip(query.columns, row, strict=True))) for row in rows]


MEMBERS = {
    "a thousand members": ([1, 2], [True, True], [*((1, False) for _ in range(999)), (1, True), (2, None)]),
    "members of nobody": ([1], [True], [(7, True), (None, True), (1, False)]),
    "a child without an id": ([None, 1], [True, True], [(None, True), (1, True)]),
    "two children of one id": ([1, 1, 2], [True, None, True], [(1, True), (1, False), (2, True)]),
    "nobody listed": ([1, 2, 3], [True, False, None], []),
    "members who are not to be counted": ([1, 2], [False, None], [(1, True), (2, True)]),
    "gaps everywhere": ([None, None], [None, None], [(None, None), (None, None)]),
    "no child": ([], [], [(1, True)]),
    "ids that are texts": (["０", SECRET, "x" * 100_000], [True] * 3, [("０", True), (SECRET, None), ("0", False)]),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_members_belong_to_their_child_and_to_nobody_else(name):
    """Members of nobody, of two children of one id, of a child without id, a thousand of them: every engine agrees."""
    keys, listed, members = MEMBERS[name]
    children, parents = grouped(keys, listed, members)
    right = []
    for key, known in zip(keys, listed, strict=True):
        own = [{"able": able} for of, able in members if of == key]
        row = {"parents": known if key is not None else None}
        right.append(meant(GROUPED, answers_of(GROUPED.facts, row, members={"parents": own}).values))
    for door in (*FRAMES, duckdb_sql, sqlite_tables):
        found = outcome(door, GROUPED, children, parents=parents)
        assert sorted(found) == sorted(right), door.__name__
        if door in (polars, pyarrow):
            assert found == right, f"{door.__name__} changed the order"


def test_tables_that_cannot_be_judged_are_refused_by_every_engine_over_frames():
    """A column missing or twice, a key of another type, no table of members, members without a key."""
    poor, child = pa.array([True]), pa.array([1])
    children, parents = grouped([1], [True], [(1, True)])
    cases = [
        (ABOUT["poor"], pa.table({"child": child}), {}),
        (GROUPED, children, {}),
        (GROUPED, children, {"parents": parents.drop(["child"])}),
        (GROUPED, children, {"parents": parents.drop(["able"])}),
        (GROUPED, children.drop(["child"]), {"parents": parents}),
        (GROUPED, children, {"parents": parents.set_column(0, "child", pa.array([SECRET]))}),
    ]
    for (policy, table, groups), door in itertools.product(cases, FRAMES):
        assert outcome(door, policy, table, **groups) is TableError, (door.__name__, table.schema)
    twice = pa.table([poor, pa.array([False])], names=["poor", "poor"])
    assert outcome(pyarrow, ABOUT["poor"], twice) is TableError
    for door in (polars, polars_lazy, pyarrow):  # DuckDB has no table without a column
        assert outcome(door, ABOUT["poor"], pa.table({})) is TableError


def test_columns_that_nobody_asks_for_change_nothing():
    """Whatever their type, name or cells; and a policy may be asked of no row at all."""
    extra = {f"x{at}": column for at, column in enumerate(ARROW.values()) if len(column) == 3}
    extra |= {"姓名": pa.array([SECRET] * 3), 'x"; drop table children; --': pa.array([1, 2, 3]), "_c0": pa.nulls(3)}
    table = pa.table({"child": [1, 2, 3], "poor": [True, False, None], **extra})
    right = [meant(ABOUT["poor"], {"poor": cell} if cell is not None else {}) for cell in (True, False, None)]
    for door in (*FRAMES, duckdb_sql):
        assert outcome(door, ABOUT["poor"], table) == right, door.__name__
        assert outcome(door, ABOUT["poor"], table.slice(0, 0)) == [], door.__name__


@pytest.mark.parametrize("answer", [SECRET, [1], ({"able": SECRET},), ({"able": True}, 7), ({SECRET: True},), {1: 2}])
def test_members_that_are_none_are_no_members(answer):
    """A group of which one member cannot be read is a group that nobody listed; the rest of the policy is judged."""
    verdict = judge_facts(GROUPED, FactValues(values={"parents": answer}), as_of=AS_OF)
    assert tuple(one.value for one in verdict.clauses.values()) == meant(GROUPED, {})
    assert verdict.explanation.unreadable == ("parents",)
    assert SECRET not in f"{verdict!r}{render_verdict(verdict, GROUPED, 'en')}"
