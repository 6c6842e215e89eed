"""Was anything in an audit trail changed after it was written?

Every entry carries a digest of its content and of the digest before it, so that one that was edited, removed, moved or
put in between no longer fits what follows. Whoever can write to the database can compute a new chain as well, or cut
the end off; that shows only by a head that was kept elsewhere before: see `AuditAnchor`. Nothing here reads a store.
"""

import datetime as dt
import enum
import hashlib
from collections.abc import Iterable
from typing import Final

import attrs

from careprogram.language import Text
from careprogram.ports.canonical import text_in_json
from careprogram.ports.records import AuditEntry, AuditHead, AuditRecord

GENESIS: Final = "0" * 64
"""The digest before the first entry."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def chained(previous: str, *, position: int, command_id: str, entry: AuditEntry) -> str:
    """Return the digest of an entry: SHA-256 over the canonical JSON of all it says and of the digest before it.

    Args:
        previous: The digest of the entry before, or `GENESIS`.
        position: Its place in the trail.
        command_id: The command that wrote it.
        entry: What was written. Only the moment counts of its time, not the zone it was told in.

    Returns:
        64 hexadecimal digits.
    """
    # The canonical text of an object with these members, put together here as that is several times as quick.
    said = text_in_json
    text = (
        f'{{"action":{said(entry.action)},"actor":{said(entry.actor)},"at":"{(entry.at - _EPOCH) // _MICROSECOND}"'
        f',"command":{said(command_id)},"fields":[{",".join(map(said, entry.fields))}],"grant":{said(entry.grant)}'
        f',"position":{position:d},"previous":{said(previous)},"purpose":{said(entry.purpose)}'
        f',"subject":[{said(entry.subject_kind)},{said(entry.subject_id)}]}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


class ChainFault(enum.Enum):
    """How a trail can be broken."""

    ALTERED = "altered"
    """The entry, or the one before it, is not what was written, or was put there later."""
    MISSING = "missing"
    """Entries between this one and the one before it are gone."""
    MISPLACED = "misplaced"
    """The entry stands where it cannot have been written: before one of a lower number, or twice."""
    CUT = "cut"
    """The trail ends before the head that was kept outside."""
    REPLACED = "replaced"
    """The trail up to the head that was kept outside is another one than it was then."""


_TEXTS: Final = {
    ChainFault.ALTERED: Text(
        zh="第{position}条与其校验值不符：它或前一条被改动过",
        en="entry {position} does not fit: it or the one before was altered",
    ),
    ChainFault.MISSING: Text(zh="第{position}条之前缺少记录", en="entries before entry {position} are missing"),
    ChainFault.MISPLACED: Text(zh="第{position}条的位置不对", en="entry {position} stands in the wrong place"),
    ChainFault.CUT: Text(
        zh="审计记录缺少末尾：库外保存的末端是第{position}条",
        en="the end of the trail is missing: the head kept outside is entry {position}",
    ),
    ChainFault.REPLACED: Text(
        zh="截至第{position}条的审计记录与库外保存的末端不符",
        en="the trail up to entry {position} is not the one whose head was kept outside",
    ),
}


@attrs.frozen(kw_only=True)
class ChainProblem:
    """Something that shows that a trail was changed after it was written.

    Attributes:
        fault: In which way.
        position: The place at which it shows.
    """

    fault: ChainFault
    position: int

    @property
    def text(self) -> Text:
        """What to tell people; it names a place in the trail and nothing of what stands there."""
        told = _TEXTS[self.fault]
        return Text(zh=told.zh.format(position=self.position), en=told.en.format(position=self.position))


def check_chain(records: Iterable[AuditRecord], *, head: AuditHead | None = None) -> tuple[ChainProblem, ...]:
    """Tell what in a whole trail is not as it was written.

    Every single edit, removal, swap and insertion before the last entry is found, unless all digests behind it were
    computed anew; that, and a missing end, is found by *head* up to its position.

    Args:
        records: The whole trail from its first entry, in order; they may be read one by one.
        head: Where the trail ended when somebody outside the store kept it.

    Returns:
        What is wrong, in the order of the trail; nothing where all is as it was written.
    """
    found: list[ChainProblem] = []
    before = AuditHead(position=0, digest=GENESIS)
    at_head = before.digest if head is not None and head.position == 0 else None
    for one in records:
        expected = chained(before.digest, position=one.position, command_id=one.command_id, entry=one.entry)
        if one.position <= before.position:
            found.append(ChainProblem(fault=ChainFault.MISPLACED, position=one.position))
        elif one.position > before.position + 1:
            found.append(ChainProblem(fault=ChainFault.MISSING, position=one.position))
        elif one.digest != expected:
            found.append(ChainProblem(fault=ChainFault.ALTERED, position=one.position))
        before = AuditHead(position=one.position, digest=one.digest)
        if head is not None and one.position == head.position:
            at_head = one.digest
    if head is not None and at_head is None:
        found.append(ChainProblem(fault=ChainFault.CUT, position=head.position))
    elif head is not None and at_head != head.digest:
        found.append(ChainProblem(fault=ChainFault.REPLACED, position=head.position))
    return tuple(found)
