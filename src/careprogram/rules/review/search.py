"""Is there an answer for which these rules come out so?

Rules over a few facts have finitely many ways to come out. This search puts in one telling answer after the other,
simplifies what is left of the rules by strong Kleene logic, stops as soon as the rest does not matter, and never looks
at the same rest twice. It is exact and needs no solver. It never guesses: where it would take too long it says so.
"""

import datetime as dt
import enum
import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules.critical import possible_answers
from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.evaluate import DEFAULT_AGES, evaluate
from careprogram.rules.facts import Fact, FactValue, GroupFact
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Category, Clause, Policy
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Known,
    Not,
    Predicate,
    Quantified,
    Quantifier,
    atoms_in,
    fact_of,
)
from careprogram.rules.review.residue import Leaf, Node, among, assigned, first_open, joined
from careprogram.rules.truth import Truth, all_of, any_of
from careprogram.unknown import UNKNOWN

Answers: TypeAlias = dict[str, FactValue]

NODE_BUDGET = 20_000
"""How many partial sets of answers a search looks at before it gives up."""

MOST_LOOKED_AT = 100_000
"""How many times a condition on one fact is looked at, answer by answer, before the search gives up."""

_TEXT = Text("分析", "analysis")


class SearchTooLargeError(Exception):
    """The rules have more cases than the search may look at. Never an answer: ask a solver, or split the rule."""


class Gaps(enum.Enum):
    """Which facts may stay without an answer."""

    NONE = "none"
    """None: every fact is answered."""
    ASKED = "asked"
    """Those of which a rule asks whether they are known."""
    ALL = "all"
    """Every fact, and every member of a group may be left out."""


Goal: TypeAlias = Callable[[tuple[Node, ...]], bool | None]
"""Whether what is left shows what is looked for: yes, no and never will, or not yet clear."""


@attrs.frozen(kw_only=True)
class Cases:
    """Rules as far as answers can tell them apart on one day.

    Attributes:
        as_of: The day.
        rules: The rules, in the order given, each with its way of counting years.
        atoms: For each fact the conditions that ask about it.
        values: For each fact one answer for every way its conditions can come out.
        nodes: What the rules say of these answers, in the same order.
    """

    as_of: dt.date
    rules: tuple[tuple[Predicate, AgeRule], ...]
    atoms: Mapping[str, tuple[tuple[Predicate, AgeRule], ...]]
    values: Mapping[str, tuple[FactValue, ...]]
    nodes: tuple[Node, ...]

    def way(self, name: str, value: FactValue) -> tuple[Truth, ...]:
        """Return how the conditions on the fact *name* come out for *value*."""
        return _way(name, value, self.atoms[name], self.as_of)

    def position(self, name: str, value: FactValue) -> int | None:
        """Return the position of the answer that stands for *value*; None if there is none, as for a gap not meant."""
        return self._positions[name].get(self.way(name, value))

    @functools.cached_property
    def _positions(self) -> Mapping[str, Mapping[tuple[Truth, ...], int]]:
        return {
            name: {self.way(name, value): at for at, value in enumerate(values)} for name, values in self.values.items()
        }

    def answers(self, chosen: Mapping[str, int]) -> Answers:
        """Return the answers behind the *chosen* positions, every other fact answered by whatever comes first.

        A fact whose answer does not matter may still have to be answered: "poor or not poor" is open until then.
        """
        found = {name: values[chosen.get(name, 0)] for name, values in self.values.items() if values}
        return {name: value for name, value in found.items() if value is not UNKNOWN}

    def truths(self, answers: Mapping[str, FactValue]) -> tuple[Truth, ...]:
        """Return what the interpreter says of each rule for *answers*."""
        return tuple(evaluate(rule, answers, as_of=self.as_of, ages=ages) for rule, ages in self.rules)

    def least(self, answers: Answers) -> Answers:
        """Return those of *answers* that all rules need to come out as they do, in the order of the facts."""
        kept, target = dict(answers), self.truths(answers)
        for name in reversed(answers):
            value = kept.pop(name)
            if self.truths(kept) != target:
                kept[name] = value
        return {name: kept[name] for name in self.values if name in kept}

    def splits(self, nodes: tuple[Node, ...]) -> Iterator[tuple[int, tuple[Node, ...]]]:
        """Yield, for each answer to the fact `first_open` names, its position and what is then left of *nodes*."""
        name = first_open(nodes)
        if name is not None:
            for at in range(len(self.values[name])):
                yield at, tuple(assigned(node, name, at) for node in nodes)


def cases_of(
    rules: Sequence[Predicate],
    *,
    as_of: dt.date,
    ages: AgeRule | Sequence[AgeRule] = DEFAULT_AGES,
    gaps: Gaps = Gaps.NONE,
) -> Cases:
    """Return *rules* as far as answers can tell them apart on *as_of*.

    Args:
        rules: The rules, over the facts of one schema.
        as_of: The day.
        ages: How completed years are counted, for all rules or for each.
        gaps: Which facts may stay without an answer.

    Raises:
        SearchTooLargeError: The conditions on a group can come out in too many ways.
    """
    each = [ages] * len(rules) if isinstance(ages, AgeRule) else list(ages)
    asked: dict[str, dict[tuple[Predicate, AgeRule], None]] = {}
    facts: dict[str, Fact] = {}
    for rule, own in zip(rules, each, strict=True):
        for atom in atoms_in(rule):
            fact = fact_of(atom)
            if fact is not None:
                facts.setdefault(fact.name, fact)
                asked.setdefault(fact.name, {})[(atom, own)] = None
    values = {name: _telling(facts[name], list(atoms), as_of, gaps) for name, atoms in asked.items()}
    nodes = tuple(_node(rule, own, False, values, as_of) for rule, own in zip(rules, each, strict=True))
    return Cases(
        as_of=as_of,
        rules=tuple(zip(rules, each, strict=True)),
        atoms={name: tuple(atoms) for name, atoms in asked.items()},
        values=values,
        nodes=nodes,
    )


def find(cases: Cases, goal: Goal, *, budget: int = NODE_BUDGET) -> Answers | None:
    """Return answers that reach *goal*, or None if no answers do. Facts that do not matter are left out.

    Raises:
        SearchTooLargeError: More than *budget* partial sets of answers would have to be looked at.
    """
    seen: set[tuple[Node, ...]] = set()
    chosen: dict[str, int] = {}

    def search(nodes: tuple[Node, ...]) -> bool:
        reached = goal(nodes)
        # What was seen and did not end the search is hopeless.
        if reached is not None or nodes in seen:
            return reached is True
        if len(seen) >= budget:
            raise SearchTooLargeError(f"more than {budget} cases")
        seen.add(nodes)
        name = first_open(nodes)
        for at, rest in cases.splits(nodes):
            if search(rest):
                chosen[str(name)] = at
                return True
        return False

    return cases.least(cases.answers(chosen)) if search(cases.nodes) else None


def find_truth(
    rule: Predicate, *wanted: Truth, as_of: dt.date, ages: AgeRule = DEFAULT_AGES, gaps: Gaps = Gaps.NONE
) -> Answers | None:
    """Return answers for which *rule* has one of the truths *wanted* on *as_of*, or None if there are none.

    Raises:
        SearchTooLargeError: The rule has too many cases.
    """
    return find(cases_of([rule], as_of=as_of, ages=ages, gaps=gaps), lambda nodes: among(nodes[0], wanted))


def _node(
    rule: Predicate, ages: AgeRule, negated: bool, values: Mapping[str, tuple[FactValue, ...]], as_of: dt.date
) -> Node:
    match rule:
        case All() | AnyOf():
            every = isinstance(rule, All) is not negated
            return joined(every, (_node(part, ages, negated, values, as_of) for part in rule.parts))
        case Not():
            return _node(rule.part, ages, not negated, values, as_of)
        case Definition():
            return _node(rule.when, ages, negated, values, as_of)
        case _:
            fact = fact_of(rule)
            if fact is None:
                raise TypeError(f"rules are made of the nodes in predicates, not of {type(rule).__name__}")
            found = (evaluate(rule, {fact.name: value}, as_of=as_of, ages=ages) for value in values[fact.name])
            truths = tuple(~each if negated else each for each in found)
            return truths[0] if len(set(truths)) == 1 else Leaf(fact.name, truths)


def _telling(fact: Fact, atoms: list[tuple[Predicate, AgeRule]], as_of: dt.date, gaps: Gaps) -> tuple[FactValue, ...]:
    values: list[FactValue] = []
    if isinstance(fact, GroupFact):
        values += _groups([(atom, ages) for atom, ages in atoms if isinstance(atom, Quantified)], as_of, gaps)
    else:
        values += edges_of(fact, atoms, as_of)
    if len(values) * len(atoms) > MOST_LOOKED_AT:
        raise SearchTooLargeError(f"{len(atoms)} conditions on one fact, each to be looked at {len(values)} times")
    if gaps is Gaps.ALL or (gaps is Gaps.ASKED and any(isinstance(atom, Known) for atom, _ in atoms)):
        values.append(UNKNOWN)
    ways: dict[tuple[Truth, ...], FactValue] = {}
    for value in values:
        ways.setdefault(_way(fact.name, value, atoms, as_of), value)
    return tuple(ways.values())


def edges_of(fact: Fact, atoms: Sequence[tuple[Predicate, AgeRule]], as_of: dt.date) -> list[FactValue]:
    """Return the critical values of *fact*, which is no group, for the conditions *atoms*."""
    found: dict[FactValue, None] = {}
    for ages in dict.fromkeys(own for _, own in atoms):
        rules = [atom for atom, own in atoms if own == ages]
        found.update(dict.fromkeys(possible_answers(_policy_of(rules, ages, as_of), fact, as_of=as_of)))
    return list(found)


def _way(name: str, value: FactValue, atoms: Sequence[tuple[Predicate, AgeRule]], as_of: dt.date) -> tuple[Truth, ...]:
    return tuple(evaluate(atom, {name: value}, as_of=as_of, ages=ages) for atom, ages in atoms)


def _policy_of(atoms: Sequence[Predicate], ages: AgeRule, as_of: dt.date) -> Policy:
    # Two policies under comparison may use one name for two parameters: here only the number of the day counts.
    rules = (
        attrs.evolve(atom, bound=atom.bound.on(as_of))
        if isinstance(atom, Comparison) and isinstance(atom.bound, Parameter)
        else atom
        for atom in atoms
    )
    clauses = tuple(Clause(id=str(at), citation="-", text=_TEXT, when=rule) for at, rule in enumerate(rules))
    category = Category(id="any", tier=1, title=_TEXT, clauses=clauses)
    return Policy(id=PolicyId("analysis"), title=_TEXT, citation="-", categories=(category,), ages=ages)


def _groups(atoms: list[tuple[Quantified, AgeRule]], as_of: dt.date, gaps: Gaps) -> list[FactValue]:
    """Return one group, of as few members as possible, for each way in which the conditions *atoms* can come out.

    Members are added one by one to nobody; what the conditions say of a group depends only on what they say of each
    member, so that every way is reached.
    """
    cases = cases_of([atom.when for atom, _ in atoms], as_of=as_of, ages=[ages for _, ages in atoms], gaps=gaps)
    members = _ways(cases)
    joins = [any_of if atom.quantifier is Quantifier.ANY else all_of for atom, _ in atoms]
    reached: dict[tuple[Truth, ...], tuple[Answers, ...]] = {tuple(join(()) for join in joins): ()}
    newest = list(reached)
    while newest:
        grown = []
        for way, (told, answers) in itertools.product(newest, members.items()):
            together = tuple(join(pair) for join, *pair in zip(joins, way, told, strict=True))
            if together not in reached:
                reached[together] = (*reached[way], answers)
                grown.append(together)
        if len(reached) > NODE_BUDGET:
            raise SearchTooLargeError(f"more than {NODE_BUDGET} groups")
        newest = grown
    return list(reached.values()) or [()]


def _ways(cases: Cases) -> dict[tuple[Truth, ...], Answers]:
    """Return every way in which the rules of *cases* can come out together, each with answers that show it."""
    found: dict[tuple[Truth, ...], Answers] = {}
    seen: set[tuple[Node, ...]] = set()
    waiting: list[tuple[tuple[Node, ...], dict[str, int]]] = [(cases.nodes, {})]
    while waiting:
        nodes, chosen = waiting.pop()
        if nodes in seen:
            continue
        seen.add(nodes)
        if len(seen) > NODE_BUDGET:
            raise SearchTooLargeError(f"more than {NODE_BUDGET} members")
        name = first_open(nodes)
        if name is None:
            found[tuple(node for node in nodes if isinstance(node, Truth))] = cases.answers(chosen)
        waiting += [(rest, {**chosen, str(name): at}) for at, rest in cases.splits(nodes)]
    return found
