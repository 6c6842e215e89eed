"""May this plan be carried out, whoever made it?

A strategy can be a stranger's. Before its pairs reach anybody, every pair is asked about again under every hard rule,
those that stand already included, and every helper's load is counted. Whether the plan is the best one is for the
certificate.
"""

from collections import Counter
from collections.abc import Iterator

from careprogram.pairing.constraints import ConstraintScope
from careprogram.pairing.context import PairingContext
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingPlan, PairingRole
from careprogram.pairing.plan_form import form_faults, untruths
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules


def plan_faults(problem: PairingProblem, rules: PairingRules, plan: PairingPlan) -> tuple[str, ...]:
    """Return what keeps *plan* from being carried out, one sentence each in ids; empty if nothing does.

    Args:
        problem: What the strategy was asked.
        rules: By which rules.
        plan: What it answered; where that cannot be read, only this is said.
    """
    return form_faults(plan) or (
        *_unallowed(problem, rules, plan),
        *_overloads(problem, plan),
        *_minors_alone(problem, rules, plan),
        *_forgotten(problem, plan),
        *untruths(problem, plan),
    )


def _unallowed(problem: PairingProblem, rules: PairingRules, plan: PairingPlan) -> Iterator[str]:
    needs = {need.id: need for need in problem.children}
    offers = {offer.id: offer for offer in problem.helpers}
    for peer in (False, True):
        context = PairingContext.of(problem, strategy=plan.strategy, peer=peer)
        judge = Judge(rules.constraints, (), {}, context)
        for pair in plan.pairs:
            tie = (pair.child, pair.helper)
            if (pair.role is PairingRole.PEER) is not peer:
                continue
            if pair.child not in needs or pair.helper not in offers:
                yield f"pair {pair.child} with {pair.helper}: one of them is not in the problem"
                continue
            asked = (judge.first_no(scope, needs[pair.child], offers[pair.helper]) for scope in ConstraintScope)
            if (code := next((code for code in asked if code is not None), None)) is not None:
                yield f"pair {pair.child} with {pair.helper}: {code} says no"
            elif tie in context.declined or tie in context.excluded:
                yield f"pair {pair.child} with {pair.helper}: it was declined or ruled out"


def _overloads(problem: PairingProblem, plan: PairingPlan) -> Iterator[str]:
    twice = [tie for tie, count in Counter((pair.child, pair.helper) for pair in plan.pairs).items() if count > 1]
    if twice:
        yield f"{len(twice)} pairs are named twice"
    elsewhere = (one.helper for one in problem.existing if one.stands and one.strategy != plan.strategy)
    loads = Counter(elsewhere)
    loads.update(pair.helper for pair in plan.pairs)
    capacity = {offer.id: offer.capacity for offer in problem.helpers}
    for helper, load in sorted(loads.items()):
        if load > capacity.get(helper, 0):
            yield f"helper {helper} has {load} children and room for {capacity.get(helper, 0)}"


def _minors_alone(problem: PairingProblem, rules: PairingRules, plan: PairingPlan) -> Iterator[str]:
    if not any(getattr(one, "with_adult", False) is True for one in rules.constraints):
        return
    adults = {offer.id for offer in problem.helpers if offer.helper.of_age(problem.as_of) is True}
    helped = {pair.child for pair in plan.pairs if pair.role is not PairingRole.PEER}
    beside_an_adult = {pair.child for pair in plan.pairs if pair.helper in adults}
    for child in sorted(helped - beside_an_adult):
        yield f"child {child} has helpers under 18 only, and no adult beside them"


def _forgotten(problem: PairingProblem, plan: PairingPlan) -> Iterator[str]:
    told = {pair.child for pair in plan.pairs} | {one.child for one in plan.unpaired}
    forgotten = sum(need.id not in told for need in problem.children)
    if forgotten:
        yield f"{forgotten} children are neither paired nor told why not"
    silent = sum(not one.reasons for one in plan.unpaired)
    if silent:
        yield f"{silent} children are left out without a reason"
