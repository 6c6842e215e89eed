"""Is a table of a health check read exactly, and every cell that is wrong told by row and column?"""

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from careprogram.errors import RosterError
from careprogram.ids import ChildId
from careprogram.rosters import ListReading, MeasuredRow, RowFacts, identify_with, read_measurements, write_bad_rows

AS_OF = dt.date(2026, 9, 30)
KEY = b"0123456789abcdef"
HEADINGS = ["系统编号", "体检日期", "身高（厘米）", "体重（公斤）", "收缩压", "舒张压", "体检单位", "备注"]
GOOD = ["c-1", "2026-09-10", "138.2", "32.5", "108", "70", "乡镇卫生院", ""]


def _csv(*rows: list[str], headings: list[str] = HEADINGS) -> bytes:
    quoted = [[cell.replace('"', '""') for cell in row] for row in (headings, *rows)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in quoted).encode()


def _read(source: bytes) -> ListReading[MeasuredRow]:
    return read_measurements(
        source, as_of=AS_OF, identify=identify_with(KEY), is_on_file=lambda child: child != "stranger"
    )


def _with(**changes: str) -> list[str]:
    places = dict(
        zip(["child", "on", "height", "weight", "systolic", "diastolic", "by", "note"], range(8), strict=True)
    )
    row = list(GOOD)
    for name, cell in changes.items():
        row[places[name]] = cell
    return row


def test_a_good_row_comes_out_in_whole_numbers() -> None:
    """Millimeters, grams and mmHg, with who measured; an empty note is none."""
    (row,) = _read(_csv(GOOD)).items
    assert (row.child, row.measured_on) == ("c-1", dt.date(2026, 9, 10))
    assert (row.height_mm, row.weight_g, row.systolic, row.diastolic) == (1382, 32_500, 108, 70)
    assert (row.checked_by, row.note) == ("乡镇卫生院", None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"height": "1.38米"}, (1380, 32_500, 108, 70)),
        ({"height": "138cm"}, (1380, 32_500, 108, 70)),
        ({"weight": "65斤"}, (1382, 32_500, 108, 70)),
        ({"weight": "３２．５"}, (1382, 32_500, 108, 70)),
        ({"height": "", "weight": "不详"}, (None, None, 108, 70)),
        ({"systolic": "108mmHg", "diastolic": "—"}, (1382, 32_500, 108, None)),
    ],
)
def test_units_and_gaps(changes: dict[str, str], expected: tuple[int | None, ...]) -> None:
    """A unit in the cell goes before that of the heading; what was not measured is a gap."""
    (row,) = _read(_csv(_with(**changes))).items
    assert (row.height_mm, row.weight_g, row.systolic, row.diastolic) == expected


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"child": ""}, "A", "missing"),
        ({"child": "stranger"}, "A", "child-not-on-file"),
        ({"child": "x" * 101}, "A", "child-not-on-file"),
        ({"child": "a\x00b"}, "A", "child-not-on-file"),
        ({"on": "2026-10-01"}, "B", "date-in-future"),
        ({"on": "2026-02-30"}, "B", "date-impossible"),
        ({"on": ""}, "B", "missing"),
        ({"height": "1.38"}, "C", "height"),
        ({"height": "138.25"}, "C", "height"),
        ({"height": "1382"}, "C", "height"),
        ({"height": "高"}, "C", "height"),
        ({"height": "-138"}, "C", "height"),
        ({"height": "=138"}, "C", "height"),
        ({"weight": "0"}, "D", "weight"),
        ({"weight": "32.5磅"}, "D", "weight"),
        ({"weight": "1e5"}, "D", "weight"),
        ({"systolic": "300"}, "E", "pressure"),
        ({"systolic": "10８.5"}, "E", "pressure"),
        ({"systolic": "70", "diastolic": "108"}, "F", "pressure-order"),
        ({"by": "院" * 101}, "G", "text-too-long"),
        ({"note": "x" * 2_001}, "H", "text-too-long"),
        ({"height": "", "weight": "", "systolic": "", "diastolic": ""}, "B", "nothing-measured"),
    ],
)
def test_every_bad_cell_is_told_by_row_and_column(changes: dict[str, str], column: str, reason: str) -> None:
    """The row is held back whole, the others are kept, and the value is not repeated."""
    reading = _read(_csv(GOOD, _with(child="c-2"), _with(**{"child": "c-3", **changes})))
    assert [item.child for item in reading.items] == ["c-1", "c-2"]
    (problem,) = reading.problems
    assert (problem.row, problem.column, problem.reason) == (4, column, reason)
    for value in changes.values():
        assert len(value) < 3 or value not in problem.line("zh") + problem.line("en")


def test_the_same_child_on_the_same_day_is_held_back() -> None:
    """Nobody guesses which of two rows is right; another day is another check."""
    reading = _read(_csv(GOOD, _with(height="139"), _with(on="2026-09-11")))
    assert [item.where.row for item in reading.items] == [2, 4]
    assert [(problem.row, problem.reason) for problem in reading.problems] == [(3, "measured-twice")]


def test_one_cell_with_both_pressures() -> None:
    """血压 108/70 is read as both; something else in it is refused."""
    headings = ["公民身份号码", "测量日期", "血压"]
    reading = _read(_csv(["11010519491231002X", "2026-09-10", "108/70"], headings=headings))
    (row,) = reading.items
    assert (row.systolic, row.diastolic) == (108, 70)
    facts = RowFacts(sheet="", row=2, identity_number=_number(), name="", birth_date=AS_OF, village="")
    assert row.child == identify_with(KEY)(facts)
    for cell in ("108-70", "108/", "70/108", "108/70/60"):
        assert _read(_csv(["11010519491231002X", "2026-09-10", cell], headings=headings)).items == ()


def _number():  # type: ignore[no-untyped-def]
    from careprogram.people import IdentityNumber

    return IdentityNumber("11010519491231002X")


def test_a_workbook_is_read_as_the_csv_is() -> None:
    """Number cells and date cells say the same as their texts."""
    book = Workbook()
    book.active.append(HEADINGS)
    book.active.append(["c-1", dt.date(2026, 9, 10), 138.2, 32.5, 108, 70, "乡镇卫生院", None])
    stream = io.BytesIO()
    book.save(stream)
    (ours,), (theirs,) = _read(stream.getvalue()).items, _read(_csv(GOOD)).items
    assert (ours.child, ours.measured_on, ours.height_mm, ours.weight_g, ours.systolic, ours.diastolic) == (
        theirs.child, theirs.measured_on, theirs.height_mm, theirs.weight_g, theirs.systolic, theirs.diastolic,
    )  # fmt: skip


def test_what_was_mended_is_read_again() -> None:
    """The rows held back go out with their reasons, and come in as they are once the cell is right."""
    reading = _read(_csv(_with(height="1382")))
    out = write_bad_rows(reading, format="csv").decode("utf-8-sig")
    assert "如 138.2" in out
    (row,) = _read(out.replace("1382", "138.2").encode()).items
    assert row.height_mm == 1382


def test_a_table_without_the_headings_is_refused() -> None:
    """Names alone name nobody: the table needs the id or the identity number."""
    with pytest.raises(RosterError) as caught:
        _read(_csv(["小明", "2026-09-10", "138"], headings=["姓名", "体检日期", "身高"]))
    assert caught.value.reason == "missing-headings"


@given(st.integers(400, 2_300), st.integers(200, 25_000), st.integers(40, 260), st.integers(20, 180))
def test_what_is_written_exactly_is_read_exactly(height: int, weight: int, systolic: int, diastolic: int) -> None:
    """Every believable measure comes back as the whole number it is; swapped pressures are refused."""
    cells = _with(
        height=f"{height / 10:.1f}",
        weight=f"{weight / 100:.2f}",
        systolic=str(systolic),
        diastolic=str(diastolic),
    )
    reading = _read(_csv(cells))
    if diastolic >= systolic:
        assert [problem.reason for problem in reading.problems] == ["pressure-order"]
    else:
        (row,) = reading.items
        assert (row.height_mm, row.weight_g) == (height, weight * 10)
        assert (row.child, row.systolic, row.diastolic) == (ChildId("c-1"), systolic, diastolic)
