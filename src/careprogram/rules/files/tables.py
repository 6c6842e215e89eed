"""What do the tables of a policy file hold, and what is wrong with them?

Small readers that go on after a mistake and note it with its line. They know TOML and nothing of policies.
"""

import datetime as dt
import enum
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules.files.lines import KeyPath, LineMap
from careprogram.rules.files.problems import PolicyProblem
from careprogram.rules.files.shape import BOTH_LANGUAGES, Shape
from careprogram.rules.files.tokens import closest
from careprogram.rules.shortcomings import ID, Shortcoming

T = TypeVar("T")
M = TypeVar("M", bound=enum.Enum)
Table: TypeAlias = Mapping[str, Any]
"""A table as the TOML reader gives it."""

_KINDS: Mapping[type, Text] = {
    str: Text("引号里的文字", "a text in quotes"),
    int: Text("整数", "a whole number"),
    bool: Text("true 或 false", "true or false"),
    dict: Text("一个表", "a table"),
    list: Text("一个列表", "a list"),
    dt.date: Text("日期，例如 2016-02-04", "a date such as 2016-02-04"),
}


class TableReader:
    """Reads tables of one file, collecting problems; methods give None for what could not be read."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.problems: list[PolicyProblem] = []
        self.lines = LineMap("")

    def report(
        self, path: KeyPath, text: Text, *, clause: str | None = None, allowed: Iterable[str] = (), meant: str = ""
    ) -> None:
        """Note a finding at *path*."""
        names = tuple(allowed)
        suggestion = closest(meant, names) if meant else None
        line = self.lines.line(path)
        self.problems.append(
            PolicyProblem(file=self.name, line=line, text=text, clause=clause, allowed=names, suggestion=suggestion)
        )

    def keys(self, table: Table, path: KeyPath, shape: Shape, *, clause: str | None = None) -> None:
        """Note keys of *table* that are not in its *shape*, and required ones that are missing."""
        clause = clause or owner_of(table) if path else None
        meant = {key: closest(key, shape.allowed) for key in table if key not in shape.allowed}
        for key in meant:
            text = Text(f"这里没有“{key}”这个键", f"there is no key {key!r} here")
            self.report((*path, key), text, clause=clause, allowed=shape.allowed, meant=key)
        for key in shape.required:
            if key not in table and key not in meant.values():
                self.report(path, Text(f"缺少键“{key}”", f"the key {key!r} is missing"), clause=clause)

    def value(self, table: Table, path: KeyPath, key: str, kind: type[T], *, default: T | None = None) -> T | None:
        """Return the value of *key* if it is of the right *kind*; note what is wrong with it otherwise."""
        if key not in table:
            return default
        found = table[key]
        right = isinstance(found, kind) and not (kind is int and isinstance(found, bool))
        if not right or isinstance(found, dt.datetime):
            need = _KINDS[kind]
            text = Text(
                f"“{key}”必须是{need.zh}，不能是 {shown(found)}", f"{key!r} must be {need.en}, not {shown(found)}"
            )
            self.report((*path, key), text, clause=owner_of(table))
            return None
        if isinstance(found, str) and not found.strip():
            zh = f"“{key}”是空的：写上读者能查到的内容"
            text = Text(zh, f"{key!r} is empty: write something a reader could look up")
            self.report((*path, key), text, clause=owner_of(table))
        return cast("T", found)

    def identifier(self, table: Table, path: KeyPath, what: Text) -> str | None:
        """Return the id of *table*, noting one that could not be written elsewhere."""
        found = self.value(table, path, "id", str)
        return None if found is None or not self.is_id(found, (*path, "id"), what) else found

    def is_id(self, found: str, path: KeyPath, what: Text) -> bool:
        """Return whether *found* can be an id, noting it otherwise."""
        if not ID.fullmatch(found):
            zh = f"{what.zh}的编号只用小写字母、数字、“.”“_”“-”，不能是 {shown(found)}"
            en = f"the id of {what.en} takes small letters, digits, '.', '_' and '-', not {shown(found)}"
            self.report(path, Text(zh, en))
            return False
        return True

    def label(self, table: Table, path: KeyPath, key: str) -> Text | None:
        """Return the text of *key* in both languages."""
        found = table.get(key)
        if not isinstance(found, dict):
            if found is not None:
                text = Text(f'请写 {key} = {{ zh = "…", en = "…" }}', f'write {key} = {{ zh = "…", en = "…" }}')
                self.report((*path, key), text, clause=owner_of(table))
            return None
        self.keys(found, (*path, key), BOTH_LANGUAGES, clause=owner_of(table))
        zh, en = (self.value(found, (*path, key), language, str) for language in ("zh", "en"))
        return Text(zh, en) if zh is not None and en is not None else None

    def choice(self, table: Table, path: KeyPath, key: str, kind: type[M], default: M) -> M:
        """Return the member of *kind* whose code stands under *key*."""
        found = self.value(table, path, key, str)
        for member in kind:
            if member.value == found:
                return member
        if found is not None:
            allowed = tuple(str(member.value) for member in kind)
            text = Text(f"“{key}”不能是“{found}”", f"{key!r} cannot be {found!r}")
            self.report((*path, key), text, clause=owner_of(table), allowed=allowed, meant=found)
        return default

    def ids(self, found: object, path: KeyPath, what: Text) -> tuple[str, ...]:
        """Return *found* as a list of ids."""
        if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
            zh, en = f'这里写编号的列表，例如 ["a", "b"]，不能是 {shown(found)}', 'a list of ids such as ["a", "b"]'
            self.report(path, Text(zh, f"this must be {en}, not {shown(found)}"))
            return ()
        return tuple(entry for entry in found if self.is_id(entry, path, what))

    def each(self, table: Table, path: KeyPath, key: str, read: Callable[[Table, KeyPath], T | None]) -> tuple[T, ...]:
        """Return what *read* makes of each table in the list under *key*."""
        found = self.value(table, path, key, list, default=[])
        results: list[T | None] = []
        for index, entry in enumerate(found or []):
            if isinstance(entry, dict):
                results.append(read(entry, (*path, key, index)))
            else:
                header = f"[[{'.'.join(str(part) for part in (*path, key) if not isinstance(part, int))}]]"
                self.report(
                    (*path, key), Text(f"“{key}”里是表：请写 {header}", f"{key!r} takes tables: write {header}")
                )
        return tuple(result for result in results if result is not None)

    def built(self, path: KeyPath, clause: str | None, kind: type[T], **fields: Any) -> T | None:
        """Return a *kind* made of *fields*, noting why it refuses them."""
        try:
            return kind(**fields)
        except PolicyError as error:
            found = error.problems[0] if error.problems else None
            self.report(
                path, found.message if isinstance(found, Shortcoming) else Text(str(error), str(error)), clause=clause
            )
            return None


def owner_of(table: Table) -> str | None:
    """Return the id that *table* gives, to name it in a finding."""
    found = table.get("id")
    return found if isinstance(found, str) else None


def shown(value: object) -> str:
    """Return *value* as it stands in the file, shortened."""
    shortened = reprlib.Repr()
    shortened.maxstring = shortened.maxother = shortened.maxlong = 60
    return shortened.repr(value)
