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
from careprogram.pairing.context import PairingContext, Tie
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan, PairingRole
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.solving.rings import Alternative, alternatives
from careprogram.pairing.solving.updating import LiveAssignment

REASONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "not-allowed": Text("规则不再允许", "the rules no longer allow it"),
        "no-room": Text("名额或位置已不够", "there is no longer room for it"),
        "covers-more": Text("能让更多或更急需的儿童得到帮扶", "more, or more urgent, children are helped"),
        "other-tie": Text("保留它就要拆散另一对", "to keep it would break another pair"),
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


def broken_ties(problem: PairingProblem, rules: PairingRules, plan: PairingPlan) -> tuple[BrokenTie, ...]:
    """Return every pair that stood under the strategy of *plan* and is not in it, sorted by child and helper.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        plan: What it answered.

    Raises:
        PairingError: The plan carries no proof, so nothing can be said about other plans.
    """
    peer = any(pair.role is PairingRole.PEER for pair in plan.pairs)
    context = PairingContext.of(problem, strategy=plan.strategy, peer=peer)
    gone = sorted(context.standing - {(pair.child, pair.helper) for pair in plan.pairs})
    if not gone:
        return ()
    if plan.problem is None or plan.certificate is None:
        raise PairingError(f"the plan of {plan.strategy!r} carries no proof: nothing can be said about other plans")
    weighing = _Weighing(problem, rules, plan, context)
    return tuple(weighing.broken(tie) for tie in gone)


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
        now = tuple(pair.helper for pair in self.plan.pairs if pair.child == child)
        found = BrokenTie(child=child, helper=helper, now=now, reason="no-room")
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
