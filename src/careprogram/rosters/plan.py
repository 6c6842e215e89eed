"""How is one row read, fast when it is good and exactly when it is not?

Once the columns are known, a parser is laid for every cell and the parts of the record are laid out by position. A good
row passes straight through; what repeats from row to row (a school, a household, a date) is read once and remembered.
Only when something fails is the row read again, cell by cell, so that every fault is found and named.
"""

import datetime as dt
import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.people import (
    Answer,
    CaregiverRelation,
    Child,
    Grandparents,
    IdentityNumber,
    PlaceCode,
    PlaceTree,
    Residence,
    Sex,
)
from careprogram.rosters import assemble, cells
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import CellFault, Mark, Parser
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Column
from careprogram.rosters.problems import CellValue, RosterProblem, Severity, column_letter, value_class
from careprogram.rosters.synonyms import SYNONYMS
from careprogram.unknown import UNKNOWN

_REMEMBERED: Final = 32_768
_NO_PARSERS: Final[Mapping[str, Parser]] = {}
_UNIQUE_KINDS: Final = frozenset({"identity-number", "phone", "text", "ids"})
_NEVER_BLANK: Final = frozenset({"child.name", "helper.name", "link.name", "place.code", "place.name"})


class Memo(dict[Any, Any]):
    """A function that remembers its answers, and forgets them all when they become too many."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Any) -> Any:
        value = self._read(key)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[key] = value
        return value


@attrs.frozen(kw_only=True)
class Slot:
    """The cell, or the boxes, that hold one fact."""

    field: Field
    columns: tuple[Column, ...]
    read: Callable[[Any], Any]

    @property
    def boxed(self) -> bool:
        """Whether the fact is spread over boxes."""
        return self.columns[0].box is not None

    def take(self, row: Sequence[CellValue]) -> Any:
        """Read the fact from *row*.

        Raises:
            CellFault: It cannot be read.
        """
        cells_ = tuple(row[column.index] for column in self.columns)
        return self.read(cells_ if self.boxed else cells_[0])


def parser_for(field: Field, *, as_of: dt.date, places: PlaceTree, own: Mapping[str, Parser] = _NO_PARSERS) -> Parser:
    """Return the parser of a cell that holds *field*, with its gap resolved; *own* ones by fact id go before all."""
    if field.id in own:
        return own[field.id]
    plain: dict[str, Parser] = {
        "text": cells.read_text,
        "yes-no": cells.read_yes_no,
        "boarding": cells.read_boarding,
        "date": cells.date_reader(as_of),
        "date-ahead": cells.date_reader(as_of, may_lie_ahead=True),
        "identity-number": cells.read_identity_number,
        "phone": cells.read_phone,
        "grade": cells.read_grade,
        "disability": cells.read_disability,
        "number": cells.read_number,
        "words": cells.read_words,
        "ids": cells.read_words,
    }
    if field.kind == "place":
        return functools.partial(_read_place, places)
    if field.kind in plain:
        read = plain[field.kind]
    else:
        answers = field.answers or Answer
        make = cells.answer_reader if field.kind == "answer" else cells.answers_reader
        read = make(answers, SYNONYMS.get(answers, {}))
    if field.gap == "context":
        return cells.text_reader(cells.MARKS) if field.kind == "text" else read
    none = None if field.gap == "none" else UNKNOWN
    if field.kind == "text" and field.id not in _NEVER_BLANK:
        gaps: dict[object, object] = {Mark.BLANK: UNKNOWN, Mark.NONE: none, Mark.DASH: none, UNKNOWN: UNKNOWN}
        return cells.text_reader({text: gaps[mark] for text, mark in cells.MARKS.items()})
    refuses_none = field.gap == "unknown" and field.kind not in {"text", "answer"}
    never_blank = field.id in _NEVER_BLANK

    def resolve(cell: CellValue) -> object:
        value = read(cell)
        if type(value) is not Mark:
            return value
        if never_blank and value is not Mark.NONE:
            raise CellFault("missing")
        if value is Mark.BLANK:
            return UNKNOWN
        if value is Mark.NONE and refuses_none:
            raise CellFault("none-not-allowed")
        return none

    return resolve


def _read_place(places: PlaceTree, cell: CellValue) -> assemble.PlaceCell:
    text = cells.as_text(cell)
    if text in cells.MARKS:
        return assemble.PlaceCell()
    if (code := cells.folded(cell)).isdecimal():
        try:
            return assemble.PlaceCell(code=PlaceCode.parse(code), text=text)
        except ValidationError:
            raise CellFault("place-code") from None
    place = places.find(text)
    return assemble.PlaceCell(code=UNKNOWN if place is UNKNOWN else place.code, text=text)


def _boxes_reader(field: Field, boxes: Sequence[Answer]) -> Callable[[tuple[CellValue, ...]], object]:
    several = field.kind in {"answers", "unable"}

    def read(marked: tuple[CellValue, ...]) -> object:
        said = [cells.read_mark(cell) for cell in marked]
        chosen = [box for box, mark in zip(boxes, said, strict=True) if mark is True]
        if several:
            return frozenset(chosen) if chosen or False in said else UNKNOWN
        if len(chosen) > 1:
            raise CellFault("several-choices")
        if chosen:
            return chosen[0]
        return Mark.BLANK if field.gap == "context" and UNKNOWN not in said else UNKNOWN

    return read


def lay_slots(
    columns: Sequence[Column], *, as_of: dt.date, places: PlaceTree, own: Mapping[str, Parser] = _NO_PARSERS
) -> tuple[Slot, ...]:
    """Return the facts of a row with their parsers, boxes of one fact brought together."""
    by_field: dict[str, list[Column]] = {}
    for column in columns:
        by_field.setdefault(column.field.id, []).append(column)
    slots = []
    for group in by_field.values():
        field = group[0].field
        boxed = [column for column in group if column.box is not None]
        if boxed and len(boxed) == len(group):
            read = Memo(_boxes_reader(field, [column.box for column in boxed if column.box])).__getitem__
        else:
            boxed = []
            parse = parser_for(field, as_of=as_of, places=places, own=own)
            read = parse if field.kind in _UNIQUE_KINDS else Memo(parse).__getitem__
        slots.append(Slot(field=field, columns=tuple(boxed or (one for one in group if one.box is None)), read=read))
    return tuple(slots)


@attrs.frozen(kw_only=True)
class Part:
    """The slots of one record of the child, laid out by position."""

    record: str
    slots: tuple[Slot, ...]

    def values(self) -> Callable[[Sequence[CellValue]], dict[str, Any]]:
        """Return a function from a row to the read cells of this part, by name; an empty cell may be missing."""
        names = tuple(slot.field.name for slot in self.slots)
        if any(slot.boxed for slot in self.slots):
            takes = tuple(slot.take for slot in self.slots)
            return lambda row: dict(zip(names, [take(row) for take in takes], strict=False))
        reads = tuple(slot.read for slot in self.slots)
        if len(names) == 1:
            name, read, index = names[0], reads[0], self.slots[0].columns[0].index
            return lambda row: {name: read(row[index])}
        pick = operator.itemgetter(*(slot.columns[0].index for slot in self.slots))
        if self.record == "residence":  # An address left empty is unknown; one never asked is the place as written.
            return lambda row: {name: read(cell) for name, read, cell in zip(names, reads, pick(row), strict=False)}
        return lambda row: {
            name: read(cell) for name, read, cell in zip(names, reads, pick(row), strict=False) if cell != ""
        }

    def remembered(self, build: Callable[[Any], Any]) -> Callable[[Sequence[CellValue]], Any]:
        """Return a function from a row to ``build(values)`` that reads the same cells only once."""
        indices = tuple(column.index for slot in self.slots for column in slot.columns)
        width = max(indices) + 1
        values = self.values()

        def read(picked: Any) -> Any:
            row: list[CellValue] = [""] * width
            for index, cell in zip(indices, picked if len(indices) > 1 else (picked,), strict=True):
                row[index] = cell
            return build(values(row))

        memo, pick = Memo(read), operator.itemgetter(*indices)
        return lambda row: memo[pick(row)]


class ChildPlan:
    """Reads the rows of one sheet into children."""

    def __init__(self, columns: Sequence[Column], *, as_of: dt.date, places: PlaceTree) -> None:
        self.slots = lay_slots(columns, as_of=as_of, places=places)
        self.has_places = any(slot.field.kind == "place" for slot in self.slots)
        self._as_of = as_of
        records: dict[str, list[Slot]] = {}
        for slot in self.slots:
            records.setdefault(slot.field.record, []).append(slot)
        parts = {name: Part(record=name, slots=tuple(slots)) for name, slots in records.items()}
        self._members = tuple(parts[name].values() for name in ("member1", "member2") if name in parts)
        self._simple = {
            name: self._simple_reader(parts.get(name), build) for name, build in assemble.SIMPLE.items()
        }  # fmt: skip
        self._consent = self._simple_reader(parts.get("consent"), functools.partial(self._consent_of))
        self._guardianship = self._simple_reader(parts.get("guardianship"), lambda values: values.get("kind", UNKNOWN))
        self._people = {
            name: parts[name].values() for name in ("father", "mother", "caregiver", "child") if name in parts
        }
        self._elders = {name: parts[name].values() for name in assemble.GRANDPARENTS if name in parts}
        self._dates = Memo(lambda digits: dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))

    def _consent_of(self, values: assemble.Values) -> Any:
        return assemble.consent(values, self._as_of)

    @staticmethod
    def _simple_reader(part: Part | None, build: Callable[[Any], Any]) -> Callable[[Sequence[CellValue]], Any]:
        if part is None:
            constant = build({})
            return lambda _row: constant
        if any(slot.field.id == "residence.address" for slot in part.slots):
            values = part.values()
            return lambda row: build(values(row))
        return part.remembered(build)

    def read(self, row: Sequence[CellValue], call: "CallChild") -> Child:
        """Read one good row.

        Args:
            row: Exactly as many cells as the sheet has headings.
            call: Gives the child its id, once all else is known to be good.

        Raises:
            CellFault: A cell cannot be read: ask `faults` which.
            RowFault: Cells contradict each other.
        """
        people: dict[str, dict[str, Any]] = {name: read(row) for name, read in self._people.items()}
        if self._members:
            people["_relation"] = _RELATIONS
            for member in self._members:
                assemble.fold_member(people, member(row))
        simple, own = self._simple, people["child"]
        away, guardianship = simple["away"](row), self._guardianship(row)
        sex, birth_date = self._sex_and_birth_date(own)
        if (name := own.get("name")) is None:
            raise CellFault("missing")
        number = own.get("identity_number", UNKNOWN)
        residence = simple["residence"](row)
        father = assemble.parent(people.get("father", _NOTHING), away, "father")
        mother = assemble.parent(people.get("mother", _NOTHING), away, "mother")
        caregiver = assemble.caregiver(people.get("caregiver", _NOTHING), guardianship)
        consent = self._consent(row)
        return Child(
            id=call(own.get("id", UNKNOWN), name, birth_date, number, residence),
            name=name,
            sex=sex,
            ethnicity=own.get("ethnicity", UNKNOWN),
            birth_date=birth_date,
            identity_number=number,
            registration=simple["registration"](row),
            residence=residence,
            health=simple["health"](row),
            schooling=simple["schooling"](row),
            father=father,
            mother=mother,
            grandparents=self._grandparents(row),
            caregiver=caregiver,
            guardianship=guardianship,
            household=simple["household"](row),
            siblings=own.get("siblings", _NOBODY),
            languages=own.get("languages", _NOBODY),
            moved_with_parents=own.get("moved_with_parents", UNKNOWN),
            wishes=simple["wishes"](row),
            consent=consent,
        )

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

    def _grandparents(self, row: Sequence[CellValue]) -> Grandparents:
        told = {name: values for name, read in self._elders.items() if (values := read(row))}
        if not told:
            return _NO_GRANDPARENTS
        return Grandparents(**{name: assemble.grandparent(values) for name, values in told.items()})

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
                self.read(patched, _call_nobody)
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
        row[column.index] = "不详" if slot.field.id in _NEVER_BLANK else ""


def _call_nobody(*_facts: object) -> ChildId:
    return assemble.NO_ID


CallChild: TypeAlias = Callable[[Any, Any, Any, Any, Residence], ChildId]
"""From the id the row claims, name, birth date, identity number and residence to an id."""

_NOBODY: Final[frozenset[Any]] = frozenset()
_NOTHING: Final[Mapping[str, Any]] = {}
_NO_GRANDPARENTS: Final = Grandparents()
_RELATIONS: Final = dict(SYNONYMS[CaregiverRelation]) | {one.zh: one for one in CaregiverRelation}
_SEX_OF_DIGIT: Final = {str(digit): Sex.MALE if digit % 2 else Sex.FEMALE for digit in range(10)}
