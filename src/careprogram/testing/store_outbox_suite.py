"""Does a store hand out messages once, and keep the audit trail in order?

The part of `store_conformance` about the outbox, the trail and closing.
"""

import datetime as dt
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from careprogram.errors import StoreError, ValidationError
from careprogram.ports import (
    GENESIS,
    Ability,
    AuditHead,
    ChangeSet,
    Erase,
    MessageState,
    Query,
    Store,
    chained,
    check_chain,
)
from careprogram.testing.store_examples import entry, later, message, put, settled
from careprogram.testing.store_machine import NOON


class OutboxPromises:
    """What every store promises about messages; the class that inherits it provides the fixture ``store``."""

    def test_a_message_waits_for_its_moment(self, store: Store) -> None:
        """Messages come out when their time has come: those for at once first, then by time, then as posted."""
        waits = {1: later(20), 2: later(10), 3: None, 4: later(10).astimezone(dt.timezone(dt.timedelta(hours=8)))}
        posted = [message(number, not_before=at) for number, at in waits.items()]
        store.commit(ChangeSet(command_id="c", messages=posted))
        first = store.claim(limit=9, lease_seconds=60, now=later(19.999999))
        assert [one.message for one in first] == [posted[2], posted[1], posted[3]]
        assert [one.message.id for one in store.claim(limit=9, lease_seconds=60, now=later(20))] == ["m1"]

    def test_a_claimed_message_is_nobody_elses(self, store: Store) -> None:
        """Until the lease has ended nobody else gets it; then it says that an earlier claim was cut off."""
        store.commit(ChangeSet(command_id="c", messages=[message(1), message(2)]))
        (first,) = store.claim(limit=1, lease_seconds=60, now=NOON)
        assert (first.message.id, first.attempt, first.interrupted) == ("m1", 1, False)
        assert [one.message.id for one in store.claim(limit=9, lease_seconds=1, now=later(59.9))] == ["m2"]
        again = store.claim(limit=9, lease_seconds=60, now=later(61))
        assert [(one.message.id, one.attempt, one.interrupted) for one in again] == [("m1", 2, True), ("m2", 2, True)]

    def test_a_settled_message_stays_settled(self, store: Store) -> None:
        """It is not claimed again, and settling it once more changes nothing."""
        store.commit(ChangeSet(command_id="c", messages=[message(1), message(2)]))
        store.claim(limit=9, lease_seconds=60, now=NOON)
        assert store.settle(settled(1, detail="ok"), now=NOON)
        assert not store.settle(settled(1, state=MessageState.REFUSED), now=NOON)
        assert store.settle(settled(2, state=MessageState.UNKNOWN), now=NOON)
        assert store.claim(limit=9, lease_seconds=60, now=later(10_000)) == ()
        assert [(one.state, one.detail) for one in store.outbox()] == [
            (MessageState.ACCEPTED, "ok"),
            (MessageState.UNKNOWN, ""),
        ]

    def test_a_lapsed_claim_settles_nothing(self, store: Store) -> None:
        """Who was too slow cannot overrule who has the message now; a claim nobody took over still counts."""
        store.commit(ChangeSet(command_id="c", messages=[message(1)]))
        store.claim(limit=1, lease_seconds=5, now=NOON)
        store.claim(limit=1, lease_seconds=5, now=later(6))
        assert not store.settle(settled(1, attempt=1), now=later(7))
        assert store.settle(settled(1, attempt=2), now=later(60))
        assert not store.settle(settled(9), now=NOON)

    def test_trying_again_waits_until_then(self, store: Store) -> None:
        """A message put back comes out again at its moment, as a new try that was not cut off."""
        store.commit(ChangeSet(command_id="c", messages=[message(1)]))
        store.claim(limit=1, lease_seconds=900, now=NOON)
        store.settle(settled(1, state=MessageState.WAITING, retry_at=later(30)), now=NOON)
        assert store.claim(limit=1, lease_seconds=60, now=later(29)) == ()
        (again,) = store.claim(limit=1, lease_seconds=60, now=later(30))
        assert (again.attempt, again.interrupted) == (2, False)

    @pytest.mark.promise
    def test_one_key_is_one_message(self, store: Store) -> None:
        """Of two messages with one key the first is kept, even once it was sent."""
        store.commit(ChangeSet(command_id="c", messages=[message(1)]))
        store.claim(limit=1, lease_seconds=60, now=NOON)
        store.settle(settled(1), now=NOON)
        store.commit(ChangeSet(command_id="d", messages=[message(2, key="k1"), message(3)]))
        assert [(one.message.id, one.state.value) for one in store.outbox()] == [("m1", "accepted"), ("m3", "waiting")]

    def test_a_message_comes_back_whole(self, store: Store) -> None:
        """Every field survives, an absent moment and subject as well as present ones."""
        full = message(1, not_before=later(0.000001), language="en", about=("child", "a"))
        store.commit(ChangeSet(command_id="c", messages=[full, message(2)]))
        assert [one.message for one in store.outbox()] == [full, message(2)]
        assert [one.message for one in store.claim(limit=9, lease_seconds=1, now=later(1))] == [message(2), full]

    def test_the_outbox_is_read_by_state_and_position(self, store: Store) -> None:
        """People can look at what waits and at what failed, page by page."""
        store.commit(ChangeSet(command_id="c", messages=[message(number) for number in range(5)]))
        store.claim(limit=2, lease_seconds=60, now=NOON)
        store.settle(settled(0, state=MessageState.REFUSED), now=NOON)
        first = store.outbox(limit=3)
        assert [one.message.id for one in first] == ["m0", "m1", "m2"]
        assert [one.message.id for one in store.outbox(after=first[-1].position)] == ["m3", "m4"]
        assert [one.message.id for one in store.outbox(state=MessageState.REFUSED)] == ["m0"]
        assert [one.attempts for one in store.outbox(state=MessageState.WAITING)] == [1, 0, 0, 0]

    def test_positions_are_given_once(self, store: Store) -> None:
        """A message posted after others were erased stands behind them, so that a reader who paged so far sees it."""
        store.commit(ChangeSet(command_id="c", puts=[put()], messages=[message(1), message(2, about=("child", "a"))]))
        last = store.outbox()[-1].position
        store.commit(ChangeSet(command_id="d", erasures=[Erase(kind="child", id="a", expected_version=1)]))
        store.commit(ChangeSet(command_id="e", messages=[message(3)]))
        assert [one.message.id for one in store.outbox(after=last)] == ["m3"]

    @pytest.mark.promise
    def test_claimants_never_share_a_message(self, store: Store) -> None:
        """Threads that claim at the same time get every message, and none of them twice."""
        store.commit(ChangeSet(command_id="c", messages=[message(number) for number in range(40)]))
        barrier = threading.Barrier(4)

        def claim_all(_: int) -> list[str]:
            barrier.wait(timeout=30)
            got: list[str] = []
            for _ in range(40):
                got += [one.message.id for one in store.claim(limit=3, lease_seconds=600, now=NOON)]
            return got

        with ThreadPoolExecutor(4) as pool:
            claimed = [one for got in pool.map(claim_all, range(4)) for one in got]
        assert sorted(claimed) == sorted(f"m{number}" for number in range(40))

    @pytest.mark.parametrize("bad", [{"limit": 0}, {"lease_seconds": 0}, {"now": dt.datetime(2026, 9, 1)}])  # noqa: DTZ001
    def test_a_claim_without_sense_is_refused(self, store: Store, bad: dict[str, Any]) -> None:
        """No messages, no time or a time without a zone are refused rather than guessed."""
        usual: dict[str, Any] = {"limit": 1, "lease_seconds": 1, "now": NOON}
        with pytest.raises(ValidationError):
            store.claim(**(usual | bad))

    def test_the_audit_trail_grows_in_order(self, store: Store) -> None:
        """Entries come back in the order of commit, with their command, page by page."""
        store.commit(ChangeSet(command_id="c", audit=[entry(1), entry(2)]))
        store.commit(ChangeSet(command_id="d", audit=[entry(3)]))
        trail = store.audit()
        assert [(one.command_id, one.entry) for one in trail] == [("c", entry(1)), ("c", entry(2)), ("d", entry(3))]
        assert [one.position for one in trail] == [1, 2, 3]
        assert store.audit(after=trail[0].position, limit=1) == trail[1:2]

    @pytest.mark.parametrize("bad", [{"after": -1}, {"after": 2**63}, {"limit": 0}, {"limit": -2}, {"after": "1"}])
    def test_a_page_without_sense_is_refused(self, store: Store, bad: dict[str, Any]) -> None:
        """A place before the first, no entries at all, or numbers beyond counting are refused, not answered somehow."""
        store.commit(ChangeSet(command_id="c", messages=[message(1)], audit=[entry(1)]))
        for page in (store.audit, store.outbox):
            with pytest.raises(ValidationError):
                page(**bad)

    @pytest.mark.promise
    def test_the_audit_trail_is_a_chain(self, store: Store) -> None:
        """Every entry carries the digest of itself and of those before it, whichever command wrote it."""
        assert store.audit_head() == AuditHead(position=0, digest=GENESIS)
        shown = attrs.evolve(entry(2), fields=["health.illness", "家庭.电话"], grant="grant-1")
        store.commit(ChangeSet(command_id="c", audit=[entry(1), shown], puts=[put()]))
        store.commit(ChangeSet(command_id="d", audit=[entry(3)]))
        store.commit(ChangeSet(command_id="e", puts=[put("b")]))
        trail = store.audit()
        previous = GENESIS
        for one in trail:
            previous = chained(previous, position=one.position, command_id=one.command_id, entry=one.entry)
            assert one.digest == previous
        assert store.audit_head() == AuditHead(position=3, digest=previous)
        assert check_chain(trail, head=store.audit_head()) == ()

    def test_an_audit_entry_comes_back_whole(self, store: Store) -> None:
        """The fields that were shown and the grant that allowed it survive, in their order."""
        shown = attrs.evolve(entry(), fields=["b", "a", "b", "名字"], grant="grant '1'")
        store.commit(ChangeSet(command_id="c", audit=[shown, entry()]))
        assert [one.entry for one in store.audit()] == [shown, entry()]

    @pytest.mark.promise
    def test_the_chain_holds_while_threads_commit(self, store: Store) -> None:
        """Commits at the same time never fork the chain and never leave a gap."""

        def read(thread: int) -> None:
            for time in range(8):
                store.commit(ChangeSet(command_id=f"{thread}.{time}", audit=[entry(thread), entry(time)]))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(read, range(4)))
        assert len(store.audit()) == 64
        assert check_chain(store.audit(), head=store.audit_head()) == ()

    def test_a_store_backs_up_or_says_that_it_cannot(self, store: Store, tmp_path: Path) -> None:
        """Without the ability it is an error that names the target; with it there is a file with all that was kept."""
        store.commit(ChangeSet(command_id="c", puts=[put("a"), put("b")], audit=[entry()]))
        store.commit(ChangeSet(command_id="d", erasures=[Erase(kind="child", id="b", expected_version=1)]))
        target = tmp_path / "backup"
        if Ability.BACKUP not in store.abilities:
            with pytest.raises(StoreError, match="backup"):
                store.backup(target)
            assert not target.exists()
            return
        receipt = store.backup(target)
        keys = store.count(Query(kind="data-key"))  # a store that seals keeps its keys beside the records
        assert (receipt.path, receipt.records, receipt.head) == (target, 1 + keys, store.audit_head())
        assert receipt.size == target.stat().st_size > 0
        assert receipt.digest == hashlib.sha256(target.read_bytes()).hexdigest()
        before = target.read_bytes()
        with pytest.raises(StoreError, match="is there already"):
            store.backup(target)
        assert target.read_bytes() == before
        assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == ["backup"]

    def test_a_closed_store_says_so(self, store: Store) -> None:
        """Closing twice is allowed; every other use is an error that says what to do."""
        store.commit(ChangeSet(command_id="c", puts=[put()]))
        store.close()
        store.close()
        for use in (
            lambda: store.load("child", "a"),
            lambda: store.find(Query(kind="child")),
            lambda: store.commit(ChangeSet(command_id="d")),
            lambda: store.claim(limit=1, lease_seconds=1, now=NOON),
        ):
            with pytest.raises(StoreError, match="closed"):
                use()
