"""The stable pairing as a strategy: no blocking pair among the candidates, and every law of safety kept."""

from hypothesis import given

from careprogram.pairing import PairingProblem, PairingRules, StablePairing, blocking_pairs, pair
from careprogram.people import ChildWishes, PlaceCode, Residence
from careprogram.testing.pairing_laws import check_strategy, pairing_problems

NEXT_DOOR = PlaceCode("520526101202")


@given(pairing_problems())
def test_a_stable_plan_has_no_blocking_pair(problem: PairingProblem) -> None:
    """No child and helper of the candidates would rather have each other than whom the plan gives them."""
    rules = PairingRules()
    plan = StablePairing().pair(problem, rules)
    ranks = StablePairing().ranks(problem, rules)
    assert blocking_pairs(ranks, [(pair.child, pair.helper) for pair in plan.pairs]) == ()


def test_a_stable_plan_keeps_the_laws_of_safety() -> None:
    """It breaks no rule, overloads nobody and forgets nobody; it does not claim to be the best."""
    check_strategy(StablePairing(), helpers_per_child=1, optimal=False)


def test_a_stable_plan_may_serve_fewer_children(make_need, make_offer, make_problem) -> None:
    """Two who want each other stay together, and a third child goes without: the reason says so."""
    near, far = make_offer("near", capacity=1), make_offer("far", capacity=1, residence=Residence(place=NEXT_DOOR))
    first = make_need("first", wishes=ChildWishes(preferred=frozenset({"near"})))
    second = make_need("second", wishes=ChildWishes(excluded=frozenset({"far"})))
    problem = make_problem([first, second], [near, far])
    assert len(pair(problem, strategy="one-to-one").pairs) == 2
    plan = StablePairing().pair(problem, PairingRules())
    assert [(one.child, one.helper) for one in plan.pairs] == [("first", "near")]
    assert plan.unpaired[0].reasons[0].code == "outranked"
    assert plan.verify() is None
