"""Festivals by the real calendar."""

import datetime as dt
import sys

import pytest

from careprogram.care import Festival, FestivalDay, festival_date, festivals_between
from careprogram.care.calendar import FIRST_YEAR, LAST_YEAR
from careprogram.errors import MissingExtraError, ValidationError

# Spring Festival, Dragon Boat and Mid-Autumn, 2015-2035: published conversion tables (Hong Kong Observatory), read from
# the copy that the `holidays` project keeps; none of it was computed by the library under test.
PUBLISHED = [
    "",
    "2015 02-19 06-20 09-27",
    "2016 02-08 06-09 09-15",
    "2017 01-28 05-30 10-04",
    "2018 02-16 06-18 09-24",
    "2019 02-05 06-07 09-13",
    "2020 01-25 06-25 10-01",
    "2021 02-12 06-14 09-21",
    "2022 02-01 06-03 09-10",
    "2023 01-22 06-22 09-29",
    "2024 02-10 06-10 09-17",
    "2025 01-29 05-31 10-06",
    "2026 02-17 06-19 09-25",
    "2027 02-06 06-09 09-15",
    "2028 01-26 05-28 10-03",
    "2029 02-13 06-16 09-22",
    "2030 02-03 06-05 09-12",
    "2031 01-23 06-24 10-01",
    "2032 02-11 06-12 09-19",
    "2033 01-31 06-01 09-08",
    "2034 02-19 06-20 09-27",
    "2035 02-08 06-10 09-16",
    "",
][1:-1]
LUNAR = (Festival.SPRING_FESTIVAL, Festival.DRAGON_BOAT, Festival.MID_AUTUMN)


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row[:4])
def test_lunar_festivals_fall_on_their_published_days(row: str):
    """The library agrees with the tables for two decades."""
    year, *days = row.split()
    for festival, day in zip(LUNAR, days, strict=True):
        assert festival_date(festival, int(year)) == dt.date.fromisoformat(f"{year}-{day}")


def test_days_on_which_neighboring_calendars_differ_are_the_chinese_ones():
    """Korea kept 2028-01-27 and Vietnam 2030-02-02 and 1985-01-21; China did and does not."""
    days = [festival_date(Festival.SPRING_FESTIVAL, year) for year in (1985, 2028, 2030)]
    assert days == [dt.date(1985, 2, 20), dt.date(2028, 1, 26), dt.date(2030, 2, 3)]


def test_the_eve_is_the_day_before_in_long_and_short_twelfth_months():
    """除夕 is the 30th in 2024 and the 29th in 2025, and always the day before."""
    for year in range(2015, 2036):
        eve = festival_date(Festival.SPRING_FESTIVAL_EVE, year)
        assert festival_date(Festival.SPRING_FESTIVAL, year) - eve == dt.timedelta(days=1)


def test_spring_festival_always_falls_between_21_january_and_21_february():
    """The bounds hold over the whole supported range."""
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        day = festival_date(Festival.SPRING_FESTIVAL, year)
        assert dt.date(year, 1, 21) <= day <= dt.date(year, 2, 21)


def test_a_period_holds_its_ends_and_comes_in_order():
    """Both ends are included; a day outside is not."""
    days = festivals_between(dt.date(2026, 6, 1), dt.date(2026, 9, 25))
    assert days == (
        FestivalDay(on=dt.date(2026, 6, 1), festival=Festival.CHILDREN_DAY),
        FestivalDay(on=dt.date(2026, 6, 19), festival=Festival.DRAGON_BOAT),
        FestivalDay(on=dt.date(2026, 9, 25), festival=Festival.MID_AUTUMN),
    )
    assert festivals_between(dt.date(2026, 6, 2), dt.date(2026, 6, 18)) == ()


def test_two_festivals_on_one_day_are_both_found():
    """Mid-Autumn and National Day met on 1 October 2020."""
    found = {day.festival for day in festivals_between(dt.date(2020, 10, 1), dt.date(2020, 10, 1))}
    assert found == {Festival.MID_AUTUMN, Festival.NATIONAL_DAY}


def test_a_turned_period_is_refused():
    """An end before its start is a mistake, not an empty answer."""
    with pytest.raises(ValidationError, match="earlier day first"):
        festivals_between(dt.date(2026, 9, 1), dt.date(2026, 8, 31))


@pytest.mark.parametrize("year", [1900, 2101])
def test_a_year_outside_the_tables_is_refused(year: int):
    """Beyond the published tables nobody could check the answer."""
    with pytest.raises(ValidationError, match=f"{year} is unknown") as caught:
        festival_date(Festival.MID_AUTUMN, year)
    assert caught.value.reason == "year"


def test_a_missing_library_names_the_extra_and_spares_solar_festivals(monkeypatch: pytest.MonkeyPatch):
    """Without lunar-python, 1 June still has a date and Mid-Autumn says what to install."""
    festival_date.cache_clear()
    monkeypatch.setitem(sys.modules, "lunar_python", None)
    assert festival_date(Festival.CHILDREN_DAY, 2026) == dt.date(2026, 6, 1)
    with pytest.raises(MissingExtraError, match=r"careprogram\[calendar\]") as missing:
        festival_date(Festival.MID_AUTUMN, 2026)
    assert "请运行 pip install 'careprogram[calendar]'" in missing.value.in_chinese
    festival_date.cache_clear()
