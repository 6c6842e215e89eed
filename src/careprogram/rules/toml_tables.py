"""What do the tables of a policy file hold, and what is wrong with them?

Small readers that go on after a mistake and note it with its line. They know TOML and nothing of policies.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

import attrs

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules.tokens import closest
from careprogram.rules.toml_lines import KeyPath, LineMap

T = TypeVar("T")
Table: TypeAlias = Mapping[str, Any]
"""A table as the TOML reader gives it."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_KINDS: Mapping[type, str] = {str: "a text in quotes", int: "a whole number", bool: "true or false", dict: "a table",
                              list: "a list", dt.date: "a date such as 2016-02-04"}  # fmt: skip


@attrs.frozen(kw_only=True)
class PolicyProblem:
    """One finding in a policy file.

    Attributes:
        file: The name of the file.
        line: Its line, from 1.
        message: What is wrong and how to mend it.
        clause: The clause, parameter or definition it is in, or None.
        allowed: The names that could stand there, if there is such a list.
        suggestion: The name that was probably meant, or None.
    """

    file: str
    line: int
    message: str
    clause: str | None = None
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " + (f"in {self.clause!r}: " if self.clause else "")
        meant = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        return where + self.message + meant + allowed


class TableReader:
    """Reads tables of one file, collecting problems; methods give None for what could not be read."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.problems: list[PolicyProblem] = []
        self.lines = LineMap("")

    def report(
        self, path: KeyPath, message: str, *, clause: str | None = None, allowed: Iterable[str] = (), meant: str = ""
    ) -> None:
        """Note a finding at *path*."""
        names = tuple(allowed)
        suggestion = closest(meant, names) if meant else None
        self.problems.append(
            PolicyProblem(
                file=self.name,
                line=self.lines.line(path),
                message=message,
                clause=clause,
                allowed=names,
                suggestion=suggestion,
            )
        )

    def keys(self, table: Table, path: KeyPath, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Note keys of *table* that are not allowed, and required ones that are missing."""
        clause = table.get("id") if path and isinstance(table.get("id"), str) else None
        allowed = (*required, *optional)
        meant = {key: closest(key, allowed) for key in table if key not in allowed}
        for key in meant:
            self.report((*path, key), f"there is no key {key!r} here", clause=clause, allowed=allowed, meant=key)
        for key in required:
            if key not in table and key not in meant.values():
                self.report(path, f"the key {key!r} is missing", clause=clause)

    def value(self, table: Table, path: KeyPath, key: str, kind: type[T], *, default: T | None = None) -> T | None:
        """Return the value of *key* if it is of the right *kind*; note what is wrong with it otherwise."""
        if key not in table:
            return default
        found = table[key]
        right = isinstance(found, kind) and not (kind is int and isinstance(found, bool))
        if not right or isinstance(found, dt.datetime):
            self.report((*path, key), f"{key!r} must be {_KINDS[kind]}, not {found!r}", clause=owner_of(table))
            return None
        if isinstance(found, str) and not found.strip():
            self.report(
                (*path, key), f"{key!r} is empty: write something a reader could look up", clause=owner_of(table)
            )
        return cast("T", found)

    def identifier(self, table: Table, path: KeyPath, what: str) -> str | None:
        """Return the id of *table*, noting one that could not be written elsewhere."""
        found = self.value(table, path, "id", str)
        if found is not None and not _ID.fullmatch(found):
            self.report((*path, "id"), f"the id of {what} takes small letters, digits, '.', '_' and '-', not {found!r}")
        return found

    def label(self, table: Table, path: KeyPath, key: str) -> Text | None:
        """Return the text of *key* in both languages."""
        found = table.get(key)
        if not isinstance(found, dict):
            if found is not None:
                self.report((*path, key), f'write {key} = {{ zh = "…", en = "…" }}', clause=owner_of(table))
            return None
        self.keys(found, (*path, key), required=("zh", "en"))
        zh, en = (self.value(found, (*path, key), language, str) for language in ("zh", "en"))
        return Text(zh, en) if zh is not None and en is not None else None

    def each(self, table: Table, path: KeyPath, key: str, read: Callable[[Table, KeyPath], T | None]) -> tuple[T, ...]:
        """Return what *read* makes of each table in the list under *key*."""
        found = self.value(table, path, key, list, default=[])
        results: list[T | None] = []
        for index, entry in enumerate(found or []):
            if isinstance(entry, dict):
                results.append(read(entry, (*path, key, index)))
            else:
                self.report((*path, key), f"{key!r} takes tables: write [[{'.'.join(map(str, (*path, key)))}]]")
        return tuple(result for result in results if result is not None)

    def built(self, path: KeyPath, clause: str | None, kind: type[T], **fields: Any) -> T | None:
        """Return a *kind* made of *fields*, noting why it refuses them."""
        try:
            return kind(**fields)
        except PolicyError as error:
            self.report(path, str(error), clause=clause)
            return None


def owner_of(table: Table) -> str | None:
    """Return the id that *table* gives, to name it in a finding."""
    found = table.get("id")
    return found if isinstance(found, str) else None
