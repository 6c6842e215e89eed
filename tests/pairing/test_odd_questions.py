"""Is a question of the wrong kind refused with a plain word, and a careless number harmless?"""

import datetime as dt

import attrs
import pytest

from careprogram.errors import PairingError
from careprogram.pairing import (
    DistanceConstraint,
    LeadRule,
    ManyToOne,
    OneToMany,
    PairingProblem,
    PairingRules,
    ProxyParent,
    Remedy,
    RemedyKind,
    apply_remedy,
    pair,
)
from careprogram.testing.pairing_laws import small_places


@pytest.mark.parametrize(
    "odd",
    [
        {"children": (None,)},
        {"children": None},
        {"helpers": ("x",)},
        {"places": None},
        {"as_of": "2026-09-01"},
        {"as_of": dt.datetime(2026, 9, 1, tzinfo=dt.UTC)},
        {"existing": (None,)},
        {"excluded_pairs": None},
        {"excluded_pairs": "ax"},
        {"excluded_pairs": [("a",)]},
        {"excluded_pairs": {"a": "x"}},
        {"excluded_pairs": [("a", 1)]},
        {"excluded_pairs": [("x", "a")]},
    ],
)
def test_a_problem_of_other_things_is_refused(odd, make_need, make_offer, make_problem):
    """The text names the field and the kind that is wanted, never the value."""
    problem = make_problem([make_need("a")], [make_offer("x")])
    with pytest.raises(PairingError, match=next(iter(odd))):
        attrs.evolve(problem, **odd)


def test_children_that_come_one_by_one_are_not_lost(make_need, make_offer, make_problem):
    """A generator and a list are held as they are gone over for the first time."""
    whole = make_problem([make_need("a")], [make_offer("x")])
    flowing = PairingProblem(
        children=(one for one in whole.children), helpers=list(whole.helpers), places=small_places(), as_of=whole.as_of
    )
    assert flowing.children == whole.children
    assert [one.child for one in pair(flowing).pairs] == ["a"]


@pytest.mark.parametrize("odd", ["1", 1.5, True, None])
def test_tiers_and_capacities_are_whole_numbers(odd, make_need, make_offer):
    """Text, parts and truth values are none."""
    need, offer = make_need("a"), make_offer("x")
    with pytest.raises(PairingError, match="tiers"):
        attrs.evolve(need, tier=odd)
    with pytest.raises(PairingError, match="capacity"):
        attrs.evolve(offer, capacity=odd)


@pytest.mark.parametrize(
    "odd",
    [
        {"existing": "keep"},
        {"engine": "nix"},
        {"weights": [1]},
        {"constraints": None},
        {"constraints": (None,)},
        {"scores": (1,)},
        {"candidates": "3"},
        {"tie_price": 1.5},
    ],
)
def test_rules_of_other_things_are_refused(odd):
    """Above all a word in place of a member of ExistingTies, which would silently have kept no tie."""
    with pytest.raises(PairingError, match=next(iter(odd))):
        PairingRules(**odd)


@pytest.mark.parametrize("own", ["\ud800", "child \udc80", "a\x1fb", 3])
@pytest.mark.parametrize("side", ["child", "helper"])
def test_ids_that_no_file_can_hold_are_refused(own, side, make_need, make_offer, make_problem):
    """Half a character would end a run in the middle, and the text that says so must itself be writable."""
    need, offer = (make_need(own), make_offer()) if side == "child" else (make_need(), make_offer(own))
    with pytest.raises(PairingError, match=f"the id of (a )?{side}") as told:
        make_problem([need], [offer])
    str(told.value).encode()


def test_pairs_ruled_out_are_held_however_they_come(make_need, make_offer, make_problem):
    """A list is a set from then on; who is not in the problem may be named."""
    needs, offers = [make_need("a")], [make_offer("x"), make_offer("y")]
    problem = make_problem(needs, offers, excluded_pairs=[("a", "x"), ("gone", "x")])
    assert problem.excluded_pairs == frozenset({("a", "x"), ("gone", "x")})
    assert [pair.helper for pair in pair(problem).pairs] == ["y"]


@pytest.mark.parametrize("strategy", [ManyToOne(minimum=1.5), ManyToOne(maximum=None), OneToMany(maximum=2.5), None])
def test_odd_strategies_are_refused(strategy, make_need, make_offer, make_problem):
    """Sizes are whole numbers, and a strategy is one."""
    problem = make_problem([make_need("a")], [make_offer("x")])
    with pytest.raises(PairingError, match=r"whole numbers|strategy"):
        pair(problem, strategy=strategy)
    with pytest.raises(PairingError, match="PairingProblem"):
        pair(None)


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        (ManyToOne(local_within="village"), "local_within is one of PlaceLevel: .*VILLAGE"),
        (OneToMany(siblings="keep"), "siblings is one of SiblingRule: .*PREFER"),
        (OneToMany(siblings=None), "siblings is one of SiblingRule"),
        (OneToMany(limit=-1.0), "limit is a number of seconds"),
        (ManyToOne(limit=float("nan")), "limit is a number of seconds"),
        (OneToMany(whole="no", minimum=2), "whole and fair_load are True or False"),
        (ProxyParent(supporters="2"), "supporters are a whole number"),
        (ProxyParent(supporters=-1), "supporters are a whole number"),
        (ProxyParent(lead="x"), "lead is a LeadRule"),
        (ProxyParent(lead=None), "lead is a LeadRule"),
    ],
)
def test_a_word_in_place_of_a_member_is_refused(strategy, said, make_need, make_offer, make_problem):
    """A word that is passed over would silently ask for nothing; the text names what is wanted."""
    with pytest.raises(PairingError, match=said):
        pair(make_problem([make_need("a")], [make_offer("x")]), strategy=strategy)


@pytest.mark.parametrize("odd", [{"kinds": "proxy-parent"}, {"kinds": None}, {"kinds": {1}}, {"skill": 3}])
def test_a_lead_of_other_things_is_refused(odd):
    """Kinds are a set of kinds, a skill is the id of a service."""
    with pytest.raises(PairingError, match=r"a lead"):
        LeadRule(**odd)


@pytest.mark.parametrize("odd", [-5, 1.5, "x", True])
def test_a_distance_that_is_none_is_refused(odd):
    """Below 0 nobody would be near enough, and nobody would be told why."""
    with pytest.raises(PairingError, match="farthest_m is a whole number of meters"):
        DistanceConstraint(farthest_m=odd)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("minimum", [2, 10**9])
def test_a_careless_size_of_teams_costs_nothing(minimum, whole, make_need, make_offer, make_problem):
    """Of a billion seats those are looked at that can be filled; a team that cannot be whole is told so."""
    problem = make_problem([make_need("a")], [make_offer("x"), make_offer("y"), make_offer("z")])
    plan = ManyToOne(minimum=minimum, maximum=10**9, whole=whole).pair(problem, PairingRules())
    assert len(plan.pairs) == (0 if whole and minimum > 3 else 3)
    assert plan.verify().faults == ()
    assert [one.minimum for one in plan.short_teams] == ([minimum] if minimum > 3 and not whole else [])


@pytest.mark.parametrize("capacity", [10**9, 10**30])
@pytest.mark.parametrize("engine", ["paths", "simplex"])
def test_a_careless_capacity_costs_nothing(capacity, engine, make_need, make_offer, make_problem):
    """A helper with room for a billion children is proven at once: there are two children."""
    problem = make_problem([make_need("a"), make_need("b")], [make_offer("x", capacity=1)])
    problem = attrs.evolve(problem, helpers=(attrs.evolve(problem.helpers[0], capacity=capacity),))
    plan = pair(problem, strategy="one-to-many", rules=PairingRules(engine=engine))
    assert plan.problem.places == (2,)
    assert plan.verify().proven


def test_a_remedy_on_the_last_day_of_the_calendar_can_be_applied(make_need, make_offer, make_problem):
    """A new helper's screening lasts as long as there are days."""
    problem = attrs.evolve(make_problem([make_need("a")], [make_offer("x")]), as_of=dt.date.max)
    need = problem.children[0]
    remedy = Remedy(kind=RemedyKind.NEW_HELPERS, place=need.child.residence.place, child="a")
    after, _ = apply_remedy(remedy, problem, PairingRules())
    assert after.helpers[-1].helper.screening.expires_on == dt.date.max
