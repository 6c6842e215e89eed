"""What becomes of records and plan when somebody says yes or no?

Pure functions: from a live plan and the records on file they return new records and the plan that is best from then on.
A proposal that the new plan no longer makes is ended with its reason; a pair that both sides accepted never moves.
"""

import datetime as dt
from collections.abc import Iterable

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.pairing.choosing.live_plan import LivePlan
from careprogram.pairing.lifecycle import Pairing, PairingStatus, accept, decline, end_pairing, propose
from careprogram.pairing.plan import PairingRole
from careprogram.pairing.solving.updating import Moved

SUPERSEDED = "因他人的选择而改配 / another answer changed the plan"


@attrs.frozen(kw_only=True)
class Answered:
    """What an answer came to.

    Attributes:
        live_plan: The plan from then on; put the next answer to it.
        pairings: Every record, in the order given, the new proposals last.
        moved: Every child whose helpers changed in the plan, by the answer or in its wake.
    """

    live_plan: LivePlan
    pairings: tuple[Pairing, ...]
    moved: tuple[Moved, ...]


def accept_pair(
    live_plan: LivePlan, pairings: Iterable[Pairing], child: ChildId, helper: HelperId, *, on: dt.date
) -> Answered:
    """Both sides said yes, to what was proposed or to another helper off the shortlist.

    Args:
        live_plan: The plan as it stands.
        pairings: The records on file.
        child: Who was asked.
        helper: Whom the child gets.
        on: The day.

    Raises:
        PairingError: The pair is not possible, or there is no seat or place for it.
    """
    after, change = live_plan.accepted(child, helper)
    records = list(pairings)
    at = _proposal(records, live_plan.first.strategy, child, helper)
    if at is None:
        records.append(
            propose(child, helper, strategy=live_plan.first.strategy, on=on, role=_role(after, child, helper))
        )
        at = len(records) - 1
    if records[at].status is PairingStatus.PROPOSED:
        records[at] = accept(records[at], on=on)
    return Answered(live_plan=after, pairings=_brought_up(records, after, on), moved=change.moved)


def decline_pair(
    live_plan: LivePlan, pairings: Iterable[Pairing], child: ChildId, helper: HelperId, *, on: dt.date, reason: str
) -> Answered:
    """One side said no to what was proposed; the pair is not proposed again.

    Args:
        live_plan: The plan as it stands.
        pairings: The records on file.
        child: Who was asked.
        helper: Who was proposed.
        on: The day.
        reason: Why.

    Raises:
        PairingError: No such proposal is on file, the pair is settled already, or the reason is empty.
    """
    records = list(pairings)
    at = _proposal(records, live_plan.first.strategy, child, helper)
    if at is None:
        raise PairingError(f"no proposal of helper {helper} for child {child} is on file")
    records[at] = decline(records[at], on=on, reason=reason)
    after, change = live_plan.declined(child, helper)
    return Answered(live_plan=after, pairings=_brought_up(records, after, on), moved=change.moved)


def _proposal(records: list[Pairing], strategy: str, child: ChildId, helper: HelperId) -> int | None:
    return next(
        (
            at
            for at, one in enumerate(records)
            if one.stands and (one.child, one.helper, one.strategy) == (child, helper, strategy)
        ),
        None,
    )


def _role(live_plan: LivePlan, child: ChildId, helper: HelperId) -> PairingRole:
    return next(pair.role for pair in live_plan.pairs if (pair.child, pair.helper) == (child, helper))


def _brought_up(records: list[Pairing], live_plan: LivePlan, on: dt.date) -> tuple[Pairing, ...]:
    """End the proposals that the plan no longer makes, and add those that it makes now."""
    strategy = live_plan.first.strategy
    made = {(pair.child, pair.helper): pair.role for pair in live_plan.pairs}
    kept = [
        end_pairing(one, on=on, reason=SUPERSEDED)
        if one.strategy == strategy and one.status is PairingStatus.PROPOSED and (one.child, one.helper) not in made
        else one
        for one in records
    ]
    on_file = {(one.child, one.helper) for one in kept if one.stands and one.strategy == strategy}
    fresh = (
        propose(child, helper, strategy=strategy, on=on, role=role)
        for (child, helper), role in made.items()
        if (child, helper) not in on_file
    )
    return (*kept, *fresh)
