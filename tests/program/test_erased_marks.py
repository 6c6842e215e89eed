"""An erased child does not come back unseen by the next roster, and its id is taken out where it can be."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.archives import SHIPPED
from careprogram.builtin.contributions import standard_host
from careprogram.cli.main import main
from careprogram.cli.run import summary_rows
from careprogram.codec import dumps, from_document, to_document
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId
from careprogram.people import Child, IdentityNumber, PlaceCode
from careprogram.ports import ChangeSet, Store
from careprogram.privacy import Role, Scope, Viewer
from careprogram.program import Program, SilentProgress, propose_pairs
from careprogram.program.audit import trail
from careprogram.program.erased_marks import ErasedMarks, marks_of, readmit, without_erased
from careprogram.program.erasure import ErasureGround, erase_child
from careprogram.program.record_kinds import ERASED_MARK, record_kinds
from careprogram.program.records import child_records
from careprogram.program.save import all_records
from careprogram.testing import strategies
from careprogram.testing.canaries import canary
from careprogram.testing.fakes import FakeClock, MemoryStore

_DAY = dt.date(2026, 9, 1)
_CLOCK = FakeClock.on(_DAY)
_KEY = b"k" * 32
_KINDS = record_kinds({kind.id: kind for kind in SHIPPED})
_OFFICER = Viewer(id="officer", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
_NUMBER = IdentityNumber.from_parts(PlaceCode("520402"), dt.date(2015, 1, 1), 7)


def _child(number: int, **more: object) -> Child:
    return Child(
        id=ChildId(f"c-{number}"),
        name=canary(number),
        birth_date=dt.date(2015, 1, number),
        siblings=frozenset(ChildId(f"c-{other}") for other in (1, 2, 3) if other != number),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return a store with three siblings."""
    opened = standard_host(load=["sql"]).open_store("sqlite:a.db", folder=tmp_path)
    with (
        contextlib.closing(MemoryStore() if request.param == "memory" else opened) as store,
        contextlib.closing(opened),
    ):
        children = [_child(1, identity_number=_NUMBER), _child(2), _child(3)]
        store.commit(ChangeSet(command_id="fill", puts=list(child_records(children))))
        yield store


def _erase(store: Store, child: str, key: bytes | None = _KEY) -> int:
    receipt = erase_child(store, _KINDS, child, by=_OFFICER, why=ErasureGround.CHILD_ASKED, clock=_CLOCK, key=key)
    return receipt.mentions


@pytest.mark.promise
def test_a_mark_holds_no_word_of_the_child(store: Store, tmp_path: Path) -> None:
    """Neither name nor number nor birth date is in the mark, nor anywhere in the files of the database."""
    _erase(store, "c-1")
    (mark,) = [store.load(ERASED_MARK, "c-1")]
    assert mark is not None
    told = dumps(mark.document) + "".join(dumps(one.document) for one in store.history(ERASED_MARK, "c-1"))
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (canary(1), _NUMBER.text, "2015-01-01"):
        assert secret not in told
        assert secret.encode() not in files
    assert _DAY.isoformat() not in told
    other = marks_of([to_document(_child(1, identity_number=_NUMBER))], b"x" * 32)
    assert not other & set(mark.document["marks"])  # type: ignore[arg-type]


@pytest.mark.promise
def test_siblings_no_longer_name_the_child(store: Store) -> None:
    """The id is gone from the lists of siblings, with an entry for each, and the receipt counts them."""
    assert _erase(store, "c-1") == 2
    for sibling in ("c-2", "c-3"):
        record = store.load("child", sibling)
        assert record is not None
        assert "c-1" not in dumps(record.document)
        assert from_document(Child, record.document) == attrs.evolve(
            _child(int(sibling[-1])), siblings=frozenset({ChildId("c-2"), ChildId("c-3")} - {sibling})
        )
    entries = [(record.entry.action, record.entry.subject_id) for record in trail(store)]
    assert [one for one in entries if one[0] == "erase-mention"] == [("erase-mention", "c-2"), ("erase-mention", "c-3")]


@pytest.mark.promise
def test_an_erased_child_is_known_again(store: Store) -> None:
    """By its id, by its number under another id, and by its name and birth date; others are let through."""
    _erase(store, "c-1")
    marks = ErasedMarks.of(store, _KEY)
    by_number = Child(id=ChildId("new-1"), identity_number=_NUMBER)
    by_name = Child(id=ChildId("new-2"), name=f" {canary(1)} ", birth_date=dt.date(2015, 1, 1))
    namesake = Child(id=ChildId("new-3"), name=canary(1), birth_date=dt.date(2016, 1, 1))
    rows = {ChildId("new-1"): ("表", 7)}
    kept, back = without_erased([_child(1), _child(2), by_number, by_name, namesake], marks, rows)
    assert [child.id for child in kept] == ["c-2", "new-3"]
    assert kept[0].siblings == {"c-3"}
    assert [(row.child, row.erased, row.row) for row in back] == [
        ("c-1", "c-1", 0),
        ("new-1", "c-1", 7),
        ("new-2", "c-1", 0),
    ]
    assert not ErasedMarks.of(store, b"y" * 32).erased_as(by_number)


def test_without_the_secret_the_id_is_known_again(store: Store) -> None:
    """An erasure that had no key leaves a mark of the id alone."""
    _erase(store, "c-1", key=None)
    marks = ErasedMarks.of(store, _KEY)
    assert marks.erased_as(_child(1)) == "c-1"
    assert marks.erased_as(Child(id=ChildId("new"), identity_number=_NUMBER)) is None


def test_who_is_let_back_comes_back(store: Store) -> None:
    """After the decision the rows are taken in, and the trail says whose decision it was."""
    _erase(store, "c-1")
    township = Viewer(id="t", role=Role.TOWNSHIP_SUPERVISOR, scope=Scope(places=[PlaceCode("520526101")]))
    with pytest.raises(ValidationError):
        readmit(store, "c-1", by=township, clock=_CLOCK)
    readmit(store, "c-1", by=_OFFICER, clock=_CLOCK)
    assert [record.entry for record in trail(store)][-1].action == "readmit"
    assert without_erased([_child(1)], ErasedMarks.of(store, _KEY), {}) == ((_child(1),), ())
    with pytest.raises(NotFoundError):
        readmit(store, "c-1", by=_OFFICER, clock=_CLOCK)
    store.commit(ChangeSet(command_id="again", puts=list(child_records([_child(1)]))))
    _erase(store, "c-1")
    assert ErasedMarks.of(store, _KEY).erased_as(_child(1)) == "c-1"


@settings(max_examples=max(10, (settings.default.max_examples if settings.default else 0) // 6))
@given(children=st.lists(strategies.children(as_of=_DAY), max_size=3, unique_by=lambda child: child.id), data=st.data())
def test_only_who_was_erased_is_held_back(children: list[Child], data: st.DataObject) -> None:
    """Of any children those whose id, number, or name and birth date was erased are held back, and nobody else."""
    gone = data.draw(st.sets(st.sampled_from(children))) if children else set()
    by_mark = {mark: child.id for child in gone for mark in marks_of([to_document(child)], _KEY)}
    marks = ErasedMarks(ids=frozenset(child.id for child in gone), by_mark=by_mark, key=_KEY)
    kept, back = without_erased(children, marks, {})
    alike = {child.id for child in children if marks_of([to_document(child)], _KEY) & by_mark.keys()}
    held = {child.id for child in gone} | (alike if gone else set())
    assert {row.child for row in back} == held
    assert [child.id for child in kept] == [child.id for child in children if child.id not in held]
    assert not any(child.siblings & held for child in kept)


@pytest.mark.promise
def test_a_run_reports_the_row_and_takes_nobody_in(new_county: Callable[[], Path]) -> None:
    """Erased at the terminal, a child that is still on the roster stays out, in lists and plans too, until let back."""
    folder = new_county()
    Program.load(folder).run()
    with contextlib.closing(Program.load(folder).open_store()) as opened:
        child_id = str(next(iter(all_records(opened, "pairing"))).document["child"])
    assert main(["erase", str(folder), child_id, "--why", "guardian-asked", "--by", "o-1", "--yes"]) == 0
    summary = Program.load(folder).run()
    (row,) = summary.erased
    assert (row.child, row.erased) == (child_id, child_id)
    assert row.row > 0
    assert summary.kept["child"].new == 0
    for file in (folder / "out" / "report").iterdir():
        assert child_id not in file.read_bytes().decode("utf-8", errors="ignore")
    told = " ".join(value.zh for _, value in summary_rows(summary))
    assert f"{row.row} 行（{child_id}）" in told
    assert main(["erase", str(folder), child_id, "--readmit", "--by", "o-1"]) == 0
    program = Program.load(folder)
    with contextlib.closing(program.open_store()) as opened:
        again = propose_pairs(program, store=opened, progress=SilentProgress())
    assert again.erased == ()
    assert child_id in {child.id for child in again.inputs.roster.children}
