"""What is due for one child in one term, when, and from whom?

The records of duties and of the rules that ask for them, and what a rule may look at. Periods follow the civil code:
the first day is not counted (art. 201). Turning rules into duties is for ``schedule``; whether a duty was done is kept
elsewhere.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import TypeAlias

import attrs

from careprogram.care.calendar import FestivalDay
from careprogram.care.cares import Care
from careprogram.care.plan import CarePlan
from careprogram.care.responsible import ResponsibleKind, ResponsiblePerson
from careprogram.care.risk import RiskAssessment
from careprogram.care.term import Term
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.people import Child
from careprogram.people.enums import Answer

Hand: TypeAlias = Care | ResponsibleKind
"""Who a duty is meant for: whoever carries a care, or somebody of a kind."""


class Urgency(Answer):
    """How long a duty can wait."""

    AT_ONCE = "at-once", "立即"
    ROUTINE = "routine", "日常"


@attrs.frozen(kw_only=True)
class DutyParameters:
    """Numbers that the rules use; a place sets its own.

    Attributes:
        contact_every: Days between contacts of parents with child and caregiver (minors law, art. 23: once a week).
        school_contact_every: Days between contacts of school and family (school routine).
        notice_within: Days for the notices of delegated care (minors law, art. 23 says "in time", 及时; the number is
            ours).
        letter_within: Days for a missing letter of delegation (the number is ours).
        find_out_within: Days to find out an unknown fact (the number is ours).
        renew_screening_before: Days before a screening expires (the number is ours).
        adolescence_from_grade: First grade with the lesson (seed text, essay 8: 5).
        grace: Days that remain for a thing whose usual day is past when the plan is drawn up (the number is ours).
    """

    contact_every: int = attrs.field(default=7, validator=attrs.validators.ge(1))
    school_contact_every: int = attrs.field(default=30, validator=attrs.validators.ge(1))
    notice_within: int = 14
    letter_within: int = 30
    find_out_within: int = 14
    renew_screening_before: int = 30
    adolescence_from_grade: int = 5
    grace: int = 14


@attrs.frozen(kw_only=True)
class DutyContext:
    """All that a duty rule may look at.

    Attributes:
        plan: The plan of the child.
        child: The child.
        as_of: The day whose facts count.
        festivals: Festivals of the term.
        risk: How much danger the child is in.
        parameters: Numbers in use.
    """

    plan: CarePlan
    child: Child
    as_of: dt.date
    festivals: tuple[FestivalDay, ...]
    risk: RiskAssessment
    parameters: DutyParameters

    @property
    def term(self) -> Term:
        """The term of the plan."""
        return self.plan.term

    @property
    def begin(self) -> dt.date:
        """First day on which a routine duty can be due: of the term, or the day the duties are worked out."""
        return max(self.term.start, self.as_of)

    def by(self, day: dt.date) -> dt.date:
        """Return *day* as a deadline inside the term; a day already past becomes one with grace."""
        if day < self.begin:
            day = self.begin + dt.timedelta(days=self.parameters.grace)
        return min(day, self.term.end)

    def within(self, days: int) -> dt.date:
        """Return the deadline *days* after the begin, the first day not counted."""
        return self.by(self.begin + dt.timedelta(days=days))

    def each(self, days: int, *, until: dt.date) -> tuple[dt.date, ...]:
        """Return every *days*-th day of the calendar inside the term up to *until* that is not past.

        The count runs through all terms, so that the days stay where they are when the duties are worked out again and
        no gap opens between the last one of a term and the first of the next. Every seventh day is a Sunday.
        """
        last = min(until, self.term.end)
        first = -(-self.begin.toordinal() // days) * days
        return tuple(dt.date.fromordinal(day) for day in range(first, last.toordinal() + 1, days))


@attrs.frozen(kw_only=True)
class Occurrence:
    """One time that a rule asks for something.

    Attributes:
        due: Last day.
        part: What tells it from the rule's other occurrences in the term; empty if there is one only.
        title: Instead of the rule's title.
        facts: Facts to find out.
    """

    due: dt.date
    part: str = ""
    title: Text | None = None
    facts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class DutyRule:
    """When something is due, and from whom.

    Attributes:
        id: Stable; becomes the duty's kind.
        title: What is to be done.
        source: Law or plan, with article.
        hands: Whom it is meant for, the first choice first; the chain of office comes after them.
        schedule: When it is due.
        urgency: What is due at once need not wait for the term.
        told_to_family: Whether every family may know of it from its copy: it follows from the plan and plain facts, and
            neither that it is due nor how often tells that somebody fears for the child.
    """

    id: str
    title: Text
    source: str
    hands: tuple[Hand, ...]
    schedule: Callable[[DutyContext], Iterable[Occurrence]] = attrs.field(repr=False, eq=False)
    urgency: Urgency = Urgency.ROUTINE
    told_to_family: bool = False


@attrs.frozen(kw_only=True)
class Duty:
    """Something that is due.

    Attributes:
        id: Made of child, term, rule and part: the same every time.
        child: For whom; None for a duty of the whole program.
        kind: Id of the rule.
        title: What is to be done.
        due: Last day.
        responsible: Who does it; None if nobody is left.
        source: Law or plan.
        urgency: Whether it can wait.
        facts: Facts to find out.
        moved: Why it is not with whom it was meant for first; None if it is.
        muted: Whether it rests, because the child's duties are suspended on that day.
    """

    id: str
    child: ChildId | None
    kind: str
    title: Text
    due: dt.date
    responsible: ResponsiblePerson | None
    source: str
    urgency: Urgency = Urgency.ROUTINE
    facts: tuple[str, ...] = attrs.field(default=(), repr=False)
    moved: Text | None = attrs.field(default=None, repr=False)
    muted: bool = False

    @property
    def unassigned(self) -> bool:
        """Whether nobody is responsible."""
        return self.responsible is None


def overdue(duties: Iterable[Duty], *, as_of: dt.date, done: Collection[str] = ()) -> tuple[Duty, ...]:
    """Return the duties whose last day is past, the longest overdue first.

    Args:
        duties: Of one child or many.
        as_of: The day; what is due on it is not yet overdue.
        done: Ids of duties that were done.
    """
    finished = frozenset(done)
    late = (duty for duty in duties if duty.due < as_of and not duty.muted and duty.id not in finished)
    return tuple(sorted(late, key=lambda duty: (duty.due, duty.id)))


def unassigned(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Return the duties for which nobody is responsible, in their order."""
    return tuple(duty for duty in duties if duty.unassigned)
