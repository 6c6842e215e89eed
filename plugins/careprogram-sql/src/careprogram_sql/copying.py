"""How does all that one store keeps get into the tables of another?

Row by row and number by number: versions, positions, receipts and the chain of the audit trail stay what they are, so
that the copy answers every question as the original does. Between databases of any two sorts.
"""

from typing import Final

from sqlalchemy import Connection, select, text

from careprogram.errors import StoreError
from careprogram.ports import AuditHead, check_chain
from careprogram_sql import auditing
from careprogram_sql.bulk import add_rows
from careprogram_sql.schema import METADATA, command, store_schema

_CHUNK: Final = 1_000


def copy_all(source: Connection, target: Connection, place: str) -> AuditHead:
    """Copy all that *source* finds into the empty tables of *target*, check the chain, and return its head.

    The caller begins both transactions, and ends them; *place* is how messages name the target.

    Raises:
        StoreError: Something was kept in *target* already, or the audit trail of *source* was altered.
    """
    if target.scalar(select(command.c.seq).limit(1)) is not None:
        raise StoreError(f"store {place}: holds something already; copy into a new one").also_in_chinese(
            f"存储 {place}：里面已有内容；请复制到新的存储"
        )
    copy_tables(source, target)
    head = auditing.head(source)
    problems = check_chain(auditing.whole_trail(target), head=head)
    if problems:
        raise StoreError(
            f"store {place}: nothing was copied, as the audit trail was altered ({problems[0].text.en}); "
            "find out by whom, and go back to the last backup that verifies"
        ).also_in_chinese(
            f"存储 {place}：审计记录被改动（{problems[0].text.zh}），什么也没有复制；请查明是谁，"
            "并退回最近一份核对无误的备份"
        )
    return head


def copy_tables(source: Connection, target: Connection) -> None:
    """Copy all rows of *source* into the empty tables of *target*; the caller begins and ends both transactions."""
    for table in METADATA.sorted_tables:
        if table is store_schema:
            continue
        rows = source.execution_options(yield_per=_CHUNK).execute(table.select())
        names = list(rows.keys())
        for chunk in rows.partitions():
            add_rows(target, table, names, [tuple(row) for row in chunk])
    _go_on_counting(target, _last_message(source))


def _last_message(connection: Connection) -> int:
    """Return the last number that was given to a message, which may be gone."""
    if connection.dialect.name == "postgresql":
        statement = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM message_seq_seq"
    else:
        statement = "SELECT seq FROM sqlite_sequence WHERE name = 'message'"
    return connection.scalar(text(statement)) or 0


def _go_on_counting(connection: Connection, last: int) -> None:
    if not last:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval('message_seq_seq', :last)"), {"last": last})
    else:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'message'"))
        connection.execute(text("INSERT INTO sqlite_sequence VALUES ('message', :last)"), {"last": last})
