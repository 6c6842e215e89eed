"""How do the bytes of a file become rows of cells?

CSV in UTF-8 (with or without a mark), UTF-16 or GB18030, parted by comma, semicolon or tab; workbooks through
`workbook`. Row numbers are those that a person sees: empty rows count. Nothing is typed, trimmed or dropped here.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, TypeAlias

import attrs

from careprogram.errors import RosterError
from careprogram.rosters.problems import CellValue
from careprogram.rosters.workbook import WorkbookLimits, open_workbook

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

Format: TypeAlias = Literal["auto", "csv", "xlsx"]

_SAMPLE: Final = 65_536
_JUDGED_ROWS: Final = 40
_DELIMITERS: Final = (",", ";", "\t")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@attrs.frozen(kw_only=True)
class Sheet:
    """One table of a file.

    Attributes:
        name: Empty for a CSV file.
        rows: Every row from the first, empty ones included; to be consumed once, before the next sheet.
    """

    name: str
    rows: Iterator[Sequence[CellValue]]


def open_sheets(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    limits: WorkbookLimits | None = None,
) -> Iterator[Sheet]:
    """Yield the sheets of *source* one after the other, reading no more than is asked for.

    Raises:
        RosterError: It is empty, broken, encrypted, too large, or of no known kind; ``reason`` says which.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    sample = stream.read(_SAMPLE)
    if not sample.strip():
        raise RosterError("the file is empty", reason="empty").also_in_chinese("文件是空的")
    if sample.startswith(_OLE):
        raise RosterError(
            "this is an old .xls or an encrypted workbook: save it as .xlsx without a password",
            reason="old-or-encrypted",
        ).also_in_chinese("这是旧的 .xls 或加密的工作簿：请另存为没有密码的 .xlsx")
    if format == "xlsx" or (format == "auto" and sample.startswith(_ZIP)):
        if not sample.startswith(_ZIP):
            raise RosterError(
                "this is no .xlsx workbook: save it as .xlsx again", reason="not-a-workbook"
            ).also_in_chinese("这不是 .xlsx 工作簿：请重新另存为 .xlsx")
        yield from (Sheet(name=name, rows=rows) for name, rows in _workbook(sample, stream, limits))
        return
    yield Sheet(name="", rows=_csv_rows(sample, stream))


def _workbook(
    sample: bytes, stream: BinaryIO, limits: WorkbookLimits | None
) -> Iterator[tuple[str, Iterator[Sequence[CellValue]]]]:
    limits = limits or WorkbookLimits()
    content = sample + stream.read(limits.file_bytes + 1 - len(sample))
    return open_workbook(content, limits)


def _csv_rows(sample: bytes, stream: BinaryIO) -> Iterator[Sequence[CellValue]]:
    encoding = _encoding(sample)
    head = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    # newline="" leaves line breaks inside quotes as they are, and breaks rows at nothing but CR and LF.
    text = io.TextIOWrapper(io.BufferedReader(_Rejoined(sample, stream), _SAMPLE), encoding, newline="")
    number = 0
    try:
        for row in csv.reader(text, delimiter=_delimiter(head)):
            number += 1
            yield row
    except UnicodeDecodeError:
        raise RosterError(
            f"row {number + 1} of the file is not {encoding}: save it as CSV UTF-8", reason="encoding"
        ).also_in_chinese(f"文件第 {number + 1} 行不是 {encoding} 编码：请另存为 CSV UTF-8") from None
    except csv.Error as error:
        raise RosterError(f"row {number + 1} of the file cannot be read as CSV: {error}", reason="csv").also_in_chinese(
            f"文件第 {number + 1} 行不能按 CSV 读取：{error}"
        ) from None


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already; closing it leaves the stream itself open."""

    def __init__(self, sample: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._sample = sample
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "Buffer") -> int:
        room = memoryview(buffer).cast("B")
        # Some streams give more than they were asked for.
        self._sample = self._sample or self._stream.read(len(room))
        chunk, self._sample = self._sample[: len(room)], self._sample[len(room) :]
        room[: len(chunk)] = chunk
        return len(chunk)


def _encoding(sample: bytes) -> str:
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _delimiter(head: str) -> str:
    """Return the delimiter by which the first rows come out as the widest regular table."""

    def regularity(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in itertools.islice(rows, _JUDGED_ROWS)]
        except csv.Error:
            return (0, 0)
        wide = [width for width in widths if width > 1]
        return (max((wide.count(width) * (width - 1) for width in set(wide)), default=0), -_DELIMITERS.index(delimiter))

    return max(_DELIMITERS, key=regularity)
