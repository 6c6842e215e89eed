"""Which answer is best, found with nothing but Python?

Successive shortest augmenting paths (Busacker and Gowen 1960, with the potentials of Edmonds and Karp 1972): seats
are inserted one by one, each along the cheapest chain of moves. Exact, always there, and fit for one county; what
is larger goes to `simplex`. Values and tie-breaks are carried in one whole number of any length, so nothing
overflows.
"""

from heapq import heappop, heappush

from careprogram.pairing.arrays import as_list
from careprogram.pairing.assignment import TIE_BITS, Assignment, AssignmentProblem
from careprogram.pairing.ties import mix

NAME = "paths"


def solve_by_paths(problem: AssignmentProblem) -> Assignment:
    """Return the right answer to *problem*.

    Args:
        problem: Of any magnitude; time grows with the number of edges times the length of the chains of moves.
    """
    search = _Search(problem)
    # Any order gives the same answer; the dearest seats first means fewer children moved along a chain.
    for child in sorted(range(len(problem.seats)), key=lambda one: problem.seats[one], reverse=True):
        for _ in problem.seats[child]:
            search.insert(child)
    edges = tuple(sorted(edge for held in search.held for edge in held.values()))
    return Assignment(edges=edges, prices=search.prices(), value=problem.value_of(edges), engine=NAME)


class _Search:
    """The residual network with its potentials; helpers are nodes 0 .. m-1, child *i* is node m + i."""

    def __init__(self, problem: AssignmentProblem) -> None:
        self.problem = problem
        self.helpers = len(problem.helper_keys)
        nodes = self.helpers + len(problem.child_keys)
        # A potential is the difference of two paths, so its tie-break part stays below half of one unit of value.
        self.unit_bits = TIE_BITS + (8 * (nodes + 1)).bit_length()
        self.places = as_list(problem.places)
        self.adjacent: list[list[tuple[int, int, int]]] = [[] for _ in problem.child_keys]
        child_hashes, helper_hashes = problem.key_hashes
        for edge, (child, helper, value) in enumerate(problem.edges()):
            if self.places[helper]:
                worth = (value << self.unit_bits) + mix(child_hashes[child], helper_hashes[helper])
                self.adjacent[child].append((helper, worth, edge))
        self.price = [0] * self.helpers
        self.need = [0] * len(problem.child_keys)  # a child's potential: minus the worth of its marginal seat
        self.inserted = [0] * len(problem.child_keys)
        self.held: list[dict[int, int]] = [{} for _ in problem.child_keys]  # helper -> edge, per child
        self.load: list[dict[int, int]] = [{} for _ in range(self.helpers)]  # child -> worth, per helper

    def insert(self, child: int) -> None:
        """Give *child* one more seat to fill and restore the optimum."""
        lowest = self._cost_of_dropping(child, self.inserted[child] - len(self.held[child]))
        if not self.inserted[child]:
            self.need[child] = max(
                [worth - self.price[helper] for helper, worth, _ in self.adjacent[child]] + [-lowest]
            )
        self.inserted[child] += 1
        end, length, reached, before = self._shortest(child)
        for node, distance in reached.items():
            if distance < length:
                if node < self.helpers:
                    self.price[node] += length - distance
                else:
                    self.need[node - self.helpers] -= length - distance
        self._shift(end, before)

    def _cost_of_dropping(self, child: int, dropped: int) -> int:
        """Return what it costs to leave one more seat empty: the lowest bonus goes first."""
        bonuses = self.problem.seats[child]
        return bonuses[len(bonuses) - 1 - dropped] << self.unit_bits

    def _cost_of_taking(self, helper: int) -> int:
        """Return what the next free place of *helper* costs."""
        costs = self.problem.place_costs
        return costs[helper][len(self.load[helper])] << self.unit_bits if costs is not None else 0

    def _shortest(self, source: int) -> tuple[int, int, dict[int, int], dict[int, tuple[int, int, int]]]:
        """Return where the cheapest chain ends, its length, the distances found and the steps that led there.

        A chain ends at a helper with a free place, or at a child that gives up one seat. Either may still cost more
        than a longer chain, so the search goes on until nothing nearer is left.
        """
        start = self.helpers + source
        distances: dict[int, int] = {start: 0}
        before: dict[int, tuple[int, int, int]] = {}
        final: dict[int, int] = {}
        heap = [(0, start)]
        end, length = -1, -1
        while heap:
            distance, node = heappop(heap)
            if node in final:
                continue
            if 0 <= length <= distance:
                break
            final[node] = distance
            if node >= self.helpers:
                child = node - self.helpers
                dropped = self.inserted[child] - len(self.held[child]) - (child == source)
                total = distance + self._cost_of_dropping(child, dropped) + self.need[child]
                if length < 0 or total < length:
                    end, length = node, total
                self._reach_helpers(child, distance, distances, before, heap)
                continue
            if len(self.load[node]) < self.places[node]:
                total = distance + self._cost_of_taking(node) - self.price[node]
                if length < 0 or total < length:
                    end, length = node, total
                if total == distance:
                    break
            self._reach_children(node, distance, distances, before, heap)
        return end, length, final, before

    def _reach_helpers(
        self,
        child: int,
        distance: int,
        distances: dict[int, int],
        before: dict[int, tuple[int, int, int]],
        heap: list[tuple[int, int]],
    ) -> None:
        held, base = self.held[child], distance + self.need[child]
        for helper, worth, edge in self.adjacent[child]:
            if helper in held:
                continue
            total = base + self.price[helper] - worth
            if helper not in distances or total < distances[helper]:
                distances[helper] = total
                before[helper] = (self.helpers + child, edge, worth)
                heappush(heap, (total, helper))

    def _reach_children(
        self,
        helper: int,
        distance: int,
        distances: dict[int, int],
        before: dict[int, tuple[int, int, int]],
        heap: list[tuple[int, int]],
    ) -> None:
        base = distance - self.price[helper]
        for child, worth in self.load[helper].items():
            node, total = self.helpers + child, base - self.need[child] + worth
            if node not in distances or total < distances[node]:
                distances[node] = total
                before[node] = (helper, self.held[child][helper], worth)
                heappush(heap, (total, node))

    def _shift(self, end: int, before: dict[int, tuple[int, int, int]]) -> None:
        """Follow the chain back: each child on it takes the next helper and leaves the one it had."""
        node = end
        while node in before:
            previous, edge, worth = before[node]
            if node < self.helpers:
                self.held[previous - self.helpers][node] = edge
                self.load[node][previous - self.helpers] = worth
            else:
                del self.held[node - self.helpers][previous]
                del self.load[previous][node - self.helpers]
            node = previous

    def prices(self) -> tuple[int, ...]:
        """Return the prices in units of value; a helper without places is dear enough that nobody gains by asking."""
        half = 1 << (self.unit_bits - 1)
        found = [(price + half) >> self.unit_bits for price in self.price]
        return with_closed_doors(self.problem, found)


def with_closed_doors(problem: AssignmentProblem, prices: list[int]) -> tuple[int, ...]:
    """Return *prices* with those of helpers without places raised until no child would pay them."""
    places = as_list(problem.places)
    if 0 in places:
        for child, helper, value in problem.edges():
            if places[helper] == 0:
                prices[helper] = max(prices[helper], value + max(problem.seats[child], default=0))
    return tuple(prices)
