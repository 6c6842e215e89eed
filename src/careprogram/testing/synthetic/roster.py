"""What does the roster sheet look like that a county sends?

A title, who filled it in, three rows of nested headings, one row a child with gaps, errors and double rows among
them, an empty row here and there, and the sign-off below. `workbook` and `files` turn it into bytes.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from careprogram.ids import ChildId
from careprogram.people import Child, IdentityNumber
from careprogram.testing.synthetic.cells import Cell
from careprogram.testing.synthetic.columns import COLUMNS, Cells, RowWriter
from careprogram.testing.synthetic.county import SyntheticCounty
from careprogram.testing.synthetic.defects import (
    PlantedDefect,
    PlantedDuplicate,
    PlantedGap,
    leave_gaps,
    plan_defects,
    spoil,
)

TITLE: Final = "威宁彝族回族苗族自治县农村留守儿童基本情况花名册（演示数据，人物、乡镇和村均为虚构）"
HEADING_ROWS: Final = 3
FIRST_ROW: Final = 6
"""The first row of data, as a person sees it."""

_SAME_NUMBER: Final = 5
_SAME_NAME: Final = 3
_EMPTY_ROWS: Final = 2


@attrs.frozen(kw_only=True)
class Merge:
    """A merged block; rows and columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    text: str


@attrs.frozen(kw_only=True, repr=False)
class RosterSheet:
    """A roster as it is sent, and what is wrong with it.

    Attributes:
        rows: Every row below the headings: children, empty rows, the sign-off.
        merges: Title and heading blocks.
        heading_cells: Row, column (from 0) and text of the headings that are not merged.
        row_of: The row of each child, as a person sees it; a child's second row is not in it.
        defects: The planted errors, in the order of rows.
        gaps: The questions left open, in the order of rows.
        duplicates: The double rows.
    """

    rows: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...]
    heading_cells: tuple[tuple[int, int, str], ...]
    row_of: Mapping[ChildId, int]
    defects: tuple[PlantedDefect, ...]
    gaps: tuple[PlantedGap, ...]
    duplicates: tuple[PlantedDuplicate, ...]

    def __repr__(self) -> str:
        return f"<RosterSheet of {len(self.row_of)} children with {len(self.defects)} planted errors>"


def roster_sheet(county: SyntheticCounty, *, defects: bool = True) -> RosterSheet:
    """Write the children of *county* on a sheet.

    Args:
        county: Whose children.
        defects: Whether to plant gaps, errors, double and empty rows; without, each row is right.
    """
    return _SheetMaker(county, defects=defects).sheet()


class _SheetMaker:
    def __init__(self, county: SyntheticCounty, *, defects: bool) -> None:
        self._county, self._planting = county, defects
        self._rng = random.Random(f"roster {county.seed}")  # noqa: S311 - the same sheet from the same seed
        self._writer = RowWriter(rng=self._rng, tree=county.places)
        self._rows: list[Cells] = []
        self._waiting: list[str] = []
        self._row_of: dict[ChildId, int] = {}
        self._defects: list[PlantedDefect] = []
        self._gaps: list[PlantedGap] = []
        self._duplicates: list[PlantedDuplicate] = []

    def sheet(self) -> RosterSheet:
        children = self._county.children
        plan = self._plan(len(children)) if self._planting else {}
        empty = set(self._rng.sample(range(1, len(children)), _EMPTY_ROWS)) if self._planting else set()
        for position, child in enumerate(children):
            if position in empty:
                self._rows.append({})
            self._add(child, plan.get(position))
        if self._planting:
            self._repeat(children)
        for number, cells in enumerate((cells for cells in self._rows if cells), start=1):
            cells["number"] = str(number)
        rows = [tuple(cells.get(column.key) for column in COLUMNS) for cells in self._rows]
        merges, single = _headings()
        return RosterSheet(
            rows=(*rows, *self._sign_off()),
            merges=merges,
            heading_cells=single,
            row_of=self._row_of,
            defects=tuple(self._defects),
            gaps=tuple(self._gaps),
            duplicates=tuple(self._duplicates),
        )

    def _plan(self, rows: int) -> dict[int, str]:
        reasons = plan_defects(self._rng, rows)
        return dict(zip(self._rng.sample(range(rows), len(reasons)), reasons, strict=True))

    def _add(self, child: Child, reason: str | None) -> None:
        """Write one child; an error that this row cannot show waits for the next that can."""
        if reason is not None:
            self._waiting.append(reason)
        cells = self._writer.cells(child)
        row = FIRST_ROW + len(self._rows)
        key = spoil(self._rng, self._waiting[0], cells, child) if self._waiting else None
        if key is not None:
            self._defects.append(PlantedDefect(row=row, column=key, reason=self._waiting.pop(0)))
        elif self._planting:
            self._gaps += [PlantedGap(row=row, column=key) for key in leave_gaps(self._rng, cells)]
        self._rows.append(cells)
        self._row_of[child.id] = row

    def _repeat(self, children: Sequence[Child]) -> None:
        """Send some children twice: another surveyor wrote them down again, below."""
        spoiled = {defect.row for defect in self._defects}
        sound = [
            child
            for child in children
            if self._row_of[child.id] not in spoiled and isinstance(child.identity_number, IdentityNumber)
        ]
        wanted = min(len(sound), _SAME_NUMBER + _SAME_NAME)
        for rank, child in enumerate(self._rng.sample(sound, wanted)):
            cells = self._writer.cells(child)
            kind = "identity-number" if rank < _SAME_NUMBER else "name-birth-village"
            if kind == "name-birth-village":
                cells["child.identity_number"] = "不详"
            rows = (self._row_of[child.id], FIRST_ROW + len(self._rows))
            self._duplicates.append(PlantedDuplicate(rows=rows, kind=kind))
            self._rows.append(cells)

    def _sign_off(self) -> list[tuple[Cell, ...]]:
        day = self._county.as_of
        texts = {
            0: "填报单位（盖章）：",
            8: f"填报日期：{day.year}年{day.month}月{day.day}日",
            18: "单位负责人：",
            28: "复核人：",
            38: "填表人：",
        }
        return [(None,) * len(COLUMNS), tuple(texts.get(index) for index in range(len(COLUMNS)))]


def _headings() -> tuple[tuple[Merge, ...], tuple[tuple[int, int, str], ...]]:
    """Lay out the nested headings: equal neighbors merge across, a heading without deeper levels merges down."""
    last = len(COLUMNS) - 1
    blocks = [(0, 0, 0, last, TITLE), (1, 0, 1, last, "填报单位：威宁彝族回族苗族自治县民政局　　单位：人")]
    top = FIRST_ROW - 1 - HEADING_ROWS
    paths = [column.path for column in COLUMNS]
    for level in range(HEADING_ROWS):
        first = 0
        while first <= last:
            path = paths[first][: level + 1]
            end = first
            while end < last and len(path) == level + 1 and paths[end + 1][: level + 1] == path:
                end += 1
            if len(path) == level + 1:
                deepest = max(len(paths[column]) for column in range(first, end + 1)) == level + 1
                bottom = top + HEADING_ROWS - 1 if deepest else top + level
                blocks.append((top + level, first, bottom, end, path[-1]))
            first = end + 1
    merges = tuple(
        Merge(first_row=row, first_column=column, last_row=bottom, last_column=right, text=text)
        for row, column, bottom, right, text in blocks
        if (row, column) != (bottom, right)
    )
    single = tuple(
        (row, column, text) for row, column, bottom, right, text in blocks if (row, column) == (bottom, right)
    )
    return merges, single
