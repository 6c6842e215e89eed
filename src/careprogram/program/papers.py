"""How do consents, requests, grants and reviews get on file?

Each function keeps one paper and the audit entry beside it in one change set. What a paper may say is checked where it
is made, in ``privacy``; here it is only asked whether whoever brings it may.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from careprogram.codec import from_document, to_document
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ports import AuditEntry, ChangeSet, Clock, Erase, Put, Query, Store
from careprogram.privacy import (
    AccessGrant,
    AccessRequest,
    ConsentRecord,
    Purpose,
    Role,
    Subject,
    Viewer,
    check_approval,
    ended,
    granted,
    next_switch,
    reviewed,
    withdraw,
)
from careprogram.privacy.bases import OFFICES
from careprogram.privacy.grants import APPROVERS
from careprogram.program.record_kinds import ACCESS_GRANT, ACCESS_REQUEST, CONSENT, subject_of_child
from careprogram.program.records import CHILD
from careprogram.program.save import every_record


def consent_put(consent: ConsentRecord, *, expected_version: int = 0) -> Put:
    """Return the record of *consent*, found by child and guardian."""
    return Put(
        kind=CONSENT,
        id=consent.id,
        document=to_document(consent),
        expected_version=expected_version,
        index={"child": consent.child, "guardian": consent.guardian},
    )


def grant_put(grant: AccessGrant, *, expected_version: int = 0) -> Put:
    """Return the record of *grant*, found by grantee and child, and by who reviewed it where that has to be."""
    index: dict[str, str | None] = {"grantee": grant.grantee, "child": grant.child}
    if grant.break_glass:
        index["review"] = grant.reviewed_by
    return Put(
        kind=ACCESS_GRANT,
        id=grant.id,
        document=to_document(grant),
        expected_version=expected_version,
        index=index,
    )


def keep_consent(store: Store, consent: ConsentRecord, *, by: Viewer, clock: Clock) -> None:
    """Put a consent, or a refusal, on file.

    Raises:
        ValidationError: Whoever brings it is neither the office that answers for the child nor whoever gives the word.
        VersionConflictError: A paper of that id is on file.
    """
    _check_bringer(store, consent, by)
    action = "refuse-consent" if consent.given is None else "give-consent"
    _keep(store, consent_put(consent), by=by.id, clock=clock, action=action, child=consent.child)


def withdraw_consent(store: Store, id_: str, *, by: Viewer, clock: Clock) -> ConsentRecord:
    """Withdraw a consent from today on, and return it as it stands now.

    Raises:
        NotFoundError: There is no such paper.
        ValidationError: It does not stand, or whoever brings the word may not; see `keep_consent`.
    """
    record = store.load(CONSENT, id_)
    if record is None:
        raise _no_paper(CONSENT, id_)
    consent = from_document(ConsentRecord, record.document)
    _check_bringer(store, consent, by)
    gone = withdraw(consent, on=clock.today())
    put = consent_put(gone, expected_version=record.version)
    _keep(store, put, by=by.id, clock=clock, action="withdraw-consent", child=consent.child)
    return gone


def grant_access(store: Store, grant: AccessGrant, *, approver: Viewer, clock: Clock) -> None:
    """Put a grant on file that *approver* answers for.

    Raises:
        ValidationError: The approver may not give it, see `check_approval`.
    """
    subject = None if grant.child is None else _subject(store, grant.child)
    check_approval(grant, approver, subject=subject)
    _keep(store, grant_put(grant), by=approver.id, clock=clock, action="grant-access", child=grant.child)


def request_access(store: Store, request: AccessRequest, *, clock: Clock) -> None:
    """Put a request on file; it opens nothing until somebody approves it.

    Raises:
        NotFoundError: It is for a child that is not on file.
        VersionConflictError: A request of that id is on file.
    """
    if request.child is not None and store.load(CHILD, request.child) is None:
        raise _no_child(request.child)
    put = Put(
        kind=ACCESS_REQUEST,
        id=request.id,
        document=to_document(request),
        index={"grantee": request.grantee, "child": request.child},
    )
    _keep(store, put, by=request.grantee, clock=clock, action="ask-access", child=request.child)


def approve_request(store: Store, id_: str, *, approver: Viewer, clock: Clock) -> AccessGrant:
    """Make the grant that a request asks for; the request goes in the same change set.

    Raises:
        NotFoundError: There is no such request.
        ValidationError: The approver may not give it, see `check_approval`.
    """
    record = store.load(ACCESS_REQUEST, id_)
    if record is None:
        raise _no_paper(ACCESS_REQUEST, id_)
    grant = granted(from_document(AccessRequest, record.document), approver=approver)
    check_approval(grant, approver, subject=None if grant.child is None else _subject(store, grant.child))
    gone = Erase(kind=ACCESS_REQUEST, id=id_, expected_version=record.version)
    _keep(store, grant_put(grant), gone, by=approver.id, clock=clock, action="grant-access", child=grant.child)
    return grant


def end_grant(store: Store, id_: str, *, by: Viewer, clock: Clock) -> AccessGrant | None:
    """End a grant from today on, and return it as it reads now; None where only a request had to go.

    Raises:
        NotFoundError: There is no such grant or request.
        ValidationError: It is over already, or *by* neither holds it nor answers for the child or place.
    """
    request = store.load(ACCESS_REQUEST, id_)
    record = request or store.load(ACCESS_GRANT, id_)
    if record is None:
        raise _no_paper(ACCESS_GRANT, id_)
    paper: AccessGrant | AccessRequest
    if request is None:
        paper = from_document(AccessGrant, record.document)
    else:
        paper = from_document(AccessRequest, record.document)
    place = Subject(id="", place=paper.place)
    if by.id != paper.grantee and not by.scope.covers(place if paper.child is None else _subject(store, paper.child)):
        raise ValidationError(f"grant {id_} is ended by who holds it, or by who answers for the child", reason="scope")
    if isinstance(paper, AccessRequest):
        gone = Erase(kind=ACCESS_REQUEST, id=id_, expected_version=record.version)
        _keep(store, None, gone, by=by.id, clock=clock, action="drop-request", child=paper.child)
        return None
    done = ended(paper, by=by, on=clock.today())
    put = grant_put(done, expected_version=record.version)
    _keep(store, put, by=by.id, clock=clock, action="end-grant", child=paper.child)
    return done


def glasses_to_review(store: Store, *, reviewer: Viewer) -> tuple[AccessGrant, ...]:
    """Return the broken glasses that wait for a review and that *reviewer* can give, in order of id.

    Nobody else learns of one: its reason can tell a guardian who does harm that somebody noticed.
    """
    if reviewer.role not in APPROVERS:
        return ()
    found = every_record(store, Query(kind=ACCESS_GRANT, equals={"review": None}, limit=1_000))
    grants = (from_document(AccessGrant, record.document) for record in found)
    return tuple(
        grant
        for grant in grants
        if grant.grantee != reviewer.id
        and grant.child is not None
        and reviewer.scope.covers(_subject(store, grant.child))
    )


def review_glass(store: Store, id_: str, *, by: Viewer, clock: Clock) -> AccessGrant:
    """Write down that *by* has looked at a broken glass.

    Raises:
        NotFoundError: There is no such grant.
        ValidationError: It needs no review, or *by* cannot give it.
    """
    record = store.load(ACCESS_GRANT, id_)
    if record is None:
        raise _no_paper(ACCESS_GRANT, id_)
    grant = from_document(AccessGrant, record.document)
    if grant.child is None or not by.scope.covers(_subject(store, grant.child)):
        raise ValidationError(f"grant {id_} is reviewed by somebody who answers for the child", reason="scope")
    done = reviewed(grant, by=by)
    put = grant_put(done, expected_version=record.version)
    _keep(store, put, by=by.id, clock=clock, action="review-glass", child=grant.child)
    return done


def _subject(store: Store, child: str) -> Subject:
    record = store.load(CHILD, child)
    return subject_of_child(child, None if record is None else record.document)


def _check_bringer(store: Store, consent: ConsentRecord, by: Viewer) -> None:
    inside = by.scope.covers(_subject(store, consent.child))
    own = by.role in {Role.GUARDIAN, Role.CHILD} and by.id == consent.guardian
    if not (inside and (own or by.role in OFFICES)):
        raise ValidationError(
            f"consent {consent.id}: it is brought by whoever gives the word, or by the office of the child",
            reason="scope",
        )


def _keep(
    store: Store, put: Put | None, gone: Erase | None = None, *, by: str, clock: Clock, action: str, child: str | None
) -> None:
    """Keep a paper, or let one go, with the entry beside it."""
    paper = put or gone
    assert paper is not None
    opens = paper.kind in {ACCESS_GRANT, ACCESS_REQUEST}
    entry = AuditEntry(
        actor=by,
        action=action,
        subject_kind=paper.kind if child is None else CHILD,
        subject_id=paper.id if child is None else child,
        purpose=Purpose.SAFEGUARDING.value if opens else "consent",
        at=clock.now(),
        grant=paper.id if opens else "",
    )
    store.commit(
        ChangeSet(
            command_id=f"{action}:{uuid.uuid4().hex}",
            puts=() if put is None else (put,),
            erasures=() if gone is None else (gone,),
            audit=(entry,),
        )
    )


def _no_paper(kind: str, id_: str) -> NotFoundError:
    names = {ACCESS_REQUEST: ("access request", "查阅申请"), ACCESS_GRANT: ("access grant", "查阅授权")}
    en, zh = names.get(kind, ("consent", "同意书"))
    return NotFoundError(f"no {en} has the id {id_!r}").also_in_chinese(f"没有编号为“{id_}”的{zh}")


def _no_child(id_: str) -> NotFoundError:
    return NotFoundError(f"no child on file has the id {id_!r}").also_in_chinese(f"在册儿童中没有编号“{id_}”")


def days_of_change(births: Iterable[tuple[str, dt.date]], *, after: dt.date) -> tuple[tuple[dt.date, str], ...]:
    """Return who turns 14 or 18 when, behind *after*, the earliest first: whose papers have to be asked for anew.

    Args:
        births: Opaque ids with birth dates.
        after: The day before the first that counts.
    """
    days = ((next_switch(born, after=after), name) for name, born in births)
    return tuple(sorted((day, name) for day, name in days if day is not None))
