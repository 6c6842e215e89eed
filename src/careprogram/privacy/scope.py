"""Whom does a viewer answer for, and whom is a record about?

A scope is a set of people: named ones, those who live in a place, or everybody in the program. The empty scope, which
is what somebody has who was given none, covers nobody. What may be seen of those inside is for `decision`.
"""

import datetime as dt
from collections.abc import Iterable

import attrs

from careprogram.people import PlaceCode
from careprogram.privacy.ages import AgeBand, band_on


def _ids(ids: Iterable[str]) -> frozenset[str]:
    return frozenset((ids,)) if isinstance(ids, str) else frozenset(ids)


def _codes(codes: Iterable[PlaceCode]) -> frozenset[PlaceCode]:
    return frozenset((codes,)) if isinstance(codes, PlaceCode) else frozenset(codes)


@attrs.frozen(kw_only=True)
class Subject:
    """Whom a record is about, as far as that decides who sees it.

    Attributes:
        id: Opaque id of the child or the grown-up; empty where the record is about nobody.
        place: Where they live; None if unknown, and then only the whole program covers them.
        birth_date: None if unknown; a child of unknown age is guarded like one under 14.
        serves: Whether they take part by an agreement of their own, as helpers and people in office do; grown up unless
            the birth date says otherwise.
    """

    id: str
    place: PlaceCode | None = None
    birth_date: dt.date | None = attrs.field(default=None, repr=False)
    serves: bool = False

    def band_on(self, day: dt.date) -> AgeBand:
        """Return which rules of age hold for them on *day*."""
        grown_up = self.serves and self.birth_date is None
        return AgeBand.OF_AGE if grown_up else band_on(self.birth_date, day)


@attrs.frozen(kw_only=True)
class Scope:
    """For whom somebody answers.

    Attributes:
        children: Opaque ids of single people: own children, the pupils of a class.
        places: Whoever lives in one of these places, or in a place inside it.
        program: Everybody in the program.
    """

    children: frozenset[str] = attrs.field(default=frozenset(), converter=_ids, repr=lambda ids: f"<{len(ids)}>")
    places: frozenset[PlaceCode] = attrs.field(default=frozenset(), converter=_codes)
    program: bool = False

    def covers(self, subject: Subject) -> bool:
        """Return whether *subject* is inside.

        Examples:
            >>> village = PlaceCode("520526101203")
            >>> Scope(places=[PlaceCode("520526101")]).covers(Subject(id="c-1", place=village))
            True
            >>> Scope().covers(Subject(id="c-1", place=village))
            False
        """
        if self.program or (subject.id != "" and subject.id in self.children):
            return True
        return subject.place is not None and any(code.contains(subject.place) for code in self.places)
