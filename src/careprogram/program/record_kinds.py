"""Which kinds of records are there, whom is each about, and who may see its fields?

The one table that the reading desk, the copy on request and the erasure go by. A kind that is not in it is shown to
nobody, and the desk refuses to find it. A test fails where the program keeps a kind that is missing here.
"""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from careprogram.archives import ArchiveKind, classification_of
from careprogram.language import Text
from careprogram.people import HelperKind, PlaceCode
from careprogram.ports import JsonObject, Query
from careprogram.privacy import (
    CHILD_FIELDS,
    HELPER_FIELDS,
    Classification,
    Retention,
    RetentionStart,
    Subject,
)
from careprogram.privacy import work_fields as fields
from careprogram.program import records
from careprogram.program.enrollment import ENROLLMENT
from careprogram.sealing import DATA_KEY, keys_of
from careprogram.sealing import Subject as KeyOwner

CONSENT: Final = "consent"
ACCESS_GRANT: Final = "access-grant"
ACCESS_REQUEST: Final = "access-request"
LEGAL_HOLD: Final = "legal-hold"
ERASURE_RECEIPT: Final = "erasure-receipt"
ERASED_MARK: Final = "erased-mark"
ARCHIVE_REMAINS: Final = "archive-remains"
ARCHIVE_PREFIX: Final = "archive:"
"""What the kind of a kept archive begins with, so that no archive can take the name of another record."""


Opened: TypeAlias = tuple[Classification, Callable[[JsonObject], bool]]
"""The classes of the records of a kind that a family may read, and which ones these are."""


class About(enum.Enum):
    """Whom a record is about."""

    CHILD = "child"
    """The child itself: the id of the record is the child's."""
    OF_CHILD = "of-child"
    """One child, whose id stands in an index column."""
    HELPER = "helper"
    PLACE = "place"
    """Somebody in office; the id of the record is the place."""
    NOBODY = "nobody"


@attrs.frozen(kw_only=True)
class RecordKind:
    """What is known about one kind of record.

    Attributes:
        kind: As stores call it.
        title: What people call it.
        about: Whom it is about.
        classification: Who may see which field.
        columns: By which index columns it can be found, each with the field whose value it tells.
        child_column: The index column with the child's id; None for records about nobody in particular.
        child_field: The field of the document with the child's id, where the record has one.
        found_by: Asks for the records of a child where no column does, as for its data keys.
        reveals: The field that the id of a record tells: who may not see it finds no such record.
        retentions: How long it is kept, the longest counts; empty for what no period ends.
        archive: The kind of archive it is; None for other records.
        open_classification: Who may see which field of a record that the family may know of.
        is_open: Whether a record is one of those.
    """

    kind: str
    title: Text
    about: About
    classification: Classification = attrs.field(repr=False)
    columns: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    child_column: str | None = None
    child_field: str | None = None
    found_by: Callable[[str], Query] | None = attrs.field(default=None, repr=False)
    reveals: str = "id"
    retentions: tuple[Retention, ...] = ()
    archive: ArchiveKind | None = attrs.field(default=None, repr=False)
    open_classification: Classification | None = attrs.field(default=None, repr=False)
    is_open: Callable[[JsonObject], bool] = attrs.field(default=lambda _: False, repr=False, eq=False)

    def classes_of(self, document: JsonObject) -> Classification:
        """Return the classes of the fields of this record."""
        if self.open_classification is not None and self.is_open(document):
            return self.open_classification
        return self.classification

    def of_child(self, child: str) -> Query | None:
        """Return the question for the records about *child*; None where they are not found by one."""
        if self.found_by is not None:
            return self.found_by(child)
        return None if self.child_column is None else Query(kind=self.kind, equals={self.child_column: child})

    def child_of(self, id_: str, document: JsonObject) -> str | None:
        """Return the id of the child that a record is about, or None."""
        if self.about is About.CHILD:
            return id_
        found = document.get(self.child_field) if self.child_field is not None else None
        if found is None and self.about is About.OF_CHILD and self.child_field is None:
            # The report of a verdict does not name the child; its id does, behind the policy.
            found = id_.rpartition(":")[2]
        return found if isinstance(found, str) and found else None


_AFTER_SERVICE = Retention(start=RetentionStart.SERVICE_ENDED, months=24)


def _of_child(
    kind: str,
    zh: str,
    en: str,
    classes: Classification,
    columns: Mapping[str, str],
    *,
    child_field: str | None = "child",
    reveals: str = "child",
) -> RecordKind:
    return RecordKind(
        kind=kind,
        title=Text(zh, en),
        about=About.OF_CHILD,
        classification=classes,
        columns=columns,
        child_column="child",
        child_field=child_field,
        reveals=reveals,
        retentions=(_AFTER_SERVICE,),
    )


_PROGRAM_KINDS: Final = (
    RecordKind(
        kind=records.CHILD,
        title=Text("儿童", "child"),
        about=About.CHILD,
        classification=CHILD_FIELDS,
        columns={"place": "residence.place", "identity": "identity_number"},
        retentions=(_AFTER_SERVICE,),
    ),
    RecordKind(
        kind=records.HELPER,
        title=Text("帮扶人", "helper"),
        about=About.HELPER,
        classification=HELPER_FIELDS,
        columns={"place": "residence.place"},
    ),
    RecordKind(
        kind=records.VILLAGE_LINK,
        title=Text("挂钩联系", "village link"),
        about=About.PLACE,
        classification=fields.VILLAGE_LINK_FIELDS,
        columns={"person": "person"},
        reveals="place",
    ),
    _of_child(
        records.VERDICT,
        "判定",
        "verdict",
        fields.VERDICT_FIELDS,
        {"child": "policy", "determination": "determination", "next_change": "next_change"},
        child_field=None,
        reveals="policy",
    ),
    _of_child(
        ENROLLMENT,
        "纳入",
        "enrollment",
        fields.ENROLLMENT_FIELDS,
        {"child": "child", "policy": "policy"},
        reveals="policy",
    ),
    _of_child(
        records.PAIRING,
        "结对",
        "pairing",
        fields.PAIRING_FIELDS,
        {"child": "child", "helper": "helper", "status": "status"},
    ),
    _of_child(records.CARE_PLAN, "帮扶计划", "care plan", fields.PLAN_FIELDS, {"child": "child", "term": "term.id"}),
    _of_child(
        records.DUTY,
        "任务",
        "duty",
        fields.DUTY_FIELDS,
        {"child": "child", "due": "due", "responsible": "responsible.id"},
    ),
    _of_child(
        CONSENT,
        "同意书",
        "consent",
        fields.CONSENT_FIELDS,
        {"child": "child", "guardian": "guardian"},
    ),
    _of_child(
        ACCESS_GRANT,
        "查阅授权",
        "access grant",
        fields.GRANT_FIELDS,
        {"child": "child", "grantee": "grantee", "review": "reviewed_by"},
    ),
    _of_child(
        ACCESS_REQUEST,
        "查阅申请",
        "access request",
        fields.REQUEST_FIELDS,
        {"child": "child", "grantee": "grantee"},
    ),
    _of_child(LEGAL_HOLD, "保留令", "legal hold", fields.HOLD_FIELDS, {"child": "child"}),
    RecordKind(
        kind=ERASURE_RECEIPT,
        title=Text("删除回执", "erasure receipt"),
        about=About.NOBODY,
        classification=fields.RECEIPT_FIELDS,
        columns={"erased": "erased"},
        reveals="erased",
    ),
    RecordKind(
        kind=ERASED_MARK,
        title=Text("删除标记", "mark of an erasure"),
        about=About.NOBODY,
        classification=fields.NOBODYS_FIELDS,
    ),
    # What is left of an archive between the two steps in which fields of it are erased; it belongs to the child.
    RecordKind(
        kind=ARCHIVE_REMAINS,
        title=Text("档案余留", "remains of an archive"),
        about=About.NOBODY,
        classification=fields.NOBODYS_FIELDS,
        child_column="child",
    ),
    RecordKind(
        kind=DATA_KEY,
        title=Text("数据密钥", "data key"),
        about=About.NOBODY,
        classification=fields.NOBODYS_FIELDS,
        found_by=lambda child: keys_of(KeyOwner(records.CHILD, child)),
    ),
)


def archive_record_kind(archive: ArchiveKind) -> RecordKind:
    """Return the kind of record that archives of that kind are kept as."""
    current = archive.current
    return RecordKind(
        kind=f"{ARCHIVE_PREFIX}{archive.id}",
        title=current.title,
        about=About.OF_CHILD,
        classification=classification_of(current),
        # Village and term tell no more of an archive than whom it is about: who may know the one may search by them.
        columns={"child": "child", "place": "child", "term": "child"},
        child_column="child",
        child_field="child",
        reveals="child",
        retentions=current.retentions,
        archive=archive,
    )


def record_kinds(
    archives: Mapping[str, ArchiveKind], *, opened: Mapping[str, Opened] = MappingProxyType({})
) -> Mapping[str, RecordKind]:
    """Return every kind of record by its name, those of *archives* included, see `PluginHost.archive_kinds`.

    Args:
        archives: The kinds of archives.
        opened: Kinds of which a family may read some records, each with their classes and with which ones these are,
            see `told_to_families`; none if not given.
    """
    kinds = {kind.kind: kind for kind in _PROGRAM_KINDS}
    kinds |= {kind.kind: kind for kind in map(archive_record_kind, archives.values())}
    for name, (classes, is_open) in opened.items():
        kinds[name] = attrs.evolve(kinds[name], open_classification=classes, is_open=is_open)
    return MappingProxyType(kinds)


def subject_of_child(id_: str, document: JsonObject | None) -> Subject:
    """Return a child as far as it decides who sees its records; a child that is not on file is guarded the most."""
    return Subject(id=id_, place=_place(document), birth_date=_day(document, "birth_date"))


def subject_of_helper(id_: str, document: JsonObject) -> Subject:
    """Return a helper as far as it decides who sees their record.

    Classmates and student volunteers without a birth date count as children.
    """
    born = _day(document, "birth_date")
    young = document.get("kind") in {HelperKind.CLASSMATE, HelperKind.STUDENT_VOLUNTEER}
    return Subject(id=id_, place=_place(document), birth_date=born, serves=born is not None or not young)


def subject_in_office(place: str) -> Subject:
    """Return who answers for *place*, as far as it decides who sees the link."""
    return Subject(id="", place=_code(place), serves=True)


def _place(document: JsonObject | None) -> PlaceCode | None:
    residence = None if document is None else document.get("residence")
    return _code(residence.get("place")) if isinstance(residence, Mapping) else None


def _code(text: object) -> PlaceCode | None:
    try:
        return PlaceCode(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _day(document: JsonObject | None, name: str) -> dt.date | None:
    text = None if document is None else document.get(name)
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
