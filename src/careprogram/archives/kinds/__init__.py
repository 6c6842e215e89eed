"""Which kinds of archive ship?

One module a kind. Each is a value; a site adds its own through the hook ``careprogram_archive_schemas``.
"""

from careprogram.archives.kinds.attachment import ATTACHMENT
from careprogram.archives.kinds.base import BASE
from careprogram.archives.kinds.family_affection import FAMILY_AFFECTION
from careprogram.archives.kinds.growth_record import GROWTH_RECORD
from careprogram.archives.kinds.hardship_case import HARDSHIP_CASE
from careprogram.archives.kinds.health import HEALTH
from careprogram.archives.kinds.learning import LEARNING
from careprogram.archives.kinds.survey import SURVEY

SHIPPED = (BASE, LEARNING, FAMILY_AFFECTION, HEALTH, HARDSHIP_CASE, GROWTH_RECORD, SURVEY, ATTACHMENT)
"""The kinds that ship, in the order in which they are shown."""

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
]
