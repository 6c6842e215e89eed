"""An acknowledged save survives kill -9, and nothing is ever half there."""

import contextlib
import importlib.util
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from careprogram.ports import Query
from careprogram_sql import open_store

CHILD = Path(__file__).with_name("kill_child.py")
KILLS = 20 if settings.default.max_examples < 1_000 else 1_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture
def kill(path: Path) -> Iterator[Callable[[int, float], int]]:
    """Return what lets a process save, kills it so many seconds after so many saves, and tells its last."""
    command = [sys.executable, str(CHILD), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None

        def kill_after(saves: int, seconds: float) -> int:
            print(saves, seconds, file=parent.stdin, flush=True)
            return int(parent.stdout.readline())

        yield kill_after
        parent.stdin.close()


def check(path: Path, acknowledged: int) -> int:
    """Return how many change sets are there, having made sure that each is whole and no acknowledged one is missing."""
    with contextlib.closing(open_store(path)) as store:
        counter = store.load("counter", "all")
        there = counter.version if counter else 0
        assert there > acknowledged, "a save was acknowledged and is lost"
        assert store.count(Query(kind="child")) == 2 * there
        assert [one.document["number"] for one in store.history("counter", "all")] == list(range(there))
        assert [one.message.body for one in store.outbox(limit=10**6)] == [str(n) for n in range(there)]
        assert [one.entry.subject_id for one in store.audit(limit=10**6)] == [str(n) for n in range(there)]
        for number in range(max(0, there - 20), there):
            found = store.find(Query(kind="child", equals={"n": number})).records
            assert [one.id for one in found] == [f"{number} left", f"{number} right"]
    return there


@pytest.mark.promise
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork and no kill -9")
def test_an_acknowledged_save_survives_kill_9(path, kill):
    """A process that saves without pause is killed at random moments; nothing is lost, and nothing is half there."""
    chance = random.Random(20260901)
    there = 0
    for _ in range(KILLS):
        acknowledged = kill(chance.randrange(6), chance.uniform(0.0, 0.02))
        there = check(path, max(acknowledged, there - 1))
    assert there > KILLS, "the processes hardly worked: the kills proved nothing"


@pytest.mark.promise
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork and no kill -9")
def test_a_command_killed_before_its_answer_is_done_once(path, kill):
    """Whoever lost the answer commits the same command again: it is kept once, and the receipt is the same."""
    spec = importlib.util.spec_from_file_location("kill_child", CHILD)
    assert spec is not None
    assert spec.loader is not None
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    kill(3, 0.005)
    there = check(path, -1)
    with contextlib.closing(open_store(path)) as store:
        for number in range(there + 1):
            receipt = store.commit(child.changes(number, number))
            assert receipt.replayed is (number < there)
            assert receipt.versions["counter", "all"] == number + 1
    assert check(path, there) == there + 1
