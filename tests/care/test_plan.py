"""Plans of care: who is responsible for each care, and why."""

import datetime as dt
import itertools

import pytest

from careprogram.care import (
    Care,
    NeedRule,
    ResponsibleKind,
    ResponsiblePerson,
    Standing,
    Supporter,
    autumn_term,
    chain_of_office,
    draw_up_plan,
    needed_services,
)
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.language import Text
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Grade,
    GuardianshipKind,
    Health,
    HealthStatus,
    Helper,
    HelperKind,
    Household,
    Office,
    Parent,
    ParentStatus,
    PlaceCode,
    Schooling,
    SchoolingStatus,
    Screening,
    ScreeningResult,
    VillageLink,
    VillageLinks,
)
from careprogram.unknown import UNKNOWN

DAY = dt.date(2026, 9, 1)
TERM = autumn_term(2026)
VILLAGE = VillageLink(place=PlaceCode("520526101203"), person="director-1")
TOWNSHIP = VillageLink(place=PlaceCode("520526101"), person="supervisor-1", office=Office.TOWNSHIP_SUPERVISOR)
GRANDMOTHER = Caregiver(relation=CaregiverRelation.PATERNAL_GRANDPARENT, capacity=CapacityRating.GOOD)
PUPIL = Schooling(status=SchoolingStatus.PRIMARY, school="中心小学", grade=Grade(5), class_name="1")


def helper(identity: str, *skills: str, kind: HelperKind = HelperKind.DEDICATED_VOLUNTEER, **facts: object) -> Helper:
    defaults: dict[str, object] = {
        "screening": Screening(
            result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=dt.date(2026, 12, 31)
        )
    }
    return Helper(id=HelperId(identity), kind=kind, skills=frozenset(map(ServiceId, skills)), **(defaults | facts))


def child(**facts: object) -> Child:
    away = Parent(status=ParentStatus.AWAY_WORKING)
    defaults: dict[str, object] = {
        "father": away,
        "mother": away,
        "caregiver": GRANDMOTHER,
        "schooling": PUPIL,
        "birth_date": dt.date(2016, 3, 1),
    }
    return Child(id=ChildId("c1"), **(defaults | facts))


def plan_of(subject: Child, *supporters: Supporter, **options: object):
    return draw_up_plan(subject, term=TERM, as_of=DAY, supporters=supporters, **({"links": [VILLAGE]} | options))


def rule_of(plan, care: Care) -> str:
    return next(one.rule for one in plan.assignments if one.care is care)


LIFE = [
    (child(father=Parent(status=ParentStatus.AT_HOME, guardianship_capacity=True)), "life.parent-able"),
    (child(), "life.caregiver-able"),
    (child(caregiver=Caregiver(), guardianship=GuardianshipKind.FAIR), "life.caregiver-able"),
    (child(father=Parent(status=ParentStatus.AT_HOME), caregiver=None), "life.parent-unassessed"),
    (child(caregiver=Caregiver()), "life.caregiver-unassessed"),
    (child(caregiver=Caregiver(capacity=CapacityRating.POOR)), "life.village"),
    (child(caregiver=None), "life.village"),
    (child(caregiver=UNKNOWN), "life.village"),
    (
        child(father=Parent(status=ParentStatus.AT_HOME, guardianship_capacity=False), caregiver=None),
        "life.village",
    ),
    (child(caregiver=Caregiver(capacity=CapacityRating.GOOD, birth_date=dt.date(2010, 1, 1))), "life.village"),
]


@pytest.mark.parametrize(("subject", "rule"), LIFE, ids=[rule for _, rule in LIFE])
def test_life_goes_to_whoever_can_care_nearest(subject: Child, rule: str):
    """Able parent, able caregiver, those not assessed, then the village; poor, unable or under-age carers never."""
    assert rule_of(plan_of(subject), Care.LIFE) == rule


def test_a_proxy_parent_steps_in_where_care_is_poor():
    """The scheme of proxy parents is for the child whose caregiver cannot."""
    plan = plan_of(child(caregiver=None), Supporter(helper=helper("h1"), role="lead"))
    assert plan.cares[Care.LIFE] == ResponsiblePerson(
        kind=ResponsibleKind.PROXY_PARENT, id="h1", until=dt.date(2026, 12, 31)
    )


def test_study_goes_to_a_tutor_else_the_teacher():
    """A helper with the skill comes first; the school answers otherwise."""
    tutor = Supporter(helper=helper("h1", "study-tutoring"))
    assert plan_of(child(), tutor).cares[Care.STUDY].id == "h1"
    assert rule_of(plan_of(child(), Supporter(helper=helper("h2", "living-aid"))), Care.STUDY) == "study.teacher"


@pytest.mark.parametrize(
    ("schooling", "birth", "rule"),
    [
        (
            Schooling(status=SchoolingStatus.DROPPED_OUT, school=None, grade=None),
            dt.date(2013, 1, 1),
            "study.back-to-school",
        ),
        (Schooling(status=SchoolingStatus.NOT_IN_KINDERGARTEN, school=None), dt.date(2022, 1, 1), "study.carer"),
        (Schooling(homeroom_teacher="姓名"), dt.date(2016, 1, 1), "study.teacher"),
        (Schooling(status=SchoolingStatus.PRIMARY), dt.date(2016, 1, 1), "open"),
        (Schooling(), dt.date(2016, 1, 1), "open"),
    ],
)
def test_study_without_a_tutor(schooling: Schooling, birth: dt.date, rule: str):
    """Drop-outs go to the village, infants to their carer; where no school is known the care stays open."""
    assert rule_of(plan_of(child(schooling=schooling, birth_date=birth)), Care.STUDY) == rule


def test_a_care_without_anybody_is_open_and_says_so():
    """Nothing is made up: no school, no helper and no village link leave three cares open."""
    plan = plan_of(child(schooling=Schooling()), links=[])
    assert plan.open_cares == (Care.STUDY, Care.GROWTH, Care.MIND)
    assert plan.cares[Care.MIND] is None
    assert plan.why(Care.MIND).en == "no rule found anybody suitable"


def test_every_assignment_gives_its_reason():
    """A director sees why, in both languages."""
    plan = plan_of(child())
    for care in Care:
        assert plan.why(care).zh
        assert plan.why(care).en


UNFIT = [
    ({"screening": None}, Standing.UNSCREENED),
    ({"screening": UNKNOWN}, Standing.UNSCREENED),
    (
        {
            "screening": Screening(
                result=ScreeningResult.CLEAR, checked_on=dt.date(2025, 8, 31), expires_on=dt.date(2026, 8, 31)
            )
        },
        Standing.UNSCREENED,
    ),
    (
        {"screening": Screening(result=ScreeningResult.BARRED, checked_on=DAY, expires_on=dt.date(2027, 9, 1))},
        Standing.BARRED,
    ),
    ({"kind": HelperKind.CLASSMATE}, Standing.UNDER_AGE),
    ({"birth_date": dt.date(2008, 9, 2)}, Standing.UNDER_AGE),
    ({"kind": HelperKind.STUDENT_VOLUNTEER}, Standing.UNDER_AGE),
]


@pytest.mark.parametrize(("facts", "standing"), UNFIT, ids=[f"{s.value}-{n}" for n, (_, s) in enumerate(UNFIT)])
def test_nobody_unfit_is_ever_responsible(facts: dict[str, object], standing: Standing):
    """No screening, an expired one, a record, or an age under 18: set aside, with the reason in the plan."""
    unfit = helper("h1", "study-tutoring", "emotional-comfort", "conduct-guidance", **facts)
    plan = plan_of(child(caregiver=None), Supporter(helper=unfit, role="lead"))
    assert [one.standing for one in plan.supporters] == [standing]
    assert all(person is None or person.id != "h1" for person in plan.cares.values())
    assert all(one.responsible is None or one.responsible.id != "h1" for one in plan.services)


def test_a_helper_of_exactly_18_is_of_age():
    """The birthday itself counts."""
    grown = Supporter(helper=helper("h1", birth_date=dt.date(2008, 9, 1)))
    assert grown.standing(DAY) is Standing.FIT


def test_somebody_away_is_passed_over():
    """With the director away the township answers; with the helper away, the teacher."""
    tutor = Supporter(helper=helper("h1", "study-tutoring"))
    plan = plan_of(child(caregiver=None), tutor, links=[VILLAGE, TOWNSHIP], unavailable={"director-1", "h1"})
    assert plan.cares[Care.LIFE] == ResponsiblePerson(kind=ResponsibleKind.TOWNSHIP_SUPERVISOR, id="supervisor-1")
    assert plan.cares[Care.STUDY].kind is ResponsibleKind.HOMEROOM_TEACHER
    assert plan.supporters[0].standing is Standing.AWAY


def test_the_order_of_supporters_does_not_matter():
    """Roles rank first, then ids; the same people give the same plan."""
    people = [
        Supporter(helper=helper("h3", "study-tutoring"), role="lead"),
        Supporter(helper=helper("h1", "study-tutoring")),
        Supporter(helper=helper("h2", "study-tutoring"), role="supporter"),
    ]
    plans = {plan_of(child(), *order) for order in itertools.permutations(people)}
    assert [plan.cares[Care.STUDY].id for plan in plans] == ["h3"]


def test_links_come_nearest_first():
    """Village before township before province, whatever the order of entry."""
    province = VillageLink(place=PlaceCode("52"), person="leader-1", office=Office.LEADER)
    elsewhere = VillageLink(place=PlaceCode("520526102"), person="other")
    links = VillageLinks((province, elsewhere, TOWNSHIP, VILLAGE))
    assert chain_of_office(links, PlaceCode("520526101203")) == (VILLAGE, TOWNSHIP, province)
    assert chain_of_office(links, PlaceCode("520526101204")) == (TOWNSHIP, province)
    assert chain_of_office(links, UNKNOWN) == ()


def services_of(subject: Child, **options: object) -> dict[str, bool]:
    return {str(need.service): need.to_confirm for need in needed_services(subject, as_of=DAY, **options)}


def test_needs_follow_from_facts():
    """A healthy pupil of a sound household needs no aid; a poor and ill one does."""
    sound = Household(in_poverty=False)
    healthy = Health(status=HealthStatus.HEALTHY)
    well = Parent(status=ParentStatus.AWAY_WORKING, health=HealthStatus.HEALTHY)
    needs = services_of(child(household=sound, health=healthy, father=well, mother=well))
    assert not {"education-aid", "living-aid", "medical-aid", "daily-life-help", "mental-health-counseling"} & set(
        needs
    )
    assert not any(needs.values())
    poor = services_of(child(household=Household(in_poverty=True), health=Health(status=HealthStatus.ILL)))
    assert poor["education-aid"] is False
    assert poor["medical-aid"] is False


def test_an_unknown_fact_plans_the_service_to_be_confirmed():
    """Unknown never becomes no."""
    needs = services_of(Child(id=ChildId("c9")))
    assert needs["medical-aid"] is True
    assert needs["adolescence-education"] is True
    assert needs["safety-education"] is False


def test_a_key_target_gets_counseling():
    """The most urgent tier asks for it; the next does not."""
    whole = {"father": Parent(status=ParentStatus.AWAY_WORKING), "mother": Parent(status=ParentStatus.AT_HOME)}
    assert "mental-health-counseling" in services_of(child(**whole), tier=1)
    assert "mental-health-counseling" not in services_of(child(**whole), tier=2)


def test_a_certain_need_outweighs_a_doubtful_one():
    """Two rules for one service: once, and confirmed if either is certain."""
    doubtful = NeedRule(service=ServiceId("x"), reason=Text("疑", "doubt"), holds=lambda *_: UNKNOWN)
    certain = NeedRule(service=ServiceId("x"), reason=Text("定", "sure"), holds=lambda *_: True)
    for rules in ([doubtful, certain], [certain, doubtful]):
        (need,) = needed_services(child(), as_of=DAY, rules=rules)
        assert need.reason.en == "sure"
        assert need.to_confirm is False


def test_services_are_given_by_a_skilled_helper_else_by_the_care():
    """Who has the skill gives the service; otherwise whoever carries its care sees to it."""
    plan = plan_of(child(), Supporter(helper=helper("h1", "law-education")))
    given = {str(one.service): one.responsible for one in plan.services}
    assert given["law-education"].id == "h1"
    assert given["study-tutoring"].kind is ResponsibleKind.HOMEROOM_TEACHER
    assert given["policy-information"] is None


def test_a_need_for_a_service_that_nobody_knows_is_refused():
    """The mistake is in the rule or the catalogue, and the message says so."""
    rule = NeedRule(service=ServiceId("swimming"), reason=Text("游泳", "swimming"), holds=lambda *_: True)
    with pytest.raises(NotFoundError, match=r"'swimming'.*catalogue"):
        plan_of(child(), need_rules=[rule])


def test_no_plan_is_drawn_up_for_a_term_that_is_over():
    """The last day still counts; the day after is too late."""
    draw_up_plan(child(), term=TERM, as_of=TERM.end)
    with pytest.raises(ValidationError, match="ended"):
        draw_up_plan(child(), term=TERM, as_of=TERM.end + dt.timedelta(days=1))


def test_a_plan_shows_no_personal_field():
    """Whoever logs a plan logs no name."""
    named = child(
        schooling=Schooling(status=SchoolingStatus.PRIMARY, school="某校", homeroom_teacher="王某某"),
        caregiver=Caregiver(name="李某某", capacity=CapacityRating.GOOD),
    )
    shown = repr(plan_of(named, Supporter(helper=helper("h1", name="张某某"))))
    assert not [name for name in ("王某某", "李某某", "张某某") if name in shown]
