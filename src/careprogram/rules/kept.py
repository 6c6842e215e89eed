"""How much of what was worked out is remembered?

What children with one code share is found once for a policy and a day. A service that judges as of thousands of days
must not fill memory with it, so that all policies of all days together have one bound. Nothing is worked out here.
"""

import weakref
from collections.abc import Hashable
from typing import TypeVar

T = TypeVar("T")

MOST_KEPT = 50_000
"""How much is remembered before everything is forgotten; real counties have a few hundred codes."""


class Kept(dict[Hashable, object]):
    """What one policy of one day keeps."""

    __slots__ = ("__weakref__",)
    __hash__ = object.__hash__  # type: ignore[assignment]


class Memory:
    """What all policies of all days keep together: thousands of days would else each fill their own."""

    def __init__(self) -> None:
        self._parts: weakref.WeakSet[Kept] = weakref.WeakSet()
        self._count = 0

    def part(self) -> Kept:
        """Return the part of one policy of one day, which lives as long as that does."""
        made = Kept()
        self._parts.add(made)
        return made

    def keep(self, part: Kept, key: Hashable, found: T) -> T:
        """Return *found* after remembering it; beyond `MOST_KEPT` everything is forgotten."""
        # What was kept for a day that is gone still counts: the bound holds, and counting costs nothing.
        if self._count >= MOST_KEPT:
            for each in tuple(self._parts):
                each.clear()
            self._count = 0
        self._count += 1
        part[key] = found
        return found


MEMORY = Memory()
"""The one of this process."""
