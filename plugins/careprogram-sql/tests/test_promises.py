"""What the store in SQLite promises beyond single answers: no update lost, nothing erased left over, no tamper unseen.

Crashes are in `test_kill.py` and `test_power_cut.py`; the promises that every store keeps are in the conformance suite.
"""

import contextlib
import importlib.util
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import attrs
import pytest
from sqlalchemy import Connection

from careprogram.errors import AuditTrailError, VersionConflictError
from careprogram.ports import ChangeSet, Erase, Message, MessageState, Put, Query, Settlement, check_chain
from careprogram.testing.store_examples import entry
from careprogram.testing.store_machine import NOON
from careprogram_sql import SqlStore, auditing, open_store
from careprogram_sql.schema import audit_entry

pytestmark = pytest.mark.promise


@pytest.fixture
def path(quick_folder: Path) -> Path:
    return quick_folder / "records.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    with contextlib.closing(open_store(path)) as opened:
        yield opened


def neighbor(name: str) -> ModuleType:
    """Return the module *name* of this folder."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- no lost update ---


def test_no_update_of_twenty_threads_is_lost(store: SqlStore):
    """Twenty threads add one fifty times each: the sum is a thousand, and the history has every step, by its thread."""
    threads, times = 20, 50
    store.commit(ChangeSet(command_id="c", puts=[Put(kind="counter", id="a", document={"sum": 0, "by": -1})]))

    conflicts: list[int] = []

    def add(thread: int) -> None:
        done, tried, chance = 0, 0, random.Random(thread)
        while done < times:
            found = store.load("counter", "a")
            document = {"sum": found.document["sum"] + 1, "by": thread}
            change = Put(kind="counter", id="a", document=document, expected_version=found.version)
            try:
                store.commit(ChangeSet(command_id=f"{thread}.{done}", puts=[change], audit=[entry(thread)]))
                done, tried = done + 1, 0
            except VersionConflictError:
                conflicts.append(thread)
                tried += 1
                time.sleep(chance.uniform(0, 0.02 * min(tried, 8)))  # as a polite program does

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(add, range(threads)))
    assert len(conflicts) > times, "the threads hardly met"
    history = store.history("counter", "a")
    assert [(one.version, one.document["sum"]) for one in history] == [(n + 1, n) for n in range(threads * times + 1)]
    assert sorted(one.document["by"] for one in history[1:]) == sorted(list(range(threads)) * times)
    assert check_chain(store.audit(limit=10**6), head=store.audit_head()) == ()


# --- the audit trail ---

COLUMNS = ("actor", "action", "subject_kind", "subject_id", "purpose", "at", "fields", "grant_id", "digest", "command")


def changed_value(chance: random.Random, connection: Connection, column: str, seq: int) -> object:
    """Return a value that *column* of entry *seq* does not have."""
    value = connection.exec_driver_sql(f"SELECT {column} FROM audit_entry WHERE seq = {seq}").scalar()
    if column == "at":
        return value + chance.choice([-1, 1, 86_400_000_000])
    if column == "command":
        return value % 12 + 1
    if column == "fields":
        return chance.choice(['["name"]', "[]", "[1]", "{}", "no json"]) if value != "[]" else '["name"]'
    return chance.choice(
        [f"{value}x", value[:-1] or f"y{value}", value.upper() if value.upper() != value else f" {value}"]
    )


def edit(chance: random.Random, connection: Connection, last: int) -> bool:
    seq, column = chance.randint(1, last), chance.choice(COLUMNS)
    value = changed_value(chance, connection, column, seq)
    connection.exec_driver_sql(f"UPDATE audit_entry SET {column} = ? WHERE seq = {seq}", (value,))
    return True


def rename_a_command(chance: random.Random, connection: Connection, last: int) -> bool:
    connection.exec_driver_sql(f"UPDATE command SET id = id || 'x' WHERE seq = {chance.randint(1, 12)}")
    return True


def lose_a_command(chance: random.Random, connection: Connection, last: int) -> bool:
    connection.exec_driver_sql(f"DELETE FROM command WHERE seq = {chance.randint(1, 12)}")
    return True


def remove(chance: random.Random, connection: Connection, last: int) -> bool:
    first = chance.randint(1, last - 1)
    count = chance.randint(1, last - first)
    connection.exec_driver_sql(f"DELETE FROM audit_entry WHERE seq BETWEEN {first} AND {first + count - 1}")
    if chance.random() < 0.5:  # and close the gap
        connection.exec_driver_sql(f"UPDATE audit_entry SET seq = seq - {count} WHERE seq > {first}")
    return True


def swap(chance: random.Random, connection: Connection, last: int) -> bool:
    one, other = chance.sample(range(1, last + 1), 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        connection.exec_driver_sql(f"UPDATE audit_entry SET seq = {after} WHERE seq = {before}")
    return True


def put_in(chance: random.Random, connection: Connection, last: int) -> bool:
    after = chance.randint(0, last - 1)
    connection.exec_driver_sql(f"UPDATE audit_entry SET seq = -seq WHERE seq > {after}")
    connection.exec_driver_sql("UPDATE audit_entry SET seq = 1 - seq WHERE seq < 0")
    columns = ", ".join(COLUMNS)
    source = after if after else after + 2
    connection.exec_driver_sql(
        f"INSERT INTO audit_entry (seq, {columns}) SELECT {after + 1}, {columns} FROM audit_entry WHERE seq = {source}"
    )
    return True


def cut(chance: random.Random, connection: Connection, last: int) -> bool:
    connection.exec_driver_sql(f"DELETE FROM audit_entry WHERE seq > {chance.randint(0, last - 1)}")
    return False


def cut_and_go_on(chance: random.Random, connection: Connection, last: int) -> bool:
    """Cut the end and write as many entries anew, with a right chain: what only the head outside can show."""
    left = chance.randint(0, last - 1)
    connection.exec_driver_sql(f"DELETE FROM audit_entry WHERE seq > {left}")
    forged = ChangeSet(command_id="command 1", audit=[entry(chance.randrange(10**6)) for _ in range(last - left)])
    rows = [dict(zip(auditing.COLUMNS, row, strict=True)) for row in auditing.rows_for(connection, forged, 1)]
    connection.execute(audit_entry.insert(), rows)
    return False


TAMPERS = (edit, edit, rename_a_command, lose_a_command, remove, swap, put_in, cut, cut_and_go_on)


def test_a_thousand_tampers_of_the_kept_trail_are_found(path: Path):
    """Whatever somebody does to the rows of the trail is found, a missing or rewritten end by the head outside."""
    chance = random.Random(20260901)
    with contextlib.closing(open_store(path)) as store:
        for number in range(12):
            one = attrs.evolve(entry(number), fields=["health.illness"] * (number % 3), grant="g" * (number % 2))
            store.commit(ChangeSet(command_id=f"command {number}", audit=[one] * (1 + number % 2)))
        head = store.audit_head()
        with contextlib.closing(sqlite3.connect(path)) as raw, raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
        with store._engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            assert check_chain(auditing.trail(connection, after=0, limit=100), head=head) == ()
            for number in range(1_000):
                tamper = TAMPERS[number % len(TAMPERS)]
                shows_by_itself = tamper(chance, connection, head.position)
                with contextlib.suppress(AuditTrailError):  # an entry that cannot even be read was found, too
                    trail = list(auditing.trail(connection, after=0, limit=100))
                    assert check_chain(trail) or not shows_by_itself, tamper.__name__
                    assert check_chain(trail, head=head), tamper.__name__
                connection.rollback()
            assert check_chain(auditing.trail(connection, after=0, limit=100), head=head) == ()


# --- erased means gone ---


def files_with(folder: Path, mark: str) -> list[str]:
    """Return the names of the files that hold *mark*, in UTF-8 or as an escape of JSON."""
    forms = {mark.encode(), mark.encode("utf-16-le"), mark.encode("unicode_escape")}
    return [file.name for file in folder.iterdir() if any(form in file.read_bytes() for form in forms)]


def letter(number: int, mark: str) -> Message:
    return Message(
        id=f"m{number}", key=f"k{number}", recipient=f"r {mark}", channel="file", template="t", subject=f"s {mark}",
        body=f"b {mark}" * 3, about=("child", f"c{number}"),
    )  # fmt: skip


def test_what_was_erased_is_in_no_file(store: SqlStore, path: Path):
    """Neither the database, its log, history, index, outbox nor a backup holds a byte of what was erased."""
    chance = random.Random(20260901)
    marks = {number: f"标记{number:03d}MARK{chance.getrandbits(64):016x}" for number in range(120)}
    versions = dict.fromkeys(marks, 0)
    for course in range(3):  # in several courses and sizes, so that pages are split and their cells moved
        for start in range(0, len(marks), 30):
            some = chance.sample(sorted(marks), 30)
            puts = [
                Put(
                    kind="child", id=f"c{number}", expected_version=versions[number],
                    document={"name": marks[number], "fill": marks[number] * chance.choice([1, 9, 300])},
                    index={"village": marks[number], "due": f"{chance.randrange(99)} {marks[number]}"},
                )
                for number in some
            ]  # fmt: skip
            for number in some:
                versions[number] += 1
            letters = [letter(number, marks[number]) for number in some]
            store.commit(ChangeSet(command_id=f"{course} {start}", puts=puts, messages=letters))
    for one in store.claim(limit=60, lease_seconds=60, now=NOON):
        detail = f"refused: {marks[int(one.message.id[1:])]}"
        state = MessageState.REFUSED
        assert store.settle(Settlement(message_id=one.message.id, attempt=1, state=state, detail=detail), now=NOON)
    kept = {number for number in marks if versions[number]}
    assert all(files_with(path.parent, marks[number]) for number in kept)
    gone = chance.sample(sorted(kept), len(kept) // 2)
    for start in range(0, len(gone), 7):
        some = gone[start : start + 7]
        erasures = [Erase(kind="child", id=f"c{number}", expected_version=versions[number]) for number in some]
        store.commit(ChangeSet(command_id=f"erase {start}", erasures=erasures))
        assert [name for number in some for name in files_with(path.parent, marks[number])] == []
    store.backup(path.parent / "backup.db")
    assert [name for number in gone for name in files_with(path.parent, marks[number])] == []
    assert all("backup.db" in files_with(path.parent, marks[number]) for number in kept - set(gone))
    store.close()
    assert [name for number in gone for name in files_with(path.parent, marks[number])] == []


# --- backups ---


def test_a_backup_under_load_opens_and_verifies(store: SqlStore, quick_folder: Path):
    """Twenty-five backups taken while others save: each is of one moment, has all acknowledged before, and verifies."""
    kill_child, checks = neighbor("kill_child"), neighbor("test_kill")
    stop, acknowledged = threading.Event(), [-1]

    def save() -> None:
        while not stop.is_set():
            number = acknowledged[0] + 1
            store.commit(kill_child.changes(number, number))
            acknowledged[0] = number

    def read() -> None:
        while not stop.is_set():
            store.find(Query(kind="child", limit=20))
            time.sleep(0.005)

    threads = [threading.Thread(target=save), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    try:
        for number in range(25):
            before, target = acknowledged[0], quick_folder / f"backup {number}.db"
            receipt = store.backup(target)
            there = checks.check(target, before)
            assert (receipt.head.position, receipt.records) == (there, 2 * there + (there > 0))
            target.unlink()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert acknowledged[0] > 25, "hardly anything was saved meanwhile"
