"""Which rules hold for somebody of that age, on that day?

Personal Information Protection Law (PIPL) art. 28 and 31: all that identifies a child under 14 is sensitive, and its
guardian consents. From the 14th birthday the child's own consent counts; its guardian keeps a say until it is of age
(minors law art. 72). On the 18th birthday the guardian's role and word end (civil code art. 17 and 18). The rules
change on the very day. Nothing here knows a field.
"""

import datetime as dt
import enum
import functools

from careprogram.dates import birth_cutoff

OWN_SAY_FROM = 14
"""The age from which the child's own consent counts, in completed years."""

OF_AGE_FROM = 18
"""The age from which nobody else consents."""


class AgeBand(enum.Enum):
    """Which rules hold."""

    __hash__ = object.__hash__  # a member is equal to itself alone; Enum would hash its name, in Python

    UNDER_14 = "under-14"
    """Also whoever's age nobody knows."""
    FROM_14 = "14-to-17"
    OF_AGE = "18-and-over"


def band_on(birth_date: dt.date | None, day: dt.date) -> AgeBand:
    """Return the band of somebody born on *birth_date*, on *day*; the strictest where the birth date is unknown.

    Examples:
        >>> born = dt.date(2012, 9, 1)
        >>> band_on(born, dt.date(2026, 8, 31)).value, band_on(born, dt.date(2026, 9, 1)).value
        ('under-14', '14-to-17')
    """
    own_say, of_age = _born_by(day)
    if birth_date is None or birth_date > own_say:
        return AgeBand.UNDER_14
    return AgeBand.FROM_14 if birth_date > of_age else AgeBand.OF_AGE


@functools.lru_cache(maxsize=64)
def _born_by(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the last birth dates of those who have a say of their own, and who are of age, on *day*."""
    return birth_cutoff(OWN_SAY_FROM, day), birth_cutoff(OF_AGE_FROM, day)
