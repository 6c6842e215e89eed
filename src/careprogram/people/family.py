"""Who is there for a child: parents, grandparents, caregivers?

Records of the grown-ups around a child as the registration form asks for them.
"""

import datetime as dt

import attrs

from careprogram.people.enums import (
    CapacityRating,
    CaregiverRelation,
    ContactMeans,
    Education,
    HealthStatus,
    ParentStatus,
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
    """

    status: Maybe[ParentStatus] = UNKNOWN
    name: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    birth_date: Maybe[dt.date] = attrs.field(default=UNKNOWN, repr=False)
    identity_number: Maybe[IdentityNumber] | None = attrs.field(default=UNKNOWN, repr=False)
    phone: Maybe[Phone] | None = attrs.field(default=UNKNOWN, repr=False)
    away_since: Maybe[dt.date] | None = UNKNOWN
    work_place: Maybe[str] | None = attrs.field(default=UNKNOWN, repr=False)
    guardianship_capacity: Maybe[bool] = UNKNOWN
    health: Maybe[HealthStatus] = attrs.field(default=UNKNOWN, repr=False)
    last_contact: Maybe[Contact] | None = attrs.field(default=UNKNOWN, repr=False)


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
    deceased: Maybe[bool] = UNKNOWN


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
    capacity: Maybe[CapacityRating] = UNKNOWN
    knows_class: Maybe[bool] = UNKNOWN
    written_delegation: Maybe[bool] = UNKNOWN
