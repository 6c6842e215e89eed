"""A field whose period is over goes alone, from every version, and the rest of the archive stays as it was."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import SHIPPED, SURVEY, validate
from careprogram.builtin.contributions import standard_host
from careprogram.codec import dumps
from careprogram.errors import LegalHoldError, StoreError
from careprogram.ids import ChildId
from careprogram.people import Child
from careprogram.ports import ChangeSet, Put, Receipt, Store
from careprogram.privacy import Purpose, Role, Scope, Viewer
from careprogram.program.archives import ArchiveDraft, keep_archives, load_archive
from careprogram.program.erasure import ErasureGround, erase_child, receipts_of
from careprogram.program.field_retention import DueFields, due_fields, erase_fields, finish_remains, without
from careprogram.program.holds import open_hold
from careprogram.program.record_kinds import ARCHIVE_REMAINS, record_kinds
from careprogram.program.records import child_records
from careprogram.program.retention import due_for_erasure
from careprogram.program.subject_report import records_of
from careprogram.testing.canaries import canary
from careprogram.testing.fakes import FakeClock, MemoryStore

_KINDS = record_kinds({kind.id: kind for kind in SHIPPED})
_OFFICER = Viewer(id="officer", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
_ASKED, _NOW = dt.date(2026, 9, 1), dt.date(2029, 9, 2)
_CLOCK = FakeClock.on(_NOW)
_CHILD = ChildId("c-1")


def _survey(number: int) -> dict[str, object]:
    return {
        "child": _CHILD,
        "survey": "2026",
        "asked_on": _ASKED.isoformat(),
        "answered_by": "child",
        "aspirations": canary(number),
        "own_answers": [{"question": canary(number + 1), "answer": canary(number + 2)}],
    }


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return a store with a child and a survey of three years ago, written twice."""
    opened = standard_host(load=["sql"]).open_store("sqlite:a.db", folder=tmp_path)
    with (
        contextlib.closing(MemoryStore() if request.param == "memory" else opened) as store,
        contextlib.closing(opened),
    ):
        store.commit(ChangeSet(command_id="fill", puts=list(child_records([Child(id=_CHILD)]))))
        for number in (1, 5):
            draft = ArchiveDraft(kind=SURVEY, document=_survey(number), key="2026")
            keep_archives(store, [draft], actor="o", purpose=Purpose.CARE, clock=_CLOCK, command="t")
        yield store


def _due(store: Store, as_of: dt.date = _NOW) -> DueFields:
    (due,) = due_fields(store, _KINDS, as_of=as_of)
    return due


@pytest.mark.promise
def test_a_field_whose_time_is_over_is_gone_from_every_version(store: Store, tmp_path: Path) -> None:
    """Nothing of it is found in history or files any more; what is kept longer stands, and a receipt says so."""
    assert due_fields(store, _KINDS, as_of=dt.date(2029, 9, 1)) == ()
    assert due_for_erasure(store, _KINDS, as_of=_NOW) == ()
    due = _due(store)
    assert due.paths == ("aspirations", "own_answers")
    assert (due.child, due.since, due.held) == (_CHILD, _NOW, False)
    receipt = erase_fields(store, due, by=_OFFICER, clock=_CLOCK)
    assert (receipt.why, receipt.records) == (ErasureGround.PERIOD_OVER, 1)
    assert receipts_of(store, _CHILD) == (receipt,)
    left = load_archive(store, SURVEY, _CHILD, "2026")
    assert left is not None
    assert left.document == {
        "child": _CHILD,
        "survey": "2026",
        "asked_on": _ASKED.isoformat(),
        "answered_by": "child",
    }
    validate(left.document, SURVEY.current)
    told = "".join(dumps(one.document) for one in store.history("archive:survey", due.record.id))
    told += b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode(errors="replace")
    assert not [number for number in range(10) if canary(number) in told]
    assert due_fields(store, _KINDS, as_of=_NOW) == ()
    assert list(records_of(store, {ARCHIVE_REMAINS: _KINDS[ARCHIVE_REMAINS]}, _CHILD)) == []


def test_killed_between_the_steps_nothing_is_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest waits under another name, is put back by the next call, and goes with the child where that is erased."""
    commit, due = store.commit, _due(store)

    def killed(changes: ChangeSet) -> Receipt:
        if changes.command_id.startswith("remains:"):
            raise StoreError("killed")
        return commit(changes)

    with monkeypatch.context() as patch:
        patch.setattr(store, "commit", killed)
        with pytest.raises(StoreError):
            erase_fields(store, due, by=_OFFICER, clock=_CLOCK)
    assert load_archive(store, SURVEY, _CHILD, "2026") is None
    assert ARCHIVE_REMAINS in {record.kind for record in records_of(store, _KINDS, _CHILD)}
    assert finish_remains(store) == 1
    assert finish_remains(store) == 0
    left = load_archive(store, SURVEY, _CHILD, "2026")
    assert left is not None
    assert "aspirations" not in left.document
    erase_child(store, _KINDS, _CHILD, by=_OFFICER, why=ErasureGround.CHILD_ASKED, clock=_CLOCK)
    assert list(records_of(store, _KINDS, _CHILD)) == []


def test_what_is_written_anew_meanwhile_stands(store: Store) -> None:
    """Remains never replace an archive that somebody has written since."""
    rest: dict[str, object] = {"child": _CHILD, "kind": "archive:survey", "id": "survey:c-1:2026"}
    put = Put(
        kind=ARCHIVE_REMAINS,
        id="x",
        document={**rest, "schema_version": 1, "document": {"child": _CHILD}},  # type: ignore[arg-type]
        index={"child": _CHILD},
    )
    store.commit(ChangeSet(command_id="left", puts=[put]))
    finish_remains(store)
    left = load_archive(store, SURVEY, _CHILD, "2026")
    assert left is not None
    assert left.document["aspirations"] == canary(5)


def test_an_open_case_keeps_the_fields(store: Store) -> None:
    """While a hold is open a field is listed as held and not erased."""
    open_hold(store, _CHILD, case="x", by=_OFFICER, clock=_CLOCK)
    assert _due(store).held
    with pytest.raises(LegalHoldError):
        erase_fields(store, _due(store), by=_OFFICER, clock=_CLOCK)
    left = load_archive(store, SURVEY, _CHILD, "2026")
    assert left is not None
    assert "aspirations" in left.document


_JSON = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)


def _paths(value: object, path: str = "") -> set[str]:
    found: set[str] = set()
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            found |= {here} | _paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            found |= _paths(inner, f"{path}[]") if isinstance(inner, dict) else set()
    return found


@given(document=st.dictionaries(st.sampled_from("abc"), _JSON, max_size=3), data=st.data())
def test_nothing_else_is_taken_out(document: dict[str, object], data: st.DataObject) -> None:
    """What is left holds every path but those asked for and those inside them."""
    known = sorted(_paths(document))
    gone = data.draw(st.sets(st.sampled_from(known))) if known else set()
    left = _paths(without(document, gone))  # type: ignore[arg-type]
    inside = {path for path in known for one in gone if path == one or path.startswith((f"{one}.", f"{one}[]"))}
    assert left == set(known) - inside
