"""How is a table, or the progress of a run, shown in a terminal?

Uses rich where it is installed and the reader is a person; plain lines otherwise.
"""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from careprogram.language import Language, Text
from careprogram.program.progress import Progress, SilentProgress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class BarProgress:
    """Progress bars on standard error, one a stage."""

    def __init__(self, bars: "RichProgress", language: Language) -> None:
        self._bars = bars
        self._language = language
        self._task: TaskID | None = None

    def begin(self, stage: Text, total: int | None) -> None:
        """End the bar before and draw the next one."""
        self.finish()
        self._task = self._bars.add_task(stage.in_(self._language), total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the present bar."""
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def finish(self) -> None:
        """Fill the present bar: its stage is over, however many steps it turned out to have."""
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=max(done, 1), completed=max(done, 1))
            self._task = None


class LineProgress:
    """One line on standard error when a stage begins: for logs and pipes."""

    def __init__(self, stream: TextIO, language: Language) -> None:
        self._stream = stream
        self._language = language

    def begin(self, stage: Text, total: int | None) -> None:
        """Say which stage begins."""
        count = "" if total is None else f" ({total})"
        print(f"… {stage.in_(self._language)}{count}", file=self._stream, flush=True)

    def advance(self, steps: int = 1) -> None:
        """Say nothing: a log is not a picture."""


@contextmanager
def progress(*, quiet: bool, language: Language) -> Iterator[Progress]:
    """Give the progress that suits standard error: bars for a person, lines for a pipe, nothing if *quiet*."""
    if quiet:
        yield SilentProgress()
        return
    if not sys.stderr.isatty():
        yield LineProgress(sys.stderr, language)
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    except ImportError:
        yield LineProgress(sys.stderr, language)
        return
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        shown = BarProgress(bars, language)
        yield shown
        shown.finish()


def failure_line(failure: Text, language: Language) -> str:
    """Return the line that tells of a plugin that failed; the line of code in it is for its author."""
    return failure.en if language == "en" else f"{failure.zh}；这一部分没有参加，请告诉插件作者"


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to standard output: drawn for a person, aligned columns for a pipe."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
            from rich.table import Table
        except ImportError:
            pass
        else:
            table = Table(*header, title=title, title_justify="left")
            for row in rows:
                table.add_row(*row)
            Console().print(table)
            return
    print(title)
    widths = [max(_width(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def told_unanchored(faults: Sequence[str]) -> int:
    """Say on standard error that the end of the audit trail was not kept outside, and return the exit status."""
    for fault in faults:
        print(f"careprogram: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
