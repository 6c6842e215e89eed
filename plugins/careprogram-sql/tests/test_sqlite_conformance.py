"""SQLite keeps the promises of every store."""

from careprogram.testing import store_conformance
from careprogram_sql import open_store

TestSqliteStore = store_conformance(lambda folder: open_store(folder / "records.db"))
