"""Which children and helpers can affect each other at all?

Two that no chain of edges joins are solved apart: it is faster, and no answer is lost. Small components travel
together, so that a thousand villages do not cost a thousand calls. Needs numpy (extra ``[fast]``).
"""

from collections.abc import Iterator
from typing import Any

import attrs

from careprogram.pairing.solving.arrays import as_array, load_numpy
from careprogram.pairing.solving.assignment import AssignmentProblem

_SAMPLED = 3
ENOUGH_EDGES = 20_000
"""Small components are joined until they have so many edges."""


@attrs.frozen(kw_only=True, eq=False)
class Component:
    """One or more connected components of a problem; children and helpers that have no use are left out.

    Attributes:
        children: Positions of children with seats and edges, in rising order, as an array.
        helpers: Positions of helpers with places and edges, likewise.
        edges: Positions of edges, likewise.
        child_parts: Per child the number of its connected component, from 0, among those that travel together.
        helper_parts: Per helper likewise.
    """

    children: Any
    helpers: Any
    edges: Any
    child_parts: Any
    helper_parts: Any


def components(problem: AssignmentProblem, *, enough: int = ENOUGH_EDGES) -> Iterator[Component]:
    """Yield the connected components of *problem* that have edges, small ones joined.

    Args:
        problem: Seats, places and edges.
        enough: Join components until they have so many edges; 1 yields each alone.

    Raises:
        MissingExtraError: numpy is not installed.
    """
    np = load_numpy("Looking at connected components")
    children, helpers = as_array(np, problem.edge_children), as_array(np, problem.edge_helpers)
    seated = problem.seat_columns[0] > 0
    open_ = as_array(np, problem.places) > 0
    edges = np.arange(len(children), dtype=np.int32 if len(children) < 2**31 else np.int64)
    if not (seated.all() and open_.all()):
        edges = np.flatnonzero(seated[children] & open_[helpers])
        children, helpers = children[edges], helpers[edges]
    if not len(edges):
        return
    many = len(problem.child_keys)
    if len(edges) <= enough:
        yield _component(np, np.zeros(many, dtype=np.int64), children, helpers, edges)
        return
    root = _roots(np, many + len(problem.helper_keys), children, helpers + many)
    if (root[:many][seated] == root[children[0]]).all():
        yield _component(np, np.zeros(many, dtype=np.int64), children, helpers, edges)
        return
    group = _groups(np, np.bincount(root[children], minlength=len(root)), enough)[root[children]]
    most = int(group.max()) + 1
    if most == 1:
        yield _component(np, root, children, helpers, edges)
        return
    order = np.argsort(group.astype(np.uint16) if most <= 2**16 else group, kind="stable")
    for part in np.split(order, np.cumsum(np.bincount(group, minlength=most))[:-1]):
        yield _component(np, root, children[part], helpers[part], edges[part])


def _component(np: Any, root: Any, children: Any, helpers: Any, edges: Any) -> Component:
    own, served = _present(np, children), _present(np, helpers)
    if not root.any():
        together = [np.zeros(len(positions), dtype=np.int64) for positions in (own, served)]
        return Component(children=own, helpers=served, edges=edges, child_parts=together[0], helper_parts=together[1])
    names, numbers = np.unique(root[own], return_inverse=True)
    # A helper's root is that of any child it has an edge with.
    of_helper = np.empty(int(served[-1]) + 1, dtype=np.int64)
    of_helper[helpers] = root[children]
    return Component(
        children=own,
        helpers=served,
        edges=edges,
        child_parts=numbers,
        helper_parts=np.searchsorted(names, of_helper[served]),
    )


def _present(np: Any, positions: Any) -> Any:
    """Return the different *positions* in rising order."""
    seen = np.zeros(int(positions.max()) + 1, dtype=bool)
    seen[positions] = True
    return np.flatnonzero(seen)


def _groups(np: Any, sizes: Any, enough: int) -> Any:
    """Return per component the group it travels with, given its number of edges; 0 where it has none."""
    present = np.flatnonzero(sizes)
    # A group ends with the component in which the running total passes a multiple of *enough*.
    ends = (np.cumsum(sizes[present]) - 1) // enough
    travel = np.zeros(len(sizes), dtype=np.int64)
    travel[present] = np.unique(ends, return_inverse=True)[1]
    return travel


def _roots(np: Any, nodes: int, ones: Any, others: Any) -> Any:
    """Return per node a node that all of its component share.

    Roots are hooked to a neighboring root, to lower ones and to higher ones in turn: whoever has only higher neighbors
    moves in the second of two rounds, so that two rounds halve the roots at the least. A sample of the edges joins most
    at first, after which few of the others still join anything (Sutton, Ben-Nun and Barak 2018).
    """
    parent = np.arange(nodes)
    if len(ones) > _SAMPLED * nodes:
        parent = _join(np, parent, ones[:: _SAMPLED * 2], others[:: _SAMPLED * 2])
    return _join(np, parent, ones, others)


def _join(np: Any, parent: Any, ones: Any, others: Any) -> Any:
    """Return *parent* with the two ends of every edge below one root."""
    down = True
    while len(ones):
        roots, targets = parent[ones], parent[others]
        apart = roots != targets
        if not apart.any():
            break
        ones, others = ones[apart], others[apart]
        low, high = np.minimum(roots, targets)[apart], np.maximum(roots, targets)[apart]
        if down:
            parent[high] = low
        else:
            parent[low] = high
        down = not down
        while True:
            shorter = parent[parent]
            if (shorter == parent).all():
                break
            parent = shorter
    return parent
