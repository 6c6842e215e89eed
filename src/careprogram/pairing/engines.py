"""Whose solver finds the cheapest flow?

One function per fast engine, in the shape that `network` asks for. None of them is trusted: what comes out is checked
by its certificate.
"""

from typing import Any

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.network import FlowEngine, Network


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

    def flow(network: Network) -> tuple[Any, Any]:
        graph = pylmcf.Graph(network.nodes, network.tails, network.heads)
        graph.set_node_supply(network.supply)
        graph.set_edge_capacities(network.capacities)
        graph.set_edge_costs(network.costs)
        try:
            graph.solve()
        except RuntimeError as error:
            raise PairingError("no flow carries the whole supply") from error
        return graph.result(), graph.potentials()

    return flow
