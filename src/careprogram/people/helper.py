"""Who can help, and may they?

Helpers are all who can be paired with a child. This module says what is known about them and whether their screening
stands on a day; whether a given pair is allowed is for the constraints of ``pairing``.
"""

import datetime as dt

import attrs

from careprogram.dates import age_on
from careprogram.errors import ValidationError
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.people.consent import Consent
from careprogram.people.enums import HelperKind, ScreeningResult, Sex, Weekday
from careprogram.people.grade import Grade
from careprogram.people.household import Residence
from careprogram.people.phone import Phone
from careprogram.unknown import UNKNOWN, Maybe, Unknown


@attrs.frozen(kw_only=True)
class Screening:
    """A record check (minors law, art. 62: before service, then every year; a record bars).

    Attributes:
        result: Clear or barred.
        checked_on: First day it holds.
        expires_on: Last day it holds.

    Raises:
        ValidationError: It would end before it began.
    """

    result: ScreeningResult
    checked_on: dt.date
    expires_on: dt.date

    def __attrs_post_init__(self) -> None:
        if self.expires_on < self.checked_on:
            raise ValidationError("a screening cannot expire before its check", reason="order")

    def clears(self, day: dt.date) -> bool:
        """Return whether it allows service on *day*."""
        return self.result is ScreeningResult.CLEAR and self.checked_on <= day <= self.expires_on


@attrs.frozen(kw_only=True)
class HelperWishes:
    """What the helper asks for.

    Attributes:
        sex: Wished sex of the child; None if it does not matter.
        farthest_m: Farthest distance in meters; None if it does not matter.
        excluded: Children the helper must not or does not want to be paired with.
    """

    sex: Sex | None = None
    farthest_m: int | None = None
    excluded: frozenset[ChildId] = attrs.field(default=frozenset(), repr=False)


@attrs.frozen(kw_only=True)
class Helper:
    """Anyone who can be paired with a child.

    Attributes:
        id: Opaque.
        kind: What brings them.
        name: Personal.
        sex: For rules and wishes.
        birth_date: Personal; a helper under 18 serves only with an adult.
        phone: Personal; None if there is none.
        residence: Where they live.
        school: Where they work or learn; None if at no school.
        grade: Of a classmate; None otherwise.
        class_name: Of a classmate or homeroom teacher; None otherwise.
        skills: Services they can give.
        languages: Languages and dialects; empty if nobody asked.
        availability: Days they have time; empty if nobody asked.
        capacity: How many children at the most.
        screening: None if there was never any.
        consent: Their own agreement to serve; None if refused, UNKNOWN if nobody asked.
        trained: Whether they were trained.
        wishes: About children.
    """

    id: HelperId
    kind: HelperKind
    name: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    sex: Maybe[Sex] = UNKNOWN
    birth_date: Maybe[dt.date] = attrs.field(default=UNKNOWN, repr=False)
    phone: Maybe[Phone] | None = attrs.field(default=UNKNOWN, repr=False)
    residence: Residence = Residence()
    school: Maybe[str] | None = UNKNOWN
    grade: Maybe[Grade] | None = None
    class_name: Maybe[str] | None = None
    skills: frozenset[ServiceId] = frozenset()
    languages: frozenset[str] = frozenset()
    availability: frozenset[Weekday] = frozenset()
    capacity: int = 1
    screening: Maybe[Screening] | None = attrs.field(default=UNKNOWN, repr=False)
    consent: Maybe[Consent] | None = UNKNOWN
    trained: Maybe[bool] = UNKNOWN
    wishes: HelperWishes = HelperWishes()

    def __attrs_post_init__(self) -> None:
        if not self.id:
            raise ValidationError("a helper needs an id: derive one with careprogram.ids", reason="empty")
        if self.capacity < 0:
            raise ValidationError(f"helper {self.id}: a capacity is 0 or more children", reason="capacity")

    def screened(self, day: dt.date) -> bool:
        """Return whether a clear, unexpired screening is on file for *day*; an unknown one is none."""
        return isinstance(self.screening, Screening) and self.screening.clears(day)

    def of_age(self, day: dt.date) -> Maybe[bool]:
        """Return whether they are 18 or older on *day*.

        Without a birth date it is open for classmates and student volunteers; the other kinds are recruited as adults.
        """
        if not isinstance(self.birth_date, Unknown):
            return age_on(self.birth_date, day) >= 18
        return UNKNOWN if self.kind in {HelperKind.CLASSMATE, HelperKind.STUDENT_VOLUNTEER} else True
