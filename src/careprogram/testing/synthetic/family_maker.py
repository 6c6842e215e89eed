"""How does a made-up family get its parents, grandparents, caregiver and household?

The circumstance decides who is away and who looks after the children; chance decides the rest, within the published
margins where there are any (`margins`).
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from careprogram.dates import add_months
from careprogram.people import (
    AidKind,
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Contact,
    Education,
    GuardianshipKind,
    HealthStatus,
    Household,
    IncomeSource,
    Parent,
    ParentStatus,
    Sex,
)
from careprogram.testing.synthetic.families import Elder, Family, Slot
from careprogram.testing.synthetic.margins import Circumstance
from careprogram.testing.synthetic.names import (
    ETHNICITIES,
    SURNAMES,
    WORK_PLACES,
    IdentityOffice,
    person_name,
    phone_number,
)
from careprogram.testing.synthetic.villages import Township
from careprogram.unknown import UNKNOWN

_AWAY_BOTH: Final = frozenset(
    {
        Circumstance.GRANDPARENTS,
        Circumstance.RELATIVES_OR_FRIENDS,
        Circumstance.NOBODY,
        Circumstance.TEENAGER,
        Circumstance.URBAN,
        Circumstance.IN_TOWN,
    }
)
_DEAD: Final = Parent(status=ParentStatus.DECEASED, away_since=None, work_place=None, away_to=None)
_IN_TOWN: Final = "贵州省毕节市七星关区"
_ALONE_IN_TOWN: Final = 0.35
"""How often nobody looks after a child while its parents work in the same town; our own choice."""

_NOT_GRANDPARENTS: Final = (
    CaregiverRelation.RELATIVE,
    CaregiverRelation.RELATIVE,
    CaregiverRelation.FRIEND,
    CaregiverRelation.NEIGHBOR,
)
_RATINGS: Final = {
    GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY: CapacityRating.POOR,
    GuardianshipKind.FAIR: CapacityRating.FAIR,
    GuardianshipKind.GOOD: CapacityRating.GOOD,
}
_INCOMES: Final[Mapping[IncomeSource, float]] = {
    IncomeSource.WAGES: 0.92,
    IncomeSource.FARMING: 0.45,
    IncomeSource.GOVERNMENT_AID: 0.12,
    IncomeSource.FAMILY_SUPPORT: 0.05,
    IncomeSource.OTHER: 0.03,
}
_AID: Final[Mapping[AidKind, float]] = {
    AidKind.SUBSISTENCE_ALLOWANCE: 0.16,
    AidKind.TEMPORARY: 0.04,
    AidKind.MEDICAL: 0.05,
    AidKind.HOUSING: 0.04,
    AidKind.OTHER: 0.03,
}


def _years_before(rng: random.Random, day: dt.date, years: float, spread: float) -> dt.date:
    return day - dt.timedelta(days=round(365.25 * (years + spread * rng.uniform(-1, 1))))


@attrs.frozen(kw_only=True)
class FamilyMaker:
    """Makes families one after another.

    Attributes:
        rng: The source of chance.
        as_of: The day of the survey.
        townships: Where families live.
        office: Gives identity numbers.
        elders_shift_days: Moves the birth of every grandparent, to meet the published mean age of guardians.
    """

    rng: random.Random
    as_of: dt.date
    townships: tuple[Township, ...]
    office: IdentityOffice
    elders_shift_days: int = 0

    def make(self, slots: tuple[Slot, ...], *, weekly: bool, education: Education) -> Family:
        """Make the family of *slots*, all of one circumstance.

        Args:
            slots: The children, the eldest first.
            weekly: Whether the parents called within the last seven days.
            education: How far the caregiver went to school.
        """
        rng, circumstance = self.rng, slots[0].circumstance
        surname = rng.choice(SURNAMES)
        mother_born = _years_before(rng, slots[0].birth_date, 24, 4)
        father_born = min(_years_before(rng, mother_born, 2, 3), mother_born + dt.timedelta(days=700))
        mother = self._parent(Sex.FEMALE, mother_born, "", weekly=weekly)
        father = self._parent(Sex.MALE, father_born, surname, weekly=weekly)
        elders = self._elders(father_born, mother_born, surname, str(mother.name)[0])
        township = rng.choice(self.townships)
        village = rng.choice(township.villages)
        father, mother = self._apart(circumstance, father, mother)
        caregiver, guardianship = self._care(circumstance, (father, mother), elders, education)
        if caregiver is not None:
            caregiver = attrs.evolve(caregiver, address=f"{township.place.name}{village.name}")
        return Family(
            circumstance=circumstance,
            slots=slots,
            surname=surname,
            ethnicity=rng.choice(ETHNICITIES),
            township=township,
            village=village,
            father=father,
            mother=mother,
            elders=elders,
            caregiver=caregiver,
            guardianship=guardianship,
            household=self._household(slots),
        )

    def _parent(self, sex: Sex, birth_date: dt.date, surname: str, *, weekly: bool) -> Parent:
        rng = self.rng
        days = rng.randint(0, 6) if weekly else rng.choice((rng.randint(8, 30), rng.randint(31, 200)))
        return Parent(
            status=ParentStatus.AT_HOME,
            name=person_name(rng, sex, surname=surname),
            birth_date=birth_date,
            identity_number=self.office.number(birth_date, sex),
            phone=phone_number(rng),
            away_since=None,
            away_to=None,
            work_place=None,
            guardianship_capacity=True,
            health=HealthStatus.HEALTHY,
            last_contact=Contact(on=self.as_of - dt.timedelta(days=days)),
        )

    def _elders(
        self, father_born: dt.date, mother_born: dt.date, surname: str, mothers_surname: str
    ) -> tuple[Elder, Elder, Elder, Elder]:
        def elder(child_born: dt.date, sex: Sex, name: str) -> Elder:
            born = _years_before(self.rng, child_born, 24 if sex is Sex.MALE else 22.5, 3)
            return Elder(
                name=person_name(self.rng, sex, surname=name, elder=True),
                sex=sex,
                birth_date=born + dt.timedelta(days=self.elders_shift_days),
                deceased=self.rng.random() < 0.15,
            )

        his_mother = attrs.evolve(elder(father_born, Sex.FEMALE, ""), deceased=False)
        return (
            elder(father_born, Sex.MALE, surname),
            his_mother,
            elder(mother_born, Sex.MALE, mothers_surname),
            elder(mother_born, Sex.FEMALE, ""),
        )

    def _apart(self, circumstance: Circumstance, father: Parent, mother: Parent) -> tuple[Parent, Parent]:
        """Send away whom the circumstance sends away, and say why the other does not look after the child."""
        if circumstance is Circumstance.AT_HOME:
            return father, mother
        swap = self.rng.random() < 0.35
        first, second = (mother, father) if swap else (father, mother)
        first = self._away(first, to=_IN_TOWN if circumstance is Circumstance.IN_TOWN else None)
        if circumstance in _AWAY_BOTH:
            together = circumstance is Circumstance.IN_TOWN or self.rng.random() < 0.7
            second = (
                attrs.evolve(
                    second,
                    status=first.status,
                    away_since=first.away_since,
                    away_to=UNKNOWN,
                    work_place=first.work_place,
                    guardianship_capacity=UNKNOWN,
                )
                if together
                else self._away(second)
            )
        elif circumstance is Circumstance.OTHER_UNABLE:
            ill = self.rng.choice((HealthStatus.DISABLED, HealthStatus.ILL))
            second = attrs.evolve(second, status=ParentStatus.UNABLE, guardianship_capacity=False, health=ill)
        elif circumstance is Circumstance.OTHER_DEAD:
            second = _DEAD
        return (second, first) if swap else (first, second)

    def _away(self, parent: Parent, to: str | None = None) -> Parent:
        rng = self.rng
        months = rng.choices((rng.randint(1, 5), rng.randint(6, 30), rng.randint(31, 90)), (10, 55, 35))[0]
        return attrs.evolve(
            parent,
            status=ParentStatus.AWAY_WORKING,
            away_since=add_months(self.as_of, -months),
            away_to=UNKNOWN,
            work_place=to or rng.choice(WORK_PLACES),
            guardianship_capacity=UNKNOWN,
        )

    def _care(
        self,
        circumstance: Circumstance,
        parents: tuple[Parent, Parent],
        elders: tuple[Elder, ...],
        education: Education,
    ) -> tuple[Caregiver | None, GuardianshipKind]:
        alone = circumstance is Circumstance.IN_TOWN and self.rng.random() < _ALONE_IN_TOWN
        if circumstance is Circumstance.NOBODY or alone:
            return None, GuardianshipKind.NOBODY
        if circumstance not in _AWAY_BOTH or circumstance is Circumstance.IN_TOWN:
            return self._own_parent(circumstance, *parents, education)
        kind = self.rng.choices(tuple(_RATINGS), (8, 42, 50))[0]
        living = [index for index, elder in enumerate(elders) if not elder.deceased]
        if circumstance is Circumstance.RELATIVES_OR_FRIENDS:
            relation = self.rng.choice(_NOT_GRANDPARENTS)
            sex = self.rng.choice(tuple(Sex))
            born = _years_before(self.rng, self.as_of, 45, 12)
            name = person_name(self.rng, sex)
        else:
            index = living[0] if self.rng.random() < 0.75 else self.rng.choice(living)
            relation = CaregiverRelation.PATERNAL_GRANDPARENT if index < 2 else CaregiverRelation.MATERNAL_GRANDPARENT
            name, sex, born = elders[index].name, elders[index].sex, elders[index].birth_date
        caregiver = Caregiver(
            relation=relation,
            name=name,
            birth_date=born,
            identity_number=self.office.number(born, sex),
            phone=phone_number(self.rng) if self.rng.random() < 0.85 else None,
            education=education,
            capacity=_RATINGS[kind],
            knows_class=self.rng.random() < 0.55,
            written_delegation=self.rng.random() < 0.6,
        )
        return caregiver, kind

    def _own_parent(
        self, circumstance: Circumstance, father: Parent, mother: Parent, education: Education
    ) -> tuple[Caregiver, GuardianshipKind]:
        """The parent who is there; in town and at home the mother, as the form asks for one person."""
        there = circumstance in {Circumstance.IN_TOWN, Circumstance.AT_HOME}
        hers = there or (father.status is ParentStatus.AWAY_WORKING and mother.status is not ParentStatus.DECEASED)
        parent = mother if hers or father.status is ParentStatus.DECEASED else father
        unable = circumstance is Circumstance.OTHER_UNABLE
        caregiver = Caregiver(
            relation=CaregiverRelation.MOTHER if parent is mother else CaregiverRelation.FATHER,
            name=parent.name,
            birth_date=parent.birth_date,
            identity_number=parent.identity_number,
            phone=parent.phone,
            education=education,
            capacity=CapacityRating.POOR if unable else CapacityRating.GOOD,
        )
        return caregiver, GuardianshipKind.PARENT_WITHOUT_CAPACITY if unable else GuardianshipKind.GOOD

    def _household(self, slots: Sequence[Slot]) -> Household:
        rng = self.rng
        alone = len(slots) == 1 and rng.random() < 0.5
        incomes = [source for source, share in _INCOMES.items() if rng.random() < share]
        aid = [kind for kind, share in _AID.items() if rng.random() < share]
        return Household(
            family_planning=len(slots) <= 2 and rng.random() < 0.6,
            only_child=alone,
            girls_only=all(slot.sex is Sex.FEMALE for slot in slots) and (alone or len(slots) == 2),
            income_sources=frozenset(incomes or [IncomeSource.WAGES]),
            aid=frozenset(aid),
            in_poverty=AidKind.SUBSISTENCE_ALLOWANCE in aid,
        )
