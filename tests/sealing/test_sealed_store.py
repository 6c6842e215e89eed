"""A sealed store keeps the promises of a store and gives nothing away."""

import base64
import datetime as dt
import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.builtin.file_keyring import FileKeyring
from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import SealError, ValidationError, VersionConflictError
from careprogram.ports import ChangeSet, Erase, Message, Put, Query, Range
from careprogram.sealing import (
    DATA_KEY,
    PROGRAM,
    STANDARD_PLAN,
    SealedStore,
    SealingPlan,
    Subject,
    keys_of,
    seal,
    unseal,
)
from careprogram.sealing.cipher import new_key
from careprogram.testing import store_conformance
from careprogram.testing.keyrings import trial_keyring

SECRET = "王小明患哮喘"
NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)

TestSealedMemory = store_conformance(lambda _: SealedStore(MemoryStore(), trial_keyring()), examples=20)


def sealed(inner=None, *masters, **options):
    """Return a sealed store before *inner*."""
    return SealedStore(inner if inner is not None else MemoryStore(), trial_keyring(*masters), **options)


def put(id_="c1", *, kind="child", expected=0, document=None, schema_version=1, **index):
    """Return a put of a secret document."""
    document = {"name": SECRET} if document is None else document
    return Put(
        kind=kind, id=id_, document=document, expected_version=expected, schema_version=schema_version, index=index
    )


def keep(store, *puts, **more):
    """Commit under a new command id."""
    keep.count += 1
    return store.commit(ChangeSet(command_id=f"keep {keep.count}", puts=puts, **more))


keep.count = 0


def letter(number=1, *, about=("child", "c1")):
    """Return a secret message."""
    return Message(
        id=f"m{number}", key=f"k{number}", recipient="13912345678", channel="file", template="t",
        subject=SECRET, body=SECRET, about=about,
    )  # fmt: skip


def everything(inner, *kinds):
    """Return all that the store behind holds, as text."""
    records = [
        version for kind in kinds for record in inner.find(Query(kind=kind)).records
        for version in inner.history(kind, record.id)
    ]  # fmt: skip
    messages = [attrs.asdict(entry.message) for entry in inner.outbox()]
    return json.dumps([[dict(record.document) for record in records], messages], default=str, ensure_ascii=False)


def test_the_store_behind_sees_nothing():
    """No name of a field, no content, no address, in clear or in base64, in any version or message."""
    inner = MemoryStore()
    store = sealed(inner)
    keep(store, put(), put("v", kind="verdict", child="c1"), messages=[letter()])
    keep(store, put(expected=1, document={"name": SECRET, "illness": "哮喘"}))
    shown = everything(inner, "child", "verdict", DATA_KEY)
    plain = [SECRET, "哮喘", "name", "illness", "13912345678"]
    hidden = [base64.b64encode(text.encode()).decode().rstrip("=")[:-1] for text in plain]
    assert [text for text in plain + hidden if text in shown] == []
    assert store.load("child", "c1").document == {"name": SECRET, "illness": "哮喘"}
    assert store.outbox()[0].message == letter()


def test_everybody_has_a_key_of_their_own():
    """The records of one child share a key; another child, a helper and the program have others."""
    inner = MemoryStore()
    keep(
        sealed(inner), put(), put("v", kind="verdict", child="c1"), put("p", kind="plan", document={"child": "c1"}),
        put("c2"), put("h", kind="helper"), put("o", kind="office"),
    )  # fmt: skip
    owners = {
        (one.kind, one.id): tuple(one.document["sealed"]["subject"])
        for kind in ("child", "verdict", "plan", "helper", "office")
        for one in inner.find(Query(kind=kind)).records
    }
    assert owners == {
        ("child", "c1"): ("child", "c1"), ("verdict", "v"): ("child", "c1"), ("plan", "p"): ("child", "c1"),
        ("child", "c2"): ("child", "c2"), ("helper", "h"): ("helper", "h"), ("office", "o"): ("program", "program"),
    }  # fmt: skip
    assert inner.count(Query(kind=DATA_KEY)) == 4
    assert inner.count(keys_of(Subject("child", "c1"))) == 1


@pytest.mark.promise
@pytest.mark.parametrize(
    "target",
    [("child", "c2", 1), ("child", "c1", 2), ("verdict", "c1", 1)],
    ids=["another child", "another schema version", "another kind"],
)
def test_a_ciphertext_that_was_moved_is_refused(target):
    """Put in the place of another record, what was sealed does not open, and the error tells nothing of it."""
    inner = MemoryStore()
    store = sealed(inner)
    keep(store, put(), put("c2"))
    kind, id_, schema_version = target
    there = inner.load(kind, id_)
    stolen = Put(
        kind=kind, id=id_, document=inner.load("child", "c1").document, schema_version=schema_version,
        expected_version=0 if there is None else there.version,
    )  # fmt: skip
    keep(inner, stolen)
    for read in (
        lambda: store.load(kind, id_),
        lambda: store.history(kind, id_),
        lambda: store.find(Query(kind=kind)),
        lambda: store.load_many(kind, [id_]),
    ):
        with pytest.raises(SealError, match=f"{kind} {id_}, version") as caught:
            read()
        assert SECRET not in str(caught.value)


@pytest.mark.promise
def test_an_older_version_in_the_place_of_a_newer_is_refused():
    """Neither the first nor a later version of a record opens where another one belongs."""
    for back in (0, 1):
        inner = MemoryStore()
        store = sealed(inner)
        keep(store, put())
        keep(store, put(expected=1, document={"consent": "given"}))
        keep(store, put(expected=2, document={"consent": "withdrawn"}))
        old = inner.history("child", "c1")[back]
        keep(inner, Put(kind="child", id="c1", document=old.document, expected_version=3))
        with pytest.raises(SealError, match="child c1, version 4"):
            store.load("child", "c1")


def test_a_record_that_begins_again_after_its_erasure_opens():
    """An id that is used again goes on counting, and its new first version is right where it stands."""
    store = sealed()
    keep(store, put())
    keep(store, erasures=[Erase(kind="child", id="c1", expected_version=1)])
    keep(store, put(document={"name": "again"}))
    assert store.load("child", "c1").document == {"name": "again"}
    assert [record.version for record in store.history("child", "c1")] == [2]


@given(st.binary(max_size=200), st.integers(0, 2**31), st.integers(0, 7))
def test_a_change_of_one_bit_is_noticed(plain, where, bit):
    """Whatever bit of a ciphertext is turned, it does not open; untouched it does."""
    key = new_key()
    box = bytearray(seal(key, plain, about=b"here"))
    assert unseal(key, bytes(box), about=b"here") == plain
    with pytest.raises(SealError):
        unseal(key, bytes(box), about=b"there")
    box[where % len(box)] ^= 1 << bit
    with pytest.raises(SealError):
        unseal(key, bytes(box), about=b"here")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"name": SECRET},
        {"sealed": "text"},
        {"sealed": {"format": 2}},
        {"sealed": {"format": 1, "subject": ["child", "c1"], "key": "k", "from": 0, "box": "ä"}},
    ],
)
def test_what_is_not_sealed_is_refused(document):
    """A document that somebody put there without the keys is not believed, unless the store is told to for a while."""
    inner = MemoryStore()
    keep(inner, put(document=document))
    with pytest.raises(SealError, match="child c1, version 1: it is not sealed"):
        sealed(inner).load("child", "c1")
    assert sealed(inner, accept_plain=True).load("child", "c1").document == document


def test_a_message_that_was_moved_or_is_plain_is_refused():
    """The text of one message does not open in another, and a plain one is not sent."""
    inner = MemoryStore()
    store = sealed(inner)
    keep(store, put(), put("c2"), messages=[letter(1), letter(2, about=("child", "c2"))])
    first = store.outbox()[0].message
    assert first == letter(1)
    stolen = attrs.evolve(inner.outbox()[0].message, id="m9", key="k9", about=("child", "c2"))
    keep(inner, messages=[stolen])
    with pytest.raises(SealError, match="message m9: what is kept there was not written there"):
        store.outbox(after=2)
    keep(inner, erasures=[Erase(kind="child", id="c2", expected_version=1)])
    keep(inner, messages=[letter(3)])
    with pytest.raises(SealError, match="message m3: it is not sealed"):
        store.claim(limit=9, lease_seconds=60, now=NOON)


def test_an_erased_key_erases_what_it_sealed():
    """Without the key of one child its records do not open, also those in a copy; everybody else's do."""
    inner = MemoryStore()
    store = sealed(inner)
    keep(store, put(), put("c2"))
    key = inner.find(keys_of(Subject("child", "c1"))).records[0]
    keep(store, erasures=[Erase(kind=DATA_KEY, id=key.id, expected_version=key.version)])
    with pytest.raises(SealError, match="child c1: the key of a sealed record is not there"):
        sealed(inner).load("child", "c1")
    assert sealed(inner).load("child", "c2").document == {"name": SECRET}


class Meddling(MemoryStore):
    """A store in which something happens just before the next commit."""

    def __init__(self):
        super().__init__()
        self.before = None

    def commit(self, changes):
        happens, self.before = self.before, None
        if happens is not None:
            happens()
        return super().commit(changes)


def erase_child(inner):
    """Erase child c1 and its key, as an erasure does."""
    gone = [*inner.find(keys_of(Subject("child", "c1"))).records]
    gone += [record for record in [inner.load("child", "c1")] if record]
    keep(inner, erasures=[Erase(kind=one.kind, id=one.id, expected_version=one.version) for one in gone])


@pytest.mark.promise
@pytest.mark.parametrize("happens", ["erased", "first met", "rotated"])
def test_no_record_is_kept_without_its_key(happens):
    """Whatever happens to the key between reading it and writing, what was acknowledged can be read afterwards."""
    inner = Meddling()
    store = sealed(inner)
    if happens == "first met":
        inner.before = lambda: keep(sealed(inner), put("w", kind="verdict", child="c1"))
    elif happens == "erased":
        keep(store, put())
        inner.before = lambda: erase_child(inner)
    else:
        keep(store, put())
        inner.before = lambda: rotate_to("m2", inner)
        store = sealed(inner, "m1", "m2")
    keep(store, put("v", kind="verdict", child="c1"))
    assert inner.before is None
    again = sealed(inner, "m2", "m1")
    assert again.load("verdict", "v").document == {"name": SECRET}
    assert inner.count(keys_of(Subject("child", "c1"))) == 1


def rotate_to(master, inner):
    """Wrap all keys under *master*."""
    from careprogram.sealing import rotate

    rotate(inner, trial_keyring(master, "m1"))


def test_a_conflict_about_a_record_is_told_at_once():
    """Where the record and not a key was changed, whoever lost the race is told, as by any store."""
    store = sealed()
    keep(store, put())
    with pytest.raises(VersionConflictError, match="child c1: expected version 0, found 1"):
        keep(store, put())


def test_two_programs_with_different_master_keys_meet():
    """Two programs that meet one child for the first time under different master keys can both be read."""
    inner = Meddling()
    inner.before = lambda: keep(sealed(inner, "m2", "m1"), put("w", kind="verdict", child="c1"))
    keep(sealed(inner, "m1", "m2"), put("v", kind="verdict", child="c1"))
    assert inner.count(Query(kind=DATA_KEY)) == 2
    rotate_to("m2", inner)
    assert inner.count(Query(kind=DATA_KEY)) == 1
    store = sealed(inner, "m2")
    assert [store.load("verdict", name).document for name in "vw"] == [{"name": SECRET}] * 2


def test_what_a_record_is_found_by_says_whose_it_is():
    """The column counts before the field of the same name, a child before a helper, and nobody's is the program's."""
    for index, document, owner in (
        ({"child": "c1"}, {"child": "c2"}, Subject("child", "c1")),
        ({}, {"child": "c2", "helper": "h1"}, Subject("child", "c2")),
        ({"helper": "h1"}, {"child": "c2"}, Subject("helper", "h1")),
        ({"child": None}, {"helper": ""}, PROGRAM),
    ):
        assert STANDARD_PLAN.subject_of(Put(kind="note", id="n", document=document, index=index)) == owner
    assert STANDARD_PLAN.subject_of(Put(kind="child", id="c1", document={"helper": "h1"})) == Subject("child", "c1")


def test_a_blind_index_finds_without_telling():
    """The value is found and not kept; what is blind has no order, and equal values of two kinds look different."""
    inner = MemoryStore()
    store = sealed(inner, plan=attrs.evolve(STANDARD_PLAN, blind={"child": {"identity"}, "helper": {"identity"}}))
    keep(store, put(identity="11010519491231002X", place="p"), put("h", kind="helper", identity="11010519491231002X"))
    assert [one.id for one in store.find(Query(kind="child", equals={"identity": "11010519491231002X"})).records] == [
        "c1"
    ]
    assert store.count(Query(kind="child", equals={"identity": "110105194912310021"})) == 0
    assert store.count(Query(kind="child", equals={"place": "p"})) == 1
    assert inner.count(Query(kind="child", equals={"identity": "11010519491231002X"})) == 0
    digests = [
        inner._slots[kind, id_].versions[-1].index["identity"] for kind, id_ in (("child", "c1"), ("helper", "h"))
    ]
    assert len(set(digests)) == 2
    assert all(len(digest) == 64 for digest in digests)
    with pytest.raises(ValidationError, match="through a blind index, which has no order"):
        store.find(Query(kind="child", within=Range(column="identity", from_="1")))


def test_a_blind_value_tells_its_type_apart_and_none_stays():
    """A number and the same digits as a text are different values; None says only that there is no value."""
    plan = SealingPlan(people=("child",), blind={"child": frozenset({"n"})})
    key = b"k" * 16
    one, text = (plan.blinded("child", {"n": value}, key)["n"] for value in (1, "1"))
    assert one != text
    assert plan.blinded("child", {"n": None}, key) == {"n": None}
    assert plan.blinded("child", {"n": 1}, b"l" * 16)["n"] != one


class Failing:
    """A keyring of a plugin that fails, and would tell a secret in doing so."""

    masters = ("m1",)

    def __init__(self, **methods):
        self.__dict__.update(methods)

    def wrap(self, key, *, about):
        return trial_keyring().wrap(key, about=about)

    def unwrap(self, wrapped, *, master, about):
        return trial_keyring().unwrap(wrapped, master=master, about=about)

    def index_key(self):
        return b"i" * 16


def _raises(*_, **__):
    raise OSError(f"vault said: {SECRET}")


@pytest.mark.promise
@pytest.mark.parametrize(
    "method",
    [{"wrap": _raises}, {"wrap": lambda key, about: None}, {"wrap": lambda key, about: "text"}],
    ids=["raises", "nothing", "text"],
)
def test_a_keyring_that_fails_to_wrap_loses_nothing(method):
    """Nothing is written, nothing is written unsealed, and the error does not repeat what the keyring said."""
    inner = MemoryStore()
    with pytest.raises(SealError, match=r"the keyring (raised|answered with)") as caught:
        keep(SealedStore(inner, Failing(**method)), put())
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert (inner.find(Query(kind="child")).records, inner.count(Query(kind=DATA_KEY))) == ((), 0)


@pytest.mark.promise
@pytest.mark.parametrize(
    "method",
    [
        {"unwrap": _raises},
        {"unwrap": lambda *_, **__: None},
        {"unwrap": lambda *_, **__: b"short"},
        {"unwrap": lambda *_, **__: b"k" * 32},
    ],
    ids=["raises", "nothing", "short", "another"],
)
def test_a_keyring_that_fails_to_unwrap_shows_nothing(method):
    """What it does not unwrap rightly is not opened, and what is kept stays as it is."""
    inner = MemoryStore()
    keep(SealedStore(inner, Failing()), put())
    with pytest.raises(SealError) as caught:
        SealedStore(inner, Failing(**method)).load("child", "c1")
    assert SECRET not in str(caught.value)
    assert SealedStore(inner, Failing()).load("child", "c1").document == {"name": SECRET}


def another_keyring():
    """Return a keyring whose master key is called as that of the trial, and is another."""
    return FileKeyring(masters=("m1",), secrets={"m1": new_key()}, index=new_key())


def test_nobody_new_is_sealed_with_the_keys_of_another_store():
    """Every first master key is called m1: with the wrong one, the right one would not open what is new."""
    inner = MemoryStore()
    keep(SealedStore(inner, trial_keyring()), put())
    stranger = SealedStore(inner, another_keyring())
    for _ in range(2):
        with pytest.raises(SealError, match="key file of other records"):
            stranger.commit(ChangeSet(command_id="c2", puts=[Put(kind="child", id="c2", document={})]))
    assert (inner.load("child", "c2"), inner.count(Query(kind=DATA_KEY))) == (None, 1)
    SealedStore(MemoryStore(), another_keyring()).commit(ChangeSet(command_id="a"))  # one of its own


def test_one_key_that_was_changed_keeps_nobody_out():
    """New people are sealed while one key of several is spoiled; that one is told where it is needed."""
    inner = MemoryStore()
    puts = [Put(kind="child", id=f"c{number}", document={}) for number in range(3)]
    SealedStore(inner, trial_keyring()).commit(ChangeSet(command_id="three", puts=puts))
    first = inner.find(Query(kind=DATA_KEY, limit=1)).records[0]
    spoiled = Put(
        kind=DATA_KEY, id=first.id, expected_version=1, index={"master": "m1"},
        document={**first.document, "keys": dict.fromkeys(first.document["keys"], "AAAA")},
    )  # fmt: skip
    inner.commit(ChangeSet(command_id="spoil", puts=[spoiled]))
    store = SealedStore(inner, trial_keyring())
    store.commit(ChangeSet(command_id="c9", puts=[Put(kind="child", id="c9", document={"new": True})]))
    assert store.load("child", "c9").document == {"new": True}
    with pytest.raises(SealError):
        store.load_many("child", ["c0", "c1", "c2"])


def test_a_keyring_without_a_master_key_is_refused():
    """It could wrap nothing, and says so at once."""
    with pytest.raises(SealError, match="has no master key"):
        SealedStore(MemoryStore(), trial_keyring_without_masters())


def trial_keyring_without_masters():
    """Return a keyring that holds nothing."""
    return attrs.evolve(trial_keyring(), masters=())


def test_no_repr_shows_a_key():
    """Neither a keyring nor what is made with it shows a secret."""
    keyring = trial_keyring()
    secrets = [keyring.index_key(), *keyring._secrets.values()]
    shown = f"{keyring!r} {SealedStore(MemoryStore(), keyring)!r}"
    assert [one for one in secrets if repr(one) in shown or one.hex() in shown] == []
