"""What does a whole made-up county hold?

`synthetic_county` deals out the published margins to children, puts them into families and gives them schools,
helpers and responsible persons. The same seed gives the same county, on every machine. It is the truth; how people
would write it down, with gaps and errors, is for `roster`.
"""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Final

import attrs

from careprogram.dates import add_months
from careprogram.people import Child, Helper, PlaceCode, PlaceTree, Sex, VillageLink
from careprogram.people.organization import Office
from careprogram.testing.synthetic import margins
from careprogram.testing.synthetic.child_maker import make_children
from careprogram.testing.synthetic.families import Family, Slot, group_into_families
from careprogram.testing.synthetic.family_maker import FamilyMaker
from careprogram.testing.synthetic.helpers import make_helpers
from careprogram.testing.synthetic.margins import Circumstance
from careprogram.testing.synthetic.names import IdentityOffice, person_name, phone_number
from careprogram.testing.synthetic.villages import (
    CODE_CHANGED,
    COUNTY,
    FORMER_COUNTY,
    Township,
    make_townships,
    tree_of,
)

SURVEYED_ON: Final = dt.date(2026, 9, 1)
"""The day of the example survey: the first of the autumn term."""


@attrs.frozen(kw_only=True)
class SyntheticCounty:
    """A county that nobody lives in.

    Attributes:
        seed: What it was made from.
        as_of: The day of the survey.
        townships: The made-up townships with their villages and schools.
        places: The packaged tree with the townships and villages.
        children: Every surveyed child, in the order of the roster.
        circumstances: Why each is on the roster, in the same order.
        helpers: Everybody who can be paired.
        village_links: One responsible person for each village and township, and for the county.
    """

    seed: int
    as_of: dt.date
    townships: tuple[Township, ...]
    places: PlaceTree = attrs.field(repr=False)
    children: tuple[Child, ...] = attrs.field(repr=False)
    circumstances: tuple[Circumstance, ...] = attrs.field(repr=False)
    helpers: tuple[Helper, ...] = attrs.field(repr=False)
    village_links: tuple[VillageLink, ...] = attrs.field(repr=False)

    @property
    def covered(self) -> tuple[Child, ...]:
        """The children whom the national definition of 2016 covers: the published margins are about them."""
        pairs = zip(self.children, self.circumstances, strict=True)
        return tuple(child for child, circumstance in pairs if circumstance.covered)


def synthetic_county(
    seed: int, *, children: int = 2000, helpers: int = 400, as_of: dt.date = SURVEYED_ON, townships: int = 12
) -> SyntheticCounty:
    """Make up a county.

    Args:
        seed: The same seed gives the same county.
        children: How many are surveyed; 40 or more, so that every circumstance occurs.
        helpers: How many offer help.
        as_of: The day of the survey.
        townships: How many, at most 12.

    Examples:
        >>> county = synthetic_county(7, children=100, helpers=20)
        >>> len(county.children), len(county.helpers), len(county.covered)
        (100, 20, 70)
    """
    rng = random.Random(seed)  # noqa: S311 - the same county from the same seed
    made = make_townships(rng, count=townships)
    maker = FamilyMaker(
        rng=rng,
        as_of=as_of,
        townships=made,
        office=IdentityOffice(rng, county=COUNTY, former=FORMER_COUNTY, changed=CODE_CHANGED),
    )
    families = _families(rng, _slots(rng, children, as_of), maker)
    pairs = make_children(rng, families, as_of=as_of)
    pairs.sort(key=lambda pair: (str(pair[0].residence.place), str(pair[0].schooling.school), pair[0].id))
    everybody = tuple(child for child, _ in pairs)
    return SyntheticCounty(
        seed=seed,
        as_of=as_of,
        townships=made,
        places=tree_of(made),
        children=everybody,
        circumstances=tuple(circumstance for _, circumstance in pairs),
        helpers=make_helpers(rng, helpers, townships=made, children=everybody, as_of=as_of),
        village_links=_village_links(rng, made),
    )


def _slots(rng: random.Random, total: int, as_of: dt.date) -> list[Slot]:
    """Deal circumstances, ages and sexes; the margins hold among the covered."""
    covered = round(total * margins.COVERED_SHARE / 1000)
    bands = margins.deal(rng, covered, margins.AGE_BANDS_2016)
    ages = [rng.randint(*band) for band in bands]
    # Fifteen-year-olds are what senior schools take: as many as the published share, and one in ten who left.
    teenagers = [index for index, band in enumerate(bands) if band[0] == 14]
    fifteen = round(covered * margins.ABOVE_COMPULSORY_2018 / 1000 * 1.1)
    for rank, index in enumerate(teenagers):
        ages[index] = 15 if rank < fifteen else 14
    kinds = margins.deal(rng, covered, margins.GUARDIANS_2016)
    others = margins.deal(rng, total - covered, margins.OTHERS_SURVEYED)
    ages += [rng.randint(16, 17) if kind is Circumstance.TEENAGER else rng.randint(1, 15) for kind in others]
    sexes = margins.deal(rng, covered, margins.SEXES_2018) + margins.deal(rng, total - covered, margins.SEXES_2018)
    born = [add_months(as_of, -12 * age) - dt.timedelta(days=rng.randint(0, 363)) for age in ages]
    rows = zip(kinds + others, born, sexes, strict=True)
    return [Slot(circumstance=kind, birth_date=birth, sex=sex) for kind, birth, sex in rows]


def _families(rng: random.Random, slots: Sequence[Slot], maker: FamilyMaker) -> list[Family]:
    """Group slots, and make the families twice: the second time with guardians of the published mean age."""
    groups: list[tuple[Slot, ...]] = []
    for circumstance in Circumstance:
        groups += group_into_families(rng, [slot for slot in slots if slot.circumstance is circumstance])
    weekly = _weekly_contact(rng, groups)
    education = margins.deal(rng, len(groups), margins.GUARDIAN_EDUCATION_2017)
    rows = list(zip(groups, weekly, education, strict=True))
    state = rng.getstate()
    first = [maker.make(group, weekly=often, education=level) for group, often, level in rows]
    shift = _shift_to_mean_age(first, maker.as_of)
    rng.setstate(state)
    again = attrs.evolve(maker, elders_shift_days=shift, office=maker.office.reopened())
    return [again.make(group, weekly=often, education=level) for group, often, level in rows]


def _weekly_contact(rng: random.Random, groups: Sequence[tuple[Slot, ...]]) -> list[bool]:
    """Say for each family whether the parents call weekly; among the covered children by quota."""
    answers = [rng.random() < margins.WEEKLY_CONTACT_2017 / 1000 for _ in groups]
    covered = [index for index, group in enumerate(groups) if group[0].circumstance.covered]
    left = round(sum(len(groups[index]) for index in covered) * margins.WEEKLY_CONTACT_2017 / 1000)
    rng.shuffle(covered)
    for index in covered:
        answers[index] = len(groups[index]) <= left
        left -= len(groups[index]) if answers[index] else 0
    return answers


def _shift_to_mean_age(families: Sequence[Family], as_of: dt.date) -> int:
    """Return by how many days every grandparent must be younger to meet the published mean age of guardians."""
    ages = []
    movable = 0
    for family in families:
        carer = family.caregiver
        if family.circumstance.covered and carer is not None and isinstance(carer.birth_date, dt.date):
            ages += [(as_of - carer.birth_date).days] * len(family.slots)
            movable += len(family.slots) if family.circumstance is Circumstance.GRANDPARENTS else 0
    surplus = sum(ages) - len(ages) * margins.GUARDIAN_MEAN_AGE_2017 * 365.2425
    return round(surplus / movable)


def _village_links(rng: random.Random, townships: Sequence[Township]) -> tuple[VillageLink, ...]:
    """Return one person for each village, then a supervisor for each township, then the head of the county."""
    villages = [village.code for township in townships for village in township.villages]
    links = [_link(rng, code, rng.choice((Office.VILLAGE_DIRECTOR, Office.CADRE))) for code in villages]
    links += [_link(rng, township.place.code, Office.TOWNSHIP_SUPERVISOR) for township in townships]
    return (*links, _link(rng, COUNTY, Office.LEADER))


def _link(rng: random.Random, place: PlaceCode, office: Office) -> VillageLink:
    name = person_name(rng, rng.choice(tuple(Sex)))
    return VillageLink(place=place, person=f"cadre-{place}", office=office, name=name, phone=phone_number(rng))
