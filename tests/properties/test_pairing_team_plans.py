"""Strategies with rules of teams, loads and siblings: the best of all plans counted out, and the laws they keep."""

import itertools
import random
from collections import Counter

import attrs
import pytest
from depth import examples
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from careprogram.language import Text
from careprogram.pairing import (
    ExistingTies,
    HelperOffer,
    LeadRule,
    ManyToOne,
    OneToMany,
    PairingContext,
    PairingRules,
    ProofKind,
    ProxyParent,
    Reason,
    SiblingRule,
    UnpairedChild,
    coverage_curve,
    default_constraints,
    plan_faults,
)
from careprogram.people import Consent, Helper, HelperKind, Residence, Screening, ScreeningResult
from careprogram.people.place_code import PlaceCode, PlaceLevel
from careprogram.testing import pairing_laws
from careprogram.testing.pairing_laws import AS_OF, pairing_problems

pytest.importorskip("ortools")

PLAIN = PairingRules()
WITH_MINORS = PairingRules(constraints=default_constraints(minors_with_adult=True))
LEADS = LeadRule(kinds=frozenset({HelperKind.PROXY_PARENT, HelperKind.CADRE, HelperKind.SCHOOL_STAFF}))
TOWNSHIP = PlaceLevel.TOWNSHIP

CASES = {
    "whole-teams": (ManyToOne(minimum=2, maximum=3, whole=True), PLAIN),
    "whole-loads": (OneToMany(minimum=2, whole=True), PLAIN),
    "local": (ManyToOne(minimum=2, maximum=2, local_within=TOWNSHIP), PLAIN),
    "whole-local-fair": (ManyToOne(minimum=2, maximum=2, whole=True, local_within=TOWNSHIP, fair_load=True), PLAIN),
    "minors": (ManyToOne(), WITH_MINORS),
    "minors-alone": (OneToMany(), WITH_MINORS),
    "proxy": (ProxyParent(lead=LEADS, supporters=1), PLAIN),
    "proxy-minors-local": (ProxyParent(lead=LEADS, supporters=1, local_within=TOWNSHIP), WITH_MINORS),
    "siblings": (OneToMany(siblings=SiblingRule.PREFER), PLAIN),
    "siblings-required": (OneToMany(siblings=SiblingRule.REQUIRE), PLAIN),
    "fair": (OneToMany(fair_load=True), PLAIN),
    "fair-siblings": (OneToMany(siblings=SiblingRule.PREFER, fair_load=True, maximum=3), PLAIN),
}
each_case = pytest.mark.parametrize(("strategy", "rules"), CASES.values(), ids=CASES)


@st.composite
def problems(draw, most_children=4, most_helpers=3):
    """Problems of the kit, with siblings that only one of the two may name."""
    problem = draw(pairing_problems(most_children=most_children, most_helpers=most_helpers))
    ids = [need.id for need in problem.children]
    pairs = draw(st.sampled_from(((), ((0, 1),), ((0, 1), (2, 1)), ((0, 1), (2, 3)))))
    named = {ids[one]: {ids[other]} for one, other in pairs if max(one, other) < len(ids)}
    return attrs.evolve(
        problem,
        children=tuple(
            attrs.evolve(need, child=attrs.evolve(need.child, siblings=frozenset(named.get(need.id, ()))))
            for need in problem.children
        ),
    )


def families(problem):
    """Return the groups of known siblings whose guardians agreed, by brute force."""
    consenting = [need for need in problem.children if consents(problem, need)]
    groups = [{need.id} for need in consenting]
    for need in consenting:
        for sibling in need.child.siblings & {one.id for one in consenting}:
            joined = [group for group in groups if need.id in group or sibling in group]
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    return groups


def consents(problem, need):
    consent = need.child.consent
    return isinstance(consent, Consent) and consent.covers(problem.as_of)


def keeps_the_rules(problem, strategy, rules, teams):
    """Return whether every team, load and family is as the strategy asks: written apart from the code it checks."""
    offers = {offer.id: offer for offer in problem.helpers}
    needs = {need.id: need for need in problem.children}
    for child, team in teams.items():
        if getattr(strategy, "whole", False) and hasattr(strategy, "local_within") and len(team) < strategy.minimum:
            return False
        adults = [one for one in team if offers[one].helper.of_age(problem.as_of) is True]
        if rules is WITH_MINORS and not adults:
            return False
        if isinstance(strategy, ProxyParent) and not any(offers[one].helper.kind in LEADS.kinds for one in team):
            return False
        if getattr(strategy, "local_within", None):
            home = str(needs[child].child.residence.place)[:9]
            if not any(
                home.isdecimal() and len(home) == 9 and str(offers[one].helper.residence.place)[:9] == home
                for one in team
            ):
                return False
    loads = Counter(helper for team in teams.values() for helper in team)
    if isinstance(strategy, OneToMany) and strategy.whole and min(loads.values(), default=9) < strategy.minimum:
        return False
    if getattr(strategy, "siblings", None) is SiblingRule.REQUIRE:
        for group in families(problem):
            served = [teams[child] for child in group if child in teams]
            if served and len(group) > 1 and (len(served) < len(group) or len({tuple(team) for team in served}) > 1):
                return False
    return True


def all_plans(problem, strategy, rules):
    context = PairingContext.of(problem, strategy=strategy.id)
    allowed = [
        (need.id, offer.id)
        for need in problem.children
        for offer in problem.helpers
        if all(rule.allows(need, offer, context) is True for rule in rules.constraints)
    ]
    if isinstance(strategy, ProxyParent):
        team = 1 + strategy.supporters
    else:
        team = strategy.maximum if isinstance(strategy, ManyToOne) else 1
    most = getattr(strategy, "maximum", None) if isinstance(strategy, OneToMany) else None
    places = {one.id: one.capacity if most is None else min(most, one.capacity) for one in problem.helpers}
    chosen = []
    for need in problem.children:
        own = [helper for child, helper in allowed if child == need.id]
        chosen.append([some for size in range(team + 1) for some in itertools.combinations(own, size)])
    for every in itertools.product(*chosen):
        loads = Counter(itertools.chain.from_iterable(every))
        teams = {need.id: list(some) for need, some in zip(problem.children, every, strict=True) if some}
        fits = all(count <= places[helper] for helper, count in loads.items())
        if fits and keeps_the_rules(problem, strategy, rules, teams):
            yield teams


def rank(problem, strategy, teams):
    """Coverage tier by tier; seats up to the minimum, seats; siblings together; an even load."""
    tier = {need.id: need.tier for need in problem.children}
    covered = Counter(tier[child] for child in teams)
    minimum = strategy.minimum if isinstance(strategy, ManyToOne) else 1
    loads = Counter(helper for team in teams.values() for helper in team)
    together = 0
    if getattr(strategy, "siblings", SiblingRule.ANY) is not SiblingRule.ANY:
        for group in families(problem):
            together -= max(0, len({helper for child in group for helper in teams.get(child, ())}) - 1)
    return (
        *(covered[one] for one in (1, 2, 3)),
        sum(min(len(team), minimum) for team in teams.values()),
        sum(map(len, teams.values())),
        together,
        -sum(load * load for load in loads.values()) if strategy.fair_load else 0,
    )


def teams_of(plan):
    teams = {}
    for pair in plan.pairs:
        teams.setdefault(pair.child, []).append(pair.helper)
    return teams


def scores(problem, strategy, rules):
    context = PairingContext.of(problem, strategy=strategy.id)
    weights = rules.effective_weights
    needs = {need.id: need for need in problem.children}
    offers = {offer.id: offer for offer in problem.helpers}

    def total(teams):
        found = 0
        for child, team in teams.items():
            for helper in team:
                each = (weights[one.id] * one.score(needs[child], offers[helper], context) for one in rules.scores)
                found += sum(each) // sum(weights.values())
        return found

    return total


@each_case
@examples(6)
@given(problem=problems())
def test_no_other_plan_is_better(strategy, rules, problem):
    """Of all plans that keep the rules none covers more, keeps more together, is more even, or scores more."""
    total = scores(problem, strategy, rules)
    plan = strategy.pair(problem, rules)
    ours = teams_of(plan)
    assert keeps_the_rules(problem, strategy, rules, ours)
    best = max((*rank(problem, strategy, teams), total(teams)) for teams in all_plans(problem, strategy, rules))
    assert (*rank(problem, strategy, ours), total(ours)) == best
    assert not plan_faults(problem, rules, plan)


SAFE = [law for name, law in pairing_laws.SAFETY_LAWS.items()]


@each_case
@examples(3)
@given(problem=problems(most_children=5, most_helpers=4))
def test_the_laws_of_safety_hold(strategy, rules, problem):
    """No rule broken, nobody overloaded or forgotten, any order, idempotent, a no remembered, a fault contained."""
    for law in SAFE:
        law(strategy, problem, rules)


@each_case
@examples(2)
@given(problem=problems(most_children=5, most_helpers=4), seed=st.integers(0, 99))
def test_engines_and_orders_give_the_same_plan(strategy, rules, problem, seed):
    """Whichever engine solves the flow, and in whatever order the people come, the plan is the same."""
    children, helpers = list(problem.children), list(problem.helpers)
    random.Random(seed).shuffle(children)
    random.Random(seed).shuffle(helpers)
    turned = attrs.evolve(problem, children=tuple(children), helpers=tuple(helpers))
    plans = [
        strategy.pair(turned, attrs.evolve(rules, engine="paths")),
        strategy.pair(problem, attrs.evolve(rules, engine="simplex")),
    ]
    assert plans[0] == plans[1]
    assert plans[0].proof is None or plans[0].proof.canonical


@each_case
@examples(3)
@given(problem=problems())
def test_what_is_claimed_is_what_was_proven(strategy, rules, problem):
    """The checker finds no fault in any plan; where the plan says that it was checked, its prices prove it."""
    plan = strategy.pair(problem, rules)
    checked = plan.verify()
    assert checked is not None
    assert not checked.faults
    assert checked.gap >= 0
    if plan.proof is not None:
        assert plan.proof.kind is not ProofKind.OPEN
        assert checked.proven or plan.proof.kind is ProofKind.SOLVED


LAWS = [law for name, law in pairing_laws.OPTIMALITY_LAWS.items() if name != "one_more_helper_never_hurts"]


@each_case
@examples(3)
@given(problem=problems())
def test_the_laws_of_the_kit_hold(strategy, rules, problem):
    """Every law of optimal strategies is asked of plans with rules of teams, too."""
    for law in LAWS:
        law(strategy, problem, rules)


def dropping_the_most_urgent(plan):
    """Leave the first child that is covered without its team, and say that nobody was free."""
    child = min((pair.child for pair in plan.pairs if (pair.child, pair.helper) not in plan.settled), default=None)
    pairs = tuple(pair for pair in plan.pairs if pair.child != child)
    reason = Reason(code="others-together", text=Text("名额已满", "no place"), count=1)
    waiting = () if child is None else (UnpairedChild(child=child, reasons=(reason,)),)
    return attrs.evolve(plan, pairs=pairs, unpaired=(*plan.unpaired, *waiting))


def claiming_too_much(plan):
    """Call whatever was found proven by the solver."""
    return plan if plan.proof is None else attrs.evolve(plan, proof=attrs.evolve(plan.proof, kind=ProofKind.SOLVED))


def forgetting_pairs(plan):
    """Leave the pairs of the last child out of the problem that the proof is about."""
    bare = plan.problem
    kept = [edge for edge, child in enumerate(bare.edge_children) if int(child) != len(bare.child_keys) - 1]
    columns = {
        name: [int(getattr(bare, name)[edge]) for edge in kept]
        for name in ("edge_children", "edge_helpers", "edge_values")
    }
    return attrs.evolve(plan, problem=attrs.evolve(bare, **columns))


@attrs.frozen
class Faulty:
    """A strategy of families with a fault in it."""

    honest: OneToMany
    fault: object
    existing: object = None
    id: str = "one-to-many"
    title: Text = Text("有缺陷", "faulty")

    def pair(self, problem, rules):
        by = rules if self.existing is None else attrs.evolve(rules, existing=self.existing)
        return self.fault(self.honest.pair(problem, by))


FAMILIES = OneToMany(siblings=SiblingRule.REQUIRE)
LOADS = OneToMany(minimum=2, whole=True)
FAULTS = {
    "a team left out": (Faulty(FAMILIES, dropping_the_most_urgent), "urgent_children_come_first", "could have a team"),
    "a team left out, counted": (Faulty(FAMILIES, dropping_the_most_urgent), "no_other_plan_is_better", "others that"),
    "no search at all": (Faulty(attrs.evolve(LOADS, limit=0), claiming_too_much), "no_other_plan_is_better", "others"),
    "pairs forgotten": (Faulty(FAMILIES, forgetting_pairs), "the_proof_is_about_all_pairs", "does not know"),
    "ties at any price": (
        Faulty(FAMILIES, lambda plan: plan, existing=ExistingTies.SCORE),
        "breaking_a_tie_is_worth_its_price",
        "points",
    ),
}


@pytest.mark.parametrize(("faulty", "law", "said"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen_by_the_law_that_speaks_of_it(faulty, law, said):
    """Each law, asked alone, tells the fault from an honest plan of teams."""

    @settings(max_examples=400, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(problem=problems(most_children=4, most_helpers=3))
    def keeps(problem):
        if faulty.honest.pair(problem, PLAIN).team_rules is not None:
            pairing_laws.OPTIMALITY_LAWS[law](faulty, problem, PLAIN)

    with pytest.raises(AssertionError, match=said):
        keeps()


MONOTONE = {name: case for name, case in CASES.items() if name not in {"whole-loads"}}


@pytest.mark.parametrize(("strategy", "rules"), MONOTONE.values(), ids=MONOTONE)
@examples(2)
@given(problem=problems())
def test_one_more_helper_never_hurts(strategy, rules, problem):
    """With one more helper no fewer children are covered down to any tier: a plan without that helper still is one."""
    pairing_laws.one_more_helper_never_hurts(strategy, problem, rules)


CURVES = {name: CASES[name] for name in ("whole-teams", "whole-loads", "local", "minors", "proxy", "siblings-required")}


@st.composite
def newcomers(draw, problem):
    """A grown-up or a minor who is willing and screened, in the place of somebody who is there."""
    homes = [offer.helper.residence.place for offer in problem.helpers]
    homes += [need.child.residence.place for need in problem.children]
    homes = [place for place in homes if isinstance(place, PlaceCode)]
    assume(homes)
    return Helper(
        id="new",
        kind=draw(st.sampled_from((HelperKind.CADRE, HelperKind.DEDICATED_VOLUNTEER))),
        birth_date=AS_OF.replace(year=AS_OF.year - draw(st.sampled_from((15, 40)))),
        consent=Consent(given_on=AS_OF),
        screening=Screening(result=ScreeningResult.CLEAR, checked_on=AS_OF, expires_on=AS_OF),
        residence=Residence(place=draw(st.sampled_from(homes))),
        capacity=draw(st.integers(1, 2)),
    )


@pytest.mark.parametrize(("strategy", "rules"), CURVES.values(), ids=CURVES)
@examples(10)
@given(data=st.data())
def test_a_curve_of_teams_is_counted_out(strategy, rules, data):
    """With a helper more or fewer, the best of all plans covers what the curve says, under each policy."""
    problem = data.draw(problems(most_children=3, most_helpers=3))
    newcomer = data.draw(newcomers(problem))
    policies = {"all": {need.id: need.tier for need in problem.children}}
    policies["some"] = dict.fromkeys(list(policies["all"])[:2], 1)
    points = coverage_curve(
        problem, rules, strategy, policies=policies, newcomer=newcomer, most_added=1, most_removed=1
    )
    home = newcomer.residence.place
    leaving = max((one.id for one in problem.helpers if one.helper.residence.place == home), default=None)
    helpers = {
        -1: tuple(one for one in problem.helpers if one.id != leaving),
        0: problem.helpers,
        1: (*problem.helpers, HelperOffer(helper=newcomer)),
    }
    steps = [0, 1] if leaving is None else [-1, 0, 1]
    assert [(one.policy, one.added) for one in points] == [(name, step) for name in policies for step in steps]
    for point in points:
        tiers = policies[point.policy]
        children = tuple(attrs.evolve(one, tier=tiers[one.id]) for one in problem.children if one.id in tiers)
        asked = attrs.evolve(problem, children=children, helpers=helpers[point.added])
        best = max(rank(asked, strategy, teams)[:3] for teams in all_plans(asked, strategy, rules))
        assert tuple(point.covered.get(tier, 0) for tier in (1, 2, 3)) == best
        assert sum(point.wanting.values()) == len(children)
