"""Each hard rule by example: what it allows, what it blocks, and with which reason."""

import datetime as dt
import itertools

import attrs
import pytest

from careprogram.language import Text
from careprogram.pairing import (
    Blocked,
    ChildConsentConstraint,
    ClassmateConstraint,
    CommonDayConstraint,
    ConflictConstraint,
    ConstraintScope,
    DistanceConstraint,
    HelperConsentConstraint,
    HouseholdConstraint,
    LanguageConstraint,
    MinorHelperConstraint,
    PairingConstraint,
    PairingContext,
    PairingRules,
    ScreeningConstraint,
    SexConstraint,
    decline,
    default_constraints,
    pair,
    propose,
)
from careprogram.people import (
    Caregiver,
    ChildWishes,
    Consent,
    Grade,
    HelperKind,
    HelperWishes,
    Parent,
    Phone,
    Place,
    PlaceCode,
    Residence,
    Schooling,
    Screening,
    ScreeningResult,
    Sex,
    Weekday,
)
from careprogram.people.place_code import PlaceLevel
from careprogram.people.places import Coordinates
from careprogram.unknown import UNKNOWN

TODAY = dt.date(2026, 9, 1)
NEXT_DOOR, FAR_AWAY = PlaceCode("520526101202"), PlaceCode("520502003201")


@pytest.fixture
def context(places):
    return PairingContext(as_of=TODAY, places=places, strategy="one-to-one")


def code(answer):
    return answer.code if isinstance(answer, Blocked) else answer


def consent(**days):
    return Consent(**{name: dt.date(2026, 1, 1) + dt.timedelta(days=day) for name, day in days.items()})


@pytest.mark.parametrize(
    ("on_file", "expected"),
    [
        (consent(given_on=0), True),
        (None, "refused"),
        (UNKNOWN, "unknown"),
        (consent(given_on=300), "lapsed"),
        (consent(given_on=0, expires_on=242), "lapsed"),
        (consent(given_on=0, expires_on=243), True),
        (consent(given_on=0, withdrawn_on=243), "lapsed"),
    ],
)
def test_consent_of_both_sides(on_file, expected, make_need, make_offer, context):
    """Refused, unknown and lapsed consents block, each with its own reason; the last day still counts."""
    child = ChildConsentConstraint().allows(make_need(consent=on_file), make_offer(), context)
    helper = HelperConsentConstraint().allows(make_need(), make_offer(consent=on_file), context)
    assert code(child) == (expected if expected is True else f"child-consent-{expected}")
    assert code(helper) == (expected if expected is True else f"helper-consent-{expected}")


def test_unknown_consent_can_be_allowed_and_a_refusal_cannot(make_need, make_offer, context):
    """A program may propose where nobody has asked yet; a no stays a no."""
    lax = ChildConsentConstraint(allow_unknown=True)
    assert lax.allows(make_need(consent=UNKNOWN), make_offer(), context) is True
    assert lax.allows(make_need(consent=None), make_offer(), context).code == "child-consent-refused"


def screening(result=ScreeningResult.CLEAR, first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31)):
    return Screening(result=result, checked_on=first, expires_on=last)


@pytest.mark.parametrize(
    ("on_file", "expected"),
    [
        (screening(), True),
        (screening(last=TODAY), True),
        (screening(first=TODAY), True),
        (screening(last=TODAY - dt.timedelta(days=1)), "screening-expired"),
        (screening(first=TODAY + dt.timedelta(days=1)), "screening-not-yet"),
        (screening(result=ScreeningResult.BARRED), "screening-barred"),
        (None, "screening-missing"),
        (UNKNOWN, "screening-missing"),
    ],
)
def test_screening_holds_on_the_day(on_file, expected, make_need, make_offer, context):
    """Only a clear check whose days include the day of the run lets a helper serve."""
    assert code(ScreeningConstraint().allows(make_need(), make_offer(screening=on_file), context)) == expected


def test_only_classmates_among_themselves_need_no_screening(make_need, make_offer, context):
    """In peer pairing a classmate is exempt, a grown-up is not; elsewhere nobody is."""
    peer = attrs.evolve(context, peer=True)
    rule = ScreeningConstraint()
    classmate = make_offer(kind=HelperKind.CLASSMATE, screening=None)
    assert rule.allows(make_need(), classmate, peer) is True
    assert code(rule.allows(make_need(), classmate, context)) == "screening-missing"
    assert code(rule.allows(make_need(), make_offer(screening=None), peer)) == "screening-missing"


@pytest.mark.parametrize(
    ("kind", "birth_date", "expected"),
    [
        (HelperKind.CADRE, dt.date(2008, 9, 1), True),
        (HelperKind.CADRE, dt.date(2008, 9, 2), False),
        (HelperKind.CADRE, UNKNOWN, True),
        (HelperKind.STUDENT_VOLUNTEER, UNKNOWN, "helper-age-unknown"),
        (HelperKind.CLASSMATE, UNKNOWN, "helper-age-unknown"),
    ],
)
def test_helpers_under_18_serve_only_as_classmates(kind, birth_date, expected, make_need, make_offer, context):
    """The 18th birthday counts; a young volunteer of unknown age is taken to be under 18."""
    offer = make_offer(kind=kind, birth_date=birth_date)
    assert code(MinorHelperConstraint().allows(make_need(), offer, context)) == expected
    peer = attrs.evolve(context, peer=True)
    assert MinorHelperConstraint().allows(make_need(), offer, peer) is True or kind is not HelperKind.CLASSMATE


def test_exclusions_work_both_ways(make_need, make_offer, make_problem):
    """Either side, somebody in charge, or an earlier no keeps a pair apart, each with its own reason."""
    need, offer = make_need("c"), make_offer("h")
    by_child = make_need("c", wishes=ChildWishes(excluded=frozenset({"h"})))
    by_helper = make_offer("h", wishes=HelperWishes(excluded=frozenset({"c"})))
    declined = decline(propose("c", "h", strategy="one-to-one", on=TODAY), on=TODAY, reason="no time")
    for problem, expected in (
        (make_problem([by_child], [offer]), "excluded-by-child"),
        (make_problem([need], [by_helper]), "excluded-by-helper"),
        (make_problem([need], [offer], existing=(declined,)), "declined"),
        (make_problem([need], [offer], excluded_pairs=frozenset({("c", "h")})), "exclusion"),
    ):
        plan = pair(problem)
        assert plan.pairs == ()
        assert plan.unpaired[0].reasons[0].code == expected
        assert plan.idle[0].reasons[0].code == expected


@pytest.mark.parametrize(
    ("child", "helper", "wish_of_child", "wish_of_helper", "expected"),
    [
        (Sex.FEMALE, Sex.MALE, None, None, True),
        (Sex.FEMALE, Sex.MALE, Sex.FEMALE, None, False),
        (Sex.FEMALE, UNKNOWN, Sex.FEMALE, None, "sex-unknown"),
        (Sex.FEMALE, Sex.FEMALE, Sex.FEMALE, Sex.MALE, False),
        (UNKNOWN, Sex.FEMALE, None, Sex.MALE, "sex-unknown"),
        (Sex.MALE, Sex.FEMALE, Sex.FEMALE, Sex.MALE, True),
    ],
)
def test_wishes_about_sex(child, helper, wish_of_child, wish_of_helper, expected, make_need, make_offer, context):
    """A wish of either side binds, and an unknown sex does not fulfil it."""
    need = make_need(sex=child, wishes=ChildWishes(sex=wish_of_child))
    offer = make_offer(sex=helper, wishes=HelperWishes(sex=wish_of_helper))
    assert code(SexConstraint().allows(need, offer, context)) == expected


def test_girls_can_be_kept_to_women(make_need, make_offer, context):
    """With the rule on, a girl, or a child of unknown sex, goes to a woman only; a boy to anybody."""
    rule = SexConstraint(girls_by_women=True)
    answers = {
        (child, helper): rule.allows(make_need(sex=child), make_offer(sex=helper), context) is True
        for child, helper in itertools.product((Sex.FEMALE, Sex.MALE, UNKNOWN), repeat=2)
    }
    assert {pair for pair, yes in answers.items() if not yes} == {
        (Sex.FEMALE, Sex.MALE),
        (Sex.FEMALE, UNKNOWN),
        (UNKNOWN, Sex.MALE),
        (UNKNOWN, UNKNOWN),
    }


def test_parents_and_caregivers_are_no_helpers_of_their_own(make_need, make_offer, context):
    """The same telephone, or the same name and birth date, is a conflict; two gaps are not."""
    rule, phone, born = ConflictConstraint(), Phone("13900000001"), dt.date(1980, 1, 1)
    offer = make_offer(phone=phone, name="甲", birth_date=born)
    assert rule.allows(make_need(), offer, context) is True
    assert rule.allows(make_need(father=Parent(phone=phone)), offer, context) is False
    assert rule.allows(make_need(caregiver=Caregiver(phone=phone)), offer, context) is False
    assert rule.allows(make_need(mother=Parent(name="甲", birth_date=born)), offer, context) is False
    assert rule.allows(make_need(mother=Parent(name="甲")), offer, context) is True
    assert rule.allows(make_need(caregiver=None), make_offer(), context) is True


def test_distance_is_measured_where_it_can_be(make_need, make_offer, places):
    """The shorter of both limits holds, to the meter."""
    here = PlaceCode("520526101201")
    measured = places.with_places(
        [
            Place(code=here, name="a", coordinates=Coordinates(latitude=26_000_000, longitude=104_000_000)),
            Place(code=NEXT_DOOR, name="b", coordinates=Coordinates(latitude=26_010_000, longitude=104_000_000)),
        ]
    )
    context = PairingContext(as_of=TODAY, places=measured, strategy="s")
    apart = measured.distance_m(here, NEXT_DOOR)
    need = make_need()
    for limit, own, expected in (
        (None, None, True),
        (apart, None, True),
        (apart - 1, None, False),
        (None, apart - 1, False),
        (apart, apart - 1, False),
        (apart - 1, apart, False),
    ):
        offer = make_offer(residence=Residence(place=NEXT_DOOR), wishes=HelperWishes(farthest_m=own))
        assert DistanceConstraint(farthest_m=limit).allows(need, offer, context) is expected


def test_unknown_distance_goes_by_the_township_and_says_so(make_need, make_offer, context):
    """Without coordinates a limit is met inside one township, and not met beyond or where a home is unknown."""
    rule = DistanceConstraint(farthest_m=5_000)
    answers = [
        code(rule.allows(make_need(), make_offer(residence=Residence(place=place)), context))
        for place in (NEXT_DOOR, FAR_AWAY, UNKNOWN, PlaceCode("999999"))
    ]
    assert answers == [True, "distance-unknown", "distance-unknown", "distance-unknown"]
    wide = DistanceConstraint(farthest_m=5_000, unknown_within=PlaceLevel.PREFECTURE)
    assert wide.allows(make_need(), make_offer(residence=Residence(place=FAR_AWAY)), context) is True


def test_languages_in_common(make_need, make_offer, context):
    """Two known sets without overlap block; whether a gap blocks is set."""
    miao, yi = frozenset({"苗语"}), frozenset({"彝语"})
    assert LanguageConstraint().allows(make_need(languages=miao), make_offer(languages=miao | yi), context) is True
    assert LanguageConstraint().allows(make_need(languages=miao), make_offer(languages=yi), context) is False
    for allow in (True, False):
        rule = LanguageConstraint(allow_unknown=allow)
        assert rule.allows(make_need(), make_offer(languages=yi), context) is allow


def test_classmates_share_school_grade_and_class(make_need, make_offer, context):
    """One gap or one difference, and it is no classmate; a teacher of the class is none either."""
    own = {"school": "s", "grade": Grade(3), "class_name": "1"}
    need = make_need(schooling=Schooling(**own))
    rule = ClassmateConstraint()
    assert rule.allows(need, make_offer(kind=HelperKind.CLASSMATE, **own), context) is True
    for other in ({"school": "t"}, {"grade": Grade(4)}, {"class_name": "2"}, {"class_name": UNKNOWN}):
        assert rule.allows(need, make_offer(kind=HelperKind.CLASSMATE, **{**own, **other}), context) is False
    assert rule.allows(need, make_offer(kind=HelperKind.SCHOOL_STAFF, **own), context) is False
    nowhere = make_need(schooling=Schooling(school=None, grade=None, class_name=None))
    homeless = {"school": None, "grade": None, "class_name": None}
    assert rule.allows(nowhere, make_offer(kind=HelperKind.CLASSMATE, **homeless), context) is False


def test_a_day_that_suits_both(make_need, make_offer, context):
    """Two known sets of days without overlap block; whether a gap blocks is set."""
    weekend, monday = frozenset({Weekday.SATURDAY, Weekday.SUNDAY}), frozenset({Weekday.MONDAY})
    need = attrs.evolve(make_need(), days=weekend)
    assert CommonDayConstraint().allows(need, make_offer(availability=weekend | monday), context) is True
    assert CommonDayConstraint().allows(need, make_offer(availability=monday), context) is False
    for allow in (True, False):
        rule = CommonDayConstraint(allow_unknown=allow)
        assert rule.allows(make_need(), make_offer(availability=monday), context) is allow


def test_whoever_lives_at_the_same_address_is_no_helper(make_need, make_offer, context):
    """One place and one written address, spaces aside, is one household; a gap or another place is none."""
    rule, place = HouseholdConstraint(), PlaceCode("520526101201")
    need = make_need(residence=Residence(place=place, address="三组 7号"))
    for other, allowed in (
        (Residence(place=place, address="三组7号"), False),
        (Residence(place=place, address="三组8号"), True),
        (Residence(place=NEXT_DOOR, address="三组7号"), True),
        (Residence(place=place), True),
    ):
        assert rule.allows(need, make_offer(residence=other), context) is allowed
    assert rule.allows(make_need(), make_offer(residence=Residence(place=place)), context) is True


def test_the_shipped_rules_are_complete_and_told_apart():
    """Every shipped rule has its own id and a text in both languages; the optional one comes when asked for."""
    rules = default_constraints(common_language=True)
    assert len({rule.id for rule in rules}) == len(rules) == len(default_constraints()) + 1
    assert all(isinstance(rule, PairingConstraint) and rule.text.zh and rule.text.en for rule in rules)


@attrs.frozen(slots=False)
class Odd:
    """A plugin's rule that answers what it likes."""

    answer: object
    id: str = "odd"
    text: Text = Text("奇怪", "odd")

    def allows(self, need, offer, context):
        if isinstance(self.answer, type):
            raise self.answer(need.child.name)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "code", "fault"),
    [
        (KeyError, "odd-failed", "KeyError"),
        (None, "odd-failed", "answered NoneType"),
        (1, "odd-failed", "answered int"),
        (UNKNOWN, "odd-failed", "answered Unknown"),
        (False, "odd", None),
        (Blocked("finer", Text("细", "fine")), "finer", None),
    ],
)
def test_whatever_is_not_true_blocks(answer, code, fault, make_need, make_offer, make_problem):
    """A rule that raises or talks nonsense blocks the pair and is named, without the text of its error."""
    rules = PairingRules(constraints=(*default_constraints(), Odd(answer)))
    plan = pair(make_problem([make_need(name="张三")], [make_offer()]), rules=rules)
    assert plan.pairs == ()
    assert plan.unpaired[0].reasons[0].code == code
    assert [(one.source, one.error, one.count) for one in plan.faults] == ([("odd", fault, 1)] if fault else [])
    assert "张三" not in repr(plan)


@pytest.mark.parametrize("scope", ["pair", "child", "helper", "nonsense", None, ConstraintScope.HELPER])
def test_a_rule_is_asked_whatever_scope_it_claims(scope, make_need, make_offer, make_problem):
    """A misspelled scope never takes a plugin's rule out of use."""
    rule = Odd(False)
    object.__setattr__(rule, "scope", scope)
    plan = pair(make_problem([make_need()], [make_offer()]), rules=PairingRules(constraints=(rule,)))
    assert plan.unpaired[0].reasons[0].code == "odd"


def test_a_rule_about_one_side_is_asked_once_for_that_side(make_need, make_offer, make_problem):
    """Rules that look at the helper only are not asked again for every child."""
    asked = []

    @attrs.frozen
    class Counting(Odd):
        scope: str = "helper"

        def allows(self, need, offer, context):
            asked.append(offer.id)
            return True

    needs, offers = [make_need(name) for name in "abc"], [make_offer(name) for name in "xy"]
    pair(make_problem(needs, offers), rules=PairingRules(constraints=(Counting(True),)))
    assert asked == ["x", "y"]
