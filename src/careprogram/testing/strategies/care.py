"""What may a term, a plan or its surroundings look like?

Hypothesis strategies for ``care``: terms of any length, supporters fit and unfit, chains of office, suspensions, and
plans drawn up from them. Plans come out of ``draw_up_plan``, so that they are plans somebody could hold.
"""

import datetime as dt

from hypothesis import strategies as st

from careprogram.care import (
    CarePlan,
    Supporter,
    Suspension,
    SuspensionReason,
    Term,
    autumn_term,
    draw_up_plan,
    spring_term,
)
from careprogram.pairing import PairingRole
from careprogram.people import Child, VillageLink
from careprogram.testing.strategies.people import children, helpers, village_links
from careprogram.testing.strategies.values import AS_OF, days


@st.composite
def terms(draw: st.DrawFn, *, usual: bool = False) -> Term:
    """Draw terms: usual ones of 2015-2035, and odd ones from one day to a year.

    Args:
        draw: Given by Hypothesis.
        usual: Only usual ones.
    """
    year = draw(st.integers(2015, 2035))
    if usual or draw(st.booleans()):
        return draw(st.sampled_from([autumn_term(year), spring_term(year)]))
    start = draw(st.dates(dt.date(2015, 1, 1), dt.date(2035, 1, 1)))
    length = draw(st.integers(0, 366))
    lessons = draw(st.integers(0, length))
    return Term(
        id=f"{start:%Y%m%d}-{length}",
        start=start,
        end=start + dt.timedelta(days=length),
        lessons_end=start + dt.timedelta(days=lessons),
    )


def supporters(*, as_of: dt.date = AS_OF, fit: bool = False, personal: bool = False) -> st.SearchStrategy[Supporter]:
    """Return helpers in the role of a pairing.

    Args:
        as_of: The day on which screening and age are looked at.
        fit: Only such as can be responsible.
        personal: Whether to draw names, numbers and wishes.
    """
    return st.builds(
        Supporter, helper=helpers(as_of=as_of, fit=fit, personal=personal), role=st.sampled_from(PairingRole).map(str)
    )


def chains_of_office() -> st.SearchStrategy[tuple[VillageLink, ...]]:
    """Return those who answer for a place, none to three."""
    return st.lists(village_links(), max_size=3, unique_by=lambda link: link.person).map(tuple)


@st.composite
def suspensions(draw: st.DrawFn, *, around: dt.date = AS_OF) -> Suspension:
    """Draw times in which duties rest."""
    since = draw(days(around))
    until = draw(st.none() | st.integers(0, 200).map(lambda more: since + dt.timedelta(days=more)))
    return Suspension(reason=draw(st.sampled_from(SuspensionReason)), since=since, until=until)


@st.composite
def days_for(draw: st.DrawFn, term: Term) -> dt.date:
    """Draw a day on which a plan for *term* can be drawn up: before it, its first, any of it, its last."""
    inside = st.integers(0, term.days - 1).map(lambda more: term.start + dt.timedelta(days=more))
    edges = st.sampled_from([term.start, term.lessons_end, term.end])
    return draw(edges | inside | st.integers(1, 90).map(lambda ago: term.start - dt.timedelta(days=ago)))


@st.composite
def planned_children(draw: st.DrawFn, *, term: Term | None = None) -> tuple[Child, CarePlan, dt.date]:
    """Draw a child with its plan and the day it was drawn up on.

    Args:
        draw: Given by Hypothesis.
        term: For when; any term if not given.
    """
    when = draw(terms()) if term is None else term
    as_of = draw(days_for(when))
    child = draw(children(as_of=as_of, personal=False))
    plan = draw_up_plan(
        child,
        term=when,
        as_of=as_of,
        supporters=draw(st.lists(supporters(as_of=as_of), max_size=3, unique_by=lambda one: one.helper.id)),
        links=draw(chains_of_office()),
        tier=draw(st.none() | st.integers(1, 3)),
    )
    return child, plan, as_of


def care_plans() -> st.SearchStrategy[CarePlan]:
    """Return plans of care."""
    return planned_children().map(lambda drawn: drawn[1])
