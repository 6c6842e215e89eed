"""The bare problem by example: what is refused, what is proven, and which engine answers."""

import subprocess
import sys

import attrs
import pytest

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing import AssignmentProblem, Certificate, ranks_first, solve, verify
from careprogram.pairing import solve as solve_function  # the package shows the function under its module's name

solve_module = sys.modules["careprogram.pairing.solve"]


@pytest.fixture
def two_for_one():
    """Two children, one helper with one place; the second child is more urgent, the first scores higher."""
    return AssignmentProblem(
        child_keys=["c0", "c1"],
        helper_keys=["h0"],
        seats=[(10,), (20,)],
        places=[1],
        edge_children=[0, 1],
        edge_helpers=[0, 0],
        edge_values=[4, 0],
    )


def test_the_urgent_child_gets_the_place(two_for_one):
    """The bonus of the seat decides before the value of the pair, and the price says what the place is worth."""
    answer = solve(two_for_one)
    assert (answer.edges, answer.value, answer.prices) == ((1,), 20, (14,)) or answer.prices == (20,)
    assert verify(two_for_one, [("c1", "h0")], Certificate(prices={"h0": answer.prices[0]}, value=20)).proven


@pytest.mark.parametrize("off", [-7, 7])
def test_a_wrong_price_proves_nothing(two_for_one, off):
    """A price outside what the two children would pay opens a gap instead of hiding one."""
    price = 14 + off if off < 0 else 20 + off
    checked = verify(two_for_one, [("c1", "h0")], Certificate(prices={"h0": price}, value=20))
    assert not checked.faults
    assert checked.gap == 7
    assert not checked.proven


def test_the_checker_names_what_is_wrong(two_for_one):
    """Overload, foreign pairs, false sums and negative prices each have their own words."""
    proof = Certificate(prices={"h0": -1}, value=3)
    faults = " / ".join(verify(two_for_one, [("c0", "h0"), ("c1", "h0"), ("c1", "h9")], proof).faults)
    for part in ("helper h0 has 2 children, at most 1", "h9 may not be paired", "claims a value of 3", "below 0"):
        assert part in faults


def test_a_helper_without_places_spoils_no_proof(two_for_one):
    """A helper with zero places gets a price that nobody would pay."""
    closed = attrs.evolve(two_for_one, places=[0])
    for engine in ("paths", "simplex"):
        answer = solve(closed, engine=engine)
        assert answer.edges == ()
        assert verify(closed, [], Certificate(prices={"h0": answer.prices[0]}, value=0)).proven


def test_steps_that_do_not_outweigh_the_values_are_seen(two_for_one):
    """If one good pair could buy an urgent child's seat, the value is not the priority order, and that is said."""
    assert ranks_first(two_for_one)
    assert not ranks_first(attrs.evolve(two_for_one, edge_values=[6, 0]))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"seats": [(10,)]}, "one tuple of seats per child"),
        ({"edge_values": [1]}, "different lengths"),
        ({"child_keys": ["c0", "c0"]}, "two children have the same key"),
        ({"helper_keys": ["h0", "h0"], "places": [1, 1]}, "two helpers have the same key"),
        ({"places": [-1]}, "0 or more"),
        ({"edge_values": [-1, 0]}, "0 or more"),
        ({"seats": [(10,), (10, 11)]}, "never rise"),
        ({"edge_children": [0, 0]}, "two edges"),
        ({"edge_helpers": [0, 1]}, "not there"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(two_for_one, change, part):
    """Columns that do not fit together are found when the problem is posed."""
    with pytest.raises(PairingError, match=part):
        attrs.evolve(two_for_one, **change)


def test_without_the_extra_the_engine_in_python_answers(two_for_one, monkeypatch):
    """A missing solver changes the speed, not the answer; asking for it by name says what to install."""
    with_extra = solve(two_for_one)
    monkeypatch.setitem(sys.modules, "pylmcf", None)
    answer = solve(two_for_one)
    assert (with_extra.engine, answer.engine) == ("simplex", "paths")
    assert answer.edges == with_extra.edges
    with pytest.raises(MissingExtraError, match=r"careprogram\[fast\]"):
        solve(two_for_one, engine="simplex")
    monkeypatch.setattr(solve_module, "MOST_EDGES_IN_PYTHON", 1)
    with pytest.raises(PairingError, match=r"pip install 'careprogram\[fast\]'"):
        solve(two_for_one)


def test_numbers_beyond_64_bits_never_reach_the_simplex(two_for_one, monkeypatch):
    """Huge bonuses go to the engine with numbers of any length, or are refused; they never wrap around."""
    huge = attrs.evolve(two_for_one, seats=[(2**60,), (2**61,)])
    assert (solve(huge).engine, solve(huge).edges) == ("paths", (1,))
    with pytest.raises(PairingError, match="64 bits"):
        solve(huge, engine="simplex")
    monkeypatch.setattr(solve_module, "MOST_EDGES_IN_PYTHON", 1)
    with pytest.raises(PairingError, match="64 bits"):
        solve(huge)


def test_a_matrix_of_costs_is_assigned_at_least_cost():
    """The classical problem: every row gets a column, at the least total."""
    problem = AssignmentProblem.from_costs([[4, 1, 3], [2, 0, 5], [3, 2, 2]])
    answer = solve_function(problem)
    assert sum(5 - problem.edge_values[e] for e in answer.edges) == 5
    assert len(answer.edges) == 3
    assert AssignmentProblem.from_costs([]).seats == ()
    forbidden = AssignmentProblem.from_costs([[None, 1], [None, 2]], places=[9, 1])
    assert solve_function(forbidden).edges == (0,)


def test_pairing_imports_no_solver():
    """Importing the room is cheap: numpy and the solver come with the first problem that needs them."""
    code = "import sys, careprogram.pairing; sys.exit(any(name in sys.modules for name in ('numpy', 'pylmcf')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
