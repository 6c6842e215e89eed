"""What would get this child a helper, or this helper a child?

One more place, a new helper in the child's own place, a limit of distance relaxed, a consent or a screening that is
only missing. Each remedy is applied and everything is paired again before it is told, and of its kind none that was
tried is cheaper (all are, but for places in a shortage of more than `MOST_IN_SHORTAGE` helpers).
What protects a child is never for sale: no refusal, exclusion, conflict or bar is ever suggested away, and neither is a
rule that nobody has put into a class.
"""

from collections.abc import Iterator, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Language
from careprogram.pairing.choosing.live_plan import LivePlan
from careprogram.pairing.choosing.obstacles import Obstacles, obtainable
from careprogram.pairing.choosing.remedy import Remedy, RemedyKind, apply_remedy, new_helpers
from careprogram.pairing.context import PairingContext
from careprogram.pairing.plan import PairingPlan, PairingRole
from careprogram.pairing.problem import ChildNeed, HelperOffer, PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.solving.updating import LiveAssignment
from careprogram.pairing.strategies import PairingStrategy
from careprogram.unknown import Unknown

MOST_IN_SHORTAGE = 60
"""In a shortage of more helpers only those that the child itself could have are asked for more places."""


@attrs.frozen(kw_only=True)
class _Case:
    """One question: what stands in the way, and does a remedy work?"""

    problem: PairingProblem
    rules: PairingRules
    strategy: PairingStrategy
    plan: PairingPlan
    tries: int
    obstacles: Obstacles

    def works(self, remedy: Remedy, who: ChildId | HelperId) -> bool:
        """Apply *remedy*, pair again, and see whether *who* is paired."""
        problem, rules = apply_remedy(remedy, self.problem, self.rules)
        plan = self.strategy.pair(problem, rules)
        return any(who in (pair.child, pair.helper) for pair in plan.pairs)

    def first(self, remedies: Iterator[Remedy], who: ChildId | HelperId) -> tuple[Remedy, ...]:
        """Return the first of *remedies* that works; they come cheapest first."""
        tried = (remedy for _, remedy in zip(range(self.tries), remedies, strict=False))
        return next(((remedy,) for remedy in tried if self.works(remedy, who)), ())


def remedies_for_child(
    problem: PairingProblem,
    rules: PairingRules,
    strategy: PairingStrategy,
    plan: PairingPlan,
    child: ChildId,
    *,
    tries: int = 12,
) -> tuple[Remedy, ...]:
    """Return what would get *child* a helper, the cheapest of each kind; empty if nothing that may be suggested does.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        strategy: The strategy.
        plan: What it answered.
        child: A child without a helper.
        tries: How many remedies of each kind are tried at the most; everything is paired again for each.

    Raises:
        PairingError: The child has a helper, or is not in the problem.
    """
    need = next((one for one in problem.children if one.id == child), None)
    if need is None or any(pair.child == child for pair in plan.pairs):
        raise PairingError(f"child {child} is not without a helper in this plan")
    case = _case(problem, rules, strategy, plan, tries)
    own = case.obstacles.of_child(need)
    if own:
        return case.first(_consents(need, own), child)
    return (
        *_more_places(case, need),
        *case.first(_obtained(case, need), child),
        *case.first(_nearer(case, need), child),
        *case.first(_newcomers(case, need), child),
    )


def remedies_for_helper(
    problem: PairingProblem,
    rules: PairingRules,
    strategy: PairingStrategy,
    plan: PairingPlan,
    helper: HelperId,
    *,
    tries: int = 12,
) -> tuple[Remedy, ...]:
    """Return what would get *helper* a child, the cheapest of each kind; empty if nothing that may be suggested does.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        strategy: The strategy.
        plan: What it answered.
        helper: A helper without a child.
        tries: How many remedies of each kind are tried at the most; everything is paired again for each.

    Raises:
        PairingError: The helper has a child, or is not in the problem.
    """
    offer = next((one for one in problem.helpers if one.id == helper), None)
    if offer is None or any(pair.helper == helper for pair in plan.pairs):
        raise PairingError(f"helper {helper} is not without a child in this plan")
    case = _case(problem, rules, strategy, plan, tries)
    own = case.obstacles.of_helper(offer)
    if own:
        return case.first(_cleared(offer, own), helper)
    return case.first(_farther(case, offer), helper)


def _case(
    problem: PairingProblem, rules: PairingRules, strategy: PairingStrategy, plan: PairingPlan, tries: int
) -> _Case:
    peer = any(pair.role is PairingRole.PEER for pair in plan.pairs) or strategy.id == "peer"
    context = PairingContext.of(problem, strategy=strategy.id, peer=peer)
    constraints = (*rules.constraints, *getattr(strategy, "constraints", ()))
    obstacles = Obstacles(constraints=constraints, context=context)
    return _Case(problem=problem, rules=rules, strategy=strategy, plan=plan, tries=tries, obstacles=obstacles)


def _consents(need: ChildNeed, codes: tuple[str, ...]) -> Iterator[Remedy]:
    if len(codes) == 1 and obtainable(codes[0]):
        yield Remedy(kind=RemedyKind.OBTAIN, code=codes[0], child=need.id)


def _cleared(offer: HelperOffer, codes: tuple[str, ...]) -> Iterator[Remedy]:
    if len(codes) == 1 and obtainable(codes[0]):
        yield Remedy(kind=RemedyKind.OBTAIN, code=codes[0], helper=offer.id)
    if codes == ("load",):
        yield Remedy(kind=RemedyKind.ADD_PLACES, helper=offer.id, amount=1)


def _places_needed(
    live: LiveAssignment, need: ChildNeed, helpers: Sequence[HelperId], most: int
) -> Iterator[tuple[int, HelperId]]:
    """Yield per helper how many more places would give the child a helper, by exact updates that are taken back."""
    for helper in helpers:
        places = live.places_of(helper)
        for amount in range(1, most + 1):
            live.set_places(helper, places + amount)
            if live.has_helper(need.id):
                most = amount  # of what is dearer nobody will ask
                yield amount, helper
                break
        live.set_places(helper, places)


def _more_places(case: _Case, need: ChildNeed) -> tuple[Remedy, ...]:
    """Return the fewest more places of one helper that serve the child; tried by exact updates, told after a solve."""
    unpaired = next(one for one in case.plan.unpaired if one.child == need.id)
    group = case.plan.shortages[unpaired.shortage].helpers if unpaired.shortage is not None else ()
    closed = tuple(offer.id for offer in case.problem.helpers if case.obstacles.of_helper(offer) == ("load",))
    amounts = range(1, case.tries + 1)
    if not group or case.plan.team_rules:
        ways = [(amount, helper) for amount in amounts for helper in (*group, *closed)]
    else:
        live = LivePlan.of(case.problem, case.rules, case.plan).live
        if len(group) > MOST_IN_SHORTAGE:
            group = tuple(map(HelperId, live.values_of(need.id)))
        ways = list(_places_needed(live, need, group, case.tries))
        ways += [(amount, helper) for amount in amounts for helper in closed]
        ways.sort(key=lambda way: way[0])
    remedies = (Remedy(kind=RemedyKind.ADD_PLACES, helper=helper, amount=amount) for amount, helper in ways)
    return case.first(remedies, need.id)


def _obtained(case: _Case, need: ChildNeed) -> Iterator[Remedy]:
    """Yield what is only missing of a helper, the nearest helper first."""
    for offer in _from_near(case, need):
        codes = case.obstacles.between(need, offer)
        if len(codes) == 1 and obtainable(codes[0]):
            yield Remedy(kind=RemedyKind.OBTAIN, code=codes[0], helper=offer.id)


def _nearer(case: _Case, need: ChildNeed) -> Iterator[Remedy]:
    """Yield the helpers that only a limit of distance keeps away, the nearest first."""
    for offer in _from_near(case, need):
        meters = case.obstacles.context.distance_m(need, offer)
        if not isinstance(meters, Unknown) and case.obstacles.between(need, offer) == ("distance",):
            yield Remedy(kind=RemedyKind.RELAX_DISTANCE, helper=offer.id, amount=meters)


def _farther(case: _Case, offer: HelperOffer) -> Iterator[Remedy]:
    """Yield the children that only a limit of distance keeps from a helper, the nearest first."""
    found = set()
    for need in case.problem.children:
        meters = case.obstacles.context.distance_m(need, offer)
        if not isinstance(meters, Unknown) and case.obstacles.between(need, offer) == ("distance",):
            found.add(meters)
    for meters in sorted(found):
        yield Remedy(kind=RemedyKind.RELAX_DISTANCE, helper=offer.id, amount=meters)


def _newcomers(case: _Case, need: ChildNeed) -> Iterator[Remedy]:
    """Yield one, two, ... new helpers in the place of the child, of a sex that the rules allow."""
    place = need.child.residence.place
    if isinstance(place, Unknown):
        return
    for amount in range(1, case.tries + 1):
        remedy = Remedy(kind=RemedyKind.NEW_HELPERS, place=place, child=need.id, amount=amount)
        offers = new_helpers(remedy, case.problem)
        if any(case.obstacles.between(need, offer) == () for offer in offers):
            yield remedy


def _from_near(case: _Case, need: ChildNeed) -> list[HelperOffer]:
    def rank(offer: HelperOffer) -> tuple[bool, int, str]:
        meters = case.obstacles.context.distance_m(need, offer)
        return (True, 0, offer.id) if isinstance(meters, Unknown) else (False, meters, offer.id)

    return sorted(case.problem.helpers, key=rank)


def render_remedy(remedy: Remedy, problem: PairingProblem, *, language: Language = "zh") -> str:
    """Return a remedy in one sentence, fit for a village director."""
    return remedy.text(problem).in_(language)
