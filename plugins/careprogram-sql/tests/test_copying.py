"""Everything gets from one store into another, of whatever sort, and the copy answers as the original does."""

import base64
import contextlib
import json
import sqlite3

import pytest

from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import StoreError, ValidationError
from careprogram.ports import ChangeSet, Erase, Put, Query, Range, check_chain
from careprogram.sealing import SealedStore
from careprogram.testing.keyrings import trial_keyring
from careprogram.testing.store_examples import entry, later, message, put
from careprogram_sql import open_store


def answers(store, ids=()):
    """Return all that a store can be asked."""
    whole = 10**6
    return {
        "find": store.find(Query(kind="child", limit=whole)),
        "walk": store.find(Query(kind="child", within=Range(column="village", from_=""), limit=whole)),
        "histories": {name: store.history("child", name) for name in ids},
        "outbox": store.outbox(limit=whole),
        "audit": store.audit(limit=whole),
        "head": store.audit_head(),
    }


def lived_in(store):
    """Let *store* have versions, an erasure, messages in every state, and a gap at the end of the outbox."""
    store.commit(
        ChangeSet(
            command_id="c",
            puts=[put(f"n{n:04d}", village=f"v{n % 3}") for n in range(50)],
            messages=[message(1), message(2), message(3, about=("child", "n0007"))],
            audit=[entry(1), entry(2)],
        )
    )
    store.claim(limit=1, lease_seconds=60, now=later(0))
    store.commit(
        ChangeSet(command_id="d", puts=[put("n0003", {"of": "二"}, expected=1, village="v9")], audit=[entry(3)])
    )
    store.commit(ChangeSet(command_id="e", erasures=[Erase(kind="child", id="n0007", expected_version=1)]))


@pytest.fixture
def server_store(postgresql, request):
    name = "copy_" + "".join(letter for letter in request.node.name.lower() if letter.isalnum())[:50]
    with contextlib.closing(open_store(f"{postgresql.url}&schema={name}")) as store:
        yield store


@pytest.mark.promise
def test_a_backup_of_a_server_is_a_file_that_answers_as_it_does(server_store, tmp_path):
    """It opens without a server, and goes on where the original was: versions, receipts, leases, positions, chain."""
    lived_in(server_store)
    receipt = server_store.backup(tmp_path / "backup.db")
    ids = ["n0003", "n0007", "n0049"]
    with contextlib.closing(open_store(tmp_path / "backup.db")) as copy:
        assert answers(copy, ids) == answers(server_store, ids)
        assert (receipt.records, receipt.head) == (49, server_store.audit_head())
        for store in (copy, server_store):
            assert store.commit(ChangeSet(command_id="d")).replayed
            back = store.commit(ChangeSet(command_id="f", puts=[put("n0007")], messages=[message(4)], audit=[entry(4)]))
            assert back.versions["child", "n0007"] == 2
            assert check_chain(store.audit(), head=store.audit_head()) == ()
        assert answers(copy, ids) == answers(server_store, ids)


def test_every_store_answers_alike_sealed_or_not(postgresql, tmp_path):
    """After the same life in memory, in a file and on a server, plain and sealed, all six give the same answers."""
    plain = [MemoryStore(), open_store(tmp_path / "a.db"), open_store(f"{postgresql.url}&schema=alike_a")]
    behind = [MemoryStore(), open_store(tmp_path / "b.db"), open_store(f"{postgresql.url}&schema=alike_b")]
    with contextlib.ExitStack() as opened:
        stores = [*plain, *(SealedStore(store, trial_keyring()) for store in behind)]
        for store in stores:
            opened.enter_context(contextlib.closing(store))
            lived_in(store)
        first, *others = [answers(store, ["n0003", "n0007", "n0049"]) for store in stores]
        assert [other == first for other in others] == [True] * 5
        claims = [[(one.message, one.attempt) for one in store.claim(limit=9, lease_seconds=9, now=later(99))]
                  for store in stores]  # fmt: skip
        assert claims == [claims[0]] * 6


@pytest.mark.parametrize("how", ["backup", "copy"])
def test_an_altered_trail_is_not_carried_on(tmp_path, how):
    """Neither a backup nor a copy is made of a store whose audit trail somebody changed; nothing is left behind."""
    with contextlib.closing(open_store(tmp_path / "records.db")) as store:
        lived_in(store)
        with contextlib.closing(sqlite3.connect(tmp_path / "records.db")) as raw, raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2")
        if how == "backup":
            with pytest.raises(StoreError, match="not written, as the audit trail was altered"):
                store.backup(tmp_path / "backup.db")
            assert not list(tmp_path.glob("*backup*"))
        else:
            with contextlib.closing(open_store(tmp_path / "copy.db")) as copy:
                with pytest.raises(StoreError, match="nothing was copied, as the audit trail was altered"):
                    store.copy_into(copy)
                assert (copy.count(Query(kind="child")), copy.audit()) == (0, ())


def test_a_file_moves_to_a_server(server_store, tmp_path):
    """What was kept in a file is kept on the server, and is gone on with there."""
    with contextlib.closing(open_store(tmp_path / "records.db")) as file:
        lived_in(file)
        assert file.copy_into(server_store) == file.audit_head()
        for store in (file, server_store):
            store.commit(ChangeSet(command_id="f", messages=[message(4)], audit=[entry(4)]))
        assert answers(server_store, ["n0003"]) == answers(file, ["n0003"])


@pytest.mark.promise
def test_hostile_texts_come_back_from_every_store_alike(server_store, tmp_path, shared_data):
    """Strings that have spoiled other databases come back from three stores alike, as document, id and index value.

    What one of them refuses all of them refuse, before anything is kept.
    """
    encoded = json.loads((shared_data / "naughty-strings" / "blns.base64.json").read_text(encoding="ascii"))
    texts = sorted({base64.b64decode(text).decode("utf-8", errors="replace") for text in encoded})
    puts, refused = [], []
    for number, text in enumerate(texts):
        try:
            puts.append(Put(kind="child", id=f"{text}{number}", document={text: text}, index={"village": text}))
        except ValidationError:
            refused.append(text)
    assert len(texts) > 400
    assert all("\0" in text or len(text) > 250 for text in refused)
    with contextlib.closing(open_store(tmp_path / "records.db")) as file:
        stores = [MemoryStore(), file, server_store]
        for store in stores:
            store.commit(ChangeSet(command_id="c", puts=puts))
        ids = [one.id for one in puts]
        first, *others = (answers(store, ids) for store in stores)
        assert {one.id: one.document for one in first["find"].records} == {one.id: one.document for one in puts}
        assert len(first["walk"].records) == len(puts)
        for other in others:
            assert other == first
        for one in puts[::7]:
            query = Query(kind="child", equals={"village": one.index["village"]})
            found = {tuple(record.id for record in store.find(query).records) for store in stores}
            assert len(found) == 1
            assert one.id in next(iter(found))


def test_half_a_surrogate_pair_and_u_0000(server_store, tmp_path):
    """A document may hold U+0000, which JSON writes as six letters; half a pair is refused by all, before the store."""
    with contextlib.closing(open_store(tmp_path / "records.db")) as file:
        for store in (MemoryStore(), file, server_store):
            store.commit(ChangeSet(command_id="c", puts=[put("a", {"\0": "x\0y"})]))
            assert store.load("child", "a").document == {"\0": "x\0y"}
            with pytest.raises(ValidationError, match="surrogate"):
                store.commit(ChangeSet(command_id="d", puts=[put("b", {"x": "\ud800"})]))
            with pytest.raises(ValidationError, match=r"U\+0000"):
                store.load("child", "a\0")
            assert store.count(Query(kind="child")) == 1
