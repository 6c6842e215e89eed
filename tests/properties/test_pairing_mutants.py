"""Faults planted into the core of pairing, each of which the checks of this page must notice.

A test suite that cannot see a fault guards nothing. Each mutant is a fault that a real engine has had.
"""

import itertools
import random

import attrs
import numpy as np
import pytest

from careprogram.pairing import AssignmentProblem, Certificate, verify
from careprogram.pairing import solve as solve_function
from careprogram.pairing.solving import assignment, network, residual, simplex
from careprogram.pairing.solving import certificate as certificate_module

ENGINES = ("paths", "simplex", "ortools")


def crowded(seed, *, step=10_000, scale=1):
    """A dozen children, five helpers, few places, equal scores, rising costs of places, one helper without a place."""
    rng = random.Random(seed)
    edges = [(i, v) for i in range(12) for v in rng.sample(range(5), 3)]
    places = [0, 2, 3, 1, 2]
    return AssignmentProblem(
        child_keys=[f"c{i}" for i in range(12)],
        helper_keys=[f"h{v}" for v in range(5)],
        seats=[(rng.choice((1, 2, 3)) * step * scale,) for _ in range(12)],
        places=places,
        place_costs=[tuple(range(0, 4 * count, 4)) for count in places],
        edge_children=np.array([i for i, _ in edges]),
        edge_helpers=np.array([v for _, v in edges]),
        edge_values=[rng.randint(0, 3) * scale for _ in edges],
    )


def turned(problem):
    """The same problem with children, helpers and edges in the opposite order."""
    most_child, most_helper = len(problem.child_keys) - 1, len(problem.helper_keys) - 1
    return AssignmentProblem(
        child_keys=problem.child_keys[::-1],
        helper_keys=problem.helper_keys[::-1],
        seats=problem.seats[::-1],
        places=problem.places[::-1],
        place_costs=problem.place_costs[::-1],
        edge_children=[most_child - int(child) for child in problem.edge_children][::-1],
        edge_helpers=[most_helper - int(helper) for helper in problem.edge_helpers][::-1],
        edge_values=problem.edge_values[::-1],
    )


def pairs_of(problem, answer):
    ends = [(int(problem.edge_children[e]), int(problem.edge_helpers[e])) for e in answer.edges]
    return sorted((problem.child_keys[child], problem.helper_keys[helper]) for child, helper in ends)


def check(engine, problem):
    """Raise unless the answer of *engine* is proven, the one right answer, and the same in another order.

    Raises:
        AssertionError: It is not.
    """
    answer = solve_function(problem, engine=engine)
    prices = dict(zip(problem.helper_keys, answer.prices, strict=True))
    checked = verify(problem, pairs_of(problem, answer), Certificate(prices=prices, value=answer.value))
    assert checked.proven, checked
    assert pairs_of(problem, answer) == pairs_of(turned(problem), solve_function(turned(problem), engine=engine))


def check_all(engine):
    """Look at problems of ordinary numbers, and at some whose numbers 64 bits do not hold."""
    for seed, scale in itertools.product(range(6), (1, 2**64)):
        check(engine, crowded(seed, scale=scale))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_honest_engine_passes(engine):
    """Without a fault nothing is noticed."""
    check_all(engine)


def greedy(problem):
    """Answer by giving every child, as they come, the best helper that is free."""
    free, edges = [int(places) for places in problem.places], []
    for child in range(len(problem.child_keys)):
        own = [e for e, end in enumerate(problem.edge_children) if end == child and free[int(problem.edge_helpers[e])]]
        if own:
            best = max(own, key=lambda e: problem.edge_values[e])
            free[int(problem.edge_helpers[best])] -= 1
            edges.append(best)
    right = solve_function(problem, engine="paths")
    return attrs.evolve(right, edges=tuple(sorted(edges)), value=problem.value_of(sorted(edges)))


def by_input_order(problem, edges):
    """Give ties to whoever stands first."""
    return np.arange(len(problem.edge_values), 0, -1)[edges]


def wrapping(costs):
    """Let numbers beyond 64 bits wrap around."""
    return attrs.evolve(costs, costs=np.array([int(cost) % 2**60 for cost in costs.costs.tolist()]))


def plant_greedy(monkeypatch):
    engines = dict.fromkeys(ENGINES, greedy) | {"paths": solve_function.__globals__["ENGINES"]["paths"]}
    monkeypatch.setitem(solve_function.__globals__, "ENGINES", engines)


def plant_overflow(monkeypatch):
    honest = network.best_flow
    monkeypatch.setattr(simplex, "best_flow", lambda given, engine: honest(wrapping(given), engine))


def plant_ties_by_order(monkeypatch):
    monkeypatch.setattr(AssignmentProblem, "ties", by_input_order)


def plant_no_tie_break(monkeypatch):
    monkeypatch.setattr(simplex, "canonical_flow", lambda network, flow, *rest: flow)


def plant_prices_off_by_one(monkeypatch):
    honest = simplex.Posed.prices
    monkeypatch.setattr(simplex.Posed, "prices", lambda self, found: [price + 1 for price in honest(self, found)])


def plant_open_doors(monkeypatch):
    monkeypatch.setattr(simplex, "closed_doors", lambda np, problem, prices: tuple(prices))


def plant_free_places(monkeypatch):
    honest = simplex.pose
    monkeypatch.setattr(
        simplex, "pose", lambda np, problem, part: honest(np, attrs.evolve(problem, place_costs=None), part)
    )


def plant_certificate_without_costs(monkeypatch):
    honest = certificate_module.count_in_arrays
    monkeypatch.setattr(
        certificate_module,
        "count_in_arrays",
        lambda problem, *rest: honest(attrs.evolve(problem, place_costs=None), *rest),
    )
    plain = certificate_module.bound
    monkeypatch.setattr(
        certificate_module, "bound", lambda problem, prices: plain(attrs.evolve(problem, place_costs=None), prices)
    )


def plant_clipping_too_near(monkeypatch):
    honest = np.clip
    monkeypatch.setattr(np, "clip", lambda numbers, low, high: honest(numbers, -1, 1))


FAULTS = [plant_greedy, plant_overflow, plant_ties_by_order, plant_no_tie_break, plant_prices_off_by_one]
FAULTS += [plant_open_doors, plant_free_places, plant_certificate_without_costs, plant_clipping_too_near]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.removeprefix("plant_"))
def test_a_planted_fault_is_noticed(plant, monkeypatch):
    """The engine with the fault does not pass the check that the honest one passes."""
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check_all("simplex")


def test_a_fault_in_the_engine_in_python_is_noticed(monkeypatch):
    """Chains of moves that forget what a place costs end in an answer that is not proven."""
    monkeypatch.setattr(residual.Residual, "cost_of_place", lambda self, helper, number: 0)
    with pytest.raises(AssertionError):
        check_all("paths")


def test_tie_break_numbers_differ_and_do_not_lean():
    """A mixer that let pairs share numbers, or favored one helper, would be seen."""
    problem = AssignmentProblem(
        child_keys=[f"c{i}" for i in range(200)],
        helper_keys=[f"h{v}" for v in range(50)],
        seats=[()] * 200,
        places=[1] * 50,
        edge_children=np.repeat(np.arange(200), 50),
        edge_helpers=np.tile(np.arange(50), 200),
        edge_values=np.zeros(10_000, dtype=np.int64),
    )
    numbers = problem.ties(np.arange(10_000)).reshape(200, 50)
    assert len(np.unique(numbers)) == 10_000
    assert numbers.max() < 1 << assignment.TIE_BITS
    middle = 1 << (assignment.TIE_BITS - 1)
    assert abs(numbers.mean() / middle - 1) < 0.03
    assert np.bincount(numbers.argmax(axis=1), minlength=50).max() < 20
