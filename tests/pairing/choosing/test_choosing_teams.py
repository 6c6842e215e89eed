"""Answers of people to plans with rules of teams, loads and siblings, against pairing everybody anew."""

import random

import attrs
import pytest
from depth import DEEP, examples
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import PairingError
from careprogram.pairing import (
    Around,
    LeadRule,
    LivePlan,
    ManyToOne,
    OneToMany,
    PairingRules,
    PairingStatus,
    ProxyParent,
    SiblingRule,
    accept,
    accept_pair,
    decline,
    decline_pair,
    explain_pair,
    pairings_of,
    plan_faults,
    propose,
    shortlist,
)
from careprogram.pairing.teams import known, solve
from careprogram.people import HelperKind
from careprogram.people.place_code import PlaceLevel
from careprogram.testing.pairing_examples import crowded_problem
from careprogram.testing.pairing_laws import AS_OF, pairing_problems

pytest.importorskip("ortools")

RULES = PairingRules()
LEADS = LeadRule(kinds=frozenset({HelperKind.PROXY_PARENT, HelperKind.CADRE, HelperKind.SCHOOL_STAFF}))
CASES = {
    "siblings": OneToMany(siblings=SiblingRule.PREFER),
    "siblings-required": OneToMany(siblings=SiblingRule.REQUIRE),
    "whole-loads": OneToMany(minimum=2, whole=True),
    "whole-local": ManyToOne(minimum=2, maximum=2, whole=True, local_within=PlaceLevel.TOWNSHIP),
    "proxy": ProxyParent(lead=LEADS, supporters=1),
}
each_case = pytest.mark.parametrize("strategy", CASES.values(), ids=CASES)


@st.composite
def family_problems(draw, **sizes):
    """Problems of the kit in which the first three children may be siblings."""
    problem = draw(pairing_problems(**sizes))
    ids = [need.id for need in problem.children]
    named = draw(st.sampled_from(({}, {0: (1,)}, {0: (1, 2)})))
    siblings = {
        ids[i]: frozenset(ids[j] for j in others if j < len(ids)) for i, others in named.items() if i < len(ids)
    }
    children = (
        attrs.evolve(need, child=attrs.evolve(need.child, siblings=siblings.get(need.id, frozenset())))
        for need in problem.children
    )
    return attrs.evolve(problem, children=tuple(children))


def ties(plan):
    return {(pair.child, pair.helper) for pair in plan.pairs}


def paired_anew(problem, strategy, yes, no):
    """Return the plan of everybody, with the pairs of *yes* accepted on file and those of *no* declined."""
    said = [accept(propose(*tie, strategy=strategy.id, on=AS_OF), on=AS_OF) for tie in sorted(yes)]
    said += [decline(propose(*tie, strategy=strategy.id, on=AS_OF), on=AS_OF, reason="no time") for tie in sorted(no)]
    return strategy.pair(attrs.evolve(problem, existing=tuple(said)), RULES)


ANSWERS = st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=3)


@each_case
@examples(3)
@given(problem=family_problems(most_children=4, most_helpers=3), answers=ANSWERS)
def test_an_answer_gives_the_plan_of_pairing_anew(strategy, problem, answers):
    """After each yes and no the pairs are those of a new run with the answers on file, proven, and allowed."""
    live_plan = LivePlan.of(problem, RULES, strategy.pair(problem, RULES), strategy=strategy)
    records = pairings_of(live_plan.plan, on=AS_OF)
    yes, no = set(), set()
    for says_yes, number, choice in answers:
        proposed = [one for one in records if one.status is PairingStatus.PROPOSED]
        if not proposed:
            break
        one = proposed[number % len(proposed)]
        before = live_plan.plan
        if says_yes:
            options = shortlist(live_plan, one.child)
            helper = options[choice % len(options)].helper
            answered = accept_pair(live_plan, records, one.child, helper, on=AS_OF)
            yes.add((one.child, helper))
        else:
            answered = decline_pair(live_plan, records, one.child, one.helper, on=AS_OF, reason="no time")
            no.add((one.child, one.helper))
        assert live_plan.plan is before, "an answer changed the plan that it was given to"
        live_plan, records = answered.live_plan, answered.pairings
        assert ties(live_plan.plan) == ties(paired_anew(problem, strategy, yes, no))
        assert yes <= set(live_plan.plan.settled)
        assert not no & ties(live_plan.plan)
        assert {(one.child, one.helper) for one in records if one.stands} == ties(live_plan.plan)
        assert plan_faults(problem, RULES, live_plan.plan) == ()


@each_case
@examples(2)
@given(problem=family_problems(most_children=4, most_helpers=3))
def test_what_a_choice_costs_is_what_accepting_it_does(strategy, problem):
    """An option is told with the losses that show when it is accepted, the least dear first."""
    live_plan = LivePlan.of(problem, RULES, strategy.pair(problem, RULES), strategy=strategy)
    score = live_plan.plan.totals.score
    for need in problem.children:
        covered = []
        for option in shortlist(live_plan, need.id, most=99):
            if option.chosen:
                continue
            after, _ = live_plan.accepted(need.id, option.helper)
            assert score - after.plan.totals.score == option.loss
            helped, now = ({pair.child for pair in plan.pairs} for plan in (live_plan.plan, after.plan))
            assert set(option.without) == helped - now
            assert set(option.newly_helped) == now - helped
            covered.append(tuple(after.plan.totals.covered.values()))
        assert covered == sorted(covered, reverse=True)


def towns(strategy):
    """Return a problem whose people live in several places, so that its parts are apart; and a plan of it."""
    problem = crowded_problem(random.Random(3), children=40, helpers=16)
    ids = sorted(need.id for need in problem.children)
    siblings = {one: frozenset({other}) for one, other in zip(ids[::2], ids[1::2], strict=True)}
    children = (
        attrs.evolve(need, child=attrs.evolve(need.child, siblings=siblings.get(need.id, frozenset())))
        for need in problem.children
    )
    problem = attrs.evolve(problem, children=tuple(children))
    return problem, RULES, strategy.pair(problem, RULES)


@pytest.fixture
def searches(monkeypatch):
    """Count the parts that are searched."""
    counted = []
    search = solve._searched
    monkeypatch.setattr(solve, "_searched", lambda *given, **named: counted.append(1) or search(*given, **named))
    return counted


@pytest.mark.parametrize("name", ["siblings", "whole-loads"])
def test_only_the_parts_that_an_answer_touches_are_searched(name, searches):
    """The plan is the same with and without what was known; with it no untouched part is searched again."""
    strategy = CASES[name]
    problem, rules, plan = towns(strategy)
    assert plan.proof.canonical
    again = len(searches)
    assert again >= 1
    searches.clear()
    same = strategy.pair_around(problem, rules, Around(before=plan))
    assert (same, len(searches)) == (plan, 0)
    for pair in plan.pairs[: 6 if DEEP else 2]:
        around = Around(fixed=frozenset({(pair.child, pair.helper)}), before=plan)
        known_one = strategy.pair_around(problem, rules, around)
        anew = strategy.pair_around(problem, rules, attrs.evolve(around, before=None))
        assert ties(known_one) == ties(anew)
        assert known_one.proof == anew.proof


def test_a_part_that_is_taken_for_known_and_is_not_is_caught(monkeypatch):
    """If the rules around a part were not compared, a stale answer would be kept; the laws above see it."""
    strategy = CASES["siblings"]
    problem, rules, plan = towns(strategy)
    monkeypatch.setattr(known._Content, "around", lambda self, edges: ())
    monkeypatch.setattr(known._Content, "of_edges", lambda self, edges: {self.key(edge): () for edge in edges})
    for pair in plan.pairs:
        gone = attrs.evolve(
            problem,
            helpers=tuple(attrs.evolve(one, capacity=1) if one.id == pair.helper else one for one in problem.helpers),
        )
        stale = strategy.pair_around(gone, rules, Around(before=plan))
        if stale.verify().faults or ties(stale) != ties(strategy.pair(gone, rules)):
            return
    pytest.fail("a stale answer was not seen")


def test_a_plan_of_teams_asks_for_its_strategy(make_need, make_offer, make_problem):
    """Without the strategy, with another one, and with one that cannot plan around answers, the way out is named."""
    problem = make_problem([make_need("a"), make_need("b")], [make_offer("x", capacity=2)])
    strategy = CASES["whole-loads"]
    plan = strategy.pair(problem, RULES)
    for other in (None, ManyToOne()):
        with pytest.raises(PairingError, match="give its strategy"):
            LivePlan.of(problem, RULES, plan, strategy=other)

    @attrs.frozen
    class Bare:
        id: str = strategy.id
        title: object = strategy.title

        def pair(self, problem, rules):
            return strategy.pair(problem, rules)

    with pytest.raises(PairingError, match="pair_around"):
        LivePlan.of(problem, RULES, plan, strategy=Bare())
    live_plan = LivePlan.of(problem, RULES, plan, strategy=strategy)
    assert explain_pair(live_plan, "a", "x").alternative is None
    with pytest.raises(PairingError, match="may not be paired"):
        live_plan.accepted("a", "nobody")
    with pytest.raises(PairingError, match="not in the problem"):
        shortlist(live_plan, "nobody")
