"""How is a database file opened, and is it ours?

A file is created with mode 0600, in write-ahead mode, with every acknowledged change on the disk (``synchronous=FULL``)
and freed pages overwritten (``secure_delete``). A file of another program is told from ours before anything in it is
touched.
"""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from careprogram.errors import StoreError
from careprogram_sql.failures import told
from careprogram_sql.ownership import bring_up, make_tables, version_of
from careprogram_sql.schema import SCHEMA_VERSION

WRITING = "careprogram_writing"
"""The execution option of a connection whose transactions take the write lock when they begin."""

_WAIT_MS = 30_000


def path_of(place: str | os.PathLike[str], *, folder: Path | None = None) -> Path:
    """Return the file that *place* names: a path, or an address such as ``sqlite:records.db``.

    ``sqlite:///records.db`` names the same file, and ``sqlite:////srv/records.db`` an absolute path, as in SQLAlchemy.

    Args:
        place: The path or address.
        folder: From where a relative path is meant; the working folder where it is None.

    Raises:
        StoreError: It is the address of another database, or no file at all.
    """
    text = os.fspath(place)
    scheme, slashes, rest = text.partition("://")
    if text.startswith("sqlite:///"):
        text = rest[1:]
    elif slashes:
        raise StoreError(
            f"store: {scheme}:// cannot be opened; give a path, sqlite:path or sqlite:///path"
        ).also_in_chinese(f"存储：不能打开 {scheme}://；请写路径、sqlite:路径 或 sqlite:///路径")
    text = text.removeprefix("sqlite:")
    if text in {"", ":memory:"}:
        raise StoreError("store: give the path of a file; the address memory: keeps records in memory").also_in_chinese(
            "存储：请写文件路径；地址 memory: 把记录放在内存中"
        )
    return Path(text) if folder is None else folder / text


def open_engine(path: Path, *, migrate: bool = True) -> Engine:
    """Open the database at *path*, or create it, and return its engine.

    Args:
        path: The file.
        migrate: Whether tables of an older schema are brought up to ours.

    Raises:
        StoreError: It cannot be opened, belongs to another program, or was written by a newer version of this one.
    """
    place = str(path)
    engine = bare_engine(path)
    try:
        with told(place):
            _make_ours(engine, place, migrate=migrate)
    except BaseException:
        engine.dispose()
        raise
    return engine


def bare_engine(path: Path) -> Engine:
    """Return the engine of a file, created where it is missing, whose tables nobody has looked at yet."""
    _create_private(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,
        pool_size=5,
        max_overflow=-1,
        connect_args={"check_same_thread": False, "timeout": _WAIT_MS / 1000},
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _create_private(path: Path) -> None:
    """Create an empty file for its owner alone; SQLite gives the files beside it the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreError(f"store {path}: cannot be created ({error.strerror}): check its folder").also_in_chinese(
            f"存储 {path}：无法建立（{error.strerror}）；请检查文件夹"
        ) from error


def _set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # the only dialect so far
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        f"busy_timeout={_WAIT_MS}",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cache_size=-8000",  # KiB: pages of a bulk that are in no order would be written and read again and again
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _make_ours(engine: Engine, place: str, *, migrate: bool) -> None:
    with engine.connect() as connection:
        found = version_of(connection, place)
        connection.rollback()
        _write_ahead(connection, place)
    if found == SCHEMA_VERSION:
        return
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        found = version_of(connection, place)  # anew: somebody else may have been faster
        if found is None:
            make_tables(connection)
        else:
            bring_up(connection, found, place, migrate=migrate)


def _write_ahead(connection: Connection, place: str) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    (mode,) = raw.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise StoreError(
            f"store {place}: its file system cannot keep a write-ahead log; put the file on a local disk"
        ).also_in_chinese(f"存储 {place}：所在的文件系统不支持预写日志；请把文件放在本地磁盘")
