"""The four shipped strategies: every law on made-up problems, and the best of all plans counted out by hand."""

import functools
import itertools
from collections import Counter

import attrs
import pytest
from depth import examples, many
from hypothesis import given
from hypothesis import strategies as st

from careprogram.pairing import (
    ClassmateConstraint,
    ExistingTies,
    ManyToOne,
    OneToMany,
    OneToOne,
    PairingContext,
    PairingRules,
    PeerPairing,
    end_pairing,
    pairings_of,
    propose,
)
from careprogram.testing.pairing_laws import AS_OF, check_strategy, pairing_problems

SHAPES = {
    "one-to-one": (OneToOne(), 1, 1),
    "many-to-one": (ManyToOne(), 3, None),
    "many-to-one-small": (ManyToOne(minimum=2, maximum=2), 2, None),
    "one-to-many": (OneToMany(), 1, None),
    "one-to-two": (OneToMany(maximum=2), 1, 2),
    "peer": (PeerPairing(), 1, 1),
}
each_strategy = pytest.mark.parametrize(("strategy", "team", "load"), SHAPES.values(), ids=SHAPES)


@each_strategy
def test_the_laws_hold(strategy, team, load):
    """Every law of the shipped kit holds for every shipped strategy."""
    check_strategy(strategy, helpers_per_child=team, children_per_helper=load, examples=many(30))


@pytest.mark.parametrize("existing", [ExistingTies.PREFER, ExistingTies.PRICE, ExistingTies.SCORE])
@pytest.mark.parametrize("strategy", [OneToOne(), ManyToOne()], ids=lambda one: one.id)
def test_the_laws_hold_however_ties_are_kept(strategy, existing):
    """Yielding ties keep the laws too, a second run on the same data included, on the engine in Python."""
    check_strategy(strategy, rules=PairingRules(existing=existing, engine="paths"), examples=many(15))


@pytest.mark.parametrize("strategy", [OneToOne(), OneToMany(), ManyToOne()], ids=lambda one: one.id)
def test_looking_at_the_nearest_helper_only_loses_no_child(strategy):
    """With one candidate per child to begin with, coverage laws still hold: the search widens where it must."""
    check_strategy(strategy, rules=PairingRules(candidates=1), examples=many(15))


def all_plans(problem, strategy, team, load):
    """Yield every plan that the rules allow as a set of (child, helper); and the tools to rank it."""
    peer = strategy.id == "peer"
    context = PairingContext.of(problem, strategy=strategy.id, peer=peer)
    rules = PairingRules()
    constraints = (*rules.constraints, *([ClassmateConstraint()] if peer else []))
    allowed = [
        (need.id, offer.id)
        for need in problem.children
        for offer in problem.helpers
        if all(constraint.allows(need, offer, context) is True for constraint in constraints)
    ]
    places = {offer.id: offer.capacity if load is None else min(load, offer.capacity) for offer in problem.helpers}
    for size in range(len(allowed) + 1):
        for pairs in itertools.combinations(allowed, size):
            loads = Counter(helper for _, helper in pairs)
            teams = Counter(child for child, _ in pairs)
            if all(count <= places[helper] for helper, count in loads.items()) and all(
                count <= team for count in teams.values()
            ):
                yield pairs, teams


def weighted_score(problem, strategy):
    rules = PairingRules()
    context = PairingContext.of(problem, strategy=strategy.id, peer=strategy.id == "peer")
    needs = {need.id: need for need in problem.children}
    offers = {offer.id: offer for offer in problem.helpers}
    weights = rules.effective_weights

    @functools.cache
    def score(child, helper):
        total = sum(weights[one.id] * one.score(needs[child], offers[helper], context) for one in rules.scores)
        return total // sum(weights.values())

    return score


def rank(problem, teams, minimum):
    """Coverage tier by tier, then seats up to the minimum, then seats."""
    covered = Counter(need.tier for need in problem.children if teams[need.id])
    return (
        *(covered[tier] for tier in (1, 2, 3)),
        sum(min(count, minimum) for count in teams.values()),
        sum(teams.values()),
    )


@each_strategy
@examples(40)
@given(problem=pairing_problems(most_children=4, most_helpers=3))
def test_no_other_plan_is_better(strategy, team, load, problem):
    """Of all plans the rules allow, none covers more, fills more seats or scores more."""
    score = weighted_score(problem, strategy)
    minimum = getattr(strategy, "minimum", 1) if team > 1 else 1
    plan = strategy.pair(problem, PairingRules())
    ours = [(pair.child, pair.helper) for pair in plan.pairs]
    ranked = (
        (*rank(problem, teams, minimum), sum(score(*pair) for pair in pairs))
        for pairs, teams in all_plans(problem, strategy, team, load)
    )
    teams = Counter(child for child, _ in ours)
    assert (*rank(problem, teams, minimum), sum(score(*pair) for pair in ours)) == max(ranked)
    assert plan.totals.score == sum(score(*pair) for pair in ours)


@each_strategy
@examples(25)
@given(problem=pairing_problems())
def test_both_engines_give_the_same_plan(strategy, team, load, problem):
    """Pairs, reasons, shortages and totals are identical, whichever engine solved."""
    assert strategy.pair(problem, PairingRules(engine="paths")) == strategy.pair(
        problem, PairingRules(engine="simplex")
    )


@examples(40)
@given(problem=pairing_problems(most_children=4, most_helpers=3), data=st.data())
def test_least_disruption_counts_before_scores(problem, data):
    """Where ties are preferred, no plan with the same coverage keeps more of them."""
    strategy = OneToMany()
    first = pairings_of(strategy.pair(problem, PairingRules()), on=AS_OF)
    gone = data.draw(st.sampled_from([offer.id for offer in problem.helpers] or [None]))
    standing = tuple(one for one in first if one.helper != gone)
    after = attrs.evolve(problem, helpers=tuple(one for one in problem.helpers if one.id != gone), existing=standing)
    # Without the scores that ties earn anyway, nothing but the preference can keep them.
    weights = {"continuity": 0, "familiarity": 0}
    plan = strategy.pair(after, PairingRules(existing=ExistingTies.PREFER, weights=weights))
    ties = {(one.child, one.helper) for one in standing}
    best = max((*rank(after, teams, 1), len(ties & set(pairs))) for pairs, teams in all_plans(after, strategy, 1, None))
    ours = {(pair.child, pair.helper) for pair in plan.pairs}
    assert (*rank(after, Counter(child for child, _ in ours), 1), len(ours & ties)) == best
    assert plan.totals.broken == len(ties - ours)


@each_strategy
@examples(25)
@given(problem=pairing_problems())
def test_what_stands_and_is_allowed_is_kept(strategy, team, load, problem):
    """Whatever pairs stand, even bad ones, an allowed one is broken only for lack of room."""
    standing = tuple(
        propose(need.id, offer.id, strategy=strategy.id, on=AS_OF)
        for need, offer in zip(problem.children, problem.helpers, strict=False)
    )
    plan = strategy.pair(attrs.evolve(problem, existing=standing), PairingRules())
    context = PairingContext.of(problem, strategy=strategy.id, peer=strategy.id == "peer")
    needs = {need.id: need for need in problem.children}
    offers = {offer.id: offer for offer in problem.helpers}
    constraints = (*PairingRules().constraints, *([ClassmateConstraint()] if strategy.id == "peer" else []))
    allowed = {
        (one.child, one.helper)
        for one in standing
        if all(rule.allows(needs[one.child], offers[one.helper], context) is True for rule in constraints)
    }
    assert {(pair.child, pair.helper) for pair in plan.pairs if pair.kept} == allowed
    assert set(plan.settled) == allowed


@examples(25)
@given(problem=pairing_problems())
def test_pairings_of_other_strategies_take_places_and_ended_ones_do_not(problem):
    """A helper busy under another strategy has fewer places; an ended pairing takes none."""
    busy = tuple(
        propose(problem.children[0].id, offer.id, strategy="another", on=AS_OF)
        for offer in problem.helpers
        if problem.children
    )
    with_busy = OneToMany().pair(attrs.evolve(problem, existing=busy), PairingRules())
    loads = Counter(pair.helper for pair in with_busy.pairs)
    assert all(loads[offer.id] <= max(0, offer.capacity - len(busy[:1])) for offer in problem.helpers)
    ended = tuple(end_pairing(one, on=AS_OF, reason="moved away") for one in busy)
    with_ended = OneToMany().pair(attrs.evolve(problem, existing=ended), PairingRules())
    assert with_ended == OneToMany().pair(problem, PairingRules())


@examples(35)
@given(
    problem=pairing_problems(most_children=4, most_helpers=3),
    price=st.sampled_from((0, 1, 40, 150, 1000)),
    data=st.data(),
)
def test_a_tie_is_broken_only_for_more_than_its_price(problem, price, data):
    """Of all plans with the same coverage none scores better, less the price of what it breaks; ties stay at par."""
    strategy = OneToMany()
    standing = tuple(
        propose(need.id, offer.id, strategy=strategy.id, on=AS_OF)
        for need, offer in zip(problem.children, data.draw(st.permutations(problem.helpers)), strict=False)
    )
    after = attrs.evolve(problem, existing=standing)
    plan = strategy.pair(after, PairingRules(existing=ExistingTies.PRICE, tie_price=price))
    score, ties = weighted_score(after, strategy), {(one.child, one.helper) for one in standing}
    allowed = {pair for pairs, _ in all_plans(after, strategy, 1, None) for pair in pairs}

    def rated(pairs, teams):
        broken = len((ties & allowed) - set(pairs))
        return (*rank(after, teams, 1), 2 * sum(score(*pair) for pair in pairs) - (2 * price + 1) * broken)

    ours = [(pair.child, pair.helper) for pair in plan.pairs]
    assert rated(ours, Counter(child for child, _ in ours)) == max(
        rated(pairs, teams) for pairs, teams in all_plans(after, strategy, 1, None)
    )
    again = attrs.evolve(after, existing=pairings_of(plan, on=AS_OF, existing=standing))
    second = strategy.pair(again, PairingRules(existing=ExistingTies.PRICE, tie_price=price))
    assert [(pair.child, pair.helper) for pair in second.pairs] == ours, "pairing again changed something"
