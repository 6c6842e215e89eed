"""How is a rule told to the solver?

Every condition becomes a pair of formulas: when is it true, when is it false; where it is neither it is unknown. Every
fact becomes "is it known" and a value: a yes or no, a whole number within its limits, the number of a day that is not
after the day asked about, or the number of a choice. A date after that day is unknown. Nothing is solved here.

A group becomes a few places for members, each taken or free. As many places as there are conditions on the group are
enough. Take any group for which the conditions come out in some way. For each condition keep one member that shows it:
where "any" is true, one of whom it is true; where "all" is false, one of whom it is false; where either is unknown, one
of whom it is unknown; else nobody. The group of those who were kept is no larger than the number of conditions, and all
conditions come out as before: what holds of nobody in the larger group holds of nobody in the smaller, what holds of
everybody in the larger holds of everybody in the smaller, and every condition that needs somebody has kept somebody.
"""

import datetime as dt
import functools
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import attrs

from careprogram.errors import MissingExtraError
from careprogram.rules.cutoffs import AgeRule, elapsed, elapsed_cutoff
from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, FactValue, GroupFact, IntFact, on_day
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Predicate,
    Quantified,
    Quantifier,
    atoms_in,
)
from careprogram.rules.review.search import Gaps
from careprogram.rules.truth import Truth
from careprogram.unknown import UNKNOWN

Formula: TypeAlias = Any
"""A formula or a term of the solver, which has no types of its own."""

Reading: TypeAlias = tuple[Predicate, AgeRule]
"""A rule and how it counts completed years."""


class Pair(NamedTuple):
    """When a rule is true, and when it is false."""

    true: Formula
    false: Formula

    def is_(self, truth: Truth, z3: Any) -> Formula:
        """Return when the rule has that *truth*."""
        if truth is Truth.UNKNOWN:
            return z3.And(z3.Not(self.true), z3.Not(self.false))
        return self.true if truth is Truth.TRUE else self.false


@attrs.frozen
class Variable:
    """What the solver may choose for one fact of one person."""

    fact: Fact
    known: Formula
    value: Formula


def load_solver(purpose: str) -> Any:
    """Return the solver's library.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import z3
    except ImportError as error:
        raise MissingExtraError("z3", extra="analysis", purpose=purpose) from error
    return z3


class Encoding:
    """Rules for one day as formulas.

    Attributes:
        readings: The rules, each with its way of counting years.
        pairs: When each of them is true and false, in the same order.
    """

    def __init__(
        self, readings: Sequence[Reading], *, as_of: dt.date, places: int | None = None, purpose: str = "a proof"
    ) -> None:
        """Encode *readings* for *as_of*, with room for *places* members a group if that is more than proofs need."""
        self.z3 = load_solver(purpose)
        self.context = self.z3.Context()
        self.as_of = as_of
        self.readings = tuple(readings)
        conditions = {
            (atom, ages) for rule, ages in readings for atom in atoms_in(rule) if isinstance(atom, Quantified)
        }
        asked = Counter(atom.group.name for atom, _ in conditions)
        self._places = {name: max(count, places or 0) for name, count in asked.items()}
        self._variables: dict[str, Variable] = {}
        self._present: dict[str, list[Formula]] = {}
        self._asked: set[str] = set()
        self.pairs = tuple(self._pair(rule, ages, "") for rule, ages in readings)

    def constraints(self, gaps: Gaps) -> Iterator[Formula]:
        """Yield what every answer keeps to: limits, choices, no day after the one asked about, and which *gaps* are."""
        for name, variable in self._variables.items():
            if gaps is Gaps.NONE or (gaps is Gaps.ASKED and name not in self._asked):
                yield variable.known
            yield from self._limits(variable)
        for taken in self._present.values():
            # Members have no order: the first places are taken first.
            yield from (self.z3.Implies(later, earlier) for earlier, later in itertools.pairwise(taken))

    def _limits(self, variable: Variable) -> Iterator[Formula]:
        fact, value = variable.fact, variable.value
        if isinstance(fact, ChoiceFact):
            yield self.z3.And(value >= 0, value < len(fact.members))
        elif isinstance(fact, DateFact):
            yield self.z3.And(value >= 1, value <= self.as_of.toordinal())
        elif isinstance(fact, IntFact):
            if fact.minimum is not None:
                yield value >= fact.minimum
            if fact.maximum is not None:
                yield value <= fact.maximum

    def answers_of(self, model: Any) -> dict[str, FactValue]:
        """Return the answers that *model* stands for; facts that it leaves unknown are left out."""
        own = {name: var for name, var in self._variables.items() if "." not in name}
        return self._decoded(model, own, "")

    def _decoded(self, model: Any, variables: Mapping[str, Variable], prefix: str) -> dict[str, FactValue]:
        found: dict[str, FactValue] = {}
        for name, variable in variables.items():
            if not self._holds(model, variable.known):
                continue
            if isinstance(variable.fact, GroupFact):
                found[name] = tuple(self._member(model, name, at) for at in self._taken(model, name))
            else:
                value = model.eval(variable.value, model_completion=True)
                found[name.removeprefix(prefix)] = _python_value(variable.fact, value)
        return found

    def _taken(self, model: Any, group: str) -> list[int]:
        return [at for at, taken in enumerate(self._present.get(group, ())) if self._holds(model, taken)]

    def _member(self, model: Any, group: str, at: int) -> dict[str, FactValue]:
        prefix = f"{group}.{at}."
        own = {name: var for name, var in self._variables.items() if name.startswith(prefix)}
        return self._decoded(model, own, prefix)

    def _holds(self, model: Any, formula: Formula) -> bool:
        return bool(self.z3.is_true(model.eval(formula, model_completion=True)))

    def given(self, answers: Mapping[str, FactValue]) -> Iterator[tuple[Formula, Formula]]:
        """Yield each variable with the value that *answers* give it. A group may not have more members than places."""
        for name, variable in self._variables.items():
            if "." not in name:
                yield from self._given(variable, answers.get(name, UNKNOWN), name)

    def _given(self, variable: Variable, answer: FactValue, name: str) -> Iterator[tuple[Formula, Formula]]:
        answer = on_day(answer, self.as_of)
        known = answer is not UNKNOWN
        yield variable.known, self.z3.BoolVal(known, self.context)
        if isinstance(variable.fact, GroupFact):
            members = answer if isinstance(answer, tuple) else ()
            for at, taken in enumerate(self._present.get(name, ())):
                yield taken, self.z3.BoolVal(at < len(members), self.context)
                member = members[at] if at < len(members) else {}
                prefix = f"{name}.{at}."
                for inner, own in self._variables.items():
                    if inner.startswith(prefix):
                        yield from self._given(own, member.get(own.fact.name, UNKNOWN), inner)
        elif known:
            yield variable.value, self.value(variable.fact, answer)

    def value(self, fact: Fact, answer: FactValue) -> Formula:
        """Return the solver's term for *answer* to *fact*."""
        if isinstance(fact, BoolFact):
            return self.z3.BoolVal(answer is True, self.context)
        return self.z3.IntVal(_number(fact, answer), self.context)

    def variables(self) -> Iterator[Variable]:
        """Yield what the solver may choose, of the child and of the members in turn."""
        yield from self._variables.values()

    def present(self) -> Iterator[Formula]:
        """Yield for each place in a group whether it is taken."""
        for taken in self._present.values():
            yield from taken

    def _variable(self, fact: Fact, prefix: str) -> Variable:
        name = f"{prefix}{fact.name}"
        if name not in self._variables:
            z3, context = self.z3, self.context
            sort = z3.Bool if isinstance(fact, BoolFact | GroupFact) else z3.Int
            self._variables[name] = Variable(fact, z3.Bool(f"known {name}", context), sort(f"value {name}", context))
        return self._variables[name]

    def _pair(self, rule: Predicate, ages: AgeRule, prefix: str) -> Pair:
        z3, no = self.z3, self.z3.BoolVal(False, self.context)
        match rule:
            case All() | AnyOf():
                parts = [self._pair(part, ages, prefix) for part in rule.parts]
                true, false = [part.true for part in parts], [part.false for part in parts]
                return Pair(z3.And(true), z3.Or(false)) if isinstance(rule, All) else Pair(z3.Or(true), z3.And(false))
            case Not():
                part = self._pair(rule.part, ages, prefix)
                return Pair(part.false, part.true)
            case Definition():
                return self._pair(rule.when, ages, prefix)
            case Known():
                self._asked.add(f"{prefix}{rule.fact.name}")
                return Pair(self._variable(rule.fact, prefix).known, no)
            case Is():
                asked = self._variable(rule.fact, prefix)
                return self._settled(asked.known, asked.value if rule.expected else z3.Not(asked.value))
            case OneOf():
                asked = self._variable(rule.fact, prefix)
                chosen = [asked.value == rule.fact.members.index(member) for member in rule.members]
                return self._settled(asked.known, z3.Or(chosen))
            case Comparison():
                return self._compared(rule, ages, prefix)
            case Quantified():
                return self._quantified(rule, ages)
            case _:
                raise TypeError(f"rules are made of the nodes in predicates, not of {type(rule).__name__}")

    def _settled(self, known: Formula, holds: Formula) -> Pair:
        return Pair(self.z3.And(known, holds), self.z3.And(known, self.z3.Not(holds)))

    def _compared(self, rule: Comparison, ages: AgeRule, prefix: str) -> Pair:
        bound = rule.bound.on(self.as_of) if isinstance(rule.bound, Parameter) else rule.bound
        if isinstance(rule.measure, IntFact):
            asked = self._variable(rule.measure, prefix)
            return self._settled(asked.known, _ordered(asked.value, rule.operator, bound))
        at_least = functools.partial(self._elapsed, rule.measure, ages, prefix)
        match rule.operator:
            case Operator.AT_LEAST:
                return at_least(bound)
            case Operator.MORE:
                return at_least(bound + 1)
            case Operator.LESS:
                return Pair(*reversed(at_least(bound)))
            case Operator.AT_MOST:
                return Pair(*reversed(at_least(bound + 1)))
            case Operator.EQUAL:
                from_, beyond = at_least(bound), at_least(bound + 1)
                return Pair(self.z3.And(from_.true, beyond.false), self.z3.Or(from_.false, beyond.true))

    def _elapsed(self, measure: Elapsed, ages: AgeRule, prefix: str, count: int) -> Pair:
        yes, no = (self.z3.BoolVal(each, self.context) for each in (True, False))
        asked = self._variable(measure.fact, prefix)
        if count <= 0:
            return Pair(yes, no)
        if elapsed(dt.date.min, self.as_of, measure.unit, ages) < count:
            return self._settled(asked.known, no)
        cutoff = elapsed_cutoff(count, self.as_of, measure.unit, ages)
        return self._settled(asked.known, asked.value <= cutoff.toordinal())

    def _quantified(self, rule: Quantified, ages: AgeRule) -> Pair:
        z3, name = self.z3, rule.group.name
        known = self._variable(rule.group, "").known
        if name not in self._present:
            self._present[name] = [z3.Bool(f"present {name}.{at}", self.context) for at in range(self._places[name])]
        of_each = [
            (taken, self._pair(rule.when, ages, f"{name}.{at}.")) for at, taken in enumerate(self._present[name])
        ]
        if rule.quantifier is Quantifier.ANY:
            some, every = z3.Or([z3.And(taken, of.true) for taken, of in of_each]), [(t, of.false) for t, of in of_each]
            return Pair(z3.And(known, some), z3.And([known, *(z3.Implies(*each) for each in every)]))
        some, every = z3.Or([z3.And(taken, of.false) for taken, of in of_each]), [(t, of.true) for t, of in of_each]
        return Pair(z3.And([known, *(z3.Implies(*each) for each in every)]), z3.And(known, some))


def _ordered(value: Formula, operator: Operator, bound: int) -> Formula:
    match operator:
        case Operator.LESS:
            return value < bound
        case Operator.AT_MOST:
            return value <= bound
        case Operator.EQUAL:
            return value == bound
        case Operator.AT_LEAST:
            return value >= bound
        case Operator.MORE:
            return value > bound


def _python_value(fact: Fact, value: Formula) -> FactValue:
    if isinstance(fact, BoolFact):
        return str(value) == "True"
    number = value.as_long()
    if isinstance(fact, ChoiceFact):
        chosen: FactValue = fact.members[number]
        return chosen
    return dt.date.fromordinal(number) if isinstance(fact, DateFact) else int(number)


def _number(fact: Fact, answer: FactValue) -> int:
    if isinstance(fact, ChoiceFact):
        return fact.members.index(answer)
    if isinstance(answer, dt.date):
        return answer.toordinal()
    if isinstance(answer, int):
        return answer
    raise TypeError(f"{fact.name} has an answer of the wrong kind")
