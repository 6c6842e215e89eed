"""The reading desk: how does anybody get to see a record?

Whoever looks comes here with a role, a scope and a purpose. Each look is decided field by field, written into the audit
trail, and only answered once that entry was kept: where the trail cannot be written, nothing is shown. The entry names
the paths of the fields that were shown and the grant that allowed it, and it is kept only while the records that the
answer rests on (the record, the consents, the grant) still stand; if one moved, the look is taken anew. Nobody reads
past the desk: a store alone knows no viewer.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, TypeVar

import attrs

from careprogram.errors import NotFoundError, ValidationError, VersionConflictError
from careprogram.language import Language
from careprogram.ports import AuditEntry, ChangeSet, Clock, Cursor, Put, Query, Standing, Store
from careprogram.privacy import AccessGrant, Decision, Disclosure, Purpose, Role, Sensitivity, Viewer, break_glass
from careprogram.program.exports import export_csv, export_json, export_xlsx
from careprogram.program.looking import Looking, Seen, may_find
from careprogram.program.papers import grant_put
from careprogram.program.record_kinds import About, RecordKind
from careprogram.program.subject_report import COPY, COPY_PURPOSES, SubjectReport, records_of, without_others

T = TypeVar("T")

ExportFormat: TypeAlias = Literal["csv", "xlsx", "json"]

_TRIES = 5


@attrs.frozen(kw_only=True)
class SeenPage:
    """Some of what a viewer may find.

    Attributes:
        seen: In the order of the query.
        next: Where the next page begins, or None where this was the last.
    """

    seen: tuple[Seen, ...]
    next: Cursor | None


@attrs.frozen(kw_only=True)
class Access:
    """The reading desk of one viewer.

    Attributes:
        store: Where the records are.
        clock: Tells the day that ages, grants and consents are counted on.
        kinds: The kinds of records, see `record_kinds`.
        viewer: Who looks.
    """

    store: Store
    clock: Clock
    kinds: Mapping[str, RecordKind] = attrs.field(repr=lambda kinds: f"<{len(kinds)} kinds>")
    viewer: Viewer

    def get(self, kind: str, id: str, *, purpose: Purpose) -> Seen | None:  # noqa: A002
        """Return what the viewer may see of one record, or None where there is none.

        A child or helper outside the viewer's scope comes back empty, with the reasons in its decision. Any other
        record that the viewer may not know of is as if it were not there: that a case is open, or that a verdict was
        given, tells too much by itself. That somebody tried is in the audit trail either way.

        Raises:
            NotFoundError: No record of that kind is shown to anybody.
            StoreError: The look could not be written down; then nothing is shown.
        """
        known = self._known(kind)

        def look() -> tuple[Seen, ...]:
            record = self.store.load(kind, id)
            return () if record is None else _hidden(self._looking(purpose).at((record,)), known)

        seen = self._answered(look, purpose.value)
        return next((one for one in seen if _may_know_of(one, known)), None)

    def history(self, kind: str, id: str, *, purpose: Purpose) -> tuple[Seen, ...]:  # noqa: A002
        """Return what the viewer may see of every version, oldest first; see `get`."""
        known = self._known(kind)

        def look() -> tuple[Seen, ...]:
            return _hidden(self._looking(purpose).at(self.store.history(kind, id)), known)

        seen = self._answered(look, purpose.value, action="read-history")
        return tuple(one for one in seen if _may_know_of(one, known))

    def find(self, query: Query, *, purpose: Purpose) -> SeenPage:
        """Return one page of the records that match and that the viewer may know of.

        A record is passed over where the viewer may not see what its id tells, or a column that the query asks for: a
        search must not answer what a look would not.

        Raises:
            NotFoundError: No record of that kind is shown to anybody.
            ValidationError: The query asks for a column that nobody has classified.
        """
        kind = self._known(query.kind)
        columns = _columns(query, kind)
        found: list[SeenPage] = []

        def look() -> tuple[Seen, ...]:
            found[:] = [self._page(query, kind, columns, purpose)]
            return found[0].seen

        seen = self._answered(look, purpose.value, action="find")
        return SeenPage(seen=seen, next=found[0].next)

    def export(
        self,
        query: Query,
        *,
        purpose: Purpose,
        format: ExportFormat = "csv",  # noqa: A002
        language: Language = "zh",
    ) -> bytes:
        """Return everything that `find` finds, page after page, as one file.

        Args:
            query: Which records; its limit is how many are looked at in one step.
            purpose: What for.
            format: ``"csv"`` (UTF-8 with a mark, for Excel), ``"xlsx"`` or ``"json"``. No cell is a formula.
            language: Of the title in a workbook.

        Raises:
            MissingExtraError: xlsxwriter is not installed.
        """
        kind, rows = self._known(query.kind), list(self._every(query, purpose=purpose))
        if format == "json":
            return export_json(kind, rows)
        if format == "xlsx":
            return export_xlsx(kind, rows, as_of=self.clock.today(), language=language)
        return export_csv(kind, rows)

    def subject_report(self, child: str) -> SubjectReport:
        """Return a copy of all that the store holds about *child*, of every kind, for the child or its guardian.

        What is kept for the protection of the child alone is not part of a copy, and whether there is any is not told
        (PIPL 18 and 45): `SubjectReport.note` says so in every report. Verdicts and duties are in it where the kinds of
        records open them (`kinds_for_copies`); numbers of parents and caregivers are masked.

        Raises:
            NotFoundError: The viewer is neither the child nor its guardian, or nothing is on file.
        """
        if self.viewer.role not in {Role.GUARDIAN, Role.CHILD}:
            raise NotFoundError("a copy is for the child or its guardian: look as one of them")

        def look() -> tuple[Seen, ...]:
            looking = self._looking(*COPY_PURPOSES)
            seen = [one for record in records_of(self.store, self.kinds, child) for one in looking.at((record,))]
            return tuple(one for one in seen if one.fields)

        seen = self._answered(look, COPY, action="copy")
        if not any(one.kind == "child" for one in seen):
            raise NotFoundError("no child of that id whose copy this viewer may have")
        return SubjectReport(child=child, made_on=self.clock.today(), records=tuple(map(without_others, seen)))

    def break_glass(self, child: str, *, reason: str) -> AccessGrant:
        """Let the viewer in to protect *child*, today and tomorrow; somebody else reviews it (`glasses_to_review`).

        Raises:
            ValidationError: There is no reason, or the viewer does not work with children.
        """
        grant = break_glass(self.viewer, child, reason=reason, as_of=self.clock.today(), id=f"glass-{uuid.uuid4().hex}")
        entry = self._entry("break-glass", "child", child, Purpose.SAFEGUARDING.value, grant=grant.id)
        self._write(puts=(grant_put(grant),), audit=(entry,))
        return grant

    def _known(self, kind: str) -> RecordKind:
        found = self.kinds.get(kind)
        if found is None or not found.classification.classes:
            raise NotFoundError(f"records of the kind {kind!r} are shown to nobody: no class of their fields is known")
        return found

    def _looking(self, *purposes: Purpose) -> Looking:
        return Looking(
            store=self.store,
            kinds=self.kinds,
            viewer=self.viewer,
            purposes=purposes,
            as_of=self.clock.today(),
        )

    def _page(self, query: Query, kind: RecordKind, columns: Sequence[str], purpose: Purpose) -> SeenPage:
        """Look at page after page until enough may be found; a cursor never points at what may not."""
        looking, found, asked = self._looking(purpose), [], query
        while True:
            page = self.store.find(asked)
            for place, one in enumerate(looking.at(page.records), 1):
                if may_find(one, kind, columns):
                    found.append(one)
                if len(found) == query.limit:
                    here = self.store.find(attrs.evolve(asked, limit=place)).next
                    return SeenPage(seen=tuple(found), next=here)
            if page.next is None:
                return SeenPage(seen=tuple(found), next=None)
            asked = attrs.evolve(asked, after=page.next)

    def _every(self, query: Query, *, purpose: Purpose) -> Iterator[Seen]:
        page = self.find(query, purpose=purpose)
        yield from page.seen
        while page.next is not None:
            page = self.find(attrs.evolve(query, after=page.next), purpose=purpose)
            yield from page.seen

    def _answered(
        self, look: Callable[[], tuple[Seen, ...]], purpose: str, *, action: str = "read"
    ) -> tuple[Seen, ...]:
        """Look, write it down while all that it rests on stands, and only then answer."""
        for attempt in range(1, _TRIES + 1):
            seen = look()
            entries = [self._look_entry(one, purpose, action) for one in seen]
            try:
                self._write(audit=entries, standing=_standing(seen))
            except VersionConflictError:
                if attempt == _TRIES:
                    raise
                continue
            return seen
        raise AssertionError("the loop returns or raises")

    def _look_entry(self, seen: Seen, purpose: str, action: str) -> AuditEntry:
        refused = not any(one.disclosure is not Disclosure.WITHHELD for one in seen.decision.fields.values())
        return self._entry(
            f"{action}-refused" if refused else action,
            seen.kind,
            seen.id,
            purpose,
            fields=seen.fields,
            grant=",".join(seen.decision.grants),
        )

    def _entry(
        self, action: str, kind: str, id_: str, purpose: str, *, fields: Iterable[str] = (), grant: str = ""
    ) -> AuditEntry:
        return AuditEntry(
            actor=self.viewer.id,
            action=action,
            subject_kind=kind,
            subject_id=id_,
            purpose=purpose,
            at=self.clock.now(),
            fields=tuple(fields),
            grant=grant,
        )

    def _write(
        self, *, puts: Sequence[Put] = (), audit: Sequence[AuditEntry], standing: Sequence[Standing] = ()
    ) -> None:
        if audit:
            name = f"access:{uuid.uuid4().hex}"
            self.store.commit(ChangeSet(command_id=name, puts=puts, audit=audit, standing=standing))


def _may_know_of(seen: Seen, kind: RecordKind) -> bool:
    """Return whether a viewer who named a record by its id may learn that it is there.

    They may where they see what the id tells. Where that is nothing delicate, seeing any field is enough.
    """
    if kind.about in {About.CHILD, About.HELPER, About.PLACE} or may_find(seen, kind, ()):
        return True
    told = kind.classification.of(kind.reveals)
    delicate = told is None or told.guarded or told.sensitivity is Sensitivity.SENSITIVE
    return bool(seen.fields) and not delicate


def _hidden(seen: Iterable[Seen], kind: RecordKind) -> tuple[Seen, ...]:
    """Return *seen* with nothing left of what the viewer may not know of, so that its entry says it was refused."""
    return tuple(
        one if _may_know_of(one, kind) else attrs.evolve(one, document={}, fields=(), decision=Decision(fields={}))
        for one in seen
    )


def _standing(seen: Sequence[Seen]) -> tuple[Standing, ...]:
    """Return every record that the answers rest on; of several versions of one, as a history has, the newest."""
    found: dict[tuple[str, str], Standing] = {}
    own = (Standing(kind=one.kind, id=one.id, version=one.version) for one in seen)
    for one in (*own, *(one for each in seen for one in each.rests_on)):
        known = found.get((one.kind, one.id))
        if known is None or known.version < one.version:
            found[one.kind, one.id] = one
    return tuple(found.values())


def _columns(query: Query, kind: RecordKind) -> tuple[str, ...]:
    within = query.within.column if query.within is not None else None
    columns = (*query.equals, *(() if within is None else (within,)))
    unknown = [column for column in columns if column not in kind.columns]
    if unknown:
        raise ValidationError(
            f"{kind.kind}: nobody has said which field the column {unknown[0]!r} tells; ask for one of "
            f"{', '.join(sorted(kind.columns))}",
            reason="column",
        )
    return columns
