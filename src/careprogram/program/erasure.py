"""How is everything about a child erased, and what proves it afterwards?

`erase_child` removes every version of every record of every kind about one child, what they are found by, the messages
about them, and its data key, in one change set with a receipt and an audit entry. The receipt says which kinds and how
many, when, by whom and on which ground, and nothing of what was there. The id is taken out of the lists of siblings,
and a mark keeps the next roster from bringing the child back unseen. What stays is told by `ErasureReceipt.remains`.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from careprogram.codec import from_document, to_document
from careprogram.errors import LegalHoldError, NotFoundError, ValidationError, VersionConflictError
from careprogram.language import Text
from careprogram.people import Answer, Child
from careprogram.ports import AuditEntry, ChangeSet, Clock, Erase, OutboxEntry, Put, Query, Receipt, Record, Store
from careprogram.privacy import Viewer
from careprogram.privacy.bases import OFFICES
from careprogram.program.erased_marks import mark_put
from careprogram.program.holds import LegalHold, hold_on_file, hold_put
from careprogram.program.record_kinds import ERASURE_RECEIPT, LEGAL_HOLD, RecordKind, subject_of_child
from careprogram.program.records import CHILD, child_records
from careprogram.program.save import all_records, every_record
from careprogram.program.subject_report import records_of

_TRIES = 5


class ErasureGround(Answer):
    """On which ground somebody's data are erased (PIPL 47)."""

    PERIOD_OVER = "period-over", "保存期限届满"
    CONSENT_WITHDRAWN = "consent-withdrawn", "同意已撤回"
    GUARDIAN_ASKED = "guardian-asked", "监护人要求"
    CHILD_ASKED = "child-asked", "本人要求"
    NO_LONGER_NEEDED = "no-longer-needed", "目的已实现或不再必要"
    UNLAWFUL = "unlawful", "违法收集"


@attrs.frozen(kw_only=True)
class ErasedKind:
    """How many records of one kind were erased."""

    kind: str
    records: int


@attrs.frozen(kw_only=True)
class ErasureReceipt:
    """Proof of an erasure, without a word of what was erased.

    Attributes:
        id: Which receipt.
        erased: Opaque id of the child.
        at: When.
        by: Opaque id of who did it.
        why: On which ground.
        kinds: How many records of each kind, by kind.
        messages: How many messages about them went with them.
        mentions: From how many records of siblings the id was taken out.
    """

    id: str
    erased: str
    at: dt.datetime
    by: str
    why: ErasureGround
    kinds: tuple[ErasedKind, ...]
    messages: int
    mentions: int = 0

    @property
    def remains(self) -> Text:
        """What stays, and why; the same in every receipt. Without the records the id names nobody."""
        return _REMAINS

    @property
    def records(self) -> int:
        """How many records in all."""
        return sum(one.records for one in self.kinds)


_REMAINS: Final = Text(
    "仍保留的只有无法指认到人的儿童编号：审计记录（为防篡改不可改动）、本回执、防止花名册再次带回的删除标记（加密摘要），"
    "以及兄弟姐妹记录的旧版本（随其本人记录到期删除）。备份按保存期限销毁。",
    "What stays is the opaque id alone: in the audit trail, which may not be changed; in this receipt; in a mark of "
    "blind digests that keeps a roster from bringing the child back; and in old versions of the records of siblings, "
    "which go when theirs do. Backups go when their period is over.",
)


def erase_child(
    store: Store,
    kinds: Mapping[str, RecordKind],
    child: str,
    *,
    by: Viewer,
    why: ErasureGround,
    clock: Clock,
    key: bytes | None = None,
) -> ErasureReceipt:
    """Erase everything about *child*, and return the receipt that is kept.

    Args:
        store: From where.
        kinds: Every kind of record there is, see `record_kinds`.
        child: Opaque id.
        by: Who does it: an office that answers for the child.
        why: On which ground.
        clock: Tells when.
        key: The secret of the program, for the mark by which a later roster is checked; without it only the id is known
            again.

    Raises:
        LegalHoldError: A case is open. Nothing was erased.
        NotFoundError: Nothing about such a child is on file.
        ValidationError: *by* is no office that answers for the child.
        VersionConflictError: Somebody else wrote its records at every try; do it again.
    """
    _check_eraser(store, child, by)
    first: ErasureReceipt | None = None
    if not any(record.kind != LEGAL_HOLD for record in records_of(store, kinds, child)):
        raise NotFoundError(f"nothing about a child with the id {child!r} is on file").also_in_chinese(
            f"档案中没有编号为 {child!r} 的儿童的任何内容"
        )
    for attempt in range(1, _TRIES + 1):
        latch = _close_latch(store, child, by=by, clock=clock)
        records = [one for one in records_of(store, kinds, child) if one.kind != LEGAL_HOLD]
        siblings = tuple(_without_mention(store, child))
        receipt = _receipt(store, child, records, by=by, why=why, clock=clock, mentions=len(siblings))
        mark = mark_put(store, child, store.history(CHILD, child), key)
        erasures = [
            *(Erase(kind=one.kind, id=one.id, expected_version=one.version) for one in records),
            Erase(kind=LEGAL_HOLD, id=child, expected_version=latch),
        ]
        try:
            _commit(store, receipt, erasures, puts=(mark, *siblings))
        except VersionConflictError:
            if attempt == _TRIES:
                raise
            continue
        first = first or receipt
        # What another run wrote between the look and the commit would be left behind; it gets a receipt of its own.
        if not any(True for _ in records_of(store, kinds, child)):
            return first
    raise VersionConflictError(f"child {child}: somebody keeps writing its records; stop them and erase again")


def erase_records(
    store: Store, records: Sequence[Record], child: str, *, by: Viewer, why: ErasureGround, clock: Clock
) -> ErasureReceipt:
    """Erase some records of *child*, such as those whose period is over, and return the receipt that is kept.

    Raises:
        LegalHoldError: A case is open. Nothing was erased.
        ValidationError: *by* is no office that answers for the child.
        VersionConflictError: One of the records has changed since.
    """
    _check_eraser(store, child, by)
    latch = _close_latch(store, child, by=by, clock=clock)
    receipt = _receipt(store, child, records, by=by, why=why, clock=clock)
    erasures = [Erase(kind=one.kind, id=one.id, expected_version=one.version) for one in records]
    _commit(store, receipt, [*erasures, Erase(kind=LEGAL_HOLD, id=child, expected_version=latch)])
    return receipt


def erase_into(
    store: Store, record: Record, rest: Put, child: str, *, by: Viewer, why: ErasureGround, clock: Clock
) -> ErasureReceipt:
    """Erase every version of *record* of *child* and keep *rest* in the same unit; see ``field_retention``.

    Raises:
        LegalHoldError: A case is open. Nothing was erased.
        ValidationError: *by* is no office that answers for the child.
        VersionConflictError: The record has changed since.
    """
    _check_eraser(store, child, by)
    latch = _close_latch(store, child, by=by, clock=clock)
    receipt = _receipt(store, child, [record], by=by, why=why, clock=clock)
    gone = Erase(kind=record.kind, id=record.id, expected_version=record.version)
    _commit(store, receipt, [gone, Erase(kind=LEGAL_HOLD, id=child, expected_version=latch)], puts=(rest,))
    return receipt


def receipts_of(store: Store, child: str) -> tuple[ErasureReceipt, ...]:
    """Return every receipt about *child*, in order of id."""
    found = every_record(store, Query(kind=ERASURE_RECEIPT, equals={"erased": child}))
    return tuple(from_document(ErasureReceipt, record.document) for record in found)


def _check_eraser(store: Store, child: str, by: Viewer) -> None:
    record = store.load(CHILD, child)
    subject = subject_of_child(child, None if record is None else record.document)
    if by.role not in OFFICES or not by.scope.covers(subject):
        raise ValidationError(f"child {child}: an office that answers for the child erases its records", reason="scope")


def _close_latch(store: Store, child: str, *, by: Viewer, clock: Clock) -> int:
    """Make sure that no hold can be opened unseen, and return the version that the latch is at.

    The erasure names this version: whoever opens a hold in between changes it, and the erasure fails.
    """
    hold, version = hold_on_file(store, child)
    if hold is not None and hold.stands:
        raise LegalHoldError(
            f"child {child}: a case is open, its records are kept; close the hold first"
        ).also_in_chinese(f"儿童 {child} 有保留令，记录不得删除；请先解除保留令")
    today = clock.today()
    latch = LegalHold(child=child, case="erasure", opened_on=today, opened_by=by.id, closed_on=today, closed_by=by.id)
    put = hold_put(latch, expected_version=version)
    receipt: Receipt = store.commit(ChangeSet(command_id=f"latch:{uuid.uuid4().hex}", puts=(put,)))
    return receipt.versions[LEGAL_HOLD, child]


def _without_mention(store: Store, child: str) -> Iterator[Put]:
    """Return the records of other children that name *child* as a sibling, as they read without it."""
    for record in all_records(store, CHILD):
        siblings = record.document.get("siblings")
        if record.id == child or not isinstance(siblings, list | tuple) or child not in siblings:
            continue
        sibling = from_document(Child, record.document)
        (put,) = child_records([attrs.evolve(sibling, siblings=sibling.siblings - {child})])
        yield attrs.evolve(put, expected_version=record.version)


def _receipt(
    store: Store,
    child: str,
    records: Sequence[Record],
    *,
    by: Viewer,
    why: ErasureGround,
    clock: Clock,
    mentions: int = 0,
) -> ErasureReceipt:
    keys = {(record.kind, record.id) for record in records}
    counts = Counter(record.kind for record in records)
    return ErasureReceipt(
        id=f"erasure-{uuid.uuid4().hex}",
        erased=child,
        at=clock.now(),
        by=by.id,
        why=why,
        kinds=tuple(ErasedKind(kind=kind, records=count) for kind, count in sorted(counts.items())),
        messages=sum(entry.message.about in keys for entry in _outbox(store)),
        mentions=mentions,
    )


def _outbox(store: Store, *, page: int = 1_000) -> Iterator[OutboxEntry]:
    after = 0
    while entries := store.outbox(after=after, limit=page):
        yield from entries
        after = entries[-1].position


def _commit(store: Store, receipt: ErasureReceipt, erasures: Sequence[Erase], *, puts: Sequence[Put] = ()) -> None:
    put = Put(
        kind=ERASURE_RECEIPT,
        id=receipt.id,
        document=to_document(receipt),
        # Not under "child": a store that seals would keep the receipt under the key that is erased with it.
        index={"erased": receipt.erased},
    )
    entry = AuditEntry(
        actor=receipt.by,
        action="erase",
        subject_kind=CHILD,
        subject_id=receipt.erased,
        purpose=receipt.why.value,
        at=receipt.at,
    )
    mentioned = (attrs.evolve(entry, action="erase-mention", subject_id=one.id) for one in puts if one.kind == CHILD)
    changes = ChangeSet(command_id=receipt.id, puts=(put, *puts), erasures=tuple(erasures), audit=(entry, *mentioned))
    store.commit(changes)
