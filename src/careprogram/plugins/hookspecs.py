"""Which hooks can a plugin implement?

Each function below is a hook: its name, its arguments, and what it returns. A provider hook is called once and returns
descriptions or objects; an event hook is told what happened, in ids. Each has a complete example, and what happens if
it raises, in ``docs/reference/hooks.md``. Nothing here runs: pluggy reads the signatures.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

from careprogram.events import (
    ChildEnrolled,
    ChildJudged,
    ChildLeftUnpaired,
    DutyDue,
    PairingProposed,
    PlanDrawn,
    RunFinished,
)
from careprogram.language import Text

if TYPE_CHECKING:
    from careprogram.archives import ArchiveKind
    from careprogram.care import DutyRule, Service
    from careprogram.pairing import PairingConstraint, PairingScore, PairingStrategy
    from careprogram.plugins.descriptions import AnchorProvider, KeyringProvider, NotifierProvider, StoreProvider
    from careprogram.reports import ReportSection
    from careprogram.rules import Policy

PROJECT = "careprogram"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of its name."""


class GoesAwayWarning(DeprecationWarning):
    """A hook, or an argument of one, will go away; see *Version* and *What goes away* in the reference of hooks.

    Args:
        text: What goes, when, and what to use instead.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@hookspec
def careprogram_stores() -> "Iterable[StoreProvider]":
    """Return ways to open stores. Called when a program opens its store."""
    return ()


@hookspec
def careprogram_audit_anchors() -> "Iterable[AnchorProvider]":
    """Return ways to keep the end of an audit trail outside its store. Called when a program opens its anchor."""
    return ()


@hookspec
def careprogram_keyrings() -> "Iterable[KeyringProvider]":
    """Return ways to reach the master keys that records are sealed with. Called when a program opens a sealed store."""
    return ()


@hookspec
def careprogram_notifiers() -> "Iterable[NotifierProvider]":
    """Return ways to open notifiers. Called when a program opens its notifier."""
    return ()


@hookspec
def careprogram_policies() -> "Iterable[Policy]":
    """Return policies that children can be judged by. Called when a program looks up its policies."""
    return ()


@hookspec
def careprogram_strategies() -> "Iterable[PairingStrategy]":
    """Return pairing strategies. Called when a program looks up its strategies."""
    return ()


@hookspec
def careprogram_constraints() -> "Iterable[PairingConstraint]":
    """Return hard rules about pairs, asked in addition to all others. Called before pairing."""
    return ()


@hookspec
def careprogram_scores() -> "Iterable[PairingScore]":
    """Return measures of pairs, weighed by their id in the program file. Called before pairing."""
    return ()


@hookspec
def careprogram_archive_schemas() -> "Iterable[ArchiveKind]":
    """Return kinds of archives, each with all its versions. Called when a program looks up its archives."""
    return ()


@hookspec
def careprogram_services() -> "Iterable[Service]":
    """Return kinds of services. Called when a program makes its catalogue."""
    return ()


@hookspec
def careprogram_duty_rules() -> "Iterable[DutyRule]":
    """Return rules that say what is due, and when. Called before duties are worked out."""
    return ()


@hookspec
def careprogram_report_sections() -> "Iterable[ReportSection]":
    """Return parts of the report page. Called before the page is written."""
    return ()


@hookspec
def careprogram_child_enrolled(event: ChildEnrolled) -> None:
    """Hear that a child was registered or its record corrected, after the change was kept."""


@hookspec
def careprogram_child_judged(event: ChildJudged) -> None:
    """Hear that a policy answered about a child, after the answer was kept."""


@hookspec
def careprogram_pairing_proposed(event: PairingProposed) -> None:
    """Hear that a helper was proposed for a child, after the proposal was kept."""


@hookspec
def careprogram_child_left_unpaired(event: ChildLeftUnpaired) -> None:
    """Hear that no helper could be proposed for a child."""


@hookspec
def careprogram_plan_drawn(event: PlanDrawn) -> None:
    """Hear that a plan of care was drawn up for a child, after the plan was kept."""


@hookspec
def careprogram_duty_due(event: DutyDue) -> None:
    """Hear that a duty for a child is due on a day."""


@hookspec
def careprogram_run_finished(event: RunFinished) -> None:
    """Hear that a run ended, with everything it changed kept."""
