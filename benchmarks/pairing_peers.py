"""How would somebody solve the same instance with another library?

Each peer gets arrays of its own kind ready made and answers with a value that must equal ours; a greedy and a stable
matching, which lose pairs, answer with the number of children served.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from pairing_instances import CANDIDATES, TOP, Instance


def arcs(given: Instance) -> tuple[Any, Any, Any, Any, Any]:
    """Return tails, heads, capacities, costs and supplies of the usual network, in the order of tail and head."""
    children, count = len(given.tiers), len(given.places)
    sink = children + count
    tails = np.concatenate((np.repeat(np.arange(children), CANDIDATES), np.arange(sink)))
    heads = np.concatenate((children + given.helpers.ravel(), np.full(sink, sink)))
    costs = np.concatenate((TOP - given.scores.ravel(), TOP + given.bonuses, np.zeros(count, dtype=np.int64)))
    capacities = np.concatenate((np.ones(children * CANDIDATES + children, dtype=np.int64), given.places))
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:children], supply[sink] = 1, -children
    order = np.lexsort((heads, tails))
    return tails[order].astype(np.int32), heads[order].astype(np.int32), capacities[order], costs[order], supply


def value_of(given: Instance, cost: int) -> int:
    """Return what the cost of the network means as a value."""
    return int(given.bonuses.sum()) + TOP * len(given.tiers) - cost


def pylmcf_side(given: Instance) -> Callable[[], int]:
    """The bare network simplex of LEMON: the limit of ours."""
    import pylmcf

    tails, heads, capacities, costs, supply = arcs(given)

    def run() -> int:
        graph = pylmcf.Graph(len(supply), tails, heads)
        graph.set_node_supply(supply)
        graph.set_edge_capacities(capacities)
        graph.set_edge_costs(costs)
        graph.solve()
        return value_of(given, int((graph.result() * costs).sum()))

    return run


def ortools_side(given: Instance) -> Callable[[], int]:
    """SimpleMinCostFlow of OR-Tools: what a user would pick."""
    from ortools.graph.python import min_cost_flow

    tails, heads, capacities, costs, supply = arcs(given)
    nodes = np.arange(len(supply), dtype=np.int32)

    def run() -> int:
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        solver.set_nodes_supplies(nodes, supply)
        assert solver.solve() == solver.OPTIMAL
        return value_of(given, solver.optimal_cost())

    return run


def scipy_side(given: Instance) -> Callable[[], int]:
    """Sparse matching in scipy: a column per place, and one per child for going without."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    children = len(given.tiers)
    starts = np.cumsum(given.places) - given.places
    wanted = given.helpers.ravel()
    copies = given.places[wanted]
    rows = np.repeat(np.repeat(np.arange(children), CANDIDATES), copies)
    offsets = np.arange(len(rows)) - np.repeat(np.cumsum(copies) - copies, copies)
    columns = np.repeat(starts[wanted], copies) + offsets
    # Weights of 0 would be no edges.
    weights = np.repeat(TOP + 1 - given.scores.ravel(), copies)
    width = int(given.places.sum())
    graph = csr_array(
        (
            np.concatenate((weights, TOP + 1 + given.bonuses)).astype(np.float64),
            (
                np.concatenate((rows, np.arange(children))),
                np.concatenate((columns, width + np.arange(children))),
            ),
        ),
        shape=(children, width + children),
    )

    def run() -> int:
        chosen, taken = min_weight_full_bipartite_matching(graph)
        cost = int(np.asarray(graph[chosen, taken]).sum()) - children
        return value_of(given, cost)

    return run


def networkx_side(given: Instance) -> Callable[[], int]:
    """The network simplex of networkx, in Python."""
    import networkx as nx

    tails, heads, capacities, costs, supply = (column.tolist() for column in arcs(given))
    graph = nx.DiGraph()
    for node, units in enumerate(supply):
        graph.add_node(node, demand=-units)
    for tail, head, capacity, cost in zip(tails, heads, capacities, costs, strict=True):
        graph.add_edge(tail, head, capacity=capacity, weight=cost)
    return lambda: value_of(given, nx.min_cost_flow_cost(graph))


def matching_side(given: Instance) -> Callable[[], int]:
    """The hospitals and residents of `matching`: stable, and it counts the children served."""
    from matching.games import HospitalResident

    children, count = len(given.tiers), len(given.places)
    ranked = np.take_along_axis(given.helpers, np.argsort(-given.scores, axis=1, kind="stable"), axis=1)
    wishes = {f"c{i}": [f"h{v}" for v in row] for i, row in enumerate(ranked.tolist())}
    asking: dict[str, list[tuple[int, int, str]]] = {f"h{v}": [] for v in range(count)}
    for i in range(children):
        for helper, score in zip(given.helpers[i].tolist(), given.scores[i].tolist(), strict=True):
            asking[f"h{helper}"].append((int(given.tiers[i]), -score, f"c{i}"))
    ranks = {helper: [child for *_, child in sorted(rows)] for helper, rows in asking.items() if rows}
    places = {f"h{v}": int(given.places[v]) for v in range(count) if ranks.get(f"h{v}")}

    def run() -> int:
        game = HospitalResident.create_from_dictionaries(wishes, ranks, places)
        return sum(map(len, game.solve().values()))

    return run


def greedy(given: Instance) -> int:
    """Return how many children are served if the best score takes first, the most urgent before the others."""
    free = given.places.copy()
    served = 0
    order = np.lexsort((-given.scores.max(axis=1), given.tiers))
    ranked = np.take_along_axis(given.helpers, np.argsort(-given.scores, axis=1, kind="stable"), axis=1)
    for row in ranked[order]:
        open_ = row[free[row] > 0]
        if len(open_):
            free[open_[0]] -= 1
            served += 1
    return served
