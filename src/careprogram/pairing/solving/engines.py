"""Whose solver finds the cheapest flow?

One function per fast engine, in the shape that `network` asks for. None of them is trusted: what comes out is checked
by its certificate.
"""

from typing import Any

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.solving.network import FlowEngine, Network, Proof, potentials_of

MANY_ARCS = 8_000_000
"""From so many arcs on memory counts more than half a second a million."""


def load_pylmcf() -> FlowEngine:
    """Return LEMON's network simplex (extra ``[fast]``).

    Raises:
        MissingExtraError: numpy or pylmcf is not installed.
    """
    try:
        import numpy  # noqa: F401, ICN001
        import pylmcf
    except ImportError as missing:
        raise MissingExtraError(missing.name or "pylmcf", extra="fast", purpose="Pairing a large program") from missing

    def flow(network: Network) -> tuple[Any, Proof]:
        graph = pylmcf.Graph(network.nodes, network.tails, network.heads)
        graph.set_node_supply(network.supply)
        graph.set_edge_capacities(network.capacities)
        graph.set_edge_costs(network.costs)
        try:
            graph.solve()
        except RuntimeError as error:
            raise PairingError("no flow carries the whole supply") from error
        found = graph.result()
        if len(network.tails) < MANY_ARCS:
            return found, graph.potentials
        # The engine would copy its whole network once more to tell the potentials.
        return found, lambda: potentials_of(network, found)

    return flow


def load_ortools() -> FlowEngine:
    """Return the cost-scaling flow of OR-Tools (extra ``[teams]``).

    Raises:
        MissingExtraError: numpy or ortools is not installed.
    """
    try:
        import numpy as np
        from ortools.graph.python import min_cost_flow
    except ImportError as missing:
        raise MissingExtraError(missing.name or "ortools", extra="teams", purpose="Pairing with OR-Tools") from missing

    def flow(network: Network) -> tuple[Any, Proof]:
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            network.tails, network.heads, network.capacities, network.costs
        )
        solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), network.supply)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise PairingError(f"no flow carries the whole supply ({status.name.lower()})")
        found = solver.flows(arcs).astype(np.int64)
        return found, lambda: potentials_of(network, found)

    return flow
