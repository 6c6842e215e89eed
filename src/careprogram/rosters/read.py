"""Which children does this roster hold, and what is wrong with it?

Reads a roster row by row. A good row is a child; a bad one is held back with every problem in it, or refuses the whole
file, as asked. Rows that seem to be about one child are shown side by side and never merged.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Literal, TypeAlias

import attrs

from careprogram.errors import RosterError
from careprogram.people import Child, PlaceTree
from careprogram.rosters.headings import ROSTER_VOCABULARY, SEARCHED_ROWS, find_headings
from careprogram.rosters.identify import Identify
from careprogram.rosters.plan import ChildPlan
from careprogram.rosters.problems import BadRow, DuplicateRows, RosterProblem, UnmappedHeading
from careprogram.rosters.rows import RowReading, Seen, SheetReader, SheetReading
from careprogram.rosters.tables import Format, open_sheets
from careprogram.rosters.workbook import WorkbookLimits

Mode: TypeAlias = Literal["keep-good", "all-or-nothing"]


@attrs.frozen(kw_only=True)
class RosterTotals:
    """How many rows there were.

    Attributes:
        rows: Rows about a child; titles, headings, feet and empty rows do not count.
        kept: Rows that became a child.
        held_back: Rows with an error.
        problems: Errors and warnings.
    """

    rows: int
    kept: int
    held_back: int
    problems: int


@attrs.frozen(kw_only=True)
class RosterReading:
    """What a roster held.

    Attributes:
        children: In reading order.
        problems: In reading order: by sheet, row and column.
        bad_rows: The rows held back, as they stood.
        duplicates: Pairs of rows that seem to be about one child.
        unmapped: Columns that were not read.
        totals: Counts.
        headings: The headings of each sheet that was read, for writing the bad rows.
        skipped_sheets: Names of sheets without the headings of a roster.
    """

    children: tuple[Child, ...] = attrs.field(repr=False)
    problems: tuple[RosterProblem, ...] = attrs.field(repr=False)
    bad_rows: tuple[BadRow, ...] = attrs.field(repr=False)
    duplicates: tuple[DuplicateRows, ...] = attrs.field(repr=False)
    unmapped: tuple[UnmappedHeading, ...] = ()
    totals: RosterTotals
    headings: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False)
    skipped_sheets: tuple[str, ...] = ()


def read_roster(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
    mode: Mode = "keep-good",
    as_of: dt.date,
    identify: Identify,
    places: PlaceTree | None = None,
    limits: WorkbookLimits | None = None,
) -> RosterReading:
    """Read a whole roster.

    Args:
        source: The bytes of a CSV file or an ``.xlsx`` workbook, or a stream of them.
        format: ``"auto"`` looks at the first bytes.
        heading_map: The user's own headings: heading to fact id, or to None to leave the column out.
        mode: ``"keep-good"`` keeps the good rows; ``"all-or-nothing"`` refuses the file for any error.
        as_of: The day of the roster; a birth after it is an error.
        identify: Names the children, such as ``identify_with(key)``.
        places: Where written places are looked up; the packaged counties by default.
        limits: What a workbook may cost.

    Raises:
        RosterError: The file is empty, broken, hostile or has no roster's headings (``reason`` says which); or, all or
            nothing, it has errors, which are then its ``problems``.
        ValidationError: The heading map names a fact that does not exist.
    """
    readings = iter_roster(
        source, format=format, heading_map=heading_map, as_of=as_of, identify=identify, places=places, limits=limits
    )
    sheets: list[SheetReading] = []
    told: list[RowReading] = []
    kept: list[Child] = []
    for reading in readings:
        if isinstance(reading, SheetReading):
            sheets.append(reading)
            continue
        if reading.child is not None:
            kept.append(reading.child)
        if reading.problems or reading.duplicates:
            told.append(reading)
    return _sum_up(sheets, told, kept, mode)


def _sum_up(sheets: Sequence[SheetReading], rows: Sequence[RowReading], kept: list[Child], mode: Mode) -> RosterReading:
    problems = tuple(itertools.chain.from_iterable(row.problems for row in rows))
    bad_rows = tuple(row.bad_row for row in rows if row.bad_row is not None)
    if bad_rows and mode == "all-or-nothing":
        raise RosterError(
            f"the roster has {len(bad_rows)} rows with errors, the first in row {bad_rows[0].row}: mend them, "
            "or read it with mode='keep-good'",
            problems=problems,
            reason="has-errors",
        ).also_in_chinese(
            f"花名册有 {len(bad_rows)} 行有错误，第一处在第 {bad_rows[0].row} 行：请改正，"
            "或用 mode='keep-good' 只读正确的行"
        )
    read = [(one.sheet, one.columns) for one in sheets if one.columns is not None]
    return RosterReading(
        children=tuple(kept),
        problems=problems,
        bad_rows=bad_rows,
        duplicates=tuple(itertools.chain.from_iterable(row.duplicates for row in rows)),
        unmapped=tuple(itertools.chain.from_iterable(columns.unmapped for _, columns in read)),
        totals=RosterTotals(
            rows=len(kept) + len(bad_rows), kept=len(kept), held_back=len(bad_rows), problems=len(problems)
        ),
        headings={sheet: columns.headings for sheet, columns in read},
        skipped_sheets=tuple(one.sheet for one in sheets if one.columns is None),
    )


def iter_roster(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
    as_of: dt.date,
    identify: Identify,
    places: PlaceTree | None = None,
    limits: WorkbookLimits | None = None,
) -> Iterator[SheetReading | RowReading]:
    """Yield what a roster holds, row by row, in bounded memory but for one small key a row to find duplicates.

    For every sheet comes a `SheetReading`, then a `RowReading` for each row about a child. The arguments and errors are
    those of `read_roster`, which keeps everything.
    """
    places = places if places is not None else PlaceTree.gb2260()
    seen = Seen()
    refusal: RosterError | None = None
    found = False
    for sheet in open_sheets(source, format=format, limits=limits):
        rows = iter(sheet.rows)
        first = list(itertools.islice(rows, SEARCHED_ROWS + 3))
        try:
            columns = find_headings(first, ROSTER_VOCABULARY, heading_map, sheet=sheet.name)
        except RosterError as error:
            refusal = refusal or error
            yield SheetReading(sheet=sheet.name, columns=None)
            continue
        found = True
        yield SheetReading(sheet=sheet.name, columns=columns)
        reader = SheetReader(
            sheet.name, columns, ChildPlan(columns.columns, as_of=as_of, places=places), identify, seen
        )
        yield from reader.read(itertools.chain(first[columns.first_row :], rows))
    if not found:
        raise refusal or RosterError("the workbook has no visible sheet", reason="empty")
