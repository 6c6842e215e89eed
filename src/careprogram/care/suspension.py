"""When do a child's duties rest?

Parents come home for the festival, a child moves away or dies: duties are muted for that time, their history stays.
What is urgent goes on while parents are at home.
"""

import datetime as dt

import attrs

from careprogram.errors import ValidationError
from careprogram.people.enums import Answer


class SuspensionReason(Answer):
    """Why duties rest."""

    PARENTS_HOME = "parents-home", "父母返乡"
    MOVED = "moved", "迁离"
    DIED = "died", "死亡"


@attrs.frozen(kw_only=True)
class Suspension:
    """A time in which a child's duties rest.

    Attributes:
        reason: Why.
        since: First day.
        until: Last day; None if open.

    Raises:
        ValidationError: It would end before it began.
    """

    reason: SuspensionReason
    since: dt.date
    until: dt.date | None = None

    def __attrs_post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValidationError("a suspension cannot end before it began", reason="order")

    def mutes(self, day: dt.date, *, urgent: bool) -> bool:
        """Return whether a duty due on *day* rests; an urgent one does not while parents are merely at home."""
        inside = self.since <= day and (self.until is None or day <= self.until)
        return inside and not (urgent and self.reason is SuspensionReason.PARENTS_HOME)
