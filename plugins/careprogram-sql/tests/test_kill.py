"""An acknowledged save survives kill -9, nothing is ever half there, and a command without an answer is done once."""

import contextlib
import importlib.util
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from careprogram.ports import Query, check_chain
from careprogram_sql import open_store

CHILD = Path(__file__).with_name("kill_child.py")
DEEP = settings.default.max_examples >= 1_000
KILLS = 1_000 if DEEP else 60
LIVES = 10
"""Processes that work on one file, one after the other, before a new file is begun: a long history is slow to check."""
UNANSWERED = 200

pytestmark = [
    pytest.mark.promise,
    pytest.mark.timeout(3_600 if DEEP else 300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork and no kill -9"),
]


@pytest.fixture
def parent() -> Iterator[Callable[..., Any]]:
    """Return what asks the process that starts and kills the others; see `kill_child.py`."""
    with subprocess.Popen([sys.executable, str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(*question: Any) -> Any:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def check(path: Path, acknowledged: int) -> int:
    """Return how many change sets are there, having made sure that each is whole and no acknowledged one is missing."""
    with contextlib.closing(open_store(path)) as store:
        counter = store.load("counter", "all")
        there = counter.version if counter else 0
        assert there > acknowledged, "a save was acknowledged and is lost"
        assert store.count(Query(kind="child")) == 2 * there
        assert [one.document["number"] for one in store.history("counter", "all")] == list(range(there))
        assert [one.message.body for one in store.outbox(limit=10**6)] == [str(n) for n in range(there)]
        trail = store.audit(limit=10**6)
        assert [one.entry.subject_id for one in trail] == [str(n) for n in range(there)]
        assert check_chain(trail, head=store.audit_head()) == ()
        for number in range(max(0, there - 3), there):
            found = store.find(Query(kind="child", equals={"n": number})).records
            assert [one.id for one in found] == [f"{number} left", f"{number} right"]
    return there


@pytest.mark.slow
def test_an_acknowledged_save_survives_kill_9(quick_folder, parent):
    """A process that saves without pause is killed at random moments; nothing is lost, and nothing is half there."""
    chance = random.Random(20260901)
    saves = there = 0
    for number in range(KILLS):
        if number % LIVES == 0:
            saves, there = saves + there, 0
        path = quick_folder / f"{number // LIVES}.db"
        acknowledged = parent("kill", str(path), chance.randrange(4), chance.uniform(0.0, 0.02))
        there = check(path, max(acknowledged, there - 1))
    assert saves + there > KILLS, "the processes hardly worked: the kills proved nothing"


def changes(number: int) -> Any:
    """Return the change set that the killed process commits as *number*."""
    spec = importlib.util.spec_from_file_location("kill_child", CHILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.changes(number, number)


@pytest.mark.slow
def test_a_command_killed_before_its_answer_is_done_once(quick_folder, parent):
    """A process commits and is killed before it answers; another one commits the same again: it is kept once."""
    path = quick_folder / "records.db"
    with contextlib.closing(open_store(path)) as store:
        for number in range(UNANSWERED):
            assert parent("kill before", str(path), number), "the process did not get as far as its commit"
            receipt = store.commit(changes(number))
            assert receipt.replayed
            assert receipt.versions["counter", "all"] == number + 1
    assert check(path, UNANSWERED - 1) == UNANSWERED
