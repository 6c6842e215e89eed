"""How much faster or slower are we than a peer, in the same run?

Sides take turns (A B A B …), the median of at least five rounds counts, and the spread shows the noise of the machine.
A ratio below 1 means that we are faster. Nothing here knows what is measured.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

_BEGUN = time.perf_counter()
_NAMES, _PEERS = 68, 24
"""Widths of columns whose rows are not known yet."""


@attrs.frozen(kw_only=True)
class Side:
    """The times of one side.

    Attributes:
        seconds: Of every round, in order.
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the range of the middle half, as a share of the median: the noise."""
        low, _, high = statistics.quantiles(self.seconds, n=4)
        return (high - low) / 2 / self.median


@attrs.frozen(kw_only=True)
class Measurement:
    """One row of the table.

    Attributes:
        name: What was measured, with its size.
        ours: Ours.
        peer: The named peer's.
        peer_name: Its name.
        bar: The ratio that we must not exceed; None where nothing was promised.
        unit: Of the numbers shown.
        notes: Such as sizes and memory.
    """

    name: str
    ours: float
    peer: float
    peer_name: str
    bar: float | None = None
    unit: str = "s"
    notes: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def ratio(self) -> float:
        """Ours to the peer's."""
        return self.ours / self.peer

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None without a bar."""
        return None if self.bar is None else self.ratio <= self.bar


def processor_seconds() -> float:
    """Return the processor time of this process, all its threads and the children that have ended."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def interleave(
    sides: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 5,
    clock: Callable[[], float] = time.perf_counter,
    warm: bool = False,
) -> dict[str, Side]:
    """Run the sides in turn, *rounds* times each and once before to warm up, and return their times.

    Args:
        sides: What to run, by name.
        rounds: How often each counts.
        clock: The wall clock; or `processor_seconds`, which a busy machine disturbs less.
        warm: Each side has run before, so that nothing need be warmed up.
    """
    times: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(int(warm), rounds + 1):
        for name, run in sides.items():
            gc.collect()
            begin = clock()
            run()
            if number:
                times[name].append(clock() - begin)
    return {name: Side(seconds=tuple(seconds)) for name, seconds in times.items()}


def memory_peak() -> int:
    """Return the largest resident size of this process so far, in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts the size of the process that started this one into `ru_maxrss`
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def arguments(description: str) -> argparse.Namespace:
    """Return ``--quick``, ``--cpu`` and ``--json FILE``, the same in every benchmark."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="smaller sizes, within 50 s")
    parser.add_argument("--cpu", action="store_true", help="compare processor time: for a machine that is busy")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    return parser.parse_args()


def say(text: str) -> None:
    """Tell on the error stream what is measured next, after how many seconds of this process."""
    seconds = time.perf_counter() - _BEGUN
    print(f"[{seconds:6.0f} s] {text}", file=sys.stderr, flush=True)


def report(rows: Iterable[Measurement], *, json_file: Path | None = None) -> int:
    """Print ``name ours peer ratio bar met`` and return the exit status: 1 if a bar is not met.

    Rows that are still being measured are printed one by one as they come, and the JSON is written anew with each, so
    that whoever stops a long run keeps what was measured.
    """
    known = rows if isinstance(rows, Sequence) else ()
    width = max((len(row.name) for row in known), default=_NAMES)
    peers = max((len(row.peer_name) for row in known), default=_PEERS)
    print(f"{'name':{width}}  {'ours':>10}  {'peer':>10}  {'':{peers}}  {'ratio':>7}  {'bar':>6}  met", flush=True)
    shown: list[Measurement] = []
    for row in rows:
        _show(row, width, peers)
        shown.append(row)
        if json_file is not None:
            content = [attrs.asdict(row) | {"ratio": row.ratio, "met": row.met} for row in shown]
            json_file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return 1 if any(row.met is False for row in shown) else 0


def _show(row: Measurement, width: int, peers: int) -> None:
    bar = "" if row.bar is None else f"{row.bar:.4g}"
    met = {None: "", True: "yes", False: "NO"}[row.met]
    print(
        f"{row.name:{width}}  {row.ours:>7.2f} {row.unit:<2}  {row.peer:>7.2f} {row.unit:<2}  "
        f"{row.peer_name:{peers}}  {row.ratio:>7.4f}  {bar:>6}  {met}"
    )
    for key, value in row.notes.items():
        print(f"{'':{width}}    {key}: {value}")
    sys.stdout.flush()
