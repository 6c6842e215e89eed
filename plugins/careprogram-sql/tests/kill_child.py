"""The process that `test_kill.py` kills: it commits numbered change sets and says so on a pipe.

Each change set holds two new records, a new version of a counter, a message and an audit entry, so that half of one
would show. The number goes down the pipe only when the commit has been acknowledged. As loading the libraries takes
longer than a life of such a process, one process loads them, forks the ones that work, and kills them.
"""

import datetime as dt
import gc
import json
import os
import signal
import sys
import time

from careprogram.ports import AuditEntry, ChangeSet, Message, Put
from careprogram_sql import open_store

AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def changes(number: int, counted: int) -> ChangeSet:
    """Return change set *number*; the counter is at version *counted*."""
    return ChangeSet(
        command_id=f"command {number}",
        puts=[
            Put(
                kind="child", id=f"{number} left", document={"number": number, "fill": "x" * 2000}, index={"n": number}
            ),
            Put(kind="child", id=f"{number} right", document={"number": number}, index={"n": number}),
            Put(kind="counter", id="all", document={"number": number}, expected_version=counted),
        ],
        messages=[
            Message(
                id=f"m{number}",
                key=f"k{number}",
                recipient="r",
                channel="file",
                template="t",
                subject="s",
                body=str(number),
            )
        ],
        audit=[
            AuditEntry(actor="x", action="write", subject_kind="child", subject_id=str(number), purpose="test", at=AT)
        ],
    )


def work(path: str, pipe: int) -> None:
    """Go on where the last process was killed, for ever."""
    store = open_store(path)
    counter = store.load("counter", "all")
    number = counter.version if counter else 0
    os.write(pipe, b"ready\n")
    while True:
        store.commit(changes(number, number))
        os.write(pipe, b"%d\n" % number)
        number += 1


def kill_before_the_answer(path: str, number: int) -> bool:
    """Let a process commit change set *number* and die before it could tell anybody; return whether it got so far."""
    child = os.fork()
    if child == 0:
        store = open_store(path)
        store.commit(changes(number, number))
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def kill_one(path: str, saves: int, seconds: float) -> int:
    """Let a process work on *path*, kill it *seconds* after so many saves, and return its last acknowledged number."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        work(path, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.readline() == b"ready\n"
        said = b"".join(pipe.readline() for _ in range(saves))
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        said += pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the process ended before it was killed"
    whole = said[: said.rfind(b"\n") + 1].split()
    return int(whole[-1]) if whole else -1


if __name__ == "__main__":
    gc.collect()
    gc.freeze()  # what was loaded is not looked through, and so not copied, by each process
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        function = {"kill": kill_one, "kill before": kill_before_the_answer}[name]
        print(json.dumps(function(*arguments)), flush=True)  # noqa: T201
