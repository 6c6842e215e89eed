"""Hostile tables through every engine: each takes a cell for what it is, or for a gap, or refuses, and shows no cell.

What a row answers is read back from it by `answers_of`, for databases by `facts_of_row`, and judged by the interpreter.
An engine may say the same, or refuse with a named error; it may not take what is no answer for one.
"""

import contextlib
import datetime as dt
import decimal
import enum
import functools
import itertools
import sqlite3
import uuid

import pyarrow as pa
import pytest

from careprogram.errors import CareProgramError, TableError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    FactValues,
    GroupFact,
    IntFact,
    Policy,
    evaluate,
    judge_facts,
)
from careprogram.rules.columns import answers_of, explain_row, judge_frame
from careprogram.rules.compiled import compile_policy
from careprogram.rules.render import render_verdict
from careprogram.rules.sql import facts_of_row, policy_sql

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)
SECRET = "王小明１１０"
"""Stands in cells; no message may show it."""


class Place(enum.Enum):
    AWAY = "away"
    HOME = "at-home"
    NAN = "nan"
    INF = "infinity"


class PersonFacts(FactSchema):
    able = BoolFact(label=TEXT)
    left_on = DateFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT)
    place = ChoiceFact(label=TEXT, choices=Place)
    born = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=PersonFacts)


def policy_of(*rules):
    clauses = tuple(Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules))
    category = Category(id="k", tier=1, title=TEXT, clauses=clauses)
    return Policy(id=PolicyId("p"), title=TEXT, citation="c", categories=(category,))


RULES = {
    "poor": (Facts.poor.is_(True), Facts.poor.is_(False)),
    "grade": (Facts.grade >= 5, ~(Facts.grade >= 5), Facts.grade < 2**40, Facts.grade.is_(5)),
    "place": (Facts.place.one_of(Place.AWAY, Place.NAN, Place.INF), ~Facts.place.is_(Place.AWAY)),
    "born": (Facts.born.age >= 10, ~(Facts.born.age >= 10), Facts.born.days < 0, Facts.born.months < 40_000),
}
ABOUT = {name: policy_of(*rules, Facts.facts()[name].known()) for name, rules in RULES.items()}
ABLE = PersonFacts.able.is_(True)
GROUPED = policy_of(
    Facts.parents.any_(ABLE),
    Facts.parents.all_(ABLE),
    Facts.parents.all_(PersonFacts.left_on.months >= 6),
    Facts.parents.known(),
)


def meant(policy, values):
    """Return the truth of each clause by the interpreter, for answers that have been read."""
    return tuple(evaluate(one.condition, values, as_of=AS_OF, ages=policy.ages).value for one in policy.clauses)


def said(policy, row):
    """Return the truth of each clause that a judged row holds."""
    names = {True: "true", False: "false", None: "unknown"}
    cells = [row[f"clause.{clause.id}"] for clause in policy.clauses]
    return tuple(names[None if cell is None else bool(cell)] for cell in cells)


# -- the doors: each returns the truths of each row, by key where there is one


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


# -- columns of the wrong kind, and of the right kind with mean answers in them

DAY, NOON = dt.date(2016, 9, 1), dt.datetime(2016, 9, 1, 12)  # noqa: DTZ001 - without a zone on purpose
ARROW = {
    "text": pa.array([SECRET, "1", "true", "５", "away", "2016-01-01", "", "a\0b", "away\0", " away", "AWAY", None]),
    "long text": pa.array(["away" * 25_000, "away", None]),
    "large text": pa.array(["away", SECRET, None], pa.large_string()),
    "text view": pa.array(["away", SECRET, None], pa.string_view()),
    "dictionary": pa.array(["away", SECRET, "at-home", None]).dictionary_encode(),
    "dictionary of numbers": pa.array([1, 5, None]).dictionary_encode(),
    "dictionary of days": pa.array([DAY, None]).dictionary_encode(),
    "bytes": pa.array([SECRET.encode(), b"away", b"\xff", None]),
    "float": pa.array([float("nan"), float("inf"), float("-inf"), 5.0, 5.5, 0.0, None]),
    "half": pa.array([5.0, None], pa.float32()),
    "decimal": pa.array([decimal.Decimal("5"), None]),
    "yes or no": pa.array([True, False, None]),
    "byte": pa.array([5, 4, 1, 0, -128, None], pa.int8()),
    "number": pa.array([5, 1, 0, 2**63 - 1, -(2**63), None]),
    "unsigned": pa.array([5, 1, 2**64 - 1, None], pa.uint64()),
    "moment": pa.array([NOON, None]),
    "moment in a zone": pa.array([NOON, None], pa.timestamp("us", "Asia/Shanghai")),
    "day": pa.array([DAY, DAY + dt.timedelta(1), AS_OF, dt.date.min, dt.date.max, None]),
    "day without end": pa.array([2**31 - 1, -(2**31), -719_163, -800_000, None], pa.int32()).cast(pa.date32()),
    "day in milliseconds": pa.array([DAY, None], pa.date64()),
    "time": pa.array([dt.time(1), None]),
    "duration": pa.array([dt.timedelta(1), None]),
    "nothing": pa.nulls(3),
    "list": pa.array([[5], [], None]),
    "record": pa.array([{"a": SECRET}, None], pa.struct([("a", pa.string())])),
    "no row": pa.array([], pa.int64()),
    "no row of text": pa.array([], pa.string()),
    "no row of nothing": pa.nulls(0),
}
BEYOND_PYTHON = {"day without end"}
"""Days that Python has no date for: no answers, as far as rules are concerned."""


def cells_of(name):
    """Return the cells of a column as Python reads them."""
    return [None] * len(ARROW[name]) if name in BEYOND_PYTHON else ARROW[name].to_pylist()


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


# -- cells of the wrong kind, where a column may hold anything


class Number(int):
    """A number whose class answers as it likes."""

    def __ge__(self, other):
        return True

    def __lt__(self, other):
        raise RuntimeError(SECRET)

    __eq__ = __ge__
    __hash__ = int.__hash__


class Day(dt.date):
    """A day whose class answers as it likes."""

    def __le__(self, other):
        raise RuntimeError(SECRET)

    def __gt__(self, other):
        return False


class Pretender:
    """Says that it is a number, and yes, and a day."""

    __class__ = property(lambda _: bool)

    def __bool__(self):
        raise RuntimeError(SECRET)


class OtherPlace(enum.Enum):
    AWAY = "away"


class Unhashable(str):
    """A code that cannot be looked up."""

    __hash__ = None


CELLS = [
    *(True, False, 0, 1, 2, 5, -1, 2**63 - 1, 2**63, -(2**80), 10**400, 5.0, 5.5, 0.0),
    *(float("nan"), float("inf"), float("-inf"), decimal.Decimal("NaN"), decimal.Decimal(5), 5 + 0j, Number(5)),
    *(SECRET, "", "1", "５", "true", "away", "AWAY", "away ", "away\0", "\ud800", "away\ud800", "a" * 100_000, "nan"),
    *(b"away", bytearray(b"1"), Unhashable("away"), Place.AWAY, Place.NAN, OtherPlace.AWAY, Place, None, ...),
    *(DAY, dt.date.min, dt.date.max, Day(2016, 9, 1), NOON, NOON.replace(tzinfo=dt.UTC), dt.time(1), dt.timedelta(1)),
    *("2016-09-01", "2016-9-1", "２０１６-09-01", "2016-02-30", "0000-06-01", "20160901", "2016-09-01T00:00:00"),
    *([], (), {}, [True], {"able": True}, {SECRET}, Pretender(), object(), lambda: SECRET, uuid.UUID(int=1)),
]


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


# -- tables that do not fit together


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
