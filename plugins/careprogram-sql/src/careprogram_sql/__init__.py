"""Keeps the records of careprogram in a database: SQLite, in one file, without a server.

``open_store(path)`` opens a store or creates one. A program finds it as ``sqlite`` once this package is installed and
allowed.
"""

from careprogram_sql.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
