"""What is the rule that one child is judged by, and who are the children?

2 requirements, 10 clauses, 4 categories in 4 tiers, 12 facts; one answer in twelve is a gap. Nothing is measured here.
"""

import datetime as dt
import enum
import random

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    FactValue,
    IntFact,
    Policy,
    Predicate,
    constant,
)
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)


class Status(enum.Enum):
    """Where a parent is."""

    AWAY = "away"
    HOME = "home"
    DEAD = "dead"
    MISSING = "missing"


class Town(enum.Enum):
    """Where a child is registered."""

    RURAL = "rural"
    URBAN = "urban"


def _text(word: str) -> Text:
    return Text(word, word)


class Facts(FactSchema):
    """What the rule asks."""

    birth_date = DateFact(label=_text("born"))
    rural = ChoiceFact(label=_text("rural"), choices=Town)
    father = ChoiceFact(label=_text("father"), choices=Status)
    mother = ChoiceFact(label=_text("mother"), choices=Status)
    father_since = DateFact(label=_text("father away"))
    mother_since = DateFact(label=_text("mother away"))
    grade = IntFact(label=_text("grade"), minimum=0, maximum=12)
    income = IntFact(label=_text("income"), minimum=0)
    poor = BoolFact(label=_text("poor"))
    ill = BoolFact(label=_text("ill"))
    caregiver = BoolFact(label=_text("caregiver"))
    boarding = BoolFact(label=_text("boarding"))


def _policy() -> Policy:
    limit = constant("limit", 16, label=_text("limit"), source="law")
    months = constant("months", 6, label=_text("months"), source="law")
    father_away = Facts.father.is_(Status.AWAY) & (Facts.father_since.months >= months)
    mother_away = Facts.mother.is_(Status.AWAY) & (Facts.mother_since.months >= months)
    lost = (Status.DEAD, Status.MISSING)
    rules: tuple[tuple[Predicate, ...], ...] = (
        (
            Facts.father.one_of(*lost) & Facts.mother.one_of(*lost),
            Facts.father.one_of(*lost) & Facts.ill.is_(True),
            Facts.ill.is_(True) & Facts.poor.is_(True),
        ),
        (father_away & mother_away, father_away & Facts.mother.one_of(*lost), mother_away & Facts.father.one_of(*lost)),
        (Facts.caregiver.is_(False) & (father_away | mother_away), Facts.boarding.is_(True) & (Facts.grade < 3)),
        ((Facts.income < 5000) & ~Facts.poor.is_(False), (Facts.birth_date.age < 6) & Facts.poor.is_(True)),
    )
    number = 0
    categories = []
    for tier, own in enumerate(rules, start=1):
        clauses = []
        for rule in own:
            number += 1
            clauses.append(Clause(id=f"c{number}", citation=f"art. {number}", text=_text("clause"), when=rule))
        categories.append(Category(id=f"g{tier}", tier=tier, title=_text("group"), clauses=tuple(clauses)))
    needed = (Facts.birth_date.age < limit, Facts.rural.is_(Town.RURAL))
    return Policy(
        id=PolicyId("bench.one"),
        title=_text("bench"),
        citation="law",
        requirements=tuple(
            Clause(id=f"r{at}", citation="law", text=_text("needed"), when=rule) for at, rule in enumerate(needed)
        ),
        categories=tuple(categories),
    )


POLICY = _policy()


def children(count: int, *, gaps: float = 0.08) -> list[dict[str, FactValue]]:
    """Return answers about *count* children of a county, some of them unknown."""
    chance = random.Random(20260901)

    def since(years: int) -> dt.date:
        return AS_OF - dt.timedelta(days=chance.randrange(365 * years))

    found: list[dict[str, FactValue]] = []
    for _ in range(count):
        answers: dict[str, FactValue] = {
            "birth_date": since(18),
            "rural": chance.choices(list(Town), (85, 15))[0],
            "father": chance.choices(list(Status), (55, 38, 5, 2))[0],
            "mother": chance.choices(list(Status), (45, 50, 3, 2))[0],
            "father_since": since(3),
            "mother_since": since(3),
            "grade": chance.randrange(13),
            "income": chance.randrange(0, 40_000, 100),
            "poor": chance.random() < 0.2,
            "ill": chance.random() < 0.08,
            "caregiver": chance.random() < 0.9,
            "boarding": chance.random() < 0.3,
        }
        found.append({name: UNKNOWN if chance.random() < gaps else value for name, value in answers.items()})
    return found
