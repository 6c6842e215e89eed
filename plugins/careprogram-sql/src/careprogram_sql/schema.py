"""In which tables are records kept?

Versions are written once and never again: there is no table of current documents beside them, as that would write
every document twice. ``record`` has one small row for each id with the number of its current version, so that the
current one is found by two look-ups, and the history and the current state cannot disagree. What a record can be found
by lies in one table for all kinds, ordered as ``careprogram.ports.index_order`` says, so that a page is one walk along
one B-tree.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
    func,
    select,
)

SCHEMA_VERSION: Final = 2
PRODUCT: Final = "careprogram"

METADATA: Final = MetaData()

# Numbers of 64 bits; SQLite has one type for all of them. Texts in order of code points, which PostgreSQL calls "C".
NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")
TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")


def _table(name: str, *parts: Column[Any] | UniqueConstraint | Index, rowid: bool = True) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _number(name: str, *parts: ForeignKey, key: bool = False, optional: bool = False) -> Column[Any]:
    return Column(name, NUMBER, *parts, primary_key=key, nullable=optional, autoincrement=False)


def _text(name: str, *, key: bool = False, optional: bool = False, unique: bool = False) -> Column[Any]:
    return Column(name, TEXT, primary_key=key, nullable=optional, unique=unique)


store_schema: Final = _table("store_schema", _text("product", key=True), _number("version"))
"""Whose tables these are, and of which version."""

command: Final = _table("command", _number("seq", key=True), _text("id", unique=True))
"""Every command that was kept, once."""

record: Final = _table(
    "record",
    _number("seq", key=True),
    _text("kind"),
    _text("id"),
    _number("version"),
    _number("present"),
    _text("places"),
    UniqueConstraint("kind", "id"),
)
"""Every id that ever was; ``version`` is its last, ``present`` is 0 once it was erased, ``places`` is where it stands
in ``index_entry``: a JSON object from column name to place, so that a change finds the entries it replaces."""

record_version: Final = _table(
    "record_version",
    _number("record", ForeignKey("record.seq"), key=True),
    _number("version", key=True),
    _number("schema_version"),
    _text("document", optional=True),
    _number("command", ForeignKey("command.seq")),
    Index("record_version_by_command", "command"),
)
"""Every version; the document is canonical JSON, and NULL once it was erased."""

index_column: Final = _table(
    "index_column", _number("seq", key=True), _text("kind"), _text("name"), UniqueConstraint("kind", "name")
)
"""The names that records of a kind can be found by."""

index_entry: Final = _table(
    "index_entry",
    _number("index_column", ForeignKey("index_column.seq"), key=True),
    _text("place", key=True),
    _text("id", key=True),
    _number("record", ForeignKey("record.seq")),
    rowid=False,
)
"""Where the current version of each record stands in each of its columns."""

message: Final = Table(
    "message",
    METADATA,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    _text("id", unique=True),
    _text("once", unique=True),
    _text("recipient"),
    _text("channel"),
    _text("template"),
    _text("subject"),
    _text("body"),
    _number("not_before", optional=True),
    _text("language"),
    _text("about_kind", optional=True),
    _text("about_id", optional=True),
    _text("state"),
    _number("due"),
    _number("attempts"),
    _number("claimed"),
    _text("detail"),
    Index("message_by_state", "state", "due", "seq"),
    Index("message_by_subject", "about_kind", "about_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
"""The outbox. ``once`` is the message's key; ``due`` the first moment at which it may be claimed, or the end of the
lease; ``claimed`` is 1 while a claim is not settled. Moments are microseconds since 1970 in UTC. This is the only table
that loses rows, so that the database has to remember which numbers were given."""

audit_entry: Final = _table(
    "audit_entry",
    _number("seq", key=True),
    _number("command", ForeignKey("command.seq")),
    _text("actor"),
    _text("action"),
    _text("subject_kind"),
    _text("subject_id"),
    _text("purpose"),
    _number("at"),
    _text("fields"),
    _text("grant_id"),
    _text("digest"),
)
"""Who did what, in order of commit; ``fields`` is a JSON list of paths, ``digest`` chains it to all before it."""

_SAME_BUT_FOR_THE_DOCUMENT = " AND ".join(
    f"NEW.{name} = OLD.{name}" for name in ("record", "version", "schema_version", "command")
)
_APPEND_ONLY: Final = {
    "DELETE ON record_version": "1",
    "UPDATE ON record_version": f"NEW.document IS NOT NULL OR NOT ({_SAME_BUT_FOR_THE_DOCUMENT})",
    "DELETE ON audit_entry": "1",
    "UPDATE ON audit_entry": "1",
}
"""What the database itself refuses, and when: a version may lose its document, and nothing else ever changes."""


@event.listens_for(METADATA, "after_create")
def _guarded(_: MetaData, connection: Connection, **_options: object) -> None:
    guard(connection)


def guard(connection: Connection) -> None:
    """Let the database itself refuse what must never happen to versions and audit entries."""
    if connection.dialect.name == "sqlite":
        for number, (what, when) in enumerate(_APPEND_ONLY.items(), start=1):
            connection.exec_driver_sql(
                f"CREATE TRIGGER append_only_{number} BEFORE {what} WHEN {when}"
                " BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
            )
    else:
        _guard_on_a_server(connection)


def _guard_on_a_server(connection: Connection) -> None:
    connection.exec_driver_sql(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'this table is append-only' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for number, (what, when) in enumerate(_APPEND_ONLY.items(), start=1):
        condition = "" if when == "1" else f" WHEN ({when})"
        connection.exec_driver_sql(
            f"CREATE TRIGGER append_only_{number} BEFORE {what} FOR EACH ROW{condition} EXECUTE FUNCTION append_only()"
        )
    for number, table in enumerate((record_version, audit_entry), start=5):
        connection.exec_driver_sql(
            f"CREATE TRIGGER append_only_{number} BEFORE TRUNCATE ON {table.name} EXECUTE FUNCTION append_only()"
        )


def next_number(connection: Connection, table: Table) -> int:
    """Return the number that the next row of *table* gets, of which none is ever deleted; the caller has the lock."""
    return (connection.scalar(select(func.max(table.c.seq))) or 0) + 1
