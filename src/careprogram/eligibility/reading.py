"""What does a child's record say about each fact, on a given day?

One small reader per fact. A reader that fails gives ``UNKNOWN`` and is named, so that a damaged record is asked about
again instead of being let in or turned away.
"""

import datetime as dt
from collections.abc import Callable

from careprogram.people import Child, Parent
from careprogram.people.caregiving import care_rating, nobody_cares, opposite
from careprogram.rules import FactValue, FactValues
from careprogram.unknown import UNKNOWN, Maybe

Reader = Callable[[Child], FactValue]


def facts_of(child: Child, *, as_of: dt.date) -> FactValues:
    """Return the answers that *child*'s record gives on *as_of*.

    A date after *as_of* is no fact of that day and counts as unknown, like everything nobody answered. "Not in school"
    is grade 0, "no disability" is degree 0.

    Args:
        child: The record.
        as_of: The day asked about.
    """
    values: dict[str, FactValue] = {}
    unreadable: tuple[str, ...] = ()
    for name, read in READERS:
        try:
            value = read(child)
            values[name] = UNKNOWN if isinstance(value, dt.date) and value > as_of else value
        except Exception:  # noqa: BLE001 - whatever a damaged record does, it must only cost this fact
            values[name] = UNKNOWN
            unreadable = (*unreadable, name)
    return FactValues(values=values, unreadable=unreadable)


def _since(parent: Parent) -> Maybe[dt.date]:
    # None says "not away"; the parent's status says so too, and rules ask for both.
    return UNKNOWN if parent.away_since is None else parent.away_since


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
    ("birth_date", lambda child: child.birth_date),
    ("sex", lambda child: child.sex),
    ("registered", lambda child: child.registration.registered),
    ("registration_kind", lambda child: child.registration.kind),
    ("settlement", lambda child: child.residence.settlement),
    ("moved_with_parents", lambda child: child.moved_with_parents),
    ("father_status", lambda child: child.father.status),
    ("mother_status", lambda child: child.mother.status),
    ("father_away_since", lambda child: _since(child.father)),
    ("mother_away_since", lambda child: _since(child.mother)),
    ("father_capacity", lambda child: child.father.guardianship_capacity),
    ("mother_capacity", lambda child: child.mother.guardianship_capacity),
    ("father_health", lambda child: child.father.health),
    ("mother_health", lambda child: child.mother.health),
    ("has_caregiver", lambda child: opposite(nobody_cares(child))),
    ("caregiver_relation", _caregiver_relation),
    ("care_rating", care_rating),
    ("health_status", lambda child: child.health.status),
    ("disability_kind", _disability_kind),
    ("disability_degree", _disability_degree),
    ("schooling_status", lambda child: child.schooling.status),
    ("boarding", lambda child: child.schooling.boarding),
    ("grade", _grade),
    ("family_planning", lambda child: child.household.family_planning),
    ("only_child", lambda child: child.household.only_child),
    ("girls_only", lambda child: child.household.girls_only),
    ("in_poverty", lambda child: child.household.in_poverty),
)
"""How each fact of `ChildFacts` is read, in the same order."""
