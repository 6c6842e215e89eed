"""Who does which job, if every job takes another share of everybody's time?

The generalized assignment problem: each job goes to one agent, whose jobs together fit into a capacity. It is no
pairing of children, where a place is a place; it shows what the solver behind teams can do, on instances that others
published. Needs the extra ``[teams]``.
"""

from collections.abc import Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.teams.cp_sat import load_cp_sat
from careprogram.pairing.teams.solve import SEARCH_LIMIT


@attrs.frozen(kw_only=True)
class GeneralizedAnswer:
    """An answer.

    Attributes:
        agents: Per job the position of its agent.
        profit: Of all of them together.
        bound: No answer has more; equal to the profit where the solver proved it.
    """

    agents: tuple[int, ...]
    profit: int
    bound: int


def solve_generalized(
    profits: Sequence[Sequence[int]],
    sizes: Sequence[Sequence[int]],
    capacities: Sequence[int],
    *,
    limit: float = SEARCH_LIMIT,
) -> GeneralizedAnswer:
    """Give each job to one agent so that nobody has too much and the profit is the highest.

    Args:
        profits: Per agent and job.
        sizes: Per agent and job, what the job takes of the agent's capacity.
        capacities: Per agent.
        limit: Deterministic time, about seconds.

    Raises:
        MissingExtraError: OR-Tools is not installed.
        PairingError: The rows do not fit together, or no answer was found.
    """
    jobs = range(len(profits[0]) if profits else 0)
    if not len(profits) == len(sizes) == len(capacities) or any(len(row) != len(jobs) for row in (*profits, *sizes)):
        raise PairingError("give one row of profits, one of sizes and one capacity per agent, all rows of one length")
    cp_model = load_cp_sat()
    model = cp_model.CpModel()
    given = [[model.new_bool_var(f"a{agent}j{job}") for job in jobs] for agent in range(len(capacities))]
    for job in jobs:
        model.add_exactly_one([row[job] for row in given])
    for row, own_sizes, capacity in zip(given, sizes, capacities, strict=True):
        model.add(cp_model.LinearExpr.weighted_sum(row, list(own_sizes)) <= capacity)
    flat = [
        (profit, one) for own, row in zip(profits, given, strict=True) for profit, one in zip(own, row, strict=True)
    ]
    model.maximize(cp_model.LinearExpr.weighted_sum([one for _, one in flat], [profit for profit, _ in flat]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = limit
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise PairingError("no answer was found: the jobs do not fit, or the limit is too low")
    agents = tuple(next(agent for agent, row in enumerate(given) if solver.boolean_value(row[job])) for job in jobs)
    profit = sum(profits[agent][job] for job, agent in enumerate(agents))
    bound = profit if status == cp_model.OPTIMAL else int(solver.best_objective_bound)
    return GeneralizedAnswer(agents=agents, profit=profit, bound=bound)
