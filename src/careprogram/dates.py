"""How old is a child on a given day, and when does a period end?

Civil Code of the People's Republic of China, art. 200-204 and 1259: 以上, 以下, 以内 and 届满 include the number, while
不满, 超过 and 以外 exclude it; a period in months ends on the corresponding day, or on the month's last day where there
is none. Nothing here reads the clock.
"""

import calendar
import datetime as dt
import enum


class LeapDayRule(enum.Enum):
    """On which day somebody born on 29 February grows a year older in a common year."""

    FIRST_OF_MARCH = "03-01"
    LAST_OF_FEBRUARY = "02-28"


def birthday_in(birth_date: dt.date, year: int, *, leap_day: LeapDayRule = LeapDayRule.FIRST_OF_MARCH) -> dt.date:
    """Return the birthday in *year* of somebody born on *birth_date*."""
    if (birth_date.month, birth_date.day) == (2, 29) and not calendar.isleap(year):
        return dt.date(year, 3, 1) if leap_day is LeapDayRule.FIRST_OF_MARCH else dt.date(year, 2, 28)
    return birth_date.replace(year=year)


def age_on(birth_date: dt.date, as_of: dt.date, *, leap_day: LeapDayRule = LeapDayRule.FIRST_OF_MARCH) -> int:
    """Return the completed years (周岁) on *as_of*, counted from birthday to birthday; negative before the birth.

    Examples:
        >>> age_on(dt.date(2010, 9, 1), dt.date(2026, 8, 31))
        15
        >>> age_on(dt.date(2010, 9, 1), dt.date(2026, 9, 1))
        16
    """
    had_birthday = birthday_in(birth_date, as_of.year, leap_day=leap_day) <= as_of
    return as_of.year - birth_date.year - (0 if had_birthday else 1)


def birth_cutoff(years: int, as_of: dt.date, *, leap_day: LeapDayRule = LeapDayRule.FIRST_OF_MARCH) -> dt.date:
    """Return the last birth date of somebody at least *years* old on *as_of*.

    ``age_on(birth, as_of) >= years`` exactly when ``birth <= birth_cutoff(years, as_of)``, so that no engine has to
    count years itself.
    """
    year = as_of.year - years
    if (as_of.month, as_of.day) == (2, 29) and not calendar.isleap(year):
        return dt.date(year, 2, 28)
    cutoff = as_of.replace(year=year)
    leap_born_turns_today = leap_day is LeapDayRule.LAST_OF_FEBRUARY and not calendar.isleap(as_of.year)
    if (cutoff.month, cutoff.day) == (2, 28) and leap_born_turns_today and calendar.isleap(year):
        return dt.date(year, 2, 29)
    return cutoff


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the day *months* later (or earlier, if negative): the corresponding day, or the month's last.

    Examples:
        >>> add_months(dt.date(2026, 1, 31), 1)
        datetime.date(2026, 2, 28)
    """
    count = start.year * 12 + start.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def months_between(start: dt.date, end: dt.date) -> int:
    """Return how many whole months lie between *start* and *end*; negative if *end* is earlier.

    It is the largest number whose ``add_months(start, n)`` is not after *end*.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
