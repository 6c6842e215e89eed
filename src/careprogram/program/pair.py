"""Who is paired with whom, and what becomes of the pairings that stand?

Poses the problem of a program to each of its strategies and turns the plan of the adopted one into pairings. A pairing
whose helper is gone or may no longer serve is ended with its reason, and its child is paired anew; one whose child is
merely absent from today's roster stands until a person ends it, and so does one whose helper may stand in a row that
could not be read, or whose rules could not answer.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import attrs

from careprogram.care import needed_services
from careprogram.errors import CareProgramError, PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing import (
    ChildNeed,
    Fault,
    HelperOffer,
    OrphanCause,
    OrphanedPairing,
    Pairing,
    PairingPlan,
    PairingProblem,
    PairingRules,
    PairingStrategy,
    end_pairing,
    orphans,
    pairings_of,
    plan_faults,
)
from careprogram.people import Child, Helper, PlaceTree
from careprogram.program.progress import Progress, counted
from careprogram.program.unanswered import unanswered

LEAST_URGENT = 9
"""The tier of a child that no policy covers any more but that has a helper: it keeps the tie and displaces nobody."""


T = TypeVar("T")


class Attended(Protocol):
    """Does work that asks what plugins gave, and lets none of it hold the program up."""

    def __call__(self, work: Callable[[], T], *, strategy: str | None = None) -> T:
        """Return what *work* returns; *strategy* is asked in it."""
        ...


def at_once(work: Callable[[], T], *, strategy: str | None = None) -> T:  # noqa: ARG001
    """Do *work* here and now, for as long as it takes."""
    return work()


@attrs.frozen(kw_only=True)
class PairingResult:
    """What pairing came to.

    Attributes:
        problem: What was asked of the strategy that is adopted.
        plans: The plan of each strategy.
        pairings: All pairings that are on file from now on, ended ones included.
        orphaned: Those that had to be ended because their helper is gone or may not serve, or the guardian's consent
            ended.
        broken: Those that had to be ended because a rule no longer allows them, or the helper has fewer places now.
        held: Those whose helper may stand in a row that could not be read, or to which a rule says no only because it
            failed: they stand until that is mended, and their children are left out of the plans.
        faults: What rules and scores failed at, in all plans, those that were worked out in vain included.
    """

    problem: PairingProblem = attrs.field(repr=False)
    plans: Mapping[str, PairingPlan]
    pairings: tuple[Pairing, ...]
    orphaned: tuple[OrphanedPairing, ...]
    broken: tuple[Pairing, ...] = ()
    held: tuple[Pairing, ...] = ()
    faults: tuple[Fault, ...] = ()

    def standing(self) -> Mapping[ChildId, tuple[Pairing, ...]]:
        """Return the pairings that stand, by child."""
        found: dict[ChildId, list[Pairing]] = {}
        for pairing in self.pairings:
            if pairing.stands:
                found.setdefault(pairing.child, []).append(pairing)
        return {child: tuple(pairings) for child, pairings in found.items()}


def pair_all(
    children: Sequence[Child],
    tiers: Mapping[ChildId, int],
    helpers: Sequence[Helper],
    *,
    strategies: Sequence[PairingStrategy],
    adopt: str,
    rules: PairingRules,
    places: PlaceTree,
    as_of: dt.date,
    existing: Sequence[Pairing],
    whole_list: bool = True,
    progress: Progress,
    attended: Attended = at_once,
) -> PairingResult:
    """Pair the children that have a tier, by every strategy, and adopt the plan of one.

    Args:
        children: All children of the program.
        tiers: Those that are served, with how urgent they are.
        helpers: All helpers.
        strategies: Every strategy that is worked out.
        adopt: The id of the one whose pairs become pairings.
        rules: Constraints, scores, weights.
        places: Where everybody lives.
        as_of: The day.
        existing: Pairings on file.
        whole_list: Whether every row of the helper list was read. If not, who is missing from it is not gone.
        progress: Told of each strategy.
        attended: Does the work that asks rules and strategies of plugins; see ``PluginHost.attended``.

    Raises:
        PairingError: A strategy failed or broke a rule; nobody is paired then.
    """
    without_helper = orphans(existing, helpers, as_of=as_of, children=children)
    orphaned = tuple(one for one in without_helper if whole_list or one.cause is not OrphanCause.HELPER_GONE)
    held = tuple(one.pairing for one in without_helper if one not in orphaned)
    ended = {
        one.pairing.id: end_pairing(one.pairing, on=as_of, reason=f"{one.cause.text.zh} / {one.cause.text.en}")
        for one in orphaned
    }
    on_file = tuple(ended.get(pairing.id, pairing) for pairing in existing)

    def worked_out(held: Sequence[Pairing]) -> PairingResult:
        problem = _posed(children, tiers, helpers, places=places, on_file=on_file, held=held, as_of=as_of)
        plans = {
            strategy.id: (_adopted if strategy.id == adopt else _compared)(strategy, problem, rules, attended)
            for strategy in counted(strategies, progress, Text("结对", "pairing"))
        }
        broken = _no_longer_allowed(problem, plans[adopt])
        return PairingResult(
            problem=problem,
            plans=plans,
            pairings=on_file,
            orphaned=orphaned,
            broken=broken,
            held=tuple(held),
            faults=tuple(fault for plan in plans.values() for fault in plan.faults),
        )

    result = worked_out(held)
    asked = functools.partial(unanswered, result.problem, rules, result.broken, strategy=adopt)
    if result.broken and (unjudged := attended(asked)):
        # Once more without their children, who keep the helpers they have.
        in_vain = result.faults
        result = worked_out((*held, *unjudged))
        result = attrs.evolve(result, faults=(*in_vain, *result.faults))
    return attrs.evolve(result, pairings=_on_file_from_now_on(result, adopt, as_of))


def _posed(
    children: Sequence[Child],
    tiers: Mapping[ChildId, int],
    helpers: Sequence[Helper],
    *,
    places: PlaceTree,
    on_file: Sequence[Pairing],
    held: Sequence[Pairing],
    as_of: dt.date,
) -> PairingProblem:
    """Return the problem of all children but those of the pairings that are held."""
    waiting = {pairing.child for pairing in held}
    known = {child.id: child for child in children if child.id not in waiting}
    inside = tuple(pairing for pairing in on_file if pairing.child in known)
    return PairingProblem(
        children=_needs(known, tiers, inside, as_of),
        helpers=tuple(HelperOffer(helper=helper, capacity=_free(helper, on_file, known)) for helper in helpers),
        places=places,
        as_of=as_of,
        existing=_of_known_helpers(inside, {helper.id for helper in helpers}),
    )


def _on_file_from_now_on(result: PairingResult, adopt: str, as_of: dt.date) -> tuple[Pairing, ...]:
    proposed = pairings_of(result.plans[adopt], on=as_of, existing=result.problem.existing)
    by_id = {pairing.id: pairing for pairing in (*result.pairings, *proposed)}
    by_id |= {one.id: end_pairing(one, on=as_of, reason=_NOT_ALLOWED) for one in result.broken}
    return tuple(by_id.values())


_NOT_ALLOWED = "规则不再允许，或名额已减少 / the rules no longer allow it, or there are fewer places"


def _no_longer_allowed(problem: PairingProblem, plan: PairingPlan) -> tuple[Pairing, ...]:
    """Return the standing pairings that the plan, which keeps whatever is allowed, could not keep."""
    chosen = {(pair.child, pair.helper) for pair in plan.pairs}
    own = (one for one in problem.existing if one.stands and one.strategy == plan.strategy)
    return tuple(one for one in own if (one.child, one.helper) not in chosen)


def _adopted(
    strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules, attended: Attended
) -> PairingPlan:
    """Return the plan that is carried out: it keeps what stands.

    Where pairing everybody anew gives just the pairs that stand, that plan is taken as it is: its scores and reasons
    read as they did when the pairs were proposed, so that a run on the same data leaves the same report.
    """
    standing = {(one.child, one.helper) for one in problem.existing if one.stands and one.strategy == strategy.id}
    others = tuple(one for one in problem.existing if not one.stands or one.strategy != strategy.id)
    anew = _checked(strategy, attrs.evolve(problem, existing=others), rules, attended)
    if not standing or standing == {(pair.child, pair.helper) for pair in anew.pairs}:
        return anew
    return _checked(strategy, problem, rules, attended)


def _compared(
    strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules, attended: Attended
) -> PairingPlan:
    """Return the plan of a strategy that is only reported: as if nobody were paired yet."""
    anew = attrs.evolve(problem, existing=tuple(one for one in problem.existing if not one.stands))
    return _checked(strategy, anew, rules, attended)


def _checked(
    strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules, attended: Attended
) -> PairingPlan:
    """Return the plan of *strategy*, which may be a stranger's, once it was found to break no rule."""

    def work() -> tuple[PairingPlan, tuple[str, ...]]:
        plan = strategy.pair(problem, rules)
        return plan, plan_faults(problem, rules, plan)

    try:
        plan, faults = attended(work, strategy=strategy.id)
        if not faults and plan.strategy != strategy.id:  # its pairs would be taken for those of another strategy
            faults = (f"its plan bears the name {plan.strategy!r}",)
    except CareProgramError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a strategy may raise anything, and then nobody may be paired
        # The error's own text may quote what the strategy was looking at.
        raise PairingError(
            f"strategy {strategy.id!r} failed with {type(error).__name__}; nobody was paired"
        ).also_in_chinese(f"结对方式 {strategy.id!r} 出错（{type(error).__name__}），没有为任何人结对") from None
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults[:10])
        raise PairingError(
            f"strategy {strategy.id!r} broke {len(faults)} rules; nobody was paired:\n{listed}"
        ).also_in_chinese(f"结对方式 {strategy.id!r} 违反了 {len(faults)} 条规则，没有为任何人结对：\n{listed}")
    return plan


def _needs(
    known: Mapping[ChildId, Child], tiers: Mapping[ChildId, int], existing: Sequence[Pairing], as_of: dt.date
) -> tuple[ChildNeed, ...]:
    tied = {pairing.child for pairing in existing if pairing.stands}
    wanted = {child: tiers.get(child, LEAST_URGENT) for child in known if child in tiers or child in tied}
    return tuple(
        ChildNeed(
            child=known[child],
            tier=tier,
            needs=frozenset(need.service for need in needed_services(known[child], as_of=as_of, tier=tier)),
        )
        for child, tier in wanted.items()
    )


def _free(helper: Helper, on_file: Sequence[Pairing], known: Mapping[ChildId, Child]) -> int:
    """Count the places of *helper* that children outside the problem do not hold."""
    held = sum(one.stands and one.helper == helper.id and one.child not in known for one in on_file)
    return max(0, helper.capacity - held)


def _of_known_helpers(pairings: Sequence[Pairing], helpers: set[HelperId]) -> tuple[Pairing, ...]:
    """Leave out ended pairings of helpers who left: a problem is about those who are there."""
    return tuple(pairing for pairing in pairings if pairing.helper in helpers)
