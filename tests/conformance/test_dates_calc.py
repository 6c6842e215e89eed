"""The published date + period suite of dates-calc: months end on the corresponding day or on the month's last."""

import csv
import datetime as dt
import re

import pytest

from careprogram.dates import add_months, months_between
from careprogram.language import Text
from careprogram.rules import DateFact, FactSchema, Truth
from careprogram.rules.cutoffs import month_cutoff
from careprogram.testing.compiler_corpus import policy_of


class Facts(FactSchema):
    since = DateFact(label=Text("起", "since"))


def rows_of(file):
    with file.open(encoding="utf-8") as lines:
        _, *rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=";") if row]
    return rows


def test_date_plus_period(shared_data):
    """Every row of years, months and days comes out as published, and is undone by counting and by the cutoff."""
    rows = rows_of(shared_data / "dates-calc" / "exact_computations.csv")
    assert len(rows) == 19
    for start_text, period, end_text in rows:
        start, end = dt.date.fromisoformat(start_text), dt.date.fromisoformat(end_text)
        years, months, days = map(int, re.findall(r"\d+", period))
        count = years * 12 + months
        assert add_months(start, count) + dt.timedelta(days=days) == end, (start, period)
        if not days:
            assert months_between(start, end) == count
            assert start <= month_cutoff(count, end)
            assert start > month_cutoff(count, end - dt.timedelta(days=1))


def test_date_plus_period_on_every_engine(shared_data, engines):
    """Each row on every engine: the period has passed on the day it ends, one more has not, nor has it the day before.

    Years and months are counted together, as the suite adds them; days alone are counted as days.
    """
    rows = rows_of(shared_data / "dates-calc" / "exact_computations.csv")
    for engine in engines:
        expect_all(engine, rows)


@pytest.mark.filterwarnings("default")
def test_date_plus_period_on_pyspark(shared_data, pyspark):
    """The same on a cluster, for every ninth row, because each is two questions."""
    expect_all(pyspark, rows_of(shared_data / "dates-calc" / "exact_computations.csv")[::9])


def expect_all(engine, rows):
    for start_text, period, end_text in rows:
        start, end = dt.date.fromisoformat(start_text), dt.date.fromisoformat(end_text)
        years, months, days = map(int, re.findall(r"\d+", period))
        count = years * 12 + months
        rules = [Facts.since.days >= (end - start).days, Facts.since.days > (end - start).days]
        if not days:
            rules += [Facts.since.months >= count, Facts.since.months > count]
        policy = policy_of(*rules)
        at_end = engine.judge(policy, [{"since": start}, {}], end)
        assert list(at_end[0].clauses) == [Truth.TRUE, Truth.FALSE] * (len(rules) // 2), (engine.name, start, period)
        assert set(at_end[1].clauses) == {Truth.UNKNOWN}
        eve = engine.judge(policy, [{"since": start}], end - dt.timedelta(days=1))[0]
        assert set(eve.clauses) == {Truth.FALSE}, (engine.name, start, period)


def test_first_and_last_day_of_a_month(shared_data):
    """Adding months to a 31st always ends on the last day of the month, leap years included."""
    rows = rows_of(shared_data / "dates-calc" / "first_last_day_of_month.csv")
    assert len(rows) == 2
    for day_text, first, last in rows:
        day = dt.date.fromisoformat(day_text)
        assert add_months(dt.date(day.year, 1, 1), day.month - 1) == dt.date.fromisoformat(first)
        assert add_months(dt.date(day.year, 1, 31), day.month - 1) == dt.date.fromisoformat(last)
