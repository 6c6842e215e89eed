"""Reading what only some policies ask: each parent's circumstances, and where the child lives and learns."""

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.eligibility import ChildFacts, ParentFacts, facts_of
from careprogram.eligibility.parent_reading import parent_answers
from careprogram.eligibility.reading import READERS, lives_outside_its_county
from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.people import (
    Child,
    ConfinementKind,
    Contact,
    Disability,
    DisabilityKind,
    HealthStatus,
    Parent,
    ParentStatus,
    PlaceCode,
    Registration,
    Residence,
    Schooling,
    SchoolingStatus,
    WorkArea,
)
from careprogram.rules import Mutability
from careprogram.rules.facts import is_known, on_day
from careprogram.testing.strategies import children
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
DAY_BEFORE, DAY_AFTER = AS_OF - dt.timedelta(days=1), AS_OF + dt.timedelta(days=1)
FULL = Parent(
    status=ParentStatus.AWAY_WORKING,
    away_since=dt.date(2026, 1, 1),
    away_to=WorkArea.OTHER_COUNTY,
    guardianship_capacity=True,
    health=HealthStatus.DISABLED,
    disability=Disability(kind=DisabilityKind.MENTAL, degree=3),
    confinement=ConfinementKind.OTHER,
    confined_since=dt.date(2026, 2, 1),
    confinement_months=7,
    lost_contact=True,
    search_reported_on=dt.date(2026, 3, 1),
    declared_missing=False,
    guardianship_revoked=True,
    deported=False,
    last_contact=Contact(on=dt.date(2026, 4, 1)),
    last_contact_with_caregiver=Contact(on=AS_OF),
)
NOTHING_ELSE = {"status", "confinement", "lost_contact", "declared_missing", "deported"}


def told(status, **fields):
    return parent_answers(Parent(status=status, **fields), AS_OF)


def test_every_fact_of_a_parent_is_read():
    """A full record answers every question of the schema, each by an answer of its kind; a blank one answers none."""
    answers = parent_answers(FULL, AS_OF)
    assert set(answers) == set(ParentFacts.facts())
    assert ParentFacts.values(answers).values == answers
    assert parent_answers(Parent(), AS_OF) == {}


@pytest.mark.parametrize(
    ("status", "confinement", "lost", "declared", "deported"),
    [
        (ParentStatus.AT_HOME, ConfinementKind.NONE, False, False, False),
        (ParentStatus.UNABLE, ConfinementKind.NONE, False, False, False),
        (ParentStatus.DECEASED, ConfinementKind.NONE, False, False, False),
        (ParentStatus.AWAY_WORKING, ConfinementKind.NONE, False, False, UNKNOWN),
        (ParentStatus.IMPRISONED, ConfinementKind.IMPRISONED, False, False, UNKNOWN),
        (ParentStatus.MISSING, UNKNOWN, True, UNKNOWN, UNKNOWN),
    ],
)
def test_the_answer_of_the_form_settles_what_it_settles(status, confinement, lost, declared, deported):
    """Who is at home is not in prison; of who cannot be reached nobody knows. What is left open is left out."""
    names = ("confinement", "lost_contact", "declared_missing", "deported")
    answers = told(status)
    assert tuple(answers.get(name, UNKNOWN) for name in names) == (confinement, lost, declared, deported)
    assert set(answers) <= NOTHING_ELSE
    assert all(value is not UNKNOWN for value in answers.values())


def test_what_somebody_recorded_counts_more_than_what_the_form_implies():
    """A parent at home who was deported once is recorded so; a court's word is taken."""
    answers = told(ParentStatus.AT_HOME, deported=True, confinement=ConfinementKind.OTHER, lost_contact=True)
    assert (answers["deported"], answers["confinement"], answers["lost_contact"]) == (True, ConfinementKind.OTHER, True)
    assert told(ParentStatus.MISSING, declared_missing=True)["declared_missing"] is True


@pytest.mark.parametrize(
    ("health", "disability", "degree"),
    [
        (HealthStatus.HEALTHY, UNKNOWN, 0),
        (HealthStatus.ILL, UNKNOWN, None),
        (HealthStatus.DISABLED, UNKNOWN, None),
        (UNKNOWN, None, 0),
        (HealthStatus.DISABLED, Disability(), None),
        (HealthStatus.DISABLED, Disability(degree=4), 4),
    ],
)
def test_no_disability_is_degree_zero_and_an_unknown_one_is_open(health, disability, degree):
    """Healthy says no disability; ill does not."""
    assert told(UNKNOWN, health=health, disability=disability).get("disability_degree") == degree


@pytest.mark.parametrize("when", [DAY_BEFORE, AS_OF, DAY_AFTER])
def test_nothing_that_comes_later_is_known_yet(when):
    """A report, contact or confinement after the day asked about is neither a yes nor a no of that day."""
    parent = attrs.evolve(
        FULL,
        away_since=when,
        confined_since=when,
        search_reported_on=when,
        last_contact=Contact(on=when),
        last_contact_with_caregiver=Contact(on=when),
    )
    answers = parent_answers(parent, AS_OF)
    dates = {"away_since", "confined_since", "search_reported_on", "contacted_child_on", "contacted_caregiver_on"}
    happened = {"search_reported", "contacted_child", "contacted_caregiver"}
    assert happened & set(answers) == (set() if when > AS_OF else happened)
    known = {name for name in dates if is_known(on_day(answers[name], AS_OF))}
    assert known == (set() if when > AS_OF else dates)


def test_never_is_an_answer():
    """No report, no contact ever: known, and there is no day to count from."""
    answers = told(
        ParentStatus.AWAY_WORKING, search_reported_on=None, last_contact=None, last_contact_with_caregiver=None
    )
    assert [answers[name] for name in ("search_reported", "contacted_child", "contacted_caregiver")] == [False] * 3
    assert not {"search_reported_on", "contacted_child_on", "contacted_caregiver_on"} & set(answers)


def test_months_of_confinement_are_not_negative():
    """A typing error is refused where it is made."""
    with pytest.raises(ValidationError, match="fewer than 0 months"):
        Parent(confinement_months=-1)


@pytest.mark.parametrize(
    ("registered", "lives", "outside"),
    [
        ("520526", "520526101203", False),
        ("520526", "520527", True),
        ("520526", "440103", True),
        ("520526", "44", True),
        ("5205", "520526", UNKNOWN),
        ("52", "5205", UNKNOWN),
        ("440103", "440104", UNKNOWN),
        ("440103", "440183", True),
        ("440103", "440305", True),
    ],
)
def test_two_places_tell_whether_a_child_left_its_county(registered, lives, outside):
    """Another county is outside; districts of one city, and codes that end too early, leave it open."""
    child = Child(
        id=ChildId("c"),
        registration=Registration(place=PlaceCode(registered)),
        residence=Residence(place=PlaceCode(lives)),
    )
    assert lives_outside_its_county(child, AS_OF) is outside
    swapped = attrs.evolve(
        child, registration=Registration(place=PlaceCode(lives)), residence=Residence(place=PlaceCode(registered))
    )
    assert lives_outside_its_county(swapped, AS_OF) is outside


@pytest.mark.parametrize(("left_on", "outside"), [(None, False), (AS_OF, True), (DAY_AFTER, UNKNOWN)])
def test_the_day_it_left_counts_more_than_the_codes(left_on, outside):
    """Recorded is recorded; a day to come says nothing about today."""
    child = Child(
        id=ChildId("c"),
        registration=Registration(place=PlaceCode("520526"), left_on=left_on),
        residence=Residence(place=PlaceCode("440103")),
    )
    assert lives_outside_its_county(child, AS_OF) is outside
    assert lives_outside_its_county(attrs.evolve(child, residence=Residence()), AS_OF) is outside


@pytest.mark.parametrize(
    ("fields", "name", "answer"),
    [
        ({"mother": Parent(status=ParentStatus.AT_HOME)}, "lives_alone", False),
        ({"mother": Parent(status=ParentStatus.UNABLE)}, "lives_alone", False),
        ({"mother": Parent(status=ParentStatus.DECEASED)}, "lives_alone", UNKNOWN),
        (dict.fromkeys(("father", "mother"), Parent(status=ParentStatus.DECEASED)), "lives_alone", UNKNOWN),
        ({"mother": Parent(status=ParentStatus.AT_HOME), "lives_alone": True}, "lives_alone", True),
        ({"moved_with_parents": True}, "moved_with_guardian", True),
        ({"moved_with_parents": False}, "moved_with_guardian", UNKNOWN),
        ({"moved_with_parents": True, "moved_with_guardian": False}, "moved_with_guardian", False),
        ({"schooling": Schooling(status=SchoolingStatus.DROPPED_OUT)}, "full_time_schooling", False),
        ({"schooling": Schooling(status=SchoolingStatus.SENIOR)}, "full_time_schooling", UNKNOWN),
        ({"schooling": Schooling(status=SchoolingStatus.OUT_OF_SCHOOL, full_time=True)}, "full_time_schooling", True),
    ],
)
def test_one_answer_stands_for_another_only_where_it_must(fields, name, answer):
    """What is recorded counts; a parent at home, a move with the parents, no school: each settles one question."""
    assert facts_of(Child(id=ChildId("c"), **fields), as_of=AS_OF).values[name] is answer


@given(children(as_of=AS_OF, personal=False), st.frozensets(st.sampled_from([name for name, _ in READERS])))
def test_reading_only_some_facts_gives_the_same_answers(child, names):
    """Whatever is asked for is answered as if everything had been; nothing else is read."""
    everything, some = facts_of(child, as_of=AS_OF), facts_of(child, as_of=AS_OF, only=names)
    assert some.values == {name: everything.values[name] for name in everything.values if name in names}
    assert ChildFacts.values(everything.values) == everything


def test_nothing_that_protects_a_child_or_harms_it_is_ever_suggested():
    """To be confined, lost, ill, harmed or alone would win support: never a thing to bring about."""
    protective = {f.name for f in (*ParentFacts.facts().values(), *ChildFacts.facts().values())} & {
        "capacity",
        "health",
        "confinement",
        "confined_since",
        "confinement_months",
        "lost_contact",
        "declared_missing",
        "guardianship_revoked",
        "deported",
        "contacted_child",
        "contacted_caregiver",
        "parents",
        "lives_alone",
        "harmed_by_guardian",
        "in_danger",
        "poverty_hinders",
        "full_time_schooling",
    }
    assert len(protective) == 17
    for schema in (ParentFacts, ChildFacts):
        for name in protective & set(schema.facts()):
            assert schema.facts()[name].mutability is Mutability.PROTECTIVE, name
