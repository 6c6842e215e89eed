"""Every engine says what the interpreter says: on random policies, at the edges of their rules, clause by clause.

Run the whole page: its last test counts what was compared. `--hypothesis-profile=deep` compares more than ten million
verdicts. The page must stay with one worker, because it counts in memory.
"""

import datetime as dt
import enum
import functools
import itertools
import random
from collections import Counter
from typing import ClassVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.dates import LeapDayRule
from careprogram.language import Text
from careprogram.rules import (
    AgeTurns,
    BoolFact,
    ChoiceFact,
    DateFact,
    Definition,
    Determination,
    FactSchema,
    GroupFact,
    IntFact,
    Parameter,
    Predicate,
    Truth,
    predicates,
    walk,
)
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.predicates import Comparison, Elapsed, Operator, Quantified, Quantifier, compare
from careprogram.testing import engines as engine_module
from careprogram.testing.compiler_conformance import differences
from careprogram.testing.compiler_corpus import Scenario, corpus
from careprogram.testing.engines import CompiledEngine, PolarsEngine, SqliteEngine
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy
from careprogram.testing.strategies import rules as rule_strategies

pytestmark = pytest.mark.xdist_group("engines agree")

DEEP = settings().max_examples >= 1000
BLOCKS = 340 if DEEP else 10
POLICIES, ROWS = 5, 500
SLOW = {"z3": 80}
"""Rows that an engine is asked of each policy, where it cannot be all of them."""

ROUTES = {
    "interpreter",
    "compiled",
    "polars",
    "polars-lazy",
    "pyarrow",
    "duckdb",
    "pyspark",
    "sqlite",
    "postgresql",
    "duckdb-sql-text",
    "duckdb-sql-bound",
    "z3",
    "sqlalchemy-sqlite",
    "sqlalchemy-postgresql",
}
MAY_BE_ABSENT = {"pyspark", "postgresql", "sqlalchemy-postgresql"}
WANTED = 10_000_000 if DEEP else 300_000
TEXT = Text("文", "text")


class Place(enum.Enum):
    AWAY = "away"
    AWAY_WORKING = "away-working"
    HOME = "at-home"


class PersonFacts(FactSchema):
    place = ChoiceFact(label=TEXT, choices=Place)
    able = BoolFact(label=TEXT)
    visits = IntFact(label=TEXT, minimum=0, maximum=30)
    left_on = DateFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    alone = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT, minimum=0, maximum=12)
    debts = IntFact(label=TEXT)
    father = ChoiceFact(label=TEXT, choices=Place)
    birth_date = DateFact(label=TEXT)
    away_since = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=PersonFacts)
    others = GroupFact(label=TEXT, members=PersonFacts)


class Tally:
    """What was asked so far on this page, and how many verdicts were looked at."""

    verdicts: ClassVar[Counter] = Counter()
    found: ClassVar[Counter] = Counter()
    blocks: ClassVar[set] = set()


class Counted(list):
    """The answers of an engine, each of which counts when somebody takes it to compare it."""

    def __init__(self, answers, name):
        super().__init__(answers)
        self.name = name

    def __iter__(self):
        for answer in super().__iter__():
            Tally.verdicts[self.name] += 1
            yield answer


@attrs.frozen
class Counting:
    """An engine whose answers are counted as they are compared."""

    engine: object

    @property
    def name(self):
        return self.engine.name

    def judge(self, policy, rows, as_of):
        return Counted(self.engine.judge(policy, rows, as_of), self.name)


def features_of(policy):
    """Yield what a policy is made of, so that nothing is left out unnoticed."""
    yield from (policy.ages.leap_day, policy.ages.turns)
    yield "requirement" if policy.requirements else "no requirement"
    yield "several categories" if len(policy.categories) > 1 else "one category"
    for clause in policy.clauses:
        yield from ("exemption" for _ in clause.exceptions)
        for node in walk(clause.condition):
            yield type(node)
            if isinstance(node, Comparison):
                unit = node.measure.unit if isinstance(node.measure, Elapsed) else "number"
                yield unit, node.operator
                yield "parameter" if isinstance(node.bound, Parameter) else "number"
                if unit != "number" and node.bound in (-1, 0):
                    yield "nothing at all"
            elif isinstance(node, Quantified):
                yield node.quantifier
                yield from ("definition of members" for n in walk(node.when) if isinstance(n, Definition))


def dates_to_come(asked):
    """Yield where among the answers, of all engines and of those asked fewest, a date has not come."""
    for part in ("every row", asked.rows), ("first rows", asked.rows[: min(SLOW.values())]):
        for row in part[1]:
            members = [member for value in row.values() if isinstance(value, tuple) for member in value]
            for who, answers in ("child", [row]), ("member", members):
                days = (day for each in answers for day in each.values() if isinstance(day, dt.date))
                if any(day > asked.as_of for day in days):
                    yield part[0], who


def with_nothing(rng, policy):
    """Add a clause that asks whether no time at all has passed, which holds without a date."""
    measure = rng.choice((Facts.birth_date.age, Facts.away_since.months, Facts.away_since.days))
    rule = compare(measure, rng.choice(list(Operator)), rng.choice((-1, 0)))
    first, *others = policy.categories
    clause = attrs.evolve(first.clauses[0], id="nothing", when=rule | first.clauses[0].when, exceptions=())
    return attrs.evolve(policy, categories=(attrs.evolve(first, clauses=(*first.clauses, clause)), *others))


def scenario(seed):
    rng = random.Random(seed)
    policy = with_nothing(rng, random_policy(rng, Facts, max_leaves=rng.choice((2, 4, 9))))
    as_of = random_day(rng, policy)
    rows = tuple(random_rows(rng, policy, as_of, ROWS, unknown=rng.choice((0.1, 0.2, 0.5))))
    return Scenario(name=f"seed {seed}", policy=policy, as_of=as_of, rows=rows)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_engine_says_what_the_interpreter_says(block, engines):
    """Determination, categories held and open, tier and each clause are the same on every route."""
    for seed in range(block * POLICIES, (block + 1) * POLICIES):
        asked = scenario(seed)
        Tally.found.update((*features_of(asked.policy), *dates_to_come(asked)))
        for answer in Counted(asked.expected, "interpreter"):
            Tally.found.update((answer.determination, *answer.clauses))
        for engine in engines:
            count = SLOW.get(engine.name, ROWS)
            if engine.name != "interpreter":  # whose answers are those expected
                part = asked if count == ROWS else attrs.evolve(asked, rows=asked.rows[:count])
                found = list(differences(Counting(engine), [part]))
                assert not found, "\n".join(map(str, found[:3]))
    Tally.blocks.add(block)


def test_every_engine_passes_the_corpus(engines):
    """On the fixed corpus, small and mean, no engine differs either."""
    for engine in engines:
        if engine.name != "interpreter":
            found = list(differences(Counting(engine), corpus()))
            assert not found, "\n".join(map(str, found[:3]))


@pytest.mark.filterwarnings("default")
def test_pyspark_says_what_the_interpreter_says(pyspark):
    """A cluster judges like one machine, on random policies with groups; slow to ask, so fewer of them."""
    for seed in range(5):
        found = list(differences(pyspark, [scenario(seed)]))
        assert not found, "\n".join(map(str, found[:3]))


@st.composite
def cases(draw):
    policy = draw(rule_strategies.policies(Facts))
    rng = random.Random(draw(st.integers(0, 2**16)))
    as_of = random_day(rng, policy)
    return Scenario(name="drawn", policy=policy, as_of=as_of, rows=tuple(random_rows(rng, policy, as_of, 25)))


QUICK = (CompiledEngine(), SqliteEngine(), PolarsEngine(lazy=True))


@given(cases())
@settings(max_examples=settings().max_examples // 2)
def test_the_smallest_difference_would_be_shown(case):
    """The same comparison on the quick routes with Hypothesis, which shrinks what it finds to a policy one can read."""
    for engine in QUICK:
        found = list(differences(engine, [case]))
        assert not found, str(found[0])


@functools.cache
def node_types():
    found, todo = set(), [Predicate]
    while todo:
        for each in todo.pop().__subclasses__():
            todo.append(each)
            if each.__module__ == predicates.__name__:
                found.add(each)
    return found


def features_wanted():
    """Everything that the language has; a new node type is wanted as soon as it exists."""
    yield from node_types()
    yield from Quantifier
    yield from ((unit, operator) for unit in ("number", *ElapsedUnit) for operator in Operator)
    yield from (*LeapDayRule, *AgeTurns, *Determination, *Truth)
    yield from ("exemption", "parameter", "number", "requirement", "no requirement", "one category")
    yield from ("several categories", "definition of members")
    yield "nothing at all"
    yield from itertools.product(("every row", "first rows"), ("child", "member"))


def test_no_engine_and_no_node_was_left_out(engines, record_property):
    """Every node type, operator, unit and outcome was met, by every engine; and often enough."""
    assert len(Tally.blocks) in {0, BLOCKS}, "run the whole page"
    if not Tally.blocks:
        pytest.skip("nothing was asked: run the whole page")
    assert not [each for each in features_wanted() if Tally.found[each] < 5]
    made = {engine.name for engine in engines}
    assert {engine.name for engine in engine_module.every_engine()} | made | MAY_BE_ABSENT == ROUTES
    classes = {
        vars(engine_module)[name] for name in engine_module.__all__ if hasattr(vars(engine_module)[name], "judge")
    }
    assert classes - {engine_module.Engine} == {type(engine) for engine in engine_module.every_engine()}
    for name in ROUTES - MAY_BE_ABSENT | made:
        assert Tally.verdicts[name] >= SLOW.get(name, ROWS) * POLICIES * BLOCKS, name
    assert Tally.verdicts.total() >= WANTED, Tally.verdicts
    record_property("verdicts compared", Tally.verdicts.total())
    record_property("verdicts of each route", dict(Tally.verdicts))
    assert ROUTES - made <= MAY_BE_ABSENT
