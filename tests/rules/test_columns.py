"""A whole table judged at once says of each row what the interpreter says of that child, in every library of tables."""

import datetime as dt
import random
from collections import Counter

import attrs
import duckdb
import polars as pl
import pyarrow as pa
import pytest
import rules_kit as kit

from careprogram.errors import PolicyNotInForceError, ValidationError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.program.tables import judge_table
from careprogram.rules import (
    Category,
    Clause,
    Determination,
    FactValues,
    IntFact,
    Period,
    Policy,
    Truth,
    constant,
    judge_facts,
    walk,
)
from careprogram.rules.columns import explain_row, judge_frame, result_columns, truths_in
from careprogram.rules.columns.planning import plan_for
from careprogram.rules.facts import FactSchema
from careprogram.rules.predicates import AnyOf
from careprogram.rules.shortcomings import LARGEST
from careprogram.testing.column_engines import ColumnEngine
from careprogram.testing.engine_tables import arrow_tables, tables_of
from careprogram.testing.engines import Interpreter
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy
from careprogram.unknown import UNKNOWN

Facts, ParentFacts, Place = kit.Facts, kit.ParentFacts, kit.Place

AS_OF = dt.date(2026, 9, 1)
TEXT = Text("文", "text")
LIBRARIES = ("polars", "polars-lazy", "pyarrow", "duckdb")
SPARK = "pyspark is not installed: it needs Java and stands in a dependency group of its own (cluster)"


def policy_of(*rules, requirements=(), tiers=None):
    """Return a policy with a category for each rule."""
    clauses = [Clause(id=f"c{at}", citation="art.", text=TEXT, when=rule) for at, rule in enumerate(rules)]
    required = [Clause(id=f"r{at}", citation="art.", text=TEXT, when=rule) for at, rule in enumerate(requirements)]
    return Policy(
        id=PolicyId("p"),
        title=TEXT,
        citation="law",
        requirements=tuple(required),
        categories=tuple(
            Category(id=f"k{at}", tier=(tiers or [1] * len(clauses))[at], title=TEXT, clauses=(clause,))
            for at, clause in enumerate(clauses)
        ),
    )


def truths_of(policy, frame, as_of=AS_OF, **options):
    """Return the truths of the first clause, row by row."""
    return [truths_in(policy, row)[0] for row in judge_frame(policy, frame, as_of=as_of, **options).to_dicts()]


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_answers_as_the_interpreter(library):
    """Random policies over facts of every kind and groups, on answers at their edges, clause by clause."""
    engine, seen = ColumnEngine(library=library), Counter()
    for seed in range(12 if library == "duckdb" else 60):
        rng = random.Random(f"columns {seed}")
        policy = random_policy(rng, Facts)
        as_of = random_day(rng, policy)
        rows = random_rows(rng, policy, as_of, 150)
        asked = attrs.evolve(engine, truths="packed") if seed % 6 == 0 else engine
        assert asked.judge(policy, rows, as_of) == Interpreter().judge(policy, rows, as_of), seed
        seen.update(type(node).__name__ for clause in policy.clauses for node in walk(clause.condition))
    assert set(seen) == {"All", "AnyOf", "Not", "Definition", "Is", "OneOf", "Known", "Comparison", "Quantified"}


@pytest.fixture(scope="module")
def spark():
    """Start Spark on one core."""
    sql = pytest.importorskip("pyspark.sql", reason=SPARK)
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_spark_answers_as_the_interpreter(spark):
    """The same on Spark, with fewer policies, because each takes seconds."""
    for seed in range(4):
        rng = random.Random(f"spark {seed}")
        policy = random_policy(rng, Facts)
        as_of = random_day(rng, policy)
        rows = random_rows(rng, policy, as_of, 300)
        engine = ColumnEngine(library="pyspark", session=spark, truths="packed" if seed % 2 else "columns")
        assert engine.judge(policy, rows, as_of) == Interpreter().judge(policy, rows, as_of), seed


def test_columns_kept_on_spark_may_have_a_dot_in_their_name(spark):
    """Spark reads a dot as "the field of", also in the names of our own results."""
    frame = spark.createDataFrame([(1, True)], "child long, poor boolean")
    judged = judge_frame(policy_of(Facts.poor.is_(True)), frame, as_of=AS_OF)
    assert judged.select("`clause.c0`").collect()[0][0] is True


def test_a_gap_is_neither_yes_nor_no():
    """Null stays null through every connective, except where the rest decides."""
    frame = pl.DataFrame(
        {"poor": [None, None, True], "alone": [True, False, None]}, schema={"poor": bool, "alone": bool}
    )
    poor, alone = Facts.poor.is_(True), Facts.alone.is_(True)
    cases = {
        poor & alone: [Truth.UNKNOWN, Truth.FALSE, Truth.UNKNOWN],
        poor | alone: [Truth.TRUE, Truth.UNKNOWN, Truth.TRUE],
        ~poor: [Truth.UNKNOWN, Truth.UNKNOWN, Truth.FALSE],
        Facts.poor.known() & Facts.alone.known(): [Truth.UNKNOWN, Truth.UNKNOWN, Truth.UNKNOWN],
    }
    for rule, expected in cases.items():
        assert truths_of(policy_of(rule), frame) == expected


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["away", "deceased"])])
def test_a_code_that_is_no_choice_counts_as_unknown(dtype):
    """Taken for another choice it would let in or turn away; so would a choice that the column's type cannot hold."""
    codes = ["away", "deceased", None] + ([] if dtype == pl.Enum else ["Away", "", "away "])
    frame = pl.DataFrame({"father": pl.Series(codes, dtype=dtype)})
    expected = {"away": Truth.TRUE, "deceased": Truth.FALSE}
    for table in (frame, frame.to_arrow()):
        for rule in (Facts.father.is_(Place.AWAY), ~Facts.father.one_of(Place.HOME, Place.DEAD)):
            policy = policy_of(rule, Facts.father.is_(Place.HOME), ~Facts.father.known())
            judged = judge_frame(policy, table, as_of=AS_OF)
            rows = judged.to_dicts() if isinstance(judged, pl.DataFrame) else judged.to_pylist()
            found = [truths_in(policy, row) for row in rows]
            assert [truths[0] for truths in found] == [expected.get(code, Truth.UNKNOWN) for code in codes]
            answered = [Truth.FALSE if code in expected else Truth.UNKNOWN for code in codes]
            assert [truths[1] for truths in found] == answered
            assert [truths[2] for truths in found] == answered


def test_a_duckdb_enum_is_read_by_its_codes():
    """Its strange members are named before any row is read."""
    policy = policy_of(Facts.father.is_(Place.AWAY))
    with duckdb.connect() as connection:
        good = connection.sql("select unnest(['away', 'home', null])::ENUM('away', 'home') as father")
        assert judge_frame(policy, good, as_of=AS_OF).fetchall() == [
            ("eligible", 1, True, True),
            ("ineligible", None, False, False),
            ("undetermined", None, None, None),
        ]
        with pytest.raises(ValidationError, match="categories 'nowhere'"):
            judge_frame(policy, connection.sql("select 'away'::ENUM('away', 'nowhere') as father"), as_of=AS_OF)


def test_time_that_began_after_the_day_is_no_time():
    """A date after the day is as good as none to every library, as to the interpreter; an ancient one counts."""
    days = [AS_OF, AS_OF + dt.timedelta(days=1), dt.date.max, dt.date(1, 1, 1), None]
    rules = [
        Facts.birth_date.age < 1,
        Facts.birth_date.age >= 0,
        Facts.birth_date.age.is_(0),
        Facts.birth_date.age > -1,
    ]
    policy = policy_of(*rules, Facts.birth_date.age >= 30, Facts.birth_date.days >= 1)
    rows = [{"birth_date": UNKNOWN if day is None else day} for day in days]
    for library in LIBRARIES:
        assert ColumnEngine(library=library).judge(policy, rows, AS_OF) == Interpreter().judge(policy, rows, AS_OF)


class Counts(FactSchema):
    """A number of any size."""

    count = IntFact(label=TEXT)


SETTLED_BY_SIZE = policy_of(
    Counts.count < 5,
    Counts.count <= LARGEST,
    Counts.count.is_(LARGEST),
    Counts.count >= LARGEST,
    Counts.count > -LARGEST,
    Counts.count.is_(3),
    Counts.count.known(),
)


@pytest.mark.parametrize(
    ("dtype", "largest"), [(pl.Int128, 2**127 - 1), (pl.UInt128, 2**128 - 1)], ids=lambda each: str(each)[:7]
)
def test_numbers_of_128_bits_are_judged_as_they_are(dtype, largest, tmp_path):
    """Eager, lazy, from a file and in a table of members: none is cut to the 64 bits that other numbers have."""
    counts = [0, 3, 5, LARGEST, LARGEST + 1, 2**63, 2**64 + 3, 2**65, largest, None]
    counts += [-1, -LARGEST, -(2**64) + 3, -(2**127)] if dtype == pl.Int128 else []
    frame = pl.DataFrame({"count": pl.Series(counts, dtype=dtype)})
    rows = [{"count": UNKNOWN if count is None else count} for count in counts]
    expected = Interpreter().judge(SETTLED_BY_SIZE, rows, AS_OF)
    judged = judge_frame(SETTLED_BY_SIZE, frame, as_of=AS_OF)
    assert [truths_in(SETTLED_BY_SIZE, row) for row in judged.to_dicts()] == [answer.clauses for answer in expected]
    packed = judge_frame(SETTLED_BY_SIZE, frame.lazy(), as_of=AS_OF, truths="packed").collect()
    assert [truths_in(SETTLED_BY_SIZE, row) for row in packed.to_dicts()] == [answer.clauses for answer in expected]
    frame.write_parquet(tmp_path / "wide.parquet")
    counted = judge_table(SETTLED_BY_SIZE, tmp_path / "wide.parquet", tmp_path / "judged.parquet", as_of=AS_OF)
    assert pl.read_parquet(tmp_path / "judged.parquet").equals(judged)
    assert counted.clauses["c5"] == (1, 1)


def test_members_may_have_numbers_of_128_bits():
    """The table of a group is looked at in the same way."""
    children = pl.DataFrame({"child": ["a", "b", "c"], "parents": [True, True, True]})
    members = pl.DataFrame({"child": ["a", "b", "c"], "children": pl.Series([2**64 + 3, 3, None], dtype=pl.Int128)})
    policy = policy_of(Facts.parents.any_(ParentFacts.children.is_(3)))
    assert truths_of(policy, children, groups={"parents": members}) == [Truth.FALSE, Truth.TRUE, Truth.UNKNOWN]


def test_huge_numbers_of_duckdb_are_judged_as_they_are():
    """HUGEINT has 128 bits as well, with a sign and without."""
    for kind, counts in (("hugeint", [0, 3, 2**64 + 3, -(2**64) + 3, None]), ("uhugeint", [0, 3, 2**64 + 3, None])):
        values = ", ".join(f"({at}, {'null' if each is None else each}::{kind})" for at, each in enumerate(counts))
        table = duckdb.sql(f"select count from (values {values}) as t(place, count) order by place")
        judged = judge_frame(SETTLED_BY_SIZE, table, as_of=AS_OF).pl().to_dicts()
        rows = [{"count": UNKNOWN if count is None else count} for count in counts]
        expected = [answer.clauses for answer in Interpreter().judge(SETTLED_BY_SIZE, rows, AS_OF)]
        assert [truths_in(SETTLED_BY_SIZE, row) for row in judged] == expected


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt8, pl.Int64, pl.UInt64])
def test_a_threshold_beyond_the_type_of_a_column_neither_wraps_nor_fails(dtype):
    """300 is no Int8 and -1 no UInt8: the rule is settled for every answer, and open without one."""
    frame = pl.DataFrame({"count": pl.Series([0, 100, None], dtype=dtype)})
    for bound in (-LARGEST, -129, -1, 0, 100, 127, 128, 255, 256, LARGEST):
        limit = constant("limit", bound, label=TEXT, source="s")
        rules = [
            Counts.count < limit,
            Counts.count <= bound,
            Counts.count.is_(bound),
            Counts.count >= bound,
            Counts.count > bound,
        ]
        policy = policy_of(*rules)
        rows = [{"count": 0}, {"count": 100}, {}]
        wanted = [answer.clauses for answer in Interpreter().judge(policy, rows, AS_OF)]
        for table in (frame, frame.to_arrow(), frame.lazy()):
            judged = judge_frame(policy, table, as_of=AS_OF)
            judged = judged.collect() if isinstance(judged, pl.LazyFrame) else pl.DataFrame(judged)
            assert [truths_in(policy, row) for row in judged.to_dicts()] == wanted, bound


def test_the_tier_is_the_most_urgent_of_those_that_hold():
    """An open category gives no tier, however urgent; a tier beyond a byte fits, too."""
    policy = policy_of(Facts.poor.is_(True), Facts.alone.is_(True), tiers=[1, 1000])
    frame = pl.DataFrame({"poor": [True, None, False, None], "alone": [True, True, False, None]})
    judged = judge_frame(policy, frame, as_of=AS_OF)
    assert judged["tier"].to_list() == [1, 1000, None, None]
    assert judged["determination"].to_list() == ["eligible", "eligible", "ineligible", "undetermined"]


def test_empty_tables_and_rows_without_any_answer_stay_what_they_are():
    """No row becomes one, and a rule that holds for everybody gives a row for each row."""
    always = Facts.birth_date.age >= 0
    for rule in (always, always & Facts.poor.is_(True), Facts.poor.is_(True) | (Facts.birth_date.months < 3)):
        policy = policy_of(rule)
        for rows in ([], [{}], [{}, {}]):
            for library in LIBRARIES:
                got = ColumnEngine(library=library).judge(policy, rows, AS_OF)
                assert got == Interpreter().judge(policy, rows, AS_OF)


def test_an_eager_table_keeps_its_order_when_members_are_joined():
    """A join may give the rows back in any order; a table that is not lazy promises more."""
    policy = policy_of(Facts.parents.any_(ParentFacts.able.is_(True)))
    keys = [9, 3, 7, 1, 5]
    children = pl.DataFrame({"child": keys, "parents": [True] * 5})
    parents = pl.DataFrame({"child": [5, 1, 9, 9, 3], "able": [True, False, None, True, None]})
    expected = [Truth.TRUE, Truth.UNKNOWN, Truth.FALSE, Truth.FALSE, Truth.TRUE]
    judged = judge_frame(policy, children, as_of=AS_OF, groups={"parents": parents})
    assert judged["child"].to_list() == keys
    assert [truths_in(policy, row)[0] for row in judged.to_dicts()] == expected
    arrow = judge_frame(policy, children.to_arrow(), as_of=AS_OF, groups={"parents": parents.to_arrow()})
    assert arrow.to_pylist() == judged.to_dicts()


def test_nobody_asked_is_not_nobody_there():
    """Of no members "any" is false; where nobody asked who belongs, it is open, even if rows are listed by mistake."""
    policy = policy_of(Facts.parents.any_(ParentFacts.able.is_(True)), Facts.parents.all_(ParentFacts.able.is_(True)))
    children = pl.DataFrame({"child": [1, 2, 3, 4, None], "parents": [True, False, None, True, True]})
    parents = pl.DataFrame({"child": [2, 3, 4, 4], "able": [True, True, None, False]})
    judged = judge_frame(policy, children.lazy(), as_of=AS_OF, groups={"parents": parents.lazy()}).collect()
    open_ = (Truth.UNKNOWN, Truth.UNKNOWN)
    assert [truths_in(policy, row) for row in judged.to_dicts()] == [
        (Truth.FALSE, Truth.TRUE),
        open_,
        open_,
        (Truth.UNKNOWN, Truth.FALSE),
        open_,
    ]


def test_any_row_can_be_explained_in_full():
    """The verdict of a row of facts has the outcome of its judged row, and its reasons."""
    for seed in range(8):
        rng = random.Random(f"explain {seed}")
        policy = random_policy(rng, Facts)
        as_of = random_day(rng, policy)
        rows = random_rows(rng, policy, as_of, 25)
        children, members = arrow_tables(tables_of(policy, rows))
        judged = judge_frame(policy, children, as_of=as_of, groups=members).to_pylist()
        listed = {name: table.to_pylist() for name, table in members.items()}
        for facts, row, answers in zip(children.to_pylist(), judged, rows, strict=True):
            own = {name: [m for m in all_ if m["child"] == facts["child"]] for name, all_ in listed.items()}
            verdict = explain_row(policy, facts, as_of=as_of, members=own)
            assert verdict.determination.value == row["determination"]
            assert verdict.tier == row["tier"]
            assert tuple(verdict.clauses.values()) == truths_in(policy, row)
            assert list(verdict.categories) == [c.id for c in policy.categories if row[f"category.{c.id}"] is True]
            direct = judge_facts(policy, FactValues(values=answers), as_of=as_of)
            assert verdict.report() == direct.report()
            assert verdict.explanation.clauses


def test_what_is_no_answer_is_named_when_its_row_is_explained():
    """A code from another list leaves the verdict open and is named, not shown."""
    policy = policy_of(Facts.father.is_(Place.AWAY))
    verdict = explain_row(policy, {"father": "gone fishing"}, as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == ("father",)
    assert "fishing" not in repr(verdict.report())


def test_rows_without_truths_of_clauses_say_so():
    """Guessing them from the outcome would be wrong."""
    policy = policy_of(Facts.poor.is_(True))
    row = judge_frame(policy, pl.DataFrame({"poor": [True]}), as_of=AS_OF, truths="none").to_dicts()[0]
    assert list(row) == list(result_columns(policy, truths="none"))
    with pytest.raises(ValidationError, match="no truths"):
        truths_in(policy, row)


def test_a_policy_of_a_hundred_clauses_is_packed_into_four_numbers():
    """31 clauses a number, each with two bits, and none of them negative."""
    policy = policy_of(*[Facts.grade >= number for number in range(100)])
    frame = pl.DataFrame({"grade": [50, None]}, schema={"grade": pl.Int16})
    plain, packed = (judge_frame(policy, frame, as_of=AS_OF, truths=way) for way in ("columns", "packed"))
    assert [name for name in packed.columns if name.startswith("clauses.")] == [f"clauses.{n}" for n in range(4)]
    for one, other in zip(plain.to_dicts(), packed.to_dicts(), strict=True):
        assert truths_in(policy, one) == truths_in(policy, other)
    assert packed["clauses.0"].min() >= 0


def test_a_rule_of_a_thousand_parts_is_judged():
    """Written as one long chain it would be a thousand deep, which engines refuse."""
    policy = policy_of(AnyOf(parts=tuple(Facts.grade.is_(number) for number in range(1000))))
    frame = pl.DataFrame({"grade": [999, 1000, None]}, schema={"grade": pl.Int64})
    expected = [Truth.TRUE, Truth.FALSE, Truth.UNKNOWN]
    assert truths_of(policy, frame) == expected
    judged = judge_frame(policy, frame.to_arrow(), as_of=AS_OF)
    assert [truths_in(policy, row)[0] for row in judged.to_pylist()] == expected


def test_the_day_is_part_of_the_plan():
    """A plan kept for yesterday has yesterday's cutoffs, and a policy that is over is refused."""
    policy = policy_of(Facts.birth_date.age >= 10)
    frame = pl.DataFrame({"birth_date": [dt.date(2016, 9, 2)]})
    assert truths_of(policy, frame, dt.date(2026, 9, 1)) == [Truth.FALSE]
    assert truths_of(policy, frame, dt.date(2026, 9, 2)) == [Truth.TRUE]
    over = attrs.evolve(policy, effective=(Period(until=dt.date(2020, 1, 1)),))
    with pytest.raises(PolicyNotInForceError):
        judge_frame(over, frame, as_of=AS_OF)


def test_a_plan_is_kept_for_a_table_of_the_same_kind():
    """Making it takes longer than judging a small table."""
    policy, frame = (
        policy_of(Facts.poor.is_(True) & Facts.alone.is_(True), tiers=[77]),
        pl.DataFrame({"poor": [True], "alone": [True]}),
    )
    before = plan_for.cache_info()
    for _ in range(3):
        judge_frame(policy, frame, as_of=AS_OF)
    after = plan_for.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)


@pytest.mark.slow
def test_a_million_rows_are_judged_as_their_distinct_rows_are():
    """What holds of every combination holds in a table of any size, whichever way it is computed."""
    policy = policy_of(
        (Facts.birth_date.age < 16) & Facts.father.is_(Place.AWAY),
        Facts.poor.is_(True) | (Facts.grade >= 5),
        requirements=[~Facts.alone.is_(True)],
        tiers=[1, 2],
    )
    rows = random_rows(random.Random(1), policy, AS_OF, 2000)
    some, _ = arrow_tables(tables_of(policy, rows))
    few = pl.DataFrame(some).drop("child")
    many = pl.concat([few] * 500).with_row_index("child")
    judged = judge_frame(policy, many, as_of=AS_OF)
    once = judge_frame(policy, few, as_of=AS_OF)
    assert judged.height == 1_000_000
    assert judged.drop("child").slice(998_000).equals(once)
    assert judged["determination"].value_counts(sort=True)["count"].to_list() == [
        count * 500 for count in once["determination"].value_counts(sort=True)["count"].to_list()
    ]
    streamed = judge_frame(policy, many.lazy(), as_of=AS_OF).collect(engine="streaming")
    assert streamed.equals(judged)
    assert isinstance(judge_frame(policy, pa.table(some), as_of=AS_OF), pa.Table)
