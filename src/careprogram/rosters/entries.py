"""What does a table say whose rows are entries of an archive: term results, contacts, goals?

One row an entry, each naming its child by the 系统编号 or the identity number. Which columns there are, and how their
cells are read, is told by whoever knows the archive; nothing here does.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import attrs

from careprogram.ids import ChildId
from careprogram.people import IdentityNumber, PlaceTree
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import MARKS, CellFault, Parser, as_text
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Vocabulary
from careprogram.rosters.identify import Identify, RowFacts
from careprogram.rosters.lists import ListReading, ListRules, read_list
from careprogram.rosters.problems import CellValue, RowReference
from careprogram.rosters.tables import Format
from careprogram.unknown import UNKNOWN

_LONGEST_ID = 100
NAMING = (
    Field(id="row.child", title=("系统编号",), headings=("编号", "儿童编号")),
    Field(
        id="row.identity",
        title=("身份证号",),
        headings=("公民身份号码", "公民身份证号码", "身份证号码", "身份证件号", "证件号码"),
        kind="identity-number",
    ),
)
"""The columns by which a row names its child."""


@attrs.frozen(kw_only=True)
class EntryColumn:
    """One column of a table of entries.

    Attributes:
        name: Of the field it fills.
        headings: What may stand above it, the usual one first.
        parse: Reads a cell; None is "nothing was written". Raises CellFault.
        required: Whether each row needs it.
    """

    name: str
    headings: tuple[str, ...]
    parse: Parser = attrs.field(repr=False)
    required: bool = False


@attrs.frozen(kw_only=True)
class EntryRow:
    """What one row says.

    Attributes:
        child: Whom it is about.
        where: The row.
        entry: What was written, by field; what was left empty is not in it.
    """

    child: ChildId
    where: RowReference
    entry: Mapping[str, object] = attrs.field(repr=lambda entry: f"<{len(entry)} fields>")


def read_entries(
    source: bytes | BinaryIO,
    columns: Sequence[EntryColumn],
    *,
    as_of: dt.date,
    identify: Identify,
    is_on_file: Callable[[ChildId], bool],
    refusal: Callable[[ChildId], str | None] = lambda _: None,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
) -> ListReading[EntryRow]:
    """Read a table of entries.

    Args:
        source: The bytes of a CSV file or a workbook, or a stream of them.
        columns: What may be read; those that are required have to be there.
        as_of: The day of the table.
        identify: Names the children, such as ``identify_with(key)``.
        is_on_file: Whether a child is known; a row about anybody else is held back.
        refusal: Why nothing may be brought about a known child, as a key of ``problems.MENDING``; None if it may.
        format: ``"auto"`` looks at the first bytes.
        heading_map: The user's own headings, to ids such as ``"entry.subject"``.

    Raises:
        RosterError: The table cannot be read, or lacks a heading that it needs.
    """
    own = [Field(id=f"entry.{one.name}", title=one.headings[:1], headings=one.headings[1:]) for one in columns]
    vocabulary = Vocabulary(
        {field.id: field for field in (*NAMING, *own)},
        required=(
            tuple(field.id for field in NAMING),
            *((f"entry.{one.name}",) for one in columns if one.required),
            tuple(field.id for field in own),
        ),
    )
    parsers = {f"entry.{one.name}": one.parse for one in columns} | {"row.child": read_child_id}
    rules = ListRules(vocabulary=vocabulary, as_of=as_of, places=PlaceTree.gb2260(), parsers=parsers)
    required = [one.name for one in columns if one.required]

    def build(values: Mapping[str, Any], where: RowReference) -> EntryRow:
        child = named_child(values, where, identify, is_on_file, refusal)
        written = {
            id_.removeprefix("entry."): value
            for id_, value in values.items()
            if id_.startswith("entry.") and value is not None
        }
        for name in required:
            if name not in written:
                raise RowFault(f"entry.{name}", "missing")
        if not written:
            raise RowFault(_first(values), "nothing-written")
        return EntryRow(child=child, where=where, entry=written)

    return read_list(source, rules, build, format=format, heading_map=heading_map)


def named_child(
    values: Mapping[str, Any],
    where: RowReference,
    identify: Identify,
    is_on_file: Callable[[ChildId], bool],
    refusal: Callable[[ChildId], str | None],
) -> ChildId:
    """Return the child that a row names.

    Raises:
        RowFault: It names none, one that is not on file, or one about whom nothing may be brought.
    """
    claimed, number = values.get("row.child"), values.get("row.identity", UNKNOWN)
    if claimed is None and not isinstance(number, IdentityNumber):
        raise RowFault(_first(values), "missing")
    facts = RowFacts(
        sheet=where.sheet,
        row=where.row,
        claimed_id=claimed,
        identity_number=number,
        name=UNKNOWN,
        birth_date=UNKNOWN,
        village=UNKNOWN,
    )
    child = identify(facts)
    if not is_on_file(child):
        raise RowFault(_first(values), "child-not-on-file")
    against = refusal(child)
    if against is not None:
        raise RowFault(_first(values), against)
    return child


def _first(values: Mapping[str, Any]) -> str:
    return "row.child" if "row.child" in values else "row.identity"


def read_child_id(cell: CellValue) -> object:
    """Read the id that a row itself gives; one that no record could have is not on file."""
    text = as_text(cell)
    if text in MARKS:
        return None
    if len(text) > _LONGEST_ID or not text.isprintable():
        raise CellFault("child-not-on-file")
    return text
