"""May this child, or this helper, be paired at all?

Hard rules that look at one side only and are asked once for it: consent, screening, age, places. Whether the two fit
each other is for `constraints`.
"""

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

import attrs

from careprogram.language import Text
from careprogram.pairing.constraint import Blocked, ConstraintScope
from careprogram.pairing.context import PairingContext
from careprogram.pairing.finding import columns as c
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.people import Consent, HelperKind, Screening, ScreeningResult
from careprogram.unknown import Maybe, Unknown


@attrs.frozen
class _Side:
    code: str
    zh: str
    en: str

    @property
    def reasons(self) -> tuple[Blocked, ...]:
        """Not asked, refused, lapsed: in the order of the codes of a consent."""
        unknown = Text(f"尚未征求{self.zh}同意", f"nobody has asked {self.en} for consent")
        refused = Text(f"{self.zh}不同意结对", f"{self.en} refused consent")
        lapsed = Text(f"{self.zh}的同意当日无效", f"the consent of {self.en} does not stand on that day")
        return (
            Blocked(f"{self.code}-consent-unknown", unknown),
            Blocked(f"{self.code}-consent-refused", refused),
            Blocked(f"{self.code}-consent-lapsed", lapsed),
        )

    def answer(self, consent: Maybe[Consent] | None, day: dt.date, *, allow_unknown: bool) -> bool | Blocked:
        unknown, refused, lapsed = self.reasons
        if isinstance(consent, Unknown):
            return allow_unknown or unknown
        if consent is None:
            return refused
        return consent.covers(day) or lapsed

    def answers(self, consents: c.Array, *, allow_unknown: bool) -> c.Array:
        nobody = (consents == c.ASKED_NOBODY) & (not allow_unknown)
        return c.first_answer(len(consents), (nobody, -1), (consents == c.REFUSED, -2), (consents == c.LAPSED, -3))


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

    @property
    def reasons(self) -> Sequence[Blocked]:
        """Not asked, refused, lapsed."""
        return _GUARDIAN.reasons

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look at the codes of consent."""
        return _GUARDIAN.answers(pairs.of_child("consent"), allow_unknown=self.allow_unknown)


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

    @property
    def reasons(self) -> Sequence[Blocked]:
        """Not asked, refused, lapsed."""
        return _HELPER.reasons

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look at the codes of consent."""
        return _HELPER.answers(pairs.of_helper("consent"), allow_unknown=self.allow_unknown)


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
        missing, barred, not_yet, expired = self.reasons
        if not isinstance(helper.screening, Screening):
            return missing
        if helper.screening.result is ScreeningResult.BARRED:
            return barred
        return not_yet if context.as_of < helper.screening.checked_on else expired

    @property
    def reasons(self) -> Sequence[Blocked]:
        """Missing, barred, not yet, expired."""
        return _SCREENING_REASONS

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look at the codes of screening."""
        codes = pairs.of_helper("screening")
        answers = [(codes == code, -number) for number, code in enumerate(_SCREENING_CODES, start=1)]
        return c.first_answer(len(pairs), (_exempt(pairs), 1), *answers)


_SCREENING_CODES = (c.NOT_CHECKED, c.BARRED, c.NOT_YET, c.EXPIRED)
_SCREENING_REASONS = (
    Blocked("screening-missing", Text("没有背景审查记录", "no screening on file")),
    Blocked("screening-barred", Text("背景审查不通过", "barred by the screening")),
    Blocked("screening-not-yet", Text("背景审查尚未生效", "the screening does not hold yet")),
    Blocked("screening-expired", Text("背景审查已过期", "the screening has expired")),
)


def _exempt(pairs: c.PairColumns) -> c.Array:
    """Return which helpers are classmates among themselves."""
    return (pairs.of_helper("kind") == c.CLASSMATE) & pairs.context.peer


@attrs.frozen(kw_only=True)
class LoadConstraint:
    """The helper takes children at all; how many is counted by the solver."""

    id: str = attrs.field(default="load", init=False)
    text: Text = attrs.field(default=Text("帮扶人没有名额", "the helper has no places"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.HELPER, init=False)
    reasons: ClassVar[Sequence[Blocked]] = ()

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Look at the capacity."""
        return offer.capacity > 0

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look at the capacities."""
        return pairs.of_helper("capacity") > 0


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
            return _AGE_UNKNOWN
        return of_age

    @property
    def reasons(self) -> Sequence[Blocked]:
        """Age unknown."""
        return (_AGE_UNKNOWN,)

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Look at the codes of age."""
        codes = pairs.of_helper("of_age")
        unknown, under = codes == c.AGE_UNKNOWN, codes == c.UNDER_AGE
        return c.first_answer(len(pairs), (_exempt(pairs), 1), (unknown, -1), (under, 0))


_AGE_UNKNOWN = Blocked("helper-age-unknown", Text("帮扶人年龄不详", "the helper's age is unknown"))
