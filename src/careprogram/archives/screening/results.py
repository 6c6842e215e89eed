"""What came out of holding one measurement against one reference?

Four answers are told apart: something was found, nothing was found, something needed is not known, and there is no
reference for such a child. Only the second says that all is well, and it is never said for want of a fact. Nothing here
compares.
"""

import datetime as dt
from typing import Final

import attrs

from careprogram.archives.screening.references import ScreeningReference
from careprogram.errors import ValidationError
from careprogram.language import Text
from careprogram.people.enums import Answer, Sex
from careprogram.unknown import UNKNOWN, Maybe


class ScreenedItem(Answer):
    """What is looked at."""

    HEIGHT = "height", "身高"
    THINNESS = "thinness", "消瘦"
    OVERWEIGHT = "overweight", "超重与肥胖"
    BLOOD_PRESSURE = "blood-pressure", "血压"


class ScreeningOutcome(Answer):
    """How it came out."""

    FOUND = "found", "超出界值"
    NOT_FOUND = "not-found", "未超出界值"
    UNKNOWN = "unknown", "资料不全，无法判断"
    NO_REFERENCE = "no-reference", "没有适用的参考标准"


class HealthFinding(Answer):
    """What lies far enough out to have the child looked at. It is never a diagnosis."""

    STUNTING = "stunting", "生长迟缓"
    SEVERE_STUNTING = "severe-stunting", "重度生长迟缓"
    MILD_THINNESS = "mild-thinness", "轻度消瘦"
    THINNESS = "thinness", "消瘦"
    MODERATE_THINNESS = "moderate-thinness", "中重度消瘦"
    SEVERE_THINNESS = "severe-thinness", "重度消瘦"
    OVERWEIGHT = "overweight", "超重"
    OBESITY = "obesity", "肥胖"
    ELEVATED_BLOOD_PRESSURE = "elevated-blood-pressure", "血压偏高"
    HIGH_NORMAL_BLOOD_PRESSURE = "high-normal-blood-pressure", "正常高值血压"


def _whole(_: object, attribute: "attrs.Attribute[int | None]", value: int | None) -> None:
    # A float that is infinite or no number compares with every limit, and would read as healthy.
    if value is not None and type(value) is not int:
        raise ValidationError(
            f"{attribute.name}: give a whole number, or None where it was not measured", reason="type"
        )


@attrs.frozen(kw_only=True)
class Measurement:
    """What was measured of one child on one day, and what is needed to compare it.

    Attributes:
        measured_on: The day.
        sex: Of the child.
        birth_date: Of the child.
        height_mm: Height in millimeters; None where it was not measured, as below.
        weight_g: Weight in grams.
        systolic: Upper blood pressure in mmHg.
        diastolic: Lower blood pressure in mmHg.

    Raises:
        ValidationError: A figure is no whole number.
    """

    measured_on: dt.date
    sex: Maybe[Sex] = attrs.field(default=UNKNOWN, repr=False)
    birth_date: Maybe[dt.date] = attrs.field(default=UNKNOWN, repr=False)
    height_mm: int | None = attrs.field(default=None, repr=False, validator=_whole)
    weight_g: int | None = attrs.field(default=None, repr=False, validator=_whole)
    systolic: int | None = attrs.field(default=None, repr=False, validator=_whole)
    diastolic: int | None = attrs.field(default=None, repr=False, validator=_whole)


@attrs.frozen(kw_only=True)
class ScreeningAnswer:
    """What one reference says of one item.

    Attributes:
        item: What was looked at.
        outcome: How it came out.
        finding: What was found; None unless the outcome is ``FOUND``. About a child, so it is not in the repr.
        reason: The limit that decided, or what is missing; it never holds what was measured. Where something was found
            or not found by figures that nobody compared with the print, it says so.
        reference: The standard.
        caveat: What it says of the figures; None where they are the publisher's own, or were not needed.
    """

    item: ScreenedItem
    outcome: ScreeningOutcome = attrs.field(repr=False)
    finding: HealthFinding | None = attrs.field(default=None, repr=False)
    reason: Text = attrs.field(repr=False)
    reference: ScreeningReference = attrs.field(repr=lambda reference: repr(reference.id))
    caveat: Text | None = attrs.field(default=None, repr=False)

    @property
    def citation(self) -> str:
        """Where the standard was published, with the caveat in both languages: what is kept beside a finding."""
        source = self.reference.citation
        return source if self.caveat is None else f"{source}; {self.caveat.zh} / {self.caveat.en}"


def found(item: ScreenedItem, finding: HealthFinding, reason: Text, reference: ScreeningReference) -> ScreeningAnswer:
    """Return that something was found."""
    return ScreeningAnswer(
        item=item, outcome=ScreeningOutcome.FOUND, finding=finding, reason=reason, reference=reference
    )


WITHIN: Final = Text("没有超出界值", "within the limits")


def within(item: ScreenedItem, reference: ScreeningReference, reason: Text = WITHIN) -> ScreeningAnswer:
    """Return that everything needed is known and nothing was found."""
    return ScreeningAnswer(item=item, outcome=ScreeningOutcome.NOT_FOUND, reason=reason, reference=reference)


def lacking(item: ScreenedItem, what: Text, reference: ScreeningReference) -> ScreeningAnswer:
    """Return that something needed is not known."""
    reason = Text(f"缺少{what.zh}", f"not known: {what.en}")
    return ScreeningAnswer(item=item, outcome=ScreeningOutcome.UNKNOWN, reason=reason, reference=reference)


def no_reference(item: ScreenedItem, reference: ScreeningReference) -> ScreeningAnswer:
    """Return that the reference has no row for a child of that age."""
    reason = Text("该年龄不在标准之内", "the reference has no row for this age")
    return ScreeningAnswer(item=item, outcome=ScreeningOutcome.NO_REFERENCE, reason=reason, reference=reference)


def not_in_use(item: ScreenedItem, reference: ScreeningReference) -> ScreeningAnswer:
    """Return that the reference is not gone by here."""
    reason = Text("此处未采用该标准", "this reference is not in use here")
    return ScreeningAnswer(item=item, outcome=ScreeningOutcome.NO_REFERENCE, reason=reason, reference=reference)
