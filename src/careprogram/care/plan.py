"""Who does what for one child in one term?

A plan gives each of the four cares a responsible person by stated rules and lists the services the child needs. A care
for which nobody could be found stays open and says so: a gap that is seen can be closed. When things are due is for
``duties``.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import attrs

from careprogram.care.care_rules import (
    SHIPPED_CARE_RULES,
    CareRule,
    CareSituation,
    Standing,
    Supporter,
    as_responsible,
)
from careprogram.care.cares import Care
from careprogram.care.needs import SHIPPED_NEED_RULES, NeededService, NeedRule, needed_services
from careprogram.care.responsible import ResponsibleKind, ResponsiblePerson, office_holder
from careprogram.care.services import Service, service_catalogue
from careprogram.care.term import Term
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.language import Text
from careprogram.people import Child, VillageLink

_NOBODY = Text("各条规则都没有找到合适的人", "no rule found anybody suitable")


@attrs.frozen(kw_only=True)
class CareAssignment:
    """Who is responsible for one care, and why.

    Attributes:
        care: Which of the four.
        responsible: None if the care is open.
        rule: Id of the rule that chose; ``"open"`` if none did.
        reason: Why they were chosen, or why nobody was.
    """

    care: Care
    responsible: ResponsiblePerson | None
    rule: str
    reason: Text = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class PlannedService:
    """A service in a plan.

    Attributes:
        service: Which.
        reason: Why the child needs it; can tell of its health.
        responsible: Who gives it or sees to it; None if nobody was found.
        to_confirm: Whether a fact is missing that could take the need away.
    """

    service: ServiceId
    reason: Text = attrs.field(repr=False)
    responsible: ResponsiblePerson | None
    to_confirm: bool = False


@attrs.frozen(kw_only=True)
class PlannedSupporter:
    """A helper as the plan knows them.

    Attributes:
        helper: Opaque id.
        role: As what they are paired: the value of a ``PairingRole``.
        kind: As what they are responsible: proxy parent or helper.
        screened_until: Last day of their screening; None if none is on file.
        standing: Whether they can be responsible, and why not.
    """

    helper: HelperId
    role: str
    kind: ResponsibleKind
    screened_until: dt.date | None = attrs.field(repr=False)
    standing: Standing = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class CarePlan:
    """The plan of one child for one term.

    Attributes:
        id: Made of child and term, so that drawing it up again replaces it.
        child: Whose plan.
        term: For when.
        drawn_up_on: The day whose facts it rests on.
        assignments: One for each of the four cares, in their order.
        services: What the child needs.
        supporters: Paired helpers, those who were set aside included.
        links: Those who answer for the child's place, the nearest first; duties fall back on them.
        tier: How urgent the child is, 1 the most; None if it has no tier.
        categories: Categories of the policies that hold for the child.
    """

    id: str
    child: ChildId
    term: Term
    drawn_up_on: dt.date
    assignments: tuple[CareAssignment, ...]
    services: tuple[PlannedService, ...] = attrs.field(default=(), repr=lambda services: f"<{len(services)} services>")
    supporters: tuple[PlannedSupporter, ...] = ()
    links: tuple[ResponsiblePerson, ...] = ()
    tier: int | None = None
    categories: tuple[str, ...] = attrs.field(default=(), repr=False)

    def __attrs_post_init__(self) -> None:
        if tuple(one.care for one in self.assignments) != tuple(Care):
            raise ValidationError(f"plan {self.id}: name each of the four cares once, in their order", reason="cares")

    @property
    def cares(self) -> Mapping[Care, ResponsiblePerson | None]:
        """Who is responsible for each care."""
        return {one.care: one.responsible for one in self.assignments}

    @property
    def open_cares(self) -> tuple[Care, ...]:
        """The cares for which nobody is responsible."""
        return tuple(one.care for one in self.assignments if one.responsible is None)

    def why(self, care: Care) -> Text:
        """Return why *care* is in those hands, or in none."""
        return next(one.reason for one in self.assignments if one.care is care)


def draw_up_plan(
    child: Child,
    *,
    term: Term,
    as_of: dt.date,
    supporters: Sequence[Supporter] = (),
    links: Sequence[VillageLink] = (),
    tier: int | None = None,
    categories: Sequence[str] = (),
    catalogue: Mapping[ServiceId, Service] | None = None,
    care_rules: Mapping[Care, Sequence[CareRule]] = SHIPPED_CARE_RULES,
    need_rules: Sequence[NeedRule] = SHIPPED_NEED_RULES,
    unavailable: Collection[str] = (),
) -> CarePlan:
    """Draw up the plan of *child* for *term*.

    The same input gives the same plan; the order of *supporters* does not matter.

    Args:
        child: The child.
        term: For when.
        as_of: The day whose facts count: age, screening.
        supporters: Helpers paired with the child.
        links: Who answers for the child's place, the nearest first (see ``chain_of_office``).
        tier: How urgent, 1 the most.
        categories: Categories of the policies that hold.
        catalogue: Services; the shipped ones if not given.
        care_rules: How somebody is found for each care.
        need_rules: When which service is needed.
        unavailable: Ids of helpers and officials who are away.

    Raises:
        NotFoundError: A need rule names a service that the catalogue does not have.
        ValidationError: ``as_of`` lies after the term.
    """
    if as_of > term.end:
        raise ValidationError(f"term {term.id} ended on {term.end}: draw up a plan for a later one", reason="term")
    services = service_catalogue() if catalogue is None else catalogue
    ranked = sorted(supporters, key=lambda one: one.rank)
    standing = {one.helper.id: _standing(one, as_of, unavailable) for one in ranked}
    situation = CareSituation(
        child=child,
        as_of=as_of,
        supporters=tuple(one for one in ranked if standing[one.helper.id] is Standing.FIT),
        links=tuple(links),
        unavailable=frozenset(unavailable),
    )
    assignments = tuple(_assign(care, situation, care_rules.get(care, ())) for care in Care)
    needs = needed_services(child, as_of=as_of, tier=tier, rules=need_rules)
    return CarePlan(
        id=f"{child.id}:{term.id}",
        child=child.id,
        term=term,
        drawn_up_on=as_of,
        assignments=assignments,
        services=tuple(_plan_service(need, situation, assignments, services) for need in needs),
        supporters=tuple(
            PlannedSupporter(
                helper=one.helper.id,
                role=one.role,
                kind=one.kind,
                screened_until=one.until,
                standing=standing[one.helper.id],
            )
            for one in ranked
        ),
        links=tuple(office_holder(link) for link in links),
        tier=tier,
        categories=tuple(categories),
    )


def _standing(supporter: Supporter, day: dt.date, unavailable: Collection[str]) -> Standing:
    return Standing.AWAY if supporter.helper.id in unavailable else supporter.standing(day)


def _assign(care: Care, situation: CareSituation, rules: Sequence[CareRule]) -> CareAssignment:
    for rule in rules:
        person = rule.choose(situation)
        if person is not None:
            return CareAssignment(care=care, responsible=person, rule=rule.id, reason=rule.reason)
    return CareAssignment(care=care, responsible=None, rule="open", reason=_NOBODY)


def _plan_service(
    need: NeededService,
    situation: CareSituation,
    assignments: Sequence[CareAssignment],
    catalogue: Mapping[ServiceId, Service],
) -> PlannedService:
    if need.service not in catalogue:
        raise NotFoundError(f"no service is called {need.service!r}: add it to the catalogue or drop the rule")
    care = catalogue[need.service].care
    skilled = next((as_responsible(one) for one in situation.supporters if need.service in one.helper.skills), None)
    of_care = next((one.responsible for one in assignments if one.care is care), None)
    return PlannedService(
        service=need.service, reason=need.reason, responsible=skilled or of_care, to_confirm=need.to_confirm
    )
