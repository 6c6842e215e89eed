"""How is a plain list read: helpers, places, those responsible for villages?

The same headings, cells, problems and bad rows as a roster, for tables whose rows are not children. Speed does not
matter here, so every row is read cell by cell.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, Final, Generic, TypeAlias, TypeVar

import attrs

from careprogram.errors import RosterError
from careprogram.people import PlaceTree
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import CellFault, Parser
from careprogram.rosters.headings import SEARCHED_ROWS, HeadingMap, Vocabulary, find_headings
from careprogram.rosters.plan import Fault, blame
from careprogram.rosters.problems import BadRow, CellValue, RosterProblem, RowReference, UnmappedHeading
from careprogram.rosters.rows import is_no_record
from careprogram.rosters.slots import Slot, lay_slots
from careprogram.rosters.tables import Format, open_sheets
from careprogram.unknown import UNKNOWN

T = TypeVar("T")
Build: TypeAlias = Callable[[Mapping[str, Any], RowReference], T]
"""From the read cells of a row, by fact id, to an item; raises RowFault where they contradict each other."""

_SEARCHED: Final = SEARCHED_ROWS + 3


@attrs.frozen(kw_only=True)
class ListReading(Generic[T]):
    """What a list held.

    Attributes:
        items: In reading order.
        problems: In reading order.
        bad_rows: The rows held back.
        unmapped: Columns that were not read.
        headings: The headings of each sheet that was read.
    """

    items: tuple[T, ...] = attrs.field(repr=False)
    problems: tuple[RosterProblem, ...] = attrs.field(repr=False)
    bad_rows: tuple[BadRow, ...] = attrs.field(repr=False)
    unmapped: tuple[UnmappedHeading, ...] = ()
    headings: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False)


@attrs.frozen(kw_only=True)
class ListRules:
    """How the cells of one kind of list are read.

    Attributes:
        vocabulary: Its headings.
        as_of: The day of the list.
        places: Where written places are looked up.
        parsers: Parsers of its own, by fact id.
    """

    vocabulary: Vocabulary
    as_of: dt.date
    places: PlaceTree
    parsers: Mapping[str, Parser] = attrs.field(factory=dict)


def read_list(
    source: bytes | BinaryIO,
    rules: ListRules,
    build: Build[T],
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
) -> ListReading[T]:
    """Read every sheet that has the headings of this kind of list.

    Raises:
        RosterError: The file cannot be read, or no sheet has the headings.
    """
    items: list[T] = []
    bad_rows: list[BadRow] = []
    problems: list[RosterProblem] = []
    read: dict[str, HeadingMap] = {}
    refusal: RosterError | None = None
    for sheet in open_sheets(source, format=format):
        rows = iter(sheet.rows)
        first = list(itertools.islice(rows, _SEARCHED))
        try:
            columns = find_headings(first, rules.vocabulary, heading_map, sheet=sheet.name)
        except RosterError as error:
            refusal = refusal or error
            continue
        read[sheet.name] = columns
        slots = lay_slots(columns.columns, as_of=rules.as_of, places=rules.places, own=rules.parsers)
        below = itertools.chain(first[columns.first_row :], rows)
        for number, row in enumerate(below, columns.first_row + 1):
            if is_no_record(row, columns.headings):
                continue
            item, faults = _read_row(slots, columns, row, RowReference(sheet=sheet.name, row=number), build)
            held = item is None
            found = tuple(fault.problem(sheet.name, number, cells, "error" if held else "warning")
                          for fault, cells in faults)  # fmt: skip
            problems.extend(found)
            if item is None:
                bad_rows.append(BadRow(sheet=sheet.name, row=number, cells=tuple(row), problems=found))
            else:
                items.append(item)
    if not read:
        raise refusal or RosterError("the workbook has no visible sheet", reason="empty")
    return ListReading(
        items=tuple(items),
        problems=tuple(problems),
        bad_rows=tuple(bad_rows),
        unmapped=tuple(itertools.chain.from_iterable(columns.unmapped for columns in read.values())),
        headings={name: columns.headings for name, columns in read.items()},
    )


def _read_row(
    slots: Sequence[Slot], columns: HeadingMap, row: Sequence[CellValue], where: RowReference, build: Build[T]
) -> tuple[T | None, list[tuple[Fault, Sequence[CellValue]]]]:
    width = len(columns.headings)
    cells = [*row, *[""] * (width - len(row))]
    if not where.sheet and any(cells[width:]):
        return None, [(Fault(column=None, reason="too-many-cells"), cells)]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for slot in slots:
        try:
            values[slot.field.id] = slot.take(cells)
        except CellFault as fault:
            faults.extend(blame(slot, cells, fault.reason))
    if faults:
        return None, [
            (fault, cells) for fault in sorted(faults, key=lambda one: one.column.index if one.column else -1)
        ]
    try:
        item = build(values, where)
    except RowFault as fault:
        by_id = {slot.field.id: slot.columns[0] for slot in slots}
        return None, [(Fault(column=by_id.get(fault.field), reason=fault.reason), cells)]
    missing = [
        Fault(column=slot.columns[0], reason="place-not-found")
        for slot in slots
        if slot.field.kind == "place"
        and values[slot.field.id].code is UNKNOWN
        and values[slot.field.id].text is not UNKNOWN
    ]
    return item, [(fault, cells) for fault in missing]
