"""A master key is changed without a moment at which something cannot be read."""

import contextlib

import pytest

from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import SealError, StoreError
from careprogram.ports import ChangeSet, Put, Query
from careprogram.sealing import DATA_KEY, Rotation, SealedStore, keys_by_master, rotate
from careprogram.testing.keyrings import trial_keyring

CHILDREN = [f"c{number}" for number in range(7)]


class Stopping(MemoryStore):
    """A store that stops working after some commits; before or after the last one was kept."""

    left = 10**9
    after = False

    def commit(self, changes):
        self.left -= 1
        if self.left < 0 and not self.after:
            raise StoreError("stopped")
        receipt = super().commit(changes)
        if self.left < 0:
            raise StoreError("stopped")
        return receipt


def filled(store):
    """Return *store* with seven children sealed under m1."""
    puts = [Put(kind="child", id=name, document={"name": name}) for name in CHILDREN]
    SealedStore(store, trial_keyring("m1")).commit(ChangeSet(command_id="fill", puts=puts))
    return store


def readable(store, *masters):
    """Return whether every child can be read with these master keys."""
    opened = SealedStore(store, trial_keyring(*masters))
    return [opened.load("child", name).document for name in CHILDREN] == [{"name": name} for name in CHILDREN]


@pytest.mark.promise
@pytest.mark.parametrize("after", [False, True])
def test_stopped_at_any_moment_it_can_go_on(after):
    """Stopped at every commit, all children can be read with both keys, and the next rotation ends the work."""
    for stop in range(5):
        store = filled(Stopping())
        keyring = trial_keyring("m2", "m1")
        store.left, store.after = stop, after
        with contextlib.suppress(StoreError):
            rotate(store, keyring, batch=2)
        store.left = 10**9
        assert readable(store, "m1", "m2")
        assert readable(store, "m2", "m1")
        assert rotate(store, keyring, batch=2).left == 0
        assert keys_by_master(store) == {"m2": 7}
        assert readable(store, "m2")
        assert rotate(store, keyring) == Rotation(rewrapped=0, left=0)


def test_nothing_under_the_old_key_is_left():
    """Not even the history of a key's record holds it wrapped under the old master key."""
    store = filled(MemoryStore())
    old = [record.id for record in store.find(Query(kind=DATA_KEY)).records]
    steps = []
    assert rotate(store, trial_keyring("m2", "m1"), batch=3, on_batch=steps.append).rewrapped == 7
    assert steps == [3, 6, 7]
    assert [store.history(DATA_KEY, name) for name in old] == [()] * 7
    with pytest.raises(SealError):
        readable(store, "m1")


def test_keys_under_several_old_masters_all_move():
    """Where two rotations were begun and none ended, the third moves what is under either of the old keys."""
    store = filled(MemoryStore())
    for number, master in enumerate(("m1", "m2"), start=10):
        put = Put(kind="child", id=f"c{number}", document={"name": f"c{number}"})
        SealedStore(store, trial_keyring(master)).commit(ChangeSet(command_id=master, puts=[put]))
    assert rotate(store, trial_keyring("m3", "m2", "m1")) == Rotation(rewrapped=9, left=0)
    assert readable(store, "m3")
    assert SealedStore(store, trial_keyring("m3")).load("child", "c11").document == {"name": "c11"}


def test_a_key_under_an_unknown_master_is_named_and_left():
    """What cannot be unwrapped is counted and not touched."""
    store = filled(MemoryStore())
    assert rotate(store, trial_keyring("m3")) == Rotation(rewrapped=0, left=7)
    assert readable(store, "m1")


def test_a_swapped_key_is_refused():
    """The wrapped key of one child does not open as another's, and rotation says so instead of carrying it on."""
    store = filled(MemoryStore())
    first, second = store.find(Query(kind=DATA_KEY)).records[:2]
    stolen = {**second.document, "keys": first.document["keys"]}
    store.commit(
        ChangeSet(
            command_id="x",
            puts=[Put(kind=DATA_KEY, id=second.id, document=stolen, expected_version=1)],
        )
    )
    with pytest.raises(SealError):
        rotate(store, trial_keyring("m2", "m1"))
    renamed = {**second.document, "subject": first.document["subject"]}
    store.commit(
        ChangeSet(
            command_id="y",
            puts=[Put(kind=DATA_KEY, id=second.id, document=renamed, expected_version=2)],
        )
    )
    with pytest.raises(SealError, match="does not say whose key it is"):
        rotate(store, trial_keyring("m2", "m1"))
