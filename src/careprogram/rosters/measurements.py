"""What does a table of a term's health check say: height, weight, blood pressure?

One row a child, named by the 系统编号 or the identity number; names are not enough to file health under. Units are
those of the heading or written in the cell. Every cell that cannot be read is told by row and column, and its row is
held back; an empty cell is a measure that was not taken. Nothing is screened or stored here.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, BinaryIO, Final

import attrs

from careprogram.ids import ChildId
from careprogram.people import PlaceTree
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import MARKS, CellFault, Parser, as_text, folded
from careprogram.rosters.entries import NAMING, named_child, read_child_id
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Vocabulary
from careprogram.rosters.identify import Identify
from careprogram.rosters.lists import ListReading, ListRules, read_list
from careprogram.rosters.problems import CellValue, RowReference
from careprogram.rosters.tables import Format

_FIELDS: Final = (
    *NAMING,
    Field(id="measure.on", title=("体检日期",), headings=("测量日期", "检查日期", "日期"), kind="date"),
    Field(id="measure.height", title=("身高（厘米）",), headings=("身高", "身高(cm)", "身高cm")),
    Field(id="measure.weight", title=("体重（公斤）",), headings=("体重", "体重(kg)", "体重kg", "体重（千克）")),
    Field(id="measure.pressure", title=("血压",), headings=("血压（mmHg）", "血压mmHg")),
    Field(id="measure.systolic", title=("收缩压",), headings=("高压", "收缩压（mmHg）")),
    Field(id="measure.diastolic", title=("舒张压",), headings=("低压", "舒张压（mmHg）")),
    Field(id="measure.checked_by", title=("体检单位",), headings=("体检机构", "检查单位", "测量人")),
    Field(id="measure.note", title=("备注",), headings=("说明",)),
)
_VOCABULARY: Final = Vocabulary(
    {field.id: field for field in _FIELDS},
    required=(
        ("row.child", "row.identity"),
        ("measure.on",),
        ("measure.height", "measure.weight", "measure.pressure", "measure.systolic"),
    ),
)
_DECIMAL = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(.*)", re.ASCII)
_PRESSURE = re.compile(r"(\d{2,3})/(\d{2,3})(?:mmhg)?", re.ASCII)
_LENGTHS: Final = {"": 10, "cm": 10, "厘米": 10, "公分": 10, "m": 1_000, "米": 1_000}
_WEIGHTS: Final = {"": 1_000, "kg": 1_000, "公斤": 1_000, "千克": 1_000, "斤": 500}
_BELIEVED: Final = {
    "height": (400, 2_300),
    "weight": (2_000, 250_000),
    "systolic": (40, 260),
    "diastolic": (20, 180),
}


@attrs.frozen(kw_only=True)
class MeasuredRow:
    """What one row of a health check says.

    Attributes:
        child: Whom it is about.
        where: The row.
        measured_on: The day.
        height_mm: Height in millimeters; None where it was not measured, as below.
        weight_g: Weight in grams.
        systolic: Upper blood pressure in mmHg.
        diastolic: Lower blood pressure in mmHg.
        checked_by: Who measured.
        note: What was written beside it.
    """

    child: ChildId
    where: RowReference
    measured_on: dt.date
    height_mm: int | None = attrs.field(default=None, repr=False)
    weight_g: int | None = attrs.field(default=None, repr=False)
    systolic: int | None = attrs.field(default=None, repr=False)
    diastolic: int | None = attrs.field(default=None, repr=False)
    checked_by: str | None = attrs.field(default=None, repr=False)
    note: str | None = attrs.field(default=None, repr=False)


def read_measurements(
    source: bytes | BinaryIO,
    *,
    as_of: dt.date,
    identify: Identify,
    is_on_file: Callable[[ChildId], bool],
    refusal: Callable[[ChildId], str | None] = lambda _: None,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
) -> ListReading[MeasuredRow]:
    """Read a table of measurements.

    Args:
        source: The bytes of a CSV file or a workbook, or a stream of them.
        as_of: The day of the table; no measurement lies after it.
        identify: Names the children, such as ``identify_with(key)``.
        is_on_file: Whether a child is known; a row about anybody else is held back.
        refusal: Why nothing may be brought about a known child, as a key of ``problems.MENDING``; None if it may.
        format: ``"auto"`` looks at the first bytes.
        heading_map: The user's own headings, to ids such as ``"measure.height"``.

    Raises:
        RosterError: The table cannot be read, or lacks a heading that it needs.
    """
    parsers: dict[str, Parser] = {
        "row.child": read_child_id,
        "measure.height": _scaled("height", _LENGTHS),
        "measure.weight": _scaled("weight", _WEIGHTS),
        "measure.systolic": _whole("systolic"),
        "measure.diastolic": _whole("diastolic"),
        "measure.pressure": _read_pressure,
        "measure.checked_by": _text(100),
        "measure.note": _text(2_000),
    }
    rules = ListRules(vocabulary=_VOCABULARY, as_of=as_of, places=PlaceTree.gb2260(), parsers=parsers)
    taken: set[tuple[ChildId, dt.date]] = set()

    def build(values: Mapping[str, Any], where: RowReference) -> MeasuredRow:
        row = _row(values, where, named_child(values, where, identify, is_on_file, refusal))
        if (row.child, row.measured_on) in taken:
            raise RowFault("row.child" if "row.child" in values else "row.identity", "measured-twice")
        taken.add((row.child, row.measured_on))
        return row

    return read_list(source, rules, build, format=format, heading_map=heading_map)


def _row(values: Mapping[str, Any], where: RowReference, child: ChildId) -> MeasuredRow:
    get = {id_.removeprefix("measure."): value for id_, value in values.items()}.get
    if not isinstance(get("on"), dt.date):
        raise RowFault("measure.on", "missing")
    systolic, diastolic = get("pressure") or (get("systolic"), get("diastolic"))
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        raise RowFault("measure.pressure" if get("pressure") else "measure.diastolic", "pressure-order")
    if get("height") is get("weight") is systolic is diastolic is None:
        raise RowFault("measure.on", "nothing-measured")
    return MeasuredRow(
        child=child,
        where=where,
        measured_on=values["measure.on"],
        height_mm=get("height"),
        weight_g=get("weight"),
        systolic=systolic,
        diastolic=diastolic,
        checked_by=get("checked_by"),
        note=get("note"),
    )


def _text(longest: int) -> Parser:
    def read(cell: CellValue) -> object:
        text = as_text(cell)
        if len(text) > longest or any("\ud800" <= character <= "\udfff" for character in text):
            raise CellFault("text-too-long")
        return None if text in MARKS else text

    return read


def _scaled(what: str, units: Mapping[str, int]) -> Parser:
    """Return a parser of a decimal with one of *units*, each with its factor; nothing is rounded."""

    def read(cell: CellValue) -> object:
        text = folded(cell).lower()
        if text in MARKS:
            return None
        match = _DECIMAL.fullmatch(text)
        if match is None or match[2] not in units:
            raise CellFault(what)
        value = Decimal(match[1]) * units[match[2]]
        low, high = _BELIEVED[what]
        if value != int(value) or not low <= value <= high:
            raise CellFault(what)
        return int(value)

    return read


def _whole(what: str) -> Parser:
    def read(cell: CellValue) -> object:
        text = folded(cell).lower().removesuffix("mmhg")
        if text in MARKS:
            return None
        return _pressure(text, what)

    return read


def _read_pressure(cell: CellValue) -> object:
    text = folded(cell).lower()
    if text in MARKS:
        return None
    match = _PRESSURE.fullmatch(text)
    if match is None:
        raise CellFault("pressure")
    return _pressure(match[1], "systolic"), _pressure(match[2], "diastolic")


def _pressure(text: str, what: str) -> int:
    low, high = _BELIEVED[what]
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and low <= int(text) <= high):
        raise CellFault("pressure")
    return int(text)
