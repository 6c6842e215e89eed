"""Who answers for which village?

The village link (挂钩联系): every village has exactly one responsible person, so that every child can be traced to one.
"""

from collections.abc import Iterable

import attrs

from careprogram.errors import ConflictError
from careprogram.people.enums import Answer
from careprogram.people.phone import Phone
from careprogram.people.place_code import PlaceCode
from careprogram.unknown import UNKNOWN, Maybe


class Office(Answer):
    """What somebody is responsible as."""

    VILLAGE_DIRECTOR = "village-director", "村儿童主任"
    TOWNSHIP_SUPERVISOR = "township-supervisor", "乡镇儿童督导员"
    CADRE = "cadre", "挂钩干部"
    LEADER = "leader", "组长"
    DEPUTY_LEADER = "deputy-leader", "副组长"
    MEMBER = "member", "成员"


@attrs.frozen(kw_only=True)
class VillageLink:
    """One person's responsibility for one place.

    Attributes:
        place: The village or community; a township link covers villages without one of their own.
        person: Opaque id.
        office: As what.
        name: Personal data of a grown-up in office; shown to those who work with the child.
        phone: None if there is none.
    """

    place: PlaceCode
    person: str
    office: Office = Office.VILLAGE_DIRECTOR
    name: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)
    phone: Maybe[Phone] | None = attrs.field(default=UNKNOWN, repr=False)


def _by_place(links: "VillageLinks") -> dict[PlaceCode, VillageLink]:
    by_place: dict[PlaceCode, VillageLink] = {}
    for link in links.links:
        if by_place.setdefault(link.place, link) is not link:
            raise ConflictError(f"place {link.place} has two responsible persons: name one")
    return by_place


@attrs.frozen
class VillageLinks:
    """All village links of a program.

    Raises:
        ConflictError: Two persons are responsible for one place.
    """

    links: tuple[VillageLink, ...]
    _index: dict[PlaceCode, VillageLink] = attrs.field(
        init=False, repr=False, eq=False, default=attrs.Factory(_by_place, takes_self=True)
    )

    def chain(self, place: Maybe[PlaceCode]) -> tuple[VillageLink, ...]:
        """Return who answers for *place*, the nearest first, then for each place above; empty where it is unknown."""
        if place is UNKNOWN:
            return ()
        links = (self._index.get(code) for code in (place, *reversed(place.ancestors)))
        return tuple(link for link in links if link is not None)

    def responsible_for(self, place: Maybe[PlaceCode]) -> VillageLink | None:
        """Return who answers for *place*: its own link, else the nearest one above it; None if nobody does."""
        return next(iter(self.chain(place)), None)

    def uncovered(self, places: Iterable[PlaceCode]) -> tuple[PlaceCode, ...]:
        """Return those of *places* for which nobody answers, sorted and once each."""
        return tuple(sorted({place for place in places if self.responsible_for(place) is None}))
