"""Are rows read by the block what they are when read one by one?"""

import datetime as dt
import io
from collections.abc import Iterator

import openpyxl
import pytest

from careprogram.errors import RosterError
from careprogram.ids import ChildId
from careprogram.people import PlaceTree
from careprogram.rosters import RosterReading, RowReading, WorkbookLimits, iter_roster, read_roster
from careprogram.rosters.blocks import BLOCK_ROWS, Block, in_blocks
from careprogram.rosters.cells import CellFault
from careprogram.rosters.problems import CellValue
from careprogram.rosters.workbook import open_workbook

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()


def read(content: bytes) -> RosterReading:
    return read_roster(content, as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES)


def length(cell: str) -> int:
    if cell == "bad":
        raise CellFault("choice")
    return len(cell)


def test_a_column_is_read_cell_by_cell_only_around_what_is_wrong() -> None:
    """What is the same in all rows is read once; a bad cell refuses its row and no other."""
    calls: list[str] = []

    def counted(cell: str) -> int:
        calls.append(cell)
        return length(cell)

    block = Block([("xx", "a", "bad"), ("xx", "bad", "bad"), ("xx",)], 4)
    assert next(iter(block.read(counted, 0))) == 2
    assert calls == ["xx"]
    assert list(block.read(length, 1)) == [1, None, 0]
    assert block.refused == {1}
    assert [block.is_blank([index]) for index in range(4)] == [False, False, False, True]
    list(block.read(length, 2))
    assert block.refused == {0, 1}
    assert list(block.read_together(len, (0, 1))) == [2, 2, 2]


def test_a_bad_cell_in_every_row_refuses_every_row() -> None:
    """Also where it is the same cell, which is read once."""
    block = Block([("bad", "x"), ("bad", "y")], 2)
    assert next(iter(block.read(length, 0))) is None
    assert block.refused == {0, 1}


def test_what_came_before_the_break_comes_out_first() -> None:
    """A file that breaks off in the middle of a block gives the rows before, then the error."""

    def rows() -> Iterator[tuple[str]]:
        for number in range(BLOCK_ROWS + 3):
            yield (str(number),)
        raise RosterError("broken", reason="broken")

    blocks = in_blocks(rows())
    assert len(next(blocks)) == BLOCK_ROWS
    assert [row[0] for row in next(blocks)] == [str(BLOCK_ROWS + at) for at in range(3)]
    with pytest.raises(RosterError):
        next(blocks)
    assert list(in_blocks([])) == []


def test_rows_before_a_broken_character_are_given() -> None:
    """A stream that is no longer UTF-8 after some thousand rows: all rows before are children first."""
    content = "姓名,出生日期\n".encode() + "甲,2015-03-02\n".encode() * 6_000 + b"\xff\xfe\xff"
    readings: list[object] = []
    with pytest.raises(RosterError, match="row"):
        readings.extend(iter_roster(content, as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row))))
    given = sum(isinstance(reading, RowReading) for reading in readings)
    assert given > 5_000
    assert given % BLOCK_ROWS


def test_row_numbers_hold_over_the_edges_of_blocks() -> None:
    """The same three faults stand at their rows whether they begin, end or fill a block."""
    rows = ["甲,2015-03-02,男"] * (3 * BLOCK_ROWS)
    for place in (0, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS + 7):
        rows[place] = "甲,2015-13-02,狗"
    rows[5] = ",,"
    rows[6] = "甲,2015-03-02,男,多"
    rows[7] = "甲,2015-03-02"
    reading = read("\n".join(["姓名,出生日期,性别", *rows]).encode())
    bad = [(row + 2, column) for row in (0, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS + 7) for column in "BC"]
    assert [(one.row, one.column) for one in reading.problems] == sorted([*bad, (8, "")])
    assert reading.bad_rows[1].cells == ("甲", "2015-03-02", "男", "多")
    assert [int(child.id) for child in reading.children] == [
        row + 2 for row in range(len(rows)) if row not in {0, 5, 6, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS + 7}
    ]


def test_a_row_that_is_held_back_is_nobodys_double() -> None:
    """Wherever its fault lies, a row that is no child counts for no later one."""
    rows = "姓名,出生日期,详细地址,年级\n甲,2015-3-2,一组,九十级\n甲,2015-3-2,一组,五年级\n乙,2015-33-2,一组,五年级\n"
    reading = read(f"{rows}乙,2015-3-2,一组,五年级\n".encode())
    assert [(one.row, one.reason) for one in reading.problems] == [(2, "grade"), (4, "date-impossible")]
    assert len(reading.children) == 2
    assert reading.duplicates == ()


def test_cells_of_a_workbook_come_through_in_blocks_as_they_stand() -> None:
    """Texts, numbers, days, moments, ticked boxes, gaps and rows left empty; whatever the others of a column hold."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    lines: list[list[object]] = [
        ["同", "√", None, "换\n行"], ["同", True, 1.5, dt.date(2015, 3, 2)], [None] * 4, ["同", False, 1, "\u2028"]
    ]  # fmt: skip
    for at in range(9_000):
        page.append(lines[at % 4])
    stream = io.BytesIO()
    book.save(stream)
    ((name, rows),) = ((name, list(rows)) for name, rows in open_workbook(stream.getvalue(), WorkbookLimits()))
    expected: list[list[CellValue]] = [
        ["同", "√", "", "换\n行"], ["同", "√", 1.5, dt.date(2015, 3, 2)], [], ["同", "×", 1, "\u2028"]
    ]  # fmt: skip
    assert name == "Sheet"
    assert rows == [expected[at % 4] for at in range(9_000)]
