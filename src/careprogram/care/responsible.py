"""Who answers for a piece of care, and who comes after?

One record for everybody who can be made responsible, and the chain of office that a duty falls back on when the first
person is not there: village, township, county. It keeps opaque ids only; whoever needs a name looks it up where they
are allowed to.
"""

import datetime as dt
from collections.abc import Collection, Iterable

import attrs

from careprogram.people import Office, PlaceCode, VillageLink, VillageLinks
from careprogram.people.enums import Answer
from careprogram.unknown import Maybe


class ResponsibleKind(Answer):
    """As what somebody is responsible for a child."""

    PARENT = "parent", "父母"
    CAREGIVER = "caregiver", "照护人"
    PROXY_PARENT = "proxy-parent", "代理家长"
    HELPER = "helper", "帮扶人"
    HOMEROOM_TEACHER = "homeroom-teacher", "班主任"
    VILLAGE_DIRECTOR = "village-director", "村儿童主任"
    TOWNSHIP_SUPERVISOR = "township-supervisor", "乡镇儿童督导员"
    CADRE = "cadre", "挂钩干部"
    OFFICE_HOLDER = "office-holder", "领导小组成员"


_OF_OFFICE = {
    Office.VILLAGE_DIRECTOR: ResponsibleKind.VILLAGE_DIRECTOR,
    Office.TOWNSHIP_SUPERVISOR: ResponsibleKind.TOWNSHIP_SUPERVISOR,
    Office.CADRE: ResponsibleKind.CADRE,
}


@attrs.frozen(kw_only=True)
class ResponsiblePerson:
    """Somebody who answers for a care or a duty.

    Attributes:
        kind: As what.
        id: Opaque id; None for those whom only the child's own record names (parent, caregiver, teacher).
        until: Last day they may serve, such as the day their screening expires; None if open.
    """

    kind: ResponsibleKind
    id: str | None = None
    until: dt.date | None = None

    def serves_on(self, day: dt.date) -> bool:
        """Return whether they may still serve on *day*."""
        return self.until is None or day <= self.until


def office_holder(link: VillageLink) -> ResponsiblePerson:
    """Return the person of *link* as somebody responsible."""
    return ResponsiblePerson(kind=_OF_OFFICE.get(link.office, ResponsibleKind.OFFICE_HOLDER), id=link.person)


def chain_of_office(links: VillageLinks, place: Maybe[PlaceCode]) -> tuple[VillageLink, ...]:
    """Return who answers for *place*, the nearest first, then those of each place above it.

    Args:
        links: The village links of the program.
        place: Where the child lives; an unknown place has no chain.
    """
    return links.chain(place)


def first_available(
    links: Iterable[VillageLink], *, unavailable: Collection[str] = frozenset()
) -> ResponsiblePerson | None:
    """Return the first person of *links* who is not among *unavailable*; None if nobody is left."""
    return next((office_holder(link) for link in links if link.person not in unavailable), None)
