"""What went wrong in the database, and how is it mended?

Turns whatever a driver raises into one ``StoreError`` whose text names the remedy. It never shows a value: engines are
made with ``hide_parameters``.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy import exc
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

_LOCKED: Final = "another process keeps the store locked: end it or wait, then save again"
_LOST: Final = (
    "the connection to the server was lost: see that it runs, then do the same again; what was kept is not done twice"
)
_AGAIN: Final = "another transaction was in the way: save again; nothing of this change was kept"
_RIGHTS: Final = "this user may not do that there: let the owner of the schema open it, or grant the right"
# By SQLSTATE, or by its first two characters, which are its class.
_SERVER_REMEDIES: Final = {
    "08": _LOST,
    "25006": "the server is a copy that only answers: give the address of the one that takes changes",
    "28": "the server refused user or password: mend the address, or the file that PGPASSFILE names",
    "3D000": "there is no such database: create it (createdb), or mend the address",
    "40": _AGAIN,
    "42501": _RIGHTS,
    "53100": "the server's disk is full: make room and save again; nothing of this change was kept",
    "53200": "the server has no memory left: save again later; nothing of this change was kept",
    "53300": "the server has no connection left: close others or raise max_connections, then do the same again",
    "55P03": _LOCKED,
    "57": _LOST,
    "58030": "the server's disk failed: check it, then save again; nothing of this change was kept",
    "XX": "the database is damaged: keep a copy of it and go back to the last backup",
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
        remedy = _remedy(error)
        _silence(error)
        raise StoreError(f"store {place}: {remedy}") from error


def _silence(error: Exception) -> None:
    """Take out of what PostgreSQL says the values that it repeats, such as a key that is there or a line of a COPY."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if cause is not None and hasattr(cause, "sqlstate"):
        cause.args = error.args = (cause.sqlstate or "no connection",)


def _remedy(error: Exception) -> str:
    if isinstance(error, exc.TimeoutError):
        return "too many threads use it at once: let fewer wait, then do the same again"
    cause = error.orig if isinstance(error, DBAPIError) else error
    if hasattr(cause, "sqlstate"):
        return _server_remedy(cause, broken=isinstance(error, DBAPIError) and error.connection_invalidated)
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int) and code & 0xFF in _REMEDIES:
        return _REMEDIES[code & 0xFF]
    return f"the database refused ({type(cause).__name__}); nothing of this change was kept"


def _server_remedy(cause: BaseException | None, *, broken: bool) -> str:
    state = getattr(cause, "sqlstate", None)
    if state is None and not broken and type(cause).__name__ in {"OperationalError", "ConnectionTimeout"}:
        return f"the server cannot be reached: see that it runs and that the address is right ({_first_line(cause)})"
    if broken or state is None:
        return _LOST
    refused = f"the database refused ({type(cause).__name__}, {state}); nothing of this change was kept"
    return _SERVER_REMEDIES.get(state) or _SERVER_REMEDIES.get(state[:2]) or refused


def _first_line(cause: object) -> str:
    """Return what the client library says about a server it cannot reach; no statement was sent yet."""
    return str(cause).strip().partition("\n")[0]
