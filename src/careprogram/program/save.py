"""What is new, what changed, and what stays as it was?

Compares what a run worked out with what the store holds and commits only the difference, in batches of one size, each
under a command id made of its content: a run that is killed and begun again commits nothing twice. It never decides
what a record means.
"""

import hashlib
import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import attrs

from careprogram.codec import dumps
from careprogram.ports import (
    AuditEntry,
    ChangeSet,
    Message,
    MessageState,
    OutboxEntry,
    Put,
    Query,
    Receipt,
    Record,
    Store,
)

T = TypeVar("T")

BATCH = 5_000
"""Records in one change set: large enough to be fast, small enough to be held in memory."""


@attrs.frozen(kw_only=True)
class Kept:
    """What saving did to one kind of record.

    Attributes:
        new: Records that were not there before.
        changed: Records whose content changed.
        unchanged: Records that already stood so; nothing was written for them.
        absent: Ids of records of this kind on file of which the run said nothing.
        written: The version that each new or changed record became, by id.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: tuple[str, ...] = attrs.field(default=(), repr=lambda ids: f"<{len(ids)} ids>")
    written: Mapping[str, int] = attrs.field(factory=dict, repr=lambda ids: f"<{len(ids)} ids>")


def all_records(store: Store, kind: str, *, page: int = 2_000) -> Iterator[Record]:
    """Go through every current record of *kind* in order of id, a page at a time."""
    return every_record(store, Query(kind=kind, limit=page))


def every_record(store: Store, query: Query) -> Iterator[Record]:
    """Go through every current record that matches, a page of the limit of *query* at a time."""
    while True:
        found = store.find(query)
        yield from found.records
        if found.next is None:
            return
        query = attrs.evolve(query, after=found.next)


def save(
    store: Store,
    kind: str,
    puts: Iterable[Put],
    *,
    command: str,
    audit: AuditEntry | None = None,
    batch_size: int = BATCH,
) -> Kept:
    """Bring the records of *kind* in line with *puts*, a batch at a time, and tell what that changed.

    Args:
        store: Where to.
        kind: Which records.
        puts: What should stand from now on, each id once; made one by one, they need no room. Their expected versions
            are found out here.
        command: What the run is called; the batches' command ids begin with it.
        audit: Written once with each batch, so that every write has an entry beside it.
        batch_size: Records compared and committed at a time.

    Raises:
        VersionConflictError: Somebody else wrote one of them meanwhile.
    """
    said: set[str] = set()
    written: dict[str, int] = {}
    new = changed = 0
    for batch in batches(puts, size=batch_size):
        said.update(put.id for put in batch)
        changes = tuple(differing(store, kind, batch))
        new += sum(put.expected_version == 0 for put in changes)
        changed += sum(put.expected_version > 0 for put in changes)
        if changes:
            receipt = commit(store, changes, command=command, audit=audit)
            written.update((name, version) for (_, name), version in receipt.versions.items())
    absent: tuple[str, ...] = ()
    if store.count(Query(kind=kind)) > len(said):
        absent = tuple(record.id for record in all_records(store, kind) if record.id not in said)
    return Kept(new=new, changed=changed, unchanged=len(said) - new - changed, absent=absent, written=written)


def differing(store: Store, kind: str, puts: Sequence[Put]) -> Iterator[Put]:
    """Return those of *puts* that are new or differ from what stands, each with the version it replaces."""
    standing = store.load_many(kind, [put.id for put in puts])
    for put in puts:
        record = standing.get(put.id)
        if record is None:
            yield put
        elif record.document != put.document:
            yield attrs.evolve(put, expected_version=record.version)


def commit(store: Store, puts: Sequence[Put], *, command: str, audit: AuditEntry | None = None) -> Receipt:
    """Commit one batch of one kind under an id made of its content and of the versions it was made from.

    Two runs at once on the same data write it once. What was erased since and comes back as it was is written again.
    """
    digest = hashlib.blake2b(digest_size=12)
    for put in puts:
        digest.update(f"{put.kind}\x1f{put.id}\x1f{put.expected_version}\x1f{dumps(put.document)}\x1e".encode())
    entries = () if audit is None else (audit,)
    changes = ChangeSet(command_id=f"{command}:{digest.hexdigest()}", puts=puts, audit=entries)
    receipt = store.commit(changes)
    if receipt.replayed and not _stand(store, puts):
        receipt = store.commit(attrs.evolve(changes, command_id=f"{changes.command_id}:{uuid.uuid4().hex}"))
    return receipt


def _stand(store: Store, puts: Sequence[Put]) -> bool:
    kinds = {put.kind for put in puts}
    standing = {kind: store.load_many(kind, [put.id for put in puts if put.kind == kind]) for kind in kinds}
    records = ((put, standing[put.kind].get(put.id)) for put in puts)
    return all(record is not None and record.document == put.document for put, record in records)


def post(store: Store, messages: Sequence[Message], *, command: str) -> int:
    """Put *messages* into the outbox and return how many of them are new: what was said once is not said again."""
    known = {entry.message.key for entry in _outbox(store)}
    new = [message for message in messages if message.key not in known]
    for batch in batches(new):
        keys = hashlib.blake2b("\x1f".join(message.key for message in batch).encode(), digest_size=12).hexdigest()
        store.commit(ChangeSet(command_id=f"{command}:{keys}", messages=batch))
    return len(new)


def tried_in_vain(store: Store) -> int:
    """Count the messages in the outbox that a sender failed to take and that wait for another try.

    One that another process is sending at this moment waits, too, and is not counted: nothing was said of it yet.
    """
    return sum(entry.state is MessageState.WAITING and bool(entry.detail) for entry in _outbox(store))


def _outbox(store: Store, *, page: int = 1_000) -> Iterator[OutboxEntry]:
    after = 0
    while entries := store.outbox(after=after, limit=page):
        yield from entries
        after = entries[-1].position


def batches(items: Iterable[T], *, size: int = BATCH) -> Iterator[Sequence[T]]:
    """Cut *items* into sequences of at most *size*, in order."""
    iterator = iter(items)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch
