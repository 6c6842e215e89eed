"""How does the order in which people are named come to matter to nothing?

A solver that is stopped, or that has several best answers to choose from, depends on the order of what it is given.
So a problem with its rules is put in the order of the keys before anything is solved, and the answer is told in the
positions that were asked about. Nothing is solved here.
"""

import itertools
from collections.abc import Iterable, Sequence
from operator import lt
from typing import Any

import attrs

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.teams.rules import Anchor, Family, TeamRules


@attrs.frozen(kw_only=True, eq=False)
class KeyOrder:
    """A problem with its rules in the order of the keys.

    Attributes:
        problem: Children and helpers in the order of their keys, edges in that of both.
        rules: The rules in its positions.
        helpers: Where each helper stood before.
        edges: Where each edge stood before.
    """

    problem: AssignmentProblem
    rules: TeamRules
    helpers: Sequence[int]
    edges: Sequence[int]

    def edges_before(self, edges: Iterable[int]) -> tuple[int, ...]:
        """Return the positions that *edges* had before, in rising order."""
        return tuple(sorted(self.edges[edge] for edge in edges))

    def flow_before(self, flow: Assignment) -> Assignment:
        """Return *flow* in the positions from before."""
        prices = dict(zip(self.helpers, flow.prices, strict=True))
        return attrs.evolve(
            flow, edges=self.edges_before(flow.edges), prices=tuple(prices[helper] for helper in range(len(prices)))
        )

    def anchor_before(self, anchor: Anchor | None) -> Anchor | None:
        """Return *anchor* in the positions from before."""
        return anchor and attrs.evolve(anchor, edges=frozenset(self.edges_before(anchor.edges)))


def in_key_order(problem: AssignmentProblem, rules: TeamRules) -> KeyOrder | None:
    """Return *problem* and *rules* in the order of the keys; None if they stand so already."""
    if _stands(problem, rules):
        return None
    children, helpers = _order(problem.child_keys), _order(problem.helper_keys)
    child_at, helper_at = _positions(children), _positions(helpers)
    pairs = [(child_at[child], helper_at[helper]) for child, helper, _ in problem.edges()]
    edges = sorted(range(len(pairs)), key=pairs.__getitem__)
    edge_at, values, places, costs = (
        _positions(edges),
        as_list(problem.edge_values),
        problem.places,
        problem.place_costs,
    )
    return KeyOrder(
        problem=AssignmentProblem(
            child_keys=tuple(problem.child_keys[child] for child in children),
            helper_keys=tuple(problem.helper_keys[helper] for helper in helpers),
            seats=tuple(problem.seats[child] for child in children),
            places=tuple(int(places[helper]) for helper in helpers),
            edge_children=tuple(pairs[edge][0] for edge in edges),
            edge_helpers=tuple(pairs[edge][1] for edge in edges),
            edge_values=tuple(values[edge] for edge in edges),
            place_costs=None if costs is None else tuple(costs[helper] for helper in helpers),
        ),
        rules=TeamRules(
            least_team={child_at[child]: least for child, least in rules.least_team.items()},
            least_load={helper_at[helper]: least for helper, least in rules.least_load.items()},
            anchors=tuple(
                attrs.evolve(one, edges=frozenset(edge_at[edge] for edge in one.edges)) for one in rules.anchors
            ),
            families=_families(rules.families, child_at, helper_at),
        ),
        helpers=helpers,
        edges=edges,
    )


def _stands(problem: AssignmentProblem, rules: TeamRules) -> bool:
    """Return whether all keys, edges, families and members rise."""
    members = [family.children for family in rules.families]
    return (
        _rises(problem.child_keys)
        and _rises(problem.helper_keys)
        and _edges_rise(problem)
        and all(map(_rises, members))
        and _rises(members)
    )


def _rises(keys: Sequence[Any]) -> bool:
    return all(map(lt, keys, itertools.islice(keys, 1, None)))


def _edges_rise(problem: AssignmentProblem) -> bool:
    if not problem.has_arrays:
        return _rises(list(zip(*map(as_list, (problem.edge_children, problem.edge_helpers)), strict=True)))
    import numpy as np

    codes = np.asarray(problem.edge_children) * len(problem.helper_keys) + np.asarray(problem.edge_helpers)
    return bool((codes[1:] > codes[:-1]).all())


def _order(keys: Sequence[str]) -> list[int]:
    return sorted(range(len(keys)), key=keys.__getitem__)


def _positions(order: Sequence[int]) -> list[int]:
    """Return where each position stands in *order*."""
    found = [0] * len(order)
    for at, position in enumerate(order):
        found[position] = at
    return found


def _families(families: Iterable[Family], child_at: Sequence[int], helper_at: Sequence[int]) -> tuple[Family, ...]:
    moved = (
        attrs.evolve(
            family,
            children=tuple(sorted(child_at[child] for child in family.children)),
            served=frozenset(helper_at[helper] for helper in family.served),
        )
        for family in families
    )
    return tuple(sorted(moved, key=lambda family: family.children))
