"""How does a strategy become a plan?

Find candidates, keep what stands, solve for the best, widen the search where a child would go without, and say why.
The objective, in this order: most children of tier 1 with a helper, then of tier 2, and so on; then most seats
filled up to the minimum team, then most seats filled; then (where ties are preferred) fewest broken; then the best
total score, less the price of broken ties where one is stated; then a hash of the ids. All of it is one exact flow;
coverage is the best over all helpers unless the search met its limit, and scores are the best over the candidates
looked at.
"""

import itertools
from collections import Counter
from collections.abc import Collection
from typing import Any, TypeAlias

import attrs

from careprogram.errors import PairingError
from careprogram.ids import stable_hash
from careprogram.pairing.constraint import PairingConstraint
from careprogram.pairing.context import PairingContext, Tie
from careprogram.pairing.finding.candidates import candidate_search
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import ExistingTies, PairingRules
from careprogram.pairing.scores import TOP_SCORE
from careprogram.pairing.solving.arrays import Column, is_array, load_numpy
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.certificate import Certificate
from careprogram.pairing.solving.shortage import Bottleneck, bottlenecks
from careprogram.pairing.solving.solve import solve

_Place: TypeAlias = tuple[int, int]
"""A child and a helper as positions."""


@attrs.frozen(kw_only=True)
class Around:
    """What is given when a plan is made again around answers of people.

    Attributes:
        fixed: Pairs that are settled, whatever the rules say about ties.
        before: The plan that was answered to; what it proved is not searched again, and roles stay.
    """

    fixed: frozenset[Tie] = frozenset()
    before: PairingPlan | None = None


@attrs.frozen(kw_only=True)
class Shape:
    """How many helpers a child gets and how many children a helper takes.

    Attributes:
        team_minimum: Helpers per child that should be reached; fewer is reported.
        team_maximum: Helpers per child at the most.
        load_minimum: Children per helper that should be reached by a helper in use; fewer is reported.
        load_maximum: Children per helper at the most; None for the helper's capacity.
        team: Whether one of a child's helpers leads and the others support.
        peer: Whether classmates help classmates.

    Raises:
        PairingError: A minimum is below 1 or above its maximum, or a size is no whole number.
    """

    team_minimum: int = 1
    team_maximum: int = 1
    load_minimum: int = 1
    load_maximum: int | None = None
    team: bool = False
    peer: bool = False

    def __attrs_post_init__(self) -> None:
        asked = (self.team_minimum, self.team_maximum, self.load_minimum, self.load_maximum or 0)
        if any(type(size) is not int for size in asked):
            raise PairingError("sizes of teams and loads are whole numbers")
        highest = self.load_minimum if self.load_maximum is None else self.load_maximum
        if not (1 <= self.team_minimum <= self.team_maximum and 1 <= self.load_minimum <= highest):
            raise PairingError("a minimum is 1 or more and not above its maximum")


def plan_by_flow(
    problem: PairingProblem,
    rules: PairingRules,
    *,
    strategy: str,
    shape: Shape,
    extra_constraints: tuple[PairingConstraint, ...] = (),
    around: Around | None = None,
) -> PairingPlan:
    """Return the best plan of *shape*.

    Args:
        problem: Who, where, when.
        rules: Constraints, scores and limits.
        strategy: Id that the plan bears and existing pairings are recognized by.
        shape: Size of teams and loads.
        extra_constraints: What the strategy itself asks for.
        around: Pairs that are settled beforehand, see `Around`.

    Raises:
        PairingError: The weights name no score, or no engine is fit for the size.
    """
    from careprogram.pairing.explain import describe

    run = PlanningRun(problem, rules, strategy, shape, extra_constraints, around=around)
    run.keep_what_stands()
    answer = run.solve_widening()
    return describe(run, answer)


class PlanningRun:
    """The working state of one plan; children and helpers in the order of their ids, whatever the input's order."""

    def __init__(
        self,
        problem: PairingProblem,
        rules: PairingRules,
        strategy: str,
        shape: Shape,
        extra_constraints: tuple[PairingConstraint, ...],
        *,
        around: Around | None = None,
    ) -> None:
        self.problem, self.rules, self.strategy, self.shape = problem, rules, strategy, shape
        self.around = around if around is not None else Around()
        self.needs = sorted(problem.children, key=lambda need: need.id)
        self.offers = sorted(problem.helpers, key=lambda offer: offer.id)
        self.child_at = {need.id: i for i, need in enumerate(self.needs)}
        self.helper_at = {offer.id: v for v, offer in enumerate(self.offers)}
        self.context = PairingContext.of(problem, strategy=strategy, peer=shape.peer)
        constraints = (*rules.constraints, *extra_constraints)
        self.judge = Judge(constraints, rules.scores, rules.effective_weights, self.context)
        self.search = candidate_search(self.needs, self.offers, self.judge)
        self.earlier_roles = {
            (one.child, one.helper): one.role for one in problem.existing if one.stands and one.strategy == strategy
        }
        if self.around.before is not None:
            self.earlier_roles |= {(pair.child, pair.helper): pair.role for pair in self.around.before.pairs}
        self.tiers = [need.tier for need in self.needs]
        self.settled: list[list[int]] = [[] for _ in self.needs]
        self.free = self._free_places()
        self.bottlenecks: tuple[Bottleneck, ...] = ()

    def _free_places(self) -> list[int]:
        """Count places; standing pairs of other strategies take theirs first. More than all children need are none."""
        taken = Counter(one.helper for one in self.problem.existing if one.stands and one.strategy != self.strategy)
        limit = self.shape.load_maximum
        # Engines and checkers look at each place: a careless capacity of a billion must not cost them a billion steps.
        free = [min(len(self.needs), max(0, offer.capacity - taken[offer.id])) for offer in self.offers]
        return free if limit is None else [min(places, limit) for places in free]

    def keep_what_stands(self) -> None:
        """Settle the pairs that stand, fixed ones first, then the better ones where there is no room for all."""
        given = self.context.standing | self.around.fixed
        ties = [(self.child_at[child], self.helper_at[helper]) for child, helper in sorted(given)]
        allowed = list(itertools.compress(ties, self.search.settle(ties)))
        fixed = {(self.child_at[child], self.helper_at[helper]) for child, helper in self.around.fixed}
        if self.rules.existing is not ExistingTies.KEEP:
            allowed = [tie for tie in allowed if tie in fixed]
        ranked = [
            ((child, helper) not in fixed, -score, self._tie_break(child, helper), child, helper)
            for (child, helper), (score, _) in zip(allowed, self.search.shown(allowed), strict=True)
        ]
        for *_, child, helper in sorted(ranked):
            if self.free[helper] and len(self.settled[child]) < self.shape.team_maximum:
                self.free[helper] -= 1
                self.settled[child].append(helper)

    def _tie_break(self, child: int, helper: int) -> int:
        return stable_hash(self.needs[child].id, self.offers[helper].id)

    def solve_widening(self) -> "Answer":
        """Solve, and look farther for the children of every bottleneck, until that finds nothing new.

        Only helpers outside a bottleneck could take one of its children.
        """
        self.search.widen_all(self.rules.candidates)
        while True:
            flow = self.flow_problem()
            found = solve(flow, engine=self.rules.engine)
            covered = {int(flow.edge_children[edge]) for edge in found.edges}
            waiting = [i for i, own in enumerate(self.settled) if not own and i not in covered]
            self.bottlenecks = bottlenecks(flow, found.edges, waiting=waiting, tiers=self.tiers)
            groups = [(group.children, group.helpers) for group in self.bottlenecks]
            if not self.search.widen_beyond(groups, self.rules.most_candidates):
                return Answer(flow=flow, found=found)

    def flow_problem(self) -> AssignmentProblem:
        """Return what is still open as a bare problem: free seats, free places, candidates not yet settled."""
        children, helpers, worths = self._open_edges()
        return AssignmentProblem(
            child_keys=tuple(need.id for need in self.needs),
            helper_keys=tuple(offer.id for offer in self.offers),
            seats=self._seats(),
            places=tuple(self.free),
            edge_children=children,
            edge_helpers=helpers,
            edge_values=worths,
        )

    def _open_edges(self) -> tuple[Column, Column, Column]:
        """Return child, helper and worth of every candidate that is not settled yet; as arrays if they are held so."""
        children, helpers, scores = self.search.edge_columns()
        settled = {(child, helper) for child, own in enumerate(self.settled) for helper in own}
        tied = {(self.child_at[child], self.helper_at[helper]) for child, helper in self.context.standing}
        if is_array(children):
            return self._open_edge_arrays(children, helpers, scores, settled, tied)
        edges = [
            (child, helper, self._scale * score + (self._tie_worth if (child, helper) in tied else 0))
            for child, helper, score in zip(children, helpers, scores, strict=True)
            if (child, helper) not in settled
        ]
        return [i for i, _, _ in edges], [v for _, v, _ in edges], [worth for *_, worth in edges]

    def _open_edge_arrays(
        self, children: Any, helpers: Any, scores: Any, settled: Collection[_Place], tied: Collection[_Place]
    ) -> tuple[Column, Column, Column]:
        np = load_numpy("Posing a problem in columns")
        width = len(self.offers)
        keys = children * width + helpers
        taken, stands = (
            np.isin(keys, np.array([child * width + helper for child, helper in pairs], dtype=np.int64))
            for pairs in (settled, tied)
        )
        worths = self._scale * scores + self._tie_worth * stands
        return children[~taken], helpers[~taken], worths[~taken]

    @property
    def _units(self) -> int:
        return len(self.needs) * self._largest_team

    @property
    def _largest_team(self) -> int:
        """Seats beyond all helpers stay empty: a careless size of a billion must not cost a billion numbers."""
        return min(self.shape.team_maximum, max(1, len(self.offers)))

    @property
    def _further_seats(self) -> tuple[int, ...]:
        """Return the ranks of the second, third, ... seat: those up to the minimum go before those beyond it."""
        most, least = self._largest_team, min(self.shape.team_minimum, self._largest_team)
        return (2,) * (least - 1) + (1,) * (most - least)

    @property
    def _scale(self) -> int:
        """By how much scores are multiplied: doubled where half a point decides that equal gains break no tie."""
        return 2 if self.rules.existing is ExistingTies.PRICE else 1

    @property
    def _tie_worth(self) -> int:
        """What an unbroken tie weighs: its price and half a point, or more than all scores together."""
        if self.rules.existing is ExistingTies.PRICE:
            return self._scale * self.rules.tie_price + 1
        return self._units * TOP_SCORE + 1 if self.rules.existing is ExistingTies.PREFER else 0

    def _seats(self) -> tuple[tuple[int, ...], ...]:
        """Return the bonuses of the free seats: one step outweighs everything below it, see `ranks_first`."""
        shape = self.shape
        step = self._units * (self._scale * TOP_SCORE + self._tie_worth) + 1
        ranks = {tier: rank for rank, tier in enumerate(sorted(set(self.tiers), reverse=True), start=1)}
        more = 0 if shape.team_maximum == 1 else 2
        fill = self._further_seats
        seats = []
        for child, tier in enumerate(self.tiers):
            levels = (ranks[tier] + more, *fill) if self.search.child_no[child] is None else ()
            seats.append(tuple(level * step for level in levels[len(self.settled[child]) :]))
        return tuple(seats)


@attrs.frozen(kw_only=True)
class Answer:
    """The last flow of a run and its solution."""

    flow: AssignmentProblem
    found: Assignment

    def certificate(self) -> Certificate:
        """Return the proof."""
        prices = dict(zip(self.flow.helper_keys, self.found.prices, strict=True))
        return Certificate(prices=prices, value=self.found.value)
