"""How does a roster go out as a workbook that people can fill in and send back?

Writes children under the headings of the national form and the local supplement, so that reading the workbook again
gives the same children. Every cell is text: nothing that a family wrote can become a formula or a link.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from careprogram.errors import MissingExtraError, ValidationError
from careprogram.people import (
    Answer,
    Caregiver,
    Child,
    Consent,
    Contact,
    Disability,
    Grandparent,
    IdentityNumber,
    Parent,
    ParentStatus,
    Phone,
    PlaceCode,
    PlaceTree,
)
from careprogram.privacy import Decision, Disclosure
from careprogram.rosters.assemble import GRANDPARENTS
from careprogram.rosters.cell_paths import fate_of, masked_cell, paths_of
from careprogram.rosters.fields import WRITTEN, Field, Unable
from careprogram.unknown import UNKNOWN

TITLE: Final = "农村留守儿童花名册"
PARTIAL: Final = "（部分内容不可查阅，勿作登记表交回）"
"""What the title says where something that is known is not written out: read back, it would be lost."""

LONGEST_CELL: Final = 32_767
"""How many characters a cell of a workbook can hold."""

_UNANSWERED: Final = "不详"
_TICK, _CROSS, _DEAD = "√", "×", "—"
_DEGREES: Final = "一二三四"


@attrs.frozen
class _Column:
    field: Field
    box: Answer | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return (*self.field.title, self.box.zh) if self.box is not None else self.field.title


def _columns() -> tuple[_Column, ...]:
    found: list[_Column] = []
    for field in WRITTEN:
        boxes = tuple(field.answers) if field.boxes and field.answers is not None else ()
        found.extend(_Column(field, box) for box in boxes)
        if not boxes:
            found.append(_Column(field))
    return tuple(found)


COLUMNS: Final = _columns()


Decide: TypeAlias = Callable[[Child], Decision]
"""Tells what becomes of each field of a child under the eyes of whoever the roster is for."""


def write_roster(
    children: Iterable[Child],
    *,
    places: PlaceTree | None = None,
    title: str = TITLE,
    seen: Decide | None = None,
) -> bytes:
    """Return *children* as an ``.xlsx`` workbook, one row each, in the given order.

    What the form has no words for cannot be written: a name that is itself one of the form's marks (不详, —), a
    caregiver of whom nothing is known, the means of a contact without a day. What only the law asks, such as whether a
    parent is confined or out of reach, has columns after those of the form.

    Args:
        children: In the order of the rows.
        places: For writing places by name; a place whose name would not be found again is written as its code.
        title: Above the headings.
        seen: What its reader may see of each child; masked texts stand masked, and what is withheld is left empty. All
            is written if not given, for whoever holds the children anyway.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
        ValidationError: A text is longer than a cell can hold.
    """
    if seen is not None:
        children = tuple(children)
        title = f"{title}{PARTIAL}" if is_partial(children, seen) else title
    return write_tables([roster_table(children, places=places, title=title, seen=seen)])


def roster_table(
    children: Iterable[Child],
    *,
    places: PlaceTree | None = None,
    title: str | None = TITLE,
    seen: Decide | None = None,
) -> "TextTable":
    """Return the worksheet that `write_roster` writes, as headings and texts."""
    tree = places if places is not None else PlaceTree.gb2260()
    names: dict[PlaceCode, str] = {}
    whole = ([_cell(column, child, tree, names) for column in COLUMNS] for child in children)
    rows = whole if seen is None else _seen_rows(children, tree, names, seen)
    return TextTable(sheet="花名册", paths=[column.path for column in COLUMNS], rows=rows, title=title)


@attrs.frozen(kw_only=True)
class TextTable:
    """One worksheet of text cells below nested headings.

    Attributes:
        sheet: Name of the worksheet.
        paths: For every column its headings, outer to inner; equal neighbors are merged.
        rows: The cells; personal.
        title: A merged row above; None for no title.
    """

    sheet: str
    paths: Sequence[Sequence[str]]
    rows: Iterable[Sequence[str]] = attrs.field(repr=False)
    title: str | None = None


def write_tables(tables: Iterable[TextTable]) -> bytes:
    """Return a workbook with a worksheet for each of *tables*.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
        ValidationError: A text is longer than a cell can hold.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("xlsxwriter", extra="excel", purpose="writing a workbook") from None
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The same roster gives the same bytes, whenever it is written.
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 - a workbook knows no time zone
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1})
    plain = book.add_format({"num_format": "@"})
    for table in tables:
        _fill(book.add_worksheet(table.sheet), table, bold, plain)
    book.close()
    return stream.getvalue()


def _fill(page: Any, table: TextTable, bold: Any, plain: Any) -> None:
    above, width, depth = int(table.title is not None), len(table.paths), max(map(len, table.paths), default=1)
    if table.title is not None:
        _merge(page, (0, 0, 0, width - 1), table.title, bold)
    for (top, left, bottom, right), text in _heading_areas(table.paths, depth):
        _merge(page, (top + above, left, bottom + above, right), text, bold)
    page.set_column(0, max(0, width - 1), 12, plain)
    page.freeze_panes(above + depth, 1)
    for number, row in enumerate(table.rows, above + depth):
        for column, text in enumerate(row):
            if len(text) > LONGEST_CELL:
                raise ValidationError(f"row {number + 1}: a text is longer than a cell can hold", reason="length")
            if text:
                page.write_string(number, column, text, plain)


def _merge(page: Any, area: tuple[int, int, int, int], text: str, style: Any) -> None:
    if area[:2] == area[2:]:
        page.write_string(*area[:2], text, style)
    else:
        page.merge_range(*area, text, style)


def _heading_areas(paths: Sequence[Sequence[str]], depth: int) -> list[tuple[tuple[int, int, int, int], str]]:
    """Lay out nested headings: a short path reaches down, equal neighbors are joined."""
    areas: list[tuple[tuple[int, int, int, int], str]] = []
    for level in range(depth):
        start = 0
        while start < len(paths):
            if len(paths[start]) <= level:
                start += 1
                continue
            prefix, end = tuple(paths[start][: level + 1]), start
            last = len(paths[start]) == level + 1
            while not last and end + 1 < len(paths) and tuple(paths[end + 1][: level + 1]) == prefix:
                end += 1
            areas.append(((level, start, depth - 1 if last else level, end), prefix[-1]))
            start = end + 1
    return areas


def written_paths() -> tuple[str, ...]:
    """Return the paths of all classified fields that a written roster can tell of, sorted."""
    return tuple(sorted({path for column in COLUMNS for path in paths_of(column.field)}))


def is_partial(children: Iterable[Child], seen: Decide) -> bool:
    """Return whether a cell that would say something is masked or left empty for the reader that *seen* decides for."""
    fates = _Fates(seen)
    tree, names = PlaceTree(()), dict[PlaceCode, str]()
    return any(
        _cell(column, child, tree, names)
        for child in children
        for column, fate in fates.of(child)[1]
        if fate is not Disclosure.SHOWN
    )


class _Fates:
    """What becomes of each column, found out once for each decision."""

    def __init__(self, seen: Decide) -> None:
        self._seen = seen
        self._known: dict[int, tuple[Decision, list[tuple[_Column, Disclosure]]]] = {}

    def of(self, child: Child) -> tuple[Decision, list[tuple[_Column, Disclosure]]]:
        decision = self._seen(child)
        known = self._known.get(id(decision))  # the decision is held beside, so that no other takes its id
        if known is None:
            fates = [(column, fate_of(paths_of(column.field), decision)) for column in COLUMNS]
            known = self._known[id(decision)] = decision, fates
        return known


def _seen_rows(
    children: Iterable[Child], tree: PlaceTree, names: dict[PlaceCode, str], seen: Decide
) -> Iterator[list[str]]:
    fates = _Fates(seen)
    for child in children:
        decision, columns = fates.of(child)
        yield [
            _cell(column, child, tree, names)
            if fate is Disclosure.SHOWN
            else _masked(column, child, decision)
            if fate is Disclosure.MASKED
            else ""
            for column, fate in columns
        ]


def _masked(column: _Column, child: Child, decision: Decision) -> str:
    if column.box is not None:
        return ""
    return masked_cell(paths_of(column.field)[0], _value(column.field, child), decision)


def _cell(column: _Column, child: Child, tree: PlaceTree, names: dict[PlaceCode, str]) -> str:
    field = column.field
    value = _value(field, child)
    if column.box is not None:
        return _box(column, value)
    if isinstance(value, PlaceCode):
        if value not in names:
            names[value] = _place_name(value, tree)
        return names[value]
    return _text(field, value)


def _box(column: _Column, value: Any) -> str:
    if isinstance(value, frozenset):
        return _TICK if column.box in value else _CROSS
    if value is UNKNOWN:
        first = column.field.answers is not None and column.box is next(iter(column.field.answers))
        return _UNANSWERED if first and column.field.gap == "context" else ""
    return _TICK if value is column.box else ""


def _place_name(code: PlaceCode, tree: PlaceTree) -> str:
    if code not in tree:
        return code.text
    name = tree.path_name(code)
    found = tree.find(name)
    return name if found is not UNKNOWN and found.code == code else code.text


def _text(field: Field, value: Any) -> str:
    if value is UNKNOWN:
        return _UNANSWERED if field.gap == "context" or field.id == "child.name" else ""
    if value is None:
        return "无人" if field.id == "caregiver.relation" else "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Answer):
        return value.zh
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, IdentityNumber | Phone):
        return value.text
    if isinstance(value, frozenset):
        return "、".join(sorted(one.zh if isinstance(one, Answer) else one for one in value))
    return _disability(value) if isinstance(value, Disability) else str(value)


def _disability(disability: Disability) -> str:
    kind = "" if disability.kind is UNKNOWN else disability.kind.zh
    degree = "" if disability.degree is UNKNOWN else f"{_DEGREES[disability.degree - 1]}级"
    return kind + degree or "有"


def _value(field: Field, child: Child) -> Any:
    record, name = field.record, field.name
    if record in GRANDPARENTS:
        return _grandparent(getattr(child.grandparents, record), name)
    if record in _RECORDS:
        return _RECORDS[record](child, name)
    return getattr(child if record == "child" else getattr(child, record), name)


def _grandparent(elder: Grandparent, name: str) -> Any:
    return _DEAD if elder.deceased is True else getattr(elder, name)


def _parent(parent: Parent, name: str) -> Any:
    if name == "name" and parent.name is UNKNOWN and parent.status is ParentStatus.DECEASED:
        return _DEAD
    if name.startswith("last_contact"):
        of = name.removesuffix("_means")
        contact = getattr(parent, of)
        if isinstance(contact, Contact):
            return contact.on if name == of else contact.means
        return contact if name == of else UNKNOWN
    return getattr(parent, name)


def _away(child: Child, name: str) -> Any:
    statuses = {parent.status for parent in child.parents}
    if name == "unable":
        return _unable(child)
    if UNKNOWN in statuses:
        return UNKNOWN
    both = statuses == {ParentStatus.AWAY_WORKING}
    return both if name == "both" else statuses == {ParentStatus.AWAY_WORKING, ParentStatus.UNABLE}


def _unable(child: Child) -> Any:
    unable = zip(Unable, child.parents, strict=True)
    found = frozenset(answer for answer, parent in unable if parent.guardianship_capacity is False)
    return found or UNKNOWN


def _caregiver(child: Child, name: str) -> Any:
    caregiver = child.caregiver
    if name == "present":
        return UNKNOWN if caregiver is UNKNOWN else caregiver is not None
    if isinstance(caregiver, Caregiver):
        return getattr(caregiver, name)
    return caregiver if name == "relation" else UNKNOWN


def _consent(child: Child, name: str) -> Any:
    consent = child.consent
    if name == "agreed":
        return UNKNOWN if consent is UNKNOWN else consent is not None
    value = getattr(consent, name) if isinstance(consent, Consent) else None
    return UNKNOWN if value is None else value


def _wishes(child: Child, name: str) -> Any:
    value = getattr(child.wishes, name)
    return UNKNOWN if value is None or value == frozenset() else value


def _child(child: Child, name: str) -> Any:
    value = getattr(child, name)
    return UNKNOWN if value == frozenset() else value


_RECORDS: Final[Mapping[str, Callable[[Child, str], Any]]] = {
    "child": _child,
    "father": lambda child, name: _parent(child.father, name),
    "mother": lambda child, name: _parent(child.mother, name),
    "away": _away,
    "caregiver": _caregiver,
    "consent": _consent,
    "wishes": _wishes,
    "guardianship": lambda child, _name: child.guardianship,
}
