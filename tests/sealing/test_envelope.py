"""What was sealed opens in its own place and nowhere else."""

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import SealError
from careprogram.ports import Message, Put, Record, WrittenDocument, dumps, loads
from careprogram.sealing.cipher import new_key, seal, unseal
from careprogram.sealing.data_keys import key_record
from careprogram.sealing.envelope import (
    _about_record,
    envelope_of,
    message_envelope,
    opened,
    opened_message,
    sealed_message,
    sealed_put,
)
from careprogram.sealing.plan import Subject

CHILD = Subject("child", "c1")
KEY = new_key()


def record_of(put, **changed):
    """Return the record that a store makes of *put*."""
    there = {"kind": put.kind, "id": put.id, "version": put.expected_version + 1, "document": put.document}
    return Record(**{**there, "schema_version": put.schema_version, **changed})


@pytest.mark.promise
@pytest.mark.parametrize("changed", [{}, {"kind": "helper"}, {"id": "c2"}, {"schema_version": 2}])
def test_a_record_is_bound_to_its_place(changed):
    """Kind, id and schema version are part of the seal; the names of the parts cannot run into each other."""
    sealed = sealed_put(Put(kind="child", id="c1", document={"a": 1}), subject=CHILD, key="k", secret=KEY, index={})
    record = record_of(sealed, **changed)
    if not changed:
        assert opened(record, envelope_of(record), secret=KEY).document == {"a": 1}
        return
    with pytest.raises(SealError):
        opened(record, envelope_of(record), secret=KEY)


def test_no_two_seals_have_one_nonce():
    """The same text sealed again is another ciphertext: a nonce used twice would give away both texts, and the key."""
    sealed = [seal(KEY, b"one text", about=b"one place") for _ in range(1_000)]
    assert len({one[:12] for one in sealed}) == 1_000
    assert {unseal(KEY, one, about=b"one place") for one in sealed} == {b"one text"}


def test_the_version_it_was_made_from_cannot_be_changed():
    """The number in the envelope is part of the seal, too."""
    sealed = sealed_put(Put(kind="child", id="c1", document={}), subject=CHILD, key="k", secret=KEY, index={})
    record = record_of(sealed)
    with pytest.raises(SealError):
        opened(record, attrs.evolve(envelope_of(record), made_from=1), secret=KEY)


@pytest.mark.promise
@pytest.mark.parametrize("changed", [{}, {"id": "m2"}, {"key": "k2"}, {"channel": "mail"}, {"about": ("child", "c2")}])
def test_a_message_is_bound_to_its_place(changed):
    """The message, its key, its channel and the record it tells about are part of the seal."""
    message = Message(
        id="m", key="k", recipient="r", channel="file", template="t", subject="s", body="b", about=("child", "c1")
    )
    sealed = attrs.evolve(sealed_message(message, subject=CHILD, key="k", secret=KEY), **changed)
    if not changed:
        assert opened_message(sealed, message_envelope(sealed), secret=KEY) == message
        return
    with pytest.raises(SealError):
        opened_message(sealed, message_envelope(sealed), secret=KEY)


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=9)


@given(NAMES, NAMES, NAMES, st.integers(0, 2**53 - 1), st.dictionaries(NAMES, NAMES, max_size=3))
def test_texts_written_by_hand_are_canonical(kind, id_, key, made_from, keys):
    """A sealed document, a record of keys and what a seal is bound to are the texts that the encoder would write."""
    put = Put(kind=kind, id=id_, document={"a": 1}, expected_version=made_from)
    sealed = sealed_put(put, subject=Subject(kind, id_), key=key, secret=KEY, index={})
    written = key_record(Subject(kind, id_), key, keys, expected_version=0)
    for one in (sealed, written):
        assert type(one.document) is WrittenDocument
        assert dumps(one.document) == dumps(loads(dumps(one.document))) == dumps(dict(one.document))
    assert dict(written.document) == {"keys": keys, "master": key, "subject": [kind, id_]}
    assert _about_record(kind, id_, 1, made_from) == json.dumps(["record", 1, kind, id_, 1, made_from]).encode()
    assert len(sealed.document) == 1
    assert repr(sealed.document) == f"<WrittenDocument of {len(dumps(sealed.document))} characters>"
