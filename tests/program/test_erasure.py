"""Is everything about a child gone after an erasure, and is it only erased where it may be?"""

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from careprogram.archives import SHIPPED, SURVEY, ArchiveKind, Upcaster
from careprogram.builtin.contributions import standard_host
from careprogram.codec import dumps
from careprogram.errors import LegalHoldError, NotFoundError, ValidationError, VersionConflictError
from careprogram.ids import ChildId, HelperId, PolicyId
from careprogram.pairing import propose
from careprogram.people import Child, Parent, PlaceCode, Residence
from careprogram.ports import ChangeSet, Message, Put, Query, Receipt, Store
from careprogram.privacy import ConsentRecord, ConsentRelation, DataClass, Purpose, Role, Scope, Viewer
from careprogram.program.access import Access
from careprogram.program.enrollment import Enrollment, enrollment_records
from careprogram.program.erasure import ErasureGround, erase_child, erase_records, receipts_of
from careprogram.program.holds import close_hold, hold_on_file, open_hold
from careprogram.program.papers import consent_put
from careprogram.program.record_kinds import record_kinds
from careprogram.program.records import child_records, pairing_records
from careprogram.program.retention import due_for_erasure
from careprogram.program.subject_report import records_of
from careprogram.sealing import SealedStore, keys_of
from careprogram.sealing import Subject as Owner
from careprogram.sealing.data_keys import record_id
from careprogram.testing.canaries import canary, found_in
from careprogram.testing.fakes import FakeClock, MemoryStore
from careprogram.testing.keyrings import trial_keyring

_DAY = dt.date(2026, 9, 1)
_CLOCK = FakeClock.on(_DAY)
_HERE = PlaceCode("520526101203")
_KINDS = record_kinds({kind.id: kind for kind in SHIPPED})
_OFFICER = Viewer(id="officer", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
_MARKS = [canary(number) for number in range(20)]


def _child(number: int) -> Child:
    return Child(
        id=ChildId(f"c-{number}"),
        name=canary(number),
        birth_date=dt.date(2012, 5, 1),
        residence=Residence(place=_HERE, address=canary(number + 10)),
        father=Parent(name=canary(number + 10)),
    )


def _fill(store: Store) -> None:
    """Keep two children with several versions and kinds each, messages, and a key."""
    for number in (1, 2):
        child = f"c-{number}"
        consent = ConsentRecord(
            id=f"k-{number}",
            child=child,
            guardian=canary(number),
            relation=ConsentRelation.FATHER,
            purposes=frozenset({Purpose.CARE}),
            data_classes=frozenset({DataClass.IDENTITY}),
            notice_version="1",
            given=_DAY,
        )
        pairing = propose(ChildId(child), HelperId("h-1"), strategy="one-to-one", on=_DAY)
        enrollment = Enrollment(child=ChildId(child), policy=PolicyId("county.education"), since=_DAY)
        key = Put(kind="data-key", id=record_id(Owner("child", child), "m1"), document={})
        archive = Put(
            kind="archive:learning",
            id=f"learning:{child}",
            document={"child": child, "habits": canary(number)},
            schema_version=2,
            index={"child": child},
        )
        message = Message(
            id=f"m-{number}",
            key=f"m-{number}",
            recipient="13900000000",
            channel="file",
            template="t",
            subject="s",
            body=canary(number),
            about=("child", child),
        )
        puts = [
            *child_records([_child(number)]),
            *pairing_records([pairing]),
            *enrollment_records([enrollment]),
            consent_put(consent),
            key,
            archive,
        ]
        store.commit(ChangeSet(command_id=f"fill-{number}", puts=puts, messages=[message]))
        moved = next(child_records([attrs.evolve(_child(number), mother=Parent(work_place=canary(number)))]))
        store.commit(ChangeSet(command_id=f"again-{number}", puts=[attrs.evolve(moved, expected_version=1)]))


@pytest.fixture
def store() -> Iterator[Store]:
    """Return a filled store in memory."""
    with contextlib.closing(MemoryStore()) as store:
        _fill(store)
        yield store


def _marks_of(number: int) -> set[str]:
    return {canary(number), canary(number + 10)}


def _kept(store: Store) -> bytes:
    """Return all that a store gives back, of every kind: current versions, history, outbox and audit."""
    texts = []
    for kind in _KINDS:
        for child in ("c-1", "c-2"):
            for record in records_of(store, {kind: _KINDS[kind]}, child):
                texts += [dumps(version.document) for version in store.history(record.kind, record.id)]
    texts += [entry.message.body for entry in store.outbox()]
    texts += [str(attrs.asdict(record.entry)) for record in store.audit()]
    return "\n".join(texts).encode()


def test_everything_about_the_child_is_gone_and_nothing_else(store: Store) -> None:
    """All kinds, all versions, the messages and the key of one child go; those of another stay."""
    assert found_in(_kept(store), _MARKS) == _marks_of(1) | _marks_of(2)
    receipt = erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    assert found_in(_kept(store), _MARKS) == _marks_of(2)
    assert list(records_of(store, _KINDS, "c-1")) == []
    assert store.history("child", "c-1") == ()
    assert {one.kind: one.records for one in receipt.kinds} == {
        "archive:learning": 1,
        "child": 1,
        "consent": 1,
        "data-key": 1,
        "enrollment": 1,
        "pairing": 1,
    }
    assert (receipt.records, receipt.messages) == (6, 1)
    assert receipts_of(store, "c-1") == (receipt,)
    last = [record.entry for record in store.audit()][-1]
    assert (last.actor, last.action, last.subject_id, last.purpose) == ("officer", "erase", "c-1", "guardian-asked")


def _in_files(folder: Path) -> set[str]:
    whole = b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return {mark for mark in _MARKS if mark.encode() in whole}


def test_a_sealed_store_is_read_and_erased_with_its_keys() -> None:
    """Before a sealed store the desk shows the same; an erasure takes the data key and keeps the receipt."""
    inner = MemoryStore()
    with contextlib.closing(SealedStore(inner, trial_keyring())) as sealed:
        sealed.commit(ChangeSet(command_id="fill", puts=list(child_records([_child(1), _child(2)]))))
        desk = Access(store=sealed, clock=_CLOCK, kinds=_KINDS, viewer=_OFFICER)
        assert [one.document["name"] for one in desk.find(Query(kind="child"), purpose=Purpose.CARE).seen] == [
            canary(1),
            canary(2),
        ]
        receipt = erase_child(sealed, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.CHILD_ASKED, clock=_CLOCK)
        assert {one.kind: one.records for one in receipt.kinds} == {"child": 1, "data-key": 1}
        assert receipts_of(sealed, "c-1") == (receipt,)
        assert inner.count(keys_of(Owner("child", "c-1"))) == 0
        assert inner.count(keys_of(Owner("child", "c-2"))) == 1
        assert [one.id for one in desk.find(Query(kind="child"), purpose=Purpose.CARE).seen] == ["c-2"]


@pytest.mark.promise
def test_nothing_is_left_in_the_files_of_a_database(tmp_path: Path) -> None:
    """Searched byte by byte while open and after closing, SQLite's file and its log hold nothing any more."""
    store = standard_host(load=["sql"]).open_store("sqlite:erased.db", folder=tmp_path)
    with contextlib.closing(store):
        _fill(store)
        assert _in_files(tmp_path) == _marks_of(1) | _marks_of(2)
        for child in ("c-1", "c-2"):
            erase_child(store, _KINDS, child, by=_OFFICER, why=ErasureGround.PERIOD_OVER, clock=_CLOCK)
        assert _in_files(tmp_path) == set()
    assert _in_files(tmp_path) == set()
    with contextlib.closing(sqlite3.connect(tmp_path / "erased.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_open_case_keeps_everything(store: Store) -> None:
    """While a hold is open nothing is erased, whoever asks; closed, the erasure goes through and leaves no hold."""
    open_hold(store, "c-1", case="2026-17", by=_OFFICER, clock=_CLOCK)
    before = _kept(store)
    with pytest.raises(LegalHoldError, match="case is open"):
        erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    with pytest.raises(LegalHoldError):
        erase_records(store, [], "c-1", by=_OFFICER, why=ErasureGround.PERIOD_OVER, clock=_CLOCK)
    with pytest.raises(LegalHoldError):
        open_hold(store, "c-1", case="2026-18", by=_OFFICER, clock=_CLOCK)
    assert _kept(store) == before
    closed = close_hold(store, "c-1", by=_OFFICER, clock=_CLOCK)
    assert not closed.stands
    with pytest.raises(NotFoundError):
        close_hold(store, "c-1", by=_OFFICER, clock=_CLOCK)
    erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    assert hold_on_file(store, "c-1") == (None, 0)


def test_a_hold_opened_at_the_last_moment_wins(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a case between the look and the erasure keeps everything."""
    commit, opened = store.commit, []

    def case_meanwhile(changes: ChangeSet) -> Receipt:
        if changes.erasures and not opened:
            opened.append(1)
            open_hold(store, "c-1", case="2026-17", by=_OFFICER, clock=_CLOCK)
        return commit(changes)

    monkeypatch.setattr(store, "commit", case_meanwhile)
    with pytest.raises(LegalHoldError):
        erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    assert store.load("child", "c-1") is not None


def test_what_is_written_meanwhile_is_erased_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that another run keeps during the erasure does not survive it; one who never stops is named."""
    commit, late = store.commit, []

    def diligent(changes: ChangeSet) -> Receipt:
        receipt = commit(changes)
        if changes.erasures and len(late) < 2:
            late.append(1)
            commit(ChangeSet(command_id=f"late-{len(late)}", puts=list(child_records([_child(1)]))))
        return receipt

    monkeypatch.setattr(store, "commit", diligent)
    erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.UNLAWFUL, clock=_CLOCK)
    assert list(records_of(store, _KINDS, "c-1")) == []
    assert len(receipts_of(store, "c-1")) == 3

    def tireless(changes: ChangeSet) -> Receipt:
        receipt = commit(changes)
        if changes.erasures:
            late.append(1)
            commit(ChangeSet(command_id=f"late-{len(late)}", puts=list(child_records([_child(2)]))))
        return receipt

    monkeypatch.setattr(store, "commit", tireless)
    with pytest.raises(VersionConflictError, match="keeps writing"):
        erase_child(store, _KINDS, "c-2", by=_OFFICER, why=ErasureGround.UNLAWFUL, clock=_CLOCK)


@pytest.mark.parametrize(
    "by",
    [
        Viewer(id="t", role=Role.TEACHER, scope=Scope(children=["c-1"])),
        Viewer(id="m", role=Role.GUARDIAN, scope=Scope(children=["c-1"])),
        Viewer(id="d", role=Role.VILLAGE_DIRECTOR, scope=Scope(places=[PlaceCode("520526102201")])),
    ],
    ids=lambda viewer: viewer.role.value,
)
def test_only_the_office_of_the_child_erases_and_holds(store: Store, by: Viewer) -> None:
    """A teacher, a guardian or the director of another village can neither erase nor keep from erasing."""
    with pytest.raises(ValidationError):
        erase_child(store, _KINDS, "c-1", by=by, why=ErasureGround.CHILD_ASKED, clock=_CLOCK)
    with pytest.raises(ValidationError):
        open_hold(store, "c-1", case="x", by=by, clock=_CLOCK)
    with pytest.raises(NotFoundError):
        erase_child(store, _KINDS, "nobody", by=_OFFICER, why=ErasureGround.CHILD_ASKED, clock=_CLOCK)


def test_the_key_of_a_helper_of_the_same_id_stays(store: Store) -> None:
    """A data key belongs to a person of one kind: a helper whose id is that of the child keeps theirs."""
    key = Put(kind="data-key", id="of a helper", document={}, index={"subject_kind": "helper", "subject": "c-1"})
    store.commit(ChangeSet(command_id="helper", puts=[key]))
    erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    assert store.load("data-key", "key-1") is None
    assert store.load("data-key", "of a helper") is not None


def test_every_message_is_counted_however_many_wait(store: Store) -> None:
    """The receipt counts the messages about the child also where they stand behind a thousand others."""

    def message(number: int, about: str) -> Message:
        return Message(id=f"x-{number}", key=f"x-{number}", recipient="r", channel="file", template="t", subject="s",
                       body="b", about=("child", about))  # fmt: skip

    posted = [message(number, "c-2" if number < 1_000 else "c-1") for number in range(1_003)]
    store.commit(ChangeSet(command_id="many", messages=posted))
    receipt = erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    assert receipt.messages == 4


def test_a_receipt_tells_no_content(store: Store) -> None:
    """Neither the receipt on file nor its repr holds a word of what was erased, nor that there was a hold."""
    open_hold(store, "c-1", case="2026-17", by=_OFFICER, clock=_CLOCK)
    close_hold(store, "c-1", by=_OFFICER, clock=_CLOCK)
    receipt = erase_child(store, _KINDS, "c-1", by=_OFFICER, why=ErasureGround.GUARDIAN_ASKED, clock=_CLOCK)
    desk = Access(store=store, clock=_CLOCK, kinds=_KINDS, viewer=_OFFICER)
    seen = desk.get("erasure-receipt", receipt.id, purpose=Purpose.CARE)
    assert seen is not None
    assert seen.document["erased"] == "c-1"
    text = repr(receipt) + str(seen.document)
    assert not found_in(text, _MARKS)
    assert "hold" not in text


def test_records_are_due_when_their_period_is_over(store: Store) -> None:
    """Two years after the service for a child has ended its records are due, on the day after and not before."""
    record = store.load("enrollment", "county.education:c-1")
    assert record is not None
    ended = Enrollment(child=ChildId("c-1"), policy=PolicyId("county.education"), since=_DAY, ended_on=_DAY)
    (put,) = enrollment_records([ended])
    store.commit(ChangeSet(command_id="ended", puts=[attrs.evolve(put, expected_version=record.version)]))
    assert due_for_erasure(store, _KINDS, as_of=dt.date(2028, 9, 1)) == ()
    (due,) = due_for_erasure(store, _KINDS, as_of=dt.date(2028, 9, 2))
    assert due.since == dt.date(2028, 9, 2)
    assert (due.child, due.whole, due.held) == ("c-1", True, False)
    assert {one.kind for one in due.records} == {"child", "pairing", "enrollment", "consent", "archive:learning"}
    open_hold(store, "c-1", case="x", by=_OFFICER, clock=_CLOCK)
    assert [one.held for one in due_for_erasure(store, _KINDS, as_of=dt.date(2030, 9, 2))] == [True]


def test_a_survey_is_due_like_all_else(store: Store) -> None:
    """A survey is kept from the day it was asked: three years later it is due, and keeps its child no longer."""
    ended = Enrollment(child=ChildId("c-1"), policy=PolicyId("county.education"), since=_DAY, ended_on=_DAY)
    (put,) = enrollment_records([ended])
    survey = Put(
        kind="archive:survey",
        id="survey:c-1",
        document={"child": "c-1", "survey": "autumn", "asked_on": "2026-10-15"},
        index={"child": "c-1"},
    )
    store.commit(ChangeSet(command_id="ended", puts=[attrs.evolve(put, expected_version=1), survey]))
    (early,) = due_for_erasure(store, _KINDS, as_of=dt.date(2029, 10, 15))
    assert not early.whole
    (due,) = due_for_erasure(store, _KINDS, as_of=dt.date(2029, 10, 16))
    assert due.whole
    assert "archive:survey" in {one.kind for one in due.records}


def test_the_day_of_recording_is_read_by_the_version_that_wrote_it(store: Store) -> None:
    """A kind may call that day otherwise in a later version; what the first one wrote is still due by its own."""
    first = attrs.evolve(SURVEY.current, id="ngo-x.visit")
    renamed = tuple(attrs.evolve(one, name="visited_on") if one.name == "asked_on" else one for one in first.fields)
    second = attrs.evolve(first, version=2, fields=renamed, recorded="visited_on")
    step = Upcaster(from_version=1, lift=dict, text=first.title)
    kinds = record_kinds({"visit": ArchiveKind(versions=(first, second), upcasters=(step,))})
    ended = Enrollment(child=ChildId("c-1"), policy=PolicyId("county.education"), since=_DAY, ended_on=_DAY)
    (put,) = enrollment_records([ended])
    visits = [
        Put(kind="archive:ngo-x.visit", id=f"v{version}", schema_version=version, index={"child": "c-1"},
            document={"child": "c-1", "survey": "a", name: "2026-10-15"})
        for version, name in ((1, "asked_on"), (2, "visited_on"))
    ]  # fmt: skip
    store.commit(ChangeSet(command_id="ended", puts=[attrs.evolve(put, expected_version=1), *visits]))
    for days, found in ((15, set()), (16, {"v1", "v2"})):
        (due,) = due_for_erasure(store, kinds, as_of=dt.date(2029, 10, days))
        assert {one.id for one in due.records if one.kind == "archive:ngo-x.visit"} == found


def test_a_closed_hold_is_opened_again(store: Store) -> None:
    """A case that was closed may be taken up anew; one that is open is not opened twice."""
    for _ in range(2):
        open_hold(store, "c-1", case="2026-17", by=_OFFICER, clock=_CLOCK)
        with pytest.raises(LegalHoldError, match="open already"):
            open_hold(store, "c-1", case="2026-18", by=_OFFICER, clock=_CLOCK)
        close_hold(store, "c-1", by=_OFFICER, clock=_CLOCK)
        with pytest.raises(NotFoundError, match="no hold is open"):
            close_hold(store, "c-1", by=_OFFICER, clock=_CLOCK)


def test_a_child_is_kept_while_one_of_its_records_is(store: Store) -> None:
    """A child's own record is not due before its others: they would be left behind without it."""
    kinds = {**_KINDS, "pairing": attrs.evolve(_KINDS["pairing"], retentions=())}
    (put,) = enrollment_records(
        [Enrollment(child=ChildId("c-1"), policy=PolicyId("county.education"), since=_DAY, ended_on=_DAY)]
    )
    store.commit(ChangeSet(command_id="ended", puts=[attrs.evolve(put, expected_version=1)]))
    (due,) = due_for_erasure(store, kinds, as_of=dt.date(2031, 1, 1))
    assert not due.whole
    assert "child" not in {one.kind for one in due.records}
    receipt = erase_records(store, due.records, "c-1", by=_OFFICER, why=ErasureGround.PERIOD_OVER, clock=_CLOCK)
    assert receipt.records == len(due.records)
    assert store.load("child", "c-1") is not None
