"""Keeps the records of careprogram in a database: SQLite, in one file, without a server, or PostgreSQL.

``open_store(place)`` opens a store or creates one. A program finds it at addresses such as ``sqlite:out/county.db`` or
``postgresql://user@host/county`` once this package is installed and allowed. SQLAlchemy is loaded when the first store
is opened, and psycopg (extra ``[postgresql]``) when the first one on a server is.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from careprogram.plugins import StoreProvider, hookimpl
from careprogram.ports import Store

if TYPE_CHECKING:
    from careprogram_sql.store import SqlStore, open_store

__all__ = ["SqlStore", "careprogram_stores", "open_store"]


@hookimpl
def careprogram_stores() -> tuple[StoreProvider, ...]:
    """Return the store that keeps records in a SQLite file or on a PostgreSQL server."""
    return (StoreProvider(name="sql", schemes=("sqlite", "postgresql"), open=_open),)


def _open(address: str, folder: Path) -> Store:
    from careprogram_sql.store import open_store

    return open_store(address, folder=folder)


def __getattr__(name: str) -> Any:
    if name in {"SqlStore", "open_store"}:
        from careprogram_sql import store

        return getattr(store, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
