"""What stands in this workbook? Answered from a process of its own.

A hostile workbook can make a reader abort, loop or swallow all memory. This file is run as a script, in a child process
with limits: it reads a workbook from standard input and writes JSON lines to standard output: an object for a sheet,
then an array for every block of its rows. It imports nothing of careprogram, and nothing but JSON comes back from it.
"""

import datetime as dt
import io
import itertools
import json
import sys
from collections.abc import Sequence
from typing import Any

_CELLS_A_ROW = 16_384
_MERGED_RANGES = 100_000
_BLOCK = 262_144


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit of the parent still holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _plain(value: object) -> object:
    """Say a cell of a type that JSON lacks; called by the encoder for those only."""
    if isinstance(value, dt.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return {"other": str(value)}


def _block(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Return how many rows there are, then their columns; one text stands for a column that holds nothing else.

    Most columns of a wide form are empty, or say the same from row to row: neither is told row by row.
    """
    columns: list[Any] = []
    for column in itertools.islice(zip(*rows, strict=True), _CELLS_A_ROW):
        first = column[0]
        if isinstance(first, str) and column.count(first) == len(rows):
            columns.append(first)
        elif bool in set(map(type, column)):
            columns.append([("√" if cell else "×") if isinstance(cell, bool) else cell for cell in column])
        else:
            columns.append(column)
    while columns and columns[-1] == "":
        columns.pop()
    return [len(rows), *columns]


def _write_sheet(sheet: Any, out: Any) -> None:
    merged = [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])[:_MERGED_RANGES]]
    out.write(json.dumps({"sheet": sheet.name, "merged": merged}) + "\n")
    encode = json.JSONEncoder(default=_plain, check_circular=False, ensure_ascii=False).encode
    # Rows above the first filled one, and columns left of it, count: people see them. Row by row they are left out.
    whole = sheet.start in {None, (0, 0)}
    rows = iter(sheet.iter_rows() if whole else sheet.to_python(skip_empty_area=False))
    # A block holds no more than the widest row may.
    height = max(1, _CELLS_A_ROW // max(1, sheet.total_width))
    while block := list(itertools.islice(rows, height)):
        out.write(encode(_block(block)) + "\n")


def main(arguments: list[str]) -> int:
    """Read the workbook on standard input; *arguments* are bytes of memory, seconds, and the folder of the reader."""
    _limit(int(arguments[0]), int(arguments[1]))
    sys.path.append(arguments[2])
    # Large blocks: each small one would wake the reading process up.
    out = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "wb"), _BLOCK), "utf-8", "replace", write_through=True)
    try:
        import python_calamine

        content = io.BytesIO(sys.stdin.buffer.read())
        workbook = python_calamine.CalamineWorkbook.from_filelike(content)
        for about in workbook.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if about.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            _write_sheet(workbook.get_sheet_by_name(about.name), out)
        out.write('{"end": true}\n')
        out.flush()
    except MemoryError:
        out.write('{"error": "memory"}\n')
        out.flush()
        return 1
    except BaseException as error:  # noqa: BLE001 - the reader's panics are no Exceptions; each must become an answer
        out.write(json.dumps({"error": type(error).__name__}) + "\n")
        out.flush()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
