"""What does a report have to know before it can count?

The facts of one run as they stand on one day, gathered by whoever ran it: children, verdicts, pairings, plans, duties
and helpers. Verdicts, pairs and duties are asked for by shape, so that every room and every plugin can hand over its
own records. Nothing here counts, and nothing here reads a clock.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import attrs

from careprogram.errors import ConflictError, ValidationError
from careprogram.ids import ChildId, HelperId, PolicyId
from careprogram.language import Language, Text
from careprogram.people import Child, Helper, PlaceTree, VillageLink


class Named(Protocol):
    """An answer with a stable name, such as ``eligible``, ``ineligible`` or ``undetermined``."""

    @property
    def value(self) -> str:
        """The stable name."""
        ...


class VerdictLike(Protocol):
    """What a report reads of a verdict."""

    @property
    def determination(self) -> Named:
        """Eligible, ineligible or undetermined."""
        ...

    @property
    def tier(self) -> int | None:
        """1 for the most urgent; None unless eligible."""
        ...

    @property
    def categories(self) -> Sequence[str]:
        """The categories that hold."""
        ...

    @property
    def clauses(self) -> Mapping[str, Named]:
        """The truth of every clause by its id."""
        ...

    @property
    def missing(self) -> Sequence[str]:
        """The facts whose answers would decide; empty unless undetermined."""
        ...

    @property
    def next_change(self) -> dt.date | None:
        """The first day on which the same facts would be judged otherwise."""
        ...


class Labeled(Protocol):
    """Something with a name in both languages, such as every answer of a form."""

    def label(self, language: Language = "zh") -> str:
        """Return what a reader of *language* sees."""
        ...


class PairLike(Protocol):
    """One child and one helper, proposed for each other."""

    @property
    def child(self) -> ChildId:
        """Who is helped."""
        ...

    @property
    def helper(self) -> HelperId:
        """Who helps."""
        ...

    @property
    def role(self) -> Labeled:
        """As what the helper serves."""
        ...

    @property
    def score(self) -> int:
        """How well they fit, 0 to 1000."""
        ...

    @property
    def scores(self) -> Mapping[str, int]:
        """The parts of the score by the id of the score."""
        ...


class ReasonLike(Protocol):
    """Why somebody was left over."""

    @property
    def code(self) -> str:
        """The stable name of the reason."""
        ...

    @property
    def text(self) -> Text:
        """The reason in words."""
        ...


class UnpairedLike(Protocol):
    """A child that nobody was found for."""

    @property
    def child(self) -> ChildId:
        """Who was left over."""
        ...

    @property
    def reasons(self) -> Sequence[ReasonLike]:
        """Why, the weightiest first."""
        ...


class ResponsibleLike(Protocol):
    """Somebody who answers for a duty."""

    @property
    def kind(self) -> Labeled:
        """As what."""
        ...

    @property
    def id(self) -> str | None:
        """Opaque; None for those whom only the child's own record names."""
        ...


class DutyLike(Protocol):
    """Something that is due."""

    @property
    def child(self) -> ChildId | None:
        """For whom; None if for all."""
        ...

    @property
    def kind(self) -> str:
        """The stable name of the kind of duty."""
        ...

    @property
    def title(self) -> Text:
        """What is to be done."""
        ...

    @property
    def due(self) -> dt.date:
        """The last day to do it."""
        ...

    @property
    def responsible(self) -> ResponsibleLike | None:
        """Who is to do it; None if nobody was named."""
        ...


@attrs.frozen
class Period:
    """The days that a figure covers, both ends included.

    Attributes:
        start: First day.
        end: Last day; the same as the first for a state on one day.

    Raises:
        ValidationError: It would end before it began.
    """

    start: dt.date
    end: dt.date

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise ValidationError("a period cannot end before its start: swap the two days", reason="order")

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return str(self.start) if self.start == self.end else f"{self.start}/{self.end}"


@attrs.frozen(kw_only=True)
class PairingSummary:
    """What one strategy proposed.

    Attributes:
        strategy: Stable id of the strategy.
        title: Its name.
        pairs: The proposed pairs; a child may have several helpers.
        unpaired: Children that asked for a helper and got none.
        idle: Helpers that got no child.
    """

    strategy: str
    title: Text
    pairs: Sequence[PairLike] = attrs.field(default=(), repr=False)
    unpaired: Sequence[UnpairedLike] = attrs.field(default=(), repr=False)
    idle: Sequence[HelperId] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class Situation:
    """Everything a report is made from.

    Attributes:
        as_of: The day on which the facts stood like this.
        title: What the report is called.
        period: The period of the duties, as a rule the coming term.
        children: All children of the roster.
        places: Names of places.
        policies: The policies that judged, with their names; figures keep this order.
        verdicts: By policy, then by child. A child without a verdict is counted as not judged.
        pairings: One summary a strategy; the first is the one that will be carried out.
        open_cares: Per child with a plan of care, which of the four cares (``life``, ``study``, ``growth``,
            ``mind``) have nobody responsible; empty if all have.
        duties: Duties not yet done, resting ones left out.
        duty_kinds: Names of kinds of duty; a kind without one is called as its first duty.
        helpers: All helpers.
        links: Who answers for which place, to name them in lists.
        facts: Questions in words, by the name of the fact that a verdict misses.
        categories: Names of categories, by policy and category.
        scores: Names of the parts of a pair's score.
        entitlements: What a verdict means for a program that children enter, in words, by policy and child.

    Raises:
        ConflictError: Two children have one id.
        ValidationError: A policy with verdicts has no name, or a pair names a child that is not on the roster.
    """

    as_of: dt.date
    title: Text
    period: Period
    children: Sequence[Child] = attrs.field(repr=False)
    places: PlaceTree = attrs.field(factory=PlaceTree.gb2260)
    policies: Mapping[PolicyId, Text] = attrs.field(factory=dict)
    verdicts: Mapping[PolicyId, Mapping[ChildId, VerdictLike]] = attrs.field(factory=dict, repr=False)
    pairings: Sequence[PairingSummary] = attrs.field(default=(), repr=False)
    open_cares: Mapping[ChildId, Collection[str]] = attrs.field(factory=dict, repr=False)
    duties: Sequence[DutyLike] = attrs.field(default=(), repr=False)
    duty_kinds: Mapping[str, Text] = attrs.field(factory=dict)
    helpers: Sequence[Helper] = attrs.field(default=(), repr=False)
    links: Sequence[VillageLink] = attrs.field(default=(), repr=False)
    facts: Mapping[str, Text] = attrs.field(factory=dict)
    categories: Mapping[PolicyId, Mapping[str, Text]] = attrs.field(factory=dict)
    scores: Mapping[str, Text] = attrs.field(factory=dict)
    entitlements: Mapping[PolicyId, Mapping[ChildId, Text]] = attrs.field(factory=dict, repr=False)

    def __attrs_post_init__(self) -> None:
        unnamed = sorted(set(self.verdicts) - set(self.policies))
        if unnamed:
            raise ValidationError(f"verdicts of unnamed policies: {', '.join(unnamed)}; name them in `policies`")
        ids = {child.id for child in self.children}
        if len(ids) != len(self.children):
            twice = len(self.children) - len(ids)
            raise ConflictError(f"{twice} children of the roster have the id of another: merge them first")
        paired = {pair.child for summary in self.pairings for pair in summary.pairs}
        if paired - ids:
            raise ValidationError(
                f"{len(paired - ids)} paired children are not on the roster: hand over the same roster"
            )
