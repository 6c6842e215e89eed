"""How is a change set written, whole or not at all?

Inside one transaction that holds the write lock from its beginning: what is there is read, compared with what was
expected, and only then is anything written, table by table, in as few statements as there are tables. Whoever calls
begins and ends the transaction.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import attrs
from sqlalchemy import Connection, bindparam, insert, select

from careprogram.errors import VersionConflictError
from careprogram.ports import ChangeSet, Erase, Put, Receipt, RecordKey, Standing, dumps_texts, index_order
from careprogram_sql import auditing
from careprogram_sql.bulk import add_rows, change_rows, many, one_of, remove_rows
from careprogram_sql.outbox import forget_messages, post_messages
from careprogram_sql.schema import audit_entry, command, index_column, index_entry, next_number, record, record_version

_CHUNK = 1_000
"""Ids in one question."""

_ROWS_AT_ONCE = 1_000
"""Puts whose rows are held at a time: those of 100,000 would keep the collector of garbage busy."""


@attrs.frozen(kw_only=True)
class _Head:
    """The row of a record: where it is, how far it has counted, and where it stands in the index."""

    seq: int
    version: int
    present: bool
    places: Mapping[str, str]


def receipt_of(connection: Connection, command_id: str) -> Receipt | None:
    """Return the receipt of a command that was kept before, or None."""
    seq = connection.scalar(select(command.c.seq).where(command.c.id == command_id))
    if seq is None:
        return None
    rows = connection.execute(
        select(record.c.kind, record.c.id, record_version.c.version)
        .join_from(record_version, record, record_version.c.record == record.c.seq)
        .where(record_version.c.command == seq)
    )
    return Receipt(command_id=command_id, versions={(row.kind, row.id): row.version for row in rows}, replayed=True)


def write(connection: Connection, changes: ChangeSet, texts: Sequence[str]) -> Receipt:
    """Write *changes*, whose documents have the canonical *texts*.

    Raises:
        VersionConflictError: A record is not at the version that was expected.
        ConflictError: A message has the id of another one.
    """
    heads = _heads(connection, changes.named)
    for change in changes.named:
        head = heads.get((change.kind, change.id))
        found = head.version if head is not None and head.present else 0
        if found != change.expected_version:
            raise VersionConflictError(
                f"{change.kind} {change.id}: expected version {change.expected_version}, found {found}; "
                "load it again, apply the change again, save again"
            )
    command_seq = next_number(connection, command)
    connection.execute(insert(command), {"seq": command_seq, "id": changes.command_id})
    versions = _write_puts(connection, changes.puts, texts, heads, command_seq)
    _write_erasures(connection, changes.erasures, heads)
    post_messages(connection, changes.messages)
    add_rows(connection, audit_entry, auditing.COLUMNS, auditing.rows_for(connection, changes, command_seq))
    return Receipt(command_id=changes.command_id, versions=versions)


def _heads(connection: Connection, changed: Sequence[Put | Erase | Standing]) -> dict[RecordKey, _Head]:
    by_kind: dict[str, list[str]] = {}
    for change in changed:
        by_kind.setdefault(change.kind, []).append(change.id)
    columns = (record.c.seq, record.c.id, record.c.version, record.c.present, record.c.places)
    statement = select(*columns).where(record.c.kind == bindparam("kind"), one_of(record.c.id, "ids", connection))
    heads: dict[RecordKey, _Head] = {}
    for kind, ids in by_kind.items():
        for chunk in (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK)):
            for row in connection.execute(statement, {"kind": kind, "ids": many(chunk, connection)}):
                heads[kind, row.id] = _Head(
                    seq=row.seq, version=row.version, present=bool(row.present), places=json.loads(row.places)
                )
    return heads


_RECORD: Final = ("seq", "kind", "id", "version", "present", "places")
_VERSION: Final = ("record", "version", "schema_version", "document", "command")
_ENTRY: Final = ("index_column", "place", "id", "record")


@attrs.frozen
class _Rows:
    """The rows that puts turn into, table by table."""

    new: list[tuple[Any, ...]] = attrs.Factory(list)
    moved: list[dict[str, Any]] = attrs.Factory(list)
    versions: list[tuple[Any, ...]] = attrs.Factory(list)
    left: list[dict[str, Any]] = attrs.Factory(list)
    entered: list[tuple[Any, ...]] = attrs.Factory(list)


def _write_puts(
    connection: Connection,
    puts: Sequence[Put],
    texts: Sequence[str],
    heads: Mapping[RecordKey, _Head],
    command_seq: int,
) -> dict[RecordKey, int]:
    if not puts:
        return {}
    # Each question that need not be asked is a way to the server that need not be gone.
    indexed = any(put.index for put in puts) or any(head.places for head in heads.values())
    columns = _columns(connection, puts) if indexed else {}
    fresh = any((put.kind, put.id) not in heads for put in puts)
    numbers = itertools.count(next_number(connection, record) if fresh else 0)
    made: dict[RecordKey, int] = {}
    for start in range(0, len(puts), _ROWS_AT_ONCE):
        rows = _Rows()
        for put, text in zip(puts[start : start + _ROWS_AT_ONCE], texts[start : start + _ROWS_AT_ONCE], strict=True):
            key = (put.kind, put.id)
            head = heads.get(key)
            seq = next(numbers) if head is None else head.seq
            version = made[key] = 1 if head is None else head.version + 1
            _add_rows_of(rows, put, text, seq, version, head=head, columns=columns, command_seq=command_seq)
        _write_rows(connection, rows)
    return made


def _add_rows_of(
    rows: _Rows,
    put: Put,
    text: str,
    seq: int,
    version: int,
    *,
    head: _Head | None,
    columns: Mapping[tuple[str, str], int],
    command_seq: int,
) -> None:
    places = {name: index_order(value) for name, value in put.index.items()} if put.index else {}
    told = dumps_texts(places) if places else "{}"
    if head is None:
        rows.new.append((seq, put.kind, put.id, version, 1, told))
    else:
        rows.moved.append({"seq": seq, "version": version, "present": 1, "places": told})
    rows.versions.append((seq, version, put.schema_version, text, command_seq))
    before = _NOWHERE if head is None else head.places
    if places or before:
        _add_entries(rows, put, seq, before=before, after=places, columns=columns)


def _write_rows(connection: Connection, rows: _Rows) -> None:
    add_rows(connection, record, _RECORD, rows.new)
    change_rows(connection, record, rows.moved, by="seq")
    add_rows(connection, record_version, _VERSION, rows.versions)
    remove_rows(connection, index_entry, rows.left)
    add_rows(connection, index_entry, _ENTRY, rows.entered)


_NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})


def _add_entries(
    rows: _Rows,
    put: Put,
    seq: int,
    *,
    before: Mapping[str, str],
    after: Mapping[str, str],
    columns: Mapping[tuple[str, str], int],
) -> None:
    """Add what has to change in the index so that a record stands at *after* instead of *before*."""
    for name, place in before.items():
        if after.get(name) != place:
            rows.left.append({"index_column": columns[put.kind, name], "place": place, "id": put.id})
    for name, place in after.items():
        if before.get(name) != place:
            rows.entered.append((columns[put.kind, name], place, put.id, seq))


def _write_erasures(connection: Connection, erasures: Sequence[Erase], heads: Mapping[RecordKey, _Head]) -> None:
    if not erasures:
        return
    columns = _known_columns(connection)
    gone, old = [], []
    for erasure in erasures:
        head = heads[erasure.kind, erasure.id]
        old.append({"seq": head.seq, "version": head.version, "present": 0, "places": "{}"})
        gone += [
            {"index_column": columns[erasure.kind, name], "place": place, "id": erasure.id}
            for name, place in head.places.items()
        ]
    remove_rows(connection, index_entry, gone)
    change_rows(connection, record_version, [{"record": row["seq"], "document": None} for row in old], by="record")
    change_rows(connection, record, old, by="seq")
    forget_messages(connection, [(erasure.kind, erasure.id) for erasure in erasures])


def _known_columns(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(select(index_column.c.kind, index_column.c.name, index_column.c.seq))
    return {(row.kind, row.name): row.seq for row in rows}


def _columns(connection: Connection, puts: Sequence[Put]) -> dict[tuple[str, str], int]:
    """Return the number of every index column, giving numbers to those that are new."""
    known = _known_columns(connection)
    names = dict.fromkeys((put.kind, name) for put in puts for name in put.index)
    unknown = [name for name in names if name not in known]
    if not unknown:
        return known
    new = dict(zip(unknown, itertools.count(next_number(connection, index_column))))
    rows = [(seq, kind, name) for (kind, name), seq in new.items()]
    add_rows(connection, index_column, ("seq", "kind", "name"), rows)
    return known | new
