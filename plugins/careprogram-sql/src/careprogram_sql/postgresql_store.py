"""How does PostgreSQL keep the promises of a store?

The same tables and the same statements as in SQLite. Readers see one moment and wait for nobody. Writers wait for one
another at one row, so that what they read is still so when they write, and the audit trail has one order.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from careprogram_sql.backing_up import copy_rows
from careprogram_sql.failures import told
from careprogram_sql.postgresql import address_of, begun, lock, open_engine
from careprogram_sql.store import SqlStore


class PostgresqlStore(SqlStore):
    """A store in a schema of a PostgreSQL database; see `careprogram.ports.Store` for what each method promises.

    It has the abilities of one in a file; several machines may share it, and a backup of it is a SQLite file.
    """

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._check_open()
        with told(self._place), begun(self._engine) as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn:
            self._check_open()
            with told(self._place), begun(self._writer) as connection:
                lock(connection, self._place)
                yield connection
                connection.commit()

    def _copy_into(self, unfinished: Path) -> None:
        with self._reading() as connection:
            copy_rows(connection, unfinished)

    def _empty_log(self) -> None:
        """Do nothing: what an erased page held is written over by the server, in its time."""


def open_server(place: str, *, migrate: bool = False) -> PostgresqlStore:
    """Open the store at an address such as ``postgresql://user@host/database``, or create it.

    Raises:
        StoreError: The server cannot be reached, or what is there is not ours; the text says what to do.
    """
    address = address_of(place)
    return PostgresqlStore(open_engine(address, migrate=migrate), address.shown)
