"""What would it cost if this child had another helper?

In the residual network of a best answer, giving a child another helper is a ring of moves: the child takes the helper,
somebody else makes room, and so on until the child's old place is filled or left empty. The cheapest ring is a shortest
path, so its cost is exactly the value of the best answer less that of the best answer with the other helper in it.
Nothing is changed here; it is for people to choose.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.solving.residual import FAR, Residual
from careprogram.pairing.solving.updating import LiveAssignment, Moved


@attrs.frozen(kw_only=True)
class Alternative:
    """The best answer in which a child has a certain helper that it has not now.

    Attributes:
        child: The key of the child.
        helper: The key of the helper it would have.
        cost: The value of the best answer less that of this one; 0 or more.
        moved: Every child whose helpers would change, the child itself among them, sorted.
    """

    child: str
    helper: str
    cost: int
    moved: tuple[Moved, ...]

    @property
    def without(self) -> tuple[str, ...]:
        """The children that would lose their only helper."""
        return tuple(one.child for one in self.moved if one.before and not one.after)

    @property
    def newly_helped(self) -> tuple[str, ...]:
        """The children that would get a first helper."""
        return tuple(one.child for one in self.moved if one.after and not one.before)


def alternatives(
    live: LiveAssignment, child: str, *, instead_of: str | None = None, most: int | None = None
) -> tuple[Alternative, ...]:
    """Return every other helper that *child* could have, the cheapest first.

    Args:
        live: A best answer.
        child: The key of a child.
        instead_of: A helper of the child that it would no longer have, while it keeps its others; if not given, the
            answer is free in which of the child's helpers (or empty seats) makes room.
        most: How many at the most; all if not given.

    Raises:
        PairingError: The child is unknown, or does not have the helper.
    """
    network, at = live.network, live.position_of_child(child)
    leaving = None
    if instead_of is not None:
        leaving = live.position_of_helper(instead_of)
        if leaving not in network.held[at]:
            raise PairingError(f"child {child} does not have helper {instead_of}, so nothing can come instead")
    rings = _Rings(network, at, leaving)
    ranked: list[tuple[int, int, Steps]] = []
    for helper in sorted(network.open[at] if network.seats[at] else (), key=rings.own_cost):
        # What is dearer than all that is asked for need not be known.
        full = most is not None and len(ranked) >= most
        cost, steps = rings.cheapest(helper, below=ranked[-1][0] if full else FAR)
        if cost < FAR:
            ranked = sorted([*ranked, (cost, helper, steps)])[:most]
    return tuple(
        Alternative(
            child=child,
            helper=live.helper_key(helper),
            cost=network.rounded(cost),
            moved=_moved(live, [(~at, helper), *steps]),
        )
        for cost, helper, steps in ranked
    )


def _moved(live: LiveAssignment, steps: Iterable[tuple[int, int]]) -> tuple[Moved, ...]:
    after: dict[int, set[int]] = {}
    for tail, head in steps:
        child, helper = (~tail, head) if head >= 0 else (~head, tail)
        own = after.setdefault(child, set(live.network.held[child]))
        own.symmetric_difference_update({helper})
    moved = (
        Moved(
            child=live.child_key(child),
            before=tuple(sorted(map(live.helper_key, live.network.held[child]))),
            after=tuple(sorted(map(live.helper_key, own))),
        )
        for child, own in after.items()
        if own != live.network.held[child].keys()
    )
    return tuple(sorted(moved, key=lambda one: one.child))


Steps = list[tuple[int, int]]


class _Rings:
    """The ways back to one child: searched backwards once, then forwards from each helper until the two meet."""

    def __init__(self, network: Residual, child: int, leaving: int | None) -> None:
        self.network = network
        self.child = ~child
        self.target, self.last = (~child, 0) if leaving is None else (leaving, 0)
        # A child that keeps its other helpers is no way through.
        self.closed = None if leaving is None else ~child
        if leaving is not None:
            self.last = network.held[child][leaving] - network.price[leaving] - network.need[child]
        self.start, self.length, self.back, self.after = self._backwards()

    def _backwards(self) -> tuple[int, int, dict[int, int], dict[int, int]]:
        """Return where a unit from outside best starts, how far that is, and the nodes nearer than that."""
        network = self.network
        start, length = self.target, FAR
        final, after = dict[int, int](), dict[int, int]()
        bound = [FAR]
        for distance, node, following in _search(self.target, network.steps_to, self.closed, bound):
            final[node] = distance
            if following is not None:
                after[node] = following
            way_in = distance + network.cost_of_starting(node)
            if way_in < length:
                start, length = node, way_in
                bound[0] = way_in
        return start, length, final, after

    def own_cost(self, helper: int) -> int:
        """Return what the child's own step to *helper* and the last step of the ring cost; the rest costs 0 or more."""
        network = self.network
        return network.need[~self.child] + network.price[helper] - network.open[~self.child][helper] + self.last

    def cheapest(self, helper: int, *, below: int) -> tuple[int, Steps]:
        """Return the cost of the cheapest ring through *helper*, and its steps after the child took the helper.

        A ring that costs *below* or more is not looked for.
        """
        network, own = self.network, self.own_cost(helper)
        best = limit = min(FAR, below - own)
        meeting, ending, bound = helper, False, [best]
        before = dict[int, int]()
        for distance, node, previous in _search(helper, network.steps_from, self.closed, bound):
            if previous is not None:
                before[node] = previous
            if node in self.back and distance + self.back[node] < best:
                best, meeting, ending = distance + self.back[node], node, False
            way_out = distance + network.cost_of_ending(node) + self.length
            if way_out < best:
                best, meeting, ending = way_out, node, True
            bound[0] = best
        if best >= limit:
            return FAR, []
        steps = [*_path(meeting, before)][::-1]
        steps += [(tail, head) for head, tail in _path(self.start if ending else meeting, self.after)]
        if self.closed is not None:
            steps.append((self.target, self.child))
        return own + best, steps


def _path(node: int, towards: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Yield (neighbor, node) from *node* to the end."""
    while node in towards:
        yield towards[node], node
        node = towards[node]


def _search(
    start: int, steps: Callable[[int], Iterator[tuple[int, int]]], closed: int | None, bound: list[int]
) -> Iterator[tuple[int, int, int | None]]:
    """Yield distance, node and the neighbor it was reached from, from near to far, below what *bound* holds by then."""
    distances, reached_from, final = {start: 0}, dict[int, int](), set[int]()
    heap = [(0, start)]
    while heap:
        distance, node = heappop(heap)
        if distance >= bound[0]:
            return
        if node in final:
            continue
        final.add(node)
        yield distance, node, reached_from.get(node)
        for neighbor, step in steps(node):
            total = distance + step
            if total < bound[0] and neighbor != closed and total < distances.get(neighbor, FAR):
                distances[neighbor] = total
                reached_from[neighbor] = node
                heappush(heap, (total, neighbor))
