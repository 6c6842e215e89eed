"""What did a run do?

Counts only, as a person who started the run wants to see them; no child is named. How it is shown is for ``cli``.
"""

from collections.abc import Mapping
from pathlib import Path

import attrs

from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.privacy import ConsentGap
from careprogram.program.save import Kept


@attrs.frozen(kw_only=True)
class RosterCounts:
    """What became of the rows of a roster.

    Attributes:
        rows: Data rows read.
        good: Rows that became a record.
        bad: Rows kept back, with their reasons.
        duplicates: Pairs of rows that look like one child.
        problems: Bad cells in all.
    """

    rows: int
    good: int
    bad: int
    duplicates: int
    problems: int


@attrs.frozen(kw_only=True)
class PolicyCounts:
    """What one policy said of all children."""

    title: Text
    eligible: int
    ineligible: int
    undetermined: int


@attrs.frozen(kw_only=True)
class PairingCounts:
    """What one strategy made of all children in need.

    Attributes:
        title: Its name.
        pairs: Ties between a child and a helper.
        children: Children with a tie.
        unpaired: Children without one, each with its reasons.
        idle: Helpers without a child, each with the reasons.
        adopted: Whether its pairs became pairings.
    """

    title: Text
    pairs: int
    children: int
    unpaired: int
    idle: int
    adopted: bool


@attrs.frozen(kw_only=True)
class CareCounts:
    """What was planned.

    Attributes:
        plans: Children with a plan of care.
        complete: Plans in which each of the four cares has a responsible person.
        duties: Duties of the term.
        unassigned: Duties for which nobody could be found.
    """

    plans: int
    complete: int
    duties: int
    unassigned: int


@attrs.frozen(kw_only=True)
class MessageCounts:
    """What was said.

    Attributes:
        new: Messages put into the outbox by this run.
        sent: Messages that a sender took during this run.
        unreachable: People to be told of whom no contact is known.
        unsent: Messages that wait for another try, and those that were given up during this run.
    """

    new: int
    sent: int
    unreachable: int
    unsent: int = 0


@attrs.frozen(kw_only=True)
class ConsentCounts:
    """What the roster states about consent, and what became of it.

    Attributes:
        stated: Children of whom the roster says yes or no.
        given: Papers newly on file.
        withdrawn: Papers withdrawn.
        gaps: Children whose word is on no paper, by the reason.
    """

    stated: int
    given: int
    withdrawn: int
    gaps: Mapping[ConsentGap, int]


@attrs.frozen(kw_only=True)
class ErasedRow:
    """A row of a roster about a child that was erased.

    Attributes:
        child: The id that the row would get.
        erased: The id that was erased; the same unless the child is known by less or more than before.
        sheet: Where the row stands; empty for a CSV file, or where that is not known.
        row: As the person sees it; 0 where that is not known.
    """

    child: ChildId
    erased: str
    sheet: str = ""
    row: int = 0


@attrs.frozen(kw_only=True)
class RunSummary:
    """What a run did.

    Attributes:
        roster: The children's rows.
        helpers: The helpers' rows.
        policies: By policy.
        pairings: By strategy.
        care: Plans and duties.
        kept: What saving did, by kind of record.
        messages: The outbox.
        consents: What the roster states about consent, and what became of it.
        ended: Pairings that had to be ended because their helper is gone or a rule no longer allows them.
        held: Pairings that stand although their helper was not found, because rows of the helper list were sent
            back, or although a rule says no, because that rule failed.
        erased: Rows of the roster about children that were erased, held back until an office lets them come back.
        report: The report folder.
        written: Report files that are new or changed.
        failures: What plugins failed at, in words; and where the trail's end was not kept outside, that.
        of_plugins: What plugins failed at, in both languages.
    """

    roster: RosterCounts
    helpers: RosterCounts
    policies: Mapping[PolicyId, PolicyCounts]
    pairings: Mapping[str, PairingCounts]
    care: CareCounts
    kept: Mapping[str, Kept]
    messages: MessageCounts
    consents: ConsentCounts
    ended: int
    report: Path
    written: int
    held: int = 0
    erased: tuple[ErasedRow, ...] = ()
    failures: tuple[str, ...] = ()
    of_plugins: tuple[Text, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the run left anything other than it found it."""
        records = any(kept.new or kept.changed for kept in self.kept.values())
        papers = bool(self.consents.given or self.consents.withdrawn)
        return records or papers or bool(self.messages.new or self.messages.sent or self.written)
