"""What would get this child a helper, or this helper a child?

One more place, a new helper in the child's own place, a limit of distance relaxed, a consent or a screening that is
only missing; or several of them, where one alone does not help. Each remedy is tried before it is told, see `trial`,
and works when everybody is paired again with it. Of its kind none that was tried is cheaper (all are, but for places in
a shortage of more than `MOST_IN_SHORTAGE` helpers; and where candidates per child are limited, a cheaper one that helps
only because of the limit may be missed). What protects a child is never for sale: no refusal, exclusion, conflict or
bar is ever suggested away, and neither is a rule that nobody has put into a class.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Language
from careprogram.pairing.choosing.obstacles import Obstacles, obtainable
from careprogram.pairing.choosing.remedy import Remedy, RemedyKind, apply_remedy, new_helpers
from careprogram.pairing.choosing.trial import Trial
from careprogram.pairing.constraint import PairingConstraint
from careprogram.pairing.constraints import DistanceConstraint
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
    plan: PairingPlan
    tries: int
    obstacles: Obstacles
    trial: Trial

    def first(self, remedies: Iterable[Remedy], who: ChildId | HelperId) -> tuple[Remedy, ...]:
        """Return the first of *remedies* that works; they come cheapest first."""
        tried = (remedy for _, remedy in zip(range(self.tries), remedies, strict=False))
        return next(((remedy,) for remedy in tried if self.trial.helps(remedy, who)), ())

    def after(self, remedy: Remedy) -> "_Case":
        """Return the question as it is once *remedy* is done."""
        problem, rules = apply_remedy(remedy, self.problem, self.rules)
        return _case(problem, rules, self.trial.strategy, self.trial.plan_after(remedy), self.tries)


class RemedyFinder:
    """Remedies for those whom one plan leaves without a partner; what is worked out for one serves the next.

    Attributes:
        tries: How many remedies of each kind are tried at the most.
    """

    def __init__(
        self,
        problem: PairingProblem,
        rules: PairingRules,
        strategy: PairingStrategy,
        plan: PairingPlan,
        *,
        tries: int = 12,
    ) -> None:
        """Take up a plan.

        Args:
            problem: What the strategy was asked.
            rules: By which rules.
            strategy: The strategy.
            plan: What it answered.
            tries: How many remedies of each kind are tried at the most.
        """
        self.tries = tries
        self._case = _case(problem, rules, strategy, plan, tries)

    def for_child(self, child: ChildId) -> tuple[Remedy, ...]:
        """Return what would get *child* a helper, the cheapest of each kind; empty if nothing that may be told does.

        Raises:
            PairingError: The child has a helper, or is not in the problem.
        """
        case = self._case
        need = _waiting(child, case.problem.children, (pair.child for pair in case.plan.pairs))
        if need is None:
            raise PairingError(f"child {child} is not without a helper in this plan")
        return _told(case, need, case.obstacles.of_child(need), _ways_for_child)

    def for_helper(self, helper: HelperId) -> tuple[Remedy, ...]:
        """Return what would get *helper* a child, the cheapest of each kind; empty if nothing that may be told does.

        Raises:
            PairingError: The helper has a child, or is not in the problem.
        """
        case = self._case
        offer = _waiting(helper, case.problem.helpers, (pair.helper for pair in case.plan.pairs))
        if offer is None:
            raise PairingError(f"helper {helper} is not without a child in this plan")
        return _told(case, offer, case.obstacles.of_helper(offer), _ways_for_helper)


def remedies_for_child(
    problem: PairingProblem,
    rules: PairingRules,
    strategy: PairingStrategy,
    plan: PairingPlan,
    child: ChildId,
    *,
    tries: int = 12,
) -> tuple[Remedy, ...]:
    """Return what `RemedyFinder.for_child` does; for several children take one `RemedyFinder`.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        strategy: The strategy.
        plan: What it answered.
        child: A child without a helper.
        tries: How many remedies of each kind are tried at the most.

    Raises:
        PairingError: The child has a helper, or is not in the problem.
    """
    return RemedyFinder(problem, rules, strategy, plan, tries=tries).for_child(child)


def remedies_for_helper(
    problem: PairingProblem,
    rules: PairingRules,
    strategy: PairingStrategy,
    plan: PairingPlan,
    helper: HelperId,
    *,
    tries: int = 12,
) -> tuple[Remedy, ...]:
    """Return what `RemedyFinder.for_helper` does; for several helpers take one `RemedyFinder`.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        strategy: The strategy.
        plan: What it answered.
        helper: A helper without a child.
        tries: How many remedies of each kind are tried at the most.

    Raises:
        PairingError: The helper has a child, or is not in the problem.
    """
    return RemedyFinder(problem, rules, strategy, plan, tries=tries).for_helper(helper)


def _case(
    problem: PairingProblem, rules: PairingRules, strategy: PairingStrategy, plan: PairingPlan, tries: int
) -> _Case:
    peer = any(pair.role is PairingRole.PEER for pair in plan.pairs) or strategy.id == "peer"
    context = PairingContext.of(problem, strategy=strategy.id, peer=peer)
    own: tuple[PairingConstraint, ...] = getattr(strategy, "constraints", ())
    constraints = (*rules.constraints, *own)
    trial = Trial(problem=problem, rules=rules, strategy=strategy, plan=plan, constraints=constraints, context=context)
    obstacles = Obstacles(constraints=constraints, context=context)
    return _Case(problem=problem, rules=rules, plan=plan, tries=tries, obstacles=obstacles, trial=trial)


_Side = TypeVar("_Side", ChildNeed, HelperOffer)


def _waiting(who: str, everybody: Iterable[_Side], paired: Iterable[str]) -> _Side | None:
    """Return who of *everybody* has that id and is not among the *paired*."""
    return None if who in set(paired) else next((one for one in everybody if one.id == who), None)


def _told(
    case: _Case, one: _Side, noes: Sequence[str], ways: Callable[[_Case, _Side], tuple[Remedy, ...]]
) -> tuple[Remedy, ...]:
    """Return the ways for *one*; where its own side says *noes*, what mends these, and with what else if needed."""
    if not noes:
        return ways(case, one)
    first = _mended(noes, one)
    if first is None:
        return ()
    if alone := case.first((first,), one.id):
        return alone
    after: _Case = case.after(first)
    if any(one.id in (pair.child, pair.helper) for pair in after.plan.pairs):
        return (first,)
    everybody: Iterable[Any] = (*after.problem.children, *after.problem.helpers)
    same = next(other for other in everybody if type(other) is type(one) and other.id == one.id)
    return tuple(way.after(first) for way in ways(after, same))


def _mended(noes: Sequence[str], one: ChildNeed | HelperOffer) -> Remedy | None:
    """Return what turns all the *noes* of one side into a yes; None if one of them may not be argued with."""
    helper = one.id if isinstance(one, HelperOffer) else None
    child = one.id if isinstance(one, ChildNeed) else None
    found: Remedy | None = None
    for code in noes:
        if obtainable(code):
            step = Remedy(kind=RemedyKind.OBTAIN, code=code, child=child, helper=helper)
        elif code == "load" and helper is not None:
            step = Remedy(kind=RemedyKind.ADD_PLACES, helper=helper, amount=1)
        else:
            return None
        found = step if found is None else step.after(found)
    return found


def _ways_for_child(case: _Case, need: ChildNeed) -> tuple[Remedy, ...]:
    return (
        *_more_places(case, need),
        *case.first(_obtained(case, need), need.id),
        *case.first(_nearer(case, ((need, offer) for offer in case.problem.helpers)), need.id),
        *case.first(_newcomers(case, need), need.id),
    )


def _ways_for_helper(case: _Case, offer: HelperOffer) -> tuple[Remedy, ...]:
    return case.first(_nearer(case, ((need, offer) for need in case.problem.children)), offer.id)


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
    """Return the fewest more places of one helper that serve the child; found by exact updates, told after a trial."""
    unpaired = next(one for one in case.plan.unpaired if one.child == need.id)
    group = case.plan.shortages[unpaired.shortage].helpers if unpaired.shortage is not None else ()
    closed = tuple(offer.id for offer in case.problem.helpers if case.obstacles.of_helper(offer) == ("load",))
    amounts = range(1, case.tries + 1)
    live = case.trial.live
    if not group or live is None:
        ways = [(amount, helper) for amount in amounts for helper in (*group, *closed)]
    else:
        if len(group) > MOST_IN_SHORTAGE:
            group = tuple(map(HelperId, live.values_of(need.id)))
        ways = list(_places_needed(live, need, group, case.tries))
        ways += [(amount, helper) for amount in amounts for helper in closed]
        ways.sort(key=lambda way: way[0])
    remedies = (Remedy(kind=RemedyKind.ADD_PLACES, helper=helper, amount=amount) for amount, helper in ways)
    return case.first(remedies, need.id)


def _obtained(case: _Case, need: ChildNeed) -> Iterator[Remedy]:
    """Yield what is only missing of a helper: one paper before several, the nearest helper first."""
    several = []
    for offer in _from_near(case, need):
        codes = case.obstacles.between(need, offer)
        papers = _mended(codes, offer) if codes and all(map(obtainable, codes)) else None
        if papers is not None and len(codes) == 1:
            yield papers
        elif papers is not None:
            several.append(papers)
    yield from sorted(several, key=lambda one: len(one.steps))


def _nearer(case: _Case, pairs: Iterable[tuple[ChildNeed, HelperOffer]]) -> Iterator[Remedy]:
    """Yield what lets those of *pairs* come together that only a limit of distance keeps apart, the nearest first."""
    context, found = case.obstacles.context, set[Remedy]()
    for need, offer in pairs:
        meters = context.distance_m(need, offer)
        if not isinstance(meters, Unknown) and case.obstacles.between(need, offer) == ("distance",):
            found.add(_relaxed(case.rules, offer, meters))
    yield from sorted(found, key=lambda one: (one.amount, one.helper or ""))


def _relaxed(rules: PairingRules, offer: HelperOffer, meters: int) -> Remedy:
    """Return what lets *offer* go as far as that: its own limit, that of the rules for everybody, or both."""
    limits = [one.farthest_m for one in rules.constraints if isinstance(one, DistanceConstraint)]
    all_of_them = Remedy(kind=RemedyKind.RELAX_DISTANCE, amount=meters)
    its_own = attrs.evolve(all_of_them, helper=offer.id)
    own = offer.helper.wishes.farthest_m
    if own is None or own >= meters:
        return all_of_them
    return its_own.after(all_of_them) if any(one is not None and one < meters for one in limits) else its_own


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
