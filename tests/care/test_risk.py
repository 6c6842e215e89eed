"""Risk levels with reasons."""

import datetime as dt

import pytest

from careprogram.care import SHIPPED_RISK_RULES, SHIPPED_SCALE, RiskLevel, RiskScale, assess_risk
from careprogram.errors import ConflictError, ValidationError
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Contact,
    GuardianshipKind,
    Health,
    HealthStatus,
    Household,
    Parent,
    ParentStatus,
    Schooling,
    SchoolingStatus,
)
from careprogram.unknown import UNKNOWN

DAY = dt.date(2026, 9, 1)


def away(days: int | None) -> Parent:
    contact = None if days is None else Contact(on=DAY - dt.timedelta(days=days))
    return Parent(status=ParentStatus.AWAY_WORKING, last_contact=contact)


SAFE: dict[str, object] = {
    "birth_date": dt.date(2016, 3, 1),
    "father": away(3),
    "mother": away(30),
    "caregiver": Caregiver(
        relation=CaregiverRelation.PATERNAL_GRANDPARENT,
        capacity=CapacityRating.GOOD,
        knows_class=True,
        written_delegation=True,
    ),
    "health": Health(status=HealthStatus.HEALTHY),
    "schooling": Schooling(status=SchoolingStatus.PRIMARY),
    "household": Household(in_poverty=False),
}


def child(**facts: object) -> Child:
    return Child(id=ChildId("c1"), **(SAFE | facts))


def caregiver(**facts: object) -> Caregiver:
    whole: dict[str, object] = {
        "relation": CaregiverRelation.RELATIVE,
        "capacity": CapacityRating.GOOD,
        "knows_class": True,
        "written_delegation": True,
    }
    return Caregiver(**(whole | facts))


def test_a_child_without_any_indicator_is_on_the_lowest_level():
    """Everything known, nothing wrong: green, with no reason and no question."""
    found = assess_risk(child(), as_of=DAY)
    assert (found.level.id, found.reasons, found.open_questions, found.unknown) == ("green", (), (), ())


CASES = [
    ({"caregiver": None}, "red", "nobody-cares"),
    ({"guardianship": GuardianshipKind.NOBODY}, "red", "nobody-cares"),
    ({"caregiver": caregiver(capacity=CapacityRating.POOR)}, "yellow", "care-rated-poor"),
    ({"schooling": Schooling(status=SchoolingStatus.DROPPED_OUT)}, "yellow", "dropped-out"),
    ({"father": away(183), "mother": away(None)}, "yellow", "silent-half-year"),
    ({"father": away(None), "mother": away(None)}, "yellow", "silent-half-year"),
    (
        {"father": Parent(status=ParentStatus.DECEASED), "mother": Parent(status=ParentStatus.IMPRISONED)},
        "yellow",
        "no-parent-can-care",
    ),
    ({"father": away(8), "mother": away(30)}, "blue", "silent-week"),
    ({"caregiver": caregiver(capacity=CapacityRating.FAIR)}, "blue", "care-rated-fair"),
    ({"caregiver": caregiver(knows_class=False)}, "blue", "class-not-known"),
    ({"caregiver": caregiver(written_delegation=False)}, "blue", "no-written-delegation"),
    ({"health": Health(status=HealthStatus.DISABLED)}, "blue", "ill-or-disabled"),
    ({"household": Household(in_poverty=True)}, "blue", "in-poverty"),
]


@pytest.mark.parametrize(("facts", "level", "rule"), CASES, ids=[f"{rule}-{n}" for n, (_, _, rule) in enumerate(CASES)])
def test_each_indicator_raises_the_level_and_says_why(facts: dict[str, object], level: str, rule: str):
    """One thing wrong is enough, and the first reason names it with its source."""
    found = assess_risk(child(**facts), as_of=DAY)
    assert found.level.id == level
    assert found.reasons[0].rule == rule
    assert found.reasons[0].source


def test_every_shipped_rule_is_shown_by_a_case():
    """A rule nobody can trigger would be decoration."""
    assert {rule for _, _, rule in CASES} == {rule.id for rule in SHIPPED_RISK_RULES}


def test_seven_days_of_silence_are_within_the_law():
    """At least once a week: the seventh day still is, the eighth is not."""
    assert assess_risk(child(father=away(7)), as_of=DAY).level.id == "green"
    assert assess_risk(child(father=away(8)), as_of=DAY).level.id == "blue"


def test_sixteen_counts_from_the_birthday():
    """不满十六周岁: the day before the birthday is red, the birthday is not."""
    alone = child(caregiver=None, birth_date=dt.date(2010, 9, 1))
    assert assess_risk(alone, as_of=dt.date(2026, 8, 31)).level.id == "red"
    assert assess_risk(alone, as_of=dt.date(2026, 9, 1)).level.id != "red"


def test_unknown_is_not_low():
    """Of a child of whom nothing is known, the level is watched and the facts to find out are named."""
    found = assess_risk(Child(id=ChildId("c2")), as_of=DAY)
    assert found.level.id == "blue"
    assert found.reasons == ()
    assert {"caregiver", "father.status", "health.status", "schooling.status"} <= set(found.unknown)


def test_one_unknown_fact_keeps_a_safe_child_off_the_lowest_level():
    """The question is named, and only that one."""
    found = assess_risk(child(health=Health()), as_of=DAY)
    assert (found.level.id, found.unknown) == ("blue", ("health.status",))


def test_questions_that_could_change_nothing_are_not_asked():
    """A child on yellow is not asked for facts that could only make it blue."""
    found = assess_risk(child(caregiver=caregiver(capacity=CapacityRating.POOR), health=Health()), as_of=DAY)
    assert (found.level.id, found.unknown) == ("yellow", ())


def test_a_scale_is_data():
    """A place with two levels of its own uses the same rules."""
    scale = RiskScale(
        levels=(
            RiskLevel(id="3", title=Text("三级", "third"), visit_every=None),
            RiskLevel(id="1", title=Text("一级", "first"), visit_every=5),
        ),
        when_unknown="3",
        source="a county",
    )
    rules = [attrs_with_level(rule, "1") for rule in SHIPPED_RISK_RULES]
    found = assess_risk(child(household=Household(in_poverty=True)), as_of=DAY, rules=rules, scale=scale)
    assert found.level.visit_every == 5


def attrs_with_level(rule, level: str):
    import attrs

    return attrs.evolve(rule, level=level)


def test_mistakes_in_scale_and_rules_are_refused():
    """Each message names what is wrong and what is allowed."""
    low = RiskLevel(id="low", title=Text("低", "low"), visit_every=None)
    with pytest.raises(ValidationError, match="two or more levels"):
        RiskScale(levels=(low,), when_unknown="low", source="x")
    with pytest.raises(ValidationError, match="two or more levels"):
        RiskScale(levels=(low, low), when_unknown="low", source="x")
    with pytest.raises(ValidationError, match=r"no level 'purple'.*green, blue, yellow, red"):
        RiskScale(levels=SHIPPED_SCALE.levels, when_unknown="purple", source="x")
    with pytest.raises(ValidationError, match=r"'purple'.*green"):
        assess_risk(child(), as_of=DAY, rules=[attrs_with_level(SHIPPED_RISK_RULES[0], "purple")])
    with pytest.raises(ConflictError, match="two risk rules"):
        assess_risk(child(), as_of=DAY, rules=[SHIPPED_RISK_RULES[0], SHIPPED_RISK_RULES[0]])
    with pytest.raises(ValidationError, match="at least one day"):
        RiskLevel(id="x", title=Text("低", "low"), visit_every=0)


def test_an_unknown_contact_is_a_question_not_a_silence():
    """Nobody asked when the parents last called: watched, not accused."""
    unsure = Parent(status=ParentStatus.AWAY_WORKING, last_contact=UNKNOWN)
    found = assess_risk(child(father=unsure, mother=unsure), as_of=DAY)
    assert {reason.rule for reason in found.open_questions} == {"silent-half-year", "silent-week"}
    assert "father.last_contact" in found.unknown
