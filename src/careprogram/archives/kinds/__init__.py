"""Which kinds of archive ship?

One module a kind. Each is a value; a site adds its own through the hook ``careprogram_archive_schemas``.
"""

from careprogram.archives.kinds.base import BASE
from careprogram.archives.kinds.family_affection import FAMILY_AFFECTION
from careprogram.archives.kinds.learning import LEARNING

SHIPPED = (BASE, LEARNING, FAMILY_AFFECTION)
"""The kinds that ship, in the order in which they are shown."""

__all__ = ["BASE", "FAMILY_AFFECTION", "LEARNING", "SHIPPED"]
