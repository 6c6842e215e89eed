"""Which answer is best, found by the network simplex of LEMON?

The fast engine (extra ``[fast]``: pylmcf and numpy). It solves each connected component twice: first for value,
then, on the face of all best answers, for the tie-break. It never trusts the solver: `certificate` checks what
comes out. Whole numbers of 64 bits are guarded before anything is solved.
"""

import itertools
from types import ModuleType
from typing import Any

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.arrays import as_list
from careprogram.pairing.assignment import TIE_BITS, Assignment, AssignmentProblem
from careprogram.pairing.components import Component, components
from careprogram.pairing.paths import with_closed_doors

NAME = "simplex"
_LIMIT = 2**62


def load_libraries() -> tuple[ModuleType, ModuleType]:
    """Import numpy and pylmcf.

    Raises:
        MissingExtraError: One of them is not installed.
    """
    try:
        import numpy as np
        import pylmcf
    except ImportError as missing:
        raise MissingExtraError(missing.name or "pylmcf", extra="fast", purpose="Pairing a large program") from missing
    return np, pylmcf


def fits(problem: AssignmentProblem) -> bool:
    """Return whether 64 bits hold every number that the simplex may form."""
    highest = max((max(bonuses) for bonuses in set(problem.seats) if bonuses), default=0)
    taking = max((costs[-1] for costs in set(problem.place_costs or ()) if costs), default=0)
    dearest = highest + taking + max(as_list(problem.edge_values), default=0) + 1
    nodes = len(problem.child_keys) + len(problem.helper_keys) + 2
    units = sum(map(len, problem.seats)) + 1
    return max(dearest, 1 << (TIE_BITS + 1)) * (nodes + units) < _LIMIT


def solve_by_simplex(problem: AssignmentProblem) -> Assignment:
    """Return the right answer to *problem*.

    Raises:
        MissingExtraError: The extra ``[fast]`` is not installed.
        PairingError: The numbers do not fit into 64 bits.
    """
    if not fits(problem):
        raise PairingError("the values do not fit into 64 bits: use fewer tiers or the engine 'paths'")
    np, pylmcf = load_libraries()
    prices = [0] * len(problem.helper_keys)
    edges: list[int] = []
    for part in components(problem):
        network = _Network(np, pylmcf, problem, part)
        flow, reduced, helper_prices = network.best()
        edges.extend(network.canonical(flow, reduced))
        for helper, price in zip(part.helpers, helper_prices, strict=True):
            prices[helper] = price
    edges.sort()
    return Assignment(
        edges=tuple(edges),
        prices=with_closed_doors(problem, prices),
        value=problem.value_of(edges),
        engine=NAME,
    )


def _place_costs(problem: AssignmentProblem, helper: int) -> tuple[int, ...]:
    return problem.place_costs[helper] if problem.place_costs is not None else (0,) * int(problem.places[helper])


class _Network:
    """One component as arcs: child to helper, child to sink (an empty seat), helper to sink; numpy arrays of int64."""

    def __init__(self, np: Any, pylmcf: Any, problem: AssignmentProblem, part: Component) -> None:
        self.np, self.pylmcf, self.problem, self.part = np, pylmcf, problem, part
        child_at = {child: i for i, child in enumerate(part.children)}
        first = len(part.children)
        helper_at = {helper: first + v for v, helper in enumerate(part.helpers)}
        self.sink = first + len(part.helpers)
        ends, helpers, values = map(as_list, (problem.edge_children, problem.edge_helpers, problem.edge_values))
        top = max((values[edge] for edge in part.edges), default=0)
        empty = [(i, top + bonus) for i, child in enumerate(part.children) for bonus in problem.seats[child]]
        pairs = len(part.edges)
        places = [
            (helper_at[helper], cost, sum(1 for _ in run))
            for helper in part.helpers
            for cost, run in itertools.groupby(_place_costs(problem, helper))
        ]
        tails = [child_at[ends[e]] for e in part.edges] + [i for i, _ in empty] + [v for v, *_ in places]
        heads = [helper_at[helpers[e]] for e in part.edges] + [self.sink] * (len(empty) + len(places))
        costs = [top - values[e] for e in part.edges] + [cost for _, cost in empty] + [cost for _, cost, _ in places]
        self.tails = np.array(tails, dtype=np.int64)
        self.heads = np.array(heads, dtype=np.int64)
        self.costs = np.array(costs, dtype=np.int64)
        self.capacities = np.ones(len(self.tails), dtype=np.int64)
        self.capacities[pairs + len(empty) :] = [number for *_, number in places]
        self.supply = np.zeros(self.sink + 1, dtype=np.int64)
        self.supply[:first] = [len(problem.seats[child]) for child in part.children]
        self.supply[self.sink] = -self.supply.sum()
        self.first, self.pairs = first, pairs

    def _solve(self, arcs: Any, costs: Any, supply: Any) -> tuple[Any, Any]:
        """Return flows on *arcs* and node potentials."""
        order = self.np.lexsort((self.heads[arcs], self.tails[arcs]))
        chosen = arcs[order]
        graph = self.pylmcf.Graph(
            self.sink + 1, self.tails[chosen].astype(self.np.int32), self.heads[chosen].astype(self.np.int32)
        )
        graph.set_node_supply(supply)
        graph.set_edge_capacities(self.capacities[chosen])
        graph.set_edge_costs(self.np.ascontiguousarray(costs[order]))
        graph.solve()
        flow = self.np.empty(len(arcs), dtype=self.np.int64)
        flow[order] = graph.result()
        return flow, graph.potentials()

    def best(self) -> tuple[Any, Any, list[int]]:
        """Return the flow of one best answer, the reduced costs and the price of each helper of the component."""
        flow, potentials = self._solve(self.np.arange(len(self.tails)), self.costs, self.supply)
        prices = self.np.maximum(potentials[self.sink] - potentials[self.first : self.sink], 0)
        potentials = potentials.copy()
        potentials[self.first : self.sink] = potentials[self.sink] - prices
        return flow, self.costs + potentials[self.tails] - potentials[self.heads], prices.tolist()

    def canonical(self, flow: Any, reduced: Any) -> list[int]:
        """Return the edges of the right one of all best answers.

        Arcs of positive reduced cost are empty and arcs of negative ones full in every best answer; the rest is free.
        """
        forced = reduced < 0
        free = self.np.flatnonzero(reduced == 0)
        free_pairs = free[free < self.pairs]
        settled = flow.copy()
        if len(free_pairs):
            supply = self.supply.copy()
            self.np.subtract.at(supply, self.tails[forced], self.capacities[forced])
            self.np.add.at(supply, self.heads[forced], self.capacities[forced])
            # Every seat uses one pair arc or one empty-seat arc, so the offset is the same for every answer.
            costs = self.np.where(self.tails[free] < self.first, 1 << TIE_BITS, 0).astype(self.np.int64)
            costs[: len(free_pairs)] -= self.problem.ties(self.np.array(self.part.edges)[free_pairs])
            settled[free], _ = self._solve(free, costs, supply)
        return [self.part.edges[arc] for arc in self.np.flatnonzero(settled[: self.pairs]).tolist()]
