"""How much danger is a child in, and why?

Plain rules over what the survey knows, each with its reason and source, give every child a level. What nobody knows is
never read as harmless: an open question that could raise the level keeps the child off the lowest one, and the facts to
find out are named. The colors, and how often a child of each is visited, differ from place to place: both are data.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import attrs

from careprogram.care.situation import age_below, both_parents_gone, caregiver_of, delegated, silent_for_more_than
from careprogram.errors import ConflictError, ValidationError
from careprogram.language import Text
from careprogram.people import CapacityRating, Child, HealthStatus, SchoolingStatus
from careprogram.people.caregiving import care_rating, every, nobody_cares, opposite
from careprogram.unknown import UNKNOWN, Maybe, Unknown


@attrs.frozen(kw_only=True)
class RiskLevel:
    """One step of a scale.

    Attributes:
        id: Stable.
        title: What people call it.
        visit_every: Days between home visits; None for one visit each term.
    """

    id: str
    title: Text
    visit_every: int | None

    def __attrs_post_init__(self) -> None:
        if self.visit_every is not None and self.visit_every < 1:
            raise ValidationError(f"risk level {self.id}: visits are at least one day apart", reason="visit-every")


@attrs.frozen(kw_only=True)
class RiskScale:
    """The steps in use, from the least danger to the greatest; some places number them the other way round.

    Attributes:
        levels: At least two, the lowest first.
        when_unknown: Id of the level that no child goes below while a question is open.
        source: Who set the scale and its visits.

    Raises:
        ValidationError: Fewer than two levels, two with one id, or an unknown ``when_unknown``.
    """

    levels: tuple[RiskLevel, ...]
    when_unknown: str
    source: str

    def __attrs_post_init__(self) -> None:
        ids = [level.id for level in self.levels]
        if len(ids) < 2 or len(set(ids)) < len(ids):
            raise ValidationError("a risk scale needs two or more levels with different ids", reason="levels")
        if self.when_unknown not in ids:
            raise ValidationError(
                f"a risk scale has no level {self.when_unknown!r}: name one of {', '.join(ids)}", reason="when-unknown"
            )

    def rank(self, level: str) -> int:
        """Return the place of *level* in the scale, 0 for the least danger.

        Raises:
            ValidationError: The scale has no such level.
        """
        for position, step in enumerate(self.levels):
            if step.id == level:
                return position
        names = ", ".join(step.id for step in self.levels)
        raise ValidationError(f"the risk scale has no level {level!r}: use one of {names}", reason="level")


SHIPPED_SCALE = RiskScale(
    levels=(
        RiskLevel(id="green", title=Text("绿色（一般）", "green (ordinary)"), visit_every=None),
        RiskLevel(id="blue", title=Text("蓝色（关注）", "blue (watch)"), visit_every=30),
        RiskLevel(id="yellow", title=Text("黄色（较高）", "yellow (raised)"), visit_every=14),
        RiskLevel(id="red", title=Text("红色（紧急）", "red (urgent)"), visit_every=7),
    ),
    when_unknown="blue",
    source="cadences of 7, 14 and 30 days and once a term as found in the field; no national number of visits exists",
)
"""Four colors with the visits that counties use; replace it by the scale of the place."""


@attrs.frozen(kw_only=True)
class RiskRule:
    """One indicator.

    Attributes:
        id: Stable.
        level: Id of the level that a child has at least, if the rule holds.
        title: What is the matter, in words that name nobody.
        facts: Facts to find out where the answer is open.
        source: Law or plan.
        holds: The question, of a child on a day.
    """

    id: str
    level: str
    title: Text
    facts: tuple[str, ...]
    source: str
    holds: Callable[[Child, dt.date], Maybe[bool]] = attrs.field(repr=False, eq=False)


@attrs.frozen(kw_only=True)
class RiskReason:
    """A rule that holds, or that may.

    Attributes:
        rule: Id of the rule.
        level: The level it asks for.
        title: What is the matter.
        source: Law or plan.
    """

    rule: str
    level: str
    title: Text
    source: str


@attrs.frozen(kw_only=True)
class RiskAssessment:
    """How much danger a child is in, with reasons.

    Attributes:
        level: The level the child is treated as having.
        reasons: Rules that hold, the gravest first; empty on the lowest level.
        open_questions: Rules that may hold, the gravest first: answers could raise the level.
        unknown: Names of the facts to find out, sorted; empty if nothing is open.
    """

    level: RiskLevel
    reasons: tuple[RiskReason, ...] = attrs.field(repr=lambda reasons: f"<{len(reasons)} reasons>")
    open_questions: tuple[RiskReason, ...] = attrs.field(repr=lambda reasons: f"<{len(reasons)} reasons>")
    unknown: tuple[str, ...]


def _living_alone(child: Child, day: dt.date) -> Maybe[bool]:
    return every(nobody_cares(child), opposite(age_below(child, 16, day) is False))


def _rated_poor(child: Child, _day: dt.date) -> Maybe[bool]:
    rating = care_rating(child)
    return UNKNOWN if isinstance(rating, Unknown) else rating is CapacityRating.POOR


def _rated_fair(child: Child, _day: dt.date) -> Maybe[bool]:
    rating = care_rating(child)
    return UNKNOWN if isinstance(rating, Unknown) else rating is CapacityRating.FAIR


def _dropped_out(child: Child, _day: dt.date) -> Maybe[bool]:
    status = child.schooling.status
    return UNKNOWN if isinstance(status, Unknown) else status is SchoolingStatus.DROPPED_OUT


def _ill_or_disabled(child: Child, _day: dt.date) -> Maybe[bool]:
    status = child.health.status
    return UNKNOWN if isinstance(status, Unknown) else status is not HealthStatus.HEALTHY


def _silent(days: int) -> Callable[[Child, dt.date], Maybe[bool]]:
    return lambda child, day: silent_for_more_than(child, days, day)


def _without_letter(child: Child, _day: dt.date) -> Maybe[bool]:
    caregiver = caregiver_of(child)
    letter: Maybe[bool] = UNKNOWN if caregiver is None else caregiver.written_delegation
    return every(delegated(child), opposite(letter))


def _class_not_known(child: Child, _day: dt.date) -> Maybe[bool]:
    caregiver = caregiver_of(child)
    if caregiver is None:
        return UNKNOWN if child.caregiver is UNKNOWN else False
    return opposite(caregiver.knows_class)


def _in_poverty(child: Child, _day: dt.date) -> Maybe[bool]:
    return child.household.in_poverty


_PARENTS = ("father.status", "mother.status")
_CAREGIVER = ("caregiver",)
_CONTACT = (*_PARENTS, "father.last_contact", "mother.last_contact")

SHIPPED_RISK_RULES: tuple[RiskRule, ...] = (
    RiskRule(
        id="nobody-cares",
        level="red",
        title=Text("未满十六周岁无人照护", "under 16 and nobody cares for the child"),
        facts=(*_CAREGIVER, *_PARENTS),
        source="minors law, art. 21",
        holds=_living_alone,
    ),
    RiskRule(
        id="no-parent-can-care",
        level="yellow",
        title=Text("父母双方死亡、失联、服刑或无监护能力", "both parents dead, missing, imprisoned or unable"),
        facts=_PARENTS,
        source="民发〔2019〕62号 (copy)",
        holds=lambda child, _day: both_parents_gone(child),
    ),
    RiskRule(
        id="care-rated-poor",
        level="yellow",
        title=Text("监护情况较差", "the child is poorly looked after"),
        facts=("caregiver.capacity",),
        source="national form 2016, 监护情况",
        holds=_rated_poor,
    ),
    RiskRule(
        id="dropped-out",
        level="yellow",
        title=Text("辍学", "dropped out of school"),
        facts=("schooling.status",),
        source="seed text, essay 4; compulsory education law, art. 13",
        holds=_dropped_out,
    ),
    RiskRule(
        id="silent-half-year",
        level="yellow",
        title=Text("外出父母超过半年没有联系", "parents away without contact for more than half a year"),
        facts=_CONTACT,
        source="seed text, essay 4",
        holds=_silent(182),
    ),
    RiskRule(
        id="silent-week",
        level="blue",
        title=Text("外出父母超过一周没有联系", "parents away without contact for more than a week"),
        facts=_CONTACT,
        source="minors law, art. 23",
        holds=_silent(7),
    ),
    RiskRule(
        id="care-rated-fair",
        level="blue",
        title=Text("监护情况一般", "the child is looked after with a latent risk"),
        facts=("caregiver.capacity",),
        source="national form 2016, 监护情况",
        holds=_rated_fair,
    ),
    RiskRule(
        id="ill-or-disabled",
        level="blue",
        title=Text("残疾或患重病", "disabled or seriously ill"),
        facts=("health.status",),
        source="seed text, essay 8",
        holds=_ill_or_disabled,
    ),
    RiskRule(
        id="no-written-delegation",
        level="blue",
        title=Text("没有书面委托照护", "care delegated without a letter"),
        facts=("caregiver.written_delegation",),
        source="minors law, art. 22",
        holds=_without_letter,
    ),
    RiskRule(
        id="class-not-known",
        level="blue",
        title=Text("照护人不知道孩子的年级、班级或班主任", "the caregiver does not know grade, class or teacher"),
        facts=("caregiver.knows_class",),
        source="seed text, essay 4",
        holds=_class_not_known,
    ),
    RiskRule(
        id="in-poverty",
        level="blue",
        title=Text("困难家庭", "household in hardship"),
        facts=("household.in_poverty",),
        source="国发〔2016〕36号 (copy)",
        holds=_in_poverty,
    ),
)
"""Indicators that the registration form can answer; a place adds its own."""


def assess_risk(
    child: Child,
    *,
    as_of: dt.date,
    rules: Sequence[RiskRule] = SHIPPED_RISK_RULES,
    scale: RiskScale = SHIPPED_SCALE,
) -> RiskAssessment:
    """Say how much danger *child* is in on *as_of*.

    The level is the highest that any rule asks for. Where an open question could raise it, it is at least
    ``scale.when_unknown``.

    Args:
        child: The child.
        as_of: The day.
        rules: Indicators; order does not matter.
        scale: The levels.

    Raises:
        ConflictError: Two rules have one id.
        ValidationError: A rule asks for a level that the scale does not have.
    """
    if len({rule.id for rule in rules}) < len(rules):
        raise ConflictError("two risk rules have one id: give each rule an id of its own")
    holding: list[RiskRule] = []
    pending: list[RiskRule] = []
    for rule in sorted(rules, key=lambda rule: (-scale.rank(rule.level), rule.id)):
        answer = rule.holds(child, as_of)
        if isinstance(answer, Unknown):
            pending.append(rule)
        elif answer:
            holding.append(rule)
    rank = max((scale.rank(rule.level) for rule in holding), default=0)
    pending = [rule for rule in pending if scale.rank(rule.level) > rank]
    if pending:
        rank = max(rank, scale.rank(scale.when_unknown))
    return RiskAssessment(
        level=scale.levels[rank],
        reasons=tuple(_reason(rule) for rule in holding),
        open_questions=tuple(_reason(rule) for rule in pending),
        unknown=tuple(sorted({fact for rule in pending for fact in rule.facts})),
    )


def _reason(rule: RiskRule) -> RiskReason:
    return RiskReason(rule=rule.id, level=rule.level, title=rule.title, source=rule.source)
