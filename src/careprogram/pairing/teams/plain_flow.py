"""What is the cheapest flow through a network, found with nothing but Python?

Successive cheapest paths with potentials (Edmonds and Karp 1972), for networks that `paths` does not know. Costs and
tie-breaks travel in one whole number, so nothing overflows. Fit for one county.
"""

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush

from careprogram.pairing.solving.assignment import TIE_BITS


def plain_flow(
    arcs: Sequence[tuple[int, int, int, int]], ties: Sequence[int], supply: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Return the flow of least cost, of several the one of least ties, and potentials that prove its cost.

    Args:
        arcs: Tail, head, capacity and cost, 0 or more, of each.
        ties: Per arc a number of 0 or more that counts below every cost.
        supply: Per node how many units start there; the only node below 0 takes them all, and every unit gets there.
    """
    network = _Residual(arcs, ties, supply)
    for node, units in enumerate(supply):
        for _ in range(max(0, units)):
            network.send(node)
    return network.flow, network.potentials_of_costs()


class _Residual:
    def __init__(self, arcs: Sequence[tuple[int, int, int, int]], ties: Sequence[int], supply: Sequence[int]) -> None:
        bits = TIE_BITS + (4 * (len(supply) + 1)).bit_length()
        self.arcs = arcs
        self.costs = [(cost << bits) + tie for (*_, cost), tie in zip(arcs, ties, strict=True)]
        self.sink = min(range(len(supply)), key=lambda node: supply[node])
        self.flow = [0] * len(arcs)
        self.potentials = [0] * len(supply)
        self.around: list[list[int]] = [[] for _ in supply]
        for arc, (tail, head, *_) in enumerate(arcs):
            self.around[tail].append(arc)
            self.around[head].append(~arc)

    def _step(self, arc: int) -> tuple[int, int, bool]:
        """Return where *arc* (or, as its complement, its way back) leads, what it costs, and whether it is open."""
        if arc >= 0:
            _, head, capacity, _ = self.arcs[arc]
            return head, self.costs[arc], self.flow[arc] < capacity
        return self.arcs[~arc][0], -self.costs[~arc], self.flow[~arc] > 0

    def send(self, source: int) -> None:
        """Send one unit from *source* to the sink on the cheapest path."""
        distances, before, done = {source: 0}, {}, {}
        heap = [(0, source)]
        while heap:
            distance, node = heappop(heap)
            if node in done:
                continue
            done[node] = distance
            if node == self.sink:
                break
            for arc in self.around[node]:
                there, cost, is_open = self._step(arc)
                if not is_open or there in done:
                    continue
                total = distance + cost + self.potentials[node] - self.potentials[there]
                if there not in distances or total < distances[there]:
                    distances[there], before[there] = total, (node, arc)
                    heappush(heap, (total, there))
        length = done[self.sink]
        for node, distance in done.items():
            self.potentials[node] += distance - length
        node = self.sink
        while node != source:
            node, arc = before[node]
            if arc >= 0:
                self.flow[arc] += 1
            else:
                self.flow[~arc] -= 1

    def potentials_of_costs(self) -> list[int]:
        """Return the distances of all nodes from the sink in what is left of the network, by cost alone."""
        found = [0] * len(self.potentials)
        waiting, queued = deque(range(len(found))), [True] * len(found)
        while waiting:
            node = waiting.popleft()
            queued[node] = False
            for arc in self.around[node]:
                there, _, is_open = self._step(arc)
                cost = self.arcs[arc][3] if arc >= 0 else -self.arcs[~arc][3]
                if is_open and found[node] + cost < found[there]:
                    found[there] = found[node] + cost
                    if not queued[there]:
                        waiting.append(there)
                        queued[there] = True
        return found
