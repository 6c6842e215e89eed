"""Which services does a child need, and why?

Rules from facts to services. A plan takes them over, and pairing looks for helpers who can give them. A fact that
nobody knows does not take a service away: it is planned and marked to be confirmed.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import attrs

from careprogram.care.situation import age_below, at_school, both_parents_gone, from_grade, some_parent_away
from careprogram.ids import ServiceId
from careprogram.language import Text
from careprogram.people import CapacityRating, Child, HealthStatus, ParentStatus
from careprogram.people.caregiving import care_rating, nobody_cares, opposite, parent_is, some
from careprogram.unknown import UNKNOWN, Maybe, Unknown

MOST_URGENT_TIER = 1


@attrs.frozen(kw_only=True)
class NeedRule:
    """When a child needs a service.

    Attributes:
        service: Which.
        reason: Why, in words that name nobody.
        holds: The question, of a child on a day with its tier (None if it has none).
    """

    service: ServiceId
    reason: Text
    holds: Callable[[Child, dt.date, int | None], Maybe[bool]] = attrs.field(repr=False, eq=False)


@attrs.frozen(kw_only=True)
class NeededService:
    """A service that a child needs, or may need.

    Attributes:
        service: Which.
        reason: Why.
        to_confirm: Whether a fact is missing that could take the need away.
    """

    service: ServiceId
    reason: Text = attrs.field(repr=False)
    to_confirm: bool = False


def _always(_child: Child, _day: dt.date, _tier: int | None) -> Maybe[bool]:
    return True


def _is_ill(status: Maybe[HealthStatus]) -> Maybe[bool]:
    return UNKNOWN if isinstance(status, Unknown) else status is not HealthStatus.HEALTHY


def _illness_in_family(child: Child, _day: dt.date, _tier: int | None) -> Maybe[bool]:
    return some(_is_ill(child.health.status), *(_is_ill(parent.health) for parent in child.parents))


def _poorly_looked_after(child: Child, _day: dt.date, _tier: int | None) -> Maybe[bool]:
    rating = care_rating(child)
    poor: Maybe[bool] = UNKNOWN if isinstance(rating, Unknown) else rating is CapacityRating.POOR
    return some(nobody_cares(child), poor)


def _carries_a_burden(child: Child, _day: dt.date, tier: int | None) -> Maybe[bool]:
    lost = some(*(parent_is(parent, ParentStatus.DECEASED, ParentStatus.MISSING) for parent in child.parents))
    return some(tier == MOST_URGENT_TIER, both_parents_gone(child), lost)


def _somebody_cares(child: Child, _day: dt.date, _tier: int | None) -> Maybe[bool]:
    return opposite(nobody_cares(child))


def _six_or_older(child: Child, day: dt.date, _tier: int | None) -> Maybe[bool]:
    return opposite(age_below(child, 6, day))


def _need(service: str, zh: str, en: str, holds: Callable[[Child, dt.date, int | None], Maybe[bool]]) -> NeedRule:
    return NeedRule(service=ServiceId(service), reason=Text(zh, en), holds=holds)


SHIPPED_NEED_RULES: tuple[NeedRule, ...] = (
    _need("study-tutoring", "在校学习", "goes to school", lambda child, _day, _tier: at_school(child)),
    _need(
        "education-aid",
        "家庭困难",
        "household in hardship",
        lambda child, _day, _tier: child.household.in_poverty,
    ),
    _need("medical-aid", "本人或父母残疾、患重病", "child or parent disabled or seriously ill", _illness_in_family),
    _need("poverty-aid", "家庭困难", "household in hardship", lambda child, _day, _tier: child.household.in_poverty),
    _need("living-aid", "家庭困难", "household in hardship", lambda child, _day, _tier: child.household.in_poverty),
    _need("daily-life-help", "无人照护或监护较差", "nobody cares, or poorly looked after", _poorly_looked_after),
    _need("emotional-comfort", "父母外出", "a parent is away", lambda child, _day, _tier: some_parent_away(child)),
    _need(
        "conduct-guidance",
        "六周岁起",
        "from the age of six",
        _six_or_older,
    ),
    _need(
        "mental-health-counseling",
        "属最优先一档，或失去父母",
        "of the most urgent tier, or a parent lost",
        _carries_a_burden,
    ),
    _need("law-education", "六周岁起", "from the age of six", _six_or_older),
    _need("safety-education", "每名儿童", "every child", _always),
    _need(
        "gratitude-education",
        "六周岁起",
        "from the age of six",
        _six_or_older,
    ),
    _need("adolescence-education", "五年级起", "from grade 5", lambda child, _day, _tier: from_grade(child, 5)),
    _need("health-check", "每名儿童", "every child", _always),
    _need("family-contact", "父母外出", "a parent is away", lambda child, _day, _tier: some_parent_away(child)),
    _need("festival-company", "每名儿童", "every child", _always),
    _need("policy-information", "每个家庭", "every family", _always),
    _need("guardian-guidance", "有人照护", "somebody cares for the child", _somebody_cares),
)
"""From the two plans of the seed text; a place adds or replaces rules."""


def needed_services(
    child: Child,
    *,
    as_of: dt.date,
    tier: int | None = None,
    rules: Sequence[NeedRule] = SHIPPED_NEED_RULES,
) -> tuple[NeededService, ...]:
    """Return the services that *child* needs on *as_of*, in the order of *rules*, once each.

    Args:
        child: The child.
        as_of: The day.
        tier: How urgent the child is, 1 the most; None if it has no tier.
        rules: When which service is needed.
    """
    found: dict[ServiceId, NeededService] = {}
    for rule in rules:
        answer = rule.holds(child, as_of, tier)
        if answer is False:
            continue
        open_question = isinstance(answer, Unknown)
        earlier = found.get(rule.service)
        if earlier is None or (earlier.to_confirm and not open_question):
            found[rule.service] = NeededService(service=rule.service, reason=rule.reason, to_confirm=open_question)
    return tuple(found.values())
