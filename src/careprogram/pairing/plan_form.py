"""Is what a strategy returned a plan of this problem, and does it tell the truth about itself?

A strategy can be a stranger's. Whatever it returns, this module says in plain sentences what is wrong with its form:
members of another kind, somebody who is not in the problem, somebody told twice, totals that do not count the pairs, a
proof about another problem. It asks no rule; `checking` does, once the form is right.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from careprogram.pairing.plan import (
    Fault,
    IdleHelper,
    PairingPlan,
    PairingRole,
    PairingTotals,
    PlanProof,
    ProposedPair,
    Reason,
    Shortage,
    ShortTeam,
    UnpairedChild,
)
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.scores import TOP_SCORE
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.certificate import Certificate
from careprogram.pairing.teams.rules import TeamRules

_MEMBERS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "pairs": ProposedPair,
        "unpaired": UnpairedChild,
        "idle": IdleHelper,
        "short_teams": ShortTeam,
        "light_loads": str,
        "shortages": Shortage,
        "faults": Fault,
        "settled": tuple,
    }
)
_OPTIONAL: Final[Mapping[str, type]] = MappingProxyType(
    {"problem": AssignmentProblem, "certificate": Certificate, "team_rules": TeamRules, "proof": PlanProof}
)


def form_faults(plan: object) -> tuple[str, ...]:
    """Return what keeps *plan* from being read; empty if nothing does.

    Args:
        plan: Whatever a strategy returned.
    """
    if not isinstance(plan, PairingPlan):
        return (f"it answered a {type(plan).__name__} and no PairingPlan",)
    return tuple(_of_another_kind(plan))


def untruths(problem: PairingProblem, plan: PairingPlan) -> tuple[str, ...]:
    """Return what *plan* says wrongly about itself, in numbers and ids; empty if nothing.

    Args:
        problem: What the strategy was asked.
        plan: What it answered, in the right form.
    """
    return (*_named_wrongly(problem, plan), *_counted_wrongly(problem, plan))


def _of_another_kind(plan: Any) -> Iterator[str]:
    for name, kind in _MEMBERS.items():
        members: object = getattr(plan, name)
        if not isinstance(members, tuple) or not all(isinstance(one, kind) for one in members):
            yield f"{name}: a tuple of {kind.__name__} is wanted"
            return
    for name, kind in _OPTIONAL.items():
        if not isinstance(getattr(plan, name), kind | None):
            yield f"{name}: {kind.__name__} or None is wanted"
    if not isinstance(plan.totals, PairingTotals):
        yield "totals: PairingTotals are wanted"
    if not all(_is_pair(pair) for pair in plan.pairs):
        yield f"pairs: each has a PairingRole, and scores that are whole numbers from 0 to {TOP_SCORE}"
    told = (*plan.unpaired, *plan.idle, *plan.short_teams)
    if not all(isinstance(one.reasons, tuple) and all(isinstance(r, Reason) for r in one.reasons) for one in told):
        yield "reasons: a tuple of Reason is wanted"


def _is_pair(pair: Any) -> bool:
    if not isinstance(pair.role, PairingRole) or not isinstance(pair.scores, Mapping):
        return False
    return all(type(score) is int and 0 <= score <= TOP_SCORE for score in (pair.score, *pair.scores.values()))


def _named_wrongly(problem: PairingProblem, plan: PairingPlan) -> Iterator[str]:
    children, helpers = {need.id for need in problem.children}, {offer.id for offer in problem.helpers}
    paired, busy = {pair.child for pair in plan.pairs}, {pair.helper for pair in plan.pairs}
    unpaired, idle = [one.child for one in plan.unpaired], [one.helper for one in plan.idle]
    yield from _strangers("unpaired children", unpaired, children)
    yield from _strangers("idle helpers", idle, helpers)
    if len(set(unpaired)) < len(unpaired) or not paired.isdisjoint(unpaired):
        yield "a child is told twice that it has nobody, or is paired all the same"
    if len(set(idle)) < len(idle) or not busy.isdisjoint(idle):
        yield "a helper is told twice to have nobody, or is paired all the same"
    if any(one.shortage is not None and one.shortage not in range(len(plan.shortages)) for one in plan.unpaired):
        yield "a child points to a shortage that is not there"
    bare = plan.problem
    if bare is not None and not (children >= set(bare.child_keys) and helpers >= set(bare.helper_keys)):
        yield "the proof is about another problem"


def _strangers(what: str, told: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    strangers = len(set(told) - set(known))
    if strangers:
        yield f"{strangers} {what} are not in the problem"


def _counted_wrongly(problem: PairingProblem, plan: PairingPlan) -> Iterator[str]:
    tiers = {need.id: need.tier for need in problem.children}
    paired = {pair.child for pair in plan.pairs} & tiers.keys()
    counted = {
        "children": len(tiers),
        "pairs": len(plan.pairs),
        "score": sum(pair.score for pair in plan.pairs),
        "wanting": dict(Counter(tiers.values())),
        "covered": dict(Counter(tiers[child] for child in paired)),
    }
    for name, right in counted.items():
        said: object = getattr(plan.totals, name)
        if isinstance(said, Mapping):
            said = {tier: count for tier, count in said.items() if count}
        if said != right:
            yield f"totals: {name} is not what the pairs and the problem say"
    checked = plan.verify()
    if checked is not None and checked.faults:
        yield f"the proof does not hold: {len(checked.faults)} faults, the first: {checked.faults[0]}"
