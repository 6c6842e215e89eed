"""From which date on is somebody old enough, or something long enough ago?

Counting years or months from a date is done once for a day and a threshold, giving a cutoff date; from then on every
engine only compares dates. Elapsed time is never negative, so that "at least 0" holds for everybody, known or not. The
time since a date after the day asked about is unknown: whoever asks here has looked at that before.

Sources: Civil Code art. 201-202 (the first day is not counted; a period in months ends on the corresponding day, or on
the month's last day), art. 1259 (以上 includes the number, 不满 excludes it). Whether 周岁 turns on the birthday
or on the day after differs between fields of law, so it is a choice of the policy.
"""

import calendar
import datetime as dt
import enum

import attrs

from careprogram.dates import LeapDayRule, add_months, age_on, birth_cutoff, birthday_in, months_between


class AgeTurns(enum.Enum):
    """On which day somebody is a year older."""

    ON_BIRTHDAY = "birthday"
    DAY_AFTER = "day-after"


class ElapsedUnit(enum.Enum):
    """In what the time since a date is counted."""

    AGE = "age"
    MONTHS = "months"
    DAYS = "days"


@attrs.frozen(kw_only=True)
class AgeRule:
    """How a policy counts completed years.

    Attributes:
        leap_day: When somebody born on 29 February grows older in a common year.
        turns: Whether the birthday itself counts already.
    """

    leap_day: LeapDayRule = LeapDayRule.FIRST_OF_MARCH
    turns: AgeTurns = AgeTurns.ON_BIRTHDAY

    def counted_on(self, as_of: dt.date) -> dt.date:
        """Return the day up to which birthdays count when asked on *as_of*."""
        return as_of - dt.timedelta(days=1) if self.turns is AgeTurns.DAY_AFTER else as_of


def elapsed(since: dt.date, as_of: dt.date, unit: ElapsedUnit, rule: AgeRule) -> int:
    """Return the completed years, whole months or days from *since* to *as_of*, which is not before it."""
    if unit is ElapsedUnit.MONTHS:
        return max(0, months_between(since, as_of))
    if unit is ElapsedUnit.DAYS:
        return max(0, (as_of - since).days)
    return max(0, age_on(since, rule.counted_on(as_of), leap_day=rule.leap_day))


def month_cutoff(months: int, as_of: dt.date) -> dt.date:
    """Return the last date from which at least *months* whole months have passed on *as_of*.

    ``months_between(start, as_of) >= months`` exactly when ``start <= month_cutoff(months, as_of)``. On a month's last
    day the periods of all longer starting months end together, so that the cutoff is the last day of its month, too.

    Examples:
        >>> month_cutoff(1, dt.date(2026, 2, 28))
        datetime.date(2026, 1, 31)
    """
    start = add_months(as_of, -months)
    if as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]:
        return start.replace(day=calendar.monthrange(start.year, start.month)[1])
    return start


def elapsed_cutoff(count: int, as_of: dt.date, unit: ElapsedUnit, rule: AgeRule) -> dt.date:
    """Return the last date from which at least *count* (one or more) units have passed on *as_of*.

    A count that reaches behind the calendar gives ``date.min``: nothing lasted that long.
    """
    try:
        if unit is ElapsedUnit.MONTHS:
            return month_cutoff(count, as_of)
        if unit is ElapsedUnit.DAYS:
            return as_of - dt.timedelta(days=count)
        return birth_cutoff(count, rule.counted_on(as_of), leap_day=rule.leap_day)
    except (ValueError, OverflowError):
        return dt.date.min


def day_reached(since: dt.date, count: int, unit: ElapsedUnit, rule: AgeRule) -> dt.date | None:
    """Return the first day on which *count* (one or more) units have passed since *since*; None beyond the calendar."""
    try:
        if unit is ElapsedUnit.MONTHS:
            return add_months(since, count)
        if unit is ElapsedUnit.DAYS:
            return since + dt.timedelta(days=count)
        birthday = birthday_in(since, since.year + count, leap_day=rule.leap_day)
        return birthday + dt.timedelta(days=1) if rule.turns is AgeTurns.DAY_AFTER else birthday
    except (ValueError, OverflowError):
        return None
