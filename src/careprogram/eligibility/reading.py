"""What does a child's record say about each fact, on a given day?

One small reader per fact. A reader that fails gives ``UNKNOWN`` and is named, so that a damaged record is asked about
again instead of being let in or turned away.
"""

import datetime as dt
import functools
from collections.abc import Callable

from careprogram.eligibility.parent_reading import parent_answers
from careprogram.people import Child, Parent, ParentStatus, Schooling, SchoolingStatus
from careprogram.people.caregiving import care_rating, nobody_cares, opposite, parent_is, some
from careprogram.rules import FactValue, FactValues
from careprogram.unknown import UNKNOWN, Maybe, Unknown

Reader = Callable[[Child, dt.date], FactValue]


_COUNTY_DIGITS = 6
_LAST_DISTRICT = "20"
"""In GB/T 2260 the last two digits of a district of a city are 01-20."""
_OUTSIDE_SCHOOL = (SchoolingStatus.DROPPED_OUT, SchoolingStatus.OUT_OF_SCHOOL)


def facts_of(child: Child, *, as_of: dt.date, only: frozenset[str] | None = None) -> FactValues:
    """Return the answers that *child*'s record gives on *as_of*.

    A date after *as_of* is given as it is: rules count it as unknown, and can then tell that it was given and when it
    will have come. "Not in school" is grade 0, "no disability" is degree 0. Father and mother are both listed, also
    where nothing is known of them.

    Args:
        child: The record.
        as_of: The day asked about.
        only: The names of the facts wanted; all of them unless given. The others count as unknown.
    """
    values: dict[str, FactValue] = {}
    unreadable: tuple[str, ...] = ()
    for name, read in READERS if only is None else _readers_of(only):
        try:
            values[name] = read(child, as_of)
        except Exception:  # noqa: BLE001 - whatever a damaged record does, it must only cost this fact
            values[name] = UNKNOWN
            unreadable = (*unreadable, name)
    return FactValues(values=values, unreadable=unreadable)


@functools.lru_cache(maxsize=256)
def _readers_of(names: frozenset[str]) -> tuple[tuple[str, Reader], ...]:
    return tuple((name, read) for name, read in READERS if name in names)


def lives_outside_its_county(child: Child, as_of: dt.date) -> Maybe[bool]:
    """Return whether *child* lived outside the county of its household registration on *as_of*.

    The day it left says so, or the two place codes. Whether two districts of one city are two counties is not for a
    code to say: then it stays open until somebody recorded it.

    Args:
        child: The record.
        as_of: The day asked about.
    """
    left_on = child.registration.left_on
    if not isinstance(left_on, Unknown):
        return False if left_on is None else True if left_on <= as_of else UNKNOWN
    here, there = child.residence.place, child.registration.place
    if isinstance(here, Unknown) or isinstance(there, Unknown):
        return UNKNOWN
    shared = min(len(here.text), len(there.text), _COUNTY_DIGITS)
    one, other = here.text[:shared], there.text[:shared]
    if one == other:
        return False if shared == _COUNTY_DIGITS else UNKNOWN
    districts = one[:4] == other[:4] and one[4:] <= _LAST_DISTRICT and other[4:] <= _LAST_DISTRICT
    return UNKNOWN if districts else True


def _date(day: Maybe[dt.date] | None) -> Maybe[dt.date]:
    # None says that there is no such day; another fact says so too, and rules ask for both.
    return UNKNOWN if day is None else day


def _since(parent: Parent) -> Maybe[dt.date]:
    return _date(parent.away_since)


def _lives_alone(child: Child) -> Maybe[bool]:
    """Return whether *child* lives by itself: as recorded, else not where a parent is at home, able or not."""
    if child.lives_alone is not UNKNOWN:
        return child.lives_alone
    at_home = some(*(parent_is(parent, ParentStatus.AT_HOME, ParentStatus.UNABLE) for parent in child.parents))
    return False if at_home is True else UNKNOWN


def _moved_with_guardian(child: Child) -> Maybe[bool]:
    if child.moved_with_guardian is UNKNOWN and child.moved_with_parents is True:
        return True
    return child.moved_with_guardian


def _full_time(schooling: Schooling) -> Maybe[bool]:
    """Return whether it is full-time: as recorded, else surely not outside school."""
    if schooling.full_time is UNKNOWN and schooling.status in _OUTSIDE_SCHOOL:
        return False
    return schooling.full_time


def _caregiver_relation(child: Child) -> FactValue:
    caregiver = child.caregiver
    return UNKNOWN if caregiver is None or caregiver is UNKNOWN else caregiver.relation


def _disability_kind(child: Child) -> FactValue:
    disability = child.health.disability
    return UNKNOWN if disability is None or disability is UNKNOWN else disability.kind


def _disability_degree(child: Child) -> Maybe[int]:
    disability = child.health.disability
    if disability is None:
        return 0
    return UNKNOWN if disability is UNKNOWN else disability.degree


def _grade(child: Child) -> Maybe[int]:
    grade = child.schooling.grade
    if grade is None:
        return 0
    return UNKNOWN if grade is UNKNOWN else grade.number


READERS: tuple[tuple[str, Reader], ...] = (
    ("birth_date", lambda child, _: child.birth_date),
    ("sex", lambda child, _: child.sex),
    ("registered", lambda child, _: child.registration.registered),
    ("registration_kind", lambda child, _: child.registration.kind),
    ("settlement", lambda child, _: child.residence.settlement),
    ("moved_with_parents", lambda child, _: child.moved_with_parents),
    ("father_status", lambda child, _: child.father.status),
    ("mother_status", lambda child, _: child.mother.status),
    ("father_away_since", lambda child, _: _since(child.father)),
    ("mother_away_since", lambda child, _: _since(child.mother)),
    ("father_capacity", lambda child, _: child.father.guardianship_capacity),
    ("mother_capacity", lambda child, _: child.mother.guardianship_capacity),
    ("father_health", lambda child, _: child.father.health),
    ("mother_health", lambda child, _: child.mother.health),
    ("has_caregiver", lambda child, _: opposite(nobody_cares(child))),
    ("caregiver_relation", lambda child, _: _caregiver_relation(child)),
    ("care_rating", lambda child, _: care_rating(child)),
    ("health_status", lambda child, _: child.health.status),
    ("disability_kind", lambda child, _: _disability_kind(child)),
    ("disability_degree", lambda child, _: _disability_degree(child)),
    ("schooling_status", lambda child, _: child.schooling.status),
    ("boarding", lambda child, _: child.schooling.boarding),
    ("grade", lambda child, _: _grade(child)),
    ("family_planning", lambda child, _: child.household.family_planning),
    ("only_child", lambda child, _: child.household.only_child),
    ("girls_only", lambda child, _: child.household.girls_only),
    ("in_poverty", lambda child, _: child.household.in_poverty),
    ("poverty_hinders", lambda child, _: child.household.poverty_hinders),
    ("full_time_schooling", lambda child, _: _full_time(child.schooling)),
    ("parents", lambda child, day: tuple([parent_answers(parent, day) for parent in child.parents])),
    ("lives_alone", lambda child, _: _lives_alone(child)),
    ("harmed_by_guardian", lambda child, _: child.harmed_by_guardian),
    ("in_danger", lambda child, _: child.in_danger),
    ("away_from_registration", lives_outside_its_county),
    ("away_from_registration_since", lambda child, _: _date(child.registration.left_on)),
    ("moved_with_guardian", lambda child, _: _moved_with_guardian(child)),
)
"""How each fact of `ChildFacts` is read, in the same order."""
