"""Laws of plans and duties, over random children, helpers, terms and days."""

import datetime as dt
import itertools
from collections import Counter

import attrs
from hypothesis import given
from hypothesis import strategies as st

from careprogram.care import (
    SHIPPED_CARE_RULES,
    SHIPPED_SCALE,
    Care,
    Standing,
    Urgency,
    assess_risk,
    draw_up_plan,
    duties_for_term,
    needed_services,
    overdue,
    unassigned,
)
from careprogram.people import Parent, ParentStatus
from careprogram.testing.strategies import (
    chains_of_office,
    children,
    days_for,
    planned_children,
    supporters,
    suspensions,
    terms,
)
from careprogram.unknown import UNKNOWN

ONCE = ("health-check", "consultation", "information-pack")


@given(planned_children())
def test_every_duty_is_due_inside_the_term_or_at_once(drawn):
    """Routine work lies between the first day (or the day of planning) and the last; what is urgent is due that day."""
    child, plan, as_of = drawn
    for duty in duties_for_term(plan, child, as_of=as_of):
        if duty.urgency is Urgency.AT_ONCE:
            assert duty.due == as_of
        else:
            assert max(plan.term.start, as_of) <= duty.due <= plan.term.end


@given(planned_children())
def test_what_is_due_once_a_term_is_due_exactly_once(drawn):
    """Whatever day the plan is drawn up on, and however short the term."""
    child, plan, as_of = drawn
    counts = Counter(duty.kind for duty in duties_for_term(plan, child, as_of=as_of))
    assert [counts[kind] for kind in ONCE] == [1, 1, 1]
    assert counts["adolescence-lesson"] <= 1
    assert counts["guardians-meeting"] <= 1
    assert counts["find-out"] <= 1


@given(planned_children())
def test_no_week_passes_without_contact_while_a_parent_is_away(drawn):
    """Both streams: from the begin to the first, between two, and from the last to the end at most seven days."""
    child, plan, as_of = drawn
    away = attrs.evolve(child, father=Parent(status=ParentStatus.AWAY_WORKING))
    contacts = [duty for duty in duties_for_term(plan, away, as_of=as_of) if duty.kind == "parent-contact"]
    begin = max(plan.term.start, as_of)
    streams = {duty.id.removeprefix(plan.id).split(":")[2] for duty in contacts} | {"child"}
    for stream in streams:
        days = [begin, *(d.due for d in contacts if f":{stream}:" in d.id.removeprefix(plan.id)), plan.term.end]
        assert all((later - earlier).days <= 7 for earlier, later in itertools.pairwise(days))


@given(planned_children(), st.integers(1, 12) | st.just(UNKNOWN))
def test_the_lesson_follows_the_grade(drawn, number):
    """Below grade 5 never, from grade 5 always, and where nobody knows the grade it is to be found out."""
    child, plan, as_of = drawn
    from careprogram.people import Grade, Schooling

    grade = UNKNOWN if number is UNKNOWN else Grade(number)
    pupil = attrs.evolve(child, schooling=Schooling(grade=grade))
    duties = duties_for_term(plan, pupil, as_of=as_of)
    lessons = [duty for duty in duties if duty.kind == "adolescence-lesson"]
    asked = {fact for duty in duties for fact in duty.facts}
    if number is UNKNOWN:
        assert lessons == []
        assert "schooling.grade" in asked
    else:
        assert len(lessons) == (1 if number >= 5 else 0)
        assert "schooling.grade" not in asked


@given(planned_children())
def test_every_care_is_assigned_or_listed_open_with_its_reason(drawn):
    """Four cares, each exactly once, and each open one becomes a duty."""
    child, plan, as_of = drawn
    assert list(plan.cares) == list(Care)
    assert {care for care, person in plan.cares.items() if person is None} == set(plan.open_cares)
    known = {care: {rule.id for rule in rules} for care, rules in SHIPPED_CARE_RULES.items()}
    for one in plan.assignments:
        assert one.reason.zh
        assert (one.rule == "open") is (one.responsible is None)
        assert one.rule == "open" or one.rule in known[one.care]
    gaps = {duty.id.split(":")[-1] for duty in duties_for_term(plan, child, as_of=as_of) if duty.kind == "open-care"}
    assert gaps == {care.value for care in plan.open_cares}


@given(planned_children())
def test_nobody_unfit_carries_a_care_a_service_or_a_duty(drawn):
    """Unscreened, barred and under-age helpers answer for nothing, and nobody answers past their screening."""
    child, plan, as_of = drawn
    unfit = {one.helper for one in plan.supporters if one.standing is not Standing.FIT}
    duties = duties_for_term(plan, child, as_of=as_of)
    named = [*plan.cares.values(), *(one.responsible for one in plan.services), *(duty.responsible for duty in duties)]
    assert not unfit & {person.id for person in named if person is not None}
    assert all(duty.responsible is None or duty.responsible.serves_on(duty.due) for duty in duties)


@given(planned_children())
def test_no_child_falls_through(drawn):
    """Every child has duties, and each of them has somebody or is among the unassigned, with the reason."""
    child, plan, as_of = drawn
    duties = duties_for_term(plan, child, as_of=as_of)
    assert duties
    left = set(unassigned(duties))
    for duty in duties:
        assert (duty.responsible is not None) or (duty in left and duty.moved is not None)
    assert not left or plan.links == ()


@given(planned_children(), st.data())
def test_somebody_away_moves_duties_and_loses_none(drawn, data):
    """With any set of people away the same duties are there, none with the absent."""
    child, plan, as_of = drawn
    people = [one.helper for one in plan.supporters] + [link.id for link in plan.links]
    away = frozenset(data.draw(st.lists(st.sampled_from(people)) if people else st.just([])))
    duties = duties_for_term(plan, child, as_of=as_of, unavailable=away)
    assert [duty.id for duty in duties] == [duty.id for duty in duties_for_term(plan, child, as_of=as_of)]
    assert all(duty.responsible is None or duty.responsible.id not in away for duty in duties)


@given(
    children(personal=False), terms(), st.lists(supporters(), max_size=4, unique_by=lambda s: s.helper.id), st.data()
)
def test_the_same_facts_give_the_same_plan_in_any_order(child, term, people, data):
    """Determinism: a shuffled list of supporters changes nothing, in the plan or the duties."""
    as_of, links = data.draw(days_for(term)), data.draw(chains_of_office())
    shuffled = data.draw(st.permutations(people))
    one = draw_up_plan(child, term=term, as_of=as_of, supporters=people, links=links)
    other = draw_up_plan(child, term=term, as_of=as_of, supporters=shuffled, links=links)
    assert one == other
    assert duties_for_term(one, child, as_of=as_of) == duties_for_term(other, child, as_of=as_of)


@given(planned_children(), st.data())
def test_planning_again_later_adds_only_what_new_facts_ask_for(drawn, data):
    """With the same risk, a later run keeps every id that is not past and makes no new one."""
    child, plan, as_of = drawn
    later = data.draw(st.dates(as_of, plan.term.end))
    risk = assess_risk(child, as_of=as_of)
    first = duties_for_term(plan, child, as_of=as_of, risk=risk)
    second = duties_for_term(plan, child, as_of=later, risk=risk)
    routine = {duty.id for duty in second if duty.urgency is Urgency.ROUTINE}
    assert routine <= {duty.id for duty in first}
    assert {duty.id for duty in first if duty.due >= later and duty.urgency is Urgency.ROUTINE} <= routine


@given(planned_children(), st.data())
def test_suspensions_mute_and_remove_nothing(drawn, data):
    """The same duties come back; those outside the time are as they were, and muted ones are never overdue."""
    child, plan, as_of = drawn
    rest = data.draw(st.lists(suspensions(around=plan.term.start), max_size=2))
    duties = duties_for_term(plan, child, as_of=as_of, suspensions=rest)
    assert tuple(attrs.evolve(duty, muted=False) for duty in duties) == duties_for_term(plan, child, as_of=as_of)
    for duty in duties:
        inside = any(one.since <= duty.due and (one.until is None or duty.due <= one.until) for one in rest)
        assert inside or not duty.muted
        assert duty.muted or not inside or duty.urgency is Urgency.AT_ONCE
    late = overdue(duties, as_of=plan.term.end + dt.timedelta(days=1))
    assert {duty.id for duty in late} == {duty.id for duty in duties if not duty.muted}


@given(children(personal=False), st.data())
def test_knowing_more_never_makes_an_unknown_risk_wider(child, data):
    """Filling one gap keeps every rule that held, and asks for nothing that was not asked before."""
    from careprogram.people import Health, HealthStatus

    as_of = data.draw(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)))
    before = assess_risk(attrs.evolve(child, health=Health()), as_of=as_of)
    after = assess_risk(
        attrs.evolve(child, health=Health(status=data.draw(st.sampled_from(HealthStatus)))), as_of=as_of
    )
    assert {one.rule for one in before.reasons} <= {one.rule for one in after.reasons}
    assert set(after.unknown) <= set(before.unknown)


@given(children(personal=False))
def test_a_level_is_carried_by_its_reasons(child):
    """The level is that of the gravest reason, or the watching level where only questions are open."""
    found = assess_risk(child, as_of=dt.date(2026, 9, 1))
    rank = max((SHIPPED_SCALE.rank(one.level) for one in found.reasons), default=0)
    watched = SHIPPED_SCALE.rank(SHIPPED_SCALE.when_unknown)
    expected = max(rank, watched) if found.open_questions else rank
    assert SHIPPED_SCALE.rank(found.level.id) == expected
    assert bool(found.open_questions) == bool(found.unknown)
    assert all(SHIPPED_SCALE.rank(one.level) > rank for one in found.open_questions)


@given(children(gaps=False, personal=False))
def test_with_every_fact_known_no_service_waits_for_confirmation(child):
    """Doubt comes from gaps only (a caregiver who is not there leaves none)."""
    assert not any(need.to_confirm for need in needed_services(child, as_of=dt.date(2026, 9, 1)))
