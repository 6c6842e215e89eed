"""What is the cheapest way through a network, and which of the cheapest is the right one?

Arcs with costs and capacities, nodes with supply, in arrays; the fast engines stand behind one small function each.
Costs may be whole numbers of any length: what 64 bits do not hold is solved in stages of scaled costs. The tie-break
is a second solve on the face of all best flows, which is mostly tiny. Nothing here knows children or helpers.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from careprogram.errors import PairingError

HEADROOM = 2**60
"""What the cost of a path may reach: the engines add such numbers and one artificial cost in 64 bits."""

_TRIMS = 60


@attrs.frozen(kw_only=True, eq=False)
class Network:
    """A network in arrays.

    Attributes:
        tails: Per arc the node it leaves.
        heads: Per arc the node it enters.
        capacities: Per arc how many units at the most; int64.
        costs: Per arc the cost of a unit; int64, or Python numbers where 64 bits do not hold them.
        supply: Per node how many units start there, below 0 where they end; int64, 0 in total.
    """

    tails: Any
    heads: Any
    capacities: Any
    costs: Any
    supply: Any

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.supply)

    def reduced(self, potentials: Any) -> Any:
        """Return the costs less what the *potentials* of the two ends explain."""
        found = potentials[self.tails]
        if self.costs.dtype != found.dtype:
            found = found.astype(object)
        found -= potentials[self.heads]
        found += self.costs
        return found


Proof: TypeAlias = Callable[[], Any]
"""Returns the potentials that prove a flow; only those who ask for it pay for it."""

FlowEngine: TypeAlias = Callable[[Network], tuple[Any, Proof]]
"""Returns a flow and its proof, both int64. Asked only with arcs in the order of tail and head (int32), costs of 0 or
more, and paths whose cost fits into 64 bits."""


def fits(network: Network) -> bool:
    """Return whether 64 bits hold the cost of every path."""
    return not len(network.costs) or int(abs(network.costs).max()) * (network.nodes + 1) < HEADROOM


def best_flow(network: Network, engine: FlowEngine) -> tuple[Any, Proof]:
    """Return a cheapest flow and its proof: arcs of positive reduced cost are empty, of negative full.

    Costs that do not fit are solved in stages. A stage knows the costs but for the last bits, so that what it finds is
    optimal up to one unit of the next stage on every arc. An arc whose reduced cost is beyond nodes times that keeps
    its flow in every better answer (Goldberg and Tarjan 1990), so clipping reduced costs there changes neither the
    answer nor the proof, and the clipped ones fit.

    Raises:
        PairingError: No flow carries the whole supply, or the network is too large even for stages.
    """
    import numpy as np

    if fits(network):
        return _in_order(attrs.evolve(network, costs=network.costs.astype(np.int64, copy=False)), engine)
    bits = (HEADROOM // (4 * (network.nodes + 1) ** 2)).bit_length() - 1
    if bits < 1:
        raise PairingError("the network has too many nodes for costs of this size: pair smaller parts")
    exact = network.costs.astype(object)
    shift = max(0, int(abs(exact).max()).bit_length() - bits)
    flow, found = _in_order(attrs.evolve(network, costs=(exact >> shift).astype(np.int64)), engine)
    potentials = found().astype(object)
    while shift:
        step = min(bits, shift)
        shift -= step
        potentials = potentials << step
        most = (2 * network.nodes) << step
        clipped = np.clip(attrs.evolve(network, costs=exact >> shift).reduced(potentials), -most, most)
        flow, found = _in_order(attrs.evolve(network, costs=clipped.astype(np.int64)), engine)
        potentials = potentials + found()
    return flow, lambda: potentials


def _in_order(network: Network, engine: FlowEngine) -> tuple[Any, Proof]:
    """Ask *engine* as it wants to be asked: an arc of negative cost is full at first and emptied for the opposite."""
    import numpy as np

    tails, heads, costs, supply = network.tails, network.heads, network.costs, network.supply
    turned = costs < 0
    if turned.any():
        full = network.capacities[turned]
        supply = supply.copy()
        np.subtract.at(supply, tails[turned], full)
        np.add.at(supply, heads[turned], full)
        tails, heads = np.where(turned, heads, tails), np.where(turned, tails, heads)
        costs = abs(costs)
    codes = tails.astype(np.int64) * network.nodes + heads
    order = None if (codes[1:] >= codes[:-1]).all() else np.argsort(codes, kind="stable")
    del codes

    def ordered(column: Any, dtype: Any) -> Any:
        return np.ascontiguousarray(column if order is None else column[order], dtype=dtype)

    found, potentials = engine(
        Network(
            tails=ordered(tails, np.int32),
            heads=ordered(heads, np.int32),
            capacities=ordered(network.capacities, np.int64),
            costs=ordered(costs, np.int64),
            supply=supply,
        )
    )
    flow = found
    if order is not None:
        flow = np.empty_like(found)
        flow[order] = found
    if turned.any():
        flow = flow.copy()  # the proof still looks at what the engine found
        flow[turned] = network.capacities[turned] - flow[turned]
    return flow, potentials


def canonical_flow(network: Network, flow: Any, potentials: Any, ties: Callable[[Any], Any], engine: FlowEngine) -> Any:
    """Return, of all cheapest flows, the one whose units have the largest sum of tie-break numbers.

    Args:
        network: What was solved.
        flow: A cheapest flow.
        potentials: Its proof.
        ties: Returns the tie-break numbers of an array of arcs, 0 or more.
        engine: Solves the rest.
    """
    import numpy as np

    free = _on_cycles(network, flow, np.flatnonzero(network.reduced(potentials) == 0))
    if not len(free):
        return flow
    nodes, ends = np.unique(np.concatenate((network.tails[free], network.heads[free])), return_inverse=True)
    tails, heads = ends[: len(free)], ends[len(free) :]
    supply = np.zeros(len(nodes), dtype=np.int64)
    np.add.at(supply, tails, flow[free])
    np.subtract.at(supply, heads, flow[free])
    part = Network(tails=tails, heads=heads, capacities=network.capacities[free], costs=-ties(free), supply=supply)
    settled = flow.copy()
    settled[free] = best_flow(part, engine)[0]
    return settled


def _on_cycles(network: Network, flow: Any, arcs: Any) -> Any:
    """Return those of *arcs* that may lie on a cycle along which *flow* could be changed; the others are settled.

    Nodes that nothing can enter or nothing can leave are taken away, again and again.
    """
    import numpy as np

    tails, heads = network.tails[arcs], network.heads[arcs]
    onward, back = flow[arcs] < network.capacities[arcs], flow[arcs] > 0
    for _ in range(_TRIMS):
        leaves = np.bincount(tails[onward], minlength=network.nodes) + np.bincount(heads[back], minlength=network.nodes)
        enters = np.bincount(heads[onward], minlength=network.nodes) + np.bincount(tails[back], minlength=network.nodes)
        dead = (leaves == 0) | (enters == 0)
        # A node with one arc only has no cycle either: it would leave by the arc it came by.
        dead |= (np.bincount(tails, minlength=network.nodes) + np.bincount(heads, minlength=network.nodes)) < 2
        keep = ~(dead[tails] | dead[heads])
        if keep.all():
            break
        arcs, tails, heads, onward, back = arcs[keep], tails[keep], heads[keep], onward[keep], back[keep]
    return arcs


def potentials_of(network: Network, flow: Any) -> Any:
    """Return the potentials that prove *flow*: of all that do, the greatest without one above 0.

    They are the lengths of the shortest ways along which flow could be sent (Bellman 1958), relaxed in waves.

    Raises:
        PairingError: The flow is not a cheapest one.
    """
    import numpy as np

    onward, back = flow < network.capacities, flow > 0
    tails = np.concatenate((network.tails[onward], network.heads[back])).astype(np.int64)
    heads = np.concatenate((network.heads[onward], network.tails[back])).astype(np.int64)
    costs = np.concatenate((network.costs[onward], -network.costs[back]))
    order = np.argsort(tails, kind="stable")
    heads, costs = heads[order], costs[order]
    sizes = np.bincount(tails, minlength=network.nodes)
    starts = np.cumsum(sizes) - sizes
    found = np.zeros(network.nodes, dtype=costs.dtype)
    moved = np.arange(network.nodes)
    for _ in range(network.nodes + 1):
        counts = sizes[moved]
        arcs = np.repeat(starts[moved] - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        lengths = np.repeat(found[moved], counts) + costs[arcs]
        shorter = lengths < found[heads[arcs]]
        if not shorter.any():
            return found
        ends = heads[arcs[shorter]]
        np.minimum.at(found, ends, lengths[shorter])
        moved = np.unique(ends)
    raise PairingError("the engine returned a flow that is not a cheapest one")
