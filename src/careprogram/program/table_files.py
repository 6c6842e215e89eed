"""How is a table of facts read from Parquet or CSV without guessing, and written so that it is whole or not there?

A CSV file has no types, and nothing is inferred: each cell is an answer in the one way it is written, a gap if it is
empty, or a problem with its row and column. Nothing is judged here, and no cell is ever shown.
"""

import contextlib
import csv
import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from careprogram.errors import MissingExtraError, TableError
from careprogram.program.whole_files import claim, clear_away, new_part
from careprogram.rules import BoolFact, ChoiceFact, DateFact, Fact, GroupFact
from careprogram.rules.columns import TableProblem

PROBLEMS_TOLD = 100
"""More are only said to be there: a wrong column is wrong in each of its million cells."""

_WHOLE_NUMBER, _DAY = r"\A-?[0-9]{1,18}\z", r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_YEAR_ZERO = "0000"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def polars() -> Any:
    """Return the library that reads and writes files in parts.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import polars as pl
    except ImportError as error:
        raise MissingExtraError("polars", extra="columns", purpose="judging a file") from error
    return pl


def scanned(path: Path, facts: Sequence[Fact]) -> Any:
    """Return the table in *path* as a lazy frame with the columns of *facts* in their types.

    Args:
        path: A file whose name ends in ``.parquet`` or ``.csv`` (UTF-8, commas, a row of headings; ``true``/``false``,
            whole numbers, days as ``2026-09-01``, choices by their codes, a gap as nothing).
        facts: What is read with a type; in CSV, every other column is text.

    Raises:
        TableError: The file is neither, or a cell is no answer; up to a hundred are named by row and column.
        MissingExtraError: Polars is not installed.
    """
    if path.suffix.lower() not in {".parquet", ".csv"}:
        raise TableError(f"a table is read from .parquet or .csv, not from {path.name!r}")
    with _told_as_a_table(path, "read"), path.open("rb"):
        pass
    if path.suffix.lower() == ".parquet":
        return polars().scan_parquet(path, glob=False)
    headings = _headings(path)
    asked = [fact for fact in facts if fact.name in headings]
    frame = polars().scan_csv(path, infer_schema=False, empty_string_is_null=False, glob=False)
    problems = _short_rows(path, headings) or _bad_cells(path, frame, asked)
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems[:PROBLEMS_TOLD])
        more = "\n  and more" if len(problems) > PROBLEMS_TOLD else ""
        raise TableError(f"{path.name} holds cells that are no answers:\n{shown}{more}", problems=problems)
    return frame.with_columns(**{fact.name: _typed(fact) for fact in asked})


def _headings(path: Path) -> Sequence[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            headings = next(csv.reader(file), [])
        except (csv.Error, UnicodeDecodeError) as error:
            raise TableError(f"{path.name} does not begin with a row of headings in UTF-8") from error
    twice = sorted({name for name in headings if headings.count(name) > 1})
    if twice or not headings:
        raise TableError(f"{path.name} needs a row of headings, each once: {', '.join(twice) or 'it has none'}")
    return headings


def _short_rows(path: Path, headings: Sequence[str]) -> list[TableProblem]:
    # Polars fills a row that ends early with empty cells, so that a row cut off would read as gaps.
    # It reads a blank line as a row of gaps, which would be a child of whom nobody knows anything.
    short: list[TableProblem] = []
    row, width = 0, len(headings)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file, contextlib.suppress(csv.Error):
        for row, cells in enumerate(csv.reader(file), start=1):
            if len(cells) < width and (cells or width > 1):
                last = headings[len(cells)]
                short.append(
                    TableProblem(
                        table=f"row {row}",
                        column=last,
                        found="no cell" if cells else "a blank line",
                        expected=f"{width} cells in a row",
                    )
                )
                if len(short) > PROBLEMS_TOLD:
                    break
    return short


def without_child(path: Path, frame: Any) -> None:
    """Refuse members in *path* that belong to no child.

    Raises:
        TableError: A row has no ``child``.
    """
    pl = polars()
    if "child" not in frame.collect_schema():
        return  # said when the columns are compared
    key = pl.col("child")
    rows = collected(path, frame.select(key.cast(pl.String).fill_null("").eq("").sum().alias("lost")))
    if lost := rows["lost"][0]:
        raise TableError(
            f"{path.name}: {lost} rows name no child in the column 'child': say to whom these persons belong"
        )


def _bad_cells(path: Path, frame: Any, facts: Sequence[Fact]) -> list[TableProblem]:
    pl = polars()
    bad = {f"bad_{at}": (pl.col(fact.name) != "") & _typed(fact).is_null() for at, fact in enumerate(facts)}
    if not bad:
        return []
    found = frame.select(**bad).with_row_index("row", offset=2).filter(pl.any_horizontal(*bad))
    rows = collected(path, found.head(PROBLEMS_TOLD + 1))
    named = dict(zip(bad, facts, strict=True))
    return [
        TableProblem(table=f"row {row['row']}", column=fact.name, found="no answer", expected=_way(fact))
        for row in rows.iter_rows(named=True)
        for name, fact in named.items()
        if row[name]
    ][: PROBLEMS_TOLD + 1]


def collected(path: Path, frame: Any) -> Any:
    """Compute *frame* in parts.

    Raises:
        TableError: The file cannot be read.
    """
    with _told_without_cells(path):
        return frame.collect(engine="streaming")


@contextlib.contextmanager
def _told_without_cells(path: Path, target: Path | None = None) -> Iterator[None]:
    # What Polars says of a malformed file quotes it, and what it quotes may be a child's.
    failed, no_room = "", 0
    try:
        yield
    except polars().exceptions.PolarsError as error:
        failed = type(error).__name__
        # Of Parquet, Polars tells a full disk as a fault of the file; only writing can fail for want of room.
        no_room = next((code for code in _NO_ROOM if f"(os error {code})" in str(error)), 0) if target else 0
    if no_room:
        raise OSError(no_room, os.strerror(no_room))
    if failed:
        room = "" if target is None else f"; or there is no room for {target.name}"
        why = "a part of it was lost or changed"
        if path.suffix.lower() == ".csv":
            why = "a row has too many cells, a quotation mark is not closed, or the text is not UTF-8"
        raise TableError(f"{path.name} cannot be read as {path.suffix[1:].lower()} ({failed}): {why}{room}")


def _typed(fact: Fact) -> Any:
    pl = polars()
    text = pl.col(fact.name)
    match fact:
        case BoolFact() | GroupFact():
            return pl.when(text == "true").then(pl.lit(True)).when(text == "false").then(pl.lit(False))
        case ChoiceFact():
            return text.cast(pl.Enum(fact.codes), strict=False)
        case DateFact():
            is_day = text.str.contains(_DAY) & ~text.str.starts_with(_YEAR_ZERO)
            return pl.when(is_day).then(text).str.to_date("%Y-%m-%d", strict=False)
        case _:
            return pl.when(text.str.contains(_WHOLE_NUMBER)).then(text).cast(pl.Int64, strict=False)


def _way(fact: Fact) -> str:
    match fact:
        case BoolFact() | GroupFact():
            return "true or false"
        case ChoiceFact():
            return f"one of {', '.join(fact.codes)}"
        case DateFact():
            return "a day such as 2026-09-01"
        case _:
            return "a whole number"


def refuse_target(target: Path, *, read: Sequence[Path]) -> None:
    """Refuse a *target* that cannot be written, before the work is done and not after it.

    Raises:
        TableError: It is no ``.parquet`` or ``.csv``, or a file that is *read*, or its folder takes no file.
    """
    if target.suffix.lower() not in {".parquet", ".csv"}:
        raise TableError(f"a table is written to .parquet or .csv, not to {target.name!r}")
    if target.exists() and any(target.samefile(path) for path in read):
        raise TableError(f"{target.name} is a table that is read: write to another file")
    with _told_as_a_table(target, "written"):
        part = new_part(target)
        part.touch(mode=0o600, exist_ok=False)
        part.unlink()


def written(frame: Any, source: Path, target: Path) -> None:
    """Compute *frame*, read from *source*, in parts into the file *target*, which appears whole or not at all.

    Raises:
        TableError: The source cannot be read, or the target cannot be written.
    """
    with _told_as_a_table(target, "written"):
        clear_away(target)
        part = new_part(target)
        try:
            # It says what was decided of whom: nobody but its owner reads it.
            with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as held:
                claim(held)
                with _told_without_cells(source, target):
                    frame.sink_parquet(part) if target.suffix.lower() == ".parquet" else frame.sink_csv(part)
                os.fsync(held.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def _told_as_a_table(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error).partition(":")[0].partition(" (os error")[0]
        remedy = "give a file that exists and may be read" if what == "read" else "give a folder that exists, may be "
        remedy += "" if what == "read" else "written to and has room; nothing was put in its place"
        raise TableError(f"{path.name} cannot be {what} ({why}): {remedy}") from None
