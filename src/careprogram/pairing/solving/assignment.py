"""Who may sit where, and what is each seat worth?

The bare combinatorial problem under every strategy: children with seats, helpers with places, edges with
whole-number values. It knows no child and no rule. An answer maximizes the bonuses of the seats filled plus the
values of the edges used minus the costs of the places taken; among equally good answers exactly one is right, fixed
by a hash of the keys, so that every engine on every machine must find the same. Nothing here solves anything.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.solving.arrays import Column, as_column, as_list, flat, is_array
from careprogram.pairing.solving.ties import TIE_BITS, child_hashes, helper_hashes, mix, mix_arrays

__all__ = ["TIE_BITS", "Assignment", "AssignmentProblem"]


@attrs.frozen(kw_only=True, eq=False)
class AssignmentProblem:
    """Children with seats, helpers with places, and the edges between them.

    The columns of places and edges are plain sequences or numpy arrays of whole numbers; two problems with the same
    numbers are equal, however they are held.

    Attributes:
        child_keys: A stable name per child, all different.
        helper_keys: A stable name per helper, all different.
        seats: Per child the bonus of the first, second, ... helper; never rising, never negative.
        places: Per helper how many children at the most; 0 or more.
        edge_children: Per edge the position of its child.
        edge_helpers: Per edge the position of its helper.
        edge_values: Per edge its value, 0 or more.
        place_costs: Per helper what the first, second, ... child costs; one number per place, never falling, never
            negative. None where no place costs anything. Rising costs spread the load.

    Raises:
        PairingError: The columns do not fit together, or a number is out of range.
    """

    child_keys: Sequence[str]
    helper_keys: Sequence[str]
    seats: Sequence[tuple[int, ...]]
    places: Column = attrs.field(converter=as_column)
    edge_children: Column = attrs.field(converter=as_column)
    edge_helpers: Column = attrs.field(converter=as_column)
    edge_values: Column = attrs.field(converter=as_column)
    place_costs: Sequence[tuple[int, ...]] | None = None

    def __attrs_post_init__(self) -> None:
        if len(self.seats) != len(self.child_keys) or len(self.places) != len(self.helper_keys):
            raise PairingError("give one tuple of seats per child and one number of places per helper")
        if not len(self.edge_children) == len(self.edge_helpers) == len(self.edge_values):
            raise PairingError("the three columns of edges have different lengths")
        for keys, at, what in (
            (self.child_keys, self.child_positions, "children"),
            (self.helper_keys, self.helper_positions, "helpers"),
        ):
            if len(at) != len(keys):
                raise PairingError(f"two {what} have the same key: give each its own")
        if _least(self.places) < 0 or _least(self.edge_values) < 0:
            raise PairingError("places and edge values are 0 or more")
        for bonuses in set(self.seats):
            if bonuses and (bonuses[-1] < 0 or any(a < b for a, b in itertools.pairwise(bonuses))):
                raise PairingError("the bonuses of a child's seats never rise and are never negative")
        self._check_place_costs()
        self._check_edges()

    def _check_place_costs(self) -> None:
        if self.place_costs is None:
            return
        if list(map(len, self.place_costs)) != as_list(self.places):
            raise PairingError("give one cost per place of every helper")
        for costs in set(self.place_costs):
            if costs and (costs[0] < 0 or any(a > b for a, b in itertools.pairwise(costs))):
                raise PairingError("the costs of a helper's places never fall and are never negative")

    def _check_edges(self) -> None:
        if not len(self.edge_children):
            return
        for ends, keys in ((self.edge_children, self.child_keys), (self.edge_helpers, self.helper_keys)):
            if not 0 <= _least(ends) <= _greatest(ends) < len(keys):
                raise PairingError("an edge names a child or a helper that is not there")
        if not _all_different(self.edge_children, self.edge_helpers, len(self.helper_keys)):
            raise PairingError("a child and a helper are joined by two edges: give each pair once")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AssignmentProblem):
            return NotImplemented
        return all(
            mine is theirs or list(mine or ()) == list(theirs or ())
            for mine, theirs in zip(self._columns(), other._columns(), strict=True)
        )

    def __hash__(self) -> int:
        return hash((tuple(self.child_keys), tuple(self.helper_keys), len(self.edge_values)))

    def _columns(self) -> Iterator[Sequence[object] | None]:
        yield from (self.child_keys, self.helper_keys, self.seats)
        yield self.place_costs if any(map(any, self.place_costs or ())) else None
        yield from map(as_list, (self.places, self.edge_children, self.edge_helpers, self.edge_values))

    @classmethod
    def from_costs(
        cls, costs: Sequence[Sequence[int | None]], *, places: Sequence[int] | None = None
    ) -> "AssignmentProblem":
        """Pose the classical problem: most rows assigned, then the least total cost.

        Args:
            costs: Per row (child) and column (helper) a cost; None where the two may not meet.
            places: Per column how many rows at the most; one each if not given.
        """
        triples = [(i, v, cost) for i, row in enumerate(costs) for v, cost in enumerate(row) if cost is not None]
        size = (len(costs), len(costs[0]) if costs else 0)
        return cls.from_sparse_costs(triples, size=size, places=places)

    @classmethod
    def from_sparse_costs(
        cls,
        costs: Sequence[tuple[int, int, int]],
        *,
        size: tuple[int, int],
        seats: Sequence[int] | None = None,
        places: Sequence[int] | None = None,
    ) -> "AssignmentProblem":
        """Pose a sparse problem: most seats filled, then the least total cost.

        Args:
            costs: (row, column, cost) of every pair that may meet, each pair once; counted from 0.
            size: How many rows (children) and columns (helpers) there are.
            seats: Per row how many columns it wants, all different; one each if not given.
            places: Per column how many rows at the most; one each if not given.
        """
        rows, columns = size
        wanted = tuple(seats) if seats is not None else (1,) * rows
        top = max((cost for *_, cost in costs), default=0)
        span = top - min((cost for *_, cost in costs), default=0)
        bonus = sum(wanted) * span + 1
        return cls(
            child_keys=tuple(f"row-{i}" for i in range(rows)),
            helper_keys=tuple(f"column-{v}" for v in range(columns)),
            seats=tuple((bonus,) * one for one in wanted),
            places=tuple(places) if places is not None else (1,) * columns,
            edge_children=tuple(i for i, _, _ in costs),
            edge_helpers=tuple(v for _, v, _ in costs),
            edge_values=tuple(top - cost for *_, cost in costs),
        )

    @property
    def has_arrays(self) -> bool:
        """Whether all three columns of edges are numpy arrays."""
        return all(map(is_array, (self.edge_children, self.edge_helpers, self.edge_values)))

    def edges(self) -> Iterator[tuple[int, int, int]]:
        """Yield child, helper and value of every edge as plain numbers, in order."""
        return zip(*map(as_list, (self.edge_children, self.edge_helpers, self.edge_values)), strict=True)

    @cached_property
    def child_positions(self) -> Mapping[str, int]:
        """Where each child stands, by key."""
        return dict(zip(self.child_keys, range(len(self.child_keys)), strict=True))

    @cached_property
    def helper_positions(self) -> Mapping[str, int]:
        """Where each helper stands, by key."""
        return dict(zip(self.helper_keys, range(len(self.helper_keys)), strict=True))

    @cached_property
    def key_hashes(self) -> tuple[list[int], list[int]]:
        """The hashes of all child keys and of all helper keys, of which tie-break numbers are mixed."""
        return child_hashes(self.child_keys), helper_hashes(self.helper_keys)

    @cached_property
    def seat_columns(self) -> tuple[Any, Any]:
        """Per child how many seats it has, and the bonuses of all seats in one array, as numpy arrays."""
        import numpy as np

        return flat(np, self.seats)

    def tie(self, edge: int) -> int:
        """Return the tie-break number of *edge*: the best answer with the largest sum of them is the right one."""
        children, helpers = self.key_hashes
        return mix(children[int(self.edge_children[edge])], helpers[int(self.edge_helpers[edge])])

    def ties(self, edges: Any) -> Any:
        """Return the tie-break numbers of an array of positions of edges, as an array of int64."""
        import numpy as np

        hashes = []
        for ends, keys, hash_all in (
            (self.edge_children, self.child_keys, child_hashes),
            (self.edge_helpers, self.helper_keys, helper_hashes),
        ):
            # Mostly few edges are asked about, so only their keys are hashed.
            own, at = np.unique(np.asarray(ends)[edges], return_inverse=True)
            hashes.append(np.array(hash_all([keys[one] for one in own.tolist()]), dtype=np.uint64)[at])
        return mix_arrays(*hashes)

    def value_of(self, edges: Sequence[int]) -> int:
        """Return the value of an answer: seat bonuses plus edge values minus place costs."""
        filled = [0] * len(self.child_keys)
        load = [0] * len(self.helper_keys)
        total = 0
        for edge in edges:
            child, helper = int(self.edge_children[edge]), int(self.edge_helpers[edge])
            total += int(self.edge_values[edge]) + self.seats[child][filled[child]]
            if self.place_costs is not None:
                total -= self.place_costs[helper][load[helper]]
            filled[child] += 1
            load[helper] += 1
        return total


def _least(column: Column) -> int:
    return int(column.min()) if is_array(column) and len(column) else min(column, default=0)  # type: ignore[union-attr]


def _greatest(column: Column) -> int:
    return int(column.max()) if is_array(column) and len(column) else max(column, default=0)  # type: ignore[union-attr]


def _all_different(children: Column, helpers: Column, width: int) -> bool:
    """Return whether no pair occurs twice; in numpy if both are arrays, quickest where they are in order already."""
    if not (is_array(children) and is_array(helpers)):
        return len(set(zip(children, helpers, strict=True))) == len(children)
    import numpy as np

    codes = np.asarray(children) * width + np.asarray(helpers)
    if bool((codes[1:] > codes[:-1]).all()):
        return True
    codes.sort()
    return bool((codes[1:] != codes[:-1]).all())


@attrs.frozen(kw_only=True)
class Assignment:
    """The one right answer to an `AssignmentProblem`, with its proof.

    Attributes:
        edges: Positions of the edges used, in rising order.
        prices: Per helper the price of a place; together they prove that no answer is worth more.
        value: Seat bonuses plus edge values minus place costs.
        engine: Which engine found it; engines differ in speed only.
    """

    edges: tuple[int, ...]
    prices: tuple[int, ...]
    value: int
    engine: str
