"""Does a roster that goes out come back the same, and can nothing in it be run?"""

import datetime as dt
import io

import attrs
import openpyxl
import pytest

from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.people import Child, Health, HealthStatus, IdentityNumber, PlaceCode, PlaceTree, Residence
from careprogram.people.places import Place
from careprogram.rosters import RosterReading, identify_with, read_roster, write_bad_rows, write_roster
from careprogram.rosters.write import COLUMNS

AS_OF = dt.date(2026, 9, 1)
IDENTIFY = identify_with(b"a key of sixteen")
PLACES = PlaceTree.gb2260()
NUMBER = "11010519491231002X"
FORMULAS = ("=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "http://example.org", "=HYPERLINK(1)")


def read(content: bytes) -> RosterReading:
    return read_roster(content, as_of=AS_OF, identify=IDENTIFY, places=PLACES)


def named(name: str) -> Child:
    return Child(id=ChildId(f"c-{abs(hash(name))}"), name=name, birth_date=dt.date(2015, 3, 2))


def test_the_headings_are_those_of_the_form() -> None:
    """A title over all columns, two rows of headings, blocks merged, boxes beneath their question."""
    page = openpyxl.load_workbook(io.BytesIO(write_roster([])))["花名册"]
    merged = {str(area) for area in page.merged_cells.ranges}
    assert page["A1"].value == "农村留守儿童花名册"
    assert page["B2"].value == "姓名"
    assert "B2:B3" in merged
    start = next(index for index, column in enumerate(COLUMNS) if column.field.id == "health.status") + 1
    assert page.cell(2, start).value == "身体情况"
    assert [page.cell(3, start + box).value for box in range(3)] == ["健康", "残疾", "患病"]


def test_the_same_roster_gives_the_same_bytes() -> None:
    """So that writing twice changes nothing."""
    assert write_roster([named("甲")]) == write_roster([named("甲")])


@pytest.mark.parametrize("name", [*FORMULAS, "a\nb", '="x"', "_x0041_", "'quoted", "💙 张", "<b>&amp;", "a" * 32_767])
def test_nothing_that_a_family_wrote_can_run(name: str) -> None:
    """Formulas, links and escapes are text in the file, and come back as they were."""
    content = write_roster([named(name)])
    page = openpyxl.load_workbook(io.BytesIO(content))["花名册"]
    kinds = {cell.data_type for row in page.iter_rows(min_row=4) for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert all(cell.hyperlink is None for row in page.iter_rows() for cell in row)
    assert [child.name for child in read(content).children] == [name]


def test_a_text_too_long_for_a_cell_is_refused() -> None:
    """Rather than cut in silence."""
    with pytest.raises(ValidationError, match="row 4"):
        write_roster([named("a" * 32_768)])


def test_a_place_is_written_so_that_it_is_found_again() -> None:
    """By name where that is enough, by code where two places share a name or the tree lacks it."""
    tree = PLACES.with_places(
        Place(code=PlaceCode(code), name=name)
        for code, name in (("520526101", "草海镇"), ("520526101201", "白马村"), ("520526101202", "白马村"))
    )
    codes = [PlaceCode(code) for code in ("520526101", "520526101201", "520526101202", "520526101999", "520526")]
    children = [attrs.evolve(named(f"n{code}"), residence=Residence(place=code, address="某组")) for code in codes]
    back = read_roster(write_roster(children, places=tree), as_of=AS_OF, identify=IDENTIFY, places=tree)
    assert [child.residence for child in back.children] == [child.residence for child in children]
    assert back.problems == ()


def test_unknown_stays_unknown_beside_none() -> None:
    """An unknown illness of a healthy child is written as such, since a blank would mean none."""
    unknown = attrs.evolve(named("甲"), health=Health(status=HealthStatus.HEALTHY))
    none = attrs.evolve(named("乙"), health=Health(status=HealthStatus.HEALTHY, disability=None, illness=None))
    assert [child.health for child in read(write_roster([unknown, none])).children] == [unknown.health, none.health]


def test_bad_rows_go_back_with_their_reasons_and_are_read_again_when_mended() -> None:
    """The cells as they stood, reasons in Chinese; a mended copy is a roster."""
    text = f"姓名,性别,出生日期,身份证号\n甲,那,2015-13-02,\n=1+1,男,2015-3-2,{NUMBER[:-1]}1\n丙,男,2015-3-2,\n"
    reading = read(text.encode())
    page = openpyxl.load_workbook(io.BytesIO(write_bad_rows(reading)))["退回"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == ["姓名", "性别", "出生日期", "身份证号", "退回原因", "原工作表", "原行号"]
    assert rows[1][:3] == ["甲", "那", "2015-13-02"]
    assert rows[1][4] == "B：不是表格列出的选项，请照选项填写；C：历法中没有这一天"
    assert [row[6] for row in rows[1:]] == ["2", "3"]
    assert page["A3"].data_type == "s"
    page["B2"], page["C2"], page["D3"] = "男", "2015-3-2", None
    mended = io.BytesIO()
    page.parent.save(mended)
    assert [child.name for child in read(mended.getvalue()).children] == ["甲", "=1+1"]


def test_bad_rows_as_csv_cannot_run_either() -> None:
    """What a spreadsheet would run begins with an apostrophe; a telephone number does not."""
    rows = "".join(f'"{formula}",那,+86 13912345678,—\n' for formula in FORMULAS)
    content = write_bad_rows(read(f"姓名,性别,父亲电话,出生日期\n{rows}".encode()), format="csv", language="en")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0].endswith("reason,sheet,row")
    assert [line[0] for line in lines[1:]] == ["'", "'", "'", "'", "h", "'"]
    assert all("+86 13912345678" in line and ",—," in line for line in lines[1:])


def test_no_bad_rows_are_an_empty_list() -> None:
    """Headings of the reasons and nothing else."""
    page = openpyxl.load_workbook(io.BytesIO(write_bad_rows(read("姓名,生日\n".encode()))))["退回"]
    assert page.max_row == 1


def test_several_sheets_go_back_as_several_sheets() -> None:
    """Each under its own headings; one CSV file cannot hold them."""
    book = openpyxl.Workbook()
    for sheet, heads in (
        ("一班", ["姓名", "出生日期"]),
        ("二班", ["出生日期", "姓名", "民族"]),
        ("说明", ["本表由学校填写"]),
    ):
        page = book.create_sheet(sheet)
        page.append(heads)
        page.append(["2015-13-01" if head == "出生日期" else "甲" for head in heads])
    stream = io.BytesIO()
    book.save(stream)
    reading = read(stream.getvalue())
    assert [(problem.sheet, problem.row, problem.column) for problem in reading.problems] == [
        ("一班", 2, "B"),
        ("二班", 2, "A"),
    ]
    assert reading.skipped_sheets == ("Sheet", "说明")
    assert openpyxl.load_workbook(io.BytesIO(write_bad_rows(reading))).sheetnames == ["一班", "二班"]
    with pytest.raises(ValidationError, match="CSV"):
        write_bad_rows(reading, format="csv")


def test_cells_of_a_workbook_are_read_for_what_they_are() -> None:
    """Date cells, number cells, ticked boxes, merged data, hidden sheets, a first row further down."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["C4"], page["D4"], page["E4"], page["F4"], page["G4"] = "姓名", "出生日期", "学校", "独生子女户", "身份证号"
    page["C5"], page["D5"], page["E5"], page["F5"] = "甲", dt.date(2015, 3, 2), "中心小学", True
    page["C6"], page["D6"], page["F6"], page["G6"] = "乙", 20150303, False, 110105194912310021
    page["C7"], page["D7"], page["I7"] = "丙", dt.date(2015, 3, 4), "旁注"
    page.merge_cells("E5:E7")
    hidden = book.create_sheet("旧")
    hidden.append(["姓名", "出生日期"])
    hidden.append(["藏", "2015-03-02"])
    hidden.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    reading = read(stream.getvalue())
    assert [(one.row, one.column, one.reason, one.value_class) for one in reading.problems] == [
        (6, "G", "number-cell", "number")
    ]
    assert [child.name for child in reading.children] == ["甲", "丙"]
    assert [child.birth_date for child in reading.children] == [dt.date(2015, 3, 2), dt.date(2015, 3, 4)]
    assert [child.schooling.school for child in reading.children] == ["中心小学"] * 2
    assert reading.children[0].household.only_child is True
    assert not isinstance(reading.children[0].identity_number, IdentityNumber)
