"""A backup is checked as a whole before it gets its name, and it is on the disk before that."""

import contextlib
import os
import sqlite3

import pytest

from careprogram.errors import StoreError
from careprogram.ports import ChangeSet
from careprogram.testing.store_examples import entry, put
from careprogram_sql import auditing, backing_up, open_store


@pytest.fixture
def store(tmp_path):
    """Return a store of some pages with seven audit entries."""
    with contextlib.closing(open_store(tmp_path / "records.db")) as store:
        for number in range(7):
            puts = [put(f"{number}-{n}", {"text": "x" * 400}, village=f"v{n}") for n in range(10)]
            store.commit(ChangeSet(command_id=f"c{number}", puts=puts, audit=[entry(number)]))
        yield store


def test_a_trail_of_many_pages_is_checked_to_its_end(store, tmp_path, monkeypatch):
    """The trail is read a page at a time; where it ends on a page's border, and where it does not."""
    for page in (1, 3, 7, 8):
        monkeypatch.setattr(auditing, "_PAGE", page)
        assert store.backup(tmp_path / f"backup-{page}.db").head.position == 7


@pytest.mark.parametrize("lost", ["sqlite_autoindex_record_1", "audit_entry", "record_version"])
def test_a_copy_that_is_damaged_is_no_backup(store, tmp_path, lost):
    """A page that forgot its last entry is found before the copy gets its name, and nothing stays behind."""

    def spoiled(unfinished):
        with contextlib.closing(sqlite3.connect(tmp_path / "records.db")) as raw:
            raw.execute("VACUUM INTO ?", (str(unfinished),))
        with contextlib.closing(sqlite3.connect(unfinished)) as raw:
            (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (lost,)).fetchone()
        content = bytearray(unfinished.read_bytes())
        count = slice((page - 1) * 4096 + 3, (page - 1) * 4096 + 5)  # how many entries the page says that it has
        content[count] = (int.from_bytes(content[count], "big") - 1).to_bytes(2, "big")
        unfinished.write_bytes(bytes(content))

    with pytest.raises(StoreError, match="what was written is not whole"):
        backing_up.back_up(spoiled, tmp_path / "backup.db")
    assert not list(tmp_path.glob("*backup*"))


def test_a_backup_is_on_the_disk_before_it_has_its_name(store, tmp_path, monkeypatch):
    """First the bytes, then the name, then the folder: a power cut leaves a whole backup or none under that name."""
    synced = []

    def watched(number):
        there = (tmp_path / "backup.db").exists()
        synced.append((os.fstat(number).st_ino, there))

    monkeypatch.setattr(backing_up.os, "fsync", watched)
    store.backup(tmp_path / "backup.db")
    file, folder = (tmp_path / "backup.db").stat().st_ino, tmp_path.stat().st_ino
    assert synced == [(file, False), (folder, True)]
