"""Why does nobody help this child, although somebody could?

Follow the only ways a place could be freed: from a child without a helper to every helper it could have, from each
of those to the children they have, and so on. In a best answer this ends in a group of children that share all
their helpers, and the helpers have fewer places than there are children (Hall 1935; König and Egerváry). Anybody
can count it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import AssignmentProblem


@attrs.frozen(kw_only=True)
class Bottleneck:
    """A group as positions in an `AssignmentProblem`.

    Attributes:
        children: Those without a helper and those who hold the places.
        helpers: All helpers of any of them.
        waiting: Those of the children without a helper that this group explains.
        tier: Of those; the others are at least as urgent.
    """

    children: tuple[int, ...]
    helpers: tuple[int, ...]
    waiting: tuple[int, ...]
    tier: int


def bottlenecks(
    problem: AssignmentProblem, chosen: Sequence[int], *, waiting: Iterable[int], tiers: Sequence[int]
) -> tuple[Bottleneck, ...]:
    """Return a group for every waiting child that has an edge, the most urgent tier first.

    Args:
        problem: What was solved; every first seat has a higher bonus than any second one.
        chosen: Positions of the edges of a best answer.
        waiting: Children without a helper.
        tiers: Per child its tier.
    """
    adjacent = _adjacent(problem)
    children, takers = as_list(problem.edge_children), as_list(problem.edge_helpers)
    holders: dict[int, list[int]] = defaultdict(list)
    for edge in chosen:
        holders[takers[edge]].append(children[edge])
    of_tier: dict[int, set[int]] = defaultdict(set)
    for child in waiting:
        if adjacent(child):
            of_tier[tiers[child]].add(child)
    found: list[Bottleneck] = []
    # A group of one tier is closed under "shares a helper", so each part of it explains its own members.
    for tier, own in sorted(of_tier.items()):
        asking: dict[int, list[int]] = defaultdict(list)
        for child in own:
            for helper in adjacent(child):
                asking[helper].append(child)
        done: set[int] = set()
        for child in sorted(own):
            if child not in done:
                group, helpers = _part(child, adjacent, holders, asking)
                done |= group
                found.append(
                    Bottleneck(
                        children=tuple(sorted(group)),
                        helpers=tuple(sorted(helpers)),
                        waiting=tuple(sorted(group & own)),
                        tier=tier,
                    )
                )
    return tuple(found)


def _adjacent(problem: AssignmentProblem) -> Callable[[int], list[int]]:
    """Return what tells the helpers that a child has edges with."""
    if not problem.has_arrays:
        lists: list[list[int]] = [[] for _ in problem.child_keys]
        for child, helper, _ in problem.edges():
            lists[child].append(helper)
        return lists.__getitem__
    import numpy as np

    children, helpers = np.asarray(problem.edge_children), np.asarray(problem.edge_helpers)
    if not (children[1:] >= children[:-1]).all():
        helpers = helpers[np.argsort(children, kind="stable")]
    bounds = np.append(0, np.cumsum(np.bincount(children, minlength=len(problem.child_keys)))).tolist()
    flat: list[int] = helpers.tolist()
    return lambda child: flat[bounds[child] : bounds[child + 1]]


def _part(
    start: int,
    adjacent: Callable[[int], list[int]],
    holders: Mapping[int, list[int]],
    asking: Mapping[int, list[int]],
) -> tuple[set[int], set[int]]:
    """Return the children reached from *start* and all their helpers; waiting ones join over a helper they ask for."""
    children, helpers = {start}, set[int]()
    stack = [start]
    while stack:
        for helper in set(adjacent(stack.pop())).difference(helpers):
            helpers.add(helper)
            for others in (holders.get(helper, ()), asking.get(helper, ())):
                for child in others:
                    if child not in children:
                        children.add(child)
                        stack.append(child)
    return children, helpers
