"""The bare problem by example: what is refused, what is proven, and which engine answers."""

import re
import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np
import pytest

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing import AssignmentProblem, Certificate, ranks_first, solve, verify
from careprogram.pairing import solve as solve_function  # the package shows the function under its module's name

certificate_module = sys.modules["careprogram.pairing.solving.certificate"]
components_module = sys.modules["careprogram.pairing.solving.components"]
solve_module = sys.modules["careprogram.pairing.solving.solve"]


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
        ({"place_costs": [(1, 2)]}, "one cost per place"),
        ({"place_costs": [(-1,)]}, "never fall"),
        ({"places": [2], "place_costs": [(2, 1)]}, "never fall"),
        ({"edge_values": np.array([1.0, 2.0])}, "whole numbers"),
        ({"edge_children": np.array([0, 0]), "edge_helpers": np.array([0, 0])}, "two edges"),
        ({"edge_children": np.array([0, 2])}, "not there"),
        ({"edge_values": np.array([0, -1])}, "0 or more"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(two_for_one, change, part):
    """Columns that do not fit together are found when the problem is posed."""
    with pytest.raises(PairingError, match=part):
        attrs.evolve(two_for_one, **change)


def test_without_the_extra_another_engine_answers(two_for_one, monkeypatch):
    """A missing solver changes the speed, not the answer; asking for it by name says what to install."""
    with_all = solve(two_for_one)
    monkeypatch.setitem(sys.modules, "pylmcf", None)
    with_ortools = solve(two_for_one)
    monkeypatch.setitem(sys.modules, "ortools.graph.python", None)
    with_nothing = solve(two_for_one)
    answers = (with_all, with_ortools, with_nothing)
    assert [answer.engine for answer in answers] == ["simplex", "ortools", "paths"]
    assert len({answer.edges for answer in answers}) == 1
    with pytest.raises(MissingExtraError, match=r"careprogram\[fast\]"):
        solve(two_for_one, engine="simplex")
    with pytest.raises(MissingExtraError, match=r"careprogram\[teams\]"):
        solve(two_for_one, engine="ortools")
    monkeypatch.setattr(solve_module, "MOST_EDGES_IN_PYTHON", 1)
    with pytest.raises(PairingError, match=r"pip install 'careprogram\[fast\]'"):
        solve(two_for_one)


@pytest.mark.parametrize("bits", [59, 61, 62, 63, 64, 200])
def test_numbers_beyond_64_bits_are_solved_in_stages(two_for_one, bits):
    """Huge bonuses never wrap around: the fast engine answers as the one with numbers of any length does."""
    huge = attrs.evolve(two_for_one, seats=[(2**bits + 3,), (2**bits,)], edge_values=[0, 2])
    answers = [solve(huge, engine=engine) for engine in ("simplex", "paths")]
    assert [(answer.edges, answer.value) for answer in answers] == [((0,), 2**bits + 3)] * 2
    for answer in answers:
        assert verify(huge, [("c0", "h0")], Certificate(prices={"h0": answer.prices[0]}, value=answer.value)).proven


def test_huge_numbers_elsewhere_disturb_nobody(monkeypatch):
    """A component of small numbers is solved although another one needs stages."""
    monkeypatch.setattr(components_module.components, "__kwdefaults__", {"enough": 1})
    problem = AssignmentProblem(
        child_keys=["c0", "c1"],
        helper_keys=["h0", "h1"],
        seats=[(3,), (2**90,)],
        places=[1, 1],
        edge_children=[0, 1],
        edge_helpers=[0, 1],
        edge_values=[1, 2**80],
    )
    for engine in ("simplex", "ortools"):
        assert solve(problem, engine=engine).value == 4 + 2**90 + 2**80


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
    heavy = ("numpy", "pylmcf", "ortools")
    code = f"import sys, careprogram.pairing; sys.exit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rising_costs_of_places_spread_the_load():
    """With equal scores, a second child goes to the helper who has none; a much better score outweighs that."""
    problem = AssignmentProblem(
        child_keys=["c0", "c1"],
        helper_keys=["h0", "h1"],
        seats=[(100,), (100,)],
        places=[2, 2],
        place_costs=[(0, 5), (0, 5)],
        edge_children=[0, 0, 1, 1],
        edge_helpers=[0, 1, 0, 1],
        edge_values=[9, 6, 9, 6],
    )
    for engine in ("paths", "simplex"):
        spread, crowded = (
            solve(one, engine=engine) for one in (problem, attrs.evolve(problem, edge_values=[9, 1] * 2))
        )
        assert (spread.value, sorted(int(problem.edge_helpers[e]) for e in spread.edges)) == (215, [0, 1])
        assert (crowded.value, [problem.edge_helpers[e] for e in crowded.edges]) == (213, [0, 0])


def test_problems_differ_by_what_they_say(two_for_one):
    """Equality looks at the numbers; costs of nothing are the same as none."""
    assert two_for_one != attrs.evolve(two_for_one, edge_values=[4, 1])
    assert two_for_one != attrs.evolve(two_for_one, place_costs=[(1,)])
    assert two_for_one == attrs.evolve(two_for_one, place_costs=[(0,)])
    assert two_for_one != "a problem"


def test_sparse_costs_with_several_seats_and_places():
    """Rows that want two columns and columns that take two rows, at the least total cost."""
    costs = [(0, 0, 4), (0, 1, 1), (1, 0, 2), (1, 1, 7), (2, 1, 3)]
    problem = AssignmentProblem.from_sparse_costs(costs, size=(3, 2), seats=[2, 1, 1], places=[2, 2])
    assert sum(costs[e][2] for e in solve_function(problem).edges) == 4 + 1 + 2 + 3


def test_a_certificate_survives_the_journey():
    """The proof as text comes back as it was, numbers of any length included; anything else is refused."""
    proof = Certificate(prices={"h1": 2**70, "h0": 0, "帮扶人": 3}, value=2**80)
    again = Certificate.from_json(proof.to_json())
    assert again == Certificate(prices={"h1": 2**70, "帮扶人": 3}, value=2**80)
    assert again.to_json() == proof.to_json()
    for text in ("", "[]", "{}", '{"format":1,"prices":{"h":"x"},"value":"0"}'):
        with pytest.raises(PairingError, match="no certificate"):
            Certificate.from_json(text)
    with pytest.raises(PairingError, match="later version"):
        Certificate.from_json('{"format":2,"prices":{},"value":"0"}')


def test_the_checker_is_small_and_knows_no_solver():
    """Under 150 lines, and it imports nothing that solves."""
    text = Path(certificate_module.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    imported = set(re.findall(r"^(?:from|import) ([\w.]+)", text, flags=re.MULTILINE))
    room = "careprogram.pairing.solving."
    own = {name.removeprefix(room) for name in imported if name.startswith("careprogram.pairing")}
    assert own == {"arrays", "assignment", "certificate_arrays"}


@pytest.mark.parametrize("pairs", [[("a", "x", "y")], [("a",), ("b", "y", "x")]])
@pytest.mark.parametrize("column", [list, lambda numbers: np.array(numbers, dtype=np.int64)])
def test_what_is_no_pair_is_never_counted_as_one(pairs, column):
    """Keys that do not come two by two are refused, however the problem is held, and never read across a border."""
    problem = AssignmentProblem(
        child_keys=("a", "b"),
        helper_keys=("x", "y"),
        seats=((9,), (9,)),
        places=(1, 1),
        edge_children=column([0, 1]),
        edge_helpers=column([0, 1]),
        edge_values=column([1, 1]),
    )
    with pytest.raises(ValueError, match=r"unpack|child key"):
        verify(problem, pairs, Certificate(prices={}, value=20))
