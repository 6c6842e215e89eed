"""How is a rule written in Python, so that as little as possible is asked and nothing twice?

Truths are pairs of bits, 0 for false, 1 for unknown and 3 for true, on which ``&`` and ``|`` are strong Kleene logic.
What is said in several places is worked out in one line, "and" stops at the first part that is false, and the kind of
an answer is looked at once where a line before has done it already. Which objects and numbers stand behind the names
is kept by whoever writes the whole policy (see `generated`). No text of a policy is ever written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact
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
    children_of,
    fact_of,
)

FALSE, OPEN, TRUE = 0, 1, 3

_DEEPEST = 8
"""How deep brackets are nested before a part gets a line of its own; Python gives up at 200."""

_FEW = 4
"""How many choices are compared one by one."""

COMPARED = {
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.EQUAL: "==",
    Operator.AT_LEAST: ">=",
    Operator.MORE: ">",
}


class Writer(Protocol):
    """Whoever writes the whole policy."""

    def constant(self, value: object) -> str:
        """Return the variable that stands for *value*."""
        ...

    def time(self, comparison: Comparison) -> str:
        """Return the number of *comparison* among those bound to a day."""
        ...

    def members(self, node: Quantified) -> str:
        """Return the function that asks *node* of the members of a group."""
        ...

    def number(self, node: Predicate) -> int:
        """Return the number that *node* has in common with all that say the same."""
        ...


def unwrapped(node: Predicate) -> Predicate:
    """Return the rule that *node* says, whatever names it was given and however often it was turned around."""
    while True:
        match node:
            case Definition():
                node = node.when
            case Not(part=Definition() as named):
                node = Not(part=named.when)
            case Not(part=Not(part=inner)):
                node = inner
            case Not(part=Is() as asked):
                return Is(fact=asked.fact, expected=not asked.expected)
            case _:
                return node


class Block:
    """The lines of one function; what is shared or nested deeply gets a line and a variable of its own."""

    def __init__(self, writer: "Writer", facts: Iterable[Fact], rules: Iterable[Predicate], prefix: str) -> None:
        self.lines: list[str] = []
        self._writer, self._indent = writer, prefix[:-1]
        self._variables = {fact.name: f"{prefix[-1]}{at}" for at, fact in enumerate(facts)}
        self._names: dict[int, str] = {}
        self._within: dict[str, frozenset[str]] = {}
        self._sure: set[str] = set()
        self._lines = self._temporaries = 0
        self._uses: Counter[int] = Counter()
        self._beside: dict[int, frozenset[int]] = {}
        for rule in rules:
            self._count(rule, frozenset())

    def _count(self, node: Predicate, beside: frozenset[int]) -> None:
        """Count the uses of *node*, and keep what it is joined with by "and" wherever it is used."""
        node, number = unwrapped(node), self._writer.number(node)
        self._uses[number] += 1
        self._beside[number] = self._beside.get(number, beside) & beside
        if self._uses[number] == 1:
            parts = children_of(node)
            together = frozenset(map(self._writer.number, parts)) if isinstance(node, All) else frozenset()
            for inner in parts:
                self._count(inner, together)

    def rule(self, node: Predicate, depth: int) -> str:
        """Return the expression of *node*, in brackets unless it is a name."""
        node, number = unwrapped(node), self._writer.number(node)
        if number in self._names:
            return self._names[number]
        shared = self._uses[number] > 1
        if not shared and depth < _DEEPEST:
            return self._expression(node, depth)
        expression = self._expression(node, 0)
        # Where something stands beside it wherever it is used, the two are joined here, and only here.
        guard = next((self._names[each] for each in self._beside[number] if each in self._names), None)
        self._lines += 1
        name = f"s{self._lines}"
        if guard:
            expression = self._every([guard, expression])
            self._within[name] = self._within.get(guard, frozenset()) | {guard}
        self.lines.append(f"{self._indent}{name} = {expression}")
        if not guard:
            self.vouch([node])
        if shared:
            self._names[number] = name
        return name

    def vouch(self, nodes: Iterable[Predicate]) -> None:
        """Note that whoever gets past the lines so far has right answers, or gaps, to what *nodes* ask."""
        for node in map(unwrapped, nodes):
            fact = fact_of(node)
            if fact is not None and not isinstance(node, Quantified):  # which does not look at what a group is
                self._sure.add(self._variables[fact.name])

    def junction(self, parts: Sequence[Predicate], depth: int, *, every: bool) -> str:
        """Return the expression that joins *parts*; "and" stops at the first that is false, which most are."""
        if not every:
            found = [self.rule(part, depth + 1) for part in parts]
            return f"({' | '.join(found)})" if len(found) > 1 else found[0]
        found = list(dict.fromkeys(self.rule(part, depth + 1) for part in sorted(parts, key=self._effort)))
        implied = {name for each in found for name in self._within.get(each, ())}
        return self._every([each for each in found if each not in implied])

    def _every(self, found: Sequence[str]) -> str:
        if len(found) == 1:
            return found[0]
        names = [each if each.isidentifier() else self._temporary() for each in found]
        steps = [each if each == name else f"({name} := {each})" for each, name in zip(found, names, strict=True)]
        return f"({' and '.join(steps)} and {' & '.join(names)})"

    def _effort(self, node: Predicate) -> int:
        """Return how late *node* is asked beside others: what costs nothing first, what stops early saves the rest."""
        node, number = unwrapped(node), self._writer.number(node)
        if number in self._names:
            return 0
        match node:
            case Is() | OneOf() | Known():
                return 1
            case Comparison():
                return 2
            case Quantified():
                return 4
            case _:
                return 3

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _expression(self, node: Predicate, depth: int) -> str:
        match node:
            case All() | AnyOf():
                return self.junction(node.parts, depth, every=isinstance(node, All))
            case Not():
                return f"inverted[{self.rule(node.part, depth + 1)}]"
            case Is():
                value = self._variables[node.fact.name]
                yes, no = (TRUE, FALSE) if node.expected else (FALSE, TRUE)
                return f"({yes} if {value} is True else {no} if {value} is False else {self._open(value)})"
            case OneOf():
                return self._one_of(node)
            case Known():
                value = self._variables[node.fact.name]
                known = f"(3 if {value} <= today else 1)" if isinstance(node.fact, DateFact) else "3"
                return f"({known} if {self._is_answer(node.fact, value)} else {self._open(value)})"
            case Comparison():
                return self._compared(node)
            case Quantified():
                return f"{self._writer.members(node)}({self._variables[node.group.name]})"
            case _:
                raise TypeError(f"rules are made of the nodes in predicates, not of {type(node).__name__}")

    def _is_answer(self, fact: Fact, value: str) -> str:
        if value in self._sure:
            return f"{value} is not unknown"
        match fact:
            case DateFact():
                return f"type({value}) is date"
            case BoolFact():
                return f"{value} is True or {value} is False"
            case ChoiceFact():
                return f"type({value}) is {self._writer.constant(fact.choices)}"
            case IntFact():
                return f"type({value}) is {self._writer.constant(int)}"
            case GroupFact():
                return f"type({value}) is {self._writer.constant(tuple)}"
            case _:
                return "False"

    def _open(self, value: str, said: str = "1") -> str:
        return said if value in self._sure else f"{said} if {value} is unknown else wrong({value})"

    def _one_of(self, node: OneOf) -> str:
        value, members = self._variables[node.fact.name], node.members
        # By identity: a text equals the member it names, and so does the same word of another enum.
        if len(members) <= _FEW:
            among = " or ".join(f"{value} is {self._writer.constant(member)}" for member in members)
            return f"(3 if {among} else 0 if {self._is_answer(node.fact, value)} else {self._open(value)})"
        among = f"{value} in {self._writer.constant(members)}"
        return f"((3 if {among} else 0) if {self._is_answer(node.fact, value)} else {self._open(value)})"

    def _compared(self, node: Comparison) -> str:
        at, measure = self._writer.time(node), node.measure
        if not isinstance(measure, Elapsed):
            value = self._variables[measure.name]
            answer = f"3 if {value} {COMPARED[node.operator]} b{at} else 0"
            return f"(({answer}) if {self._is_answer(measure, value)} else {self._open(value)})"
        value = self._variables[measure.fact.name]
        answer = _elapsed_answer(node.operator, value, at)
        return f"(({answer}) if {self._is_answer(measure.fact, value)} else {self._open(value, f'u{at}')})"


def _elapsed_answer(operator: Operator, value: str, at: str) -> str:
    # A date after today is as good as none. What lies before a cutoff does not: it is looked at once, not twice.
    match operator:
        case Operator.EQUAL:
            return f"(3 if a{at} < {value} <= b{at} else 0) if {value} <= today else u{at}"
        case Operator.AT_LEAST | Operator.MORE:
            return f"3 if {value} <= b{at} else 0 if {value} <= today else u{at}"
        case _:
            return f"0 if {value} <= b{at} else 3 if {value} <= today else u{at}"
