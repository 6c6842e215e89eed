"""The lists for the office show just what `privacy.view` shows to their reader, cell by cell and row by row."""

import datetime as dt
import io
import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from careprogram.codec import to_document
from careprogram.ids import HelperId
from careprogram.people import Child, Helper, HelperKind, Office, Parent, ParentStatus, PlaceCode, VillageLink
from careprogram.privacy import (
    NOT_SEEN,
    AccessGrant,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    Purpose,
    Role,
    Scope,
    Sensitivity,
    Viewer,
    view,
)
from careprogram.program.record_kinds import subject_in_office, subject_of_child, subject_of_helper
from careprogram.reports import (
    LIST_PURPOSES,
    ListReader,
    Situation,
    duty_book,
    pairing_book,
    verdict_book,
    verdicts_json,
)
from careprogram.reports.list_reader import OF_CHILD, OF_HELPER, OF_LINK, Listed, office_reader, subject_of
from careprogram.reports.list_rows import NOT_SHOWN
from careprogram.rosters.cell_paths import paths_of
from careprogram.rosters.write import COLUMNS, PARTIAL, roster_table, write_roster, written_paths
from careprogram.testing import strategies
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 8, 31)
CASES = max(15, (settings.default.max_examples if settings.default else 0) // 4)
OFFICER = Viewer(id="o-1", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
TOWNSHIP = Viewer(id="t-1", role=Role.TOWNSHIP_SUPERVISOR, scope=Scope(places=[PlaceCode("520526101")]))


def _viewers() -> st.SearchStrategy[Viewer]:
    return st.sampled_from(
        [
            OFFICER,
            TOWNSHIP,
            Viewer(id="v-1", role=Role.VILLAGE_DIRECTOR, scope=Scope(places=[PlaceCode("520526101201")])),
            Viewer(id="a-1", role=Role.ANALYST, scope=Scope(program=True)),
            Viewer(id="h-1", role=Role.HELPER),
        ]
    )


def _grants(child: str) -> st.SearchStrategy[tuple[AccessGrant, ...]]:
    def grant(grantee: str, up_to: Sensitivity, purposes: frozenset[Purpose]) -> AccessGrant:
        return AccessGrant(
            id=f"g-{grantee}-{up_to.value}",
            grantee=grantee,
            child=child,
            purposes=purposes,
            up_to=up_to,
            approved_by="boss",
            approver_role=Role.COUNTY_OFFICER,
            reason="r",
            from_=AS_OF,
            until=AS_OF,
        )

    some = st.builds(
        grant,
        st.sampled_from(["t-1", "h-1", "x"]),
        st.sampled_from(Sensitivity),
        st.frozensets(st.sampled_from(Purpose), min_size=1),
    )
    return st.lists(some, max_size=2, unique_by=lambda one: one.id).map(tuple)


def _consents(child: str) -> st.SearchStrategy[tuple[ConsentRecord, ...]]:
    one = st.builds(
        ConsentRecord,
        id=st.just("k"),
        child=st.just(child),
        guardian=st.just("mother"),
        relation=st.just(ConsentRelation.MOTHER),
        purposes=st.frozensets(st.sampled_from(Purpose), min_size=1),
        data_classes=st.frozensets(st.sampled_from(DataClass), min_size=1),
        notice_version=st.just("1"),
        given=st.just(AS_OF),
        separate=st.booleans(),
    )
    return st.lists(one, max_size=1).map(tuple)


def _at(document: object, path: str) -> object:
    for name in path.split("."):
        document = document.get(name, NOT_SEEN) if isinstance(document, dict) else NOT_SEEN
    return document


def _plain_paths(listed: Listed) -> list[str]:
    fields = listed.classification
    return [path for path in fields.classes if "[]" not in path and not fields.holds_fields(path)]


@settings(max_examples=CASES)
@given(data=st.data(), viewer=_viewers(), purposes=st.sets(st.sampled_from(Purpose), min_size=1, max_size=3))
def test_a_cell_is_what_view_shows(data: st.DataObject, viewer: Viewer, purposes: set[Purpose]) -> None:
    """For any reader, paper and grant each cell is the field of `view`, also for the second of two that are alike."""
    people: list[tuple[Child | Helper, Listed]] = [
        (data.draw(strategies.children(as_of=AS_OF)), OF_CHILD),
        (data.draw(strategies.children(as_of=AS_OF)), OF_CHILD),
        (data.draw(strategies.helpers(as_of=AS_OF)), OF_HELPER),
    ]
    grants, consents = data.draw(_grants(people[0][0].id)), data.draw(_consents(people[1][0].id))
    reader = ListReader(
        viewer=viewer,
        purposes=tuple(purposes),
        as_of=AS_OF,
        grants=grants,
        consents={people[1][0].id: consents},
    )
    for record, listed in people:
        document = to_document(record)
        of = subject_of_child if listed is OF_CHILD else subject_of_helper
        assert subject_of(record) == of(record.id, document)
        papers = consents if record.id == people[1][0].id else ()
        seen = [
            view(
                document,
                listed.classification,
                subject=subject_of(record),
                viewer=viewer,
                purpose=purpose,
                as_of=AS_OF,
                grants=grants,
                consents=papers,
            )
            for purpose in purposes
        ]
        read = reader.of(listed, subject_of(record))
        for path in _plain_paths(listed):
            value = _at(document, path)
            if value is NOT_SEEN:
                continue
            shown = [found for found in (_at(one, path) for one in seen) if found is not NOT_SEEN]
            best = next((one for one in shown if one == value), shown[0] if shown else NOT_SEEN)
            assert read.cell(path, value) == best, path
            assert (f"{listed.name}.{path}" in reader.given_out) >= (best is not NOT_SEEN)


def test_who_answers_for_a_place_is_the_subject_of_its_link() -> None:
    """A list and the desk read a village link as about the same person."""
    link = VillageLink(place=PlaceCode("520526101201"), person="v1", office=Office.VILLAGE_DIRECTOR)
    assert subject_of(link) == subject_in_office(link.place.text)
    assert office_reader("duties", AS_OF).of(OF_LINK, subject_of(link)).may_find("place")


def _texts(book: bytes) -> str:
    found = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return str([found.get_sheet_by_name(name).to_python() for name in found.sheet_names])


def _for_education(situation: Situation) -> ListReader:
    """Return an officer who looks for education, to which every guardian has agreed: names are masked then."""
    agreed = {
        child.id: (
            ConsentRecord(
                id=f"k-{child.id}",
                child=child.id,
                guardian="mother",
                relation=ConsentRelation.MOTHER,
                purposes=frozenset({Purpose.EDUCATION}),
                data_classes=frozenset(DataClass),
                notice_version="1",
                given=AS_OF,
                separate=True,
            ),
        )
        for child in situation.children
    }
    return ListReader(viewer=OFFICER, purposes=(Purpose.EDUCATION,), as_of=AS_OF, consents=agreed)


@pytest.mark.promise
def test_a_masked_name_stands_masked_in_every_list(situation: Situation) -> None:
    """To an officer who looks for education a child's name is partly hidden, whichever list it stands in."""
    reader = _for_education(situation)
    texts = _texts(duty_book(situation, reader=reader))
    assert "张**" in texts
    assert "张小" not in texts + _texts(pairing_book(situation, reader=reader))
    table = roster_table(situation.children, seen=lambda child: reader.of(OF_CHILD, subject_of(child)).decision)
    roster = str([*table.rows])
    assert "张**" in roster
    assert "张小" not in roster
    assert "秘密街" not in roster


@pytest.mark.promise
def test_a_verdict_is_not_listed_for_a_purpose_it_was_not_made_for(situation: Situation) -> None:
    """For education there is no list of verdicts at all, neither as a workbook nor as data."""
    reader = ListReader(viewer=OFFICER, purposes=(Purpose.EDUCATION,), as_of=AS_OF)
    assert "c1" not in _texts(verdict_book(situation, reader=reader, explain=lambda *_: "why"))
    assert json.loads(verdicts_json(situation, reader=reader))["verdicts"] == []


@pytest.mark.promise
def test_a_township_gets_rows_of_its_own_children_only(situation: Situation) -> None:
    """Children of another township, and those of whom nobody knows where they live, have no row in any list."""
    for which, book in (("pairings", pairing_book), ("verdicts", verdict_book), ("duties", duty_book)):
        reader = ListReader(viewer=TOWNSHIP, purposes=LIST_PURPOSES[which], as_of=AS_OF)
        texts = _texts(book(situation, reader=reader))
        assert "'c1'" in texts
        assert not [number for number in (4, 5, 6) if f"'c{number}'" in texts]
    reader = ListReader(viewer=TOWNSHIP, purposes=LIST_PURPOSES["verdicts"], as_of=AS_OF)
    listed = {row["child"] for row in json.loads(verdicts_json(situation, reader=reader))["verdicts"]}
    assert listed == {"c1", "c2", "c3", "c7", "c8"}


def test_a_cell_that_may_not_be_seen_says_just_that(situation: Situation) -> None:
    """A helper's name is not gathered for aid: in a list for aid every cell for one says the same words."""
    reader = ListReader(viewer=OFFICER, purposes=(Purpose.AID, Purpose.SAFEGUARDING), as_of=AS_OF)
    assert NOT_SHOWN.zh not in _texts(pairing_book(situation, reader=reader))
    reader = ListReader(viewer=TOWNSHIP, purposes=(Purpose.CARE,), as_of=AS_OF)
    away = attrs.evolve(situation.helpers[0], residence=situation.children[3].residence)
    texts = _texts(pairing_book(attrs.evolve(situation, helpers=(away, *situation.helpers[1:])), reader=reader))
    assert NOT_SHOWN.zh in texts
    assert "李老师" not in texts


def test_what_a_list_gave_out_is_remembered(situation: Situation) -> None:
    """The paths of every field that a list shows stand ready for its entry in the trail, and no other."""
    reader = office_reader("duties", AS_OF)
    duty_book(situation, reader=reader)
    assert {"child.id", "child.name", "child.residence.place", "duty.title", "helper.name", "link.name"} <= set(
        reader.given_out
    )
    assert "child.identity_number" not in reader.given_out


def test_every_column_of_the_roster_tells_of_classified_fields() -> None:
    """No cell is written whose fields nobody has classified."""
    classified = OF_CHILD.classification.classes
    assert set(written_paths()) <= set(classified)
    assert len(written_paths()) > 90


@settings(max_examples=CASES)
@given(child=strategies.children(as_of=AS_OF), viewer=_viewers(), purpose=st.sampled_from(Purpose))
def test_a_roster_holds_what_its_reader_sees(child: Child, viewer: Viewer, purpose: Purpose) -> None:
    """Each cell of a roster is the whole one, a masked one or empty, as `view` shows the fields that it tells of."""
    reader = ListReader(viewer=viewer, purposes=(purpose,), as_of=AS_OF)
    document, read = to_document(child), reader.of(OF_CHILD, subject_of(child))
    seen = view(
        document, OF_CHILD.classification, subject=subject_of(child), viewer=viewer, purpose=purpose, as_of=AS_OF
    )
    (whole,), (cells,) = roster_table([child]).rows, roster_table([child], seen=lambda _: read.decision).rows
    for column, full, cell in zip(COLUMNS, whole, cells, strict=True):
        known = [(_at(document, path), _at(seen, path)) for path in paths_of(column.field)]
        # Of a container that is there `view` shows what is left; what was in it is compared by its own path.
        pairs = [(was, now) for was, now in known if was is not NOT_SEEN and not isinstance(was, dict)]
        if cell == full and full and pairs:
            assert all(was == now for was, now in pairs), column.path
        if any(now is NOT_SEEN for _, now in pairs):
            assert cell == "", column.path
    if any(full and full != cell for full, cell in zip(whole, cells, strict=True)):
        book = CalamineWorkbook.from_filelike(io.BytesIO(write_roster([child], seen=lambda _: read.decision)))
        assert PARTIAL in str(book.get_sheet_by_index(0).to_python()[0])


def test_an_unknown_answer_is_no_masked_one(situation: Situation) -> None:
    """The mask of a gap is the gap: no stars stand where nobody answered."""
    child, reader = attrs.evolve(situation.children[0], name=UNKNOWN), _for_education(situation)
    (cells,) = roster_table([child], seen=lambda one: reader.of(OF_CHILD, subject_of(one)).decision).rows
    named = dict(zip((column.field.id for column in COLUMNS), cells, strict=True))
    assert "*" not in named["child.name"]
    assert "*" in named["child.birth_date"]


@pytest.mark.promise
@pytest.mark.parametrize("order", [1, -1])
def test_nobody_is_shown_what_holds_for_another_age(order: int) -> None:
    """A grown-up helper has agreed by taking part; one of 16 has not, whoever of the two is asked about first."""
    grown = Helper(id=HelperId("h-1"), kind=HelperKind.DEDICATED_VOLUNTEER, name="甲", birth_date=dt.date(1990, 1, 1))
    young = attrs.evolve(grown, id=HelperId("h-2"), birth_date=dt.date(2010, 1, 1))
    reader = ListReader(viewer=OFFICER, purposes=(Purpose.PAIRING,), as_of=AS_OF)
    seen = {one.id: reader.of(OF_HELPER, subject_of(one)).cell("name", one.name) for one in (grown, young)[::order]}
    assert seen == {"h-1": "甲", "h-2": NOT_SEEN}


@pytest.mark.promise
def test_a_mark_of_death_is_no_name(situation: Situation) -> None:
    """Whoever may read the name of a father and not his status gets an empty cell: the mark would tell that he died."""
    dead = attrs.evolve(situation.children[0], father=Parent(status=ParentStatus.DECEASED))
    cells = {}
    for purpose in (Purpose.CARE, Purpose.AID):
        reader = ListReader(viewer=OFFICER, purposes=(purpose,), as_of=AS_OF)
        read = reader.of(OF_CHILD, subject_of(dead))
        (row,) = roster_table([dead], seen=lambda _, read=read: read.decision).rows  # type: ignore[misc]
        cells[purpose] = dict(zip((column.field.id for column in COLUMNS), row, strict=True))["father.name"]
    assert cells == {Purpose.CARE: "", Purpose.AID: "—"}
