"""Ways by which something got out that may not, found by reading the code as somebody who wants to know it."""

import contextlib
import datetime as dt
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from careprogram.archives import SHIPPED
from careprogram.cli.main import main
from careprogram.ids import ChildId, PolicyId
from careprogram.people import Child, PlaceCode, Residence
from careprogram.ports import ChangeSet, Put
from careprogram.privacy import Purpose, Role, Scope, Viewer
from careprogram.program import Program, SilentProgress, propose_pairs
from careprogram.program.access import Access
from careprogram.program.audit import trail
from careprogram.program.enrollment import Enrollment, enrollment_records
from careprogram.program.holds import open_hold
from careprogram.program.papers import glasses_to_review
from careprogram.program.record_kinds import record_kinds
from careprogram.program.records import child_records
from careprogram.program.table_files import written
from careprogram.program.whole_files import write_private
from careprogram.testing.fakes import FakeClock, MemoryStore

_DAY = dt.date(2026, 9, 1)
_CLOCK = FakeClock.on(_DAY)
_KINDS = record_kinds({kind.id: kind for kind in SHIPPED})
_OFFICER = Viewer(id="officer", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
_TEACHER = Viewer(id="teacher", role=Role.TEACHER, scope=Scope(children=["c-1"]))
_MOTHER = Viewer(id="mother", role=Role.GUARDIAN, scope=Scope(children=["c-1"]))
_STRANGER = Viewer(id="director", role=Role.VILLAGE_DIRECTOR, scope=Scope(places=[PlaceCode("520526102201")]))


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    """Return a store with a child of whom a case is open, who is in a program, and whose duty is to be protected."""
    store = MemoryStore()
    child = Child(id=ChildId("c-1"), residence=Residence(place=PlaceCode("520526101203")))
    duty = Put(kind="duty", id="d-1", document={"id": "d-1", "child": "c-1"}, index={"child": "c-1"})
    enrollment = Enrollment(child=child.id, policy=PolicyId("county.education"), since=_DAY)
    puts = [*child_records([child]), *enrollment_records([enrollment]), duty]
    store.commit(ChangeSet(command_id="fill", puts=puts))
    open_hold(store, "c-1", case="2026-17", by=_OFFICER, clock=_CLOCK)
    return store


@pytest.mark.promise
@pytest.mark.parametrize(
    ("viewer", "kind", "id_"),
    [
        (_MOTHER, "legal-hold", "c-1"),
        (_TEACHER, "legal-hold", "c-1"),
        (_MOTHER, "duty", "d-1"),
        (_TEACHER, "enrollment", "county.education:c-1"),
        (_STRANGER, "enrollment", "county.education:c-1"),
        (_STRANGER, "duty", "d-1"),
    ],
)
def test_a_record_that_may_not_be_known_of_is_as_if_it_were_not_there(
    store: MemoryStore, viewer: Viewer, kind: str, id_: str
) -> None:
    """Whoever guesses an id gets the answer for an id that is not there, and the try is written down."""
    desk = Access(store=store, clock=_CLOCK, kinds=_KINDS, viewer=viewer)
    for purpose in (Purpose.CARE, Purpose.EDUCATION):
        before = len(store.audit())
        assert desk.get(kind, id_, purpose=purpose) == desk.get(kind, "not-there", purpose=purpose)
        assert desk.history(kind, id_, purpose=purpose) == desk.history(kind, "not-there", purpose=purpose)
        tried = [record.entry for record in store.audit()][before:]
        assert [(entry.actor, entry.subject_id) for entry in tried] == [(viewer.id, id_)] * 2
        assert all(entry.action.endswith("-refused") and not entry.fields for entry in tried)


def test_whoever_protects_the_child_still_sees_the_case(store: MemoryStore) -> None:
    """The county finds the hold by its id, and a child outside one's scope still says why it is closed."""
    seen = Access(store=store, clock=_CLOCK, kinds=_KINDS, viewer=_OFFICER).get(
        "legal-hold", "c-1", purpose=Purpose.SAFEGUARDING
    )
    assert seen is not None
    assert seen.document["case"] == "2026-17"
    closed = Access(store=store, clock=_CLOCK, kinds=_KINDS, viewer=_STRANGER).get("child", "c-1", purpose=Purpose.CARE)
    assert closed is not None
    assert closed.document == {}


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.promise
def test_rows_that_are_sent_back_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Bad rows hold names and numbers: whatever the umask and whatever was there, nobody else reads them."""
    roster, rows = tmp_path / "roster.csv", tmp_path / "bad.xlsx"
    roster.write_text("姓名,性别,出生日期\n王小明,男,32月\n", encoding="utf-8")
    rows.write_text("old")
    rows.chmod(0o644)
    before = os.umask(0)
    try:
        main(["roster", str(roster), "--as-of", "2026-09-01", "--bad-rows", str(rows)])
        write_private(tmp_path / "new", b"x")
        written(pl.LazyFrame({"child": ["c-1"], "determination": ["eligible"]}), roster, tmp_path / "judged.csv")
        written(pl.LazyFrame({"child": ["c-1"]}), roster, tmp_path / "judged.parquet")
    finally:
        os.umask(before)
    assert rows.read_bytes()[:2] == b"PK"
    for path in (rows, tmp_path / "new", tmp_path / "judged.csv", tmp_path / "judged.parquet"):
        assert _mode(path) == 0o600, path.name


@pytest.mark.promise
def test_reasons_told_at_the_terminal_are_for_the_reader_and_in_the_trail(
    new_county: Callable[[], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Why a child is judged or paired as it is leaves an entry; a reader who may not see it is told nothing of it."""
    folder = new_county()
    program = Program.load(folder)
    found = propose_pairs(program, progress=SilentProgress())
    child = next(iter(found.plan.pairs)).child
    calls = (["judge", str(folder), child, "--quiet"], ["pair", str(folder), "--child", child, "--quiet"])
    for call in calls:
        assert main(call) == 0
        assert capsys.readouterr().out.strip()
    file = folder / "program.toml"
    lists = '\n[lists]\nrole = "village-director"\nplaces = ["110101001001"]\n'
    file.write_text(file.read_text(encoding="utf-8") + lists, encoding="utf-8")
    for call in calls:
        assert main(call) != 0
        assert capsys.readouterr().out.strip() == ""
    with contextlib.closing(program.open_store()) as store:
        entries = [record.entry for record in trail(store)]
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("judge", child),
        ("explain", child),
        ("judge-refused", child),
        ("explain-refused", child),
    ]


@pytest.mark.promise
def test_only_who_reviews_a_broken_glass_learns_of_it(store: MemoryStore) -> None:
    """A guardian, a teacher and a director who answer for the child are told of none; the township is."""
    glass = Access(store=store, clock=_CLOCK, kinds=_KINDS, viewer=_STRANGER).break_glass("c-1", reason="bruises")
    township = Viewer(id="t", role=Role.TOWNSHIP_SUPERVISOR, scope=Scope(places=[PlaceCode("520526101")]))
    director = Viewer(id="d", role=Role.VILLAGE_DIRECTOR, scope=Scope(places=[PlaceCode("520526101203")]))
    for viewer in (_MOTHER, _TEACHER, director):
        assert glasses_to_review(store, reviewer=viewer) == ()
    assert [one.id for one in glasses_to_review(store, reviewer=township)] == [glass.id]
