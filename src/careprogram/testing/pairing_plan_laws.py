"""Is no other plan better, is a broken tie worth it, and does a remedy help?

Laws of pairing that look beyond one plan: all plans of a small problem are counted out, standing pairs are kept for
comparison, remedies are applied. `pairing_laws` runs them with its own; nothing here makes up a problem.
"""

import functools
import itertools
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import attrs

from careprogram.ids import ChildId
from careprogram.pairing import (
    AssignmentProblem,
    ExistingTies,
    PairingPlan,
    PairingProblem,
    PairingRules,
    PairingStrategy,
    ProofKind,
    ReplanningStrategy,
    TeamRules,
    apply_remedy,
    broken_ties,
    pairings_of,
    propose,
    ranks_first,
    remedies_for_child,
)
from careprogram.pairing.teams.rules import breaches, worth

MOST_STATES: Final = 300
"""Problems with more ways to have places left are not counted out."""

MOST_TEAMS: Final = 2_000
"""Problems with more ways to make up teams are not counted out."""

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
    """Of all plans of the bare problem, counted out one by one where it is small, none is worth more.

    Where teams, loads or siblings are held together, only the plans that keep these rules count.
    """
    plan = strategy.pair(problem, rules)
    bare = plan.problem
    if bare is None or plan.certificate is None:
        return
    if plan.team_rules is not None:
        _no_other_teams_are_better(plan, bare, plan.team_rules)
    elif math.prod(places + 1 for places in bare.places) <= MOST_STATES:
        best = most_worth(bare)
        assert plan.certificate.value == best, f"the plan is worth {plan.certificate.value}, the best is worth {best}"


def _no_other_teams_are_better(plan: PairingPlan, bare: AssignmentProblem, asked: TeamRules) -> None:
    options = [_teams_of(bare, child) for child in range(len(bare.child_keys))]
    if math.prod(map(len, options)) > MOST_TEAMS:
        return
    ours = worth(bare, asked, chosen_edges(plan, bare))[:-1]
    for teams in itertools.product(*options):
        edges = [edge for team in teams for edge in team]
        if keeps_places(bare, edges) and not any(breaches(bare, asked, edges)):
            theirs = worth(bare, asked, edges)[:-1]
            assert theirs <= ours, f"the teams are worth {ours}, others that keep the rules are worth {theirs}"


def _teams_of(bare: AssignmentProblem, child: int) -> list[tuple[int, ...]]:
    """Return every team that a child has the seats for, as positions of edges; nobody among them."""
    own = [edge for edge, whose in enumerate(bare.edge_children) if int(whose) == child]
    sizes = range(min(len(own), len(bare.seats[child])) + 1)
    return [team for size in sizes for team in itertools.combinations(own, size)]


def chosen_edges(plan: PairingPlan, bare: AssignmentProblem) -> list[int]:
    """Return the pairs of *plan* that were solved for, as positions of edges."""
    chosen = {(pair.child, pair.helper) for pair in plan.pairs} - set(plan.settled)
    return [
        edge
        for edge, (child, helper, _) in enumerate(bare.edges())
        if (bare.child_keys[child], bare.helper_keys[helper]) in chosen
    ]


def keeps_places(bare: AssignmentProblem, edges: Sequence[int]) -> bool:
    """Return whether no helper has more of *edges* than places."""
    loads = Counter(int(bare.edge_helpers[edge]) for edge in edges)
    return all(load <= int(bare.places[helper]) for helper, load in loads.items())


def teams_wait_for_a_reason(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Where rules hold teams together: no team can be added for a child that waits, nor in place of a less urgent one.

    Tried are the teams that the places left empty allow, and those that become possible when one less urgent child
    goes without.
    """
    plan = strategy.pair(problem, rules)
    bare, asked = plan.problem, plan.team_rules
    if bare is None or asked is None:
        return
    tier = {need.id: need.tier for need in problem.children}
    waiting = {one.child for one in plan.unpaired}
    edges = chosen_edges(plan, bare)
    held = {
        child: [edge for edge in edges if int(bare.edge_children[edge]) == child] for child in range(len(bare.seats))
    }
    for child, key in enumerate(bare.child_keys):
        teams = _teams_of(bare, child)[1:] if key in waiting else []
        if len(teams) > MOST_TEAMS // 10:
            continue
        for other, own in held.items():
            swapped = bool(own) and tier[ChildId(bare.child_keys[other])] > tier[ChildId(key)]
            left = [edge for edge in edges if edge not in own] if swapped else edges
            for team in teams if swapped or other == child else ():
                possible = keeps_places(bare, [*left, *team]) and not any(breaches(bare, asked, [*left, *team]))
                instead = f" in place of {bare.child_keys[other]}" if swapped else " beside empty places"
                assert not possible, f"{key} waits, and could have a team{instead}"


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
    comparable = _keeps_rules_of(plan, keeping)
    fewer = comparable and _covered(plan) < _covered(keeping)
    assert not fewer, "with a price on ties fewer, or less urgent, children are covered"
    if comparable and _sizes(plan) == _sizes(keeping):
        more, gain = keeping.totals.kept - plan.totals.kept, plan.totals.score - keeping.totals.score
        assert gain >= PRICE * more + (more > 0), f"{more} ties more are broken for {gain} points"
    if plan.certificate is not None and (not plan.team_rules or isinstance(strategy, ReplanningStrategy)):
        told = broken_ties(tied, priced, plan, strategy=strategy)
        assert len(told) == plan.totals.broken, "a broken tie is not told"
        for tie in told:
            worth = tie.reason != "better-score" or tie.gain > PRICE * tie.ties_saved
            assert worth, f"the tie of {tie.child} with {tie.helper} is broken for {tie.gain} points"


def _keeps_rules_of(plan: PairingPlan, other: PairingPlan) -> bool:
    """Return whether *other* would be an answer to what *plan* answers: a pair that is kept may be without its team."""
    if plan.problem is None or not plan.team_rules:
        return True
    edges = chosen_edges(attrs.evolve(other, settled=()), plan.problem)
    return len(edges) == len(other.pairs) and not any(breaches(plan.problem, plan.team_rules, edges))


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
