"""Explanations, shortlists and answers of people, against counting out every plan."""

import datetime as dt
import itertools
import sys

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.errors import PairingError
from careprogram.pairing import (
    DEFAULT_WEIGHTS,
    ChildNeed,
    ExistingTies,
    LivePlan,
    ManyToOne,
    OneToMany,
    OneToOne,
    PairingRules,
    PairingStatus,
    accept_pair,
    decline_pair,
    default_scores,
    explain_pair,
    pair,
    pairings_of,
    plan_faults,
    propose,
    render_explanation,
    render_option,
    shortlist,
)
from careprogram.people.child import ChildWishes
from careprogram.testing.pairing_laws import AS_OF, pairing_problems

DAY = AS_OF
RULES = PairingRules()
TEXTS = {score.id: score.text for score in default_scores()}


def live_plan_of(problem, strategy, rules=RULES):
    return LivePlan.of(problem, rules, strategy.pair(problem, rules))


def value_of(live_plan, pairs):
    """Return coverage tier by tier, then the total score."""
    helped = {child for child, _ in pairs}
    covered = [
        sum(need.tier == tier and need.id in helped for need in live_plan.problem.children) for tier in (1, 2, 3)
    ]
    return (*covered, sum(live_plan.score(child, helper)[0] for child, helper in pairs))


def every_plan(live_plan):
    """Yield every plan of one helper a child among the pairs that the plan was chosen from."""
    bare = live_plan.plan.problem
    places = dict(zip(bare.helper_keys, bare.places, strict=True))
    options = [(None, *live_plan.live.values_of(child)) for child in bare.child_keys]
    for chosen in itertools.product(*options):
        taken = [helper for helper in chosen if helper is not None]
        if all(taken.count(helper) <= places[helper] for helper in taken):
            yield {(child, helper) for child, helper in zip(bare.child_keys, chosen, strict=True) if helper}


@settings(max_examples=40, deadline=None)
@given(problem=pairing_problems(most_children=4, most_helpers=3))
def test_what_a_choice_costs_is_true(problem):
    """Of all plans with the pair, the best loses just the points that are told, and leaves just those without."""
    check_costs(problem)


def check_costs(problem):
    live_plan = live_plan_of(problem, OneToMany())
    ours = {(pair.child, pair.helper) for pair in live_plan.plan.pairs}
    best = value_of(live_plan, ours)
    plans = list(every_plan(live_plan))
    assert max(value_of(live_plan, pairs) for pairs in plans) == best
    for need in problem.children:
        for option in shortlist(live_plan, need.id, most=99):
            if option.chosen:
                assert (need.id, option.helper) in ours
                continue
            value = max(value_of(live_plan, pairs) for pairs in plans if (need.id, option.helper) in pairs)
            assert best[-1] - value[-1] == option.loss
            covered = len(ours) - len(option.without) + len(option.newly_helped)
            assert sum(value[:-1]) == covered
            before = dict(ours).get(need.id)
            own = live_plan.score(need.id, before)[0] if before else 0
            assert option.own_loss == own - option.score
            assert need.id not in option.without


@settings(max_examples=40, deadline=None)
@given(problem=pairing_problems(most_children=4, most_helpers=3))
def test_the_alternative_of_a_pair_is_the_next_best_plan(problem):
    """No plan in which the child has another helper is better than the alternative that is told."""
    live_plan = live_plan_of(problem, OneToMany())
    plans = list(every_plan(live_plan))
    for pair_ in live_plan.plan.pairs:
        told = explain_pair(live_plan, pair_.child, pair_.helper)
        others = [
            value_of(live_plan, pairs)
            for pairs in plans
            if any(child == pair_.child and helper != pair_.helper for child, helper in pairs)
        ]
        assert (told.alternative is None) is (not others)
        if told.alternative:
            assert live_plan.plan.totals.score - told.alternative.loss == max(others)[-1]
        assert render_explanation(told, TEXTS)
        assert render_explanation(told, TEXTS, language="en")


ANSWERS = st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 3)), max_size=5)


@pytest.mark.parametrize("strategy", [OneToMany(), OneToOne(), ManyToOne()], ids=lambda one: one.id)
@settings(max_examples=30, deadline=None)
@given(problem=pairing_problems(), answers=ANSWERS)
def test_answers_of_people_keep_plan_and_records_together(strategy, problem, answers):
    """After every yes and no the plan is proven and allowed, the records say the same, and what was settled stays."""
    live_plan = live_plan_of(problem, strategy)
    records = pairings_of(live_plan.plan, on=DAY)
    settled, declined = set(), set()
    for says_yes, number, choice in answers:
        proposed = [one for one in records if one.status is PairingStatus.PROPOSED]
        if not proposed:
            break
        one = proposed[number % len(proposed)]
        options = [option for option in shortlist(live_plan, one.child) if (one.child, option.helper) not in settled]
        if says_yes:
            helper = options[choice % len(options)].helper
            answered = accept_pair(live_plan, records, one.child, helper, on=DAY)
            settled.add((one.child, helper))
        else:
            answered = decline_pair(live_plan, records, one.child, one.helper, on=DAY, reason="no time")
            declined.add((one.child, one.helper))
        live_plan, records = answered.live_plan, answered.pairings
        pairs, standing = check_records(answered)
        assert settled == {tie for tie, status in standing.items() if status is PairingStatus.ACCEPTED}
        assert settled == set(live_plan.plan.settled)
        assert not declined & pairs
        assert live_plan.plan.verify().proven
        assert plan_faults(problem, RULES, live_plan.plan) == ()


def check_records(answered):
    pairs = {(pair.child, pair.helper) for pair in answered.live_plan.plan.pairs}
    standing = {(record.child, record.helper): record.status for record in answered.pairings if record.stands}
    assert standing.keys() == pairs, "a record stands that the plan does not make, or the other way round"
    return pairs, standing


@pytest.fixture
def crossed(make_need, make_offer, make_problem):
    """Two children, two helpers; b wishes for y."""
    wish = ChildWishes(preferred=frozenset({"y"}))
    return make_problem([make_need("a"), make_need("b", wishes=wish)], [make_offer("x"), make_offer("y")])


@pytest.mark.parametrize(
    "fault",
    [
        lambda live_plan, moved: 0,
        lambda live_plan, moved: -LOSS(live_plan, moved),
        lambda live_plan, moved: LOSS(live_plan, moved) if moved.before else 0,
        lambda live_plan, moved: LOSS(live_plan, moved) + 1,
    ],
)
def test_a_loss_told_wrong_is_caught(fault, crossed, monkeypatch):
    """Losses that are left out, turned round, half counted or off by one are told from true ones."""
    monkeypatch.setattr("careprogram.pairing.choosing.options._loss", fault)
    third = attrs.evolve(crossed.children[0].child, id="c")
    with pytest.raises(AssertionError):
        check_costs(attrs.evolve(crossed, children=(*crossed.children, ChildNeed(child=third, tier=2))))


LOSS = sys.modules["careprogram.pairing.choosing.options"]._loss


def test_a_stale_pairing_kept_is_caught(crossed, monkeypatch):
    """A proposal that the plan no longer makes but that still stands is noticed."""
    before = live_plan_of(crossed, OneToOne())
    records = pairings_of(before.plan, on=DAY)
    check_records(accept_pair(before, records, "a", "y", on=DAY))
    monkeypatch.setattr("careprogram.pairing.choosing.answering.end_pairing", lambda one, **_: one)
    with pytest.raises(AssertionError, match="a record stands"):
        check_records(accept_pair(before, records, "a", "y", on=DAY))


def test_an_answer_changes_no_plan_and_no_record(crossed):
    """Plans and records are values: what was there before an answer is there after it."""
    before = live_plan_of(crossed, OneToOne())
    plan, live, records = before.plan, before.live.pairs, pairings_of(before.plan, on=DAY)
    answered = accept_pair(before, records, "a", "y", on=DAY)
    assert (before.plan, before.live.pairs) == (plan, live)
    assert [(one.child, one.helper, str(one.status)) for one in answered.pairings] == [
        ("a", "x", "ended"),
        ("b", "y", "ended"),
        ("a", "y", "accepted"),
        ("b", "x", "proposed"),
    ]
    assert answered.live_plan.plan.settled == (("a", "y"),)
    with pytest.raises(PairingError, match="is settled"):
        answered.live_plan.declined("a", "y")
    with pytest.raises(PairingError, match="no proposal"):
        decline_pair(before, records, "a", "y", on=DAY, reason="no time")


def test_the_last_no_leaves_a_reason(make_need, make_offer, make_problem):
    """A child whose only helper declined goes without and is told why."""
    problem = make_problem([make_need("a"), make_need("b")], [make_offer("x")])
    live_plan = live_plan_of(problem, OneToOne())
    (only,) = live_plan.plan.pairs
    after, change = live_plan.declined(only.child, "x")
    other = "b" if only.child == "a" else "a"
    assert [(one.child, one.reasons[0].code) for one in after.plan.unpaired] == [(only.child, "all-declined")]
    assert [one.child for one in change.moved] == ["a", "b"]
    assert [(one.child, one.helper) for one in after.plan.pairs] == [(other, "x")]


def test_texts_for_people(make_need, make_offer, make_problem):
    """An option says what it costs whom in both languages."""
    wish = ChildWishes(preferred=frozenset({"y"}))
    problem = make_problem([make_need("a"), make_need("b", wishes=wish)], [make_offer("x"), make_offer("y")])
    live_plan = live_plan_of(problem, OneToOne())
    option = shortlist(live_plan, "a")[1]
    weight = DEFAULT_WEIGHTS["wish"] * 1000 // sum(DEFAULT_WEIGHTS.values())
    assert render_option(option, TEXTS).endswith(f"；本人不变，其他儿童合计少 {weight} 分")
    assert render_option(option, TEXTS, language="en").endswith(
        f"; this child: no change, the others together: {weight} points less"
    )
    told = explain_pair(live_plan, "a", "x")
    assert render_explanation(told, TEXTS, language="en").splitlines()[1].startswith("  next best: helper y: score")
    alone = live_plan_of(make_problem([make_need("a")], [make_offer("x")]), OneToOne())
    assert "没有其他可选的帮扶人" in render_explanation(explain_pair(alone, "a", "x"), TEXTS)


def test_a_kept_pair_is_explained_as_kept(make_need, make_offer, make_problem):
    """What stands and is kept was not weighed against anything, and says so."""
    tie = propose("a", "x", strategy="one-to-one", on=dt.date(2026, 8, 1))
    problem = make_problem([make_need("a")], [make_offer("x"), make_offer("y")], existing=(tie,))
    live_plan = live_plan_of(problem, OneToOne())
    told = explain_pair(live_plan, "a", "x")
    assert (told.settled, told.alternative) == (True, None)
    assert render_explanation(told, TEXTS, language="en").endswith("the pair stands already and is kept")
    assert [option.chosen for option in shortlist(live_plan, "a")] == [True]


def test_what_both_sides_accepted_is_not_moved_by_others(make_need, make_offer, make_problem):
    """Where ties are only preferred, an accepted pair is settled for the choices of others all the same."""
    tie = attrs.evolve(propose("a", "x", strategy="one-to-one", on=dt.date(2026, 8, 1)))
    from careprogram.pairing import accept

    problem = make_problem(
        [make_need("a"), make_need("b")], [make_offer("x"), make_offer("y")], existing=(accept(tie, on=DAY),)
    )
    live_plan = live_plan_of(problem, OneToOne(), PairingRules(existing=ExistingTies.PREFER))
    assert live_plan.plan.settled == (("a", "x"),)
    assert [option.helper for option in shortlist(live_plan, "b")] == ["y"]


def test_a_plan_without_proof_is_refused(make_problem):
    """Nothing can be said about other plans where the plan proves nothing."""
    problem = make_problem([], [])
    with pytest.raises(PairingError, match="carries no proof"):
        LivePlan.of(problem, RULES, attrs.evolve(pair(problem), certificate=None))
