"""Whose records have been kept long enough?

Each kind of record, and each field of an archive, has a period. A record is due once every period of it is over; a
child's own record is due once all its others are, so that nothing is left behind without it. Nothing is erased here:
what is due is shown to a person, who erases it (`erasure`).
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import attrs

from careprogram.ports import Record, Store
from careprogram.privacy import Retention, RetentionStart
from careprogram.program.enrollment import ENROLLMENT
from careprogram.program.holds import hold_on_file
from careprogram.program.record_kinds import About, RecordKind, subject_of_child
from careprogram.program.records import CHILD
from careprogram.program.save import all_records


@attrs.frozen(kw_only=True)
class DueForErasure:
    """What has been kept long enough about one child.

    Attributes:
        child: Opaque id.
        records: Those whose periods are over, by kind and id.
        whole: Whether that is everything about the child, its own record included.
        since: The first day on which the last of them was due.
        held: Whether a case is open, so that nothing may be erased.
    """

    child: str
    records: tuple[Record, ...] = attrs.field(repr=lambda records: f"<{len(records)} records>")
    whole: bool
    since: dt.date
    held: bool


@attrs.frozen(kw_only=True)
class Life:
    """When the periods of a child's records begin.

    Attributes:
        service_ended_on: The day on which its last enrollment ended; None while one goes on, or where there was none.
        birth_date: None if unknown.
    """

    service_ended_on: dt.date | None
    birth_date: dt.date | None

    def last_day(self, retention: Retention, recorded: dt.date | None) -> dt.date | None:
        """Return the last day of a period; None where it cannot be told yet."""
        if retention.start is RetentionStart.RECORDED and recorded is None:
            return None
        return retention.last_day(
            recorded_on=recorded or dt.date.min,
            service_ended_on=self.service_ended_on,
            birth_date=self.birth_date,
        )


def due_for_erasure(store: Store, kinds: Mapping[str, RecordKind], *, as_of: dt.date) -> tuple[DueForErasure, ...]:
    """Return what is due on *as_of*, child by child in the order of ids.

    The service for a child ends on the day its last enrollment ends. A child that never was enrolled, or of whom the
    birth date is unknown where a period begins with it, has no last day; a person decides.
    """
    known = lives(store, as_of)
    due: dict[str, list[tuple[Record, dt.date]]] = {child: [] for child in known}
    kept: set[str] = set()
    for record, child, kind in _about_children(store, kinds):
        life = known.get(child)
        last = (
            None if life is None or not kind.retentions else _last_day(recorded_on(record, kind), kind.retentions, life)
        )
        if life is not None and last is not None and last < as_of:
            due[child].append((record, last))
        elif kind.about is not About.CHILD:
            kept.add(child)
    found = []
    for child, records in sorted(due.items()):
        whole = child not in kept and any(record.kind == CHILD for record, _ in records)
        own = [(record, last) for record, last in records if whole or record.kind != CHILD]
        if own:
            hold, _ = hold_on_file(store, child)
            found.append(
                DueForErasure(
                    child=child,
                    records=tuple(record for record, _ in own),
                    whole=whole,
                    since=max(last for _, last in own) + dt.timedelta(days=1),
                    held=hold is not None and hold.stands,
                )
            )
    return tuple(found)


def lives(store: Store, as_of: dt.date) -> Mapping[str, Life]:
    """Return when the periods of each child begin, as far as that can be told on *as_of*."""
    ends: dict[str, list[dt.date | None]] = {}
    for record in all_records(store, ENROLLMENT):
        child = record.document.get("child")
        if isinstance(child, str):
            ends.setdefault(child, []).append(_day(record.document.get("ended_on")))
    return {
        record.id: Life(
            service_ended_on=_last_of(ends.get(record.id, []), as_of),
            birth_date=subject_of_child(record.id, record.document).birth_date,
        )
        for record in all_records(store, CHILD)
    }


def _last_of(ends: Sequence[dt.date | None], as_of: dt.date) -> dt.date | None:
    """Return the day on which the last service ended; None while one goes on, or where there was none."""
    days = [day for day in ends if day is not None and day <= as_of]
    return max(days) if days and len(days) == len(ends) else None


def _about_children(store: Store, kinds: Mapping[str, RecordKind]) -> Iterator[tuple[Record, str, RecordKind]]:
    for kind in kinds.values():
        if kind.about in {About.CHILD, About.OF_CHILD}:
            for record in all_records(store, kind.kind):
                child = kind.child_of(record.id, record.document)
                if child is not None:
                    yield record, child, kind


def recorded_on(record: Record, kind: RecordKind) -> dt.date | None:
    """Return the day on which an archive was recorded, by the version that wrote it; None where that is not known."""
    versions = () if kind.archive is None else kind.archive.versions
    written_by = next((schema for schema in versions if schema.version == record.schema_version), None)
    return None if written_by is None else _day(record.document.get(written_by.recorded))


def _last_day(recorded: dt.date | None, retentions: Sequence[Retention], life: Life) -> dt.date | None:
    """Return the last day of the longest period; None where one of them cannot be told."""
    last_days = [life.last_day(retention, recorded) for retention in retentions]
    known = [day for day in last_days if day is not None]
    return max(known) if len(known) == len(last_days) else None


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
