"""How does a step let the database refuse what must never happen to a table that only ever grows?

For the steps in ``versions`` alone, as they write it; published steps rest on this, so that nothing here changes.
"""

from alembic.operations import Operations

_DOCUMENT_ONLY = (
    "NEW.document IS NOT NULL OR NOT (NEW.record = OLD.record AND NEW.version = OLD.version"
    " AND NEW.schema_version = OLD.schema_version AND NEW.command = OLD.command)"
)


def guard_versions(op: Operations) -> None:
    """Let a version lose its document, and nothing else; the first to be guarded."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'this table is append-only' USING ERRCODE = 'restrict_violation'; END $$"
        )
    _guard(op, 1, "DELETE ON record_version", "1")
    _guard(op, 2, "UPDATE ON record_version", _DOCUMENT_ONLY)
    _guard_whole(op, 5, "record_version")


def guard_audit(op: Operations) -> None:
    """Let an audit entry never change."""
    _guard(op, 3, "DELETE ON audit_entry", "1")
    _guard(op, 4, "UPDATE ON audit_entry", "1")
    _guard_whole(op, 6, "audit_entry")


def _guard(op: Operations, number: int, what: str, when: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        condition = "" if when == "1" else f" WHEN ({when})"
        op.execute(
            f"CREATE TRIGGER append_only_{number} BEFORE {what} FOR EACH ROW{condition} EXECUTE FUNCTION append_only()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER append_only_{number} BEFORE {what} WHEN {when}"
            " BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
        )


def _guard_whole(op: Operations, number: int, table: str) -> None:
    """Refuse TRUNCATE, which SQLite does not have."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE TRIGGER append_only_{number} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION append_only()")
