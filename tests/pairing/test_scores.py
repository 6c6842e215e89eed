"""Each score by example, the weights, and what a plugin's broken score does."""

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing import (
    DEFAULT_WEIGHTS,
    ContinuityScore,
    ConvenienceScore,
    DedicationScore,
    FamiliarityScore,
    PairingContext,
    PairingRules,
    PairingScore,
    ProximityScore,
    SkillScore,
    WishScore,
    default_scores,
    pair,
)
from careprogram.people import (
    ChildWishes,
    Grade,
    HelperKind,
    Place,
    PlaceCode,
    Residence,
    Schooling,
    Weekday,
)
from careprogram.people.places import Coordinates
from careprogram.testing.pairing_laws import pairing_problems
from careprogram.unknown import UNKNOWN

TODAY = dt.date(2026, 9, 1)
HERE, NEXT_DOOR, FAR_AWAY = PlaceCode("520526101201"), PlaceCode("520526101202"), PlaceCode("520502003201")


@pytest.fixture
def context(places):
    tie, proposal = ("child", "tied"), ("child", "proposed")
    both = frozenset({tie, proposal})
    return PairingContext(as_of=TODAY, places=places, strategy="s", standing=both, begun=frozenset({tie}))


@settings(max_examples=40, deadline=None)
@given(problem=pairing_problems())
def test_every_score_is_a_whole_number_in_range(problem):
    """On every made-up pair each shipped score is an int from 0 to 1000."""
    context = PairingContext.of(problem, strategy="s")
    for need in problem.children:
        for offer in problem.helpers:
            for score in default_scores():
                value = score.score(need, offer, context)
                assert type(value) is int
                assert 0 <= value <= 1000


def test_near_is_better_with_and_without_coordinates(make_need, make_offer, context):
    """Without coordinates the shared village, township and prefecture decide; an unknown home scores nothing."""
    score = ProximityScore()
    homes = (HERE, NEXT_DOOR, PlaceCode("520526102"), FAR_AWAY, UNKNOWN)
    found = [score.score(make_need(), make_offer(residence=Residence(place=home)), context) for home in homes]
    assert found == [1000, 500, 150, 50, 0]


def test_measured_distance_halves_the_score(make_need, make_offer, places):
    """At the given distance the score is one half, and it falls from there."""
    places = places.with_places(
        [
            Place(code=HERE, name="a", coordinates=Coordinates(latitude=26_000_000, longitude=104_000_000)),
            Place(code=NEXT_DOOR, name="b", coordinates=Coordinates(latitude=26_010_000, longitude=104_000_000)),
        ]
    )
    context = PairingContext(as_of=TODAY, places=places, strategy="s")
    apart = places.distance_m(HERE, NEXT_DOOR)
    offer = make_offer(residence=Residence(place=NEXT_DOOR))
    values = [ProximityScore(half_m=half).score(make_need(), offer, context) for half in (apart, apart // 2, 10**6)]
    assert values[0] == 500
    assert values[1] < values[0] < values[2] < 1000
    assert ProximityScore().score(make_need(), make_offer(), context) == 1000


def test_familiar_by_tie_class_school_and_village(make_need, make_offer, context):
    """A tie that began and the homeroom teacher know the child best; a mere proposal, or two gaps, are no match."""
    own = {"school": "s", "grade": Grade(3), "class_name": "1"}
    need = make_need(schooling=Schooling(**own, homeroom_teacher="王老师"))
    score = FamiliarityScore()
    away = Residence(place=NEXT_DOOR)

    def of(*names, **facts):
        return score.score(need, make_offer(*names, **{"residence": away, **facts}), context)

    assert (of("tied"), of("proposed")) == (1000, 0)
    assert of(kind=HelperKind.SCHOOL_STAFF, **own) == 1000
    assert of(kind=HelperKind.SCHOOL_STAFF, school="s", name="王老师") == 1000
    assert of(kind=HelperKind.CLASSMATE, **own) == 700
    assert of(school="s") == 500
    assert of(school="s", residence=Residence(place=HERE)) == 800
    assert of(school="t", name="王老师") == 0
    assert score.score(make_need(), make_offer(residence=away), context) == 0


def test_dedicated_volunteers_come_first(make_need, make_offer, context):
    """Among helpers alike in all else, nobody is more convenient than a dedicated volunteer."""
    score = ConvenienceScore()
    by_kind = {kind: score.score(make_need(), make_offer(kind=kind), context) for kind in HelperKind}
    assert max(by_kind.values()) == by_kind[HelperKind.DEDICATED_VOLUNTEER]
    busy = make_offer(kind=HelperKind.CADRE, availability=frozenset(Weekday), languages=frozenset({"苗语"}))
    assert score.score(make_need(languages=frozenset({"苗语"})), busy, context) == 250 + 280 + 220


def test_wishes_skills_and_continuity(make_need, make_offer, context):
    """A helper asked for counts most, a kind asked for half; skills count by the share of needs they meet."""
    wishes = ChildWishes(preferred=frozenset({"h"}), kinds=frozenset({HelperKind.CADRE}))
    need = make_need(wishes=wishes, needs=("study", "health", "law"))
    assert [WishScore().score(need, make_offer(name), context) for name in ("h", "x")] == [1000, 500]
    assert WishScore().score(need, make_offer("x", kind=HelperKind.PROXY_PARENT), context) == 0
    assert SkillScore().score(need, make_offer(skills=frozenset({"study", "law", "cook"})), context) == 666
    assert SkillScore().score(make_need(), make_offer(skills=frozenset({"study"})), context) == 0
    tied = [ContinuityScore().score(make_need(), make_offer(name), context) for name in ("tied", "proposed", "h")]
    assert tied == [1000, 0, 0]


def test_weights_decide_between_near_and_wished_for(make_need, make_offer, make_problem):
    """The user's weights turn the choice; the pair's score is their weighted mean, rounded down."""
    need = make_need(wishes=ChildWishes(preferred=frozenset({"wished"})))
    offers = [make_offer("near"), make_offer("wished", residence=Residence(place=FAR_AWAY))]
    problem = make_problem([need], offers)
    zero = dict.fromkeys(DEFAULT_WEIGHTS, 0)
    near = pair(problem, rules=PairingRules(weights={**zero, "proximity": 2, "wish": 1})).pairs[0]
    wished = pair(problem, rules=PairingRules(weights={**zero, "proximity": 1, "wish": 2})).pairs[0]
    assert (near.helper, near.score) == ("near", 666)
    assert (wished.helper, wished.score) == ("wished", (50 + 2000) // 3)
    assert wished.scores["wish"] == 1000
    assert pair(problem, rules=PairingRules(weights=zero)).pairs[0].score == 0


@pytest.mark.parametrize("weights", [{"proximty": 1}, {"wish": -1}, {"wish": 1.5}, {"wish": True}])
def test_weights_that_mean_nothing_are_refused(weights, make_need, make_offer, make_problem):
    """An unknown score id, or a weight that is no whole number of 0 or more, names the ids that are allowed."""
    with pytest.raises(PairingError, match="allowed ids are continuity, convenience"):
        pair(make_problem([make_need()], [make_offer()]), rules=PairingRules(weights=weights))


@attrs.frozen
class Odd:
    """A plugin's score that answers what it likes."""

    answer: object
    id: str = "odd"
    text: Text = Text("奇怪", "odd")

    def score(self, need, offer, context):
        if isinstance(self.answer, type):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [ValueError, -1, 1001, 0.5, True, None])
def test_a_broken_score_counts_nothing_and_is_named(answer, make_need, make_offer, make_problem):
    """The pair is still proposed, the score is 0, and the plan says which score failed."""
    assert isinstance(Odd(answer), PairingScore)
    plan = pair(
        make_problem([make_need()], [make_offer()]), rules=PairingRules(scores=(*default_scores(), Odd(answer)))
    )
    assert plan.pairs[0].scores["odd"] == 0
    assert [(one.source, one.count) for one in plan.faults] == [("odd", 1)]


def test_two_scores_or_rules_of_one_name_are_refused(make_need, make_offer, make_problem):
    """A clash between plugins is an error that names the id."""
    problem = make_problem([make_need()], [make_offer()])
    with pytest.raises(PairingError, match="two scores have the id 'proximity'"):
        pair(problem, rules=PairingRules(scores=(*default_scores(), ProximityScore())))
    rules = PairingRules(constraints=PairingRules().constraints * 2)
    with pytest.raises(PairingError, match="two constraints have the id"):
        pair(problem, rules=rules)


def test_dedicated_volunteers_can_be_put_first(make_need, make_offer, make_problem):
    """Weighed above all else, a dedicated volunteer far away goes before a supplement next door; unweighed not."""
    offers = [
        make_offer("near", kind=HelperKind.CADRE),
        make_offer("far", kind=HelperKind.DEDICATED_VOLUNTEER, residence=Residence(place=PlaceCode("520502003201"))),
    ]
    problem = make_problem([make_need()], offers)
    scores = (*default_scores(), DedicationScore())
    first = pair(problem, rules=PairingRules(scores=scores, weights={"dedication": 100}))
    plain = pair(problem, rules=PairingRules(scores=scores, weights={"dedication": 0}))
    assert [one.helper for one in (*first.pairs, *plain.pairs)] == ["far", "near"]
