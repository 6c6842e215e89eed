"""Why did a child get this verdict?

The reason is found by masking: a fact whose answer can be forgotten without changing the verdict is no part of it.
What is missing and what will change are found by `missing` and `changes`; this file puts the three together and shows
answers as a reader knows them, dates only as ages or lengths of time.
"""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar, cast

import attrs

from careprogram.language import Text
from careprogram.rules.changes import next_change, time_comparisons
from careprogram.rules.codes import coder_of
from careprogram.rules.compiled import CompiledPolicy
from careprogram.rules.cutoffs import AgeRule, ElapsedUnit, elapsed
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import DateFact, Fact, FactValue, choice_text, is_known
from careprogram.rules.missing import missing_facts
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Clause, Policy
from careprogram.rules.predicates import parameters_in
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import (
    ClauseFinding,
    Determination,
    ExemptionFinding,
    Explanation,
    FactUsed,
    ThresholdInForce,
)

T = TypeVar("T")

MOST_KEPT = 50_000
"""How many codes a compiled policy remembers before it starts anew; real counties have a few hundred."""

Cited: TypeAlias = tuple[Clause, str | None, Truth]
"""A clause, the category it belongs to (None for a requirement), and what it said."""


@attrs.frozen(kw_only=True, eq=False)
class Reason:
    """What is the same for all children with one code.

    Attributes:
        facts: The facts of the sufficient reason.
        clauses: What the clauses that carry the verdict said.
        thresholds: The parameters they use.
    """

    facts: tuple[Fact, ...]
    clauses: tuple[ClauseFinding, ...]
    thresholds: tuple[ThresholdInForce, ...]


@attrs.frozen(kw_only=True, eq=False)
class LiveGrounds:
    """Explains one verdict from the policy and the answers it was given.

    Attributes:
        compiled: The policy as it stood on the day.
        asked: The answers to the facts of the policy, in its order; a county's verdicts are kept together in memory,
            so nothing else is.
        unreadable: Facts that could not be read.
        failed: Clauses that could not be evaluated.
    """

    compiled: CompiledPolicy
    asked: tuple[FactValue, ...] = attrs.field(repr=False)
    unreadable: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def explanation(self) -> Explanation:
        """Return what the verdict rests on."""
        policy, as_of, answers = self.compiled.policy, self.compiled.as_of, self._answers()
        reason = self._by_code("reason", answers, lambda: reason_of(self.compiled, answers))
        return Explanation(
            clauses=reason.clauses,
            facts=tuple(_fact_used(policy, fact, answers[fact.name], as_of) for fact in reason.facts),
            thresholds=reason.thresholds,
            failed=self.failed,
            unreadable=tuple(name for name in self.compiled.fact_names if name in self.unreadable),
        )

    def missing(self) -> tuple[str, ...]:
        """Return the facts whose answers would decide, in the order the policy asks for them."""
        answers = self._answers()
        return self._by_code("missing", answers, lambda: missing_facts(self.compiled, answers))

    def next_change(self) -> dt.date | None:
        """Return the first later day on which the same facts would be judged otherwise."""
        return next_change(self.compiled, self._answers())

    def _answers(self) -> dict[str, FactValue]:
        # An answer of the wrong kind that no clause had to look at is no reason for anything, either.
        asked = zip(self.compiled.policy.facts, self.asked, strict=True)
        return {fact.name: value for fact, value in asked if is_known(value) and fact.of_kind(value)}

    def _by_code(self, what: str, answers: dict[str, FactValue], work_out: Callable[[], T]) -> T:
        found = self.compiled.worked_out
        key = (what, *coder_of(self.compiled.policy, self.compiled.as_of)(answers))
        known = found.get(key)
        if known is None:
            if len(found) >= MOST_KEPT:
                found.clear()
            known = found[key] = work_out()
        return cast("T", known)


def reason_of(compiled: CompiledPolicy, answers: dict[str, FactValue]) -> Reason:
    """Return the reason that all children with the code of *answers* share."""
    sufficient = sufficient_answers(compiled, answers)
    truths, _ = compiled.truths(sufficient)
    cited = _cited(compiled, truths)
    parameters = dict.fromkeys(p for clause, _, _ in cited for p in parameters_in(clause.condition))
    return Reason(
        facts=tuple(fact for fact in compiled.policy.facts if fact.name in sufficient),
        clauses=tuple(_finding(compiled, entry, sufficient) for entry in cited),
        thresholds=tuple(_threshold(parameter, compiled.as_of) for parameter in parameters),
    )


def sufficient_answers(compiled: CompiledPolicy, answers: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """Return those of the known *answers* that give the same verdict on their own, none of which can be left out.

    Facts that the policy asks for last are dropped first, so that the reason rests on requirements before categories.
    """
    kept = dict(answers)
    target = _settled(compiled, kept)
    for name in reversed(list(answers)):
        value = kept.pop(name)
        if _settled(compiled, kept) != target:
            kept[name] = value
    return kept


def _settled(compiled: CompiledPolicy, answers: dict[str, FactValue]) -> tuple[object, ...]:
    truths, _ = compiled.truths(answers)
    outcome = compiled.outcome(truths)
    # An undetermined verdict says which clauses are settled already; that is all there is to give reasons for.
    undetermined = outcome.determination is Determination.UNDETERMINED
    return tuple(truths) if undetermined else (outcome.determination, outcome.categories, outcome.tier)


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


@functools.lru_cache(maxsize=128)
def _units_asked(policy: Policy) -> Mapping[str, frozenset[ElapsedUnit]]:
    units: dict[str, frozenset[ElapsedUnit]] = {}
    for measure, _ in time_comparisons(policy):
        units[measure.fact.name] = units.get(measure.fact.name, frozenset()) | {measure.unit}
    return units


def _fact_used(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> FactUsed:
    return FactUsed(name=fact.name, label=fact.label, value=_shown(policy, fact, value, as_of))


def _shown(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> Text:
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, int):
        return Text(str(value), str(value))
    if isinstance(value, dt.date) and isinstance(fact, DateFact):
        return _elapsed_text(value, as_of, _units_asked(policy).get(fact.name, frozenset()), policy.ages)
    return choice_text(value)


def _elapsed_text(since: dt.date, as_of: dt.date, units: frozenset[ElapsedUnit], rule: AgeRule) -> Text:
    if ElapsedUnit.AGE in units:
        years = elapsed(since, as_of, ElapsedUnit.AGE, rule)
        return Text(f"{years}周岁", f"{_counted(years, 'year')} old")
    if ElapsedUnit.MONTHS in units:
        months = elapsed(since, as_of, ElapsedUnit.MONTHS, rule)
        return Text(f"已{months}个月", f"for {_counted(months, 'month')}")
    return Text("已知", "known")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
