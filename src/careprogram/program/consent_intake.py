"""How does what a roster states about consent get on file?

Each signed paper that a roster states whole (who signed which notice on which day) becomes a consent record; each
withdrawal and each "no" ends the papers that rosters brought. What is on file already stands as it is: a roster never
widens a paper and never brings back one that was withdrawn. Whatever is stated but cannot be filed is named with its
reason, child by child. What a paper covers is told by its notice, see `stated_consent`.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence

import attrs

from careprogram.codec import from_document
from careprogram.ids import ChildId
from careprogram.people import Child
from careprogram.ports import AuditEntry, ChangeSet, Clock, Put, Query, Record, Standing, Store
from careprogram.privacy import ConsentGap, ConsentNotice, ConsentRecord, stated_consent, withdraw
from careprogram.privacy.notices import FROM_ROSTER
from careprogram.program.papers import consent_put
from careprogram.program.record_kinds import CONSENT
from careprogram.program.records import CHILD
from careprogram.program.save import batches, every_record
from careprogram.unknown import Unknown

CHILDREN_AT_ONCE = 1_000
"""Children whose papers are kept in one change set."""


@attrs.frozen(kw_only=True)
class ConsentIntake:
    """What taking in the consents of a roster came to.

    Attributes:
        stated: Children of whom the roster says yes or no.
        given: Papers newly on file.
        withdrawn: Papers that were on file and are withdrawn now.
        gaps: Why the word about a child is on no paper, by child.
    """

    stated: int
    given: int
    withdrawn: int
    gaps: Mapping[ChildId, ConsentGap] = attrs.field(repr=lambda gaps: f"<{len(gaps)}>")


def take_in_consents(
    store: Store,
    children: Iterable[Child],
    *,
    notices: Mapping[str, ConsentNotice],
    key: bytes,
    actor: str,
    clock: Clock,
) -> ConsentIntake:
    """Put on file what a roster states about consent, a batch of children at a time.

    Args:
        store: Where the children are on file and the papers go.
        children: As the roster has them; those that are not on file are passed over.
        notices: What each version of the notice covers.
        key: The secret of the program.
        actor: Who takes the roster in, for the audit trail.
        clock: Tells the day of a withdrawal that has none, and the time of the entries.

    Raises:
        VersionConflictError: Somebody wrote one of the papers, or changed or erased a child, meanwhile; run it again.
    """
    gaps: dict[ChildId, ConsentGap] = {}
    stated = given = withdrawn = 0
    for batch in batches((child for child in children if _says(child)), size=CHILDREN_AT_ONCE):
        on_file = store.load_many(CHILD, [child.id for child in batch])
        known = [child for child in batch if child.id in on_file]
        papers = {child.id: stated_consent(child, notices, key=key) for child in known}
        gaps |= {child: one for child, one in papers.items() if isinstance(one, ConsentGap)}
        wanted = [one for one in papers.values() if isinstance(one, ConsentRecord)]
        refused = [child for child in known if child.consent is None]
        puts = [*_filed(store, wanted, gaps), *_ended(store, refused, gaps, clock)]
        _commit(store, puts, on_file, actor=actor, clock=clock)
        stated += len(known)
        given += sum(put.expected_version == 0 for put in puts)
        withdrawn += sum(put.expected_version > 0 for put in puts)
    return ConsentIntake(stated=stated, given=given, withdrawn=withdrawn, gaps=gaps)


def _says(child: Child) -> bool:
    return not isinstance(child.consent, Unknown)


def _filed(store: Store, wanted: Sequence[ConsentRecord], gaps: dict[ChildId, ConsentGap]) -> Iterable[Put]:
    """Return what has to be written so that the papers are on file, withdrawn where the roster says so."""
    on_file = store.load_many(CONSENT, [paper.id for paper in wanted])
    for paper in wanted:
        record = on_file.get(paper.id)
        if record is None:
            yield consent_put(paper)
            continue
        kept = from_document(ConsentRecord, record.document)
        if attrs.evolve(kept, withdrawn=None) != attrs.evolve(paper, withdrawn=None):
            gaps[ChildId(paper.child)] = ConsentGap.DIFFERS
        if paper.withdrawn is not None and kept.withdrawn is None:
            yield consent_put(withdraw(kept, on=paper.withdrawn), expected_version=record.version)


def _ended(store: Store, refused: Sequence[Child], gaps: dict[ChildId, ConsentGap], clock: Clock) -> Iterable[Put]:
    """Return the withdrawals of the papers that rosters brought, of children whose roster says no now."""
    today = clock.today()
    for child in refused:
        for record in every_record(store, Query(kind=CONSENT, equals={"child": child.id}, limit=1_000)):
            paper = from_document(ConsentRecord, record.document)
            if paper.given is None or paper.withdrawn is not None:
                continue
            if paper.id.startswith(FROM_ROSTER):
                yield consent_put(withdraw(paper, on=max(today, paper.given)), expected_version=record.version)
            elif paper.expires is None or paper.expires >= today:
                gaps[child.id] = ConsentGap.REFUSED


def _commit(store: Store, puts: Sequence[Put], children: Mapping[str, Record], *, actor: str, clock: Clock) -> None:
    if not puts:
        return
    named = [str(put.index["child"]) for put in puts]
    ended = ["withdraw-consent" if put.document.get("withdrawn") else "give-consent" for put in puts]
    audit = [
        AuditEntry(actor=actor, action=action, subject_kind=CHILD, subject_id=child, purpose="consent", at=clock.now())
        for child, action in zip(named, ended, strict=True)
    ]
    standing = [Standing(kind=CHILD, id=child, version=children[child].version) for child in sorted(set(named))]
    name = f"consent-intake:{uuid.uuid4().hex}"
    store.commit(ChangeSet(command_id=name, puts=puts, audit=audit, standing=standing))
