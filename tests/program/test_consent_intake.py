"""Do the consents that a roster states get on file, once, and do withdrawals and refusals end them?"""

import contextlib
import datetime as dt
import shutil
from pathlib import Path

import attrs
import pytest

from careprogram.codec import from_document
from careprogram.ids import ChildId
from careprogram.pairing import OrphanCause
from careprogram.people import Child, Consent, ConsentRelation, Residence
from careprogram.people.place_code import PlaceCode
from careprogram.ports import ChangeSet, Store
from careprogram.privacy import (
    ConsentGap,
    ConsentNotice,
    ConsentRecord,
    DataClass,
    Purpose,
    Role,
    Scope,
    Viewer,
)
from careprogram.program import Program, RunSummary
from careprogram.program.access import Access
from careprogram.program.consent_intake import ConsentIntake, take_in_consents
from careprogram.program.consents_heeded import heeding_papers
from careprogram.program.papers import keep_consent, withdraw_consent
from careprogram.program.record_kinds import CONSENT, record_kinds
from careprogram.program.records import child_records, pairings_on_file
from careprogram.program.save import all_records
from careprogram.testing.fakes import FakeClock, MemoryStore

_KEY = b"0123456789abcdef"
_DAY = dt.date(2026, 9, 1)
_CLOCK = FakeClock.on(_DAY)
_NOTICES = {
    "2026-1": ConsentNotice(
        purposes=frozenset({Purpose.EDUCATION}),
        data_classes=frozenset({DataClass.IDENTITY, DataClass.SCHOOLING}),
        separate=True,
    )
}
_GIVEN = Consent(given_on=_DAY, given_by=ConsentRelation.MOTHER, notice="2026-1")
_CHILD = Child(
    id=ChildId("c-1"),
    name="王小明",
    birth_date=dt.date(2016, 5, 1),
    residence=Residence(place=PlaceCode("520526101203")),
    consent=_GIVEN,
)
_OFFICE = Viewer(id="office", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
_TEACHER = Viewer(id="teacher-1", role=Role.TEACHER, scope=Scope(children=["c-1"]))


@pytest.fixture
def store() -> MemoryStore:
    """Return a store in which the child is on file."""
    store = MemoryStore()
    store.commit(ChangeSet(command_id="fill", puts=list(child_records([_CHILD]))))
    return store


def _take(store: MemoryStore, *children: Child, **changes: ConsentNotice) -> ConsentIntake:
    notices = {**_NOTICES, **changes}
    return take_in_consents(store, children, notices=notices, key=_KEY, actor="office", clock=_CLOCK)


def _papers(store: Store) -> list[ConsentRecord]:
    return [from_document(ConsentRecord, record.document) for record in all_records(store, CONSENT)]


def _name_seen(store: MemoryStore, purpose: Purpose = Purpose.EDUCATION) -> object:
    seen = Access(store=store, clock=_CLOCK, kinds=record_kinds({}), viewer=_TEACHER).get(
        "child", "c-1", purpose=purpose
    )
    assert seen is not None
    return seen.document.get("name")


def test_a_teacher_sees_a_name_once_the_roster_brought_the_paper(store: MemoryStore) -> None:
    """For the purpose of the notice and no other; taking the same roster in again writes nothing."""
    assert _name_seen(store) is None
    intake = _take(store, _CHILD)
    assert (intake.stated, intake.given, intake.withdrawn, dict(intake.gaps)) == (1, 1, 0, {})
    assert (_name_seen(store), _name_seen(store, Purpose.CARE)) == ("王小明", None)
    again = _take(store, _CHILD)
    assert (again.given, again.withdrawn) == (0, 0)
    entry = store.audit(after=0, limit=100)[1].entry
    assert (entry.action, entry.subject_id, entry.purpose) == ("give-consent", "c-1", "consent")


def test_a_withdrawal_on_the_roster_hides_at_once(store: MemoryStore) -> None:
    """From the day that the roster names, and the paper does not come back when a later roster forgets it."""
    _take(store, _CHILD)
    ended = attrs.evolve(_CHILD, consent=attrs.evolve(_GIVEN, withdrawn_on=_DAY))
    assert _take(store, ended).withdrawn == 1
    assert _name_seen(store) is None
    assert _take(store, _CHILD).given == 0
    assert _name_seen(store) is None


def test_a_refusal_ends_what_rosters_brought_and_names_what_others_brought(store: MemoryStore) -> None:
    """A "no" withdraws the roster's own papers; a consent brought by a guardian is for a person to ask about."""
    _take(store, _CHILD)
    mother = Viewer(id="g-7", role=Role.GUARDIAN, scope=Scope(children=["c-1"]))
    own = attrs.evolve(_papers(store)[0], id="paper-7", guardian="g-7")
    keep_consent(store, own, by=mother, clock=_CLOCK)
    intake = _take(store, attrs.evolve(_CHILD, consent=None))
    assert intake.withdrawn == 1
    assert dict(intake.gaps) == {"c-1": ConsentGap.REFUSED}
    assert _name_seen(store) is None  # whoever withdraws outweighs
    withdraw_consent(store, "paper-7", by=_OFFICE, clock=_CLOCK)
    assert dict(_take(store, attrs.evolve(_CHILD, consent=None)).gaps) == {}


def test_a_paper_on_file_is_never_widened(store: MemoryStore) -> None:
    """A notice that names more under the same version, or another end, is told and changes nothing on file."""
    _take(store, _CHILD)
    wider = ConsentNotice(purposes=frozenset(Purpose), data_classes=frozenset(DataClass), separate=True)
    intake = _take(store, _CHILD, **{"2026-1": wider})
    assert (intake.given, dict(intake.gaps)) == (0, {"c-1": ConsentGap.DIFFERS})
    longer = attrs.evolve(_CHILD, consent=attrs.evolve(_GIVEN, expires_on=dt.date(2030, 1, 1)))
    assert dict(_take(store, longer).gaps) == {"c-1": ConsentGap.DIFFERS}
    (paper,) = _papers(store)
    assert (paper.purposes, paper.expires) == (frozenset({Purpose.EDUCATION}), None)


def test_a_bare_tick_is_named_and_a_child_not_on_file_is_passed_over(store: MemoryStore) -> None:
    """A tick without a paper is a gap; whoever is not on file has no papers."""
    bare = attrs.evolve(_CHILD, consent=Consent(given_on=_DAY))
    stranger = attrs.evolve(_CHILD, id=ChildId("c-2"))
    intake = _take(store, bare, stranger)
    assert (intake.stated, intake.given, dict(intake.gaps)) == (1, 0, {"c-1": ConsentGap.NOT_STATED})
    assert _papers(store) == []


def test_a_pairing_ends_when_consent_is_withdrawn_at_the_office(ran: tuple[Path, RunSummary], tmp_path: Path) -> None:
    """A run files the papers of the roster, the next one none; a paper withdrawn since counts against its "yes"."""
    program, first = Program.load(shutil.copytree(ran[0], tmp_path / "county")), ran[1].consents
    assert (first.given > 50, first.withdrawn, first.gaps) == (True, 0, {})
    with contextlib.closing(program.open_store()) as store:
        paired = {one.child: one for one in pairings_on_file(store) if one.stands}
        paper = next(paper for paper in _papers(store) if paper.child in paired and Purpose.PAIRING in paper.purposes)
        withdraw_consent(store, paper.id, by=_OFFICE, clock=program.clock)
    second = program.run()
    assert (second.ended, second.consents.given, second.consents.withdrawn) == (1, 0, 0)
    with contextlib.closing(program.open_store()) as store:
        (gone,) = [one for one in pairings_on_file(store) if one.id == paired[paper.child].id]
        assert (gone.stands, OrphanCause.CHILD_CONSENT_ENDED.zh in str(gone.reason)) == (False, True)
        assert not [one for one in pairings_on_file(store) if one.child == paper.child and one.stands]
        assert [one.withdrawn is None for one in _papers(store) if one.id == paper.id] == [False]
        tomorrow = FakeClock.on(program.clock.today() + dt.timedelta(days=1))
        anew = attrs.evolve(paper, id="anew", given=tomorrow.today(), expires=None)
        keep_consent(store, anew, by=_OFFICE, clock=tomorrow)
        child = from_document(Child, store.load("child", paper.child).document)  # type: ignore[union-attr]
        for day, agrees in ((program.clock.today(), False), (tomorrow.today(), True)):
            (heeded,) = heeding_papers([child], store, today=day)
            assert (heeded.consent is not None) is agrees
