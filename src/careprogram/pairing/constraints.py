"""May this helper be paired with this child?

Hard rules about the two together, and the list of those that ship. A rule that does not know says no, with a reason of
its own; a rule that raises says no too and is named in the plan. Nothing here weighs one pair against another: `scores`
does.
"""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.constraint import Blocked, ColumnConstraint, ConstraintScope, PairingConstraint
from careprogram.pairing.context import PairingContext
from careprogram.pairing.finding import columns as c
from careprogram.pairing.problem import ChildNeed, HelperOffer, class_of_child, class_of_helper
from careprogram.pairing.side_constraints import (
    ChildConsentConstraint,
    HelperConsentConstraint,
    LoadConstraint,
    MinorHelperConstraint,
    ScreeningConstraint,
)
from careprogram.people import HelperKind, Sex
from careprogram.people.place_code import PlaceLevel
from careprogram.unknown import UNKNOWN, Unknown

__all__ = [
    "Blocked",
    "ChildConsentConstraint",
    "ClassmateConstraint",
    "ColumnConstraint",
    "ConflictConstraint",
    "ConstraintScope",
    "DistanceConstraint",
    "ExclusionConstraint",
    "HelperConsentConstraint",
    "LanguageConstraint",
    "LoadConstraint",
    "MinorHelperConstraint",
    "PairingConstraint",
    "ScreeningConstraint",
    "SexConstraint",
    "default_constraints",
]


@attrs.frozen(kw_only=True)
class MinorWithAdultConstraint:
    """A helper under 18 serves as a classmate, or in a team with an adult; the team is seen to by the strategy.

    Takes the place of `MinorHelperConstraint`. Where a child has one helper only, that helper is of age.
    """

    with_adult: bool = attrs.field(default=True, init=False)
    id: str = attrs.field(default="minor-helper", init=False)
    text: Text = attrs.field(
        default=Text("未成年人须与成年帮扶人同组", "a helper under 18 serves only beside an adult"), init=False
    )
    scope: ConstraintScope = attrs.field(default=ConstraintScope.HELPER, init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Allow the pair; a helper of unknown age counts as under 18 in the team."""
        return True


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
            return _BY_CHILD
        if tie[0] in offer.helper.wishes.excluded:
            return _BY_HELPER
        if tie in context.declined:
            return _DECLINED
        return tie not in context.excluded

    @property
    def reasons(self) -> Sequence[Blocked]:
        """By the child, by the helper, declined."""
        return (_BY_CHILD, _BY_HELPER, _DECLINED)

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look the pairs up among those ruled out."""
        by_child, by_helper = pairs.among("excluded-by-child"), pairs.among("excluded-by-helper")
        later = ((pairs.among("declined"), -3), (pairs.among("excluded"), 0))
        return c.first_answer(len(pairs), (by_child, -1), (by_helper, -2), *later)


_BY_CHILD = Blocked("excluded-by-child", Text("儿童一方不愿意", "the child's side does not want this helper"))
_BY_HELPER = Blocked("excluded-by-helper", Text("帮扶人一方不愿意", "the helper does not want this child"))
_DECLINED = Blocked("declined", Text("此前已谢绝", "one side declined before"))


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
                return seen is UNKNOWN and _SEX_UNKNOWN
        if self.girls_by_women and child.sex is not Sex.MALE and helper.sex is not Sex.FEMALE:
            return _BY_WOMEN
        return True

    @property
    def reasons(self) -> Sequence[Blocked]:
        """Sex unknown, girls by women."""
        return (_SEX_UNKNOWN, _BY_WOMEN)

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Compare the codes of sex."""
        child, helper = pairs.of_child("sex"), pairs.of_helper("sex")
        answers = []
        for wished, seen in ((pairs.of_child("wished_sex"), helper), (pairs.of_helper("wished_sex"), child)):
            missed = (wished != 0) & (seen != wished)
            answers += [(missed & (seen == c.SEX_UNKNOWN), -1), (missed, 0)]
        by_men = (child != c.MALE) & (helper != c.FEMALE) & self.girls_by_women
        return c.first_answer(len(pairs), *answers, (by_men, -2))


_SEX_UNKNOWN = Blocked("sex-unknown", Text("性别不详", "a sex that matters is unknown"))
_BY_WOMEN = Blocked("girls-by-women", Text("女童只与女性结对", "girls are paired with women only"))


@attrs.frozen(kw_only=True)
class ConflictConstraint:
    """The helper is not a parent or the caregiver of the child, as far as telephone, or name and birth date, tell."""

    id: str = attrs.field(default="conflict-of-interest", init=False)
    text: Text = attrs.field(
        default=Text("帮扶人是儿童的父母或照护人", "the helper is a parent or the caregiver"), init=False
    )
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)
    reasons: ClassVar[Sequence[Blocked]] = ()

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

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look the pairs up among those that share a telephone, or name and birth date."""
        return ~pairs.among("kin")


@attrs.frozen(kw_only=True)
class DistanceConstraint:
    """The two live near enough to each other.

    Attributes:
        farthest_m: Limit for everybody in meters; None for the helper's own limit only.
        unknown_within: Where a limit applies and the distance is unknown, both must live in one place of this level.

    Raises:
        PairingError: The limit is no whole number of meters, or the level is no `PlaceLevel`.
    """

    farthest_m: int | None = None
    unknown_within: PlaceLevel = PlaceLevel.TOWNSHIP
    id: str = attrs.field(default="distance", init=False)
    text: Text = attrs.field(default=Text("距离太远", "too far away"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)

    def __attrs_post_init__(self) -> None:
        if self.farthest_m is not None and (type(self.farthest_m) is not int or self.farthest_m < 0):
            raise PairingError("farthest_m is a whole number of meters, 0 or more; None for no limit")
        if not isinstance(self.unknown_within, PlaceLevel):
            raise PairingError("unknown_within is a PlaceLevel")

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
        return self.reasons[0]

    @property
    def reasons(self) -> Sequence[Blocked]:
        """Distance unknown."""
        where = self.unknown_within
        text = Text(
            f"距离不详且不在同一{where.zh}区划", f"the distance is unknown and they share no {where.label('en')}"
        )
        return (Blocked("distance-unknown", text),)

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Measure the pairs with a limit."""
        limit = pairs.of_helper("farthest_m").copy()
        if self.farthest_m is not None:
            limit[(limit == -1) | (limit > self.farthest_m)] = self.farthest_m
            limited = c.everywhere(len(pairs))
        else:
            limited = limit != -1
        meters = pairs.meters
        unknown = limited & (meters < 0)
        apart = unknown & (pairs.shared_digits < self.unknown_within.digits)
        return c.first_answer(len(pairs), (apart, -1), (limited & ~unknown & (meters > limit), 0))


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
    reasons: ClassVar[Sequence[Blocked]] = ()

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare the languages of both."""
        own, its = need.child.languages, offer.helper.languages
        return bool(own & its) if own and its else self.allow_unknown

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Compare the sets of languages."""
        gap = (pairs.of_child("language_count") == 0) | (pairs.of_helper("language_count") == 0)
        apart = ~gap & (pairs.shared("languages", "languages") == 0)
        return c.first_answer(len(pairs), (gap, int(self.allow_unknown)), (apart, 0))


@attrs.frozen(kw_only=True)
class ClassmateConstraint:
    """The helper is a classmate: same school, grade and class, and not the child itself."""

    id: str = attrs.field(default="classmate", init=False)
    text: Text = attrs.field(default=Text("不是同班同学", "not a classmate"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)
    reasons: ClassVar[Sequence[Blocked]] = ()

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare the classes; a gap is no match."""
        own = class_of_child(need)
        return offer.helper.kind is HelperKind.CLASSMATE and own is not None and own == class_of_helper(offer)

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Compare the numbers of classes."""
        return pairs.same_class & (pairs.of_helper("kind") == c.CLASSMATE)


def default_constraints(
    *,
    allow_unknown_child_consent: bool = False,
    allow_unknown_helper_consent: bool = False,
    farthest_m: int | None = None,
    girls_by_women: bool = False,
    common_language: bool = False,
    minors_with_adult: bool = False,
) -> tuple[PairingConstraint, ...]:
    """Return the shipped rules in the order in which they are asked.

    Args:
        allow_unknown_child_consent: Propose children whose guardian nobody has asked yet.
        allow_unknown_helper_consent: Propose helpers whom nobody has asked yet.
        farthest_m: Limit of distance for everybody, in meters; None for the helpers' own limits only.
        girls_by_women: Pair girls with women only.
        common_language: Ask for a language in common where both sides told theirs.
        minors_with_adult: Let helpers under 18 serve in a team with an adult.
    """
    rules: Sequence[PairingConstraint] = (
        ChildConsentConstraint(allow_unknown=allow_unknown_child_consent),
        ScreeningConstraint(),
        HelperConsentConstraint(allow_unknown=allow_unknown_helper_consent),
        MinorWithAdultConstraint() if minors_with_adult else MinorHelperConstraint(),
        LoadConstraint(),
        ExclusionConstraint(),
        ConflictConstraint(),
        SexConstraint(girls_by_women=girls_by_women),
        DistanceConstraint(farthest_m=farthest_m),
    )
    return (*rules, LanguageConstraint()) if common_language else tuple(rules)
