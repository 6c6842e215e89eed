"""Where did the parents keep silent for longer than the law allows?

Parents contact the child and the caregiver at least once a week (minors law, art. 23): two streams, each looked at by
itself. Read from the contacts of a family-affection archive; an entry that does not say whom it reached belongs to
neither stream and is counted beside them. Nothing here guesses a contact.
"""

import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from careprogram.archives.validation import Document
from careprogram.errors import ValidationError
from careprogram.people import ContactMeans

Reached: TypeAlias = Literal["child", "caregiver"]

LONGEST_GAP: Final = 7
"""Days from one contact to the next that the law allows."""


@attrs.frozen(kw_only=True)
class ContactGap:
    """A stretch without contact that was too long.

    Attributes:
        begin: The contact before it, or the first day that was looked at.
        end: The contact after it, or the last day that was looked at.
        closed: Whether a contact ended it.
    """

    begin: dt.date
    end: dt.date
    closed: bool

    @property
    def days(self) -> int:
        """Days from one end to the other."""
        return (self.end - self.begin).days


@attrs.frozen(kw_only=True)
class ContactStream:
    """The contacts that reached one person.

    Attributes:
        reached: Whom.
        contacts: How many days had one.
        gaps: The stretches that were too long, in order.
        unassigned: Contacts of that time that do not say whom they reached.
    """

    reached: Reached
    contacts: int
    gaps: tuple[ContactGap, ...]
    unassigned: int


def contact_stream(
    archive: Document,
    *,
    reached: Reached,
    first: dt.date,
    last: dt.date,
    longest: int = LONGEST_GAP,
    means: Collection[ContactMeans] | None = None,
) -> ContactStream:
    """Return the contacts with the child, or with the caregiver, and the gaps between them.

    Args:
        archive: A family-affection archive of the current version.
        reached: Whose contacts.
        first: The first day looked at; a gap can begin on it.
        last: The last day looked at, such as today.
        longest: Days from one contact to the next that are no gap yet.
        means: Only contacts by these means count; all if not given.

    Raises:
        ValidationError: The days are out of order, or *longest* is below 1.

    Examples:
        >>> contacts = [{"on": "2026-09-06", "reached": "child"}, {"on": "2026-09-20", "reached": "child"}]
        >>> stream = contact_stream({"child": "c-1", "contacts": contacts}, reached="child",
        ...                         first=dt.date(2026, 9, 1), last=dt.date(2026, 9, 25))
        >>> [(gap.begin.isoformat(), gap.days) for gap in stream.gaps]
        [('2026-09-06', 14)]
    """
    if last < first or longest < 1:
        raise ValidationError("give a first day, a last day that is not before it, and a longest gap of 1 day or more")
    entries = [entry for entry in _entries(archive) if _counts(entry, first, last, means)]
    days = sorted({_day(entry) for entry in entries if entry.get("reached") == reached})
    ends = [first, *days, last]
    gaps = (
        ContactGap(begin=begin, end=end, closed=index < len(days))
        for index, (begin, end) in enumerate(itertools.pairwise(ends))
    )
    return ContactStream(
        reached=reached,
        contacts=len(days),
        gaps=tuple(gap for gap in gaps if gap.days > longest),
        unassigned=sum(entry.get("reached") is None for entry in entries),
    )


def _entries(archive: Document) -> Iterator[Mapping[str, object]]:
    contacts = archive.get("contacts")
    return (entry for entry in (contacts if isinstance(contacts, list | tuple) else ()) if isinstance(entry, Mapping))


def _day(entry: Mapping[str, object]) -> dt.date:
    return dt.date.fromisoformat(str(entry["on"]))


def _counts(entry: Mapping[str, object], first: dt.date, last: dt.date, means: Collection[ContactMeans] | None) -> bool:
    return first <= _day(entry) <= last and (means is None or entry.get("means") in {one.value for one in means})
