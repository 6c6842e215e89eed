"""Which answer is best, found by a fast engine?

Children, helpers and a sink per connected component become a network: a unit per seat goes over an edge to a helper and
from there over a place to the sink, or over an empty seat straight to it. It is solved twice: first for value, then,
on the face of all best answers, for the tie-break. The engine is never trusted: `certificate` checks what comes
out. Needs the extra ``[fast]``, or ``[teams]`` for the engine of OR-Tools.
"""

from typing import Any

import attrs

from careprogram.pairing.solving.arrays import INT64_LIMIT, as_array, flat
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.components import Component, components
from careprogram.pairing.solving.engines import load_pylmcf
from careprogram.pairing.solving.network import FlowEngine, Network, best_flow, canonical_flow

NAME = "simplex"


def solve_by_simplex(problem: AssignmentProblem) -> Assignment:
    """Return the right answer to *problem*, found by LEMON's network simplex.

    Raises:
        MissingExtraError: The extra ``[fast]`` is not installed.
        PairingError: There are so many nodes that not even stages of scaled numbers fit into 64 bits.
    """
    return solve_by_flow(problem, load_pylmcf(), name=NAME)


def solve_by_flow(problem: AssignmentProblem, engine: FlowEngine, *, name: str) -> Assignment:
    """Return the right answer to *problem*, found by any engine for cheapest flows.

    Args:
        problem: Of any magnitude.
        engine: Finds a cheapest flow and its potentials.
        name: What the answer says found it.
    """
    import numpy as np

    prices = [0] * len(problem.helper_keys)
    chosen, value = [], 0
    for part in components(problem):
        posed = pose(np, problem, part)
        flow, proof = best_flow(posed.network, engine)
        potentials = proof()
        del proof  # the engine holds its own copy of the network, which is no longer needed
        flow = canonical_flow(posed.network, flow, potentials, posed.ties, engine)
        chosen.append(part.edges[posed.pair_of_edge(flow)])
        value += posed.value(flow)
        for helper, price in zip(part.helpers.tolist(), posed.prices(potentials), strict=True):
            prices[helper] = price
    edges = np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *chosen]))
    return Assignment(
        edges=tuple(edges.tolist()),
        prices=closed_doors(np, problem, prices),
        value=value,
        engine=name,
    )


def best_value_by_flow(problem: AssignmentProblem, engine: FlowEngine) -> int:
    """Return what the right answer to *problem* is worth, without looking for it among its equals or proving it."""
    import numpy as np

    total = 0
    for part in components(problem):
        posed = pose(np, problem, part)
        flow, _ = best_flow(posed.network, engine)
        total += posed.value(flow)
    return total


@attrs.frozen(kw_only=True, eq=False)
class Posed:
    """Components as a network: the children, the helpers and a sink for each are the nodes, in this order.

    Attributes:
        problem: The whole.
        part: The component.
        network: Arcs per child to its helpers and, for its empty seats, to the sink; then per helper to the sink.
        arcs: Per edge of the component, in the order of child and helper, its arc.
        empty: The arcs of empty seats.
        order: Per edge in that order its position among those of the component; None if it is the same.
    """

    problem: AssignmentProblem
    part: Component
    network: Network
    arcs: Any
    empty: Any
    order: Any

    def pair_of_edge(self, flow: Any) -> Any:
        """Return the edges that carry flow, as positions among those of the component."""
        used = (flow[self.arcs] > 0).nonzero()[0]
        return used if self.order is None else self.order[used]

    def value(self, flow: Any) -> int:
        """Return what a flow is worth: what it would cost to leave all seats empty, less what it costs."""
        network = self.network
        empty = network.costs[self.empty]
        if network.costs.dtype != object and _highest(network.costs) * (len(empty) + 1) < INT64_LIMIT:
            return int((empty.sum() - network.costs @ flow).item())
        used = flow.nonzero()[0]
        paid = zip(network.costs[used].tolist(), flow[used].tolist(), strict=True)
        return int(sum(empty.tolist()) - sum(cost * units for cost, units in paid))

    def prices(self, potentials: Any) -> list[int]:
        """Return the price of each helper of the component."""
        first = len(self.part.children)
        last = first + len(self.part.helpers)
        found = potentials[last + self.part.helper_parts] - potentials[first:last]
        return [max(price, 0) for price in found.tolist()]

    def ties(self, arcs: Any) -> Any:
        """Return the tie-break numbers of *arcs*; 0 for those that are no pair."""
        import numpy as np

        found = np.zeros(len(arcs), dtype=np.int64)
        at = np.searchsorted(self.arcs, arcs)
        at[at == len(self.arcs)] = 0
        pairs = self.arcs[at] == arcs
        edges = at[pairs] if self.order is None else self.order[at[pairs]]
        found[pairs] = self.problem.ties(self.part.edges[edges])
        return found


def pose(np: Any, problem: AssignmentProblem, part: Component) -> Posed:
    """Return *part* as a network."""
    many, sink = len(part.children), len(part.children) + len(part.helpers)
    whole = len(part.edges) == len(problem.edge_values)
    children, helpers, values = (
        column if whole else column[part.edges]
        for column in (
            as_array(np, problem.edge_children),
            as_array(np, problem.edge_helpers),
            as_array(np, problem.edge_values),
        )
    )
    local = np.empty(max(len(problem.child_keys), len(problem.helper_keys)), dtype=np.int32)
    local[part.children] = np.arange(many, dtype=np.int32)
    tails = local[children]
    local[part.helpers] = np.arange(many, sink, dtype=np.int32)
    heads = local[helpers]
    order = _order(np, tails, heads, sink)
    if order is not None:
        tails, heads, values = tails[order], heads[order], values[order]
    everybody = many == len(problem.seats)
    own = () if everybody else [problem.seats[child] for child in part.children.tolist()]
    seats, bonuses = problem.seat_columns if everybody else flat(np, own)
    takers, runs, costs = _place_arcs(np, problem, part)
    top = int(values.max())
    # A child's edges come first, its empty seats, whose head is the highest node, follow; then the next child.
    pairs_until = np.cumsum(np.bincount(tails, minlength=many))
    seats_before = np.cumsum(seats) - seats
    owners = np.repeat(np.arange(many, dtype=np.int32), seats)
    small = np.int32 if len(tails) + len(owners) < 2**31 else np.int64
    arcs = np.arange(len(tails), dtype=small) + seats_before.astype(small)[tails]
    empty = np.arange(len(owners)) + pairs_until[owners]
    last = len(arcs) + len(empty)
    wide = object if object in {bonuses.dtype.type, costs.dtype.type, values.dtype.type} else np.int64
    if wide is np.object_ or _highest(bonuses) + top >= INT64_LIMIT:
        bonuses, values, wide = bonuses.astype(object), values.astype(object), object
    network = Network(
        tails=np.empty(last + len(takers), dtype=np.int32),
        heads=np.empty(last + len(takers), dtype=np.int32),
        capacities=np.ones(last + len(takers), dtype=np.int64),
        costs=np.empty(last + len(takers), dtype=wide),
        supply=np.zeros(sink + 1 + int(part.child_parts.max()), dtype=np.int64),
    )
    network.tails[arcs], network.tails[empty], network.tails[last:] = tails, owners, takers + many
    network.heads[arcs] = heads
    network.heads[empty], network.heads[last:] = sink + part.child_parts[owners], sink + part.helper_parts[takers]
    network.costs[arcs], network.costs[empty], network.costs[last:] = top - values, top + bonuses, costs
    network.capacities[last:] = runs
    network.supply[:many] = seats
    network.supply[sink:] = -np.bincount(part.child_parts[owners], minlength=network.nodes - sink)
    return Posed(problem=problem, part=part, network=network, arcs=arcs, empty=empty, order=order)


def _order(np: Any, tails: Any, heads: Any, width: int) -> Any:
    codes = tails.astype(np.int64) * width + heads
    return None if (codes[1:] > codes[:-1]).all() else np.argsort(codes, kind="stable")


def _place_arcs(np: Any, problem: AssignmentProblem, part: Component) -> tuple[Any, Any, Any]:
    """Return for the arcs from helpers to the sink the helper, how many places, and the cost of each."""
    if problem.place_costs is None:
        places = as_array(np, problem.places)[part.helpers]
        return np.arange(len(places)), places, np.zeros(len(places), dtype=np.int64)
    lengths, costs = flat(np, [problem.place_costs[helper] for helper in part.helpers.tolist()])
    takers = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.flatnonzero(np.append(True, (takers[1:] != takers[:-1]) | (costs[1:] != costs[:-1])))
    return takers[starts], np.diff(np.append(starts, len(takers))), costs[starts]


def _highest(numbers: Any) -> int:
    return int(numbers.max()) if len(numbers) else 0


def closed_doors(np: Any, problem: AssignmentProblem, prices: list[int]) -> tuple[int, ...]:
    """Return *prices* with those of helpers without places raised until no child would pay them."""
    closed = as_array(np, problem.places) == 0
    if closed.any():
        helpers = as_array(np, problem.edge_helpers)
        children = problem.edge_children
        for edge in np.flatnonzero(closed[helpers]).tolist():
            helper = int(helpers[edge])
            asked = int(problem.edge_values[edge]) + max(problem.seats[int(children[edge])], default=0)
            prices[helper] = max(prices[helper], asked)
    return tuple(prices)
