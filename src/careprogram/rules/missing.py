"""Which answers would decide an open verdict?

A missing fact is an unknown one whose answer can still decide, alone or together with other unknown ones. Once they are
answered, nothing else has to be asked.
"""

import datetime as dt
from collections.abc import Iterator

from careprogram.rules.compiled import CompiledPolicy
from careprogram.rules.critical import telling_values
from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import FactValue
from careprogram.rules.predicates import Predicate, children_of, fact_of
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import Determination


def missing_facts(compiled: CompiledPolicy, answers: dict[str, FactValue]) -> tuple[str, ...]:
    """Return the unknown facts whose answers can change the determination, alone or with other unknown ones.

    Never empty for an undetermined verdict.
    """
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
