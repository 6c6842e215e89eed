"""What another helper would cost, against counting out every answer."""

import itertools
import random

import pytest

from careprogram.errors import PairingError
from careprogram.pairing import AssignmentProblem, LiveAssignment, alternatives


def made_up(rng, *, teams):
    children, helpers = rng.randint(1, 5), rng.randint(2, 4)
    edges = [(i, v) for i in range(children) for v in range(helpers) if rng.random() < 0.7][:11]
    sizes = [(300,), (200,), (400,)] + ([(300, 100), (400, 200)] if teams else [])
    return AssignmentProblem(
        child_keys=[f"c{i}" for i in range(children)],
        helper_keys=[f"h{v}" for v in range(helpers)],
        seats=[rng.choice(sizes) for _ in range(children)],
        places=[rng.randint(0, 2) for _ in range(helpers)],
        edge_children=[i for i, _ in edges],
        edge_helpers=[v for _, v in edges],
        edge_values=[rng.randint(0, 9) for _ in edges],
    )


def every_answer(problem):
    """Return every allowed answer as (value, tie-break, pairs)."""
    found = []
    for size in range(len(problem.edge_values) + 1):
        for edges in itertools.combinations(range(len(problem.edge_values)), size):
            team = [problem.edge_children[edge] for edge in edges]
            load = [problem.edge_helpers[edge] for edge in edges]
            if all(team.count(i) <= len(problem.seats[i]) for i in team) and all(
                load.count(v) <= problem.places[v] for v in load
            ):
                pairs = {(problem.child_keys[i], problem.helper_keys[v]) for i, v in zip(team, load, strict=True)}
                found.append((problem.value_of(edges), sum(map(problem.tie, edges)), pairs))
    return found


def after(live, alternative):
    """Return the pairs of an alternative."""
    gone = {(one.child, helper) for one in alternative.moved for helper in one.before}
    come = {(one.child, helper) for one in alternative.moved for helper in one.after}
    return (set(live.pairs) - gone) | come


def check_against_counting(seed, *, teams):
    """Compare every alternative of every child with the best of all answers that have it."""
    problem = made_up(random.Random(seed), teams=teams)
    live, answers = LiveAssignment(problem), every_answer(problem)
    for child in live.children:
        told = {one.helper: one for one in alternatives(live, child)}
        costs = [one.cost for one in told.values()]
        assert costs == sorted(costs), "not the cheapest first"
        assert list(alternatives(live, child, most=2)) == list(told.values())[:2], "a limit changes the answer"
        for helper in set(live.values_of(child)) - set(live.helpers_of(child)):
            fitting = [one for one in answers if (child, helper) in one[2]]
            assert bool(fitting) == (helper in told), "an alternative is missed or made up"
            if fitting:
                value, _, pairs = max(fitting, key=lambda one: one[:2])
                assert told[helper].cost == live.value - value, "not what it costs"
                assert after(live, told[helper]) == pairs, "not the best answer that has it"


@pytest.mark.parametrize("teams", [False, True])
def test_an_alternative_is_the_best_answer_that_has_it(teams):
    """Cost and moves are those of the best of all answers in which the child has the other helper."""
    for seed in range(150):
        check_against_counting(seed, teams=teams)


@pytest.mark.parametrize("teams", [False, True])
def test_a_helper_is_replaced_while_the_others_stay(teams):
    """Of the answers without a certain pair, in which the child keeps its other helpers, the cheapest comes first."""
    for seed in range(150):
        problem = made_up(random.Random(seed), teams=teams)
        live, answers = LiveAssignment(problem), every_answer(problem)
        for child, helper in live.pairs:
            own = set(live.helpers_of(child))
            fitting = [
                one
                for one in answers
                if len(its := {v for i, v in one[2] if i == child}) == len(own) and its & own == own - {helper}
            ]
            told = alternatives(live, child, instead_of=helper)
            assert bool(fitting) == bool(told)
            if fitting:
                value, _, pairs = max(fitting, key=lambda one: one[:2])
                assert (told[0].cost, after(live, told[0])) == (live.value - value, pairs)


def test_who_would_go_without_is_named():
    """Taking somebody's only helper is told as such, and a helper that the child has not is refused."""
    problem = AssignmentProblem(
        child_keys=["a", "b"],
        helper_keys=["x", "y"],
        seats=[(200,), (100,)],
        places=[1, 1],
        edge_children=[0, 0, 1],
        edge_helpers=[0, 1, 1],
        edge_values=[5, 9, 3],
    )
    live = LiveAssignment(problem)
    (only,) = alternatives(live, "a")
    assert (only.helper, only.cost, only.without, only.newly_helped) == ("y", 99, ("b",), ())
    assert alternatives(live, "b") == ()
    with pytest.raises(PairingError, match="nothing can come instead"):
        alternatives(live, "a", instead_of="y")


def test_an_alternative_that_is_not_the_best_is_caught(monkeypatch):
    """A search that takes the first way out it meets is told from the cheapest one."""
    right = alternatives.__globals__["_search"]

    def hasty(*arguments):
        return itertools.islice(right(*arguments), 2)

    monkeypatch.setitem(alternatives.__globals__, "_search", hasty)
    with pytest.raises(AssertionError, match=r"not what it costs|missed|not the best"):
        check_all(range(100))


def check_all(seeds):
    for seed in seeds:
        check_against_counting(seed, teams=False)
