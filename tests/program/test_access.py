"""Does the reading desk show only what was decided, write down every look first, and fail closed?"""

import csv
import datetime as dt
import io
import json
import threading
from collections.abc import Iterator

import attrs
import openpyxl
import pytest

from careprogram.archives import SHIPPED
from careprogram.errors import NotFoundError, StoreError, ValidationError, VersionConflictError
from careprogram.ids import ChildId, HelperId
from careprogram.pairing import propose
from careprogram.people import (
    Child,
    Disability,
    DisabilityKind,
    Health,
    HealthStatus,
    Helper,
    HelperKind,
    Office,
    Phone,
    PlaceCode,
    Residence,
    VillageLink,
)
from careprogram.ports import ChangeSet, Put, Query, Range, Receipt
from careprogram.privacy import (
    AccessGrant,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    Purpose,
    Reason,
    Role,
    Scope,
    Sensitivity,
    Viewer,
)
from careprogram.program.access import Access
from careprogram.program.papers import (
    consent_put,
    days_of_change,
    glasses_to_review,
    grant_access,
    grant_put,
    keep_consent,
    review_glass,
    withdraw_consent,
)
from careprogram.program.record_kinds import record_kinds
from careprogram.program.records import child_records, helper_records, pairing_records, village_link_records
from careprogram.testing.fakes import FakeClock, MemoryStore

_DAY = dt.date(2026, 9, 1)
_HERE, _THERE = PlaceCode("520526101203"), PlaceCode("520526102201")
_KINDS = record_kinds({kind.id: kind for kind in SHIPPED})
_OFFICER = Viewer(id="officer", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
_DIRECTOR = Viewer(id="director", role=Role.VILLAGE_DIRECTOR, scope=Scope(places=[_HERE]))
_TEACHER = Viewer(id="teacher", role=Role.TEACHER, scope=Scope(children=["c-1"]))
_MOTHER = Viewer(id="mother", role=Role.GUARDIAN, scope=Scope(children=["c-1"]))
_CONSENT = ConsentRecord(
    id="k-1",
    child="c-1",
    guardian="mother",
    relation=ConsentRelation.MOTHER,
    purposes=frozenset(Purpose),
    data_classes=frozenset(DataClass),
    notice_version="1",
    given=_DAY,
    separate=True,
)


_GRANT = AccessGrant(
    id="grant-1",
    grantee="teacher",
    child="c-3",
    purposes=frozenset({Purpose.SAFEGUARDING}),
    up_to=Sensitivity.SENSITIVE,
    approved_by="officer",
    approver_role=Role.COUNTY_OFFICER,
    reason="stands in for a colleague",
    from_=_DAY,
    until=_DAY,
)


def _child(number: int, place: PlaceCode) -> Child:
    return Child(
        id=ChildId(f"c-{number}"),
        name=f"王小{number}",
        birth_date=dt.date(2016, 5, number),
        residence=Residence(place=place, address=f"三组{number}号"),
        health=Health(status=HealthStatus.ILL, illness="哮喘"),
        in_danger=True,
    )


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    """Return a store with six children in two villages, a helper, a pairing, a village link and a consent."""
    store = MemoryStore()
    children = [_child(number, _HERE if number % 2 else _THERE) for number in range(1, 7)]
    helper = Helper(
        id=HelperId("h-1"), kind=HelperKind.DEDICATED_VOLUNTEER, name="李四", residence=Residence(place=_HERE)
    )
    pairing = propose(ChildId("c-1"), HelperId("h-1"), strategy="one-to-one", on=_DAY)
    link = VillageLink(
        place=_HERE, person="director", office=Office.VILLAGE_DIRECTOR, name="赵六", phone=Phone("13900000001")
    )
    learning = Put(
        kind="archive:learning",
        id="learning:c-1",
        document={"child": "c-1", "plan": "每周两次"},
        index={"child": "c-1"},
    )
    puts = [
        *child_records(children),
        *helper_records([helper]),
        *pairing_records([pairing]),
        *village_link_records([link]),
        learning,
        consent_put(_CONSENT),
    ]
    store.commit(ChangeSet(command_id="setup", puts=puts))
    yield store
    store.close()


def _desk(store: MemoryStore, viewer: Viewer, *, days: int = 0) -> Access:
    return Access(store=store, clock=FakeClock.on(_DAY + dt.timedelta(days=days)), kinds=_KINDS, viewer=viewer)


def test_a_look_is_written_down_with_the_fields_that_were_shown(store: MemoryStore) -> None:
    """The audit entry names viewer, purpose, record and the paths of what was seen, and holds no value."""
    seen = _desk(store, _TEACHER).get("child", "c-1", purpose=Purpose.CARE)
    assert seen is not None
    assert seen.document["name"] == "王小1"
    assert "health" not in seen.document
    (entry,) = [record.entry for record in store.audit()]
    assert (entry.actor, entry.action, entry.subject_id, entry.purpose) == ("teacher", "read", "c-1", "care")
    assert {"name", "residence.address"} <= set(entry.fields)
    assert "health.illness" not in entry.fields
    assert "王小1" not in repr(entry) + repr(seen)


def test_a_look_outside_the_scope_is_empty_and_written_down(store: MemoryStore) -> None:
    """Who asks for somebody else's child sees nothing, reads why, and leaves a trace."""
    seen = _desk(store, _TEACHER).get("child", "c-2", purpose=Purpose.CARE)
    assert seen is not None
    assert seen.document == {}
    assert seen.decision.explain("name", "en") == Reason.SCOPE.text.en
    assert [(record.entry.action, record.entry.fields) for record in store.audit()] == [("read-refused", ())]


def test_without_the_entry_there_is_no_answer(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the trail cannot be written, nothing is shown: not by a look, a search, a history, a file or a copy."""

    def broken(_: ChangeSet) -> Receipt:
        raise StoreError("the disk is full: make room")

    desk, mother = _desk(store, _OFFICER), _desk(store, _MOTHER)
    monkeypatch.setattr(store, "commit", broken)
    for ask in (
        lambda: desk.get("child", "c-1", purpose=Purpose.CARE),
        lambda: desk.history("child", "c-1", purpose=Purpose.CARE),
        lambda: desk.find(Query(kind="child"), purpose=Purpose.CARE),
        lambda: desk.export(Query(kind="child"), purpose=Purpose.CARE),
        lambda: desk.break_glass("c-1", reason="danger"),
        lambda: mother.subject_report("c-1"),
    ):
        with pytest.raises(StoreError):
            ask()


def test_an_answer_rests_on_what_still_stands(store: MemoryStore) -> None:
    """A consent that is withdrawn between the look and its entry costs the look: it is taken anew."""
    desk = _desk(store, _TEACHER)
    commit, moved = store.commit, threading.Event()

    def withdrawn_meanwhile(changes: ChangeSet) -> Receipt:
        if changes.standing and not moved.is_set():
            moved.set()
            withdraw_consent(store, "k-1", by=_MOTHER, clock=desk.clock)
        return commit(changes)

    store.commit = withdrawn_meanwhile  # type: ignore[method-assign]
    seen = desk.get("child", "c-1", purpose=Purpose.CARE)
    assert moved.is_set()
    assert seen is not None
    assert "name" not in seen.document
    assert seen.decision.explain("name", "en") == Reason.CONSENT_WITHDRAWN.text.en


def test_every_paper_on_file_is_read(store: MemoryStore) -> None:
    """The mother agreed and the father refuses, in a paper behind hers: the refusal counts."""
    said = {"given": None, "refused": _DAY, "separate": False, "relation": ConsentRelation.FATHER}
    refusal = attrs.evolve(_CONSENT, id="k-2", guardian="father", **said)  # type: ignore[arg-type]
    store.commit(ChangeSet(command_id="father", puts=[consent_put(refusal)]))
    seen = _desk(store, _TEACHER).get("child", "c-1", purpose=Purpose.CARE)
    assert seen is not None
    assert "name" not in seen.document
    assert seen.decision.explain("name", "en") == Reason.CONSENT_REFUSED.text.en


def test_an_answer_rests_on_the_grant_that_allowed_it(store: MemoryStore) -> None:
    """A grant that is changed between the look and its entry costs the look, as a consent does."""
    grant = attrs.evolve(_GRANT, child="c-2")
    grant_access(store, grant, approver=_OFFICER, clock=FakeClock.on(_DAY))
    commit, moved = store.commit, threading.Event()

    def changed_meanwhile(changes: ChangeSet) -> Receipt:
        if changes.standing and not moved.is_set():
            moved.set()
            other = grant_put(attrs.evolve(grant, child="c-4"), expected_version=1)
            commit(ChangeSet(command_id="another child", puts=[other]))
        return commit(changes)

    store.commit = changed_meanwhile  # type: ignore[method-assign]
    seen = _desk(store, _TEACHER).get("child", "c-2", purpose=Purpose.SAFEGUARDING)
    assert moved.is_set()
    assert seen is not None
    assert (seen.document, seen.decision.grants) == ({}, ())


def test_a_record_that_never_rests_is_not_shown(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the record moves at every try, the look ends with the conflict and without an answer."""

    def moving(_: ChangeSet) -> Receipt:
        raise VersionConflictError("somebody else was faster: load it again")

    monkeypatch.setattr(store, "commit", moving)
    with pytest.raises(VersionConflictError):
        _desk(store, _OFFICER).get("child", "c-1", purpose=Purpose.CARE)


def test_a_search_finds_only_what_a_look_would_show(store: MemoryStore) -> None:
    """A director finds the children of the village, page by page, and a cursor never names a child elsewhere."""
    (moved,) = child_records([_child(4, _HERE)])  # so that two of the village stand side by side
    store.commit(ChangeSet(command_id="moves", puts=[attrs.evolve(moved, expected_version=1)]))
    for limit in range(1, 6):
        found, query = [], Query(kind="child", limit=limit)
        while True:
            page = _desk(store, _DIRECTOR).find(query, purpose=Purpose.CARE)
            found += [one.id for one in page.seen]
            if page.next is None:
                break
            assert page.next.id == found[-1]
            query = attrs.evolve(query, after=page.next)
        assert found == ["c-1", "c-3", "c-4", "c-5"]
    everybody = _desk(store, _OFFICER).find(Query(kind="child"), purpose=Purpose.CARE)
    assert [one.id for one in everybody.seen] == [f"c-{number}" for number in range(1, 7)]


def test_a_search_is_no_way_around_a_field(store: MemoryStore) -> None:
    """Asking for a column whose field the viewer may not see finds nothing, even where it would match."""
    by_village = Query(kind="child", within=Range(column="place", from_=_HERE.text, to=_HERE.text))
    assert len(_desk(store, _DIRECTOR).find(by_village, purpose=Purpose.CARE).seen) == 3
    by_number = Query(kind="child", equals={"identity": "520526201605010011"})
    assert _desk(store, _DIRECTOR).find(by_number, purpose=Purpose.CARE).seen == ()
    with pytest.raises(ValidationError, match="nobody has said"):
        _desk(store, _DIRECTOR).find(Query(kind="child", equals={"nickname": "x"}), purpose=Purpose.CARE)


@pytest.mark.parametrize("kind", ["diary", "data-key", "archive:unknown"])
def test_a_kind_nobody_classified_is_shown_to_nobody(store: MemoryStore, kind: str) -> None:
    """A kind of record without classes is refused, whoever asks; so is a kind whose classes show nothing."""
    desk = _desk(store, _OFFICER)
    with pytest.raises(NotFoundError, match="shown to nobody"):
        desk.get(kind, "x", purpose=Purpose.SAFEGUARDING)
    with pytest.raises(NotFoundError):
        desk.find(Query(kind=kind), purpose=Purpose.SAFEGUARDING)


def test_every_version_is_seen_through_todays_decision(store: MemoryStore) -> None:
    """The history shows each version, decided on as of today, with one entry for each."""
    record = store.load("child", "c-1")
    assert record is not None
    older = attrs.evolve(_child(1, _HERE), name="王大名")
    store.commit(
        ChangeSet(
            command_id="rename",
            puts=[attrs.evolve(next(child_records([older])), expected_version=record.version)],
        )
    )
    seen = _desk(store, _TEACHER).history("child", "c-1", purpose=Purpose.CARE)
    assert [one.document["name"] for one in seen] == ["王小1", "王大名"]
    assert [record.entry.action for record in store.audit()] == ["read-history", "read-history"]


def test_an_export_holds_what_the_search_shows(store: MemoryStore) -> None:
    """CSV, Excel and JSON have the same rows, with names for the director and none for figures."""
    desk, query = _desk(store, _DIRECTOR), Query(kind="child", limit=2)
    rows = list(csv.DictReader(io.StringIO(desk.export(query, purpose=Purpose.CARE).decode("utf-8-sig"))))
    assert [(row["record"], row["name"]) for row in rows] == [("c-1", "王小1"), ("c-3", "王小3"), ("c-5", "王小5")]
    assert "identity_number" not in rows[0]
    told = json.loads(desk.export(query, purpose=Purpose.CARE, format="json"))
    assert [one["document"]["name"] for one in told["records"]] == [row["name"] for row in rows]
    book = openpyxl.load_workbook(io.BytesIO(desk.export(query, purpose=Purpose.CARE, format="xlsx")))
    names = {str(cell.value) for line in book.worksheets[0].iter_rows() for cell in line}
    assert {"王小1", "王小3", "王小5"} <= names
    analyst = _desk(store, Viewer(id="a", role=Role.ANALYST, scope=Scope(program=True)))
    assert "王小" not in analyst.export(query, purpose=Purpose.STATISTICS).decode()


def test_no_export_says_a_thing_twice(store: MemoryStore) -> None:
    """What stands in columns of its own parts has none for the whole: a disability by kind and degree, lists as one."""
    deaf = Disability(kind=DisabilityKind.HEARING, degree=2)
    disabled = Health(status=HealthStatus.DISABLED, disability=deaf)
    put = next(child_records([attrs.evolve(_child(1, _HERE), health=disabled)]))
    store.commit(ChangeSet(command_id="disabled", puts=[attrs.evolve(put, expected_version=1)]))
    text = _desk(store, _DIRECTOR).export(Query(kind="child"), purpose=Purpose.AID).decode("utf-8-sig")
    heading = next(csv.reader(io.StringIO(text)))
    assert {"health.disability.kind", "health.disability.degree"} <= set(heading)
    assert not [one for one in heading if any(other.startswith(f"{one}.") for other in heading)]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝", "＋", "－", "＠"])
def test_no_exported_cell_is_a_formula(store: MemoryStore, sign: str) -> None:
    """A name that a spreadsheet would run is text in a workbook and begins with an apostrophe in CSV."""
    hostile = attrs.evolve(_child(7, _HERE), name=f"{sign}cmd|' /C calc'!A0")
    store.commit(ChangeSet(command_id="hostile", puts=list(child_records([hostile]))))
    desk = _desk(store, _DIRECTOR)
    text = desk.export(Query(kind="child"), purpose=Purpose.CARE).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert f"'{sign}cmd|' /C calc'!A0" in cells
    assert not any(cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in cells)
    book = openpyxl.load_workbook(io.BytesIO(desk.export(Query(kind="child"), purpose=Purpose.CARE, format="xlsx")))
    assert {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line if cell.value} == {"s"}


def test_a_copy_holds_every_kind_and_nothing_kept_for_protection(store: MemoryStore) -> None:
    """A mother gets the record, the pairing, the archive and the consent; not that somebody fears for the child."""
    report = _desk(store, _MOTHER).subject_report("c-1")
    assert {one.kind for one in report.records} == {"child", "pairing", "archive:learning", "consent"}
    for text in (report.to_json(_KINDS), report.to_text(_KINDS, language="en")):
        assert "王小1" in text
        assert "哮喘" in text
        assert "in_danger" not in text
        assert report.note.in_("zh" if text.startswith("{") else "en") in text
    assert {record.entry.action for record in store.audit()} == {"copy"}
    assert "王小1" not in repr(report)


def test_a_copy_does_not_tell_who_reported_a_case(store: MemoryStore) -> None:
    """A guardian reads which aid was given, and neither what was seen at home nor who said so; the director does."""
    case = {
        "child": "c-1",
        "opened_on": "2026-09-01",
        "kinds": ["guardianship"],
        "account": "手臂有淤青",
        "reported_by": "邻居孙七",
        "aid_given": [{"on": "2026-09-02", "aid": "living"}],
    }
    put = Put(kind="archive:hardship-case", id="hardship-case:c-1", document=case, index={"child": "c-1"})
    store.commit(ChangeSet(command_id="case", puts=[put]))
    copy = _desk(store, _MOTHER).subject_report("c-1").to_text(_KINDS)
    assert "已给予的救助" in copy
    assert not any(word in copy for word in ("淤青", "孙七", "guardianship", "监护缺失"))
    seen = _desk(store, _DIRECTOR).get("archive:hardship-case", "hardship-case:c-1", purpose=Purpose.SAFEGUARDING)
    assert seen is not None
    assert seen.document == case


@pytest.mark.parametrize(
    "viewer",
    [_OFFICER, _TEACHER, Viewer(id="uncle", role=Role.GUARDIAN), attrs.evolve(_MOTHER, scope=Scope(children=["c-2"]))],
    ids=["officer", "teacher", "no guardian", "guardian of another"],
)
def test_a_copy_is_for_the_child_and_its_guardian(store: MemoryStore, viewer: Viewer) -> None:
    """Nobody else gets a copy, whatever they may see otherwise."""
    with pytest.raises(NotFoundError):
        _desk(store, viewer).subject_report("c-1")


def test_a_broken_glass_shows_at_once_and_waits_for_review(store: MemoryStore) -> None:
    """The teacher of another class sees a child in danger, by a grant that the entry names and somebody reviews."""
    desk = _desk(store, attrs.evolve(_TEACHER, scope=Scope()))
    grant = desk.break_glass("c-2", reason="not seen since Friday")
    seen = desk.get("child", "c-2", purpose=Purpose.SAFEGUARDING)
    assert seen is not None
    assert seen.document["name"] == "王小2"
    assert [(one.entry.action, one.entry.grant) for one in store.audit()] == [
        ("break-glass", grant.id),
        ("read", grant.id),
    ]
    assert [one.id for one in glasses_to_review(store, reviewer=_OFFICER)] == [grant.id]
    own = _desk(store, _OFFICER).break_glass("c-2", reason="the township does not answer")
    assert [one.id for one in glasses_to_review(store, reviewer=_OFFICER)] == [grant.id]
    assert own.id in [one.id for one in glasses_to_review(store, reviewer=attrs.evolve(_OFFICER, id="another"))]
    elsewhere = Viewer(id="officer-2", role=Role.COUNTY_OFFICER, scope=Scope(places=[PlaceCode("520527")]))
    with pytest.raises(ValidationError, match="somebody who answers for the child"):
        review_glass(store, grant.id, by=elsewhere, clock=desk.clock)
    review_glass(store, grant.id, by=_OFFICER, clock=desk.clock)
    assert glasses_to_review(store, reviewer=_OFFICER) == ()
    later = _desk(store, attrs.evolve(_TEACHER, scope=Scope()), days=2).get(
        "child", "c-2", purpose=Purpose.SAFEGUARDING
    )
    assert later is not None
    assert later.document == {}


def test_a_grant_opens_one_child_until_its_last_day(store: MemoryStore) -> None:
    """Approved by the office, it is named in the entry of each look, and ends by itself."""
    grant_access(store, _GRANT, approver=_OFFICER, clock=FakeClock.on(_DAY))
    for days, names in ((0, {"王小3"}), (1, set())):
        seen = _desk(store, _TEACHER, days=days).get("child", "c-3", purpose=Purpose.SAFEGUARDING)
        assert seen is not None
        assert {value for value in seen.document.values() if isinstance(value, str)} & {"王小3"} == names
    with pytest.raises(ValidationError):
        grant_access(store, attrs.evolve(_GRANT, id="grant-2"), approver=_DIRECTOR, clock=FakeClock.on(_DAY))


def test_consents_are_brought_by_those_who_may(store: MemoryStore) -> None:
    """A guardian, or the office that answers for the child, brings a word; a teacher or a stranger does not."""
    clock, paper = FakeClock.on(_DAY), attrs.evolve(_CONSENT, id="k-2")
    keep_consent(store, paper, by=_MOTHER, clock=clock)
    keep_consent(store, attrs.evolve(paper, id="k-3"), by=_DIRECTOR, clock=clock)
    for by in (_TEACHER, attrs.evolve(_MOTHER, id="another"), attrs.evolve(_DIRECTOR, scope=Scope(places=[_THERE]))):
        with pytest.raises(ValidationError):
            keep_consent(store, attrs.evolve(paper, id="k-4"), by=by, clock=clock)
    assert [record.entry.action for record in store.audit()] == ["give-consent", "give-consent"]
    with pytest.raises(NotFoundError):
        withdraw_consent(store, "k-9", by=_MOTHER, clock=clock)


def test_who_turns_fourteen_is_known_beforehand() -> None:
    """The days on which papers have to be asked for anew come in their order."""
    births = [("c-1", dt.date(2012, 10, 1)), ("c-2", dt.date(2008, 9, 15)), ("c-3", dt.date(2000, 1, 1))]
    assert days_of_change(births, after=_DAY) == ((dt.date(2026, 9, 15), "c-2"), (dt.date(2026, 10, 1), "c-1"))


def test_old_archives_are_seen_in_their_newest_version(store: MemoryStore) -> None:
    """What version 1 wrote is lifted and shown through the classes of the current schema."""
    seen = _desk(store, _TEACHER).get("archive:learning", "learning:c-1", purpose=Purpose.EDUCATION)
    assert seen is not None
    assert seen.document == {"child": "c-1", "plans": [{"text": "每周两次"}]}
