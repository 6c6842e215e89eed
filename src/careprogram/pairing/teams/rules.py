"""What holds a team or a family together, beyond seats and places?

Rules of the bare problem that no flow can express: a team is whole or there is none, a helper in use has enough
children, somebody in the team carries it (who lives near, who is of age, who can lead), siblings have one helper. And
the order in which two answers are compared. Nothing here solves anything or knows a child.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.solving.assignment import AssignmentProblem


@attrs.frozen(kw_only=True)
class Anchor:
    """A child with any helper has one of these edges.

    Attributes:
        code: Stable and language-free, such as ``"local-helper"``.
        edges: Positions of edges that satisfy it.
    """

    code: str
    edges: frozenset[int]


@attrs.frozen(kw_only=True)
class Family:
    """Children who had better have one helper.

    Attributes:
        children: Positions of the children, at least two, or one whose sibling is served already.
        served: Positions of the helpers that serve one of the family already.
        whole: Whether all of them have one helper, or none has any; one of ``served`` where there is one.
    """

    children: tuple[int, ...]
    served: frozenset[int] = frozenset()
    whole: bool = False


@attrs.frozen(kw_only=True)
class TeamRules:
    """The rules that go with an `AssignmentProblem`.

    Attributes:
        least_team: Per child position how many helpers it has, if it has any; 1 where nothing is said.
        least_load: Per helper position how many children they have, if they have any; 1 where nothing is said.
        anchors: What each team holds.
        families: Each child is in one family at the most.

    Raises:
        PairingError: A child is in two families.
    """

    least_team: Mapping[int, int] = attrs.field(factory=dict)
    least_load: Mapping[int, int] = attrs.field(factory=dict)
    anchors: tuple[Anchor, ...] = ()
    families: tuple[Family, ...] = ()

    def __attrs_post_init__(self) -> None:
        members = Counter(child for family in self.families for child in family.children)
        if members and max(members.values()) > 1:
            raise PairingError("a child belongs to one family only: join the two families")

    def __bool__(self) -> bool:
        return bool(self.least_team or self.least_load or self.anchors or self.families)


@attrs.frozen(kw_only=True)
class Breach:
    """A rule that an answer breaks, and the children without whose pairs it would not.

    Attributes:
        code: ``"least-team"``, ``"least-load"``, ``"whole-family"``, or the code of an anchor.
        children: Positions.
        helper: Position of the helper whose load is too small; None for the other rules.
    """

    code: str
    children: tuple[int, ...]
    helper: int | None = None


def breaches(problem: AssignmentProblem, rules: TeamRules, edges: Sequence[int]) -> Iterator[Breach]:
    """Yield every rule that the answer *edges* breaks; seats and places are not looked at."""
    teams: dict[int, list[int]] = defaultdict(list)
    loads: dict[int, list[int]] = defaultdict(list)
    for edge in edges:
        teams[int(problem.edge_children[edge])].append(edge)
        loads[int(problem.edge_helpers[edge])].append(int(problem.edge_children[edge]))
    for child, team in teams.items():
        if len(team) < rules.least_team.get(child, 1):
            yield Breach(code="least-team", children=(child,))
        for anchor in rules.anchors:
            if anchor.edges.isdisjoint(team):
                yield Breach(code=anchor.code, children=(child,))
    for helper, own in loads.items():
        if len(own) < rules.least_load.get(helper, 1):
            yield Breach(code="least-load", children=tuple(own), helper=helper)
    for family in rules.families:
        served = [child for child in family.children if child in teams]
        if family.whole and served and not _is_whole(problem, family, teams):
            yield Breach(code="whole-family", children=tuple(served))


def _is_whole(problem: AssignmentProblem, family: Family, teams: Mapping[int, Sequence[int]]) -> bool:
    own = {int(problem.edge_helpers[edge]) for child in family.children for edge in teams.get(child, ())}
    if family.served:
        return own <= family.served
    return len(own) == 1 and all(child in teams for child in family.children)


def splits(problem: AssignmentProblem, rules: TeamRules, edges: Sequence[int]) -> int:
    """Return how many helpers the families have beyond the first of each."""
    family_of = {child: at for at, family in enumerate(rules.families) for child in family.children}
    helpers: list[set[int]] = [set(family.served) for family in rules.families]
    for edge in edges:
        at = family_of.get(int(problem.edge_children[edge]))
        if at is not None:
            helpers[at].add(int(problem.edge_helpers[edge]))
    return sum(max(0, len(own) - 1) for own in helpers)


def forced_splits(rules: TeamRules) -> int:
    """Return how many splits there are already, whatever the answer."""
    return sum(max(0, len(family.served) - 1) for family in rules.families)


def levels(problem: AssignmentProblem) -> tuple[int, ...]:
    """Return the different bonuses of seats, the highest first; each is a step of the objective of its own."""
    return tuple(sorted({bonus for own in set(problem.seats) for bonus in own} - {0}, reverse=True))


def worth(problem: AssignmentProblem, rules: TeamRules, edges: Sequence[int]) -> tuple[int, ...]:
    """Return what an answer is compared by, first number first, each the larger the better.

    Seats filled of the highest bonus, of the next and so on; then the fewest splits of families; then the best sum of
    values less the cost of places; then the largest sum of tie-break numbers.
    """
    team = Counter(int(problem.edge_children[edge]) for edge in edges)
    filled = Counter(bonus for child, size in team.items() for bonus in problem.seats[child][:size])
    load = Counter(int(problem.edge_helpers[edge]) for edge in edges)
    costs = problem.place_costs
    paid = 0 if costs is None else sum(sum(costs[helper][:taken]) for helper, taken in load.items())
    return (
        *(filled[bonus] for bonus in levels(problem)),
        -splits(problem, rules, edges),
        sum(int(problem.edge_values[edge]) for edge in edges) - paid,
        sum(problem.tie(edge) for edge in edges),
    )


def repaired(problem: AssignmentProblem, rules: TeamRules, edges: Sequence[int]) -> list[int]:
    """Return *edges* without the pairs that break a rule, and without those that then do; it may be empty."""
    kept = list(edges)
    while broken := list(breaches(problem, rules, kept)):
        gone = {(child, one.helper) for one in broken for child in one.children}
        kept = [
            edge
            for edge in kept
            if (int(problem.edge_children[edge]), None) not in gone
            and (int(problem.edge_children[edge]), int(problem.edge_helpers[edge])) not in gone
        ]
    return kept
