"""The page of a plan: every child and helper once, the right sums, nobody's name, and a true picture."""

import datetime as dt
import html
import json
import re
from collections import Counter

import attrs
from hypothesis import given, settings

from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing import (
    ChildNeed,
    HelperOffer,
    ManyToOne,
    OneToMany,
    PairingPlan,
    PairingProblem,
    PairingRules,
    pair,
)
from careprogram.people import (
    Child,
    Consent,
    Coordinates,
    Helper,
    HelperKind,
    PlaceCode,
    PlaceTree,
    Residence,
    Screening,
    ScreeningResult,
)
from careprogram.reports import PlaceNode, Remedies, pairing_json, pairing_map, pairing_tree, render_pairing_page
from careprogram.testing.pairing_laws import AS_OF, pairing_problems, small_places
from careprogram.unknown import UNKNOWN

RULES = PairingRules()


def laid_out(problem: PairingProblem, plan: PairingPlan) -> tuple[PlaceNode, ...]:
    children = [need.child for need in problem.children]
    return pairing_tree(plan, children, [offer.helper for offer in problem.helpers], problem.places)


def everybody(nodes: tuple[PlaceNode, ...]) -> list[PlaceNode]:
    return [one for node in nodes for one in (node, *everybody(node.nodes))]


def page_of(problem: PairingProblem, plan: PairingPlan, **more: object) -> str:
    return render_pairing_page(
        plan,
        title=Text("示例", "example"),
        strategy=Text("一对多", "one-to-many"),
        as_of=AS_OF,
        children=[need.child for need in problem.children],
        helpers=[offer.helper for offer in problem.helpers],
        places=problem.places,
        **more,  # type: ignore[arg-type]
    )


@given(pairing_problems())
def test_the_tree_holds_every_pair_child_and_helper_once(problem: PairingProblem) -> None:
    """Nobody is lost between the plan and the places, and nobody stands in two of them."""
    plan = pair(problem, strategy=ManyToOne(), rules=RULES)
    nodes = everybody(laid_out(problem, plan))
    assert sorted((tie.pair.child, tie.pair.helper) for node in nodes for tie in node.ties) == sorted(
        (one.child, one.helper) for one in plan.pairs
    )
    assert sorted(one.child for node in nodes for one in node.waiting) == [one.child for one in plan.unpaired]
    assert sorted(one.helper for node in nodes for one in node.offers) == sorted(one.id for one in problem.helpers)


@given(pairing_problems())
def test_sums_of_a_place_are_those_of_everything_in_it(problem: PairingProblem) -> None:
    """A county counts what its villages count, and all counties together count the plan."""
    plan = pair(problem, strategy=OneToMany(), rules=RULES)
    roots = laid_out(problem, plan)
    assert sum(node.children for node in roots) == plan.totals.children
    assert sum(node.paired for node in roots) == sum(plan.totals.covered.values())
    assert sum(node.load for node in roots) == plan.totals.pairs
    for node in everybody(roots):
        own = len({tie.pair.child for tie in node.ties})
        assert node.paired == own + sum(one.paired for one in node.nodes)
        assert node.unpaired == len(node.waiting) + sum(one.unpaired for one in node.nodes)
        assert all(one.code.startswith(node.code) for one in node.nodes)


@settings(max_examples=20)
@given(pairing_problems())
def test_the_page_shows_each_pair_and_each_reason(problem: PairingProblem) -> None:
    """Whoever is in the plan is on the page, in both languages."""
    plan = pair(problem, strategy=OneToMany(), rules=RULES)
    for language in ("zh", "en"):
        page = page_of(problem, plan, language=language)
        for one in plan.pairs:
            assert re.search(rf"<code>{one.child}</code></td><td><code>{one.helper}</code>", page)
        for left in plan.unpaired:
            assert f"<code>{left.child}</code>" in page
            assert left.reasons[0].text.in_(language) in html.unescape(page)
        blocked = Counter(one.reasons[0].text.in_(language) for one in plan.unpaired if one.shortage is None)
        idle = Counter(one.reasons[0].text.in_(language) for one in plan.idle)
        for text, count in (*blocked.items(), *idle.items()):
            assert f"<li>{text}{f'：{count} 名' if language == 'zh' else f': {count}'}</li>" in html.unescape(page)


@given(pairing_problems())
def test_the_map_counts_everybody_who_has_coordinates(problem: PairingProblem) -> None:
    """Children of places without coordinates are not drawn and are counted; the others are all on the map."""
    plan = pair(problem, strategy=OneToMany(), rules=RULES)
    picture = pairing_map(
        plan,
        {need.id: need.child for need in problem.children},
        {offer.id: offer.helper for offer in problem.helpers},
        problem.places,
    )
    assert sum(point.children for point in picture.points) + picture.missing == plan.totals.children
    for point in picture.points:
        assert 0 <= point.x <= picture.width
        assert 0 <= point.y <= picture.height
        assert (point.inner == point.radius) == (point.unpaired == 0)
        assert (point.inner == 0) == (point.children == point.unpaired)


def problem_with_everything() -> PairingProblem:
    """Return three children who can have one helper only, who has one place."""
    given, village = Consent(given_on=dt.date(2026, 1, 1)), PlaceCode("520526101201")
    clear = Screening(result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=dt.date(2026, 12, 31))
    helper = Helper(
        id=HelperId("helper"),
        kind=HelperKind.CADRE,
        birth_date=dt.date(1980, 1, 1),
        residence=Residence(place=village),
        consent=given,
        screening=clear,
    )
    children = (
        Child(id=ChildId(f"child-{number}"), residence=Residence(place=village), consent=given) for number in range(3)
    )
    return PairingProblem(
        children=tuple(ChildNeed(child=child) for child in children),
        helpers=(HelperOffer(helper=helper),),
        places=small_places(),
        as_of=AS_OF,
    )


def test_nobody_is_named_and_hostile_texts_are_harmless() -> None:
    """The page shows ids only; what a place is called is shown as text, never run."""
    problem = problem_with_everything()
    named = attrs.evolve(problem.children[0], child=attrs.evolve(problem.children[0].child, name="王小明"))
    evil = [
        attrs.evolve(place, name="<script>alert(1)</script>", coordinates=Coordinates(latitude=0, longitude=0))
        for place in problem.places.places
    ]
    problem = attrs.evolve(problem, children=(named, *problem.children[1:]), places=PlaceTree(tuple(evil)))
    plan = pair(problem, strategy=OneToMany(), rules=RULES)
    page = page_of(problem, plan)
    assert "王小明" not in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_remedies_stand_beside_what_they_mend() -> None:
    """What would help is read where the gap is told."""
    problem = problem_with_everything()
    plan = pair(problem, strategy=OneToMany(), rules=RULES)
    waiting = plan.unpaired[0].child
    remedies = Remedies(
        of_shortages={0: [Text("增加一个名额", "add a place")]},
        examples={0: waiting},
        of_children={waiting: [Text("去问监护人", "ask the guardian")]},
    )
    page = page_of(problem, plan, remedies=remedies, language="en")
    assert page.index('id="shortage-1"') < page.index("add a place") < page.index('id="places"')
    assert f"What would help child {waiting}" in page
    vain = page_of(problem, plan, remedies=Remedies(of_shortages={0: []}, examples={0: waiting}), language="en")
    assert f"nothing alone gets child {waiting} a helper" in vain
    assert "nothing alone" not in page_of(problem, plan, language="en")
    assert page.index(f"<code>{waiting}</code></td><td>") < page.index("→ ask the guardian")


def test_the_same_plan_gives_the_same_page_and_data() -> None:
    """Two machines write the same bytes, whatever the order of the lists."""
    problem = problem_with_everything()
    turned = attrs.evolve(problem, children=problem.children[::-1], helpers=problem.helpers[::-1])
    plans = [pair(one, strategy=OneToMany(), rules=RULES) for one in (problem, turned)]
    assert page_of(problem, plans[0]) == page_of(turned, plans[1])
    assert pairing_json(plans[0], as_of=AS_OF) == pairing_json(plans[1], as_of=AS_OF)
    document = json.loads(pairing_json(plans[0], as_of=AS_OF))
    assert document["proof"]["proven"] is True
    assert len(document["pairs"]) == document["totals"]["pairs"]


def test_a_place_that_the_tree_does_not_know_is_shown_by_its_code() -> None:
    """A gap in the list of places hides no child."""
    problem = problem_with_everything()
    plan = pair(problem, strategy=OneToMany(), rules=RULES)
    bare = attrs.evolve(problem, places=PlaceTree(()))
    codes = [node.label.zh for node in everybody(laid_out(bare, plan)) if node.code]
    assert codes
    assert all(code.isdigit() for code in codes)
    assert all(tie.distance_m is UNKNOWN for node in everybody(laid_out(bare, plan)) for tie in node.ties)
