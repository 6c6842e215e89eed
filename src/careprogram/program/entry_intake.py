"""How does a table become entries of a list in an archive: term results, contacts, goals?

The columns follow from the schema: each plain field of the entries, by its Chinese or English label. Rows are read cell
by cell; good ones are appended to the archives of their children, and one that stands there already is not added again,
so that the same table a second time changes nothing.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

import attrs

from careprogram.archives import (
    ArchiveField,
    ArchiveKind,
    ChoiceType,
    DateType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
    YesNoType,
    classification_of,
)
from careprogram.archives.schema import SUBJECT
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import LONGEST_NAME, ChildId
from careprogram.ports import Clock, Store
from careprogram.privacy import Purpose, Role
from careprogram.program.archives import ARCHIVES_AT_ONCE, ArchiveDraft, keep_archives, load_archives
from careprogram.program.recording import recording_of
from careprogram.program.records import CHILD
from careprogram.program.save import batches
from careprogram.rosters import EntryColumn, EntryRow, Identify, ListReading, read_entries
from careprogram.rosters.cells import MARKS, CellFault, Mark, Parser, as_text, date_reader, folded, read_yes_no
from careprogram.rosters.problems import CellValue
from careprogram.unknown import UNKNOWN

_WHOLE: Final = re.compile(r"-?\d{1,15}", re.ASCII)
_FAR_AHEAD: Final = dt.date(9999, 12, 31)


@attrs.frozen(kw_only=True)
class EntryIntake:
    """What taking in a table of entries came to.

    Attributes:
        reading: What the table held, with its problems and the rows held back.
        written: Archives that are new or changed.
    """

    reading: ListReading[EntryRow] = attrs.field(repr=False)
    written: int


def take_in_entries(
    source: bytes | BinaryIO,
    *,
    kind: ArchiveKind,
    into: str,
    store: Store,
    identify: Identify,
    as_of: dt.date,
    actor: str,
    clock: Clock,
    role: Role = Role.COUNTY_OFFICER,
    purpose: Purpose | None = None,
    term: str | None = None,
    heading_map: Mapping[str, str | None] | None = None,
) -> EntryIntake:
    """Read a table of entries and append them to a list in the archives of their children.

    Args:
        source: The table, as for ``read_entries``.
        kind: The kind of archive.
        into: The list, such as ``"term_results"`` of the learning archive.
        store: Where the children are and the archives go.
        identify: Names the children, such as ``identify_with(key)``.
        as_of: The day of the table; nothing that it tells has happened later.
        actor: Who brings it, for the audit trail.
        clock: Tells the time of the audit entries.
        role: As what they bring it.
        purpose: What the facts are brought for, one of those of the list; the ground of the law follows from both.
            Where it is not given, one that asks for consent, if any of the list's does.
        term: The term that the archives are then found by.
        heading_map: The user's own headings.

    Raises:
        ConsentError: There is no such ground in the law; the rows of children without a consent that reaches far enough
            are held back, and no error.
        NotFoundError: The kind has no such list of entries.
        ValidationError: An archive of the kind needs more than entries.
        RosterError: The table cannot be understood.
        ArchiveError: A list would grow longer than its schema allows.
        VersionConflictError: Somebody changed one of the records meanwhile; run it again.
    """
    field = list_of_entries(kind, into)
    classes = classification_of(kind.current)
    ground = recording_of(store, classes, into, role=role, purpose=purpose, clock=clock)
    known: dict[ChildId, bool] = {}

    def is_on_file(child: ChildId) -> bool:
        if child not in known:
            known[child] = store.load(CHILD, child) is not None
        return known[child]

    reading = read_entries(
        source,
        entry_columns(field, as_of=as_of),
        as_of=as_of,
        identify=identify,
        is_on_file=is_on_file,
        refusal=ground.refusal,
        heading_map=heading_map,
    )
    by_child: dict[ChildId, list[Mapping[str, object]]] = {}
    for row in reading.items:
        by_child.setdefault(row.child, []).append(row.entry)
    written = keep_archives(
        store,
        _drafts(store, kind, into, by_child, term),
        actor=actor,
        purpose=ground.purpose,
        clock=clock,
        command=f"entry-intake:{kind.id}:{into}",
    )
    return EntryIntake(reading=reading, written=written)


def list_of_entries(kind: ArchiveKind, name: str) -> ArchiveField:
    """Return the field of that name, which holds a list of records.

    Raises:
        NotFoundError: There is none.
        ValidationError: Such an archive cannot be begun by its entries alone, because it needs other fields.
    """
    needed = [field.name for field in kind.current.fields if field.required and field.name != SUBJECT]
    if needed:
        raise ValidationError(
            f"archive {kind.id!r} cannot be begun by entries alone, it needs {', '.join(needed)}: use keep_archives",
            reason="required",
        )
    lists = {
        field.name: field
        for field in kind.current.fields
        if isinstance(field.type, ListType) and isinstance(field.type.of, RecordType)
    }
    if name not in lists:
        known = ", ".join(lists) or "none"
        raise NotFoundError(f"archive {kind.id!r} has no list of entries {name!r}; its lists are {known}")
    return lists[name]


def entry_columns(field: ArchiveField, *, as_of: dt.date) -> tuple[EntryColumn, ...]:
    """Return the columns of a table of the entries of *field*: those of its fields that one cell can hold.

    Nothing in it has happened after *as_of*.
    """
    inner = field.type.of if isinstance(field.type, ListType) else field.type
    fields = inner.fields if isinstance(inner, RecordType) else ()
    found = ((one, _parser(one.type, as_of)) for one in fields)
    return tuple(
        EntryColumn(
            name=one.name,
            headings=tuple(dict.fromkeys((one.label.zh, one.label.en, one.name))),
            parse=parse,
            required=one.required,
        )
        for one, parse in found
        if parse is not None
    )


def _drafts(
    store: Store,
    kind: ArchiveKind,
    into: str,
    by_child: Mapping[ChildId, list[Mapping[str, object]]],
    term: str | None,
) -> Iterator[ArchiveDraft]:
    for batch in batches(sorted(by_child), size=ARCHIVES_AT_ONCE):
        on_file = load_archives(store, kind, batch)
        for child in batch:
            filed = on_file.get(child)
            document: dict[str, object] = {"child": child} if filed is None else dict(filed.document)
            standing = document.get(into)
            entries = list(standing) if isinstance(standing, list) else []
            entries += [dict(entry) for entry in by_child[child] if dict(entry) not in entries]
            yield ArchiveDraft(kind=kind, document={**document, into: entries}, term=term)


def _parser(type_: FieldType, as_of: dt.date) -> Parser | None:
    """Return a parser of cells that hold such a value, or None where one cell cannot."""
    if isinstance(type_, TextType):
        return _text(type_.longest)
    if isinstance(type_, ReferenceType):
        return _text(LONGEST_NAME)
    if isinstance(type_, NumberType):
        return _number(type_)
    if isinstance(type_, ChoiceType):
        return _choice(type_)
    if isinstance(type_, DateType):
        return _unmarked(date_reader(as_of if type_.happened else _FAR_AHEAD))
    return _unmarked(read_yes_no) if isinstance(type_, YesNoType) else None


def _unmarked(read: Parser) -> Parser:
    """Return *read*, with everything that says "nothing" or "nobody knows" as None, and days as texts."""

    def plain(cell: CellValue) -> object:
        value = read(cell)
        if isinstance(value, Mark) or value is UNKNOWN:
            return None
        return value.isoformat() if isinstance(value, dt.date) else value

    return plain


def _text(longest: int) -> Parser:
    def read(cell: CellValue) -> object:
        text = as_text(cell)
        if len(text) > longest or any("\ud800" <= character <= "\udfff" for character in text):
            raise CellFault("text-too-long")
        return None if text in MARKS else text

    return read


def _number(type_: NumberType) -> Parser:
    def read(cell: CellValue) -> object:
        text = folded(cell)
        if text in MARKS:
            return None
        if _WHOLE.fullmatch(text) is None or not type_.lowest <= int(text) <= type_.highest:
            raise CellFault("entry-number")
        return int(text)

    return read


def _choice(type_: ChoiceType) -> Parser:
    words = {
        folded(word).lower(): choice.value
        for choice in type_.choices
        for word in (choice.value, choice.label.en, choice.label.zh)
    }

    def read(cell: CellValue) -> object:
        text = folded(cell).lower()
        if text in words:
            return words[text]
        if text in MARKS:
            return None
        raise CellFault("choice")

    return read
