"""Does one rule follow from another, for every child?

Each function claims something of all children on one day, or on every day of a period, and gives a `Claim`: proven, or
refuted by a child, or undecided because the solver ran out of time. "Eligible under a policy" means that its
determination is *eligible*: an open verdict is not.

A claim is about children of whom everything is known; with ``gaps_allowed`` it is about all others, too. From day to
day cutoffs move, and so a claim about a period is one about each of its days. Two days on which the rules tell the same
answers apart need one proof; every day is looked at.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TypeAlias

import attrs

from careprogram.language import Text
from careprogram.rules.analysis.claims import Claim, Finding
from careprogram.rules.analysis.encoding import Reading, load_solver
from careprogram.rules.analysis.solving import DIFFERENT, TIME_LIMIT, Outcomes, UndecidedError, solve
from careprogram.rules.compiled import require_in_force
from careprogram.rules.evaluate import DEFAULT_AGES
from careprogram.rules.facts import FactValues
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Predicate, parameters_in
from careprogram.rules.review.formulas import eligibility_rule
from careprogram.rules.review.search import Gaps, SearchTooLargeError, cases_of
from careprogram.rules.thresholds import thresholds_on
from careprogram.rules.truth import Truth
from careprogram.rules.written import write_expression

Subject: TypeAlias = Policy | Predicate
"""What a claim is about: who is eligible under a policy, or for whom a condition holds."""

Period: TypeAlias = tuple[dt.date, dt.date]
"""The first and the last day."""

YES, NO = frozenset({Truth.TRUE}), frozenset({Truth.FALSE, Truth.UNKNOWN})


@attrs.frozen(kw_only=True)
class Scope:
    """For which days and children something is claimed.

    Attributes:
        as_of: The day; leave it out for a period.
        over: The first and last day of a period.
        within: A policy or a condition; the claim is about its children only.
        gaps_allowed: Whether children are meant of whom something is unknown.
        time_limit: Seconds the solver may take for each question.
    """

    as_of: dt.date | None = None
    over: Period | None = None
    within: Subject | None = None
    gaps_allowed: bool = False
    time_limit: float = TIME_LIMIT

    def __attrs_post_init__(self) -> None:
        if (self.as_of is None) == (self.over is None):
            raise ValueError("a claim needs either a day (as_of=) or a first and last day (over=)")
        if self.over is not None and self.over[1] < self.over[0]:
            raise ValueError(f"a period cannot end on {self.over[1]} before it begins on {self.over[0]}")

    @property
    def first(self) -> dt.date:
        """The day, or the first of the period."""
        return self.over[0] if self.over else self.as_of  # type: ignore[return-value]

    @property
    def until(self) -> dt.date | None:
        """The last day of the period."""
        return self.over[1] if self.over else None

    def days(self) -> Sequence[dt.date]:
        """Return every day it is about."""
        length = (self.until - self.first).days if self.until else 0
        return [self.first + dt.timedelta(days=step) for step in range(length + 1)]


def implies(
    a: Subject,
    b: Subject,
    *,
    as_of: dt.date | None = None,
    over: Period | None = None,
    within: Subject | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> Claim:
    """Claim that whoever is eligible under *a* is eligible under *b*.

    Raises:
        PolicyNotInForceError: A policy has no rules for one of the days.
        MissingExtraError: The extra ``[analysis]`` is not installed.
    """
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    statement = Text(f"凡{told(a).zh}者，{told(b).zh}", f"whoever {told(a).en} {told(b).en}")
    return claim(statement, [a, b], [(YES, NO)], scope)


def equivalent(
    a: Subject,
    b: Subject,
    *,
    as_of: dt.date | None = None,
    over: Period | None = None,
    within: Subject | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> Claim:
    """Claim that *a* and *b* cover the same children; with gaps, that they are open for the same ones, too."""
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    statement = Text(
        f"{told(a).zh}者与{told(b).zh}者相同", f"whoever {told(a).en} {told(b).en}, and the other way round"
    )
    return claim(statement, [a, b], DIFFERENT, scope)


def disjoint(
    a: Subject,
    b: Subject,
    *,
    as_of: dt.date | None = None,
    over: Period | None = None,
    within: Subject | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> Claim:
    """Claim that nobody is eligible under *a* and *b* together."""
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    statement = Text(f"没有人既{told(a).zh}又{told(b).zh}", f"nobody {told(a).en} and {told(b).en}")
    return claim(statement, [a, b], [(YES, YES)], scope)


def never(
    subject: Subject,
    *,
    as_of: dt.date | None = None,
    over: Period | None = None,
    within: Subject | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> Claim:
    """Claim that nobody is eligible under *subject*."""
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    return claim(Text(f"没有人{told(subject).zh}", f"nobody {told(subject).en}"), [subject], [(YES,)], scope)


def always(
    subject: Subject,
    *,
    as_of: dt.date | None = None,
    over: Period | None = None,
    within: Subject | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> Claim:
    """Claim that everybody is eligible under *subject*."""
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    return claim(Text(f"人人{told(subject).zh}", f"everybody {told(subject).en}"), [subject], [(NO,)], scope)


def told(subject: Subject) -> Text:
    """Return what it means to be covered by *subject*, as a predicate of a sentence."""
    if isinstance(subject, Policy):
        return Text(f"符合《{subject.title.zh}》", f"is eligible under “{subject.title.en}”")
    if isinstance(subject, Predicate):
        return Text(f"满足“{write_expression(subject)}”", f"meets “{write_expression(subject)}”")
    raise TypeError(f"a claim is about a Policy or a rule, not about {type(subject).__name__}")


def claim(statement: Text, subjects: Sequence[Subject], refuting: Sequence[Outcomes], scope: Scope) -> Claim:
    """Claim that *subjects* never come out in one of the *refuting* ways, and see what comes of it.

    Args:
        statement: The claim, for a reader.
        subjects: What it is about.
        refuting: The combinations of truths that refute it.
        scope: For which days and children it is claimed.
    """
    load_solver("a proof about policies")
    if scope.within is not None:
        within = told(scope.within)
        statement = Text(f"在{within.zh}者中，{statement.zh}", f"of those of whom each {within.en}: {statement.en}")
        subjects, refuting = [*subjects, scope.within], [(*outcomes, YES) for outcomes in refuting]
    readings = [_reading(subject, subjects) for subject in subjects]
    finding, day, witness = _first_refuted(subjects, readings, refuting, scope)
    parameters = [parameter for rule, _ in readings for parameter in parameters_in(rule)]
    refuted = finding is Finding.REFUTED
    return Claim(
        statement=statement,
        finding=finding,
        as_of=day if refuted else scope.first,
        until=None if refuted else scope.until,
        thresholds=thresholds_on(parameters, day if refuted else scope.first, None if refuted else scope.until),
        witness=witness,
        gaps_allowed=scope.gaps_allowed,
    )


def _reading(subject: Subject, subjects: Sequence[Subject]) -> Reading:
    if isinstance(subject, Policy):
        return eligibility_rule(subject), subject.ages
    # A bare condition counts years as the policy beside it does.
    return subject, next((other.ages for other in subjects if isinstance(other, Policy)), DEFAULT_AGES)


def _first_refuted(
    subjects: Sequence[Subject], readings: Sequence[Reading], refuting: Sequence[Outcomes], scope: Scope
) -> tuple[Finding, dt.date, FactValues | None]:
    gaps = Gaps.ALL if scope.gaps_allowed else Gaps.NONE
    proven: set[object] = set()
    finding = Finding.PROVEN
    for day in scope.days():
        for subject in subjects:
            if isinstance(subject, Policy):
                require_in_force(subject, day)
        alike = _what_is_told_apart(readings, day, gaps) if scope.over else day
        if alike in proven:
            continue
        try:
            answers = solve(readings, *refuting, as_of=day, gaps=gaps, time_limit=scope.time_limit)
        except UndecidedError:
            finding = Finding.UNDECIDED
            continue
        if answers is not None:
            return Finding.REFUTED, day, FactValues(values=answers)
        proven.add(alike)
    return finding, scope.first, None


def _what_is_told_apart(readings: Sequence[Reading], day: dt.date, gaps: Gaps) -> object:
    """Return what decides a claim on *day*: which answers the rules tell apart, and how they then come out."""
    try:
        cases = cases_of([rule for rule, _ in readings], as_of=day, ages=[ages for _, ages in readings], gaps=gaps)
    except SearchTooLargeError:
        return day
    return cases.nodes
