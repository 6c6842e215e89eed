"""What does a plan look like while people say yes and no to it?

A `LivePlan` is a plan with the network behind it: it scores any pair, says what another choice would cost, and after an
answer gives the plan that is best from then on. It is never changed: an answer makes another `LivePlan`. It chooses
among the pairs that the plan was chosen from; to look farther, pair again. Plans with rules of teams, loads or siblings
are no flow: `team_live_plan` asks their strategy anew.
"""

from collections.abc import Mapping
from functools import cached_property

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.pairing.choosing.plan_after import PlanWriter, Tie, ties_of
from careprogram.pairing.constraints import PairingConstraint
from careprogram.pairing.context import PairingContext
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan, PairingRole, ProposedPair
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.solving.assignment import Assignment
from careprogram.pairing.solving.rings import Alternative, alternatives
from careprogram.pairing.solving.solve import solve
from careprogram.pairing.solving.updating import AssignmentChange, LiveAssignment
from careprogram.pairing.strategies import PairingStrategy


class LivePlan:
    """A plan that people work with; make it by `LivePlan.of`.

    Attributes:
        problem: Who, where, when.
        rules: By which rules.
        first: The plan that was taken up.
        settled: The pairs that nobody's answer moves any more.
        live: The bare answer behind it, for looking only; a plan with rules of teams, loads or siblings has none.
        judge: Rules and scores for single pairs.
    """

    def __init__(
        self,
        problem: PairingProblem,
        rules: PairingRules,
        first: PairingPlan,
        live: LiveAssignment,
        judge: Judge,
        *,
        settled: frozenset[Tie],
    ) -> None:
        self.problem, self.rules, self.live, self.judge, self.settled = problem, rules, live, judge, settled
        self.first = first
        self.needs = {need.id: need for need in problem.children}
        self.offers = {offer.id: offer for offer in problem.helpers}

    @cached_property
    def _writer(self) -> PlanWriter:
        return PlanWriter(self.problem, self.first, self.live, self.judge, set(self.settled))

    @cached_property
    def pairs(self) -> tuple[ProposedPair, ...]:
        """The pairs as they stand now, in the order of a plan."""
        return self._writer.pairs()

    @cached_property
    def plan(self) -> PairingPlan:
        """The plan as it stands now, written out when somebody asks."""
        return self._writer.plan()

    @classmethod
    def of(
        cls,
        problem: PairingProblem,
        rules: PairingRules,
        plan: PairingPlan,
        *,
        constraints: tuple[PairingConstraint, ...] = (),
        strategy: PairingStrategy | None = None,
    ) -> "LivePlan":
        """Take up a plan.

        Args:
            problem: What the strategy was asked.
            rules: By which rules.
            plan: What it answered.
            constraints: Hard rules of the strategy's own; those in its attribute ``constraints`` if it is given.
            strategy: The strategy. Needed for a plan with rules of teams, loads or siblings: these are no flow, so
                the strategy is asked anew at each answer. All is posed and bounded again; only the parts that the
                answer touches are searched.

        Raises:
            PairingError: The plan carries no proof, or has rules of teams, loads or siblings and the strategy is not
                given, is another one, or cannot plan around answers.
        """
        if plan.problem is None or plan.certificate is None:
            raise PairingError(
                f"the plan of {plan.strategy!r} carries no proof, so nothing can be said about other plans"
            )
        peer = any(pair.role is PairingRole.PEER for pair in plan.pairs)
        context = PairingContext.of(problem, strategy=plan.strategy, peer=peer)
        constraints = (*rules.constraints, *(constraints or getattr(strategy, "constraints", ())))
        judge = Judge(constraints, rules.scores, rules.effective_weights, context)
        if plan.team_rules:
            from careprogram.pairing.choosing.team_live_plan import take_up  # it builds on this class

            return take_up(problem, rules, plan, judge, strategy)
        live = LiveAssignment(plan.problem, bare_answer(plan))
        begun = [tie for tie in ties_of(live) if tie in context.begun]
        for child, helper in begun:
            # What both sides accepted is no longer open: nobody's choice may take it away.
            live.accept(child, helper)
        found = cls(problem, rules, plan, live, judge, settled=frozenset({*plan.settled, *begun}))
        if not begun:
            found.__dict__.update(plan=plan, pairs=plan.pairs)  # nothing to write anew
        return found

    def score(self, child: ChildId, helper: HelperId) -> tuple[int, Mapping[str, int]]:
        """Return the weighted score of a pair and each score by id."""
        score, scores = self.judge.score(self.needs[child], self.offers[helper])
        return score, dict(zip(self.judge.score_ids, scores, strict=True))

    def accepted(self, child: ChildId, helper: HelperId) -> tuple["LivePlan", AssignmentChange]:
        """Settle a pair and return the plan that is best around it, with what changed.

        Raises:
            PairingError: The pair is not possible, or there is no seat or place for it.
        """
        if (child, helper) in self.settled:
            return self, AssignmentChange(moved=(), gained=0)
        live = self.live.copy()
        change = live.accept(child, helper)
        return self._with(live, self.settled | {(child, helper)}), change

    def declined(self, child: ChildId, helper: HelperId) -> tuple["LivePlan", AssignmentChange]:
        """Rule a pair out and return the plan that is best without it, with what changed.

        Raises:
            PairingError: The pair is not open: settled already, or not possible.
        """
        if (child, helper) in self.settled:
            raise PairingError(f"the pair {child} with {helper} is settled: end it, and pair again")
        live = self.live.copy()
        change = live.decline(child, helper)
        return self._with(live, self.settled), change

    def alternatives(
        self, child: ChildId, *, instead_of: HelperId | None = None, most: int | None = None
    ) -> tuple[Alternative, ...]:
        """Return every other helper that *child* could have, what costs the plan least first; see `alternatives`."""
        return alternatives(self.live, child, instead_of=instead_of, most=most)

    def _with(self, live: LiveAssignment, settled: frozenset[Tie]) -> "LivePlan":
        return LivePlan(self.problem, self.rules, self.first, live, self.judge, settled=settled)


def bare_answer(plan: PairingPlan) -> Assignment:
    """Return the bare answer behind a plan that carries a proof."""
    problem, certificate, settled = plan.problem, plan.certificate, set(plan.settled)
    assert problem is not None
    assert certificate is not None
    chosen = {(pair.child, pair.helper) for pair in plan.pairs} - settled
    edges = tuple(
        edge
        for edge, (child, helper, _) in enumerate(problem.edges())
        if (problem.child_keys[child], problem.helper_keys[helper]) in chosen
    )
    if len(edges) != len(chosen):
        return solve(problem)
    prices = tuple(certificate.prices.get(key, 0) for key in problem.helper_keys)
    return Assignment(edges=edges, prices=prices, value=certificate.value, engine=plan.strategy)
