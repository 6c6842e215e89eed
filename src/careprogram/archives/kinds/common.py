"""What do all kinds of archive have in common?

The field that says whom an archive is about, and short forms for the fields of one purpose.
"""

from typing import Final

from careprogram.archives.schema import SUBJECT, ArchiveField, Choice, ChoiceType, FieldType, ListType, ReferenceType
from careprogram.language import Text
from careprogram.privacy import DataClass, Mask, Purpose, Retention, RetentionStart, Sensitivity

ALL_PURPOSES = frozenset(Purpose)

USUAL_RETENTION: Final = Retention(start=RetentionStart.SERVICE_ENDED, months=24)
"""Two years after the program no longer serves the child."""

SHORT_RETENTION: Final = Retention(start=RetentionStart.SERVICE_ENDED, months=12)
"""One year after it, for what can hurt most."""

ATTACHMENTS: Final = ListType(of=ReferenceType(to="attachment"), longest=100)
"""Ids of archives of the kind ``attachment``, which say what lies elsewhere."""


def subject() -> ArchiveField:
    """Return the field that says which child an archive is about."""
    return ArchiveField(
        name=SUBJECT,
        type=ReferenceType(to="child"),
        label=Text("儿童", "child"),
        sensitivity=Sensitivity.INTERNAL,
        purposes=ALL_PURPOSES,
        required=True,
    )


def field(
    name: str,
    type: FieldType,  # noqa: A002 - the word of the schema
    zh: str,
    sensitivity: Sensitivity,
    purposes: frozenset[Purpose],
    *,
    required: bool = False,
    mask: Mask | None = None,
    retention: Retention = USUAL_RETENTION,
    data_class: DataClass | None = None,
    guarded: bool = False,
) -> ArchiveField:
    """Return a field whose English label is its name in words."""
    return ArchiveField(
        name=name,
        type=type,
        label=Text(zh, name.replace("_", " ")),
        sensitivity=sensitivity,
        purposes=purposes,
        required=required,
        mask=mask,
        retention=retention,
        data_class=data_class,
        guarded=guarded,
    )


def choice(**labels: str) -> ChoiceType:
    """Return a choice among answers given as ``too_far="太远"``: stored ``too-far``, in English "too far"."""
    return ChoiceType(
        choices=tuple(
            Choice(value=name.replace("_", "-"), label=Text(zh, name.replace("_", " "))) for name, zh in labels.items()
        )
    )
