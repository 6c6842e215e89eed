"""Who lives how near around a place?

Eligible helpers in rings around the places of children: who shares the village, then the township, the county and so
on, each ring from near to far. Helpers are sorted by home once, so that a ring is at most two stretches of homes; only
homes are measured, and only the near part of a ring is put in order while that is enough. Whom a child may have is not
asked here.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from careprogram.pairing.finding.candidates import RINGS
from careprogram.pairing.finding.columns import Array, ProgramColumns, concatenated
from careprogram.pairing.solving.ties import places_around

_RING: Final = 1 << 20
"""Homes in all the rings that are in memory together, about."""

_FIRST_BAND: Final = 64
"""Helpers of a ring that are put in order first, about; then twice as many."""

_METERS: Final = 26
"""Bits that hold every distance on earth in meters, and one that is unknown."""

_SEATS: Final = 32
"""Bits that hold the seat of every helper, and one behind the last."""


@attrs.frozen(eq=False)
class Rows:
    """Per child a stretch of helpers.

    Attributes:
        children: Positions, each once.
        starts: Where the stretch of each begins in ``items``.
        lengths: How long it is.
        items: Positions of helpers.
        blocks: Who of them are equally near, so that each child begins elsewhere among them; None to take them as they
            stand.
    """

    children: Array
    starts: Array
    lengths: Array
    items: Array
    blocks: "Blocks | None" = None

    def picked(self, which: Array) -> "Rows":
        """Return some of the rows."""
        return attrs.evolve(self, children=self.children[which], starts=self.starts[which], lengths=self.lengths[which])

    def looked_at(self, np: Any, which: Array, at: int, take: Array) -> tuple[Array, Array]:
        """Return children and helpers of the rows *which*: as many as *take* says of each, from *at* on."""
        child, stand = np.repeat(self.children[which], take), concatenated(np, self.starts[which] + at, take)
        return child, self.items[stand if self.blocks is None else self.blocks.turned(np, child, stand)]


@attrs.frozen(eq=False)
class Blocks:
    """Helpers who are equally near stand in one block, in the order of their seats around the table.

    Attributes:
        of: Per item the number of its block.
        starts: Where each block begins.
        sizes: How many stand in it.
        keys: Per item its block and its seat as one number, in order.
        begins: Per child, of all, the seat at which it begins to go around.
    """

    of: Array
    starts: Array
    sizes: Array
    keys: Array
    begins: Array

    @classmethod
    def standing(cls, np: Any, nearness: Array, seats: Array, begins: Array) -> "Blocks":
        """Return the blocks of items that are in the order of *nearness*, and of *seats* where that is equal."""
        new = np.append(True, nearness[1:] != nearness[:-1])[: len(nearness)]
        of = np.cumsum(new) - 1
        starts = np.flatnonzero(new)
        return cls(of, starts, np.diff(starts, append=len(nearness)), (of << _SEATS) | seats, begins)

    def turned(self, np: Any, child: Array, stand: Array) -> Array:
        """Return where each child looks instead of at *stand*: it goes around each block from where it begins."""
        block = self.of[stand]
        first = np.flatnonzero(np.append(True, (child[1:] != child[:-1]) | (block[1:] != block[:-1]))[: len(child)])
        begin = np.searchsorted(self.keys, (block[first] << _SEATS) | self.begins[child[first]])
        turn = np.repeat(begin - self.starts[block[first]], np.diff(first, append=len(child)))
        return self.starts[block] + (stand - self.starts[block] + turn) % self.sizes[block]


class Rings:
    """The rings around every place of a child.

    Made once for all eligible helpers, and again without some of them by `without`.
    """

    def __init__(self, np: Any, program: ProgramColumns, eligible: Array) -> None:
        self.np, self.places = np, program.places
        seats, begins = places_around(program.child_keys, program.helper_keys)
        self._seat, self._begins = np.array(seats, dtype=np.int64), np.array(begins, dtype=np.int64)
        self._bounds = self._bounds_of(np.unique(program.children.place).tolist())
        self._home = program.helpers.place
        self._settle(eligible)

    def without(self, eligible: Array, helpers: Array) -> "Rings":
        """Return the rings of those *eligible* who are none of *helpers*."""
        fewer = copy.copy(self)
        fewer._settle(self.np.setdiff1d(eligible, helpers))  # noqa: SLF001
        return fewer

    def _settle(self, eligible: Array) -> None:
        np = self.np
        home = self._home[eligible]
        order = np.argsort(home, kind="stable")
        self._helpers = eligible[order]
        homes = home[order]
        # Every home once: which, where its helpers begin, how many, and the home of every helper by number.
        self._first = np.flatnonzero(np.append(True, homes[1:] != homes[:-1])[: len(homes)])
        self._distinct = homes[self._first]
        self._sizes = np.diff(self._first, append=len(homes))
        self._home_of = np.searchsorted(self._first, np.arange(len(homes) + 1))
        self._homes = homes
        self._stretches = np.searchsorted(self._homes, self._bounds)

    def __len__(self) -> int:
        return len(RINGS)

    def _bounds_of(self, asked: list[int]) -> Array:
        """Per ring and place the stretch of places that share its digits; a ring that it has not is that within."""
        np, texts = self.np, self.places.texts
        bounds = np.zeros((2, len(RINGS), len(texts)), dtype=np.int64)
        for number in asked:
            text = texts[number]
            inner = (0, 0)
            for level, digits in enumerate(RINGS):
                if len(text) >= digits:
                    inner = self.places.beginning_with(text[:digits]) if digits else (0, len(texts))
                bounds[:, level, number] = inner
        return bounds

    def around(self, level: int, children: Array, place: Array, still: Callable[[Array], Array]) -> Iterator[Rows]:
        """Yield the rows of *children* in the ring of *level*, from near to far, the near part first.

        Args:
            level: Position in `RINGS`.
            children: Positions.
            place: Per child, of all, the number of its place.
            still: Returns those of some children that want more.
        """
        np = self.np
        homes = np.unique(place[children])
        low, high = self._stretches[:, level, homes]
        inner_low, inner_high = self._within(level, homes, low)
        # Helpers are sorted by home: the homes of a stretch are a stretch of homes.
        first, last, inner_first, inner_last = (self._home_of[ends] for ends in (low, high, inner_low, inner_high))
        sizes = inner_first - first + last - inner_last
        part_of = np.cumsum(sizes) // _RING
        for part in np.unique(part_of).tolist():
            chosen = np.flatnonzero((part_of == part) & (sizes > 0))
            if not len(chosen):
                continue
            begin = np.stack((first[chosen], inner_last[chosen]), axis=1).ravel()
            lengths = np.stack((inner_first[chosen] - first[chosen], last[chosen] - inner_last[chosen]), axis=1).ravel()
            ring = self._by_distance(homes[chosen], sizes[chosen], concatenated(np, begin, lengths))
            at = np.searchsorted(homes[chosen], place[children])
            at[at == len(chosen)] = 0
            own = homes[chosen][at] == place[children]
            yield from self._bands(ring, children[own], at[own], still)

    def _within(self, level: int, homes: Array, low: Array) -> tuple[Array, Array]:
        """Return the stretch of the next narrower ring; one without anybody begins and ends at *low*."""
        if not level:
            return low, low
        begin, end = self._stretches[:, level - 1, homes]
        nobody = begin == end
        return self.np.where(nobody, low, begin), self.np.where(nobody, low, end)

    def _by_distance(self, around: Array, sizes: Array, found: Array) -> "_Ring":
        """Sort the homes of each ring by distance, unknown ones last."""
        np = self.np
        row = np.repeat(np.arange(len(around)), sizes)
        meters = self.places.meters(np.repeat(around, sizes), self._distinct[found])
        distance = np.where(meters < 0, 1 << (_METERS - 1), meters) | (row << _METERS)
        order = np.argsort(distance, kind="stable")
        home, distance = found[order], distance[order]
        helpers = np.cumsum(self._sizes[home])
        # A band ends only between two distances: whoever is equally far is gone around from where a child begins.
        ends = np.flatnonzero(np.append(distance[1:] != distance[:-1], True))
        return _Ring(home, distance, helpers, ends, np.cumsum(sizes))

    def _bands(self, ring: "_Ring", children: Array, row: Array, still: Callable[[Array], Array]) -> Iterator[Rows]:
        np = self.np
        at = np.append(0, ring.row_ends[:-1])
        width = _FIRST_BAND
        while True:
            wanting = np.isin(children, still(children)) & (at < ring.row_ends)[row]
            children, row = children[wanting], row[wanting]
            if not len(children):
                return
            rows = np.unique(row)
            begin = at[rows]
            passed = np.where(begin > 0, ring.helpers[begin - 1], 0)
            reached = np.searchsorted(ring.helpers, passed + width)
            end = ring.ends[np.minimum(np.searchsorted(ring.ends, reached), len(ring.ends) - 1)] + 1
            end = np.minimum(end, ring.row_ends[rows])
            items, lengths, blocks = self._spread(ring, begin, end)
            starts = np.cumsum(lengths) - lengths
            which = np.searchsorted(rows, row)
            yield Rows(children, starts[which], lengths[which], items, blocks)
            at[rows] = end
            width *= 2

    def _spread(self, ring: "_Ring", begin: Array, end: Array) -> tuple[Array, Array, Blocks]:
        """Return the helpers of some stretches of a ring, how many are in each, and who of them are equally near."""
        np = self.np
        found = concatenated(np, begin, end - begin)
        home, distance = ring.home[found], ring.distance[found]
        sizes = self._sizes[home]
        helpers = self._helpers[concatenated(np, self._first[home], sizes)]
        distances = np.repeat(distance, sizes)
        upto = np.append(0, np.cumsum(sizes))
        lengths = upto[np.cumsum(end - begin)] - upto[np.cumsum(end - begin) - (end - begin)]
        seats = self._seat[helpers]
        order = np.lexsort((seats, distances))
        return helpers[order], lengths, Blocks.standing(np, distances[order], seats[order], self._begins)


@attrs.frozen(eq=False)
class _Ring:
    """The homes around some places, row by row, from near to far.

    Attributes:
        home: Positions of homes.
        distance: Row and meters as one number, in order.
        helpers: How many helpers live up to here, all rows before included.
        ends: Positions of the last home of each distance.
        row_ends: Behind the last home of each row.
    """

    home: Array
    distance: Array
    helpers: Array
    ends: Array
    row_ends: Array
