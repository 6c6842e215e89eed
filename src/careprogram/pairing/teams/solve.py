"""Which answer is best when teams and families have rules of their own, and who proved it?

A flow that does not know the rules comes first. Where its answer keeps them it is the right one, and its prices prove
it. What hangs together with a broken rule goes to CP-SAT, which gets the flow's answer as a hint and its worth as a
bound. What is claimed is what was proven: by the flow, by the solver, or up to a gap.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.ranking import ranks_first
from careprogram.pairing.solving.solve import EngineName, solve
from careprogram.pairing.teams.cp_sat import NAME as CP_SAT
from careprogram.pairing.teams.cp_sat import Part, Searched, Step, search
from careprogram.pairing.teams.hub import solve_hub
from careprogram.pairing.teams.key_order import in_key_order
from careprogram.pairing.teams.known import KnownAnswer
from careprogram.pairing.teams.rules import Anchor, TeamRules, breaches, forced_splits, levels, repaired, splits, worth
from careprogram.pairing.teams.whole_families import keep_together

SEARCH_LIMIT = 10.0
"""Deterministic time that CP-SAT has for one part, about seconds."""

FEW_EDGES = 1_000
"""Up to so many edges CP-SAT needs no help."""

MOST_EDGES = 5_000
"""Beyond so many edges that may still matter no search was seen to end: the gap is stated instead."""

REST = 0.03
"""The share of the limit that CP-SAT has where nobody is apart and only scores and the tie-break are open."""

ANY_TIE = 1 << 120
"""More than any sum of tie-break numbers."""

Edges: TypeAlias = Sequence[int]


@attrs.frozen(kw_only=True)
class TeamAnswer:
    """The best answer found, with the flow that bounds it.

    Attributes:
        edges: Positions of the edges used, in rising order.
        flow: The flow that knows no rules of teams; its prices bound every answer.
        anchor: The anchor that the flow knew; None if it knew none.
        steps: What was reached and what is possible at the most, in the order of `team_rules.worth`.
        searched: How many parts went to CP-SAT; 0 means that the flow proves the answer.
    """

    edges: tuple[int, ...]
    flow: Assignment
    anchor: Anchor | None
    steps: tuple[Step, ...]
    searched: int

    @property
    def engine(self) -> str:
        """Whose answer it is."""
        return f"{self.flow.engine}+{CP_SAT}" if self.searched else self.flow.engine

    @property
    def optimal(self) -> bool:
        """Whether every step but the tie-break is proven, be it by the solver only."""
        return all(step.reached == step.bound for step in self.steps[:-1])

    @property
    def canonical(self) -> bool:
        """Whether the tie-break is settled, too, so that no other engine could answer otherwise."""
        return self.optimal and self.steps[-1].reached == self.steps[-1].bound


def solve_teams(
    problem: AssignmentProblem,
    rules: TeamRules,
    *,
    engine: EngineName = "auto",
    limit: float = SEARCH_LIMIT,
    known: KnownAnswer | None = None,
) -> TeamAnswer:
    """Return the best answer to *problem* that keeps *rules*, compared by `team_rules.worth`.

    Args:
        problem: Seats, places and edges.
        rules: What a team, a load and a family must be.
        engine: Which engine solves the flow; the answer is the same.
        limit: Deterministic time for each part that goes to CP-SAT.
        known: What was proven before; parts that are as they were then are not searched again.

    Raises:
        MissingExtraError: The flow is not enough, and OR-Tools is not installed.
        PairingError: No engine at hand is fit for the size, or a step between bonuses does not outweigh all below it.
    """
    if not ranks_first(problem):
        raise PairingError("give bonuses whose steps outweigh all values and costs of places together")
    order = in_key_order(problem, rules)
    if order is None:
        return _solved(problem, rules, engine, limit, known)
    found = _solved(order.problem, order.rules, engine, limit, known)
    return attrs.evolve(
        found,
        edges=order.edges_before(found.edges),
        flow=order.flow_before(found.flow),
        anchor=order.anchor_before(found.anchor),
    )


def _solved(
    problem: AssignmentProblem, rules: TeamRules, engine: EngineName, limit: float, known: KnownAnswer | None
) -> TeamAnswer:
    """Return the best answer to what stands in the order of the keys."""
    # The anchor with the fewest edges binds most; the others are looked at afterwards.
    anchor = min(rules.anchors, key=lambda one: (len(one.edges), one.code), default=None)
    flow = solve(problem, engine=engine) if anchor is None else solve_hub(problem, anchor, engine=engine)
    again = flow.edges if anchor is None else _without_hub_only(problem, anchor, flow, engine).edges
    edges: list[int] = []
    totals: list[Step] = []
    searched = 0
    for part in _parts(problem, rules):
        own = _restricted(rules, part)
        inside = set(part.edges)
        hint = [edge for edge in flow.edges if edge in inside]
        forced = forced_splits(own)
        if not any(breaches(problem, own, hint)) and splits(problem, own, hint) == forced:
            edges += hint
            steps = [Step(reached=number, bound=number) for number in worth(problem, own, hint)]
        elif known is not None and (proven := known.of_part(problem, own, part.edges)) is not None:
            searched += 1
            edges += proven
            steps = [Step(reached=number, bound=number) for number in worth(problem, own, proven)]
        else:
            searched += 1
            *_, value, tie = worth(problem, own, hint)
            roof = (*_seats_of_flow(problem, anchor, hint), -forced, value, tie)
            start = max(
                (repaired(problem, own, one) for one in (hint, [edge for edge in again if edge in inside])),
                key=lambda one: worth(problem, own, one),
            )
            found = _searched(problem, rules, part, start=start, roof=roof, prices=flow.prices, limit=limit)
            edges += found.edges
            steps = list(found.steps)
        totals = [
            Step(reached=one.reached + other.reached, bound=one.bound + other.bound)
            for one, other in zip(totals or [Step(reached=0, bound=0)] * len(steps), steps, strict=True)
        ]
    if not totals:
        totals = [Step(reached=number, bound=number) for number in worth(problem, rules, ())]
    return TeamAnswer(edges=tuple(sorted(edges)), flow=flow, anchor=anchor, steps=tuple(totals), searched=searched)


def _searched(
    problem: AssignmentProblem,
    rules: TeamRules,
    part: Part,
    *,
    start: Edges,
    roof: tuple[int, ...],
    prices: Sequence[int],
    limit: float,
) -> Searched:
    """Search *part*; a large one first as whole families, which leaves few edges to look at."""
    filled = roof[:-3]
    together = None
    if len(part.edges) > FEW_EDGES and limit > 0:
        together = keep_together(problem, rules, part, filled=filled, prices=prices)
    if together is None or not _as_good(problem, rules, together.edges, roof):
        return search(problem, rules, part, start=start, hint=start, ceiling=roof, limit=limit)
    # The flow's sum of tie-break numbers bounds none but answers as good as the flow.
    ceiling = (*roof[:-2], min(roof[-2], together.bound), ANY_TIE)
    left = limit * REST if len(together.useful) <= MOST_EDGES else 0.0
    useful = attrs.evolve(part, edges=together.useful)
    return search(problem, rules, useful, start=together.edges, hint=together.edges, ceiling=ceiling, limit=left)


def _as_good(problem: AssignmentProblem, rules: TeamRules, edges: Edges, roof: tuple[int, ...]) -> bool:
    """Return whether *edges* keep the rules, fill as many seats as the flow, and leave nobody apart."""
    return not any(breaches(problem, rules, edges)) and worth(problem, rules, edges)[:-2] == roof[:-2]


def _hub_only(problem: AssignmentProblem, anchor: Anchor, edges: Edges) -> set[int]:
    """Return the children whose first seat the flow left empty while it filled others."""
    anchored = {int(problem.edge_children[edge]) for edge in edges if edge in anchor.edges}
    return {int(problem.edge_children[edge]) for edge in edges} - anchored


def _without_hub_only(problem: AssignmentProblem, anchor: Anchor, flow: Assignment, engine: EngineName) -> Assignment:
    """Return the flow once more without the children that it gave no anchor: their places go to the others."""
    left_out = _hub_only(problem, anchor, flow.edges)
    if not left_out:
        return flow
    seats = tuple(() if child in left_out else own for child, own in enumerate(problem.seats))
    return solve_hub(attrs.evolve(problem, seats=seats), anchor, engine=engine)


def _seats_of_flow(problem: AssignmentProblem, anchor: Anchor | None, edges: Edges) -> tuple[int, ...]:
    """Return the seats that the flow filled, by bonus: behind a hub no first seat is filled without an anchor."""
    left_out = set() if anchor is None else _hub_only(problem, anchor, edges)
    team = Counter(int(problem.edge_children[edge]) for edge in edges)
    filled = Counter(
        bonus for child, size in team.items() for bonus in problem.seats[child][int(child in left_out) :][:size]
    )
    return tuple(filled[bonus] for bonus in levels(problem))


def _restricted(rules: TeamRules, part: Part) -> TeamRules:
    return attrs.evolve(rules, families=tuple(rules.families[at] for at in part.families))


def _parts(problem: AssignmentProblem, rules: TeamRules) -> Iterator[Part]:
    """Yield what hangs together by edges and families; the order is that of the first edge."""
    first = len(problem.child_keys)
    parent = list(range(first + len(problem.helper_keys)))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    places, seats = as_list(problem.places), problem.seats
    open_edges = []
    for edge, (child, helper, _) in enumerate(problem.edges()):
        if places[helper] and seats[child]:
            open_edges.append((edge, child))
            root, other = find(child), find(first + helper)
            if root != other:
                parent[root] = other
    for family in rules.families:
        for child in family.children[1:]:
            parent[find(child)] = find(family.children[0])
    edges: dict[int, list[int]] = defaultdict(list)
    for edge, child in open_edges:
        edges[find(child)].append(edge)
    families: dict[int, list[int]] = defaultdict(list)
    for at, family in enumerate(rules.families):
        families[find(family.children[0])].append(at)
    for root, own in edges.items():
        yield Part(edges=tuple(own), families=tuple(families[root]))
