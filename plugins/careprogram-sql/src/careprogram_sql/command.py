"""What does a person who looks after a store type at a terminal?

``careprogram-sql show ADDRESS``, ``migrate ADDRESS [--to N]`` and ``copy FROM TO``. Exit status 0: done; 2: refused,
with the reason and the remedy. It shows counts and never what a record holds.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from careprogram.errors import CareProgramError, StoreError
from careprogram.ports import AuditHead
from careprogram_sql import auditing
from careprogram_sql.failures import told
from careprogram_sql.migrations import migrate
from careprogram_sql.opening import WRITING, bare_engine, path_of
from careprogram_sql.ownership import version_of
from careprogram_sql.postgresql import address_of, is_address, locked_version
from careprogram_sql.postgresql import bare_engine as bare_server
from careprogram_sql.schema import SCHEMA_VERSION, message, record
from careprogram_sql.store import open_store


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except CareProgramError as error:
        print(f"careprogram-sql: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="careprogram-sql", description="Look after a store.", allow_abbrev=False)
    actions = root.add_subparsers(metavar="COMMAND", required=True)
    address = "such as records.db, sqlite:records.db or postgresql://user@host/database?schema=county"
    show = actions.add_parser("show", help="its schema, and how much it holds")
    show.add_argument("address", metavar="ADDRESS", help=address)
    show.set_defaults(run=_show)
    bring = actions.add_parser("migrate", help="bring its tables to another schema, whole or not at all")
    bring.add_argument("address", metavar="ADDRESS", help=address)
    bring.add_argument("--to", type=int, default=SCHEMA_VERSION, metavar="N", help="which schema; else the newest")
    bring.set_defaults(run=_migrate)
    copy = actions.add_parser("copy", help="copy all it holds into a new store of any sort")
    copy.add_argument("source", metavar="FROM", help=address)
    copy.add_argument("target", metavar="TO", help="a store that is not there yet, or is empty")
    copy.set_defaults(run=_copy)
    return root


def _show(arguments: argparse.Namespace) -> None:
    with _tables(arguments.address) as (connection, found):
        print(f"schema: {found} (this careprogram-sql: {SCHEMA_VERSION})")
        if found == SCHEMA_VERSION:
            present = select(func.count()).select_from(record).where(record.c.present == 1)
            print(f"records: {connection.scalar(present)}")
            print(f"messages: {connection.scalar(select(func.count()).select_from(message))}")
            print(f"audit entries: {_told(auditing.head(connection))}")


def _migrate(arguments: argparse.Namespace) -> None:
    with _tables(arguments.address, writing=True) as (connection, found):
        made = migrate(connection, to=arguments.to)
    print(f"schema: {' → '.join(map(str, (found, *made)))}{'' if made else ', nothing to do'}")


def _copy(arguments: argparse.Namespace) -> None:
    with _tables(arguments.source):  # a mistyped path must not make a new store
        pass
    with contextlib.ExitStack() as stores:
        source = stores.enter_context(contextlib.closing(open_store(arguments.source)))
        target = stores.enter_context(contextlib.closing(open_store(arguments.target)))
        print(f"copied; audit entries: {_told(source.copy_into(target))}")


def _told(head: AuditHead) -> str:
    return f"{head.position}, the last with digest {head.digest}"


@contextlib.contextmanager
def _tables(place: str, *, writing: bool = False) -> Iterator[tuple[Connection, int]]:
    """Give a transaction on the tables of a store, whatever their schema, and that schema.

    Raises:
        StoreError: There is no store, or it is of a newer version.
    """
    on_server = is_address(place)
    if on_server:
        address = address_of(place)
        engine, shown, schema = bare_server(address), address.shown, address.schema
    else:
        path = path_of(place)
        if not path.is_file():
            raise StoreError(
                f"store {os.fspath(path)}: there is no such file; give the path of a store"
            ).also_in_chinese(f"存储 {os.fspath(path)}：没有这个文件；请写存储的路径")
        engine, shown, schema = bare_engine(path), str(path), None
    try:
        with told(shown), engine.connect().execution_options(**{WRITING: writing}) as connection, connection.begin():
            found = version_of(connection, shown, schema=schema)
            if found is None:
                raise StoreError(f"store {shown}: holds nothing yet; there is nothing to do").also_in_chinese(
                    f"存储 {shown}：还没有内容，无事可做"
                )
            if on_server and writing:
                found = locked_version(connection) or found
            yield connection, found
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
