"""How do records of children and helpers become columns?

Reads every record once. Whatever depends on the day (consent, screening, age) becomes its code on that day. Members of
sets are numbered only if both sides have them; a set of more than 63 takes several words. Nothing is decided here.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from careprogram.pairing.context import PairingContext, Tie
from careprogram.pairing.finding import columns as c
from careprogram.pairing.finding.place_columns import PlaceColumns
from careprogram.pairing.problem import ChildNeed, HelperOffer, class_of_child, class_of_helper, home_of
from careprogram.pairing.solving.arrays import load_numpy
from careprogram.people import Child, Consent, HelperKind, Screening, ScreeningResult, Sex, Weekday
from careprogram.unknown import UNKNOWN, Maybe, Unknown

BITS = 63
"""Bits of a word that are used: a number of 64 bits stays positive."""

_MUCH = 10**9
"""More children or meters than there are."""

_SEX: Mapping[object, int] = {Sex.MALE: c.MALE, Sex.FEMALE: c.FEMALE}
_KINDS = {kind: number for number, kind in enumerate(HelperKind)}
_DAYS = {day: 1 << number for number, day in enumerate(Weekday)}


def columns_of(needs: Sequence[ChildNeed], offers: Sequence[HelperOffer], context: PairingContext) -> c.ProgramColumns:
    """Return the columns of children and helpers, in their order, on the day of *context*."""
    children, helpers = [need.child for need in needs], [offer.helper for offer in offers]
    homes = [one.residence for one in children] + [one.residence for one in helpers]
    texts = {_text(home.place) for home in homes}
    places = PlaceColumns.of(texts, context.places)
    numbers = _Numbers(places)
    spoken = _Sets([one.languages for one in children], [one.languages for one in helpers])
    skilled = _Sets([need.needs for need in needs], [one.skills for one in helpers])
    return c.ProgramColumns(
        children=_child_columns(needs, numbers, context.as_of, spoken, skilled),
        helpers=_helper_columns(offers, numbers, context.as_of, spoken, skilled),
        places=places,
        child_keys=[need.id for need in needs],
        helper_keys=[offer.id for offer in offers],
        ties=_ties(needs, offers, context),
        needs=needs,
        offers=offers,
    )


class _Numbers:
    """Numbers for what can be equal on both sides: places, schools, classes, names."""

    def __init__(self, places: PlaceColumns) -> None:
        self.place = places.numbers
        self._number: dict[Hashable, int] = {}

    def of(self, key: Hashable | None) -> int:
        return c.NOBODY if key is None else self._number.setdefault(key, len(self._number))


class _Sets:
    """Sets of two sides as bits; only members that occur on both sides have one."""

    def __init__(self, mine: Sequence[frozenset[Any]], theirs: Sequence[frozenset[Any]]) -> None:
        self._mine, self._theirs = mine, theirs
        common = frozenset[Any]().union(*set(mine)) & frozenset[Any]().union(*set(theirs))
        self._bit = {member: number for number, member in enumerate(sorted(common))}

    def words(self, own: Sequence[frozenset[Any]]) -> Any:
        np = load_numpy("Asking rules in columns")
        rows: dict[frozenset[Any], int] = {}
        which = [rows.setdefault(members, len(rows)) for members in own]
        table = np.zeros((len(rows), max(1, -(-len(self._bit) // BITS))), dtype=np.int64)
        for members, row in rows.items():
            for number in (self._bit[member] for member in members if member in self._bit):
                table[row, number // BITS] |= 1 << number % BITS
        return table[np.array(which, dtype=np.int64)] if which else table

    def both(self) -> tuple[Any, Any]:
        return self.words(self._mine), self.words(self._theirs)


def _text(place: Maybe[Any]) -> str:
    return "" if isinstance(place, Unknown) else place.text


def _consent(consent: Maybe[Consent] | None, day: dt.date) -> int:
    if isinstance(consent, Unknown):
        return c.ASKED_NOBODY
    if consent is None:
        return c.REFUSED
    return c.STANDS if consent.covers(day) else c.LAPSED


def _screening(screening: Maybe[Screening] | None, day: dt.date) -> int:
    if not isinstance(screening, Screening):
        return c.NOT_CHECKED
    if screening.result is ScreeningResult.BARRED:
        return c.BARRED
    if day < screening.checked_on:
        return c.NOT_YET
    return c.EXPIRED if screening.expires_on < day else c.CLEARED


def _of_age(of_age: Maybe[bool]) -> int:
    if isinstance(of_age, Unknown):
        return c.AGE_UNKNOWN
    return c.OF_AGE if of_age else c.UNDER_AGE


def _limit(meters: int | None) -> int:
    """Return a limit of distance; a negative one, which nothing meets, is not taken for none."""
    if meters is None:
        return -1
    return min(meters, _MUCH) if meters >= 0 else -2


def _days(days: Iterable[Weekday]) -> int:
    return sum(_DAYS[day] for day in days)


def _arrays(names: Sequence[str], rows: Iterable[tuple[int, ...]]) -> dict[str, Any]:
    np = load_numpy("Asking rules in columns")
    table = np.fromiter(itertools.chain.from_iterable(rows), dtype=np.int64).reshape(-1, len(names))
    return {name: np.ascontiguousarray(table[:, at]) for at, name in enumerate(names)}


_CHILD = (
    *("place", "sex", "consent", "wished_sex", "wished_kinds", "school", "school_class", "teacher", "home", "days"),
    *("need_count", "language_count"),
)


def _child_columns(
    needs: Sequence[ChildNeed], numbers: _Numbers, day: dt.date, spoken: _Sets, skilled: _Sets
) -> c.ChildColumns:
    def row(need: ChildNeed) -> tuple[int, ...]:
        child = need.child
        wishes, schooling = child.wishes, child.schooling
        school, teacher = schooling.school, schooling.homeroom_teacher
        return (
            numbers.place[_text(child.residence.place)],
            _SEX.get(child.sex, c.SEX_UNKNOWN),
            _consent(child.consent, day),
            _SEX.get(wishes.sex, 0),
            sum(1 << _KINDS[kind] for kind in wishes.kinds) if wishes.kinds else 0,
            numbers.of(("school", school) if isinstance(school, str) else None),
            numbers.of(class_of_child(need)),
            numbers.of(("name", teacher) if isinstance(teacher, str) else None),
            numbers.of(home_of(child.residence)),
            _days(need.days) if need.days else 0,
            len(need.needs),
            len(child.languages),
        )

    return c.ChildColumns(
        count=len(needs),
        languages=spoken.both()[0],
        needs=skilled.both()[0],
        **_arrays(_CHILD, map(row, needs)),
    )


_HELPER = (
    *("place", "sex", "kind", "capacity", "consent", "screening", "of_age", "wished_sex", "farthest_m"),
    *("school", "school_class", "name", "home", "days", "language_count"),
)


def _helper_columns(
    offers: Sequence[HelperOffer], numbers: _Numbers, day: dt.date, spoken: _Sets, skilled: _Sets
) -> c.HelperColumns:
    def row(offer: HelperOffer) -> tuple[int, ...]:
        helper = offer.helper
        wishes, school, name = helper.wishes, helper.school, helper.name
        return (
            numbers.place[_text(helper.residence.place)],
            _SEX.get(helper.sex, c.SEX_UNKNOWN),
            _KINDS[helper.kind],
            min(offer.capacity, _MUCH),
            _consent(helper.consent, day),
            _screening(helper.screening, day),
            _of_age(helper.of_age(day)),
            _SEX.get(wishes.sex, 0),
            _limit(wishes.farthest_m),
            numbers.of(("school", school) if isinstance(school, str) else None),
            numbers.of(class_of_helper(offer)),
            numbers.of(("name", name) if isinstance(name, str) else None),
            numbers.of(home_of(helper.residence)),
            _days(helper.availability) if helper.availability else 0,
            len(helper.languages),
        )

    return c.HelperColumns(
        count=len(offers),
        languages=spoken.both()[1],
        skills=skilled.both()[1],
        **_arrays(_HELPER, map(row, offers)),
    )


def _ties(needs: Sequence[ChildNeed], offers: Sequence[HelperOffer], context: PairingContext) -> Mapping[str, Any]:
    child_at = {need.id: at for at, need in enumerate(needs)}
    helper_at = {offer.id: at for at, offer in enumerate(offers)}
    by_child = [(need.id, need.child.wishes) for need in needs]
    by_helper = [(offer.id, offer.helper.wishes.excluded) for offer in offers]
    named: dict[str, Iterable[Tie]] = {
        "preferred": ((child, helper) for child, wishes in by_child for helper in wishes.preferred),
        "excluded-by-child": ((child, helper) for child, wishes in by_child for helper in wishes.excluded),
        "excluded-by-helper": ((child, helper) for helper, excluded in by_helper for child in excluded),
        "begun": context.begun,
        "standing": context.standing,
        "declined": context.declined,
        "excluded": context.excluded,
        "kin": _kin(needs, offers),
    }
    return {name: _keys(ties, child_at, helper_at) for name, ties in named.items()}


def _keys(ties: Iterable[Tie], child_at: Mapping[Any, int], helper_at: Mapping[Any, int]) -> Any:
    np = load_numpy("Asking rules in columns")
    width = len(helper_at)
    keys = {
        child_at[child] * width + helper_at[helper]
        for child, helper in ties
        if child in child_at and helper in helper_at
    }
    return np.array(sorted(keys), dtype=np.int64)


def _kin(needs: Sequence[ChildNeed], offers: Sequence[HelperOffer]) -> Iterator[Tie]:
    """Yield the pairs in which the helper has the telephone, or name and birth date, of a grown-up of the child."""
    helpers: dict[Hashable, list[Any]] = defaultdict(list)
    for offer in offers:
        helper = offer.helper
        if helper.phone is not None and helper.phone is not UNKNOWN:
            helpers[helper.phone.text].append(offer.id)
        if helper.name is not UNKNOWN and helper.birth_date is not UNKNOWN:
            helpers[helper.name, helper.birth_date].append(offer.id)
    if not helpers:
        return
    for need in needs:
        for key in _grown_ups(need.child):
            for helper_id in helpers.get(key, ()):
                yield need.id, helper_id


def _grown_ups(child: Child) -> Iterator[Hashable]:
    for one in (child.father, child.mother, child.caregiver):
        if one is None or isinstance(one, Unknown):
            continue
        if one.phone is not None and not isinstance(one.phone, Unknown):
            yield one.phone.text
        if one.name is not UNKNOWN and one.birth_date is not UNKNOWN:
            yield one.name, one.birth_date
