"""The flow through hubs: of many best answers every engine gives the one with the largest sum of tie-break numbers."""

import itertools
import random

import pytest

from careprogram.pairing import Anchor, AssignmentProblem
from careprogram.pairing.teams.hub import solve_hub

STEP = 100


def alike(seed):
    """Return a problem in which all pairs are worth the same, and who anchors a team."""
    rng = random.Random(seed)
    edges = [(child, helper) for child in range(3) for helper in range(4) if rng.random() < 0.8]
    problem = AssignmentProblem(
        child_keys=["a", "b", "c"],
        helper_keys=["w", "x", "y", "z"],
        seats=[(3 * STEP, STEP)] * 3,
        places=[rng.choice((1, 2)) for _ in range(4)],
        edge_children=[child for child, _ in edges],
        edge_helpers=[helper for _, helper in edges],
        edge_values=[1] * len(edges),
    )
    return problem, Anchor(code="local", edges=frozenset(at for at in range(len(edges)) if rng.random() < 0.6))


def best_of_all(problem, anchor):
    """Return the best answer in which each child that has anybody has an anchor, counted out."""

    def rank(edges):
        served = {problem.edge_children[edge] for edge in edges}
        return len(served), len(edges), sum(map(problem.tie, edges))

    def fits(edges):
        team = [problem.edge_children[edge] for edge in edges]
        load = [problem.edge_helpers[edge] for edge in edges]
        anchored = {problem.edge_children[edge] for edge in edges if edge in anchor.edges}
        places = all(load.count(helper) <= problem.places[helper] for helper in set(load))
        return places and all(team.count(child) <= 2 for child in set(team)) and set(team) <= anchored

    every = (
        edges
        for size in range(7)
        for edges in itertools.combinations(range(len(problem.edge_values)), size)
        if fits(edges)
    )
    return max(every, key=rank)


@pytest.mark.parametrize("seed", range(8))
def test_of_equal_answers_the_one_by_the_keys_is_given(seed):
    """Counted out where the flow leaves nobody with further helpers and no anchor; the same from every engine."""
    problem, anchor = alike(seed)
    found = {engine: solve_hub(problem, anchor, engine=engine).edges for engine in ("paths", "simplex", "ortools")}
    assert found["paths"] == found["simplex"] == found["ortools"]
    team = [problem.edge_children[edge] for edge in found["paths"]]
    anchored = {problem.edge_children[edge] for edge in found["paths"] if edge in anchor.edges}
    if set(team) <= anchored:
        assert found["paths"] == best_of_all(problem, anchor)
