"""What would get this child a helper, or this helper a child?

One more place, a new helper in the child's own place, a limit of distance relaxed, a consent or a screening that is
only missing; or several of them, where one alone does not help. Each remedy is tried before it is told, see `trial`,
and of its kind none that was tried is cheaper (all are, but for places in a shortage of more than `MOST_IN_SHORTAGE`
helpers). What protects a child is never for sale: no refusal, exclusion, conflict or bar is ever suggested away, and
neither is a rule that nobody has put into a class.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Language
from careprogram.pairing.choosing.obstacles import Obstacles, obtainable
from careprogram.pairing.choosing.remedy import Remedy, RemedyKind, apply_remedy, new_helpers
from careprogram.pairing.choosing.trial import Trial
from careprogram.pairing.constraint import PairingConstraint
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
        need = next((one for one in case.problem.children if one.id == child), None)
        if need is None or any(pair.child == child for pair in case.plan.pairs):
            raise PairingError(f"child {child} is not without a helper in this plan")
        if noes := case.obstacles.of_child(need):
            return _told(case, child, _mended(noes, child=child), lambda after: _ways_for_child(after, child))
        return _ways_for_child(case, child)

    def for_helper(self, helper: HelperId) -> tuple[Remedy, ...]:
        """Return what would get *helper* a child, the cheapest of each kind; empty if nothing that may be told does.

        Raises:
            PairingError: The helper has a child, or is not in the problem.
        """
        case = self._case
        offer = next((one for one in case.problem.helpers if one.id == helper), None)
        if offer is None or any(pair.helper == helper for pair in case.plan.pairs):
            raise PairingError(f"helper {helper} is not without a child in this plan")
        if noes := case.obstacles.of_helper(offer):
            return _told(case, helper, _mended(noes, helper=helper), lambda after: _ways_for_helper(after, helper))
        return _ways_for_helper(case, helper)


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


def _told(
    case: _Case, who: ChildId | HelperId, first: Remedy | None, ways: Callable[[_Case], tuple[Remedy, ...]]
) -> tuple[Remedy, ...]:
    """Return *first*, which mends what is missing on one's own side; with what else helps where it is not enough."""
    if first is None:
        return ()
    if alone := case.first((first,), who):
        return alone
    return tuple(one.after(first) for one in ways(case.after(first)))


def _mended(noes: Sequence[str], *, child: ChildId | None = None, helper: HelperId | None = None) -> Remedy | None:
    """Return what turns all of *noes* of one side into a yes; None if one of them may not be argued with."""
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


def _ways_for_child(case: _Case, child: ChildId) -> tuple[Remedy, ...]:
    need = next(one for one in case.problem.children if one.id == child)
    return (
        *_more_places(case, need),
        *case.first(_obtained(case, need), need.id),
        *case.first(_nearer(case, need), need.id),
        *case.first(_newcomers(case, need), need.id),
    )


def _ways_for_helper(case: _Case, helper: HelperId) -> tuple[Remedy, ...]:
    offer = next(one for one in case.problem.helpers if one.id == helper)
    return case.first(_farther(case, offer), offer.id)


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
        papers = _mended(codes, helper=offer.id) if codes and all(map(obtainable, codes)) else None
        if papers is not None and len(codes) == 1:
            yield papers
        elif papers is not None:
            several.append(papers)
    yield from sorted(several, key=lambda one: len(one.steps))


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
