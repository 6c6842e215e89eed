"""How do the rows that were held back return to those who can mend them?

Writes them as they stood, under their own headings, with the reasons beside them. What is mended can be read again
as it is. Every cell is text, so that nothing in it is run when the file is opened.
"""

import csv
import io
import re
from typing import Final, Literal, Protocol

from careprogram.errors import ValidationError
from careprogram.language import Language
from careprogram.rosters.cells import as_text
from careprogram.rosters.problems import BadRow
from careprogram.rosters.write import TextTable, write_tables

_REASON: Final = {"zh": "退回原因", "en": "reason"}
_SHEET: Final = {"zh": "原工作表", "en": "sheet"}
_ROW: Final = {"zh": "原行号", "en": "row"}
_PHONE_OR_DASH = re.compile(r"[+-][0-9 \-]*")
_RUN: Final = ("=", "+", "-", "@", "\t", "\r")


class HasBadRows(Protocol):
    """A reading of a roster or of a list."""

    @property
    def bad_rows(self) -> tuple[BadRow, ...]:
        """The rows held back."""

    @property
    def headings(self) -> "HeadingsBySheet":
        """The headings of each sheet."""


class HeadingsBySheet(Protocol):
    """A mapping from sheets to headings."""

    def __getitem__(self, sheet: str, /) -> tuple[str, ...]: ...


def write_bad_rows(
    reading: HasBadRows,
    *,
    format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002 - the same word as in read_roster
    language: Language = "zh",
) -> bytes:
    """Return the rows that *reading* held back, with the reasons in the last columns.

    Args:
        reading: Of a roster or of a list.
        format: A workbook of text cells, a sheet for each that was read; or CSV in UTF-8 with a mark, where a cell
            that a spreadsheet would run as a formula begins with an apostrophe.
        language: Of the reasons.

    Raises:
        ValidationError: Several sheets do not fit into one CSV file.
    """
    extra = (_REASON[language], _SHEET[language], _ROW[language])
    tables: list[TextTable] = []
    for sheet in dict.fromkeys(row.sheet for row in reading.bad_rows):
        headings = reading.headings[sheet]
        rows = [_row(bad, len(headings), language) for bad in reading.bad_rows if bad.sheet == sheet]
        paths = [(heading,) for heading in (*headings, *extra)]
        tables.append(TextTable(sheet=sheet or "退回", paths=paths, rows=rows))
    if format == "xlsx":
        return write_tables(tables or [TextTable(sheet="退回", paths=[(heading,) for heading in extra], rows=())])
    if len(tables) > 1:
        raise ValidationError("rows of several sheets do not fit into one CSV file: write a workbook", reason="sheets")
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for table in tables:
        writer.writerow([heading for (heading,) in table.paths])
        writer.writerows([_harmless(text) for text in row] for row in table.rows)
    return stream.getvalue().encode("utf-8-sig")


def _fitted(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _row(bad: BadRow, width: int, language: Language) -> list[str]:
    reasons = ("；" if language == "zh" else "; ").join(
        f"{problem.column + '：' if problem.column else ''}{problem.message.in_(language)}" for problem in bad.problems
    )
    return [*_fitted([as_text(cell) for cell in bad.cells], width), reasons, bad.sheet, str(bad.row)]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN) and _PHONE_OR_DASH.fullmatch(text) is None else text
