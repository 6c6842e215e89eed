"""Does a roster of any length fit into bounded memory?"""

import datetime as dt
import os
import weakref
from collections.abc import Iterator

import pytest

from careprogram.ids import ChildId
from careprogram.people import Child, PlaceTree
from careprogram.rosters import RowReading, iter_roster
from careprogram.testing.synthetic import synthetic_roster_csv

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()


class Rows:
    """A stream that makes its rows while it is read."""

    def __init__(self, rows: int) -> None:
        self._lines: Iterator[bytes] = synthetic_roster_csv(3, rows)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (line := next(self._lines, b"")):
            self._rest += line
        block, self._rest = self._rest[:size], self._rest[size:]
        return block


def kept(rows: int) -> int:
    readings = iter_roster(Rows(rows), as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES)  # type: ignore[arg-type]
    return sum(isinstance(reading, RowReading) and reading.child is not None for reading in readings)


def test_no_child_outlives_its_row() -> None:
    """While rows stream by, only the latest children are alive: what stays is a small key a row."""
    alive: weakref.WeakSet[Child] = weakref.WeakSet()
    most = 0
    for reading in iter_roster(
        Rows(2_000),  # type: ignore[arg-type]
        as_of=AS_OF,
        identify=lambda facts: ChildId(str(facts.row)),
        places=PLACES,
    ):
        if isinstance(reading, RowReading) and reading.child is not None:
            alive.add(reading.child)
            most = max(most, len(alive))
    assert 1 <= most <= 3


@pytest.mark.skipif("CAREPROGRAM_MILLION" not in os.environ, reason="takes minutes: set CAREPROGRAM_MILLION to run it")
def test_a_million_rows_are_read() -> None:
    """All of them become children, in one process and a few hundred megabytes."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert kept(1_000_000) == 1_000_000
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 600 * 1024
