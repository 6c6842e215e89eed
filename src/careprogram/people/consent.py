"""Who agreed to what, until when?

A consent is a record, not a flag: it has a day on which it was given, an end, and it can be withdrawn. Whether it
covers a day is the only question this module answers.
"""

import datetime as dt

import attrs

from careprogram.errors import ValidationError
from careprogram.people.enums import Answer
from careprogram.unknown import UNKNOWN, Maybe


class ConsentRelation(Answer):
    """What whoever gives the word is to the child."""

    FATHER = "father", "父亲"
    MOTHER = "mother", "母亲"
    GRANDPARENT = "grandparent", "祖父母或外祖父母"
    OTHER_GUARDIAN = "other-guardian", "其他监护人"
    SELF = "self", "本人"


@attrs.frozen(kw_only=True)
class Consent:
    """Agreement of a guardian or a helper to take part.

    Attributes:
        given_on: First day it holds.
        expires_on: Last day it holds; None if open.
        withdrawn_on: First day it no longer holds; None if it stands.
        given_by: Who signed, as what to the child; UNKNOWN where nobody wrote it down.
        notice: The version of the notice that they read and signed; UNKNOWN where nobody wrote it down.

    Raises:
        ValidationError: It would end before it was given.
    """

    given_on: dt.date
    expires_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    given_by: Maybe[ConsentRelation] = UNKNOWN
    notice: Maybe[str] = UNKNOWN

    def __attrs_post_init__(self) -> None:
        for end in (self.expires_on, self.withdrawn_on):
            if end is not None and end < self.given_on:
                raise ValidationError("a consent cannot end before it was given", reason="order")

    def covers(self, day: dt.date) -> bool:
        """Return whether the consent stands on *day*."""
        return (
            self.given_on <= day
            and (self.expires_on is None or day <= self.expires_on)
            and (self.withdrawn_on is None or day < self.withdrawn_on)
        )
