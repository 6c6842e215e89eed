"""How does a list become an Excel workbook that offices can print, filter and trust?

Writes rows into sheets with a header that stays, a filter, widths and a print setup. Every text is written as text, so
that nothing somebody typed can become a formula or a link. The same rows give the same bytes: no clock is read. It is
the only module that knows xlsxwriter (extra ``excel``), and it knows nothing about children.
"""

import datetime as dt
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from careprogram.errors import MissingExtraError

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CellValue: TypeAlias = str | int | dt.date | None

ROWS_A_SHEET: Final = 1_048_575
"""Rows below the header that a sheet of the format can hold."""

_LONGEST_TEXT: Final = 32_767
_LONGEST_NAME: Final = 31
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


@attrs.frozen(kw_only=True)
class Sheet:
    """One list.

    Attributes:
        name: What its tab says; shortened and made unique as the format demands.
        columns: The headings with their widths in characters.
        rows: The cells.
        lead: Lines above the header, such as a title.
        frozen_columns: How many columns stay when scrolling sideways.
    """

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[CellValue, ...], ...] = attrs.field(repr=False)
    lead: tuple[str, ...] = ()
    frozen_columns: int = 0


def write_book(sheets: Iterable[Sheet], *, title: str, as_of: dt.date) -> bytes:
    """Write a workbook.

    Args:
        sheets: At least one; a list that is too long for one sheet goes on in the next.
        title: Of the document and of every printed page.
        as_of: The day that the workbook says it was made on.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError("xlsxwriter", extra="excel", purpose="an Excel workbook") from error
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    created = dt.datetime.combine(as_of, dt.time(), tzinfo=dt.UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "created": created})
    looks = _Looks.of(book)
    taken: set[str] = set()
    for sheet in sheets:
        for part in _parts(sheet):
            _write(book.add_worksheet(_tab(part.name, taken)), part, looks, title)
    book.close()
    return target.getvalue()


@attrs.frozen
class _Looks:
    header: "Format"
    text: "Format"
    number: "Format"
    day: "Format"
    lead: "Format"

    @classmethod
    def of(cls, book: "Workbook") -> "_Looks":
        cell = {"valign": "top", "border": 1, "border_color": "#DBE2E8"}
        bold = {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center"}
        return cls(
            header=book.add_format({**cell, **bold, "bg_color": "#0B5D66", "font_color": "#FFFFFF"}),
            text=book.add_format({**cell, "num_format": "@", "text_wrap": True}),
            number=book.add_format({**cell, "num_format": "0"}),
            day=book.add_format({**cell, "num_format": "yyyy-mm-dd"}),
            lead=book.add_format({"bold": True, "font_size": 14}),
        )


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    room = ROWS_A_SHEET - len(sheet.lead)
    starts = range(0, max(len(sheet.rows), 1), room)
    for number, start in enumerate(starts, 1):
        name = sheet.name if number == 1 else f"{sheet.name[: _LONGEST_NAME - 6]} ({number})"
        yield attrs.evolve(sheet, name=name, rows=sheet.rows[start : start + room])


def _tab(name: str, taken: set[str]) -> str:
    """Return a name that the format allows: 31 plain characters at the most, and none twice."""
    plain = _NOT_IN_A_NAME.sub(" ", name).strip(" '")[:_LONGEST_NAME].strip(" '") or "-"
    # A program of the format keeps the name History for itself.
    wanted = [plain] if plain.casefold() != "history" else []
    numbered = (f"{plain[: _LONGEST_NAME - 5]} #{number}" for number in itertools.count(2))
    tab = next(one for one in itertools.chain(wanted, numbered) if one.casefold() not in taken)
    taken.add(tab.casefold())
    return tab


def _write(worksheet: "Worksheet", sheet: Sheet, looks: _Looks, title: str) -> None:
    top = len(sheet.lead)
    for place, line in enumerate(sheet.lead):
        worksheet.write_string(place, 0, line, looks.lead)
    for place, (heading, width) in enumerate(sheet.columns):
        worksheet.set_column(place, place, width)
        worksheet.write_string(top, place, heading, looks.header)
    for below, row in enumerate(sheet.rows, top + 1):
        _write_row(worksheet, below, row, looks)
    worksheet.freeze_panes(top + 1, sheet.frozen_columns)
    if sheet.columns:
        worksheet.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)
    worksheet.repeat_rows(top)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    plain = title[:100].replace("&", "&&")
    worksheet.set_header(f"&L{plain}&R&A")
    worksheet.set_footer("&C&P / &N")


def _write_row(worksheet: "Worksheet", line: int, row: Sequence[CellValue], looks: _Looks) -> None:
    for place, value in enumerate(row):
        if value is None:
            worksheet.write_blank(line, place, None, looks.text)
        elif isinstance(value, str):
            worksheet.write_string(line, place, value[:_LONGEST_TEXT], looks.text)
        elif isinstance(value, int):
            worksheet.write_number(line, place, value, looks.number)
        else:
            worksheet.write_datetime(line, place, dt.datetime.combine(value, dt.time()), looks.day)
