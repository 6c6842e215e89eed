"""Does this plan of teams keep its rules, and how far may it be from the best?

The small checker for what `certificate` does not know. It counts the rules of teams and families from the pairs alone,
and bounds every answer by the flow that knows at most one anchor: at given prices no child gains more than its best
team. The bound says nothing about whole teams, least loads or siblings; what only the solver proved is told apart.
"""

from collections.abc import Iterable, Sequence

import attrs

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.certificate import Certificate, Verification, verify
from careprogram.pairing.teams.rules import Anchor, TeamRules, breaches


def verify_teams(
    problem: AssignmentProblem, rules: TeamRules, pairs: Iterable[tuple[str, str]], certificate: Certificate
) -> Verification:
    """Check an answer against *problem* and *rules* without solving anything.

    Args:
        problem: Seats, places and edges.
        rules: What a team, a load and a family must be.
        pairs: The answer, as (child key, helper key).
        certificate: The prices of the flow that bounds it.
    """
    chosen = tuple(pairs)
    plain = verify(problem, chosen, certificate)
    edge_of = {
        (problem.child_keys[child], problem.helper_keys[helper]): edge
        for edge, (child, helper, _) in enumerate(problem.edges())
    }
    broken = breaches(problem, rules, [edge_of[pair] for pair in chosen if pair in edge_of])
    faults = tuple(f"{one.code} of {', '.join(problem.child_keys[child] for child in one.children)}" for one in broken)
    prices = [certificate.prices.get(key, 0) for key in problem.helper_keys]
    bounds = [plain.bound, *(anchored_bound(problem, anchor, prices) for anchor in rules.anchors)]
    return attrs.evolve(plain, faults=(*plain.faults, *faults), bound=min(bounds))


def anchored_bound(problem: AssignmentProblem, anchor: Anchor, prices: Sequence[int]) -> int:
    """Return a value that no answer exceeds in which the first seat of a child is for an anchor."""
    gains: list[list[tuple[int, bool]]] = [[] for _ in problem.child_keys]
    for edge, (child, helper, worth) in enumerate(problem.edges()):
        gains[child].append((worth - prices[helper], edge in anchor.edges))
    total = sum(_best(own, bonuses) for own, bonuses in zip(gains, problem.seats, strict=True) if bonuses)
    costs = problem.place_costs
    for helper, places in enumerate(as_list(problem.places)):
        own_costs = costs[helper] if costs is not None else (0,) * places
        total += sum(max(0, prices[helper] - cost) for cost in own_costs)
    return total


def _best(gains: list[tuple[int, bool]], bonuses: Sequence[int]) -> int:
    """Return the most that one child gains: with its best anchor in the first seat, or with the hub alone."""
    gains.sort(reverse=True)
    best = _filled([gain for gain, _ in gains], bonuses[1:])
    first = next((at for at, (_, anchors) in enumerate(gains) if anchors), None)
    if first is None:
        return best
    others = [gain for at, (gain, _) in enumerate(gains) if at != first]
    return max(best, gains[first][0] + bonuses[0] + _filled(others, bonuses[1:]))


def _filled(gains: Sequence[int], bonuses: Sequence[int]) -> int:
    return sum(max(0, gain + bonus) for gain, bonus in zip(gains, bonuses, strict=False))
