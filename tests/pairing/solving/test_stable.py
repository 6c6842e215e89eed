"""Stable pairing: against every stable pairing there is, on small problems, and against a checker on all."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import PairingError
from careprogram.pairing import RankedProblem, blocking_pairs, solve_stable


@st.composite
def ranked_problems(draw: st.DrawFn, *, most: int = 4) -> RankedProblem:
    children = [f"c{i}" for i in range(draw(st.integers(0, most)))]
    helpers = [f"h{v}" for v in range(draw(st.integers(0, most)))]

    def some(of: list[str]) -> list[str]:
        order = draw(st.permutations(of))
        return order[: draw(st.integers(0, len(order)))] if draw(st.booleans()) else order

    return RankedProblem(
        child_ranks={child: some(helpers) for child in children},
        helper_ranks={helper: some(children) for helper in helpers},
        places={helper: draw(st.sampled_from((1, 1, 2, 0))) for helper in helpers},
    )


def all_pairings(problem: RankedProblem) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield every pairing that both sides would accept."""
    children = list(problem.child_ranks)
    choices = [
        [None, *(helper for helper in problem.child_ranks[child] if child in problem.helper_ranks[helper])]
        for child in children
    ]
    for chosen in itertools.product(*choices):
        if all(chosen.count(helper) <= problem.free_places(helper) for helper in problem.helper_ranks):
            yield tuple(sorted((child, h) for child, h in zip(children, chosen, strict=True) if h is not None))


@given(ranked_problems())
def test_every_child_has_the_best_helper_of_any_stable_pairing(problem: RankedProblem) -> None:
    """Of all stable pairings, found by trying all there are, each child gets the helper it ranks highest."""
    stable = [dict(pairs) for pairs in all_pairings(problem) if not blocking_pairs(problem, pairs)]
    answer = dict(solve_stable(problem))
    assert answer in stable
    for other in stable:
        assert other.keys() == answer.keys(), "the same children are served in every stable pairing"
        for child, helper in answer.items():
            ranks = problem.child_ranks[child]
            assert ranks.index(helper) <= ranks.index(other[child])


@given(ranked_problems(most=12))
def test_nobody_would_rather_have_each_other(problem: RankedProblem) -> None:
    """The checker, which solves nothing, finds no blocking pair."""
    assert blocking_pairs(problem, solve_stable(problem)) == ()


@given(ranked_problems(most=8))
def test_the_order_of_the_lists_does_not_matter(problem: RankedProblem) -> None:
    """There is one pairing that is best for all children, however the input is sorted."""
    turned = RankedProblem(
        child_ranks=dict(reversed(list(problem.child_ranks.items()))),
        helper_ranks=dict(reversed(list(problem.helper_ranks.items()))),
        places=problem.places,
    )
    assert solve_stable(turned) == solve_stable(problem)


def test_the_checker_sees_a_blocking_pair() -> None:
    """A pairing that is best in number may still have two who would rather have each other."""
    problem = RankedProblem(
        child_ranks={"a": ["x", "y"], "b": ["x"]}, helper_ranks={"x": ["a", "b"], "y": ["a"]}, places={}
    )
    assert solve_stable(problem) == (("a", "x"),)
    assert blocking_pairs(problem, [("a", "y"), ("b", "x")]) == (("a", "x"),)


@pytest.mark.parametrize("pairs", [[("a", "z")], [("b", "y")], [("a", "x"), ("a", "y")], [("a", "x"), ("b", "x")]])
def test_the_checker_refuses_what_is_no_pairing(pairs: list[tuple[str, str]]) -> None:
    """Strangers, one-sided wishes, two helpers for a child and too many children are named."""
    problem = RankedProblem(child_ranks={"a": ["x", "y"], "b": ["x"]}, helper_ranks={"x": ["a", "b"], "y": ["a"]})
    with pytest.raises(PairingError):
        blocking_pairs(problem, pairs)


@pytest.mark.parametrize(
    ("child_ranks", "helper_ranks", "places", "why"),
    [
        ({"a": ["x", "x"]}, {"x": ["a"]}, {}, "twice"),
        ({"a": ["y"]}, {"x": ["a"]}, {}, "not there"),
        ({"a": ["x"]}, {"x": ["a"]}, {"x": -1}, "0 or more"),
        ({"a": ["x"]}, {"x": ["a"]}, {"x": True}, "0 or more"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(child_ranks, helper_ranks, places, why) -> None:
    """What is wrong is said when the problem is made."""
    with pytest.raises(PairingError, match=why):
        RankedProblem(child_ranks=child_ranks, helper_ranks=helper_ranks, places=places)


def test_a_county_is_stable_in_a_moment() -> None:
    """Ten thousand children who all rank the same helpers first: one step a ranked helper, no recursion."""
    children, helpers = [f"c{i}" for i in range(10_000)], [f"h{v}" for v in range(2_000)]
    ranks = {child: helpers[at % 1_981 : at % 1_981 + 20] for at, child in enumerate(children)}
    wanted: dict[str, list[str]] = {helper: [] for helper in helpers}
    for child, own in ranks.items():
        for helper in own:
            wanted[helper].append(child)
    problem = RankedProblem(child_ranks=ranks, helper_ranks=wanted, places=dict.fromkeys(helpers, 4))
    assert blocking_pairs(problem, solve_stable(problem)) == ()
