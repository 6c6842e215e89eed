"""What did a policy answer about one child, and why?

A verdict is small, because a county judges a hundred thousand children at a time; its explanation, the facts still
missing and the day it will change are worked out when somebody asks. `Verdict.report()` settles all of them into plain
data that can be kept. Nothing here judges.
"""

import datetime as dt
import enum
import functools
from collections.abc import Mapping
from typing import Protocol

import attrs

from careprogram.ids import PolicyId
from careprogram.language import Language, Text
from careprogram.rules.truth import Truth


class Determination(enum.Enum):
    """Whether a policy covers a child."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"

    @property
    def zh(self) -> str:
        """The Chinese label."""
        return {"eligible": "符合", "ineligible": "不符合", "undetermined": "待定"}[self.value]

    def label(self, language: Language) -> str:
        """Return the label in *language*."""
        return self.zh if language == "zh" else self.value


@attrs.frozen(kw_only=True)
class FactUsed:
    """A fact that the verdict rests on.

    Attributes:
        name: The fact.
        label: What a reader calls it.
        value: The answer as a reader sees it; a date is told as an age or a length of time, never as a date.
    """

    name: str
    label: Text
    value: Text = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ExemptionFinding:
    """An exception that took a child out of a clause.

    Attributes:
        id: The exception, within its clause.
        citation: Its authority.
        text: What it says.
    """

    id: str
    citation: str
    text: Text


@attrs.frozen(kw_only=True)
class ClauseFinding:
    """What one clause said.

    Attributes:
        id: The clause.
        category: The category it belongs to, or None for a requirement of the whole policy.
        citation: Its authority.
        text: What it says.
        truth: Whether it holds.
        exemptions: The exceptions by which it does not hold.
    """

    id: str
    category: str | None
    citation: str
    text: Text
    truth: Truth
    exemptions: tuple[ExemptionFinding, ...] = ()


@attrs.frozen(kw_only=True)
class ThresholdInForce:
    """A parameter as it stood on the day of the verdict.

    Attributes:
        name: The parameter.
        label: What a reader calls it.
        value: The number in force.
        unit: What is counted, or None.
        since: The day it came into force, or None if it always was.
        source: Where the number comes from.
    """

    name: str
    label: Text
    value: int
    unit: Text | None
    since: dt.date | None
    source: str


@attrs.frozen(kw_only=True)
class Explanation:
    """What a verdict rests on.

    Attributes:
        clauses: The clauses that decide, or that are still open; never empty.
        facts: A sufficient reason: with these facts alone the verdict is the same, and none of them can be left out.
        thresholds: The parameters that the clauses use, as they stood on that day.
        failed: Clauses that could not be evaluated and count as open.
        unreadable: Facts that could not be read and count as unknown.
    """

    clauses: tuple[ClauseFinding, ...]
    facts: tuple[FactUsed, ...]
    thresholds: tuple[ThresholdInForce, ...]
    failed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """The id of the first clause named."""
        return self.clauses[0].id

    @property
    def citation(self) -> str:
        """The authority of the first clause named."""
        return self.clauses[0].citation


@attrs.frozen(kw_only=True)
class Outcome:
    """What the truth of the clauses amounts to.

    Attributes:
        determination: Eligible, ineligible or undetermined.
        categories: The categories that hold, in the order of the policy.
        open_categories: Those that may hold, depending on what is unknown.
        tier: The most urgent tier among those that hold; None unless eligible.
    """

    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None


class Grounds(Protocol):
    """Whoever can explain a verdict when asked."""

    def explanation(self) -> Explanation:
        """Return what the verdict rests on."""
        ...

    def missing(self) -> tuple[str, ...]:
        """Return the facts whose answers would decide."""
        ...

    def next_change(self) -> dt.date | None:
        """Return the first later day on which the same facts would be judged otherwise."""
        ...


@attrs.frozen(kw_only=True)
class Verdict:
    """The answer of a policy about one child, with its reasons.

    Attributes:
        policy: The policy that was asked.
        as_of: The day it was asked for.
        determination: Eligible, ineligible or undetermined.
        categories: The categories that hold.
        open_categories: The categories that may hold, depending on what is unknown.
        tier: The most urgent tier among the categories that hold, 1 first; None unless eligible.
        clauses: The truth of every clause by its id, requirements included.
    """

    policy: PolicyId
    as_of: dt.date
    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None
    clauses: Mapping[str, Truth] = attrs.field(hash=False, repr=False)
    grounds: Grounds = attrs.field(eq=False, repr=False)

    @functools.cached_property
    def explanation(self) -> Explanation:
        """What the answer rests on. Never empty: a bare "no" cannot be appealed."""
        return self.grounds.explanation()

    @functools.cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts whose answers would decide; empty unless undetermined."""
        return self.grounds.missing() if self.determination is Determination.UNDETERMINED else ()

    @functools.cached_property
    def next_change(self) -> dt.date | None:
        """The first later day on which the same facts would be judged otherwise, or None."""
        return self.grounds.next_change()

    def report(self) -> "VerdictReport":
        """Return everything the verdict can say as plain data, fit to be kept."""
        return VerdictReport(
            policy=self.policy,
            as_of=self.as_of,
            determination=self.determination,
            categories=self.categories,
            open_categories=self.open_categories,
            tier=self.tier,
            clauses=dict(self.clauses),
            explanation=self.explanation,
            missing=self.missing,
            next_change=self.next_change,
        )


@attrs.frozen(kw_only=True)
class VerdictReport:
    """A verdict settled into plain data: the same attributes as `Verdict`, all worked out.

    Its repr leaves out the next change, which for an age is the birthday.
    """

    policy: PolicyId
    as_of: dt.date
    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None
    clauses: Mapping[str, Truth] = attrs.field(hash=False)
    explanation: Explanation
    missing: tuple[str, ...]
    next_change: dt.date | None = attrs.field(repr=False)
