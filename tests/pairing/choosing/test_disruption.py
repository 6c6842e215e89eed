"""Broken ties and what each wins, and curves of coverage, against pairing again and counting out every plan."""

import datetime as dt
import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.errors import PairingError
from careprogram.pairing import (
    ExistingTies,
    HelperOffer,
    LivePlan,
    ManyToOne,
    OneToMany,
    OneToOne,
    PairingContext,
    PairingRules,
    broken_ties,
    coverage_curve,
    default_constraints,
    propose,
    render_broken_tie,
    render_curve,
)
from careprogram.pairing.choosing.disruption import _Weighing
from careprogram.people import Consent, Helper, HelperKind, Residence, Screening, ScreeningResult
from careprogram.people.child import ChildWishes
from careprogram.testing.pairing_laws import AS_OF, pairing_problems
from careprogram.unknown import UNKNOWN

NEWCOMER = Helper(
    id="new",
    kind=HelperKind.CADRE,
    consent=Consent(given_on=AS_OF),
    screening=Screening(result=ScreeningResult.CLEAR, checked_on=AS_OF, expires_on=AS_OF),
)
POINTS = _Weighing._points
PRICES = st.sampled_from((0, 40, 150))


def with_ties(problem, data):
    helpers = data.draw(st.permutations(problem.helpers))
    ties = tuple(
        propose(need.id, offer.id, strategy="one-to-many", on=AS_OF)
        for need, offer in zip(problem.children, helpers, strict=False)
    )
    return attrs.evolve(problem, existing=ties)


def value_of(live_plan, pairs):
    """Return coverage tier by tier, then the total score."""
    helped = {child for child, _ in pairs}
    tiers = [need.tier for need in live_plan.problem.children if need.id in helped]
    score = sum(live_plan.score(child, helper)[0] for child, helper in pairs)
    return (*(tiers.count(tier) for tier in (1, 2, 3)), score)


def every_plan(live_plan):
    """Yield every plan of one helper a child among the pairs that the plan was chosen from."""
    bare = live_plan.plan.problem
    places = dict(zip(bare.helper_keys, bare.places, strict=True))
    options = [(None, *live_plan.live.values_of(child)) for child in bare.child_keys]
    for chosen in itertools.product(*options):
        taken = [helper for helper in chosen if helper is not None]
        if all(taken.count(helper) <= places[helper] for helper in taken):
            yield {(child, helper) for child, helper in zip(bare.child_keys, chosen, strict=True) if helper}


def check_broken(problem, rules):
    """Compare each broken tie with the best of all plans that keep it."""
    plan = OneToMany().pair(problem, rules)
    told = broken_ties(problem, rules, plan)
    pairs = {(pair.child, pair.helper) for pair in plan.pairs}
    standing = PairingContext.of(problem, strategy="one-to-many").standing
    assert {(one.child, one.helper) for one in told} == standing - pairs, "a broken tie is not told"
    live_plan = LivePlan.of(problem, rules, plan)
    plans = list(every_plan(live_plan))
    ours = value_of(live_plan, pairs)

    def rated(chosen):
        *covered, score = value_of(live_plan, chosen)
        return (*covered, 2 * score + (2 * rules.tie_price + 1) * len(chosen & standing))

    for one in told:
        keeping = [chosen for chosen in plans if (one.child, one.helper) in chosen]
        assert bool(keeping) == (one.reason not in {"not-allowed", "no-room"})
        if not keeping:
            continue
        best = max(keeping, key=rated)
        *covered, score = value_of(live_plan, best)
        assert one.gain == ours[-1] - score, "the gain is told wrong"
        assert (one.reason == "covers-more") == (tuple(covered) != ours[:-1])
        if one.reason == "better-score":
            assert one.gain > rules.tie_price * one.ties_saved, "a tie is broken for less than its price"
        assert render_broken_tie(one)
        assert render_broken_tie(one, language="en")


@settings(max_examples=40, deadline=None)
@given(problem=pairing_problems(most_children=4, most_helpers=3), price=PRICES, data=st.data())
def test_each_broken_tie_is_told_with_what_it_wins(problem, price, data):
    """All of them are listed, each with the points by which the plan is ahead of the best that keeps it."""
    check_broken(with_ties(problem, data), PairingRules(existing=ExistingTies.PRICE, tie_price=price))


@pytest.fixture
def tempting(make_need, make_offer, make_problem):
    """A child that has x and wishes for y."""
    need = make_need("a", wishes=ChildWishes(preferred=frozenset({"y"})))
    tie = propose("a", "x", strategy="one-to-many", on=AS_OF)
    return make_problem([need], [make_offer("x"), make_offer("y")], existing=(tie,))


def test_a_price_decides_whether_a_better_helper_comes(tempting):
    """A gain of 200 points breaks a tie at a price of 199, not at 200; either is told in words."""
    plans = {}
    for price in (199, 200):
        rules = PairingRules(existing=ExistingTies.PRICE, tie_price=price)
        plans[price] = OneToMany().pair(tempting, rules)
    assert [[pair.helper for pair in plan.pairs] for plan in plans.values()] == [["y"], ["x"]]
    (told,) = broken_ties(tempting, PairingRules(existing=ExistingTies.PRICE, tie_price=199), plans[199])
    assert (told.reason, told.gain, told.ties_saved, told.now) == ("better-score", 200, 1, ("y",))
    assert render_broken_tie(told) == "儿童 a：原帮扶人 x，现为 y；总分更高，超过拆散的代价，多 200 分"
    assert broken_ties(tempting, PairingRules(), OneToMany().pair(tempting, PairingRules())) == ()
    with pytest.raises(PairingError, match="carries no proof"):
        broken_ties(tempting, PairingRules(), attrs.evolve(plans[199], certificate=None))
    with pytest.raises(PairingError, match="tie_price"):
        PairingRules(tie_price=-1)


@pytest.mark.parametrize("fault", [lambda self, ties: 0, lambda self, ties: 2 * POINTS(self, ties)])
def test_a_gain_told_wrong_is_caught(fault, tempting, monkeypatch):
    """A gain left out or doubled is told from the true one."""
    rules = PairingRules(existing=ExistingTies.PRICE, tie_price=10)
    check_broken(tempting, rules)
    monkeypatch.setattr("careprogram.pairing.choosing.disruption._Weighing._points", fault)
    with pytest.raises(AssertionError, match="the gain is told wrong"):
        check_broken(tempting, rules)


def test_a_tie_that_the_rules_no_longer_allow_names_the_rule(make_need, make_offer, make_problem):
    """An expired screening breaks a tie whatever its price; a tie without room says so."""
    ties = tuple(propose(child, "x", strategy="one-to-many", on=AS_OF) for child in "ab")
    gone = make_problem([make_need("a"), make_need("b")], [make_offer("x", screening=None)], existing=ties)
    rules = PairingRules()
    told = broken_ties(gone, rules, OneToMany().pair(gone, rules))
    assert {(one.reason, one.rule) for one in told} == {("not-allowed", "screening-missing")}
    tight = make_problem([make_need("a"), make_need("b")], [make_offer("x")], existing=ties)
    (one,) = broken_ties(tight, rules, OneToMany().pair(tight, rules))
    assert (one.reason, one.now) == ("no-room", ())


@pytest.mark.parametrize("strategy", [OneToMany(), OneToOne(), ManyToOne()], ids=lambda one: one.id)
@settings(max_examples=20, deadline=None)
@given(problem=pairing_problems(), data=st.data())
def test_every_point_of_a_curve_is_pairing_again(strategy, problem, data):
    """With k helpers more or fewer, coverage is that of a plan made from nothing, under each policy.

    Whatever a newcomer could take, and however few candidates are looked at.
    """
    few = data.draw(st.booleans())
    rules = PairingRules(candidates=1, most_candidates=1) if few else PairingRules()
    place = data.draw(st.sampled_from([offer.helper.residence.place for offer in problem.helpers] or [None]))
    if place is None or place is UNKNOWN:
        return
    newcomer = attrs.evolve(NEWCOMER, residence=Residence(place=place), capacity=data.draw(st.sampled_from((1, 3))))
    policies = {"all": {need.id: need.tier for need in problem.children}}
    policies["first"] = dict.fromkeys(list(policies["all"])[::2], 1)
    points = coverage_curve(
        problem, rules, strategy, policies=policies, newcomer=newcomer, most_added=2, most_removed=2
    )
    near = sorted((one.id for one in problem.helpers if one.helper.residence.place == place), reverse=True)
    for point in points:
        children = tuple(
            attrs.evolve(need, tier=policies[point.policy][need.id])
            for need in problem.children
            if need.id in policies[point.policy]
        )
        helpers = tuple(one for one in problem.helpers if one.id not in near[: max(0, -point.added)])
        names = [f"new / {number}" for number in range(1, point.added + 1)]  # of equals the id decides who is looked at
        more = tuple(HelperOffer(helper=attrs.evolve(newcomer, id=name)) for name in names)
        anew = strategy.pair(attrs.evolve(problem, children=children, helpers=(*helpers, *more)), rules)
        assert (point.covered, point.wanting) == (anew.totals.covered, anew.totals.wanting)
    steps = [point.added for point in points if point.policy == "all"]
    assert steps == list(range(-min(2, len(near)), 3))


def test_a_curve_asks_a_newcomer_by_rules_that_bind_nobody_yet(make_need, make_offer, make_problem):
    """Where no helper is under 18, the rule of minors still keeps a newcomer of 15 from coming alone."""
    rules = PairingRules(constraints=default_constraints(minors_with_adult=True))
    problem = make_problem([make_need("a"), make_need("b")], [make_offer("x")])
    minor = make_offer("n", birth_date=dt.date(2011, 1, 1)).helper
    policies = {"all": {"a": 1, "b": 1}}
    points = coverage_curve(problem, rules, ManyToOne(), policies=policies, newcomer=minor, most_added=1)
    assert [point.covered for point in points] == [{1: 1}, {1: 1}]


def test_a_curve_as_a_table(make_need, make_offer, make_problem):
    """A row per number of helpers, a column per policy, in both languages."""
    problem = make_problem([make_need("a"), make_need("b", tier=2)], [make_offer("x")])
    policies = {"wide": {"a": 1, "b": 2}, "narrow": {"b": 1}}
    points = coverage_curve(
        problem, PairingRules(), OneToOne(), policies=policies, newcomer=make_offer("n").helper, most_added=1,
        most_removed=1,
    )  # fmt: skip
    assert render_curve(points, language="en").splitlines() == [
        "| helpers | wide | narrow |",
        "| --- | --- | --- |",
        "| -1 | 0/2 (tier 1: 0/1, tier 2: 0/1) | 0/1 (tier 1: 0/1) |",
        "| 0 | 1/2 (tier 1: 1/1, tier 2: 0/1) | 1/1 (tier 1: 1/1) |",
        "| +1 | 2/2 (tier 1: 1/1, tier 2: 1/1) | 1/1 (tier 1: 1/1) |",
    ]
    assert "| +1 | 2/2（第1档 1/1，第2档 1/1） |" in render_curve(points)
    with pytest.raises(PairingError, match="in which place"):
        coverage_curve(
            problem, PairingRules(), OneToOne(), policies=policies,
            newcomer=attrs.evolve(make_offer("n").helper, residence=Residence()),
        )  # fmt: skip
