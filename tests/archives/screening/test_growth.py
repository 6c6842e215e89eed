"""Growth against the WHO reference of 2007: the published z-scores, the ends of the tables, and what is a finding."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives.screening import (
    GrowthFinding,
    GrowthIndicator,
    age_in_months,
    body_mass_index,
    growth_findings,
    growth_z_score,
)
from careprogram.people import Sex
from careprogram.unknown import UNKNOWN

SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
HEIGHT, WEIGHT, BMI = GrowthIndicator


def test_every_published_z_score_is_met(shared_data: Path) -> None:
    """All scores of the published survey sample agree to 0.01, three indicators together more than a thousand."""
    compared = 0
    with (shared_data / "who2007" / "survey_z_sample.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            sex, months = SEXES[row["sex"]], float(row["agemons"])
            for indicator, measured, published in (
                (HEIGHT, row["height"], row["zhfa"]),
                (WEIGHT, row["weight"], row["zwfa"]),
                (BMI, row["cbmi"], row["zbfa"]),
            ):
                score = growth_z_score(indicator, sex, months, float(measured)) if measured else None
                if published:
                    assert score is not None
                    assert abs(score - float(published)) <= 0.01, (row["id"], indicator)
                    compared += 1
                elif score is not None:
                    assert row["oedema"] == "y", "the sample leaves out swollen children only"
    assert compared > 1_000


def test_the_table_is_the_published_one(shared_data: Path) -> None:
    """No figure was changed on the way into the package."""
    from careprogram.archives.screening.growth import _table

    table = _table()
    seen = 0
    for name, indicator in (("hfa", HEIGHT), ("wfa", WEIGHT), ("bfa", BMI)):
        with (shared_data / "who2007" / f"{name}who2007.txt").open(newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                own = table[indicator.value, SEXES[row["sex"]].value, int(row["age"])]
                assert own == (float(row["l"]), float(row["m"]), float(row["s"]))
                seen += 1
    assert seen == len(table)


@given(st.sampled_from(list(GrowthIndicator)), st.sampled_from([Sex.MALE, Sex.FEMALE]), st.floats(61, 120), st.data())
def test_more_is_never_a_lower_score(indicator: GrowthIndicator, sex: Sex, months: float, data: st.DataObject) -> None:
    """At one age, a taller child is not told to be shorter; at the joints of the curve, too."""
    low, high = sorted(data.draw(st.tuples(st.floats(8, 250), st.floats(8, 250))))
    lower, higher = (growth_z_score(indicator, sex, months, value) for value in (low, high))
    assert lower is not None
    assert higher is not None
    assert lower <= higher + 1e-9


@pytest.mark.parametrize("months", [60.99, 229.0, -3.0, float("nan")])
def test_outside_the_table_there_is_no_score(months: float) -> None:
    """An age that the reference does not know gives none, and is not stretched."""
    assert growth_z_score(HEIGHT, Sex.MALE, months, 120) is None


def test_weight_ends_at_ten_years() -> None:
    """Beyond ten years weight alone is not compared."""
    assert growth_z_score(WEIGHT, Sex.FEMALE, 120.9, 30) is not None
    assert growth_z_score(WEIGHT, Sex.FEMALE, 121, 30) is None


@pytest.mark.parametrize("value", [0, -5, float("nan")])
def test_what_cannot_be_measured_has_no_score(value: float) -> None:
    """A height of nothing is a gap, not a finding."""
    assert growth_z_score(HEIGHT, Sex.MALE, 100, value) is None
    assert growth_z_score(HEIGHT, UNKNOWN, 100, 120) is None


@pytest.mark.parametrize(
    ("height_mm", "weight_g", "found"),
    [
        (1380, 32_000, ()),
        (1240, 24_000, (GrowthFinding.STUNTING,)),
        (1180, 22_000, (GrowthFinding.SEVERE_STUNTING,)),
        (1380, 25_500, (GrowthFinding.THINNESS,)),
        (1380, 22_500, (GrowthFinding.SEVERE_THINNESS,)),
        (1380, 37_000, (GrowthFinding.OVERWEIGHT,)),
        (1380, 45_000, (GrowthFinding.OBESITY,)),
        (1240, None, (GrowthFinding.STUNTING,)),
        (None, 22_500, ()),
        (None, None, ()),
    ],
)
def test_findings_of_a_boy_of_ten(
    height_mm: int | None, weight_g: int | None, found: tuple[GrowthFinding, ...]
) -> None:
    """Each finding at a measurement on its side of the limit; what was not measured finds nothing."""
    born, day = dt.date(2016, 9, 1), dt.date(2026, 9, 1)
    measured = {"height_mm": height_mm, "weight_g": weight_g}
    assert growth_findings(sex=Sex.MALE, birth_date=born, measured_on=day, **measured) == found
    assert growth_findings(sex=Sex.MALE, birth_date=UNKNOWN, measured_on=day, **measured) == ()


def test_units() -> None:
    """Months are those of the reference; the index is kilograms per square meter."""
    assert age_in_months(dt.date(2016, 9, 1), dt.date(2026, 9, 1)) == pytest.approx(3652 / 30.4375)
    assert body_mass_index(weight_g=32_000, height_mm=1_380) == pytest.approx(16.803, abs=0.001)
