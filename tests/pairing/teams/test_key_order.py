"""The order of keys: whoever is named first, the answer is the same, be it proven or not."""

import random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.pairing import Anchor, AssignmentProblem, Family, TeamRules, solve_teams
from careprogram.pairing.teams import solve as teams
from careprogram.pairing.teams.key_order import in_key_order

pytest.importorskip("ortools")


def villages(children, seed):
    """Return children with a place or little more for each, half of them in families, in the order of the keys."""
    rnd = random.Random(seed)
    helpers, families = children // 3, []
    for size in rnd.choices((2, 3), k=children // 5):
        first = families[-1].children[-1] + 1 if families else 0
        families.append(Family(children=tuple(range(first, first + size))))
    home = [rnd.randrange(helpers) for _ in range(children)]
    for family in families:
        for child in family.children:
            home[child] = home[family.children[0]]
    pairs = sorted({(i, (home[i] + step) % helpers) for i in range(children) for step in range(5)})
    problem = AssignmentProblem(
        child_keys=[f"c{i:03}" for i in range(children)],
        helper_keys=[f"h{v:03}" for v in range(helpers)],
        seats=[(rnd.choice((1, 2)) * 100 * children,) for _ in range(children)],
        places=[3 + v % 2 for v in range(helpers)],
        edge_children=[i for i, _ in pairs],
        edge_helpers=[v for _, v in pairs],
        edge_values=[rnd.randint(0, 9) for _ in pairs],
    )
    return problem, TeamRules(
        families=tuple(families),
        least_load={v: 2 for v in range(helpers) if rnd.random() < 0.2} if seed % 3 == 0 else {},
        anchors=(Anchor(code="near", edges=frozenset(rnd.sample(range(len(pairs)), len(pairs) // 2))),)
        if seed % 3 == 1
        else (),
    )


def shuffled(problem, rules, seed):
    """Return the same with children, helpers, edges, families and their members in another order."""
    rnd = random.Random(seed)
    children, helpers, edges = (
        rnd.sample(range(len(of)), len(of)) for of in (problem.child_keys, problem.helper_keys, problem.edge_values)
    )
    families = [
        attrs.evolve(one, children=tuple(children.index(i) for i in rnd.sample(one.children, len(one.children))))
        for one in rules.families
    ]
    return attrs.evolve(
        problem,
        child_keys=[problem.child_keys[i] for i in children],
        helper_keys=[problem.helper_keys[v] for v in helpers],
        seats=[problem.seats[i] for i in children],
        places=[problem.places[v] for v in helpers],
        edge_children=[children.index(problem.edge_children[e]) for e in edges],
        edge_helpers=[helpers.index(problem.edge_helpers[e]) for e in edges],
        edge_values=[problem.edge_values[e] for e in edges],
    ), TeamRules(
        families=tuple(rnd.sample(families, len(families))),
        least_load={helpers.index(v): least for v, least in rules.least_load.items()},
        anchors=tuple(attrs.evolve(one, edges=frozenset(edges.index(e) for e in one.edges)) for one in rules.anchors),
    )


def told(problem, answer):
    """Return an answer by keys."""
    pairs = {
        (problem.child_keys[problem.edge_children[e]], problem.helper_keys[problem.edge_helpers[e]]): e
        for e in range(len(problem.edge_values))
    }
    key = {edge: pair for pair, edge in pairs.items()}
    return {
        "pairs": {key[e] for e in answer.edges},
        "flow": {key[e] for e in answer.flow.edges},
        "prices": dict(zip(problem.helper_keys, answer.flow.prices, strict=True)),
        "anchor": answer.anchor and {key[e] for e in answer.anchor.edges},
        "steps": answer.steps,
        "searched": answer.searched,
    }


@settings(max_examples=10, deadline=None)
@given(children=st.integers(3, 18), seed=st.integers(0, 1 << 16), order=st.integers(0, 1 << 16))
def test_the_order_of_what_is_given_does_not_matter(children, seed, order):
    """In any order the problem is the same in the order of keys, and so is the answer that a short search comes to."""
    problem, rules = villages(children, seed)
    assert in_key_order(problem, rules) is None
    other, other_rules = shuffled(problem, rules, order)
    back = in_key_order(other, other_rules)
    assert back is None or (back.problem == problem and back.rules == rules)
    # As good as no time is left, so that much stays open, and every part is posed as whole families.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(teams, "FEW_EDGES", 0)
        first, again = (
            told(one, solve_teams(one, its, limit=0.001)) for one, its in ((problem, rules), (other, other_rules))
        )
    assert first == again


def test_in_whatever_order_whole_families_are_bounded_alike(monkeypatch):
    """Where whole families come first and the tie-break is left open, bound and answer are the same in any order."""
    monkeypatch.setattr(teams, "FEW_EDGES", 0)
    monkeypatch.setattr(teams, "MOST_EDGES", 0)
    problem, rules = villages(120, 2)
    other, other_rules = shuffled(problem, rules, 7)
    found, again = solve_teams(problem, rules), solve_teams(other, other_rules)
    assert found.searched
    assert found.optimal
    assert not found.canonical
    assert told(problem, found) == told(other, again)
