"""Whoever has the files of a sealed store reads nothing in them, and what was erased is gone from them."""

import base64
import contextlib
import datetime as dt
import json
import random
from pathlib import Path

import pytest
from hypothesis import settings

from careprogram.ports import ChangeSet, Erase, Message, MessageState, Put, Query, Settlement, Store
from careprogram.sealing import DATA_KEY, SealedStore, Subject, keys_of, rotate
from careprogram.testing import store_conformance
from careprogram.testing.keyrings import trial_keyring
from careprogram_sql import open_store

NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
DEEP = settings.default.max_examples >= 1_000
OPERATIONS = 20_000 if DEEP else 500


def opened(folder: Path, *masters: str) -> SealedStore:
    """Return the sealed store of *folder*."""
    return SealedStore(open_store(folder / "records.db"), trial_keyring(*masters))


TestSealedSqlite = store_conformance(opened, examples=5)


def mark(number: int) -> str:
    """Return a name that nobody has, in Chinese and in digits."""
    return f"canary-{number:05d}-王小明{number:05d}"


def child_of(number: int) -> str:
    return f"c{number % 40}"


def changes(number: int, chance: random.Random, store: Store) -> ChangeSet:
    """Return what one operation does: a child or a record about it written or erased, a message posted."""
    text = mark(number)
    kind, id_ = chance.choice([("child", child_of(number)), ("health", f"h-{child_of(number)}"), ("office", "o")])
    there = store.load(kind, id_)
    if there is not None and kind == "child" and chance.random() < 0.1:
        return ChangeSet(command_id=f"op {number}", erasures=[Erase(kind=kind, id=id_, expected_version=there.version)])
    document = {"child": child_of(number), "name": text, text: [{"inside": text}]}
    message = Message(
        id=f"m{number}", key=f"k{number}", recipient=text, channel="file", template="t", subject=text, body=text,
        about=("child", child_of(number)),
    )  # fmt: skip
    put = Put(
        kind=kind, id=id_, document=document, expected_version=there.version if there else 0,
        index={"identity": text} if kind == "child" else {"child": child_of(number)} if kind == "health" else {},
    )  # fmt: skip
    return ChangeSet(command_id=f"op {number}", puts=[put], messages=[message] if chance.random() < 0.3 else [])


def shapes(text: str) -> list[bytes]:
    """Return how *text* could lie in a file: raw, in other encodings, escaped in JSON, in base64 at any offset."""
    raw = text.encode()
    found = [raw, text.encode("utf-16-le"), json.dumps(text)[1:-1].encode(), text.encode("gb18030")]
    found += [base64.b64encode(b"x" * offset + raw)[4:-4] for offset in range(3)]
    # What is shorter lies in any ciphertext by chance.
    return [shape for shape in found if len(shape) >= 8]


def hits(folder: Path, texts: list[str]) -> list[tuple[str, bytes]]:
    """Return which of *texts* lies in which file of *folder*, in whatever shape."""
    content = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert sum(map(len, content.values())) > 100_000
    return [(name, shape) for text in texts for shape in shapes(text) for name, raw in content.items() if shape in raw]


@pytest.mark.promise
def test_after_500_operations_no_file_holds_a_readable_word(tmp_path: Path) -> None:
    """Database, write-ahead log, shared memory, backup: no content of a document, message or blind column is in them.

    They are searched while the store is open and after it was closed, and everything can be read through the store.
    """
    chance = random.Random(20260901)
    with contextlib.closing(opened(tmp_path)) as store:
        for number in range(OPERATIONS):
            store.commit(changes(number, chance, store))
            if number % 50 == 0:
                for one in store.claim(limit=3, lease_seconds=60, now=NOON):
                    state = MessageState.ACCEPTED
                    store.settle(Settlement(message_id=one.message.id, attempt=one.attempt, state=state), now=NOON)
        store.backup(tmp_path / "copy.db")
        # A mark shares its beginning with all others, so one search finds any of them.
        marks = ["canary-000", "王小明00", mark(OPERATIONS - 1), '"inside":"']
        assert hits(tmp_path, marks) == []
        children = store.find(Query(kind="child", limit=100)).records
        assert len(children) > 20
        assert all(str(child.document["name"]).startswith("canary-") for child in children)
        found = store.find(Query(kind="child", equals={"identity": str(children[0].document["name"])})).records
        assert [one.id for one in found] == [children[0].id]
    assert hits(tmp_path, marks) == []
    assert {file.name for file in tmp_path.iterdir()} >= {"records.db", "copy.db"}


def test_the_search_would_find_it(tmp_path: Path) -> None:
    """Without sealing the same search finds the same marks: it is not blind."""
    chance = random.Random(1)
    with contextlib.closing(open_store(tmp_path / "records.db")) as store:
        for number in range(60):
            store.commit(changes(number, chance, store))
        assert len(hits(tmp_path, ["canary-000"])) > 0


@pytest.mark.promise
def test_erased_with_its_key_a_child_is_gone(tmp_path: Path) -> None:
    """After an erasure neither ciphertext nor wrapped key of the child is in any file; everybody else stays."""
    with contextlib.closing(opened(tmp_path)) as store:
        for number in range(120):
            document = {"name": mark(number), "more": "x" * 500}
            there = store.load("child", child_of(number))
            put = Put(
                kind="child", id=child_of(number), document=document,
                expected_version=there.version if there else 0, index={"child": child_of(number)},
            )  # fmt: skip
            store.commit(ChangeSet(command_id=f"op {number}", puts=[put]))
        with contextlib.closing(open_store(tmp_path / "records.db")) as behind:
            boxes = [
                str(version.document["sealed"]["box"])  # type: ignore[index, call-overload]
                for version in behind.history("child", "c7")
            ]
            keys = behind.find(keys_of(Subject("child", "c7"))).records
            wrapped = [text for key in keys for text in key.document["keys"].values()]  # type: ignore[union-attr]
        assert len(boxes) == 3
        assert len(hits(tmp_path, [boxes[-1][:60], wrapped[0]])) >= 2
        gone = [
            Erase(kind=one.kind, id=one.id, expected_version=one.version)
            for one in (*keys, *store.find(Query(kind="child", equals={"child": "c7"})).records)
        ]
        store.commit(ChangeSet(command_id="erase", erasures=gone))
        assert store.history("child", "c7") == ()
        assert len(store.find(Query(kind="child", limit=100)).records) == 39
    assert hits(tmp_path, [*(box[:60] for box in boxes), *wrapped]) == []


@pytest.mark.promise
def test_after_a_rotation_no_file_holds_a_key_under_the_old_master(tmp_path: Path) -> None:
    """What was wrapped under the old master key is overwritten in the files, not only out of reach."""
    with contextlib.closing(opened(tmp_path)) as store:
        puts = [
            Put(kind="child", id=f"c{number}", document={"name": mark(number), "more": "x" * 500})
            for number in range(99)
        ]
        store.commit(ChangeSet(command_id="fill", puts=puts))
    with contextlib.closing(open_store(tmp_path / "records.db")) as behind:
        keys = behind.find(Query(kind=DATA_KEY, limit=1_000)).records
        wrapped = [text for key in keys for text in key.document["keys"].values()]  # type: ignore[union-attr]
        assert rotate(behind, trial_keyring("m2", "m1"), batch=20).rewrapped == 99
    assert hits(tmp_path, [str(text) for text in wrapped]) == []
    with contextlib.closing(opened(tmp_path, "m2")) as store:
        assert store.load("child", "c3").document["name"] == mark(3)  # type: ignore[union-attr]
