"""Does a row say the same whatever stands around it?"""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.people import Child, PlaceTree
from careprogram.rosters.assemble import NO_ID, RowFault
from careprogram.rosters.cells import CellFault
from careprogram.rosters.headings import find_headings
from careprogram.rosters.plan import ChildPlan
from careprogram.rosters.write import roster_table

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()
MEMBERS = [f"成员{number}{word}" for number in (1, 2) for word in ("姓名", "关系", "是否监护人", "联系电话", "现住址")]
HEADINGS = ["".join(path) for path in roster_table((), places=PLACES).paths] + MEMBERS
COLUMNS = find_headings([HEADINGS])
CELLS = (
    "", " ", "不详", "无", "—", "√", "×", "是", "否", "1", 1.0, "2015-3-2", "2015年3月", dt.date(2015, 3, 2),
    "2099-1-1", "男", "女", "父亲", "李四", "13912345678", "123", "小学", "五年级", "外出务工", "在家", "视力一级",
    "母亲", "奶奶", "残疾", "健康", "打工收入、其他", "桃花源", "520526", "11010519491231002x", "祖父母", "甲、乙",
)  # fmt: skip


@st.composite
def blocks(draw: st.DrawFn) -> list[list[Any]]:
    """Draw rows of the national form and of the pupil registry, most of them good, whose columns mix a few cells."""
    cells = st.sampled_from(CELLS)
    usual = draw(st.dictionaries(st.integers(0, len(HEADINGS) - 1), cells, max_size=12))
    rows = []
    for number in range(draw(st.integers(1, 6))):
        row: list[Any] = [""] * len(HEADINGS)
        row[HEADINGS.index("姓名")] = f"甲{number}"
        row[HEADINGS.index("出生日期")] = "2015-3-2"
        for place, cell in usual.items():
            row[place] = cell if draw(st.booleans()) else row[place]
        for place, cell in draw(st.dictionaries(st.integers(0, len(HEADINGS) - 1), cells, max_size=2)).items():
            row[place] = cell
        rows.append(row[: draw(st.sampled_from([len(row), len(row) - 30]))])
    return rows


@settings(max_examples=120)
@given(blocks())
def test_a_row_in_a_block_is_the_row_by_itself(rows: list[list[Any]]) -> None:
    """The same child, or refused where reading cell by cell finds a fault, and only there."""
    width = len(HEADINGS)
    plan = ChildPlan(COLUMNS.columns, as_of=AS_OF, places=PLACES)
    together = list(plan.read(rows, width))
    assert len(together) == len(rows)
    for row, facts in zip(rows, together, strict=True):
        whole = [*row, *[""] * (width - len(row))]
        alone = ChildPlan(COLUMNS.columns, as_of=AS_OF, places=PLACES)
        try:
            told = alone.read_row(whole)
        except (CellFault, RowFault):
            assert facts is None
            assert alone.faults(whole)
        else:
            assert facts is not None
            assert Child(**{**facts, "id": NO_ID}) == Child(**{**told, "id": NO_ID})
            assert alone.faults(whole) == ()
            (single,) = alone.read([row], width)
            assert single is not None
            assert Child(**{**single, "id": NO_ID}) == Child(**{**told, "id": NO_ID})
