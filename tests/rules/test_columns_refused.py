"""A table that does not fit is refused before a row is read, with everything that is wrong, and without an answer."""

import datetime as dt
import sys

import duckdb
import polars as pl
import pyarrow as pa
import pytest
import rules_kit as kit

from careprogram.errors import MissingExtraError, TableError, ValidationError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import Category, Clause, FactSchema, IntFact, Policy
from careprogram.rules.columns import judge_frame

Facts, ParentFacts, Place = kit.Facts, kit.ParentFacts, kit.Place

AS_OF = dt.date(2026, 9, 1)
TEXT = Text("文", "text")


def policy_of(*rules, ids=None):
    clauses = [
        Clause(id=(ids or [])[at] if ids else f"c{at}", citation="art.", text=TEXT, when=rule)
        for at, rule in enumerate(rules)
    ]
    return Policy(
        id=PolicyId("p"),
        title=TEXT,
        citation="law",
        categories=(Category(id="k", tier=1, title=TEXT, clauses=tuple(clauses)),),
    )


EVERYTHING = policy_of(
    Facts.poor.is_(True) & (Facts.grade >= 3) & Facts.father.is_(Place.AWAY) & (Facts.birth_date.age < 16),
    Facts.parents.any_(ParentFacts.able.is_(True) & (ParentFacts.left_on.months >= 6)),
)
GOOD = {
    "child": pl.Series(["a"]),
    "poor": pl.Series([True]),
    "grade": pl.Series([3]),
    "father": pl.Series(["away"]),
    "birth_date": pl.Series([dt.date(2016, 1, 1)]),
    "parents": pl.Series([True]),
}
PARENTS = pl.DataFrame({"child": ["a"], "able": [True], "left_on": [dt.date(2020, 1, 1)]})


def problems_of(frame, policy=EVERYTHING, **options):
    with pytest.raises(TableError) as refused:
        judge_frame(policy, frame, as_of=AS_OF, **{"groups": {"parents": PARENTS}, **options})
    assert len(str(refused.value).splitlines()) == len(refused.value.problems) + 1
    return [(problem.column, problem.found) for problem in refused.value.problems]


def test_all_problems_are_told_at_once():
    """A user mends a table once, not once for each column."""
    frame = pl.DataFrame(
        {
            "child": [1],
            "poor": ["true"],
            "grade": [3.0],
            "father": pl.Series([4711]),
            "birth_date": [dt.datetime(2016, 1, 1, 12)],  # noqa: DTZ001
            "parents": [2],
        }
    )
    assert problems_of(frame) == [
        ("poor", "String"),
        ("grade", "Float64"),
        ("father", "Int64"),
        ("birth_date", "Datetime(time_unit='us', time_zone=None)"),
        ("parents", "Int64"),
        ("child", "String"),
    ]


@pytest.mark.parametrize(
    ("column", "cells", "found"),
    [
        ("poor", [1], "Int64"),
        ("poor", [1.0], "Float64"),
        ("grade", ["３"], "String"),
        ("grade", [True], "Boolean"),
        ("father", pl.Series(["away"], dtype=pl.Enum(["away", "gone"])), "the categories 'gone'"),
        ("birth_date", ["2016-01-01"], "String"),
        ("birth_date", [42369], "Int64"),
    ],
)
def test_what_only_looks_like_an_answer_is_refused(column, cells, found):
    """1 is not yes, 3.0 is no number of a grade, a text is no date: whoever means it says so."""
    assert problems_of(pl.DataFrame({**GOOD, column: cells})) == [(column, found)]


def test_a_refusal_shows_no_cell():
    """The text goes to a log."""
    frame = pl.DataFrame({**GOOD, "birth_date": ["1999-12-31"]})
    with pytest.raises(TableError) as refused:
        judge_frame(EVERYTHING, frame, as_of=AS_OF, groups={"parents": PARENTS})
    assert "1999" not in str(refused.value) + repr(refused.value.problems)


def test_a_missing_column_is_an_error_unless_nobody_asked():
    """A renamed column would otherwise leave a whole county undetermined without a word."""
    frame = pl.DataFrame(GOOD).drop("grade", "poor")
    assert problems_of(frame) == [("poor", "no such column"), ("grade", "no such column")]
    judged = judge_frame(EVERYTHING, frame, as_of=AS_OF, groups={"parents": PARENTS}, absent="unknown")
    assert judged["determination"].to_list() == ["eligible"]
    bare = judge_frame(EVERYTHING, pl.DataFrame({"child": ["a", "b"]}), as_of=AS_OF, absent="unknown")
    assert bare["determination"].to_list() == ["undetermined"] * 2


@pytest.mark.parametrize("table", [pl.DataFrame({"poor": [None]}), pa.table({"poor": pa.nulls(1)})])
def test_a_column_without_any_answer_needs_no_type(table):
    """Libraries call a column of nothing but gaps by no type at all."""
    judged = pl.DataFrame(judge_frame(policy_of(Facts.poor.is_(True)), table, as_of=AS_OF))
    assert judged["determination"].to_list() == ["undetermined"]


def test_tables_of_members_are_looked_at_like_the_table_itself():
    """Their columns, their key, and the engine that computes them."""
    frame = pl.DataFrame(GOOD)
    assert problems_of(frame, groups={}) == [("parents", "no table")]
    assert problems_of(frame, groups={"parents": PARENTS.drop("able")}) == [("able", "no such column")]
    assert problems_of(frame, groups={"parents": PARENTS.drop("child")}) == [("child", "no such column")]
    assert problems_of(frame, groups={"parents": PARENTS.with_columns(child=pl.lit(1))}) == [("child", "Int32")]
    assert problems_of(frame, groups={"parenst": PARENTS}) == [("parents", "no table")]
    assert problems_of(frame.drop("child")) == [("child", "no such column")]
    assert problems_of(frame, groups={"parents": PARENTS.to_arrow()}) == [("child", "pyarrow")]


@pytest.mark.parametrize("frame", [[{"poor": True}], {"poor": [True]}, None, "poor"])
def test_what_is_no_frame_is_refused(frame):
    """Lists of rows are judged by `judge_facts`."""
    with pytest.raises(TableError, match=type(frame).__name__):
        judge_frame(policy_of(Facts.poor.is_(True)), frame, as_of=AS_OF)


def test_columns_of_one_name_are_refused():
    """Nobody could say which of them holds the answer."""
    table = pa.table([pa.array([True]), pa.array([False])], names=["poor", "poor"])
    with pytest.raises(TableError):
        judge_frame(policy_of(Facts.poor.is_(True)), table, as_of=AS_OF)


def test_only_what_is_asked_for_is_taken_along():
    """A judged table is passed on: names stay behind unless somebody wants them."""
    policy = policy_of(Facts.poor.is_(True))
    frame = pl.DataFrame({"child": [1], "name": ["x"], "poor": [True], "a 'b\"; --.c": [0], "姓名": ["y"]})
    assert judge_frame(policy, frame, as_of=AS_OF).columns[:2] == ["child", "determination"]
    kept = judge_frame(policy, frame, as_of=AS_OF, keep=["poor", "a 'b\"; --.c", "姓名"])
    assert kept.columns[:4] == ["poor", "a 'b\"; --.c", "姓名", "determination"]
    assert problems_of(frame, policy, groups=None, keep=["nmae"]) == [("nmae", "no such column")]


def test_results_never_hide_a_column_that_is_kept():
    """A table judged by one policy is judged by the next: their results would have the same names."""
    policy = policy_of(Facts.poor.is_(True))
    frame = pl.DataFrame({"determination": ["old"], "poor": [True], "_c0": [1], "__f_poor": [2]})
    assert problems_of(frame, policy, groups=None, keep=["determination"]) == [
        ("determination", "a second column of that name ('determination')")
    ]
    assert judge_frame(policy, frame, as_of=AS_OF, keep=["_c0"]).row(0)[:2] == (1, "eligible")


class Shadow(FactSchema):
    """A fact with the name of a result."""

    tier = IntFact(label=TEXT)


def test_a_fact_may_have_the_name_of_a_result():
    """`tier` of the table is the fact, `tier` of the judged table the result."""
    judged = judge_frame(policy_of(Shadow.tier >= 5), pl.DataFrame({"tier": [5, 4]}), as_of=AS_OF)
    assert judged["tier"].to_list() == [1, None]


@pytest.mark.parametrize("hostile", ['x"; drop table children; --', "a'b", "a.b", "条 一", " ", "_c0"])
def test_a_hostile_name_of_a_column_is_only_a_name(hostile):
    """It is taken along and means nothing."""
    policy = policy_of(Facts.poor.is_(True), Facts.alone.is_(True), ids=["a.b", "a-b"])
    frame = pl.DataFrame({"poor": [True, None], "alone": [False, False], hostile: [1, 2]})
    with duckdb.connect() as connection:
        judged = judge_frame(policy, connection.from_arrow(frame.to_arrow()), as_of=AS_OF, keep=[hostile])
        assert [judged.columns[0], *judged.columns[-2:]] == [hostile, "clause.a.b", "clause.a-b"]
        assert [row[0] for row in judged.fetchall()] == [1, 2]
    assert judge_frame(policy, frame, as_of=AS_OF, keep=[hostile])[hostile].to_list() == [1, 2]


def test_names_that_differ_only_in_case_are_refused_where_an_engine_takes_them_for_one():
    """DuckDB and Spark do."""
    policy = policy_of(Facts.poor.is_(True))
    frame = pl.DataFrame({"poor": [True], "Tier": [7]})
    assert judge_frame(policy, frame, as_of=AS_OF, keep=["Tier"]).row(0)[:3] == (7, "eligible", 1)
    with duckdb.connect() as connection:
        relation = connection.from_arrow(frame.to_arrow())
        with pytest.raises(TableError, match="second column of that name"):
            judge_frame(policy, relation, as_of=AS_OF, keep=["Tier"])


@pytest.mark.parametrize("options", [{"truths": "column"}, {"absent": "ignore"}])
def test_a_misspelt_option_is_refused(options):
    """It would silently mean another one."""
    with pytest.raises(ValidationError, match="truths is"):
        judge_frame(policy_of(Facts.poor.is_(True)), pl.DataFrame({"poor": [True]}), as_of=AS_OF, **options)


def test_gaps_of_numpy_are_refused():
    """A column of pandas on NumPy has no gaps but NaN, which compares as a number and casts to yes."""
    pandas = pytest.importorskip("pandas", reason="pandas is no dependency of the project")
    policy = policy_of(Facts.grade >= 3)
    with pytest.raises(TableError, match="NumPy"):
        judge_frame(policy, pandas.DataFrame({"grade": [1, 2]}), as_of=AS_OF)
    arrow = pandas.DataFrame({"grade": pandas.array([3, None], dtype="int64[pyarrow]")})
    assert judge_frame(policy, arrow, as_of=AS_OF)["determination"].tolist() == ["eligible", "undetermined"]


class NumpyFrame:
    """What a NumPy-backed frame shows of itself, for machines without pandas."""

    def __init__(self, kind):
        self.dtypes = {"grade": kind}

    def to_native(self):
        return self

    implementation = "pandas"


def test_gaps_of_numpy_are_refused_by_the_type_of_their_column():
    """The same where pandas is not installed: only columns of type ArrowDtype are taken."""
    from careprogram.rules.columns.checking import Table, fact_problems, narwhals

    class ArrowDtype:
        """As pandas calls it."""

    nw = narwhals()
    for kind, wrong in ((ArrowDtype(), 0), (object(), 1)):
        table = Table(name="table", frame=NumpyFrame(kind), schema={"grade": nw.Int64()})
        assert len(list(fact_problems(table, [Facts.grade], absent_is_unknown=False))) == wrong


def test_without_narwhals_the_extra_is_named(monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    with pytest.raises(MissingExtraError, match=r"careprogram\[columns\]"):
        judge_frame(policy_of(Facts.poor.is_(True)), pl.DataFrame({"poor": [True]}), as_of=AS_OF)


def test_one_column_to_keep_is_not_read_letter_by_letter():
    """A text is a sequence of texts too."""
    frame = pl.DataFrame({"child": [1], "poor": [True]})
    with pytest.raises(ValidationError, match=r"keep is a list of columns, such as \['child'\]"):
        judge_frame(policy_of(Facts.poor.is_(True)), frame, as_of=AS_OF, keep="child")


def test_numbers_beyond_63_bits_and_days_before_the_calendar_are_told_alike():
    """A large unsigned number is a number; a day before year 1 is no answer, as it is none to Python."""
    long_ago = pa.array([-800_000, -719_162, None], pa.int32()).cast(pa.date32())
    table = pa.table({"grade": pa.array([2**64 - 1, 3, None], pa.uint64()), "birth_date": long_ago})
    policy = policy_of(Facts.grade >= 5, Facts.birth_date.age >= 10, Facts.birth_date.known())
    with duckdb.connect() as connection:
        frames = (table, pl.from_arrow(table), connection.from_arrow(table))
        for frame in frames:
            judged = judge_frame(policy, frame, as_of=AS_OF)
            rows = pl.DataFrame(judged.pl() if isinstance(judged, duckdb.DuckDBPyRelation) else judged)
            truths = [rows[f"clause.c{at}"].to_list() for at in range(3)]
            assert truths[0] == [True, False, None]
            assert truths[1:] == [[None, True, None]] * 2
