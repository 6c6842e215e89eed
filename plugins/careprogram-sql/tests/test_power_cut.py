"""An acknowledged save survives a power cut; a full disk spoils nothing.

The real store saves, erases, claims and settles while its whole traffic with the disk is noted (`watched_disk`). Then
the power is cut in simulation: at any moment, with any part of what was not synced lost, torn or out of order.
"""

import contextlib
import datetime as dt
import importlib.util
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings
from sqlalchemy import event

from careprogram.errors import StoreError
from careprogram.ports import ChangeSet, Erase, MessageState, Put, Query, Settlement, check_chain
from careprogram_sql import SqlStore, open_store


def neighbor(name: str) -> ModuleType:
    """Return the module *name* of this folder."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


watched_disk, kill_child = neighbor("watched_disk"), neighbor("kill_child")
DEEP = settings.default.max_examples >= 1_000
CUTS = 20_000 if DEEP else 1_000
NOON = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)

pytestmark = [
    pytest.mark.skipif(bool(watched_disk.why_not_watched()), reason=watched_disk.why_not_watched() or "-"),
    pytest.mark.timeout(3_600 if DEEP else 300),
]


def work(store: SqlStore, disk, saves: int = 14) -> None:
    """Save without pause, erase now and then, and say each time that it is kept."""
    for number in range(saves):
        store.commit(kill_child.changes(number, number))
        disk.say(number)
        if number % 5 == 4:  # empties the log, so that the next save begins it anew
            gone = [Erase(kind="child", id=f"{number - 1} {side}", expected_version=1) for side in ("left", "right")]
            store.commit(ChangeSet(command_id=f"erase {number - 1}", erasures=gone))
        if number % 4 == 3:
            (claimed,) = store.claim(limit=1, lease_seconds=60, now=NOON)
            done = Settlement(message_id=claimed.message.id, attempt=1, state=MessageState.ACCEPTED)
            store.settle(done, now=NOON)


def recorded(folder: Path, synchronous: str = "FULL"):
    """Return everything that happened between the store and the disk, from the first opening to the end of the work."""
    folder.mkdir()

    def set_up(connection, _):
        connection.execute("PRAGMA wal_autocheckpoint=60")  # so that the log is carried over and begun anew in between
        connection.execute(f"PRAGMA synchronous={synchronous}")

    with watched_disk.watched(folder) as disk, contextlib.closing(open_store(folder / "records.db")) as store:
        event.listen(store._engine, "connect", set_up)
        store._engine.dispose()
        work(store, disk)
        return list(disk.events)  # without what closing does: the power is cut while the store is open


def found_in(folder: Path) -> int:
    """Return how many saves are there after the power came back, having made sure that each of them is whole."""
    with contextlib.closing(sqlite3.connect(folder / "records.db")) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # this copy need not survive another cut
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'store_schema'").fetchone():
            return 0
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (saved,) = connection.execute("SELECT coalesce(max(version), 0) FROM record WHERE kind = 'counter'").fetchone()
        counts = """SELECT
            (SELECT count(*) FROM command WHERE id LIKE 'command %'),
            (SELECT count(*) FROM record WHERE kind = 'child'),
            (SELECT count(*) FROM message),
            (SELECT count(*) FROM audit_entry),
            (SELECT count(*) FROM command WHERE id LIKE 'erase %') * 2,
            (SELECT count(*) FROM record WHERE kind = 'child' AND present = 0),
            (SELECT count(*) FROM record_version WHERE document IS NULL),
            (SELECT count(*) FROM index_entry) - (SELECT count(*) FROM record WHERE kind = 'child' AND present = 1)"""
        commands, children, messages, entries, erased, absent, emptied, loose = connection.execute(counts).fetchone()
        assert (commands, children, messages, entries) == (saved, 2 * saved, saved, saved), "a save is half there"
        assert (absent, emptied, loose) == (erased, erased, 0), "an erasure is half there"
        versions = connection.execute("SELECT document FROM record_version v JOIN record r ON v.record = r.seq"
                                      " WHERE r.kind = 'counter' ORDER BY v.version").fetchall()  # fmt: skip
        assert [json.loads(text)["number"] for (text,) in versions] == list(range(saved))
    return saved


def opened_by_the_store(folder: Path, saved: int) -> None:
    """Make sure that the store itself goes on from there."""
    with contextlib.closing(open_store(folder / "records.db")) as store:
        assert len(store.history("counter", "all")) == saved
        assert check_chain(store.audit(), head=store.audit_head()) == ()
        store.commit(kill_child.changes(saved, saved))
        assert store.load("counter", "all").version == saved + 1


def cuts(events, quick_folder: Path, times: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    """Cut the power so many times, and tell each time how many saves had been acknowledged and how many are there."""
    moments = sorted(chance.randrange(len(events)) for _ in range(times))
    platter, said, position = watched_disk.Platter(), 0, 0
    folder = quick_folder / "cut"
    for number, moment in enumerate(moments):
        while position <= moment:
            platter.add(events[position])
            said += isinstance(events[position], watched_disk.Said)
            position += 1
        folder.mkdir()
        watched_disk.put_back(platter.left(chance), folder)
        saved = found_in(folder)
        if number % 50 == 0:
            opened_by_the_store(folder, saved)
        yield said, saved
        shutil.rmtree(folder)


@pytest.mark.promise
def test_an_acknowledged_save_survives_a_power_cut(quick_folder):
    """At whatever moment, whatever the disk lost: every acknowledged save is there, and none is there by half."""
    events = recorded(quick_folder / "real")
    assert any(isinstance(one, watched_disk.Truncate) for one in events), "the log was never emptied"
    lost, more = 0, 0
    for acknowledged, saved in cuts(events, quick_folder, CUTS, random.Random(20260901)):
        lost += saved < acknowledged
        more += saved > acknowledged
    assert lost == 0
    assert more, "no cut ever fell between a save and its answer: they proved little"


@pytest.mark.promise
@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_store_that_syncs_less_is_caught(quick_folder, synchronous):
    """Set to sync less, the same store loses acknowledged saves, and the simulation shows it."""
    events = recorded(quick_folder / "real", synchronous)
    found = []
    try:
        for acknowledged, saved in cuts(events, quick_folder, 100, random.Random(20260901)):
            found.append(saved < acknowledged)
    except (AssertionError, sqlite3.DatabaseError):
        assert synchronous == "OFF", "what is there may be broken only where nothing is synced"
    else:
        assert sum(found) > 20, "lost saves were not noticed"


@pytest.mark.promise
@pytest.mark.parametrize("room", [10_000, 200_000, 600_000])
def test_a_full_disk_is_an_error_and_the_next_save_works(quick_folder, room):
    """The save that does not fit fails with the remedy and leaves nothing; with room again the next one is kept."""
    folder = quick_folder / "full"
    folder.mkdir()
    with watched_disk.watched(folder) as disk:
        store = open_store(folder / "records.db")
        store.commit(kill_child.changes(0, 0))
        disk.room = room
        kept = 1
        with contextlib.suppress(StoreError):
            while kept < 100:
                store.commit(kill_child.changes(kept, kept))
                kept += 1
        assert 1 <= kept < 20
        assert (kept > 1) is (room > 100_000)
        large = [Put(kind="large", id=f"{n}", document={"fill": "x" * 1_000}) for n in range(2_000)]
        for _ in range(2):
            with pytest.raises(StoreError, match="disk is full: make room"):
                store.commit(ChangeSet(command_id="large", puts=large))
        assert (store.load("counter", "all").version, store.count(Query(kind="child"))) == (kept, 2 * kept)
        assert store.count(Query(kind="large")) == 0
        disk.room = None
        assert not store.commit(kill_child.changes(kept, kept)).replayed
        assert not store.commit(ChangeSet(command_id="large", puts=large[:3])).replayed
        store.close()
    assert found_in(folder) == kept + 1


@pytest.mark.promise
def test_a_backup_onto_a_full_disk_leaves_no_file(quick_folder):
    """A backup that does not fit is an error and leaves nothing that could be taken for one; the store goes on."""
    folder = quick_folder / "full"
    folder.mkdir()
    with watched_disk.watched(folder) as disk, contextlib.closing(open_store(folder / "records.db")) as store:
        for number in range(5):
            store.commit(kill_child.changes(number, number))
        disk.room = 50_000
        with pytest.raises(StoreError, match="disk is full"):
            store.backup(folder / "backup.db")
        assert not [file.name for file in folder.iterdir() if "backup" in file.name]
        disk.room = None
        assert store.backup(folder / "backup.db").head == store.audit_head()
        store.commit(kill_child.changes(5, 5))
