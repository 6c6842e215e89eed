"""SQLite keeps the promises of every store."""

from hypothesis import settings

from careprogram.testing import store_conformance
from careprogram_sql import open_store

DEEP = settings.default.max_examples >= 1_000

TestSqliteStore = store_conformance(lambda folder: open_store(folder / "records.db"), examples=200 if DEEP else 20)
