"""What went wrong in the database, and how is it mended?

Turns whatever a driver raises into one ``StoreError`` whose text names the remedy. It never shows a value: engines are
made with ``hide_parameters``.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from careprogram.errors import StoreError

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full: make room and save again; nothing of this change was kept",
    sqlite3.SQLITE_BUSY: "another process keeps the database locked: end it or wait, then save again",
    sqlite3.SQLITE_LOCKED: "another process keeps the database locked: end it or wait, then save again",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only: allow this user to write there",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: keep a copy of it and go back to the last backup",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database: name another file",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: check that its folder exists and this user may write there",
    sqlite3.SQLITE_IOERR: "the disk failed: check it, then save again; nothing of this change was kept",
}


@contextlib.contextmanager
def told(place: str) -> Iterator[None]:
    """Raise whatever goes wrong inside as a ``StoreError`` about *place*.

    Raises:
        StoreError: The database failed; the text names the remedy.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"store {place}: {_remedy(error)}") from error


def _remedy(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int) and code & 0xFF in _REMEDIES:
        return _REMEDIES[code & 0xFF]
    return f"the database refused ({type(cause).__name__}); nothing of this change was kept"
