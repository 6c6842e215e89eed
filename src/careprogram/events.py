"""What happened, in words that a plugin may hear?

Each event is a frozen record of a fact in the past tense. It carries opaque ids and days only: whoever needs more asks
the store, through the rules of privacy. Nothing here is raised, handled or kept.
"""

import datetime as dt
from typing import TypeAlias

import attrs

from careprogram.ids import ChildId, HelperId, PolicyId, ServiceId


@attrs.frozen(kw_only=True)
class ChildEnrolled:
    """A child was registered, or its record was corrected.

    Attributes:
        child: Which child.
        version: The version of its record that was kept.
        as_of: The day of the program's answer.
    """

    child: ChildId
    version: int
    as_of: dt.date


@attrs.frozen(kw_only=True)
class ChildJudged:
    """A policy answered about a child.

    Attributes:
        child: Which child.
        policy: Which policy.
        determination: ``"eligible"``, ``"ineligible"`` or ``"undetermined"``.
        tier: The urgency, 1 for the greatest; None unless eligible.
        as_of: The day that was asked about.
    """

    child: ChildId
    policy: PolicyId
    determination: str
    tier: int | None
    as_of: dt.date


@attrs.frozen(kw_only=True)
class PairingProposed:
    """A helper was proposed for a child.

    Attributes:
        pairing: Which pairing.
        child: Which child.
        helper: Which helper.
        strategy: The id of the strategy that chose.
        as_of: The day of the proposal.
    """

    pairing: str
    child: ChildId
    helper: HelperId
    strategy: str
    as_of: dt.date


@attrs.frozen(kw_only=True)
class ChildLeftUnpaired:
    """No helper could be proposed for a child.

    Attributes:
        child: Which child.
        strategy: The id of the strategy that tried.
        reasons: The codes of the reasons, the weightiest first.
        as_of: The day of the attempt.
    """

    child: ChildId
    strategy: str
    reasons: tuple[str, ...]
    as_of: dt.date


@attrs.frozen(kw_only=True)
class PlanDrawn:
    """A plan of care was drawn up for a child.

    Attributes:
        child: Which child.
        services: What it is to receive, sorted.
        open_cares: The cares nobody is responsible for yet, by id, sorted.
        as_of: The day of the plan.
    """

    child: ChildId
    services: tuple[ServiceId, ...]
    open_cares: tuple[str, ...]
    as_of: dt.date


@attrs.frozen(kw_only=True)
class DutyDue:
    """A duty for a child is due on a day.

    Attributes:
        duty: Which duty.
        child: For which child.
        kind: What kind of duty.
        due: The last day on which it is in time.
    """

    duty: str
    child: ChildId
    kind: str
    due: dt.date


@attrs.frozen(kw_only=True)
class RunFinished:
    """A run of the program ended, with everything it changed kept.

    Attributes:
        run: Which run.
        as_of: The day it was made for.
        children: How many children were read.
        eligible: How many of them at least one policy covers.
        paired: How many of these have a helper proposed.
        changed: How many records got a new version; 0 for a run that found everything as it was.
    """

    run: str
    as_of: dt.date
    children: int
    eligible: int
    paired: int
    changed: int


Event: TypeAlias = ChildEnrolled | ChildJudged | PairingProposed | ChildLeftUnpaired | PlanDrawn | DutyDue | RunFinished
"""Anything a program can tell its plugins."""
