"""Is the audit trail still what was written?

Keeps the end of the trail with an anchor outside the store, and compares the whole trail with it. It writes nothing
into the store, and tells positions only, never what stands there.
"""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from careprogram.errors import AuditTrailError, CareProgramError, ConflictError
from careprogram.ports import (
    Ability,
    AuditAnchor,
    AuditHead,
    AuditRecord,
    ChainFault,
    ChainProblem,
    Store,
    check_chain,
)

if TYPE_CHECKING:
    from careprogram.program.program import Program


@attrs.frozen(kw_only=True)
class TrailReport:
    """What verifying an audit trail found.

    Attributes:
        entries: How many entries were read.
        kept: The head that was kept outside last; None where there is no anchor, or nothing was kept yet.
        problems: What is not as it was written; nothing where all is.
    """

    entries: int
    kept: AuditHead | None
    problems: tuple[ChainProblem, ...]


def trail(store: Store, *, page: int = 2_000) -> Iterator[AuditRecord]:
    """Go through the whole audit trail in order, a page at a time."""
    after = 0
    while entries := store.audit(after=after, limit=page):
        yield from entries
        after = max(entries[-1].position, after + 1)  # a trail that was tampered with must end, too


def verify_trail(store: Store, anchor: AuditAnchor | None = None) -> TrailReport:
    """Compare every entry with its digest, and the trail with the head that *anchor* kept last.

    Raises:
        StoreError: The store or the anchor cannot be read.
    """
    kept = anchor.latest() if anchor is not None else None
    read = 0
    unreadable: list[ChainProblem] = []

    def counted() -> Iterator[AuditRecord]:
        nonlocal read
        try:
            for one in trail(store):
                read += 1
                yield one
        except AuditTrailError as error:  # what stands there is no entry; nothing behind it can be read
            unreadable.append(ChainProblem(fault=ChainFault.ALTERED, position=error.position))

    problems = check_chain(counted(), head=kept)
    if unreadable:
        problems = (*(one for one in problems if one.fault is not ChainFault.CUT), *unreadable)
    return TrailReport(entries=read, kept=kept, problems=problems)


def keep_head(store: Store, anchor: AuditAnchor, *, at: dt.datetime) -> AuditHead:
    """Keep the end of the trail of *store* with *anchor*, having seen that the one kept before still stands in it.

    Raises:
        ConflictError: It does not: the trail was cut or changed. Nothing is kept then.
        StoreError: The store or the anchor failed.
    """
    head, latest = store.audit_head(), anchor.latest()
    if latest is not None and latest.position:
        standing = store.audit(after=latest.position - 1, limit=1)
        if not standing or (standing[0].position, standing[0].digest) != (latest.position, latest.digest):
            raise ConflictError(
                f"the audit trail was changed: entry {latest.position}, whose digest was kept outside, is not there any"
                " more; see `careprogram audit verify`"
            ).also_in_chinese(
                f"审计记录被改动：在外保存了摘要的第 {latest.position} 条已经不在；请看 `careprogram audit verify`"
            )
    anchor.keep(head, at=at)
    return head


def keep_end(program: "Program", store: Store) -> tuple[str, ...]:
    """Keep the end of the audit trail outside the store, and return what went wrong; the records are kept anyway.

    Every command that adds to the trail asks for it before it ends.
    """
    if Ability.DURABLE not in store.abilities:
        return ()  # its trail ends with the process
    try:
        anchor = program.open_anchor()
        if anchor is not None:
            keep_head(store, anchor, at=program.clock.now())
    except CareProgramError as error:
        return (str(error),)
    except Exception as error:  # noqa: BLE001 - an anchor may be a plugin's, and raise anything
        return (f"outputs.anchor: could not keep the end of the audit trail: it raised {type(error).__name__}",)
    return ()
