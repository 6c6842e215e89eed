"""Rosters that are read, judged and kept a batch at a time."""

import io
from pathlib import Path

import pytest

from careprogram.codec import from_document
from careprogram.eligibility import judge, shipped_policies
from careprogram.errors import RosterError, StoreError
from careprogram.people import Child
from careprogram.ports import ChangeSet, Receipt, Store
from careprogram.program import take_in
from careprogram.program.records import CHILD, VERDICT
from careprogram.program.save import all_records
from careprogram.rosters import identify_with, read_roster
from careprogram.testing import MemoryStore
from careprogram.testing.synthetic import SURVEYED_ON, synthetic_roster_csv
from careprogram_sql import open_store

KEY = b"0123456789abcdef0123456789abcdef"
POLICIES = (shipped_policies()["cn.left-behind.2016"], shipped_policies()["county.education"])
ROWS, AT_ONCE = 690, 300
"""As many batches as there are of 2,300 rows when a thousand children are kept at once."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a batch be small, so that few rows are several of them."""
    monkeypatch.setattr("careprogram.program.intake.CHILDREN_AT_ONCE", AT_ONCE)


@pytest.fixture(scope="module")
def roster() -> bytes:
    return b"".join(synthetic_roster_csv(5, ROWS))


def taken_in(roster: bytes, store: Store) -> object:
    return take_in(
        io.BytesIO(roster),
        store=store,
        policies=POLICIES,
        identify=identify_with(KEY),
        as_of=SURVEYED_ON,
        command="intake",
    )


def kept(store: Store) -> dict[tuple[str, str], object]:
    return {(kind, record.id): record.document for kind in (CHILD, VERDICT) for record in all_records(store, kind)}


def test_taking_in_keeps_what_reading_and_judging_give(roster: bytes) -> None:
    """Batch by batch or all at once: the same children, the same verdicts, the same rows held back."""
    store = MemoryStore()
    done = taken_in(roster, store)
    whole = read_roster(roster, as_of=SURVEYED_ON, identify=identify_with(KEY))
    assert (done.rows, done.kept, done.held_back) == (whole.totals.rows, whole.totals.kept, whole.totals.held_back)
    assert done.problems == whole.problems[:1_000]
    children = {child.id: child for child in whole.children}
    assert {r.id: from_document(Child, r.document) for r in all_records(store, CHILD)} == children
    verdicts = {record.id: record.document["determination"] for record in all_records(store, VERDICT)}
    assert verdicts == {
        f"{policy.id}:{child.id}": judge(child, policy, as_of=SURVEYED_ON).determination.value
        for policy in POLICIES
        for child in whole.children
    }
    for policy in POLICIES:
        assert sum(done.determinations[policy.id].values()) == len(children)


def test_taking_in_twice_writes_nothing_the_second_time(roster: bytes, tmp_path: Path) -> None:
    """The same roster again finds everything as it stands."""
    store = open_store(tmp_path / "store.db")
    first = taken_in(roster, store)
    before = kept(store)
    second = taken_in(roster, store)
    assert first.written == 3 * first.kept
    assert second.written == 0
    assert second.determinations == first.determinations
    assert kept(store) == before
    store.close()


class FailsInTheMiddle(MemoryStore):
    """A store whose disk fails at the second batch, once."""

    commits = 0

    def commit(self, changes: ChangeSet) -> Receipt:
        self.commits += 1
        if self.commits == 2:
            raise StoreError("the disk is full: make room and run again")
        return super().commit(changes)


def test_an_intake_that_failed_goes_on_where_it_stopped(roster: bytes) -> None:
    """Acknowledged batches stay; the next call adds the rest and ends where an undisturbed one does."""
    store, undisturbed = FailsInTheMiddle(), MemoryStore()
    with pytest.raises(StoreError):
        taken_in(roster, store)
    assert 0 < len(kept(store)) < 3 * ROWS
    taken_in(roster, store)
    taken_in(roster, undisturbed)
    assert kept(store) == kept(undisturbed)


def test_a_file_that_is_no_roster_is_refused_before_anything_is_kept() -> None:
    """Without the headings of a roster nothing is written."""
    store = MemoryStore()
    with pytest.raises(RosterError):
        taken_in("日期,天气\n2026-09-01,晴\n".encode(), store)
    assert kept(store) == {}
