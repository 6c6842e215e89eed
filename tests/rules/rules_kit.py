"""What random rules, policies and answers look like in the tests of the rule language.

Loaded by path from the test modules that need it, because test folders are no packages.
"""

import datetime as dt
import enum
import functools
import itertools
from collections.abc import Iterator

from hypothesis import strategies as st

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
    Definition,
    Exemption,
    FactSchema,
    FactValue,
    IntFact,
    Parameter,
    Period,
    Policy,
    Predicate,
    critical_values,
)
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.predicates import All, AnyOf, Comparison, Elapsed, Is, Known, Not, OneOf, Operator
from careprogram.unknown import UNKNOWN


class Place(enum.Enum):
    """Where somebody is."""

    AWAY = "away"
    HOME = "home"
    DEAD = "deceased"


class Facts(FactSchema):
    """Two facts of every kind."""

    poor = BoolFact(label=Text("贫困", "poor"))
    alone = BoolFact(label=Text("独居", "alone"))
    grade = IntFact(label=Text("年级", "grade"), minimum=0, maximum=12)
    father = ChoiceFact(label=Text("父亲", "father"), choices=Place)
    mother = ChoiceFact(label=Text("母亲", "mother"), choices=Place)
    birth_date = DateFact(label=Text("出生日期", "birth date"))
    away_since = DateFact(label=Text("外出时长", "away"))


FIRST, LAST = dt.date(2015, 1, 1), dt.date(2030, 12, 31)
days = st.one_of(
    st.dates(FIRST, LAST),
    st.sampled_from([dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2024, 3, 1), dt.date(2023, 8, 31)]),
)
plain_texts = st.just(Text("文", "text"))
texts = st.builds(Text, st.text(min_size=1, max_size=5).filter(str.strip), st.sampled_from(["one", 'two "2"', "a\\b"]))
names = st.integers(0, 99).map(lambda number: f"name_{number}")
age_rules = st.builds(AgeRule, leap_day=st.sampled_from(LeapDayRule), turns=st.sampled_from(AgeTurns))

BOOLS = (Facts.poor, Facts.alone)
CHOICES = (Facts.father, Facts.mother)
MEASURES = (
    Facts.grade,
    Facts.birth_date.age,
    Facts.away_since.months,
    Elapsed(fact=Facts.birth_date, unit=ElapsedUnit.MONTHS),
)
ALL_FACTS = tuple(Facts.facts().values())


@st.composite
def parameters(draw: st.DrawFn, name: str = "limit", texts: st.SearchStrategy[Text] = plain_texts) -> Parameter:
    """Draw a parameter with one to three values, the first without a day."""
    changes = sorted(draw(st.sets(days, max_size=2)))
    values = [DatedValue(value=draw(st.integers(0, 18)), source="source")]
    values += [DatedValue(value=draw(st.integers(0, 18)), since=day, source=f"of {day}") for day in changes]
    return Parameter(name=name, label=draw(texts), values=tuple(values), unit=draw(st.none() | texts))


@st.composite
def atoms(draw: st.DrawFn, bounds: st.SearchStrategy[int | Parameter]) -> Predicate:
    """Draw a condition about one fact."""
    match draw(st.sampled_from(["is", "one-of", "compare", "compare", "known"])):
        case "is":
            return Is(fact=draw(st.sampled_from(BOOLS)), expected=draw(st.booleans()))
        case "one-of":
            members = draw(st.lists(st.sampled_from(list(Place)), min_size=1, max_size=3, unique=True))
            return OneOf(fact=draw(st.sampled_from(CHOICES)), members=tuple(members))
        case "known":
            return Known(fact=draw(st.sampled_from(ALL_FACTS)))
        case _:
            measure, operator = draw(st.sampled_from(MEASURES)), draw(st.sampled_from(Operator))
            return Comparison(measure=measure, operator=operator, bound=draw(bounds))


def joined(parts: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
    """Draw a junction or negation of *parts*."""
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda drawn: All(parts=drawn)),
        several.map(lambda drawn: AnyOf(parts=drawn)),
        parts.map(lambda drawn: Not(part=drawn)),
    )


@st.composite
def predicates(draw: st.DrawFn, max_leaves: int = 6, texts: st.SearchStrategy[Text] = plain_texts) -> Predicate:
    """Draw a rule over `Facts`, with a parameter and perhaps a definition."""
    limit = draw(parameters(texts=texts))
    leaves = atoms(st.one_of(st.integers(-1, 18), st.just(limit)))
    if draw(st.booleans()):
        inner = draw(st.recursive(leaves, joined, max_leaves=3))
        leaves = st.one_of(leaves, st.just(Definition(name="shared", label=draw(texts), when=inner)))
    return draw(st.recursive(leaves, joined, max_leaves=max_leaves))


@functools.lru_cache(maxsize=1024)
def _rules(limit: Parameter, max_leaves: int) -> st.SearchStrategy[Predicate]:
    return st.recursive(atoms(st.one_of(st.integers(-1, 18), st.just(limit))), joined, max_leaves=max_leaves)


@st.composite
def policies(
    draw: st.DrawFn, *, always: bool = False, max_leaves: int = 4, texts: st.SearchStrategy[Text] = plain_texts
) -> Policy:
    """Draw a policy with up to one requirement and up to three categories."""
    limit = draw(parameters(texts=texts))
    rules = _rules(limit, max_leaves)
    numbers = itertools.count()

    def clause() -> Clause:
        number = next(numbers)
        exempt = Exemption(id=f"exempt-{number}", citation="c", text=draw(texts), when=draw(rules))
        return Clause(
            id=f"clause-{number}",
            citation=f"art. {number}",
            text=draw(texts),
            when=draw(rules),
            exceptions=(exempt,) if draw(st.integers(0, 4)) == 0 else (),
        )

    groups = tuple(
        Category(
            id=f"group-{at}",
            tier=draw(st.integers(1, 3)),
            title=draw(texts),
            clauses=tuple(clause() for _ in range(draw(st.integers(1, 2)))),
        )
        for at in range(draw(st.integers(1, 3)))
    )
    since, until = (draw(st.none() | days) for _ in range(2))
    ordered = since is None or until is None or since <= until
    return Policy(
        id=PolicyId("random.policy"),
        title=draw(texts),
        citation="nobody",
        requirements=tuple(clause() for _ in range(draw(st.integers(0, 1)))),
        categories=groups,
        effective=(Period(since=since, until=until),) if ordered and not always else (Period(),),
        ages=draw(age_rules),
        jurisdiction=draw(st.sampled_from(["", "CN", "640000"])),
        sensitive=draw(st.booleans()),
        on_by_default=draw(st.booleans()),
    )


@st.composite
def answers_to(draw: st.DrawFn, policy: Policy, as_of: dt.date, unknowns: int = 1) -> dict[str, FactValue]:
    """Draw answers at the edges of *policy*, with gaps."""
    return {
        fact.name: draw(st.sampled_from([*critical_values(policy, fact, as_of=as_of), *[UNKNOWN] * unknowns]))
        for fact in policy.facts
    }


def completions(policy: Policy, answers: dict[str, FactValue], as_of: dt.date) -> Iterator[dict[str, FactValue]]:
    """Yield *answers* with every gap filled by every critical value."""
    gaps = [fact for fact in policy.facts if answers.get(fact.name, UNKNOWN) is UNKNOWN]
    choices = [critical_values(policy, fact, as_of=as_of) for fact in gaps]
    for filling in itertools.product(*choices):
        yield {**answers, **{fact.name: value for fact, value in zip(gaps, filling, strict=True)}}
