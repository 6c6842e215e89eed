"""Which duties do the law and the two plans lay down?

The shipped rules, each with its source. What the sources leave open (days for a notice, the day of a check within the
term) is a parameter or the last day possible, and said so. A program passes its own sequence to add or replace rules.
"""

import datetime as dt
from collections.abc import Iterable

from careprogram.care.calendar import Festival
from careprogram.care.care_rules import Standing
from careprogram.care.cares import Care
from careprogram.care.duties import DutyContext, DutyRule, Occurrence, Urgency
from careprogram.care.responsible import ResponsibleKind
from careprogram.care.situation import (
    age_below,
    at_school,
    caregiver_of,
    delegated,
    from_grade,
    lives_with_parents,
    some_parent_away,
)
from careprogram.language import Text
from careprogram.people import Child
from careprogram.people.caregiving import every, nobody_cares
from careprogram.unknown import UNKNOWN, Unknown

COMPANY_FESTIVALS: dict[Festival, Text] = {
    Festival.NEW_YEAR: Text("元旦送温暖", "New Year: bring warmth"),
    Festival.SPRING_FESTIVAL_EVE: Text("除夕吃团圆饭", "Spring Festival eve: a reunion dinner"),
    Festival.CHILDREN_DAY: Text("六一送小礼物、陪伴活动", "Children's Day: a small gift and company"),
    Festival.MID_AUTUMN: Text("中秋送温暖、吃团圆饭", "Mid-Autumn: warmth and a reunion dinner"),
}
"""What helpers do at which festival (seed text, essay 7)."""

GREETING_FESTIVALS: frozenset[Festival] = frozenset(Festival) - {Festival.SPRING_FESTIVAL_EVE}
"""Festivals at which parents who are away get in touch (essay 7: public holidays and traditional festivals)."""


def _apart(child: Child) -> bool:
    """Tell whether a parent is known to be away and not known to have taken the child along."""
    return some_parent_away(child) is True and lives_with_parents(child) is not True


def _contact(context: DutyContext) -> Iterable[Occurrence]:
    if not _apart(context.child):
        return
    streams = [("child", Text("父母与孩子联系", "parents contact the child"))]
    if delegated(context.child) is not False:
        streams.append(("caregiver", Text("父母与被委托人联系", "parents contact the caregiver")))
    for day in context.each(context.parameters.contact_every, until=context.term.end):
        for stream, title in streams:
            yield Occurrence(due=day, part=f"{stream}:{day.isoformat()}", title=title)


def _festival_greeting(context: DutyContext) -> Iterable[Occurrence]:
    if _apart(context.child):
        for festival in context.festivals:
            if festival.festival in GREETING_FESTIVALS and context.begin <= festival.on <= context.term.end:
                name = festival.festival
                title = Text(f"{name.zh}亲情传递", f"{name.label('en')}: family-affection contact")
                yield Occurrence(due=festival.on, part=f"{name.value}:{festival.on.year}", title=title)


def _festival_company(context: DutyContext) -> Iterable[Occurrence]:
    for festival in context.festivals:
        if festival.festival in COMPANY_FESTIVALS and context.begin <= festival.on <= context.term.end:
            part = f"{festival.festival.value}:{festival.on.year}"
            yield Occurrence(due=festival.on, part=part, title=COMPANY_FESTIVALS[festival.festival])


def _once_by_end_of_lessons(context: DutyContext) -> Iterable[Occurrence]:
    yield Occurrence(due=context.by(context.term.lessons_end))


def _once_by_end_of_term(context: DutyContext) -> Iterable[Occurrence]:
    yield Occurrence(due=context.term.end)


def _adolescence_lesson(context: DutyContext) -> Iterable[Occurrence]:
    if from_grade(context.child, context.parameters.adolescence_from_grade) is True:
        yield Occurrence(due=context.by(context.term.lessons_end))


def _home_visit(context: DutyContext) -> Iterable[Occurrence]:
    every_days = context.risk.level.visit_every
    if every_days is None:
        yield Occurrence(due=context.term.end)
        return
    for day in context.each(every_days, until=context.term.end):
        yield Occurrence(due=day, part=day.isoformat())


def _school_contact(context: DutyContext) -> Iterable[Occurrence]:
    if at_school(context.child) is True:
        for day in context.each(context.parameters.school_contact_every, until=context.term.lessons_end):
            yield Occurrence(due=day, part=day.isoformat())


def _guardians_meeting(context: DutyContext) -> Iterable[Occurrence]:
    if at_school(context.child) is True:
        yield Occurrence(due=context.by(context.term.lessons_end))


def _delegation_letter(context: DutyContext) -> Iterable[Occurrence]:
    caregiver = caregiver_of(context.child)
    if caregiver is not None and delegated(context.child) is True and caregiver.written_delegation is False:
        yield Occurrence(due=context.within(context.parameters.letter_within))


def _delegation_notice(context: DutyContext) -> Iterable[Occurrence]:
    if delegated(context.child) is not True:
        return
    due = context.within(context.parameters.notice_within)
    yield Occurrence(
        due=due,
        part="village",
        title=Text("委托照护书面告知村（居）委会", "notice of delegated care to the village"),
    )
    if at_school(context.child) is True:
        yield Occurrence(
            due=due,
            part="school",
            title=Text("委托照护书面告知学校", "notice of delegated care to the school"),
        )


def _screening(context: DutyContext) -> Iterable[Occurrence]:
    for one in context.plan.supporters:
        until = one.screened_until
        if one.standing is Standing.UNSCREENED:
            yield Occurrence(due=context.within(context.parameters.grace), part=one.helper)
        elif one.standing in {Standing.FIT, Standing.AWAY} and until is not None and until <= context.term.end:
            early = until - dt.timedelta(days=context.parameters.renew_screening_before)
            # A screening that ends before the term begins leaves no day inside the term but the first.
            yield Occurrence(due=max(context.begin, min(context.by(early), until)), part=one.helper)


def _barred_helper(context: DutyContext) -> Iterable[Occurrence]:
    for one in context.plan.supporters:
        if one.standing is Standing.BARRED:
            yield Occurrence(due=context.as_of, part=one.helper)


def _find_out(context: DutyContext) -> Iterable[Occurrence]:
    child = context.child
    facts = set(context.risk.unknown)
    if from_grade(child, context.parameters.adolescence_from_grade) is UNKNOWN:
        facts.add("schooling.grade")
    if at_school(child) is UNKNOWN:
        facts.add("schooling.status")
    if child.birth_date is UNKNOWN:
        facts.add("birth_date")
    if some_parent_away(child) is UNKNOWN:
        facts |= {"father.status", "mother.status"}
    facts |= _open_about_delegation(child)
    if facts:
        due = context.within(context.parameters.find_out_within)
        yield Occurrence(due=due, facts=tuple(sorted(facts)))


def _open_about_delegation(child: Child) -> set[str]:
    """Return what keeps it open whether a letter and notices of delegated care are due, whatever the level of risk."""
    caregiver, handed_over = child.caregiver, delegated(child)
    if handed_over is False or caregiver is None:
        return set()
    if isinstance(caregiver, Unknown):
        return {"caregiver"}
    facts = {"caregiver.relation": caregiver.relation, "caregiver.written_delegation": caregiver.written_delegation}
    return {name for name, value in facts.items() if value is UNKNOWN}


def _unattended(context: DutyContext) -> Iterable[Occurrence]:
    alone = nobody_cares(context.child)
    if every(alone, age_below(context.child, 8, context.as_of)) is True:
        yield Occurrence(due=context.as_of)


def _living_alone(context: DutyContext) -> Iterable[Occurrence]:
    # Unknown age counts as under 16: a child of the survey must not wait for its birth date.
    if nobody_cares(context.child) is True and age_below(context.child, 16, context.as_of) is not False:
        yield Occurrence(due=context.as_of)


def _open_care(context: DutyContext) -> Iterable[Occurrence]:
    for care in context.plan.open_cares:
        title = Text(f"落实“{care.zh}”的责任人", f"name somebody for the care of {care.label('en')}")
        yield Occurrence(due=context.within(context.parameters.find_out_within), part=care.value, title=title)


_TEACHER = ResponsibleKind.HOMEROOM_TEACHER
_PARENT = ResponsibleKind.PARENT
_HELPER = ResponsibleKind.HELPER

SHIPPED_DUTY_RULES: tuple[DutyRule, ...] = (
    DutyRule(
        id="child-unattended",
        title=Text("未满八周岁儿童无人看护，立即落实看护", "a child under 8 is unattended: find care at once"),
        source="minors law, art. 21",
        hands=(),
        schedule=_unattended,
        urgency=Urgency.AT_ONCE,
    ),
    DutyRule(
        id="living-alone",
        title=Text("未满十六周岁脱离监护单独生活，立即处置", "a child under 16 lives alone: act at once"),
        source="minors law, art. 21",
        hands=(),
        schedule=_living_alone,
        urgency=Urgency.AT_ONCE,
    ),
    DutyRule(
        id="barred-helper",
        title=Text("帮扶人有违法犯罪记录，立即停止帮扶", "a helper has a record: end the pairing at once"),
        source="minors law, art. 62",
        hands=(),
        schedule=_barred_helper,
        urgency=Urgency.AT_ONCE,
    ),
    DutyRule(
        id="parent-contact",
        title=Text("父母每周联系", "weekly contact of the parents"),
        source="minors law, art. 23",
        hands=(_PARENT,),
        schedule=_contact,
        told_to_family=True,
    ),
    DutyRule(
        id="festival-contact",
        title=Text("节日亲情传递", "family-affection contact at a festival"),
        source="seed text, essay 7",
        hands=(_PARENT,),
        schedule=_festival_greeting,
        told_to_family=True,
    ),
    DutyRule(
        id="festival-company",
        title=Text("节日陪伴", "festival company"),
        source="seed text, essay 7",
        hands=(_HELPER, Care.MIND),
        schedule=_festival_company,
        told_to_family=True,
    ),
    DutyRule(
        id="health-check",
        title=Text("健康查体：血压、体重、身高", "health check: blood pressure, weight, height"),
        source="seed text, essay 8; school health rules, art. 14",
        hands=(_TEACHER, Care.LIFE),
        schedule=_once_by_end_of_lessons,
        told_to_family=True,
    ),
    DutyRule(
        id="adolescence-lesson",
        title=Text("青春期健康教育课", "lesson on adolescence"),
        source="seed text, essay 8",
        hands=(_TEACHER, Care.GROWTH),
        schedule=_adolescence_lesson,
        told_to_family=True,
    ),
    DutyRule(
        id="consultation",
        title=Text("面对面咨询指导", "consultation face to face"),
        source="seed text, essay 8 (four ones)",
        hands=(Care.MIND,),
        schedule=_once_by_end_of_term,
        told_to_family=True,
    ),
    DutyRule(
        id="information-pack",
        title=Text("发放政策宣传资料", "information pack for the family"),
        source="seed text, essay 8 (four ones)",
        hands=(),
        schedule=_once_by_end_of_term,
        told_to_family=True,
    ),
    DutyRule(
        id="home-visit",
        title=Text("入户走访", "home visit"),
        source="民发〔2019〕34号 (copy): key children are visited regularly; how often, by the risk scale in use",
        hands=(),
        schedule=_home_visit,
    ),
    DutyRule(
        id="school-contact",
        title=Text("学校与照护人联系", "school contacts the caregiver"),
        source="school routine; minors law, art. 23",
        hands=(_TEACHER,),
        schedule=_school_contact,
        told_to_family=True,
    ),
    DutyRule(
        id="guardians-meeting",
        title=Text("监护人会或培训", "guardians' meeting or training"),
        source="seed text, essay 7",
        hands=(_TEACHER,),
        schedule=_guardians_meeting,
        told_to_family=True,
    ),
    DutyRule(
        id="delegation-letter",
        title=Text("补签书面委托照护协议", "sign the missing letter of delegation"),
        source="minors law, art. 22",
        hands=(_PARENT,),
        schedule=_delegation_letter,
        told_to_family=True,
    ),
    DutyRule(
        id="delegation-notice",
        title=Text("委托照护情况书面告知", "written notice of delegated care"),
        source="minors law, art. 23",
        hands=(_PARENT,),
        schedule=_delegation_notice,
        told_to_family=True,
    ),
    DutyRule(
        id="helper-screening",
        title=Text("查询或更新帮扶人的违法犯罪记录", "check the helper's record, or renew the check"),
        source="minors law, art. 62",
        hands=(),
        schedule=_screening,
    ),
    DutyRule(
        id="find-out",
        title=Text("核实未知情况", "find out what is unknown"),
        source="civil affairs survey; minors law, art. 43 (a file for each child)",
        hands=(),
        schedule=_find_out,
    ),
    DutyRule(
        id="open-care",
        title=Text("落实责任人", "name somebody responsible"),
        source="seed text, essay 7 (four cares)",
        hands=(),
        schedule=_open_care,
    ),
)
"""Every duty that the sources name, the urgent first."""
