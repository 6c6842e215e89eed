"""How does a store keep only ciphertext, with the promises of a store?

`SealedStore` stands before any store and is a store itself. The keys of the people it meets are written in the change
set that needs them first, and every change set holds that its keys stand: a record is never kept whose key was erased
meanwhile. Nothing here decides who may see what.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from careprogram.errors import SealError, VersionConflictError
from careprogram.ports import (
    Ability,
    AuditHead,
    AuditRecord,
    BackupReceipt,
    ChangeSet,
    ClaimedMessage,
    Keyring,
    Message,
    MessageState,
    OutboxEntry,
    Page,
    Put,
    Query,
    Receipt,
    Record,
    Settlement,
    Standing,
    Store,
)
from careprogram.sealing.data_keys import DATA_KEY, DataKey, DataKeys
from careprogram.sealing.envelope import (
    Envelope,
    envelope_of,
    message_envelope,
    opened,
    opened_message,
    sealed_message,
    sealed_put,
)
from careprogram.sealing.plan import STANDARD_PLAN, SealingPlan, Subject

_TRIES: Final = 5
"""How often a change set is sealed anew because somebody else changed a key at the same moment."""


class SealedStore:
    """A store whose medium holds no readable document and no readable message.

    What stays readable: kinds, opaque ids, versions, the audit trail, the columns of the index that the plan does not
    make blind, how long a document is, and when a message is due.

    Args:
        store: Where everything is kept; it belongs to this one and is closed with it.
        keyring: Who holds the master keys.
        plan: Under whose key records are sealed, and which columns are blind.
        accept_plain: Whether records and messages that were kept before sealing began may be read. Whoever can write
            into the medium can then put something unsealed there, so leave it only while the change takes place. Old
            versions of them stay readable until they are erased.

    Raises:
        SealError: The keyring cannot be used.
    """

    def __init__(
        self, store: Store, keyring: Keyring, *, plan: SealingPlan = STANDARD_PLAN, accept_plain: bool = False
    ) -> None:
        self._store = store
        self._keys = DataKeys(store, keyring)
        self._index_key = keyring.index_key()
        self._plan = plan
        self._accept_plain = accept_plain
        if not keyring.masters:
            raise SealError("the keyring has no master key: make one with `careprogram keys new`").also_in_chinese(
                "密钥库中没有主密钥：请用 `careprogram keys new` 生成"
            )

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the store behind can do."""
        return self._store.abilities

    def load(self, kind: str, id: str) -> Record | None:  # noqa: A002
        """Return the current version, opened."""
        record = self._store.load(kind, id)
        return None if record is None else self._opened([record])[0]

    def load_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the current versions of *ids*, opened."""
        found = self._store.load_many(kind, ids)
        return {record.id: record for record in self._opened(list(found.values()))}

    def find(self, query: Query) -> Page:
        """Return one page of the current versions that match, opened.

        Raises:
            ValidationError: It asks for a range of a blind column.
        """
        page = self._store.find(self._plan.blinded_query(query, self._index_key))
        return attrs.evolve(page, records=tuple(self._opened(page.records)))

    def count(self, query: Query) -> int:
        """Return how many records match in all."""
        return self._store.count(self._plan.blinded_query(query, self._index_key))

    def history(self, kind: str, id: str) -> tuple[Record, ...]:  # noqa: A002
        """Return all versions, opened, oldest first."""
        return tuple(self._opened(self._store.history(kind, id)))

    def commit(self, changes: ChangeSet) -> Receipt:
        """Seal *changes* and keep all of it or none; the receipt does not name the records of keys.

        Raises:
            SealError: A key that is needed is there and cannot be unwrapped. Nothing was written.
        """
        for attempt in range(1, _TRIES + 1):
            owners = [None if put.kind == DATA_KEY else self._plan.subject_of(put) for put in changes.puts]
            about = [self._plan.subject_of_message(message) for message in changes.messages]
            keys = self._keys.for_writing(owner for owner in (*owners, *about) if owner is not None)
            try:
                receipt = self._store.commit(self._sealed(changes, owners, about, keys))
            except VersionConflictError:
                if attempt == _TRIES or not self._moved(keys):
                    raise
                continue
            versions = {key: version for key, version in receipt.versions.items() if key[0] != DATA_KEY}
            return attrs.evolve(receipt, versions=versions)
        raise AssertionError("the loop returns or raises")

    def claim(self, *, limit: int, lease_seconds: int, now: dt.datetime) -> tuple[ClaimedMessage, ...]:
        """Take up to *limit* waiting messages whose time has come, opened."""
        claimed = self._store.claim(limit=limit, lease_seconds=lease_seconds, now=now)
        messages = self._opened_messages([one.message for one in claimed])
        return tuple(attrs.evolve(one, message=message) for one, message in zip(claimed, messages, strict=True))

    def settle(self, settlement: Settlement, *, now: dt.datetime) -> bool:
        """Write down how a claimed message ended."""
        return self._store.settle(settlement, now=now)

    def outbox(self, *, state: MessageState | None = None, after: int = 0, limit: int = 100) -> tuple[OutboxEntry, ...]:
        """Return messages behind position *after*, opened."""
        entries = self._store.outbox(state=state, after=after, limit=limit)
        messages = self._opened_messages([entry.message for entry in entries])
        return tuple(attrs.evolve(entry, message=message) for entry, message in zip(entries, messages, strict=True))

    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRecord, ...]:
        """Return the audit trail behind position *after*, in order."""
        return self._store.audit(after=after, limit=limit)

    def audit_head(self) -> AuditHead:
        """Return the end of the audit trail."""
        return self._store.audit_head()

    def backup(self, target: Path) -> BackupReceipt:
        """Write a copy of the store behind; it is as sealed as that is, and needs the same master keys."""
        return self._store.backup(target)

    def close(self) -> None:
        """Close the store behind."""
        self._store.close()

    def _sealed(
        self,
        changes: ChangeSet,
        owners: Sequence[Subject | None],
        about: Sequence[Subject],
        keys: Mapping[Subject, DataKey],
    ) -> ChangeSet:
        """Return *changes* under the *keys* of those whose the puts are, and whom the messages are about."""
        puts = [
            put if owner is None else self._sealed_put(put, owner, keys[owner])
            for put, owner in zip(changes.puts, owners, strict=True)
        ]
        messages = [
            sealed_message(message, subject=owner, key=keys[owner].id, secret=keys[owner].secret)
            for message, owner in zip(changes.messages, about, strict=True)
        ]
        held = [key.kept for key in keys.values()]
        return attrs.evolve(
            changes,
            puts=[*puts, *(one for one in held if isinstance(one, Put))],
            standing=[*changes.standing, *(one for one in held if isinstance(one, Standing))],
            messages=messages,
        )

    def _sealed_put(self, put: Put, owner: Subject, key: DataKey) -> Put:
        index = self._plan.blinded(put.kind, put.index, self._index_key)
        return sealed_put(put, subject=owner, key=key.id, secret=key.secret, index=index)

    def _moved(self, used: Mapping[Subject, DataKey]) -> bool:
        """Tell whether the keys that were used are no longer those that one would use now."""
        now = self._keys.for_writing(used)
        return any(
            key.fresh is not used[subject].fresh or (not key.fresh and key.kept != used[subject].kept)
            for subject, key in now.items()
        )

    def _opened(self, records: Sequence[Record]) -> list[Record]:
        envelopes = [None if record.kind == DATA_KEY else self._envelope(record) for record in records]
        secrets = self._keys.secrets((one.subject, one.key) for one in envelopes if one is not None)
        return [
            record if one is None else self._checked(opened(record, one, secret=secrets[one.subject, one.key]), one)
            for record, one in zip(records, envelopes, strict=True)
        ]

    def _envelope(self, record: Record) -> Envelope | None:
        envelope = envelope_of(record)
        if envelope is None and not self._accept_plain:
            raise SealError(
                f"{record.kind} {record.id}, version {record.version}: it is not sealed; it was kept before sealing "
                "began, or put there by somebody without the keys"
            ).also_in_chinese(
                f"{record.kind} {record.id} 第 {record.version} 版：未经封存；它是启用封存之前保存的，"
                "或由没有密钥的人放入"
            )
        return envelope

    def _checked(self, record: Record, envelope: Envelope) -> Record:
        """Return *record*, after seeing that it was made from the version before, or from nothing where it begins."""
        if envelope.made_from == record.version - 1:
            return record
        # An id that was erased goes on counting, so that a record can begin behind version 1.
        if envelope.made_from == 0 and self._store.history(record.kind, record.id)[0].version == record.version:
            return record
        raise SealError(
            f"{record.kind} {record.id}, version {record.version}: an older version of it was put there; "
            "compare it with a backup"
        ).also_in_chinese(f"{record.kind} {record.id} 第 {record.version} 版：有人放回了较旧的版本；请与备份比对")

    def _opened_messages(self, messages: Iterable[Message]) -> list[Message]:
        pairs = [(message, message_envelope(message)) for message in messages]
        secrets = self._keys.secrets((one.subject, one.key) for _, one in pairs if one is not None)
        found = []
        for message, one in pairs:
            if one is None and not self._accept_plain:
                raise SealError(
                    f"message {message.id}: it is not sealed; it was posted before sealing began"
                ).also_in_chinese(f"消息 {message.id}：未经封存；它是启用封存之前放入的")
            found.append(message if one is None else opened_message(message, one, secret=secrets[one.subject, one.key]))
        return found
