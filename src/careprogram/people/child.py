"""What is known about one child?

The record that the survey fills, policies judge, and plans of care are drawn up for. It holds facts only: whether the
child is left behind, at risk or paired is the answer of other rooms and never stored here.
"""

import datetime as dt

import attrs

from careprogram.errors import ValidationError
from careprogram.ids import ChildId, HelperId
from careprogram.people.consent import Consent
from careprogram.people.disability import Disability
from careprogram.people.enums import GuardianshipKind, HealthStatus, HelperKind, SchoolingStatus, Sex
from careprogram.people.family import Caregiver, Grandparents, Parent
from careprogram.people.grade import Grade
from careprogram.people.household import Household, Registration, Residence
from careprogram.people.identity_number import IdentityNumber
from careprogram.unknown import UNKNOWN, Maybe


@attrs.frozen(kw_only=True)
class Health:
    """身体情况.

    Attributes:
        status: Healthy, disabled, or seriously ill.
        disability: Set where the status is disabled; None otherwise.
        illness: The kind of major illness, in words; None otherwise.
    """

    status: Maybe[HealthStatus] = attrs.field(default=UNKNOWN, repr=False)
    disability: Maybe[Disability] | None = attrs.field(default=UNKNOWN, repr=False)
    illness: Maybe[str] | None = attrs.field(default=UNKNOWN, repr=False)


@attrs.frozen(kw_only=True)
class Schooling:
    """Where a child goes to school, if it does.

    Attributes:
        status: One of the form's eight.
        boarding: Whether it boards at school (是否学校寄宿).
        school: Name of the school; None if it goes to none.
        grade: None outside school.
        class_name: Such as ``"2"`` or ``"二班"``; None outside school.
        homeroom_teacher: Name; personal; None outside school.
        full_time: Whether it learns full-time (全日制), of whatever age; the national form does not ask.
    """

    status: Maybe[SchoolingStatus] = UNKNOWN
    boarding: Maybe[bool] = UNKNOWN
    school: Maybe[str] | None = UNKNOWN
    grade: Maybe[Grade] | None = UNKNOWN
    class_name: Maybe[str] | None = UNKNOWN
    homeroom_teacher: Maybe[str] | None = attrs.field(default=UNKNOWN, repr=False)
    full_time: Maybe[bool] = UNKNOWN


@attrs.frozen(kw_only=True)
class ChildWishes:
    """What the child asks for in a helper (尊重服务对象的选择和意愿).

    Attributes:
        sex: Wished sex of the helper; None if it does not matter.
        kinds: Wished kinds; empty if it does not matter.
        preferred: Helpers the child asked for.
        excluded: Helpers the child, or its guardian, does not want.
    """

    sex: Sex | None = None
    kinds: frozenset[HelperKind] = frozenset()
    preferred: frozenset[HelperId] = attrs.field(default=frozenset(), repr=False)
    excluded: frozenset[HelperId] = attrs.field(default=frozenset(), repr=False)


@attrs.frozen(kw_only=True)
class Child:
    """One child of the survey.

    Attributes:
        id: Opaque; says nothing about the child.
        name: Personal.
        sex: As registered.
        ethnicity: 民族.
        birth_date: Personal.
        identity_number: Personal; None if the child has none yet.
        registration: Household registration.
        residence: Where it lives now.
        health: Personal.
        schooling: Where it learns.
        father: Facts about the father.
        mother: Facts about the mother.
        grandparents: As the form lists them.
        caregiver: Who looks after the child in place of the parents; None if nobody does.
        guardianship: 监护类型 as the surveyor rated it.
        household: The family.
        siblings: Ids of children known to be siblings.
        languages: Languages and dialects the child speaks; empty if nobody asked.
        moved_with_parents: Whether the child moved to town with migrant parents (随迁).
        moved_with_guardian: Whether it left its place of registration together with a parent or another guardian.
        looked_after: Whether anybody at all actually looks after it, a parent included. Where nobody asked, it is taken
            from the caregiver and the parents: no caregiver alone may only say that nobody had to be asked.
        lives_alone: Whether it lives by itself, without any grown-up.
        harmed_by_guardian: Whether a guardian abuses, abandons or endangers it; personal.
        in_danger: Whether its safety is threatened or was violated; personal.
        wishes: About helpers.
        consent: Of the guardian to be paired; None if refused, UNKNOWN if nobody asked.
    """

    id: ChildId
    name: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    sex: Maybe[Sex] = UNKNOWN
    ethnicity: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    birth_date: Maybe[dt.date] = attrs.field(default=UNKNOWN, repr=False)
    identity_number: Maybe[IdentityNumber] | None = attrs.field(default=UNKNOWN, repr=False)
    registration: Registration = Registration()
    residence: Residence = Residence()
    health: Health = Health()
    schooling: Schooling = Schooling()
    father: Parent = Parent()
    mother: Parent = Parent()
    grandparents: Grandparents = attrs.field(default=Grandparents(), repr=False)
    caregiver: Maybe[Caregiver] | None = UNKNOWN
    guardianship: Maybe[GuardianshipKind] = attrs.field(default=UNKNOWN, repr=False)
    household: Household = Household()
    siblings: frozenset[ChildId] = frozenset()
    languages: frozenset[str] = frozenset()
    moved_with_parents: Maybe[bool] = UNKNOWN
    moved_with_guardian: Maybe[bool] = UNKNOWN
    looked_after: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    lives_alone: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    harmed_by_guardian: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    in_danger: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    wishes: ChildWishes = ChildWishes()
    consent: Maybe[Consent] | None = UNKNOWN

    def __attrs_post_init__(self) -> None:
        if not self.id:
            raise ValidationError("a child needs an id: derive one with careprogram.ids", reason="empty")
        if self.id in self.siblings:
            raise ValidationError(f"child {self.id} cannot be its own sibling", reason="sibling")

    @property
    def parents(self) -> tuple[Parent, Parent]:
        """Father and mother."""
        return (self.father, self.mother)
