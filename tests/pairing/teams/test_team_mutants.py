"""Answers with a planted fault: each is caught by the small checker, by the order of answers, or before it is kept."""

import sys

import attrs
import pytest

from careprogram.errors import MissingExtraError
from careprogram.pairing import (
    Anchor,
    AssignmentProblem,
    Certificate,
    Family,
    ManyToOne,
    OneToMany,
    PairingRules,
    ProofKind,
    SiblingRule,
    TeamRules,
    default_constraints,
    plan_faults,
    solve_teams,
    verify_teams,
)
from careprogram.pairing.teams.rules import worth
from careprogram.people import HelperKind, PlaceCode, Residence
from careprogram.people.place_code import PlaceLevel

STEP = 1_000


def posed(**changes):
    """Two children who both could have x, y and z; x and y have two places."""
    pairs = [(i, v) for i in range(2) for v in range(3)]
    problem = AssignmentProblem(
        child_keys=["a", "b"],
        helper_keys=["x", "y", "z"],
        seats=[(3 * STEP, STEP), (2 * STEP, STEP)],
        places=[2, 2, 1],
        edge_children=[i for i, _ in pairs],
        edge_helpers=[v for _, v in pairs],
        edge_values=[9, 4, 1, 8, 5, 1],
    )
    return attrs.evolve(problem, **changes)


def checked(problem, rules, pairs):
    return verify_teams(problem, rules, pairs, Certificate(prices={}, value=0)).faults


@pytest.mark.parametrize(
    ("rules", "pairs", "fault"),
    [
        (TeamRules(least_team={0: 2}), [("a", "x"), ("b", "y")], "least-team of a"),
        (TeamRules(least_load={2: 2}), [("a", "z")], "least-load of a"),
        (TeamRules(families=(Family(children=(0, 1), whole=True),)), [("a", "x"), ("b", "y")], "whole-family of a, b"),
        (TeamRules(families=(Family(children=(0, 1), whole=True),)), [("a", "x")], "whole-family of a"),
        (
            TeamRules(anchors=(Anchor(code="no-local-helper", edges=frozenset({2})),)),
            [("a", "x")],
            "no-local-helper of a",
        ),
    ],
    ids=["team below the minimum", "load below the minimum", "siblings split", "sibling left out", "nobody local"],
)
def test_a_broken_rule_is_a_fault_of_the_answer(rules, pairs, fault):
    """The checker, which knows no solver, names the rule and the children."""
    assert fault in checked(posed(), rules, pairs)
    assert fault not in checked(posed(), TeamRules(), pairs)


def test_swapped_steps_of_the_objective_are_noticed():
    """More urgent children outrank siblings together, which outrank an even load, which outranks scores."""
    together = TeamRules(families=(Family(children=(0, 1)),))
    single = posed(seats=[(3 * STEP,), (2 * STEP,)], place_costs=[(0, 100), (0, 100), (0,)])
    apart, one_helper = (0, 4), (0, 3)
    assert worth(single, together, one_helper) > worth(single, together, apart)
    assert worth(single, TeamRules(), apart) > worth(single, TeamRules(), one_helper)
    flat = attrs.evolve(single, place_costs=None)
    assert worth(flat, TeamRules(), one_helper) > worth(flat, TeamRules(), (1, 3))
    assert worth(single, together, apart) > worth(single, together, (0,)) > worth(single, together, (3,))


def test_each_step_is_solved_in_its_turn():
    """The solver keeps siblings together at the cost of an even load, and an even load at the cost of scores."""
    pytest.importorskip("ortools")
    single = posed(seats=[(3 * STEP,), (2 * STEP,)], place_costs=[(0, 100), (0, 100), (0,)])
    assert solve_teams(single, TeamRules(families=(Family(children=(0, 1)),))).edges == (0, 3)
    assert solve_teams(single, TeamRules()).edges == (0, 4)
    assert solve_teams(attrs.evolve(single, place_costs=None), TeamRules()).edges == (0, 3)


def test_a_step_that_does_not_outweigh_the_rest_is_refused():
    """Bonuses below the values could trade a child for a score."""
    from careprogram.errors import PairingError

    with pytest.raises(PairingError, match="outweigh"):
        solve_teams(posed(seats=[(3,), (2,)]), TeamRules())


def test_a_minor_alone_is_never_carried_out(make_need, make_offer, make_problem):
    """A strategy that puts a helper under 18 beside a child alone is refused; in a team an adult comes first."""
    import datetime as dt

    young = make_offer("young", birth_date=dt.date(2010, 1, 1), kind=HelperKind.STUDENT_VOLUNTEER)
    problem = make_problem([make_need("a")], [young, make_offer("grown", residence=Residence())])
    rules = PairingRules(constraints=default_constraints(minors_with_adult=True))
    plan = ManyToOne().pair(problem, rules)
    assert {pair.helper for pair in plan.pairs} == {"young", "grown"}
    assert not plan_faults(problem, rules, plan)
    alone = attrs.evolve(plan, pairs=tuple(pair for pair in plan.pairs if pair.helper == "young"))
    assert any("under 18 only" in fault for fault in plan_faults(problem, rules, alone))
    without = ManyToOne().pair(attrs.evolve(problem, helpers=(young,)), rules)
    assert not without.pairs
    assert without.unpaired[0].reasons[0].code == "no-adult-helper"


def test_a_kept_minor_whose_adult_left_is_taken_off(make_need, make_offer, make_problem):
    """What stands is kept, but never a helper under 18 without an adult."""
    import datetime as dt

    from careprogram.pairing import propose

    day = dt.date(2026, 9, 1)
    young = make_offer("young", birth_date=dt.date(2010, 1, 1))
    tie = propose("a", "young", strategy="many-to-one", on=day)
    rules = PairingRules(constraints=default_constraints(minors_with_adult=True))
    plan = ManyToOne().pair(make_problem([make_need("a")], [young], existing=(tie,)), rules)
    assert not plan.pairs
    assert plan.totals.broken == 1


def test_reasons_name_the_rule(make_need, make_offer, make_problem):
    """A child that a rule of teams or siblings leaves without a helper is told which, in both languages."""
    pytest.importorskip("ortools")
    far = make_offer("far", residence=Residence(place=PlaceCode("520502003201")))
    nobody_near = ManyToOne(local_within=PlaceLevel.VILLAGE).pair(make_problem([make_need("a")], [far]), PairingRules())
    assert nobody_near.unpaired[0].reasons[0].code == "no-local-helper"
    needs = [make_need("a", siblings=frozenset({"b"})), make_need("b")]
    offers = [make_offer("x"), make_offer("y")]
    apart = OneToMany(siblings=SiblingRule.REQUIRE).pair(make_problem(needs, offers), PairingRules())
    assert {one.reasons[0].code for one in apart.unpaired} == {"siblings-apart"}
    assert apart.unpaired[0].reasons[0].text.zh == "没有帮扶人能同时接收兄弟姐妹"
    split = OneToMany(siblings=SiblingRule.PREFER).pair(make_problem(needs, offers), PairingRules())
    assert len(split.pairs) == 2
    assert split.proof.kind is ProofKind.SOLVED


def test_at_the_limit_the_plan_is_safe_and_the_gap_is_stated(make_need, make_offer, make_problem):
    """With no time to search, rules still hold, and the plan says that nobody proved it."""
    pytest.importorskip("ortools")
    needs = [make_need(name, siblings=frozenset({"a"} - {name})) for name in "abc"]
    offers = [make_offer(name, capacity=2) for name in "wxyz"]
    plan = OneToMany(siblings=SiblingRule.REQUIRE, limit=0.0).pair(make_problem(needs, offers), PairingRules())
    assert plan.proof.kind is ProofKind.OPEN
    assert any(plan.proof.gaps)
    assert not plan.verify().faults


def test_without_the_extra_the_flow_still_serves(monkeypatch, make_need, make_offer, make_problem):
    """Without OR-Tools a plan that the flow settles is made; one that it does not names the extra."""
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    needs = [make_need("a", siblings=frozenset({"b"})), make_need("b")]
    strategy = OneToMany(siblings=SiblingRule.REQUIRE)
    enough = strategy.pair(make_problem(needs, [make_offer("x", capacity=2)]), PairingRules())
    assert len(enough.pairs) == 2
    assert enough.proof.kind is ProofKind.CHECKED
    with pytest.raises(MissingExtraError, match=r"careprogram\[teams\]"):
        strategy.pair(make_problem(needs, [make_offer("x"), make_offer("y")]), PairingRules())


def test_an_even_load_outranks_the_nearest_helper(make_need, make_offer, make_problem):
    """Two children next to x and far from y go to x both, unless the load is to be even; kept pairs count for it."""
    import datetime as dt

    from careprogram.pairing import propose

    far = make_offer("y", capacity=3, residence=Residence(place=PlaceCode("520502003201")))
    problem = make_problem([make_need(name) for name in "ab"], [make_offer("x", capacity=3), far])
    loads = {
        fair: sorted(pair.helper for pair in OneToMany(fair_load=fair).pair(problem, PairingRules()).pairs)
        for fair in (False, True)
    }
    assert loads == {False: ["x", "x"], True: ["x", "y"]}
    tie = propose("a", "x", strategy="one-to-many", on=dt.date(2026, 9, 1))
    kept = OneToMany(fair_load=True).pair(attrs.evolve(problem, existing=(tie,)), PairingRules())
    assert {pair.child: pair.helper for pair in kept.pairs} == {"a": "x", "b": "y"}
    assert kept.proof.kind is ProofKind.CHECKED


def test_the_hub_alone_finds_the_local_helper():
    """Where locals are not short no search is needed: the flow has the rule in it, and its prices prove it."""
    near = Anchor(code="no-local-helper", edges=frozenset({1, 4}))
    for engine in ("auto", "paths"):
        found = solve_teams(posed(), TeamRules(anchors=(near,)), engine=engine)
        assert found.searched == 0
        assert found.edges == (0, 1, 3, 4)
        pairs = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
        prices = dict(zip("xyz", found.flow.prices, strict=True))
        proof = Certificate(prices=prices, value=posed().value_of(found.edges))
        assert verify_teams(posed(), TeamRules(anchors=(near,)), pairs, proof).proven
    # One seat each: a flow that does not know the rule takes x for both.
    single = posed(seats=[(3 * STEP,), (2 * STEP,)])
    alone = solve_teams(single, TeamRules(anchors=(near,)))
    assert (alone.searched, alone.edges) == (0, (1, 4))
