"""Which pairs come into question, by example: from near to far, and nobody lost for living nowhere known."""

import pytest

from careprogram.pairing import PairingRules, pair
from careprogram.pairing.finding import candidates
from careprogram.people import PlaceCode, Residence
from careprogram.people.helper import HelperWishes

FAR_AWAY = PlaceCode("520502003201")


def keys(plan):
    return [(one.child, one.helper) for one in plan.pairs]


def test_a_far_helper_is_found_only_when_a_child_would_go_without(make_need, make_offer, make_problem):
    """With one candidate each, both children look at the near helper; the one left over is then shown the far one."""
    offers = [make_offer("near"), make_offer("far", residence=Residence(place=FAR_AWAY))]
    one = pair(make_problem([make_need("a")], offers), rules=PairingRules(candidates=1))
    assert keys(one) == [("a", "near")]
    assert (one.totals.candidates, one.totals.left_out) == (1, 1)
    assert [reason.code for reason in one.idle[0].reasons] == ["not-asked"]
    two = pair(make_problem([make_need("a"), make_need("b")], offers), rules=PairingRules(candidates=1))
    assert sorted(helper for _, helper in keys(two)) == ["far", "near"]
    stop = pair(
        make_problem([make_need("a"), make_need("b")], offers), rules=PairingRules(candidates=1, most_candidates=1)
    )
    assert len(keys(stop)) == 1
    assert stop.totals.left_out == 2


@pytest.mark.parametrize("columns_from", [1, 10**9])
def test_nobody_goes_without_because_all_live_on_one_place(
    make_need, make_offer, make_problem, monkeypatch, columns_from
):
    """Sixty children of one village who may each look at twelve of its sixty helpers are all paired."""
    monkeypatch.setattr(candidates, "COLUMNS_FROM", columns_from)
    needs, offers = [[make(f"{n:02}") for n in range(60)] for make in (make_need, make_offer)]
    plan = pair(make_problem(needs, offers), rules=PairingRules(candidates=4, most_candidates=12))
    assert len(plan.pairs) == 60
    assert plan.totals.candidates <= 60 * 12


def test_places_unknown_to_the_tree_and_unknown_homes_still_pair(make_need, make_offer, make_problem):
    """Where no distance rule applies, nobody is lost for living nowhere known."""
    needs = [make_need("a", residence=Residence()), make_need("b", residence=Residence(place=PlaceCode("999999")))]
    offers = [make_offer("x", residence=Residence()), make_offer("y", residence=Residence(place=PlaceCode("11")))]
    assert len(pair(make_problem(needs, offers)).pairs) == 2
    limited = [make_offer("x", residence=Residence(), wishes=HelperWishes(farthest_m=1))]
    assert pair(make_problem(needs, limited)).unpaired[0].reasons[0].code == "distance-unknown"
