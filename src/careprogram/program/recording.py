"""May these facts be taken into the archives of these children, on which ground?

Works out the ground once for a table (`privacy.recording`) and, where it is consent, asks the papers on file child by
child. It keeps nothing: a row that is refused is held back by whoever reads the table, with the reason.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from careprogram.codec import from_document
from careprogram.ids import ChildId
from careprogram.ports import Clock, Query, Store
from careprogram.privacy import (
    Classification,
    ConsentRecord,
    FieldClass,
    LegalBasis,
    Purpose,
    Role,
    Say,
    recording_basis,
    recording_say,
    usual_purpose,
)
from careprogram.program.record_kinds import CONSENT, subject_of_child
from careprogram.program.records import CHILD
from careprogram.program.save import every_record

FAULTS: Final[Mapping[Say, str]] = {
    Say.MISSING: "consent-missing",
    Say.EXPIRED: "consent-expired",
    Say.NOT_SEPARATE: "consent-not-separate",
    Say.WITHDRAWN: "consent-withdrawn",
    Say.REFUSED: "consent-refused",
}
"""How a row is held back, by what the words on file come to; keys of ``rosters.problems.MENDING``."""


@attrs.frozen(kw_only=True)
class Recording:
    """The ground on which a table is taken in, and what it says of each child.

    Attributes:
        purpose: What the facts are brought for.
        basis: Duty by law, or consent.
    """

    purpose: Purpose
    basis: LegalBasis
    _store: Store = attrs.field(repr=False)
    _clock: Clock = attrs.field(repr=False)
    _fields: tuple[FieldClass, ...] = attrs.field(repr=False)
    _known: dict[ChildId, str | None] = attrs.field(factory=dict, init=False, repr=False)

    def refusal(self, child: ChildId) -> str | None:
        """Return why nothing may be brought about *child*, as a key of `FAULTS`, or None where it may."""
        if self.basis is LegalBasis.DUTY:
            return None
        if child not in self._known:
            self._known[child] = self._asked(child)
        return self._known[child]

    def _asked(self, child: ChildId) -> str | None:
        record = self._store.load(CHILD, child)
        papers = every_record(self._store, Query(kind=CONSENT, equals={"child": child}, limit=1_000))
        say = recording_say(
            self._fields,
            subject=subject_of_child(child, None if record is None else record.document),
            purpose=self.purpose,
            consents=[from_document(ConsentRecord, paper.document) for paper in papers],
            as_of=self._clock.today(),
        )
        return FAULTS.get(say)


def recording_of(
    store: Store, classes: Classification, into: str, *, role: Role, purpose: Purpose | None, clock: Clock
) -> Recording:
    """Return the ground on which *role* brings entries of the list *into*.

    Args:
        store: Where children and papers are.
        classes: Of the kind of archive.
        into: The list, such as ``"checks"``.
        role: As what it is brought.
        purpose: What for; one that asks for consent, if any of the list's does, where it is None.
        clock: Tells the day.

    Raises:
        ConsentError: There is no such ground; it says which there are.
    """
    fields = [classes.classes[into], *(one for path, one in classes.classes.items() if path.startswith(f"{into}[]."))]
    # What is gathered for the list as a whole is what its entries may be brought for.
    chosen = purpose or usual_purpose(role, fields[:1])
    basis = recording_basis(role, chosen, fields[:1])
    brought = tuple(field for field in fields if chosen in field.purposes)
    return Recording(purpose=chosen, basis=basis, store=store, clock=clock, fields=brought)
