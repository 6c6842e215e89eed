"""Which answers would decide an open verdict?

A missing fact is an unknown one whose answer can still decide, alone or together with other unknown ones. Once they are
answered, no further answer can tip the verdict; at most a rule that says "is known" still waits for its own answer, and
is named then. A date that has not come is a gap. A group of persons is missing as a whole, whether nobody was listed or
a fact of a member is open: the gap of a member is a gap of the answer about its group.
"""

from collections.abc import Iterator

from careprogram.rules.answers import without_future
from careprogram.rules.compiled import CompiledPolicy
from careprogram.rules.critical import persons_of, telling_values
from careprogram.rules.facts import FactValue, GroupFact
from careprogram.rules.persons import undecided_facts
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import Determination
from careprogram.unknown import UNKNOWN

MOST_LOOKED_AT = 2_000
"""How many partial answers are tried for one fact. Shipped policies need a few dozen; where more would be needed, the
fact is named although it might turn out not to decide: asked once too often, never forgotten, and nobody waits."""


def missing_facts(compiled: CompiledPolicy, answers: dict[str, FactValue]) -> tuple[str, ...]:
    """Return the facts whose open answers can change the determination, alone or with other open ones.

    Never empty for an undetermined verdict.
    """
    search = _Search(compiled)
    given = zip(answers, without_future(tuple(answers.values()), compiled.as_of), strict=True)
    answers = {name: value for name, value in given if value is not UNKNOWN}
    # What only conditions ask that are settled already decides nothing any more.
    undecided = set(search.undecided(answers))
    gaps = [name for name in compiled.fact_names if name in undecided and search.is_gap(name, answers)]
    deciding = tuple(name for name in gaps if search.can_matter(name, answers))
    # Where every answer leads to the same end (`poor or not poor`), one must still be given to get there.
    return deciding or tuple(gaps)


class _Search:
    """Looks for a completion of the answers in which one fact makes the difference.

    Kleene logic prunes: once the rest decides, no answer to the fact can. Branching takes the first undecided
    condition, so that a policy of twenty unknown facts needs dozens of evaluations, not a million.
    """

    def __init__(self, compiled: CompiledPolicy) -> None:
        self.compiled = compiled
        self.values = telling_values(compiled.policy, compiled.as_of)
        facts = compiled.facts
        policy, as_of = compiled.policy, compiled.as_of
        self.persons = {f.name: persons_of(policy, f, as_of) for f in facts if isinstance(f, GroupFact)}
        self.settled: dict[tuple[object, ...], bool] = {}
        self.left = 0

    def is_gap(self, name: str, answers: dict[str, FactValue]) -> bool:
        """Return whether the answer to fact *name* is open, at least in part."""
        value = answers.get(name)
        return value is None or (isinstance(value, tuple) and self.persons[name].has_gaps(value))

    def fillings(self, name: str, answers: dict[str, FactValue]) -> tuple[FactValue, ...]:
        """Return the whole answers to fact *name* that are still possible, one for each way it can come out."""
        value = answers.get(name)
        return self.persons[name].fillings(value) if isinstance(value, tuple) else self.values[name]

    def can_matter(self, name: str, answers: dict[str, FactValue]) -> bool:
        """Return whether fact *name* matters, or it takes too long to tell."""
        self.left = MOST_LOOKED_AT
        return self.matters(name, answers)

    def matters(self, name: str, answers: dict[str, FactValue]) -> bool:
        """Return whether some completion of *answers* is decided by the answer to *name*."""
        key = (name, self.compiled.code(self.compiled.asked(answers)))
        if key not in self.settled:
            self.left -= 1
            if self.left < 0:
                return True
            self.settled[key] = self._matters(name, answers)
        return self.settled[key]

    def _matters(self, name: str, answers: dict[str, FactValue]) -> bool:
        if self._determination(answers) is not Determination.UNDETERMINED:
            return False
        outcomes = {self._determination({**answers, name: value}) for value in self.fillings(name, answers)}
        if len(outcomes - {Determination.UNDETERMINED}) > 1:
            return True
        branch = next((fact for fact in self.undecided(answers) if fact != name), None)
        if branch is None:
            return False
        return any(self.matters(name, {**answers, branch: value}) for value in self.fillings(branch, answers))

    def _determination(self, answers: dict[str, FactValue]) -> Determination:
        return self.compiled.judged(self.compiled.asked(answers))[0].determination

    def undecided(self, answers: dict[str, FactValue]) -> Iterator[str]:
        """Yield the open facts of conditions that are still open, in the order written, some more than once."""
        policy, as_of = self.compiled.policy, self.compiled.as_of
        truths, _ = self.compiled.truths(answers)
        for clause, found in zip(policy.clauses, truths, strict=True):
            if found is Truth.UNKNOWN:
                yield from undecided_facts(clause.condition, answers, as_of, policy.ages)
