"""On which day does a festival fall?

Festivals by the calendar that families keep: solar ones on fixed days, lunar ones by the Chinese calendar (GB/T 33661),
which the kept library ``lunar-python`` computes (extra ``calendar``). Days off work, which the State Council announces
each year, are another matter and not answered here.
"""

import datetime as dt
import functools

import attrs

from careprogram.errors import MissingExtraError, ValidationError
from careprogram.people.enums import Answer

FIRST_YEAR, LAST_YEAR = 1901, 2100
"""The years for which the Hong Kong Observatory publishes the conversion, so that answers can be checked."""


class Festival(Answer):
    """A day on which a child should not be alone.

    The county plan (essay 7) names New Year, Spring Festival, 1 June and Mid-Autumn, and asks for family-affection
    contact at public holidays and traditional festivals.
    """

    NEW_YEAR = "new-year", "元旦"
    SPRING_FESTIVAL_EVE = "spring-festival-eve", "除夕"
    SPRING_FESTIVAL = "spring-festival", "春节"
    LABOR_DAY = "labor-day", "劳动节"
    CHILDREN_DAY = "children-day", "六一儿童节"
    DRAGON_BOAT = "dragon-boat", "端午节"
    MID_AUTUMN = "mid-autumn", "中秋节"
    NATIONAL_DAY = "national-day", "国庆节"


_SOLAR = {
    Festival.NEW_YEAR: (1, 1),
    Festival.LABOR_DAY: (5, 1),
    Festival.CHILDREN_DAY: (6, 1),
    Festival.NATIONAL_DAY: (10, 1),
}
_LUNAR = {Festival.SPRING_FESTIVAL: (1, 1), Festival.DRAGON_BOAT: (5, 5), Festival.MID_AUTUMN: (8, 15)}


@attrs.frozen(kw_only=True, order=True)
class FestivalDay:
    """One festival in one year.

    Attributes:
        on: The day.
        festival: Which.
    """

    on: dt.date
    festival: Festival


@functools.cache
def festival_date(festival: Festival, year: int) -> dt.date:
    """Return the day of *festival* in the Gregorian *year*.

    Args:
        festival: Which.
        year: 1901 to 2100 for lunar festivals.

    Raises:
        ValidationError: The year is outside the table for a lunar festival; ``reason`` is ``"year"``.
        MissingExtraError: The library for lunar dates is not installed.

    Examples:
        >>> festival_date(Festival.CHILDREN_DAY, 2026)
        datetime.date(2026, 6, 1)
    """
    if festival in _SOLAR:
        return dt.date(year, *_SOLAR[festival])
    if festival is Festival.SPRING_FESTIVAL_EVE:
        # Always the day before; the twelfth lunar month ends on its 29th or 30th.
        return festival_date(Festival.SPRING_FESTIVAL, year) - dt.timedelta(days=1)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            f"{festival.value} of {year} is unknown: lunar dates are published for {FIRST_YEAR} to {LAST_YEAR}",
            reason="year",
        )
    return _from_lunar(year, *_LUNAR[festival])


def _from_lunar(year: int, month: int, day: int) -> dt.date:
    try:
        from lunar_python import Lunar
    except ImportError as error:
        raise MissingExtraError("lunar_python", extra="calendar", purpose="dating lunar festivals") from error
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return dt.date(solar.getYear(), solar.getMonth(), solar.getDay())


def festivals_between(start: dt.date, end: dt.date) -> tuple[FestivalDay, ...]:
    """Return every festival from *start* to *end*, both included, in order of date.

    Raises:
        ValidationError: The end lies before the start, or a year is outside the table.
        MissingExtraError: The library for lunar dates is not installed.
    """
    if end < start:
        raise ValidationError(f"no days lie between {start} and {end}: give the earlier day first", reason="order")
    days = (
        FestivalDay(on=festival_date(festival, year), festival=festival)
        for year in range(start.year, end.year + 1)
        for festival in Festival
    )
    return tuple(sorted(day for day in days if start <= day.on <= end))
