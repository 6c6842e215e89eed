"""On which policies and answers must every engine agree with the interpreter?

A fixed corpus, small and mean: each scenario is a place where a real engine has gone wrong. Random policies come on top
(``compiler_conformance``); these are what chance would rarely meet.
"""

import datetime as dt
import enum
import functools
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from careprogram.dates import LeapDayRule
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    AgeRule,
    AgeTurns,
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DatedValue,
    DateFact,
    Exemption,
    Fact,
    FactSchema,
    FactValue,
    GroupFact,
    IntFact,
    Parameter,
    Policy,
    Predicate,
)
from careprogram.rules.predicates import All, AnyOf, Comparison, Definition, Operator
from careprogram.testing.engines import EngineAnswer, Interpreter
from careprogram.testing.random_answers import random_rows
from careprogram.unknown import UNKNOWN

_TEXT = Text("“文”'--", "te\"xt'; --")
AS_OF = dt.date(2026, 9, 1)


class Standing(enum.Enum):
    """Where a person is; the codes need care in quoting and sorting."""

    AT_HOME = "at-home"
    AWAY = "away"
    AWAY_WORKING = "away-working"
    DECEASED = "deceased_"


class PersonFacts(FactSchema):
    """What is known of one person of a group."""

    status = ChoiceFact(label=_TEXT, choices=Standing)
    able = BoolFact(label=_TEXT)
    left_on = DateFact(label=_TEXT)


class CorpusFacts(FactSchema):
    """The facts of the corpus."""

    poor = BoolFact(label=_TEXT)
    alone = BoolFact(label=_TEXT)
    count = IntFact(label=_TEXT)
    standing = ChoiceFact(label=_TEXT, choices=Standing)
    birth_date = DateFact(label=_TEXT)
    persons = GroupFact(label=_TEXT, members=PersonFacts)


@attrs.frozen(kw_only=True, eq=False)
class Scenario:
    """One policy, one day, some rows.

    Attributes:
        name: What goes wrong in engines that fail it.
        policy: The policy.
        as_of: The day.
        rows: The answers.
    """

    name: str
    policy: Policy
    as_of: dt.date
    rows: tuple[Mapping[str, FactValue], ...] = attrs.field(repr=False)

    @functools.cached_property
    def expected(self) -> tuple[EngineAnswer, ...]:
        """What the interpreter says of each row."""
        return tuple(Interpreter().judge(self.policy, self.rows, self.as_of))


@functools.cache
def corpus(*, groups: bool = True) -> tuple[Scenario, ...]:
    """Return every scenario.

    Args:
        groups: Whether those about groups of persons belong to it.
    """
    parts = (_ternary(), _numbers(), _choices(), _parameters(), _categories(), _beyond(), _names(), _size())
    return tuple(itertools.chain(_groups() if groups else (), *parts, _elapsed(), _to_come()))


def policy_of(*rules: Predicate, policy_id: str = "corpus", **changes: Any) -> Policy:
    """Return a policy with one category and one clause a rule."""
    categories = tuple(
        Category(
            id=f"c{at}",
            tier=len(rules) - at,
            title=_TEXT,
            clauses=(Clause(id=f"clause-{at}", citation="c", text=_TEXT, when=rule),),
        )
        for at, rule in enumerate(rules)
    )
    policy = Policy(id=PolicyId(policy_id), title=_TEXT, citation="c", categories=categories)
    return attrs.evolve(policy, **changes)


def _rows(**values: tuple[FactValue, ...]) -> tuple[Mapping[str, FactValue], ...]:
    return tuple(dict(zip(values, row, strict=True)) for row in itertools.product(*values.values()))


def _ternary() -> Iterator[Scenario]:
    a, b = CorpusFacts.poor.is_(True), CorpusFacts.alone.is_(True)
    rules = (a & b, a | b, ~a, ~(a & ~b), ~~(a | ~b), CorpusFacts.poor.is_(False) | b, a & ~a, a | ~a)
    known = (CorpusFacts.poor.known(), ~CorpusFacts.poor.known(), CorpusFacts.poor.known() & b)
    rows = (*_rows(poor=(True, False, UNKNOWN), alone=(True, False, UNKNOWN)), {}, {"poor": True}, {"alone": False})
    yield Scenario(name="ternary tables", policy=policy_of(*rules), as_of=AS_OF, rows=rows)
    yield Scenario(name="known is never false", policy=policy_of(*known), as_of=AS_OF, rows=rows)
    exempt = Exemption(id="e", citation="c", text=_TEXT, when=b)
    clause = Clause(id="clause", citation="c", text=_TEXT, when=a, exceptions=(exempt,))
    category = Category(id="c", tier=1, title=_TEXT, clauses=(clause,))
    excepted = policy_of(a, categories=(category,))
    yield Scenario(name="an open exception leaves the clause open", policy=excepted, as_of=AS_OF, rows=rows)


def _compared(measure: object, bounds: tuple[int | Parameter, ...]) -> tuple[Predicate, ...]:
    return tuple(
        Comparison(measure=measure, operator=operator, bound=bound)  # type: ignore[arg-type]
        for bound in bounds
        for operator in Operator
    )


def _numbers() -> Iterator[Scenario]:
    rules = _compared(CorpusFacts.count, (0, 6, -3))
    rows = _rows(count=(*range(-5, 9), 2**31, -(2**40), UNKNOWN))
    yield Scenario(name="borders of numbers", policy=policy_of(*rules), as_of=AS_OF, rows=rows)


def _elapsed() -> Iterator[Scenario]:
    birth = CorpusFacts.birth_date
    rules = (*_compared(birth.age, (0, 7)), *_compared(birth.months, (-1, 1, 2)), *_compared(birth.days, (0, 30, 61)))
    days = (AS_OF, dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2024, 3, 1), dt.date(2023, 8, 31))
    for as_of, leap_day, turns in itertools.product(days, LeapDayRule, AgeTurns):
        births = [
            as_of.replace(year=as_of.year - years, day=min(as_of.day, 28)) + dt.timedelta(days=step)
            for years in (0, 1, 7)
            for step in (-62, -32, -31, -30, -2, -1, 0, 1, 2, 3)
        ]
        births += [dt.date(2016, 2, 29), dt.date(2020, 2, 29), dt.date(2031, 1, 1)]
        policy = policy_of(*rules, ages=AgeRule(leap_day=leap_day, turns=turns))
        name = f"borders of elapsed time ({leap_day.value}, {turns.value})"
        yield Scenario(name=name, policy=policy, as_of=as_of, rows=_rows(birth_date=(*sorted(set(births)), UNKNOWN)))


def _to_come() -> Iterator[Scenario]:
    birth = CorpusFacts.birth_date
    rules = (
        *_compared(birth.age, (-1, 0, 1, 16)),
        *_compared(birth.months, (0, 6)),
        *_compared(birth.days, (0, 30)),
        birth.known(),
        (birth.age < 16) | (birth.age >= 16),
    )
    rows = _rows(birth_date=(*_around(AS_OF), dt.date(2051, 3, 1), dt.date.max, UNKNOWN))
    for turns in AgeTurns:
        policy = policy_of(*rules, ages=AgeRule(turns=turns))
        for as_of in (AS_OF, AS_OF - dt.timedelta(days=1), AS_OF + dt.timedelta(days=1)):
            yield Scenario(name="a date that has not come is unknown", policy=policy, as_of=as_of, rows=rows)


def _around(day: dt.date) -> tuple[dt.date, ...]:
    return tuple(day + dt.timedelta(days=step) for step in (-366, -2, -1, 0, 1, 2, 366))


def _beyond() -> Iterator[Scenario]:
    birth = CorpusFacts.birth_date
    rules = (birth.age >= 3000, birth.months < 40_000, birth.days > 5_000_000, birth.age < 3000)
    rows = _rows(birth_date=(dt.date.min, dt.date(1, 1, 2), dt.date(1900, 1, 1), dt.date.max, UNKNOWN))
    yield Scenario(name="thresholds beyond the calendar", policy=policy_of(*rules), as_of=AS_OF, rows=rows)


def _choices() -> Iterator[Scenario]:
    standing = CorpusFacts.standing
    rules = (
        standing.is_(Standing.AWAY),
        ~standing.is_(Standing.AWAY),
        standing.one_of(Standing.AWAY_WORKING, Standing.DECEASED),
        ~standing.one_of(Standing.AWAY_WORKING, Standing.AT_HOME),
        standing.one_of(*Standing),
    )
    rows = (*_rows(standing=(*Standing, UNKNOWN)), {})
    yield Scenario(name="choices, and none of them unknown", policy=policy_of(*rules), as_of=AS_OF, rows=rows)


def _parameters() -> Iterator[Scenario]:
    changes = (dt.date(2020, 1, 1), dt.date(2025, 1, 1))
    values = (DatedValue(value=14, source="old"), *(DatedValue(value=16 + at, source="new", since=day)
                                                    for at, day in enumerate(changes)))  # fmt: skip
    limit = Parameter(name="limit", label=_TEXT, values=values)
    policy = policy_of(CorpusFacts.birth_date.age < limit, CorpusFacts.count >= limit)
    rows = _rows(birth_date=tuple(dt.date(year, 1, 1) for year in range(2000, 2013)), count=(14, 15, 16, 17))
    eve = dt.timedelta(days=1)
    # In turn forwards and back: an engine that remembers a policy without its day is found out.
    for as_of in (changes[0] - eve, changes[0], changes[1] - eve, changes[1], changes[0]):
        yield Scenario(name="the value of the parameter on that day", policy=policy, as_of=as_of, rows=rows)
    for years in (6, 7):
        other = policy_of(CorpusFacts.birth_date.age < years)
        some = _rows(birth_date=(dt.date(2020, 1, 1), dt.date(2019, 9, 2)))
        yield Scenario(name="two policies of one name", policy=other, as_of=AS_OF, rows=some)


def _categories() -> Iterator[Scenario]:
    poor, alone = CorpusFacts.poor.is_(True), CorpusFacts.alone.is_(True)
    away = CorpusFacts.standing.is_(Standing.AWAY)

    def clause(name: str, rule: Predicate) -> Clause:
        return Clause(id=name, citation="c", text=_TEXT, when=rule)

    policy = policy_of(
        poor,
        requirements=(clause("r1", poor), clause("r2", CorpusFacts.count >= 0)),
        categories=(
            Category(id="first", tier=3, title=_TEXT, clauses=(clause("a", alone), clause("b", away))),
            Category(id="second", tier=1, title=_TEXT, clauses=(clause("c", alone & away),)),
        ),
    )
    truths: tuple[FactValue, ...] = (True, False, UNKNOWN)
    rows = _rows(poor=truths, alone=truths, standing=(Standing.AWAY, Standing.AT_HOME, UNKNOWN), count=(0, -1, UNKNOWN))
    yield Scenario(name="requirements, categories and tiers", policy=policy, as_of=AS_OF, rows=rows)


_HOSTILE = ("select", "from", "order", "lambda", "def", "answers", "truths", "tier", "determination", "a__b", "self")


@functools.cache
def hostile_schema() -> type[FactSchema]:
    """Return facts named like words of Python, SQL and the engines themselves."""
    kinds: tuple[type[BoolFact] | type[IntFact] | type[DateFact], ...] = (BoolFact, IntFact, DateFact)
    facts: dict[str, Fact] = {name: kinds[at % 3](label=_TEXT) for at, name in enumerate(_HOSTILE)}
    return type("HostileFacts", (FactSchema,), dict(facts))


def _names() -> Iterator[Scenario]:
    import random

    from careprogram.testing.random_rules import random_policy

    for seed in range(6):
        rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        policy = random_policy(rng, hostile_schema(), always=True, max_leaves=8)
        ids = ("x.y", "0", "drop-table", "clause")
        categories = tuple(attrs.evolve(c, id=ids[at]) for at, c in enumerate(policy.categories))
        policy = attrs.evolve(policy, categories=categories)
        rows = tuple(random_rows(rng, policy, AS_OF, 60))
        yield Scenario(name="names that are words of a language", policy=policy, as_of=AS_OF, rows=rows)


def _size() -> Iterator[Scenario]:
    poor, count = CorpusFacts.poor.is_(True), CorpusFacts.count
    deep: Predicate = poor
    for at in range(24):
        deep = ~(deep & (count >= at)) if at % 2 else deep | (count < at)
    wide = AnyOf(parts=tuple((count.is_(at)) for at in range(150)))
    named: Predicate = All(parts=(poor, count > 1))
    for at in range(8):
        named = Definition(name=f"step_{at}", label=_TEXT, when=~named if at % 2 else named | (count.is_(at)))
    rows = _rows(poor=(True, False, UNKNOWN), count=(*range(-1, 26), 149, 150, UNKNOWN))
    yield Scenario(name="deep and wide rules", policy=policy_of(deep, wide, named), as_of=AS_OF, rows=rows)
    yield Scenario(name="many rows, in their order", policy=policy_of(poor & (count > 7)), as_of=AS_OF, rows=rows * 40)
    yield Scenario(name="no rows at all", policy=policy_of(poor), as_of=AS_OF, rows=())


def _groups() -> Iterator[Scenario]:
    persons, able, status = CorpusFacts.persons, PersonFacts.able.is_(True), PersonFacts.status
    away = status.is_(Standing.AWAY) & (PersonFacts.left_on.months >= 6)
    rules = (
        persons.any_(able),
        persons.all_(able),
        ~persons.any_(~able),
        persons.any_(away),
        persons.all_(away | able),
        persons.known(),
        persons.any_(status.is_(Standing.AWAY)) & persons.any_(able),
        persons.all_(PersonFacts.able.known()) | CorpusFacts.poor.is_(True),
    )
    member: list[Mapping[str, FactValue]] = [{}, {"able": True}, {"able": False}, {"able": UNKNOWN}]
    member += [{"able": False, "status": Standing.AWAY, "left_on": dt.date(2026, 3, day)} for day in (1, 2)]
    member += [{"able": True, "status": Standing.AWAY}, {"status": Standing.AT_HOME}]
    answers: list[FactValue] = [UNKNOWN, ()]
    answers += [tuple(some) for size in (1, 2) for some in itertools.product(member, repeat=size)]
    answers += [tuple(member[:3]), tuple(member[1:2] * 3)]
    rows = (*_rows(persons=tuple(answers), poor=(True, UNKNOWN)), {}, {"poor": False})
    yield Scenario(name="any and all of nobody, one and many", policy=policy_of(*rules), as_of=AS_OF, rows=rows)
    left = PersonFacts.left_on
    dated = (persons.any_(left.months < 6), persons.all_(left.days >= 1), persons.any_(left.known() & able))
    member = [{"able": True, "left_on": day} for day in (*_around(AS_OF), dt.date(2051, 1, 1))]
    answers = [tuple(some) for size in (1, 2) for some in itertools.product(member, repeat=size)]
    yield Scenario(
        name="dates of members that have not come",
        policy=policy_of(*dated),
        as_of=AS_OF,
        rows=_rows(persons=tuple(answers)),
    )
