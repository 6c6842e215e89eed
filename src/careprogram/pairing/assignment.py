"""Who may sit where, and what is each seat worth?

The bare combinatorial problem under every strategy: children with seats, helpers with places, edges with
whole-number values. It knows no child and no rule. An answer maximizes the bonuses of the seats filled plus the
values of the edges used; among equally good answers exactly one is right, fixed by a hash of the keys, so that
every engine on every machine must find the same. Nothing here solves anything.
"""

import itertools
from collections.abc import Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.ids import stable_hash

TIE_BITS = 40
"""Bits of a tie-break number: by the isolation lemma two best answers remain with odds below edges / 2^40."""


@attrs.frozen(kw_only=True)
class AssignmentProblem:
    """Children with seats, helpers with places, and the edges between them.

    Attributes:
        child_keys: A stable name per child, all different.
        helper_keys: A stable name per helper, all different.
        seats: Per child the bonus of the first, second, ... helper; never rising, never negative.
        places: Per helper how many children at the most; 0 or more.
        edge_children: Per edge the position of its child.
        edge_helpers: Per edge the position of its helper.
        edge_values: Per edge its value, 0 or more.

    Raises:
        PairingError: The columns do not fit together, or a bonus, place or value is out of range.
    """

    child_keys: Sequence[str]
    helper_keys: Sequence[str]
    seats: Sequence[tuple[int, ...]]
    places: Sequence[int]
    edge_children: Sequence[int]
    edge_helpers: Sequence[int]
    edge_values: Sequence[int]

    def __attrs_post_init__(self) -> None:
        if len(self.seats) != len(self.child_keys) or len(self.places) != len(self.helper_keys):
            raise PairingError("give one tuple of seats per child and one number of places per helper")
        if not len(self.edge_children) == len(self.edge_helpers) == len(self.edge_values):
            raise PairingError("the three columns of edges have different lengths")
        for keys, what in ((self.child_keys, "children"), (self.helper_keys, "helpers")):
            if len(set(keys)) != len(keys):
                raise PairingError(f"two {what} have the same key: give each its own")
        self._check_numbers()

    def _check_numbers(self) -> None:
        if min(self.places, default=0) < 0 or min(self.edge_values, default=0) < 0:
            raise PairingError("places and edge values are 0 or more")
        for bonuses in set(self.seats):
            if bonuses and (bonuses[-1] < 0 or any(a < b for a, b in itertools.pairwise(bonuses))):
                raise PairingError("the bonuses of a child's seats never rise and are never negative")
        pairs = set(zip(self.edge_children, self.edge_helpers, strict=True))
        if len(pairs) != len(self.edge_children):
            raise PairingError("a child and a helper are joined by two edges: give each pair once")
        if pairs and not (
            0 <= min(self.edge_children) <= max(self.edge_children) < len(self.child_keys)
            and 0 <= min(self.edge_helpers) <= max(self.edge_helpers) < len(self.helper_keys)
        ):
            raise PairingError("an edge names a child or a helper that is not there")

    @classmethod
    def from_costs(
        cls, costs: Sequence[Sequence[int | None]], *, places: Sequence[int] | None = None
    ) -> "AssignmentProblem":
        """Pose the classical problem: most rows assigned, then the least total cost.

        Args:
            costs: Per row (child) and column (helper) a cost; None where the two may not meet.
            places: Per column how many rows at the most; one each if not given.
        """
        rows, columns = len(costs), len(costs[0]) if costs else 0
        edges = [(i, v, cost) for i, row in enumerate(costs) for v, cost in enumerate(row) if cost is not None]
        top = max((cost for *_, cost in edges), default=0)
        span = top - min((cost for *_, cost in edges), default=0)
        return cls(
            child_keys=tuple(f"row-{i}" for i in range(rows)),
            helper_keys=tuple(f"column-{v}" for v in range(columns)),
            seats=((rows * span + 1,),) * rows,
            places=tuple(places) if places is not None else (1,) * columns,
            edge_children=tuple(i for i, _, _ in edges),
            edge_helpers=tuple(v for _, v, _ in edges),
            edge_values=tuple(top - cost for *_, cost in edges),
        )

    def tie(self, edge: int) -> int:
        """Return the tie-break number of *edge*: the best answer with the largest sum of them is the right one."""
        child, helper = self.child_keys[self.edge_children[edge]], self.helper_keys[self.edge_helpers[edge]]
        return stable_hash("pairing", child, helper) >> (63 - TIE_BITS)

    def value_of(self, edges: Sequence[int]) -> int:
        """Return the value of an answer: seat bonuses plus edge values."""
        filled = [0] * len(self.child_keys)
        total = 0
        for edge in edges:
            child = self.edge_children[edge]
            total += self.edge_values[edge] + self.seats[child][filled[child]]
            filled[child] += 1
        return total


@attrs.frozen(kw_only=True)
class Assignment:
    """The one right answer to an `AssignmentProblem`, with its proof.

    Attributes:
        edges: Positions of the edges used, in rising order.
        prices: Per helper the price of a place; together they prove that no answer is worth more.
        value: Seat bonuses plus edge values.
        engine: Which engine found it; engines differ in speed only.
    """

    edges: tuple[int, ...]
    prices: tuple[int, ...]
    value: int
    engine: str
