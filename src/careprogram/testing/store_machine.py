"""Does a store do, over any course of events, what the simplest possible model does?

A Hypothesis state machine: it invents commits (right and wrong, new and repeated), claims, settlements and questions,
does the same to a store and to a model of lists and dicts, and compares every answer. `store_conformance` runs it.
"""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import attrs
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from careprogram.errors import VersionConflictError
from careprogram.ports import (
    AuditEntry,
    ChangeSet,
    Erase,
    IndexValue,
    JsonObject,
    Message,
    MessageState,
    Put,
    Query,
    Range,
    Record,
    RecordKey,
    Settlement,
    Store,
    check_chain,
)

StoreFactory: TypeAlias = Callable[[Path], Store]
"""Opens a store that keeps what it keeps in the folder given, or creates it there."""

NOON = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)

_KINDS = st.sampled_from(["child", "duty"])
_IDS = st.sampled_from(["a", "B", "b", "é", "一", "\uffee", "\U00010437"])
_KEYS = st.tuples(_KINDS, _IDS)
_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3)
_NUMBERS = st.integers(min_value=-3, max_value=3) | st.sampled_from([-(2**53) + 1, 2**53 - 1])
_LEAVES = st.none() | st.booleans() | _NUMBERS | _TEXTS
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2))
_DOCUMENTS = st.dictionaries(_TEXTS, _VALUES, max_size=3)
_INDEX_VALUES: st.SearchStrategy[IndexValue] = st.sampled_from([None, -1, 0, 10, 2, "", "-1", "x", "é", "\U00010437"])
_INDEXES = st.dictionaries(st.sampled_from(["village", "due"]), _INDEX_VALUES)
_NUDGE = st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1])
"""How far an expected version is off; mostly not at all, so that most commits go through."""
_PUTS = st.dictionaries(_KEYS, st.tuples(_DOCUMENTS, _INDEXES, _NUDGE), max_size=3)
_ERASED = st.none() | st.integers(0, 13)
"""Which of the records that are there, if any: a key by chance is mostly that of none."""
_POSTED = st.lists(
    st.tuples(st.integers(0, 6), st.none() | _KEYS, st.none() | st.integers(0, 40)),
    max_size=2,
    unique_by=lambda p: p[0],
)
_ENDS = st.tuples(st.none() | st.sampled_from([-1, 0, 2]), st.none() | st.sampled_from([0, 2, 10])) | st.tuples(
    st.none() | st.sampled_from(["", "B", "a"]), st.none() | st.sampled_from(["b", "x", "é"])
)


@attrs.define
class _Waiting:
    """A message in the model."""

    message: Message
    due: dt.datetime
    state: MessageState = MessageState.WAITING
    attempts: int = 0
    claimed: bool = False


def _rank(value: IndexValue) -> tuple[int, int, str]:
    if value is None:
        return (0, 0, "")
    return (1, value, "") if isinstance(value, int) else (2, 0, value)


def _lies_in(within: Range, id_: str, index: dict[str, IndexValue]) -> bool:
    value = id_ if within.column is None else index.get(within.column)
    end = within.from_ if within.from_ is not None else within.to
    if value is None or type(value) is not type(end):
        return False
    above = within.from_ is None or _rank(within.from_) <= _rank(value)
    return above and (within.to is None or _rank(value) <= _rank(within.to))


class StoreMachine(RuleBasedStateMachine):
    """Does the same to a store and to a model, and compares."""

    def __init__(self, factory: StoreFactory) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.store = factory(Path(self._folder.name))
        self.now = NOON
        self.versions: dict[RecordKey, list[Record]] = {}
        self.indexes: dict[RecordKey, dict[str, IndexValue]] = {}
        self.counts: dict[RecordKey, int] = {}
        self.receipts: dict[str, dict[RecordKey, int]] = {}
        self.outbox: list[_Waiting] = []
        self.trail: list[AuditEntry] = []
        self.claims: list[tuple[str, int]] = []

    def teardown(self) -> None:
        """Close the store and remove its folder."""
        self.store.close()
        self._folder.cleanup()

    def _current(self, key: RecordKey) -> int:
        kept = self.versions.get(key)
        return kept[-1].version if kept else 0

    @rule(puts=_PUTS, erased=_ERASED, posted=_POSTED, audited=st.booleans())
    def commit(
        self,
        puts: dict[RecordKey, tuple[JsonObject, dict[str, IndexValue], int]],
        erased: int | None,
        posted: list[tuple[int, RecordKey | None, int | None]],
        audited: bool,
    ) -> None:
        """Commit something new; a wrong version anywhere must leave no trace of any of it."""
        there = sorted(key for key in self.versions if key not in puts)
        gone = [] if erased is None or not there else [there[erased % len(there)]]
        messages = [
            Message(
                id=f"m{number}", key=f"k{number}", recipient="r", channel="file", template="t", subject="s", body="b",
                about=about, not_before=None if wait is None else self.now + dt.timedelta(seconds=wait),
            )
            for number, about, wait in posted
        ]  # fmt: skip
        entry = AuditEntry(actor="x", action="write", subject_kind="child", subject_id="a", purpose="care", at=self.now)
        changes = ChangeSet(
            command_id=f"c{len(self.receipts)}",
            puts=[
                Put(kind=kind, id=id_, document=document, index=index,
                    expected_version=max(0, self._current((kind, id_)) + nudge))
                for (kind, id_), (document, index, nudge) in puts.items()
            ],
            erasures=[Erase(kind=kind, id=id_, expected_version=self._current((kind, id_))) for kind, id_ in gone],
            messages=messages,
            audit=[entry] * audited,
        )  # fmt: skip
        if any(put.expected_version != self._current((put.kind, put.id)) for put in changes.puts):
            try:
                self.store.commit(changes)
            except VersionConflictError:
                return
            raise AssertionError("a put from the wrong version was kept")
        receipt = self.store.commit(changes)
        self._apply(changes)
        assert not receipt.replayed
        assert dict(receipt.versions) == self.receipts[changes.command_id]

    def _apply(self, changes: ChangeSet) -> None:
        made: dict[RecordKey, int] = {}
        for put in changes.puts:
            key = (put.kind, put.id)
            made[key] = self.counts[key] = self.counts.get(key, 0) + 1
            record = Record(kind=put.kind, id=put.id, version=made[key], schema_version=1, document=put.document)
            self.versions.setdefault(key, []).append(record)
            self.indexes[key] = dict(put.index)
        for erasure in changes.erasures:
            key = (erasure.kind, erasure.id)
            del self.versions[key], self.indexes[key]
            self.outbox = [one for one in self.outbox if one.message.about != key]
        for message in changes.messages:
            if all(one.message.key != message.key for one in self.outbox):
                self.outbox.append(_Waiting(message, message.not_before or NOON - dt.timedelta(days=1)))
        self.trail += changes.audit
        self.receipts[changes.command_id] = made

    @rule(data=st.data(), puts=_PUTS)
    def commit_again(self, data: st.DataObject, puts: dict[RecordKey, Any]) -> None:
        """Commit a command for the second time, with whatever content: it is not looked at."""
        if not self.receipts:
            return
        command_id = data.draw(st.sampled_from(sorted(self.receipts)))
        changes = [Put(kind=kind, id=id_, document=document) for (kind, id_), (document, _, _) in puts.items()]
        receipt = self.store.commit(ChangeSet(command_id=command_id, puts=changes))
        assert receipt.replayed
        assert dict(receipt.versions) == self.receipts[command_id]

    @rule(limit=st.integers(1, 3), lease=st.sampled_from([5, 60]), wait=st.integers(0, 30))
    def claim(self, limit: int, lease: int, wait: int) -> None:
        """Let some time pass and claim."""
        self.now += dt.timedelta(seconds=wait)
        ready = [one for one in self.outbox if one.state is MessageState.WAITING and one.due <= self.now]
        expected = sorted(ready, key=lambda one: one.due)[:limit]
        claimed = self.store.claim(limit=limit, lease_seconds=lease, now=self.now)
        assert [(one.message, one.attempt, one.interrupted) for one in claimed] == [
            (one.message, one.attempts + 1, one.claimed) for one in expected
        ]
        for one in expected:
            one.attempts, one.claimed, one.due = one.attempts + 1, True, self.now + dt.timedelta(seconds=lease)
            self.claims.append((one.message.id, one.attempts))

    @rule(data=st.data(), state=st.sampled_from(MessageState), wait=st.integers(0, 30))
    def settle(self, data: st.DataObject, state: MessageState, wait: int) -> None:
        """Settle a claim, which may have lapsed, been settled before, or lost its message."""
        if not self.claims:
            return
        message_id, attempt = data.draw(st.sampled_from(self.claims))
        retry_at = self.now + dt.timedelta(seconds=wait) if state is MessageState.WAITING else None
        settled = self.store.settle(
            Settlement(message_id=message_id, attempt=attempt, state=state, retry_at=retry_at), now=self.now
        )
        ours = [one for one in self.outbox if one.message.id == message_id and one.attempts == attempt and one.claimed]
        assert settled is bool(ours)
        for one in ours:
            one.state, one.claimed, one.due = state, False, retry_at or one.due

    @rule(
        kind=_KINDS,
        equals=st.dictionaries(st.sampled_from(["village", "due", "no such"]), _INDEX_VALUES, max_size=2),
        column=st.sampled_from([None, "village", "due"]),
        ends=_ENDS,
        limit=st.integers(1, 4),
    )
    def find(
        self, kind: str, equals: dict[str, IndexValue], column: str | None, ends: tuple[Any, Any], limit: int
    ) -> None:
        """Ask something and turn all pages."""
        usable = ends != (None, None) and not (column is None and any(isinstance(end, int) for end in ends))
        within = Range(column=column, from_=ends[0], to=ends[1]) if usable else None
        expected = [
            (_rank(self.indexes[key][within.column]) if within and within.column else (0, 0, ""), key[1])
            for key in self.versions
            if key[0] == kind
            and all(name in self.indexes[key] and self.indexes[key][name] == value for name, value in equals.items())
            and (within is None or _lies_in(within, key[1], self.indexes[key]))
        ]
        query = Query(kind=kind, equals=equals, within=within, limit=limit)
        assert self.store.count(query) == len(expected)
        found: list[Record] = []
        for _ in range(len(expected) + 1):  # a store whose pages never end must fail, not hang
            page = self.store.find(query)
            assert len(page.records) <= limit
            found += page.records
            if page.next is None:
                break
            query = attrs.evolve(query, after=page.next)
        assert found == [self.versions[kind, id_][-1] for _, id_ in sorted(expected)]

    @rule(behind=st.integers(0, 3), limit=st.integers(1, 3), state=st.none() | st.sampled_from(MessageState))
    def turn_pages(self, behind: int, limit: int, state: MessageState | None) -> None:
        """Ask for some of the outbox and some of the audit trail: each is that part of the whole."""
        posted, trail = self.store.outbox(), self.store.audit()
        after = posted[behind].position if behind < len(posted) else 0
        later = [one for one in posted if one.position > after and state in {None, one.state}]
        assert list(self.store.outbox(state=state, after=after, limit=limit)) == later[:limit]
        assert self.store.audit(after=behind, limit=limit) == trail[behind : behind + limit]

    @invariant()
    def everything_agrees(self) -> None:
        """Compare all records, messages and audit entries."""
        for kind, id_ in self.counts:
            kept = self.versions.get((kind, id_), [])
            assert self.store.load(kind, id_) == (kept[-1] if kept else None)
            assert self.store.history(kind, id_) == tuple(kept)
        assert [(one.message, one.state, one.attempts) for one in self.store.outbox()] == [
            (one.message, one.state, one.attempts) for one in self.outbox
        ]
        trail = self.store.audit()
        assert [one.entry for one in trail] == self.trail
        assert check_chain(trail, head=self.store.audit_head()) == ()


def run_store_machine(factory: StoreFactory, *, examples: int, shrink: bool = True) -> None:
    """Run the state machine on stores that *factory* opens, each in a folder of its own.

    Args:
        factory: Opens a store in a folder.
        examples: How many courses of events, of 20 steps each.
        shrink: Whether a failing course is made as short as possible; without, the courses are always the same and the
            first one that fails is told as it is.

    Raises:
        AssertionError: The store did not do what the model did; Hypothesis prints the shortest course that shows it.
    """

    class _Machine(StoreMachine):
        def __init__(self) -> None:
            super().__init__(factory)

    run_state_machine_as_test(
        _Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            derandomize=not shrink,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
