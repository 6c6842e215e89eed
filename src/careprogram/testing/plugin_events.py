"""Which events does a listener have to bear?

One of each kind and its edges: nobody eligible, no tier, no service, a child judged undetermined. Every id is made up;
nothing here looks at a plugin.
"""

import datetime as dt
from typing import Final

from careprogram.events import (
    ChildEnrolled,
    ChildJudged,
    ChildLeftUnpaired,
    DutyDue,
    Event,
    PairingProposed,
    PlanDrawn,
    RunFinished,
)
from careprogram.ids import ChildId, HelperId, PolicyId, ServiceId

DAY: Final = dt.date(2026, 9, 1)
"""The day of every made-up event."""

_CHILD, _POLICY = ChildId("child-made-up"), PolicyId("cn.left-behind.2016")


def trial_events() -> tuple[Event, ...]:
    """Return made-up events, at least one of each kind; new objects each time."""
    return (
        ChildEnrolled(child=_CHILD, version=1, as_of=DAY),
        ChildEnrolled(child=_CHILD, version=2, as_of=DAY),
        ChildJudged(child=_CHILD, policy=_POLICY, determination="eligible", tier=1, as_of=DAY),
        ChildJudged(child=_CHILD, policy=_POLICY, determination="ineligible", tier=None, as_of=DAY),
        ChildJudged(child=_CHILD, policy=_POLICY, determination="undetermined", tier=None, as_of=DAY),
        PairingProposed(
            pairing="pairing-made-up",
            child=_CHILD,
            helper=HelperId("helper-made-up"),
            strategy="one-to-many",
            as_of=DAY,
        ),
        ChildLeftUnpaired(child=_CHILD, strategy="one-to-many", reasons=("shortage",), as_of=DAY),
        ChildLeftUnpaired(child=_CHILD, strategy="of-a-plugin", reasons=("screening", "of-a-plugin"), as_of=DAY),
        PlanDrawn(child=_CHILD, services=(), open_cares=(), as_of=DAY),
        PlanDrawn(child=_CHILD, services=(ServiceId("study-tutoring"),), open_cares=("life", "mind"), as_of=DAY),
        DutyDue(duty="duty-made-up", child=_CHILD, kind="home-visit", due=DAY),
        RunFinished(run="run-made-up", as_of=DAY, children=2000, eligible=800, paired=600, changed=3400),
        RunFinished(run="run-made-up-2", as_of=DAY, children=0, eligible=0, paired=0, changed=0),
    )
