"""Reading the facts out of a child's record."""

import datetime as dt

import attrs
import pytest

from careprogram.care import assess_risk
from careprogram.eligibility import ChildFacts, facts_of, judge, shipped_policies
from careprogram.eligibility.reading import READERS
from careprogram.ids import ChildId
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Disability,
    DisabilityKind,
    Grade,
    GuardianshipKind,
    Health,
    HealthStatus,
    Household,
    Parent,
    ParentStatus,
    Registration,
    RegistrationKind,
    Residence,
    Schooling,
    SchoolingStatus,
    Settlement,
    Sex,
)
from careprogram.rules import Determination
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
BLANK = Child(id=ChildId("blank"))
FULL = Child(
    id=ChildId("full"),
    sex=Sex.FEMALE,
    birth_date=dt.date(2015, 5, 1),
    registration=Registration(registered=True, kind=RegistrationKind.RURAL, left_on=dt.date(2026, 5, 1)),
    residence=Residence(settlement=Settlement.RURAL),
    health=Health(
        status=HealthStatus.DISABLED, disability=Disability(kind=DisabilityKind.HEARING, degree=2), illness=None
    ),
    schooling=Schooling(status=SchoolingStatus.PRIMARY, boarding=True, grade=Grade(5), full_time=True),
    father=Parent(
        status=ParentStatus.AWAY_WORKING,
        away_since=dt.date(2026, 1, 1),
        guardianship_capacity=True,
        health=HealthStatus.HEALTHY,
    ),
    mother=Parent(status=ParentStatus.AT_HOME, away_since=None, guardianship_capacity=False, health=HealthStatus.ILL),
    caregiver=Caregiver(relation=CaregiverRelation.PATERNAL_GRANDPARENT, capacity=CapacityRating.FAIR),
    household=Household(
        family_planning=True, only_child=True, girls_only=True, in_poverty=False, poverty_hinders=False
    ),
    moved_with_parents=False,
    moved_with_guardian=True,
    harmed_by_guardian=False,
    in_danger=False,
)

AWAY = {"father": Parent(status=ParentStatus.AWAY_WORKING), "mother": Parent(status=ParentStatus.DECEASED)}
CARER = Caregiver(capacity=CapacityRating.GOOD)


def values(child, **changes):
    return facts_of(attrs.evolve(child, **changes), as_of=AS_OF)


def test_every_fact_has_its_reader_in_the_same_order():
    """No fact of the schema is forgotten, and no reader is without a fact."""
    assert [name for name, _ in READERS] == list(ChildFacts.facts())


def test_a_blank_child_is_unknown_in_everything():
    """Nothing is read as a default; that it has two parents is known of everybody, and nothing is of them."""
    assert {name: value for name, value in values(BLANK).values.items() if value is not UNKNOWN} == {
        "parents": ({}, {})
    }


def test_a_full_child_is_known_in_everything_it_can_be():
    """Every answer is of the right kind; the mother is at home, so only her absence has no date."""
    found = values(FULL)
    assert {name for name, value in found.values.items() if value is UNKNOWN} == {"mother_away_since"}
    assert ChildFacts.values(found.values) == found
    assert found[ChildFacts.grade] == 5
    assert found[ChildFacts.disability_degree] == 2
    assert found[ChildFacts.care_rating] is CapacityRating.FAIR


@pytest.mark.parametrize(
    ("changes", "cared_for", "rating"),
    [
        ({}, UNKNOWN, UNKNOWN),
        ({"caregiver": None}, UNKNOWN, UNKNOWN),
        ({"caregiver": None, **AWAY}, False, CapacityRating.POOR),
        ({"caregiver": None, **AWAY, "guardianship": GuardianshipKind.GOOD}, True, CapacityRating.GOOD),
        ({"caregiver": None, "mother": Parent(status=ParentStatus.AT_HOME)}, True, UNKNOWN),
        ({"caregiver": Caregiver()}, True, UNKNOWN),
        ({"caregiver": Caregiver(), "guardianship": GuardianshipKind.GOOD}, True, CapacityRating.GOOD),
        ({"guardianship": GuardianshipKind.NOBODY}, UNKNOWN, CapacityRating.POOR),
        ({"guardianship": GuardianshipKind.NOBODY, **AWAY}, False, CapacityRating.POOR),
        ({"caregiver": CARER, "guardianship": GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY}, True, CapacityRating.POOR),
        ({"guardianship": GuardianshipKind.FAIR}, True, CapacityRating.FAIR),
        ({"guardianship": GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY}, True, CapacityRating.POOR),
        ({"guardianship": GuardianshipKind.PARENT_WITHOUT_CAPACITY}, UNKNOWN, CapacityRating.POOR),
    ],
)
def test_care_is_told_by_the_caregiver_or_by_the_rating(changes, cared_for, rating):
    """The form asks thrice: of two ratings the worse counts, a parent at home is care, and nobody means poor."""
    found = values(BLANK, **changes)
    assert (found[ChildFacts.has_caregiver], found[ChildFacts.care_rating]) == (cared_for, rating)


def test_what_does_not_apply_is_an_answer():
    """A child outside school has grade 0 and a child without disability degree 0: known, not missing."""
    found = values(BLANK, schooling=Schooling(grade=None), health=Health(disability=None))
    assert (found[ChildFacts.grade], found[ChildFacts.disability_degree]) == (0, 0)


@pytest.mark.parametrize("policy", shipped_policies().values(), ids=lambda policy: policy.id)
def test_a_date_after_the_day_asked_is_no_fact_of_that_day(policy):
    """A birth or departure in the future is unknown, so that a typing error never decides, and the reader is told."""
    if not policy.in_force_on(AS_OF):
        pytest.skip("not in force that day")
    father = attrs.evolve(FULL.father, away_since=dt.date(2027, 1, 1))
    late = attrs.evolve(FULL, birth_date=dt.date(2026, 9, 2), father=father)
    blank = attrs.evolve(FULL, birth_date=UNKNOWN, father=attrs.evolve(father, away_since=UNKNOWN))
    told, open_ = judge(late, policy, as_of=AS_OF), judge(blank, policy, as_of=AS_OF)
    assert told.clauses == open_.clauses
    assert (told.determination, told.missing) == (open_.determination, open_.missing)
    asked = {fact.name for fact in policy.facts} & {"birth_date", "father_away_since"}
    assert asked <= set(told.explanation.future)
    assert set(told.explanation.future) <= {*asked, "parents.away_since"}


def test_a_date_of_the_day_asked_is_a_fact_of_that_day():
    """Whoever is born today is a child today."""
    assert values(FULL, birth_date=AS_OF)[ChildFacts.birth_date] == AS_OF
    newborn = judge(attrs.evolve(FULL, birth_date=AS_OF), shipped_policies()["cn.left-behind.2016"], as_of=AS_OF)
    assert newborn.explanation.future == ()
    assert "birth_date" not in newborn.missing


def test_a_damaged_record_costs_only_the_fact_it_damages():
    """A reader that raises makes its fact unknown and names it; nobody is let in or turned away by it."""
    damaged = attrs.evolve(FULL)
    object.__setattr__(damaged, "father", None)
    found = facts_of(damaged, as_of=AS_OF)
    of_father = {"father_status", "father_away_since", "father_capacity", "father_health"}
    assert set(found.unreadable) == {*of_father, "parents", "lives_alone"}
    verdict = judge(damaged, shipped_policies()["cn.left-behind.2016"], as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == ("father_status", "father_capacity")
    assert "father_status" in verdict.missing


def test_a_policy_and_a_plan_of_care_agree_on_who_looks_after_a_child():
    """Well rated by the caregiver, badly by the surveyor: both rooms go by the worse."""
    moved = attrs.evolve(
        FULL,
        caregiver=CARER,
        guardianship=GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY,
        residence=Residence(settlement=Settlement.URBAN),
        moved_with_parents=True,
    )
    verdict = judge(moved, shipped_policies()["county.education"], as_of=AS_OF)
    assert verdict.categories == ("moved-and-lacks-care",)
    assert "care-rated-poor" in {reason.rule for reason in assess_risk(moved, as_of=AS_OF).reasons}


def test_a_kept_verdict_tells_no_birthday_in_its_repr():
    """The next change of an age limit is the birthday of the child."""
    both = attrs.evolve(FULL, mother=FULL.father)
    report = judge(both, shipped_policies()["cn.left-behind.2016"], as_of=AS_OF).report()
    assert report.next_change == dt.date(2031, 5, 1)
    assert "2031" not in repr(report)
    assert "5, 1)" not in repr(report)
