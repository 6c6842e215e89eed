"""Which pairs that stood does a plan break, why, and what does each of them win?

A tie is broken because a rule no longer allows it, because there is no room, or because the best plan that keeps it is
worse. That plan is found exactly, so the gain of each broken tie is what the plan is ahead of it. Nothing is decided
here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Language, Text
from careprogram.pairing.choosing.live_plan import bare_answer
from careprogram.pairing.choosing.obstacles import Obstacles
from careprogram.pairing.choosing.team_live_plan import replanning_strategy
from careprogram.pairing.constraint import PairingConstraint
from careprogram.pairing.context import PairingContext, Tie
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan, PairingRole
from careprogram.pairing.planning import Around
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.rings import Alternative, alternatives
from careprogram.pairing.solving.updating import LiveAssignment
from careprogram.pairing.strategies import PairingStrategy, ReplanningStrategy
from careprogram.pairing.teams.rules import TeamRules, breaches, levels, splits, worth

REASONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "not-allowed": Text("规则不再允许", "the rules no longer allow it"),
        "no-room": Text("名额或位置已不够", "there is no longer room for it"),
        "covers-more": Text("能让更多或更急需的儿童得到帮扶", "more, or more urgent, children are helped"),
        "other-tie": Text("保留它就要拆散另一对", "to keep it would break another pair"),
        "team-rules": Text(
            "不保留它才更符合小组、负载或兄弟姐妹的规则",
            "the rules of teams, loads or siblings are better kept without it",
        ),
        "better-score": Text("总分更高，超过拆散的代价", "the total score is better by more than the price"),
    }
)
"""Why a tie is broken, by code."""


@attrs.frozen(kw_only=True)
class BrokenTie:
    """A pair that stood and that the plan does not have.

    Attributes:
        child: The child.
        helper: The helper it had.
        now: The helpers it has in the plan.
        reason: A code of `REASONS`.
        rule: For ``not-allowed``: the code of the first rule that says no; None otherwise.
        gain: Points of total score by which the plan is ahead of the best plan that keeps the tie; 0 where no plan can.
        without: Children who would be without a helper in that plan and have one now.
        ties_saved: How many ties that plan would keep more; what the plan wins outweighs their price.
    """

    child: ChildId
    helper: HelperId
    now: tuple[HelperId, ...]
    reason: str
    rule: str | None = None
    gain: int = 0
    without: tuple[ChildId, ...] = ()
    ties_saved: int = 0


def broken_ties(
    problem: PairingProblem, rules: PairingRules, plan: PairingPlan, *, strategy: PairingStrategy | None = None
) -> tuple[BrokenTie, ...]:
    """Return every pair that stood under the strategy of *plan* and is not in it, sorted by child and helper.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        plan: What it answered.
        strategy: The strategy: its own hard rules, in an attribute ``constraints``, are asked, too. A plan with rules
            of teams, loads or siblings is no flow and needs it: it is asked once for each broken tie.

    Raises:
        PairingError: The plan carries no proof, so nothing can be said about other plans; or it has rules of teams, and
            the strategy is not given, is another one, or cannot plan around a pair.
    """
    peer = any(pair.role is PairingRole.PEER for pair in plan.pairs)
    context = PairingContext.of(problem, strategy=plan.strategy, peer=peer)
    gone = sorted(context.standing - {(pair.child, pair.helper) for pair in plan.pairs})
    if not gone:
        return ()
    if plan.problem is None or plan.certificate is None:
        raise PairingError(f"the plan of {plan.strategy!r} carries no proof: nothing can be said about other plans")
    own: tuple[PairingConstraint, ...] = getattr(strategy, "constraints", ())
    by = attrs.evolve(rules, constraints=(*rules.constraints, *own))
    if plan.team_rules:
        replanning = replanning_strategy(plan, strategy)
        obstacles = Obstacles(constraints=by.constraints, context=context)
        replanned = _Replanned(problem=problem, rules=rules, plan=plan, strategy=replanning, obstacles=obstacles)
        return tuple(replanned.broken(tie) for tie in gone)
    weighing = _Weighing(problem, by, plan, context)
    return tuple(weighing.broken(tie) for tie in gone)


def _now(plan: PairingPlan, child: ChildId) -> tuple[HelperId, ...]:
    return tuple(pair.helper for pair in plan.pairs if pair.child == child)


class _Weighing:
    """A plan against the best plans that keep what it breaks."""

    def __init__(
        self, problem: PairingProblem, rules: PairingRules, plan: PairingPlan, context: PairingContext
    ) -> None:
        assert plan.problem is not None
        self.live = LiveAssignment(plan.problem, bare_answer(plan))
        self.judge = Judge(rules.constraints, rules.scores, rules.effective_weights, context)
        self.obstacles = Obstacles(constraints=rules.constraints, context=context)
        self.plan, self.standing = plan, context.standing
        self.needs = {need.id: need for need in problem.children}
        self.offers = {offer.id: offer for offer in problem.helpers}

    def broken(self, tie: Tie) -> BrokenTie:
        child, helper = tie
        found = BrokenTie(child=child, helper=helper, now=_now(self.plan, child), reason="no-room")
        if noes := self.obstacles.between(self.needs[child], self.offers[helper]):
            return attrs.evolve(found, reason="not-allowed", rule=noes[0])
        keeping = next((one for one in alternatives(self.live, child) if one.helper == helper), None)
        return self._weighed(found, keeping) if keeping is not None else found

    def _weighed(self, found: BrokenTie, keeping: Alternative) -> BrokenTie:
        changes = [(_ids(one.child, one.before), _ids(one.child, one.after)) for one in keeping.moved]
        saved = sum(len(self.standing & after) - len(self.standing & before) for before, after in changes)
        worth = sum(self._values(before) - self._values(after) for before, after in changes)
        reason = "covers-more" if keeping.cost > worth else "other-tie" if saved <= 0 else "better-score"
        return attrs.evolve(
            found,
            reason=reason,
            gain=sum(self._points(before) - self._points(after) for before, after in changes),
            without=tuple(map(ChildId, keeping.without)),
            ties_saved=saved,
        )

    def _values(self, ties: set[Tie]) -> int:
        return sum(self.live.values_of(child)[helper] for child, helper in ties)

    def _points(self, ties: set[Tie]) -> int:
        return sum(self.judge.score(self.needs[child], self.offers[helper])[0] for child, helper in ties)


@attrs.frozen(kw_only=True)
class _Replanned:
    """A plan with rules of teams against the plans that its strategy makes around what it breaks."""

    problem: PairingProblem
    rules: PairingRules
    plan: PairingPlan
    strategy: ReplanningStrategy
    obstacles: Obstacles

    def broken(self, tie: Tie) -> BrokenTie:
        child, helper = tie
        found = BrokenTie(child=child, helper=helper, now=_now(self.plan, child), reason="no-room")
        need = next(one for one in self.problem.children if one.id == child)
        offer = next(one for one in self.problem.helpers if one.id == helper)
        if noes := self.obstacles.between(need, offer):
            return attrs.evolve(found, reason="not-allowed", rule=noes[0])
        keeping = self.strategy.pair_around(self.problem, self.rules, Around(fixed=frozenset({tie}), before=self.plan))
        return self._weighed(found, keeping) if tie in keeping.settled else found

    def _weighed(self, found: BrokenTie, keeping: PairingPlan) -> BrokenTie:
        saved = keeping.totals.kept - self.plan.totals.kept
        reason = "other-tie" if saved <= 0 else "better-score"
        helped = {pair.child for pair in self.plan.pairs} - {pair.child for pair in keeping.pairs}
        return attrs.evolve(
            found,
            reason=self._before_scores(keeping) or reason,
            gain=self.plan.totals.score - keeping.totals.score,
            without=tuple(sorted(helped)),
            ties_saved=saved,
        )

    def _before_scores(self, keeping: PairingPlan) -> str | None:
        """Return why *keeping* is no better answer before scores count; None if only scores tell them apart.

        A pair that stands may be without its team, or its siblings, which no new one may.
        """
        bare, asked = self.plan.problem, self.plan.team_rules
        assert bare is not None
        assert asked is not None
        ours, theirs = (self._edges(bare, plan) for plan in (self.plan, keeping))
        if any(breaches(bare, asked, theirs)):
            return "team-rules"
        seats = len(levels(bare))
        if worth(bare, asked, ours)[:seats] != worth(bare, asked, theirs)[:seats]:
            return "covers-more"
        apart, even = (splits(bare, asked, one) for one in (ours, theirs)), (_paid(bare, one) for one in (ours, theirs))
        return None if len(set(apart)) == len(set(even)) == 1 else "team-rules"

    def _edges(self, bare: AssignmentProblem, plan: PairingPlan) -> list[int]:
        chosen = {(pair.child, pair.helper) for pair in plan.pairs} - set(self.plan.settled)
        return [
            edge
            for edge, (child, helper, _) in enumerate(bare.edges())
            if (bare.child_keys[child], bare.helper_keys[helper]) in chosen
        ]


def _paid(bare: AssignmentProblem, edges: list[int]) -> int:
    """Return what the places of an answer cost: the more even the load, the less."""
    return sum(int(bare.edge_values[edge]) for edge in edges) - worth(bare, TeamRules(), edges)[-2]


def _ids(child: str, helpers: tuple[str, ...]) -> set[Tie]:
    return {(ChildId(child), HelperId(helper)) for helper in helpers}


def render_broken_tie(tie: BrokenTie, *, language: Language = "zh") -> str:
    """Return in one line which tie is broken, what comes instead, and why."""
    reason = REASONS[tie.reason].in_(language)
    if language == "zh":
        now = "、".join(tie.now) or "无"
        gain = f"，多 {tie.gain} 分" if tie.gain else ""
        return f"儿童 {tie.child}：原帮扶人 {tie.helper}，现为 {now}；{reason}{gain}"
    now = ", ".join(tie.now) or "nobody"
    gain = f", {tie.gain} points more" if tie.gain else ""
    return f"child {tie.child}: had helper {tie.helper}, now {now}; {reason}{gain}"
