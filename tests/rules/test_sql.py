"""A policy as SQL: what is no answer is unknown, no name is a command, and what no database can say is refused."""

import contextlib
import datetime as dt
import enum
import sqlite3

import attrs
import duckdb
import psycopg
import pytest

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.errors import PolicyError, PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    GroupFact,
    IntFact,
    Period,
    Policy,
    Truth,
    judge_facts,
)
from careprogram.rules.predicates import AnyOf, Is, Operator, Predicate, compare
from careprogram.rules.shortcomings import LARGEST
from careprogram.rules.sql import facts_of_row, policy_sql
from careprogram.testing.engines import CompiledEngine, Interpreter, PostgresqlEngine, SqliteEngine
from careprogram.unknown import UNKNOWN

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)
NATIONAL = shipped_policies()["cn.left-behind.2016"]


class Place(enum.StrEnum):
    """Where somebody is."""

    AWAY = "away"
    HOME = "at-home"


class ParentFacts(FactSchema):
    away = BoolFact(label=TEXT)
    since = DateFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT)
    place = ChoiceFact(label=TEXT, choices=Place)
    born = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=ParentFacts)


def clause_of(when, number=1, **changes):
    return Clause(**{"id": f"c{number}", "citation": "art. 1", "text": TEXT, "when": when, **changes})


def policy_of(*rules, **changes):
    clauses = tuple(clause_of(rule, number) for number, rule in enumerate(rules, 1))
    category = Category(id="g", tier=2, title=TEXT, clauses=clauses)
    return Policy(**{"id": PolicyId("p"), "title": TEXT, "citation": "law", "categories": (category,), **changes})


ASKS_ALL = policy_of(
    Facts.poor.is_(True),
    Facts.grade >= 5,
    Facts.place.is_(Place.AWAY),
    Facts.born.age >= 10,
    Facts.parents.any_(ParentFacts.away.is_(True)),
    Facts.parents.all_(ParentFacts.away.is_(True)),
)


def judged_in_sqlite(policy, children, members=(), **options):
    """Return each row of the result by column, for children given as (key, poor, grade, place, born, parents)."""
    query = policy_sql(policy, as_of=AS_OF, dialect="sqlite", **options)
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE children (child, poor, grade, place COLLATE NOCASE, born, parents)")
        connection.execute("CREATE TABLE parents (child, away, since)")
        connection.executemany("INSERT INTO children VALUES (?, ?, ?, ?, ?, ?)", children)
        connection.executemany("INSERT INTO parents VALUES (?, ?, ?)", members)
        rows = connection.execute(query.text, query.parameters).fetchall()
    return [dict(zip(query.columns, row, strict=True)) for row in rows]


NO_ANSWERS = {
    "poor": ["yes", "1", 2, -1, 1.0, b"1", "true"],
    "grade": ["5", 5.0, 9.5, b"5", "nine"],
    "place": ["AWAY", "Away", "away ", "", "elsewhere", 1, b"away"],
    "born": ["2010-9-1", "2010-02-30", "2010-09-01 00:00:00", "now", 2455000, 1.5, "", "2010-09-01 ", "0000-12-31"],
    "parents": ["yes", 2, 0, "1", 1.0],
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_what_is_no_answer_counts_as_unknown_in_sqlite(name):
    """SQLite keeps anything in any column; a text that only resembles an answer neither lets in nor turns away."""
    names = ["poor", "grade", "place", "born", "parents"]
    children = [(at, *(value if name == n else None for n in names)) for at, value in enumerate(NO_ANSWERS[name])]
    for row in judged_in_sqlite(ASKS_ALL, children, [(at, 1, None) for at in range(9)]):
        assert row["determination"] == "undetermined", (name, NO_ANSWERS[name][row["child"]])
        assert row["tier"] is None
        assert all(row[f"clause.c{number}"] is None for number in range(1, 7))


def test_answers_count_as_they_are():
    """The same columns with answers decide, and members count only where somebody says that they are listed."""
    children = [
        (1, 1, 5, "away", "2016-09-01", 1),
        (2, 0, 4, "at-home", "2016-09-02", 1),
        (3, None, None, None, None, 1),
        (4, 0, 4, "at-home", "2016-09-02", None),
    ]
    members = [(1, 1, None), (1, 0, None), (3, 1, None), (3, None, None), (4, 1, None)]
    rows = {row["child"]: list(row.values())[1:] for row in judged_in_sqlite(ASKS_ALL, children, members)}
    assert rows[1] == ["eligible", 2, 1, 1, 1, 1, 1, 1, 0]
    assert rows[2] == ["eligible", 2, 1, 0, 0, 0, 0, 0, 1]  # nobody is listed: all of them are away
    assert rows[3] == ["eligible", 2, 1, None, None, None, None, 1, None]
    assert rows[4] == ["undetermined", None, None, 0, 0, 0, 0, None, None]


def test_a_column_that_is_not_there_is_an_error_and_no_text():
    """SQLite takes an unknown name in double quotes for a text; asked by table and name it does not."""
    query = policy_sql(policy_of(Facts.poor.is_(True)), as_of=AS_OF, dialect="sqlite")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE children (child, rich)")
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            connection.execute(query.text, query.parameters)


HOSTILE = [
    'x"; DROP TABLE children; --',
    "100% %s %(a)s",
    ":a $a ? \\",
    "select",
    "留守 儿童",
    "it's",
    "*/ /* '",
    "全角　空格",
]


def hostile_policy(name):
    fact = attrs.evolve(Facts.poor, name=name)
    other = attrs.evolve(Facts.grade, name=name.upper() + "2")
    rule = Is(fact=fact, expected=True) | compare(other, Operator.AT_LEAST, 5)
    clause = clause_of(rule, citation=name, text=Text(name, name))
    category = Category(id="g", tier=1, title=Text(name, name), clauses=(clause,))
    return policy_of(Facts.poor.is_(True), categories=(category,), title=Text(name, name), citation=name)


def asked(dialect, name, connection):
    policy = hostile_policy(name)
    query = policy_sql(policy, as_of=AS_OF, dialect=dialect, table=name, key=name + "k")
    table, key, fact, other = (
        '"' + each.replace('"', '""') + '"' for each in (name, name + "k", name, name.upper() + "2")
    )
    kind, yes = ("integer", "1") if dialect == "sqlite" else ("boolean", "true")
    connection.execute(f"CREATE TABLE {table} ({key} bigint, {fact} {kind}, {other} bigint)")
    connection.execute(f"INSERT INTO {table} VALUES (7, {yes}, 1)")
    return query, connection.execute(query.text, query.parameters).fetchall()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_a_command(name, postgresql):
    """Tables, keys, facts, clauses, categories, citations and titles may be called anything, in every database."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        query, rows = asked("sqlite", name, connection)
        assert rows == [(7, "eligible", 1, 1, 1)]
        assert connection.execute(query.printed).fetchall() == rows
        assert [column[0] for column in connection.execute(query.printed).description] == list(query.columns)
    with duckdb.connect() as connection:
        query, rows = asked("duckdb", name, connection)
        assert rows == connection.execute(query.printed).fetchall() == [(7, "eligible", 1, True, True)]
    with psycopg.connect(postgresql.conninfo) as connection:
        query, rows = asked("postgresql", name, connection)
        assert rows == connection.execute(query.printed.encode()).fetchall() == [(7, "eligible", 1, True, True)]
        connection.rollback()


@pytest.mark.parametrize(
    "name", [*HOSTILE, "line\nDROP TABLE children;\r\n--", "x\u2028y\x85z", "\u202eback", "long" * 99]
)
def test_remarks_stay_remarks(name):
    """Every line of the query that tells a title or citation begins as a remark and is one line of visible signs."""
    policy = policy_of(Facts.poor.is_(True), title=Text(name, name), citation=name)
    query = policy_sql(policy, as_of=AS_OF, dialect="duckdb")
    remarks = [line.strip() for line in query.printed.splitlines() if "--" in line and '"' not in line.split("--")[0]]
    assert len(remarks) >= 4
    for line in remarks:
        assert line.startswith("-- ")
        assert line.isprintable()
        assert len(line) <= 203


def test_no_value_of_the_policy_stands_in_the_query():
    """Codes, numbers, dates and tiers are bound; the text of two days differs in nothing but its remarks."""
    for dialect in ("sqlite", "postgresql", "duckdb"):
        one, two = (policy_sql(NATIONAL, as_of=day, dialect=dialect) for day in (AS_OF, AS_OF + dt.timedelta(days=400)))
        commands = [
            "\n".join(line for line in query.text.splitlines() if not line.strip().startswith("--"))
            for query in (one, two)
        ]
        assert commands[0] == commands[1]
        for value in map(str, one.parameters.values()):
            assert f"'{value}'" not in commands[0]
        assert set(one.parameters) == set(two.parameters)
        assert one.parameters != two.parameters


@pytest.mark.parametrize(
    "name", ["", "zero\0", "half\ud800", "two\nlines", "a\rb", "a\u2028b", "turned\u202eround", "\x7f"]
)
def test_names_that_no_database_has_are_refused(name):
    """Nothing, half a character, a second line and signs that nobody sees name no column."""
    with pytest.raises(PolicyError, match="cannot name a column"):
        policy_sql(NATIONAL, as_of=AS_OF, dialect="sqlite", table=name)


def test_a_name_that_postgresql_would_cut_is_refused():
    """PostgreSQL cuts names after 63 bytes, and two clauses could become one column; other databases take them."""
    long = policy_of(Facts.poor.is_(True))
    long = attrs.evolve(
        long, categories=(attrs.evolve(long.categories[0], clauses=(clause_of(Facts.poor.is_(True), id="long" * 15),)),)
    )
    assert policy_sql(long, as_of=AS_OF, dialect="sqlite").columns[-1] == "clause." + "long" * 15
    with pytest.raises(PolicyError, match="67 bytes, and PostgreSQL"):
        policy_sql(long, as_of=AS_OF, dialect="postgresql")


def test_what_cannot_be_asked_is_refused():
    """A day without rules, an unknown dialect, a key named like a verdict, a tier beyond numbers, a group unasked."""
    poor = policy_of(Facts.poor.is_(True))
    with pytest.raises(PolicyNotInForceError, match="no rules for 2026-09-01"):
        policy_sql(attrs.evolve(poor, effective=(Period(until=dt.date(2020, 1, 1)),)), as_of=AS_OF, dialect="sqlite")
    with pytest.raises(PolicyError, match="'oracle' is no dialect: choose from sqlite, postgresql, duckdb"):
        policy_sql(poor, as_of=AS_OF, dialect="oracle")
    for key in ("Tier", "determination", "category.g", "CLAUSE.C1"):
        with pytest.raises(PolicyError, match="called like a column"):
            policy_sql(poor, as_of=AS_OF, dialect="duckdb", key=key)
    with pytest.raises(PolicyError, match="too large for a database"):
        policy_sql(
            attrs.evolve(poor, categories=(attrs.evolve(poor.categories[0], tier=2**63),)),
            as_of=AS_OF,
            dialect="sqlite",
        )
    with pytest.raises(PolicyError, match="asks about no group parents"):
        policy_sql(poor, as_of=AS_OF, dialect="sqlite", groups={"parents": "p"})


def test_a_node_that_is_not_of_the_language_is_refused():
    """No opaque Python inside a rule, and the text names the node."""

    @attrs.frozen(kw_only=True, repr=False)
    class Foreign(Predicate):
        """A node of somebody else."""

    with pytest.raises(TypeError, match="not of Foreign"):
        policy_sql(policy_of(Foreign() & Facts.poor.is_(True)), as_of=AS_OF, dialect="sqlite")


HUGE = [LARGEST, -LARGEST, 2**31, -(2**31) - 1]


@pytest.mark.parametrize("bound", HUGE)
def test_large_thresholds_compare_rightly(bound, postgresql):
    """The largest thresholds compare rightly with the largest numbers that a column holds."""
    rules = [compare(Facts.grade, operator, bound) for operator in Operator]
    policy = policy_of(*rules, *(~rule for rule in rules))
    answers = (0, bound - 1, bound, bound + 1, 2**63 - 1, -(2**63), UNKNOWN)
    rows = [{"grade": value} for value in answers]
    expected = Interpreter().judge(policy, rows, AS_OF)
    engine = PostgresqlEngine(conninfo=postgresql.conninfo)
    with contextlib.closing(engine):
        for each in (SqliteEngine(), engine):
            assert each.judge(policy, rows, AS_OF) == expected


def test_nothing_lasts_longer_than_the_calendar():
    """A length of time that reaches behind the first day of the calendar is reached by nobody, not even on that day."""
    measures = (Facts.born.age, Facts.born.months, Facts.born.days)
    rules = [
        compare(measure, operator, bound)
        for measure in measures
        for operator in Operator
        for bound in (2025, 2026, 24_308, 24_309, 739_859, 739_860, 10**9)
    ]
    rows = [{"born": value} for value in (dt.date.min, dt.date.min + dt.timedelta(days=1), AS_OF, UNKNOWN)]
    policy = policy_of(*rules)
    assert SqliteEngine().judge(policy, rows, AS_OF) == Interpreter().judge(policy, rows, AS_OF)


def test_a_rule_of_two_thousand_conditions_is_no_tree_too_deep():
    """SQLite refuses chains of a thousand; they are written as a tree of halves."""
    rule = AnyOf(parts=tuple(compare(Facts.grade, Operator.EQUAL, number) for number in range(2000)))
    rows = [{"grade": 1999}, {"grade": 2000}, {}]
    found = SqliteEngine().judge(policy_of(rule), rows, AS_OF)
    assert [answer.clauses[0] for answer in found] == [Truth.TRUE, Truth.FALSE, Truth.UNKNOWN]
    assert found == CompiledEngine().judge(policy_of(rule), rows, AS_OF)


@pytest.mark.parametrize("table", ["_answers", "_clauses", "_OUTCOMES", "_members_1", "_members_1_all"])
def test_a_table_called_like_a_step_of_the_query_is_not_hidden(table):
    """The steps take other names than the tables they read."""
    query = policy_sql(ASKS_ALL, as_of=AS_OF, dialect="sqlite", table=table, groups={"parents": "_members_1_each"})
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE TABLE "{table}" (child, poor, grade, place, born, parents)')
        connection.execute('CREATE TABLE "_members_1_each" (child, away, since)')
        connection.execute(f'INSERT INTO "{table}" VALUES (1, 1, 1, NULL, NULL, NULL)')
        assert connection.execute(query.text, query.parameters).fetchone()[:3] == (1, "eligible", 2)


def test_a_table_may_stand_in_a_schema():
    """A pair of names is a table in a schema; a dot within a name stays a dot."""
    query = policy_sql(policy_of(Facts.poor.is_(True)), as_of=AS_OF, dialect="sqlite", table=("main", "a.b"))
    assert 'FROM "main"."a.b" AS source' in query.text


def test_columns_of_postgresql_may_have_types_and_collations_of_their_own(postgresql):
    """An enum, a collation that takes capitals for small letters and a date without end are no other answers."""
    query = policy_sql(ASKS_ALL, as_of=AS_OF, dialect="postgresql")
    with psycopg.connect(postgresql.conninfo) as connection:
        connection.execute("CREATE TYPE place AS ENUM ('away', 'at-home', 'elsewhere')")
        connection.execute(
            "CREATE COLLATION careless (provider = icu, locale = 'und-u-ks-level1', deterministic = false)"
        )
        for kind, values in (("place", "('away'), ('elsewhere')"), ('text COLLATE "careless"', "('away'), ('AWAY')")):
            connection.execute(
                f"CREATE TEMP TABLE children (place {kind}, child serial, poor bool, grade smallint, born date,"
                " parents bool) ON COMMIT DROP"
            )
            connection.execute("CREATE TEMP TABLE parents (child int, away bool, since date) ON COMMIT DROP")
            connection.execute(f"INSERT INTO children (place) VALUES {values}")
            connection.execute("UPDATE children SET born = '-infinity'")
            rows = connection.execute(query.text, query.parameters).fetchall()
            assert sorted((row[0], row[1], row[6], row[7]) for row in rows) == [
                (1, "eligible", True, None),
                (2, "undetermined", None, None),
            ]
            connection.execute("DROP TABLE children, parents")
        connection.rollback()


_VALUES_OF = {
    "integer": "20100901", "bigint": "7", "double precision": "'NaN'", "text": "'yes'", "date": "'2010-09-01'",
    "timestamptz": "'2010-09-01'", "boolean": "true", "jsonb": "'1'", "uuid": "gen_random_uuid()",
}  # fmt: skip
_RIGHT = {"poor": {"boolean"}, "grade": {"integer", "bigint"}, "born": {"date"}, "place": set()}


def test_a_column_of_another_type_holds_no_answer_in_postgresql(postgresql):
    """Whatever type stands where a day, a number, a yes or a code is asked for, the server refuses no query."""
    from sqlalchemy import column, create_engine, table

    from careprogram_sql.policies import policy_select

    rules = {"poor": Facts.poor.is_(True), "grade": Facts.grade >= 1, "born": Facts.born.age >= 10}
    policy = policy_of(*rules.values(), Facts.place.is_(Place.AWAY))
    names = (*rules, "place")
    query = policy_sql(policy, as_of=AS_OF, dialect="postgresql")
    children = table("children", column("child"), *(column(name) for name in names))
    engine = create_engine(postgresql.url.partition("&schema=")[0])
    with contextlib.closing(engine.connect()) as connection:
        for kind, value in _VALUES_OF.items():
            columns = ", ".join(f"{name} {kind}" for name in names)
            connection.exec_driver_sql(f"CREATE TEMP TABLE children (child int, {columns})")
            connection.exec_driver_sql(f"INSERT INTO children VALUES (1, {', '.join([value] * len(names))})")
            by_text = connection.exec_driver_sql(query.text, query.parameters).all()
            by_select = connection.execute(policy_select(policy, children, as_of=AS_OF)).all()
            for ((*_, poor, grade, born, place),) in (by_text, by_select):
                known = {name for name, answer in zip(names, (poor, grade, born, place), strict=True) if answer}
                assert known == {name for name in names if kind in _RIGHT[name]}, kind
                assert {poor, grade, born, place} <= {True, None}
            connection.exec_driver_sql("DROP TABLE children")
        connection.rollback()
    engine.dispose()


def test_a_row_that_a_query_judged_can_be_explained():
    """The row's answers, read back, give the same verdict with its reasons; what is no answer is named."""
    row = {"child": 1, "poor": 0, "grade": 4, "place": "at-home", "born": "2010-09-01", "parents": 1}
    facts = facts_of_row(ASKS_ALL, row, {"parents": [{"away": 1, "since": None}, {"away": 0}]})
    assert facts.values["parents"] == ({"away": True, "since": UNKNOWN}, {"away": False, "since": UNKNOWN})
    verdict = judge_facts(ASKS_ALL, facts, as_of=AS_OF)
    assert list(verdict.clauses.values()) == [Truth.FALSE] * 3 + [Truth.TRUE, Truth.TRUE, Truth.FALSE]
    bad = {"poor": 2, "grade": "4", "place": "elsewhere", "born": "2010-9-1", "parents": "x"}
    facts = facts_of_row(ASKS_ALL, bad)
    assert set(facts.unreadable) == set(bad)
    assert set(facts.values.values()) == {UNKNOWN}
    assert facts_of_row(ASKS_ALL, {"parents": 0, "grade": None}).unreadable == ()


def test_the_shipped_policies_are_read_alike(postgresql):
    """Every shipped policy can be asked in every dialect, and a child of whom nothing is known is undetermined."""
    engine = PostgresqlEngine(conninfo=postgresql.conninfo)
    with contextlib.closing(engine):
        for policy in shipped_policies().values():
            day = max((p.since or AS_OF for p in policy.effective), default=AS_OF)
            day = day if policy.in_force_on(day) else dt.date(2015, 1, 1)
            rows = [{}, {"birth_date": dt.date(2000, 1, 1)}, {"moved_with_parents": True}]
            expected = Interpreter().judge(policy, rows, day)
            for each in (SqliteEngine(), engine):
                assert each.judge(policy, rows, day) == expected
    assert ChildFacts.birth_date.name == "birth_date"


def test_the_parameters_are_a_dict_that_drivers_take_and_nobody_can_change():
    """sqlite3 takes a dict and nothing else; what is done to it does not change the query."""
    query = policy_sql(ASKS_ALL, as_of=AS_OF, dialect="sqlite")
    before = query.parameters
    assert type(before) is dict
    query.parameters.clear()
    assert query.parameters == before
