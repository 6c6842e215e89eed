"""Duties of one term: what is due, when, and from whom."""

import datetime as dt
import itertools

import attrs
import pytest

from careprogram.care import (
    SHIPPED_DUTY_RULES,
    SHIPPED_RISK_RULES,
    Care,
    Duty,
    DutyParameters,
    DutyRule,
    Festival,
    FestivalDay,
    Occurrence,
    ResponsibleKind,
    Supporter,
    Suspension,
    SuspensionReason,
    Term,
    Urgency,
    assess_risk,
    autumn_term,
    draw_up_plan,
    duties_for_term,
    overdue,
    spring_term,
    unassigned,
)
from careprogram.errors import ConflictError, ValidationError
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.language import Text
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Contact,
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
    Residence,
    Schooling,
    SchoolingStatus,
    Screening,
    ScreeningResult,
    Settlement,
    VillageLink,
)
from careprogram.unknown import UNKNOWN

TERM = autumn_term(2026)
START = TERM.start
VILLAGE = VillageLink(place=PlaceCode("520526101203"), person="director-1")
TOWNSHIP = VillageLink(place=PlaceCode("520526101"), person="supervisor-1", office=Office.TOWNSHIP_SUPERVISOR)
AWAY = Parent(status=ParentStatus.AWAY_WORKING, last_contact=Contact(on=START))
SAFE: dict[str, object] = {
    "birth_date": dt.date(2016, 3, 1),
    "father": AWAY,
    "mother": AWAY,
    "caregiver": Caregiver(
        relation=CaregiverRelation.PATERNAL_GRANDPARENT,
        capacity=CapacityRating.GOOD,
        knows_class=True,
        written_delegation=True,
    ),
    "health": Health(status=HealthStatus.HEALTHY),
    "schooling": Schooling(status=SchoolingStatus.PRIMARY, school="某校", grade=Grade(5)),
    "household": Household(in_poverty=False),
}


def child(**facts: object) -> Child:
    return Child(id=ChildId("c1"), **(SAFE | facts))


def clear(until: dt.date) -> Screening:
    return Screening(result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=until)


def helper(screening: object, **facts: object) -> Supporter:
    skills = frozenset({ServiceId("emotional-comfort"), ServiceId("conduct-guidance")})
    return Supporter(
        helper=Helper(
            id=HelperId("h1"), kind=HelperKind.DEDICATED_VOLUNTEER, skills=skills, screening=screening, **facts
        ),
        role="lead",
    )


def duties_of(
    subject: Child,
    *supporters: Supporter,
    term: Term = TERM,
    as_of: dt.date = START,
    links: tuple[VillageLink, ...] = (VILLAGE, TOWNSHIP),
    **options: object,
) -> tuple[Duty, ...]:
    plan = draw_up_plan(subject, term=term, as_of=as_of, supporters=supporters, links=links)
    return duties_for_term(plan, subject, as_of=as_of, **options)


def kinds(duties: tuple[Duty, ...], kind: str) -> list[Duty]:
    return [duty for duty in duties if duty.kind == kind]


def test_once_per_term_means_once():
    """Health check, lesson, consultation, pack and meeting: one each, school things by the last day of lessons."""
    duties = duties_of(child())
    for kind, due in {
        "health-check": TERM.lessons_end,
        "adolescence-lesson": TERM.lessons_end,
        "guardians-meeting": TERM.lessons_end,
        "consultation": TERM.end,
        "information-pack": TERM.end,
    }.items():
        assert [duty.due for duty in kinds(duties, kind)] == [due], kind


def test_parents_contact_child_and_caregiver_every_week():
    """Two streams, every Sunday, to the end of the vacation."""
    contacts = kinds(duties_of(child()), "parent-contact")
    streams = {stream: [d.due for d in contacts if f":{stream}:" in d.id] for stream in ("child", "caregiver")}
    assert streams["child"] == streams["caregiver"]
    days = streams["child"]
    assert days[0] == dt.date(2026, 9, 6)
    assert {day.isoweekday() for day in days} == {7}
    assert {later - earlier for earlier, later in itertools.pairwise(days)} == {dt.timedelta(days=7)}
    assert TERM.end - days[-1] < dt.timedelta(days=7)
    assert {duty.responsible.kind for duty in contacts} == {ResponsibleKind.PARENT}


@pytest.mark.parametrize(
    ("facts", "streams"),
    [
        ({"mother": Parent(status=ParentStatus.AT_HOME), "caregiver": None}, {"child"}),
        ({"father": Parent(status=ParentStatus.AT_HOME), "mother": Parent(status=ParentStatus.DECEASED)}, set()),
        ({"caregiver": UNKNOWN}, {"child", "caregiver"}),
        ({"caregiver": Caregiver(relation=CaregiverRelation.MOTHER)}, {"child"}),
    ],
)
def test_contact_streams_follow_who_is_away_and_who_cares(facts: dict[str, object], streams: set[str]):
    """No parent away, no contact due; no delegated caregiver, one stream; an unknown one keeps both."""
    contacts = kinds(duties_of(child(**facts)), "parent-contact")
    assert {duty.id.split(":")[3] for duty in contacts} == streams


@pytest.mark.parametrize(
    ("schooling", "lesson", "find_out"),
    [
        (Schooling(status=SchoolingStatus.PRIMARY, school="某校", grade=Grade(4)), False, False),
        (Schooling(status=SchoolingStatus.PRIMARY, school="某校", grade=Grade(5)), True, False),
        (Schooling(status=SchoolingStatus.JUNIOR, school="某校"), True, False),
        (Schooling(status=SchoolingStatus.PRIMARY, school="某校"), False, True),
        (Schooling(), False, True),
        (Schooling(status=SchoolingStatus.KINDERGARTEN, school="某园", grade=None), False, False),
        (Schooling(status=SchoolingStatus.KINDERGARTEN, school="某园"), False, False),
    ],
)
def test_the_lesson_begins_in_grade_five(schooling: Schooling, lesson: bool, find_out: bool):
    """五年级以上 includes the fifth; a grade that could be the fifth is found out, not passed over."""
    duties = duties_of(child(schooling=schooling))
    assert bool(kinds(duties, "adolescence-lesson")) is lesson
    asked = {fact for duty in kinds(duties, "find-out") for fact in duty.facts}
    assert ("schooling.grade" in asked) is find_out


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (dt.date(2018, 9, 2), {"child-unattended", "living-alone"}),
        (dt.date(2018, 9, 1), {"living-alone"}),
        (dt.date(2010, 9, 2), {"living-alone"}),
        (dt.date(2010, 9, 1), set()),
        (UNKNOWN, {"living-alone"}),
    ],
)
def test_a_child_nobody_cares_for_is_urgent(birth: object, expected: set[str]):
    """Under 8 and under 16, the birthday no longer counted; an unknown age does not wait."""
    duties = duties_of(child(caregiver=None, birth_date=birth))
    urgent = [duty for duty in duties if duty.urgency is Urgency.AT_ONCE]
    assert {duty.kind for duty in urgent} == expected
    assert all(duty.due == START and duty.responsible.id == "director-1" for duty in urgent)


def test_what_is_urgent_does_not_wait_for_the_term():
    """Found in July, due in July, though the plan is for September."""
    day = dt.date(2026, 7, 10)
    duties = duties_of(child(caregiver=None), as_of=day)
    assert [duty.due for duty in kinds(duties, "living-alone")] == [day]
    assert all(duty.due >= START for duty in duties if duty.urgency is Urgency.ROUTINE)


def test_a_parent_at_home_attends_unless_unable():
    """A father at home is enough; one known to be unable is not."""
    home = Parent(status=ParentStatus.AT_HOME)
    assert not kinds(duties_of(child(caregiver=None, father=home)), "living-alone")
    unable = Parent(status=ParentStatus.AT_HOME, guardianship_capacity=False)
    assert kinds(duties_of(child(caregiver=None, father=unable)), "living-alone")
    assert kinds(duties_of(child(guardianship=GuardianshipKind.NOBODY)), "living-alone")


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        ({"guardianship": GuardianshipKind.NOBODY}, 7),
        ({"schooling": Schooling(status=SchoolingStatus.DROPPED_OUT, school=None, grade=None)}, 14),
        ({"household": Household(in_poverty=True)}, 30),
    ],
)
def test_home_visits_follow_the_risk_level(facts: dict[str, object], gap: int):
    """The higher the level, the closer the visits; each by the director."""
    visits = kinds(duties_of(child(**facts)), "home-visit")
    days = [duty.due for duty in visits]
    assert {(later - earlier).days for earlier, later in itertools.pairwise(days)} == {gap}
    assert (days[0] - START).days < gap
    assert (TERM.end - days[-1]).days < gap
    assert {duty.responsible.kind for duty in visits} == {ResponsibleKind.VILLAGE_DIRECTOR}


def test_a_child_on_the_lowest_level_is_visited_once():
    """Once each term."""
    assert [duty.due for duty in kinds(duties_of(child()), "home-visit")] == [TERM.end]


def test_the_school_keeps_in_touch_every_month_while_there_are_lessons():
    """Every thirty days, by the teacher, not in the vacation."""
    contacts = kinds(duties_of(child()), "school-contact")
    days = [duty.due for duty in contacts]
    assert {(later - earlier).days for earlier, later in itertools.pairwise(days)} == {30}
    assert (days[0] - START).days < 30
    assert 0 <= (TERM.lessons_end - days[-1]).days < 30
    assert {duty.responsible.kind for duty in contacts} == {ResponsibleKind.HOMEROOM_TEACHER}
    out = child(schooling=Schooling(status=SchoolingStatus.DROPPED_OUT, school=None, grade=None))
    assert not kinds(duties_of(out), "school-contact")


def test_festivals_are_kept_on_their_real_days():
    """Company at the four festivals of the plan, contact at each festival while a parent is away."""
    autumn = duties_of(child())
    assert [(d.due.isoformat(), d.id.split(":")[3]) for d in kinds(autumn, "festival-company")] == [
        ("2026-09-25", "mid-autumn"),
        ("2027-01-01", "new-year"),
        ("2027-02-05", "spring-festival-eve"),
    ]
    assert [d.due.isoformat() for d in kinds(autumn, "festival-contact")] == [
        "2026-09-25",
        "2026-10-01",
        "2027-01-01",
        "2027-02-06",
    ]
    spring = duties_of(child(), term=spring_term(2026), as_of=dt.date(2026, 3, 1))
    assert [d.due.isoformat() for d in kinds(spring, "festival-company")] == ["2026-06-01"]
    home = Parent(status=ParentStatus.AT_HOME)
    assert not kinds(duties_of(child(father=home, mother=home)), "festival-contact")


def test_festivals_can_be_given():
    """A place with festivals of its own needs no calendar library; days outside the term are left out."""
    given = [
        FestivalDay(on=dt.date(2026, 11, 11), festival=Festival.CHILDREN_DAY),
        FestivalDay(on=dt.date(2026, 8, 31), festival=Festival.MID_AUTUMN),
    ]
    duties = duties_of(child(), festivals=given)
    assert [duty.due for duty in kinds(duties, "festival-company")] == [dt.date(2026, 11, 11)]


def test_delegated_care_is_notified_and_a_missing_letter_signed():
    """Village and school in writing; the letter only where it is known to be missing."""
    duties = duties_of(child())
    assert {duty.id.split(":")[-1] for duty in kinds(duties, "delegation-notice")} == {"village", "school"}
    assert not kinds(duties, "delegation-letter")
    missing = attrs.evolve(child().caregiver, written_delegation=False)
    (letter,) = kinds(duties_of(child(caregiver=missing)), "delegation-letter")
    assert letter.due == START + dt.timedelta(days=30)
    mother = Caregiver(relation=CaregiverRelation.MOTHER)
    assert not kinds(duties_of(child(caregiver=mother)), "delegation-notice")


@pytest.mark.parametrize(
    ("caregiver", "asked"),
    [
        (UNKNOWN, {"caregiver"}),
        (Caregiver(relation=CaregiverRelation.NEIGHBOR), {"caregiver.written_delegation"}),
        (Caregiver(written_delegation=True), {"caregiver.relation"}),
        (Caregiver(relation=CaregiverRelation.MOTHER), set()),
        (None, set()),
    ],
)
def test_an_open_question_about_delegation_is_asked_on_every_level_of_risk(caregiver: object, asked: set[str]):
    """A letter that nobody asked about is no letter on file, also for a child that is visited anyway."""
    red = child(caregiver=caregiver, guardianship=GuardianshipKind.NOBODY)
    facts = {fact for duty in kinds(duties_of(red), "find-out") for fact in duty.facts}
    assert facts == asked


def test_a_child_in_town_with_its_parents_needs_no_weekly_call():
    """The week of the law is for parents who are away; a child alone in town still hears from them."""
    there: dict[str, object] = {"moved_with_parents": True, "residence": Residence(settlement=Settlement.URBAN)}
    mother = Caregiver(relation=CaregiverRelation.MOTHER)
    together = duties_of(child(caregiver=mother, **there))
    assert not kinds(together, "parent-contact") + kinds(together, "festival-contact")
    assert kinds(duties_of(child(caregiver=mother, **(there | {"moved_with_parents": UNKNOWN}))), "parent-contact")
    assert kinds(duties_of(child(caregiver=None, **there)), "parent-contact")


def test_titles_count_as_the_civil_code_does():
    """以上 and 以下 include the number (art. 1259); where it does not count, the title says 未满 or 超过."""
    titles = [rule.title.zh for rule in (*SHIPPED_DUTY_RULES, *SHIPPED_RISK_RULES)]
    assert [title for title in titles if "以上" in title or "以下" in title] == []


def test_reprs_tell_no_health():
    """A plan or an assessment in a log must not say that a named child is ill."""
    ill = child(health=Health(status=HealthStatus.ILL))
    plan = draw_up_plan(ill, term=TERM, as_of=START)
    for record in (plan, *plan.services, assess_risk(ill, as_of=START)):
        assert "ill" not in repr(record).replace("village", "")
        assert "患" not in repr(record)


def test_a_screening_is_renewed_before_it_ends():
    """Thirty days ahead, never after its last day; one that outlives the term asks for nothing."""
    soon = duties_of(child(), helper(clear(dt.date(2026, 12, 31))))
    assert [duty.due for duty in kinds(soon, "helper-screening")] == [dt.date(2026, 12, 1)]
    tight = duties_of(child(), helper(clear(dt.date(2026, 9, 5))))
    assert [duty.due for duty in kinds(tight, "helper-screening")] == [dt.date(2026, 9, 5)]
    later = duties_of(child(), helper(clear(TERM.end + dt.timedelta(days=1))))
    assert not kinds(later, "helper-screening")


def test_an_unscreened_helper_is_checked_and_a_barred_one_stopped():
    """No check on file: within two weeks. A record: at once. A classmate needs none."""
    unscreened = duties_of(child(), helper(None))
    assert [duty.due for duty in kinds(unscreened, "helper-screening")] == [dt.date(2026, 9, 15)]
    record = Screening(result=ScreeningResult.BARRED, checked_on=START, expires_on=TERM.end)
    barred = duties_of(child(), helper(record))
    assert [duty.urgency for duty in kinds(barred, "barred-helper")] == [Urgency.AT_ONCE]
    assert not kinds(barred, "helper-screening")
    minor = duties_of(child(), helper(None, birth_date=dt.date(2012, 1, 1)))
    assert not kinds(minor, "helper-screening")


def test_a_duty_moves_on_when_the_screening_of_its_helper_ends():
    """Before the last day the helper, after it the village, and the duty says why."""
    duties = duties_of(child(), helper(clear(dt.date(2026, 12, 31))))
    company = {duty.due: duty for duty in kinds(duties, "festival-company")}
    before, after = company[dt.date(2026, 9, 25)], company[dt.date(2027, 1, 1)]
    assert (before.responsible.id, before.moved) == ("h1", None)
    assert after.responsible.id == "director-1"
    assert "screening" in after.moved.en
    assert "到期" in after.moved.zh


def test_a_duty_moves_up_the_chain_when_the_director_is_away():
    """The township answers and it is said; with nobody left the duty is flagged, not dropped."""
    moved = kinds(duties_of(child(), unavailable={"director-1"}), "information-pack")[0]
    assert moved.responsible.id == "supervisor-1"
    assert "away" in moved.moved.en
    nobody = duties_of(child(), unavailable={"director-1", "supervisor-1"})
    left = unassigned(nobody)
    assert {"information-pack", "home-visit"} <= {duty.kind for duty in left}
    assert all(duty.unassigned and "name somebody" in duty.moved.en for duty in left)
    assert {d.id for d in nobody} == {d.id for d in duties_of(child())}


def test_a_duty_without_its_first_hand_says_so():
    """No school known: the check falls to whoever carries the care of life; without that, to the village."""
    unknown_school = child(schooling=Schooling(status=SchoolingStatus.PRIMARY, grade=Grade(5)), caregiver=None)
    (check,) = kinds(duties_of(unknown_school), "health-check")
    assert check.responsible.kind is ResponsibleKind.VILLAGE_DIRECTOR
    (lesson,) = kinds(duties_of(unknown_school, links=()), "adolescence-lesson")
    assert lesson.unassigned


def test_an_open_care_is_a_duty():
    """A gap in the plan becomes somebody's task."""
    duties = duties_of(child(schooling=Schooling(status=SchoolingStatus.PRIMARY, grade=Grade(3))))
    (gap,) = kinds(duties, "open-care")
    assert gap.id.endswith(":study")
    assert Care.STUDY.zh in gap.title.zh


@pytest.mark.parametrize("kind", ["parent-contact", "home-visit"])
def test_no_gap_opens_between_two_terms(kind: str):
    """The week that the law names does not stop at the end of a term, nor does the cadence of visits."""
    silent = Parent(status=ParentStatus.AWAY_WORKING, last_contact=None)
    subject = child(father=silent, mother=silent)
    days = [
        duty.due
        for term in (autumn_term(2026), spring_term(2027), autumn_term(2027))
        for duty in kinds(duties_of(subject, term=term, as_of=term.start), kind)
    ]
    gaps = {(later - earlier).days for earlier, later in itertools.pairwise(sorted(set(days)))}
    assert gaps == {7 if kind == "parent-contact" else 14}


def test_working_duties_out_again_later_keeps_their_ids():
    """Days counted through the calendar stay; what is past is no longer asked for."""
    risk = assess_risk(child(), as_of=START)
    first = {duty.id for duty in duties_of(child())}
    later = duties_of(child(), as_of=dt.date(2026, 10, 20), risk=risk)
    assert {duty.id for duty in later} <= first
    assert min(duty.due for duty in later) >= dt.date(2026, 10, 20)


def test_a_deadline_already_past_gets_grace():
    """Drawn up in the vacation, the check of the term is due two weeks on, and still inside the term."""
    late = duties_of(child(), as_of=dt.date(2027, 1, 25))
    assert [duty.due for duty in kinds(late, "health-check")] == [dt.date(2027, 2, 8)]
    last = duties_of(child(), as_of=TERM.end)
    assert [duty.due for duty in kinds(last, "health-check")] == [TERM.end]


def test_suspended_duties_rest_and_are_kept():
    """Parents home for the festival mute that month; nothing disappears, and what is urgent goes on."""
    home = Suspension(reason=SuspensionReason.PARENTS_HOME, since=dt.date(2027, 1, 25), until=dt.date(2027, 2, 20))
    duties = duties_of(child(), suspensions=[home])
    assert len(duties) == len(duties_of(child()))
    assert {duty.muted for duty in duties if home.since <= duty.due <= home.until} == {True}
    assert {duty.muted for duty in duties if not home.since <= duty.due <= home.until} == {False}
    since = attrs.evolve(home, since=START, until=None)
    urgent = kinds(duties_of(child(caregiver=None), suspensions=[since]), "living-alone")
    assert [duty.muted for duty in urgent] == [False]
    died = Suspension(reason=SuspensionReason.DIED, since=START)
    assert all(duty.muted for duty in duties_of(child(caregiver=None), suspensions=[died]))


def test_overdue_begins_the_day_after():
    """Due today is not late; done, muted and future duties are not either."""
    duties = kinds(duties_of(child()), "festival-company")
    day = dt.date(2026, 9, 25)
    assert overdue(duties, as_of=day) == ()
    assert [duty.due for duty in overdue(duties, as_of=day + dt.timedelta(days=1))] == [day]
    assert overdue(duties, as_of=TERM.end, done={duties[0].id, duties[1].id}) == (duties[2],)
    assert overdue([attrs.evolve(duties[0], muted=True)], as_of=TERM.end) == ()


def test_a_rule_of_ones_own():
    """A program adds a rule in a few lines; a mistake in it is named."""
    rule = DutyRule(
        id="book",
        title=Text("送书", "bring a book"),
        source="our library",
        hands=(ResponsibleKind.HELPER,),
        schedule=lambda context: [Occurrence(due=context.within(10))],
    )
    (duty,) = duties_of(child(), rules=[rule])
    assert (duty.due, duty.responsible.id) == (START + dt.timedelta(days=10), "director-1")
    assert "village" in duty.moved.en
    early = attrs.evolve(rule, schedule=lambda _: [Occurrence(due=START - dt.timedelta(days=1))])
    with pytest.raises(ValidationError, match="duty rule book asks for 2026-08-31"):
        duties_of(child(), rules=[early])
    twice = attrs.evolve(rule, schedule=lambda c: [Occurrence(due=c.within(1)), Occurrence(due=c.within(2))])
    with pytest.raises(ConflictError, match="apart by part"):
        duties_of(child(), rules=[twice])


def test_parameters_are_data():
    """A place that asks for contact every 14 days gets every second day of the usual ones."""
    usual = sorted({duty.due for duty in kinds(duties_of(child()), "parent-contact")})
    rare = kinds(duties_of(child(), parameters=DutyParameters(contact_every=14)), "parent-contact")
    assert sorted({duty.due for duty in rare}) in (usual[::2], usual[1::2])
    with pytest.raises(ValueError, match="contact_every"):
        DutyParameters(contact_every=0)


def test_a_plan_of_another_child_or_term_is_refused():
    """Mixing up two children must not go unnoticed."""
    plan = draw_up_plan(child(), term=TERM, as_of=START)
    with pytest.raises(ValidationError, match="another child"):
        duties_for_term(plan, attrs.evolve(child(), id=ChildId("c2")), as_of=START)
    with pytest.raises(ValidationError, match="ended"):
        duties_for_term(plan, child(), as_of=TERM.end + dt.timedelta(days=1))


def test_a_suspension_cannot_end_before_it_began():
    """Order of days."""
    with pytest.raises(ValidationError, match="before it began"):
        Suspension(reason=SuspensionReason.MOVED, since=START, until=START - dt.timedelta(days=1))


def test_every_shipped_rule_has_both_languages_and_a_source():
    """No duty without its citation."""
    for rule in SHIPPED_DUTY_RULES:
        assert rule.title.zh
        assert rule.title.en.isascii()
        assert rule.source
    assert len({rule.id for rule in SHIPPED_DUTY_RULES}) == len(SHIPPED_DUTY_RULES)
