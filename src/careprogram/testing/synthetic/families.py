"""Which children are siblings, and what do siblings share?

Children with the same circumstance are put together into families of one to three; a family has its parents,
grandparents, caregiver and household once, so that siblings agree about them. `family_maker` fills them.
"""

import datetime as dt
import random
from collections.abc import Sequence

import attrs

from careprogram.people import (
    Caregiver,
    Grandparent,
    Grandparents,
    GuardianshipKind,
    Household,
    Parent,
    Place,
    Sex,
)
from careprogram.testing.synthetic.margins import Circumstance
from careprogram.testing.synthetic.villages import Township


@attrs.frozen(kw_only=True)
class Slot:
    """A child before it has a family: what the margins deal out."""

    circumstance: Circumstance
    birth_date: dt.date
    sex: Sex


@attrs.frozen(kw_only=True)
class Elder:
    """A grandparent, alive or not, with what a caregiver needs."""

    name: str
    sex: Sex
    birth_date: dt.date
    deceased: bool

    @property
    def record(self) -> Grandparent:
        """The grandparent as the form lists them."""
        if self.deceased:
            return Grandparent(name=None, birth_date=None, deceased=True)
        return Grandparent(name=self.name, birth_date=self.birth_date, deceased=False)


@attrs.frozen(kw_only=True)
class Family:
    """What siblings share."""

    circumstance: Circumstance
    slots: tuple[Slot, ...]
    surname: str
    ethnicity: str
    township: Township
    village: Place
    father: Parent
    mother: Parent
    elders: tuple[Elder, Elder, Elder, Elder]
    caregiver: Caregiver | None
    guardianship: GuardianshipKind
    household: Household

    @property
    def grandparents(self) -> Grandparents:
        """The four grandparents as the form lists them."""
        his_father, his_mother, her_father, her_mother = (elder.record for elder in self.elders)
        return Grandparents(
            paternal_grandfather=his_father,
            paternal_grandmother=his_mother,
            maternal_grandfather=her_father,
            maternal_grandmother=her_mother,
        )


def group_into_families(rng: random.Random, slots: Sequence[Slot]) -> list[tuple[Slot, ...]]:
    """Put slots of one circumstance together, two years apart at least, the eldest first."""
    waiting = list(slots)
    rng.shuffle(waiting)
    families = []
    while waiting:
        siblings = [waiting.pop()]
        wanted = rng.choices((1, 2, 3), (55, 35, 10))[0]
        for slot in tuple(waiting[-12:]):
            apart = all(abs((slot.birth_date - other.birth_date).days) > 700 for other in siblings)
            if len(siblings) < wanted and apart and abs((slot.birth_date - siblings[0].birth_date).days) < 3_700:
                waiting.remove(slot)
                siblings.append(slot)
        families.append(tuple(sorted(siblings, key=lambda slot: slot.birth_date)))
    return families
