"""Ages, cutoffs and periods."""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.dates import LeapDayRule, add_months, age_on, birth_cutoff, birthday_in, months_between

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
EDGES = (
    DAYS
    | st.builds(dt.date, st.integers(1904, 2096), st.just(2), st.just(28))
    | st.sampled_from([dt.date(2000, 2, 29), dt.date(2024, 2, 29), dt.date(2023, 3, 1), dt.date(2024, 3, 1)])
)


def test_an_age_turns_on_the_birthday():
    """周岁 from birthday to birthday; the day before does not count."""
    born = dt.date(2010, 9, 1)
    assert [age_on(born, dt.date(2026, 8, 31)), age_on(born, dt.date(2026, 9, 1))] == [15, 16]
    assert age_on(born, dt.date(2010, 8, 31)) == -1


@pytest.mark.parametrize(
    ("rule", "ages"),
    [(LeapDayRule.FIRST_OF_MARCH, [0, 1]), (LeapDayRule.LAST_OF_FEBRUARY, [1, 1])],
)
def test_born_on_a_leap_day(rule: LeapDayRule, ages: list[int]):
    """In a common year the birthday is 1 March, or 28 February where a program says so; 29 February in a leap year."""
    born = dt.date(2020, 2, 29)
    assert [age_on(born, dt.date(2021, 2, 28), leap_day=rule), age_on(born, dt.date(2021, 3, 1), leap_day=rule)] == ages
    assert birthday_in(born, 2024, leap_day=rule) == dt.date(2024, 2, 29)


@given(EDGES, EDGES, st.integers(0, 30), st.sampled_from(LeapDayRule))
def test_the_cutoff_says_the_same_as_the_age(born: dt.date, day: dt.date, years: int, rule: LeapDayRule):
    """At least so many years old exactly when born by the cutoff, under both leap-day rules."""
    assert (age_on(born, day, leap_day=rule) >= years) is (born <= birth_cutoff(years, day, leap_day=rule))


@pytest.mark.parametrize("rule", LeapDayRule)
def test_the_cutoff_is_right_on_every_day_around_every_leap_day(rule: LeapDayRule):
    """All births and all days from 27 February to 2 March of the years around three leap days, one by one."""
    around = (-2, -1, 0, 1, 2)
    births = [dt.date(year, 3, 1) + dt.timedelta(days=off) for year in range(2000, 2009) for off in around]
    days = [dt.date(year, 3, 1) + dt.timedelta(days=off) for year in range(2017, 2025) for off in around]
    for born in births:
        for day in days:
            age = age_on(born, day, leap_day=rule)
            assert born <= birth_cutoff(age, day, leap_day=rule)
            assert born > birth_cutoff(age + 1, day, leap_day=rule)


@given(EDGES, st.integers(0, 90), st.integers(-3, 3), st.sampled_from(LeapDayRule))
def test_the_cutoff_is_right_at_its_very_edge(day: dt.date, years: int, off: int, rule: LeapDayRule):
    """Around the cutoff, where random pairs seldom come."""
    born = birth_cutoff(years, day, leap_day=rule) + dt.timedelta(days=off)
    assert (age_on(born, day, leap_day=rule) >= years) is (off <= 0)


@given(EDGES, EDGES)
def test_nobody_grows_younger(born: dt.date, day: dt.date):
    """A day later the age is the same or one more."""
    assert age_on(born, day + dt.timedelta(days=1)) - age_on(born, day) in (0, 1)


@given(EDGES, EDGES)
def test_whole_months_are_the_most_that_fit(start: dt.date, end: dt.date):
    """By definition: n months fit and n + 1 do not, backwards too."""
    months = months_between(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)


@given(EDGES, st.integers(-300, 300))
def test_a_month_ends_on_the_corresponding_day_or_the_last(start: dt.date, months: int):
    """Civil code, art. 202."""
    day = add_months(start, months)
    assert (day.year * 12 + day.month) - (start.year * 12 + start.month) == months
    last = (day + dt.timedelta(days=1)).day == 1
    assert day.day == start.day or (last and day.day < start.day)


def test_published_sums_of_dates_and_periods(shared_data: Path):
    """Every row of the exact computations that the Catala project publishes."""
    path = shared_data / "dates-calc" / "exact_computations.csv"
    rows = [row for row in csv.reader(path.read_text(encoding="utf-8").splitlines()[1:], delimiter=";") if row]
    assert len(rows) > 10
    for start, period, expected in rows:
        years, months, days = (int(number) for number in re.findall(r"-?\d+", period))
        moved = add_months(dt.date.fromisoformat(start), 12 * years + months) + dt.timedelta(days=days)
        assert moved == dt.date.fromisoformat(expected.strip())
