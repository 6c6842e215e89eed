"""How is a child placed, as far as the survey tells?

Three-valued questions that plans, duties and risk levels share: each answers yes, no, or ``UNKNOWN``. Whether a child
is left behind under some policy is not answered here; that is for ``eligibility``. Who looks after it is told by
``people.caregiving``.
"""

import datetime as dt

from careprogram.dates import age_on
from careprogram.people import Caregiver, Child, Contact, ParentStatus, SchoolingStatus, Settlement
from careprogram.people.caregiving import every, parent_is, some
from careprogram.unknown import UNKNOWN, Maybe, Unknown

_AT_SCHOOL = {SchoolingStatus.PRIMARY, SchoolingStatus.JUNIOR, SchoolingStatus.SENIOR, SchoolingStatus.VOCATIONAL}
_OUT_OF_REACH = {ParentStatus.DECEASED, ParentStatus.MISSING, ParentStatus.IMPRISONED, ParentStatus.UNABLE}


def age_below(child: Child, years: int, day: dt.date) -> Maybe[bool]:
    """Return whether *child* is younger than *years* on *day* (不满: the birthday itself no longer counts)."""
    if isinstance(child.birth_date, Unknown):
        return UNKNOWN
    return age_on(child.birth_date, day) < years


def some_parent_away(child: Child) -> Maybe[bool]:
    """Return whether the father or the mother is away working."""
    return some(*(parent_is(parent, ParentStatus.AWAY_WORKING) for parent in child.parents))


def lives_with_parents(child: Child) -> Maybe[bool]:
    """Return whether *child* lives in town with the parents who work there, in the care of one of them."""
    settlement, caregiver = child.residence.settlement, child.caregiver
    in_town = UNKNOWN if isinstance(settlement, Unknown) else settlement is Settlement.URBAN
    relation = UNKNOWN if caregiver is None or isinstance(caregiver, Unknown) else caregiver.relation
    in_their_care = UNKNOWN if isinstance(relation, Unknown) else relation.is_parent
    return every(child.moved_with_parents, in_town, in_their_care)


def both_parents_gone(child: Child) -> Maybe[bool]:
    """Return whether both parents are dead, missing, imprisoned or unable to care."""
    return every(*(parent_is(parent, *_OUT_OF_REACH) for parent in child.parents))


def at_school(child: Child) -> Maybe[bool]:
    """Return whether *child* goes to a primary, junior, senior or vocational school."""
    schooling = child.schooling
    if isinstance(schooling.status, Unknown):
        return UNKNOWN if schooling.grade is UNKNOWN else schooling.grade is not None
    return schooling.status in _AT_SCHOOL


def from_grade(child: Child, number: int) -> Maybe[bool]:
    """Return whether *child* is in grade *number* or higher; the stage of school decides where it can."""
    grade = child.schooling.grade
    if grade is None:
        return False
    if not isinstance(grade, Unknown):
        return grade.number >= number
    status = child.schooling.status
    if isinstance(status, Unknown) or status in {SchoolingStatus.DROPPED_OUT, SchoolingStatus.OUT_OF_SCHOOL}:
        return UNKNOWN
    lowest = {SchoolingStatus.PRIMARY: 1, SchoolingStatus.JUNIOR: 7}.get(status, 10)
    highest = {SchoolingStatus.PRIMARY: 6, SchoolingStatus.JUNIOR: 9}.get(status, 12)
    if status in _AT_SCHOOL:
        return True if lowest >= number else UNKNOWN if highest >= number else False
    return False


def caregiver_of(child: Child) -> Caregiver | None:
    """Return the caregiver if one is known."""
    return child.caregiver if isinstance(child.caregiver, Caregiver) else None


def delegated(child: Child) -> Maybe[bool]:
    """Return whether somebody other than a parent cares for the child while a parent is away working."""
    caregiver = child.caregiver
    if caregiver is None:
        return False
    if isinstance(caregiver, Unknown):
        by_another: Maybe[bool] = UNKNOWN
    else:
        relation = caregiver.relation
        by_another = UNKNOWN if isinstance(relation, Unknown) else not relation.is_parent
    return every(some_parent_away(child), by_another)


def silent_for_more_than(child: Child, days: int, day: dt.date) -> Maybe[bool]:
    """Return whether no parent who is away working got in touch in the last *days* days before *day*.

    Two parents away count as one family: one recent contact is enough. A parent of whom it is not known where they are,
    or when they last got in touch, may have been in touch yesterday: that is a question, not a silence.
    """
    away = [parent for parent in child.parents if parent.status is ParentStatus.AWAY_WORKING]
    since = [(day - parent.last_contact.on).days for parent in away if isinstance(parent.last_contact, Contact)]
    if any(0 <= silent <= days for silent in since):
        return False
    # A contact after the day asked about says nothing about that day.
    in_doubt = any(parent.status is UNKNOWN for parent in child.parents) or any(silent < 0 for silent in since)
    in_doubt = in_doubt or any(parent.last_contact is UNKNOWN for parent in away)
    return UNKNOWN if in_doubt else bool(away)
