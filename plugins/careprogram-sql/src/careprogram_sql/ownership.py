"""Are these tables ours, and of which schema?

What a file and a server have in common when they are opened. Nothing that is not ours is touched.
"""

from sqlalchemy import Connection, inspect, select

from careprogram.errors import StoreError
from careprogram_sql.schema import METADATA, PRODUCT, SCHEMA_VERSION, store_schema


def version_of(connection: Connection, place: str, *, schema: str | None = None) -> int | None:
    """Return the schema of our tables, or None where there are no tables at all.

    Args:
        connection: To the database.
        place: How messages name it.
        schema: In which schema of the database to look; the only one where it is None.

    Raises:
        StoreError: The tables are not ours, or newer than we know.
    """
    tables = inspect(connection).get_table_names(schema=schema)
    if not tables:
        return None
    version: int | None = None
    if store_schema.name in tables:
        version = connection.scalar(select(store_schema.c.version).where(store_schema.c.product == PRODUCT))
    if version is None:
        other = "file" if schema is None else "schema"
        raise StoreError(f"store {place}: holds the tables of another program; name another {other}").also_in_chinese(
            f"存储 {place}：里面是别的程序的表；请另换一处"
        )
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"store {place}: was written by a newer careprogram-sql (schema {version}, this one knows"
            f" {SCHEMA_VERSION}); upgrade careprogram-sql"
        ).also_in_chinese(
            f"存储 {place}：由更新的 careprogram-sql 写成（表结构第 {version} 版，"
            f"此版本到第 {SCHEMA_VERSION} 版）；请升级 careprogram-sql"
        )
    return version


def make_tables(connection: Connection) -> None:
    """Make our tables where there are none; the caller ends the transaction."""
    METADATA.create_all(connection, checkfirst=False)
    connection.execute(store_schema.insert(), {"product": PRODUCT, "version": SCHEMA_VERSION})


def bring_up(connection: Connection, found: int, place: str, *, migrate: bool) -> None:
    """Bring our tables from schema *found* to ours; the caller holds the write lock and ends the transaction.

    Raises:
        StoreError: They are older and *migrate* is not allowed.
    """
    if found == SCHEMA_VERSION:
        return
    if not migrate:
        raise StoreError(
            f"store {place}: has schema {found}, and this careprogram-sql needs {SCHEMA_VERSION}: let everybody stop"
            f" who uses it, make a backup, and run: careprogram-sql migrate ADDRESS"
        ).also_in_chinese(
            f"存储 {place}：表结构是第 {found} 版，此 careprogram-sql 需要第 {SCHEMA_VERSION} 版；请让所有人停用，"
            "做好备份，然后运行：careprogram-sql migrate 地址"
        )
    from careprogram_sql.migrations import migrate as bring  # with Alembic, which is loaded when it is needed

    bring(connection)
