"""Do the health standards say what their tables say, and nothing where something is missing?"""

import csv
import datetime as dt
import itertools
from collections.abc import Mapping
from importlib.resources import files

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import health_check
from careprogram.archives.screening import (
    NOT_COMPARED,
    REFERENCES,
    WHO_2007,
    WS_T_456,
    WS_T_586,
    WS_T_610,
    GrowthFinding,
    HealthFinding,
    Measurement,
    ScreenedItem,
    ScreeningAnswer,
    ScreeningOutcome,
    body_mass_index_tenths,
    growth_findings,
    screen,
)
from careprogram.archives.screening.references import (
    COPIES_DISAGREE,
    blood_pressure_table,
    overweight_table,
    thinness_table,
)
from careprogram.dates import add_months
from careprogram.errors import ValidationError
from careprogram.people import Sex
from careprogram.unknown import UNKNOWN

BORN = dt.date(2016, 9, 1)
_DAY = dt.date(2026, 9, 1)
SEXES = ["male", "female"]
HEIGHT, THINNESS, OVERWEIGHT, PRESSURE = range(4)


def at(months: int, **facts: object) -> Measurement:
    """Return a boy of so many months, not measured yet."""
    plain = Measurement(measured_on=add_months(BORN, months), sex=Sex.MALE, birth_date=BORN)
    return attrs.evolve(plain, **facts)  # type: ignore[arg-type]


def weight_for(index_tenths: int, height_mm: int) -> int:
    """Return the least weight whose body mass index comes out as that."""
    return -(-(2 * index_tenths - 1) * height_mm**2 // 20_000)


def falls(table: Mapping[tuple[str, int], Mapping[str, int]]) -> set[str]:
    """Return where a limit is lower for an older child."""
    return {
        f"{sex} {half / 2} {name}"
        for (sex, half), row in table.items()
        for name, limit in row.items()
        if limit > table.get((sex, half + 1), row)[name]
    }


def test_limits_by_half_years_rise_with_age() -> None:
    """No limit of WS/T 456 and 586 is lower for an older child, and no half year is left out."""
    for table, last in ((thinness_table(), 35), (overweight_table(), 36)):
        assert set(table) == {(sex, half) for sex in SEXES for half in range(12, last + 1)}
        assert falls(table) == set()


@pytest.mark.parametrize("sex", SEXES)
def test_limits_of_one_age_are_in_order(sex: str) -> None:
    """Severe comes before mild, mild thinness before overweight, overweight before obesity."""
    for half in range(12, 36):
        thin, wide = thinness_table()[sex, half], overweight_table()[sex, half]
        assert thin["moderate"] < thin["mild"] < wide["overweight"] < wide["obesity"]


@pytest.mark.parametrize("sex", SEXES)
def test_limits_of_blood_pressure_rise_with_age_and_height(sex: str) -> None:
    """WS/T 610 has eight heights a year from 7 to 17, and no figure falls from one to the next, nor with the years."""
    table = blood_pressure_table()
    assert sorted(age for of, age in table if of == sex) == list(range(7, 18))
    for age in range(7, 18):
        rows = table[sex, age]
        assert len(rows) == 8
        assert rows[0]["height_from"] == 0
        for low, high in itertools.pairwise(rows):
            assert low["height_from"] < high["height_from"]
            assert low["systolic"] <= high["systolic"]
            assert low["diastolic"] <= high["diastolic"]
        for younger, older in zip(rows, table.get((sex, age + 1), rows), strict=True):
            assert all(younger[name] <= older[name] for name in ("height_from", "systolic", "diastolic"))


def test_a_limit_that_falls_is_seen() -> None:
    """Planted: the figures that one public copy of WS/T 456 gives girls of 14.5 do not get by."""
    copied = {**thinness_table(), ("female", 29): {"stunting": 1441, "moderate": 157, "mild": 167}}
    assert falls(copied) == {"female 14.5 mild"}


def test_each_table_says_where_it_comes_from() -> None:
    """The head of each file tells which copies were seen, and what a person has to check against the print."""
    for name in ("wst456.csv", "wst586.csv", "wst610.csv"):
        head = files("careprogram.archives").joinpath("data", name).read_text("utf-8").split("\nsex,")[0]
        assert "# Seen:" in head
        assert "# To be checked by a person" in head
    assert [reference.checked for reference in REFERENCES] == [False, False, False, True]


def test_where_copies_disagree_the_chosen_figures_stand() -> None:
    """Girls of 13.0, 12.0 and 11.0 have the figures that the head of the file names."""
    table = overweight_table()
    assert table["female", 26] == {"overweight": 222, "obesity": 250}
    assert (table["female", 24]["overweight"], table["female", 22]["overweight"]) == (215, 205)


@given(st.sampled_from(Sex), st.integers(12, 35), st.integers(1_000, 1_900), st.integers(-1, 1))
def test_at_each_limit_of_the_body_mass_index(sex: Sex, half: int, height: int, step: int) -> None:
    """One tenth decides: at a limit of thinness and at one of overweight it is found, beyond it is not."""
    thin, wide = thinness_table()[sex.value, half], overweight_table()[sex.value, half]
    for name, finding in (("mild", HealthFinding.MILD_THINNESS), ("moderate", HealthFinding.MODERATE_THINNESS)):
        weight = weight_for(thin[name] + step, height)
        assert body_mass_index_tenths(weight_g=weight, height_mm=height) == thin[name] + step
        answer = screen(at(half * 6, sex=sex, height_mm=height, weight_g=weight))[THINNESS]
        beyond = HealthFinding.MILD_THINNESS if name == "moderate" else None
        assert answer.finding is (finding if step <= 0 else beyond)
    for name, finding in (("overweight", HealthFinding.OVERWEIGHT), ("obesity", HealthFinding.OBESITY)):
        weight = weight_for(wide[name] + step, height)
        answer = screen(at(half * 6 + 5, sex=sex, height_mm=height, weight_g=weight))[OVERWEIGHT]
        assert (answer.finding is finding) is (step >= 0)


@given(st.sampled_from(Sex), st.integers(12, 35), st.integers(-1, 1))
def test_at_each_limit_of_height(sex: Sex, half: int, step: int) -> None:
    """A millimeter decides: at the limit a child is stunted, above it is not."""
    limit = thinness_table()[sex.value, half]["stunting"]
    answer = screen(at(half * 6, sex=sex, height_mm=limit + step))[HEIGHT]
    assert answer.outcome is (ScreeningOutcome.FOUND if step <= 0 else ScreeningOutcome.NOT_FOUND)


@given(st.sampled_from(Sex), st.integers(7, 17), st.integers(0, 7), st.integers(-1, 0), st.booleans())
def test_at_each_limit_of_blood_pressure(sex: Sex, age: int, group: int, step: int, upper: bool) -> None:
    """Either figure at its limit is enough; the height decides which row it is."""
    row = blood_pressure_table()[sex.value, age][group]
    systolic, diastolic = (row["systolic"] + step, 40) if upper else (80, row["diastolic"] + step)
    height = row["height_from"] or 1
    answer = screen(at(age * 12 + 11, sex=sex, height_mm=height, systolic=systolic, diastolic=diastolic))[PRESSURE]
    below = HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE if systolic >= 120 or diastolic >= 80 else None
    assert answer.finding is (HealthFinding.ELEVATED_BLOOD_PRESSURE if step == 0 else below)
    assert answer.outcome is (ScreeningOutcome.NOT_FOUND if answer.finding is None else ScreeningOutcome.FOUND)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "finding"),
    [
        (119, 79, None),
        (120, 70, HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE),
        (110, 80, HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE),
        (133, 84, HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE),
        (134, 80, HealthFinding.ELEVATED_BLOOD_PRESSURE),
    ],
)
def test_high_normal_is_told_by_its_fixed_limit(systolic: int, diastolic: int, finding: HealthFinding | None) -> None:
    """A boy of 17 and 1.75 m: from 120/80 up to the 95th percentile; what is below says that P90 was not compared."""
    answer = screen(at(17 * 12, height_mm=1_756, systolic=systolic, diastolic=diastolic))[PRESSURE]
    assert answer.finding is finding
    assert ("P90" in answer.reason.zh) is (finding is None)


def test_high_normal_is_not_told_where_it_could_be_elevated() -> None:
    """Without the other figure, or without the height that decides, the answer stays unknown."""
    assert screen(at(17 * 12, height_mm=1_756, systolic=125))[PRESSURE].outcome is ScreeningOutcome.UNKNOWN
    assert screen(at(17 * 12, systolic=130, diastolic=70))[PRESSURE].outcome is ScreeningOutcome.UNKNOWN
    told = screen(at(17 * 12, systolic=125, diastolic=70))[PRESSURE]
    assert told.finding is HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE


_FACTS = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(Sex),
        "height_mm": st.integers(900, 2_000),
        "weight_g": st.integers(10_000, 120_000),
        "systolic": st.integers(70, 180),
        "diastolic": st.integers(40, 120),
    }
)
_NOTHING = {"sex": UNKNOWN, "birth_date": UNKNOWN, "height_mm": None, "weight_g": None, "systolic": None,
            "diastolic": None}  # fmt: skip


def _told(answers: tuple[ScreeningAnswer, ...]) -> list[ScreeningOutcome]:
    return [answer.outcome for answer in answers]


@given(st.integers(0, 20 * 12), _FACTS, st.sets(st.sampled_from(sorted(_NOTHING)), min_size=1))
def test_a_missing_fact_never_reads_as_healthy(months: int, facts: dict[str, object], gone: set[str]) -> None:
    """Taking facts away turns no answer into another one: it stays what it was, or becomes unknown."""
    whole = _told(screen(at(months, **facts)))
    less = _told(screen(at(months, **facts | {name: _NOTHING[name] for name in gone})))
    for before, after in zip(whole, less, strict=True):
        assert after in {before, ScreeningOutcome.UNKNOWN}


def test_a_reference_that_is_not_in_use_says_so() -> None:
    """A place that goes by checked figures only gets "no reference" of the others, never "not found"."""
    measured = at(120, height_mm=1_382, weight_g=45_000, systolic=150, diastolic=95)
    answers = screen(measured, references=[reference for reference in REFERENCES if reference.checked])
    assert set(_told(answers[:4])) == {ScreeningOutcome.NO_REFERENCE}
    assert answers[4:] == screen(measured)[4:]


def test_nothing_known_is_unknown_throughout() -> None:
    """A measurement without any fact has seven answers, all unknown."""
    assert set(_told(screen(Measurement(measured_on=BORN)))) == {ScreeningOutcome.UNKNOWN}
    assert len(screen(Measurement(measured_on=BORN))) == 7


@pytest.mark.parametrize("months", [0, 71, 19 * 12, 40 * 12])
def test_an_age_outside_the_standards_has_no_reference(months: int) -> None:
    """Who is younger or older than the standards is not held against the nearest row."""
    answers = screen(at(months, height_mm=1_100, weight_g=60_000, systolic=190, diastolic=120))[:4]
    assert set(_told(answers)) == {ScreeningOutcome.NO_REFERENCE}


def test_at_eighteen_only_overweight_is_told() -> None:
    """The row of 18.0 holds for the whole year of 18; the other standards end before."""
    answers = screen(at(18 * 12 + 7, height_mm=1_700, weight_g=90_000, systolic=150, diastolic=95))[:4]
    assert [answer.outcome for answer in answers] == [
        ScreeningOutcome.NO_REFERENCE,
        ScreeningOutcome.NO_REFERENCE,
        ScreeningOutcome.FOUND,
        ScreeningOutcome.NO_REFERENCE,
    ]


def test_a_very_high_pressure_is_found_without_the_height() -> None:
    """What is beyond every row of the age is told, though nobody measured the height; what depends on it is not."""
    assert screen(at(120, systolic=150, diastolic=70))[PRESSURE].outcome is ScreeningOutcome.FOUND
    assert screen(at(120, systolic=150))[PRESSURE].outcome is ScreeningOutcome.FOUND
    assert screen(at(120, systolic=120, diastolic=70))[PRESSURE].outcome is ScreeningOutcome.UNKNOWN
    assert screen(at(120, systolic=100, diastolic=60))[PRESSURE].outcome is ScreeningOutcome.NOT_FOUND
    assert screen(at(120, systolic=100))[PRESSURE].outcome is ScreeningOutcome.UNKNOWN


@pytest.mark.parametrize("name", ["height_mm", "weight_g", "systolic", "diastolic"])
@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1380.0, "1380", True])
def test_what_is_no_whole_number_is_refused(name: str, value: object) -> None:
    """An infinite weight is no figure: it would pass every limit and read as healthy."""
    with pytest.raises(ValidationError, match=name) as caught:
        at(120, **{name: value})
    assert "1380" not in str(caught.value)


def test_measured_before_the_birth_is_a_wrong_date() -> None:
    """A birth date after the measurement is asked for again."""
    assert set(_told(screen(at(-1, height_mm=1_100, weight_g=20_000)))) == {ScreeningOutcome.UNKNOWN}


@given(st.integers(62, 227), _FACTS)
def test_the_answers_by_who_are_those_of_the_growth_reference(months: int, facts: dict[str, object]) -> None:
    """Differential: the same findings as ``growth_findings`` gives."""
    measured = at(months, **facts)
    told = {answer.finding.value for answer in screen(measured)[4:] if answer.finding is not None}
    expected = growth_findings(
        sex=measured.sex,
        birth_date=BORN,
        measured_on=measured.measured_on,
        height_mm=measured.height_mm,
        weight_g=measured.weight_g,
    )
    assert told == {finding.value for finding in expected}
    assert {finding.value for finding in GrowthFinding} <= {finding.value for finding in HealthFinding}


def test_answers_name_their_reference_and_hide_the_child() -> None:
    """Item and reference are in the repr; what was found is not, and no reason repeats a measurement."""
    answers = screen(at(120, height_mm=1_237, weight_g=49_871, systolic=163, diastolic=99))
    assert [answer.reference for answer in answers[:4]] == [WS_T_456, WS_T_456, WS_T_586, WS_T_610]
    assert [answer.item for answer in answers[:4]] == list(ScreenedItem)
    for answer in answers:
        assert "found" not in repr(answer)
        assert not any(figure in answer.reason.zh + answer.reason.en for figure in ("1237", "123.7", "49871", "163"))
    assert "1237" not in repr(at(120, height_mm=1_237))


def test_the_tables_are_read_as_they_stand() -> None:
    """Every figure of a file is in the table, none is rounded."""
    text = files("careprogram.archives").joinpath("data", "wst456.csv").read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert len(rows) == len(thinness_table()) == 48
    for row in rows:
        own = thinness_table()[row["sex"], int(float(row["age"]) * 2)]
        assert f"{own['stunting'] / 10:.1f}" == row["stunting"]


@pytest.mark.promise
@given(
    sex=st.sampled_from(Sex),
    months=st.integers(60, 230),
    height=st.integers(900, 1_900),
    weight=st.integers(12_000, 95_000),
    pressure=st.tuples(st.integers(80, 150), st.integers(50, 100)),
)
def test_what_nobody_compared_with_the_print_says_so(
    sex: Sex, months: int, height: int, weight: int, pressure: tuple[int, int]
) -> None:
    """Each answer that rests on figures of a public copy says it, in both languages, in its reason and its citation."""
    measured = Measurement(
        measured_on=_DAY,
        sex=sex,
        birth_date=add_months(_DAY, -months),
        height_mm=height,
        weight_g=weight,
        systolic=pressure[0],
        diastolic=pressure[1],
    )
    for answer in screen(measured):
        rests = answer.outcome in {ScreeningOutcome.FOUND, ScreeningOutcome.NOT_FOUND}
        says = rests and not answer.reference.checked
        for text in (answer.reason.zh, answer.citation):
            assert (NOT_COMPARED.zh in text) is says
        for text in (answer.reason.en, answer.citation):
            assert (NOT_COMPARED.en in text) is says
        assert len(answer.citation) <= 300
    entry = health_check(measured, term="t")
    assert [one["citation"] for one in entry["screening"]] == [answer.citation for answer in screen(measured)]  # type: ignore[attr-defined]


def test_a_row_in_which_copies_disagree_says_so() -> None:
    """For a girl of 13 the copies of WS/T 586 disagree, for one of 14 those of WS/T 456; for boys they do not."""
    for sex, years, item, disputed in (
        (Sex.FEMALE, 13, ScreenedItem.OVERWEIGHT, True),
        (Sex.MALE, 13, ScreenedItem.OVERWEIGHT, False),
        (Sex.FEMALE, 14, ScreenedItem.THINNESS, True),
        (Sex.FEMALE, 14, ScreenedItem.OVERWEIGHT, False),
        (Sex.FEMALE, 15, ScreenedItem.THINNESS, False),
    ):
        measured = Measurement(
            measured_on=_DAY, sex=sex, birth_date=add_months(_DAY, -12 * years), height_mm=1_550, weight_g=48_000
        )
        answer = next(one for one in screen(measured) if one.item is item and one.reference is not WHO_2007)
        assert (COPIES_DISAGREE.zh in answer.reason.zh) is disputed
        assert (COPIES_DISAGREE.en in answer.citation) is disputed
