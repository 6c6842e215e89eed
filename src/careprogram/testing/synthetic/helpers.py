"""Who offers help in a made-up county?

Dedicated and student volunteers, school staff, cadres, classmates, university teams and proxy parents, most of them
with a valid screening and some without: expired, never made, or barred. Nobody published what such a list looks
like, so its shares are our own choice.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from careprogram.dates import add_months
from careprogram.ids import HelperId, ServiceId
from careprogram.people import (
    Child,
    Consent,
    Grade,
    Helper,
    HelperKind,
    Residence,
    SchoolingStatus,
    Screening,
    ScreeningResult,
    Settlement,
    Sex,
    Weekday,
)
from careprogram.testing.synthetic.margins import deal
from careprogram.testing.synthetic.names import DIALECTS, person_name, phone_number
from careprogram.testing.synthetic.villages import Township

KIND_SHARES: Final[Mapping[HelperKind, int]] = {
    HelperKind.DEDICATED_VOLUNTEER: 250,
    HelperKind.STUDENT_VOLUNTEER: 130,
    HelperKind.SCHOOL_STAFF: 260,
    HelperKind.CADRE: 150,
    HelperKind.CLASSMATE: 90,
    HelperKind.UNIVERSITY_TEAM: 70,
    HelperKind.PROXY_PARENT: 50,
}
SCREENING_SHARES: Final[Mapping[str, int]] = {"valid": 880, "expired": 60, "never": 45, "barred": 15}
_HOMEROOM_TEACHERS: Final = 0.6
"""How many of the school staff have a class of their own; our own choice."""

_AGES: Final[Mapping[HelperKind, tuple[int, int]]] = {
    HelperKind.DEDICATED_VOLUNTEER: (22, 60),
    HelperKind.STUDENT_VOLUNTEER: (18, 25),
    HelperKind.SCHOOL_STAFF: (23, 58),
    HelperKind.CADRE: (25, 58),
    HelperKind.UNIVERSITY_TEAM: (18, 24),
    HelperKind.PROXY_PARENT: (30, 60),
}
_CAPACITIES: Final[Mapping[HelperKind, tuple[int, int]]] = {
    HelperKind.DEDICATED_VOLUNTEER: (2, 5),
    HelperKind.STUDENT_VOLUNTEER: (1, 3),
    HelperKind.SCHOOL_STAFF: (2, 5),
    HelperKind.CADRE: (2, 5),
    HelperKind.CLASSMATE: (1, 1),
    HelperKind.UNIVERSITY_TEAM: (1, 4),
    HelperKind.PROXY_PARENT: (1, 2),
}
_SKILLS: Final = (
    "study-tutoring",
    "daily-life-help",
    "emotional-comfort",
    "conduct-guidance",
    "mental-health-counseling",
    "safety-education",
    "gratitude-education",
    "adolescence-education",
    "family-contact",
    "festival-company",
)


def make_helpers(
    rng: random.Random, total: int, *, townships: Sequence[Township], children: Sequence[Child], as_of: dt.date
) -> tuple[Helper, ...]:
    """Make up *total* helpers; classmates sit in the classes of *children*."""
    pupils = [
        child
        for child in children
        if child.schooling.status in {SchoolingStatus.PRIMARY, SchoolingStatus.JUNIOR} and not child.moved_with_parents
    ]
    screenings = deal(rng, total, SCREENING_SHARES)
    kinds = deal(rng, total, KIND_SHARES)
    helpers = [
        _classmate(rng, number, rng.choice(pupils), as_of)
        if kind is HelperKind.CLASSMATE and pupils
        else _grown_up(rng, number, kind, township=rng.choice(townships), screening=screenings[number], as_of=as_of)
        for number, kind in enumerate(kinds)
    ]
    return _with_classes(rng, helpers, pupils)


def _with_classes(rng: random.Random, helpers: Sequence[Helper], pupils: Sequence[Child]) -> tuple[Helper, ...]:
    """Make more than half of the school staff the homeroom teachers of surveyed children, each of one class."""
    seats = list(dict.fromkeys((pupil.schooling, pupil.registration.place) for pupil in pupils))
    rng.shuffle(seats)
    classes = {(seat.school, seat.grade, seat.class_name): (seat, place) for seat, place in seats}
    waiting = list(classes.values())
    found = []
    for helper in helpers:
        if helper.kind is HelperKind.SCHOOL_STAFF and waiting and rng.random() < _HOMEROOM_TEACHERS:
            seat, place = waiting.pop()
            found.append(
                attrs.evolve(
                    helper,
                    name=helper.name if seat.homeroom_teacher is None else seat.homeroom_teacher,
                    residence=attrs.evolve(helper.residence, place=place),
                    school=seat.school,
                    grade=seat.grade,
                    class_name=seat.class_name,
                )
            )
        else:
            found.append(helper)
    return tuple(found)


def _screening(rng: random.Random, state: str, as_of: dt.date) -> Screening | None:
    if state == "never":
        return None
    checked = as_of - dt.timedelta(days=rng.randint(10, 150) + (400 if state == "expired" else 0))
    result = ScreeningResult.BARRED if state == "barred" else ScreeningResult.CLEAR
    return Screening(result=result, checked_on=checked, expires_on=add_months(checked, 12))


def _grown_up(
    rng: random.Random, number: int, kind: HelperKind, *, township: Township, screening: str, as_of: dt.date
) -> Helper:
    sex = rng.choices((Sex.MALE, Sex.FEMALE), (45, 55))[0]
    schools = (*township.primary_schools, township.junior_school)
    in_town = kind is HelperKind.UNIVERSITY_TEAM or rng.random() < 0.1
    dialect = {rng.choice(tuple(DIALECTS.values()))} if rng.random() < 0.25 else set()
    return Helper(
        id=HelperId(f"H{number + 1:04d}"),
        kind=kind,
        name=person_name(rng, sex),
        sex=sex,
        birth_date=add_months(as_of, -12 * rng.randint(*_AGES[kind])) - dt.timedelta(days=rng.randint(0, 360)),
        phone=phone_number(rng),
        residence=Residence(
            place=township.place.code if in_town else rng.choice(township.villages).code,
            settlement=Settlement.URBAN if in_town else Settlement.RURAL,
        ),
        school=rng.choice(schools) if kind is HelperKind.SCHOOL_STAFF else None,
        skills=frozenset(ServiceId(skill) for skill in rng.sample(_SKILLS, rng.randint(1, 4))),
        languages=frozenset({"汉语"} | dialect),
        availability=frozenset(rng.sample(tuple(Weekday), rng.randint(1, 4))),
        capacity=rng.randint(*_CAPACITIES[kind]),
        screening=_screening(rng, screening, as_of),
        consent=Consent(given_on=as_of - dt.timedelta(days=rng.randint(1, 200))) if rng.random() < 0.97 else None,
        trained=rng.random() < 0.8,
    )


def _classmate(rng: random.Random, number: int, pupil: Child, as_of: dt.date) -> Helper:
    """A pupil of the same class, who needs no record check and helps one."""
    grade = pupil.schooling.grade
    years = grade.number + 5 if isinstance(grade, Grade) else 10
    sex = rng.choice(tuple(Sex))
    return Helper(
        id=HelperId(f"H{number + 1:04d}"),
        kind=HelperKind.CLASSMATE,
        name=person_name(rng, sex),
        sex=sex,
        birth_date=add_months(as_of, -12 * years) - dt.timedelta(days=rng.randint(0, 360)),
        phone=None,
        residence=Residence(place=pupil.registration.place, settlement=Settlement.RURAL),
        school=pupil.schooling.school,
        grade=grade,
        class_name=pupil.schooling.class_name,
        skills=frozenset({ServiceId("study-tutoring"), ServiceId("emotional-comfort")}),
        languages=frozenset({"汉语"}),
        availability=frozenset(rng.sample(tuple(Weekday), 3)),
        capacity=1,
        screening=None,
        consent=Consent(given_on=as_of - dt.timedelta(days=rng.randint(1, 60))),
        trained=False,
    )
