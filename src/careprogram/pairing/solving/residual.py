"""How does a best answer change when one thing changes?

The residual network of an `AssignmentProblem` with potentials that prove its answer best, tie-break included. A change
leaves one unit too much or too little at one node; the unit moves along the cheapest chain of moves (Busacker and Gowen
1960, potentials after Edmonds and Karp 1972), and the answer is best again. Everything is in positions and whole
numbers of any length; nothing here knows ids or rules.
"""

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import TIE_BITS, AssignmentProblem
from careprogram.pairing.solving.ties import mix

FAR = 1 << 4096
"""Longer than any chain."""

_ROOM = 16
"""Bits kept free so that a network may grow 65,000-fold before tie-breaks could reach the values."""

Steps = dict[int, int]
"""Per node of a chain the neighbor from which (or to which) the unit moves."""


class Residual:
    """A best answer that can be changed; helper *v* is node v, child *i* is node ~i.

    Attributes:
        bits: By how many bits values are shifted to leave room for tie-breaks.
        seats: Per child the bonuses of its seats, shifted.
        held: Per child the helpers it has, with the worth of each edge: value shifted, plus tie-break number.
        open: Per child the helpers it could have and has not.
        places: Per helper how many children at the most.
        costs: Per helper what each place costs, shifted; empty where none costs anything.
        load: Per helper the children it has.
        asking: Per helper the children that could have it and have not.
        price: Per helper the price of a place.
        need: Per child minus what its marginal seat is worth.
        touched: Per child that moved since `forget_moves` the helpers it had then.
    """

    def __init__(self, problem: AssignmentProblem) -> None:
        nodes = len(problem.child_keys) + len(problem.helper_keys)
        # A potential is the difference of two chains, so its tie-break part stays below half of one unit of value.
        self.bits = TIE_BITS + (8 * (nodes + 1)).bit_length() + _ROOM
        self.child_hashes, self.helper_hashes = map(list, problem.key_hashes)
        self.seats = [tuple(bonus << self.bits for bonus in bonuses) for bonuses in problem.seats]
        self.held: list[dict[int, int]] = [{} for _ in problem.child_keys]
        self.open: list[dict[int, int]] = [{} for _ in problem.child_keys]
        self.places = as_list(problem.places)
        costs = problem.place_costs or [()] * len(self.places)
        self.costs = [tuple(cost << self.bits for cost in own) for own in costs]
        self.load: list[dict[int, int]] = [{} for _ in problem.helper_keys]
        self.asking: list[dict[int, int]] = [{} for _ in problem.helper_keys]
        self.price = [0] * len(self.places)
        self.need = [0] * len(self.seats)
        self.touched: dict[int, dict[int, int]] = {}
        for child, helper, value in problem.edges():
            self.open[child][helper] = self.asking[helper][child] = self.worth(child, helper, value)

    @classmethod
    def solved(cls, problem: AssignmentProblem) -> "Residual":
        """Return the network of *problem* with its best answer, found from nothing."""
        network = cls(problem)
        # Any order gives the same answer; the dearest seats first means fewer children moved along a chain.
        network._close_doors()
        seats, network.seats = network.seats, [()] * len(network.seats)
        for child in sorted(range(len(seats)), key=lambda one: seats[one], reverse=True):
            network.settle_need(child, seats[child][:1])
            for bonus in seats[child]:
                network.add_seat(child, bonus)
        network.touched.clear()
        return network

    def _close_doors(self) -> None:
        """Make a helper without places so dear that no chain tries it; a place added later finds the right price."""
        for helper, places in enumerate(self.places):
            if places == 0:
                worths = (worth + max(self.seats[child], default=0) for child, worth in self.asking[helper].items())
                self.price[helper] = max(worths, default=0)

    def worth(self, child: int, helper: int, value: int) -> int:
        """Return the worth of an edge: its value, and below it the tie-break number."""
        return (value << self.bits) + mix(self.child_hashes[child], self.helper_hashes[helper])

    def settle_need(self, child: int, first: tuple[int, ...] = ()) -> None:
        """Set the potential of a child without seats so that no chain through it gains anything."""
        offers = [worth - self.price[helper] for helper, worth in self.open[child].items()]
        self.need[child] = max(offers + [-bonus for bonus in first], default=0)

    # One unit too much or too little.

    def add_seat(self, child: int, bonus: int) -> None:
        """Give *child* one more seat, not worth more than those it has, and restore the optimum."""
        self.seats[child] = (*self.seats[child], bonus)
        filled = len(self.held[child])
        if self.seats[child][filled] + self.need[child] > 0:
            self.push_out(~child)

    def take_first_seat(self, child: int) -> None:
        """Take the most valuable seat from *child* and restore the optimum."""
        self.seats[child] = self.seats[child][1:]
        if self.held[child]:
            self.pull_in(~child, FAR)

    def add_place(self, helper: int, cost: int = 0) -> None:
        """Give *helper* one more place, not cheaper than those it has, and restore the optimum."""
        if cost or self.costs[helper]:
            self.costs[helper] = (*(self.costs[helper] or (0,) * self.places[helper]), cost)
        self.places[helper] += 1
        self.fill(helper)

    def take_last_place(self, helper: int) -> None:
        """Take the dearest place from *helper* and restore the optimum."""
        self.places[helper] -= 1
        self.costs[helper] = self.costs[helper][: self.places[helper]]
        if len(self.load[helper]) > self.places[helper]:
            self.push_out(helper)

    def take_first_place(self, helper: int) -> None:
        """Take the cheapest place from *helper* and restore the optimum."""
        self.places[helper] -= 1
        self.costs[helper] = self.costs[helper][1:]
        if self.load[helper] and (len(self.load[helper]) > self.places[helper] or self.costs[helper]):
            self.push_out(helper)

    def fill(self, helper: int) -> None:
        """Restore the optimum where *helper* has places that may be worth more than they cost."""
        while (load := len(self.load[helper])) < self.places[helper]:
            slack = self.price[helper] - self.cost_of_place(helper, load)
            if slack <= 0:
                return
            self.pull_in(helper, slack)

    def cost_of_place(self, helper: int, number: int) -> int:
        """Return what place *number* of *helper* costs, counted from 0."""
        costs = self.costs[helper]
        return costs[number] if costs else 0

    def push_out(self, source: int) -> None:
        """Find a way out for the one unit too much at *source*: to a free place, or to a seat left empty."""
        self._send_along(source, FAR, out=True)

    def pull_in(self, target: int, most: int) -> None:
        """Find one unit more for *target*: from a helper, or from a seat left empty; it may cost up to *most*."""
        self._send_along(target, most, out=False)

    def _send_along(self, source: int, most: int, *, out: bool) -> None:
        end, length, reached, back = self._chain(source, most, out=out)
        for node, distance in reached.items():
            rise = length - distance if out else distance - length
            if node >= 0:
                self.price[node] += rise
            else:
                self.need[~node] -= rise
        while end in back:
            previous = back[end]
            if out:
                self.move(previous, end)
            else:
                self.move(end, previous)
            end = previous

    def _chain(self, source: int, most: int, *, out: bool) -> tuple[int, int, dict[int, int], Steps]:
        """Return where the cheapest chain ends, its length, the nodes nearer than that, and per node the step before.

        Args:
            source: Where it begins.
            most: It costs less than this, or it has no step.
            out: Whether a unit moves from *source* to the end; else from the end to *source*.
        """
        distances, before, final = {source: 0}, Steps(), dict[int, int]()
        heap = [(0, source)]
        end, length = source, most
        price, need = self.price, self.need
        at_helper, at_child, cost_of_end = (
            (self.load, self.open, self.cost_of_ending) if out else (self.asking, self.held, self.cost_of_starting)
        )
        while heap:
            distance, node = heappop(heap)
            if distance >= length:
                break
            if node in final:
                continue
            final[node] = distance
            whole = distance + cost_of_end(node, node == source)
            if whole < length:
                end, length = node, whole
            # The same as `steps_from` and `steps_to`, written out: nearly all the time is spent here.
            if node >= 0:
                distance += -price[node] if out else price[node]
                for child, worth in at_helper[node].items():
                    total = distance + worth - need[child] if out else distance + need[child] - worth
                    if total < length and total < distances.get(~child, FAR):
                        distances[~child] = total
                        before[~child] = node
                        heappush(heap, (total, ~child))
            else:
                distance += need[~node] if out else -need[~node]
                for helper, worth in at_child[~node].items():
                    total = distance + price[helper] - worth if out else distance + worth - price[helper]
                    if total < length and total < distances.get(helper, FAR):
                        distances[helper] = total
                        before[helper] = node
                        heappush(heap, (total, helper))
        return end, length, final, before

    # Reduced costs of the arcs; none is negative while the answer is best.

    def cost_of_ending(self, node: int, extra: bool = False) -> int:
        """Return what it costs that a unit ends at *node*; *extra* if it is one too many there already."""
        if node >= 0:
            load = len(self.load[node]) - extra
            return self.cost_of_place(node, load) - self.price[node] if load < self.places[node] else FAR
        filled = len(self.held[~node]) + extra
        return self.seats[~node][filled - 1] + self.need[~node] if filled else FAR

    def cost_of_starting(self, node: int, lacking: bool = False) -> int:
        """Return what it costs that a unit starts at *node*; *lacking* if one is missing there already."""
        if node >= 0:
            load = len(self.load[node])
            return self.price[node] - self.cost_of_place(node, load - 1) if load and not lacking else FAR
        filled = len(self.held[~node]) - lacking
        return -self.seats[~node][filled] - self.need[~node] if filled < len(self.seats[~node]) else FAR

    def steps_from(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield the neighbors that a unit at *node* can move to, with the reduced costs."""
        if node >= 0:
            price, need = self.price[node], self.need
            return ((~child, worth - price - need[child]) for child, worth in self.load[node].items())
        own, prices = self.need[~node], self.price
        return ((helper, own + prices[helper] - worth) for helper, worth in self.open[~node].items())

    def steps_to(self, node: int) -> Iterator[tuple[int, int]]:
        """Yield the neighbors from which a unit can move to *node*, with the reduced costs."""
        if node >= 0:
            price, need = self.price[node], self.need
            return ((~child, need[child] + price - worth) for child, worth in self.asking[node].items())
        own, prices = self.need[~node], self.price
        return ((helper, worth - prices[helper] - own) for helper, worth in self.held[~node].items())

    # The answer.

    def move(self, tail: int, head: int) -> None:
        """Move one unit along an arc: a child takes a helper, or leaves one."""
        if head >= 0:
            self.take(~tail, head)
        else:
            self.leave(~head, tail)

    def take(self, child: int, helper: int) -> None:
        """Let *child* have *helper*."""
        self.touched.setdefault(child, dict(self.held[child]))
        del self.asking[helper][child]
        self.held[child][helper] = self.load[helper][child] = self.open[child].pop(helper)

    def leave(self, child: int, helper: int) -> None:
        """Let *child* no longer have *helper*."""
        self.touched.setdefault(child, dict(self.held[child]))
        del self.load[helper][child]
        self.open[child][helper] = self.asking[helper][child] = self.held[child].pop(helper)

    def append_child(self, edges: Mapping[int, int]) -> None:
        """Add a child without seats that could have the helpers of *edges*, each with its worth."""
        child = len(self.seats)
        self.seats.append(())
        self.held.append({})
        self.open.append({})
        self.need.append(0)
        for helper, worth in edges.items():
            self.open[child][helper] = self.asking[helper][child] = worth

    def append_helper(self, edges: Mapping[int, int]) -> None:
        """Add a helper without places that the children of *edges* could have, each with its worth."""
        helper = len(self.places)
        self.places.append(0)
        self.costs.append(())
        self.load.append({})
        self.asking.append({})
        self.price.append(0)
        for child, worth in edges.items():
            self.open[child][helper] = self.asking[helper][child] = worth
            self.price[helper] = max(self.price[helper], worth - self.need[child])

    def open_edge(self, child: int, helper: int, worth: int) -> None:
        """Let *child*, which has no seats now, ask for *helper* too."""
        self.open[child][helper] = self.asking[helper][child] = worth

    def rounded(self, number: int) -> int:
        """Return *number* in units of value, without its tie-break part."""
        return (number + (1 << (self.bits - 1))) >> self.bits

    def prices(self) -> tuple[int, ...]:
        """Return the prices in units of value: the proof that goes with the answer."""
        return tuple(max(0, self.rounded(price)) for price in self.price)

    def copy(self) -> "Residual":
        """Return a network that can be changed without changing this one."""
        other: Residual = object.__new__(type(self))
        for name, own in vars(self).items():
            if isinstance(own, list):
                setattr(other, name, [dict(one) if isinstance(one, dict) else one for one in own])
            else:
                setattr(other, name, dict(own) if isinstance(own, dict) else own)
        return other
