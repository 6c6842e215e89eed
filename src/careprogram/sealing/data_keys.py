"""Which key are this person's records sealed with, and where is it?

Each person has a data key, wrapped under a master key and kept as a record of the kind ``data-key`` in the same store,
so that it is written, backed up and erased with what it seals. The id of that record follows from the person and the
master key: the keys of a whole page are found in one step, and those of one person lie side by side. It is found by
nothing else, as most archives that are kept are the first of their child, and an index would be half of what that
costs. A person may have several keys for a while, when two
programs that used different master keys met one person for the first time at once; a seal names its key. Nothing here
seals a document.
"""

import base64
import binascii
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from careprogram.errors import CareProgramError, SealError
from careprogram.ports import (
    Keyring,
    Put,
    Query,
    Range,
    Record,
    Standing,
    Store,
    WrittenDocument,
    check_name,
    text_in_json,
)
from careprogram.sealing.cipher import KEY_BYTES, new_keys
from careprogram.sealing.plan import Subject

DATA_KEY: Final = "data-key"
"""The kind of the records that hold wrapped keys."""

_TRIED: Final = 5
"""So many keys are looked at before the first new one is made."""
_REMEMBERED: Final = 10_000
"""Unwrapped keys held in memory at a time."""


@attrs.frozen(kw_only=True)
class DataKey:
    """A key in hand.

    Attributes:
        id: Which of the person's keys.
        secret: The key.
        kept: The record that holds it.
        fresh: Whether that record is still to be written.
    """

    id: str
    secret: bytes = attrs.field(repr=False)
    kept: Put | Standing
    fresh: bool


class DataKeys:
    """The data keys of one store.

    Args:
        store: Where they are kept.
        keyring: Who wraps them.
    """

    def __init__(self, store: Store, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring
        self._remembered: OrderedDict[tuple[Subject, str], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._proven = False

    def for_writing(self, subjects: Iterable[Subject]) -> dict[Subject, DataKey]:
        """Return a key of each of *subjects*, making those that are not there; the store is always asked.

        Raises:
            SealError: A key is there and cannot be unwrapped, or the keyring is that of another store.
        """
        wanted = list(dict.fromkeys(subjects))
        kept = self._kept(wanted)
        keys = {subject: self._standing(subject, kept[subject]) for subject in wanted}
        strangers = [subject for subject, key in keys.items() if key is None]
        if strangers:
            self._prove()
        made = dict(zip(strangers, self._made(strangers), strict=True))
        return {subject: made[subject] if key is None else key for subject, key in keys.items()}

    def secrets(self, wanted: Iterable[tuple[Subject, str]]) -> dict[tuple[Subject, str], bytes]:
        """Return the keys that are named, by person and id.

        Raises:
            SealError: One of them is not there, or cannot be unwrapped.
        """
        asked = dict.fromkeys(wanted)
        with self._lock:
            found = {name: self._remembered[name] for name in asked if name in self._remembered}
        missing = [name for name in asked if name not in found]
        kept = self._kept(list(dict.fromkeys(subject for subject, _ in missing)))
        for subject, id_ in missing:
            holder = next((record for record in kept[subject] if id_ in wrapped_keys(record)), None)
            if holder is None:
                raise SealError(
                    f"{subject.kind} {subject.id}: the key of a sealed record is not there; if it was erased, what it "
                    "sealed is gone for good, otherwise restore the backup that holds it"
                ).also_in_chinese(
                    f"{subject.kind} {subject.id}：封存记录的密钥不存在；如已删除，它封存的内容就永远没有了，"
                    "否则请恢复含有它的备份"
                )
            found[subject, id_] = self._unwrapped(subject, holder, id_)
        return found

    def _kept(self, subjects: Sequence[Subject]) -> dict[Subject, list[Record]]:
        """Return the records that hold keys of *subjects*, those under the first master key first."""
        masters = self._keyring.masters
        names = {subject: [record_id(subject, master) for master in masters] for subject in subjects}
        found = self._store.load_many(DATA_KEY, [name for each in names.values() for name in each]) if names else {}
        return {subject: [found[name] for name in each if name in found] for subject, each in names.items()}

    def _standing(self, subject: Subject, kept: Sequence[Record]) -> DataKey | None:
        """Return the key of *subject* that is there, or None."""
        for record in kept:
            for id_ in wrapped_keys(record):
                standing = Standing(kind=DATA_KEY, id=record.id, version=record.version)
                secret = self._unwrapped(subject, record, id_)
                return DataKey(id=id_, secret=secret, kept=standing, fresh=False)
        return None

    def _prove(self) -> None:
        """See once that the keyring opens keys that it should, before anything is wrapped with it.

        Two keyrings may call their master keys alike, as key files do: what is wrapped with the wrong one, the right
        one could not open. A few keys are tried, so that one that was changed keeps nobody out.
        """
        if self._proven:
            return
        there = self._store.find(Query(kind=DATA_KEY, limit=_TRIED)).records
        failure: SealError | None = None
        for record in there:
            if master_of(record) not in self._keyring.masters:
                continue
            try:
                for id_ in wrapped_keys(record):
                    unwrapped(self._keyring, subject_in(record), record, id_)
            except SealError as error:
                failure = error
            else:
                failure = None
                break
        if failure is not None:
            raise failure
        self._proven = True

    def _made(self, subjects: Sequence[Subject]) -> Iterator[DataKey]:
        """Make a key for each of *subjects*."""
        master, ids = self._keyring.masters[0], os.urandom(8 * len(subjects)).hex()
        for number, (subject, secret) in enumerate(zip(subjects, new_keys(len(subjects)), strict=True)):
            id_ = ids[16 * number : 16 * number + 16]
            put = key_record(subject, master, {id_: wrapped(self._keyring, subject, secret, id_)}, expected_version=0)
            yield DataKey(id=id_, secret=secret, kept=put, fresh=True)

    def _unwrapped(self, subject: Subject, record: Record, id_: str) -> bytes:
        with self._lock:
            secret = self._remembered.get((subject, id_))
        if secret is None:
            secret = unwrapped(self._keyring, subject, record, id_)
            with self._lock:
                self._remembered[subject, id_] = secret
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return secret


def record_id(subject: Subject, master: str) -> str:
    """Return the id of the record that holds the keys of *subject* under *master*."""
    return f"{_digest(subject)}:{master}"


def keys_of(subject: Subject) -> Query:
    """Return the question for all records that hold keys of *subject*, under whatever master key."""
    digest = _digest(subject)
    return Query(kind=DATA_KEY, within=Range(from_=f"{digest}:", to=f"{digest};"))


def master_of(record: Record) -> str:
    """Return the master key that the keys in *record* are wrapped under, as its id tells."""
    return record.id.partition(":")[2]


def every_key(store: Store, *, limit: int = 1_000) -> Iterator[Record]:
    """Go through every record of keys in *store*, by id."""
    query: Query | None = Query(kind=DATA_KEY, limit=limit)
    while query is not None:
        page = store.find(query)
        yield from page.records
        query = None if page.next is None else attrs.evolve(query, after=page.next)


def _digest(subject: Subject) -> str:
    return hashlib.sha256(f"{subject.kind}\0{subject.id}".encode()).hexdigest()[:32]


def key_record(subject: Subject, master: str, wrapped: Mapping[str, str], *, expected_version: int) -> Put:
    """Return the record of keys that are *wrapped* under *master*."""
    check_name(master, "name of a master key")
    said = text_in_json
    keys = ",".join(f"{said(name)}:{said(wrapped[name])}" for name in sorted(wrapped))
    return Put(
        kind=DATA_KEY,
        id=record_id(subject, master),
        document=WrittenDocument(
            f'{{"keys":{{{keys}}},"master":{said(master)},"subject":[{said(subject.kind)},{said(subject.id)}]}}'
        ),
        expected_version=expected_version,
    )


def bound_to(subject: Subject, id_: str) -> bytes:
    """Return what a wrapped key is bound to, so that it opens under no other name."""
    return f"data-key\0{subject.kind}\0{subject.id}\0{id_}".encode()


def subject_in(record: Record) -> Subject:
    """Return whose keys *record* holds.

    Raises:
        SealError: It does not say, or says it of another record.
    """
    match record.document.get("subject"):
        case [str(kind), str(id_)] if record.id == record_id(Subject(kind, id_), str(record.document.get("master"))):
            return Subject(kind, id_)
    raise SealError(
        f"{DATA_KEY} {record.id}: it does not say whose key it is; restore it from a backup"
    ).also_in_chinese(f"{DATA_KEY} {record.id}：没有写明是谁的密钥；请从备份恢复")


def wrapped_keys(record: Record) -> Mapping[str, str]:
    """Return the wrapped keys in *record* by their ids; none where it holds something else."""
    keys = record.document.get("keys")
    return {id_: text for id_, text in keys.items() if isinstance(text, str)} if isinstance(keys, Mapping) else {}


def wrapped(keyring: Keyring, subject: Subject, secret: bytes, id_: str) -> str:
    """Return a key as a record holds it: wrapped under the first master key.

    Raises:
        SealError: It cannot be wrapped.
    """
    return base64.b64encode(_asked(lambda: keyring.wrap(secret, about=bound_to(subject, id_)))).decode()


def _asked(what: Callable[[], bytes]) -> bytes:
    """Ask a keyring, and let no error of it through but one that tells no secret: the keyring may be a plugin's."""
    try:
        answer = what()
        failure = "" if type(answer) is bytes else f"answered with {type(answer).__name__} instead of bytes"
    except CareProgramError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a key
        answer, failure = b"", f"raised {type(error).__name__}"
    if failure:
        raise SealError(f"the keyring {failure}: see that it can be reached and works, and try again").also_in_chinese(
            f"无法使用密钥库（{failure}）：请确认它可以访问并正常工作，然后重试"
        )
    return answer


def unwrapped(keyring: Keyring, subject: Subject, record: Record, id_: str) -> bytes:
    """Return a key in *record*.

    Raises:
        SealError: It cannot be unwrapped.
    """
    try:
        sealed = base64.b64decode(wrapped_keys(record)[id_], validate=True)
    except binascii.Error:
        raise SealError(
            f"{DATA_KEY} {record.id}: it does not hold a wrapped key; restore it from a backup"
        ).also_in_chinese(f"{DATA_KEY} {record.id}：其中没有受保护的密钥；请从备份恢复") from None
    master = str(record.document.get("master"))
    secret = _asked(lambda: keyring.unwrap(sealed, master=master, about=bound_to(subject, id_)))
    if len(secret) != KEY_BYTES:
        raise SealError(
            f"{DATA_KEY} {record.id}: the keyring did not give back the key that it was given"
        ).also_in_chinese(f"{DATA_KEY} {record.id}：密钥库还回的不是交给它的密钥")
    return secret
