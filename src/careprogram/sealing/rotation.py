"""How does a new master key take the place of an old one?

The keys of all people are wrapped anew, some at a time, each batch whole or not at all: the record under the old
master key is erased with its history in the change set that writes the one under the new. Stopped at any moment,
everything can be read, and the next call goes on. No sealed record is touched. Nothing here makes a master key.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

import attrs

from careprogram.errors import VersionConflictError
from careprogram.ports import ChangeSet, Erase, Keyring, Put, Record, Store
from careprogram.sealing.data_keys import (
    DATA_KEY,
    every_key,
    key_record,
    master_of,
    record_id,
    subject_in,
    unwrapped,
    wrapped,
    wrapped_keys,
)

_TRIES = 5


@attrs.frozen(kw_only=True)
class Rotation:
    """What a rotation did.

    Attributes:
        rewrapped: Records of keys that were wrapped anew.
        left: Records of keys under a master key that the keyring does not know; they were not touched, and what they
            seal cannot be read until that key is back.
    """

    rewrapped: int
    left: int


def rotate(
    store: Store, keyring: Keyring, *, batch: int = 500, on_batch: Callable[[int], None] = lambda _: None
) -> Rotation:
    """Wrap every key that is not under the first master key of *keyring* under that one.

    Every program that uses the store has to know the new master key before this begins. When it has returned with
    nothing left, the old master key can be destroyed.

    Args:
        store: Where the keys are kept; sealed or not.
        keyring: The new master key first, and the old ones.
        batch: Records of keys in one change set.
        on_batch: Told how many are done, after each batch.

    Raises:
        SealError: A key cannot be unwrapped. What was wrapped anew before stays so.
        VersionConflictError: Somebody else wrote the same keys again and again.
    """
    current, *old = keyring.masters
    done, under = 0, keys_by_master(store)
    while any(under[master] for master in old):
        for found in _under(old, store, batch):
            _rewrap(store, keyring, found)
            done += len(found)
            on_batch(done)
        under = keys_by_master(store)
    return Rotation(rewrapped=done, left=under.total() - under[current])


def keys_by_master(store: Store) -> Counter[str]:
    """Return how many records of keys *store* holds under each master key; it looks at every one of them."""
    return Counter(master_of(record) for record in every_key(store))


def _under(old: Collection[str], store: Store, batch: int) -> Iterator[list[Record]]:
    """Go through the records of keys under one of the *old* master keys, some at a time, while they are changed."""
    waiting: list[Record] = []
    for record in every_key(store):
        if master_of(record) in old:
            waiting.append(record)
        if len(waiting) == batch:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _rewrap(store: Store, keyring: Keyring, found: Iterable[Record]) -> None:
    names = [record.id for record in found]
    for attempt in range(1, _TRIES + 1):
        records = list(store.load_many(DATA_KEY, names).values())
        puts = _moved(store, keyring, records)
        gone = [Erase(kind=DATA_KEY, id=record.id, expected_version=record.version) for record in records]
        try:
            store.commit(ChangeSet(command_id=f"rotate:{uuid.uuid4().hex}", puts=puts, erasures=gone))
        except VersionConflictError:
            if attempt == _TRIES:
                raise
        else:
            return


def _moved(store: Store, keyring: Keyring, records: Iterable[Record]) -> list[Put]:
    current = keyring.masters[0]
    owned = [(subject_in(record), record) for record in records]
    there = store.load_many(DATA_KEY, [record_id(subject, current) for subject, _ in owned])
    puts = []
    for subject, record in owned:
        standing = there.get(record_id(subject, current))
        keys = {
            id_: wrapped(keyring, subject, unwrapped(keyring, subject, record, id_), id_)
            for id_ in wrapped_keys(record)
        }
        keys |= {} if standing is None else wrapped_keys(standing)
        puts.append(key_record(subject, current, keys, expected_version=0 if standing is None else standing.version))
    return puts
