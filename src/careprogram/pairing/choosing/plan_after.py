"""Which plan does a bare answer amount to, after somebody said yes or no?

Takes a plan and what became of its bare answer, and writes the plan that says so: pairs with scores and roles, who goes
without and why, and the proof. It decides nothing.
"""

from collections import Counter
from functools import cached_property

import attrs

from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing.explain import shortage_reason
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import (
    IdleHelper,
    PairingPlan,
    PairingRole,
    PairingTotals,
    ProposedPair,
    Reason,
    Shortage,
    UnpairedChild,
)
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.shortage import Bottleneck, bottlenecks
from careprogram.pairing.solving.updating import LiveAssignment
from careprogram.people import HelperKind

Tie = tuple[ChildId, HelperId]


def ties_of(live: LiveAssignment) -> list[Tie]:
    """Return the pairs of a bare answer as ids."""
    return [(ChildId(child), HelperId(helper)) for child, helper in live.pairs]


class PlanWriter:
    """The work of writing one plan."""

    def __init__(
        self, problem: PairingProblem, before: PairingPlan, live: LiveAssignment, judge: Judge, settled: set[Tie]
    ) -> None:
        self.before, self.live, self.judge, self.settled = before, live, judge, settled
        self.needs = {need.id: need for need in problem.children}
        self.offers = {offer.id: offer for offer in problem.helpers}
        self.open = ties_of(live)
        self.ties = sorted({*self.open, *settled})
        self.free_roles: dict[ChildId, list[PairingRole]] = {}
        now = set(self.ties)
        for pair in before.pairs:
            if (pair.child, pair.helper) not in now:
                self.free_roles.setdefault(pair.child, []).append(pair.role)

    @cached_property
    def bare(self) -> AssignmentProblem:
        """What is open now."""
        return self.live.problem()

    def plan(self) -> PairingPlan:
        """Return the plan."""
        groups = self._bottlenecks()
        pairs = self.pairs()
        shortages = tuple(self._shortage(group) for group in groups)
        sizes = Counter(child for child, _ in self.ties)
        return attrs.evolve(
            self.before,
            pairs=pairs,
            unpaired=self._unpaired(groups, shortages),
            idle=self._idle(),
            short_teams=tuple(
                attrs.evolve(one, helpers=sizes[one.child])
                for one in self.before.short_teams
                if 0 < sizes[one.child] < one.minimum
            ),
            shortages=shortages,
            totals=self._totals(pairs),
            settled=tuple(sorted(self.settled)),
            problem=self.bare,
            certificate=self.live.certificate(),
        )

    def pairs(self) -> tuple[ProposedPair, ...]:
        """Return the pairs in the order of a plan."""
        return self._written

    @cached_property
    def _written(self) -> tuple[ProposedPair, ...]:
        known = {(pair.child, pair.helper): pair for pair in self.before.pairs}
        found = [known.get(tie) or self._proposed(*tie) for tie in self.ties]
        return tuple(sorted(found, key=lambda one: (one.child, one.role is not PairingRole.LEAD, one.helper)))

    def _proposed(self, child: ChildId, helper: HelperId) -> ProposedPair:
        score, scores = self.judge.score(self.needs[child], self.offers[helper])
        return ProposedPair(
            child=child,
            helper=helper,
            role=self._role(child, helper),
            score=score,
            scores=dict(zip(self.judge.score_ids, scores, strict=True)),
            kept=(child, helper) in self.judge.context.standing,
        )

    def _role(self, child: ChildId, helper: HelperId) -> PairingRole:
        """Return the role of whoever made room for the helper, or what the strategy gives to a first one."""
        if left := self.free_roles.get(child):
            return left.pop(0)
        if self.judge.context.peer:
            return PairingRole.PEER
        if any(pair.role is PairingRole.SUPPORTER for pair in self.before.pairs):
            return PairingRole.LEAD
        proxy = self.offers[helper].helper.kind is HelperKind.PROXY_PARENT
        return PairingRole.LEAD if proxy else PairingRole.HELPER

    def _bottlenecks(self) -> tuple[Bottleneck, ...]:
        bare = self.bare
        paired = {child for child, _ in self.ties}
        tiers = [self.needs[ChildId(key)].tier for key in bare.child_keys]
        waiting = [i for i, key in enumerate(bare.child_keys) if key not in paired and bare.seats[i]]
        at = {(bare.child_keys[i], bare.helper_keys[v]): edge for edge, (i, v, _) in enumerate(bare.edges())}
        return bottlenecks(bare, [at[tie] for tie in self.open], waiting=waiting, tiers=tiers)

    def _shortage(self, group: Bottleneck) -> Shortage:
        helpers = tuple(HelperId(self.bare.helper_keys[v]) for v in group.helpers)
        inside = set(helpers)
        return Shortage(
            children=tuple(ChildId(self.bare.child_keys[i]) for i in group.children),
            helpers=helpers,
            places=sum(int(self.bare.places[v]) for v in group.helpers),
            held=sum(helper in inside for _, helper in self.settled),
            tier=group.tier,
        )

    def _unpaired(self, groups: tuple[Bottleneck, ...], shortages: tuple[Shortage, ...]) -> tuple[UnpairedChild, ...]:
        group_of = {self.bare.child_keys[i]: number for number, group in enumerate(groups) for i in group.waiting}
        paired, earlier = {child for child, _ in self.ties}, {one.child: one for one in self.before.unpaired}
        found = []
        for child in sorted(self.needs.keys() - paired):
            if child in group_of:
                number = group_of[child]
                reasons: tuple[Reason, ...] = (shortage_reason(shortages[number]),)
                found.append(UnpairedChild(child=child, reasons=reasons, shortage=number))
            elif child in earlier and earlier[child].shortage is None:
                found.append(earlier[child])
            else:
                found.append(UnpairedChild(child=child, reasons=(_ALL_DECLINED,)))
        return tuple(found)

    def _idle(self) -> tuple[IdleHelper, ...]:
        busy, earlier = {helper for _, helper in self.ties}, {one.helper: one for one in self.before.idle}
        return tuple(
            earlier.get(helper) or IdleHelper(helper=helper, reasons=(_NOT_NEEDED,))
            for helper in sorted(self.offers.keys() - busy)
        )

    def _totals(self, pairs: tuple[ProposedPair, ...]) -> PairingTotals:
        covered = Counter(dict.fromkeys(self.before.totals.wanting, 0))
        covered.update(self.needs[child].tier for child in {pair.child for pair in pairs})
        kept = sum(pair.kept for pair in pairs)
        return attrs.evolve(
            self.before.totals,
            covered=dict(sorted(covered.items())),
            pairs=len(pairs),
            kept=kept,
            broken=len(self.judge.context.standing) - kept,
            score=sum(pair.score for pair in pairs),
        )


_ALL_DECLINED = Reason(
    code="all-declined",
    text=Text("可选的帮扶人均已谢绝", "every helper that was looked at has been declined"),
    count=0,
)
_NOT_NEEDED = Reason(
    code="not-needed", text=Text("合适的儿童均已有帮扶人", "every child it could have has a helper already"), count=0
)
