"""How is a workbook read without trusting it?

It is weighed before it is opened, then opened in a child process with limits on memory and time (`workbook_worker`).
Whatever the child does, this process survives it and says what happened. Merged cells are filled, as people see them.
"""

import datetime as dt
import importlib.util
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import attrs

from careprogram.errors import MissingExtraError, RosterError
from careprogram.language import Text
from careprogram.rosters.problems import CellValue

_WORKER: Final = Path(__file__).with_name("workbook_worker.py")
_WIDEST_MERGE: Final = 2_000
_TALLEST_BLOCK: Final = 16_384
_BLOCK: Final = 262_144


@attrs.frozen(kw_only=True)
class WorkbookLimits:
    """What a workbook may cost.

    Attributes:
        file_bytes: Size of the file.
        unpacked_bytes: Size that its parts declare to have when unpacked.
        memory_bytes: Address space of the process that reads it.
        seconds: Time until the first sheet is open, and processor time in all.
    """

    file_bytes: int = 64 * 2**20
    unpacked_bytes: int = 1024 * 2**20
    memory_bytes: int = 2048 * 2**20
    seconds: int = 120


def open_workbook(content: bytes, limits: WorkbookLimits) -> Iterator[tuple[str, Iterator[Sequence[CellValue]]]]:
    """Yield name and rows of every visible sheet, the rows to be consumed before the next sheet.

    Raises:
        RosterError: It is too large, encrypted, broken, or broke its reader.
        MissingExtraError: python-calamine is not installed.
    """
    _weigh(content, limits)
    spec = importlib.util.find_spec("python_calamine")
    if spec is None or spec.origin is None:
        raise MissingExtraError("python_calamine", extra="excel", purpose="reading an .xlsx roster")
    folder = Path(spec.origin).parent.parent
    command = [sys.executable, "-I", "-S", str(_WORKER), str(limits.memory_bytes), str(limits.seconds), str(folder)]
    child = subprocess.Popen(  # noqa: S603 - our own script under our own interpreter
        command,
        bufsize=_BLOCK,
        pipesize=_BLOCK,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(limits.seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield from _converse(child, content, timer, late)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _weigh(content: bytes, limits: WorkbookLimits) -> None:
    if len(content) > limits.file_bytes:
        raise RosterError(
            f"the workbook is larger than {limits.file_bytes >> 20} MiB: split it", reason="too-large"
        ).also_in_chinese(f"工作簿大于 {limits.file_bytes >> 20} MiB：请拆分")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        raise RosterError("the workbook is broken: save it as .xlsx again", reason="broken").also_in_chinese(
            "工作簿已损坏：请重新另存为 .xlsx"
        ) from None
    if any(part.flag_bits & 1 for part in parts):
        raise RosterError(
            "the workbook is encrypted: save it without a password", reason="old-or-encrypted"
        ).also_in_chinese("工作簿已加密：请另存为没有密码的文件")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise RosterError(
            f"unpacked, the workbook would take more than {limits.unpacked_bytes >> 20} MiB: it is refused",
            reason="too-large",
        ).also_in_chinese(f"工作簿解压后会超过 {limits.unpacked_bytes >> 20} MiB，不予读取")
    if not any(part.filename.lower().startswith("xl/") for part in parts):
        raise RosterError("this is a zip file but no .xlsx workbook", reason="not-a-workbook").also_in_chinese(
            "这是压缩文件，但不是 .xlsx 工作簿"
        )


def _converse(
    child: "subprocess.Popen[bytes]", content: bytes, timer: threading.Timer, late: threading.Event
) -> Iterator[tuple[str, Iterator[Sequence[CellValue]]]]:
    if child.stdin is None or child.stdout is None:  # pragma: no cover - both were asked for
        raise RosterError("no pipe to the reading process", reason="reader-crashed")
    try:
        child.stdin.write(content)
        child.stdin.close()
    except OSError:
        pass  # The child is gone: what it said before, or its silence, tells why.
    answers = _Answers(child.stdout)
    while (head := answers.next_head()) is not None:
        timer.cancel()
        if head.get("end"):
            return
        if "error" in head:
            raise _refusal(str(head["error"]))
        yield str(head["sheet"]), _filled(answers.rows(), head["merged"])
    child.wait()
    raise _refusal("time" if late.is_set() or child.returncode == -24 else "crash")


def _refusal(error: str) -> RosterError:
    texts = {
        "memory": ("reader-memory", Text("读取工作簿所需内存过大", "the workbook needs more memory than a roster may")),
        "time": ("reader-time", Text("读取工作簿用时过长", "the workbook takes longer to read than a roster may")),
        "crash": ("reader-crashed", Text("读取工作簿的进程崩溃", "the workbook made its reader break down")),
        "PasswordError": (
            "old-or-encrypted",
            Text("工作簿已加密：请另存为没有密码的文件", "the workbook is encrypted: save it without a password"),
        ),
    }
    unknown = Text(f"无法读取工作簿（{error}）", f"the workbook cannot be read ({error})")
    reason, text = texts.get(error, ("broken", unknown))
    return RosterError(f"{text.en}; open it, save it as a new .xlsx, and try again", reason=reason).also_in_chinese(
        f"{text.zh}；请打开后另存为新的 .xlsx，再试一次"
    )


class _Answers:
    """The lines of the reading process: sheets (objects), each followed by blocks of its rows (arrays)."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._head: dict[str, Any] | None = None
        self._decode = json.JSONDecoder(object_hook=_cell_or_head).decode

    def rows(self) -> Iterator[list[CellValue]]:
        """Yield the rows up to the next sheet, without the empty cells at their ends."""
        for line in self._pipe:
            if not line.startswith(b"["):
                self._head = self._parse(line)
                return
            for cells in self._block(line):
                row = list(cells)
                while row and row[-1] == "":
                    row.pop()
                yield row

    def _block(self, line: bytes) -> Sequence[Sequence[CellValue]]:
        """Return the rows of a block, which comes as their number and their columns."""
        try:
            height, *columns = self._parse(line)
            if not 0 < height <= _TALLEST_BLOCK:
                raise _refusal("crash")
            lists = [column if isinstance(column, list) else [column] * height for column in columns]
            return list(zip(*lists, strict=True)) if lists else [()] * height
        except (TypeError, ValueError):
            raise _refusal("crash") from None

    def next_head(self) -> dict[str, Any] | None:
        """Return the next sheet or the end, passing over rows nobody asked for; None if the child went silent."""
        if self._head is None:
            for _ in self.rows():
                pass
        head, self._head = self._head, None
        return head

    def _parse(self, line: bytes) -> Any:
        try:
            return self._decode(line.decode())
        except ValueError:  # A child that was stopped leaves half a line.
            raise _refusal("crash") from None


def _cell_or_head(found: dict[str, Any]) -> object:
    if "date" in found:
        return dt.date.fromisoformat(found["date"])
    if "datetime" in found:
        return dt.datetime.fromisoformat(found["datetime"])
    return found.get("other", found)


def _filled(rows: Iterator[list[CellValue]], merged: Sequence[Sequence[int]]) -> Iterator[Sequence[CellValue]]:
    """Fill merged cells with the value of their first cell, in headings as in data."""
    starting: dict[int, list[Sequence[int]]] = {}
    for area in merged:
        if area[3] - area[1] < _WIDEST_MERGE:
            starting.setdefault(area[0], []).append(area)
    open_areas: list[tuple[Sequence[int], CellValue]] = []
    for number, row in enumerate(rows):
        if not starting and not open_areas:
            yield row
            continue
        begun = starting.pop(number, ())
        open_areas.extend((area, row[area[1]] if area[1] < len(row) else "") for area in begun)
        for (_, left, _, right), value in open_areas:
            if value != "":
                row.extend([""] * (right + 1 - len(row)))
                row[left : right + 1] = [value] * (right + 1 - left)
        open_areas = [(area, value) for area, value in open_areas if area[2] > number]
        yield row
