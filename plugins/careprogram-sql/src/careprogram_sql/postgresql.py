"""How is a database of PostgreSQL opened, and is it ours?

All tables lie in one schema of the database, by default ``careprogram``, so that a database may be shared. Every
connection is set to lose nothing that was acknowledged, to wait for a lock no longer than is sensible, and not to hold
one when its client has died. A schema of another program is told from ours before anything in it is touched.
"""

import os
import re
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from careprogram.errors import StoreError
from careprogram_sql.failures import told
from careprogram_sql.opening import WRITING
from careprogram_sql.ownership import bring_up, make_tables, version_of
from careprogram_sql.schema import PRODUCT, SCHEMA_VERSION, store_schema

_SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_SCHEMA: Final = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_SETTINGS: Final = {
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "120s",
    "jit": "off",
    # Every question is made to be one walk along an index that ends with the page. A server that has not counted its
    # rows yet would rather read all of them and sort.
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_sort": "off",
}


@attrs.frozen(kw_only=True)
class ServerAddress:
    """Where the tables are.

    Attributes:
        url: How the server is reached; it may hold a password.
        schema: In which schema of the database they lie.
    """

    url: URL = attrs.field(repr=False)
    schema: str

    @property
    def shown(self) -> str:
        """How messages name it: without user and password."""
        host = self.url.host or self.url.query.get("host", "")
        port = f":{self.url.port}" if self.url.port else ""
        return f"postgresql://{host}{port}/{self.url.database or ''}?schema={self.schema}"


def is_address(place: str | os.PathLike[str]) -> bool:
    """Tell whether *place* is meant to be the address of a PostgreSQL server."""
    return isinstance(place, str) and place.partition(":")[0] in _SCHEMES


def address_of(place: str) -> ServerAddress:
    """Read an address such as ``postgresql://user@host/database?schema=county``.

    What libpq knows may stand behind the question mark, such as ``host=/run/postgresql``, ``service=…`` or
    ``sslmode=verify-full``; a password is better kept in the file that ``PGPASSFILE`` names.

    Raises:
        StoreError: It cannot be read, or names no schema that could be ours.
    """
    try:
        url = make_url(place)
    except ArgumentError:
        raise StoreError(f"store: {place.partition(':')[0]}: give postgresql://user@host/database").also_in_chinese(
            f"存储：{place.partition(':')[0]}：请写 postgresql://用户@主机/数据库"
        ) from None
    schema = url.query.get("schema", "careprogram")
    if not isinstance(schema, str) or not _SCHEMA.fullmatch(schema):
        raise StoreError(
            "store: schema= takes one name of small letters, digits and _, not beginning with pg_"
        ).also_in_chinese("存储：schema= 只能是一个由小写字母、数字和 _ 组成的名称，不能以 pg_ 开头")
    url = url.set(drivername="postgresql+psycopg").difference_update_query(["schema"])
    return ServerAddress(url=url, schema=schema)


def open_engine(address: ServerAddress, *, migrate: bool = False) -> Engine:
    """Reach the server, create the tables where there are none, and return the engine.

    Args:
        address: Where the tables are.
        migrate: Whether tables of an older schema are brought up to ours; others may be using them.

    Raises:
        StoreError: psycopg is missing, the server cannot be reached, or the schema belongs to another program or was
            written by a newer version of this one, or by an older one and *migrate* is not allowed.
    """
    engine = bare_engine(address)
    try:
        with told(address.shown):
            _make_ours(engine, address, migrate=migrate)
    except BaseException:
        engine.dispose()
        raise
    return engine


def bare_engine(address: ServerAddress) -> Engine:
    """Return the engine of a server that nobody has reached yet.

    Raises:
        StoreError: psycopg is missing.
    """
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise StoreError(
            f"store {address.shown}: psycopg is missing; install it: pip install 'careprogram-sql[postgresql]'"
        ).also_in_chinese(
            f"存储 {address.shown}：缺少 psycopg；请安装：pip install 'careprogram-sql[postgresql]'"
        ) from None
    engine = create_engine(
        address.url,
        hide_parameters=True,
        pool_size=5,
        max_overflow=10,
        connect_args=_usual(address.url),
    )

    def set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        _set_up(connection, address.schema)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)
    return engine


def begun(engine: Engine) -> Connection:
    """Return a connection with a transaction.

    A connection that lay waiting while the server was started again is noticed here, where nothing was done yet, and
    replaced.
    """
    connection = engine.connect()
    try:
        connection.begin()
    except DBAPIError as error:
        connection.close()
        if not error.connection_invalidated:
            raise
    else:
        return connection
    connection = engine.connect()
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def lock(connection: Connection, place: str) -> None:
    """Wait until nobody else writes, and keep others from writing until the transaction ends.

    Raises:
        StoreError: Meanwhile somebody brought the tables to another version.
    """
    version = locked_version(connection)
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"store {place}: was brought to schema {version} meanwhile; start this process anew"
        ).also_in_chinese(f"存储 {place}：期间已升到表结构第 {version} 版；请重新启动此进程")


def locked_version(connection: Connection) -> int | None:
    """Wait until nobody else writes, keep others from it until the transaction ends, and return the tables' schema."""
    mine = select(store_schema.c.version).where(store_schema.c.product == PRODUCT).with_for_update()
    version: int | None = connection.scalar(mine)
    return version


def _usual(url: URL) -> dict[str, Any]:
    usual = {"connect_timeout": 10, "application_name": "careprogram", "client_encoding": "utf8"}
    return {name: value for name, value in usual.items() if name not in url.query or name == "client_encoding"}


def _set_up(connection: Any, schema: str) -> None:
    connection.autocommit = True  # transactions are begun below, not by the driver
    settings = {"search_path": f"{schema}, pg_temp", **_SETTINGS}
    calls = ", ".join("set_config(%s, %s, false)" for _ in settings)
    # Never less careful than the server is set up to be; more so, where an acknowledged save could be lost.
    careful = (
        "set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
        " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)"
    )
    connection.execute(f"SELECT {calls}, {careful}", [word for pair in settings.items() for word in pair])


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    level = "READ COMMITTED, READ WRITE" if writing else "REPEATABLE READ, READ ONLY"
    connection.exec_driver_sql(f"BEGIN ISOLATION LEVEL {level}")


def _make_ours(engine: Engine, address: ServerAddress, *, migrate: bool) -> None:
    place = address.shown
    with engine.connect() as connection:
        encoding = connection.scalar(text("SELECT current_setting('server_encoding')"))
        if encoding != "UTF8":
            raise StoreError(
                f"store {place}: its {encoding} cannot keep every text; make one with ENCODING 'UTF8'"
            ).also_in_chinese(f"存储 {place}：其编码 {encoding} 不能保存所有文字；请用 ENCODING 'UTF8' 建立")
        found = version_of(connection, place, schema=address.schema)
    if found == SCHEMA_VERSION:
        return
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        if found is None:
            # Of several processes that come at the same time one makes the tables.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": address.schema})
            found = version_of(connection, place, schema=address.schema)
        if found is None:
            if connection.scalar(text("SELECT to_regnamespace(:name) IS NULL"), {"name": address.schema}):
                connection.exec_driver_sql(f'CREATE SCHEMA "{address.schema}"')
            make_tables(connection)
        else:
            bring_up(connection, locked_version(connection) or found, place, migrate=migrate)
