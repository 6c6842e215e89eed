"""Three-valued questions about a child's situation."""

import datetime as dt

import pytest

from careprogram.care.situation import at_school, delegated, from_grade, silent_for_more_than
from careprogram.ids import ChildId
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Contact,
    Grade,
    GuardianshipKind,
    Parent,
    ParentStatus,
    Schooling,
    SchoolingStatus,
)
from careprogram.people.caregiving import care_rating, every, nobody_cares, opposite, some
from careprogram.unknown import UNKNOWN

DAY = dt.date(2026, 9, 1)
HOME = Parent(status=ParentStatus.AT_HOME)
AWAY = Parent(status=ParentStatus.AWAY_WORKING)
DEAD = Parent(status=ParentStatus.DECEASED)


def child(**facts: object) -> Child:
    return Child(id=ChildId("c1"), **facts)


def away(days: int | None) -> Parent:
    contact = None if days is None else Contact(on=DAY - dt.timedelta(days=days))
    return Parent(status=ParentStatus.AWAY_WORKING, last_contact=contact)


@pytest.mark.parametrize("first", [True, False, UNKNOWN])
@pytest.mark.parametrize("second", [True, False, UNKNOWN])
def test_the_connectives_are_those_of_kleene(first: object, second: object):
    """The whole truth table, by filling every gap in both ways."""

    def fillings(value: object) -> list[bool]:
        return [True, False] if value is UNKNOWN else [value]

    for connective, plain in ((some, any), (every, all)):
        outcomes = {plain([one, other]) for one in fillings(first) for other in fillings(second)}
        expected = outcomes.pop() if len(outcomes) == 1 else UNKNOWN
        assert connective(first, second) is expected
    assert opposite(first) is (UNKNOWN if first is UNKNOWN else not first)


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"caregiver": None, "father": AWAY, "mother": DEAD}, True),
        ({"caregiver": None, "father": HOME, "mother": DEAD}, False),
        ({"caregiver": Caregiver(), "father": AWAY, "mother": AWAY}, False),
        ({"caregiver": UNKNOWN, "father": AWAY, "mother": AWAY}, UNKNOWN),
        ({"caregiver": None, "father": AWAY}, UNKNOWN),
        ({"caregiver": UNKNOWN, "father": HOME}, False),
        ({"caregiver": UNKNOWN, "father": AWAY, "mother": AWAY, "guardianship": GuardianshipKind.FAIR}, False),
        ({"caregiver": None, "father": AWAY, "mother": AWAY, "guardianship": GuardianshipKind.GOOD}, False),
        ({"caregiver": Caregiver(), "father": AWAY, "mother": AWAY, "guardianship": GuardianshipKind.NOBODY}, True),
    ],
)
def test_nobody_cares_only_where_that_is_known(facts: dict[str, object], answer: object):
    """An unknown caregiver or parent leaves the question open: it neither alarms nor calms."""
    assert nobody_cares(child(**facts)) is answer


@pytest.mark.parametrize(
    ("father", "mother", "answer"),
    [
        (away(7), away(300), False),
        (away(8), away(300), True),
        (away(8), away(None), True),
        (away(None), DEAD, True),
        (away(8), Parent(status=ParentStatus.AWAY_WORKING), UNKNOWN),
        (away(8), Parent(), UNKNOWN),
        (away(7), Parent(), False),
        (away(-1), DEAD, UNKNOWN),
        (away(0), DEAD, False),
        (HOME, DEAD, False),
        (HOME, Parent(), UNKNOWN),
    ],
)
def test_silence_is_only_said_of_those_known_to_be_silent(father: Parent, mother: Parent, answer: object):
    """One recent contact ends it; one parent in doubt leaves it open."""
    assert silent_for_more_than(child(father=father, mother=mother), 7, DAY) is answer


@pytest.mark.parametrize(
    ("capacity", "guardianship", "rating"),
    [
        (UNKNOWN, UNKNOWN, UNKNOWN),
        (CapacityRating.GOOD, UNKNOWN, CapacityRating.GOOD),
        (UNKNOWN, GuardianshipKind.FAIR, CapacityRating.FAIR),
        (CapacityRating.GOOD, GuardianshipKind.NOBODY, CapacityRating.POOR),
        (CapacityRating.POOR, GuardianshipKind.GOOD, CapacityRating.POOR),
        (CapacityRating.FAIR, GuardianshipKind.GOOD, CapacityRating.FAIR),
    ],
)
def test_of_two_ratings_the_worse_counts(capacity: object, guardianship: object, rating: object):
    """The caregiver's and the surveyor's; a doubt is not outvoted."""
    assert care_rating(child(caregiver=Caregiver(capacity=capacity), guardianship=guardianship)) is rating


@pytest.mark.parametrize(
    ("caregiver", "answer"),
    [
        (None, False),
        (UNKNOWN, UNKNOWN),
        (Caregiver(), UNKNOWN),
        (Caregiver(relation=CaregiverRelation.NEIGHBOR), True),
        (Caregiver(relation=CaregiverRelation.FATHER), False),
    ],
)
def test_care_is_delegated_to_others_than_parents(caregiver: object, answer: object):
    """A father who cares is no delegate."""
    assert delegated(child(father=AWAY, mother=AWAY, caregiver=caregiver)) is answer


@pytest.mark.parametrize(
    ("schooling", "five", "school"),
    [
        (Schooling(), UNKNOWN, UNKNOWN),
        (Schooling(grade=Grade(4)), False, True),
        (Schooling(grade=Grade(5)), True, True),
        (Schooling(grade=None), False, False),
        (Schooling(status=SchoolingStatus.PRIMARY), UNKNOWN, True),
        (Schooling(status=SchoolingStatus.JUNIOR), True, True),
        (Schooling(status=SchoolingStatus.VOCATIONAL), True, True),
        (Schooling(status=SchoolingStatus.KINDERGARTEN), False, False),
        (Schooling(status=SchoolingStatus.DROPPED_OUT), UNKNOWN, False),
    ],
)
def test_the_stage_tells_the_grade_where_it_can(schooling: Schooling, five: object, school: object):
    """A junior pupil is past grade 5 whatever the grade; a primary pupil may be."""
    assert from_grade(child(schooling=schooling), 5) is five
    assert at_school(child(schooling=schooling)) is school
