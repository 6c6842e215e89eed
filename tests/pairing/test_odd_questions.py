"""Is a question of the wrong kind refused with a plain word, and a careless number harmless?"""

import datetime as dt

import attrs
import pytest

from careprogram.errors import PairingError
from careprogram.pairing import (
    ManyToOne,
    OneToMany,
    PairingProblem,
    PairingRules,
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


@pytest.mark.parametrize("strategy", [ManyToOne(minimum=1.5), ManyToOne(maximum=None), OneToMany(maximum=2.5), None])
def test_odd_strategies_are_refused(strategy, make_need, make_offer, make_problem):
    """Sizes are whole numbers, and a strategy is one."""
    problem = make_problem([make_need("a")], [make_offer("x")])
    with pytest.raises(PairingError, match=r"whole numbers|strategy"):
        pair(problem, strategy=strategy)
    with pytest.raises(PairingError, match="PairingProblem"):
        pair(None)


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
