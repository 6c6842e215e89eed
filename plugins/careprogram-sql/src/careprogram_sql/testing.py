"""How is the query of `policy_select` compared with the other engines?

An engine for `careprogram.testing.engines`: it writes rows into tables, asks the query and gives up the tables again.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Engine, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from careprogram.rules import FactValue, Policy
from careprogram.rules.facts import Fact
from careprogram.testing.engine_tables import KEY, Cell, EngineAnswer, answers_in, kind_of, tables_of
from careprogram_sql.policies import policy_select

_TYPES: Mapping[str, TypeEngine[Any]] = {"bool": Boolean(), "int": BigInteger(), "date": Date(), "text": Text()}


@attrs.frozen(kw_only=True)
class SqlAlchemyEngine:
    """The SELECT of `policy_select` on the database of *engine*, which keeps nothing of it.

    Attributes:
        engine: The database.
    """

    engine: Engine

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"sqlalchemy-{self.engine.dialect.name}"

    def absent(self) -> str:
        """Return nothing: whoever made it has a database."""
        return ""

    def judge(self, policy: Policy, rows: Sequence[Mapping[str, FactValue]], as_of: dt.date) -> list[EngineAnswer]:
        """Write *rows* into tables and ask the query."""
        tables, metadata = tables_of(policy, rows), MetaData()
        with self.engine.connect() as connection:
            children = _filled(connection, metadata, "children", tables.facts, tables.children)
            groups = {
                name: _filled(connection, metadata, name, facts, columns)
                for name, (facts, columns) in tables.members.items()
            }
            query = policy_select(policy, children, as_of=as_of, groups=groups)
            try:
                return answers_in(policy, [tuple(row) for row in connection.execute(query)])
            finally:
                connection.rollback()
                metadata.drop_all(connection)
                connection.commit()


def _filled(
    connection: Connection, metadata: MetaData, name: str, facts: Sequence[Fact], cells: Mapping[str, Sequence[Cell]]
) -> Table:
    columns: list[Column[Any]] = [
        Column(KEY, BigInteger),
        *(Column(fact.name, _TYPES[kind_of(fact)]) for fact in facts),
    ]
    table = Table(name, metadata, *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    names = [column.name for column in columns]
    records = [dict(zip(names, record, strict=True)) for record in zip(*(cells[n] for n in names), strict=True)]
    if records:
        connection.execute(table.insert(), records)
    return table
