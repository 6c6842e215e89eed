"""How is one row read, fast when it is good and exactly when it is not?

The parts of a record are laid out by the columns of the sheet, once. Good rows pass through by the block; what repeats
from row to row (a school, a household, a date) is read once and remembered. Only when something fails is the row read
again, cell by cell, so that every fault is found and named.
"""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Final, Protocol

import attrs

from careprogram.language import Text
from careprogram.people import CaregiverRelation, Grandparents, IdentityNumber, PlaceTree, Sex
from careprogram.rosters import assemble, cells
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.blocks import Block
from careprogram.rosters.cells import CellFault, Mark
from careprogram.rosters.headings import Column
from careprogram.rosters.problems import CellValue, RosterProblem, Severity, column_letter, value_class
from careprogram.rosters.slots import NEVER_BLANK, Memo, Slot, lay_slots
from careprogram.rosters.synonyms import SYNONYMS
from careprogram.unknown import UNKNOWN

_BLANK_TELLS: Final = frozenset({"residence.address"})
_PEOPLE: Final = ("father", "mother", "caregiver")
_MEMBERS: Final = ("member1", "member2")


class Part(Protocol):
    """Reads what a row says about one part of the child."""

    def of_row(self, row: Sequence[CellValue]) -> Any:
        """Read one row.

        Raises:
            CellFault: A cell cannot be read.
            RowFault: Cells contradict each other.
        """

    def of_block(self, block: Block) -> Iterable[Any]:
        """Read every row of *block*, which notes those that cannot be read."""


@attrs.frozen(kw_only=True)
class Told:
    """A part whose record rests on other parts too: its cells, read, by the name of the fact."""

    slots: tuple[Slot, ...]

    def of_row(self, row: Sequence[CellValue]) -> dict[str, Any]:
        """Read one row."""
        return {slot.field.name: slot.take(row) for slot in self.slots}

    def of_block(self, block: Block) -> Iterable[dict[str, Any]]:
        """Read all rows; a fact that no row tells is left out."""
        told = [slot for slot in self.slots if slot.field.id in _BLANK_TELLS or not block.is_blank(slot.indices)]
        if not told:
            return repeat({})
        names = [slot.field.name for slot in told]
        rows = zip(*[slot.take_all(block) for slot in told], strict=False)
        return (dict(zip(names, values)) for values in rows)  # noqa: B905


class Built:
    """A part whose record rests on its own cells alone.

    Args:
        slots: Those cells, by the name under which *build* takes them.
        build: Makes the record.
        remember: Whether rows often say the same.
    """

    def __init__(self, slots: Mapping[str, Slot], build: Callable[[assemble.Values], Any], *, remember: bool) -> None:
        self._indices = tuple(index for slot in slots.values() for index in slot.indices)
        self._laid: list[tuple[str, Slot, int | slice]] = []
        start = 0
        for name, slot in slots.items():
            end = start + len(slot.columns)
            self._laid.append((name, slot, slice(start, end) if slot.boxed else start))
            start = end
        self._build = build
        self._read: Callable[[Any], Any] = Memo(self._read_cells).__getitem__ if remember else self._read_cells

    def of_row(self, row: Sequence[CellValue]) -> Any:
        """Read one row."""
        return self._read(tuple(row[index] for index in self._indices))

    def of_block(self, block: Block) -> Iterable[Any]:
        """Read all rows."""
        return block.read_together(self._read, self._indices)

    def _read_cells(self, picked: tuple[CellValue, ...]) -> Any:
        return self._build({name: slot.read(picked[where]) for name, slot, where in self._laid})


class ChildPlan:
    """Reads the rows of one sheet into the facts of children."""

    def __init__(self, columns: Sequence[Column], *, as_of: dt.date, places: PlaceTree) -> None:
        self.slots = lay_slots(columns, as_of=as_of, places=places)
        self.has_places = any(slot.field.kind == "place" for slot in self.slots)
        builds: dict[str, Callable[[assemble.Values], Any]] = {
            **assemble.SIMPLE,
            "consent": functools.partial(assemble.consent, as_of=as_of),
            "guardianship": lambda values: values.get("kind", UNKNOWN),
        }
        del builds["residence"]  # Addresses hardly repeat.
        self._parts: dict[str, Part] = {
            name: Built({slot.field.name: slot for slot in self._slots_of(name)}, build, remember=True)
            for name, build in builds.items()
        }
        elders = {slot.field.id: slot for slot in self._slots_of(*assemble.GRANDPARENTS)}
        self._parts["grandparents"] = Built(elders, _grandparents, remember=False)
        self._members = tuple(name for name in _MEMBERS if self._slots_of(name))
        for name in ("child", "residence", *_PEOPLE, *self._members):
            self._parts[name] = Told(slots=self._slots_of(name))
        self._dates = Memo(lambda digits: dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))

    def _slots_of(self, *records: str) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.field.record in records)

    def read(self, rows: Sequence[Sequence[CellValue]], width: int) -> Iterator[dict[str, Any] | None]:
        """Yield the facts of every row's child as `Child` takes them; None for a row that is no good one.

        Args:
            rows: With *width* cells, or fewer where the last ones are empty.
            width: How many headings there are.

        Yields:
            The ``id`` among the facts is the one that the row claims.
        """
        block = Block(rows, width)
        found = zip(*[part.of_block(block) for part in self._parts.values()], strict=False)
        for place, values in zip(range(block.size), found, strict=False):
            # Here and above: to check the lengths would cost more than a third of making the dictionary.
            yield None if place in block.refused else self._tried(dict(zip(self._parts, values)))  # noqa: B905

    def _tried(self, found: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return self._facts(found)
        except (CellFault, RowFault):
            return None

    def read_row(self, row: Sequence[CellValue]) -> dict[str, Any]:
        """Read one row by itself.

        Raises:
            CellFault: A cell cannot be read: ask `faults` which.
            RowFault: Cells contradict each other.
        """
        return self._facts({name: part.of_row(row) for name, part in self._parts.items()})

    def _facts(self, found: dict[str, Any]) -> dict[str, Any]:
        if self._members:
            people = {name: dict(found[name]) for name in _PEOPLE}
            for member in self._members:
                assemble.fold_member({**people, "_relation": _RELATIONS}, found.pop(member))
            found |= people
        own, away = found.pop("child"), found.pop("away")
        if own.get("name") is None:
            raise CellFault("missing")
        found |= own
        found["sex"], found["birth_date"] = self._sex_and_birth_date(own)
        found["residence"] = assemble.residence(found["residence"])
        found["father"] = assemble.parent(found["father"], away, "father")
        found["mother"] = assemble.parent(found["mother"], away, "mother")
        found["caregiver"] = assemble.caregiver(found["caregiver"], found["guardianship"])
        return found

    def _sex_and_birth_date(self, own: dict[str, Any]) -> tuple[Any, Any]:
        """Compare both with the identity number; a cell left empty, or never asked, is what the number tells."""
        sex, birth_date = own.get("sex", Mark.BLANK), own.get("birth_date", Mark.BLANK)
        number = own.get("identity_number")
        if type(number) is IdentityNumber:
            told_date, told_sex = self._dates[number.text[6:14]], _SEX_OF_DIGIT[number.text[16]]
            if birth_date is Mark.BLANK:
                birth_date = told_date
            elif birth_date != told_date and isinstance(birth_date, dt.date):
                raise RowFault("child.birth_date", "birth-date-differs")
            if sex is Mark.BLANK:
                sex = told_sex
            elif sex is not told_sex and type(sex) is Sex:
                raise RowFault("child.sex", "sex-differs")
        return (UNKNOWN if type(sex) is Mark else sex), (UNKNOWN if type(birth_date) is Mark else birth_date)

    def faults(self, row: Sequence[CellValue]) -> tuple["Fault", ...]:
        """Return everything that is wrong with *row*, from left to right.

        A cell that fails is then taken as unknown, so that contradictions between the others still show.
        """
        found: list[Fault] = []
        patched = list(row)
        for slot in self.slots:
            try:
                slot.take(row)
            except CellFault as fault:
                found.extend(blame(slot, row, fault.reason))
                _patch(slot, patched)
        for _ in range(len(self.slots) + 1):
            try:
                self.read_row(patched)
                break
            except RowFault as fault:
                blamed = self._slot_to_blame(fault.field)
                found.append(Fault(column=blamed.columns[0] if blamed is not None else None, reason=fault.reason))
                if blamed is None:
                    break
                _patch(blamed, patched)
        return tuple(sorted(found, key=lambda fault: -1 if fault.column is None else fault.column.index))

    def _slot_to_blame(self, field: str) -> Slot | None:
        by_id = {slot.field.id: slot for slot in self.slots}
        record = field.partition(".")[0]
        fallbacks = (field, f"{record}.name", "away.both", f"{record}.given_on", f"{record}.agreed")
        return next((by_id[one] for one in fallbacks if one in by_id), None)

    def places_not_found(self, row: Sequence[CellValue]) -> tuple["Fault", ...]:
        """Return the columns whose place is written and not in the table of places."""
        taken = ((slot, slot.take(row)) for slot in self.slots if slot.field.kind == "place")
        return tuple(
            Fault(column=slot.columns[0], reason="place-not-found")
            for slot, place in taken
            if place.code is UNKNOWN and place.text is not UNKNOWN
        )


def _grandparents(told: Mapping[str, Any]) -> Grandparents:
    def values(elder: str) -> dict[str, Any]:
        return {name: told[f"{elder}.{name}"] for name in ("name", "birth_date") if f"{elder}.{name}" in told}

    return Grandparents(**{elder: assemble.grandparent(values(elder)) for elder in assemble.GRANDPARENTS})


@attrs.frozen(kw_only=True)
class Fault:
    """Something wrong in one column, or in the whole row where there is none."""

    column: Column | None
    reason: str

    def problem(self, sheet: str, number: int, row: Sequence[CellValue], severity: Severity) -> RosterProblem:
        """Return it as a person is told of it."""
        column = self.column
        return RosterProblem(
            sheet=sheet,
            row=number,
            column=column_letter(column.index) if column else "",
            heading=column.heading if column else "",
            found=value_class(row[column.index]) if column else Text("整行", "whole row"),
            reason=self.reason,
            severity=severity,
        )


def blame(slot: Slot, row: Sequence[CellValue], reason: str) -> list[Fault]:
    """Return which of the cells of *slot* the reason lies with."""
    if not slot.boxed:
        return [Fault(column=slot.columns[0], reason=reason)]
    marks: list[tuple[Column, object]] = []
    wrong = []
    for column in slot.columns:
        try:
            marks.append((column, cells.read_mark(row[column.index])))
        except CellFault as fault:
            wrong.append(Fault(column=column, reason=fault.reason))
    # Of several marked answers the first may stand; every further one is too many.
    extra = [column for column, mark in marks if mark is True][1:] if reason == "several-choices" else []
    return wrong or [Fault(column=column, reason=reason) for column in extra]


def _patch(slot: Slot, row: list[CellValue]) -> None:
    for column in slot.columns:
        row[column.index] = "不详" if slot.field.id in NEVER_BLANK else ""


_RELATIONS: Final = dict(SYNONYMS[CaregiverRelation]) | {one.zh: one for one in CaregiverRelation}
_SEX_OF_DIGIT: Final = {str(digit): Sex.MALE if digit % 2 else Sex.FEMALE for digit in range(10)}
