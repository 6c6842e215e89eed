"""How does a table of a term's health check become health archives?

Reads it row by row, screens each child by its own sex and birth date as they are on file, and adds one check to the
child's health archive. The same table again changes nothing; a corrected row takes the place of the one of that day.
What cannot be read is told by row and column, and held back.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO

import attrs

from careprogram.archives import HEALTH, classification_of, health_check
from careprogram.archives.screening import REFERENCES, HealthFinding, Measurement, ScreeningReference
from careprogram.codec import from_document
from careprogram.ids import ChildId
from careprogram.people import Child
from careprogram.ports import Clock, Store
from careprogram.privacy import Purpose, Role
from careprogram.program.archives import ARCHIVES_AT_ONCE, ArchiveDraft, keep_archives, load_archives
from careprogram.program.recording import recording_of
from careprogram.program.records import CHILD
from careprogram.program.save import batches
from careprogram.rosters import Identify, ListReading, MeasuredRow, read_measurements
from careprogram.unknown import UNKNOWN


@attrs.frozen(kw_only=True)
class HealthIntake:
    """What taking in a health check came to.

    Attributes:
        reading: What the table held, with its problems and the rows held back.
        written: Archives that are new or changed.
        found: How many checks have which finding, by any reference; figures over all, of nobody in particular.
        unscreened: Checks of which no reference could say anything.
        unconfirmed: References by which something was found and whose figures nobody compared with the print.
    """

    reading: ListReading[MeasuredRow] = attrs.field(repr=False)
    written: int
    found: Mapping[HealthFinding, int] = attrs.field(repr=False)
    unscreened: int
    unconfirmed: tuple[ScreeningReference, ...] = ()


def take_in_health(
    source: bytes | BinaryIO,
    *,
    store: Store,
    identify: Identify,
    term: str,
    as_of: dt.date,
    actor: str,
    clock: Clock,
    role: Role = Role.COUNTY_OFFICER,
    heading_map: Mapping[str, str | None] | None = None,
    references: Collection[ScreeningReference] = REFERENCES,
) -> HealthIntake:
    """Read a table of measurements and keep what it says in the health archives.

    Args:
        source: The table, as for ``read_measurements``.
        store: Where the children are and the archives go.
        identify: Names the children, such as ``identify_with(key)``.
        term: The term that the checks count for.
        as_of: The day; no measurement lies after it.
        actor: Who brings the table, for the audit trail.
        clock: Tells the time of the audit entries.
        role: As what they bring it. A school (``TEACHER``) has to keep the checks on file by law; everybody else needs
            consent for health, and the rows of children without it are held back.
        heading_map: The user's own headings.
        references: Those to screen by, see `screen`.

    Raises:
        ConsentError: There is no ground in the law on which *role* brings it.
        RosterError: The table cannot be understood.
        VersionConflictError: Somebody changed one of the records meanwhile; run it again.
        StoreError: The store failed; batches that were acknowledged stay.
    """
    known = _Children(store)
    classes = classification_of(HEALTH.current)
    ground = recording_of(store, classes, "checks", role=role, purpose=Purpose.HEALTH, clock=clock)
    reading = read_measurements(
        source,
        as_of=as_of,
        identify=identify,
        is_on_file=lambda id_: known(id_) is not None,
        refusal=ground.refusal,
        heading_map=heading_map,
    )
    found: Counter[HealthFinding] = Counter()
    unscreened, found_by = 0, set[str]()
    by_child: dict[ChildId, list[dict[str, object]]] = {}
    for row in reading.items:
        entry = _entry(row, known(row.child), term, references)
        outcomes, findings = _told(entry)
        found.update(findings)
        found_by |= _found_by(entry)
        unscreened += outcomes <= {"unknown", "no-reference"}
        by_child.setdefault(row.child, []).append(entry)
    written = keep_archives(
        store,
        _drafts(store, by_child, term),
        actor=actor,
        purpose=Purpose.HEALTH,
        clock=clock,
        command=f"health-intake:{term}",
    )
    return HealthIntake(
        reading=reading,
        written=written,
        found=dict(found),
        unscreened=unscreened,
        unconfirmed=_unconfirmed(found_by, references),
    )


def _found_by(entry: Mapping[str, object]) -> set[str]:
    """Return the ids of the references by which something was found."""
    answers = entry["screening"]
    return {answer["reference"] for answer in answers if "finding" in answer} if isinstance(answers, list) else set()


def _unconfirmed(
    found_by: Collection[str], references: Collection[ScreeningReference]
) -> tuple[ScreeningReference, ...]:
    return tuple(one for one in references if one.id in found_by and not one.checked)


class _Children:
    """The children on file, each loaded once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[ChildId, Child | None] = {}

    def __call__(self, id_: ChildId) -> Child | None:
        if id_ not in self._known:
            record = self._store.load(CHILD, id_)
            self._known[id_] = None if record is None else from_document(Child, record.document)
        return self._known[id_]


def _entry(
    row: MeasuredRow, child: Child | None, term: str, references: Collection[ScreeningReference]
) -> dict[str, object]:
    measurement = Measurement(
        measured_on=row.measured_on,
        height_mm=row.height_mm,
        weight_g=row.weight_g,
        systolic=row.systolic,
        diastolic=row.diastolic,
        sex=UNKNOWN if child is None else child.sex,
        birth_date=UNKNOWN if child is None else child.birth_date,
    )
    entry = health_check(measurement, term=term, checked_by=row.checked_by, references=references)
    return entry if row.note is None else {**entry, "note": row.note}


def _told(entry: Mapping[str, object]) -> tuple[set[str], set[HealthFinding]]:
    answers = entry["screening"]
    told = answers if isinstance(answers, list) else []
    return (
        {answer["outcome"] for answer in told},
        {finding for finding in HealthFinding if any(answer.get("finding") == finding.value for answer in told)},
    )


def _drafts(store: Store, by_child: Mapping[ChildId, list[dict[str, object]]], term: str) -> Iterator[ArchiveDraft]:
    for batch in batches(sorted(by_child), size=ARCHIVES_AT_ONCE):
        on_file = load_archives(store, HEALTH, batch)
        for child in batch:
            filed = on_file.get(child)
            document: dict[str, object] = {"child": child} if filed is None else dict(filed.document)
            document["checks"] = _with(document.get("checks"), by_child[child])
            yield ArchiveDraft(kind=HEALTH, document=document, term=term)


def _with(checks: object, new: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the checks by day, each of *new* in the place of the one of its day."""
    days = {entry["measured_on"] for entry in new}
    kept = [check for check in (checks if isinstance(checks, list) else []) if check["measured_on"] not in days]
    return sorted([*kept, *new], key=lambda check: str(check["measured_on"]))
