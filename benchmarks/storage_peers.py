"""What do others need to keep, stream and find the same archives?

Bare sqlite3, SQLAlchemy Core and SQLAlchemy's ORM write the same texts with the same two indexes and the same care of
the disk, and nothing besides: no versions, no receipts, no audit trail.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from careprogram.ports import Put, dumps

BATCH = 5_000
PAGE = 1_000


def disk(path: Path) -> sqlite3.Connection:
    """Open a database with the promises that ours keeps."""
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    return database


def batches(puts: Sequence[Put]) -> Iterator[Sequence[Put]]:
    """Return *puts* in the batches that every side commits."""
    return (puts[start : start + BATCH] for start in range(0, len(puts), BATCH))


class BareSqlite:
    """Two indexes and one table with sqlite3 alone."""

    name = "bare sqlite3"

    def write(self, path: Path, puts: Sequence[Put]) -> None:
        """Keep *puts* in a new file."""
        database = disk(path)
        database.execute("create table archive (id text primary key, village text, due text, document text)")
        database.execute("create index by_village on archive (village, id)")
        database.execute("create index by_due on archive (due, id)")
        for batch in batches(puts):
            with database:
                database.executemany("insert into archive values (?, ?, ?, ?)", map(_row, batch))
        database.close()

    def stream(self, path: Path) -> int:
        """Read every document, in order, and return how many there are."""
        database = disk(path)
        found = sum(1 for (text,) in database.execute("select document from archive order by id") if json.loads(text))
        database.close()
        return found

    def find(self, path: Path, village: str) -> int:
        """Return how many archives of a village are on its first page."""
        database = disk(path)
        rows = database.execute(
            "select id, document from archive where village = ? order by id limit 100", (village,)
        ).fetchall()
        database.close()
        return len([json.loads(text) for _, text in rows])


class _Base(DeclarativeBase):
    pass


class _Archive(_Base):
    __tablename__ = "archive"
    __table_args__ = (sa.Index("by_village", "village", "id"), sa.Index("by_due", "due", "id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    village: Mapped[str]
    due: Mapped[str]
    document: Mapped[str]


class Core:
    """The same by SQLAlchemy Core, on a file or a server."""

    name = "bare Core"

    def write(self, path: "Path | str", puts: Sequence[Put]) -> None:
        """Keep *puts* in a new file, or in a new table of a server."""
        engine = engine_of(path)
        _Base.metadata.drop_all(engine)
        _Base.metadata.create_all(engine)
        for batch in batches(puts):
            with engine.begin() as connection:
                connection.execute(sa.insert(_Archive), [_named(put) for put in batch])
        engine.dispose()

    def stream(self, path: "Path | str") -> int:
        """Read every document, in order, and return how many there are."""
        engine = engine_of(path)
        with engine.connect() as connection:
            rows = connection.execution_options(yield_per=PAGE).execute(
                sa.select(_Archive.document).order_by(_Archive.id)
            )
            found = sum(1 for row in rows if json.loads(row.document))
        engine.dispose()
        return found


class Orm:
    """The same by SQLAlchemy's ORM, an object for each archive."""

    name = "SQLAlchemy ORM"

    def write(self, path: Path, puts: Sequence[Put]) -> None:
        """Keep *puts* in a new file."""
        engine = engine_of(path)
        _Base.metadata.create_all(engine)
        for batch in batches(puts):
            with Session(engine) as session, session.begin():
                session.add_all([_Archive(**_named(put)) for put in batch])
        engine.dispose()

    def stream(self, path: Path) -> int:
        """Read every document, in order, and return how many there are."""
        engine = engine_of(path)
        with Session(engine) as session:
            rows = session.scalars(sa.select(_Archive).order_by(_Archive.id).execution_options(yield_per=PAGE))
            found = sum(1 for one in rows if json.loads(one.document))
        engine.dispose()
        return found


def engine_of(path: "Path | str") -> sa.Engine:
    """Return an engine with the promises that ours keeps: for a file, or for the URL of a server."""
    if isinstance(path, str):
        return sa.create_engine(path)
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def careful(connection: Any, _: Any) -> None:
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")

    return engine


def _row(put: Put) -> tuple[Any, ...]:
    return (put.id, put.index["village"], put.index["due"], dumps(put.document))


def _named(put: Put) -> dict[str, Any]:
    return dict(zip(("id", "village", "due", "document"), _row(put), strict=True))
