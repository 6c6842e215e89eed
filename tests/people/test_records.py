"""Records of people: what cannot exist, and what they answer."""

import datetime as dt
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

import careprogram.people
from careprogram.errors import ConflictError, ValidationError
from careprogram.ids import ChildId, HelperId
from careprogram.people import (
    CapacityRating,
    CaregiverRelation,
    Child,
    Consent,
    Disability,
    Grade,
    GuardianshipKind,
    Helper,
    HelperKind,
    Office,
    PlaceCode,
    SchoolingStatus,
    Screening,
    ScreeningResult,
    VillageLink,
    VillageLinks,
)
from careprogram.people.enums import Answer
from careprogram.testing.strategies import consents, days, grades, place_codes, screenings, village_link_books
from careprogram.unknown import UNKNOWN

DAY = dt.date(2026, 9, 1)
NEXT = DAY + dt.timedelta(days=1)
ENUMS = [
    kind
    for kind in (getattr(careprogram.people, name) for name in careprogram.people.__all__)
    if inspect.isclass(kind) and issubclass(kind, Answer)
]


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_answer_has_a_stable_name_and_a_label(kind: type[Answer]):
    """Values are kebab-case English and go into files; labels are the form's own and unique."""
    for member in kind:
        assert member.value == member.value.lower().replace("_", "-").replace(" ", "-")
        assert member.value.isascii()
        assert member.label() == member.zh
        assert member.label("en") == member.value.replace("-", " ")
        assert str(member) == member.value
        assert kind(member.value) is member
    assert len({member.zh for member in kind}) == len(kind)


def test_the_columns_of_the_national_form_are_all_there():
    """Eight answers on schooling, five on guardianship: as the form of 2016 prints them."""
    assert [status.zh for status in SchoolingStatus] == [
        "幼儿园",
        "未入园",
        "小学",
        "初中",
        "高中",
        "中职",
        "辍学",
        "不在学",
    ]
    ratings = {kind.zh: CapacityRating.of(kind).zh for kind in GuardianshipKind}
    assert ratings == {
        "无人监护": "较差",
        "父或母无监护能力": "较差",
        "受委托监护人监护能力不足": "较差",
        "监护情况一般": "一般",
        "监护情况较好": "较好",
    }


def test_who_counts_as_grandparent_and_parent():
    """隔代监护 is care by either side's grandparents."""
    assert [one.value for one in CaregiverRelation if one.is_grandparent] == [
        "paternal-grandparent",
        "maternal-grandparent",
    ]
    assert [one.value for one in CaregiverRelation if one.is_parent] == ["father", "mother"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("五年级", 5),
        ("小学5年级", 5),
        ("５ 年级", 5),
        ("初二", 8),
        ("初中七年级", 7),
        ("七年级", 7),
        ("高一", 10),
        ("职高三年级", 12),
        ("12", 12),
        ("小一", 1),
    ],
)
def test_grades_are_read_as_schools_write_them(text: str, number: int):
    """Counted through, whatever the stage is called."""
    assert Grade.parse(text).number == number


@pytest.mark.parametrize("text", ["初四", "小学七年级", "高四", "初中十年级", "高中5"])
def test_a_grade_that_its_stage_does_not_have_is_refused(text: str) -> None:
    """What could be two grades, or none, is asked again and not guessed."""
    with pytest.raises(ValidationError, match="grade"):
        Grade.parse(text)


@pytest.mark.parametrize("text", ["", "幼儿园", "十年级", "0", "13", "五班", "高四"])
def test_what_names_no_grade_is_refused(text: str):
    """With a reason that a roster can report, and without repeating the cell."""
    with pytest.raises(ValidationError) as caught:
        Grade.parse(text)
    assert caught.value.reason == "grade"


@given(grades())
def test_a_grade_is_read_back_as_it_is_written(grade: Grade):
    """For all twelve, as text and as number."""
    assert Grade.parse(str(grade)) == grade
    assert Grade.parse(str(grade.number)) == grade


@given(grades(), grades())
def test_grades_compare_like_their_numbers(one: Grade, other: Grade):
    """A rule from grade 5 on is a comparison."""
    assert (one < other) is (one.number < other.number)


@pytest.mark.parametrize("number", [0, 13, -1])
def test_there_is_no_such_grade(number: int):
    """Twelve grades, no more."""
    with pytest.raises(ValidationError, match="1 to 12"):
        Grade(number)


def test_stages_follow_the_grade():
    """Six primary, three junior, three senior."""
    stages = [Grade(number).stage for number in range(1, 13)]
    assert stages == [SchoolingStatus.PRIMARY] * 6 + [SchoolingStatus.JUNIOR] * 3 + [SchoolingStatus.SENIOR] * 3


def test_a_consent_holds_from_its_first_day_to_its_last():
    """Both ends count; from the day of withdrawal it does not stand."""
    consent = Consent(given_on=DAY, expires_on=NEXT)
    assert [consent.covers(DAY + dt.timedelta(days=n)) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert not Consent(given_on=DAY, withdrawn_on=DAY).covers(DAY)
    assert Consent(given_on=DAY, withdrawn_on=NEXT).covers(DAY)
    assert Consent(given_on=DAY).covers(dt.date(2100, 1, 1))


@given(consents(), days())
def test_a_withdrawn_or_expired_consent_never_comes_back(consent: Consent, day: dt.date):
    """Once it stood and stands no more, it never stands again."""
    later = [day + dt.timedelta(days=n) for n in (1, 30, 1000)]
    if day >= consent.given_on and not consent.covers(day):
        assert not any(consent.covers(one) for one in later)


@given(screenings(), days())
def test_a_screening_with_a_record_clears_nobody(screening: Screening, day: dt.date):
    """On no day; a clear one from its check to its last day, both counted."""
    inside = screening.checked_on <= day <= screening.expires_on
    assert screening.clears(day) is (inside and screening.result is ScreeningResult.CLEAR)


@pytest.mark.parametrize("screening", [None, UNKNOWN])
def test_an_unknown_screening_is_none(screening: object):
    """Nobody serves on a maybe."""
    helper = Helper(id=HelperId("h1"), kind=HelperKind.CADRE, screening=screening)
    assert helper.screened(DAY) is False


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Consent(given_on=NEXT, expires_on=DAY), "order"),
        (lambda: Consent(given_on=NEXT, withdrawn_on=DAY), "order"),
        (lambda: Screening(result=ScreeningResult.CLEAR, checked_on=NEXT, expires_on=DAY), "order"),
        (lambda: Disability(degree=0), "degree"),
        (lambda: Disability(degree=5), "degree"),
        (lambda: Child(id=ChildId("")), "empty"),
        (lambda: Child(id=ChildId("c1"), siblings=frozenset({ChildId("c1")})), "sibling"),
        (lambda: Helper(id=HelperId(""), kind=HelperKind.CADRE), "empty"),
        (lambda: Helper(id=HelperId("h1"), kind=HelperKind.CADRE, capacity=-1), "capacity"),
    ],
)
def test_what_cannot_be_cannot_be_made(make, reason: str):
    """A record that exists is valid."""
    with pytest.raises(ValidationError) as caught:
        make()
    assert caught.value.reason == reason


@pytest.mark.parametrize("degree", [1, 4, UNKNOWN])
def test_degrees_of_disability(degree: object):
    """Four, or not known."""
    assert Disability(degree=degree).degree is degree or degree in (1, 4)


VILLAGE, TOWNSHIP, COUNTY = PlaceCode("520526101203"), PlaceCode("520526101"), PlaceCode("520526")


def test_a_village_is_answered_for_by_its_own_link_else_the_nearest_above():
    """Village, then township, then county; an unknown place by nobody."""
    own, above, far = (VillageLink(place=place, person=place.text) for place in (VILLAGE, TOWNSHIP, COUNTY))
    assert VillageLinks((far, above, own)).responsible_for(VILLAGE) is own
    assert VillageLinks((far, above)).responsible_for(VILLAGE) is above
    assert VillageLinks((far,)).responsible_for(VILLAGE) is far
    assert VillageLinks(()).responsible_for(VILLAGE) is None
    assert VillageLinks((far,)).responsible_for(UNKNOWN) is None


def test_two_persons_for_one_village_are_refused():
    """Exactly one answers; the message names the place."""
    with pytest.raises(ConflictError, match=VILLAGE.text):
        VillageLinks((VillageLink(place=VILLAGE, person="a"), VillageLink(place=VILLAGE, person="b")))


@given(village_link_books(), st.lists(place_codes(), max_size=4))
def test_a_place_is_uncovered_exactly_when_nobody_contains_it(links: VillageLinks, places: list[PlaceCode]):
    """Found by comparing codes, without walking up."""
    asked = [*places, *(link.place for link in links.links)]
    expected = {place for place in asked if not any(link.place.contains(place) for link in links.links)}
    assert links.uncovered(asked) == tuple(sorted(expected))


def test_every_office_has_a_label():
    """Those who answer are told by office, not by name."""
    assert Office.VILLAGE_DIRECTOR.zh == "村儿童主任"
