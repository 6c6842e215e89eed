"""What may an archive hold, and how does an old one open in the new version?

Schemas as typed values, strict checking with every problem by its path, a chain of versions without gaps, and JSON
Schema of each. Archives are kept by a store and seen through ``privacy.view``; nothing here does either.
"""

from careprogram.archives.classes import classification_of
from careprogram.archives.jsonschema import json_schema
from careprogram.archives.kinds import BASE, FAMILY_AFFECTION, LEARNING, SHIPPED
from careprogram.archives.schema import (
    ArchiveField,
    ArchiveSchema,
    Choice,
    ChoiceType,
    DateType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
    YesNoType,
)
from careprogram.archives.validation import ArchiveError, DocumentProblem, check, validate
from careprogram.archives.versions import ArchiveKind, Upcaster, open_archive

__all__ = [
    "BASE",
    "FAMILY_AFFECTION",
    "LEARNING",
    "SHIPPED",
    "ArchiveError",
    "ArchiveField",
    "ArchiveKind",
    "ArchiveSchema",
    "Choice",
    "ChoiceType",
    "DateType",
    "DocumentProblem",
    "FieldType",
    "ListType",
    "NumberType",
    "RecordType",
    "ReferenceType",
    "TextType",
    "Upcaster",
    "YesNoType",
    "check",
    "classification_of",
    "json_schema",
    "open_archive",
    "validate",
]
