"""Are consents, grants, scopes and viewers refused where they cannot be what they claim?"""

import datetime as dt
from typing import Any

import attrs
import pytest

from careprogram.codec import from_document, to_document
from careprogram.errors import ValidationError
from careprogram.people import PlaceCode
from careprogram.privacy import (
    AccessGrant,
    AccessRequest,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    LegalBasis,
    Purpose,
    Role,
    Say,
    Scope,
    Sensitivity,
    Subject,
    Viewer,
    break_glass,
    check_approval,
    ended,
    granted,
    legal_basis,
    next_switch,
    reviewed,
    say_on,
    withdraw,
)

_DAY = dt.date(2026, 9, 1)
_VILLAGE = PlaceCode("520526101203")
_CONSENT = ConsentRecord(
    id="k-1",
    child="c-1",
    guardian="g-1",
    relation=ConsentRelation.FATHER,
    purposes=frozenset({Purpose.CARE}),
    data_classes=frozenset({DataClass.HEALTH}),
    notice_version="2026-1",
    given=_DAY,
)
_GRANT = AccessGrant(
    id="grant-1",
    grantee="t-1",
    child="c-1",
    purposes=frozenset({Purpose.CARE}),
    up_to=Sensitivity.PERSONAL,
    approved_by="officer-1",
    approver_role=Role.COUNTY_OFFICER,
    reason="stands in for a colleague",
    from_=_DAY,
    until=_DAY,
)
_OFFICER = Viewer(id="officer-1", role=Role.COUNTY_OFFICER, scope=Scope(places=[PlaceCode("520526")]))


@pytest.mark.parametrize(
    "fault",
    [
        {"notice_version": ""},
        {"purposes": frozenset()},
        {"data_classes": frozenset()},
        {"given": None},
        {"refused": _DAY},
        {"given": None, "refused": _DAY, "withdrawn": _DAY},
        {"expires": _DAY - dt.timedelta(days=1)},
        {"withdrawn": _DAY - dt.timedelta(days=1)},
        {"relation": ConsentRelation.SELF},
        {"guardian": "c-1"},
    ],
    ids=str,
)
def test_a_consent_that_cannot_be_is_refused(fault: dict[str, Any]) -> None:
    """A consent is given or refused, by a guardian or by the child, for something, and ends after it began."""
    with pytest.raises(ValidationError):
        attrs.evolve(_CONSENT, **fault)


@pytest.mark.parametrize(
    "fault",
    [
        {"reason": " "},
        {"purposes": frozenset()},
        {"child": None},
        {"place": _VILLAGE},
        {"until": _DAY - dt.timedelta(days=1)},
        {"until": _DAY + dt.timedelta(days=400)},
        {"approved_by": "t-1"},
        {"approver_role": Role.TEACHER},
        {"break_glass": True},
        {"break_glass": True, "approved_by": "t-1"},
    ],
    ids=str,
)
def test_a_grant_that_cannot_be_is_refused(fault: dict[str, Any]) -> None:
    """A grant is for one child or place, with a reason and a last day, approved by a responsible other person."""
    with pytest.raises(ValidationError):
        attrs.evolve(_GRANT, **fault)


def test_a_grant_without_a_last_day_cannot_be_written() -> None:
    """The last day has no default: a grant that never ends does not exist."""
    assert attrs.fields(AccessGrant).until.default is attrs.NOTHING


@pytest.mark.parametrize("record", [_CONSENT, _GRANT, attrs.evolve(_GRANT, child=None, place=_VILLAGE)], ids=repr)
def test_papers_are_kept_and_come_back(record: Any) -> None:
    """Consents and grants survive being written as documents."""
    assert from_document(type(record), to_document(record)) == record


def test_a_consent_is_withdrawn_once() -> None:
    """From the day of withdrawal it no longer stands; there is nothing to withdraw a second time."""
    gone = withdraw(_CONSENT, on=_DAY + dt.timedelta(days=1))

    def say(day: dt.date) -> Say:
        return say_on(
            [gone],
            subject=Subject(id="c-1", birth_date=dt.date(2011, 1, 1)),
            purpose=Purpose.CARE,
            data_class=DataClass.HEALTH,
            separate=False,
            as_of=day,
        )

    assert [say(_DAY + dt.timedelta(days=days)) for days in (-1, 0, 1)] == [Say.MISSING, Say.GIVEN, Say.WITHDRAWN]
    with pytest.raises(ValidationError, match="nothing to withdraw"):
        withdraw(gone, on=_DAY)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.VILLAGE_DIRECTOR, Scope(places=[PlaceCode("520526101")])),
        (Role.TOWNSHIP_SUPERVISOR, Scope(places=[PlaceCode("520526")])),
        (Role.TEACHER, Scope(places=[_VILLAGE])),
        (Role.HELPER, Scope(program=True)),
        (Role.CHILD, Scope(children=["another"])),
        (Role.PUBLIC, Scope(children=["c-1"])),
    ],
    ids=str,
)
def test_a_scope_is_bounded_by_the_role(role: Role, scope: Scope) -> None:
    """Nobody is given a wider scope than their role can answer for."""
    with pytest.raises(ValidationError):
        Viewer(id="v-1", role=role, scope=scope)


def test_an_unknown_place_is_in_no_place() -> None:
    """A child whose village nobody knows is covered by the whole program alone; nobody's scope is empty-handed."""
    lost = Subject(id="c-1")
    assert not Scope(places=[PlaceCode("52")]).covers(lost)
    assert Scope(program=True).covers(lost)
    assert not Scope(children=[""]).covers(Subject(id=""))


def test_an_ended_grant_lets_nobody_in_from_that_day_on() -> None:
    """Before the day it does; it is ended once, by who holds it or by an approver."""
    teacher, child = Viewer(id="t-1", role=Role.TEACHER), Subject(id="c-1")
    long = attrs.evolve(_GRANT, until=_DAY + dt.timedelta(days=9))
    for by in (teacher, _OFFICER):
        gone = ended(long, by=by, on=_DAY + dt.timedelta(days=3))
        days = [_DAY + dt.timedelta(days=n) for n in range(10)]
        assert [gone.allows(teacher, child, purpose=Purpose.CARE, as_of=day) for day in days] == [True] * 3 + [
            False
        ] * 7
        with pytest.raises(ValidationError):
            ended(gone, by=by, on=_DAY)
    with pytest.raises(ValidationError):
        ended(long, by=Viewer(id="t-2", role=Role.TEACHER), on=_DAY)
    with pytest.raises(ValidationError):
        ended(_GRANT, by=teacher, on=_DAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    "fault",
    [
        {"reason": " "},
        {"purposes": frozenset()},
        {"child": None},
        {"place": _VILLAGE},
        {"until": _DAY + dt.timedelta(days=400)},
    ],
    ids=str,
)
def test_a_request_that_no_grant_could_be_made_of_is_refused(fault: dict[str, Any]) -> None:
    """It is for one child or place, with a reason and a last day; nobody approves their own."""
    words = ("id", "grantee", "child", "place", "purposes", "up_to", "reason", "from_", "until")
    request = AccessRequest(**{name: getattr(_GRANT, name) for name in words}, asked_on=_DAY)
    assert granted(request, approver=_OFFICER) == _GRANT
    assert from_document(AccessRequest, to_document(request)) == request
    with pytest.raises(ValidationError):
        granted(request, approver=Viewer(id="t-1", role=Role.COUNTY_OFFICER))
    with pytest.raises(ValidationError):
        attrs.evolve(request, **fault)


def test_nobody_lets_another_see_more_than_they_may() -> None:
    """An approver answers for the child or place, and sees as far as the grant reaches, for each purpose."""
    child = Subject(id="c-1", place=_VILLAGE)
    check_approval(_GRANT, _OFFICER, subject=child)
    check_approval(attrs.evolve(_GRANT, child=None, place=_VILLAGE), _OFFICER)
    for grant, approver, subject in (
        (_GRANT, attrs.evolve(_OFFICER, scope=Scope()), child),
        (_GRANT, _OFFICER, Subject(id="c-1", place=PlaceCode("520527101201"))),
        (_GRANT, _OFFICER, None),
        (_GRANT, attrs.evolve(_OFFICER, id="officer-2"), child),
        (attrs.evolve(_GRANT, up_to=Sensitivity.SENSITIVE), _OFFICER, child),
    ):
        with pytest.raises(ValidationError):
            check_approval(grant, approver, subject=subject)


def test_a_broken_glass_is_reviewed_by_somebody_else() -> None:
    """It waits until a responsible person who did not use it has looked at it, and is looked at once."""
    viewer = Viewer(id="officer-2", role=Role.COUNTY_OFFICER)
    grant = break_glass(viewer, "c-1", reason="danger", as_of=_DAY, id="glass")
    with pytest.raises(ValidationError):
        reviewed(grant, by=viewer)
    child = Subject(id="c-1", place=_VILLAGE)
    answering = attrs.evolve(viewer, scope=_OFFICER.scope)
    with pytest.raises(ValidationError, match="another approver"):  # nor is it a grant that its user approved
        check_approval(grant, answering, subject=child)
    done = reviewed(grant, by=_OFFICER)
    assert (grant.to_be_reviewed, done.to_be_reviewed) == (True, False)
    with pytest.raises(ValidationError):
        reviewed(done, by=_OFFICER)


@pytest.mark.parametrize("role", [Role.GUARDIAN, Role.CHILD, Role.PUBLIC])
def test_who_does_not_work_with_children_breaks_no_glass(role: Role) -> None:
    """A guardian cannot let themselves into what protects the child from them."""
    with pytest.raises(ValidationError, match="who work with children"):
        break_glass(Viewer(id="x", role=role), "c-1", reason="danger", as_of=_DAY, id="glass")


def test_no_guardian_can_stop_protection() -> None:
    """Protection waits for nobody's consent; whatever leaves the office for helpers and teachers does."""
    assert {legal_basis(role, Purpose.SAFEGUARDING) for role in Role} == {LegalBasis.DUTY, LegalBasis.RIGHT}
    for role in (Role.HELPER, Role.TEACHER):
        assert legal_basis(role, Purpose.CARE) is LegalBasis.CONSENT


def test_the_days_of_change_are_known_beforehand() -> None:
    """The next birthday on which other words count can be put into a calendar."""
    born = dt.date(2012, 2, 29)
    assert next_switch(born, after=dt.date(2026, 2, 28)) == dt.date(2026, 3, 1)
    assert next_switch(born, after=dt.date(2026, 3, 1)) == dt.date(2030, 3, 1)
    assert next_switch(born, after=dt.date(2030, 3, 1)) is None
