"""Why does nobody help this child, although somebody could?

Follow the only ways a place could be freed: from a child without a helper to every helper it could have, from each
of those to the children they have, and so on. In a best answer this ends in a group of children that share all
their helpers, and the helpers have fewer places than there are children (Hall 1935; König and Egerváry). Anybody
can count it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import attrs

from careprogram.pairing.assignment import AssignmentProblem


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
    adjacent: dict[int, list[int]] = defaultdict(list)
    for child, helper, _ in problem.edges():
        adjacent[child].append(helper)
    holders: dict[int, list[int]] = defaultdict(list)
    for edge in chosen:
        holders[int(problem.edge_helpers[edge])].append(int(problem.edge_children[edge]))
    asked = sorted((tiers[child], child) for child in waiting if adjacent[child])
    found: list[Bottleneck] = []
    # A group of one tier is closed under "shares a helper", so each part of it explains its own members.
    for tier in sorted({tier for tier, _ in asked}):
        own = {child for its, child in asked if its == tier}
        asking: dict[int, list[int]] = defaultdict(list)
        for child in own:
            for helper in adjacent[child]:
                asking[helper].append(child)
        done: set[int] = set()
        for child in sorted(own):
            if child not in done:
                group = _part(child, adjacent, holders, asking)
                done |= group.keys()
                found.append(_bottleneck(group, tier, own))
    return tuple(found)


def _part(
    start: int,
    adjacent: Mapping[int, list[int]],
    holders: Mapping[int, list[int]],
    asking: Mapping[int, list[int]],
) -> dict[int, list[int]]:
    """Return the children reached from *start*, each with its helpers; waiting ones join over a helper they ask for."""
    reached: dict[int, list[int]] = {}
    stack = [start]
    helpers: set[int] = set()
    while stack:
        child = stack.pop()
        if child in reached:
            continue
        reached[child] = adjacent[child]
        for helper in adjacent[child]:
            if helper not in helpers:
                helpers.add(helper)
                stack.extend(holders.get(helper, ()))
                stack.extend(asking.get(helper, ()))
    return reached


def _bottleneck(group: dict[int, list[int]], tier: int, waiting: set[int]) -> Bottleneck:
    return Bottleneck(
        children=tuple(sorted(group)),
        helpers=tuple(sorted({helper for helpers in group.values() for helper in helpers})),
        waiting=tuple(sorted(group.keys() & waiting)),
        tier=tier,
    )
