"""Which duties follow from a plan, and who gets each?

Rules turn a plan into duties with deterministic ids, so that working them out again changes nothing. A duty whose first
hand is missing moves along the chain of office and says so; if nobody is left it is flagged, never dropped.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from careprogram.care.calendar import FestivalDay, festivals_between
from careprogram.care.care_rules import Standing, homeroom_teacher_of
from careprogram.care.cares import Care
from careprogram.care.duties import Duty, DutyContext, DutyParameters, DutyRule, Hand, Occurrence, Urgency
from careprogram.care.duty_rules import SHIPPED_DUTY_RULES
from careprogram.care.plan import CarePlan
from careprogram.care.responsible import ResponsibleKind, ResponsiblePerson
from careprogram.care.risk import RiskAssessment, assess_risk
from careprogram.care.suspension import Suspension
from careprogram.errors import ConflictError, ValidationError
from careprogram.language import Text
from careprogram.people import Child


def duties_for_term(
    plan: CarePlan,
    child: Child,
    *,
    as_of: dt.date,
    rules: Sequence[DutyRule] = SHIPPED_DUTY_RULES,
    festivals: Sequence[FestivalDay] | None = None,
    parameters: DutyParameters | None = None,
    risk: RiskAssessment | None = None,
    suspensions: Sequence[Suspension] = (),
    unavailable: Collection[str] = (),
) -> tuple[Duty, ...]:
    """Work out what is due for *child* in the term of *plan*.

    Routine duties are due inside the term and not before *as_of*; what is urgent is due on *as_of*.

    Args:
        plan: The child's plan.
        child: The child.
        as_of: The day whose facts count.
        rules: What is due, and when.
        festivals: Festivals of the term; by the calendar if not given.
        parameters: Numbers in use; the shipped ones if not given.
        risk: How much danger the child is in; assessed by the shipped rules if not given.
        suspensions: Times in which duties rest.
        unavailable: Ids of helpers and officials who are away.

    Returns:
        The duties, by day and id.

    Raises:
        ValidationError: The plan is another child's, the term is over, or a rule asks for a day outside the term.
        ConflictError: Two duties have one id.
        MissingExtraError: The library for lunar dates is not installed and no festivals were given.
    """
    if plan.child != child.id:
        raise ValidationError(f"plan {plan.id} is of another child: pass the child it was drawn up for", reason="child")
    if as_of > plan.term.end:
        raise ValidationError(f"term {plan.term.id} ended on {plan.term.end}: plan a later one", reason="term")
    context = DutyContext(
        plan=plan,
        child=child,
        as_of=as_of,
        festivals=tuple(festivals_between(plan.term.start, plan.term.end) if festivals is None else festivals),
        risk=assess_risk(child, as_of=as_of) if risk is None else risk,
        parameters=DutyParameters() if parameters is None else parameters,
    )
    duties: dict[str, Duty] = {}
    for rule in rules:
        for occurrence in rule.schedule(context):
            duty = _duty(rule, occurrence, context, suspensions, unavailable)
            if duty.id in duties:
                raise ConflictError(f"duty {duty.id} is asked for twice: tell the occurrences of a rule apart by part")
            duties[duty.id] = duty
    return tuple(sorted(duties.values(), key=lambda duty: (duty.due, duty.id)))


def _duty(
    rule: DutyRule,
    occurrence: Occurrence,
    context: DutyContext,
    suspensions: Sequence[Suspension],
    unavailable: Collection[str],
) -> Duty:
    routine = rule.urgency is Urgency.ROUTINE
    if routine and not context.begin <= occurrence.due <= context.term.end:
        raise ValidationError(
            f"duty rule {rule.id} asks for {occurrence.due}, outside {context.begin} to {context.term.end}: "
            "use the context's by(), within() or each()",
            reason="outside-term",
        )
    person, moved = _responsible(rule, occurrence.due, context, unavailable)
    part = f":{occurrence.part}" if occurrence.part else ""
    return Duty(
        id=f"{context.plan.id}:{rule.id}{part}",
        child=context.child.id,
        kind=rule.id,
        title=occurrence.title or rule.title,
        due=occurrence.due,
        responsible=person,
        source=rule.source,
        urgency=rule.urgency,
        facts=occurrence.facts,
        moved=moved,
        muted=any(one.mutes(occurrence.due, urgent=not routine) for one in suspensions),
    )


def _responsible(
    rule: DutyRule, due: dt.date, context: DutyContext, unavailable: Collection[str]
) -> tuple[ResponsiblePerson | None, Text | None]:
    """Return who does it on that day, and why it is not with whom it was meant for."""
    moved: Text | None = None
    meant_for = [person for hand in rule.hands if (person := _hand(hand, context)) is not None]
    for person in (*meant_for, *context.plan.links):
        who = person.kind
        if person.id is not None and person.id in unavailable:
            moved = moved or Text(f"{who.zh}暂时不在，已转交", f"{who.label('en')} away: moved on")
        elif not person.serves_on(due):
            moved = moved or Text(f"{who.zh}的记录查询届时到期，已转交", f"screening of {who.label('en')} ends")
        elif rule.hands and not meant_for:
            return person, Text("无人承担，由村（乡镇）负责", "nobody to do it: village or township answers")
        else:
            return person, moved
    return None, Text("无人负责，请指定", "nobody is responsible: name somebody")


def _hand(hand: Hand, context: DutyContext) -> ResponsiblePerson | None:
    if isinstance(hand, Care):
        return context.plan.cares[hand]
    if hand is ResponsibleKind.HOMEROOM_TEACHER:
        return homeroom_teacher_of(context.child)
    if hand is ResponsibleKind.HELPER:
        fit = (one for one in context.plan.supporters if one.standing is Standing.FIT)
        found = (ResponsiblePerson(kind=one.kind, id=one.helper, until=one.screened_until) for one in fit)
        return next(found, None)
    return ResponsiblePerson(kind=hand)
