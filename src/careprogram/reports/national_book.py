"""How is the national statistics table written to Excel, and read from it?

The workbook has the headings, a row with the numbers of the columns, and one row a place. Reading goes by the row of
numbers, so that tables of other offices can be read and checked too. A cell that holds no whole number is left open: it
is neither zero nor guessed.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from careprogram.errors import ValidationError
from careprogram.language import Language, Text
from careprogram.reports.national import COLUMNS, SOURCE, TOTAL, NationalRow, NationalTable
from careprogram.reports.sheets import CellValue, Sheet, write_book

_LEVELS: Final[Mapping[str, Text]] = {
    "total": Text("合计", "total"),
    "township": Text("乡镇", "township"),
    "village": Text("村", "village"),
    "place": Text("地区", "place"),
}
_TOTALS: Final = {"合计", "总计", "total"}
_TITLE = Text("农村留守儿童统计表", "Statistics table of left-behind children")


def national_table_book(table: NationalTable, *, language: Language = "zh") -> bytes:
    """Write the table, and on a second sheet why children could not be counted.

    Args:
        table: With the day on which ages are counted; a withheld count is written as ``*``.
        language: Of the headings.

    Raises:
        ValidationError: The table does not say its cut-off date.
        MissingExtraError: xlsxwriter is not installed.
    """
    if table.cutoff is None:
        raise ValidationError("the table says no cut-off date: give one with attrs.evolve(table, cutoff=...)")
    title = f"{_TITLE.in_(language)} · {table.cutoff}"
    numbers: tuple[CellValue, ...] = ("", Text("列号", "column").in_(language), *COLUMNS)
    rows = tuple(_cells(row, language) for row in table.rows)
    widths = ((Text("级别", "level"), 8), (Text("地区", "place"), 20), *((label, 9) for label in COLUMNS.values()))
    main = Sheet(
        name=_TITLE.in_(language)[:31],
        columns=tuple((heading.in_(language), width) for heading, width in widths),
        rows=(numbers, *rows),
        lead=(title, SOURCE.in_(language)),
        frozen_columns=2,
    )
    return write_book([main, _reasons(table, language)], title=title, as_of=table.cutoff)


def _cells(row: NationalRow, language: Language) -> tuple[CellValue, ...]:
    counts = (row.cells.get(column) for column in COLUMNS)
    level = _LEVELS[row.level].in_(language)
    return (level, row.label.in_(language), *("*" if count is None else count for count in counts))


def _reasons(table: NationalTable, language: Language) -> Sheet:
    def shown(count: int | None) -> CellValue:
        return "*" if count is None else count

    summary = (
        (Text("应统计的儿童", "children to be counted").in_(language), shown(table.covered)),
        (Text("未能计入的儿童", "children that could not be counted").in_(language), shown(table.left_out)),
    )
    rows = (*summary, *((one.title.in_(language), shown(one.count)) for one in table.not_counted))
    columns = ((Text("说明", "note").in_(language), 44), (Text("人数", "children").in_(language), 12))
    return Sheet(name=Text("未计入原因", "not counted").in_(language), columns=columns, rows=rows)


def read_national_table(grid: Sequence[Sequence[object]]) -> NationalTable:
    """Read a table from the cells of a sheet, so that `check_balance` can check it.

    Args:
        grid: The rows of the sheet, as a reader of workbooks gives them. One row must hold the numbers of the columns;
            whatever stands above it is passed over, and the rows below are places until the first without a name.

    Returns:
        The table. Where the sheet has a column of levels, villages belong to the township above them.

    Raises:
        ValidationError: No row holds the numbers of the columns.
    """
    for place, cells in enumerate(grid):
        found = {number: column for column, cell in enumerate(cells) if (number := _whole(cell)) in COLUMNS}
        if set(COLUMNS) <= set(found):
            reader = _Reader(columns={number: found[number] for number in COLUMNS})
            return NationalTable(cutoff=None, rows=reader.rows(grid[place + 1 :]))
    raise ValidationError("no row holds the numbers of the columns, 1 to 32 without 21-23: add it above the counts")


@attrs.frozen(kw_only=True)
class _Reader:
    columns: Mapping[int, int]

    def rows(self, grid: Sequence[Sequence[object]]) -> tuple[NationalRow, ...]:
        found: list[NationalRow] = []
        township: str | None = None
        for cells in grid:
            texts = [str(cell).strip() for cell in cells[: self.columns[1]] if str(cell or "").strip()]
            if not texts:
                break
            level = self._level(texts)
            name = TOTAL if level == "total" else f"{len(found)}:{texts[-1]}"
            inside = {"township": TOTAL, "village": township}.get(level)
            township = name if level == "township" else township
            counts = {number: self._count(cells, column) for number, column in self.columns.items()}
            label = Text(texts[-1], texts[-1])
            found.append(NationalRow(id=name, label=label, level=level, cells=counts, inside=inside))
        return tuple(found)

    def _level(self, texts: Sequence[str]) -> str:
        if texts[-1].casefold() in _TOTALS:
            return "total"
        labels = {label: level for level, text in _LEVELS.items() for label in (text.zh, text.en)}
        return labels.get(texts[0], "place") if len(texts) > 1 else "place"

    def _count(self, cells: Sequence[object], column: int) -> int | None:
        return _whole(cells[column]) if column < len(cells) else None


def _whole(cell: object) -> int | None:
    """Return the whole number in a cell, in whatever digits it is typed; None if there is none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else None
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    return int(text) if text.isdecimal() else None
