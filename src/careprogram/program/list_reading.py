"""For whom are the lists of a run made, and what says in the trail that they were?

Makes the reader of each list from the program file and from what is on file about them (grants, consents), and writes
one entry a list into the audit trail: who reads it, for what, and which fields it shows of how anybody. The entries are
kept before the first list is put in place; where the trail cannot be written, no list appears. A list that stands
already as it is leaves none.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from careprogram.codec import from_document
from careprogram.errors import NotFoundError
from careprogram.people import Child
from careprogram.ports import AuditEntry, ChangeSet, Clock, Query, Store
from careprogram.privacy import NOT_SEEN, AccessGrant, ConsentRecord, Decision
from careprogram.privacy.bases import LegalBasis, legal_basis
from careprogram.program.config import ProgramConfig
from careprogram.program.record_kinds import ACCESS_GRANT, CONSENT
from careprogram.program.records import CHILD
from careprogram.program.save import all_records, every_record
from careprogram.reports import LIST_PURPOSES, ListReader, Situation, office_reader
from careprogram.reports.list_reader import OF_CHILD, Listed, subject_of
from careprogram.rosters import write_roster
from careprogram.rosters.write import written_paths

LISTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "roster.xlsx": "roster",
        "verdicts.xlsx": "verdicts",
        "verdicts.json": "verdicts",
        "pairings.xlsx": "pairings",
        "duties.xlsx": "duties",
    }
)
"""Every file that names or numbers single people, and which list it is."""


def office_readers(as_of: dt.date) -> Mapping[str, ListReader]:
    """Return the reader of each list, by the name of its file, where nobody says whom it is for."""
    return {name: office_reader(which, as_of) for name, which in LISTS.items()}


def list_readers(config: ProgramConfig, store: Store) -> Mapping[str, ListReader]:
    """Return the reader of each list, by the name of its file, as ``[lists]`` of the program file says.

    Args:
        config: The program file.
        store: Tells the grants of the reader, and the consents where a purpose waits for them.
    """
    viewer, stated = config.lists.viewer(), config.lists.purpose
    purposes = {name: (stated,) if stated is not None else LIST_PURPOSES[which] for name, which in LISTS.items()}
    mine = every_record(store, Query(kind=ACCESS_GRANT, equals={"grantee": viewer.id}, limit=1_000))
    grants = tuple(from_document(AccessGrant, record.document) for record in mine)
    waits = any(
        legal_basis(viewer.role, purpose) is LegalBasis.CONSENT for each in purposes.values() for purpose in each
    )
    consents = _consents(store) if waits else {}
    return {
        name: ListReader(
            viewer=viewer,
            purposes=purposes[name],
            as_of=config.program.as_of,
            grants=grants,
            consents=consents,
        )
        for name in LISTS
    }


def _consents(store: Store) -> Mapping[str, tuple[ConsentRecord, ...]]:
    found: dict[str, list[ConsentRecord]] = {}
    for record in all_records(store, CONSENT):
        consent = from_document(ConsentRecord, record.document)
        found.setdefault(consent.child, []).append(consent)
    return {child: tuple(papers) for child, papers in found.items()}


def reading_entered(
    readers: Mapping[str, ListReader], store: Store, *, about: str, clock: Clock
) -> Callable[[Sequence[str]], None]:
    """Return what writes one entry into the trail for each list among the files that are about to be put in place.

    Args:
        readers: By the name of the file.
        store: Whose trail.
        about: The id of the program.
        clock: Tells when.
    """

    def entered(names: Sequence[str]) -> None:
        entries = [_entry(name, readers[name], about, clock) for name in names if name in readers]
        if entries:
            store.commit(ChangeSet(command_id=f"lists:{uuid.uuid4().hex}", audit=entries))

    return entered


def told(
    reader: ListReader,
    listed: Listed,
    child: Child,
    path: str,
    texts: Sequence[str],
    *,
    store: Store,
    clock: Clock,
    action: str,
) -> list[str]:
    """Return what a command may tell *reader* about one child, once the look is in the trail.

    Args:
        reader: Who reads it, see `list_readers`.
        listed: What kind of record it is told from.
        child: Whom it is about.
        path: The field that the texts stand in.
        texts: What there is to be told.
        store: Whose trail.
        clock: Tells when.
        action: What the entry calls it.

    Raises:
        NotFoundError: The reader may not know of the child, or not see that field. The try is in the trail, too.
        StoreError: The look could not be written down; then nothing is told.
    """
    subject = subject_of(child)
    record, known = reader.of(listed, subject), reader.of(OF_CHILD, subject).may_find()
    seen = [record.cell(path, text) for text in texts] if known else [NOT_SEEN]
    refused = NOT_SEEN in seen
    entry = AuditEntry(
        actor=reader.viewer.id,
        action=f"{action}-refused" if refused else action,
        subject_kind=CHILD,
        subject_id=child.id,
        purpose=",".join(purpose.value for purpose in reader.purposes),
        at=clock.now(),
        fields=() if refused else (f"{listed.name}.{path}",),
        grant=",".join(reader.grants_used),
    )
    store.commit(ChangeSet(command_id=f"{action}:{uuid.uuid4().hex}", audit=(entry,)))
    if refused:
        raise NotFoundError(
            f"what is known of child {child.id} is not for the reader that [lists] names"
        ).also_in_chinese(f"儿童 {child.id} 的信息不供 [lists] 所写的查阅人查阅")
    return [str(one) for one in seen]


def _entry(name: str, reader: ListReader, about: str, clock: Clock) -> AuditEntry:
    return AuditEntry(
        actor=reader.viewer.id,
        action="list",
        subject_kind=name,
        subject_id=about,
        purpose=",".join(purpose.value for purpose in reader.purposes),
        at=clock.now(),
        fields=reader.given_out,
        grant=",".join(reader.grants_used),
    )


def seen_roster(situation: Situation, reader: ListReader) -> bytes:
    """Return the roster as its reader sees it; a title says so where something that is known is not in it.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
    """
    noted: set[int] = set()

    def seen(child: Child) -> Decision:
        record = reader.of(OF_CHILD, subject_of(child))
        if id(record.decision) not in noted:  # kept by the reader, so that no other takes its id
            noted.add(id(record.decision))
            for path in written_paths():
                reader.note(OF_CHILD, path, record.decision)
        return record.decision

    listed = [child for child in situation.children if reader.of(OF_CHILD, subject_of(child)).may_find()]
    return write_roster(listed, places=situation.places, seen=seen)
