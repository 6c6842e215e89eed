"""Every string of the big list of naughty strings survives every store, wherever it stands."""

import base64
import contextlib
import json

import pytest

from careprogram.builtin.memory_store import MemoryStore
from careprogram.ports import AuditEntry, ChangeSet, Put, Query, Range
from careprogram.testing.store_examples import message
from careprogram.testing.store_machine import NOON
from careprogram_sql import open_store


@pytest.fixture(scope="module")
def naughty(shared_data):
    """Return the strings, decoded, or skip where the list is absent."""
    file = shared_data / "naughty-strings" / "blns.base64.json"
    if not file.exists():
        pytest.skip("the list of naughty strings is not here: blns.base64.json")
    texts = [base64.b64decode(one).decode() for one in json.loads(file.read_text())]
    assert len(texts) > 400
    return sorted(set(texts))


@pytest.mark.promise
@pytest.mark.parametrize("factory", [lambda _: MemoryStore(), lambda folder: open_store(folder / "s.db")])
def test_naughty_strings_survive(tmp_path, naughty, factory):
    """As content, member name, id, index value, message and audit word, each comes back as the same code points."""
    names = [text[:400] or "empty" for text in naughty]
    with contextlib.closing(factory(tmp_path)) as store:
        puts = [
            Put(kind="text", id=f"{number} {name}", document={"is": text, name: [text]}, index={"text": text[:500]})
            for number, (text, name) in enumerate(zip(naughty, names, strict=True))
        ]
        store.commit(
            ChangeSet(
                command_id=names[7],
                puts=puts,
                messages=[message(n, key=f"{n} {text[:400]}", body=text) for n, text in enumerate(naughty)],
                audit=[
                    AuditEntry(actor=name, action=name, subject_kind=name, subject_id=name, purpose=name, at=NOON)
                    for name in names
                ],
            )
        )
        for put in puts:
            record = store.load("text", put.id)
            assert record is not None
            assert record.document == put.document
            found = store.find(Query(kind="text", equals=put.index, limit=1000)).records
            assert record in found
        assert [one.message.body for one in store.outbox(limit=10_000)] == naughty
        assert [one.entry.actor for one in store.audit(limit=10_000)] == names
        ordered = store.find(Query(kind="text", within=Range(column="text", from_=""), limit=10_000)).records
        assert [record.document["is"] for record in ordered] == naughty
