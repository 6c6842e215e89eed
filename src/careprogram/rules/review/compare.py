"""Who enters, leaves or changes tier when a rule changes, and why?

Two policies, or one policy on two days, judge the same children; every child judged otherwise gives a `Change` with the
clauses and thresholds that make the difference. A change names the row's id and facts by their names: no answer of any
child is in it. Nothing here decides which policy is right.
"""

import datetime as dt
import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import attrs

from careprogram.language import Language, Text
from careprogram.rules.facts import FactValues
from careprogram.rules.judging import judge_facts
from careprogram.rules.parameters import DatedValue, Parameter
from careprogram.rules.policy import Clause, Policy
from careprogram.rules.predicates import parameters_in
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import Determination, Verdict


class ChangeKind(enum.Enum):
    """What becomes of a child."""

    ENTERS = "enters"
    LEAVES = "leaves"
    OPENS = "opens"
    """It was decided and now depends on what is unknown."""
    RULED_OUT = "ruled-out"
    """It was open and is now ineligible."""
    TIER = "tier"
    CATEGORIES = "categories"
    """It stays eligible in the same tier, in other categories."""

    def label(self, language: Language) -> str:
        """Return the label in *language*."""
        return _KINDS[self].in_(language)


_KINDS = {
    ChangeKind.ENTERS: Text("新纳入", "enters"),
    ChangeKind.LEAVES: Text("不再符合", "leaves"),
    ChangeKind.OPENS: Text("变为待定", "becomes undetermined"),
    ChangeKind.RULED_OUT: Text("由待定变为不符合", "is ruled out"),
    ChangeKind.TIER: Text("档次改变", "changes tier"),
    ChangeKind.CATEGORIES: Text("类别改变", "changes category"),
}


@attrs.frozen(kw_only=True)
class Standing:
    """What one policy says of a child.

    Attributes:
        determination: Eligible, ineligible or undetermined.
        categories: The titles of the categories that hold, by their ids.
        tier: The most urgent tier; None unless eligible.
        reason: The facts of a sufficient reason, by their names; the answers are not told.
        missing: The facts that would decide, by their names, where it is undetermined.
    """

    determination: Determination
    categories: Mapping[str, Text]
    tier: int | None
    reason: Mapping[str, Text]
    missing: Mapping[str, Text]


@attrs.frozen(kw_only=True)
class ClauseChange:
    """A clause that came out differently.

    Attributes:
        id: Its id.
        text: What it says, in the new wording if there is one.
        citation: Its authority.
        before: Its truth under the old policy; None where that has no such clause.
        after: Its truth under the new one, likewise.
    """

    id: str
    text: Text
    citation: str
    before: Truth | None
    after: Truth | None


@attrs.frozen(kw_only=True)
class ThresholdChange:
    """A threshold that is another one.

    Attributes:
        name: The parameter.
        label: What a reader calls it.
        before: The value under the old policy with its source; None where that has no such parameter.
        after: The value under the new one, likewise.
    """

    name: str
    label: Text
    before: DatedValue | None
    after: DatedValue | None


@attrs.frozen(kw_only=True)
class Change:
    """One child who is judged otherwise, and why.

    Attributes:
        child: The id of the row, as it was given.
        kind: What becomes of the child.
        before: What the old policy says.
        after: What the new one says.
        clauses: The clauses whose truth differs, in the order of the new policy, those that are gone last.
        thresholds: The thresholds of these clauses that differ.
    """

    child: str
    kind: ChangeKind
    before: Standing
    after: Standing
    clauses: tuple[ClauseChange, ...]
    thresholds: tuple[ThresholdChange, ...]


@attrs.frozen(kw_only=True)
class ChangeSummary:
    """How many children change, and how.

    Attributes:
        judged: How many were judged.
        kinds: How many changed in which way; ways that nobody took are left out.
        entered: How many come into each category, by its id.
        left: How many fall out of each.
        clauses: How often each clause came out differently.
    """

    judged: int
    kinds: Mapping[ChangeKind, int]
    entered: Mapping[str, int]
    left: Mapping[str, int]
    clauses: Mapping[str, int]

    @property
    def changed(self) -> int:
        """How many are judged otherwise."""
        return sum(self.kinds.values())


def compare_policies(
    old: Policy,
    new: Policy,
    rows: Iterable[tuple[str, FactValues]],
    as_of: dt.date,
    *,
    new_as_of: dt.date | None = None,
) -> tuple[Change, ...]:
    """Return every child of *rows* whom *new* judges otherwise than *old*, in the order of the rows.

    Args:
        old: The policy in force.
        new: The policy that shall be.
        rows: An id and the answers for each child; the id is all that is repeated.
        as_of: The day for which both judge.
        new_as_of: Another day for the new one, for instance when its threshold takes effect.

    Raises:
        PolicyNotInForceError: A policy has no rules for its day.
    """
    return tuple(changes_between(old, new, rows, as_of, new_as_of=new_as_of))


def changes_between(
    old: Policy,
    new: Policy,
    rows: Iterable[tuple[str, FactValues]],
    as_of: dt.date,
    *,
    new_as_of: dt.date | None = None,
) -> Iterator[Change]:
    """Yield what `compare_policies` returns, one child at a time, so that a county needs no memory."""
    for child, facts in rows:
        before = judge_facts(old, facts, as_of=as_of)
        after = judge_facts(new, facts, as_of=new_as_of or as_of)
        kind = _kind(before, after)
        if kind is not None:
            clauses = _clause_changes(old, new, before, after)
            yield Change(
                child=child,
                kind=kind,
                before=_standing(old, before),
                after=_standing(new, after),
                clauses=clauses,
                thresholds=_threshold_changes((old, before.as_of), (new, after.as_of), clauses),
            )


def summarize_changes(changes: Iterable[Change], *, judged: int) -> ChangeSummary:
    """Return how many of the *judged* children change, and how; reads *changes* once."""
    kinds: Counter[ChangeKind] = Counter()
    entered, left, clauses = Counter[str](), Counter[str](), Counter[str]()
    for change in changes:
        kinds[change.kind] += 1
        entered.update(change.after.categories.keys() - change.before.categories.keys())
        left.update(change.before.categories.keys() - change.after.categories.keys())
        clauses.update(clause.id for clause in change.clauses)
    counted = {kind: kinds[kind] for kind in ChangeKind if kinds[kind]}
    entered_by_id, left_by_id, clauses_by_id = (dict(sorted(counts.items())) for counts in (entered, left, clauses))
    return ChangeSummary(judged=judged, kinds=counted, entered=entered_by_id, left=left_by_id, clauses=clauses_by_id)


def _kind(before: Verdict, after: Verdict) -> ChangeKind | None:
    old, new = before.determination, after.determination
    if old is not new:
        if new is Determination.ELIGIBLE:
            return ChangeKind.ENTERS
        if new is Determination.UNDETERMINED:
            return ChangeKind.OPENS
        return ChangeKind.LEAVES if old is Determination.ELIGIBLE else ChangeKind.RULED_OUT
    if before.tier != after.tier:
        return ChangeKind.TIER
    return ChangeKind.CATEGORIES if set(before.categories) != set(after.categories) else None


def _standing(policy: Policy, verdict: Verdict) -> Standing:
    labels = {fact.name: fact.label for fact in policy.facts}
    return Standing(
        determination=verdict.determination,
        categories={each.id: each.title for each in policy.categories if each.id in verdict.categories},
        tier=verdict.tier,
        reason={fact.name: fact.label for fact in verdict.explanation.facts},
        missing={name: labels[name] for name in verdict.missing},
    )


def _clause_changes(old: Policy, new: Policy, before: Verdict, after: Verdict) -> tuple[ClauseChange, ...]:
    known: dict[str, Clause] = {}
    for clause in (*new.clauses, *old.clauses):
        known.setdefault(clause.id, clause)
    return tuple(
        ClauseChange(
            id=name,
            text=clause.text,
            citation=clause.citation,
            before=before.clauses.get(name),
            after=after.clauses.get(name),
        )
        for name, clause in known.items()
        if before.clauses.get(name) is not after.clauses.get(name)
    )


def _threshold_changes(
    old: tuple[Policy, dt.date], new: tuple[Policy, dt.date], clauses: tuple[ClauseChange, ...]
) -> tuple[ThresholdChange, ...]:
    ids = {clause.id for clause in clauses}
    before, after = (_parameters(policy, ids) for policy, _ in (old, new))
    found = []
    for name in dict.fromkeys((*after, *before)):
        values = [own[name].dated_on(day) if name in own else None for own, day in ((before, old[1]), (after, new[1]))]
        numbers = [each.value if each else None for each in values]
        if numbers[0] != numbers[1]:
            label = (after.get(name) or before[name]).label
            found.append(ThresholdChange(name=name, label=label, before=values[0], after=values[1]))
    return tuple(found)


def _parameters(policy: Policy, clauses: set[str]) -> dict[str, Parameter]:
    conditions = (clause.condition for clause in policy.clauses if clause.id in clauses)
    return {parameter.name: parameter for condition in conditions for parameter in parameters_in(condition)}
