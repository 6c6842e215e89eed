"""What may a single value look like?

Hypothesis strategies for the value types of ``people``: only values that can exist, edges included. They depend on no
clock; days are drawn around a day that the caller gives.
"""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from hypothesis import strategies as st

from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.people import (
    Consent,
    ConsentRelation,
    Contact,
    ContactMeans,
    Grade,
    IdentityNumber,
    Phone,
    Place,
    PlaceCode,
    PlaceTree,
    Screening,
    ScreeningResult,
    Sex,
)
from careprogram.people.place_code import PlaceLevel
from careprogram.people.places import Coordinates
from careprogram.unknown import UNKNOWN, Maybe

T = TypeVar("T")
P = ParamSpec("P")


def made_once(make: Callable[P, st.SearchStrategy[T]]) -> Callable[P, st.SearchStrategy[T]]:
    """Keep the strategy for each set of arguments: building it costs more than drawing from it."""
    return cast("Callable[P, st.SearchStrategy[T]]", functools.lru_cache(maxsize=256)(make))


AS_OF = dt.date(2026, 9, 1)
"""The day around which facts are drawn unless the caller names another."""

_FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN_NAMES = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉萍红"


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[Maybe[T]]:
    """Return values of *values*, or ``UNKNOWN``; it shrinks towards ``UNKNOWN``."""
    return st.just(UNKNOWN) | values


def maybe_none(values: st.SearchStrategy[T]) -> st.SearchStrategy[Maybe[T] | None]:
    """Return values of *values*, ``UNKNOWN``, or None where there is no such thing."""
    return st.one_of(st.just(UNKNOWN), st.none(), values)


@made_once
def child_ids() -> st.SearchStrategy[ChildId]:
    """Return opaque ids of children."""
    return st.integers(0, 10**6).map(lambda number: ChildId(f"c{number:06d}"))


@made_once
def helper_ids() -> st.SearchStrategy[HelperId]:
    """Return opaque ids of helpers."""
    return st.integers(0, 10**6).map(lambda number: HelperId(f"h{number:06d}"))


@made_once
def service_ids() -> st.SearchStrategy[ServiceId]:
    """Return ids of shipped services."""
    from careprogram.care import SHIPPED_SERVICES

    return st.sampled_from([service.id for service in SHIPPED_SERVICES])


@made_once
def names() -> st.SearchStrategy[str]:
    """Return Chinese names of two or three characters; nobody's in particular."""
    family, given = st.sampled_from(_FAMILY_NAMES), st.text(_GIVEN_NAMES, min_size=1, max_size=2)
    return st.builds(str.__add__, family, given)


@made_once
def days(around: dt.date = AS_OF, *, before: int = 400, after: int = 400) -> st.SearchStrategy[dt.date]:
    """Return days up to *before* days before and *after* days after *around*."""
    return st.dates(around - dt.timedelta(days=before), around + dt.timedelta(days=after))


@made_once
def birth_dates(as_of: dt.date = AS_OF, *, youngest: int = 0, oldest: int = 18) -> st.SearchStrategy[dt.date]:
    """Return birth dates of people who are *youngest* to *oldest* years old on *as_of*, birthdays on that day often.

    Args:
        as_of: The day.
        youngest: Completed years, at least.
        oldest: Completed years, at most.
    """
    first = _years_earlier(as_of, oldest + 1) + dt.timedelta(days=1)
    last = _years_earlier(as_of, youngest)
    edges = [_years_earlier(as_of, age) for age in range(youngest, oldest + 1)]
    near = [day + dt.timedelta(days=1) for day in edges if first <= day + dt.timedelta(days=1) <= last]
    return st.dates(first, last) | st.sampled_from([day for day in edges if first <= day <= last] + near)


def _years_earlier(day: dt.date, years: int) -> dt.date:
    year = day.year - years
    if (day.month, day.day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return dt.date(year, 2, 28)
    return day.replace(year=year)


@made_once
def grades(lowest: int = 1, highest: int = 12) -> st.SearchStrategy[Grade]:
    """Return grades from *lowest* to *highest*, counted through."""
    return st.integers(lowest, highest).map(Grade)


@functools.cache
def _listed(level: PlaceLevel, current: bool) -> st.SearchStrategy[PlaceCode]:
    places = (place for place in PlaceTree.gb2260().places if place.level is level)
    return st.sampled_from([place.code for place in places if place.current or not current])


@made_once
def place_codes(level: PlaceLevel = PlaceLevel.VILLAGE, *, current: bool = True) -> st.SearchStrategy[PlaceCode]:
    """Return codes of places in real counties of GB/T 2260; townships and villages are made up below them.

    Args:
        level: How narrow.
        current: Only counties that exist today.
    """
    if level in {PlaceLevel.PROVINCE, PlaceLevel.PREFECTURE, PlaceLevel.COUNTY}:
        return st.deferred(lambda: _listed(level, current))
    counties = st.deferred(lambda: _listed(PlaceLevel.COUNTY, current))
    townships = st.integers(1, 399).map(lambda number: f"{number:03d}")
    villages = st.integers(1, 399).map(lambda number: f"{number:03d}") if level is PlaceLevel.VILLAGE else st.just("")
    return st.builds(
        lambda county, township, village: PlaceCode(f"{county.text}{township}{village}"), counties, townships, villages
    )


def coordinates() -> st.SearchStrategy[Coordinates]:
    """Return points in or near the country."""
    return st.builds(
        Coordinates, latitude=st.integers(18_000_000, 53_000_000), longitude=st.integers(74_000_000, 134_000_000)
    )


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Draw places: real ones of GB/T 2260, and made-up townships and villages with or without coordinates."""
    if draw(st.booleans()):
        return draw(st.deferred(lambda: st.sampled_from(PlaceTree.gb2260().places)))
    code = draw(place_codes(draw(st.sampled_from([PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE]))))
    ending = "村" if code.level is PlaceLevel.VILLAGE else "乡"
    return Place(code=code, name=f"第{code.text[-3:]}{ending}", coordinates=draw(maybe(coordinates())))


@st.composite
def place_trees(draw: st.DrawFn) -> PlaceTree:
    """Draw small trees: one real county with what contains it, and a few made-up townships and villages."""
    county = draw(place_codes(PlaceLevel.COUNTY))
    known = PlaceTree.gb2260()
    found = {code: known.place(code) for code in (*county.ancestors, county)}
    for township in draw(st.sets(st.integers(1, 20), max_size=3)):
        code = PlaceCode(f"{county.text}{township:03d}")
        found[code] = Place(code=code, name=f"第{township}乡")
        for village in draw(st.sets(st.integers(1, 20), max_size=3)):
            inner = PlaceCode(f"{code.text}{village:03d}")
            found[inner] = Place(code=inner, name=f"第{village}村")
    return PlaceTree(tuple(found[code] for code in sorted(found)))


@st.composite
def identity_numbers(
    draw: st.DrawFn,
    *,
    birth_date: dt.date | None = None,
    sex: Sex | None = None,
    as_of: dt.date = AS_OF,
) -> IdentityNumber:
    """Draw valid resident identity numbers, historic counties included.

    Args:
        draw: Given by Hypothesis.
        birth_date: The day of birth; any of a living person if not given.
        sex: The sex; any if not given.
        as_of: The last possible day of birth, if none is given.
    """
    county = draw(place_codes(PlaceLevel.COUNTY, current=False))
    born = draw(birth_dates(as_of, oldest=100)) if birth_date is None else birth_date
    half = draw(st.integers(0, 499))
    odd = draw(st.booleans()) if sex is None else sex is Sex.MALE
    return IdentityNumber.from_parts(county, born, 2 * half + int(odd))


@made_once
def phones() -> st.SearchStrategy[Phone]:
    """Return telephone numbers: mobile, fixed, and fixed with an extension."""
    mobile = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True, alphabet="0123456789")
    fixed = st.from_regex(r"0[3-9][0-9]{2}-[2-9][0-9]{6}(-[0-9]{1,4})?", fullmatch=True, alphabet="0123456789-")
    return (mobile | fixed).map(Phone)


@st.composite
def consents(draw: st.DrawFn, *, around: dt.date = AS_OF, gaps: bool = True) -> Consent:
    """Draw consents: open, expiring, withdrawn; standing on *around* or not.

    Args:
        draw: Given by Hypothesis.
        around: The day near which they were given.
        gaps: Whether it may be open who signed, and which notice.
    """
    given = draw(days(around))
    later = st.none() | st.integers(0, 800).map(lambda more: given + dt.timedelta(days=more))

    def known(answers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return maybe(answers) if gaps else answers

    return Consent(
        given_on=given,
        expires_on=draw(later),
        withdrawn_on=draw(later),
        given_by=draw(known(st.sampled_from(ConsentRelation))),
        notice=draw(known(st.sampled_from(("2026-1", "2025-秋")))),
    )


@st.composite
def screenings(draw: st.DrawFn, *, around: dt.date = AS_OF, clear: bool = False) -> Screening:
    """Draw record checks, standing on *around* or not.

    Args:
        draw: Given by Hypothesis.
        around: The day.
        clear: Only such as clear the helper on that day.
    """
    if clear:
        checked = draw(days(around, before=365, after=0))
        expires = draw(days(around, before=0, after=365))
        return Screening(result=ScreeningResult.CLEAR, checked_on=checked, expires_on=expires)
    checked = draw(days(around))
    length = dt.timedelta(days=draw(st.integers(0, 800)))
    return Screening(result=draw(st.sampled_from(ScreeningResult)), checked_on=checked, expires_on=checked + length)


@made_once
def contacts(*, around: dt.date = AS_OF) -> st.SearchStrategy[Contact]:
    """Return contacts up to *around*, today and a week ago often."""
    recent = st.sampled_from([0, 7, 8, 182, 183]).map(lambda ago: around - dt.timedelta(days=ago))
    on = recent | days(around, before=1500, after=0)
    return st.builds(Contact, on=on, means=maybe(st.sampled_from(ContactMeans)))
