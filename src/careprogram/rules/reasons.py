"""Why did a child get this verdict?

The reason is found by masking: a fact whose answer can be forgotten without changing the verdict is no part of it. Of
all reasons the smallest is given. What is missing, what will change and what could be otherwise are found by `missing`,
`changes` and `counterfactual`; this file puts them together.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from careprogram.rules.answers import without_future
from careprogram.rules.changes import next_change
from careprogram.rules.codes import tells_the_answer
from careprogram.rules.compiled import CompiledPolicy
from careprogram.rules.critical import future_dates
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import FactValue
from careprogram.rules.generated import TRUTHS, Asked
from careprogram.rules.missing import missing_facts
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Clause, Policy
from careprogram.rules.predicates import parameters_in
from careprogram.rules.shown import Telling
from careprogram.rules.smallest import smallest_sufficient
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import (
    ClauseFinding,
    Determination,
    ExemptionFinding,
    Explanation,
    FactUsed,
    ThresholdInForce,
    explanation_of,
)
from careprogram.unknown import UNKNOWN

if TYPE_CHECKING:
    from careprogram.rules.counterfactual import Counterfactual

Cited: TypeAlias = tuple[Clause, str | None, Truth]
"""A clause, the category it belongs to (None for a requirement), and what it said."""

Part: TypeAlias = tuple[int, int, str]
"""One answer about one person of a group: the group among the facts, the person, the fact."""


@attrs.frozen(kw_only=True, eq=False)
class Reason:
    """What is the same for all children with one code.

    Attributes:
        facts: The facts of the sufficient reason, as they are told of one of the children.
        own: Those that each child has an answer of its own to: the place among the facts, where the answer stands, and
            how it is told.
        whole: The explanation of all these children where no fact is their own.
        parts: Of groups among them, the answers about persons that are needed; None where the policy asks of no group.
        clauses: What the clauses that carry the verdict said.
        thresholds: The parameters they use.
        future: Where a date lies after the day; the code tells that as well.
    """

    facts: tuple[FactUsed, ...]
    own: tuple[tuple[int, int, Telling], ...]
    parts: frozenset[Part] | None
    clauses: tuple[ClauseFinding, ...]
    thresholds: tuple[ThresholdInForce, ...]
    future: tuple[str, ...] = ()
    whole: Explanation = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        whole = explanation_of(self.clauses, self.facts, self.thresholds, (), (), future=self.future)
        object.__setattr__(self, "whole", whole)


@attrs.frozen(kw_only=True, eq=False)
class LiveGrounds:
    """Says more about one verdict from the policy and the answers it was given.

    Attributes:
        compiled: The policy as it stood on the day.
        asked: The answers to the facts of the policy, in its order, all of the right kind. Dates that have not come
            are among them, because the day on which they come is a day of change.
    """

    compiled: CompiledPolicy
    asked: Asked = attrs.field(repr=False)

    def missing(self) -> tuple[str, ...]:
        """Return the facts whose answers would decide, in the order the policy asks for them."""
        key = ("missing", self.compiled.code(self.asked))
        found = self.compiled.worked_out.get(key)
        if found is None:
            found = self.compiled.keep(key, missing_facts(self.compiled, self._answers()))
        return cast("tuple[str, ...]", found)

    def next_change(self) -> dt.date | None:
        """Return the first later day on which the same facts would be judged otherwise."""
        paired = zip(self.compiled.fact_names, self.asked, strict=True)
        return next_change(self.compiled, {name: value for name, value in paired if value is not UNKNOWN})

    def counterfactuals(self) -> "tuple[Counterfactual, ...]":
        """Return what would have to be otherwise for the child to be eligible."""
        from careprogram.rules.counterfactual import counterfactuals_for

        return counterfactuals_for(self.compiled, self.asked)

    def _answers(self) -> dict[str, FactValue]:
        paired = zip(self.compiled.fact_names, self.asked, strict=True)
        return {name: value for name, value in paired if value is not UNKNOWN}


def explaining(compiled: CompiledPolicy) -> Callable[[Asked, tuple[str, ...], tuple[str, ...]], Explanation]:
    """Return the function that explains verdicts of *compiled* from answers, unreadable facts and failed clauses.

    The reason is that of all children with the same code; only the answers told are the child's own.
    """
    code = compiled.code
    known: dict[Any, Any] = compiled.worked_out

    def explained(asked: Asked, unreadable: tuple[str, ...], failed: tuple[str, ...]) -> Explanation:
        try:
            key = code(asked)
        except Exception:  # noqa: BLE001 - what was passed over in judging is no answer
            asked, wrong = compiled.cleaned(asked)
            key, unreadable = code(asked), unreadable + wrong
        reason = known.get(key) or compiled.keep(key, reason_of(compiled, asked))
        if not (reason.own or unreadable or failed):
            return cast("Explanation", reason.whole)
        facts = reason.facts
        if reason.own:
            if reason.parts is not None:
                asked = _without_parts(asked, reason.parts)
            told = [*facts]
            for place, at, tell in reason.own:
                told[place] = tell(asked[at])
            facts = tuple(told)
        if unreadable:
            unreadable = tuple(name for name in compiled.fact_names if name in unreadable)
        return explanation_of(reason.clauses, facts, reason.thresholds, failed, unreadable, future=reason.future)

    return explained


def reason_of(compiled: CompiledPolicy, asked: Asked) -> Reason:
    """Return the reason that all children with the code of *asked* share."""
    kept, parts = _sufficient(compiled, without_future(asked, compiled.as_of))
    # Children of many codes have the same few answers left once all the others are forgotten.
    key = ("kept", compiled.code(kept))
    found = compiled.worked_out.get(key)
    if found is None:
        found = compiled.keep(key, _reason_from(compiled, kept, parts))
    future = future_dates(compiled.policy, asked, compiled.as_of)
    return attrs.evolve(cast("Reason", found), future=future) if future else cast("Reason", found)


def _reason_from(compiled: CompiledPolicy, kept: Asked, parts: frozenset[Part]) -> Reason:
    sufficient = {name: value for name, value in zip(compiled.fact_names, kept, strict=True) if value is not UNKNOWN}
    truths = [TRUTHS[code] for code in compiled.coded(kept)]
    cited = _cited(compiled, truths)
    parameters = dict.fromkeys(p for clause, _, _ in cited for p in _parameters_of(compiled.policy)[clause.id])
    named = [at for at, value in enumerate(kept) if value is not UNKNOWN]
    own = [at for at in named if not tells_the_answer(compiled.policy, compiled.facts[at], kept[at])]
    return Reason(
        facts=tuple(compiled.tellings[at](kept[at]) for at in named),
        own=tuple((named.index(at), at, compiled.tellings[at]) for at in own),
        parts=parts if compiled.groups else None,
        clauses=tuple(_finding(compiled, entry, sufficient) for entry in cited),
        thresholds=tuple(_threshold(parameter, compiled.as_of) for parameter in parameters),
    )


@functools.lru_cache(maxsize=128)
def _parameters_of(policy: Policy) -> Mapping[str, tuple[Parameter, ...]]:
    return {clause.id: parameters_in(clause.condition) for clause in policy.clauses}


def sufficient_answers(compiled: CompiledPolicy, answers: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """Return the fewest of the known *answers* that give the same verdict on their own.

    Of several equally small reasons it is the one with the facts that the policy asks for first. A group counts as one
    fact; of its members only the answers that are needed are left.
    """
    given = without_future(compiled.cleaned(compiled.asked(answers))[0], compiled.as_of)
    kept, _ = _sufficient(compiled, given)
    return {name: value for name, value in zip(compiled.fact_names, kept, strict=True) if value is not UNKNOWN}


def _sufficient(compiled: CompiledPolicy, asked: Asked) -> tuple[Asked, frozenset[Part]]:
    same = _same_verdict(compiled, asked)
    known = [at for at, value in enumerate(asked) if value is not UNKNOWN]

    whole = (1 << len(known)) - 1

    def only(chosen: int) -> Asked:
        kept, left = list(asked), whole ^ chosen
        while left:
            lowest = left & -left
            kept[known[lowest.bit_length() - 1]] = UNKNOWN
            left ^= lowest
        return tuple(kept)

    kept = only(smallest_sufficient(len(known), lambda chosen: same(only(chosen))))
    if not compiled.groups:
        return kept, frozenset()
    parts = [
        (at, person, name)
        for at in compiled.groups
        for person, member in enumerate(_members(kept[at]))
        for name in member
    ]

    def among(chosen: int) -> frozenset[Part]:
        return frozenset(part for bit, part in enumerate(parts) if chosen >> bit & 1)

    needed = among(smallest_sufficient(len(parts), lambda chosen: same(_without_parts(kept, among(chosen)))))
    return _without_parts(kept, needed), needed


def _members(value: FactValue) -> tuple[Mapping[str, FactValue], ...]:
    return value if isinstance(value, tuple) else ()


def _without_parts(asked: Asked, needed: frozenset[Part]) -> Asked:
    """Return *asked* with only the *needed* answers about persons; how many there are stays known."""
    return tuple(
        [
            tuple({n: a for n, a in member.items() if (at, person, n) in needed} for person, member in enumerate(value))
            if isinstance(value, tuple)
            else value
            for at, value in enumerate(asked)
        ]
    )


def _same_verdict(compiled: CompiledPolicy, asked: Asked) -> Callable[[Asked], bool]:
    """Return whether other answers give the verdict of *asked*."""
    outcome, _ = compiled.judged(asked)
    if outcome.determination is Determination.UNDETERMINED:
        # An undetermined verdict says which clauses are settled already; that is all there is to give reasons for.
        codes = compiled.coded(asked)
        return lambda other: compiled.coded(other) == codes

    def same(other: Asked) -> bool:
        found, _ = compiled.judged(other)
        return found is outcome or (
            found.determination is outcome.determination and found.categories == outcome.categories
        )

    return same


def _cited(compiled: CompiledPolicy, truths: list[Truth]) -> list[Cited]:
    """Return the clauses that carry the outcome: those that hold, that fail, or that are open."""
    policy, outcome = compiled.policy, compiled.outcome(truths)
    found = dict(zip(compiled.clause_ids, truths, strict=True))
    required: list[Cited] = [(clause, None, found[clause.id]) for clause in policy.requirements]
    groups = policy.categories
    own: list[Cited] = [(clause, group.id, found[clause.id]) for group in groups for clause in group.clauses]
    match outcome.determination:
        case Determination.ELIGIBLE:
            holding = [entry for entry in own if entry[2] is Truth.TRUE]
            firsts = {category: entry for entry in reversed(holding) for category in [entry[1]]}
            return [*(firsts[category] for category in outcome.categories), *required]
        case Determination.INELIGIBLE:
            failing = [entry for entry in required if entry[2] is Truth.FALSE]
            return failing[:1] or [entry for entry in own if entry[2] is Truth.FALSE]
        case Determination.UNDETERMINED:
            held_up = [entry for entry in own if entry[1] in outcome.open_categories and entry[2] is not Truth.FALSE]
            still_open = [entry for entry in required if entry[2] is Truth.UNKNOWN]
            return [*still_open, *held_up, *(entry for entry in required if entry[2] is Truth.TRUE)]


def _finding(compiled: CompiledPolicy, entry: Cited, answers: Mapping[str, FactValue]) -> ClauseFinding:
    clause, category, found = entry
    policy, as_of = compiled.policy, compiled.as_of
    holding = (e for e in clause.exceptions if evaluate(e.when, answers, as_of=as_of, ages=policy.ages) is Truth.TRUE)
    return ClauseFinding(
        id=clause.id,
        category=category,
        citation=clause.citation,
        text=clause.text,
        truth=found,
        exemptions=tuple(ExemptionFinding(id=e.id, citation=e.citation, text=e.text) for e in holding),
    )


def _threshold(parameter: Parameter, as_of: dt.date) -> ThresholdInForce:
    dated = parameter.dated_on(as_of)
    return ThresholdInForce(
        name=parameter.name,
        label=parameter.label,
        value=dated.value,
        unit=parameter.unit,
        since=dated.since,
        source=dated.source,
    )
