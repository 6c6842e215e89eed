"""How do consents, grants, reviews and holds get on file?

Each function keeps one paper and the audit entry beside it in one change set. What a paper may say is checked where it
is made, in ``privacy``; here it is only asked whether whoever brings it may.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from careprogram.codec import from_document, to_document
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ports import AuditEntry, ChangeSet, Clock, Put, Query, Store
from careprogram.privacy import (
    AccessGrant,
    ConsentRecord,
    Purpose,
    Role,
    Subject,
    Viewer,
    check_approval,
    next_switch,
    reviewed,
    withdraw,
)
from careprogram.privacy.bases import OFFICES
from careprogram.program.record_kinds import ACCESS_GRANT, CONSENT, subject_of_child
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
    _keep(store, consent_put(consent), by=by, clock=clock, action=action, child=consent.child)


def withdraw_consent(store: Store, id_: str, *, by: Viewer, clock: Clock) -> ConsentRecord:
    """Withdraw a consent from today on, and return it as it stands now.

    Raises:
        NotFoundError: There is no such paper.
        ValidationError: It does not stand, or whoever brings the word may not; see `keep_consent`.
    """
    record = store.load(CONSENT, id_)
    if record is None:
        raise NotFoundError(f"no consent has the id {id_!r}")
    consent = from_document(ConsentRecord, record.document)
    _check_bringer(store, consent, by)
    gone = withdraw(consent, on=clock.today())
    put = consent_put(gone, expected_version=record.version)
    _keep(store, put, by=by, clock=clock, action="withdraw-consent", child=consent.child)
    return gone


def grant_access(store: Store, grant: AccessGrant, *, approver: Viewer, clock: Clock) -> None:
    """Put a grant on file that *approver* answers for.

    Raises:
        ValidationError: The approver may not give it, see `check_approval`.
    """
    subject = None if grant.child is None else _subject(store, grant.child)
    check_approval(grant, approver, subject=subject)
    _keep(store, grant_put(grant), by=approver, clock=clock, action="grant-access", child=grant.child)


def glasses_to_review(store: Store, *, reviewer: Viewer) -> tuple[AccessGrant, ...]:
    """Return the broken glasses that wait for a review and that *reviewer* can give, in order of id."""
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
        raise NotFoundError(f"no access grant has the id {id_!r}")
    grant = from_document(AccessGrant, record.document)
    if grant.child is None or not by.scope.covers(_subject(store, grant.child)):
        raise ValidationError(f"grant {id_} is reviewed by somebody who answers for the child", reason="scope")
    done = reviewed(grant, by=by)
    put = grant_put(done, expected_version=record.version)
    _keep(store, put, by=by, clock=clock, action="review-glass", child=grant.child)
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


def _keep(store: Store, put: Put, *, by: Viewer, clock: Clock, action: str, child: str | None) -> None:
    entry = AuditEntry(
        actor=by.id,
        action=action,
        subject_kind=put.kind if child is None else CHILD,
        subject_id=put.id if child is None else child,
        purpose=Purpose.SAFEGUARDING.value if put.kind == ACCESS_GRANT else "consent",
        at=clock.now(),
        grant=put.id if put.kind == ACCESS_GRANT else "",
    )
    store.commit(ChangeSet(command_id=f"{action}:{uuid.uuid4().hex}", puts=(put,), audit=(entry,)))


def days_of_change(births: Iterable[tuple[str, dt.date]], *, after: dt.date) -> tuple[tuple[dt.date, str], ...]:
    """Return who turns 14 or 18 when, behind *after*, the earliest first: whose papers have to be asked for anew.

    Args:
        births: Opaque ids with birth dates.
        after: The day before the first that counts.
    """
    days = ((next_switch(born, after=after), name) for name, born in births)
    return tuple(sorted((day, name) for day, name in days if day is not None))
