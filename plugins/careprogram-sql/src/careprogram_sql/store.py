"""How does a database keep the promises of a store?

One object around one engine. Every method is one transaction: reading ones see one moment, writing ones take the write
lock when they begin, so that what they read is still so when they write. Threads of one process queue at a lock of
ours, as waiting at SQLite's own is neither fair nor quick.
"""

import contextlib
import datetime as dt
import os
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from careprogram.errors import StoreError
from careprogram.ports import (
    Ability,
    AuditHead,
    AuditRecord,
    BackupReceipt,
    ChangeSet,
    ClaimedMessage,
    MessageState,
    OutboxEntry,
    Page,
    Query,
    Receipt,
    Record,
    Settlement,
    check_claim,
    check_key,
    check_page,
    dumps,
)
from careprogram_sql import auditing, backing_up, finding, outbox, writing
from careprogram_sql.bulk import many, one_of
from careprogram_sql.copying import copy_all
from careprogram_sql.failures import told
from careprogram_sql.opening import WRITING, open_engine, path_of
from careprogram_sql.postgresql import is_address
from careprogram_sql.schema import record, record_version


def open_store(place: str | os.PathLike[str], *, folder: Path | None = None, migrate: bool | None = None) -> "SqlStore":
    """Open the store in a database file or on a server, or create it.

    Args:
        place: The path of the file, or an address such as ``sqlite:records.db``; its folder exists. Or that of a
            server, such as ``postgresql://user@host/database``.
        folder: From where a relative path is meant; the working folder where it is None.
        migrate: Whether tables of an older schema are brought up to this one. Where it is None, those in a file are,
            and those on a server, which others may be using, are refused.

    Raises:
        StoreError: It cannot be opened, is not ours, or was written by a newer version; the text says what to do.
    """
    if is_address(place):
        from careprogram_sql.postgresql_store import open_server

        return open_server(os.fspath(place), migrate=bool(migrate))
    path = path_of(place, folder=folder)
    return SqlStore(open_engine(path, migrate=migrate is not False), str(path))


_IDS_IN_ONE_QUESTION = 1_000


class SqlStore:
    """A store in a database; see `careprogram.ports.Store` for what each method promises.

    Args:
        engine: From `careprogram_sql.opening.open_engine`; this object disposes of it.
        place: How messages name the database.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITING: True})
        self._place = place
        self._turn = threading.Lock()
        self._closed = False

    def __repr__(self) -> str:
        return f"SqlStore({self._place!r})"

    @property
    def abilities(self) -> frozenset[Ability]:
        """Durable, open to several processes, and able to write a backup."""
        return frozenset({Ability.DURABLE, Ability.SHARED, Ability.BACKUP})

    def load(self, kind: str, id: str) -> Record | None:  # noqa: A002
        """Return the current version, or None where there is none."""
        check_key(kind, id)
        with self._reading() as connection:
            row = connection.execute(finding.current().where(record.c.kind == kind, record.c.id == id)).one_or_none()
        return None if row is None else finding.as_record(row)

    def load_many(self, kind: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Return the current versions of *ids* by id, without those that there are none of; all of one moment."""
        for name in ids:
            check_key(kind, name)
        names = list(ids)
        found: dict[str, Record] = {}
        with self._reading() as connection:
            statement = finding.current().where(record.c.kind == kind, one_of(record.c.id, "ids", connection))
            for start in range(0, len(names), _IDS_IN_ONE_QUESTION):
                some = many(names[start : start + _IDS_IN_ONE_QUESTION], connection)
                rows = connection.execute(statement, {"ids": some})
                found.update((row.id, finding.as_record(row)) for row in rows)
        return found

    def find(self, query: Query) -> Page:
        """Return one page of the current versions that match."""
        with self._reading() as connection:
            return finding.find(connection, query)

    def count(self, query: Query) -> int:
        """Return how many records match in all."""
        with self._reading() as connection:
            return finding.count(connection, query)

    def history(self, kind: str, id: str) -> tuple[Record, ...]:  # noqa: A002
        """Return all versions, oldest first."""
        check_key(kind, id)
        statement = (
            select(
                record.c.kind,
                record.c.id,
                record_version.c.version,
                record_version.c.schema_version,
                record_version.c.document,
            )
            .join_from(record, record_version, record_version.c.record == record.c.seq)
            .where(record.c.kind == kind, record.c.id == id, record_version.c.document.is_not(None))
            .order_by(record_version.c.version)
        )
        with self._reading() as connection:
            return tuple(finding.as_record(row) for row in connection.execute(statement))

    def commit(self, changes: ChangeSet) -> Receipt:
        """Keep all of *changes* or none of it."""
        texts = [dumps(put.document) for put in changes.puts]
        with self._writing() as connection:
            receipt = writing.receipt_of(connection, changes.command_id)
            if receipt is None:
                receipt = writing.write(connection, changes, texts)
        if changes.erasures:  # for a replayed one too: the process that kept it may have been killed before this
            self._empty_log()
        return receipt

    def claim(self, *, limit: int, lease_seconds: int, now: dt.datetime) -> tuple[ClaimedMessage, ...]:
        """Take up to *limit* waiting messages whose time has come, earliest first."""
        check_claim(limit, lease_seconds, now)
        with self._writing() as connection:
            return outbox.claim(connection, limit, lease_seconds, now)

    def settle(self, settlement: Settlement, *, now: dt.datetime) -> bool:  # noqa: ARG002
        """Write down how a claimed message ended."""
        with self._writing() as connection:
            return outbox.settle(connection, settlement)

    def outbox(self, *, state: MessageState | None = None, after: int = 0, limit: int = 100) -> tuple[OutboxEntry, ...]:
        """Return messages behind position *after*, in order of their position."""
        check_page(after, limit)
        with self._reading() as connection:
            return outbox.entries(connection, state, after, limit)

    def audit(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRecord, ...]:
        """Return the audit trail behind position *after*, in order."""
        check_page(after, limit)
        with self._reading() as connection:
            return tuple(auditing.trail(connection, after=after, limit=limit))

    def audit_head(self) -> AuditHead:
        """Return where the audit trail ends."""
        with self._reading() as connection:
            return auditing.head(connection)

    def backup(self, target: Path) -> BackupReceipt:
        """Write all that was kept at one moment into the new file *target*, open that and check it."""
        self._check_open()
        return backing_up.back_up(self._copy_into, target)

    def _copy_into(self, unfinished: Path) -> None:
        backing_up.copy_file(self._engine, unfinished)

    def copy_into(self, target: "SqlStore") -> AuditHead:
        """Copy all that was kept at one moment into an empty store, in a file or on a server, whole or not at all.

        Returns:
            Where the audit trail of the copy ends.

        Raises:
            StoreError: Something was kept in *target* already, or the audit trail was altered.
        """
        with self._reading() as source, target._writing() as connection:  # noqa: SLF001  (another of our kind)
            return copy_all(source, connection, target._place)  # noqa: SLF001

    def close(self) -> None:
        """Let go of the file; what was acknowledged is in it."""
        with self._turn:
            self._closed = True
            self._engine.dispose()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._check_open()
        with told(self._place), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn:
            self._check_open()
            with told(self._place), self._writer.connect() as connection, connection.begin():
                yield connection

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"store {self._place}: is closed; open it again").also_in_chinese(
                f"存储 {self._place}：已经关闭；请重新打开"
            )

    def _empty_log(self) -> None:
        """Carry the write-ahead log over into the file, so that nothing erased stays in it.

        A reader or a full disk may delay it to a later time. That is no failure of the commit, which is kept.
        """
        with self._turn, contextlib.suppress(SQLAlchemyError, sqlite3.Error), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
