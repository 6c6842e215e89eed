"""What is the cheapest flow, found with nothing but Python?

Successive shortest paths with potentials (Edmonds and Karp 1972): arcs of negative cost are full at first, then units
are sent from where too many are to where too few are, along the cheapest chain each time. Exact, for numbers of any
length, and fit for some thousand arcs.
"""

from collections.abc import Sequence
from heapq import heappop, heappush

from careprogram.errors import PairingError
from careprogram.pairing.solving.ties import TIE_BITS


def cheapest_flow(arcs: Sequence[tuple[int, int, int, int, int]], supply: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the units on every arc and the potentials that prove them.

    Args:
        arcs: (tail, head, capacity, cost, tie-break number).
        supply: Per node how many units start there.

    Raises:
        PairingError: No flow carries the whole supply.
    """
    # A potential is the length of a path, so its tie-break part stays below half of one unit of cost.
    bits = TIE_BITS + (8 * (len(supply) + 1)).bit_length()
    search = _Search(supply)
    for tail, head, capacity, cost, tie in arcs:
        search.add(tail, head, capacity, (cost << bits) - tie)
    search.run()
    half = 1 << (bits - 1)
    units = [search.room[2 * arc + 1] for arc in range(len(arcs))]
    return units, [(potential + half) >> bits for potential in search.potential]


class _Search:
    """The residual network: arc *2a* sends forward what arc *2a + 1* can take back."""

    def __init__(self, supply: Sequence[int]) -> None:
        self.left = list(supply)
        self.leaving: list[list[int]] = [[] for _ in supply]
        self.head: list[int] = []
        self.room: list[int] = []
        self.cost: list[int] = []
        self.potential = [0] * len(supply)

    def add(self, tail: int, head: int, capacity: int, cost: int) -> None:
        """Add an arc and its opposite; one of negative cost starts full."""
        self.leaving[tail].append(len(self.head))
        self.leaving[head].append(len(self.head) + 1)
        full = capacity if cost < 0 else 0
        self.head += [head, tail]
        self.room += [capacity - full, full]
        self.cost += [cost, -cost]
        self.left[tail] -= full
        self.left[head] += full

    def run(self) -> None:
        """Send until nothing is left over."""
        for node in range(len(self.left)):
            while self.left[node] > 0:
                self._send(node)

    def _send(self, source: int) -> None:
        distances, before, end = self._shortest(source)
        if end < 0:
            raise PairingError("no flow carries the whole supply")
        length = distances[end]
        for node, distance in distances.items():
            if distance < length:
                self.potential[node] += distance - length
        arcs = []
        node = end
        while node != source:
            arcs.append(before[node])
            node = self.head[before[node] ^ 1]
        units = min(self.left[source], -self.left[end], *(self.room[arc] for arc in arcs))
        for arc in arcs:
            self.room[arc] -= units
            self.room[arc ^ 1] += units
        self.left[source] -= units
        self.left[end] += units

    def _shortest(self, source: int) -> tuple[dict[int, int], dict[int, int], int]:
        """Return distances, the arc that led to each node, and the nearest node where units are missing, or -1."""
        distances = {source: 0}
        before: dict[int, int] = {}
        final: dict[int, int] = {}
        heap = [(0, source)]
        while heap:
            distance, node = heappop(heap)
            if node in final:
                continue
            final[node] = distance
            if self.left[node] < 0:
                return final, before, node
            base = distance + self.potential[node]
            for arc in self.leaving[node]:
                if self.room[arc]:
                    head = self.head[arc]
                    total = base + self.cost[arc] - self.potential[head]
                    if head not in distances or total < distances[head]:
                        distances[head] = total
                        before[head] = arc
                        heappush(heap, (total, head))
        return final, before, -1
