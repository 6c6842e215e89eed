"""The schema that the tests of the rule language share, and the strategies of the testing kit bound to it."""

import datetime as dt
import enum
import itertools
from collections.abc import Iterator

from hypothesis import strategies as st

from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    DateFact,
    FactSchema,
    FactValue,
    GroupFact,
    IntFact,
    Policy,
    Predicate,
)
from careprogram.rules.facts import on_day
from careprogram.testing.random_answers import edge_values
from careprogram.testing.random_rules import FIRST_DAY, LAST_DAY
from careprogram.testing.strategies import rules
from careprogram.unknown import UNKNOWN


class Place(enum.Enum):
    """Where somebody is."""

    AWAY = "away"
    HOME = "home"
    DEAD = "deceased"


class ParentFacts(FactSchema):
    """What is known of one parent: one fact of every kind."""

    status = ChoiceFact(label=Text("状况", "status"), choices=Place)
    able = BoolFact(label=Text("有监护能力", "able"))
    left_on = DateFact(label=Text("离家时长", "left home"))
    children = IntFact(label=Text("子女数", "children"), minimum=0)


class Facts(FactSchema):
    """Two facts of every kind, and a group."""

    poor = BoolFact(label=Text("贫困", "poor"))
    alone = BoolFact(label=Text("独居", "alone"))
    grade = IntFact(label=Text("年级", "grade"), minimum=0, maximum=12)
    father = ChoiceFact(label=Text("父亲", "father"), choices=Place)
    mother = ChoiceFact(label=Text("母亲", "mother"), choices=Place)
    birth_date = DateFact(label=Text("出生日期", "birth date"))
    away_since = DateFact(label=Text("外出时长", "away"))
    parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts)


FIRST, LAST = FIRST_DAY, LAST_DAY
days = rules.rule_days
plain_texts = rules.plain_texts
texts = st.builds(Text, st.text(min_size=1, max_size=5).filter(str.strip), st.sampled_from(["one", 'two "2"', "a\\b"]))
names = st.integers(0, 99).map(lambda number: f"name_{number}")
age_rules = rules.age_rules

BOOLS = (Facts.poor, Facts.alone)
CHOICES = (Facts.father, Facts.mother)
MEASURES = (Facts.grade, Facts.birth_date.age, Facts.away_since.months, Facts.birth_date.months)
ALL_FACTS = tuple(Facts.facts().values())

__all__ = ["Category", "Facts", "ParentFacts", "Place", "answers_to", "completions", "policies", "predicates"]


def predicates(
    max_leaves: int = 6, texts: st.SearchStrategy[Text] = plain_texts, *, groups: bool = False
) -> st.SearchStrategy[Predicate]:
    """Draw a rule over `Facts`, with parameters and perhaps a definition."""
    return rules.predicates(Facts, max_leaves=max_leaves, texts=texts, groups=groups)


def policies(
    *,
    always: bool = False,
    max_leaves: int = 4,
    texts: st.SearchStrategy[Text] = plain_texts,
    groups: bool = False,
    variants: bool = False,
) -> st.SearchStrategy[Policy]:
    """Draw a policy over `Facts` with up to one requirement and up to three categories."""
    return rules.policies(Facts, always=always, max_leaves=max_leaves, texts=texts, groups=groups, variants=variants)


def answers_to(policy: Policy, as_of: dt.date, unknowns: int = 1) -> st.SearchStrategy[dict[str, FactValue]]:
    """Draw answers at the edges of *policy*, with gaps."""
    return rules.critical_facts(policy, as_of, unknowns=unknowns)


def completions(policy: Policy, answers: dict[str, FactValue], as_of: dt.date) -> Iterator[dict[str, FactValue]]:
    """Yield *answers* with every gap, and every date that has not come, filled by every answer at the edges."""
    edges = edge_values(policy, as_of, to_come=False)
    gaps = [fact.name for fact in policy.facts if on_day(answers.get(fact.name, UNKNOWN), as_of) is UNKNOWN]
    for filling in itertools.product(*(edges[name] for name in gaps)):
        yield {**answers, **dict(zip(gaps, filling, strict=True))}
