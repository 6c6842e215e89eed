"""Schema 2: audit entries carry the fields that were shown, the grant, and the digest that chains them.

The entries of schema 1 get the chain that they would have had: it shows changes from this day on, and none before.
Down again goes only a store without audit entries: the chain of the others would be lost.
"""

from typing import Any, Final

from alembic.operations import Operations
from sqlalchemy import ForeignKey, MetaData, Table, func, select

from careprogram.errors import StoreError
from careprogram.ports import GENESIS, AuditEntry, chained
from careprogram_sql.migrations.append_only import guard_audit
from careprogram_sql.migrations.columns import number, text
from careprogram_sql.migrations.versions.v0001_first_tables import make_audit_table
from careprogram_sql.moments import from_microseconds

revision = "2"
down_revision = "1"

_CHUNK: Final = 1_000
_KEPT: Final = ("seq", "command", "actor", "action", "subject_kind", "subject_id", "purpose", "at")


def upgrade(op: Operations) -> None:
    """Write all audit entries anew, each with its digest."""
    op.rename_table("audit_entry", "audit_entry_1")
    if op.get_bind().dialect.name == "postgresql":  # so that the new table gets the names of a fresh one
        op.execute("ALTER INDEX audit_entry_pkey RENAME TO audit_entry_1_pkey")
        op.drop_constraint("audit_entry_command_fkey", "audit_entry_1")
    entries = op.create_table(
        "audit_entry",
        number("seq", key=True),
        number("command", ForeignKey("command.seq")),
        *(text(name) for name in ("actor", "action", "subject_kind", "subject_id", "purpose")),
        number("at"),
        text("fields"),
        text("grant_id"),
        text("digest"),
        sqlite_strict=True,
    )
    _chain(op, entries)
    op.drop_table("audit_entry_1")
    guard_audit(op)


def downgrade(op: Operations) -> None:
    """Take the chain away, where there is none yet.

    Raises:
        StoreError: There are audit entries.
    """
    entries = Table("audit_entry", MetaData(), number("seq", key=True))
    held = op.get_bind().scalar(select(func.count()).select_from(entries))
    if held:
        raise StoreError(
            f"schema 1 cannot keep the chain of {held} audit entries: stay with this version, or go back to the backup"
            " that was made before"
        )
    op.drop_table("audit_entry")
    make_audit_table(op)
    guard_audit(op)


def _chain(op: Operations, entries: Table) -> None:
    connection = op.get_bind()
    old = Table("audit_entry_1", MetaData(), *(number(name) if name in _NUMBERS else text(name) for name in _KEPT))
    commands = Table("command", MetaData(), number("seq", key=True), text("id"))
    statement = select(old, commands.c.id.label("command_id")).join_from(old, commands, old.c.command == commands.c.seq)
    digest, after = GENESIS, None
    while True:
        page = statement if after is None else statement.where(old.c.seq > after)
        rows = connection.execute(page.order_by(old.c.seq).limit(_CHUNK)).all()
        if not rows:
            return
        made: list[dict[str, Any]] = []
        for row in rows:
            digest = _digest(digest, row)
            kept = {name: getattr(row, name) for name in _KEPT}
            made.append({**kept, "fields": "[]", "grant_id": "", "digest": digest})
        op.bulk_insert(entries, made)
        after = rows[-1].seq


_NUMBERS: Final = frozenset({"seq", "command", "at"})


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
