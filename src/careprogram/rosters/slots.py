"""Which cells hold one fact, and how are they read?

Once the columns are known, a parser is laid for every cell; the boxes of one choice are brought together. What repeats
from row to row (a school, a household, a date) is read once and remembered. Nothing here knows of records or rows.
"""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from careprogram.errors import ValidationError
from careprogram.people import Answer, PlaceCode, PlaceTree
from careprogram.rosters import assemble, cells
from careprogram.rosters.blocks import Block
from careprogram.rosters.cells import CellFault, Mark, Parser
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Column
from careprogram.rosters.problems import CellValue
from careprogram.rosters.synonyms import SYNONYMS
from careprogram.unknown import UNKNOWN

_REMEMBERED: Final = 32_768
_NO_PARSERS: Final[Mapping[str, Parser]] = {}
_UNIQUE_KINDS: Final = frozenset({"identity-number", "phone", "text", "ids"})
NEVER_BLANK: Final = frozenset({"child.name", "helper.name", "link.name", "place.code", "place.name"})


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

    @property
    def indices(self) -> tuple[int, ...]:
        """Where its cells stand in a row."""
        return tuple(column.index for column in self.columns)

    def take(self, row: Sequence[CellValue]) -> Any:
        """Read the fact from *row*.

        Raises:
            CellFault: It cannot be read.
        """
        return self.read(tuple(row[index] for index in self.indices) if self.boxed else row[self.columns[0].index])

    def take_all(self, block: Block) -> Iterable[Any]:
        """Read the fact from every row of *block*, which notes the rows where it cannot be read."""
        if self.boxed:
            return block.read_together(self.read, self.indices)
        return block.read(self.read, self.columns[0].index)


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
        "months": cells.read_months,
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
    if field.kind == "text" and field.id not in NEVER_BLANK:
        gaps: dict[object, object] = {Mark.BLANK: UNKNOWN, Mark.NONE: none, Mark.DASH: none, UNKNOWN: UNKNOWN}
        return cells.text_reader({text: gaps[mark] for text, mark in cells.MARKS.items()})
    refuses_none = field.gap == "unknown" and field.kind not in {"text", "answer"}
    never_blank = field.id in NEVER_BLANK

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
