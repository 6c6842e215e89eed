"""What do all kinds of archive have in common?

The field that says whom an archive is about, and short forms for the fields of one purpose.
"""

from careprogram.archives.schema import SUBJECT, ArchiveField, FieldType, ReferenceType
from careprogram.language import Text
from careprogram.privacy import Mask, Purpose, Sensitivity

ALL_PURPOSES = frozenset(Purpose)


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
    )
