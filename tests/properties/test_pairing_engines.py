"""The bare problem: engines, certificate and tie-break, against counting all answers and against networkx."""

import itertools
import random

import attrs
import networkx as nx
import numpy as np
import pytest
from depth import examples
from hypothesis import given
from hypothesis import strategies as st

from careprogram.pairing import AssignmentProblem, Certificate, best_value, bound, ranks_first, solve, verify
from careprogram.pairing.context import _shared_level
from careprogram.pairing.solving.certificate_arrays import count_in_arrays
from careprogram.pairing.solving.shortage import bottlenecks
from careprogram.people import PlaceCode


@st.composite
def problems(draw, most_children=5, most_helpers=4, most_value=3, *, least_first=1):
    """Small problems with scarce places, equal values (so that ties matter), teams, and helpers without places."""
    children, helpers = draw(st.integers(0, most_children)), draw(st.integers(0, most_helpers))
    values = draw(
        st.dictionaries(
            st.tuples(st.integers(0, children - 1), st.integers(0, helpers - 1)),
            st.integers(0, most_value),
            max_size=14,
        )
        if children and helpers
        else st.just({})
    )
    places = [draw(st.integers(0, 3)) for _ in range(helpers)]
    costs = None
    if draw(st.booleans()):
        costs = [tuple(sorted(draw(st.integers(0, 4)) for _ in range(count))) for count in places]
    step = children * 3 * (most_value + 4) + 1
    teams = ((), (1,), (2,), (3,), (3, 1), (3, 2, 1), (4,), (5, 2))
    fitting = [team for team in teams if not team or team[0] >= least_first]
    bonuses = st.sampled_from([tuple(level * step for level in team) for team in fitting])
    return AssignmentProblem(
        child_keys=[f"c{i}" for i in range(children)],
        helper_keys=[f"h{v}" for v in range(helpers)],
        seats=[draw(bonuses) for _ in range(children)],
        places=places,
        place_costs=costs,
        edge_children=[i for i, _ in values],
        edge_helpers=[v for _, v in values],
        edge_values=list(values.values()),
    )


def every_answer(problem):
    """Yield every allowed set of edges."""
    for size in range(len(problem.edge_values) + 1):
        for edges in itertools.combinations(range(len(problem.edge_values)), size):
            team = [problem.edge_children[e] for e in edges]
            load = [problem.edge_helpers[e] for e in edges]
            fits = all(team.count(i) <= len(problem.seats[i]) for i in set(team))
            if fits and all(load.count(v) <= problem.places[v] for v in set(load)):
                yield edges


def in_arrays(problem):
    """Return the same problem with columns of numpy."""
    columns = {name: getattr(problem, name) for name in ("places", "edge_children", "edge_helpers", "edge_values")}
    return attrs.evolve(problem, **{name: np.array(column, dtype=np.int64) for name, column in columns.items()})


def keys_of(problem, answer):
    return [
        (problem.child_keys[problem.edge_children[e]], problem.helper_keys[problem.edge_helpers[e]])
        for e in answer.edges
    ]


def certificate_of(problem, answer):
    return Certificate(prices=dict(zip(problem.helper_keys, answer.prices, strict=True)), value=answer.value)


@examples(200)
@given(problem=problems())
@pytest.mark.parametrize("engine", ["paths", "simplex", "ortools"])
def test_every_engine_finds_the_one_right_answer(engine, problem):
    """Of all answers that can be counted out, both engines find the one of best value and largest tie-break."""
    right = max(every_answer(problem), key=lambda edges: (problem.value_of(edges), sum(map(problem.tie, edges))))
    found = solve(problem, engine=engine)
    assert found.edges == right
    assert found.value == problem.value_of(right)


@examples(200)
@given(problem=problems(most_children=9, most_helpers=6))
def test_engines_agree_and_prove_it(problem):
    """All engines give the identical answer, each with prices that prove it; the fast ones the same prices."""
    answers = [solve(problem, engine=engine) for engine in ("paths", "simplex", "ortools")]
    assert answers[0].edges == answers[1].edges == answers[2].edges
    assert answers[1].prices == answers[2].prices
    assert best_value(problem) == answers[0].value
    for answer in answers:
        checked = verify(problem, keys_of(problem, answer), certificate_of(problem, answer))
        assert checked.proven, checked


@examples(150)
@given(problem=problems(most_children=6), data=st.data())
def test_the_checker_in_arrays_finds_what_the_plain_one_finds(problem, data):
    """Whatever the answer and its proof, right or not: the same faults, value and bound."""
    keys = [*itertools.product(problem.child_keys, problem.helper_keys), ("nobody", "h0"), ("c0", "nobody")]
    prices = {key: data.draw(st.integers(-1, 40)) for key in problem.helper_keys}
    if data.draw(st.booleans()):
        right = solve(problem, engine="paths")
        pairs, prices = keys_of(problem, right), certificate_of(problem, right).prices
    else:
        pairs = data.draw(st.lists(st.sampled_from(keys), max_size=9))
    proof = Certificate(prices=prices, value=data.draw(st.integers(0, 60)))
    arrays = in_arrays(problem)
    assert count_in_arrays(arrays, pairs, [0] * len(problem.places)) is not None
    assert verify(arrays, pairs, proof) == verify(problem, pairs, proof)


def test_the_checker_in_arrays_leaves_what_could_overflow_to_the_plain_one():
    """Sums beyond 64 bits are counted in plain Python."""
    arrays = in_arrays(
        AssignmentProblem(
            child_keys=["c"],
            helper_keys=["h"],
            seats=[(2**62,)],
            places=[1],
            edge_children=[0],
            edge_helpers=[0],
            edge_values=[2**62],
        )
    )
    assert count_in_arrays(arrays, [("c", "h")], [2**63]) is None
    assert verify(arrays, [("c", "h")], Certificate(prices={"h": 2**63}, value=2**63)).proven


@given(problem=problems(), data=st.data())
def test_numbers_of_any_length_are_solved_exactly(problem, data):
    """Whatever the digits, the fast engine in stages finds what the one in Python finds, and proves it."""
    number = st.integers(0, 2 ** data.draw(st.sampled_from([20, 62, 70, 130])))
    lists = st.lists(number, min_size=2, max_size=2)
    wide = attrs.evolve(
        problem,
        seats=[tuple(sorted(data.draw(lists), reverse=True))[: len(seats)] for seats in problem.seats],
        edge_values=[data.draw(number) for _ in problem.edge_values],
        place_costs=problem.place_costs and [tuple(cost << 60 for cost in costs) for costs in problem.place_costs],
    )
    ours, theirs = solve(wide, engine="simplex"), solve(wide, engine="paths")
    assert (ours.edges, ours.value) == (theirs.edges, theirs.value)
    assert verify(wide, keys_of(wide, ours), certificate_of(wide, ours)).proven


@given(problem=problems())
@pytest.mark.parametrize("engine", ["paths", "simplex"])
def test_arrays_and_lists_are_the_same_problem(engine, problem):
    """However the columns are held, problems are equal and answered and numbered alike."""
    arrays = in_arrays(problem)
    assert arrays == problem
    assert hash(arrays) == hash(problem)
    assert arrays.ties(np.arange(len(problem.edge_values))).tolist() == [
        problem.tie(edge) for edge in range(len(problem.edge_values))
    ]
    ours, theirs = solve(problem, engine=engine), solve(arrays, engine=engine)
    assert ours == theirs
    assert verify(arrays, keys_of(arrays, theirs), certificate_of(arrays, theirs)).proven


@given(problem=problems(), data=st.data())
def test_no_prices_bound_below_the_best(problem, data):
    """Whatever the prices, the bound is never below the best value: a wrong certificate can be weak, never false."""
    prices = data.draw(st.lists(st.integers(0, 60), min_size=len(problem.places), max_size=len(problem.places)))
    assert bound(problem, prices) >= solve(problem, engine="paths").value


@given(problem=problems(), seed=st.integers(0, 99))
@pytest.mark.parametrize("engine", ["paths", "simplex"])
def test_the_order_of_rows_and_edges_does_not_matter(engine, problem, seed):
    """Children, helpers and edges in another order give the same pairs."""
    rng = random.Random(seed)
    children, helpers, edges = (list(range(len(x))) for x in (problem.seats, problem.places, problem.edge_values))
    for column in (children, helpers, edges):
        rng.shuffle(column)
    turned = AssignmentProblem(
        child_keys=[problem.child_keys[i] for i in children],
        helper_keys=[problem.helper_keys[v] for v in helpers],
        seats=[problem.seats[i] for i in children],
        places=[problem.places[v] for v in helpers],
        place_costs=problem.place_costs and [problem.place_costs[v] for v in helpers],
        edge_children=[children.index(problem.edge_children[e]) for e in edges],
        edge_helpers=[helpers.index(problem.edge_helpers[e]) for e in edges],
        edge_values=[problem.edge_values[e] for e in edges],
    )
    ours, theirs = solve(problem, engine=engine), solve(turned, engine=engine)
    assert sorted(keys_of(problem, ours)) == sorted(keys_of(turned, theirs))


@st.composite
def scarce(draw):
    """Problems in which some children mostly wait beside helpers whose places others hold, tier by tier."""
    children, helpers = draw(st.integers(2, 7)), draw(st.integers(1, 4))
    wanted = [draw(st.sets(st.integers(0, helpers - 1), min_size=1, max_size=3)) for _ in range(children)]
    edges = [(child, helper) for child, own in enumerate(wanted) for helper in sorted(own)]
    step = children * 4 + 1
    seats = [draw(st.sampled_from([(3 * step,), (4 * step,), (5 * step, 2 * step), ()])) for _ in range(children)]
    return AssignmentProblem(
        child_keys=[f"c{i}" for i in range(children)],
        helper_keys=[f"h{v}" for v in range(helpers)],
        seats=seats,
        places=[draw(st.sampled_from((1, 2, 0))) for _ in range(helpers)],
        edge_children=[i for i, _ in edges],
        edge_helpers=[v for _, v in edges],
        edge_values=[draw(st.integers(0, 3)) for _ in edges],
    )


def check_explained(problem):
    """Each child left without a helper it could have is in a group with fewer places than children."""
    answer = solve(problem, engine="paths")
    served = {problem.edge_children[e] for e in answer.edges}
    waiting = [i for i, seats in enumerate(problem.seats) if seats and i not in served]
    tiers = [-max(seats, default=0) for seats in problem.seats]
    groups = bottlenecks(problem, answer.edges, waiting=waiting, tiers=tiers)
    assert bottlenecks(in_arrays(problem), answer.edges, waiting=waiting, tiers=tiers) == groups
    asked = {i for i in waiting if i in problem.edge_children}
    assert {i for group in groups for i in group.waiting} == asked
    for group in groups:
        neighbors = {v for i, v in zip(problem.edge_children, problem.edge_helpers, strict=True) if i in group.children}
        assert neighbors == set(group.helpers)
        assert sum(problem.places[v] for v in group.helpers) < len(group.children)
        assert all(tiers[i] <= group.tier for i in group.children)


@given(problem=problems(most_children=7, least_first=3) | scarce())
def test_every_waiting_child_is_explained_by_counting(problem):
    """A child that waits points to children who share fewer places than they are many."""
    check_explained(problem)


def test_a_group_without_those_who_hold_its_places_is_noticed(monkeypatch):
    """Told of those alone who wait, a shortage has places enough."""
    whole = bottlenecks

    def waiting_alone(problem, *asked, **more):
        return tuple(attrs.evolve(group, children=group.waiting) for group in whole(problem, *asked, **more))

    problem = AssignmentProblem(
        child_keys=["a", "b"],
        helper_keys=["x"],
        seats=[(9,), (9,)],
        places=[1],
        edge_children=[0, 1],
        edge_helpers=[0, 0],
        edge_values=[2, 1],
    )
    check_explained(problem)
    monkeypatch.setitem(globals(), "bottlenecks", waiting_alone)
    with pytest.raises(AssertionError):
        check_explained(problem)


def crowded(rng, children, helpers, most_value=50):
    edges = [(i, v) for i in range(children) for v in rng.sample(range(helpers), 6)]
    step = children * 2 * most_value + 1
    return AssignmentProblem(
        child_keys=[f"c{i}" for i in range(children)],
        helper_keys=[f"h{v}" for v in range(helpers)],
        seats=[rng.choice([(3 * step,), (2 * step, step), (4 * step, step)]) for _ in range(children)],
        places=[rng.randint(0, 6) for _ in range(helpers)],
        edge_children=[i for i, _ in edges],
        edge_helpers=[v for _, v in edges],
        edge_values=[rng.randint(0, most_value) for _ in edges],
    )


@pytest.mark.parametrize("seed", range(4))
def test_larger_problems_agree_with_networkx(seed):
    """On hundreds of children the value is that of an independent minimum-cost flow."""
    problem = crowded(random.Random(seed), 150, 40)
    graph = nx.MultiDiGraph()
    graph.add_node("sink", demand=sum(map(len, problem.seats)))
    for i, seats in enumerate(problem.seats):
        graph.add_node(("child", i), demand=-len(seats))
        for bonus in seats:
            graph.add_edge(("child", i), "sink", capacity=1, weight=bonus)
    for v, places in enumerate(problem.places):
        graph.add_edge(("helper", v), "sink", capacity=places, weight=0)
    columns = zip(problem.edge_children, problem.edge_helpers, problem.edge_values, strict=True)
    for i, v, value in columns:
        graph.add_edge(("child", i), ("helper", v), capacity=1, weight=-value)
    cost, _ = nx.network_simplex(graph)
    best = sum(map(sum, problem.seats)) - cost
    assert ranks_first(problem)
    assert {solve(problem, engine=engine).value for engine in ("paths", "simplex", "ortools")} == {best}


@given(problem=problems(), data=st.data())
def test_a_tampered_answer_is_not_proven(problem, data):
    """Leaving out a pair, naming one twice or claiming a higher value is noticed."""
    answer = solve(problem, engine="paths")
    pairs, certificate = keys_of(problem, answer), certificate_of(problem, answer)
    if pairs:
        gone = data.draw(st.sampled_from(pairs))
        less = [pair for pair in pairs if pair != gone]
        assert not verify(problem, less, certificate).proven
        assert verify(problem, less, certificate).gap > 0
    doubled = [*pairs, *pairs[:1]]
    assert not pairs or verify(problem, doubled, certificate).faults
    claimed = attrs.evolve(certificate, value=certificate.value + 1)
    assert not verify(problem, pairs, claimed).proven


CODES = [
    PlaceCode(text) for text in ("52", "5205", "520526", "520526100", "520526101", "520526101203", "460025", "520502")
]


def test_the_quick_shared_level_is_the_slow_one():
    """The context's answer for speed is that of the place code itself, codes that end in zeros included."""
    for one, other in itertools.product(CODES, repeat=2):
        assert _shared_level(one.text, other.text) is one.shared_level(other), (one, other)
