"""Which single fields of an archive have been kept long enough, and how are they erased while the rest stays?

Each field of an archive has a period of its own. What may be left out of the archive is due when its period is over; a
required field stays until the whole record is due (`retention`). Erasing a field erases every version of the record, so
that no old version tells it, and keeps the rest anew, in two steps: the first holds the rest under another name in the
same unit as the erasure, the second puts it back. `finish_remains` does the second after a program that was killed.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import cast

import attrs

from careprogram.archives import ArchiveField, ListType, RecordType
from careprogram.archives.schema import SUBJECT, ArchiveSchema
from careprogram.ports import ChangeSet, Clock, Erase, JsonObject, JsonValue, Put, Record, Store
from careprogram.privacy import Viewer
from careprogram.program.erasure import ErasureGround, ErasureReceipt, erase_into
from careprogram.program.holds import hold_on_file
from careprogram.program.record_kinds import ARCHIVE_REMAINS, RecordKind, subject_of_child
from careprogram.program.records import CHILD
from careprogram.program.retention import Life, due_for_erasure, lives, recorded_on
from careprogram.program.save import all_records


@attrs.frozen(kw_only=True)
class DueFields:
    """Fields of one archive that have been kept long enough.

    Attributes:
        child: Opaque id.
        record: The archive.
        paths: Which fields, such as ``aspirations`` or ``scores[].judged_by``, sorted.
        since: The first day on which the last of them was due.
        held: Whether a case is open, so that nothing may be erased.
    """

    child: str
    record: Record = attrs.field(repr=False)
    paths: tuple[str, ...]
    since: dt.date
    held: bool


def due_fields(store: Store, kinds: Mapping[str, RecordKind], *, as_of: dt.date) -> tuple[DueFields, ...]:
    """Return the fields that are due on *as_of* in archives that are not due as a whole, by child and record."""
    whole = {(record.kind, record.id) for one in due_for_erasure(store, kinds, as_of=as_of) for record in one.records}
    known, found = lives(store, as_of), []
    for kind in kinds.values():
        for record in all_records(store, kind.kind) if kind.archive is not None else ():
            child = kind.child_of(record.id, record.document)
            schema = _schema(record, kind)
            if child is None or child not in known or schema is None or (record.kind, record.id) in whole:
                continue
            periods = _Periods(life=known[child], recorded=recorded_on(record, kind), as_of=as_of)
            days = dict(_due(record.document, schema, periods))
            if days:
                hold, _ = hold_on_file(store, child)
                found.append(
                    DueFields(
                        child=child,
                        record=record,
                        paths=tuple(sorted(days)),
                        since=max(days.values()) + dt.timedelta(days=1),
                        held=hold is not None and hold.stands,
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.child, one.record.kind, one.record.id)))


def erase_fields(store: Store, due: DueFields, *, by: Viewer, clock: Clock) -> ErasureReceipt:
    """Erase the fields that are due from every version of their archive, and return the receipt that is kept.

    The archive goes on as one version without them. It is found by its child and no longer by its term.

    Raises:
        LegalHoldError: A case is open. Nothing was erased.
        ValidationError: *by* is no office that answers for the child.
        VersionConflictError: The archive has changed since; ask anew what is due.
    """
    record = due.record
    rest: JsonObject = {
        "child": due.child,
        "kind": record.kind,
        "id": record.id,
        "schema_version": record.schema_version,
        "document": without(record.document, due.paths),
    }
    name = f"{record.kind}/{record.id}"
    standing = store.load(ARCHIVE_REMAINS, name)
    put = Put(
        kind=ARCHIVE_REMAINS,
        id=name,
        document=rest,
        expected_version=0 if standing is None else standing.version,
        index={"child": due.child},
    )
    receipt = erase_into(store, record, put, due.child, by=by, why=ErasureGround.PERIOD_OVER, clock=clock)
    finish_remains(store)
    return receipt


def finish_remains(store: Store) -> int:
    """Put back what an erasure of fields left under another name, and return how many archives that were."""
    done = 0
    for remains in tuple(all_records(store, ARCHIVE_REMAINS)):
        rest = remains.document
        id_, child = str(rest["id"]), str(rest["child"])
        gone = Erase(kind=remains.kind, id=remains.id, expected_version=remains.version)
        puts: tuple[Put, ...] = ()
        if store.load(str(rest["kind"]), id_) is None:  # else somebody wrote the archive anew, and that stands
            owner = store.load(CHILD, child)
            place = subject_of_child(child, None if owner is None else owner.document).place
            puts = (
                Put(
                    kind=str(rest["kind"]),
                    id=id_,
                    document=cast("JsonObject", rest["document"]),
                    schema_version=cast("int", rest["schema_version"]),
                    index={"child": child, "place": None if place is None else place.text, "term": None},
                ),
            )
        store.commit(ChangeSet(command_id=f"remains:{uuid.uuid4().hex}", puts=puts, erasures=(gone,)))
        done += 1
    return done


def without(document: JsonObject, paths: Collection[str], prefix: str = "") -> dict[str, JsonValue]:
    """Return *document* without the fields at *paths*.

    Examples:
        >>> without({"a": 1, "b": [{"c": 1, "d": 2}]}, {"a", "b[].c"})
        {'b': [{'d': 2}]}
    """
    left: dict[str, JsonValue] = {}
    for name, value in document.items():
        path = f"{prefix}{name}"
        if path in paths:
            continue
        if isinstance(value, Mapping):
            left[name] = without(value, paths, f"{path}.")
        elif isinstance(value, list | tuple):
            left[name] = [
                without(entry, paths, f"{path}[].") if isinstance(entry, Mapping) else entry for entry in value
            ]
        else:
            left[name] = value
    return left


def _schema(record: Record, kind: RecordKind) -> ArchiveSchema | None:
    versions = () if kind.archive is None else kind.archive.versions
    return next((schema for schema in versions if schema.version == record.schema_version), None)


@attrs.frozen(kw_only=True)
class _Periods:
    """What the periods of the fields of one archive are counted by."""

    life: Life
    recorded: dt.date | None
    as_of: dt.date

    def over(self, field: ArchiveField) -> dt.date | None:
        """Return the last day on which *field* and all that is inside it was to be kept; None unless it is over."""
        days = [self.life.last_day(one.retention, self.recorded) for one in _with_inner(field)]
        known = [day for day in days if day is not None and day < self.as_of]
        return max(known) if len(known) == len(days) else None


def _due(document: JsonObject, schema: ArchiveSchema, periods: _Periods) -> Iterator[tuple[str, dt.date]]:
    for field in schema.fields:
        if field.name not in {SUBJECT, schema.recorded}:
            yield from _due_in(document, field, "", periods)


def _due_in(
    holder: Mapping[str, object], field: ArchiveField, prefix: str, periods: _Periods
) -> Iterator[tuple[str, dt.date]]:
    """Tell which of *field* and the fields inside it are due: a group goes whole once all that is in it is over."""
    if field.name not in holder:
        return
    path, value = f"{prefix}{field.name}", holder[field.name]
    last = None if field.required else periods.over(field)
    if last is not None:
        yield path, last
        return
    inner, step = (field.type.of, "[].") if isinstance(field.type, ListType) else (field.type, ".")
    if not isinstance(inner, RecordType):
        return
    for entry in value if isinstance(value, list | tuple) else [value]:
        if isinstance(entry, Mapping):
            for part in inner.fields:
                yield from _due_in(entry, part, f"{path}{step}", periods)


def _with_inner(field: ArchiveField) -> Iterator[ArchiveField]:
    yield field
    inner = field.type.of if isinstance(field.type, ListType) else field.type
    for part in inner.fields if isinstance(inner, RecordType) else ():
        yield from _with_inner(part)
