"""Who is there for a child: parents, grandparents, caregivers?

Records of the grown-ups around a child as the registration form asks for them.
"""

import datetime as dt

import attrs

from careprogram.errors import ValidationError
from careprogram.people.disability import Disability
from careprogram.people.enums import (
    CapacityRating,
    CaregiverRelation,
    ConfinementKind,
    ContactMeans,
    Education,
    HealthStatus,
    ParentStatus,
    WorkArea,
)
from careprogram.people.identity_number import IdentityNumber
from careprogram.people.phone import Phone
from careprogram.unknown import UNKNOWN, Maybe


@attrs.frozen(kw_only=True)
class Contact:
    """The last contact between a parent and the child or its caregiver.

    Attributes:
        on: The day.
        means: How.
    """

    on: dt.date
    means: Maybe[ContactMeans] = UNKNOWN


@attrs.frozen(kw_only=True)
class Parent:
    """The father or the mother.

    Attributes:
        status: At home, away working, or why there is none.
        name: Personal.
        birth_date: Personal.
        identity_number: Personal; None if the parent has none.
        phone: Personal; None if the parent has none.
        away_since: First day of the present absence; None unless away.
        work_place: Province or city of work (当前务工地点); None unless away.
        guardianship_capacity: Whether the parent is able to look after the child.
        health: Healthy, disabled or seriously ill; personal.
        last_contact: The last contact with the child; None if there was never any.
        last_contact_with_caregiver: The last contact with whoever looks after the child; None if there was never any.
        away_to: How far from the child's home the work is; None unless away.
        disability: Certified disability; None if there is none; personal.
        confinement: What keeps the parent from being free; personal.
        confined_since: First day of it; None unless confined; personal.
        confinement_months: For how many months it was ordered; None unless confined; personal.
        lost_contact: Whether the parent cannot be reached and does not look after the child (失联); personal.
        search_reported_on: The day on which the police took the report to search; None if there is none; personal.
        declared_missing: Whether a court declared the parent missing (宣告失踪); personal.
        guardianship_revoked: Whether a court revoked the guardianship (撤销监护资格); personal.
        deported: Whether the parent was sent or expelled out of the country; personal.

    Raises:
        ValidationError: The months of a confinement are negative.
    """

    status: Maybe[ParentStatus] = attrs.field(default=UNKNOWN, repr=False)
    name: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    birth_date: Maybe[dt.date] = attrs.field(default=UNKNOWN, repr=False)
    identity_number: Maybe[IdentityNumber] | None = attrs.field(default=UNKNOWN, repr=False)
    phone: Maybe[Phone] | None = attrs.field(default=UNKNOWN, repr=False)
    away_since: Maybe[dt.date] | None = UNKNOWN
    work_place: Maybe[str] | None = attrs.field(default=UNKNOWN, repr=False)
    guardianship_capacity: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    health: Maybe[HealthStatus] = attrs.field(default=UNKNOWN, repr=False)
    last_contact: Maybe[Contact] | None = attrs.field(default=UNKNOWN, repr=False)
    last_contact_with_caregiver: Maybe[Contact] | None = attrs.field(default=UNKNOWN, repr=False)
    away_to: Maybe[WorkArea] | None = UNKNOWN
    disability: Maybe[Disability] | None = attrs.field(default=UNKNOWN, repr=False)
    confinement: Maybe[ConfinementKind] = attrs.field(default=UNKNOWN, repr=False)
    confined_since: Maybe[dt.date] | None = attrs.field(default=UNKNOWN, repr=False)
    confinement_months: Maybe[int] | None = attrs.field(default=UNKNOWN, repr=False)
    lost_contact: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    search_reported_on: Maybe[dt.date] | None = attrs.field(default=UNKNOWN, repr=False)
    declared_missing: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    guardianship_revoked: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    deported: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)

    def __attrs_post_init__(self) -> None:
        months = self.confinement_months
        if months is not None and months is not UNKNOWN and months < 0:
            raise ValidationError("a confinement cannot last fewer than 0 months", reason="months")


@attrs.frozen(kw_only=True)
class Grandparent:
    """A grandparent as the form lists them; a dead one is marked 「—」 there.

    Attributes:
        name: Personal; None if dead.
        birth_date: Personal; None if dead.
        deceased: Whether the form says dead.
    """

    name: Maybe[str] | None = attrs.field(default=UNKNOWN, repr=False)
    birth_date: Maybe[dt.date] | None = attrs.field(default=UNKNOWN, repr=False)
    deceased: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)


@attrs.frozen(kw_only=True)
class Grandparents:
    """The four grandparents (祖父, 祖母, 外祖父, 外祖母)."""

    paternal_grandfather: Grandparent = Grandparent()
    paternal_grandmother: Grandparent = Grandparent()
    maternal_grandfather: Grandparent = Grandparent()
    maternal_grandmother: Grandparent = Grandparent()


@attrs.frozen(kw_only=True)
class Caregiver:
    """Who actually looks after the child while the parents are away.

    Attributes:
        relation: To the child.
        name: Personal.
        birth_date: Personal.
        identity_number: Personal; None if there is none.
        phone: Personal; None if there is none.
        address: Personal.
        education: How far they went to school.
        capacity: How well they do it.
        knows_class: Whether they know the child's grade, class and homeroom teacher.
        written_delegation: Whether the parents delegated the care in writing (minors law, art. 22).
    """

    relation: Maybe[CaregiverRelation] = UNKNOWN
    name: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    birth_date: Maybe[dt.date] = attrs.field(default=UNKNOWN, repr=False)
    identity_number: Maybe[IdentityNumber] | None = attrs.field(default=UNKNOWN, repr=False)
    phone: Maybe[Phone] | None = attrs.field(default=UNKNOWN, repr=False)
    address: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    education: Maybe[Education] = UNKNOWN
    capacity: Maybe[CapacityRating] = attrs.field(default=UNKNOWN, repr=False)
    knows_class: Maybe[bool] = UNKNOWN
    written_delegation: Maybe[bool] = UNKNOWN
