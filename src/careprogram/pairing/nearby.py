"""Who lives how near around a place?

Eligible helpers in rings around the places of children: who shares the village, then the township, the county and so
on, each ring from near to far. Helpers are sorted by place once, so that a ring is at most two stretches. Whom a child
may have is not asked here.
"""

from collections.abc import Iterator
from typing import Any, Final

import attrs

from careprogram.pairing.candidates import RINGS
from careprogram.pairing.columns import Array, ProgramColumns
from careprogram.pairing.ties import helper_hashes, mix_arrays, place_hash

_RING: Final = 1 << 21
"""Helpers in all the rings that are in memory together, about."""

_METERS: Final = 26
"""Bits that hold every distance on earth in meters, and one that is unknown."""


@attrs.frozen(eq=False)
class Rows:
    """Per child a stretch of helpers.

    Attributes:
        children: Positions, each once.
        starts: Where the stretch of each begins in ``items``.
        lengths: How long it is.
        items: Positions of helpers.
    """

    children: Array
    starts: Array
    lengths: Array
    items: Array

    def picked(self, which: Array) -> "Rows":
        """Return some of the rows."""
        return Rows(self.children[which], self.starts[which], self.lengths[which], self.items)


def concatenated(np: Any, starts: Array, lengths: Array) -> Array:
    """Return the numbers of all stretches, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)


class Rings:
    """The rings around every place of a child."""

    def __init__(self, np: Any, program: ProgramColumns, eligible: Array) -> None:
        self.np, self.places = np, program.places
        home = program.helpers.place[eligible]
        order = np.argsort(home, kind="stable")
        self._helpers, self._homes = eligible[order], home[order]
        self._hashes = np.array(helper_hashes(program.helper_keys), dtype=np.uint64)
        texts = self.places.texts
        self._own_hash = np.zeros(len(texts), dtype=np.uint64)
        asked = np.unique(program.children.place).tolist()
        self._own_hash[asked] = np.array([place_hash(texts[number]) for number in asked], dtype=np.uint64)
        self._stretches = self._ranges(asked)

    def __len__(self) -> int:
        return len(RINGS)

    def _ranges(self, asked: list[int]) -> Array:
        """Per ring and place the stretch of helpers that share its digits; a ring that it has not is that within."""
        np, texts = self.np, self.places.texts
        bounds = np.zeros((2, len(RINGS), len(texts)), dtype=np.int64)
        for number in asked:
            text = texts[number]
            inner = (0, 0)
            for level, digits in enumerate(RINGS):
                if len(text) >= digits:
                    inner = self.places.beginning_with(text[:digits]) if digits else (0, len(texts))
                bounds[:, level, number] = inner
        return np.searchsorted(self._homes, bounds)

    def around(self, level: int, children: Array, place: Array) -> Iterator[Rows]:
        """Yield the rows of *children* in the ring of *level*, so many at a time as memory allows.

        Args:
            level: Position in `RINGS`.
            children: Positions.
            place: Per child, of all, the number of its place.
        """
        np = self.np
        homes, row = np.unique(place[children], return_inverse=True)
        low, high = self._stretches[:, level, homes]
        inner_low, inner_high = self._within(level, homes, low)
        left, right = inner_low - low, high - inner_high
        sizes = left + right
        part_of = np.cumsum(sizes) // _RING
        for part in np.unique(part_of).tolist():
            chosen = np.flatnonzero(part_of == part)
            if not sizes[chosen].sum():
                continue
            stretches = concatenated(
                np,
                np.stack((low[chosen], inner_high[chosen]), axis=1).ravel(),
                np.stack((left[chosen], right[chosen]), axis=1).ravel(),
            )
            items = self._from_near_to_far(homes[chosen], sizes[chosen], stretches)
            starts = np.cumsum(sizes[chosen]) - sizes[chosen]
            own = part_of[row] == part
            at = row[own] - chosen[0]
            yield Rows(children[own], starts[at], sizes[chosen][at], items)

    def _within(self, level: int, homes: Array, low: Array) -> tuple[Array, Array]:
        """Return the stretch of the next narrower ring; one without anybody begins and ends at *low*."""
        if not level:
            return low, low
        begin, end = self._stretches[:, level - 1, homes]
        nobody = begin == end
        return self.np.where(nobody, low, begin), self.np.where(nobody, low, end)

    def _from_near_to_far(self, homes: Array, sizes: Array, stretches: Array) -> Array:
        """Sort each ring by distance, unknown ones last; a hash of place and helper tells equal ones apart."""
        np = self.np
        around = np.repeat(homes, sizes)
        helpers = self._helpers[stretches]
        meters = self.places.meters(around, self._homes[stretches])
        row = np.repeat(np.arange(len(homes)), sizes)
        distance = np.where(meters < 0, 1 << (_METERS - 1), meters) | (row << _METERS)
        spread = mix_arrays(self._own_hash[around], self._hashes[helpers])
        return helpers[np.lexsort((spread, distance))]
