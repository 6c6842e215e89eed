"""Flows through any network: three engines against counting out, each with its proof."""

import itertools

import numpy as np
import pytest
from depth import examples
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import PairingError
from careprogram.pairing import FlowProblem, solve_flow, verify_flow

ENGINES = ("paths", "simplex", "ortools")


@st.composite
def networks(draw, most_cost=4):
    """Small networks with cycles, parallel arcs, loops, negative costs; not all carry their supply."""
    nodes = draw(st.integers(2, 4))
    node = st.integers(0, nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, 2), st.integers(-most_cost, most_cost)), max_size=6))
    supply = draw(st.lists(st.integers(-2, 2), min_size=nodes - 1, max_size=nodes - 1))
    tails, heads, capacities, costs = map(list, zip(*arcs, strict=True)) if arcs else ([], [], [], [])
    return FlowProblem(
        supply=[*supply, -sum(supply)],
        tails=tails,
        heads=heads,
        capacities=capacities,
        costs=costs,
        ties=[draw(st.integers(0, 2**40 - 1)) for _ in arcs],
    )


def every_flow(problem):
    """Yield every flow that carries the supply."""
    for units in itertools.product(*(range(capacity + 1) for capacity in problem.capacities)):
        left = list(problem.supply)
        for tail, head, number in zip(problem.tails, problem.heads, units, strict=True):
            left[tail] -= number
            left[head] += number
        if not any(left):
            yield units


def worth(problem, units):
    """Return minus the cost, then the tie-break sum."""
    return tuple(
        sum(sign * one * number for one, number in zip(column, units, strict=True))
        for sign, column in ((-1, problem.costs), (1, problem.ties))
    )


@examples(150)
@given(problem=networks())
def test_every_engine_finds_the_cheapest_flow(problem):
    """Of all flows that can be counted out, each engine finds one of least cost and largest tie-break."""
    best = max((worth(problem, units) for units in every_flow(problem)), default=None)
    for engine in ENGINES:
        if best is None:
            with pytest.raises(PairingError, match="no flow carries"):
                solve_flow(problem, engine=engine)
            continue
        found = solve_flow(problem, engine=engine)
        assert worth(problem, found.units) == best, engine
        assert found.cost == -best[0]
        checked = verify_flow(problem, found.units, found.potentials)
        assert checked.proven, (engine, checked)


@given(problem=networks(most_cost=2**90))
def test_costs_of_any_length_are_solved_exactly(problem):
    """Costs that 64 bits do not hold are solved in stages, with the same answer."""
    if any(True for _ in every_flow(problem)):
        answers = [solve_flow(problem, engine=engine) for engine in ENGINES]
        assert len({worth(problem, found.units) for found in answers}) == 1
        assert all(verify_flow(problem, found.units, found.potentials).proven for found in answers)


@given(problem=networks(), data=st.data())
def test_no_potentials_bound_above_the_cheapest(problem, data):
    """Whatever the potentials, the bound is never above the least cost: a wrong proof can be weak, never false."""
    flows = [-worth(problem, units)[0] for units in every_flow(problem)]
    if flows:
        guess = st.lists(st.integers(-9, 9), min_size=len(problem.supply), max_size=len(problem.supply))
        assert verify_flow(problem, [0] * len(problem.costs), data.draw(guess)).bound <= min(flows)


def test_columns_may_be_arrays():
    """The same network in arrays, without tie-break numbers, has the same answer."""
    columns = {
        "supply": [2, 0, -2],
        "tails": [0, 0, 1],
        "heads": [1, 2, 2],
        "capacities": [2, 1, 2],
        "costs": [1, 3, 1],
    }
    plain = FlowProblem(**columns)
    arrays = FlowProblem(**{name: np.array(column) for name, column in columns.items()})
    assert solve_flow(plain).units == solve_flow(arrays).units == solve_flow(arrays, engine="paths").units == (2, 0, 2)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"costs": []}, "different lengths"),
        ({"heads": [2]}, "not there"),
        ({"capacities": [-1]}, "0 or more"),
        ({"ties": [2**40]}, "40 bits"),
        ({"supply": [1, 0]}, "add up to 0"),
    ],
)
def test_a_network_that_makes_no_sense_is_refused(change, part):
    """Columns that do not fit together are found when the network is posed."""
    right = {"supply": [1, -1], "tails": [0], "heads": [1], "capacities": [1], "costs": [1]}
    with pytest.raises(PairingError, match=part):
        FlowProblem(**{**right, **change})


def test_the_checker_names_what_is_wrong():
    """Too many units on an arc and units that are left somewhere have their own words."""
    problem = FlowProblem(supply=[1, -1], tails=[0], heads=[1], capacities=[1], costs=[1])
    faults = " / ".join(verify_flow(problem, [2], [0, 0]).faults)
    assert "carries 2 units, at most 1" in faults
    assert "at node 0 -1 units are left" in faults
