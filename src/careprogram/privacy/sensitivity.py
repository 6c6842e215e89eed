"""How delicate is a field, what may it be used for, and how long is it kept?

The words in which every field of every record is classified. Law: Personal Information Protection Law (PIPL) art. 6
(purpose limitation, least extent), 19 (shortest retention), 28 (sensitive information, and all of a child under 14).
Nothing here decides who may see what: that is `roles` and `view`.
"""

import datetime as dt
import enum

import attrs

from careprogram.dates import add_months, birthday_in
from careprogram.errors import ValidationError
from careprogram.people import Answer


class Sensitivity(enum.Enum):
    """How much harm it does when the wrong person reads a field; from least to most.

    Compare with `covers`: the names have no useful alphabetical order, so `<` is refused.
    """

    __hash__ = object.__hash__  # a member is equal to itself alone; Enum would hash its name, in Python

    PUBLIC = "public"
    """Says nothing about a person: a code, a version, a kind of record."""
    INTERNAL = "internal"
    """Says something, but not about whom: sex, grade, village."""
    PERSONAL = "personal"
    """Says who somebody is or how to reach them: name, birth date, phone, address."""
    SENSITIVE = "sensitive"
    """Can hurt: health, identity number, hardship, family planning, wishes against a person."""

    @property
    def rank(self) -> int:
        """0 for the least delicate, 3 for the most."""
        return _RANK[self.value]

    def covers(self, other: "Sensitivity") -> bool:
        """Return whether a clearance of this height is enough for *other*.

        Examples:
            >>> Sensitivity.PERSONAL.covers(Sensitivity.INTERNAL)
            True
        """
        return self.rank >= other.rank


_RANK = {one.value: rank for rank, one in enumerate(Sensitivity)}


class Purpose(Answer):
    """What somebody looks at a record for. A field is shown only for the purposes it was gathered for."""

    CARE = "care", "关爱服务"
    PAIRING = "pairing", "结对帮扶"
    EDUCATION = "education", "学习辅导"
    HEALTH = "health", "健康"
    AID = "aid", "救助"
    CONTACT = "contact", "亲情联系"
    SAFEGUARDING = "safeguarding", "安全保护"
    STATISTICS = "statistics", "统计"


class DataClass(Answer):
    """What kind of fact a field holds: what a guardian agrees to, one by one."""

    IDENTITY = "identity", "身份信息"
    CONTACT = "contact", "联系方式"
    FAMILY = "family", "家庭与亲情"
    SCHOOLING = "schooling", "学习"
    HEALTH = "health", "健康"
    HARDSHIP = "hardship", "困难与救助"
    PROTECTION = "protection", "安全保护"
    CARE = "care", "关爱服务记录"


class RetentionStart(enum.Enum):
    """From when the months of a retention are counted."""

    RECORDED = "recorded"
    """The day the record was made."""
    SERVICE_ENDED = "service-ended"
    """The day on which the program no longer serves the child."""
    MAJORITY = "majority"
    """The 18th birthday."""


@attrs.frozen(kw_only=True)
class Retention:
    """How long a field is kept.

    Attributes:
        start: From when the months are counted.
        months: How many; 0 or more.

    Raises:
        ValidationError: The months are negative.
    """

    start: RetentionStart
    months: int

    def __attrs_post_init__(self) -> None:
        if self.months < 0:
            raise ValidationError("a retention lasts 0 or more months", reason="retention")

    def last_day(
        self, *, recorded_on: dt.date, service_ended_on: dt.date | None, birth_date: dt.date | None
    ) -> dt.date | None:
        """Return the last day on which the field may be kept; None while that day cannot be told yet.

        Args:
            recorded_on: When the record was made.
            service_ended_on: When the service for the child ended; None while it goes on.
            birth_date: Of the child; None if unknown.
        """
        starts = {
            RetentionStart.RECORDED: recorded_on,
            RetentionStart.SERVICE_ENDED: service_ended_on,
            RetentionStart.MAJORITY: None if birth_date is None else birthday_in(birth_date, birth_date.year + 18),
        }
        start = starts[self.start]
        return None if start is None else add_months(start, self.months)
