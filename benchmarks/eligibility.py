"""What does it cost to judge one child, and a table of ten million, beside what others offer?

One child at a time is measured in ``one_child``; the rule over a whole table and its peers stand in ``whole_table``.
Streaming and memory are measured in processes of their own, because a peak is that of a process.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import one_child
import polars as pl
from harness import Measurement, Side, arguments, interleave, memory_peak, processor_seconds, report
from whole_table import AS_OF, SQL, ask_openfisca, by_hand, known_and_answers, openfisca, policy, table

from careprogram.program.tables import judge_table
from careprogram.rules import Determination
from careprogram.rules.columns import judge_frame

MEGABYTE = 1_000_000
BY_HAND = 1.25
FASTER_THAN_OPENFISCA = {1_000_000: 30, 10_000_000: 50}
BARE_SCAN = 2.0
PEAK = 300
GROWTH = 1.2
"""How much more than ten times the rows may cost ten times the time."""

Clock = Callable[[], float]


def checked() -> None:
    """Compare all sides.

    Raises:
        AssertionError: One of them answers otherwise than we do.
    """
    for frame in (table(20_000, to_come=True), table(20_000)):
        ours, hand = judge_frame(policy(), frame, as_of=AS_OF), by_hand(frame.lazy()).collect()
        assert ours.equals(hand.select(ours.columns))
        assert (pl.DataFrame(duckdb_of(frame)())["d"] == 1).equals(ours["determination"] == "eligible")
    eligible = ours["determination"] == "eligible"
    yes, no = ask_openfisca(openfisca(generous=False), known_and_answers(frame))
    assert (yes == eligible.to_numpy()).all()
    assert (no == (ours["determination"] == "ineligible").to_numpy()).all()


def duckdb_of(frame: pl.DataFrame) -> Callable[[], Any]:
    """Return how DuckDB judges the table from its own memory, by SQL written by hand."""
    import duckdb

    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    connection.execute("create table children as select * from given")
    return lambda: connection.sql(SQL).to_arrow_table()


def in_memory(rows: int, clock: Clock) -> list[Measurement]:
    """Measure a table of *rows* rows in memory."""
    frame = table(rows)
    hand, asked = by_hand(frame.lazy()), policy()
    columns, same, plain = known_and_answers(frame), openfisca(generous=False), openfisca(generous=True)
    fast = interleave(
        {"ours": lambda: judge_frame(asked, frame, as_of=AS_OF), "hand": hand.collect}, rounds=15, clock=clock
    )
    sides = interleave(
        {
            "ours": lambda: judge_frame(asked, frame, as_of=AS_OF),
            "packed": lambda: judge_frame(asked, frame, as_of=AS_OF, truths="packed"),
            "duckdb": duckdb_of(frame),
            "same": lambda: ask_openfisca(same, columns),
            "plain": lambda: ask_openfisca(plain, columns),
        },
        clock=clock,
    )
    speed = {"million rows a second": round(rows / fast["ours"].median / 1e6, 1), "noise": _noise(fast)}
    faster = FASTER_THAN_OPENFISCA.get(rows)
    small = rows < 1_000_000
    compared = (
        ("all truths", fast["ours"], fast["hand"], "Polars by hand", None if small else BY_HAND, speed),
        ("all truths", sides["ours"], sides["same"], "OpenFisca, same answers", 1 / faster if faster else None, {}),
        ("all truths", sides["ours"], sides["plain"], "OpenFisca, yes or no, our cutoffs", None, {}),
        ("all truths", sides["ours"], sides["duckdb"], "DuckDB by hand", None, {"noise": _noise(sides)}),
        ("truths packed", sides["packed"], fast["hand"], "Polars by hand", None, {}),
    )
    return [
        Measurement(
            name=f"{rows:,} rows in memory, {what}",
            ours=ours.median * 1e3,
            peer=peer.median * 1e3,
            peer_name=name,
            bar=bar,
            unit="ms",
            notes=notes,
        )
        for what, ours, peer, name, bar, notes in compared
    ]


def _noise(sides: dict[str, Side]) -> str:
    return f"±{max(side.spread for side in sides.values()):.0%}"


def streamed(path: Path) -> dict[str, float]:
    """Count the table in *path* by ours and by a bare scan, and tell the peak of doing the first alone."""
    asked = policy()
    facts = [fact.name for fact in asked.facts]

    def bare() -> object:
        return pl.scan_parquet(path).select(pl.col(facts).null_count()).collect(engine="streaming")

    def ours() -> object:
        return judge_table(asked, path, as_of=AS_OF)

    counts = judge_table(asked, path, as_of=AS_OF)
    assert sum(counts.determinations[one] for one in Determination) == counts.rows
    peak = memory_peak()
    clock = processor_seconds if "--cpu" in sys.argv else time.perf_counter
    sides = interleave({"ours": ours, "bare": bare}, rounds=7, clock=clock)
    return {
        "rows": counts.rows,
        "ours": sides["ours"].median,
        "bare": sides["bare"].median,
        "noise": max(side.spread for side in sides.values()),
        "peak": peak,
    }


def alone(path: Path, *, cpu: bool) -> dict[str, float]:
    """Measure the file in a process of its own."""
    whole = [sys.executable, __file__, "--alone", str(path), *(["--cpu"] if cpu else [])]
    said: dict[str, float] = json.loads(subprocess.run(whole, check=True, capture_output=True, text=True).stdout)
    return said


def from_parquet(rows: int, folder: Path, *, cpu: bool) -> list[Measurement]:
    """Measure files of a tenth of *rows* and of all."""
    told = []
    for size in (rows // 10, rows):
        path = folder / f"{size}.parquet"
        table(size).write_parquet(path)
        told.append(alone(path, cpu=cpu))
    small, whole = told
    return [
        Measurement(
            name=f"{rows:,} rows streamed from Parquet to counts",
            ours=whole["ours"] * 1e3,
            peer=whole["bare"] * 1e3,
            peer_name="bare scan",
            bar=BARE_SCAN,
            unit="ms",
            notes={
                "million rows a second": round(rows / whole["ours"] / 1e6, 1),
                "noise": f"±{whole['noise']:.0%}",
                "size of the file": f"{path.stat().st_size / MEGABYTE:.0f} MB",
            },
        ),
        Measurement(
            name="peak memory of that process",
            ours=whole["peak"] / MEGABYTE,
            peer=PEAK,
            peer_name=f"{PEAK} MB",
            bar=1.0,
            unit="MB",
            notes={f"at {rows // 10:,} rows": f"{small['peak'] / MEGABYTE:.0f} MB"},
        ),
        Measurement(
            name=f"time at {rows:,} rows against {rows // 10:,}",
            ours=whole["ours"] * 1e3,
            peer=small["ours"] * 1e4,
            peer_name="ten times the smaller",
            bar=GROWTH,
            unit="ms",
        ),
    ]


def main() -> int:
    """Measure, print, and tell whether every bar is met."""
    asked = arguments(__doc__ or "")
    clock: Clock = processor_seconds if asked.cpu else time.perf_counter
    checked()
    rows = one_child.measure(asked.quick)
    for size in (100_000, 1_000_000) if asked.quick else (100_000, 1_000_000, 10_000_000):
        rows += in_memory(size, clock)
    with tempfile.TemporaryDirectory() as folder:
        rows += from_parquet(1_000_000 if asked.quick else 10_000_000, Path(folder), cpu=asked.cpu)
    return report(rows, json_file=asked.json)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        sys.stdout.write(json.dumps(streamed(Path(sys.argv[2]))))
    else:
        sys.exit(main())
