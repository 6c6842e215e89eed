"""Who may see which field of an archive?

The classification that `privacy.view` needs, made from the schema, so that the two can never differ.
"""

from careprogram.archives.schema import ArchiveField, ArchiveSchema, every_field
from careprogram.privacy import Classification, FieldClass
from careprogram.privacy.classification import data_class_for


def classification_of(schema: ArchiveSchema) -> Classification:
    """Return the class of every field of *schema*, those inside records and lists included."""
    return Classification({path: _class_of(field) for path, field in every_field(schema.fields)})


def _class_of(field: ArchiveField) -> FieldClass:
    return FieldClass(
        sensitivity=field.sensitivity,
        purposes=field.purposes,
        mask=field.mask,
        data_class=field.data_class or data_class_for(field.purposes),
        guarded=field.guarded,
    )
