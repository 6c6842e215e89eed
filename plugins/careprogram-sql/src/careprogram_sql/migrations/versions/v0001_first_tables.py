"""Schema 1: records with their versions, what they are found by, the outbox, and audit entries.

There is no way down from here: there is nothing before it.
"""

from alembic.operations import Operations
from sqlalchemy import Column, ForeignKey, UniqueConstraint

from careprogram_sql.migrations.append_only import guard_audit, guard_versions
from careprogram_sql.migrations.columns import NUMBER, number, text

revision = "1"
down_revision = None


def upgrade(op: Operations) -> None:
    """Make the tables beside ``store_schema``, which is there."""
    op.create_table("command", number("seq", key=True), text("id", unique=True), sqlite_strict=True)
    op.create_table(
        "record",
        number("seq", key=True),
        text("kind"),
        text("id"),
        number("version"),
        number("present"),
        text("places"),
        UniqueConstraint("kind", "id"),
        sqlite_strict=True,
    )
    op.create_table(
        "record_version",
        number("record", ForeignKey("record.seq"), key=True),
        number("version", key=True),
        number("schema_version"),
        text("document", optional=True),
        number("command", ForeignKey("command.seq")),
        sqlite_strict=True,
    )
    op.create_index("record_version_by_command", "record_version", ["command"])
    _make_index_tables(op)
    _make_outbox(op)
    make_audit_table(op)
    guard_versions(op)
    guard_audit(op)


def _make_index_tables(op: Operations) -> None:
    op.create_table(
        "index_column",
        number("seq", key=True),
        text("kind"),
        text("name"),
        UniqueConstraint("kind", "name"),
        sqlite_strict=True,
    )
    op.create_table(
        "index_entry",
        number("index_column", ForeignKey("index_column.seq"), key=True),
        text("place", key=True),
        text("id", key=True),
        number("record", ForeignKey("record.seq")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _make_outbox(op: Operations) -> None:
    op.create_table(
        "message",
        Column("seq", NUMBER, primary_key=True, autoincrement=True),
        text("id", unique=True),
        text("once", unique=True),
        *(text(name) for name in ("recipient", "channel", "template", "subject", "body")),
        number("not_before", optional=True),
        text("language"),
        text("about_kind", optional=True),
        text("about_id", optional=True),
        text("state"),
        number("due"),
        number("attempts"),
        number("claimed"),
        text("detail"),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index("message_by_state", "message", ["state", "due", "seq"])
    op.create_index("message_by_subject", "message", ["about_kind", "about_id"])


def make_audit_table(op: Operations) -> None:
    """Make the table of audit entries, as it was in schema 1."""
    op.create_table(
        "audit_entry",
        number("seq", key=True),
        number("command", ForeignKey("command.seq")),
        *(text(name) for name in ("actor", "action", "subject_kind", "subject_id", "purpose")),
        number("at"),
        sqlite_strict=True,
    )
