"""Which promises does whoever keeps records, sends messages or tells the time have to keep?

The protocols only; the stores and notifiers that fulfill them are plugins.
"""

import datetime as dt
import enum
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from careprogram.ports.messages import ClaimedMessage, Delivery, Message, MessageState, OutboxEntry, Settlement
from careprogram.ports.queries import Page, Query
from careprogram.ports.records import AuditHead, AuditRecord, BackupReceipt, ChangeSet, Receipt, Record


class Ability(enum.Enum):
    """What a store can do beyond the promises that all of them keep."""

    DURABLE = "durable"
    """An acknowledged commit survives the death of the process."""
    SHARED = "shared"
    """Several processes may use it at the same time."""
    BACKUP = "backup"
    """It can write a copy of all it holds, of one moment, while others go on writing."""


class Store(Protocol):
    """Keeps records, outgoing messages and the audit trail. It may be used from several threads at once.

    Every method raises ``StoreError``, with the remedy in its text, where the medium fails or the store was closed.
    """

    @property
    def abilities(self) -> frozenset[Ability]:
        """What this store can do beyond the common promises."""
        ...

    def load(self, kind: str, id: str) -> Record | None:  # noqa: A002
        """Return the current version, or None where there is none."""
        ...

    def load_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the current versions of *ids* by id, without those that there are none of; in one step."""
        ...

    def find(self, query: Query) -> Page:
        """Return one page of the current versions that match, in the order that ``Query`` states."""
        ...

    def count(self, query: Query) -> int:
        """Return how many records match in all, without regard to ``after`` and ``limit``."""
        ...

    def history(self, kind: str, id: str) -> tuple[Record, ...]:  # noqa: A002
        """Return all versions, oldest first; none for a record that never was or was erased."""
        ...

    def commit(self, changes: ChangeSet) -> Receipt:
        """Keep all of *changes* or none of it.

        Raises:
            VersionConflictError: A record is not at the version that was expected. Nothing was written.
            ValidationError: A document holds what JSON cannot say exactly. Nothing was written.
            ConflictError: A message has the id of another one with another key. Nothing was written.
            StoreError: The medium failed. Nothing was written, or (only where the connection broke while committing)
                commit the same change set again to learn which.
        """
        ...

    def claim(self, *, limit: int, lease_seconds: int, now: dt.datetime) -> tuple[ClaimedMessage, ...]:
        """Take up to *limit* waiting messages whose time has come, earliest first, for *lease_seconds*.

        Nobody else gets them until they are settled or the lease has ended. The caller says what time it is.
        """
        ...

    def settle(self, settlement: Settlement, *, now: dt.datetime) -> bool:
        """Write down how a claimed message ended.

        Returns:
            False where the claim is no longer the last one, or the message is gone; then nothing was changed.
        """
        ...

    def outbox(self, *, state: MessageState | None = None, after: int = 0, limit: int = 100) -> tuple[OutboxEntry, ...]:
        """Return messages behind position *after*, in order of their position; those in *state*, or all.

        Raises:
            ValidationError: There can be no such page, see `check_page`.
        """
        ...

    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRecord, ...]:
        """Return the audit trail behind position *after*, in order.

        Raises:
            ValidationError: There can be no such page, see `check_page`.
        """
        ...

    def audit_head(self) -> AuditHead:
        """Return where the audit trail ends; position 0 and ``GENESIS`` where nothing was ever written."""
        ...

    def backup(self, target: Path) -> BackupReceipt:
        """Write all that was kept at one moment into the new file *target*, open that and check it.

        Others may go on reading and writing meanwhile. A file that is there is left alone.

        Raises:
            StoreError: The store has no ``Ability.BACKUP``, *target* is there already or cannot be written, or what
                was written is not whole. There is no file at *target* then that was not there before.
        """
        ...

    def close(self) -> None:
        """Let go of the medium; closing twice is allowed. Any other use afterwards raises ``StoreError``."""
        ...


class Notifier(Protocol):
    """Sends messages by one channel. It never retries: waiting and trying again is the outbox's work."""

    @property
    def name(self) -> str:
        """The channel it serves, as ``Message.channel`` names it."""
        ...

    @property
    def idempotent(self) -> bool:
        """Whether a message that is sent twice under one key arrives once.

        After a crash an idempotent notifier is simply asked again; for the others the message is marked unknown and
        left to a person, because a second call could tell the same thing twice.
        """
        ...

    def send(self, message: Message) -> Delivery:
        """Hand over one message and say what became of it."""
        ...


class AuditAnchor(Protocol):
    """Keeps heads of an audit trail where whoever can write to the store cannot, so that a cut end shows."""

    def latest(self) -> AuditHead | None:
        """Return the head that was kept last, or None where none was yet.

        Raises:
            StoreError: What was kept cannot be read.
        """
        ...

    def keep(self, head: AuditHead, *, at: dt.datetime) -> None:
        """Keep *head* for ever beside those before it; keeping the latest one again changes nothing.

        Args:
            head: Where the trail ends.
            at: When it ended there, with its zone.

        Raises:
            ConflictError: It lies before the latest one, or at its place with another digest: the trail was cut.
            StoreError: It could not be written.
        """
        ...


class Clock(Protocol):
    """Tells the time. Only ``program/`` and above ask it; everything below is told."""

    def now(self) -> dt.datetime:
        """Return the present moment, with its zone."""
        ...

    def today(self) -> dt.date:
        """Return the present day, at the program's place."""
        ...
