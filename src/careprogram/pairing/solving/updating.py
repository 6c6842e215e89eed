"""What does one change do to the best answer, without solving everything again?

A `LiveAssignment` holds the best answer to an `AssignmentProblem` and changes it exactly: a helper leaves, joins or
takes more children, a child joins or leaves, a pair is accepted, declined or becomes possible. After each change the
answer, tie-break included, is the one that solving the changed problem from nothing would give, with prices that prove
it. It looks for no candidates: which pairs are possible, the caller says.
"""

from collections.abc import Mapping, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.certificate import Certificate
from careprogram.pairing.solving.solve import solve
from careprogram.pairing.solving.ties import child_hashes, helper_hashes
from careprogram.pairing.solving.warm import warm


@attrs.frozen(kw_only=True)
class Moved:
    """A child whose helpers changed.

    Attributes:
        child: Its key.
        before: The keys of the helpers it had, sorted.
        after: The keys of those it has now, sorted.
    """

    child: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@attrs.frozen(kw_only=True)
class AssignmentChange:
    """What one change did to the answer.

    Attributes:
        moved: Every child whose helpers changed, sorted; a child that left is among them, a pair that was accepted is
            not: it is settled from then on.
        gained: The value of the answer now less that before; a pair accepted takes its own value out of the answer.
    """

    moved: tuple[Moved, ...]
    gained: int


class LiveAssignment:
    """A best answer that follows the changes, by keys of children and helpers."""

    def __init__(self, problem: AssignmentProblem, answer: Assignment | None = None) -> None:
        """Take over an answer.

        Args:
            problem: Seats, places and edges.
            answer: The right answer to it by any engine; found here if not given.
        """
        self.network = warm(problem, answer if answer is not None else solve(problem))
        self._children = list(problem.child_keys)
        self._helpers = list(problem.helper_keys)
        self._child_at = {key: i for i, key in enumerate(self._children)}
        self._helper_at = {key: v for v, key in enumerate(self._helpers)}
        self._worth_of_child = [self._count_child(i) for i in range(len(self._children))]
        self._cost_of_helper = [self._count_helper(v) for v in range(len(self._helpers))]

    @property
    def value(self) -> int:
        """The value of the answer: seat bonuses plus edge values minus place costs."""
        return sum(self._worth_of_child) - sum(self._cost_of_helper)

    @property
    def children(self) -> tuple[str, ...]:
        """The keys of the children, sorted."""
        return tuple(sorted(self._child_at))

    @property
    def helpers(self) -> tuple[str, ...]:
        """The keys of the helpers, sorted."""
        return tuple(sorted(self._helper_at))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The answer as (child key, helper key), sorted."""
        return tuple(sorted((child, helper) for child in self._child_at for helper in self.helpers_of(child)))

    def helpers_of(self, child: str) -> tuple[str, ...]:
        """Return the helpers that *child* has, sorted."""
        return tuple(sorted(self._helpers[helper] for helper in self.network.held[self.position_of_child(child)]))

    def has_helper(self, child: str) -> bool:
        """Return whether *child* has a helper."""
        return bool(self.network.held[self.position_of_child(child)])

    def children_of(self, helper: str) -> tuple[str, ...]:
        """Return the children that *helper* has, sorted."""
        return tuple(sorted(self._children[child] for child in self.network.load[self.position_of_helper(helper)]))

    def places_of(self, helper: str) -> int:
        """Return how many children *helper* takes at the most."""
        return self.network.places[self.position_of_helper(helper)]

    def values_of(self, child: str) -> Mapping[str, int]:
        """Return what each helper that *child* could have is worth to it."""
        at, bits = self.position_of_child(child), self.network.bits
        edges = {**self.network.held[at], **self.network.open[at]}
        return {self._helpers[helper]: worth >> bits for helper, worth in sorted(edges.items())}

    def certificate(self) -> Certificate:
        """Return the proof that the answer is best."""
        prices = self.network.prices()
        return Certificate(prices={key: prices[v] for key, v in self._helper_at.items()}, value=self.value)

    def problem(self) -> AssignmentProblem:
        """Return the problem as it stands now; solving it anew gives the same answer."""
        network, bits = self.network, self.network.bits
        children, helpers = self.children, self.helpers
        place_of = {self._helper_at[key]: v for v, key in enumerate(helpers)}
        edges = [
            (i, place_of[helper], worth >> bits)
            for i, at in enumerate(map(self._child_at.__getitem__, children))
            for helper, worth in sorted({**network.held[at], **network.open[at]}.items())
        ]
        costs = [
            tuple(cost >> bits for cost in network.costs[at] or (0,) * network.places[at])
            for at in map(self._helper_at.__getitem__, helpers)
        ]
        return AssignmentProblem(
            child_keys=children,
            helper_keys=helpers,
            seats=[tuple(bonus >> bits for bonus in network.seats[self._child_at[key]]) for key in children],
            places=[network.places[self._helper_at[key]] for key in helpers],
            edge_children=[child for child, _, _ in edges],
            edge_helpers=[helper for _, helper, _ in edges],
            edge_values=[value for *_, value in edges],
            place_costs=costs if any(map(any, costs)) else None,
        )

    def copy(self) -> "LiveAssignment":
        """Return the same answer, to be changed apart from this one."""
        other: LiveAssignment = object.__new__(type(self))
        for name, own in vars(self).items():
            setattr(other, name, own.copy())
        return other

    # What may change.

    def helper_leaves(self, helper: str) -> AssignmentChange:
        """Take *helper* away.

        Raises:
            PairingError: There is no such helper.
        """
        at, network = self.position_of_helper(helper), self.network
        while network.places[at]:
            network.take_last_place(at)
        for child in network.asking[at]:
            del network.open[child][at]
        network.asking[at].clear()
        change = self._change(helper=at)
        del self._helper_at[helper]
        return change

    def helper_joins(
        self, helper: str, places: int, values: Mapping[str, int], *, costs: Sequence[int] = ()
    ) -> AssignmentChange:
        """Add *helper*.

        Args:
            helper: A new key.
            places: How many children at the most.
            values: Per child that may have the helper what the pair is worth, 0 or more.
            costs: What each place costs, never falling; nothing if not given.

        Raises:
            PairingError: The key is taken, a child is unknown, or a number is out of range.
        """
        if helper in self._helper_at:
            raise PairingError(f"helper {helper} is there already: change its places, or let it leave first")
        if places < 0 or (costs and (len(costs) != places or list(costs) != sorted(costs) or costs[0] < 0)):
            raise PairingError(f"helper {helper}: places are 0 or more, each with a cost that never falls, if any")
        network, at = self.network, len(self._helpers)
        edges = {self.position_of_child(child): value for child, value in values.items()}
        self._helpers.append(helper)
        self._helper_at[helper] = at
        network.helper_hashes += helper_hashes([helper])
        self._cost_of_helper.append(0)
        network.append_helper({child: network.worth(child, at, _positive(value)) for child, value in edges.items()})
        for number in range(places):
            network.add_place(at, costs[number] << network.bits if costs else 0)
        return self._change(helper=at)

    def set_places(self, helper: str, places: int) -> AssignmentChange:
        """Let *helper* take more or fewer children; further places cost what the last one does.

        Raises:
            PairingError: There is no such helper, or the number is negative.
        """
        at, network = self.position_of_helper(helper), self.network
        if places < 0:
            raise PairingError(f"helper {helper}: places are 0 or more")
        while network.places[at] > places:
            network.take_last_place(at)
        while network.places[at] < places:
            network.add_place(at, network.costs[at][-1] if network.costs[at] else 0)
        return self._change(helper=at)

    def child_leaves(self, child: str) -> AssignmentChange:
        """Take *child* away; its places are filled anew.

        Raises:
            PairingError: There is no such child.
        """
        at, network = self.position_of_child(child), self.network
        self._empty(at)
        for helper in network.open[at]:
            del network.asking[helper][at]
        network.open[at].clear()
        change = self._change(child=at)
        del self._child_at[child]
        return change

    def child_joins(self, child: str, seats: Sequence[int], values: Mapping[str, int]) -> AssignmentChange:
        """Add *child*.

        Args:
            child: A new key.
            seats: The bonus of the first, second, ... helper; never rising, never negative.
            values: Per helper that it may have what the pair is worth, 0 or more.

        Raises:
            PairingError: The key is taken, a helper is unknown, or a number is out of range.
        """
        if child in self._child_at:
            raise PairingError(f"child {child} is there already: let it leave first")
        if any(bonus < 0 for bonus in seats) or list(seats) != sorted(seats, reverse=True):
            raise PairingError(f"child {child}: the bonuses of seats never rise and are never negative")
        network, at = self.network, len(self._children)
        edges = {self.position_of_helper(helper): value for helper, value in values.items()}
        self._children.append(child)
        self._child_at[child] = at
        network.child_hashes += child_hashes([child])
        self._worth_of_child.append(0)
        network.append_child({helper: network.worth(at, helper, _positive(value)) for helper, value in edges.items()})
        self._seat(at, tuple(bonus << network.bits for bonus in seats))
        return self._change(child=at)

    def accept(self, child: str, helper: str) -> AssignmentChange:
        """Settle a pair: it takes the child's first seat and one place for good, and everybody else follows.

        The pair need not be in the answer; a person may choose another.

        Raises:
            PairingError: The pair is not possible, or there is no seat or place for it.
        """
        child_at, at = self.position_of_child(child), self.position_of_helper(helper)
        network = self.network
        self._check_pair(child, helper)
        if not network.seats[child_at] or not network.places[at]:
            raise PairingError(f"child {child} and helper {helper}: no seat or no place is left for this pair")
        if at in network.held[child_at]:
            network.leave(child_at, at)
            self._forget_edge(child_at, at)
            network.seats[child_at] = network.seats[child_at][1:]
            network.places[at] -= 1
            network.costs[at] = network.costs[at][1:]
            network.touched[child_at].pop(at)  # the pair itself stays: it is settled
        else:
            self._forget_edge(child_at, at)
            network.take_first_seat(child_at)
            network.take_first_place(at)
        return self._change(child=child_at, helper=at)

    def decline(self, child: str, helper: str) -> AssignmentChange:
        """Rule a pair out for good.

        Raises:
            PairingError: The pair is not possible anyway.
        """
        child_at, at = self.position_of_child(child), self.position_of_helper(helper)
        self._check_pair(child, helper)
        network = self.network
        had = at in network.held[child_at]
        if had:
            network.leave(child_at, at)
        self._forget_edge(child_at, at)
        if had:
            # The place opens only after the child has found its way out, so that one unit moves at a time.
            places, network.places[at] = network.places[at], len(network.load[at])
            network.push_out(~child_at)
            network.places[at] = places
            network.fill(at)
        return self._change(child=child_at, helper=at)

    def allow(self, child: str, helper: str, value: int) -> AssignmentChange:
        """Make a pair possible that was not, worth *value*.

        Raises:
            PairingError: It is possible already, or the value is negative.
        """
        child_at, at = self.position_of_child(child), self.position_of_helper(helper)
        network = self.network
        if at in network.open[child_at] or at in network.held[child_at]:
            raise PairingError(f"child {child} and helper {helper} may be paired already")
        # The child gives its seats back and gets them again: its potential then fits the new edge.
        seats = network.seats[child_at]
        self._empty(child_at)
        network.open_edge(child_at, at, network.worth(child_at, at, _positive(value)))
        self._seat(child_at, seats)
        return self._change(child=child_at)

    # Helpers of the above.

    def position_of_child(self, key: str) -> int:
        """Return the position of a child in the network.

        Raises:
            PairingError: There is no such child.
        """
        if key not in self._child_at:
            raise PairingError(f"child {key} is not in the problem")
        return self._child_at[key]

    def position_of_helper(self, key: str) -> int:
        """Return the position of a helper in the network.

        Raises:
            PairingError: There is no such helper.
        """
        if key not in self._helper_at:
            raise PairingError(f"helper {key} is not in the problem")
        return self._helper_at[key]

    def child_key(self, position: int) -> str:
        """Return the key of the child at *position*."""
        return self._children[position]

    def helper_key(self, position: int) -> str:
        """Return the key of the helper at *position*."""
        return self._helpers[position]

    def _check_pair(self, child: str, helper: str) -> None:
        at = self.position_of_child(child)
        if self.position_of_helper(helper) not in {*self.network.open[at], *self.network.held[at]}:
            raise PairingError(f"child {child} and helper {helper} may not be paired")

    def _forget_edge(self, child: int, helper: int) -> None:
        del self.network.open[child][helper]
        del self.network.asking[helper][child]

    def _empty(self, child: int) -> None:
        """Take all seats from *child*, and let its places be filled anew, one at a time."""
        network = self.network
        network.seats[child] = ()
        freed = sorted(network.held[child])
        for helper in freed:
            network.leave(child, helper)
        places = [network.places[helper] for helper in freed]
        for helper in freed:
            network.places[helper] = len(network.load[helper])
        for helper, number in zip(freed, places, strict=True):
            network.places[helper] = number
            network.fill(helper)

    def _seat(self, child: int, bonuses: tuple[int, ...]) -> None:
        """Give *child*, which has no seat, its seats."""
        self.network.settle_need(child, bonuses[:1])
        for bonus in bonuses:
            self.network.add_seat(child, bonus)

    def _count_child(self, child: int) -> int:
        own = self.network.held[child]
        bits = self.network.bits
        bonuses = self.network.seats[child][: len(own)]
        return sum(worth >> bits for worth in own.values()) + sum(bonus >> bits for bonus in bonuses)

    def _count_helper(self, helper: int) -> int:
        costs = self.network.costs[helper][: len(self.network.load[helper])]
        return sum(cost >> self.network.bits for cost in costs)

    def _change(self, *, child: int | None = None, helper: int | None = None) -> AssignmentChange:
        """Return what moved since the last change; *child* and *helper* are those whose seats or places changed."""
        moved, gained, network = [], 0, self.network
        children = set() if child is None else {child}
        helpers = set() if helper is None else {helper}
        for at, had in network.touched.items():
            has = network.held[at]
            children.add(at)
            helpers |= had.keys() | has.keys()
            if had.keys() != has.keys():
                before, after = (tuple(sorted(self._helpers[v] for v in own)) for own in (had, has))
                moved.append(Moved(child=self._children[at], before=before, after=after))
        network.touched.clear()
        for at in children:
            gained -= self._worth_of_child[at]
            self._worth_of_child[at] = self._count_child(at)
            gained += self._worth_of_child[at]
        for at in helpers:
            gained += self._cost_of_helper[at]
            self._cost_of_helper[at] = self._count_helper(at)
            gained -= self._cost_of_helper[at]
        return AssignmentChange(moved=tuple(sorted(moved, key=lambda one: one.child)), gained=gained)


def _positive(value: int) -> int:
    if value < 0:
        raise PairingError("a pair is worth 0 or more")
    return value
