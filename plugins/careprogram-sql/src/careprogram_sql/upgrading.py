"""How does a file of an older schema become one of this schema?

In one transaction, so that a file is either as it was or as it is now. Nothing that was kept is lost or changed.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, insert, select, text, update

from careprogram.ports import GENESIS, AuditEntry, chained
from careprogram_sql.moments import from_microseconds
from careprogram_sql.schema import SCHEMA_VERSION, audit_entry, command, guard, store_schema

_CHUNK = 1_000


def upgrade(connection: Connection, version: int) -> None:
    """Bring the tables of schema *version* to this schema; the caller holds the write lock and ends the transaction."""
    if version < 2:
        _chain_audit_entries(connection)
    connection.execute(update(store_schema).values(version=SCHEMA_VERSION))


def _chain_audit_entries(connection: Connection) -> None:
    """Schema 2: audit entries carry the fields that were shown, the grant, and the digest that chains them."""
    for number in range(1, 5):
        connection.exec_driver_sql(f"DROP TRIGGER append_only_{number}")
    connection.exec_driver_sql("ALTER TABLE audit_entry RENAME TO audit_entry_1")
    audit_entry.create(connection)
    old = audit_entry.to_metadata(MetaData(), name="audit_entry_1")
    columns = [column for column in old.c if column.name not in {"fields", "grant_id", "digest"}]
    statement = select(*columns, command.c.id.label("command_id")).join_from(
        old, command, old.c.command == command.c.seq
    )
    digest = GENESIS
    rows: list[dict[str, Any]] = []
    # Read as a whole: a table cannot be walked and written beside in one connection of every driver.
    for row in connection.execute(statement.order_by(old.c.seq)).all():
        digest = _digest(digest, row)
        kept = {column.name: getattr(row, column.name) for column in columns}
        rows.append({**kept, "fields": "[]", "grant_id": "", "digest": digest})
    for start in range(0, len(rows), _CHUNK):
        connection.execute(insert(audit_entry), rows[start : start + _CHUNK])
    connection.execute(text("DROP TABLE audit_entry_1"))
    guard(connection)


def _digest(previous: str, row: Any) -> str:
    entry = AuditEntry(
        actor=row.actor,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        purpose=row.purpose,
        at=from_microseconds(row.at),
    )
    return chained(previous, position=row.seq, command_id=row.command_id, entry=entry)
