"""Published instances (OR-Library, LEMON, networkx) solved to their published optima through the public API."""

import os
from pathlib import Path

import pytest

from careprogram.pairing import AssignmentProblem, FlowProblem, bound, solve, solve_flow, verify_flow

DATA = Path(os.environ.get("CAREPROGRAM_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
DENSE = {"assign100": 305, "assign200": 475, "assign300": 626, "assign400": 804}
SPARSE = {"assignp800": 2239, "assignp1500": 5839}
NETWORKS = {"lemon-1": 5240, "lemon-2": 7620, "netgen-2": 6749969302}
LARGE = ("assign300", "assign400", "assignp800", "assignp1500")
CASES = [
    *((name, engine) for name in (*DENSE, *SPARSE) for engine in ("simplex", "ortools")),
    *((name, "paths") for name in (*DENSE, *SPARSE) if name not in LARGE),
]

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
    return size, [(i - 1, v - 1, cost) for i, v, cost in zip(numbers[1::3], numbers[2::3], numbers[3::3], strict=True)]


def read_network(name):
    """Read DIMACS: `n node supply`, `a tail head lower capacity cost`."""
    rows = [line.split() for line in (DATA / "assignment" / f"{name}.min").read_text().splitlines()]
    size = next(int(row[2]) for row in rows if row[:1] == ["p"])
    supply = [0] * size
    for row in rows:
        if row[:1] == ["n"]:
            supply[int(row[1]) - 1] = int(row[2])
    arcs = [tuple(map(int, row[1:])) for row in rows if row[:1] == ["a"]]
    assert not any(lower for _, _, lower, _, _ in arcs)
    return FlowProblem(
        supply=supply,
        tails=[arc[0] - 1 for arc in arcs],
        heads=[arc[1] - 1 for arc in arcs],
        capacities=[arc[3] for arc in arcs],
        costs=[arc[4] for arc in arcs],
    )


@needs_data
@pytest.mark.parametrize(("name", "engine"), CASES)
def test_published_optimum(name, engine):
    """Every row assigned, at the published least cost, with a proof."""
    if name in DENSE:
        costs = read_dense(name)
        size, triples = len(costs), [(i, v, cost) for i, row in enumerate(costs) for v, cost in enumerate(row)]
        problem = AssignmentProblem.from_costs(costs)
    else:
        size, triples = read_sparse(name)
        problem = AssignmentProblem.from_sparse_costs(triples, size=(size, size))
    answer = solve(problem, engine=engine)
    assert len(answer.edges) == size
    assert sum(triples[edge][2] for edge in answer.edges) == {**DENSE, **SPARSE}[name]
    assert bound(problem, answer.prices) == answer.value


@needs_data
@pytest.mark.parametrize("engine", ["paths", "simplex", "ortools"])
@pytest.mark.parametrize(("name", "cost"), NETWORKS.items())
def test_published_flow(name, cost, engine):
    """The published least cost of a network, with a proof."""
    problem = read_network(name)
    found = solve_flow(problem, engine=engine)
    assert found.cost == cost
    assert verify_flow(problem, found.units, found.potentials).proven
