"""How are names, values and remarks written into SQL so that none of them can become a command?

Names are quoted, values are bound parameters (or, in print, literals of three harmless kinds), and remarks are one line
of printable characters. No rule is known here.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from careprogram.rules.shortcomings import refusal

SqlDialect: TypeAlias = Literal["sqlite", "postgresql", "duckdb"]
"""The databases whose SQL is written."""

SqlValue: TypeAlias = str | int | dt.date
"""What is bound to a parameter: a code, a number or a cutoff date (SQLite takes dates as ISO texts)."""

PLACEHOLDERS: Mapping[SqlDialect, str] = MappingProxyType(
    {"sqlite": ":{}", "postgresql": "%({})s", "duckdb": "${}"},
)
"""How the driver of each database marks a named parameter: sqlite3, psycopg and duckdb."""

_POSTGRESQL_BYTES = 63
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_REMARK_LENGTH = 200
_MARK = re.compile("\0([a-z0-9_]+)\0")


def quoted(name: str, dialect: SqlDialect) -> str:
    """Return *name* as an identifier that means exactly this name, whatever characters it has.

    Raises:
        PolicyError: No table or column can have that name.
    """
    if not name or any(unicodedata.category(sign) in _UNSEEN for sign in name):
        zh = f"{name!r} 不能作列名或表名：不能为空，也不能有换行和看不见的字符"
        en = f"{name!r} cannot name a column or table: give a text without line breaks and unseen signs"
        raise refusal("name", name, zh, en)
    size = len(name.encode())
    if dialect == "postgresql" and size > _POSTGRESQL_BYTES:
        zh = f"{name!r} 有 {size} 字节，而 PostgreSQL 只取名称的前 {_POSTGRESQL_BYTES} 字节，两个名称可能变成一个"
        en = (
            f"{name!r} has {size} bytes, and PostgreSQL cuts names after {_POSTGRESQL_BYTES}, so that two could become "
        )
        raise refusal("name", name, f"{zh}：请缩短编号", f"{en}one: shorten the id")
    return '"' + name.replace('"', '""') + '"'


def remark(text: str) -> str:
    """Return *text* as a remark of one line.

    A line break would end the remark and make a command of what follows it, and invisible characters could make a
    reader see another command than the database does.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "-- " + (plain if len(plain) <= _REMARK_LENGTH else plain[: _REMARK_LENGTH - 1] + "…")


def marked(name: str) -> str:
    """Return the mark of the parameter *name* in a text not yet finished; `finished` replaces it."""
    return f"\0{name}\0"


def finished(text: str, dialect: SqlDialect) -> str:
    """Return *text* with its marks replaced by the placeholders of the database's driver."""
    if dialect == "postgresql":  # psycopg reads percent signs even in names and remarks
        text = text.replace("%", "%%")
    return _replaced(text, PLACEHOLDERS[dialect].format)


def printed(text: str, values: Mapping[str, SqlValue]) -> str:
    """Return *text* with its marks replaced by the values themselves, to be read, or run as it is."""
    return _replaced(text, lambda name: literal(values[name]))


def _replaced(text: str, say: Callable[[str], str]) -> str:
    return _MARK.sub(lambda found: say(found[1]), text)


def literal(value: SqlValue) -> str:
    """Return *value* written out.

    Raises:
        PolicyError: A code could not be written safely in every database.
    """
    if isinstance(value, dt.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    if "\\" in value or not value.isprintable():
        zh, en = f"{value!r} 不能直接写进 SQL", f"{value!r} cannot be printed into SQL"
        raise refusal("value", value, f"{zh}：请作为参数传入", f"{en}: bind it as a parameter")
    return "'" + value.replace("'", "''") + "'"


class Parameters:
    """The values of one query, each named after what it is compared with and given once."""

    def __init__(self, dialect: SqlDialect) -> None:
        self._dialect = dialect
        self._names: dict[tuple[str, type, SqlValue], str] = {}
        self.values: dict[str, SqlValue] = {}

    def mark(self, about: str, value: SqlValue) -> str:
        """Return the mark of *value*, compared with what is called *about*."""
        if isinstance(value, dt.date) and self._dialect == "sqlite":
            value = value.isoformat()
        key = (about, type(value), value)
        if key not in self._names:
            name = re.sub(r"[^a-z0-9_]", "_", about.lower()).strip("_") or "value"
            name = name if name[0].isalpha() else f"value_{name}"
            number = 1
            while f"{name}_{number}" in self.values:
                number += 1
            self._names[key] = f"{name}_{number}"
            self.values[self._names[key]] = value
        return marked(self._names[key])
