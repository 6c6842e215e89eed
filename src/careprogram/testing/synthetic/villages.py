"""Where do the made-up children live?

The county is real (威宁彝族回族苗族自治县 in Guizhou, for long one of the poorest), its townships and villages are
not: their codes use numbers that no table gives out, their names and coordinates are invented.
"""

import datetime as dt
import random
from typing import Final

import attrs

from careprogram.people import Place, PlaceCode, PlaceTree
from careprogram.people.places import Coordinates

COUNTY: Final = PlaceCode("520526")
FORMER_COUNTY: Final = PlaceCode("522427")
"""The code of the same county until 2011."""

CODE_CHANGED: Final = dt.date(2011, 12, 1)
NEXT_TOWN: Final = PlaceCode("520502")
"""七星关区, the city where families move to."""

_CENTER: Final = (26_860_000, 104_280_000)
_TOWNSHIPS: Final = (
    "青石镇", "云岭镇", "双河镇", "白马镇", "龙潭镇", "石桥镇", "清水乡", "松林乡", "高坡乡", "红岩乡", "草坝乡",
    "马鞍乡",
)  # fmt: skip
_FIRST: Final = "上下前后新老大小东西南北"
_SECOND: Final = ("坪", "寨", "湾", "坡", "沟", "岩", "塘", "井", "冲", "坝", "岭", "箐")


@attrs.frozen(kw_only=True)
class Township:
    """A made-up township with its villages and schools."""

    place: Place
    villages: tuple[Place, ...]

    @property
    def kindergarten(self) -> str:
        """The kindergarten of the township."""
        return f"{self.place.name}中心幼儿园"

    @property
    def primary_schools(self) -> tuple[str, ...]:
        """The central primary school and one village school."""
        return (f"{self.place.name}中心小学", f"{self.place.name}{self.villages[0].name.removesuffix('村')}小学")

    @property
    def junior_school(self) -> str:
        """The junior school of the township."""
        return f"{self.place.name}初级中学"


def _near(rng: random.Random, point: tuple[int, int], reach: int) -> tuple[int, int]:
    return (point[0] + rng.randint(-reach, reach), point[1] + rng.randint(-reach, reach))


def _place(code: str, name: str, point: tuple[int, int]) -> Place:
    coordinates = Coordinates(latitude=point[0], longitude=point[1])
    return Place(code=PlaceCode(code), name=name, coordinates=coordinates)


def make_townships(rng: random.Random, *, count: int = 12, villages: int = 7) -> tuple[Township, ...]:
    """Make up townships with villages around the center of the county.

    Args:
        rng: The source of chance.
        count: Townships, at most 12.
        villages: Villages of each, at most 99.
    """
    made = []
    for index in range(count):
        center = _near(rng, _CENTER, 350_000)
        code = f"{COUNTY.text}{901 + index}"
        names = rng.sample([f"{first}{second}村" for first in _FIRST for second in _SECOND], villages)
        made.append(
            Township(
                place=_place(code, _TOWNSHIPS[index], center),
                villages=tuple(
                    _place(f"{code}{201 + number}", name, _near(rng, center, 45_000))
                    for number, name in enumerate(names)
                ),
            )
        )
    return tuple(made)


def tree_of(townships: tuple[Township, ...]) -> PlaceTree:
    """Return the packaged tree with the made-up places in it."""
    return PlaceTree.gb2260().with_places(
        place for township in townships for place in (township.place, *township.villages)
    )
