"""Rules of teams and families on the bare problem: against counting all answers, between engines, in any order."""

import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.solve import solve
from careprogram.pairing.teams.cp_sat import Part
from careprogram.pairing.teams.rules import Anchor, Family, TeamRules, breaches, forced_splits, worth
from careprogram.pairing.teams.solve import solve_teams
from careprogram.pairing.teams.whole_families import keep_together

pytest.importorskip("ortools")


@st.composite
def team_problems(draw, most_children=4, most_helpers=4):
    """Small problems with scarce places, equal values, and one or more rules of each kind."""
    children, helpers = draw(st.integers(1, most_children)), draw(st.integers(1, most_helpers))
    pairs = st.tuples(st.integers(0, children - 1), st.integers(0, helpers - 1))
    values = draw(st.dictionaries(pairs, st.integers(0, 3), max_size=11))
    places = [draw(st.integers(0, 3)) for _ in range(helpers)]
    costs = [tuple(sorted(draw(st.integers(0, 4)) for _ in range(count))) for count in places]
    step = children * 3 * 8 + 1
    teams = ((1,), (2,), (3,), (3, 1), (3, 3), (3, 2, 1), (3, 3, 1))
    seats = [tuple(level * step for level in draw(st.sampled_from(teams))) for _ in range(children)]
    problem = AssignmentProblem(
        child_keys=[f"c{i}" for i in range(children)],
        helper_keys=[f"h{v}" for v in range(helpers)],
        seats=seats,
        places=places,
        place_costs=draw(st.sampled_from((None, costs))),
        edge_children=[i for i, _ in values],
        edge_helpers=[v for _, v in values],
        edge_values=list(values.values()),
    )
    edges = st.frozensets(st.sampled_from(range(len(values))), max_size=8) if values else st.just(frozenset())
    anchors = tuple(Anchor(code=f"anchor-{at}", edges=draw(edges)) for at in range(draw(st.integers(0, 2))))
    families = draw(st.sampled_from(((), ((0, 1),), ((0, 1), (2, 3)), ((0, 1, 2),), ((2,),))))
    served = st.frozensets(st.integers(0, helpers - 1), max_size=2)
    rules = TeamRules(
        least_team={i: 2 for i in range(children) if draw(st.booleans())} if draw(st.booleans()) else {},
        least_load={v: 2 for v in range(helpers) if draw(st.booleans())} if draw(st.booleans()) else {},
        anchors=anchors,
        families=tuple(
            Family(
                children=tuple(i for i in members if i < children),
                served=draw(st.sampled_from((frozenset(), draw(served)))),
                whole=draw(st.booleans()),
            )
            for members in families
            if any(i < children for i in members)
        ),
    )
    return problem, rules


def every_answer(problem, rules):
    """Yield every set of edges that seats, places and rules allow."""
    for size in range(len(problem.edge_values) + 1):
        for edges in itertools.combinations(range(len(problem.edge_values)), size):
            team = [problem.edge_children[e] for e in edges]
            load = [problem.edge_helpers[e] for e in edges]
            fits = all(team.count(i) <= len(problem.seats[i]) for i in set(team))
            fits = fits and all(load.count(v) <= problem.places[v] for v in set(load))
            if fits and not any(breaches(problem, rules, edges)):
                yield edges


@settings(max_examples=75, deadline=None)
@given(posed=team_problems())
def test_no_other_answer_is_better(posed):
    """Of all answers that keep the rules, the one found is the best, tie-break included, and says that it is proven."""
    problem, rules = posed
    right = max(every_answer(problem, rules), key=lambda edges: worth(problem, rules, edges))
    for engine in ("auto", "paths"):
        found = solve_teams(problem, rules, engine=engine)
        assert found.edges == right
        assert found.canonical


@st.composite
def sibling_problems(draw):
    """Small problems of one helper each in which families are all that binds, with places as scarce as they come."""
    problem, rules = draw(team_problems(most_children=5, most_helpers=3))
    levels = draw(st.lists(st.sampled_from((1, 2)), min_size=5, max_size=5))
    step = len(problem.child_keys) * 3 * 8 + 1
    seats = tuple((level * step,) for level, _ in zip(levels, problem.child_keys, strict=False))
    families = rules.families or (Family(children=tuple(range(len(seats)))[:3]),)
    return attrs.evolve(problem, seats=seats, place_costs=None), TeamRules(families=families)


@settings(max_examples=60, deadline=None)
@given(posed=sibling_problems())
def test_siblings_as_whole_families_are_answered_as_well(posed):
    """With every part posed as whole families first, the best of all answers is found still, and is proven."""
    problem, rules = posed
    right = max(every_answer(problem, rules), key=lambda edges: worth(problem, rules, edges))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("careprogram.pairing.teams.solve.FEW_EDGES", 0)
        found = solve_teams(problem, rules)
    assert found.edges == right
    assert found.canonical


@settings(max_examples=60, deadline=None)
@given(posed=sibling_problems())
def test_the_bound_of_whole_families_holds(posed):
    """No answer that fills the same seats with nobody apart is worth more than the bound or uses another edge."""
    problem, rules = posed
    open_edges = tuple(edge for edge, helper in enumerate(problem.edge_helpers) if int(problem.places[helper]) > 0)
    answers = {edges: worth(problem, rules, edges) for edges in every_answer(problem, rules)}
    apart = forced_splits(rules)
    best = max(answers.values())
    part = Part(edges=open_edges, families=tuple(range(len(rules.families))))
    prices = solve(problem).prices
    found = keep_together(problem, rules, part, filled=best[:-3], prices=prices) if open_edges else None
    assert (found is None) == (not open_edges or -best[-3] != apart)
    if found is not None:
        reached = answers[found.edges][-2]
        for edges, (*seats, together, value, _) in answers.items():
            if (*seats, -together) == (*best[:-3], apart):
                assert value <= found.bound
                assert value < reached or set(edges) <= set(found.useful)
