"""May this helper be paired with this child?

Hard rules, each with an id and a text in both languages. A rule that does not know says no, with a reason of its
own; a rule that raises says no too and is named in the plan. Nothing here weighs one pair against another: `scores`
does.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import attrs

from careprogram.language import Text
from careprogram.pairing.context import PairingContext
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.people import Consent, Grade, HelperKind, Screening, ScreeningResult, Sex
from careprogram.people.enums import Answer
from careprogram.people.place_code import PlaceLevel
from careprogram.unknown import UNKNOWN, Maybe, Unknown


class ConstraintScope(Answer):
    """Whom a constraint looks at; one that looks at one side only is asked once for that side."""

    CHILD = "child", "儿童"
    HELPER = "helper", "帮扶人"
    PAIR = "pair", "双方"


@attrs.frozen
class Blocked:
    """A no with a reason finer than the constraint's own.

    Attributes:
        code: Stable and language-free.
        text: What a reader sees.
    """

    code: str
    text: Text

    def __bool__(self) -> bool:
        return False


@runtime_checkable
class PairingConstraint(Protocol):
    """A hard rule that a plugin may add; an attribute ``scope`` is optional and ``PAIR`` if absent."""

    @property
    def id(self) -> str:
        """Stable id, kebab-case; the code of its plain no."""

    @property
    def text(self) -> Text:
        """Why it says no."""

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:
        """Return True, False, or a reason of its own; whatever else it answers counts as no."""


@attrs.frozen
class _Side:
    code: str
    zh: str
    en: str

    def answer(self, consent: Maybe[Consent] | None, day: dt.date, *, allow_unknown: bool) -> bool | Blocked:
        if isinstance(consent, Unknown):
            unknown = Text(f"尚未征求{self.zh}同意", f"nobody has asked {self.en} for consent")
            return allow_unknown or Blocked(f"{self.code}-consent-unknown", unknown)
        if consent is None:
            refused = Text(f"{self.zh}不同意结对", f"{self.en} refused consent")
            return Blocked(f"{self.code}-consent-refused", refused)
        lapsed = Text(f"{self.zh}的同意当日无效", f"the consent of {self.en} does not stand on that day")
        return consent.covers(day) or Blocked(f"{self.code}-consent-lapsed", lapsed)


_GUARDIAN = _Side("child", "监护人", "the guardian")
_HELPER = _Side("helper", "帮扶人", "the helper")


@attrs.frozen(kw_only=True)
class ChildConsentConstraint:
    """The guardian agreed.

    Attributes:
        allow_unknown: Whether a child nobody asked about may be proposed; the consent is then still to be sought.
    """

    allow_unknown: bool = False
    id: str = attrs.field(default="child-consent", init=False)
    text: Text = attrs.field(default=Text("缺少监护人同意", "the guardian's consent is missing"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.CHILD, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:  # noqa: ARG002
        """Look at the consent on file for the day."""
        return _GUARDIAN.answer(need.child.consent, context.as_of, allow_unknown=self.allow_unknown)


@attrs.frozen(kw_only=True)
class HelperConsentConstraint:
    """The helper agreed.

    Attributes:
        allow_unknown: Whether a helper nobody asked may be proposed.
    """

    allow_unknown: bool = False
    id: str = attrs.field(default="helper-consent", init=False)
    text: Text = attrs.field(default=Text("缺少帮扶人同意", "the helper's consent is missing"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.HELPER, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:  # noqa: ARG002
        """Look at the consent on file for the day."""
        return _HELPER.answer(offer.helper.consent, context.as_of, allow_unknown=self.allow_unknown)


@attrs.frozen(kw_only=True)
class ScreeningConstraint:
    """A clear, unexpired record check is on file (minors law, art. 62); classmates among themselves need none."""

    id: str = attrs.field(default="screening", init=False)
    text: Text = attrs.field(default=Text("背景审查无效", "no valid screening"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.HELPER, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:  # noqa: ARG002
        """Look at the screening on file for the day."""
        helper = offer.helper
        if helper.screened(context.as_of) or (context.peer and helper.kind is HelperKind.CLASSMATE):
            return True
        if not isinstance(helper.screening, Screening):
            return Blocked("screening-missing", Text("没有背景审查记录", "no screening on file"))
        if helper.screening.result is ScreeningResult.BARRED:
            return Blocked("screening-barred", Text("背景审查不通过", "barred by the screening"))
        if context.as_of < helper.screening.checked_on:
            return Blocked("screening-not-yet", Text("背景审查尚未生效", "the screening does not hold yet"))
        return Blocked("screening-expired", Text("背景审查已过期", "the screening has expired"))


@attrs.frozen(kw_only=True)
class LoadConstraint:
    """The helper takes children at all; how many is counted by the solver."""

    id: str = attrs.field(default="load", init=False)
    text: Text = attrs.field(default=Text("帮扶人没有名额", "the helper has no places"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.HELPER, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Look at the capacity."""
        return offer.capacity > 0


@attrs.frozen(kw_only=True)
class MinorHelperConstraint:
    """A helper under 18 serves only as a classmate; a young volunteer of unknown age counts as under 18."""

    id: str = attrs.field(default="minor-helper", init=False)
    text: Text = attrs.field(
        default=Text("未成年人只能作为同学结对", "a helper under 18 serves only as a classmate"), init=False
    )
    scope: ConstraintScope = attrs.field(default=ConstraintScope.HELPER, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:  # noqa: ARG002
        """Look at the age on the day."""
        helper = offer.helper
        if context.peer and helper.kind is HelperKind.CLASSMATE:
            return True
        of_age = helper.of_age(context.as_of)
        if isinstance(of_age, Unknown):
            return Blocked("helper-age-unknown", Text("帮扶人年龄不详", "the helper's age is unknown"))
        return of_age


@attrs.frozen(kw_only=True)
class ExclusionConstraint:
    """Neither side, nor anybody in charge, has ruled the other out."""

    id: str = attrs.field(default="exclusion", init=False)
    text: Text = attrs.field(default=Text("该组合已被排除", "the pair was ruled out"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:
        """Look at the exclusions of both sides and at what was declined before."""
        tie = (need.child.id, offer.helper.id)
        if tie[1] in need.child.wishes.excluded:
            return Blocked("excluded-by-child", Text("儿童一方不愿意", "the child's side does not want this helper"))
        if tie[0] in offer.helper.wishes.excluded:
            return Blocked("excluded-by-helper", Text("帮扶人一方不愿意", "the helper does not want this child"))
        if tie in context.declined:
            return Blocked("declined", Text("此前已谢绝", "one side declined before"))
        return tie not in context.excluded


@attrs.frozen(kw_only=True)
class SexConstraint:
    """The wishes of both sides about the other's sex hold.

    Attributes:
        girls_by_women: Whether girls are paired with women only.
    """

    girls_by_women: bool = False
    id: str = attrs.field(default="sex", init=False)
    text: Text = attrs.field(default=Text("性别不符合要求", "the sex is not the one asked for"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:  # noqa: ARG002
        """Compare; an unknown sex does not satisfy a wish."""
        child, helper = need.child, offer.helper
        for wished, seen in ((child.wishes.sex, helper.sex), (helper.wishes.sex, child.sex)):
            if wished is not None and seen is not wished:
                return seen is UNKNOWN and Blocked("sex-unknown", Text("性别不详", "a sex that matters is unknown"))
        if self.girls_by_women and child.sex is not Sex.MALE and helper.sex is not Sex.FEMALE:
            return Blocked("girls-by-women", Text("女童只与女性结对", "girls are paired with women only"))
        return True


@attrs.frozen(kw_only=True)
class ConflictConstraint:
    """The helper is not a parent or the caregiver of the child, as far as telephone, or name and birth date, tell."""

    id: str = attrs.field(default="conflict-of-interest", init=False)
    text: Text = attrs.field(
        default=Text("帮扶人是儿童的父母或照护人", "the helper is a parent or the caregiver"), init=False
    )
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare what is known on both sides; two gaps are no match."""
        helper, child = offer.helper, need.child
        for one in (child.father, child.mother, child.caregiver):
            if one is None or isinstance(one, Unknown):
                continue
            if helper.phone is not None and helper.phone is not UNKNOWN and helper.phone == one.phone:
                return False
            named = helper.name is not UNKNOWN and helper.birth_date is not UNKNOWN
            if named and (helper.name, helper.birth_date) == (one.name, one.birth_date):
                return False
        return True


@attrs.frozen(kw_only=True)
class DistanceConstraint:
    """The two live near enough to each other.

    Attributes:
        farthest_m: Limit for everybody in meters; None for the helper's own limit only.
        unknown_within: Where a limit applies and the distance is unknown, both must live in one place of this level.
    """

    farthest_m: int | None = None
    unknown_within: PlaceLevel = PlaceLevel.TOWNSHIP
    id: str = attrs.field(default="distance", init=False)
    text: Text = attrs.field(default=Text("距离太远", "too far away"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:
        """Measure; where there is nothing to measure, go by the places both live in."""
        limit, own = self.farthest_m, offer.helper.wishes.farthest_m
        if own is not None and (limit is None or own < limit):
            limit = own
        if limit is None:
            return True
        meters = context.distance_m(need, offer)
        if not isinstance(meters, Unknown):
            return meters <= limit
        shared = context.shared_level(need, offer)
        if shared is not None and shared.digits >= self.unknown_within.digits:
            return True
        where = self.unknown_within
        return Blocked(
            "distance-unknown",
            Text(f"距离不详且不在同一{where.zh}区划", f"the distance is unknown and they share no {where.label('en')}"),
        )


@attrs.frozen(kw_only=True)
class LanguageConstraint:
    """The two have a language or dialect in common.

    Attributes:
        allow_unknown: Whether a side nobody asked counts as understanding.
    """

    allow_unknown: bool = True
    id: str = attrs.field(default="language", init=False)
    text: Text = attrs.field(default=Text("没有共同语言", "no language in common"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare the languages of both."""
        own, its = need.child.languages, offer.helper.languages
        return bool(own & its) if own and its else self.allow_unknown


@attrs.frozen(kw_only=True)
class ClassmateConstraint:
    """The helper is a classmate: same school, grade and class, and not the child itself."""

    id: str = attrs.field(default="classmate", init=False)
    text: Text = attrs.field(default=Text("不是同班同学", "not a classmate"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare the classes; a gap is no match."""
        own = class_of_child(need)
        return offer.helper.kind is HelperKind.CLASSMATE and own is not None and own == class_of_helper(offer)


ClassKey = tuple[str, int, str]


def class_of_child(need: ChildNeed) -> ClassKey | None:
    """Return school, grade and class of a child; None if one of them is not known."""
    own = need.child.schooling
    return _class_key(own.school, own.grade, own.class_name)


def class_of_helper(offer: HelperOffer) -> ClassKey | None:
    """Return school, grade and class of a classmate or homeroom teacher; None if one of them is not known."""
    return _class_key(offer.helper.school, offer.helper.grade, offer.helper.class_name)


def _class_key(school: object, grade: object, class_name: object) -> ClassKey | None:
    if isinstance(school, str) and isinstance(grade, Grade) and isinstance(class_name, str):
        return school, grade.number, class_name
    return None


def default_constraints(
    *,
    allow_unknown_child_consent: bool = False,
    allow_unknown_helper_consent: bool = False,
    farthest_m: int | None = None,
    girls_by_women: bool = False,
    common_language: bool = False,
) -> tuple[PairingConstraint, ...]:
    """Return the shipped rules in the order in which they are asked.

    Args:
        allow_unknown_child_consent: Propose children whose guardian nobody has asked yet.
        allow_unknown_helper_consent: Propose helpers whom nobody has asked yet.
        farthest_m: Limit of distance for everybody, in meters; None for the helpers' own limits only.
        girls_by_women: Pair girls with women only.
        common_language: Ask for a language in common where both sides told theirs.
    """
    rules: Sequence[PairingConstraint] = (
        ChildConsentConstraint(allow_unknown=allow_unknown_child_consent),
        ScreeningConstraint(),
        HelperConsentConstraint(allow_unknown=allow_unknown_helper_consent),
        MinorHelperConstraint(),
        LoadConstraint(),
        ExclusionConstraint(),
        ConflictConstraint(),
        SexConstraint(girls_by_women=girls_by_women),
        DistanceConstraint(farthest_m=farthest_m),
    )
    return (*rules, LanguageConstraint()) if common_language else tuple(rules)
