"""How does an archive get on file, and how does the program find it again?

One function writes any kind of archive: checked against the current version of its schema, found by child, village and
term, with an audit entry in the same change set, and only while the child itself stands. Reading for the program opens
old versions in the current one; people read through the desk (`Access`), never through here.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import attrs

from careprogram.archives import ArchiveKind, open_archive, validate
from careprogram.archives.schema import SUBJECT
from careprogram.codec import dumps
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId
from careprogram.ports import AuditEntry, ChangeSet, Clock, JsonObject, Put, Query, Record, Standing, Store
from careprogram.privacy import Purpose
from careprogram.program.record_kinds import ARCHIVE_PREFIX, subject_of_child
from careprogram.program.records import CHILD
from careprogram.program.save import batches, differing, every_record

ARCHIVES_AT_ONCE = 500
"""Archives in one change set, each with its child and its audit entry beside it."""


@attrs.frozen(kw_only=True)
class FiledArchive:
    """An archive as the program reads it.

    Attributes:
        id: Of the record.
        version: Of the record.
        document: In the current version of its kind.
        written_by: The version of the schema that wrote it.
    """

    id: str
    version: int
    document: Mapping[str, object] = attrs.field(repr=lambda document: f"<{len(document)} fields>")
    written_by: int


def _text(_: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    # A number would be kept, and then not found by its text.
    if type(value) is not str:
        raise ValidationError(f"{attribute.name}: give a text", reason="type")


@attrs.frozen(kw_only=True)
class ArchiveDraft:
    """An archive that is to be kept.

    Attributes:
        kind: Its kind.
        document: In the current version of it.
        term: The term it was last written in, to find it by; None for none.
        key: Tells several archives of one kind and child apart, such as the name of a survey; empty where a child has
            one.

    Raises:
        ValidationError: The term or the key is no text.
    """

    kind: ArchiveKind
    document: Mapping[str, object] = attrs.field(repr=lambda document: f"<{len(document)} fields>")
    term: str | None = attrs.field(default=None, validator=attrs.validators.optional(_text))
    key: str = attrs.field(default="", repr=False, validator=_text)

    @property
    def child(self) -> ChildId:
        """Whom it is about."""
        return ChildId(str(self.document.get(SUBJECT, "")))

    @property
    def id(self) -> str:
        """The id of the record."""
        return archive_id(self.kind, self.child, self.key)


def archive_id(kind: ArchiveKind, child: ChildId, key: str = "") -> str:
    """Return the id of the record of an archive.

    Examples:
        >>> from careprogram.archives import LEARNING, SURVEY
        >>> archive_id(LEARNING, ChildId("c-1")), archive_id(SURVEY, ChildId("c-1"), "2026")
        ('learning:c-1', 'survey:c-1:2026')
    """
    return f"{kind.id}:{child}:{key}" if key else f"{kind.id}:{child}"


def record_kind_of(kind: ArchiveKind) -> str:
    """Return what a store calls archives of *kind*."""
    return f"{ARCHIVE_PREFIX}{kind.id}"


def keep_archives(
    store: Store, drafts: Iterable[ArchiveDraft], *, actor: str, purpose: Purpose, clock: Clock, command: str
) -> int:
    """Keep archives, a batch at a time, and return how many are new or changed; what stands already is not written.

    Args:
        store: Where to.
        drafts: All of one kind, each id once.
        actor: Who writes, for the audit trail.
        purpose: What for.
        clock: Tells the time of the entries, and the day after which nothing has happened.
        command: What this is called in the store.

    Raises:
        ArchiveError: A document does not fit its schema, or tells of what has not happened yet; nothing of its batch is
            kept.
        NotFoundError: A child is not on file.
        VersionConflictError: Somebody wrote one of them, or changed or erased a child, meanwhile; run it again.
    """
    written = 0
    for batch in batches(drafts, size=ARCHIVES_AT_ONCE):
        children = _children(store, batch, as_of=clock.today())
        puts = {draft.id: _put(draft, children[draft.child]) for draft in batch}
        if len(puts) < len(batch):
            raise ValidationError("two archives have one id: tell them apart by key", reason="key")
        changes = tuple(differing(store, record_kind_of(batch[0].kind), tuple(puts.values())))
        if changes:
            changed = {put.id for put in changes}
            beside = {draft.child: children[draft.child] for draft in batch if draft.id in changed}
            _commit(store, changes, beside, actor=actor, purpose=purpose, clock=clock, command=command)
        written += len(changes)
    return written


def load_archive(store: Store, kind: ArchiveKind, child: ChildId, key: str = "") -> FiledArchive | None:
    """Return an archive in the current version of its kind, for the program's own work; None where there is none.

    Raises:
        ArchiveError: It was written by a version that this program does not know.
    """
    record = store.load(record_kind_of(kind), archive_id(kind, child, key))
    return None if record is None else _filed(record, kind)


def load_archives(store: Store, kind: ArchiveKind, children: Iterable[ChildId]) -> Mapping[ChildId, FiledArchive]:
    """Return the archives of *children* that are on file, in one question to the store, for the program's own work.

    Raises:
        ArchiveError: One was written by a version that this program does not know.
    """
    child_of = {archive_id(kind, child): child for child in children}
    found = store.load_many(record_kind_of(kind), sorted(child_of))
    return {child_of[id_]: _filed(record, kind) for id_, record in found.items()}


def archives_on_file(
    store: Store, kind: ArchiveKind, *, place: str | None = None, term: str | None = None
) -> Iterator[FiledArchive]:
    """Go through the archives of *kind*, of one village or term where that is given.

    A village is that where the child lives now, whatever it was when the archive was written; then the archives come in
    order of the child, else in order of id. For figures and duties of the program; whoever shows one to a person asks
    the desk.
    """
    equals = {} if term is None else {"term": term}
    if place is None:
        queries = [Query(kind=record_kind_of(kind), equals=equals, limit=1_000)]
    else:
        living = Query(kind=CHILD, equals={"place": place}, limit=1_000)
        queries = [
            Query(kind=record_kind_of(kind), equals={"child": child.id, **equals}, limit=1_000)
            for child in every_record(store, living)
        ]
    return (_filed(record, kind) for query in queries for record in every_record(store, query))


def _filed(record: Record, kind: ArchiveKind) -> FiledArchive:
    document = open_archive(record.document, kind, version=record.schema_version)
    return FiledArchive(id=record.id, version=record.version, document=document, written_by=record.schema_version)


def _children(store: Store, drafts: Sequence[ArchiveDraft], *, as_of: dt.date) -> Mapping[ChildId, Record]:
    for draft in drafts:
        validate(draft.document, draft.kind.current, as_of=as_of)
    wanted = sorted({draft.child for draft in drafts})
    found = store.load_many(CHILD, wanted)
    missing = len(wanted) - len(found)
    if missing:
        raise NotFoundError(f"{missing} of the children of these archives are not on file: enroll them first")
    return {ChildId(id_): record for id_, record in found.items()}


def _put(draft: ArchiveDraft, child: Record) -> Put:
    place = subject_of_child(child.id, child.document).place
    return Put(
        kind=record_kind_of(draft.kind),
        id=draft.id,
        document=cast("JsonObject", draft.document),
        schema_version=draft.kind.current.version,
        index={"child": draft.child, "place": None if place is None else place.text, "term": draft.term},
    )


def _commit(
    store: Store,
    puts: Sequence[Put],
    children: Mapping[ChildId, Record],
    *,
    actor: str,
    purpose: Purpose,
    clock: Clock,
    command: str,
) -> None:
    now = clock.now()
    digest = hashlib.blake2b(digest_size=12)
    for put in puts:
        digest.update(f"{put.kind}\x1f{put.id}\x1f{put.expected_version}\x1f{dumps(put.document)}\x1e".encode())
    changes = ChangeSet(
        command_id=f"{command}:{digest.hexdigest()}",
        puts=puts,
        standing=tuple(Standing(kind=CHILD, id=record.id, version=record.version) for record in children.values()),
        audit=tuple(
            AuditEntry(
                actor=actor,
                action="write-archive",
                subject_kind=put.kind,
                subject_id=put.id,
                purpose=purpose.value,
                at=now,
                fields=tuple(sorted(put.document)),
            )
            for put in puts
        ),
    )
    if store.commit(changes).replayed and tuple(differing(store, puts[0].kind, puts)):
        # What was erased since and comes back as it was is written again.
        store.commit(attrs.evolve(changes, command_id=f"{changes.command_id}:{uuid.uuid4().hex}"))
