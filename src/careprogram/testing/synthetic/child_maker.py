"""How does a made-up child get its school, health, registration and consent?

A child takes from its family whatever siblings share. School follows age: first grade at six, junior school at twelve,
senior or vocational school at fifteen for as many as was published.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from careprogram.dates import age_on
from careprogram.ids import ChildId
from careprogram.people import (
    Caregiver,
    CaregiverRelation,
    Child,
    Consent,
    ConsentRelation,
    Disability,
    DisabilityKind,
    Grade,
    Health,
    HealthStatus,
    ParentStatus,
    Registration,
    RegistrationKind,
    Residence,
    Schooling,
    SchoolingStatus,
    Settlement,
    Sex,
)
from careprogram.testing.synthetic import margins
from careprogram.testing.synthetic.families import Family, Slot
from careprogram.testing.synthetic.margins import Circumstance
from careprogram.testing.synthetic.names import DIALECTS, IdentityOffice, person_name
from careprogram.testing.synthetic.villages import CODE_CHANGED, COUNTY, FORMER_COUNTY, NEXT_TOWN
from careprogram.unknown import UNKNOWN

_ILLNESSES: Final = ("先天性心脏病", "白血病", "癫痫", "肾病综合征", "重度肺炎")
_SENIOR_SCHOOLS: Final = {
    SchoolingStatus.SENIOR: "威宁县第一高级中学",
    SchoolingStatus.VOCATIONAL: "威宁县中等职业学校",
}
_CITY_SCHOOLS: Final = {SchoolingStatus.PRIMARY: "七星关区第三小学", SchoolingStatus.JUNIOR: "七星关区第二中学"}


NOTICE: Final = "2026-1"
"""The version of the notice that the guardians of the made-up county signed."""


def _signer(family: Family, slot: Slot, consent: Consent) -> ConsentRelation:
    """Return who signed: whoever is at home."""
    if age_on(slot.birth_date, consent.given_on) >= 18:
        return ConsentRelation.SELF
    if family.mother.status is ParentStatus.AT_HOME:
        return ConsentRelation.MOTHER
    if family.father.status is ParentStatus.AT_HOME:
        return ConsentRelation.FATHER
    relation = family.caregiver.relation if isinstance(family.caregiver, Caregiver) else UNKNOWN
    elders = {CaregiverRelation.PATERNAL_GRANDPARENT, CaregiverRelation.MATERNAL_GRANDPARENT}
    return ConsentRelation.GRANDPARENT if relation in elders else ConsentRelation.OTHER_GUARDIAN


def make_children(
    rng: random.Random, families: Sequence[Family], *, as_of: dt.date
) -> list[tuple[Child, Circumstance]]:
    """Make the children of all families, each with why it is on the roster."""
    covered = sum(len(family.slots) for family in families if family.circumstance.covered)
    maker = _ChildMaker(
        rng=rng,
        as_of=as_of,
        office=IdentityOffice(rng, county=COUNTY, former=FORMER_COUNTY, changed=CODE_CHANGED),
        above=round(covered * margins.ABOVE_COMPULSORY_2018 / 1000),
    )
    return [(child, family.circumstance) for family in families for child in maker.children(family)]


class _ChildMaker:
    def __init__(self, *, rng: random.Random, as_of: dt.date, office: IdentityOffice, above: int) -> None:
        self._rng, self._as_of, self._office = rng, as_of, office
        self._above = above
        self._made = 0
        self._teachers: dict[tuple[str, int, str], str] = {}

    def children(self, family: Family) -> Iterator[Child]:
        """Make the children of one family; each knows its siblings."""
        ids = [ChildId(f"synthetic-{self._made + number + 1:05d}") for number in range(len(family.slots))]
        self._made += len(ids)
        consent = self._consent()
        for own, slot in zip(ids, family.slots, strict=True):
            yield self._child(own, slot, family, frozenset(ids) - {own}, consent)

    def _child(
        self, own: ChildId, slot: Slot, family: Family, siblings: frozenset[ChildId], consent: Consent | None
    ) -> Child:
        in_town = family.circumstance is Circumstance.IN_TOWN
        registered = self._rng.random() < 0.985
        urban = family.circumstance is Circumstance.URBAN
        return Child(
            id=own,
            name=person_name(self._rng, slot.sex, surname=family.surname),
            sex=slot.sex,
            ethnicity=family.ethnicity,
            birth_date=slot.birth_date,
            identity_number=self._office.number(slot.birth_date, slot.sex) if registered else None,
            registration=Registration(
                registered=registered or family.circumstance.covered,
                kind=RegistrationKind.URBAN if urban else RegistrationKind.RURAL,
                place=family.village.code,
            ),
            residence=Residence(
                place=NEXT_TOWN if in_town else family.village.code,
                settlement=Settlement.URBAN if in_town else Settlement.RURAL,
            ),
            health=self._health(),
            schooling=self._schooling(slot, family),
            father=family.father,
            mother=family.mother,
            grandparents=family.grandparents,
            caregiver=family.caregiver,
            guardianship=family.guardianship,
            household=family.household,
            siblings=siblings,
            languages=frozenset({"汉语"} | ({DIALECTS[family.ethnicity]} if family.ethnicity in DIALECTS else set())),
            moved_with_parents=in_town,
            consent=None if consent is None else attrs.evolve(consent, given_by=_signer(family, slot, consent)),
        )

    def _consent(self) -> Consent | None:
        if self._rng.random() < 0.04:
            return None
        given = self._as_of - dt.timedelta(days=self._rng.randint(5, 120))
        return Consent(given_on=given, notice=NOTICE)

    def _health(self) -> Health:
        kind = self._rng.choices(tuple(HealthStatus), (970, 16, 14))[0]
        disability = Disability(kind=self._rng.choice(tuple(DisabilityKind)), degree=self._rng.randint(1, 4))
        return Health(
            status=kind,
            disability=disability if kind is HealthStatus.DISABLED else None,
            illness=self._rng.choice(_ILLNESSES) if kind is HealthStatus.ILL else None,
        )

    def _schooling(self, slot: Slot, family: Family) -> Schooling:
        status = self._status(slot)
        age = age_on(slot.birth_date, self._as_of)
        if status is SchoolingStatus.KINDERGARTEN:
            return _outside_grades(status=status, boarding=False, school=family.township.kindergarten)
        if status in {SchoolingStatus.NOT_IN_KINDERGARTEN, SchoolingStatus.DROPPED_OUT, SchoolingStatus.OUT_OF_SCHOOL}:
            return _outside_grades(status=status, boarding=False, school=None)
        in_town = family.circumstance is Circumstance.IN_TOWN
        if status in _SENIOR_SCHOOLS:
            school = _SENIOR_SCHOOLS[status]
        elif in_town:
            school = _CITY_SCHOOLS[status]
        elif status is SchoolingStatus.JUNIOR:
            school = family.township.junior_school
        else:
            near = family.village == family.township.villages[0]
            school = family.township.primary_schools[1 if near else 0]
        class_name = str(self._rng.randint(1, 2))
        boards = {SchoolingStatus.PRIMARY: 0.1, SchoolingStatus.JUNIOR: 0.6}.get(status, 1.0)
        return Schooling(
            status=status,
            boarding=not in_town and self._rng.random() < boards,
            school=school,
            grade=Grade(age - 5),
            class_name=class_name,
            homeroom_teacher=self._teacher(school, age - 5, class_name),
        )

    def _status(self, slot: Slot) -> SchoolingStatus:
        age = age_on(slot.birth_date, self._as_of)
        if age < 6:
            in_kindergarten = age >= 3 and self._rng.random() < 0.8
            return SchoolingStatus.KINDERGARTEN if in_kindergarten else SchoolingStatus.NOT_IN_KINDERGARTEN
        if age < 12:
            return SchoolingStatus.PRIMARY
        if age < 15:
            return SchoolingStatus.DROPPED_OUT if self._rng.random() < 0.01 else SchoolingStatus.JUNIOR
        if slot.circumstance.covered:
            self._above -= 1
            if self._above < 0:
                return SchoolingStatus.OUT_OF_SCHOOL
        return SchoolingStatus.SENIOR if self._rng.random() < 0.6 else SchoolingStatus.VOCATIONAL

    def _teacher(self, school: str, grade: int, class_name: str) -> str:
        key = (school, grade, class_name)
        if key not in self._teachers:
            self._teachers[key] = person_name(self._rng, self._rng.choice(tuple(Sex)))
        return self._teachers[key]


def _outside_grades(*, status: SchoolingStatus, boarding: bool, school: str | None) -> Schooling:
    """No grade; of a kindergarten the form does not ask for class and teacher."""
    nothing = UNKNOWN if school is not None else None
    return Schooling(
        status=status, boarding=boarding, school=school, grade=None, class_name=nothing, homeroom_teacher=nothing
    )
