"""Is no other plan better, is a broken tie worth it, and does a remedy help?

Laws of pairing that look beyond one plan: all plans of a small problem are counted out, standing pairs are kept for
comparison, remedies are applied. `pairing_laws` runs them with its own; nothing here makes up a problem.
"""

import functools
import itertools
import math
from collections import Counter
from typing import Any, Final

import attrs

from careprogram.pairing import (
    AssignmentProblem,
    ExistingTies,
    PairingPlan,
    PairingProblem,
    PairingRules,
    PairingStrategy,
    ProofKind,
    apply_remedy,
    broken_ties,
    pairings_of,
    propose,
    ranks_first,
    remedies_for_child,
)

MOST_STATES: Final = 300
"""Problems with more ways to have places left are not counted out."""

PRICE: Final = 60
"""Points that a tie is worth in the law about disruption; close to what choices differ by."""


def the_certificate_holds(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """The plan carries a proof that the small checker accepts, and the proof is about coverage first.

    Where teams, loads or siblings are held together, the checker's bound may be open: then the solver has to say that
    it is through, and the checker finds no fault.
    """
    plan = strategy.pair(problem, rules)
    verification = plan.verify()
    assert verification is not None, "the plan carries no certificate"
    assert plan.problem is not None
    assert not verification.faults, f"the proof has faults: {verification.faults}"
    solved = plan.proof is not None and plan.proof.kind is not ProofKind.OPEN
    assert verification.proven or solved, f"not proven: gap {verification.gap}"
    assert plan.team_rules is not None or ranks_first(plan.problem), "a step between tiers does not outweigh the scores"


def no_other_plan_is_better(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Of all plans of the bare problem, counted out one by one where it is small, none is worth more."""
    plan = strategy.pair(problem, rules)
    bare = plan.problem
    if bare is None or plan.certificate is None or plan.team_rules is not None:
        return
    if math.prod(places + 1 for places in bare.places) <= MOST_STATES:
        best = most_worth(bare)
        assert plan.certificate.value == best, f"the plan is worth {plan.certificate.value}, the best is worth {best}"


def most_worth(bare: AssignmentProblem) -> int:
    """Return what the best answer is worth, by trying every team of every child."""
    options: list[list[tuple[int, int]]] = [[] for _ in bare.child_keys]
    for child, helper, value in zip(bare.edge_children, bare.edge_helpers, bare.edge_values, strict=True):
        options[int(child)].append((int(helper), int(value)))

    @functools.cache
    def best(child: int, places: tuple[int, ...]) -> int:
        if child == len(options):
            return 0
        found = best(child + 1, places)
        seats = bare.seats[child]
        for size in range(1, len(seats) + 1):
            for team in itertools.combinations(options[child], size):
                chosen = {helper for helper, _ in team}
                if all(places[helper] for helper in chosen):
                    left = tuple(number - (at in chosen) for at, number in enumerate(places))
                    worth = sum(seats[:size]) + sum(value for _, value in team)
                    found = max(found, worth + best(child + 1, left))
        return found

    return best(0, tuple(map(int, bare.places)))


def breaking_a_tie_is_worth_its_price(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Ties with a price are broken for more children or for more points than the price, and each is told.

    The ties are those of the plan for all children but one; and, where each pair stands on its own, any.
    """
    fewer = strategy.pair(attrs.evolve(problem, children=problem.children[1:]), rules)
    earlier = pairings_of(fewer, on=problem.as_of)
    _check_prices(strategy, attrs.evolve(problem, existing=earlier), rules)
    if fewer.team_rules is None:
        anyhow = tuple(
            propose(need.id, offer.id, strategy=strategy.id, on=problem.as_of)
            for need, offer in zip(problem.children, problem.helpers, strict=False)
        )
        _check_prices(strategy, attrs.evolve(problem, existing=anyhow), rules)


def _check_prices(strategy: PairingStrategy, tied: PairingProblem, rules: PairingRules) -> None:
    keeping = strategy.pair(tied, attrs.evolve(rules, existing=ExistingTies.KEEP))
    priced = attrs.evolve(rules, existing=ExistingTies.PRICE, tie_price=PRICE)
    plan = strategy.pair(tied, priced)
    assert _covered(plan) >= _covered(keeping), "with a price on ties fewer, or less urgent, children are covered"
    if _sizes(plan) == _sizes(keeping):
        more, gain = keeping.totals.kept - plan.totals.kept, plan.totals.score - keeping.totals.score
        assert gain >= PRICE * more + (more > 0), f"{more} ties more are broken for {gain} points"
    if plan.team_rules is None and plan.certificate is not None:
        told = broken_ties(tied, priced, plan)
        assert len(told) == plan.totals.broken, "a broken tie is not told"
        for tie in told:
            worth = tie.reason != "better-score" or tie.gain > PRICE * tie.ties_saved
            assert worth, f"the tie of {tie.child} with {tie.helper} is broken for {tie.gain} points"


def _covered(plan: PairingPlan) -> tuple[int, ...]:
    return tuple(count for _, count in sorted(plan.totals.covered.items()))


def _sizes(plan: PairingPlan) -> tuple[Any, ...]:
    """Return all that goes before the scores: who counts, how full the teams are, how even the load is."""
    teams = Counter(pair.child for pair in plan.pairs)
    loads = Counter(pair.helper for pair in plan.pairs)
    return _covered(plan), sorted(teams.values()), sorted(loads.values())


def remedies_help(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Each remedy told to a child without a helper gets it one, when it is applied and everything is paired again."""
    plan = strategy.pair(problem, rules)
    for one in plan.unpaired[:1]:
        for remedy in remedies_for_child(problem, rules, strategy, plan, one.child, tries=3):
            after = strategy.pair(*apply_remedy(remedy, problem, rules))
            helped = any(pair.child == one.child for pair in after.pairs)
            assert helped, f"{remedy.kind.value} was told to {one.child} and does not help"
