"""Cutoff dates against counting years and months by the calendar, for any dates at all."""

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st

from careprogram.dates import LeapDayRule, add_months, age_on, months_between
from careprogram.rules import AgeRule, AgeTurns
from careprogram.rules.cutoffs import ElapsedUnit, day_reached, elapsed, elapsed_cutoff, month_cutoff

LEAP_DAYS = st.sampled_from([dt.date(year, 2, 29) for year in range(1904, 2104, 4) if year != 2100])
MONTH_ENDS = st.builds(
    lambda year, month: add_months(dt.date(year, 1, 31), month), st.integers(1950, 2090), st.integers(0, 11)
)
days = st.one_of(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), LEAP_DAYS, MONTH_ENDS)
rules = st.builds(AgeRule, leap_day=st.sampled_from(LeapDayRule), turns=st.sampled_from(AgeTurns))
units = st.sampled_from(ElapsedUnit)


@given(days, days, st.integers(1, 120), rules)
@example(dt.date(2008, 2, 29), dt.date(2023, 2, 28), 15, AgeRule(leap_day=LeapDayRule.LAST_OF_FEBRUARY))
def test_an_age_is_reached_exactly_by_the_cutoff(birth, as_of, years, rule):
    """Born by the cutoff means at least so many years old, and the day after means not yet."""
    cutoff = elapsed_cutoff(years, as_of, ElapsedUnit.AGE, rule)
    assert (birth <= cutoff) == (age_on(birth, rule.counted_on(as_of), leap_day=rule.leap_day) >= years)
    assert age_on(cutoff, rule.counted_on(as_of), leap_day=rule.leap_day) >= years
    after = cutoff + dt.timedelta(days=1)
    assert age_on(after, rule.counted_on(as_of), leap_day=rule.leap_day) < years


@given(days, days, st.integers(1, 500))
@example(dt.date(2026, 1, 31), dt.date(2026, 2, 28), 1)
def test_months_are_reached_exactly_by_the_cutoff(start, as_of, months):
    """Begun by the cutoff means at least so many whole months, and the day after means not yet."""
    cutoff = month_cutoff(months, as_of)
    assert (start <= cutoff) == (months_between(start, as_of) >= months)
    assert months_between(cutoff, as_of) >= months > months_between(cutoff + dt.timedelta(days=1), as_of)


@given(days, st.integers(1, 200), units, rules)
def test_the_day_reached_is_the_first_one(since, count, unit, rule):
    """On the day a count is reached it is counted, and on the eve it is not."""
    day = day_reached(since, count, unit, rule)
    assert elapsed(since, day, unit, rule) == count
    assert elapsed(since, day - dt.timedelta(days=1), unit, rule) == count - 1


@given(days, days, days, units, rules)
def test_time_only_passes(since, one, two, unit, rule):
    """On a later day no less time has passed, since an earlier day no less, and never less than none."""
    early, late = sorted((one, two))
    assert 0 <= elapsed(since, early, unit, rule) <= elapsed(since, late, unit, rule)
    assert elapsed(late, since, unit, rule) <= elapsed(early, since, unit, rule)
