"""The suite for stores catches a store that breaks any one promise.

Each mutant is the store in memory with one fault planted. A suite that lets one of them pass is worth nothing to the
author of a storage plugin.
"""

import hashlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from careprogram.builtin import memory_store
from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import CareProgramError
from careprogram.ports import GENESIS, Ability, AuditHead, BackupReceipt, ChangeSet, Cursor, MessageState, chained
from careprogram.testing.store_machine import run_store_machine
from careprogram.testing.store_suite import StoreConformance, directed_tests


class ChecksNoVersion(MemoryStore):
    def commit(self, changes):
        def now(change):
            current = self.load(change.kind, change.id)
            return attrs.evolve(change, expected_version=current.version if current else 0)

        return super().commit(attrs.evolve(changes, puts=map(now, changes.puts)))


class CommitsInTwoTransactions(MemoryStore):
    def commit(self, changes):
        first = super().commit(attrs.evolve(changes, command_id=f"{changes.command_id} 1", puts=(), erasures=()))
        second = super().commit(attrs.evolve(changes, messages=(), audit=()))
        assert first
        return second


class CommitsPutByPut(MemoryStore):
    def commit(self, changes):
        for number, put in enumerate(changes.puts):
            super().commit(ChangeSet(command_id=f"{changes.command_id} {number}", puts=[put]))
        receipt = super().commit(attrs.evolve(changes, puts=()))
        return attrs.evolve(receipt, versions={(p.kind, p.id): self.load(p.kind, p.id).version for p in changes.puts})


class IgnoresWhatMustStand(MemoryStore):
    def commit(self, changes):
        return super().commit(attrs.evolve(changes, standing=()))


class ForgetsCommands(MemoryStore):
    def commit(self, changes):
        self._receipts.clear()
        return super().commit(changes)


class ReplaysAnEmptyReceipt(MemoryStore):
    def commit(self, changes):
        receipt = super().commit(changes)
        return attrs.evolve(receipt, versions={}) if receipt.replayed else receipt


class KeepsNoHistory(MemoryStore):
    def history(self, kind, id):  # noqa: A002
        return super().history(kind, id)[-1:]


class ErasesOnlyTheLastVersion(MemoryStore):
    def _erase(self, erasure):
        before = list(self._slots[erasure.kind, erasure.id].versions)
        super()._erase(erasure)
        self._left = {**getattr(self, "_left", {}), (erasure.kind, erasure.id): before}

    def history(self, kind, id):  # noqa: A002
        left = getattr(self, "_left", {}).get((kind, id), [])
        return tuple(memory_store._record(kind, id, one) for one in left) + super().history(kind, id)


class ErasesNoMessages(MemoryStore):
    def _erase(self, erasure):
        letters = dict(self._letters)
        super()._erase(erasure)
        self._letters = letters


class CountsFromOneAgain(MemoryStore):
    def _erase(self, erasure):
        super()._erase(erasure)
        self._slots[erasure.kind, erasure.id].count = 0


class FindsByOldValues(MemoryStore):
    def _put(self, put, text):
        slot = self._slots.get((put.kind, put.id))
        before = slot.versions[-1].index if slot and slot.versions else {}
        return super()._put(attrs.evolve(put, index={**before, **put.index}), text)


class TurnsPagesTooFar(MemoryStore):
    def find(self, query):
        page = super().find(query)
        return attrs.evolve(page, next=page.next and Cursor(value=page.next.value, id=page.next.id + "\0"[:0] + "0"))


class SaysNothingOfTheNextPage(MemoryStore):
    def find(self, query):
        return attrs.evolve(super().find(query), next=None)


class TakesNumbersForTexts(MemoryStore):
    def _put(self, put, text):
        loose = {name: str(value) if isinstance(value, int) else value for name, value in put.index.items()}
        return super()._put(attrs.evolve(put, index=loose), text)


class IgnoresTheLease(MemoryStore):
    def claim(self, *, limit, lease_seconds, now):
        return super().claim(limit=limit, lease_seconds=1, now=now)


class ForgetsThatAClaimWasCutOff(MemoryStore):
    def claim(self, *, limit, lease_seconds, now):
        claimed = super().claim(limit=limit, lease_seconds=lease_seconds, now=now)
        return tuple(attrs.evolve(one, interrupted=False) for one in claimed)


class LetsAnybodySettle(MemoryStore):
    def settle(self, settlement, *, now):
        letter = self._letters.get(settlement.message_id)
        attempt = letter.attempts if letter else settlement.attempt
        return super().settle(attrs.evolve(settlement, attempt=attempt), now=now)


class SendsASecondMessageOfOneKey(MemoryStore):
    def _post(self, message):
        self._keys.discard(message.key)
        super()._post(message)


class SendsTooEarly(MemoryStore):
    def _post(self, message):
        super()._post(attrs.evolve(message, not_before=None))


class LosesTheAuditOfReading(MemoryStore):
    def commit(self, changes):
        return super().commit(changes if changes.puts else attrs.evolve(changes, audit=()))


class TriesRefusedMessagesAgain(MemoryStore):
    def settle(self, settlement, *, now):
        done = super().settle(settlement, now=now)
        if done and settlement.state is MessageState.REFUSED:
            self._letters[settlement.message_id].state = MessageState.WAITING
        return done


class ForksTheChain(MemoryStore):
    def _note(self, command_id, entry):
        super()._note(command_id, entry)
        last = self._audit[-1]
        digest = chained(GENESIS, position=last.position, command_id=command_id, entry=entry)
        self._audit[-1] = attrs.evolve(last, digest=digest)


class LeavesTheShownFieldsOut(MemoryStore):
    def _note(self, command_id, entry):
        super()._note(command_id, attrs.evolve(entry, fields=(), grant=""))


class TellsAnOldHead(MemoryStore):
    def audit_head(self):
        head = super().audit_head()
        if head.position < 2:
            return head
        return AuditHead(position=head.position - 1, digest=self._audit[-2].digest)


class AuditsWhatFailed(MemoryStore):
    def commit(self, changes):
        try:
            return super().commit(changes)
        except CareProgramError:
            for entry in changes.audit:
                self._note(changes.command_id, entry)
            raise


class SaysThatItIsDurable(MemoryStore):
    @property
    def abilities(self):
        return frozenset({Ability.DURABLE})


class BacksUpNothing(MemoryStore):
    @property
    def abilities(self):
        return frozenset({Ability.BACKUP})

    def backup(self, target):
        target.write_bytes(b"")
        digest = hashlib.sha256(b"").hexdigest()
        return BackupReceipt(path=target, size=0, digest=digest, records=1, head=self.audit_head())


class BacksUpOverFiles(MemoryStore):
    @property
    def abilities(self):
        return frozenset({Ability.BACKUP})

    def backup(self, target):
        target.write_bytes(b"all")
        digest = hashlib.sha256(b"all").hexdigest()
        return BackupReceipt(path=target, size=3, digest=digest, records=1, head=self.audit_head())


MUTANTS: list[type[MemoryStore]] = [
    value
    for value in list(globals().values())
    if isinstance(value, type) and issubclass(value, MemoryStore) and value is not MemoryStore
]


def failing(mutant: type[MemoryStore], folder: Path) -> Iterator[str]:
    """Yield the directed tests that fail for stores of this type, each in a folder of its own below *folder*."""
    bound = type("Bound", (StoreConformance,), {"open": staticmethod(lambda _: mutant())})
    for number, (name, test) in enumerate(directed_tests()):
        own = {}
        if "tmp_path" in inspect.signature(test).parameters:
            own["tmp_path"] = folder / str(number)
            own["tmp_path"].mkdir()
        try:
            test(bound(), mutant(), **own)
        except pytest.skip.Exception:
            continue
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - any failure will do
            yield name


def test_a_right_store_passes(tmp_path: Path):
    """Without a fault no directed test fails, so that a failure below is due to the fault."""
    assert list(failing(MemoryStore, tmp_path)) == []
    assert len(directed_tests()) > 50


@pytest.mark.promise
@pytest.mark.parametrize("mutant", MUTANTS)
def test_directed_tests_catch(mutant: type[MemoryStore], tmp_path: Path):
    """At least one directed test fails for each fault."""
    assert next(failing(mutant, tmp_path), None) is not None


@pytest.mark.promise
@pytest.mark.parametrize(
    "mutant",
    [ChecksNoVersion, CommitsInTwoTransactions, CommitsPutByPut, ForgetsCommands, CountsFromOneAgain, IgnoresTheLease],
)
def test_the_state_machine_catches(mutant: type[MemoryStore]):
    """The state machine finds the gravest faults by itself as well."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - any failure will do
        run_store_machine(lambda _: mutant(), examples=200, shrink=False)
