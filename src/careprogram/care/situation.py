"""How is a child placed, as far as the survey tells?

Three-valued questions that plans, duties and risk levels share: each answers yes, no, or ``UNKNOWN``. Whether a child
is left behind under some policy is not answered here; that is for ``eligibility``.
"""

import datetime as dt

from careprogram.dates import age_on
from careprogram.people import (
    CapacityRating,
    Caregiver,
    Child,
    Contact,
    GuardianshipKind,
    Parent,
    ParentStatus,
    SchoolingStatus,
)
from careprogram.unknown import UNKNOWN, Maybe, Unknown

_AT_SCHOOL = {SchoolingStatus.PRIMARY, SchoolingStatus.JUNIOR, SchoolingStatus.SENIOR, SchoolingStatus.VOCATIONAL}
_OUT_OF_REACH = {ParentStatus.DECEASED, ParentStatus.MISSING, ParentStatus.IMPRISONED, ParentStatus.UNABLE}


def some(*answers: Maybe[bool]) -> Maybe[bool]:
    """Return whether any answer is yes: one yes decides, otherwise one gap leaves it open (Kleene)."""
    if any(answer is True for answer in answers):
        return True
    return UNKNOWN if any(answer is UNKNOWN for answer in answers) else False


def every(*answers: Maybe[bool]) -> Maybe[bool]:
    """Return whether all answers are yes: one no decides, otherwise one gap leaves it open (Kleene)."""
    if any(answer is False for answer in answers):
        return False
    return UNKNOWN if any(answer is UNKNOWN for answer in answers) else True


def opposite(answer: Maybe[bool]) -> Maybe[bool]:
    """Return the contrary of *answer*; a gap stays one."""
    return UNKNOWN if isinstance(answer, Unknown) else not answer


def age_below(child: Child, years: int, day: dt.date) -> Maybe[bool]:
    """Return whether *child* is younger than *years* on *day* (不满: the birthday itself no longer counts)."""
    if isinstance(child.birth_date, Unknown):
        return UNKNOWN
    return age_on(child.birth_date, day) < years


def parent_is(parent: Parent, *statuses: ParentStatus) -> Maybe[bool]:
    """Return whether *parent* has one of *statuses*."""
    return UNKNOWN if isinstance(parent.status, Unknown) else parent.status in statuses


def some_parent_away(child: Child) -> Maybe[bool]:
    """Return whether the father or the mother is away working."""
    return some(*(parent_is(parent, ParentStatus.AWAY_WORKING) for parent in child.parents))


def some_parent_at_home(child: Child) -> Maybe[bool]:
    """Return whether a parent lives with the child and is not known to be unable to care.

    The national form lists a parent without capacity as a status of its own, so that "at home" alone says able.
    """
    return some(
        *(
            every(parent_is(parent, ParentStatus.AT_HOME), opposite(parent.guardianship_capacity is False))
            for parent in child.parents
        )
    )


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


def care_rating(child: Child) -> Maybe[CapacityRating]:
    """Return how well the child is looked after, by the caregiver's rating and the surveyor's.

    Where the two differ the worse one counts: a doubt about a child's care is not outvoted.
    """
    ratings: set[CapacityRating] = set()
    caregiver = caregiver_of(child)
    if caregiver is not None and not isinstance(caregiver.capacity, Unknown):
        ratings.add(caregiver.capacity)
    if not isinstance(child.guardianship, Unknown):
        ratings.add(CapacityRating.of(child.guardianship))
    worst_first = (CapacityRating.POOR, CapacityRating.FAIR, CapacityRating.GOOD)
    return next((rating for rating in worst_first if rating in ratings), UNKNOWN)


def nobody_cares(child: Child) -> Maybe[bool]:
    """Return whether the child lives without anybody who cares for it: no caregiver and no parent at home."""
    if child.guardianship is GuardianshipKind.NOBODY:
        no_caregiver: Maybe[bool] = True
    else:
        no_caregiver = UNKNOWN if child.caregiver is UNKNOWN else child.caregiver is None
    return every(no_caregiver, opposite(some_parent_at_home(child)))


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
    latest = [parent.last_contact.on for parent in away if isinstance(parent.last_contact, Contact)]
    if any((day - on).days <= days for on in latest):
        return False
    in_doubt = any(parent.status is UNKNOWN for parent in child.parents)
    in_doubt = in_doubt or any(parent.last_contact is UNKNOWN for parent in away)
    return UNKNOWN if in_doubt else bool(away)
