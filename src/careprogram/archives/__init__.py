"""What may an archive hold, and how does an old one open in the new version?

Schemas as typed values, strict checking with every problem by its path, a chain of versions without gaps, and JSON
Schema of each. Archives are kept by a store and seen through ``privacy.view``; nothing here does either.
"""

from careprogram.archives.classes import classification_of
from careprogram.archives.contact_gaps import ContactGap, ContactStream, contact_stream
from careprogram.archives.excellence import ExcellenceRate, excellence_rate
from careprogram.archives.extension import extended
from careprogram.archives.health_checks import health_check, not_told_since
from careprogram.archives.indicators import IndicatorLimits, RiskIndicator, Sign, risk_indicators
from careprogram.archives.jsonschema import json_schema
from careprogram.archives.kinds import (
    ATTACHMENT,
    BASE,
    FAMILY_AFFECTION,
    GROWTH_RECORD,
    HARDSHIP_CASE,
    HEALTH,
    LEARNING,
    SHIPPED,
    SURVEY,
)
from careprogram.archives.kinds.attachment import attachment_document, is_content_of
from careprogram.archives.schema import (
    ArchiveField,
    ArchiveSchema,
    Choice,
    ChoiceType,
    DateType,
    DigestType,
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
    "ATTACHMENT",
    "BASE",
    "FAMILY_AFFECTION",
    "GROWTH_RECORD",
    "HARDSHIP_CASE",
    "HEALTH",
    "LEARNING",
    "SHIPPED",
    "SURVEY",
    "ArchiveError",
    "ArchiveField",
    "ArchiveKind",
    "ArchiveSchema",
    "Choice",
    "ChoiceType",
    "ContactGap",
    "ContactStream",
    "DateType",
    "DigestType",
    "DocumentProblem",
    "ExcellenceRate",
    "FieldType",
    "IndicatorLimits",
    "ListType",
    "NumberType",
    "RecordType",
    "ReferenceType",
    "RiskIndicator",
    "Sign",
    "TextType",
    "Upcaster",
    "YesNoType",
    "attachment_document",
    "check",
    "classification_of",
    "contact_stream",
    "excellence_rate",
    "extended",
    "health_check",
    "is_content_of",
    "json_schema",
    "not_told_since",
    "open_archive",
    "risk_indicators",
    "validate",
]
