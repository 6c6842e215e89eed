"""Are archives kept whole, found by child, village and term, and is a term's health check taken in cell by cell?"""

import base64
import contextlib
import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import openpyxl  # type: ignore[import-untyped]
import pytest

from careprogram.archives import HEALTH, LEARNING, SURVEY, ArchiveError, check
from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId
from careprogram.people import Child, PlaceCode, Residence, Sex
from careprogram.ports import ChangeSet, Erase, Put, Query, Store
from careprogram.privacy import ConsentRecord, ConsentRelation, DataClass, Purpose, Role, Scope, Viewer
from careprogram.program.access import Access
from careprogram.program.archives import ArchiveDraft, archives_on_file, keep_archives, load_archive
from careprogram.program.health_intake import HealthIntake, take_in_health
from careprogram.program.papers import consent_put
from careprogram.program.record_kinds import record_kinds
from careprogram.program.records import child_records
from careprogram.program.save import all_records
from careprogram.rosters import identify_with
from careprogram.sealing import SealedStore
from careprogram.testing.fakes import FakeClock
from careprogram.testing.keyrings import trial_keyring
from careprogram_sql import open_store

DAY = dt.date(2026, 9, 30)
CLOCK = FakeClock.on(DAY)
HERE, THERE = PlaceCode("520526101203"), PlaceCode("520526102201")
KINDS = record_kinds({kind.id: kind for kind in (HEALTH, LEARNING, SURVEY)})
CONSENT = ConsentRecord(
    id="k-1",
    child="c-1",
    guardian="mother",
    relation=ConsentRelation.MOTHER,
    purposes=frozenset(Purpose),
    data_classes=frozenset(DataClass),
    notice_version="1",
    given=DAY,
    separate=True,
)


def children(count: int = 3) -> list[Child]:
    """Return boys of ten, every second one in the other village."""
    return [
        Child(
            id=ChildId(f"c-{number}"),
            sex=Sex.MALE,
            birth_date=dt.date(2016, 9, 1),
            residence=Residence(place=HERE if number % 2 else THERE),
        )
        for number in range(1, count + 1)
    ]


def filled(store: Store) -> Store:
    """Put the children and the consent of the first one into *store*."""
    store.commit(ChangeSet(command_id="setup", puts=[*child_records(children()), consent_put(CONSENT)]))
    return store


@pytest.fixture(params=["memory", "sealed"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Return a store with three children, once plain and once sealed."""
    plain = MemoryStore()
    with contextlib.closing(
        filled(plain if request.param == "memory" else SealedStore(plain, trial_keyring()))
    ) as opened:
        yield opened


def keep(store: Store, *drafts: ArchiveDraft) -> int:
    return keep_archives(store, drafts, actor="teacher", purpose=Purpose.EDUCATION, clock=CLOCK, command="test")


def learning(child: str, plan: str = "每天读书", term: str = "2026-autumn") -> ArchiveDraft:
    return ArchiveDraft(kind=LEARNING, document={"child": child, "plans": [{"text": plan}]}, term=term)


def test_an_archive_is_found_by_child_village_and_term(store: Store) -> None:
    """Each way finds it, another village or term does not, and it is read as it was written."""
    assert keep(store, learning("c-1"), learning("c-2"), learning("c-3", term="2026-spring")) == 3

    def found(**by: str) -> list[str]:
        return [one.id for one in archives_on_file(store, LEARNING, **by)]  # type: ignore[arg-type]

    assert found() == ["learning:c-1", "learning:c-2", "learning:c-3"]
    assert found(place=HERE.text) == ["learning:c-1", "learning:c-3"]
    assert found(place=HERE.text, term="2026-autumn") == ["learning:c-1"]
    filed = load_archive(store, LEARNING, ChildId("c-1"))
    assert filed is not None
    assert (filed.document, filed.written_by) == (learning("c-1").document, 2)
    assert load_archive(store, LEARNING, ChildId("c-9")) is None
    assert "每天读书" not in repr(filed) + repr(learning("c-1"))


def test_the_village_is_where_the_child_lives_now(store: Store) -> None:
    """A child that moved is found in its new village with what was written in the old one, and no more in the old."""
    keep(store, learning("c-1"), learning("c-2"))
    (moved,) = child_records([attrs.evolve(children()[0], residence=Residence(place=THERE))])
    store.commit(ChangeSet(command_id="move", puts=[attrs.evolve(moved, expected_version=1)]))
    assert [one.id for one in archives_on_file(store, LEARNING, place=HERE.text)] == []
    assert [one.id for one in archives_on_file(store, LEARNING, place=THERE.text)] == ["learning:c-1", "learning:c-2"]


def test_a_write_stands_in_the_audit_trail_beside_it(store: Store) -> None:
    """Who wrote which fields of which archive for what; the same again writes neither archive nor entry."""
    keep(store, learning("c-1"))
    assert keep(store, learning("c-1")) == 0
    (entry,) = [record.entry for record in store.audit()]
    assert (entry.actor, entry.action, entry.subject_id, entry.purpose) == (
        "teacher", "write-archive", "learning:c-1", "education",
    )  # fmt: skip
    assert entry.fields == ("child", "plans")


def test_what_was_erased_is_kept_again(store: Store) -> None:
    """The same archive a second time after it was erased is no repetition of the first: it is written."""
    keep(store, learning("c-1"))
    gone = Erase(kind="archive:learning", id="learning:c-1", expected_version=1)
    store.commit(ChangeSet(command_id="erase", erasures=[gone]))
    assert load_archive(store, LEARNING, ChildId("c-1")) is None
    assert keep(store, learning("c-1")) == 1
    filed = load_archive(store, LEARNING, ChildId("c-1"))
    assert filed is not None
    assert (filed.version, filed.document) == (2, learning("c-1").document)


def test_nothing_is_kept_that_does_not_fit(store: Store) -> None:
    """One bad document refuses its batch, with the path and without the value; nothing is half kept."""
    bad = ArchiveDraft(kind=LEARNING, document={"child": "c-2", "plans": "悄悄话"})
    with pytest.raises(ArchiveError, match=r"\$\.plans") as caught:
        keep(store, learning("c-1"), bad)
    assert "悄悄话" not in str(caught.value)
    assert list(archives_on_file(store, LEARNING)) == []


def test_nothing_has_happened_after_today(store: Store) -> None:
    """A check of tomorrow is refused with its path, today's is kept; one that got on file otherwise still opens."""
    today = CLOCK.today()

    def check_on(day: dt.date) -> ArchiveDraft:
        checks = [{"term": "2026-autumn", "measured_on": day.isoformat()}]
        return ArchiveDraft(kind=HEALTH, document={"child": "c-1", "checks": checks})

    with pytest.raises(ArchiveError, match=r"\$\.checks\[0\]\.measured_on: lies after today"):
        keep(store, check_on(today + dt.timedelta(days=1)))
    assert keep(store, check_on(today)) == 1
    late = check_on(today + dt.timedelta(days=9))
    put = Put(kind="archive:health", id="health:c-2", document=late.document, schema_version=2)  # type: ignore[arg-type]
    store.commit(ChangeSet(command_id="elsewhere", puts=[put]))
    opened = load_archive(store, HEALTH, ChildId("c-2"))
    assert opened is not None
    assert opened.document == late.document


@pytest.mark.parametrize("wrong", [{"term": 2026}, {"key": 7}, {"key": None}])
def test_what_an_archive_is_found_by_is_text(wrong: dict[str, object]) -> None:
    """A term that is a number would be kept and never found by its text."""
    with pytest.raises(ValidationError, match="give a text"):
        attrs.evolve(learning("c-1"), **wrong)  # type: ignore[arg-type]


def test_a_child_has_to_be_on_file(store: Store) -> None:
    """No archive is about nobody, and the message names no child."""
    with pytest.raises(NotFoundError, match="1 of the children") as caught:
        keep(store, learning("c-1"), learning("stranger"))
    assert "stranger" not in str(caught.value)


def test_two_archives_of_a_child_are_told_apart_by_key(store: Store) -> None:
    """A child answers several surveys; without a key the second would write over the first, and is refused."""
    survey = {"child": "c-1", "survey": "摸底", "asked_on": "2026-09-03"}
    first, second = (ArchiveDraft(kind=SURVEY, document=survey, key=key) for key in ("2025", "2026"))
    assert keep(store, first, second) == 2
    with pytest.raises(ValidationError, match="one id"):
        keep(store, first, attrs.evolve(first, document={**survey, "survey": "另一个"}))


def test_an_archive_of_an_old_version_opens_in_the_current_one(store: Store) -> None:
    """Written by version 1 and kept as it was, it is read as version 2; writing it back lifts it for good."""
    old = Put(
        kind="archive:learning",
        id="learning:c-1",
        document={"child": "c-1", "plan": "每天读书"},
        index={"child": "c-1"},
    )
    store.commit(ChangeSet(command_id="old", puts=[old]))
    filed = load_archive(store, LEARNING, ChildId("c-1"))
    assert filed is not None
    assert (filed.document, filed.written_by) == (learning("c-1").document, 1)
    assert keep(store, ArchiveDraft(kind=LEARNING, document=filed.document)) == 1
    record = store.load("archive:learning", "learning:c-1")
    assert record is not None
    assert (record.schema_version, record.version) == (2, 2)


def test_an_erased_child_gets_no_archive(store: Store) -> None:
    """Erased between reading and writing, the child is missed by the commit itself, and nothing is kept."""
    from careprogram.errors import VersionConflictError
    from careprogram.ports import Erase

    class Racing:
        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def commit(self, changes: ChangeSet) -> object:
            if changes.puts:
                store.commit(ChangeSet(command_id="gone", erasures=[Erase(kind="child", id="c-1", expected_version=1)]))
            return store.commit(changes)

    with pytest.raises(VersionConflictError):
        keep(Racing(), learning("c-1"))  # type: ignore[arg-type]
    assert store.load("archive:learning", "learning:c-1") is None


TABLE = """系统编号,体检日期,身高（厘米）,体重（公斤）,收缩压,舒张压,体检单位
c-1,2026-09-10,138.2,45.0,108,70,乡镇卫生院
c-2,2026-09-10,125.0,22.1,,,乡镇卫生院
c-3,2026-09-10,1382,30,108,70,乡镇卫生院
c-4,2026-09-10,138,30,108,70,乡镇卫生院
"""


def take_in(store: Store, table: str = TABLE, *, role: Role = Role.TEACHER) -> HealthIntake:
    return take_in_health(
        table.encode(),
        store=store,
        identify=identify_with(b"0123456789abcdef"),
        term="2026-autumn",
        as_of=DAY,
        actor="乡镇卫生院",
        clock=CLOCK,
        role=role,
    )


def test_who_is_no_school_takes_in_a_health_check_by_consent_only(store: Store) -> None:
    """A school has to keep the checks by law; an office needs a paper for health, and gets the rows it has one for."""
    done = take_in(store, role=Role.COUNTY_OFFICER)
    assert [(one.row, one.reason) for one in done.reading.problems][:2] == [(3, "consent-missing"), (4, "height")]
    assert done.written == 1


def test_a_health_check_becomes_screened_archives(store: Store) -> None:
    """Good rows are screened by sex and birth date on file and kept with their references; bad ones are told."""
    done = take_in(store)
    assert (len(done.reading.items), done.written, done.unscreened) == (2, 2, 0)
    assert [(one.row, one.column, one.reason) for one in done.reading.problems] == [
        (4, "C", "height"),
        (5, "A", "child-not-on-file"),
    ]
    found = {finding.value: count for finding, count in done.found.items()}
    assert found == {"obesity": 1, "stunting": 1, "mild-thinness": 1}
    filed = load_archive(store, HEALTH, ChildId("c-1"))
    assert filed is not None
    assert check(filed.document, HEALTH.current) == ()
    (entry,) = filed.document["checks"]  # type: ignore[misc, union-attr]
    assert (entry["term"], entry["height"], entry["weight"]) == ("2026-autumn", 1382, 45_000)
    assert {one["reference"] for one in entry["screening"]} >= {"ws-t-586-2018", "who-2007"}


def test_the_same_table_again_changes_nothing_and_a_corrected_row_replaces_its_day(store: Store) -> None:
    """A second run writes nothing; another height of that day takes its place; another day is added."""
    take_in(store)
    again = take_in(store)
    assert again.written == 0
    corrected = TABLE.replace("138.2", "139.2") + "c-1,2026-09-20,139.3,45.1,,,\n"
    assert take_in(store, corrected).written == 1
    filed = load_archive(store, HEALTH, ChildId("c-1"))
    assert filed is not None
    heights = [entry["height"] for entry in filed.document["checks"]]  # type: ignore[union-attr, index]
    assert heights == [1392, 1393]


def test_what_was_told_before_stays_beside_a_new_check(store: Store) -> None:
    """Findings and treatments of the archive are left as they are."""
    told = {"child": "c-1", "findings": [{"on": "2026-03-01", "finding": "龋齿"}]}
    keep(store, ArchiveDraft(kind=HEALTH, document=told))
    take_in(store)
    filed = load_archive(store, HEALTH, ChildId("c-1"))
    assert filed is not None
    assert filed.document["findings"] == told["findings"]
    assert len(filed.document["checks"]) == 1  # type: ignore[arg-type]


def test_a_teacher_sees_for_health_what_a_helper_does_not(store: Store) -> None:
    """Through the desk: for health a teacher sees the figures, for care a helper sees that there was a check."""
    take_in(store)

    def seen(role: Role, purpose: Purpose) -> dict[str, object]:
        viewer = Viewer(id=role.value, role=role, scope=Scope(children=["c-1"]))
        look = Access(store=store, clock=CLOCK, kinds=KINDS, viewer=viewer).get(
            "archive:health", "health:c-1", purpose=purpose
        )
        assert look is not None
        return dict(look.document)

    (whole,) = seen(Role.TEACHER, Purpose.HEALTH)["checks"]  # type: ignore[misc]
    assert whole["weight"] == 45_000
    helper = seen(Role.HELPER, Purpose.CARE)
    assert "45000" not in json.dumps(helper)
    assert "obesity" not in json.dumps(helper)


def _naughty(shared_data: Path) -> list[str]:
    file = shared_data / "naughty-strings" / "blns.base64.json"
    if not file.exists():
        pytest.skip("the list of naughty strings is not here: blns.base64.json")
    texts = {base64.b64decode(one).decode() for one in json.loads(file.read_text())}
    assert len(texts) > 400
    return sorted(texts)


@pytest.mark.promise
@pytest.mark.parametrize("backend", ["memory", "sqlite", "sealed"])
def test_hostile_text_survives_every_archive_and_export(tmp_path: Path, shared_data: Path, backend: str) -> None:
    """Each string is a valid text of an archive, comes back from the store, and is no formula in any export."""
    texts = [text for text in _naughty(shared_data) if text and len(text) <= 2_000]
    assert len(texts) > 400
    opened: dict[str, Callable[[], Store]] = {
        "memory": MemoryStore,
        "sqlite": lambda: open_store(tmp_path / "s.db"),
        "sealed": lambda: SealedStore(MemoryStore(), trial_keyring()),
    }
    with contextlib.closing(opened[backend]()) as store:
        filled(store)
        drafts = [
            ArchiveDraft(
                kind=SURVEY,
                document={
                    "child": "c-1",
                    "survey": text[:100],
                    "asked_on": "2026-09-03",
                    "aspirations": text,
                    "own_answers": [{"question": text[:300], "answer": text}],
                },
                key=f"{number:04}",
            )
            for number, text in enumerate(texts)
        ]
        assert all(check(draft.document, SURVEY.current) == () for draft in drafts)
        assert keep(store, *drafts) == len(texts)
        assert [one.document for one in archives_on_file(store, SURVEY)] == [draft.document for draft in drafts]
        teacher = Viewer(id="teacher", role=Role.TEACHER, scope=Scope(children=["c-1"]))
        desk = Access(store=store, clock=CLOCK, kinds=KINDS, viewer=teacher)
        query = Query(kind="archive:survey", equals={"child": "c-1"}, limit=1_000)
        told = {form: desk.export(query, purpose=Purpose.CARE, format=form) for form in ("csv", "xlsx", "json")}
        _check_csv(told["csv"], texts)
        _check_workbook(told["xlsx"], len(texts))
        records = json.loads(told["json"])["records"]
        assert [record["document"]["aspirations"] for record in records] == texts


def _check_csv(raw: bytes, texts: list[str]) -> None:
    heading, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in rows for cell in row)
    said = [row[heading.index("aspirations")] for row in rows]
    assert len(said) == len(texts)
    for cell, text in zip(said, texts, strict=True):
        assert cell in {text, f"'{text}"}


def _check_workbook(raw: bytes, count: int) -> None:
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0].iter_rows() for cell in row]
    assert len(cells) > count
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.data_type == "s" or cell.value is None for cell in cells)


def test_only_the_desk_and_the_program_know_what_is_on_file(store: Store) -> None:
    """An archive is of a kind with a prefix, so that no schema can take the name of another record."""
    keep(store, learning("c-1"))
    assert [record.id for record in all_records(store, "archive:learning")] == ["learning:c-1"]
    assert list(all_records(store, "learning")) == []
