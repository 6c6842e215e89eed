"""What has happened between this child and this helper?

A pairing is a record with a life of its own. Each change is a pure function that returns the record with one more
event; nothing is overwritten, and a move that the life does not allow is refused. Whom to pair is for the
strategies.
"""

import datetime as dt
import itertools
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId, stable_hash
from careprogram.language import Text
from careprogram.pairing.plan import PairingPlan, PairingRole
from careprogram.people import Child, Consent, Helper, Screening, ScreeningResult, VillageLinks
from careprogram.people.enums import Answer
from careprogram.unknown import Maybe


class PairingStatus(Answer):
    """Where a pairing stands."""

    PROPOSED = "proposed", "已提议"
    ACCEPTED = "accepted", "已接受"
    DECLINED = "declined", "已谢绝"
    ACTIVE = "active", "进行中"
    SUSPENDED = "suspended", "已暂停"
    ENDED = "ended", "已结束"
    HANDED_OVER = "handed-over", "已移交"

    @property
    def stands(self) -> bool:
        """Whether the pairing takes one of the helper's places."""
        return self in _STANDING

    @property
    def final(self) -> bool:
        """Whether no further move is possible."""
        return not MOVES[self]


_STANDING: Final = frozenset(
    {PairingStatus.PROPOSED, PairingStatus.ACCEPTED, PairingStatus.ACTIVE, PairingStatus.SUSPENDED}
)

MOVES: Final[Mapping[PairingStatus, frozenset[PairingStatus]]] = MappingProxyType(
    {
        PairingStatus.PROPOSED: frozenset({PairingStatus.ACCEPTED, PairingStatus.DECLINED, PairingStatus.ENDED}),
        PairingStatus.ACCEPTED: frozenset({PairingStatus.ACTIVE, PairingStatus.DECLINED, PairingStatus.ENDED}),
        PairingStatus.ACTIVE: frozenset({PairingStatus.SUSPENDED, PairingStatus.ENDED, PairingStatus.HANDED_OVER}),
        PairingStatus.SUSPENDED: frozenset({PairingStatus.ACTIVE, PairingStatus.ENDED, PairingStatus.HANDED_OVER}),
        PairingStatus.DECLINED: frozenset(),
        PairingStatus.ENDED: frozenset(),
        PairingStatus.HANDED_OVER: frozenset(),
    }
)
"""Per status the ones that may follow."""


@attrs.frozen(kw_only=True)
class PairingEvent:
    """One step in the life of a pairing.

    Attributes:
        status: Where it stood from then on.
        on: The day.
        reason: Why, in words; None where none was asked for.
    """

    status: PairingStatus
    on: dt.date
    reason: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class Pairing:
    """One child-helper tie (结对).

    Attributes:
        id: Follows from child, helper, strategy and the day of the proposal.
        child: Whom it is for.
        helper: Who helps.
        strategy: Which strategy proposed it.
        role: As what the helper serves.
        status: Where it stands; that of the last event.
        since: The day it was proposed.
        until: The day it came to its end; None while it goes on.
        reason: That of the last event.
        history: Every event, the oldest first; never shortened.

    Raises:
        PairingError: The history is empty, out of order, or does not lead to the status.
    """

    id: str
    child: ChildId
    helper: HelperId
    strategy: str
    role: PairingRole = PairingRole.HELPER
    status: PairingStatus
    since: dt.date
    until: dt.date | None = None
    reason: str | None = attrs.field(default=None, repr=False)
    history: tuple[PairingEvent, ...]

    def __attrs_post_init__(self) -> None:
        if not self.history or self.history[-1].status is not self.status:
            raise PairingError(f"pairing {self.id}: the last event of the history must be its status")
        if any(later.on < earlier.on for earlier, later in itertools.pairwise(self.history)):
            raise PairingError(f"pairing {self.id}: the events of a history are in the order of their days")

    @property
    def stands(self) -> bool:
        """Whether it takes one of the helper's places."""
        return self.status.stands


def pairing_id(child: ChildId, helper: HelperId, strategy: str, since: dt.date) -> str:
    """Return the id of a pairing; the same pair proposed again on another day is another pairing."""
    return f"pairing-{stable_hash('pairing-id', child, helper, strategy, since.isoformat()):016x}"


def propose(
    child: ChildId, helper: HelperId, *, strategy: str, on: dt.date, role: PairingRole = PairingRole.HELPER
) -> Pairing:
    """Return a new pairing, proposed on *on*."""
    return Pairing(
        id=pairing_id(child, helper, strategy, on),
        child=child,
        helper=helper,
        strategy=strategy,
        role=role,
        status=PairingStatus.PROPOSED,
        since=on,
        history=(PairingEvent(status=PairingStatus.PROPOSED, on=on),),
    )


def accept(pairing: Pairing, *, on: dt.date) -> Pairing:
    """Both sides said yes.

    Raises:
        PairingError: The life of a pairing does not allow it then, or the day lies before the last event.
    """
    return _move(pairing, PairingStatus.ACCEPTED, on, None)


def decline(pairing: Pairing, *, on: dt.date, reason: str) -> Pairing:
    """One side said no; the same pair is not proposed again.

    Raises:
        PairingError: The life of a pairing does not allow it then, the day lies before the last event, or the reason is
            empty.
    """
    return _move(pairing, PairingStatus.DECLINED, on, reason)


def start(pairing: Pairing, *, on: dt.date) -> Pairing:
    """The help began.

    Raises:
        PairingError: The life of a pairing does not allow it then, or the day lies before the last event.
    """
    return _move(pairing, PairingStatus.ACTIVE, on, None, before=PairingStatus.ACCEPTED)


def suspend(pairing: Pairing, *, on: dt.date, reason: str) -> Pairing:
    """The help pauses, for example while the parents are home; the place stays taken.

    Raises:
        PairingError: The life of a pairing does not allow it then, the day lies before the last event, or the reason is
            empty.
    """
    return _move(pairing, PairingStatus.SUSPENDED, on, reason)


def resume(pairing: Pairing, *, on: dt.date) -> Pairing:
    """The help goes on after a pause.

    Raises:
        PairingError: The life of a pairing does not allow it then, or the day lies before the last event.
    """
    return _move(pairing, PairingStatus.ACTIVE, on, None, before=PairingStatus.SUSPENDED)


def end_pairing(pairing: Pairing, *, on: dt.date, reason: str) -> Pairing:
    """The pairing is over.

    Raises:
        PairingError: The life of a pairing does not allow it then, the day lies before the last event, or the reason is
            empty.
    """
    return _move(pairing, PairingStatus.ENDED, on, reason)


def hand_over(pairing: Pairing, to: HelperId, *, on: dt.date, reason: str) -> tuple[Pairing, Pairing]:
    """Move the child to another helper.

    Returns:
        The old pairing, handed over, and the new one, proposed to *to* under the same strategy and role.

    Raises:
        PairingError: *to* is who helps already, or as for `end_pairing`.
    """
    if to == pairing.helper:
        raise PairingError(f"pairing {pairing.id}: hand it over to somebody else, or suspend it")
    new = propose(pairing.child, to, strategy=pairing.strategy, on=on, role=pairing.role)
    return _move(pairing, PairingStatus.HANDED_OVER, on, reason), new


def _move(
    pairing: Pairing, to: PairingStatus, on: dt.date, reason: str | None, *, before: PairingStatus | None = None
) -> Pairing:
    if to not in MOVES[pairing.status] or (before is not None and pairing.status is not before):
        allowed = ", ".join(sorted(MOVES[pairing.status])) or "nothing"
        raise PairingError(f"pairing {pairing.id} is {pairing.status} and cannot become {to}: allowed is {allowed}")
    if reason is not None and not reason.strip():
        raise PairingError(f"pairing {pairing.id}: say why it becomes {to}")
    if on < pairing.history[-1].on:
        raise PairingError(f"pairing {pairing.id}: {on} lies before its last event on {pairing.history[-1].on}")
    return attrs.evolve(
        pairing,
        status=to,
        until=None if to.stands else on,
        reason=reason,
        history=(*pairing.history, PairingEvent(status=to, on=on, reason=reason)),
    )


def pairings_of(plan: PairingPlan, *, on: dt.date, existing: Iterable[Pairing] = ()) -> tuple[Pairing, ...]:
    """Return the pairings of *plan*: those that stand already as they are, the others proposed on *on*.

    Args:
        plan: What a strategy answered.
        on: The day of the proposals.
        existing: The pairings the plan was made with.
    """
    standing = {(one.child, one.helper): one for one in existing if one.stands and one.strategy == plan.strategy}
    return tuple(
        standing.get((pair.child, pair.helper))
        or propose(pair.child, pair.helper, strategy=plan.strategy, on=on, role=pair.role)
        for pair in plan.pairs
    )


class OrphanCause(Answer):
    """Why a pairing that stands has lost its helper."""

    HELPER_GONE = "helper-gone", "帮扶人已不在名单"
    SCREENING_EXPIRED = "screening-expired", "背景审查已过期"
    SCREENING_BARRED = "screening-barred", "背景审查不通过"
    SCREENING_MISSING = "screening-missing", "无背景审查记录"
    CONSENT_ENDED = "consent-ended", "帮扶人不再同意"
    CHILD_CONSENT_ENDED = "child-consent-ended", "监护人不再同意"
    SUPERVISOR_ABSENT = "supervisor-absent", "无人负责：责任人不在岗"

    @property
    def text(self) -> Text:
        """What a reader sees."""
        return Text(self.zh, self.label("en"))


@attrs.frozen(kw_only=True)
class OrphanedPairing:
    """A pairing that stands on paper only.

    Attributes:
        pairing: The record.
        cause: What is missing.
        absent: For ``SUPERVISOR_ABSENT``: who answers for the place and is away, the nearest first; empty if nobody is
            named at all.
    """

    pairing: Pairing
    cause: OrphanCause
    absent: tuple[str, ...] = ()


def orphans(
    pairings: Iterable[Pairing],
    helpers: Iterable[Helper],
    *,
    as_of: dt.date,
    children: Iterable[Child] = (),
    links: VillageLinks | None = None,
    away: Collection[str] = (),
) -> tuple[OrphanedPairing, ...]:
    """Return the standing pairings that have lost what they rest on, in the order given, with one cause each.

    Classmates need no screening, as they help among themselves at school.

    Args:
        pairings: The records on file.
        helpers: Everybody who helps.
        as_of: The day.
        children: The children; without a child its guardian's consent and its place are not looked at.
        links: Who answers for which place; None if that is not to be looked at. A pairing is orphaned where nobody who
            answers for the child's place, or for one above it, is present.
        away: The persons of *links* who are absent on the day.
    """
    known = {helper.id: helper for helper in helpers}
    own = {child.id: child for child in children}
    found = []
    for pairing in pairings:
        if not pairing.stands:
            continue
        child = own.get(pairing.child)
        cause = _cause(pairing, known.get(pairing.helper), as_of)
        if cause is None and child is not None and _ended(child.consent, as_of):
            cause = OrphanCause.CHILD_CONSENT_ENDED
        if cause is not None:
            found.append(OrphanedPairing(pairing=pairing, cause=cause))
        elif child is not None and links is not None:
            chain = [link.person for link in links.chain(child.residence.place)]
            if all(person in away for person in chain):
                cause = OrphanCause.SUPERVISOR_ABSENT
                found.append(OrphanedPairing(pairing=pairing, cause=cause, absent=tuple(dict.fromkeys(chain))))
    return tuple(found)


def _ended(consent: Maybe[Consent] | None, as_of: dt.date) -> bool:
    """Return whether somebody said no, or took back or let lapse a yes; not to have been asked ends nothing."""
    return consent is None or (isinstance(consent, Consent) and not consent.covers(as_of))


def _cause(pairing: Pairing, helper: Helper | None, as_of: dt.date) -> OrphanCause | None:
    if helper is None:
        return OrphanCause.HELPER_GONE
    if _ended(helper.consent, as_of):
        return OrphanCause.CONSENT_ENDED
    if pairing.role is PairingRole.PEER or helper.screened(as_of):
        return None
    if not isinstance(helper.screening, Screening):
        return OrphanCause.SCREENING_MISSING
    barred = helper.screening.result is ScreeningResult.BARRED
    return OrphanCause.SCREENING_BARRED if barred else OrphanCause.SCREENING_EXPIRED
