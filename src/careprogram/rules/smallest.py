"""Which is the smallest part of a whole that still suffices?

Of reasons of equal size the one that comes first in the order given wins, so that the same answers always give the same
reason. The search is exact: each part that does not suffice, made as large as it can be, shows a set of things of which
at least one is needed, and the smallest choice that meets all these sets is the next candidate.
"""

from collections.abc import Callable, Sequence

MOST_TRIED = 500
"""How many candidates are tried before a part that merely cannot be shortened is taken instead."""


def smallest_sufficient(count: int, suffices: Callable[[int], bool]) -> int:
    """Return the smallest set of bits that suffices, the lowest bits among equals.

    Args:
        count: How many things there are; all together suffice.
        suffices: Whether a set of them does; whatever is added to a set that suffices, it still does.
    """
    if suffices(0):
        return 0
    whole = (1 << count) - 1
    needed = sum(1 << at for at in range(count) if not suffices(whole ^ (1 << at)))
    if suffices(needed):
        return needed
    to_meet: list[int] = []
    chosen = needed
    for _ in range(MOST_TRIED):
        to_meet.append(whole ^ _as_large_as_can_be(chosen, count, suffices))
        chosen = needed | _first_meeting(to_meet)
        if suffices(chosen):
            return chosen
    return _shortened(whole, count, suffices)


def _as_large_as_can_be(part: int, count: int, suffices: Callable[[int], bool]) -> int:
    for at in range(count):
        if not part >> at & 1 and not suffices(part | 1 << at):
            part |= 1 << at
    return part


def _shortened(part: int, count: int, suffices: Callable[[int], bool]) -> int:
    for at in reversed(range(count)):
        if suffices(part & ~(1 << at)):
            part &= ~(1 << at)
    return part


def _first_meeting(sets: Sequence[int]) -> int:
    size = _apart(sets)
    while (found := _meeting(sets, 0, size)) is None:
        size += 1
    return found


def _meeting(sets: Sequence[int], begin: int, size: int) -> int | None:
    """Return the first choice of at most *size* bits from *begin* on that has one in common with each of *sets*."""
    if not sets:
        return 0
    if _apart(sets) > size:
        return None
    last = min(each.bit_length() for each in sets)
    for at in range(begin, last):
        left = [each for each in sets if not each >> at & 1]
        if len(left) < len(sets):
            found = _meeting(left, at + 1, size - 1)
            if found is not None:
                return found | 1 << at
    return None


def _apart(sets: Sequence[int]) -> int:
    """Return how many of *sets*, taken one after the other, have nothing in common: as many choices are needed."""
    taken = found = 0
    for each in sets:
        if not each & taken:
            taken |= each
            found += 1
    return found
