"""How does somebody else's best answer become a network that can be changed?

Any engine's prices prove its answer best by value; to change it exactly, the potentials must also prove the tie-break.
They are corrected along arcs that are tight by value, where alone tie-breaks count (labels corrected after Bellman 1958
and Ford 1956). Where that takes too long, or the prices prove nothing, the answer is found anew, which is always right.
"""

from collections import deque
from collections.abc import Iterator

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.residual import FAR, Residual

_SINK = -(1 << 60)  # no child has such a node
_PATIENCE = 40
"""Corrections per node, on average, after which starting anew is the quicker way."""


def warm(problem: AssignmentProblem, answer: Assignment) -> Residual:
    """Return the network of *problem* that holds *answer*, the right one, with potentials that prove it.

    Args:
        problem: What was solved.
        answer: The right answer with its prices; by whichever engine.
    """
    network = Residual(problem)
    children, helpers = as_list(problem.edge_children), as_list(problem.edge_helpers)
    for edge in answer.edges:
        network.take(children[edge], helpers[edge])
    network.touched.clear()
    network.price = [price << network.bits for price in answer.prices]
    return network if _needs_found(network) and _corrected(network) else Residual.solved(problem)


def _needs_found(network: Residual) -> bool:
    """Set each child's potential by the prices; return whether they prove the answer best by value."""
    half = 1 << (network.bits - 1)
    for child, held in enumerate(network.held):
        seats, filled = network.seats[child], len(held)
        least = [worth - network.price[helper] for helper, worth in network.open[child].items()]
        most = [worth - network.price[helper] for helper, worth in held.items()]
        least += [-seats[filled - 1]] if filled else []
        most += [-seats[filled]] if filled < len(seats) else []
        network.need[child] = min(most) if most else max(least, default=0)
        if least and max(least) > network.need[child] + half:
            return False
    for helper, price in enumerate(network.price):
        load = len(network.load[helper])
        too_dear = load < network.places[helper] and price > network.cost_of_place(helper, load)
        too_cheap = load and price < network.cost_of_place(helper, load - 1)
        if too_dear or too_cheap or load > network.places[helper]:
            return False
    return True


def _corrected(network: Residual) -> bool:
    """Lower potentials until no arc gains anything; return whether that came to an end in time.

    Potentials are kept as they stand in the network: a helper's is minus its price.
    """
    helpers, children = range(len(network.price)), range(len(network.need))
    sink = 0
    queue = deque([_SINK, *helpers, *(~child for child in children)])
    waiting = set(queue)
    patience = _PATIENCE * (len(queue) + 25)
    while queue:
        patience -= 1
        if patience < 0:
            return False
        node = queue.popleft()
        waiting.discard(node)
        lowered, sink = _lower_neighbors(network, node, sink)
        for neighbor in lowered:
            if neighbor not in waiting:
                waiting.add(neighbor)
                queue.append(neighbor)
    network.price = [price + sink for price in network.price]
    network.need = [need - sink for need in network.need]
    return True


def _lower_neighbors(network: Residual, node: int, sink: int) -> tuple[list[int], int]:
    """Correct what can be reached from *node* in one step; return who was lowered, and the potential of the sink."""
    lowered = []
    steps = _from_sink(network, sink) if node == _SINK else network.steps_from(node)
    for neighbor, step in list(steps):
        if step < 0:
            lowered.append(neighbor)
            if neighbor >= 0:
                network.price[neighbor] -= step
            else:
                network.need[~neighbor] += step
    if node != _SINK:
        ending = network.cost_of_ending(node) - (sink if network.cost_of_ending(node) != FAR else 0)
        if ending < 0:
            lowered.append(_SINK)
            sink += ending
    return lowered, sink


def _from_sink(network: Residual, sink: int) -> Iterator[tuple[int, int]]:
    nodes = (*range(len(network.price)), *(~child for child in range(len(network.need))))
    for node in nodes:
        step = network.cost_of_starting(node)
        if step != FAR:
            yield node, step + sink
