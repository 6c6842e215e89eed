"""How tall, heavy and round is this child among children of its age and sex?

The growth reference of the World Health Organization for school-age children and adolescents (WHO 2007; de Onis et al.,
Bulletin of the WHO 85:660-667), as L, M, S values by month in ``archives/data/who2007.csv``. Only the far ends are
findings. Nothing here knows a child by name.
"""

import csv
import datetime as dt
import functools
import importlib.resources
import math
from collections.abc import Iterator, Mapping
from typing import Final

from careprogram.people.enums import Answer, Sex
from careprogram.unknown import Maybe, Unknown

DAYS_PER_MONTH: Final = 30.4375
"""The month of the reference, a twelfth of 365.25 days."""

_FIRST_MONTH: Final = 61


class GrowthIndicator(Answer):
    """What is compared with the reference."""

    HEIGHT_FOR_AGE = "height-for-age", "年龄别身高"
    WEIGHT_FOR_AGE = "weight-for-age", "年龄别体重"
    BMI_FOR_AGE = "bmi-for-age", "年龄别体质指数"


class GrowthFinding(Answer):
    """What lies far enough out to have the child looked at (WHO 2007)."""

    STUNTING = "stunting", "生长迟缓"
    SEVERE_STUNTING = "severe-stunting", "重度生长迟缓"
    THINNESS = "thinness", "消瘦"
    SEVERE_THINNESS = "severe-thinness", "重度消瘦"
    OVERWEIGHT = "overweight", "超重"
    OBESITY = "obesity", "肥胖"


_LAST_MONTH: Final[Mapping[GrowthIndicator, int]] = {
    GrowthIndicator.HEIGHT_FOR_AGE: 228,
    GrowthIndicator.WEIGHT_FOR_AGE: 120,
    GrowthIndicator.BMI_FOR_AGE: 228,
}
"""The last month of each table; beyond ten years weight alone says nothing, because growth spurts differ."""

Values = tuple[float, float, float]


def age_in_months(birth_date: dt.date, measured_on: dt.date) -> float:
    """Return the age in months of the reference, with its fraction.

    Args:
        birth_date: The day of birth.
        measured_on: The day of the measurement.
    """
    return (measured_on - birth_date).days / DAYS_PER_MONTH


def body_mass_index(*, weight_g: int, height_mm: int) -> float:
    """Return kilograms per square meter.

    Args:
        weight_g: Weight in grams, above 0.
        height_mm: Height in millimeters, above 0.
    """
    return weight_g * 1_000 / height_mm**2


def growth_z_score(indicator: GrowthIndicator, sex: Maybe[Sex], months: float, value: float) -> float | None:
    """Return how many standard deviations *value* lies from the median of the age and sex.

    L, M and S are interpolated between months. For weight and body mass index, what lies beyond three standard
    deviations is counted in steps of the last one, as the reference asks, because the curve says nothing there.

    Args:
        indicator: What is compared.
        sex: Of the child.
        months: Its age by `age_in_months`.
        value: Centimeters, kilograms, or kilograms per square meter.

    Returns:
        The z-score, not rounded; None where the sex is not known, the value is none, or the age is outside the table:
        from 5 years and 1 month to 19 years, to 10 years for weight.

    Examples:
        >>> round(growth_z_score(GrowthIndicator.HEIGHT_FOR_AGE, Sex.MALE, 166.59, 153.7), 2)
        -1.13
    """
    if isinstance(sex, Unknown) or not value > 0 or not _FIRST_MONTH <= months < _LAST_MONTH[indicator] + 1:
        return None
    l, m, s = _interpolated(indicator, sex, months)  # noqa: E741 - the letters of the method
    score = (math.pow(value / m, l) - 1) / (s * l)
    if indicator is GrowthIndicator.HEIGHT_FOR_AGE or abs(score) <= 3:
        return score

    def at(deviations: int) -> float:
        return m * math.pow(1 + l * s * deviations, 1 / l)

    if score > 3:
        return 3 + (value - at(3)) / (at(3) - at(2))
    return -3 + (value - at(-3)) / (at(-2) - at(-3))


def growth_findings(
    *, sex: Maybe[Sex], birth_date: Maybe[dt.date], measured_on: dt.date, height_mm: int | None, weight_g: int | None
) -> tuple[GrowthFinding, ...]:
    """Return what of a measurement lies far enough out to have the child looked at.

    Stunting is a height below −2 standard deviations, severe below −3; thinness the same for the body mass index;
    overweight a body mass index above +1, obesity above +2 (WHO 2007).

    Args:
        sex: Of the child.
        birth_date: Of the child.
        measured_on: The day of the measurement.
        height_mm: Height in millimeters; None where it was not measured.
        weight_g: Weight in grams; None where it was not measured.

    Returns:
        The findings; empty also where nothing could be compared.
    """
    if isinstance(birth_date, Unknown):
        return ()
    months = age_in_months(birth_date, measured_on)
    return tuple(_findings(sex, months, height_mm, weight_g))


def _findings(sex: Maybe[Sex], months: float, height_mm: int | None, weight_g: int | None) -> Iterator[GrowthFinding]:
    if height_mm:
        height = growth_z_score(GrowthIndicator.HEIGHT_FOR_AGE, sex, months, height_mm / 10)
        if height is not None and height < -2:
            yield GrowthFinding.SEVERE_STUNTING if height < -3 else GrowthFinding.STUNTING
    if height_mm and weight_g:
        index = body_mass_index(weight_g=weight_g, height_mm=height_mm)
        round_ = growth_z_score(GrowthIndicator.BMI_FOR_AGE, sex, months, index)
        if round_ is None:
            return
        if round_ < -2:
            yield GrowthFinding.SEVERE_THINNESS if round_ < -3 else GrowthFinding.THINNESS
        elif round_ > 1:
            yield GrowthFinding.OBESITY if round_ > 2 else GrowthFinding.OVERWEIGHT


def _interpolated(indicator: GrowthIndicator, sex: Sex, months: float) -> Values:
    whole = math.floor(months)
    own = _table()[indicator.value, sex.value, whole]
    following = _table().get((indicator.value, sex.value, whole + 1), own)
    part = months - whole
    l, m, s = (a + part * (b - a) for a, b in zip(own, following, strict=True))  # noqa: E741
    return l, m, s


@functools.cache
def _table() -> Mapping[tuple[str, str, int], Values]:
    text = importlib.resources.files("careprogram.archives").joinpath("data", "who2007.csv").read_text("ascii")
    return {
        (row["indicator"], row["sex"], int(row["month"])): (float(row["l"]), float(row["m"]), float(row["s"]))
        for row in csv.DictReader(text.splitlines())
    }
