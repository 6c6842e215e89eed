"""Would this remedy help?

Where the plan is a flow of a known shape, by an exact update: who changes leaves and joins as they would be then, pairs
that a wider limit of distance lets through join, the answer follows, and everything is put back. That weighs the
candidates of the plan and every pair that the change makes possible. Where not every pair was looked at, because
candidates per child are limited, pairing again may choose among other pairs; so a yes is confirmed by pairing everybody
again. Where an update would not tell the truth, everybody is paired again at once: rules of teams, ties that may be
broken at a price, more than `MOST_OPENED` new pairs. It suggests nothing.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import attrs

from careprogram.ids import ChildId, HelperId
from careprogram.pairing.choosing.live_plan import bare_answer
from careprogram.pairing.choosing.obstacles import Obstacles
from careprogram.pairing.choosing.remedy import Remedy, apply_remedy
from careprogram.pairing.constraint import ConstraintScope, PairingConstraint
from careprogram.pairing.constraints import DistanceConstraint
from careprogram.pairing.context import PairingContext, Tie
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan
from careprogram.pairing.planning import Around, Shape
from careprogram.pairing.problem import ChildNeed, HelperOffer, PairingProblem
from careprogram.pairing.rules import ExistingTies, PairingRules
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.updating import LiveAssignment
from careprogram.pairing.strategies import PairingStrategy, ReplanningStrategy
from careprogram.unknown import Unknown

MOST_OPENED = 1_000
"""Of more pairs that become possible at once, pairing everybody again is told sooner."""

Values = dict[str, int]
"""What pairs of one side are worth, by the id of the other."""


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
        joined, exact = self._by_update(remedy, who)
        return joined if exact or not joined else who in self.paired_after(remedy)

    def paired_after(self, remedy: Remedy) -> frozenset[str]:
        """Pair everybody again and return who is paired."""
        if remedy not in self._paired:
            pairs = self.plan_after(remedy).pairs
            self._paired[remedy] = frozenset(own for pair in pairs for own in (pair.child, pair.helper))
        return self._paired[remedy]

    @cached_property
    def _paired(self) -> dict[Remedy, frozenset[str]]:
        return {}

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

    def _by_update(self, remedy: Remedy, who: ChildId | HelperId) -> tuple[bool, bool]:
        """Return whether *remedy* helps, and whether that is sure; where an update cannot tell, an unsure yes."""
        live, unsure = self.live, (True, False)
        if live is None:
            return unsure
        after, rules = apply_remedy(remedy, self.problem, self.rules)
        needs, offers = _changed(self.problem.children, after.children), _changed(self.problem.helpers, after.helpers)
        opened = self._opened(rules, but=needs)
        seats = {child: self._seats(need) for child, need in needs.items()}
        if opened is None or any(own is None for own in seats.values()):
            return unsure
        ties = {(child, helper) for child, own in opened.items() for helper in own}
        if any(tie in ties or tie[0] in needs or tie[1] in offers for tie in self.context.standing - self._settled):
            return unsure  # it would stand again
        judge = self._judge_by(rules)
        asked = [offer for offer in self.problem.helpers if offer.id not in offers]
        values = {child: self._worths(judge, (need,), asked)[child] for child, need in needs.items()}
        values |= {child: self._bare_values[child] | own for child, own in opened.items()}
        for child, own in values.items():
            live.child_leaves(child)
            live.child_joins(child, seats.get(child) or self._bare_seats[child], own)
        for offer in offers.values():
            self._join_helper(live, offer, needs, judge)
        joined = live.has_helper(who) if who in live.children else bool(live.children_of(who))
        exact = self._looks_at_all(max(map(len, values.values()), default=0), len(offers))
        self._put_back(live, values, offers)
        return joined, exact

    def _opened(self, rules: PairingRules, *, but: Collection[str]) -> dict[str, Values] | None:
        """Return the pairs that only the limit of distance for everybody kept apart, by child; None if too many."""
        found: defaultdict[str, Values] = defaultdict(dict)
        before, after = _limit(self.rules), _limit(rules)
        if before is None or after == before:
            return found
        judge, count = self._judge_by(rules), 0
        for needs, offers in itertools.product(*self._neighbors):
            meters = self.context.distance_m(needs[0], offers[0])
            if isinstance(meters, Unknown) or meters <= before or (after is not None and meters > after):
                continue
            count += len(needs) * len(offers)
            if count > MOST_OPENED:
                return None
            for child, own in self._worths(judge, (one for one in needs if one.id not in but), offers).items():
                found[child] |= own
        return {child: own for child, own in found.items() if own}

    @cached_property
    def _neighbors(self) -> tuple[list[list[ChildNeed]], list[list[HelperOffer]]]:
        """Children that may be paired, and helpers, each grouped by where they live."""
        needs: defaultdict[object, list[ChildNeed]] = defaultdict(list)
        offers: defaultdict[object, list[HelperOffer]] = defaultdict(list)
        for need in self._open_needs.values():
            needs[need.child.residence.place].append(need)
        for offer in self.problem.helpers:
            offers[offer.helper.residence.place].append(offer)
        return list(needs.values()), list(offers.values())

    def _join_helper(
        self, live: LiveAssignment, offer: HelperOffer, needs: Mapping[str, ChildNeed], judge: Judge
    ) -> None:
        if offer.id in live.helpers:
            live.helper_leaves(offer.id)
        own = self._open_needs.values() if not needs else {**self._open_needs, **needs}.values()
        found = self._worths(judge, own, (offer,))
        live.helper_joins(offer.id, self._places(offer), {child: one[offer.id] for child, one in found.items() if one})

    def _put_back(self, live: LiveAssignment, children: Collection[str], helpers: Collection[str]) -> None:
        for helper in helpers:
            live.helper_leaves(helper)
            if helper in self._bare_places:
                values = {child: own[helper] for child, own in self._bare_values.items() if helper in own}
                live.helper_joins(helper, self._bare_places[helper], values)
        for child in children:
            live.child_leaves(child)
            live.child_joins(child, self._bare_seats[child], self._bare_values[child])

    def _looks_at_all(self, edges: int, joining: int) -> bool:
        """Return whether pairing again looks at every pair too, if a child has so many *edges* and helpers join."""
        edges = max([edges, *map(len, self._bare_values.values())])  # there may be no child
        settled = max(Counter(child for child, _ in self.plan.settled).values(), default=0)
        return self.plan.totals.left_out == 0 and edges + settled + joining <= self.rules.candidates

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

    @cached_property
    def _bare_values(self) -> Mapping[str, Values]:
        found: dict[str, Values] = {key: {} for key in self._bare.child_keys}
        for child, helper, value in self._bare.edges():
            found[self._bare.child_keys[child]][self._bare.helper_keys[helper]] = int(value)
        return found

    def _judge_by(self, rules: PairingRules) -> Judge:
        """Return the judge of *rules* and of what the strategy itself asks for."""
        if rules is self.rules:
            return self._judge
        constraints = (*rules.constraints, *self.constraints[len(self.rules.constraints) :])
        return Judge(constraints, rules.scores, rules.effective_weights, self.context)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.constraints, self.rules.scores, self.rules.effective_weights, self.context)

    @cached_property
    def _open_needs(self) -> Mapping[str, ChildNeed]:
        """The children that no rule of their own side keeps out."""
        obstacles = Obstacles(constraints=self.constraints, context=self.context)
        return {need.id: need for need in self.problem.children if not obstacles.of_child(need)}

    def _worths(self, judge: Judge, needs: Iterable[ChildNeed], offers: Sequence[HelperOffer]) -> dict[str, Values]:
        """Return what each pair is worth to the flow, per child; without those a rule blocks, and those settled."""
        scale = 2 if self.rules.existing is ExistingTies.PRICE else 1
        return {
            need.id: {
                offer.id: scale * judge.score(need, offer)[0]
                for offer in offers
                if (need.id, offer.id) not in self._settled
                and all(judge.first_no(scope, need, offer) is None for scope in ConstraintScope)
            }
            for need in needs
        }

    @cached_property
    def _settled(self) -> frozenset[Tie]:
        return frozenset(self.plan.settled)

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
        settled = {child for child, _ in self._settled}
        own = (self._bare_seats[one.id] for one in self._like(need) if one.id not in settled)
        return next((seats for seats in own if seats), None)

    def _like(self, need: ChildNeed) -> Iterator[ChildNeed]:
        return (one for one in self.problem.children if one.tier == need.tier and one.id != need.id)


def _limit(rules: PairingRules) -> int | None:
    """Return the limit of distance that *rules* set for everybody, in meters; None if they set none."""
    limits = (one.farthest_m for one in rules.constraints if isinstance(one, DistanceConstraint))
    return min((limit for limit in limits if limit is not None), default=None)


_Side = TypeVar("_Side", ChildNeed, HelperOffer)


def _changed(before: tuple[_Side, ...], after: tuple[_Side, ...]) -> dict[str, _Side]:
    """Return those of *after* that are new or read otherwise, by id; what did not change is the same object."""
    known = {id(one) for one in before}
    return {one.id: one for one in after if id(one) not in known}
