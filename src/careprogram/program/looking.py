"""What becomes of these records under the eyes of one viewer?

Gathers what `privacy.decide` has to know (whom a record is about, the grants of the viewer, the consents on file),
opens old archives in their newest version, and remembers on which other records each answer rests. It shows nothing and
writes nothing: `access` does.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from careprogram.archives import open_archive
from careprogram.codec import from_document
from careprogram.ports import JsonObject, Query, Record, Standing, Store
from careprogram.privacy import (
    AccessGrant,
    ConsentRecord,
    Decision,
    Disclosure,
    Purpose,
    Subject,
    Viewer,
    decide,
    most_of,
    seen_by,
)
from careprogram.program.record_kinds import (
    ACCESS_GRANT,
    CONSENT,
    About,
    RecordKind,
    subject_in_office,
    subject_of_child,
    subject_of_helper,
)
from careprogram.program.records import CHILD
from careprogram.program.save import every_record


@attrs.frozen(kw_only=True)
class Seen:
    """A record as one viewer sees it.

    Attributes:
        kind: What it is.
        id: Which one.
        version: Which version of it.
        document: The fields that may be seen, masked ones as masked texts.
        decision: What became of every field, and why.
        fields: Paths of the classified fields that are in the document, sorted; they stand in the audit entry.
        rests_on: Records that the answer rests on, each with its version: it is given only while they stand.
    """

    kind: str
    id: str
    version: int
    document: Mapping[str, object] = attrs.field(repr=lambda document: f"<{len(document)} fields>")
    decision: Decision = attrs.field(repr=False)
    fields: tuple[str, ...] = attrs.field(repr=lambda fields: f"<{len(fields)}>")
    rests_on: tuple[Standing, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Papers:
    """What is on file about one person: consents, and the grants of one viewer."""

    subject: Subject
    consents: tuple[ConsentRecord, ...] = attrs.field(repr=False)
    rests_on: tuple[Standing, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Looking:
    """One look of one viewer, at any number of records.

    Attributes:
        store: Where the records are.
        kinds: The kinds of records by name.
        viewer: Who looks.
        purposes: What for; several for a copy on request, which shows a field that any of them shows.
        as_of: The day.
    """

    store: Store
    kinds: Mapping[str, RecordKind]
    viewer: Viewer
    purposes: Collection[Purpose]
    as_of: dt.date
    _papers: dict[str, Papers] = attrs.field(factory=dict, init=False, repr=False)
    _grants: list[tuple[AccessGrant, Standing]] = attrs.field(factory=list, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        query = Query(kind=ACCESS_GRANT, equals={"grantee": self.viewer.id}, limit=1_000)
        for record in every_record(self.store, query):
            self._grants.append((from_document(AccessGrant, record.document), _standing(record)))

    def at(self, records: Sequence[Record]) -> tuple[Seen, ...]:
        """Return what is seen of *records*, all of one kind that is known."""
        if not records:
            return ()
        kind = self.kinds[records[0].kind]
        children = {record.id: kind.child_of(record.id, record.document) for record in records}
        wanted = {child for child in children.values() if child is not None and child not in self._papers}
        if wanted:
            self._gather(wanted)
        return tuple(self._at_one(record, kind, children[record.id]) for record in records)

    def _gather(self, children: Collection[str]) -> None:
        on_file = self.store.load_many(CHILD, sorted(children))
        for child in sorted(children):
            record = on_file.get(child)
            subject = subject_of_child(child, None if record is None else record.document)
            self._papers[child] = self._papers_of(subject, () if record is None else (record,))

    def _papers_of(self, subject: Subject, known: Iterable[Record] = ()) -> Papers:
        query = Query(kind=CONSENT, equals={"child": subject.id}, limit=1_000)
        consents = tuple(every_record(self.store, query)) if subject.id else ()
        return Papers(
            subject=subject,
            consents=tuple(from_document(ConsentRecord, record.document) for record in consents),
            rests_on=tuple(_standing(record) for record in (*known, *consents)),
        )

    def _about(self, record: Record, kind: RecordKind, child: str | None) -> Papers:
        if child is not None:
            return self._papers[child]
        if kind.about is About.HELPER:
            return self._papers_of(subject_of_helper(record.id, record.document))
        if kind.about is About.PLACE:
            return self._papers_of(subject_in_office(record.id))
        return self._papers_of(Subject(id=""))

    def _at_one(self, record: Record, kind: RecordKind, child: str | None) -> Seen:
        papers, classes = self._about(record, kind, child), kind.classes_of(record.document)
        decision = most_of(
            decide(
                classes,
                subject=papers.subject,
                viewer=self.viewer,
                purpose=purpose,
                as_of=self.as_of,
                grants=[grant for grant, _ in self._grants],
                consents=papers.consents,
            )
            for purpose in self.purposes
        )
        document = seen_by(decision, _opened(record, kind), classes)
        used = [standing for grant, standing in self._grants if grant.id in decision.grants]
        return Seen(
            kind=record.kind,
            id=record.id,
            version=record.version,
            document=document,
            decision=decision,
            fields=tuple(sorted(classified_paths(document, decision))),
            rests_on=(*papers.rests_on, *used),
        )


def may_find(seen: Seen, kind: RecordKind, columns: Iterable[str]) -> bool:
    """Return whether a viewer may learn that a record is there: they see what its id and the search tell."""
    paths = {kind.reveals, *(kind.columns[column] for column in columns)}
    return all(seen.decision.of(path) is Disclosure.SHOWN for path in paths)


def classified_paths(document: Mapping[str, object], decision: Decision, prefix: str = "") -> set[str]:
    """Return the paths of the fields in *document* that were decided on, those inside records and lists included."""
    found: set[str] = set()
    for name, value in document.items():
        path = f"{prefix}{name}"
        if path in decision.fields:
            found.add(path)
        if isinstance(value, Mapping):
            found |= classified_paths(value, decision, f"{path}.")
        elif isinstance(value, list):
            for entry in value:
                found |= classified_paths(entry, decision, f"{path}[].") if isinstance(entry, Mapping) else set()
    return found


def _opened(record: Record, kind: RecordKind) -> JsonObject | Mapping[str, object]:
    if kind.archive is None or record.schema_version == kind.archive.current.version:
        return record.document
    return open_archive(record.document, kind.archive, version=record.schema_version)


def _standing(record: Record) -> Standing:
    return Standing(kind=record.kind, id=record.id, version=record.version)
