"""How is a backup written that is whole, of one moment, and known to open?

A backup is a SQLite file, whatever database it is of: it opens anywhere, without a server. SQLite copies what one
reading transaction sees, so that others go on writing meanwhile; the copy has no free pages, so that nothing erased
comes along. What one reading transaction sees on a server is copied row by row. The copy is written beside its place,
put on the disk, opened again and checked, and only then given its name. It never writes over a file.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.pool import NullPool

from careprogram.errors import StoreError
from careprogram.ports import AuditHead, BackupReceipt, check_chain
from careprogram_sql import auditing
from careprogram_sql.copying import copy_tables
from careprogram_sql.failures import told
from careprogram_sql.opening import WRITING, open_engine
from careprogram_sql.schema import record


def back_up(copy: Callable[[Path], None], target: Path) -> BackupReceipt:
    """Let *copy* write all of a store into an empty file, check that, and name it *target*.

    Raises:
        StoreError: *target* is there already, cannot be written, or what was written is not whole.
    """
    if target.exists():
        raise _is_there(target)
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".unfinished", dir=target.parent)
        os.close(number)
        unfinished = Path(name)  # for its owner alone; SQLite writes into an empty file that is there
        try:
            with told(f"backup {target}"):
                copy(unfinished)
                head, records = _checked(unfinished, target)
            receipt = BackupReceipt(
                path=target,
                size=unfinished.stat().st_size,
                digest=_digest(unfinished),
                records=records,
                head=head,
            )
            _to_disk(unfinished)
            _name(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
        _to_disk(target.parent)
    except OSError as error:
        raise StoreError(
            f"backup {target}: cannot be written ({error.strerror}); check its folder and disk"
        ).also_in_chinese(f"备份 {target}：无法写入（{error.strerror}）；请检查文件夹和磁盘") from error
    return receipt


def copy_file(engine: Engine, unfinished: Path) -> None:
    """Copy the SQLite database of *engine*."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("VACUUM INTO ?", (str(unfinished),))


def copy_rows(source: Connection, unfinished: Path) -> None:
    """Copy what *source*, a transaction that sees one moment, finds on a server."""
    engine = open_engine(unfinished)
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            copy_tables(source, connection)
    finally:
        engine.dispose()  # with the last connection the log beside the file goes


def _checked(unfinished: Path, target: Path) -> tuple[AuditHead, int]:
    """Open the copy, see that it is whole, and return the head of its audit trail and its number of records."""
    # Immutable: nothing is locked, and no file appears beside it.
    place = f"file:{quote(str(unfinished))}?mode=ro&immutable=1"
    copy = create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True), poolclass=NullPool)
    with copy.connect() as connection:
        damage = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if damage != "ok" or lost is not None:
            raise StoreError(
                f"backup {target}: what was written is not whole; check the disk, and the store itself"
            ).also_in_chinese(f"备份 {target}：写下的内容不完整；请检查磁盘和存储本身")
        head = auditing.head(connection)
        problems = check_chain(auditing.whole_trail(connection), head=head)
        if problems:
            raise StoreError(
                f"backup {target}: not written, as the audit trail was altered ({problems[0].text.en}); "
                "find out by whom, and go back to the last backup that verifies"
            ).also_in_chinese(
                f"备份 {target}：审计记录被改动（{problems[0].text.zh}），没有写；请查明是谁，"
                "并退回最近一份核对无误的备份"
            )
        records = connection.scalar(select(func.count()).select_from(record).where(record.c.present == 1))
    return head, records or 0


def _name(unfinished: Path, target: Path) -> None:
    """Give the file its name, unless another one has it."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))  # as a hard link cannot be made on every medium
    except FileExistsError:
        raise _is_there(target) from None
    unfinished.replace(target)


def _is_there(target: Path) -> StoreError:
    return StoreError(f"backup {target}: is there already; name a new file, backups are never written over")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
