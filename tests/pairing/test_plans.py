"""Whole plans by example: problems refused, roles, teams, reasons and their texts."""

import datetime as dt

import attrs
import pytest

from careprogram.errors import PairingError
from careprogram.pairing import (
    ChildNeed,
    ExistingTies,
    HelperOffer,
    ManyToOne,
    OneToMany,
    OneToOne,
    PairingRole,
    PairingRules,
    PairingStrategy,
    PeerPairing,
    accept,
    default_scores,
    pair,
    propose,
    render_idle,
    render_pair,
    render_plan,
    render_unpaired,
    shipped_strategies,
)
from careprogram.people import Grade, HelperKind, PlaceCode, Residence, Schooling, Sex
from careprogram.people.child import ChildWishes
from careprogram.unknown import UNKNOWN

HOME, NEXT_DOOR, FAR_AWAY = PlaceCode("520526101201"), PlaceCode("520526101202"), PlaceCode("520502003201")
TODAY = dt.date(2026, 9, 1)


def keys(plan):
    return [(one.child, one.helper) for one in plan.pairs]


def test_a_problem_is_checked_when_it_is_posed(make_need, make_offer, make_problem):
    """Doubled ids, tiers below 1 and negative capacities are refused with the id of whom they concern."""
    with pytest.raises(PairingError, match="child a occurs more than once"):
        make_problem([make_need("a"), make_need("a")], [])
    with pytest.raises(PairingError, match="helper x occurs more than once"):
        make_problem([], [make_offer("x"), make_offer("x")])
    with pytest.raises(PairingError, match="child a: tiers are counted from 1"):
        make_need("a", tier=0)
    with pytest.raises(PairingError, match="helper x: a capacity is 0 or more"):
        HelperOffer(helper=make_offer("x").helper, capacity=-1)
    assert HelperOffer(helper=make_offer("x", capacity=4).helper).capacity == 4


def test_an_unknown_strategy_names_the_shipped_ones(make_problem):
    """Misspelling a strategy tells which there are; all shipped ones satisfy the protocol."""
    with pytest.raises(
        PairingError, match="shipped are many-to-one, one-to-many, one-to-one, peer, proxy-parent, stable"
    ):
        pair(make_problem([], []), strategy="one-two-one")
    assert all(isinstance(one, PairingStrategy) and one.title.zh for one in shipped_strategies().values())


@pytest.mark.parametrize("sizes", [{"minimum": 0}, {"minimum": 4, "maximum": 3}])
def test_sizes_that_contradict_each_other_are_refused(sizes, make_problem):
    """A minimum lies between 1 and the maximum."""
    with pytest.raises(PairingError, match="not above its maximum"):
        ManyToOne(**sizes).pair(make_problem([], []), PairingRules())
    with pytest.raises(PairingError, match="candidates"):
        PairingRules(candidates=0)


def test_nobody_to_pair_is_no_error(make_need, make_offer, make_problem):
    """Empty sides give an empty plan with a reason for the other side."""
    alone = pair(make_problem([make_need("a")], []))
    assert [one.code for one in alone.unpaired[0].reasons] == ["no-helpers"]
    unused = pair(make_problem([], [make_offer("x")]))
    assert [one.code for one in unused.idle[0].reasons] == ["no-children"]
    assert pair(make_problem([], [])).verify().proven


def test_urgent_children_displace_better_scores_along_a_chain(make_need, make_offer, make_problem):
    """Two urgent children fit one helper each, a less urgent one fits both: it goes without, and why is said."""
    needs = [
        make_need("a", wishes=ChildWishes(excluded=frozenset({"y"}))),
        make_need("b", tier=2, wishes=ChildWishes(preferred=frozenset({"x", "y"}))),
        make_need("c", wishes=ChildWishes(excluded=frozenset({"x"}))),
    ]
    plan = pair(make_problem(needs, [make_offer("x"), make_offer("y")]))
    assert keys(plan) == [("a", "x"), ("c", "y")]
    shortage = plan.shortages[plan.unpaired[0].shortage]
    assert (shortage.children, shortage.helpers, shortage.places) == (("a", "b", "c"), ("x", "y"), 2)
    assert plan.unpaired[0].reasons[0].text.en == "these 3 children share only 2 places of 2 helpers"
    assert (plan.totals.covered, plan.totals.wanting) == ({1: 2, 2: 0}, {1: 2, 2: 1})


def test_one_to_many_fills_up_to_capacity_and_reports_light_loads(make_need, make_offer, make_problem):
    """A helper takes as many as it has places; one in use below the minimum is listed."""
    needs = [make_need(name) for name in "abcd"]
    problem = make_problem(needs, [make_offer("x", capacity=3), make_offer("y", capacity=3)])
    plan = OneToMany(minimum=2, maximum=3).pair(problem, PairingRules())
    loads = sorted(keys(plan).count((child, helper)) and helper for child, helper in keys(plan))
    assert len(keys(plan)) == 4
    assert plan.light_loads == tuple(helper for helper in ("x", "y") if loads.count(helper) == 1)
    small = OneToMany(maximum=1).pair(problem, PairingRules())
    assert len(keys(small)) == 2


def test_a_team_has_one_lead_and_says_when_it_is_too_small(make_need, make_offer, make_problem):
    """The proxy parent leads though another scores better; a team below the minimum says what is in the way."""
    offers = [
        make_offer("best"),
        make_offer("proxy", kind=HelperKind.PROXY_PARENT, residence=Residence(place=FAR_AWAY)),
        make_offer("unscreened", screening=None),
    ]
    plan = ManyToOne(minimum=3, maximum=3).pair(make_problem([make_need("a")], offers), PairingRules())
    assert [(one.helper, one.role) for one in plan.pairs] == [
        ("proxy", PairingRole.LEAD),
        ("best", PairingRole.SUPPORTER),
    ]
    short = plan.short_teams[0]
    assert (short.child, short.helpers, short.minimum) == ("a", 2, 3)
    assert [one.code for one in short.reasons] == ["screening-missing"]


def test_teams_cover_every_child_before_any_grows(make_need, make_offer, make_problem):
    """Two helpers for two children make two teams of one, not one of two; then the reason is that helpers are full."""
    problem = make_problem([make_need("a"), make_need("b", tier=2)], [make_offer("x"), make_offer("y")])
    plan = ManyToOne(minimum=2, maximum=2).pair(problem, PairingRules())
    assert plan.totals.covered == {1: 1, 2: 1}
    assert [(one.child, one.reasons[0].code) for one in plan.short_teams] == [
        ("a", "helpers-full"),
        ("b", "helpers-full"),
    ]


def test_a_proxy_parent_alone_leads_too(make_need, make_offer, make_problem):
    """In one-to-one a proxy parent carries the parental role, any other helper does not."""
    needs = [make_need("a"), make_need("b", tier=2)]
    plan = pair(make_problem(needs, [make_offer("x", kind=HelperKind.PROXY_PARENT), make_offer("y")]))
    assert {one.helper: one.role for one in plan.pairs} == {"x": PairingRole.LEAD, "y": PairingRole.HELPER}


def test_classmates_are_paired_inside_their_class_only(make_need, make_offer, make_problem):
    """Each child gets a classmate of its own class, who needs no screening; grown-ups stay out of it."""

    def of_class(name):
        return {"school": "s", "grade": Grade(4), "class_name": name}

    needs = [make_need("a", schooling=Schooling(**of_class("1"))), make_need("b", schooling=Schooling(**of_class("2")))]
    mate = {"kind": HelperKind.CLASSMATE, "screening": None, "birth_date": UNKNOWN}
    offers = [make_offer("m1", **mate, **of_class("1")), make_offer("m3", **mate, **of_class("3")), make_offer("grown")]
    plan = PeerPairing().pair(make_problem(needs, offers), PairingRules())
    assert [(one.child, one.helper, one.role) for one in plan.pairs] == [("a", "m1", PairingRole.PEER)]
    assert [(one.code, one.count) for one in plan.unpaired[0].reasons] == [("classmate", 3)]
    elsewhere = OneToOne().pair(make_problem(needs, offers[:2]), PairingRules())
    assert elsewhere.pairs == ()


def test_existing_ties_stay_yield_or_count(make_need, make_offer, make_problem):
    """A holds x, the only helper that the urgent newcomer b could have: keep refuses b, prefer moves a to y."""
    needs = [make_need("a", tier=2), make_need("b", tier=1, wishes=ChildWishes(excluded=frozenset({"y"})))]
    offers = [make_offer("x"), make_offer("y", residence=Residence(place=NEXT_DOOR))]
    tie = propose("a", "x", strategy="one-to-one", on=TODAY)
    problem = make_problem(needs, offers, existing=(tie,))
    kept = pair(problem)
    assert keys(kept) == [("a", "x")]
    assert kept.settled == (("a", "x"),)
    assert (kept.shortages[0].places, kept.shortages[0].held) == (0, 1)
    assert kept.unpaired[0].reasons[0].text.en == "these 2 children share only 1 places of 1 helpers"
    assert kept.verify().proven
    moved = pair(problem, rules=PairingRules(existing=ExistingTies.PREFER))
    assert keys(moved) == [("a", "y"), ("b", "x")]
    assert (moved.totals.kept, moved.totals.broken) == (0, 1)
    content = attrs.evolve(problem, children=problem.children[:1], helpers=problem.helpers)
    for existing in ExistingTies:
        assert keys(pair(content, rules=PairingRules(existing=existing))) == [("a", "x")]


def test_a_preferred_tie_outweighs_any_score_and_a_scored_one_does_not(make_need, make_offer, make_problem):
    """A child tied to a far helper wishes for the near one: it moves where ties merely score or have a price."""
    need = make_need("a", wishes=ChildWishes(preferred=frozenset({"near"})), needs=("study",))
    offers = [
        make_offer("near", skills=frozenset({"study"})),
        make_offer("tied", residence=Residence(place=FAR_AWAY)),
    ]
    tie = propose("a", "tied", strategy="one-to-one", on=TODAY)
    problem = make_problem([need], offers, existing=(tie,))
    chosen = {one: keys(pair(problem, rules=PairingRules(existing=one))) for one in ExistingTies}
    assert chosen == {
        ExistingTies.KEEP: [("a", "tied")],
        ExistingTies.PREFER: [("a", "tied")],
        ExistingTies.PRICE: [("a", "near")],
        ExistingTies.SCORE: [("a", "near")],
    }


def test_a_mere_proposal_earns_no_score(make_need, make_offer, make_problem):
    """Proposing again changes no score; once both sides said yes, the tie counts as continued and familiar."""
    tie = propose("a", "x", strategy="one-to-one", on=TODAY)
    fresh = pair(make_problem([make_need("a")], [make_offer("x")])).pairs[0]
    proposed, accepted = (
        pair(make_problem([make_need("a")], [make_offer("x")], existing=(one,))).pairs[0]
        for one in (tie, accept(tie, on=TODAY))
    )
    assert proposed == attrs.evolve(fresh, kept=True)
    assert (accepted.scores["continuity"], accepted.scores["familiarity"]) == (1000, 1000)


def test_keeping_more_than_there_is_room_for_keeps_the_better(make_need, make_offer, make_problem):
    """A helper whose capacity fell keeps the nearer child, and the broken tie is counted."""
    needs = [make_need("far", residence=Residence(place=FAR_AWAY)), make_need("near")]
    ties = tuple(propose(one.id, "x", strategy="one-to-many", on=TODAY) for one in needs)
    plan = OneToMany().pair(make_problem(needs, [make_offer("x", capacity=1)], existing=ties), PairingRules())
    assert keys(plan) == [("near", "x")]
    assert plan.totals.broken == 1


def test_texts_exist_in_both_languages_and_name_ids_only(make_need, make_offer, make_problem):
    """Pairs, unpaired children, idle helpers and the summary read well in Chinese and English; no name appears."""
    needs = [make_need("c1", name="张三"), make_need("c2", name="李四", consent=None), make_need("c3", tier=2)]
    offers = [make_offer("h1", name="王五"), make_offer("h2", name="赵六", screening=None)]
    plan = pair(make_problem(needs, offers))
    texts = {score.id: score.text for score in default_scores()}
    lines = {
        language: [
            *(render_pair(one, texts, language=language) for one in plan.pairs),
            *(render_unpaired(one, language=language) for one in plan.unpaired),
            *(render_idle(one, language=language) for one in plan.idle),
            render_plan(plan, language=language),
        ]
        for language in ("zh", "en")
    }
    assert lines["en"][0].startswith("child c1 — helper h1 (helper): score ")
    assert lines["zh"][1:4] == [
        "儿童 c2：监护人不同意结对（2）",
        "儿童 c3：2名儿童只能共用1名帮扶人的1个名额（1）",
        "帮扶人 h2：没有背景审查记录（3）",
    ]
    assert lines["en"][1] == "child c2: the guardian refused consent (2)"
    assert lines["en"][4].splitlines()[:3] == [
        "1 of 3 children have a helper, in 1 pairs",
        "  tier 1: 1/2",
        "  tier 2: 0/1",
    ]
    assert lines["zh"][4].splitlines()[0] == "3名儿童中1名已结对，共1对"
    assert not any(
        name in line for group in lines.values() for line in group for name in ("张三", "李四", "王五", "赵六")
    )


def test_need_and_offer_show_no_personal_data(make_need, make_offer):
    """A repr of either side holds the opaque id and no name."""
    need: ChildNeed = make_need("c1", name="张三", sex=Sex.MALE)
    assert "张三" not in repr((need, make_offer("h1", name="王五")))
    assert "王五" not in repr(make_offer("h1", name="王五"))
