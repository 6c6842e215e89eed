"""How does a store behave that keeps everything in memory and forgets it at the end?

It is the model of the promises of ``careprogram.ports``, written as plainly as they can be: the conformance suite
compares other stores with it. It survives nothing, not even its own process.
"""

import bisect
import datetime as dt
import functools
import itertools
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar, cast

import attrs

from careprogram.errors import ConflictError, StoreError, VersionConflictError
from careprogram.ports import (
    GENESIS,
    Ability,
    AuditEntry,
    AuditHead,
    AuditRecord,
    BackupReceipt,
    ChangeSet,
    ClaimedMessage,
    Cursor,
    Erase,
    IndexValue,
    Message,
    MessageState,
    OutboxEntry,
    Page,
    Put,
    Query,
    Receipt,
    Record,
    RecordKey,
    Settlement,
    chained,
    check_claim,
    check_key,
    check_page,
    dumps,
    index_order,
    loads_kept,
)

P = ParamSpec("P")
R = TypeVar("R")


@attrs.frozen(kw_only=True)
class _Version:
    """One kept version; the document is canonical text, so that nobody can change it from outside."""

    version: int
    schema_version: int
    text: str = attrs.field(repr=False)
    index: Mapping[str, IndexValue] = attrs.field(repr=False)


@attrs.define(kw_only=True)
class _Slot:
    """All that was ever kept under one key. ``count`` outlives an erasure."""

    count: int = 0
    versions: list[_Version] = attrs.Factory(list)


@attrs.define(kw_only=True)
class _Letter:
    """A message on its way. ``due`` is the first moment it may be claimed; ``open`` says that a claim is unsettled."""

    position: int
    message: Message
    due: dt.datetime
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    open: bool = False
    detail: str = ""


_LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def _alone(method: "Callable[Concatenate[MemoryStore, P], R]") -> "Callable[Concatenate[MemoryStore, P], R]":
    """Let one thread in at a time, and nobody after closing."""

    @functools.wraps(method)
    def guarded(store: "MemoryStore", *args: P.args, **kwargs: P.kwargs) -> R:
        with store._lock:  # noqa: SLF001
            if store._closed:  # noqa: SLF001
                raise StoreError("the store is closed: open it again")
            return method(store, *args, **kwargs)

    return cast("Callable[Concatenate[MemoryStore, P], R]", guarded)


class MemoryStore:
    """A store in memory, for tests and for trying things out. It keeps every promise but durability."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._closed = False
        self._slots: dict[RecordKey, _Slot] = {}
        self._ids: dict[str, list[str]] = {}
        self._receipts: dict[str, Receipt] = {}
        self._letters: dict[str, _Letter] = {}
        self._keys: set[str] = set()
        self._audit: list[AuditRecord] = []
        self._positions = 0

    def __repr__(self) -> str:
        return f"MemoryStore(<{len(self._slots)} records>)"

    @property
    def abilities(self) -> frozenset[Ability]:
        """None beyond the common promises."""
        return frozenset()

    @_alone
    def load(self, kind: str, id: str) -> Record | None:  # noqa: A002
        """Return the current version, or None where there is none."""
        check_key(kind, id)
        slot = self._slots.get((kind, id))
        return _record(kind, id, slot.versions[-1]) if slot and slot.versions else None

    @_alone
    def load_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the current versions of *ids* by id, without those that there are none of."""
        for name in ids:
            check_key(kind, name)
        slots = ((name, self._slots.get((kind, name))) for name in ids)
        return {name: _record(kind, name, slot.versions[-1]) for name, slot in slots if slot and slot.versions}

    @_alone
    def history(self, kind: str, id: str) -> tuple[Record, ...]:  # noqa: A002
        """Return all versions, oldest first."""
        check_key(kind, id)
        slot = self._slots.get((kind, id), _Slot())
        return tuple(_record(kind, id, version) for version in slot.versions)

    @_alone
    def find(self, query: Query) -> Page:
        """Return one page of the current versions that match."""
        if query.within is None or query.within.column is None:
            begin = query.after.id if query.after else ""
            matching = self._matching(query, behind=begin)
        else:
            ordered = sorted((_place(query, id_, version), id_, version) for id_, version in self._matching(query))
            start = (index_order(query.after.value), query.after.id) if query.after else ("", "")
            matching = ((id_, version) for place, id_, version in ordered if place > start)
        found = list(itertools.islice(matching, query.limit + 1))
        page = found[: query.limit]
        records = tuple(_record(query.kind, id_, version) for id_, version in page)
        return Page(records=records, next=_cursor(query, *page[-1]) if len(found) > len(page) else None)

    @_alone
    def count(self, query: Query) -> int:
        """Return how many records match in all."""
        return sum(1 for _ in self._matching(query))

    @_alone
    def commit(self, changes: ChangeSet) -> Receipt:
        """Keep all of *changes* or none of it: everything that can fail is done before anything is written."""
        if (receipt := self._receipts.get(changes.command_id)) is not None:
            return attrs.evolve(receipt, replayed=True)
        for change in changes.named:
            slot = self._slots.get((change.kind, change.id))
            found = slot.versions[-1].version if slot and slot.versions else 0
            if found != change.expected_version:
                raise VersionConflictError(
                    f"{change.kind} {change.id}: expected version {change.expected_version}, found {found}; "
                    "load it again, apply the change again, save again"
                )
        for message in changes.messages:
            known = self._letters.get(message.id)
            if known is not None and known.message.key != message.key:
                raise ConflictError(f"message {message.id}: another message has this id; give each its own")
        texts = [dumps(put.document) for put in changes.puts]
        versions = {(put.kind, put.id): self._put(put, text) for put, text in zip(changes.puts, texts, strict=True)}
        for erasure in changes.erasures:
            self._erase(erasure)
        for message in changes.messages:
            self._post(message)
        for entry in changes.audit:
            self._note(changes.command_id, entry)
        receipt = Receipt(command_id=changes.command_id, versions=versions)
        self._receipts[changes.command_id] = receipt
        return receipt

    @_alone
    def claim(self, *, limit: int, lease_seconds: int, now: dt.datetime) -> tuple[ClaimedMessage, ...]:
        """Take up to *limit* waiting messages whose time has come, earliest first."""
        check_claim(limit, lease_seconds, now)
        ready = [one for one in self._letters.values() if one.state is MessageState.WAITING and one.due <= now]
        ready.sort(key=lambda letter: (letter.due, letter.position))
        claimed = []
        for letter in ready[:limit]:
            letter.attempts += 1
            claimed.append(ClaimedMessage(message=letter.message, attempt=letter.attempts, interrupted=letter.open))
            letter.open, letter.due = True, now + dt.timedelta(seconds=lease_seconds)
        return tuple(claimed)

    @_alone
    def settle(self, settlement: Settlement, *, now: dt.datetime) -> bool:  # noqa: ARG002
        """Write down how a claimed message ended."""
        letter = self._letters.get(settlement.message_id)
        if letter is None or not letter.open or letter.attempts != settlement.attempt:
            return False
        letter.open, letter.state, letter.detail = False, settlement.state, settlement.detail
        letter.due = settlement.retry_at or letter.due
        return True

    @_alone
    def outbox(self, *, state: MessageState | None = None, after: int = 0, limit: int = 100) -> tuple[OutboxEntry, ...]:
        """Return messages behind position *after*, in order of their position."""
        check_page(after, limit)
        found = (
            OutboxEntry(
                position=letter.position,
                message=letter.message,
                state=letter.state,
                attempts=letter.attempts,
                detail=letter.detail,
            )
            for letter in self._letters.values()
            if letter.position > after and state in (None, letter.state)
        )
        return tuple(itertools.islice(found, limit))

    @_alone
    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRecord, ...]:
        """Return the audit trail behind position *after*, in order."""
        check_page(after, limit)
        return tuple(self._audit[after : after + limit])

    @_alone
    def audit_head(self) -> AuditHead:
        """Return where the audit trail ends."""
        digest = self._audit[-1].digest if self._audit else GENESIS
        return AuditHead(position=len(self._audit), digest=digest)

    @_alone
    def backup(self, target: Path) -> BackupReceipt:
        """Refuse: there is nothing that could be opened again."""
        raise StoreError(
            f"backup {target}: a store in memory has no backup; keep records in a file, such as sqlite:"
        ).also_in_chinese(f"备份 {target}：内存存储不能备份；请把记录保存在文件中，例如 sqlite:")

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._closed = True

    def _matching(self, query: Query, *, behind: str = "") -> Iterator[tuple[str, _Version]]:
        ids = self._ids.get(query.kind, [])
        for id_ in ids[bisect.bisect_right(ids, behind) :]:
            version = self._slots[query.kind, id_].versions[-1]
            if _holds(query, id_, version):
                yield id_, version

    def _put(self, put: Put, text: str) -> int:
        slot = self._slots.setdefault((put.kind, put.id), _Slot())
        if not slot.versions:
            bisect.insort(self._ids.setdefault(put.kind, []), put.id)
        slot.count += 1
        slot.versions.append(
            _Version(version=slot.count, schema_version=put.schema_version, text=text, index=dict(put.index))
        )
        return slot.count

    def _erase(self, erasure: Erase) -> None:
        self._slots[erasure.kind, erasure.id].versions.clear()
        self._ids[erasure.kind].remove(erasure.id)
        for letter in [one for one in self._letters.values() if one.message.about == (erasure.kind, erasure.id)]:
            del self._letters[letter.message.id]
            self._keys.remove(letter.message.key)

    def _note(self, command_id: str, entry: AuditEntry) -> None:
        position = len(self._audit) + 1
        previous = self._audit[-1].digest if self._audit else GENESIS
        digest = chained(previous, position=position, command_id=command_id, entry=entry)
        self._audit.append(AuditRecord(position=position, command_id=command_id, entry=entry, digest=digest))

    def _post(self, message: Message) -> None:
        if message.key in self._keys:
            return
        self._keys.add(message.key)
        self._positions += 1
        self._letters[message.id] = _Letter(
            position=self._positions, message=message, due=message.not_before or _LONG_AGO
        )


def _record(kind: str, id_: str, version: _Version) -> Record:
    return Record(
        kind=kind,
        id=id_,
        version=version.version,
        schema_version=version.schema_version,
        document=loads_kept(version.text),
    )


def _holds(query: Query, id_: str, version: _Version) -> bool:
    for name, wanted in query.equals.items():
        if name not in version.index or index_order(version.index[name]) != index_order(wanted):
            return False
    within = query.within
    if within is None:
        return True
    value = id_ if within.column is None else version.index.get(within.column)
    if value is None:
        return False
    low, high = within.from_, within.to
    if type(value) is not type(low if low is not None else high):
        return False
    place = index_order(value)
    return (low is None or place >= index_order(low)) and (high is None or place <= index_order(high))


def _place(query: Query, id_: str, version: _Version) -> tuple[str, str]:
    """Return where a record stands in the answer to *query*."""
    column = query.within.column if query.within else None
    return (index_order(version.index[column]) if column else "", id_)


def _cursor(query: Query, id_: str, version: _Version) -> Cursor:
    column = query.within.column if query.within else None
    return Cursor(id=id_, value=version.index[column] if column else None)
