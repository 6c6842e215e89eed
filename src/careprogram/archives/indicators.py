"""Which warning signs does a survey of a child show?

Seven signs (essays 4 and 5): a gap in the contact with the parents, truancy, lying, fighting, silence, dropped out, and
a guardian who does not know the child's class. A question that nobody answered gives "unknown", never "absent". What
follows from a sign is for people and for ``care.risk``; nothing here sums signs up to a score.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from careprogram.archives.kinds.survey import FREQUENCY
from careprogram.archives.validation import Document
from careprogram.errors import ValidationError
from careprogram.people import Answer


class RiskIndicator(Answer):
    """A warning sign."""

    CONTACT_GAP = "contact-gap", "与父母联系中断"
    TRUANCY = "truancy", "旷课"
    LYING = "lying", "说谎"
    FIGHTING = "fighting", "打架"
    SILENCE = "silence", "沉默寡言"
    DROPPED_OUT = "dropped-out", "辍学"
    CLASS_UNKNOWN_TO_GUARDIAN = "class-unknown-to-guardian", "监护人不知道孩子的班级"


class Sign(Answer):
    """Whether a sign is there."""

    PRESENT = "present", "有"
    ABSENT = "absent", "无"
    UNKNOWN = "unknown", "不详"


_FREQUENCIES: Final = tuple(choice.value for choice in FREQUENCY.choices)


def _known_frequency(_: object, __: object, value: str) -> None:
    if value not in _FREQUENCIES[1:]:
        raise ValidationError(f"seen_from: expected one of {', '.join(_FREQUENCIES[1:])}", reason="frequency")


def _not_negative(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value < 0:
        raise ValidationError(f"{attribute.name}: give 0 or more days", reason="days")


@attrs.frozen(kw_only=True)
class IndicatorLimits:
    """From where on something is a sign; a place sets its own.

    Attributes:
        longest_contact_gap: Days without contact that are no sign yet: 7, the week of the minors law, art. 23.
        truant_days: Days of truancy in a term that are no sign yet.
        seen_from: The least frequency of lying, fighting and silence that is a sign.
    """

    longest_contact_gap: int = attrs.field(default=7, validator=_not_negative)
    truant_days: int = attrs.field(default=0, validator=_not_negative)
    seen_from: str = attrs.field(default="sometimes", validator=_known_frequency)


USUAL_LIMITS: Final = IndicatorLimits()


def risk_indicators(survey: Document, *, limits: IndicatorLimits = USUAL_LIMITS) -> Mapping[RiskIndicator, Sign]:
    """Return every sign with whether it is there, in the order of `RiskIndicator`.

    Args:
        survey: A survey archive of the current version.
        limits: From where on something is a sign.

    Examples:
        >>> signs = risk_indicators({"child": "c-1", "days_since_contact": 30, "fighting": "seldom"})
        >>> [signs[of].value for of in (RiskIndicator.CONTACT_GAP, RiskIndicator.FIGHTING, RiskIndicator.SILENCE)]
        ['present', 'absent', 'unknown']
    """
    seen_from = _FREQUENCIES.index(limits.seen_from)
    return {
        RiskIndicator.CONTACT_GAP: _above(survey.get("days_since_contact"), limits.longest_contact_gap),
        RiskIndicator.TRUANCY: _above(survey.get("days_truant"), limits.truant_days),
        RiskIndicator.LYING: _often(survey.get("lying"), seen_from),
        RiskIndicator.FIGHTING: _often(survey.get("fighting"), seen_from),
        RiskIndicator.SILENCE: _often(survey.get("silence"), seen_from),
        RiskIndicator.DROPPED_OUT: _when(survey.get("dropped_out"), is_sign=True),
        RiskIndicator.CLASS_UNKNOWN_TO_GUARDIAN: _when(survey.get("guardian_knows_class"), is_sign=False),
    }


def _sign(is_there: bool) -> Sign:
    return Sign.PRESENT if is_there else Sign.ABSENT


def _above(days: object, limit: int) -> Sign:
    return _sign(days > limit) if type(days) is int else Sign.UNKNOWN


def _often(frequency: object, seen_from: int) -> Sign:
    return _sign(_FREQUENCIES.index(frequency) >= seen_from) if frequency in _FREQUENCIES else Sign.UNKNOWN


def _when(answer: object, *, is_sign: bool) -> Sign:
    return _sign(answer is is_sign) if type(answer) is bool else Sign.UNKNOWN
