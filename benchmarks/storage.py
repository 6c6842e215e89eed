"""What does it cost to read, judge and keep a roster in one go, and to keep records at all?

The whole intake (25 columns, CSV; every cell checked, every child judged with its reasons, child and verdict kept with
their versions) stands beside the least that anybody could do with the same file: Polars reads it as text and sqlite3
inserts the rows. Keeping alone stands beside bare sqlite3 with the same documents and the same promises of the disk.
Keeping, streaming and finding archives is in `storage_archives`, and printed below.
Memory is that of a process of its own, at a tenth of the size and at the whole of it.
"""

import contextlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl
import storage_archives
from harness import Measurement, arguments, interleave, memory_peak, processor_seconds, report, say

from careprogram.eligibility import shipped_policies
from careprogram.ports import ChangeSet, Put, dumps
from careprogram.program import take_in
from careprogram.rosters import identify_with
from careprogram.testing.synthetic import SURVEYED_ON, synthetic_roster_csv
from careprogram_sql import open_store

KEY = b"benchmark, thirty-two bytes long"
POLICY = "cn.left-behind.2016"
MEGABYTE = 1_000_000


@contextlib.contextmanager
def new_file() -> Iterator[Path]:
    """Give the path of a database that is not there yet; it is gone afterwards, as a run makes gigabytes of them."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "store.db"


def intake(roster: Path) -> dict[str, float]:
    """Read, judge and keep *roster*, and tell how that went."""
    began = time.perf_counter()
    before = memory_peak()
    with new_file() as path, roster.open("rb") as source:
        store = open_store(path)
        done = take_in(
            source,
            store=store,
            policies=[shipped_policies()[POLICY]],
            identify=identify_with(KEY),
            as_of=SURVEYED_ON,
            command="benchmark",
        )
        store.close()
    assert done.written == 2 * done.kept
    return {
        "rows": done.rows,
        "seconds": time.perf_counter() - began,
        "peak": memory_peak(),
        "growth": memory_peak() - before,
    }


def least(roster: Path) -> None:
    """Read the file as text and insert its rows, with the same care of the disk."""
    frame = pl.read_csv(roster, infer_schema=False)
    marks = ", ".join("?" * frame.width)
    with new_file() as path, disk(path) as database:
        database.execute(f"create table rows ({', '.join(f'c{number} text' for number in range(frame.width))})")
        database.executemany(f"insert into rows values ({marks})", frame.iter_rows())


def disk(path: Path) -> sqlite3.Connection:
    """Open a database with the promises that ours keeps."""
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    return database


def documents(count: int) -> list[Put]:
    """Return *count* records of about 1.6 kB."""
    text = "x" * 1_500
    return [
        Put(kind="child", id=f"{number:016x}", document={"n": number, "text": text}, index={"place": f"{number % 500}"})
        for number in range(count)
    ]


def keep(puts: list[Put]) -> None:
    """Keep the records with ours."""
    with new_file() as path:
        store = open_store(path)
        for start in range(0, len(puts), 5_000):
            store.commit(ChangeSet(command_id=f"c{start}", puts=puts[start : start + 5_000]))
        store.close()


def keep_bare(puts: list[Put]) -> None:
    """Keep the same documents, versions and index with sqlite3 alone."""

    def rows(batch: Iterable[Put]) -> Iterator[tuple[object, ...]]:
        return ((put.kind, put.id, 1, dumps(put.document), put.index["place"]) for put in batch)

    with new_file() as path:
        database = disk(path)
        database.execute("create table v (kind text, id text, version int, document text, place text)")
        database.execute("create unique index one on v (kind, id, version)")
        database.execute("create index two on v (kind, place, id)")
        for start in range(0, len(puts), 5_000):
            with database:
                database.executemany("insert into v values (?, ?, ?, ?, ?)", rows(puts[start : start + 5_000]))
        database.close()


def roster_of(rows: int) -> Path:
    """Write a roster of *rows* rows and return its path."""
    path = Path(tempfile.mkdtemp()) / "roster.csv"
    with path.open("wb") as file:
        file.writelines(synthetic_roster_csv(2026, rows))
    return path


def measured_alone(rows: int) -> dict[str, float]:
    """Take in a roster of *rows* rows in a process of its own."""
    whole = [sys.executable, __file__, "--alone", str(roster_of(rows))]
    said = subprocess.run(whole, check=True, capture_output=True, text=True).stdout
    told: dict[str, float] = json.loads(said)
    return told


def main() -> int:
    """Measure, print row by row, and tell whether every bar is met."""
    asked = arguments(__doc__ or "")
    clock = processor_seconds if asked.cpu else time.perf_counter
    return report(measured(clock, quick=asked.quick), json_file=asked.json)


def measured(clock: Callable[[], float], *, quick: bool) -> Iterator[Measurement]:
    """Yield every row when it is measured."""
    size = 10_000 if quick else 100_000
    yield from _whole(size, clock)
    yield from storage_archives.rows(size // 4 if quick else size, clock, rounds=2 if quick else 5)


def _whole(size: int, clock: Callable[[], float]) -> Iterator[Measurement]:
    """Yield what it costs to take in a roster, and to keep records as such."""
    say(f"taking in a roster of {size:,} rows, and of a tenth of them")
    small, whole = measured_alone(size // 10), measured_alone(size)
    roster = roster_of(size)
    floor = interleave({"least": lambda: least(roster)}, rounds=5, clock=clock)["least"]
    say(f"keeping {size:,} records")
    puts = documents(size)
    sides = interleave({"ours": lambda: keep(puts), "bare": lambda: keep_bare(puts)}, rounds=5, clock=clock)
    yield from [
        Measurement(
            name=f"read, judge with reasons, keep {size:,} rows",
            ours=whole["seconds"],
            peer=floor.median,
            peer_name="Polars text + sqlite3",
            notes={
                "rows a second": round(whole["rows"] / whole["seconds"]),
                "noise of the peer": f"{floor.spread:.0%}",
            },
        ),
        Measurement(
            name=f"time at {size:,} rows against {size // 10:,}",
            ours=whole["seconds"],
            peer=small["seconds"] * 10,
            peer_name="ten times the smaller",
            bar=1.3,
        ),
        Measurement(
            name="peak memory of the process",
            ours=whole["peak"] / MEGABYTE,
            peer=300.0,
            peer_name="300 MB",
            bar=1.0,
            unit="MB",
            notes={
                f"at {size // 10:,} rows": f"{small['peak'] / MEGABYTE:.0f} MB",
                "size of the file": f"{roster.stat().st_size / MEGABYTE:.0f} MB",
            },
        ),
        Measurement(
            name=f"keep {size:,} records of 1.6 kB",
            ours=sides["ours"].median,
            peer=sides["bare"].median,
            peer_name="bare sqlite3",
            bar=3.0,
            notes={"noise": f"{sides['ours'].spread:.0%}, {sides['bare'].spread:.0%}"},
        ),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        sys.stdout.write(json.dumps(intake(Path(sys.argv[2]))))
    else:
        sys.exit(main())
