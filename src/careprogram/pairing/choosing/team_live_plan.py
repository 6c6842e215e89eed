"""What becomes of a plan with rules of teams, loads or siblings while people say yes and no to it?

Such rules are no flow, so no answer follows by an exact update. The strategy is asked anew around the pairs that were
accepted and without those that were declined: candidates, flow and bounds are worked out again, while the parts that
the answer leaves as they were keep what was proven of them. An accepted pair counts like one that stands: its team is
completed where no other child goes without for it. It decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterator

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.pairing.choosing.live_plan import LivePlan
from careprogram.pairing.context import Tie
from careprogram.pairing.judging import Judge
from careprogram.pairing.lifecycle import decline, propose
from careprogram.pairing.plan import PairingPlan
from careprogram.pairing.planning import Around
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.solving.rings import Alternative
from careprogram.pairing.solving.updating import AssignmentChange, Moved
from careprogram.pairing.strategies import PairingStrategy, ReplanningStrategy

_NO = "谢绝 / declined"


def take_up(
    problem: PairingProblem, rules: PairingRules, plan: PairingPlan, judge: Judge, strategy: PairingStrategy | None
) -> LivePlan:
    """Return *plan*, which has rules of teams, as a live plan; `LivePlan.of` is the way here.

    Raises:
        PairingError: The strategy is not given, is another one, or cannot plan around answers.
    """
    strategy = replanning_strategy(plan, strategy)
    fixed = {(pair.child, pair.helper) for pair in plan.pairs} & judge.context.begun
    found = TeamLivePlan(problem, rules, plan, judge, strategy, fixed=frozenset({*plan.settled, *fixed}))
    # What both sides accepted is no longer open: nobody's choice may take it away.
    return found.around_or_refuse() if fixed - set(plan.settled) else found


def replanning_strategy(plan: PairingPlan, strategy: PairingStrategy | None) -> ReplanningStrategy:
    """Return the strategy that made *plan*, which has rules of teams, where it can plan around pairs.

    Raises:
        PairingError: The strategy is not given, is another one, or cannot plan around answers.
    """
    if strategy is None or strategy.id != plan.strategy:
        raise PairingError(
            f"the plan of {plan.strategy!r} has rules of teams, loads or siblings, which are no flow: "
            "give its strategy, too, with strategy=..."
        )
    if not isinstance(strategy, ReplanningStrategy):
        raise PairingError(
            f"the strategy {strategy.id!r} has no pair_around(problem, rules, around): pair again instead"
        )
    return strategy


class TeamLivePlan(LivePlan):
    """A live plan whose strategy is asked anew at each answer.

    ``gained`` of a change is told in points of score.
    """

    def __init__(
        self,
        problem: PairingProblem,
        rules: PairingRules,
        plan: PairingPlan,
        judge: Judge,
        strategy: ReplanningStrategy,
        *,
        fixed: frozenset[Tie],
    ) -> None:
        self.problem, self.rules, self.judge, self.settled = problem, rules, judge, fixed
        self.first, self.strategy = plan, strategy
        self.needs = {need.id: need for need in problem.children}
        self.offers = {offer.id: offer for offer in problem.helpers}
        self.__dict__.update(plan=plan, pairs=plan.pairs)

    def accepted(self, child: ChildId, helper: HelperId) -> tuple[LivePlan, AssignmentChange]:
        """Settle a pair and return the plan that is best around it, with what changed.

        Raises:
            PairingError: The pair is not possible, there is no seat or place for it, or no rule lets it stand.
        """
        tie = (child, helper)
        if tie in self.settled:
            return self, AssignmentChange(moved=(), gained=0)
        self._check(tie)
        after = self.around(self.settled | {tie})
        if after is None:
            raise PairingError(f"child {child} and helper {helper}: no plan that keeps the rules has this pair")
        return after, self._change(after, but=tie)

    def declined(self, child: ChildId, helper: HelperId) -> tuple[LivePlan, AssignmentChange]:
        """Rule a pair out and return the plan that is best without it, with what changed.

        Raises:
            PairingError: The pair is not open: settled already, or not possible; or a settled pair may not stand
                without it.
        """
        if (child, helper) in self.settled:
            raise PairingError(f"the pair {child} with {helper} is settled: end it, and pair again")
        self._check((child, helper), open_only=False)
        after = self.around_or_refuse(without=(child, helper))
        return after, self._change(after)

    def alternatives(
        self, child: ChildId, *, instead_of: HelperId | None = None, most: int | None = None
    ) -> tuple[Alternative, ...]:
        """Return every other helper that *child* could have; the strategy is asked once for each.

        The plan that covers most comes first, then the one that costs the fewest points, which ``cost`` tells.
        """
        own = {pair.helper for pair in self.pairs if pair.child == child}
        fixed, gone = self.settled, None
        if instead_of is not None:
            if instead_of not in own:
                raise PairingError(f"child {child} does not have helper {instead_of}, so nothing can come instead")
            fixed, gone = self.settled | {(child, other) for other in own - {instead_of}}, (child, instead_of)
        found = []
        for helper in self._open_to(child):
            after = self.around(fixed | {(child, helper)}, without=gone) if helper not in own else None
            if after is not None:
                lost = self.plan.totals.score - after.plan.totals.score
                one = Alternative(child=child, helper=helper, cost=lost, moved=self._moved(after))
                found.append((_rank(after.plan), one))
        found.sort(key=lambda ranked: (ranked[0], ranked[1].helper))
        return tuple(one for _, one in found)[:most]

    def around(self, fixed: frozenset[Tie], *, without: Tie | None = None) -> "TeamLivePlan | None":
        """Return the best plan that holds *fixed*; None if no plan that keeps the rules does."""
        problem = self.problem if without is None else _declining(self.problem, without, self.strategy.id)
        plan = self.strategy.pair_around(problem, self.rules, Around(fixed=fixed, before=self.plan))
        if not fixed <= set(plan.settled):
            return None
        return TeamLivePlan(problem, self.rules, plan, self.judge, self.strategy, fixed=fixed)

    def around_or_refuse(self, *, without: Tie | None = None) -> "TeamLivePlan":
        """Return the best plan that holds what is settled.

        Raises:
            PairingError: A settled pair may not stand any more, such as a minor's whose adult is gone.
        """
        after = self.around(self.settled, without=without)
        if after is None:
            raise PairingError("a pair that is settled may not stand without the one that goes: end it, and pair again")
        return after

    def _open_to(self, child: ChildId) -> Iterator[HelperId]:
        """Yield the helpers with a place that *child* has a seat for, as far as the plan looked."""
        bare = self.plan.problem
        if child not in self.needs:
            raise PairingError(f"child {child} is not in the problem")
        assert bare is not None
        at = bare.child_keys.index(child)
        for whose, helper in zip(bare.edge_children, bare.edge_helpers, strict=True):
            if whose == at and bare.seats[at] and int(bare.places[helper]):
                yield HelperId(bare.helper_keys[int(helper)])

    def _check(self, tie: Tie, *, open_only: bool = True) -> None:
        bare = self.plan.problem
        assert bare is not None
        for child, helper, _ in bare.edges():
            if (bare.child_keys[child], bare.helper_keys[helper]) == tie:
                if open_only and not (bare.seats[child] and int(bare.places[helper])):
                    raise PairingError(f"child {tie[0]} and helper {tie[1]}: no seat or no place is left for this pair")
                return
        raise PairingError(f"child {tie[0]} and helper {tie[1]} may not be paired")

    def _change(self, after: "TeamLivePlan", *, but: Tie | None = None) -> AssignmentChange:
        return AssignmentChange(
            moved=self._moved(after, but=but), gained=after.plan.totals.score - self.plan.totals.score
        )

    def _moved(self, after: "TeamLivePlan", *, but: Tie | None = None) -> tuple[Moved, ...]:
        """Return whose helpers are others now; a pair that was accepted, *but*, is settled and not moved."""
        before, now = _teams(self.plan), _teams(after.plan)
        if but is not None:
            for teams in (before, now):
                teams[but[0]].discard(but[1])
        return tuple(
            Moved(child=child, before=tuple(sorted(before[child])), after=tuple(sorted(now[child])))
            for child in sorted(before.keys() | now.keys())
            if before[child] != now[child]
        )


def _declining(problem: PairingProblem, tie: Tie, strategy: str) -> PairingProblem:
    day = problem.as_of
    said = decline(propose(*tie, strategy=strategy, on=day), on=day, reason=_NO)
    return attrs.evolve(problem, existing=(*problem.existing, said))


def _teams(plan: PairingPlan) -> defaultdict[ChildId, set[HelperId]]:
    found: defaultdict[ChildId, set[HelperId]] = defaultdict(set)
    for pair in plan.pairs:
        found[pair.child].add(pair.helper)
    return found


def _rank(plan: PairingPlan) -> tuple[tuple[int, ...], int, int]:
    """Return what plans with another pair are compared by: who is covered, how many pairs, the score."""
    covered = tuple(-count for _, count in sorted(plan.totals.covered.items()))
    return covered, -plan.totals.pairs, -plan.totals.score
