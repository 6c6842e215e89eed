"""Which rules hold for somebody of that age, on that day?

Personal Information Protection Law (PIPL) art. 28 and 31: all that identifies a child under 14 is sensitive, and its
guardian consents. From the 14th birthday the child's own consent counts; its guardian keeps a say until it is of age
(minors law art. 72). On the 18th birthday the guardian's role and word end (civil code art. 17 and 18). The rules
change on the very day. Nothing here knows a field.
"""

import datetime as dt
import enum

from careprogram.dates import age_on

OWN_SAY_FROM = 14
"""The age from which the child's own consent counts, in completed years."""

OF_AGE_FROM = 18
"""The age from which nobody else consents."""


class AgeBand(enum.Enum):
    """Which rules hold."""

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
    age = -1 if birth_date is None else age_on(birth_date, day)
    if age < OWN_SAY_FROM:
        return AgeBand.UNDER_14
    return AgeBand.FROM_14 if age < OF_AGE_FROM else AgeBand.OF_AGE
