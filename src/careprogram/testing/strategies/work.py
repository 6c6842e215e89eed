"""What may the work of a program look like: verdicts, pairings, risk, duties?

Hypothesis strategies for what other rooms work out. Each comes out of the function that works it out, from children and
helpers that were drawn, so that it is one that could have been.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TypeAlias

from hypothesis import strategies as st

from careprogram.care import Duty, RiskAssessment, assess_risk, duties_for_term
from careprogram.eligibility import judge, shipped_policies
from careprogram.pairing import (
    Pairing,
    PairingRole,
    PairingStatus,
    accept,
    decline,
    end_pairing,
    propose,
    resume,
    shipped_strategies,
    start,
    suspend,
)
from careprogram.rules import Verdict
from careprogram.testing.strategies.care import planned_children
from careprogram.testing.strategies.people import children
from careprogram.testing.strategies.values import AS_OF, child_ids, helper_ids

Move: TypeAlias = Callable[[Pairing, dt.date], Pairing]

_WHY = "drawn by a strategy"


def _end(pairing: Pairing, on: dt.date) -> Pairing:
    return end_pairing(pairing, on=on, reason=_WHY)


_MOVES: Mapping[PairingStatus, tuple[Move, ...]] = {
    PairingStatus.PROPOSED: (
        lambda pairing, on: accept(pairing, on=on),
        lambda pairing, on: decline(pairing, on=on, reason=_WHY),
        _end,
    ),
    PairingStatus.ACCEPTED: (lambda pairing, on: start(pairing, on=on), _end),
    PairingStatus.ACTIVE: (lambda pairing, on: suspend(pairing, on=on, reason=_WHY), _end),
    PairingStatus.SUSPENDED: (lambda pairing, on: resume(pairing, on=on), _end),
}


@st.composite
def verdicts(draw: st.DrawFn, *, as_of: dt.date = AS_OF) -> Verdict:
    """Draw what a shipped policy in force on *as_of* says of a child."""
    in_force = [policy for policy in shipped_policies().values() if policy.in_force_on(as_of)]
    child = draw(children(as_of=as_of, personal=False))
    return judge(child, draw(st.sampled_from(in_force)), as_of=as_of)


@st.composite
def pairings(draw: st.DrawFn, *, since: dt.date = AS_OF) -> Pairing:
    """Draw pairings anywhere in their lives, from the proposal on *since* through up to five moves."""
    pairing = propose(
        draw(child_ids()),
        draw(helper_ids()),
        strategy=draw(st.sampled_from(sorted(shipped_strategies()))),
        on=since,
        role=draw(st.sampled_from(PairingRole)),
    )
    for _ in range(draw(st.integers(0, 5))):
        moves = _MOVES.get(pairing.status, ())
        if not moves:
            break
        on = pairing.history[-1].on + dt.timedelta(days=draw(st.integers(0, 60)))
        pairing = draw(st.sampled_from(moves))(pairing, on)
    return pairing


@st.composite
def risk_assessments(draw: st.DrawFn, *, as_of: dt.date = AS_OF) -> RiskAssessment:
    """Draw how much danger a child is in."""
    return assess_risk(draw(children(as_of=as_of, personal=False)), as_of=as_of)


@st.composite
def duties(draw: st.DrawFn) -> Duty:
    """Draw one of the duties that follow from a plan of care."""
    child, plan, as_of = draw(planned_children())
    return draw(st.sampled_from(duties_for_term(plan, child, as_of=as_of, festivals=())))
