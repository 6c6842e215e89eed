"""What do the published references say of one measurement?

By the health standards WS/T 456 (stunting, thinness), 586 (overweight, obesity) and 610 (blood pressure) and by the WHO
reference of 2007, each for itself: they differ, and a person decides. What is not known is never read as healthy; where
an answer is the same whatever the missing fact is, it is given.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import attrs

from careprogram.archives.screening.growth import (
    GrowthIndicator,
    age_in_months,
    body_mass_index,
    growth_z_score,
)
from careprogram.archives.screening.references import (
    COPIES_DISAGREE,
    DISPUTED_OVERWEIGHT,
    DISPUTED_THINNESS,
    REFERENCES,
    WHO_2007,
    WS_T_456,
    WS_T_586,
    WS_T_610,
    Row,
    ScreeningReference,
    blood_pressure_table,
    overweight_table,
    thinness_table,
)
from careprogram.archives.screening.results import (
    HealthFinding,
    Measurement,
    ScreenedItem,
    ScreeningAnswer,
    ScreeningOutcome,
    found,
    lacking,
    no_reference,
    not_in_use,
    within,
)
from careprogram.dates import age_on, months_between
from careprogram.language import Text
from careprogram.unknown import Unknown

_SEX: Final = Text("性别", "sex")
_BIRTH: Final = Text("出生日期", "birth date")
_HEIGHT: Final = Text("身高", "height")
_WEIGHT: Final = Text("体重", "weight")
_PRESSURE: Final = Text("血压", "blood pressure")
_LAST_ROW_OF_586: Final = 36
_HIGH_NORMAL: Final = {"systolic": 120, "diastolic": 80}
"""From where on a pressure below the 95th percentile is high normal at every age and height (WS/T 610, 3.2)."""
_BELOW_BOTH: Final = Text(
    "低于 P95，也低于 120/80 mmHg；未收录 P90，是否达到 P90 无法判断",
    "below the 95th percentile and below 120/80 mmHg; the 90th percentile is not at hand and was not compared",
)


def screen(
    measurement: Measurement, *, references: Collection[ScreeningReference] = REFERENCES
) -> tuple[ScreeningAnswer, ...]:
    """Return what each reference says of *measurement*, always the same seven answers in one order.

    Args:
        measurement: What was measured, and of whom.
        references: Those in use; the answers of all others are "no reference". A place that goes only by figures that
            somebody compared with the print leaves out the rest.

    Examples:
        >>> import datetime as dt
        >>> from careprogram.people import Sex
        >>> boy = Measurement(measured_on=dt.date(2026, 9, 1), sex=Sex.MALE, birth_date=dt.date(2016, 9, 1),
        ...                   height_mm=1380, weight_g=45_000)
        >>> [(answer.item.value, answer.reference.id, answer.outcome.value) for answer in screen(boy)][2:4]
        [('overweight', 'ws-t-586-2018', 'found'), ('blood-pressure', 'ws-t-610-2018', 'unknown')]
    """
    return tuple(
        _with_caveat(answer, measurement)
        if answer.reference in references
        else not_in_use(answer.item, answer.reference)
        for answer in _answers(measurement)
    )


def _with_caveat(answer: ScreeningAnswer, measured: Measurement) -> ScreeningAnswer:
    """Say of an answer that rests on figures which nobody compared with the print that it does."""
    if answer.outcome not in {ScreeningOutcome.FOUND, ScreeningOutcome.NOT_FOUND} or answer.reference.caveat is None:
        return answer
    caveat = answer.reference.caveat
    if _is_disputed(answer, measured):
        caveat = Text(f"{caveat.zh}；{COPIES_DISAGREE.zh}", f"{caveat.en}; {COPIES_DISAGREE.en}")
    reason = Text(f"{answer.reason.zh}（{caveat.zh}）", f"{answer.reason.en} ({caveat.en})")
    return attrs.evolve(answer, reason=reason, caveat=caveat)


def _is_disputed(answer: ScreeningAnswer, measured: Measurement) -> bool:
    """Return whether the row that was used stands otherwise in another public copy."""
    rows = {
        (ScreenedItem.THINNESS, WS_T_456): DISPUTED_THINNESS,
        (ScreenedItem.OVERWEIGHT, WS_T_586): DISPUTED_OVERWEIGHT,
    }.get((answer.item, answer.reference), frozenset[tuple[str, int]]())
    return (_sex(measured), _half_years(measured)) in rows


def body_mass_index_tenths(*, weight_g: int, height_mm: int) -> int:
    """Return the body mass index in tenths of kg/m², the half rounded up, without a float.

    Examples:
        >>> body_mass_index_tenths(weight_g=33_220, height_mm=1_400)
        169
    """
    square = height_mm**2
    return (20_000 * weight_g + square) // (2 * square)


def _answers(measured: Measurement) -> Iterator[ScreeningAnswer]:
    yield _stunting(measured)
    yield _thinness(measured)
    yield _overweight(measured)
    yield _blood_pressure(measured)
    yield from _by_who(measured)


def _missing(measured: Measurement, *, height: bool, weight: bool) -> Text | None:
    """Return the first thing that is needed and not there."""
    if isinstance(measured.sex, Unknown):
        return _SEX
    if isinstance(measured.birth_date, Unknown) or measured.birth_date > measured.measured_on:
        return _BIRTH
    if height and not _is_there(measured.height_mm):
        return _HEIGHT
    return _WEIGHT if weight and not _is_there(measured.weight_g) else None


def _is_there(value: int | None) -> bool:
    return value is not None and value > 0


def _half_years(measured: Measurement) -> int:
    birth = measured.birth_date
    return -1 if isinstance(birth, Unknown) else months_between(birth, measured.measured_on) // 6


def _sex(measured: Measurement) -> str:
    return "" if isinstance(measured.sex, Unknown) else measured.sex.value


def _index(measured: Measurement) -> int:
    return body_mass_index_tenths(weight_g=measured.weight_g or 0, height_mm=measured.height_mm or 1)


def _at(zh: str, en: str, limit: int, unit: str, direction: tuple[str, str]) -> Text:
    figure = f"{limit // 10}.{limit % 10} {unit}"
    return Text(f"{zh}{direction[0]} {figure}", f"{en} {direction[1]} {figure}")


_LOW: Final = ("不高于", "at or below")
_HIGH: Final = ("不低于", "at or above")


def _stunting(measured: Measurement) -> ScreeningAnswer:
    item = ScreenedItem.HEIGHT
    if (what := _missing(measured, height=True, weight=False)) is not None:
        return lacking(item, what, WS_T_456)
    row = thinness_table().get((_sex(measured), _half_years(measured)))
    if row is None:
        return no_reference(item, WS_T_456)
    if (measured.height_mm or 0) <= row["stunting"]:
        reason = _at("身高", "height", row["stunting"], "cm", _LOW)
        return found(item, HealthFinding.STUNTING, reason, WS_T_456)
    return within(item, WS_T_456)


def _thinness(measured: Measurement) -> ScreeningAnswer:
    item = ScreenedItem.THINNESS
    if (what := _missing(measured, height=True, weight=True)) is not None:
        return lacking(item, what, WS_T_456)
    row = thinness_table().get((_sex(measured), _half_years(measured)))
    if row is None:
        return no_reference(item, WS_T_456)
    index = _index(measured)
    for name, finding in (("moderate", HealthFinding.MODERATE_THINNESS), ("mild", HealthFinding.MILD_THINNESS)):
        if index <= row[name]:
            return found(item, finding, _at("体质指数", "body mass index", row[name], "kg/m²", _LOW), WS_T_456)
    return within(item, WS_T_456)


def _overweight(measured: Measurement) -> ScreeningAnswer:
    item = ScreenedItem.OVERWEIGHT
    if (what := _missing(measured, height=True, weight=True)) is not None:
        return lacking(item, what, WS_T_586)
    halves = _half_years(measured)
    # The last row is that of 18.0, and a child is 18 for a whole year.
    row = overweight_table().get((_sex(measured), _LAST_ROW_OF_586 if halves == _LAST_ROW_OF_586 + 1 else halves))
    if row is None:
        return no_reference(item, WS_T_586)
    index = _index(measured)
    for name, finding in (("obesity", HealthFinding.OBESITY), ("overweight", HealthFinding.OVERWEIGHT)):
        if index >= row[name]:
            return found(item, finding, _at("体质指数", "body mass index", row[name], "kg/m²", _HIGH), WS_T_586)
    return within(item, WS_T_586)


def _blood_pressure(measured: Measurement) -> ScreeningAnswer:
    item = ScreenedItem.BLOOD_PRESSURE
    if (what := _missing(measured, height=False, weight=False)) is not None:
        return lacking(item, what, WS_T_610)
    if not (_is_there(measured.systolic) or _is_there(measured.diastolic)):
        return lacking(item, _PRESSURE, WS_T_610)
    birth = measured.birth_date
    years = -1 if isinstance(birth, Unknown) else age_on(birth, measured.measured_on)
    rows = blood_pressure_table().get((_sex(measured), years))
    if rows is None:
        return no_reference(item, WS_T_610)
    possible = _rows_of_height(rows, measured.height_mm)
    if all(_is_elevated(measured, row) for row in possible):
        limits = possible[0]
        figures = f"{limits['systolic']}/{limits['diastolic']} mmHg"
        reason = Text(f"收缩压或舒张压不低于 {figures}", f"systolic or diastolic at or above {figures}")
        return found(item, HealthFinding.ELEVATED_BLOOD_PRESSURE, reason, WS_T_610)
    if not (_is_there(measured.systolic) and _is_there(measured.diastolic)):
        return lacking(item, _PRESSURE, WS_T_610)
    if any(_is_elevated(measured, row) for row in possible):
        return lacking(item, _HEIGHT, WS_T_610)
    if _is_elevated(measured, _HIGH_NORMAL):
        reason = Text(
            "低于 P95，但收缩压或舒张压不低于 120/80 mmHg",
            "below the 95th percentile, but systolic or diastolic at or above 120/80 mmHg",
        )
        return found(item, HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE, reason, WS_T_610)
    return within(item, WS_T_610, _BELOW_BOTH)


def _rows_of_height(rows: Sequence[Row], height_mm: int | None) -> Sequence[Row]:
    """Return the row of that height; all of them where it was not measured."""
    if height_mm is None or height_mm <= 0:
        return rows
    return [[row for row in rows if row["height_from"] <= height_mm][-1]]


def _is_elevated(measured: Measurement, row: Row) -> bool:
    return (measured.systolic or 0) >= row["systolic"] or (measured.diastolic or 0) >= row["diastolic"]


def _by_who(measured: Measurement) -> Iterator[ScreeningAnswer]:
    for item, weight in ((ScreenedItem.HEIGHT, False), (ScreenedItem.THINNESS, True), (ScreenedItem.OVERWEIGHT, True)):
        what = _missing(measured, height=True, weight=weight)
        if what is not None:
            yield lacking(item, what, WHO_2007)
            continue
        score = _who_score(measured, item)
        if score is None:
            yield no_reference(item, WHO_2007)
            continue
        told = _who_finding(item, score)
        yield within(item, WHO_2007) if told is None else found(item, *told, WHO_2007)


def _who_score(measured: Measurement, item: ScreenedItem) -> float | None:
    birth = measured.birth_date
    months = -1.0 if isinstance(birth, Unknown) else age_in_months(birth, measured.measured_on)
    height = measured.height_mm or 0
    if item is ScreenedItem.HEIGHT:
        return growth_z_score(GrowthIndicator.HEIGHT_FOR_AGE, measured.sex, months, height / 10)
    index = body_mass_index(weight_g=measured.weight_g or 0, height_mm=height)
    return growth_z_score(GrowthIndicator.BMI_FOR_AGE, measured.sex, months, index)


_WHO_FINDINGS: Final = {
    ScreenedItem.HEIGHT: ((-3, HealthFinding.SEVERE_STUNTING), (-2, HealthFinding.STUNTING)),
    ScreenedItem.THINNESS: ((-3, HealthFinding.SEVERE_THINNESS), (-2, HealthFinding.THINNESS)),
    ScreenedItem.OVERWEIGHT: ((2, HealthFinding.OBESITY), (1, HealthFinding.OVERWEIGHT)),
}


def _who_finding(item: ScreenedItem, score: float) -> tuple[HealthFinding, Text] | None:
    for limit, finding in _WHO_FINDINGS[item]:
        if score < limit < 0 or score > limit > 0:
            side = ("低于", "below") if limit < 0 else ("高于", "above")
            return finding, Text(f"标准差分值{side[0]} {limit:+d}", f"z-score {side[1]} {limit:+d}")
    return None
