"""Was a child of this roster erased, and may it come back?

An erasure leaves a mark: blind digests, made with the secret of the program, of what a later roster could know the
child by (its identity number; its name with its birth date). Whoever lacks the secret can neither read nor compute one.
A row that answers to a mark is held back and told by its number, until an office decides that the child may come back
(`readmit`). A namesake born on the same day is held back, too: a person decides, nothing is guessed.
"""

import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from careprogram.codec import from_document, to_document
from careprogram.errors import NotFoundError, ValidationError
from careprogram.ids import ChildId, keyed_digest
from careprogram.people import Child
from careprogram.ports import AuditEntry, ChangeSet, Clock, Erase, JsonObject, Put, Record, Store
from careprogram.privacy import Subject, Viewer
from careprogram.privacy.bases import OFFICES
from careprogram.program.record_kinds import ERASED_MARK
from careprogram.program.records import CHILD
from careprogram.program.save import all_records
from careprogram.program.summary import ErasedRow

_DIGITS: Final = 32


@attrs.frozen(kw_only=True)
class ErasedMark:
    """That a child was erased, in words that tell nobody which.

    Attributes:
        erased: The opaque id that it had.
        marks: Blind digests of what it could be known by; empty where the erasure had no secret at hand.
    """

    erased: str
    marks: frozenset[str] = attrs.field(default=frozenset(), repr=lambda marks: f"<{len(marks)}>")


def marks_of(documents: Iterable[JsonObject], key: bytes) -> frozenset[str]:
    """Return the blind digests of what the child in *documents*, versions of one record, could be known by."""
    found = set[str]()
    for document in documents:
        number, name, born = (document.get(field) for field in ("identity_number", "name", "birth_date"))
        if isinstance(number, str):
            found.add(keyed_digest(key, "erased-number", number.upper(), length=_DIGITS))
        if isinstance(name, str) and isinstance(born, str):
            plain = "".join(unicodedata.normalize("NFKC", name).split())
            found.add(keyed_digest(key, "erased-name", plain, born, length=_DIGITS))
    return frozenset(found)


def mark_put(store: Store, child: str, history: Sequence[Record], key: bytes | None) -> Put:
    """Return the mark of *child*, whose versions are *history*; what an earlier mark knew it by stays."""
    known = store.load(ERASED_MARK, child)
    before = frozenset[str]() if known is None else from_document(ErasedMark, known.document).marks
    marks = frozenset[str]() if key is None else marks_of((record.document for record in history), key)
    return Put(
        kind=ERASED_MARK,
        id=child,
        document=to_document(ErasedMark(erased=child, marks=before | marks)),
        expected_version=0 if known is None else known.version,
        # Not under "child": a store that seals would keep the mark under the key that is erased with the child.
        index={"erased": child},
    )


@attrs.frozen(kw_only=True)
class ErasedMarks:
    """Every mark that stands.

    Attributes:
        ids: The ids that were erased.
        by_mark: The erased id by each blind digest.
        key: The secret of the program.
    """

    ids: frozenset[str] = attrs.field(repr=lambda ids: f"<{len(ids)}>")
    by_mark: Mapping[str, str] = attrs.field(repr=lambda marks: f"<{len(marks)}>")
    key: bytes = attrs.field(repr=False)

    @classmethod
    def of(cls, store: Store, key: bytes) -> "ErasedMarks":
        """Return what *store* holds."""
        marks = [from_document(ErasedMark, record.document) for record in all_records(store, ERASED_MARK)]
        return cls(
            ids=frozenset(one.erased for one in marks),
            by_mark={mark: one.erased for one in marks for mark in sorted(one.marks)},
            key=key,
        )

    def erased_as(self, child: Child) -> str | None:
        """Return the id under which *child* was erased, or None where it was not."""
        if not self.ids:
            return None
        if child.id in self.ids:
            return child.id
        found = marks_of([_told(child)], self.key)
        return next((self.by_mark[mark] for mark in sorted(found) if mark in self.by_mark), None)


def _told(child: Child) -> JsonObject:
    told = {
        "identity_number": getattr(child.identity_number, "text", None),
        "name": child.name if isinstance(child.name, str) else None,
        "birth_date": getattr(child.birth_date, "isoformat", lambda: None)(),
    }
    return {name: value for name, value in told.items() if value is not None}


def without_erased(
    children: Sequence[Child], marks: ErasedMarks, rows: Mapping[ChildId, tuple[str, int]]
) -> tuple[tuple[Child, ...], tuple[ErasedRow, ...]]:
    """Return those of *children* that were not erased, and the rows of those that were.

    Who stays no longer names an erased child as a sibling.

    Args:
        children: Of a roster.
        marks: Who was erased.
        rows: Sheet and row of each child, as far as that is known.
    """
    if not marks.ids:
        return tuple(children), ()
    back: list[ErasedRow] = []
    for child in children:
        erased = marks.erased_as(child)
        if erased is not None:
            sheet, row = rows.get(child.id, ("", 0))
            back.append(ErasedRow(child=child.id, erased=erased, sheet=sheet, row=row))
    gone = {row.child for row in back} | marks.ids
    kept = (child for child in children if child.id not in gone)
    return tuple(
        attrs.evolve(child, siblings=child.siblings - gone) if child.siblings & gone else child for child in kept
    ), tuple(back)


def readmit(store: Store, child: str, *, by: Viewer, clock: Clock) -> None:
    """Let a child that was erased come back by a roster: the decision stands in the audit trail.

    Raises:
        NotFoundError: No such child was erased.
        ValidationError: *by* is no office that answers for the whole program; of an erased child no village is known.
    """
    if by.role not in OFFICES or not by.scope.covers(Subject(id=child)):
        raise ValidationError(f"child {child}: the office of the whole program lets it come back", reason="scope")
    record = store.load(ERASED_MARK, child)
    if record is None:
        raise NotFoundError(f"no child with the id {child!r} was erased").also_in_chinese(
            f"没有编号为“{child}”的已删除儿童"
        )
    entry = AuditEntry(
        actor=by.id, action="readmit", subject_kind=CHILD, subject_id=child, purpose="readmission", at=clock.now()
    )
    gone = Erase(kind=ERASED_MARK, id=child, expected_version=record.version)
    store.commit(ChangeSet(command_id=f"readmit:{uuid.uuid4().hex}", erasures=(gone,), audit=(entry,)))
