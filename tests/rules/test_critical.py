"""Critical values, codes, and what is worked out once for all who look alike."""

import datetime as dt
import enum

import pytest

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
    IntFact,
    Policy,
    compile_policy,
    constant,
    critical_values,
    judge_facts,
    reasons,
)
from careprogram.rules.critical import telling_values

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)
TOMORROW = AS_OF + dt.timedelta(days=1)


class Place(enum.Enum):
    AWAY = "away"
    HOME = "home"
    DEAD = "deceased"


class Facts(FactSchema):
    birth_date = DateFact(label=TEXT)
    away_since = DateFact(label=TEXT)
    grade = IntFact(label=TEXT, minimum=0, maximum=12)
    score = IntFact(label=TEXT)
    place = ChoiceFact(label=TEXT, choices=Place)
    poor = BoolFact(label=TEXT)


def policy_of(*rules):
    clauses = tuple(Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules))
    return Policy(
        id=PolicyId("p"),
        title=TEXT,
        citation="c",
        categories=(Category(id="g", tier=1, title=TEXT, clauses=clauses),),
    )


LIMIT = constant("limit", 16, label=TEXT, source="s")
POLICY = policy_of(
    (Facts.birth_date.age < LIMIT) & (Facts.grade >= 5) & Facts.place.one_of(Place.AWAY, Place.DEAD),
    (Facts.away_since.months > 6) & (Facts.score < 10) & (Facts.grade < 8),
    Facts.poor.is_(True) & Facts.place.known(),
)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (Facts.grade, (0, 4, 5, 6, 7, 8, 9, 12)),
        (Facts.score, (9, 10, 11)),
        (Facts.place, tuple(Place)),
        (Facts.poor, (True, False)),
        (
            Facts.birth_date,
            (dt.date(2009, 9, 1), dt.date(2009, 9, 2), dt.date(2010, 9, 1), dt.date(2010, 9, 2), AS_OF, TOMORROW),
        ),
        (
            Facts.away_since,
            (dt.date(2026, 2, 1), dt.date(2026, 2, 2), dt.date(2026, 3, 1), dt.date(2026, 3, 2), AS_OF, TOMORROW),
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_critical_values_lie_at_every_turn(fact, expected):
    """Each threshold with its neighbors within the limits, each cutoff and the day after, tomorrow, each choice."""
    assert critical_values(POLICY, fact, as_of=AS_OF) == expected


def test_one_telling_value_for_each_way_a_fact_can_come_out():
    """Grades below 5, from 5, and from 8 are told apart; so are away or dead, and at home; nothing else is."""
    telling = telling_values(POLICY, AS_OF)
    assert telling["grade"] == (0, 5, 8)
    assert telling["place"] == (Place.AWAY, Place.HOME)
    assert telling["birth_date"] == (dt.date(2009, 9, 1), dt.date(2010, 9, 2))
    assert set(telling) == set(Facts.facts())


def test_a_threshold_outside_the_limits_of_a_fact_still_leaves_values_to_try():
    """No grade reaches 99, and yet the grade can be asked for."""
    high = policy_of(Facts.grade >= 99)
    assert critical_values(high, Facts.grade, as_of=AS_OF) == (0, 12)


def test_a_code_is_the_same_within_a_band_and_differs_across_a_cutoff():
    """A birthday passed changes the code; a birth one day later within the same year of age does not."""
    compiled = compile_policy(POLICY, AS_OF)

    def code(answers):
        return compiled.code(compiled.asked(answers))

    def of(day):
        return code({"birth_date": day})

    assert of(dt.date(2015, 1, 1)) == of(dt.date(2015, 1, 2)) == of(dt.date(2010, 9, 2))
    assert of(dt.date(2010, 9, 1)) != of(dt.date(2010, 9, 2))
    assert code({}) != of(dt.date(2015, 1, 1))
    assert code({"poor": True}) != code({"poor": False})


def test_the_reason_is_worked_out_once_for_a_code(monkeypatch):
    """A second child with the same code costs no second search, and is told its own age."""
    compile_policy.cache_clear()
    asked = []
    honest = reasons.reason_of
    monkeypatch.setattr(reasons, "reason_of", lambda *args: asked.append(args) or honest(*args))
    ages = []
    for year in (2012, 2014, 2016):
        facts = FactValues(values={"birth_date": dt.date(year, 1, 1), "grade": 6, "place": Place.AWAY})
        explanation = judge_facts(POLICY, facts, as_of=AS_OF).explanation
        ages.append(explanation.facts[0].value.en)
    assert len(asked) == 1
    assert ages == ["14 years old", "12 years old", "10 years old"]


def test_what_is_remembered_has_a_bound(monkeypatch):
    """Beyond the bound the memory starts anew and the answers stay right."""
    compile_policy.cache_clear()
    monkeypatch.setattr("careprogram.rules.kept.MOST_KEPT", 3)
    for _ in range(2):
        for grade in range(13):
            facts = FactValues(values={"grade": grade, "birth_date": dt.date(2015, 1, 1), "poor": False})
            verdict = judge_facts(POLICY, facts, as_of=AS_OF)
            assert ("place" in verdict.missing) == (grade >= 5)
            assert ("score" in verdict.missing) == (grade < 8)
    assert len(compile_policy(POLICY, AS_OF).worked_out) <= 3
