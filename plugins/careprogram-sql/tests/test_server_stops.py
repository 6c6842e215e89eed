"""What PostgreSQL acknowledged it has, however it is stopped, and nothing is ever half there or done twice."""

import contextlib
import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from hypothesis import settings

from careprogram.errors import StoreError, VersionConflictError
from careprogram.ports import AuditEntry, ChangeSet, Message, Put, Query, Store, check_chain
from careprogram.testing.postgresql import postgresql_process, why_no_postgresql
from careprogram.testing.store_machine import NOON
from careprogram_sql import open_store

DEEP = settings.default.max_examples >= 1_000
STOPS = 50 if DEEP else 6
LOST_ANSWERS = 200 if DEEP else 30
WRITERS = 3

pytestmark = pytest.mark.skipif(bool(why_no_postgresql()), reason=why_no_postgresql())


def changes(number: int) -> ChangeSet:
    """Return change set *number*: two records, a message and an audit entry, so that half of it would show."""
    puts = [
        Put(kind="child", id=f"{number} {side}", document={"number": number, "fill": "x" * 2000}, index={"n": number})
        for side in ("left", "right")
    ]
    message = Message(
        id=f"m{number}", key=f"k{number}", recipient="r", channel="file", template="t", subject="s", body=f"{number}"
    )
    entry = AuditEntry(actor="x", action="write", subject_kind="child", subject_id=f"{number}", purpose="test", at=NOON)
    return ChangeSet(command_id=f"command {number}", puts=puts, messages=[message], audit=[entry])


class Writer:
    """Commits without pause until told to stop or the server is gone, and remembers what was acknowledged."""

    def __init__(self, store: Store, numbers: "itertools.count[int]") -> None:
        self.store, self.numbers = store, numbers
        self.acknowledged: list[int] = []
        self.unsure: list[int] = []

    def work(self) -> None:
        while True:
            number = next(self.numbers)
            try:
                receipt = self.store.commit(changes(number))
            except StoreError:
                self.unsure.append(number)
                return
            assert not receipt.replayed
            self.acknowledged.append(number)


def numbers_in(store: Store) -> set[int]:
    """Return the numbers of the change sets that are there, having made sure that each of them is whole."""
    found: set[int] = set()
    trail = store.audit(limit=10**6)
    messages = [int(one.message.body) for one in store.outbox(limit=10**6)]
    assert messages == [int(one.entry.subject_id) for one in trail]
    assert check_chain(trail, head=store.audit_head()) == ()
    found = set(messages)
    assert len(found) == len(messages)
    assert store.count(Query(kind="child")) == 2 * len(found)
    for number in sorted(found)[-20:]:
        ids = [one.id for one in store.find(Query(kind="child", equals={"n": number})).records]
        assert ids == [f"{number} left", f"{number} right"]
    return found


@pytest.mark.promise
@pytest.mark.slow
def test_an_acknowledged_save_survives_an_immediate_stop():
    """The server is stopped at once while several threads save; nothing is lost, half there, or done twice.

    Whoever got an error does the same again: it is kept once, whether or not the first time had gone through.
    """
    chance = random.Random(20260901)
    acknowledged: set[int] = set()
    numbers = itertools.count()
    lost_answers = 0
    with postgresql_process() as process, contextlib.closing(open_store(process.server.url)) as store:
        for _ in range(STOPS):
            writers = [Writer(store, numbers) for _ in range(WRITERS)]
            threads = [threading.Thread(target=writer.work) for writer in writers]
            for thread in threads:
                thread.start()
            at_work = time.monotonic() + 60
            while sum(len(writer.acknowledged) for writer in writers) <= 5 and time.monotonic() < at_work:
                time.sleep(0.01)  # on a busy machine a moment is too short for any save
            time.sleep(chance.uniform(0.0, 0.2))
            process.stop_at_once()
            for thread in threads:
                thread.join(timeout=60)
            process.start()
            for writer in writers:
                acknowledged.update(writer.acknowledged)
            there = numbers_in(store)
            assert acknowledged <= there, "a save was acknowledged and is lost"
            for number in [number for writer in writers for number in writer.unsure]:
                assert store.commit(changes(number)).replayed is (number in there)
                lost_answers += number in there
                acknowledged.add(number)
            assert numbers_in(store) == acknowledged
    assert len(acknowledged) > 5 * STOPS, "the writers hardly worked: the stops proved nothing"


@pytest.mark.promise
@pytest.mark.slow
def test_twenty_threads_lose_no_update(postgresql):
    """Twenty threads of two stores add one to the same number fifty times each, and every version is in the history."""
    stores = [open_store(f"{postgresql.url}&schema=counting") for _ in range(2)]
    stores[0].commit(ChangeSet(command_id="c", puts=[Put(kind="counter", id="all", document={"sum": 0})]))

    def add(thread: int) -> None:
        store, chance = stores[thread % 2], random.Random(thread)
        for step in range(50):
            for tried in itertools.count():
                record = store.load("counter", "all")
                change = Put(
                    kind="counter",
                    id="all",
                    document={"sum": record.document["sum"] + 1, "by": thread},
                    expected_version=record.version,
                )
                try:
                    store.commit(ChangeSet(command_id=f"{thread} {step}", puts=[change]))
                except VersionConflictError:
                    time.sleep(chance.uniform(0.0, 0.2 * min(tried + 1, 8)))  # as a polite program does
                else:
                    break

    try:
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(add, range(20)))
        history = stores[0].history("counter", "all")
        assert [(one.version, one.document["sum"]) for one in history] == [(n + 1, n) for n in range(1_001)]
        by = [one.document["by"] for one in history[1:]]
        assert {thread: by.count(thread) for thread in range(20)} == dict.fromkeys(range(20), 50)
    finally:
        for store in stores:
            store.close()


@pytest.mark.promise
def test_a_command_whose_answer_was_lost_is_done_once(postgresql, monkeypatch):
    """The connection breaks when the server has committed and nobody knows yet: done again, it is kept once."""
    answer = psycopg.Connection.commit

    def cut(connection):
        answer(connection)
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with contextlib.closing(open_store(f"{postgresql.url}&schema=answers")) as store:
        for number in range(LOST_ANSWERS):
            with monkeypatch.context() as broken:
                broken.setattr(psycopg.Connection, "commit", cut)
                with pytest.raises(StoreError, match=r"connection to the server was lost: .* do the same again"):
                    store.commit(changes(number))
            receipt = store.commit(changes(number))
            assert receipt.replayed
            assert receipt.versions["child", f"{number} left"] == 1
        assert numbers_in(store) == set(range(LOST_ANSWERS))
