"""What does an archive schema look like to tools that know JSON Schema?

Draft 2020-12. A document fits the exported schema exactly when `validation.check` finds nothing, with one exception
that JSON Schema cannot say: it takes ``1.0`` for a whole number. Sensitivity, purposes and retention travel along as
``x-`` members.
"""

from collections.abc import Sequence

from careprogram.archives.schema import (
    ArchiveField,
    ArchiveSchema,
    ChoiceType,
    DateType,
    DigestType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
)
from careprogram.archives.validation import DATE_PATTERN, DIGEST_PATTERN
from careprogram.ids import LONGEST_NAME

_NO_HALF_SURROGATE = r"^[^\ud800-\udfff]*$"


def json_schema(schema: ArchiveSchema) -> dict[str, object]:
    """Return the JSON Schema of one version of an archive.

    Examples:
        >>> from careprogram.archives import BASE
        >>> json_schema(BASE.current)["$id"]
        'urn:careprogram:archive:base:1'
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:careprogram:archive:{schema.id}:{schema.version}",
        "title": schema.title.en,
        "x-title-zh": schema.title.zh,
        **_record_schema(schema.fields),
    }


def _record_schema(fields: Sequence[ArchiveField]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {field.name: _field_schema(field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _field_schema(field: ArchiveField) -> dict[str, object]:
    value = _type_schema(field.type)
    return {
        "title": field.label.en,
        "x-title-zh": field.label.zh,
        "x-sensitivity": field.sensitivity.value,
        "x-purposes": sorted(purpose.value for purpose in field.purposes),
        "x-retention": {"start": field.retention.start.value, "months": field.retention.months},
        **(value if field.required else {"anyOf": [value, {"type": "null"}]}),
    }


def _type_schema(type_: FieldType) -> dict[str, object]:
    if isinstance(type_, RecordType):
        return _record_schema(type_.fields)
    if isinstance(type_, ListType):
        return {"type": "array", "items": _type_schema(type_.of), "maxItems": type_.longest}
    if isinstance(type_, TextType):
        return {"type": "string", "maxLength": type_.longest, "pattern": _NO_HALF_SURROGATE}
    if isinstance(type_, ReferenceType):
        return {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_NAME,
            "pattern": _NO_HALF_SURROGATE,
            "x-refers-to": type_.to,
        }
    if isinstance(type_, NumberType):
        return {"type": "integer", "minimum": type_.lowest, "maximum": type_.highest, "x-unit": type_.unit}
    if isinstance(type_, DateType):
        return {"type": "string", "format": "date", "pattern": DATE_PATTERN, "maxLength": 10}
    if isinstance(type_, DigestType):
        return {"type": "string", "pattern": DIGEST_PATTERN, "maxLength": 64}
    if isinstance(type_, ChoiceType):
        return {
            "enum": [choice.value for choice in type_.choices],
            "x-labels-zh": [choice.label.zh for choice in type_.choices],
        }
    return {"type": "boolean"}
