"""Who may approve what was asked for, and end a grant: is each asked for the child's place and their own clearance?"""

import datetime as dt

import attrs
import pytest

from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId
from careprogram.people import Child, PlaceCode, Residence
from careprogram.ports import ChangeSet
from careprogram.privacy import AccessRequest, Purpose, Role, Scope, Sensitivity, Viewer
from careprogram.program.papers import approve_request, end_grant, request_access
from careprogram.program.record_kinds import ACCESS_GRANT, ACCESS_REQUEST
from careprogram.program.records import child_records
from careprogram.testing.fakes import FakeClock, MemoryStore

_DAY = dt.date(2026, 9, 1)
_CLOCK = FakeClock.on(_DAY)
_HERE, _ELSEWHERE = PlaceCode("520526101203"), PlaceCode("520526102")
_REQUEST = AccessRequest(
    id="grant-1",
    grantee="teacher-9",
    child="c-1",
    purposes=frozenset({Purpose.SAFEGUARDING}),
    up_to=Sensitivity.SENSITIVE,
    reason="stands in",
    from_=_DAY,
    until=_DAY + dt.timedelta(days=9),
    asked_on=_DAY,
)
_SUPERVISOR = Viewer(id="s-1", role=Role.TOWNSHIP_SUPERVISOR, scope=Scope(places=[PlaceCode("520526101")]))
_OTHER = Viewer(id="s-2", role=Role.TOWNSHIP_SUPERVISOR, scope=Scope(places=[_ELSEWHERE]))
_GRANTEE = Viewer(id="teacher-9", role=Role.TEACHER)


@pytest.fixture
def store() -> MemoryStore:
    """Return a store with one child and one request."""
    store = MemoryStore()
    child = Child(id=ChildId("c-1"), residence=Residence(place=_HERE))
    store.commit(ChangeSet(command_id="fill", puts=list(child_records([child]))))
    request_access(store, _REQUEST, clock=_CLOCK)
    return store


def test_a_request_becomes_a_grant_once(store: MemoryStore) -> None:
    """The grant says what was asked, the request is gone with it, and there is nothing to approve a second time."""
    grant = approve_request(store, "grant-1", approver=_SUPERVISOR, clock=_CLOCK)
    assert (grant.grantee, grant.up_to, grant.until) == ("teacher-9", Sensitivity.SENSITIVE, _REQUEST.until)
    assert (store.load(ACCESS_REQUEST, "grant-1"), store.load(ACCESS_GRANT, "grant-1") is not None) == (None, True)
    with pytest.raises(NotFoundError):
        approve_request(store, "grant-1", approver=_SUPERVISOR, clock=_CLOCK)


@pytest.mark.parametrize(
    ("approver", "changes"),
    [
        (_OTHER, {}),
        (attrs.evolve(_SUPERVISOR, id="teacher-9"), {}),
        (Viewer(id="d-1", role=Role.VILLAGE_DIRECTOR, scope=Scope(places=[_HERE])), {}),
        (_SUPERVISOR, {"purposes": frozenset({Purpose.CARE})}),
        (_SUPERVISOR, {"child": None, "place": _ELSEWHERE}),
    ],
    ids=["elsewhere", "their own", "no approver", "further than they may look", "another place"],
)
def test_nobody_approves_what_they_do_not_answer_for(
    store: MemoryStore, approver: Viewer, changes: dict[str, object]
) -> None:
    """Refused, and the request stays as it was."""
    request_access(store, attrs.evolve(_REQUEST, id="grant-2", **changes), clock=_CLOCK)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        approve_request(store, "grant-2", approver=approver, clock=_CLOCK)
    assert store.load(ACCESS_GRANT, "grant-2") is None
    assert store.load(ACCESS_REQUEST, "grant-2") is not None


def test_a_grant_is_ended_by_who_holds_it_or_answers_for_the_child(store: MemoryStore) -> None:
    """Somebody from elsewhere ends nothing, neither a grant nor a request."""
    for _ in range(2):
        with pytest.raises(ValidationError):
            end_grant(store, "grant-1", by=_OTHER, clock=_CLOCK)
        if store.load(ACCESS_REQUEST, "grant-1") is not None:
            approve_request(store, "grant-1", approver=_SUPERVISOR, clock=_CLOCK)
    gone = end_grant(store, "grant-1", by=_GRANTEE, clock=_CLOCK)
    assert gone is not None
    assert gone.ended_on == _DAY
    assert [one.entry.action for one in store.audit()] == ["ask-access", "grant-access", "end-grant"]
