"""Is each kind of cell read as people write it, and refused with the right reason?"""

import datetime as dt

import pytest

from careprogram.people import (
    AidKind,
    CaregiverRelation,
    Disability,
    DisabilityKind,
    Grade,
    HealthStatus,
    IdentityNumber,
    Phone,
    PlaceCode,
    PlaceTree,
    Sex,
)
from careprogram.people.identity_number import check_digit
from careprogram.rosters import cells
from careprogram.rosters.cells import CellFault, Mark
from careprogram.rosters.fields import FIELDS
from careprogram.rosters.problems import CellValue
from careprogram.rosters.slots import parser_for
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()
NINE_THIRTY = dt.datetime(2015, 3, 2, 9, 30)  # noqa: DTZ001 - a workbook knows no time zone


def read(field: str, cell: CellValue) -> object:
    return parser_for(FIELDS[field], as_of=AS_OF, places=PLACES)(cell)


def reason(field: str, cell: CellValue) -> str:
    with pytest.raises(CellFault) as caught:
        read(field, cell)
    return caught.value.reason


@pytest.mark.parametrize(
    "cell",
    [
        "2015-03-02", "2015/3/2", "2015年3月2日", "20150302", "2015.3.2", " 2015-3-2 ", "２０１５年３月２日",
        "２０１５－０３－０２",
        "2015-03-02 00:00:00", dt.date(2015, 3, 2), NINE_THIRTY, 42065.0, 20150302.0,
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_common_form(cell: CellValue) -> None:
    """Text in six forms, full-width digits, a date cell, and the serial number of a spreadsheet mean one day."""
    assert read("father.birth_date", cell) == dt.date(2015, 3, 2)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2015-02-30", "date-impossible"),
        ("2015-13-02", "date-impossible"),
        ("2015-3", "date-without-day"),
        ("2015年3月", "date-without-day"),
        ("201503", "date-without-day"),
        ("15.3.2", "date-two-digit-year"),
        ("2026-09-02", "date-in-future"),
        ("1899-12-31", "date-before-1900"),
        ("三月", "date"),
        ("2015-3-2-1", "date"),
        (dt.time(9, 30), "date"),
        (3.5, "date"),
        ("无", "none-not-allowed"),
    ],
)
def test_what_is_no_date_says_why(cell: CellValue, expected: str) -> None:
    """A missing day, an impossible one, a short year and a day to come are told apart."""
    assert reason("father.birth_date", cell) == expected


def test_only_the_end_of_a_consent_may_lie_ahead() -> None:
    """The day of the roster bounds births, not agreements."""
    assert read("consent.expires_on", "2030-01-01") == dt.date(2030, 1, 1)
    assert read("father.birth_date", AS_OF.isoformat()) == AS_OF


@pytest.mark.parametrize("cell", ["是", "有", "√", "(√)", "（√）", " ✓", "Y", "1", 1.0])
def test_yes_is_read_in_every_form(cell: CellValue) -> None:
    """A word, a mark, a mark in the brackets that the form prints, and a ticked box."""
    assert read("household.only_child", cell) is True


@pytest.mark.parametrize("cell", ["否", "无", "×", "（×）", "n", "0", 0.0])
def test_no_is_read_in_every_form(cell: CellValue) -> None:
    """A word, a mark or a number."""
    assert read("household.only_child", cell) is False


@pytest.mark.parametrize("cell", ["", " ", "不详", "未知", "不清楚", "/", "?", "？", "( )", "（ ）"])
def test_nobody_knows_is_never_no(cell: CellValue) -> None:
    """A blank, a word or an empty bracket is UNKNOWN."""
    assert read("household.only_child", cell) is UNKNOWN
    assert reason("household.only_child", "也许") == "yes-no"


@pytest.mark.parametrize("cell", ["爷爷奶奶", "祖父母", "爷爷、奶奶", "祖父 祖母", "（祖父母）", "奶奶"])
def test_a_relation_is_read_by_what_families_say(cell: CellValue) -> None:
    """爷爷奶奶 are the paternal grandparents, however parted."""
    assert read("caregiver.relation", cell) is CaregiverRelation.PATERNAL_GRANDPARENT
    assert read("caregiver.relation", "姥姥") is CaregiverRelation.MATERNAL_GRANDPARENT
    assert read("caregiver.relation", "无人") is Mark.NONE


def test_an_answer_that_the_form_lacks_is_refused() -> None:
    """No guess is made from a similar word."""
    assert reason("child.sex", "那") == "choice"
    assert reason("health.status", "健康的") == "choice"
    assert read("health.status", "有慢性病") is UNKNOWN
    assert read("health.status", "健康或良好") is HealthStatus.HEALTHY
    assert read("child.sex", "女生") is Sex.FEMALE


def test_several_answers_are_a_set_and_none_is_an_answer() -> None:
    """无 is the empty set, a blank is unknown, and one wrong word refuses the cell."""
    assert read("household.aid", "低保、医疗救助") == {AidKind.SUBSISTENCE_ALLOWANCE, AidKind.MEDICAL}
    assert read("household.aid", "无") == frozenset()
    assert read("household.aid", "") is UNKNOWN
    assert reason("household.aid", "低保、彩票") == "choice"


@pytest.mark.parametrize("cell", ["11010519491231002X", "11010519491231002x", " 110105 19491231 002X",
                                  "'11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ"])  # fmt: skip
def test_an_identity_number_is_mended_only_in_its_writing(cell: str) -> None:
    """Spaces, full-width digits, a small x and the apostrophe of an export do not matter."""
    assert read("child.identity_number", cell) == IdentityNumber("11010519491231002X")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (1.101051949123100e17, "number-cell"),
        (110105.0, "number-cell"),
        (dt.date(2015, 1, 1), "number-cell"),
        ("1101051949123100", "identity-number-length"),
        ("110105194912310021", "identity-number-check-digit"),
        ("11010519491331002X", "identity-number-check-digit"),
        ("110105491231002", "identity-number-fifteen-digits"),
        ("1101051949123100AX", "identity-number-characters"),
        ("00010519491231002X", "identity-number-characters"),
        ("5.20102E+17", "identity-number-length"),
    ],
)
def test_a_wrong_identity_number_says_why(cell: CellValue, expected: str) -> None:
    """A number cell has lost digits whatever it shows; all else is told by what is wrong."""
    assert reason("child.identity_number", cell) == expected


def test_no_number_is_not_an_unknown_number() -> None:
    """无 and — are None; a blank and 不详 are UNKNOWN."""
    for field in ("child.identity_number", "father.phone"):
        assert read(field, "无") is None
        assert read(field, "—") is None
        assert read(field, "") is UNKNOWN
        assert read(field, "不详") is UNKNOWN


@pytest.mark.parametrize(
    "cell", ["13912345678", 13912345678.0, "139 1234 5678", "+86-139-1234-5678", "１３９１２３４５６７８"]
)
def test_a_telephone_number_survives_even_a_number_cell(cell: CellValue) -> None:
    """Eleven digits are exact in a number cell, so they are taken."""
    assert read("father.phone", cell) == Phone("13912345678")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1391234567", "phone-length"), ("6222222", "phone-area-code"), ("打他哥", "phone-characters"),
     ("12912345678", "phone")],
)  # fmt: skip
def test_a_wrong_telephone_number_says_why(cell: str, expected: str) -> None:
    """Missing digits, a missing area code and words are told apart."""
    assert reason("father.phone", cell).startswith(expected)


@pytest.mark.parametrize(
    ("cell", "kind", "degree"),
    [
        ("视力一级", DisabilityKind.VISUAL, 1),
        ("肢体残疾", DisabilityKind.PHYSICAL, UNKNOWN),
        ("听力残疾2级", DisabilityKind.HEARING, 2),
        ("智力、四级", DisabilityKind.INTELLECTUAL, 4),
        ("三级", UNKNOWN, 3),
        ("有", UNKNOWN, UNKNOWN),
    ],
)
def test_a_disability_has_kind_and_degree(cell: str, kind: object, degree: object) -> None:
    """Either may be missing."""
    assert read("health.disability", cell) == Disability(kind=kind, degree=degree)  # type: ignore[arg-type]
    assert reason("health.disability", "五级") == "disability"
    assert reason("health.disability", "摔伤") == "disability"


def test_a_grade_is_read_from_text_and_number() -> None:
    """五年级, 5 and 5.0 are one grade; 初二 is the eighth."""
    assert [read("schooling.grade", cell) for cell in ("五年级", "5", 5.0, "５", "初二")] == [Grade(5)] * 4 + [Grade(8)]
    assert reason("schooling.grade", "毕业") == "grade"


def test_a_place_is_looked_up_and_kept_as_written() -> None:
    """A name that the tree knows, a code, and a name it does not know."""
    found = read("residence.place", "贵州威宁县草海镇")
    assert (found.code, found.text) == (PlaceCode("520526"), "贵州威宁县草海镇")  # type: ignore[attr-defined]
    assert read("residence.place", "520526101203").code == PlaceCode("520526101203")  # type: ignore[attr-defined]
    assert read("residence.place", "桃花源").code is UNKNOWN  # type: ignore[attr-defined]
    assert reason("residence.place", "12345") == "place-code"


def test_a_word_for_missing_is_not_a_name() -> None:
    """不详 is no name, a blank one must be filled in, and Mr Null keeps his."""
    assert read("child.name", "不详") is UNKNOWN
    assert reason("child.name", " ") == "missing"
    assert reason("child.name", "—") == "missing"
    assert read("child.name", " null ") == "null"


@pytest.mark.parametrize("value", [5.2e17, 1e300, float("nan"), float("inf")])
def test_a_number_that_lost_digits_is_never_written_out_in_full(value: float) -> None:
    """Its text cannot pass for an identity number, not even after a bad row was sent back."""
    with pytest.raises(CellFault):
        cells.read_identity_number(cells.as_text(value))


def test_even_a_number_that_would_pass_as_text_does_not() -> None:
    """Of the numbers that a number cell can hold exactly, some are valid by chance."""
    days = (dt.date(1950, 1, 1) + dt.timedelta(days=day) for day in range(20_000))
    firsts = (f"110105{day:%Y%m%d}000" for day in days)
    texts = (first + check_digit(first) for first in firsts)
    valid = next(text for text in texts if text.isdecimal() and int(text) % 64 == 0)
    assert cells.read_identity_number(valid) == IdentityNumber(valid)
    with pytest.raises(CellFault):
        cells.read_identity_number(cells.as_text(float(valid)))
