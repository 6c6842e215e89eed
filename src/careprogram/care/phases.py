"""What must the whole program have done by when?

Phases and deadlines of the two plans in the seed text, as days of the year that a program can replace. They become
duties of the program, without a child; being late is found by ``duties.overdue``.
"""

import calendar
import datetime as dt
from collections.abc import Sequence

import attrs

from careprogram.care.duties import Duty
from careprogram.care.responsible import ResponsiblePerson
from careprogram.errors import ValidationError
from careprogram.language import Text

_SEVEN, _EIGHT = "seed text, essay 7", "seed text, essay 8"


@attrs.frozen(kw_only=True, order=True)
class YearDay:
    """A day that comes every year.

    Attributes:
        month: 1-12.
        day: 1 to the month's last; 29 February becomes the 28th in a common year.
    """

    month: int
    day: int

    def __attrs_post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.day <= calendar.monthrange(2000, self.month)[1]):
            raise ValidationError(f"no year has a day {self.day} in month {self.month}", reason="year-day")

    def in_year(self, year: int) -> dt.date:
        """Return the day in *year*."""
        return dt.date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))


@attrs.frozen(kw_only=True)
class ProgramPhase:
    """A stretch of the year with one kind of work.

    Attributes:
        id: Stable.
        title: What is done.
        first: First day.
        last: Last day; on it the work is due.
        source: Which plan.
    """

    id: str
    title: Text
    first: YearDay
    last: YearDay
    source: str

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise ValidationError(f"phase {self.id} ends before it begins", reason="order")


def _phase(name: str, zh: str, en: str, days: tuple[int, int, int, int], source: str) -> ProgramPhase:
    first, last = YearDay(month=days[0], day=days[1]), YearDay(month=days[2], day=days[3])
    return ProgramPhase(id=name, title=Text(zh, en), first=first, last=last, source=source)


SHIPPED_PHASES: tuple[ProgramPhase, ...] = (
    _phase("publicity", "宣传发动", "publicity", (3, 27, 4, 5), _EIGHT),
    _phase("survey", "调查、摸底、上报", "survey and case base", (4, 5, 4, 20), _EIGHT),
    _phase("activity-plan", "制定活动方案", "activity plan", (1, 1, 5, 25), _SEVEN),
    _phase("stage-summary", "上报阶段性小结及材料", "stage summary with pictures", (5, 26, 6, 24), _SEVEN),
    _phase("services", "优质服务", "services", (1, 1, 12, 31), _EIGHT),
)
"""Days as the plans state them; a program gives its own."""


def phases_on(day: dt.date, *, phases: Sequence[ProgramPhase] = SHIPPED_PHASES) -> tuple[ProgramPhase, ...]:
    """Return the phases that *day* lies in, both ends counted."""
    return tuple(one for one in phases if one.first.in_year(day.year) <= day <= one.last.in_year(day.year))


def program_duties(
    start: dt.date,
    end: dt.date,
    *,
    responsible: ResponsiblePerson | None = None,
    phases: Sequence[ProgramPhase] = SHIPPED_PHASES,
) -> tuple[Duty, ...]:
    """Return what the program must have done from *start* to *end*, both included.

    Args:
        start: First day.
        end: Last day.
        responsible: Who leads the program; None leaves the duties flagged as unassigned.
        phases: With the days on which their work is due.

    Examples:
        >>> [duty.due.isoformat() for duty in program_duties(dt.date(2026, 5, 1), dt.date(2026, 6, 30))]
        ['2026-05-25', '2026-06-24']
    """
    duties = (
        Duty(
            id=f"program:{year}:{phase.id}",
            child=None,
            kind=f"program-{phase.id}",
            title=phase.title,
            due=phase.last.in_year(year),
            responsible=responsible,
            source=phase.source,
        )
        for year in range(start.year, end.year + 1)
        for phase in phases
    )
    return tuple(sorted((duty for duty in duties if start <= duty.due <= end), key=lambda duty: (duty.due, duty.id)))
