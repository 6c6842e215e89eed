"""Which place is meant, what lies in it, and how far apart are two?

A tree of places from the provinces down. The packaged tree (`PlaceTree.gb2260`) ends at the counties; a program adds
its own townships and villages with `with_places`. A written address is resolved only where it can mean one place; a
distance is told only where both places have coordinates of their own. Nothing here guesses.
"""

import functools
import math
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from careprogram.errors import ConflictError, NotFoundError, ValidationError
from careprogram.people.gb2260 import RESIDENCE_PERMIT_OF_TAIWAN, listed_divisions
from careprogram.people.place_code import PlaceCode, PlaceLevel
from careprogram.people.place_names import plain_address, written_forms
from careprogram.unknown import UNKNOWN, Maybe, Unknown

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the earth in meters (IUGG)."""


def _within(limit: int) -> object:
    def check(_instance: object, attribute: "attrs.Attribute[int]", value: int) -> None:
        if type(value) is not int or abs(value) > limit:
            raise ValidationError(f"{attribute.name} is a whole number of millionths of a degree within ±{limit}")

    return check


@attrs.frozen(kw_only=True)
class Coordinates:
    """A point on the earth (WGS 84), in whole millionths of a degree, about 0.1 m.

    Attributes:
        latitude: Northern latitude in micro-degrees, −90,000,000 to 90,000,000.
        longitude: Eastern longitude in micro-degrees, −180,000,000 to 180,000,000.
    """

    latitude: int = attrs.field(validator=_within(90_000_000))  # type: ignore[call-overload]
    longitude: int = attrs.field(validator=_within(180_000_000))  # type: ignore[call-overload]

    def distance_m(self, other: "Coordinates") -> int:
        """Return the great-circle distance in whole meters (haversine formula)."""
        own, its = math.radians(self.latitude / 1e6), math.radians(other.latitude / 1e6)
        across = math.radians((other.longitude - self.longitude) / 1e6)
        half = math.sin((its - own) / 2) ** 2 + math.cos(own) * math.cos(its) * math.sin(across / 2) ** 2
        return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half))))


@attrs.frozen(kw_only=True)
class Place:
    """One place of the tree.

    Attributes:
        code: Its code, which also tells its level and what contains it.
        name: Its official name, without the names of the places that contain it.
        former_names: Names that the same code bore earlier.
        current: Whether it exists today; historic places stay, because identity numbers and old papers name them.
        coordinates: Where its center is, or UNKNOWN.
        placeholder: Whether it only groups others, such as 市辖区 under a municipality.
    """

    code: PlaceCode
    name: str
    former_names: tuple[str, ...] = ()
    current: bool = True
    coordinates: Maybe[Coordinates] = UNKNOWN
    placeholder: bool = False

    @property
    def level(self) -> PlaceLevel:
        """The level of its code."""
        return self.code.level


@attrs.frozen(eq=False, repr=False)
class PlaceTree:
    """Places by code, closed upwards: whatever is in the tree, so is everything that contains it.

    Attributes:
        places: Every place, in the order of codes.
    """

    places: tuple[Place, ...]

    def __attrs_post_init__(self) -> None:
        if len(self._by_code) != len(self.places):
            raise ConflictError("two places of one tree have the same code: give each code once")
        for place in self.places:
            if place.code.parent is not None and place.code.parent not in self._by_code:
                raise ValidationError(
                    f"place {place.code} lies in {place.code.parent}, which is not in the tree: add that first",
                    reason="place-parent",
                )

    def __repr__(self) -> str:
        return f"<PlaceTree of {len(self.places)} places>"

    def __eq__(self, other: object) -> bool:
        return self.places == other.places if isinstance(other, PlaceTree) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @functools.cached_property
    def _by_code(self) -> Mapping[PlaceCode, Place]:
        return {place.code: place for place in self.places}

    @functools.cached_property
    def _children(self) -> Mapping[PlaceCode | None, tuple[Place, ...]]:
        found: dict[PlaceCode | None, list[Place]] = {}
        for place in self.places:
            found.setdefault(place.code.parent, []).append(place)
        return {parent: tuple(children) for parent, children in found.items()}

    @functools.cached_property
    def _by_form(self) -> Mapping[str, tuple[Place, ...]]:
        found: dict[str, list[Place]] = {}
        for place in self.places:
            for name in (place.name, *place.former_names):
                for form in written_forms(name, place.level):
                    found.setdefault(form, []).append(place)
        return {form: tuple(dict.fromkeys(places)) for form, places in found.items()}

    @classmethod
    def gb2260(cls) -> "PlaceTree":
        """Return the packaged tree of provinces, prefectures and counties, present and historic; built once."""
        return _packaged_tree()

    def with_places(self, places: Iterable[Place]) -> "PlaceTree":
        """Return a tree that also holds *places*, in any order; a place with a known code replaces the known one.

        Raises:
            ConflictError: Two of *places* have the same code.
            ValidationError: A place lies in none of the tree (reason ``place-parent``).
        """
        added = tuple(places)
        codes = {place.code for place in added}
        if len(codes) != len(added):
            raise ConflictError("two of the places to add have the same code: give each code once")
        kept = (place for place in self.places if place.code not in codes)
        return PlaceTree(tuple(sorted((*kept, *added), key=lambda place: place.code.text)))

    def place(self, code: PlaceCode) -> Place:
        """Return the place of *code*.

        Raises:
            NotFoundError: The tree has none.
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise NotFoundError(f"no place has the code {code}: add it with PlaceTree.with_places") from None

    def children(self, code: PlaceCode | None) -> tuple[Place, ...]:
        """Return the places directly in that of *code*, or the provinces for None; in the order of codes."""
        if code is not None:
            self.place(code)
        return self._children.get(code, ())

    def within(self, code: PlaceCode, level: PlaceLevel) -> tuple[Place, ...]:
        """Return every place of *level* in that of *code*, in the order of codes."""
        self.place(code)
        return tuple(place for place in self.places if place.level is level and code.contains(place.code))

    def ancestors(self, code: PlaceCode) -> tuple[Place, ...]:
        """Return the places that contain that of *code*, the province first, placeholders included."""
        self.place(code)
        return tuple(self._by_code[ancestor] for ancestor in code.ancestors)

    def path_name(self, code: PlaceCode) -> str:
        """Return the written address from the province down, without placeholders such as 市辖区.

        Raises:
            NotFoundError: The tree has no such place.
        """
        named = (*self.ancestors(code), self.place(code))
        return "".join(place.name for place in named if not place.placeholder) or self.place(code).name

    def find(self, address: str) -> Maybe[Place]:
        """Return the narrowest place that a written address names, or UNKNOWN where it names none or several.

        The address may leave out wider places and endings (威宁县 for 贵州省毕节市威宁彝族回族苗族自治县), and
        may go on with what no tree knows, such as a house number. The reading that uses most of the text wins; then
        one of places that exist today; then the one with most names in full; then the one place that contains all the
        others that are left; then a province.

        Examples:
            >>> PlaceTree.gb2260().find("贵州毕节威宁县")
            Place(code=PlaceCode('520526'), name='威宁彝族回族苗族自治县', ...)
            >>> PlaceTree.gb2260().find("鼓楼区")
            UNKNOWN
        """
        text = plain_address(address)
        readings = self._readings(text, None, _Reading()) if text else []
        best: dict[PlaceCode, _Reading] = {}
        for reading in readings:
            if reading.place is not None and reading.rank >= best.get(reading.place.code, reading).rank:
                best[reading.place.code] = reading
        if not best:
            return UNKNOWN
        top = max(reading.rank for reading in best.values())
        ties = [reading.place for reading in best.values() if reading.rank == top and reading.place is not None]
        for place in ties:
            if all(place.code.contains(other.code) for other in ties):
                return place
        provinces = [place for place in ties if place.level is PlaceLevel.PROVINCE]
        return provinces[0] if len(provinces) == 1 else UNKNOWN

    def _readings(self, text: str, inside: Place | None, reading: "_Reading") -> "list[_Reading]":
        found = [reading]
        shortest = 1 if inside is not None else 2
        for size in range(min(len(text), self._longest_form), shortest - 1, -1):
            for place in self._by_form.get(text[:size], ()):
                if inside is None or (place.code != inside.code and inside.code.contains(place.code)):
                    found.extend(self._readings(text[size:], place, reading.through(place, text[:size])))
        return found

    @functools.cached_property
    def _longest_form(self) -> int:
        return max(map(len, self._by_form), default=0)

    def distance_m(self, one: PlaceCode, other: PlaceCode) -> Maybe[int]:
        """Return the meters between the centers of two places, or UNKNOWN where either has no coordinates.

        The coordinates of a wider place are never taken instead: a county's center says nothing about a village's.

        Raises:
            NotFoundError: The tree lacks one of them.
        """
        here, there = self.place(one).coordinates, self.place(other).coordinates
        if isinstance(here, Unknown) or isinstance(there, Unknown):
            return UNKNOWN
        return here.distance_m(there)


@attrs.frozen
class _Reading:
    """One way to read an address: the place reached so far and how good the way is."""

    place: Place | None = None
    rank: tuple[int, int, int] = (0, 0, 0)

    def through(self, place: Place, form: str) -> "_Reading":
        used, gone, full = self.rank
        full += len(form) if form == place.name else 0
        return _Reading(place, (used + len(form), gone - (not place.current), full))


@functools.cache
def _packaged_tree() -> PlaceTree:
    """Build the tree of the packaged table; placeholders of the county level are no places."""
    return PlaceTree(
        tuple(
            Place(
                code=PlaceCode(division.code),
                name=division.name,
                former_names=division.former_names,
                current=division.current,
                placeholder=division.placeholder,
            )
            for division in listed_divisions()
            if division.code != RESIDENCE_PERMIT_OF_TAIWAN and not (division.placeholder and len(division.code) == 6)
        )
    )
