"""Does the best value also serve the most urgent first?

A step between two bonuses that outweighs all edge values and place costs together makes it so. Nothing here solves.
"""

import itertools

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import AssignmentProblem


def ranks_first(problem: AssignmentProblem) -> bool:
    """Return whether every step between bonuses outweighs all edge values together.

    Then the best value is also the lexicographically best answer: the sets of seats that can be filled together form a
    matroid (a gammoid), in which the seats of the most urgent tier, then of the next, are all filled as far as any
    answer can; values only decide what is left.
    """
    dearest = max((costs[-1] for costs in set(problem.place_costs or ()) if costs), default=0)
    most = sum(map(len, problem.seats)) * (max(as_list(problem.edge_values), default=0) + dearest)
    steps = sorted({0, *(bonus for bonuses in set(problem.seats) for bonus in bonuses)})
    return all(upper - lower > most for lower, upper in itertools.pairwise(steps))
