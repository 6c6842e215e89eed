"""Would this remedy help?

Where the plan is a flow of a known shape, by an exact update: who changes leaves and joins as they would be then, the
answer follows, and everything is put back. It weighs the candidates of the plan and every pair of whoever changes.
Elsewhere, and where a change reaches beyond single people, everybody is paired again. It suggests nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import attrs

from careprogram.ids import ChildId, HelperId
from careprogram.pairing.choosing.live_plan import bare_answer
from careprogram.pairing.choosing.obstacles import Obstacles
from careprogram.pairing.choosing.remedy import Remedy, RemedyKind, apply_remedy
from careprogram.pairing.constraint import ConstraintScope, PairingConstraint
from careprogram.pairing.constraints import DistanceConstraint
from careprogram.pairing.context import PairingContext
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan
from careprogram.pairing.planning import Around, Shape
from careprogram.pairing.problem import ChildNeed, HelperOffer, PairingProblem
from careprogram.pairing.rules import ExistingTies, PairingRules
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.updating import LiveAssignment
from careprogram.pairing.strategies import PairingStrategy, ReplanningStrategy


@attrs.frozen(kw_only=True, slots=False)
class Trial:
    """A plan on which remedies are tried.

    Attributes:
        problem: What the strategy was asked.
        rules: By which rules.
        strategy: The strategy.
        plan: What it answered.
        constraints: The hard rules of rules and strategy.
        context: The circumstances.
    """

    problem: PairingProblem
    rules: PairingRules
    strategy: PairingStrategy
    plan: PairingPlan
    constraints: tuple[PairingConstraint, ...]
    context: PairingContext

    def helps(self, remedy: Remedy, who: ChildId | HelperId) -> bool:
        """Return whether *who* would be paired after *remedy*."""
        found = self._by_update(remedy, who)
        return who in self.paired_after(remedy) if found is None else found

    def paired_after(self, remedy: Remedy) -> set[str]:
        """Pair everybody again and return who is paired."""
        return {own for pair in self.plan_after(remedy).pairs for own in (pair.child, pair.helper)}

    def plan_after(self, remedy: Remedy) -> PairingPlan:
        """Pair everybody again; of a plan of teams only the parts that the remedy touches are searched."""
        problem, rules = apply_remedy(remedy, self.problem, self.rules)
        if self.plan.team_rules is not None and isinstance(self.strategy, ReplanningStrategy):
            return self.strategy.pair_around(problem, rules, Around(before=self.plan))
        return self.strategy.pair(problem, rules)

    @cached_property
    def live(self) -> LiveAssignment | None:
        """The bare answer, to be changed and put back; None where an update would not tell the truth."""
        shape: object = getattr(self.strategy, "shape", None)
        flow = isinstance(shape, Shape) and not shape.peer and self.plan.team_rules is None
        weighed = self.rules.existing is not ExistingTies.KEEP and self.context.standing
        if not flow or weighed or self.plan.problem is None or self.plan.certificate is None:
            return None
        return LiveAssignment(self.plan.problem, bare_answer(self.plan))

    def _by_update(self, remedy: Remedy, who: ChildId | HelperId) -> bool | None:
        """Return whether *remedy* helps; None if an update cannot tell."""
        live = self.live
        if live is None or any(map(self._reaches_everybody, remedy.steps)):
            return None
        after, _ = apply_remedy(remedy, self.problem, self.rules)
        needs, offers = _changed(self.problem.children, after.children), _changed(self.problem.helpers, after.helpers)
        unsettled = self.context.standing - set(self.plan.settled)
        if any(child in needs or helper in offers for child, helper in unsettled):
            return None  # it would stand again
        seats = {child: self._seats(need) for child, need in needs.items()}
        if any(own is None for own in seats.values()):
            return None
        for child, need in needs.items():
            self._join_child(live, need, seats[child] or (), but=offers)
        for offer in offers.values():
            self._join_helper(live, offer, needs)
        joined = live.has_helper(who) if who in live.children else bool(live.children_of(who))
        self._put_back(live, needs, offers)
        return joined

    def _reaches_everybody(self, step: Remedy) -> bool:
        """Return whether a limit of distance is relaxed that holds for all."""
        limits = (one.farthest_m for one in self.constraints if isinstance(one, DistanceConstraint))
        return step.kind is RemedyKind.RELAX_DISTANCE and any(own is not None and own < step.amount for own in limits)

    def _join_child(
        self, live: LiveAssignment, need: ChildNeed, seats: tuple[int, ...], *, but: Mapping[str, object]
    ) -> None:
        live.child_leaves(need.id)
        asked = (offer for offer in self.problem.helpers if offer.id not in but)
        pairs = ((offer.id, self._value(need, offer)) for offer in asked)
        live.child_joins(need.id, seats, {helper: value for helper, value in pairs if value is not None})

    def _join_helper(self, live: LiveAssignment, offer: HelperOffer, needs: Mapping[str, ChildNeed]) -> None:
        if offer.id in live.helpers:
            live.helper_leaves(offer.id)
        own = self._open_needs.values() if not needs else {**self._open_needs, **needs}.values()
        pairs = ((need.id, self._value(need, offer)) for need in own)
        values: dict[str, int] = {child: value for child, value in pairs if value is not None}
        live.helper_joins(offer.id, self._places(offer), values)

    def _put_back(
        self, live: LiveAssignment, needs: Mapping[str, ChildNeed], offers: Mapping[str, HelperOffer]
    ) -> None:
        for helper in offers:
            live.helper_leaves(helper)
            if helper in self._bare_places:
                live.helper_joins(helper, self._bare_places[helper], self._values_of_helper(helper, but=needs))
        for child in needs:
            live.child_leaves(child)
            live.child_joins(child, self._bare_seats[child], self._values_of_child(child))

    @property
    def _bare(self) -> AssignmentProblem:
        assert self.plan.problem is not None
        return self.plan.problem

    @cached_property
    def _bare_places(self) -> Mapping[str, int]:
        return {key: int(places) for key, places in zip(self._bare.helper_keys, self._bare.places, strict=True)}

    @cached_property
    def _bare_seats(self) -> Mapping[str, tuple[int, ...]]:
        return dict(zip(self._bare.child_keys, map(tuple, self._bare.seats), strict=True))

    def _values_of_helper(self, helper: str, *, but: Mapping[str, object]) -> dict[str, int]:
        bare = self._bare
        edges = bare.edges()
        return {
            bare.child_keys[i]: int(value)
            for i, v, value in edges
            if bare.helper_keys[v] == helper and bare.child_keys[i] not in but
        }

    def _values_of_child(self, child: str) -> dict[str, int]:
        bare = self._bare
        return {bare.helper_keys[v]: int(value) for i, v, value in bare.edges() if bare.child_keys[i] == child}

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.constraints, self.rules.scores, self.rules.effective_weights, self.context)

    @cached_property
    def _open_needs(self) -> Mapping[str, ChildNeed]:
        """The children that no rule of their own side keeps out."""
        obstacles = Obstacles(constraints=self.constraints, context=self.context)
        return {need.id: need for need in self.problem.children if not obstacles.of_child(need)}

    def _value(self, need: ChildNeed, offer: HelperOffer) -> int | None:
        """Return what a pair is worth to the flow; None if a rule says no or it is settled."""
        if (need.id, offer.id) in self.plan.settled or not self._allowed(need, offer):
            return None
        scale = 2 if self.rules.existing is ExistingTies.PRICE else 1
        return scale * self._judge.score(need, offer)[0]

    def _allowed(self, need: ChildNeed, offer: HelperOffer) -> bool:
        return all(self._judge.first_no(scope, need, offer) is None for scope in ConstraintScope)

    def _places(self, offer: HelperOffer) -> int:
        """Return how many places a helper would have open, as `PlanningRun` counts them."""
        shape: Shape = self.strategy.shape  # type: ignore[attr-defined]
        others = sum(
            one.stands and one.helper == offer.id and one.strategy != self.strategy.id for one in self.problem.existing
        )
        free = min(len(self.problem.children), max(0, offer.capacity - others))
        free = free if shape.load_maximum is None else min(free, shape.load_maximum)
        return max(0, free - self._settled_load[offer.id])

    @cached_property
    def _settled_load(self) -> Counter[str]:
        return Counter(helper for _, helper in self.plan.settled)

    def _seats(self, need: ChildNeed) -> tuple[int, ...] | None:
        """Return the seats of a child that joins: those of another one of its tier; None if there is none."""
        settled = {child for child, _ in self.plan.settled}
        own = (self._bare_seats[one.id] for one in self._like(need) if one.id not in settled)
        return next((seats for seats in own if seats), None)

    def _like(self, need: ChildNeed) -> Iterator[ChildNeed]:
        return (one for one in self.problem.children if one.tier == need.tier and one.id != need.id)


_Side = TypeVar("_Side", ChildNeed, HelperOffer)


def _changed(before: tuple[_Side, ...], after: tuple[_Side, ...]) -> dict[str, _Side]:
    """Return those of *after* that are new or read otherwise, by id; what did not change is the same object."""
    known = {id(one) for one in before}
    return {one.id: one for one in after if id(one) not in known}
