"""Which part of an earlier answer still is the best one?

After one answer of a person most parts of a problem are as they were: the same children, helpers, values and rules.
What was proven of such a part, its tie-break included, holds as it stands, and need not be searched again. Parts are
compared by keys, because positions move when somebody joins or leaves. Nothing is solved here.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs

from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.teams.rules import TeamRules, levels


@attrs.frozen(kw_only=True, slots=False)
class KnownAnswer:
    """An answer that was proven to be the best, and what it answers.

    Attributes:
        problem: Seats, places and edges.
        rules: What a team, a load and a family must be.
        pairs: The answer, as (child key, helper key).
    """

    problem: AssignmentProblem
    rules: TeamRules
    pairs: frozenset[tuple[str, str]]

    def of_part(self, problem: AssignmentProblem, rules: TeamRules, edges: Sequence[int]) -> list[int] | None:
        """Return the answer to a part of *problem*; None if that part was not there, or was another one.

        Args:
            problem: What is to be answered now.
            rules: Its rules, with the families of the part only.
            edges: The part, as positions of edges.
        """
        asked = _Content(problem, rules, levels(problem))
        part = asked.of_edges(edges)
        if any(key not in self._edge_of for key in part):
            return None
        # Everything that an edge of the part is joined to must have been in one part then, too.
        own = {self._edge_of[key] for key in part}
        joined = {edge for pair in part for side in enumerate(pair) for edge in self._joined[side]}
        if joined != own or self._content.of_edges(sorted(own)) != part:
            return None
        if self._content.around(sorted(own)) != asked.around(edges):
            return None
        return [edge for edge in edges if asked.key(edge) in self.pairs]

    @cached_property
    def _content(self) -> "_Content":
        return _Content(self.problem, self.rules, levels(self.problem))

    @cached_property
    def _edge_of(self) -> dict[tuple[str, str], int]:
        return {self._content.key(edge): edge for edge in self._content.open_edges}

    @cached_property
    def _joined(self) -> dict[tuple[int, str], list[int]]:
        """Return the edges of each child (0, key) and of each helper (1, key)."""
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for pair, edge in self._edge_of.items():
            for side in enumerate(pair):
                found[side].append(edge)
        return found


class _Content:
    """A problem with its rules, told by keys."""

    def __init__(self, problem: AssignmentProblem, rules: TeamRules, steps: tuple[int, ...]) -> None:
        self.problem, self.rules = problem, rules
        self.rank = {bonus: at for at, bonus in enumerate(steps)}
        self.children = [int(child) for child in problem.edge_children]
        self.helpers = [int(helper) for helper in problem.edge_helpers]
        self.families: dict[int, list[int]] = defaultdict(list)
        for at, family in enumerate(rules.families):
            for child in family.children:
                self.families[child].append(at)

    @cached_property
    def open_edges(self) -> list[int]:
        """The edges that may be used."""
        pairs = enumerate(zip(self.children, self.helpers, strict=True))
        return [edge for edge, (i, v) in pairs if self.problem.seats[i] and int(self.problem.places[v])]

    def key(self, edge: int) -> tuple[str, str]:
        """Return child and helper of an edge."""
        return self.problem.child_keys[self.children[edge]], self.problem.helper_keys[self.helpers[edge]]

    def of_edges(self, edges: Sequence[int]) -> dict[tuple[str, str], tuple[Any, ...]]:
        """Return per pair its value and which anchors it holds."""
        values, anchors = self.problem.edge_values, self.rules.anchors
        return {
            self.key(edge): (int(values[edge]), frozenset(one.code for one in anchors if edge in one.edges))
            for edge in edges
        }

    def around(self, edges: Sequence[int]) -> tuple[Any, ...]:
        """Return what else the answer depends on: seats, places, least sizes, families, and which anchors are asked."""
        own, its = {self.children[edge] for edge in edges}, {self.helpers[edge] for edge in edges}
        seats = {self.problem.child_keys[i]: self._seats(i) for i in own}
        places = {self.problem.helper_keys[v]: self._places(v) for v in its}
        families = {self._family(at) for child in own for at in self.families[child]}
        return seats, places, families, frozenset(one.code for one in self.rules.anchors)

    def _seats(self, child: int) -> tuple[Any, ...]:
        ranks = tuple(self.rank.get(bonus, -1) for bonus in self.problem.seats[child])
        return ranks, self.rules.least_team.get(child, 1)

    def _places(self, helper: int) -> tuple[Any, ...]:
        costs = self.problem.place_costs
        own = () if costs is None else tuple(costs[helper])
        return int(self.problem.places[helper]), own, self.rules.least_load.get(helper, 1)

    def _family(self, at: int) -> tuple[Any, ...]:
        family = self.rules.families[at]
        members = frozenset(self.problem.child_keys[child] for child in family.children)
        served = frozenset(self.problem.helper_keys[helper] for helper in family.served)
        return members, served, family.whole
