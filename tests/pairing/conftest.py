import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import attrs
import pytest

from careprogram.pairing import ChildNeed, HelperOffer, PairingProblem
from careprogram.people import (
    Child,
    Consent,
    Helper,
    HelperKind,
    Place,
    PlaceCode,
    PlaceTree,
    Residence,
    Screening,
    ScreeningResult,
)

TODAY = dt.date(2026, 9, 1)
HOME = PlaceCode("520526101201")
NEXT_DOOR = PlaceCode("520526101202")
FAR_AWAY = PlaceCode("520502003201")


@pytest.fixture(scope="session")
def places() -> PlaceTree:
    codes = (HOME, NEXT_DOOR, FAR_AWAY)
    townships = {PlaceCode(code.text[:9]) for code in codes}
    added = [Place(code=code, name=f"place {code}") for code in (*townships, *codes)]
    return PlaceTree.gb2260().with_places(added)


@pytest.fixture
def make_need() -> Callable[..., ChildNeed]:
    """A child whose guardian agreed, at home in the first village."""

    def make(own_id: str = "child", /, *, tier: int = 1, needs: Iterable[Any] = (), **facts: Any) -> ChildNeed:
        child = Child(
            id=own_id,  # type: ignore[arg-type]
            consent=Consent(given_on=dt.date(2026, 1, 1)),
            residence=Residence(place=HOME),
        )
        return ChildNeed(child=attrs.evolve(child, **facts), tier=tier, needs=frozenset(needs))

    return make


@pytest.fixture
def make_offer() -> Callable[..., HelperOffer]:
    """A grown-up, screened helper who agreed, at home in the same village."""

    def make(own_id: str = "helper", /, **facts: Any) -> HelperOffer:
        helper = Helper(
            id=own_id,  # type: ignore[arg-type]
            kind=HelperKind.CADRE,
            birth_date=dt.date(1980, 1, 1),
            consent=Consent(given_on=dt.date(2026, 1, 1)),
            residence=Residence(place=HOME),
            screening=Screening(
                result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=dt.date(2026, 12, 31)
            ),
        )
        return HelperOffer(helper=attrs.evolve(helper, **facts))

    return make


@pytest.fixture
def make_problem(places: PlaceTree) -> Callable[..., PairingProblem]:
    def make(needs: Iterable[ChildNeed], offers: Iterable[HelperOffer], **more: Any) -> PairingProblem:
        return PairingProblem(children=tuple(needs), helpers=tuple(offers), places=places, as_of=TODAY, **more)

    return make
