"""Published assignment instances (OR-Library and others) solved to their published optima through the public API."""

import os
from pathlib import Path

import pytest

from careprogram.pairing import AssignmentProblem, bound, solve

DATA = Path(os.environ.get("CAREPROGRAM_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
DENSE = {"assign100": 305, "assign200": 475, "assign300": 626, "assign400": 804}
SPARSE = {"assignp800": 2239, "assignp1500": 5839}
LARGE = ("assign300", "assign400", "assignp800", "assignp1500")

needs_data = pytest.mark.skipif(
    not (DATA / "assignment").is_dir(),
    reason="the published instances are not here: set CAREPROGRAM_SHARED_DATA to the folder that holds assignment/",
)


def read_dense(name):
    numbers = list(map(int, (DATA / "assignment" / f"{name}.txt").read_text().split()))
    size = numbers[0]
    return [numbers[1 + i * size : 1 + (i + 1) * size] for i in range(size)]


def read_sparse(name):
    numbers = list(map(int, (DATA / "assignment" / f"{name}.txt").read_text().split()))
    size = numbers[0]
    costs = [[None] * size for _ in range(size)]
    for i, v, cost in zip(numbers[1::3], numbers[2::3], numbers[3::3], strict=True):
        costs[i - 1][v - 1] = cost
    return costs


def total_cost(costs, problem, answer):
    return sum(costs[problem.edge_children[e]][problem.edge_helpers[e]] for e in answer.edges)


@needs_data
@pytest.mark.parametrize(
    ("name", "engine"),
    [*((name, "simplex") for name in (*DENSE, *SPARSE)), *((n, "paths") for n in (*DENSE, *SPARSE) if n not in LARGE)],
)
def test_published_optimum(name, engine):
    """Every row assigned, at the published least cost, with a proof."""
    costs = read_dense(name) if name in DENSE else read_sparse(name)
    problem = AssignmentProblem.from_costs(costs)
    answer = solve(problem, engine=engine)
    assert len(answer.edges) == len(costs)
    assert total_cost(costs, problem, answer) == {**DENSE, **SPARSE}[name]
    assert bound(problem, answer.prices) == answer.value
