"""Phases and deadlines of the whole program."""

import datetime as dt

import pytest

from careprogram.care import (
    ProgramPhase,
    ResponsibleKind,
    ResponsiblePerson,
    YearDay,
    overdue,
    phases_on,
    program_duties,
)
from careprogram.errors import ValidationError
from careprogram.language import Text


def test_the_deadlines_of_the_plans_are_kept():
    """Activity plan by 25 May, stage summary by 24 June, survey by 20 April: as essays 7 and 8 state them."""
    duties = program_duties(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert {duty.kind: duty.due.isoformat() for duty in duties} == {
        "program-publicity": "2026-04-05",
        "program-survey": "2026-04-20",
        "program-activity-plan": "2026-05-25",
        "program-stage-summary": "2026-06-24",
        "program-services": "2026-12-31",
    }
    assert all(duty.child is None and duty.unassigned for duty in duties)


def test_a_leader_takes_them_and_the_late_ones_are_listed():
    """On 25 June the plan and the summary are late, unless done."""
    leader = ResponsiblePerson(kind=ResponsibleKind.OFFICE_HOLDER, id="leader-1")
    duties = program_duties(dt.date(2026, 5, 1), dt.date(2026, 6, 30), responsible=leader)
    assert {duty.responsible for duty in duties} == {leader}
    late = overdue(duties, as_of=dt.date(2026, 6, 25), done={"program:2026:activity-plan"})
    assert [duty.kind for duty in late] == ["program-stage-summary"]


def test_each_year_of_a_long_period_has_its_own():
    """Ids tell the years apart."""
    duties = program_duties(dt.date(2026, 5, 25), dt.date(2028, 5, 25))
    plans = [duty.id for duty in duties if duty.kind == "program-activity-plan"]
    assert plans == ["program:2026:activity-plan", "program:2027:activity-plan", "program:2028:activity-plan"]


def test_phases_include_both_ends():
    """5 April ends publicity and begins the survey."""
    assert {phase.id for phase in phases_on(dt.date(2026, 4, 5))} >= {"publicity", "survey"}
    assert "survey" not in {phase.id for phase in phases_on(dt.date(2026, 4, 21))}


def test_a_leap_day_falls_back_to_the_28th():
    """A deadline on 29 February exists every year."""
    day = YearDay(month=2, day=29)
    assert (day.in_year(2027).isoformat(), day.in_year(2028).isoformat()) == ("2027-02-28", "2028-02-29")


def test_impossible_days_and_turned_phases_are_refused():
    """31 April is no day, and a phase cannot end before it begins."""
    with pytest.raises(ValidationError, match="day 31 in month 4"):
        YearDay(month=4, day=31)
    with pytest.raises(ValidationError, match="phase x ends"):
        ProgramPhase(
            id="x", title=Text("某", "x"), first=YearDay(month=5, day=2), last=YearDay(month=5, day=1), source="s"
        )
