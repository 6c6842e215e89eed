"""How is a moment kept as a number?

As microseconds since 1970 in UTC: exact, ordered, and the same in every database.
"""

import datetime as dt

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def to_microseconds(moment: dt.datetime) -> int:
    """Return the number of *moment*, which knows its zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(number: int) -> dt.datetime:
    """Return the moment of *number*, in UTC."""
    return _EPOCH + number * _MICROSECOND
