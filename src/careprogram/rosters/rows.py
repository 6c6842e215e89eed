"""What is each row of a sheet: a child, a bad row, or no row about a child at all?

Joins the plan of a sheet with what only the sequence of rows can tell: which rows are empty, feet or repeated headings,
and which seem to be about a child that came before.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from careprogram.ids import ChildId
from careprogram.people import Child, IdentityNumber, PlaceCode, Residence
from careprogram.people.place_code import PlaceLevel
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import CellFault, as_text
from careprogram.rosters.headings import HeadingMap, plain_heading
from careprogram.rosters.identify import Identify, RowFacts
from careprogram.rosters.plan import ChildPlan, Fault
from careprogram.rosters.problems import BadRow, CellValue, DuplicateRows, RosterProblem, RowReference
from careprogram.unknown import UNKNOWN, Maybe

_FOOT: Final = (
    "合计", "总计", "小计", "填报单位", "填报日期", "单位负责人", "复核人", "填表人",
    "备注:", "备注：", "注:", "注：", "说明:", "说明：",
)  # fmt: skip
_VILLAGE_DIGITS: Final = PlaceLevel.VILLAGE.digits


@attrs.frozen(kw_only=True)
class RowReading:
    """What one row held: a child, or a bad row; and what is wrong or doubtful about it.

    Attributes:
        sheet: Name of the sheet; empty for a CSV file.
        row: As the person sees it.
        child: None if the row was held back.
        problems: From left to right.
        duplicates: Earlier rows that seem to be about the same child.
        bad_row: The cells as they stood, where the row was held back.
    """

    sheet: str
    row: int
    child: Child | None = attrs.field(repr=False)
    problems: tuple[RosterProblem, ...] = ()
    duplicates: tuple[DuplicateRows, ...] = ()
    bad_row: BadRow | None = None


@attrs.frozen(kw_only=True)
class SheetReading:
    """The columns of a sheet whose rows follow, or None if it has no headings of a roster and is passed over."""

    sheet: str
    columns: HeadingMap | None


class Seen:
    """Which children earlier rows were about: a small key a row, however wide the rows are."""

    def __init__(self) -> None:
        self.numbers: dict[str, tuple[str, int]] = {}
        self.people: dict[int, tuple[str, int]] = {}
        self.occurrences: dict[int, int] = {}
        self.ids: dict[str, tuple[str, int]] = {}


def is_no_record(row: Sequence[CellValue], headings: Sequence[str]) -> bool:
    """Tell whether a row is empty, a foot, headings repeated on a new page, or the numbers of the columns."""
    texts = [as_text(cell) for cell in row]
    filled = [text for text in texts if text]
    if not filled or filled[0].startswith(_FOOT):
        return True
    if len(filled) > 2 and all(text.isdecimal() and len(text) < 4 for text in filled):
        numbers = [int(text) for text in filled]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    lowest = [plain_heading(heading.rpartition(" > ")[2]) for heading in headings]
    same = sum(bool(text) and plain_heading(text) == one for text, one in zip(texts, lowest, strict=False))
    return same * 2 > len(filled)


def village_of(residence: Residence) -> Maybe[str]:
    """Return what tells villages apart: the code of the village, else the address, else nothing."""
    place = residence.place
    if isinstance(place, PlaceCode) and len(place.text) == _VILLAGE_DIGITS:
        return place.text
    return residence.address


class SheetReader:
    """Reads the rows of one sheet, in order."""

    def __init__(self, sheet: str, columns: HeadingMap, plan: ChildPlan, identify: Identify, seen: Seen) -> None:
        self._sheet = sheet
        self._columns = columns
        self._plan = plan
        self._identify = identify
        self._seen = seen
        self._row = 0
        self._twin: tuple[str, int] | None = None

    def read(self, rows: Iterator[Sequence[CellValue]]) -> Iterator[RowReading]:
        """Yield one reading for every row about a child."""
        width = len(self._columns.headings)
        plan, call = self._plan, self._call
        for number, found in enumerate(rows, self._columns.first_row + 1):
            self._row = number
            row = found if len(found) == width else self._fitted(found, width)
            child: Child | None = None
            try:
                if len(row) == width:
                    child = plan.read(row, call)
            except (CellFault, RowFault):
                child = None
            doubtful = child is None or child.name is UNKNOWN or child.birth_date is UNKNOWN
            if doubtful and is_no_record(row, self._columns.headings):
                continue
            yield self._bad(number, row) if child is None else self._good(number, row, child)

    def _fitted(self, row: Sequence[CellValue], width: int) -> Sequence[CellValue]:
        if len(row) < width:
            return [*row, *[""] * (width - len(row))]
        # Beside the table of a worksheet anything may stand; in a CSV file it means that cells have shifted.
        return row[:width] if self._sheet or not any(row[width:]) else row

    def _call(self, claimed: Any, name: Any, birth_date: Any, number: Any, residence: Residence) -> ChildId:
        village = village_of(residence)
        occurrence, self._twin = 0, None
        if name is not UNKNOWN and birth_date is not UNKNOWN and village is not UNKNOWN:
            key = hash((name, birth_date, village))
            self._twin = self._seen.people.setdefault(key, (self._sheet, self._row))
            if self._twin == (self._sheet, self._row):
                self._twin = None
            else:
                occurrence = self._seen.occurrences[key] = self._seen.occurrences.get(key, 0) + 1
        return self._identify(
            RowFacts(
                sheet=self._sheet,
                row=self._row,
                claimed_id=claimed if isinstance(claimed, str) else None,
                identity_number=number,
                name=name,
                birth_date=birth_date,
                village=village,
                occurrence=occurrence,
            )
        )

    def _good(self, number: int, row: Sequence[CellValue], child: Child) -> RowReading:
        here, twin = (self._sheet, number), self._twin
        found: list[Fault] = []
        duplicates: list[DuplicateRows] = []
        identity = child.identity_number
        if type(identity) is IdentityNumber:
            earlier = self._seen.numbers.setdefault(identity.text, here)
            if earlier is not here:
                duplicates.append(_pair("identity-number", earlier, here))
                found.append(self._fault("child.identity_number", "duplicate"))
        if not found and self._seen.ids.setdefault(child.id, here) is not here:
            found.append(self._fault("child.id", "duplicate-id"))
        if twin is not None and not duplicates:
            duplicates.append(_pair("name-birth-village", twin, here))
        if found:
            return self._held_back(number, row, found, tuple(duplicates))
        problems: tuple[RosterProblem, ...] = ()
        if self._plan.has_places and (child.residence.place is UNKNOWN or child.registration.place is UNKNOWN):
            missing = self._plan.places_not_found(row)
            problems = tuple(fault.problem(self._sheet, number, row, "warning") for fault in missing)
        return RowReading(sheet=self._sheet, row=number, child=child, problems=problems, duplicates=tuple(duplicates))

    def _bad(self, number: int, row: Sequence[CellValue]) -> RowReading:
        width = len(self._columns.headings)
        found = [Fault(column=None, reason="too-many-cells")] if len(row) != width else []
        return self._held_back(number, row, found or list(self._plan.faults(row)), ())

    def _fault(self, field: str, reason: str) -> Fault:
        column = next((one for one in self._columns.columns if one.field.id == field), None)
        return Fault(column=column, reason=reason)

    def _held_back(
        self, number: int, row: Sequence[CellValue], found: Sequence[Fault], duplicates: tuple[DuplicateRows, ...]
    ) -> RowReading:
        problems = tuple(fault.problem(self._sheet, number, row, "error") for fault in found)
        return RowReading(
            sheet=self._sheet,
            row=number,
            child=None,
            problems=problems,
            duplicates=duplicates,
            bad_row=BadRow(sheet=self._sheet, row=number, cells=tuple(row), problems=problems),
        )


def _pair(kind: Any, earlier: tuple[str, int], later: tuple[str, int]) -> DuplicateRows:
    first, second = (RowReference(sheet=sheet, row=row) for sheet, row in (earlier, later))
    return DuplicateRows(kind=kind, rows=(first, second))
