"""Which plan of care does each child get, and what is due in the term?

Every child that is served gets a plan. A child whose verdict is open gets the duty to find out what would decide it,
and danger is a duty for every child, served or not.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import attrs

from careprogram.care import (
    SHIPPED_RISK_RULES,
    CarePlan,
    Duty,
    DutyRule,
    RiskAssessment,
    Service,
    Supporter,
    Term,
    assess_risk,
    chain_of_office,
    draw_up_plan,
    duties_for_term,
    festivals_between,
    follow_up_rules,
    office_holder,
    program_duties,
    survey_risk_rules,
)
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.language import Text
from careprogram.pairing import Pairing
from careprogram.people import Child, Helper, VillageLink, VillageLinks
from careprogram.program.progress import Progress, counted


@attrs.frozen(kw_only=True)
class Served:
    """What planning has to know of a child beside its record.

    Attributes:
        tier: How urgent; None if no policy covers the child.
        categories: Categories that hold.
        missing: Facts that would decide open verdicts.
    """

    tier: int | None
    categories: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def plan_all(
    children: Sequence[Child],
    served: Mapping[ChildId, Served],
    pairings: Mapping[ChildId, Sequence[Pairing]],
    helpers: Mapping[HelperId, Helper],
    *,
    links: VillageLinks,
    term: Term,
    as_of: dt.date,
    catalogue: Mapping[ServiceId, Service],
    rules: Sequence[DutyRule],
    progress: Progress,
    surveys: Mapping[ChildId, Sequence[Mapping[str, object]]] | None = None,
) -> tuple[tuple[CarePlan, ...], tuple[Duty, ...]]:
    """Draw up the plans, and work out everything that is due in *term*.

    Args:
        children: All children of the program.
        served: What is known of each beside its record.
        pairings: Those that stand, by child.
        helpers: By id.
        links: Who answers for which place.
        term: The term.
        as_of: The day whose facts count.
        catalogue: Every service.
        rules: What is due, and when.
        progress: Told of each child.
        surveys: Survey archives on file, by child: their warning signs raise the level of danger, and never lower it.

    Returns:
        The plans of the children that are served, and all duties.
    """
    plans: list[CarePlan] = []
    head = _head(links)
    duties: list[Duty] = list(
        program_duties(max(as_of, term.start), term.end, responsible=None if head is None else office_holder(head))
    )
    festivals = festivals_between(term.start, term.end)
    for child in counted(children, progress, Text("制订帮扶计划和任务", "planning care")):
        known = served[child.id]
        plan = draw_up_plan(
            child,
            term=term,
            as_of=as_of,
            supporters=_supporters(pairings.get(child.id, ()), helpers),
            links=_answerable(links, child),
            tier=known.tier,
            categories=known.categories,
            catalogue=catalogue,
        )
        in_use = rules if known.tier is not None else ()
        wanted = (*in_use, *follow_up_rules(known.missing, rules=() if in_use else rules))
        duties += duties_for_term(
            plan, child, as_of=as_of, rules=wanted, festivals=festivals, risk=_risk(child, surveys, as_of)
        )
        if known.tier is not None:
            plans.append(plan)
    return tuple(plans), tuple(duties)


def _risk(
    child: Child, surveys: Mapping[ChildId, Sequence[Mapping[str, object]]] | None, as_of: dt.date
) -> RiskAssessment | None:
    """Return the danger by record and surveys; None where there is no survey, and the record alone counts."""
    answers = () if surveys is None else surveys.get(child.id, ())
    rules = survey_risk_rules(answers, as_of=as_of)
    return assess_risk(child, as_of=as_of, rules=(*SHIPPED_RISK_RULES, *rules)) if rules else None


def _supporters(pairings: Sequence[Pairing], helpers: Mapping[HelperId, Helper]) -> tuple[Supporter, ...]:
    present = (pairing for pairing in pairings if pairing.helper in helpers)
    return tuple(Supporter(helper=helpers[pairing.helper], role=pairing.role.value) for pairing in present)


def _answerable(links: VillageLinks, child: Child) -> tuple[VillageLink, ...]:
    """Return who answers for *child*, the nearest first; of a child whose place nobody knows, the head."""
    chain = chain_of_office(links, child.residence.place)
    head = _head(links)
    return chain or (() if head is None else (head,))


def _head(links: VillageLinks) -> VillageLink | None:
    """Return who answers for the widest place: the head of the whole program."""
    return min(links.links, key=lambda link: (len(link.place.text), link.place), default=None)
