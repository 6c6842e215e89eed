"""Which problems have every gap in them, and are as large as one likes?

Made-up people for comparing two ways to ask the same question: each fact is sometimes known, sometimes not, sometimes
none, and many are equal by chance, so that rules about equality have something to find. Nobody in it is real.
"""

import datetime as dt
import functools
import random
from collections.abc import Sequence
from typing import Any, Final

from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.pairing import ChildNeed, HelperOffer, PairingProblem
from careprogram.people import (
    Caregiver,
    Child,
    ChildWishes,
    Consent,
    Grade,
    Helper,
    HelperKind,
    HelperWishes,
    Parent,
    Phone,
    Place,
    PlaceCode,
    PlaceTree,
    Residence,
    Schooling,
    Screening,
    ScreeningResult,
    Sex,
    Weekday,
)
from careprogram.people.places import Coordinates
from careprogram.unknown import UNKNOWN, Maybe

DAY: Final = dt.date(2026, 9, 1)
"""The day of every made-up problem."""

_CODES: Final = (
    *(f"5205261{township:02}2{village:02}" for township in (0, 1, 2) for village in (1, 2, 3)),
    *("520502003201", "520502003", "520526", "5205", "52", "440103001001", "520526000001"),
)
_NOWHERE: Final = "999999"
_NAMES: Final = ("甲", "乙", "丙", "丁")
_PHONES: Final = tuple(Phone(f"1390000000{number}") for number in range(4))
_BORN: Final = (dt.date(1980, 1, 1), dt.date(2008, 9, 1), dt.date(2008, 9, 2), dt.date(2012, 5, 5))
_SERVICES: Final = tuple(ServiceId(f"service-{number}") for number in range(5))


@functools.cache
def example_places() -> PlaceTree:
    """Return a tree of two provinces in which some villages lie in the same spot and some have no coordinates."""
    codes = [PlaceCode(text) for text in _CODES]
    every = sorted({one.text for code in codes for one in (*code.ancestors, code)})
    rng = random.Random(7)  # noqa: S311
    places = []
    for text in every:
        where = Coordinates(latitude=26_860_000 + 10_000 * rng.randrange(12), longitude=104_280_000)
        known: Maybe[Coordinates] = UNKNOWN
        if rng.random() < 0.7:
            known = where
        places.append(Place(code=PlaceCode(text), name=f"place {text}", coordinates=known))
    return PlaceTree(tuple(places))


def crowded_problem(
    rng: random.Random, *, children: int, helpers: int, languages: Sequence[str] = ("苗语", "彝语", "汉语")
) -> PairingProblem:
    """Make up a problem.

    Args:
        rng: Decides everything; the same state gives the same problem.
        children: How many.
        helpers: How many.
        languages: That people may speak.
    """
    child_ids = [ChildId(f"child-{number:04}") for number in range(children)]
    helper_ids = [HelperId(f"helper-{number:04}") for number in range(helpers)]
    needs = [_need(rng, own, helper_ids, languages) for own in child_ids]
    offers = [_offer(rng, own, child_ids, languages) for own in helper_ids]
    ruled_out = {(rng.choice(child_ids), rng.choice(helper_ids)) for _ in range(2) if child_ids and helper_ids}
    rng.shuffle(needs)
    rng.shuffle(offers)
    return PairingProblem(
        children=tuple(needs),
        helpers=tuple(offers),
        places=example_places(),
        as_of=DAY,
        excluded_pairs=frozenset(ruled_out),
    )


def _some(rng: random.Random, members: Sequence[Any], most: int = 2) -> frozenset[Any]:
    return frozenset(rng.sample(list(members), min(len(members), rng.randrange(most + 1))))


def _mostly(rng: random.Random, good: Any, *others: Any) -> Any:
    return good if rng.random() < 0.8 else rng.choice(others)


def _home(rng: random.Random) -> Residence:
    place = rng.choice((*_CODES, *_CODES, _NOWHERE, ""))
    address = rng.choice(("1号", "2号", UNKNOWN))
    return Residence(place=PlaceCode(place) if place else UNKNOWN, address=address)


def _consent(rng: random.Random) -> Any:
    given = Consent(given_on=DAY)
    lapsed = Consent(given_on=dt.date(2025, 1, 1), expires_on=dt.date(2026, 8, 31))
    last_day = Consent(given_on=dt.date(2025, 1, 1), expires_on=DAY)
    withdrawn = Consent(given_on=dt.date(2025, 1, 1), withdrawn_on=DAY)
    return _mostly(rng, rng.choice((given, last_day)), None, UNKNOWN, lapsed, withdrawn)


def _screening(rng: random.Random) -> Any:
    def made(first: dt.date, last: dt.date, result: ScreeningResult = ScreeningResult.CLEAR) -> Screening:
        return Screening(result=result, checked_on=first, expires_on=last)

    begun, ended, yesterday = dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2026, 8, 31)
    bad = (made(begun, yesterday), made(ended, ended), made(begun, ended, ScreeningResult.BARRED), None, UNKNOWN)
    return _mostly(rng, rng.choice((made(begun, ended), made(DAY, DAY))), *bad)


def _class(rng: random.Random) -> dict[str, Any]:
    return {
        "school": rng.choice(("first school", "second school", None, UNKNOWN)),
        "grade": rng.choice((Grade(5), Grade(5), Grade(6), None, UNKNOWN)),
        "class_name": rng.choice(("1", "1", "2", None, UNKNOWN)),
    }


def _grown_up(rng: random.Random) -> dict[str, Any]:
    return {
        "name": rng.choice((*_NAMES, UNKNOWN)),
        "birth_date": rng.choice((*_BORN, UNKNOWN)),
        "phone": rng.choice((*_PHONES, UNKNOWN, UNKNOWN, None)),
    }


def _need(rng: random.Random, own: ChildId, helpers: Sequence[HelperId], languages: Sequence[str]) -> ChildNeed:
    wished = (*helpers, HelperId("somebody else"))
    child = Child(
        id=own,
        sex=rng.choice((Sex.FEMALE, Sex.MALE, UNKNOWN)),
        residence=_home(rng),
        schooling=Schooling(**_class(rng), homeroom_teacher=rng.choice((*_NAMES, None, UNKNOWN))),
        father=Parent(**_grown_up(rng)) if rng.random() < 0.1 else Parent(),
        caregiver=rng.choice((Caregiver(), None, UNKNOWN)) if rng.random() < 0.9 else Caregiver(**_grown_up(rng)),
        languages=_some(rng, languages, rng.choice((2, 2, len(languages)))),
        consent=_consent(rng),
        wishes=ChildWishes(
            sex=_mostly(rng, None, *Sex),
            kinds=_some(rng, tuple(HelperKind), 1),
            preferred=_some(rng, wished),
            excluded=_some(rng, wished, 1),
        ),
    )
    return ChildNeed(
        child=child, tier=rng.randrange(1, 4), needs=_some(rng, _SERVICES, 3), days=_some(rng, tuple(Weekday))
    )


def _offer(rng: random.Random, own: HelperId, children: Sequence[ChildId], languages: Sequence[str]) -> HelperOffer:
    helper = Helper(
        id=own,
        kind=rng.choice(tuple(HelperKind)),
        sex=rng.choice((Sex.FEMALE, Sex.MALE, UNKNOWN)),
        residence=_home(rng),
        skills=_some(rng, _SERVICES, 3),
        languages=_some(rng, languages, rng.choice((2, 2, len(languages)))),
        availability=_some(rng, tuple(Weekday), 7),
        capacity=rng.choice((1, 2, 1, 3, 0)),
        screening=_screening(rng),
        consent=_consent(rng),
        wishes=HelperWishes(
            sex=_mostly(rng, None, *Sex),
            farthest_m=_mostly(rng, None, 0, 1_112, 5_000, -1, -5),
            excluded=_some(rng, children, 1),
        ),
        **_class(rng),
        **{**_grown_up(rng), "birth_date": _mostly(rng, _BORN[0], *_BORN, UNKNOWN)},
    )
    return HelperOffer(helper=helper)
