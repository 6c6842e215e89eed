"""Why did a child get this verdict, what is still missing, and when will it change?

- The reason is found by masking: a fact whose answer can be forgotten without changing the verdict is no part of it.
- A missing fact is an unknown one whose answer can still decide, alone or together with other unknown ones.
- The next change is found among the days on which somebody reaches an age or a length of time that a rule names, a
  parameter takes a new value, or the policy begins or ends. Between those days nothing can change.
"""

import datetime as dt
from collections.abc import Iterator
from typing import TypeAlias

import attrs

from careprogram.errors import PolicyNotInForceError
from careprogram.language import Text
from careprogram.rules.compiled import CompiledPolicy, interpret
from careprogram.rules.critical import telling_values
from careprogram.rules.cutoffs import AgeRule, ElapsedUnit, day_reached, elapsed
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import DateFact, Fact, FactValue, FactValues, choice_label, is_known
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Clause, Policy
from careprogram.rules.predicates import Comparison, Elapsed, Predicate, children_of, fact_of, parameters_in, walk
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import (
    ClauseFinding,
    Determination,
    Explanation,
    FactUsed,
    Outcome,
    ThresholdInForce,
)
from careprogram.unknown import UNKNOWN

Cited: TypeAlias = tuple[Clause, str | None, Truth]
"""A clause, the category it belongs to (None for a requirement), and what it said."""


@attrs.frozen(kw_only=True, eq=False)
class LiveGrounds:
    """Explains one verdict from the policy and the answers it was given."""

    compiled: CompiledPolicy
    facts: FactValues = attrs.field(repr=False)
    failed: tuple[str, ...] = ()

    def explanation(self) -> Explanation:
        """Return what the verdict rests on."""
        answers = sufficient_answers(self.compiled, self.facts)
        truths, _ = self.compiled.truths(answers)
        cited = _cited(self.compiled, truths)
        policy, as_of = self.compiled.policy, self.compiled.as_of
        clauses = [clause for clause, _, _ in cited]
        parameters = dict.fromkeys(p for clause in clauses for p in parameters_in(clause.condition))
        return Explanation(
            clauses=tuple(
                ClauseFinding(id=c.id, category=category, citation=c.citation, text=c.text, truth=found)
                for c, category, found in cited
            ),
            facts=tuple(_fact_used(policy, f, answers[f.name], as_of) for f in policy.facts if f.name in answers),
            thresholds=tuple(_threshold(parameter, as_of) for parameter in parameters),
            failed=self.failed,
            unreadable=tuple(f.name for f in policy.facts if f.name in self.facts.unreadable),
        )

    def missing(self) -> tuple[str, ...]:
        """Return the facts whose answers would decide, in the order the policy asks for them."""
        return missing_facts(self.compiled, self.facts)

    def next_change(self) -> dt.date | None:
        """Return the first later day on which the same facts would be judged otherwise."""
        return next_change(self.compiled, self.facts)


def _known_answers(policy: Policy, facts: FactValues) -> dict[str, FactValue]:
    found = ((fact.name, facts.values.get(fact.name, UNKNOWN)) for fact in policy.facts)
    return {name: value for name, value in found if is_known(value)}


def essence(outcome: Outcome) -> tuple[object, ...]:
    """Return what must stay the same for a verdict to be the same; an undetermined one keeps its open categories."""
    still_open = outcome.open_categories if outcome.determination is Determination.UNDETERMINED else ()
    return outcome.determination, outcome.categories, outcome.tier, still_open


def sufficient_answers(compiled: CompiledPolicy, facts: FactValues) -> dict[str, FactValue]:
    """Return answers that give the same verdict on their own, none of which can be left out.

    Facts that the policy asks for last are dropped first, so that the reason rests on requirements before categories.
    """
    answers = _known_answers(compiled.policy, facts)
    target = _settled(compiled, answers)
    for name in reversed(list(answers)):
        value = answers.pop(name)
        if _settled(compiled, answers) != target:
            answers[name] = value
    return {fact.name: answers[fact.name] for fact in compiled.policy.facts if fact.name in answers}


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


def _units_asked(policy: Policy, fact: DateFact) -> set[ElapsedUnit]:
    nodes = (node for clause in policy.clauses for node in walk(clause.condition) if isinstance(node, Comparison))
    return {n.measure.unit for n in nodes if isinstance(n.measure, Elapsed) and n.measure.fact.name == fact.name}


def _fact_used(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> FactUsed:
    return FactUsed(name=fact.name, label=fact.label, value=_shown(policy, fact, value, as_of))


def _shown(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> Text:
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, int):
        return Text(str(value), str(value))
    if isinstance(value, dt.date) and isinstance(fact, DateFact):
        return _elapsed_text(value, as_of, _units_asked(policy, fact), policy.ages)
    return Text(choice_label(value, "zh"), choice_label(value, "en"))


def _elapsed_text(since: dt.date, as_of: dt.date, units: set[ElapsedUnit], rule: AgeRule) -> Text:
    if ElapsedUnit.AGE in units:
        years = elapsed(since, as_of, ElapsedUnit.AGE, rule)
        return Text(f"{years}周岁", f"{years} years old")
    if ElapsedUnit.MONTHS in units:
        months = elapsed(since, as_of, ElapsedUnit.MONTHS, rule)
        return Text(f"已{months}个月", f"for {months} months")
    return Text("已知", "known")


def missing_facts(compiled: CompiledPolicy, facts: FactValues) -> tuple[str, ...]:
    """Return the unknown facts whose answers can change the determination, alone or with other unknown ones.

    Never empty for an undetermined verdict.
    """
    answers = _known_answers(compiled.policy, facts)
    search = _Search(compiled)
    gaps = [fact.name for fact in compiled.policy.facts if fact.name not in answers]
    deciding = tuple(name for name in gaps if search.matters(name, answers))
    if deciding:
        return deciding
    # Every answer leads to the same end (`poor or not poor`), but one must be given to get there.
    undecided = set(search.undecided(answers))
    return tuple(name for name in gaps if name in undecided)


class _Search:
    """Looks for a completion of the answers in which one fact makes the difference.

    Kleene logic prunes: once the rest decides, no answer to the fact can. Branching takes the first undecided
    condition, so that a policy of twenty unknown facts needs dozens of evaluations, not a million.
    """

    def __init__(self, compiled: CompiledPolicy) -> None:
        self.compiled = compiled
        self.values = telling_values(compiled.policy, compiled.as_of)
        self.settled: dict[tuple[object, ...], bool] = {}

    def matters(self, name: str, answers: dict[str, FactValue]) -> bool:
        """Return whether some completion of *answers* is decided by the answer to *name*."""
        key = (name, *((fact, answers[fact]) for fact in self.values if fact in answers))
        if key not in self.settled:
            self.settled[key] = self._matters(name, answers)
        return self.settled[key]

    def _matters(self, name: str, answers: dict[str, FactValue]) -> bool:
        truths, _ = self.compiled.truths(answers)
        if self.compiled.outcome(truths).determination is not Determination.UNDETERMINED:
            return False
        outcomes = {self._determination({**answers, name: value}) for value in self.values[name]}
        if len(outcomes - {Determination.UNDETERMINED}) > 1:
            return True
        branch = next((fact for fact in self.undecided(answers) if fact != name), None)
        if branch is None:
            return False
        return any(self.matters(name, {**answers, branch: value}) for value in self.values[branch])

    def _determination(self, answers: dict[str, FactValue]) -> Determination:
        return self.compiled.outcome(self.compiled.truths(answers)[0]).determination

    def undecided(self, answers: dict[str, FactValue]) -> Iterator[str]:
        """Yield the unknown facts of conditions that are still open, in the order written, some more than once."""
        policy, as_of = self.compiled.policy, self.compiled.as_of
        truths, _ = self.compiled.truths(answers)
        for clause, found in zip(policy.clauses, truths, strict=True):
            if found is Truth.UNKNOWN:
                yield from _undecided_facts(clause.condition, answers, as_of, policy.ages)


def _undecided_facts(rule: Predicate, answers: dict[str, FactValue], as_of: dt.date, ages: AgeRule) -> Iterator[str]:
    if evaluate(rule, answers, as_of=as_of, ages=ages) is Truth.UNKNOWN:
        fact = fact_of(rule)
        if fact is not None:
            yield fact.name
        for child in children_of(rule):
            yield from _undecided_facts(child, answers, as_of, ages)


def next_change(compiled: CompiledPolicy, facts: FactValues) -> dt.date | None:
    """Return the first day after ``as_of`` on which the same facts give another outcome, or none is given any more."""
    policy, as_of = compiled.policy, compiled.as_of
    answers = _known_answers(policy, facts)
    now = essence(compiled.outcome(compiled.truths(answers)[0]))
    for day in sorted(day for day in set(_turning_days(policy, answers)) if day > as_of):
        try:
            then = essence(interpret(policy, answers, day))
        except PolicyNotInForceError:
            return day
        if then != now:
            return day
    return None


def _turning_days(policy: Policy, answers: dict[str, FactValue]) -> Iterator[dt.date]:
    yield from policy.change_days()
    for clause in policy.clauses:
        for node in walk(clause.condition):
            if isinstance(node, Comparison) and isinstance(node.measure, Elapsed):
                since = answers.get(node.measure.fact.name)
                if isinstance(since, dt.date):
                    yield from _days_reached(node, since, policy.ages)


def _days_reached(node: Comparison, since: dt.date, rule: AgeRule) -> Iterator[dt.date]:
    measure = node.measure
    bounds = [v.value for v in node.bound.values] if isinstance(node.bound, Parameter) else [node.bound]
    for count in {c for bound in bounds for c in (bound, bound + 1) if c > 0}:
        day = day_reached(since, count, measure.unit, rule) if isinstance(measure, Elapsed) else None
        if day is not None:
            yield day
