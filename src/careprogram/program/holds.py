"""May the records of this child be erased, or is a case open?

A legal hold keeps everything about one child while somebody looks into harm or a court does, whoever asks for erasure
(PIPL 47: where the law demands that it be kept). There is one record a child; opening and closing a hold are versions
of it. Who holds what reason is for those who protect the child, and is never in a copy.
"""

import datetime as dt
import uuid

import attrs

from careprogram.codec import from_document, to_document
from careprogram.errors import LegalHoldError, NotFoundError, ValidationError
from careprogram.ports import AuditEntry, ChangeSet, Clock, Put, Store
from careprogram.privacy import Purpose, Role, Viewer
from careprogram.program.record_kinds import LEGAL_HOLD, subject_of_child
from careprogram.program.records import CHILD

HOLDERS = frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_SUPERVISOR})
"""Who opens and closes a hold."""


@attrs.frozen(kw_only=True)
class LegalHold:
    """That the records of a child are kept.

    Attributes:
        child: Opaque id.
        case: The number of the case, or another word without content.
        opened_on: First day.
        opened_by: Opaque id of who opened it.
        closed_on: First day on which it holds no longer; None while it does.
        closed_by: Opaque id of who closed it.
    """

    child: str
    case: str
    opened_on: dt.date
    opened_by: str
    closed_on: dt.date | None = None
    closed_by: str | None = None

    @property
    def stands(self) -> bool:
        """Whether nothing of the child may be erased."""
        return self.closed_on is None


def hold_on_file(store: Store, child: str) -> tuple[LegalHold | None, int]:
    """Return the last hold of *child*, open or closed, and its version; None and 0 where there is none."""
    record = store.load(LEGAL_HOLD, child)
    return (None, 0) if record is None else (from_document(LegalHold, record.document), record.version)


def hold_put(hold: LegalHold, *, expected_version: int) -> Put:
    """Return the record of *hold*."""
    return Put(
        kind=LEGAL_HOLD,
        id=hold.child,
        document=to_document(hold),
        expected_version=expected_version,
        index={"child": hold.child},
    )


def open_hold(store: Store, child: str, *, case: str, by: Viewer, clock: Clock) -> LegalHold:
    """Keep everything about *child* until the hold is closed.

    Raises:
        LegalHoldError: One is open already.
        NotFoundError: No such child is on file.
        ValidationError: *by* may not open holds, or does not answer for the child.
        VersionConflictError: The child's records are being erased at this moment.
    """
    known, version = hold_on_file(store, child)
    if known is not None and known.stands:
        raise LegalHoldError(f"child {child}: a hold is open already; close it first").also_in_chinese(
            f"儿童 {child} 已有保留令；请先解除"
        )
    hold = LegalHold(child=child, case=case, opened_on=clock.today(), opened_by=by.id)
    _keep(store, hold, version, action="open-hold", by=by, clock=clock)
    return hold


def close_hold(store: Store, child: str, *, by: Viewer, clock: Clock) -> LegalHold:
    """Let the records of *child* be erased again.

    Raises:
        NotFoundError: No hold is open, or no such child is on file.
        ValidationError: See `open_hold`.
    """
    known, version = hold_on_file(store, child)
    if known is None or not known.stands:
        raise NotFoundError(f"child {child}: no hold is open").also_in_chinese(f"儿童 {child} 没有保留令")
    hold = attrs.evolve(known, closed_on=clock.today(), closed_by=by.id)
    _keep(store, hold, version, action="close-hold", by=by, clock=clock)
    return hold


def _keep(store: Store, hold: LegalHold, version: int, *, action: str, by: Viewer, clock: Clock) -> None:
    record = store.load(CHILD, hold.child)
    if record is None:
        raise NotFoundError(f"no child on file has the id {hold.child!r}").also_in_chinese(
            f"在册儿童中没有编号“{hold.child}”"
        )
    if by.role not in HOLDERS or not by.scope.covers(subject_of_child(hold.child, record.document)):
        raise ValidationError(f"child {hold.child}: a hold is for the township or county that answers for it")
    entry = AuditEntry(
        actor=by.id,
        action=action,
        subject_kind=CHILD,
        subject_id=hold.child,
        purpose=Purpose.SAFEGUARDING.value,
        at=clock.now(),
    )
    put = hold_put(hold, expected_version=version)
    store.commit(ChangeSet(command_id=f"{action}:{uuid.uuid4().hex}", puts=(put,), audit=(entry,)))
