"""Which stretch of the year does a plan cover?

A term of care reaches from the first day of lessons to the day before the next term begins: the vacation belongs to it,
because that is when a child is alone. Terms that follow each other leave no day out. Nothing here reads the clock.
"""

import calendar
import datetime as dt

import attrs

from careprogram.errors import ValidationError

_LONGEST = dt.timedelta(days=366)


@attrs.frozen(kw_only=True)
class Term:
    """A term with the vacation that follows it.

    Attributes:
        id: Stable, such as ``"2026-autumn"``.
        start: First day.
        end: Last day, vacation included.
        lessons_end: Last day of lessons; what happens at school is due by then. The end itself if not given.

    Raises:
        ValidationError: The days are out of order, or the term is longer than a year.

    Examples:
        >>> Term(id="2026-autumn", start=dt.date(2026, 9, 1), end=dt.date(2027, 1, 31)).days
        153
    """

    id: str
    start: dt.date
    end: dt.date
    lessons_end: dt.date = attrs.Factory(lambda self: self.end, takes_self=True)

    def __attrs_post_init__(self) -> None:
        if not self.id:
            raise ValidationError("a term needs an id, such as 2026-autumn", reason="empty")
        if not self.start <= self.lessons_end <= self.end:
            raise ValidationError(
                f"term {self.id}: start {self.start}, last lesson {self.lessons_end} and end {self.end} must follow "
                "each other in this order",
                reason="order",
            )
        if self.end - self.start > _LONGEST:
            raise ValidationError(f"term {self.id} is longer than a year: give its own start and end", reason="length")

    @property
    def days(self) -> int:
        """How many days the term has, both ends counted."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


def autumn_term(year: int) -> Term:
    """Return the autumn term that begins in *year*: 1 September to the end of February, lessons to 20 January.

    The school year begins on 1 September everywhere in the country; when lessons end is set each year by every province
    and 20 January is a usual day. A program that knows its school calendar gives its own ``Term``.
    """
    last = calendar.monthrange(year + 1, 2)[1]
    return Term(
        id=f"{year}-autumn",
        start=dt.date(year, 9, 1),
        end=dt.date(year + 1, 2, last),
        lessons_end=dt.date(year + 1, 1, 20),
    )


def spring_term(year: int) -> Term:
    """Return the spring term of *year*: 1 March to 31 August, lessons to 5 July.

    See ``autumn_term`` on what is usual; schools that open before 1 March give their own ``Term``.
    """
    return Term(
        id=f"{year}-spring", start=dt.date(year, 3, 1), end=dt.date(year, 8, 31), lessons_end=dt.date(year, 7, 5)
    )


def term_containing(day: dt.date) -> Term:
    """Return the usual term that *day* lies in.

    Examples:
        >>> term_containing(dt.date(2027, 2, 6)).id
        '2026-autumn'
    """
    if 3 <= day.month <= 8:
        return spring_term(day.year)
    return autumn_term(day.year if day.month >= 9 else day.year - 1)
