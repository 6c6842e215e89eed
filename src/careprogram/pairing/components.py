"""Which children and helpers can affect each other at all?

Two that no chain of edges joins are solved apart: it is faster, and no answer is lost. Small components travel
together, so that a thousand villages do not cost a thousand calls.
"""

from collections.abc import Iterator

import attrs

from careprogram.pairing.arrays import as_list
from careprogram.pairing.assignment import AssignmentProblem

_ENOUGH_EDGES = 4_000


@attrs.frozen(kw_only=True)
class Component:
    """Some of the children, helpers and edges of a problem, closed under edges; helpers without places are left out.

    Attributes:
        children: Positions of children.
        helpers: Positions of helpers.
        edges: Positions of edges.
    """

    children: tuple[int, ...]
    helpers: tuple[int, ...]
    edges: tuple[int, ...]


def components(problem: AssignmentProblem) -> Iterator[Component]:
    """Yield the connected components of *problem* that have edges, small ones joined."""
    children: dict[int, set[int]] = {}
    edges: dict[int, list[int]] = {}
    root = _roots(problem)
    places = as_list(problem.places)
    for edge, (child, helper, _) in enumerate(problem.edges()):
        if places[helper] and problem.seats[child]:
            name = root[child]
            children.setdefault(name, set()).add(child)
            edges.setdefault(name, []).append(edge)
    waiting: list[int] = []
    for name, own in edges.items():
        waiting.append(name)
        if sum(len(edges[one]) for one in waiting) >= _ENOUGH_EDGES or len(own) >= _ENOUGH_EDGES:
            yield _joined(problem, [edge for one in waiting for edge in edges[one]])
            waiting = []
    if waiting:
        yield _joined(problem, [edge for one in waiting for edge in edges[one]])


def _joined(problem: AssignmentProblem, edges: list[int]) -> Component:
    return Component(
        children=tuple(sorted({int(problem.edge_children[edge]) for edge in edges})),
        helpers=tuple(sorted({int(problem.edge_helpers[edge]) for edge in edges})),
        edges=tuple(edges),
    )


def _roots(problem: AssignmentProblem) -> list[int]:
    """Return per node (children first) the smallest-known representative of its component (union by path halving)."""
    first = len(problem.child_keys)
    parent = list(range(first + len(problem.helper_keys)))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    places = as_list(problem.places)
    for child, helper, _ in problem.edges():
        if places[helper] and problem.seats[child]:
            one, other = find(child), find(first + helper)
            if one != other:
                parent[max(one, other)] = min(one, other)
    return [find(node) for node in range(len(parent))]
