"""What does the reader of a list see of everybody whom it names?

Each list of a run or a proposal is made for one reader, who has a role, a scope and stated purposes. Every cell about a
person is asked for here and decided on by `privacy.decide`: shown, masked or left out, as at the reading desk. Which
fields were given out is remembered, for the one entry that the list leaves in the audit trail. It writes nothing.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

import attrs

from careprogram.people import Child, Helper, HelperKind, PlaceCode, VillageLink
from careprogram.ports.documents import JsonValue
from careprogram.privacy import (
    CHILD_FIELDS,
    HELPER_FIELDS,
    AccessGrant,
    Classification,
    ConsentRecord,
    Decision,
    Disclosure,
    Purpose,
    Role,
    Scope,
    Subject,
    Viewer,
    decide,
    most_of,
    seen_by,
    seen_field,
)
from careprogram.privacy.bases import LegalBasis, legal_basis
from careprogram.privacy.work_fields import DUTY_FIELDS, PAIR_FIELDS, VERDICT_FIELDS, VILLAGE_LINK_FIELDS


class Listed(NamedTuple):
    """A kind of record that a list names: what its fields are called in the trail, and their classes."""

    name: str
    classification: Classification


OF_CHILD: Final = Listed("child", CHILD_FIELDS)
OF_HELPER: Final = Listed("helper", HELPER_FIELDS)
OF_LINK: Final = Listed("link", VILLAGE_LINK_FIELDS)
OF_PAIR: Final = Listed("pair", PAIR_FIELDS)
OF_VERDICT: Final = Listed("verdict", VERDICT_FIELDS)
OF_DUTY: Final = Listed("duty", DUTY_FIELDS)

OFFICE: Final = Viewer(id="office", role=Role.COUNTY_OFFICER, scope=Scope(program=True))
"""Whom a list is for where nobody says it."""

LIST_PURPOSES: Final[Mapping[str, tuple[Purpose, ...]]] = {
    "roster": (Purpose.CARE, Purpose.AID, Purpose.SAFEGUARDING, Purpose.PAIRING),
    "verdicts": (Purpose.AID,),
    "pairings": (Purpose.CARE,),
    "duties": (Purpose.CARE,),
}
"""What each list is for where nobody says it."""


@attrs.frozen(kw_only=True)
class ListReader:
    """The reader of one list.

    Attributes:
        viewer: Who reads it.
        purposes: What for; a field is shown as far as any of them shows it.
        as_of: The day.
        grants: Access grants of the reader.
        consents: What is on file, by the id of whom it is about.
    """

    viewer: Viewer
    purposes: tuple[Purpose, ...]
    as_of: dt.date
    grants: tuple[AccessGrant, ...] = attrs.field(default=(), repr=lambda grants: f"<{len(grants)}>")
    consents: Mapping[str, tuple[ConsentRecord, ...]] = attrs.field(
        factory=dict, repr=lambda papers: f"<{len(papers)}>"
    )
    _known: "dict[object, ReadRecord]" = attrs.field(factory=dict, init=False, repr=False, eq=False)
    _given: set[str] = attrs.field(factory=set, init=False, repr=False, eq=False)
    _grants_used: set[str] = attrs.field(factory=set, init=False, repr=False, eq=False)

    @property
    def given_out(self) -> tuple[str, ...]:
        """Paths of all fields that were shown or masked so far, such as ``"child.name"``, sorted."""
        return tuple(sorted(self._given))

    @property
    def grants_used(self) -> tuple[str, ...]:
        """Ids of the grants that something was seen by so far, sorted."""
        return tuple(sorted(self._grants_used))

    def of(self, listed: Listed, subject: Subject) -> "ReadRecord":
        """Return one record about *subject* as the reader sees it, cell by cell; decided once for all who are alike."""
        papers = self._papers_of(subject)
        allowed = tuple(one for one in self.grants if self._allows(one, subject))
        key = (
            listed.name,
            self.viewer.scope.covers(subject),
            subject.band_on(self.as_of),
            subject.serves,
            tuple(one.id for one in allowed),
            # Whose word counts depends on the very birth date: with papers on file nobody is like anybody else.
            subject if papers else None,
        )
        known = self._known.get(key)
        if known is None:
            decision = most_of(
                decide(
                    listed.classification,
                    subject=subject,
                    viewer=self.viewer,
                    purpose=purpose,
                    as_of=self.as_of,
                    grants=allowed,
                    consents=papers,
                )
                for purpose in self.purposes
            )
            known = self._known[key] = ReadRecord(reader=self, listed=listed, decision=decision)
        return known

    def note(self, listed: Listed, path: str, decision: Decision) -> None:
        """Remember that the field at *path* was given out, unless it was withheld."""
        found = decision.fields.get(path)
        if found is not None and found.disclosure is not Disclosure.WITHHELD:
            self._given.add(f"{listed.name}.{path}")
            if found.grant:
                self._grants_used.add(found.grant)

    def _papers_of(self, subject: Subject) -> tuple[ConsentRecord, ...]:
        """Return the papers that can change a decision: those about a purpose that waits for consent."""
        papers = self.consents.get(subject.id, ())
        if not papers:
            return ()
        waiting = {one for one in self.purposes if legal_basis(self.viewer.role, one) is LegalBasis.CONSENT}
        return tuple(paper for paper in papers if not waiting.isdisjoint(paper.purposes))

    def _allows(self, grant: AccessGrant, subject: Subject) -> bool:
        return any(grant.allows(self.viewer, subject, purpose=one, as_of=self.as_of) for one in self.purposes)


@attrs.frozen(kw_only=True)
class ReadRecord:
    """One record under the eyes of the reader of a list.

    Attributes:
        reader: Who reads.
        listed: What kind of record.
        decision: What becomes of each of its fields.
    """

    reader: ListReader
    listed: Listed
    decision: Decision = attrs.field(repr=False)
    _noted: set[str] = attrs.field(factory=set, init=False, repr=False, eq=False)

    def cell(self, path: str, value: object) -> object:
        """Return *value*, which stands at *path*, as the reader sees it: itself, a masked text, or ``NOT_SEEN``."""
        self._note(path)
        return seen_field(self.decision, self.listed.classification, path, value)

    def seen(self, document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Return the members of *document* that the reader sees anything of."""
        for path in document:
            self._note(path)
        return cast("dict[str, JsonValue]", seen_by(self.decision, document, self.listed.classification))

    def may_find(self, path: str = "id") -> bool:
        """Return whether the reader may know that there is such a record: they see what its row tells by *path*."""
        return self.decision.of(path) is Disclosure.SHOWN

    def _note(self, path: str) -> None:
        if path not in self._noted:
            self._noted.add(path)
            self.reader.note(self.listed, path, self.decision)


def office_reader(which: str, as_of: dt.date) -> ListReader:
    """Return the reader of the list *which* where nobody says whom it is for: an officer of the whole county.

    Examples:
        >>> office_reader("verdicts", dt.date(2026, 9, 1)).viewer.role.value
        'county-officer'
    """
    return ListReader(viewer=OFFICE, purposes=LIST_PURPOSES[which], as_of=as_of)


def subject_of(record: Child | Helper | VillageLink) -> Subject:
    """Return whom a record is about, as far as that decides who sees it; as the desk reads it from the document."""
    if isinstance(record, VillageLink):
        return Subject(id="", place=record.place, serves=True)
    place = record.residence.place if isinstance(record.residence.place, PlaceCode) else None
    born = record.birth_date if isinstance(record.birth_date, dt.date) else None
    if isinstance(record, Child):
        return Subject(id=record.id, place=place, birth_date=born)
    young = record.kind in {HelperKind.CLASSMATE, HelperKind.STUDENT_VOLUNTEER}
    return Subject(id=record.id, place=place, birth_date=born, serves=born is not None or not young)
