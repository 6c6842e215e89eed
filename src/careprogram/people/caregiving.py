"""Who looks after a child, and how well, as far as its record tells?

The form asks for it in several places: the caregiver, the parents, the surveyor's rating. The three-valued answers here
put them together once, for policies and plans of care alike. Nothing here says what follows from an answer.
"""

from careprogram.people.child import Child
from careprogram.people.enums import CapacityRating, GuardianshipKind, ParentStatus
from careprogram.people.family import Caregiver, Parent
from careprogram.unknown import UNKNOWN, Maybe, Unknown

_LOOKED_AFTER = (GuardianshipKind.GOOD, GuardianshipKind.FAIR, GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY)
_WORST_FIRST = (CapacityRating.POOR, CapacityRating.FAIR, CapacityRating.GOOD)


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


def parent_is(parent: Parent, *statuses: ParentStatus) -> Maybe[bool]:
    """Return whether *parent* has one of *statuses*."""
    return UNKNOWN if isinstance(parent.status, Unknown) else parent.status in statuses


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


def nobody_cares(child: Child) -> Maybe[bool]:
    """Return whether the child lives without anybody who cares for it: no caregiver and no parent at home.

    No caregiver delegated (无委托) is no lack of care where the surveyor rated the care that the child is given. Where
    it was asked whether anybody looks after the child, that answer stands.
    """
    if child.looked_after is not UNKNOWN:
        return opposite(child.looked_after)
    surveyed = child.guardianship
    if surveyed is not GuardianshipKind.NOBODY:
        if isinstance(child.caregiver, Caregiver) or surveyed in _LOOKED_AFTER:
            return False
        if child.caregiver is UNKNOWN:
            return every(UNKNOWN, opposite(some_parent_at_home(child)))
    return opposite(some_parent_at_home(child))


def care_rating(child: Child) -> Maybe[CapacityRating]:
    """Return how well the child is looked after, by the caregiver's rating and the surveyor's; nobody means poor.

    Where the two differ the worse one counts: a doubt about a child's care is not outvoted.
    """
    ratings: set[CapacityRating] = set()
    if isinstance(child.caregiver, Caregiver) and not isinstance(child.caregiver.capacity, Unknown):
        ratings.add(child.caregiver.capacity)
    if not isinstance(child.guardianship, Unknown):
        ratings.add(CapacityRating.of(child.guardianship))
    if not ratings and nobody_cares(child) is True:
        return CapacityRating.POOR
    return next((rating for rating in _WORST_FIRST if rating in ratings), UNKNOWN)
