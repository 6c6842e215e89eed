"""What is each row of a sheet: a child, a bad row, or no row about a child at all?

Joins the plan of a sheet with what only the sequence of rows can tell: which rows are empty, feet or repeated headings,
and which seem to be about a child that came before.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from careprogram.people import Child, IdentityNumber, PlaceCode, Residence
from careprogram.people.place_code import PlaceLevel
from careprogram.rosters.blocks import in_blocks
from careprogram.rosters.cells import as_text
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

    def read(self, rows: Iterator[Sequence[CellValue]]) -> Iterator[RowReading]:
        """Yield one reading for every row about a child."""
        width = len(self._columns.headings)
        numbers = itertools.count(self._columns.first_row + 1)
        for block in in_blocks(rows):
            fitted = [row if len(row) <= width else self._cut(row, width) for row in block]
            facts = self._plan.read([row if len(row) <= width else () for row in fitted], width)
            for row, told, number in zip(fitted, facts, numbers, strict=False):
                doubtful = told is None or told["name"] is UNKNOWN or told["birth_date"] is UNKNOWN
                if doubtful and is_no_record(row, self._columns.headings):
                    continue
                yield self._bad(number, row) if told is None else self._good(number, row, told)

    def _cut(self, row: Sequence[CellValue], width: int) -> Sequence[CellValue]:
        # Beside the table of a worksheet anything may stand; in a CSV file it means that cells have shifted.
        return row[:width] if self._sheet or not any(row[width:]) else row

    def _whole(self, row: Sequence[CellValue]) -> tuple[CellValue, ...]:
        return (*row, *("",) * (len(self._columns.headings) - len(row)))

    def _named(self, here: tuple[str, int], told: dict[str, Any]) -> tuple[Child | None, tuple[str, int] | None]:
        """Return the child under its id (None if it is named its own sibling), and the earlier row about the same."""
        claimed, name, birth_date = told.pop("id", UNKNOWN), told["name"], told["birth_date"]
        village = village_of(told["residence"])
        occurrence, twin = 0, here
        if name is not UNKNOWN and birth_date is not UNKNOWN and village is not UNKNOWN:
            key = hash((name, birth_date, village))
            twin = self._seen.people.setdefault(key, here)
            if twin is not here:
                occurrence = self._seen.occurrences[key] = self._seen.occurrences.get(key, 0) + 1
        facts = RowFacts(
            sheet=self._sheet,
            row=here[1],
            claimed_id=claimed if isinstance(claimed, str) else None,
            identity_number=told.get("identity_number", UNKNOWN),
            name=name,
            birth_date=birth_date,
            village=village,
            occurrence=occurrence,
        )
        child_id = self._identify(facts)
        child = None if child_id in told.get("siblings", ()) else Child(id=child_id, **told)
        return child, None if twin is here else twin

    def _good(self, number: int, row: Sequence[CellValue], told: dict[str, Any]) -> RowReading:
        here = (self._sheet, number)
        child, twin = self._named(here, told)
        if child is None:
            return self._held_back(number, row, [self._fault("child.siblings", "own-sibling")], ())
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
            cells = self._whole(row)
            missing = self._plan.places_not_found(cells)
            problems = tuple(fault.problem(self._sheet, number, cells, "warning") for fault in missing)
        return RowReading(sheet=self._sheet, row=number, child=child, problems=problems, duplicates=tuple(duplicates))

    def _bad(self, number: int, row: Sequence[CellValue]) -> RowReading:
        shifted = len(row) > len(self._columns.headings)
        found = [Fault(column=None, reason="too-many-cells")] if shifted else self._plan.faults(self._whole(row))
        return self._held_back(number, row, found, ())

    def _fault(self, field: str, reason: str) -> Fault:
        column = next((one for one in self._columns.columns if one.field.id == field), None)
        return Fault(column=column, reason=reason)

    def _held_back(
        self, number: int, row: Sequence[CellValue], found: Sequence[Fault], duplicates: tuple[DuplicateRows, ...]
    ) -> RowReading:
        cells = self._whole(row)
        problems = tuple(fault.problem(self._sheet, number, cells, "error") for fault in found)
        return RowReading(
            sheet=self._sheet,
            row=number,
            child=None,
            problems=problems,
            duplicates=duplicates,
            bad_row=BadRow(sheet=self._sheet, row=number, cells=cells, problems=problems),
        )


def _pair(kind: Any, earlier: tuple[str, int], later: tuple[str, int]) -> DuplicateRows:
    first, second = (RowReference(sheet=sheet, row=row) for sheet, row in (earlier, later))
    return DuplicateRows(kind=kind, rows=(first, second))
