"""Who may see which field of an archive?

The classification that `privacy.view` needs, made from the schema, so that the two can never differ.
"""

from collections.abc import Iterator, Sequence

from careprogram.archives.schema import ArchiveField, ArchiveSchema, ListType, RecordType
from careprogram.privacy import Classification, FieldClass


def classification_of(schema: ArchiveSchema) -> Classification:
    """Return the class of every field of *schema*, those inside records and lists included."""
    return Classification(dict(_classes(schema.fields, "")))


def _classes(fields: Sequence[ArchiveField], prefix: str) -> Iterator[tuple[str, FieldClass]]:
    for field in fields:
        path = f"{prefix}{field.name}"
        yield path, FieldClass(sensitivity=field.sensitivity, purposes=field.purposes, mask=field.mask)
        inner, step = (field.type.of, "[].") if isinstance(field.type, ListType) else (field.type, ".")
        if isinstance(inner, RecordType):
            yield from _classes(inner.fields, f"{path}{step}")
