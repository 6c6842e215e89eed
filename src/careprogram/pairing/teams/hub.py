"""Which teams are best if each needs somebody who anchors it, seen as a flow?

The first seat of a child is for an anchor (who lives near, who is of age, who can lead). The further seats lie behind a
hub: anybody reaches it, anchors by way of the first node, so that no pair is counted twice. The flow may fill hub
seats of a child whose first seat is empty, which no team may; so its answer bounds every answer from above, and where
no such child is in it, it is the right one.
"""

import itertools
from collections.abc import Sequence

import attrs

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.flow import FlowEngineName, FlowProblem, solve_flow
from careprogram.pairing.solving.ties import mix
from careprogram.pairing.teams.rules import Anchor

NAME = "hub"


def solve_hub(problem: AssignmentProblem, anchor: Anchor, *, engine: FlowEngineName = "auto") -> Assignment:
    """Return the best flow through the hubs; of several the one with the largest sum of tie-break numbers.

    Args:
        problem: Seats, places and edges.
        anchor: The edges that fill a first seat.
        engine: As for `solve_flow`.
    """
    posed = _pose(problem, anchor)
    flow = solve_flow(posed.flow_problem(problem), engine=engine)
    carried = itertools.compress(posed.edges, map(flow.units.__getitem__, posed.arcs))
    edges = tuple(sorted(carried))
    return Assignment(edges=edges, prices=_prices(problem, flow.potentials), value=problem.value_of(edges), engine=NAME)


@attrs.frozen(kw_only=True)
class _Posed:
    """The network; helpers are its first nodes, the sink the next.

    Attributes:
        supply: Per node.
        tails: Per arc the node where it begins.
        heads: Per arc the node where it ends.
        capacities: Per arc.
        costs: Per arc.
        edges: The edges of the problem that became arcs.
        arcs: Which arc each of them became.
    """

    supply: list[int]
    tails: list[int] = attrs.field(factory=list)
    heads: list[int] = attrs.field(factory=list)
    capacities: list[int] = attrs.field(factory=list)
    costs: list[int] = attrs.field(factory=list)
    edges: list[int] = attrs.field(factory=list)
    arcs: list[int] = attrs.field(factory=list)

    def arc(self, tail: int, head: int, capacity: int, cost: int) -> None:
        self.tails.append(tail)
        self.heads.append(head)
        self.capacities.append(capacity)
        self.costs.append(cost)

    def flow_problem(self, problem: AssignmentProblem) -> FlowProblem:
        # Every unit goes over one pair or one empty seat, so the ties of the pairs are all that tells flows apart.
        ties = [0] * len(self.tails)
        own, its = problem.key_hashes
        children, helpers = as_list(problem.edge_children), as_list(problem.edge_helpers)
        for arc, edge in zip(self.arcs, self.edges, strict=True):
            ties[arc] = mix(own[children[edge]], its[helpers[edge]])
        return FlowProblem(
            supply=self.supply,
            tails=self.tails,
            heads=self.heads,
            capacities=self.capacities,
            costs=self.costs,
            ties=ties,
        )


def _pose(problem: AssignmentProblem, anchor: Anchor) -> _Posed:
    places = as_list(problem.places)
    sink = len(places)
    posed = _Posed(supply=[0] * (sink + 1))
    top = max(as_list(problem.edge_values), default=0)
    own: dict[int, list[tuple[int, int, int]]] = {}
    for edge, (child, helper, value) in enumerate(problem.edges()):
        if places[helper] and problem.seats[child]:
            own.setdefault(child, []).append((edge, helper, value))
    for child, edges in own.items():
        first, hub, anchors = len(posed.supply), len(posed.supply) + 1, len(posed.supply) + 2
        bonuses = problem.seats[child]
        posed.supply.extend((1, len(bonuses) - 1, 0))
        posed.supply[sink] -= len(bonuses)
        posed.arc(first, anchors, 1, 0)
        posed.arc(hub, anchors, len(bonuses) - 1, 0)
        for seat, bonus in enumerate(bonuses):
            posed.arc(hub if seat else first, sink, 1, top + bonus)
        for edge, helper, value in edges:
            posed.edges.append(edge)
            posed.arcs.append(len(posed.tails))
            posed.arc(anchors if edge in anchor.edges else hub, helper, 1, top - value)
    for helper, count in enumerate(places):
        costs = problem.place_costs[helper] if problem.place_costs is not None else ()
        if not any(costs):
            posed.arc(helper, sink, count, 0)
            continue
        for cost in costs:
            posed.arc(helper, sink, 1, cost)
    return posed


def _prices(problem: AssignmentProblem, potentials: Sequence[int]) -> tuple[int, ...]:
    places = as_list(problem.places)
    sink = len(places)
    # Nobody has a place of a helper without any: it is as dear as no edge is worth.
    dear = max(as_list(problem.edge_values), default=0) + max((own[0] for own in set(problem.seats) if own), default=0)
    return tuple(
        max(0, potentials[sink] - potentials[helper]) if count else dear for helper, count in enumerate(places)
    )
