"""Which answer is best, found with nothing but Python?

Successive shortest augmenting paths (Busacker and Gowen 1960, with the potentials of Edmonds and Karp 1972): seats
are inserted one by one, each along the cheapest chain of moves, see `residual`. Exact, always there, and fit for one
county; what is larger goes to `simplex`. Values and tie-breaks are carried in one whole number of any length, so
nothing overflows.
"""

from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.residual import Residual

NAME = "paths"


def solve_by_paths(problem: AssignmentProblem) -> Assignment:
    """Return the right answer to *problem*.

    Args:
        problem: Of any magnitude; time grows with the number of edges times the length of the chains of moves.
    """
    network = Residual.solved(problem)
    edges = tuple(edge for edge, (child, helper, _) in enumerate(problem.edges()) if helper in network.held[child])
    prices = with_closed_doors(problem, list(network.prices()))
    return Assignment(edges=edges, prices=prices, value=problem.value_of(edges), engine=NAME)


def with_closed_doors(problem: AssignmentProblem, prices: list[int]) -> tuple[int, ...]:
    """Return *prices* with those of helpers without places raised until no child would pay them."""
    places = as_list(problem.places)
    if 0 in places:
        for child, helper, value in problem.edges():
            if places[helper] == 0:
                prices[helper] = max(prices[helper], value + max(problem.seats[child], default=0))
    return tuple(prices)
