"""Does this document fit its archive schema, and if not, where and why?

All problems are found at once. Each names the path of the field and the reason, never the value that was read, and
never a name that the schema does not know: what somebody typed in the wrong place may be about a child.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import attrs

from careprogram.archives.schema import (
    ArchiveField,
    ArchiveSchema,
    ChoiceType,
    DateType,
    DigestType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
)
from careprogram.errors import ValidationError
from careprogram.ids import LONGEST_NAME
from careprogram.language import Text

Document: TypeAlias = Mapping[str, object]
"""An archive as JSON."""

DATE_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DIGEST_PATTERN = "^[0-9a-f]{64}$"


@attrs.frozen(kw_only=True)
class DocumentProblem:
    """One thing that is wrong with a document.

    Attributes:
        path: Where, such as ``$.calls[2].means``.
        reason: A stable, language-free word.
        text: What is wrong and how to mend it.
    """

    path: str
    reason: str
    text: Text


class ArchiveError(ValidationError):
    """A document that does not fit its schema. ``problems`` holds every finding, in the order of the schema."""

    def __init__(self, message: str, *, problems: tuple[DocumentProblem, ...] = ()) -> None:
        super().__init__(message, reason="archive")
        self.problems = problems


def check(document: object, schema: ArchiveSchema, *, as_of: dt.date | None = None) -> tuple[DocumentProblem, ...]:
    """Return everything that is wrong with *document*, in the order of the schema; nothing if it fits.

    Args:
        document: An archive as JSON, or whatever came instead.
        schema: The version of its kind.
        as_of: Today, where nothing may have happened later; None for what is on file already.
    """
    return tuple(_record_problems(document, schema.fields, "$", as_of))


def validate(document: object, schema: ArchiveSchema, *, as_of: dt.date | None = None) -> None:
    """Refuse a document that does not fit *schema*; see `check`.

    Raises:
        ArchiveError: With every problem on a line of its own.
    """
    problems = check(document, schema, as_of=as_of)
    if problems:
        lines = "\n".join(f"  {problem.path}: {problem.text.en}" for problem in problems)
        raise ArchiveError(
            f"no archive {schema.id!r} of version {schema.version}; mend the document at\n{lines}", problems=problems
        )


def _problem(path: str, reason: str, zh: str, en: str) -> DocumentProblem:
    return DocumentProblem(path=path, reason=reason, text=Text(zh, en))


def _wrong_type(path: str, zh: str, en: str) -> DocumentProblem:
    return _problem(path, "type", f"应为{zh}", f"expected {en}")


def _record_problems(
    value: object, fields: tuple[ArchiveField, ...], path: str, as_of: dt.date | None
) -> Iterator[DocumentProblem]:
    if not isinstance(value, Mapping):
        yield _wrong_type(path, "对象", "an object")
        return
    names = [field.name for field in fields]
    for position, name in enumerate(value, start=1):
        if name not in names:
            yield _unknown_field(path, position, name, names)
    for field in fields:
        inner = f"{path}.{field.name}"
        content = value.get(field.name)
        if content is not None:
            yield from _value_problems(content, field.type, inner, as_of)
        elif field.required:
            yield _problem(inner, "missing", "必填", "is required")


def _unknown_field(path: str, position: int, name: object, names: list[str]) -> DocumentProblem:
    close = difflib.get_close_matches(name, names, n=1) if isinstance(name, str) else []
    hint_zh, hint_en = (f"，是否指 {close[0]}？", f"; did you mean {close[0]!r}?") if close else ("", "")
    return _problem(
        path, "unknown-field", f"第 {position} 个字段未定义{hint_zh}", f"field number {position} is unknown{hint_en}"
    )


def _value_problems(value: object, type_: FieldType, path: str, as_of: dt.date | None) -> Iterator[DocumentProblem]:
    if isinstance(type_, RecordType):
        yield from _record_problems(value, type_.fields, path, as_of)
    elif isinstance(type_, ListType):
        yield from _list_problems(value, type_, path, as_of)
    elif isinstance(type_, TextType):
        yield from _text_problems(value, path, shortest=0, longest=type_.longest)
    elif isinstance(type_, ReferenceType):
        yield from _text_problems(value, path, shortest=1, longest=LONGEST_NAME)
    elif isinstance(type_, NumberType):
        yield from _number_problems(value, type_, path)
    elif isinstance(type_, DateType):
        yield from _date_problems(value, type_, path, as_of)
    elif isinstance(type_, DigestType):
        if not (isinstance(value, str) and re.fullmatch(DIGEST_PATTERN, value)):
            yield _problem(path, "digest", "应为 64 位十六进制的 SHA-256 摘要", "expected the 64 digits of SHA-256")
    elif isinstance(type_, ChoiceType):
        allowed = [choice.value for choice in type_.choices]
        if value not in allowed:
            listed = ", ".join(allowed)
            yield _problem(path, "choice", f"应为以下之一：{listed}", f"expected one of {listed}")
    elif type(value) is not bool:
        yield _wrong_type(path, "是或否（true 或 false）", "true or false")


def _list_problems(value: object, type_: ListType, path: str, as_of: dt.date | None) -> Iterator[DocumentProblem]:
    if not isinstance(value, list | tuple):
        yield _wrong_type(path, "列表", "a list")
        return
    if len(value) > type_.longest:
        yield _problem(path, "too-long", f"最多 {type_.longest} 项", f"has more than {type_.longest} entries")
        return
    for index, entry in enumerate(value):
        yield from _value_problems(entry, type_.of, f"{path}[{index}]", as_of)


def _text_problems(value: object, path: str, *, shortest: int, longest: int) -> Iterator[DocumentProblem]:
    if not isinstance(value, str):
        yield _wrong_type(path, "文本", "a text")
    elif not shortest <= len(value) <= longest:
        yield _problem(path, "length", f"应为 {shortest} 至 {longest} 字", f"needs {shortest} to {longest} characters")
    elif not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        yield _problem(path, "surrogate", "含有半个代理对，无法保存", "holds half a surrogate pair: cannot be kept")


def _number_problems(value: object, type_: NumberType, path: str) -> Iterator[DocumentProblem]:
    if type(value) is not int:
        yield _wrong_type(path, "整数", "a whole number")
    elif not type_.lowest <= value <= type_.highest:
        span = f"{type_.lowest}-{type_.highest}{' ' if type_.unit else ''}{type_.unit}"
        yield _problem(path, "range", f"应在 {span} 之间", f"needs to be within {span}")


def _date_problems(value: object, type_: DateType, path: str, as_of: dt.date | None) -> Iterator[DocumentProblem]:
    if not (isinstance(value, str) and _is_date(value)):
        yield _problem(path, "date", "应为日期，如 2026-09-01", "expected a date such as 2026-09-01")
    elif type_.happened and as_of is not None and dt.date.fromisoformat(value) > as_of:
        yield _problem(path, "future", "不得晚于今天", "lies after today, and tells of what has happened")


def _is_date(value: str) -> bool:
    if re.fullmatch(DATE_PATTERN, value) is None or value.endswith("\n"):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True
