"""How is the audit trail kept as a chain in a table?

Each entry gets its digest from the one before, inside the transaction of its commit, which holds the write lock: nobody
can come between. Rows are read back as they stand; whether they are still what was written is for `check_chain`.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from careprogram.errors import AuditTrailError, ValidationError
from careprogram.ports import GENESIS, AuditEntry, AuditHead, AuditRecord, ChangeSet, chained
from careprogram_sql.moments import from_microseconds, to_microseconds
from careprogram_sql.schema import audit_entry, command

_PAGE = 10_000
"""So many audit entries are looked at in one go."""


def head(connection: Connection) -> AuditHead:
    """Return where the trail ends."""
    statement = select(audit_entry.c.seq, audit_entry.c.digest).order_by(audit_entry.c.seq.desc()).limit(1)
    row = connection.execute(statement).one_or_none()
    return AuditHead(position=0, digest=GENESIS) if row is None else AuditHead(position=row.seq, digest=row.digest)


def rows_for(connection: Connection, changes: ChangeSet, command_seq: int) -> list[tuple[Any, ...]]:
    """Return the rows that the audit entries of *changes* turn into; the caller holds the write lock.

    Returns:
        The values of `COLUMNS` of each.
    """
    if not changes.audit:
        return []
    rows = []
    end = head(connection)
    digest = end.digest
    for position, entry in enumerate(changes.audit, start=end.position + 1):
        digest = chained(digest, position=position, command_id=changes.command_id, entry=entry)
        rows.append(_row(position, digest, entry, command_seq))
    return rows


COLUMNS: Final = (
    "seq", "command", "actor", "action", "subject_kind", "subject_id", "purpose", "at", "fields", "grant_id", "digest",
)  # fmt: skip
"""Of the table of audit entries."""


def _row(position: int, digest: str, entry: AuditEntry, command_seq: int) -> tuple[Any, ...]:
    fields = json.dumps(entry.fields, ensure_ascii=False) if entry.fields else "[]"
    return (
        position, command_seq, entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.purpose,
        to_microseconds(entry.at), fields, entry.grant, digest,
    )  # fmt: skip


def trail(connection: Connection, *, after: int, limit: int) -> Iterator[AuditRecord]:
    """Yield the entries behind position *after*, in order.

    Raises:
        AuditTrailError: An entry holds what no store ever wrote; the text names its position.
    """
    for row in connection.execute(_entries().where(audit_entry.c.seq > after).limit(limit)):
        try:
            yield _record(row)
        except (ValidationError, ValueError, TypeError, OverflowError):
            raise AuditTrailError(
                f"audit entry {row.seq} was altered: it holds what was never written; find out by whom, and go back to "
                "the last backup that verifies",
                position=row.seq,
            ).also_in_chinese(
                f"审计记录第 {row.seq} 条被改动：其中的内容从未写下过；请查明是谁，并退回最近一份核对无误的备份"
            ) from None


def whole_trail(connection: Connection) -> Iterator[AuditRecord]:
    """Yield all entries, in order, without holding all of them."""
    after, page = 0, list(trail(connection, after=0, limit=_PAGE))
    while page:
        yield from page
        after = page[-1].position
        page = list(trail(connection, after=after, limit=_PAGE))


def _entries() -> Select[Any]:
    return (
        select(audit_entry, command.c.id.label("command_id"))
        .join_from(audit_entry, command, audit_entry.c.command == command.c.seq, isouter=True)
        .order_by(audit_entry.c.seq)
    )


def _record(row: Row[Any]) -> AuditRecord:
    entry = AuditEntry(
        actor=row.actor,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        purpose=row.purpose,
        at=from_microseconds(row.at),
        fields=json.loads(row.fields),
        grant=row.grant_id,
    )
    # An entry whose command is gone must show as such, and not be passed over.
    return AuditRecord(position=row.seq, command_id=row.command_id or "", entry=entry, digest=row.digest)
