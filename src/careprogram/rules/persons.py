"""Which groups of persons does a policy tell apart?

There are endlessly many groups, but a policy only sees for which of its conditions somebody, or everybody, in them
counts. So the ways one member can come out are worked out first, fact by fact, two members being alike once the same is
left of the conditions; then they are joined member by member until no new way appears. The list is finite and complete.
"""

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

import attrs

from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import FactValue, Member
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Definition,
    Not,
    Predicate,
    Quantified,
    Quantifier,
    atoms_in,
    children_of,
    fact_of,
)
from careprogram.rules.truth import Truth, all_of, any_of
from careprogram.unknown import UNKNOWN

MOST_TRIED = 5_000
"""How many unlike members, and how many groups, are looked at. Beyond it the lists stay true but may miss a way; no
policy that a reviewer could read comes near it."""

Way: TypeAlias = tuple[Truth, ...]
"""How each condition comes out."""

Tree: TypeAlias = "Truth | Predicate | tuple[str, tuple[Tree, ...]]"
"""What is left of a condition: its truth, a condition on one fact, or several joined by a word."""


@attrs.frozen(kw_only=True, eq=False)
class Persons:
    """What the conditions of a policy can tell about the members of one group on one day.

    Attributes:
        quantified: The conditions on the group.
        telling: For each fact that they ask of a member, one answer for each way it can come out.
        as_of: The day.
        ages: How completed years are counted.
    """

    quantified: tuple[Quantified, ...]
    telling: Mapping[str, tuple[FactValue, ...]]
    as_of: dt.date
    ages: AgeRule
    _answers: dict[bool, tuple[tuple[Member, ...], ...]] = attrs.field(factory=dict, init=False, repr=False)

    def answers(self, *, gaps: bool) -> tuple[tuple[Member, ...], ...]:
        """Return one group for each way the conditions can come out together, smaller groups first.

        Args:
            gaps: Whether facts of members may be open.
        """
        if gaps not in self._answers:
            members = self._ways({}, gaps=gaps)
            found: dict[Way, tuple[Member, ...]] = {self._nobody: ()}
            for way, group in _growing(found):
                for other, member in members.items():
                    if len(found) < MOST_TRIED:
                        found.setdefault(self._joined(way, other), (*group, member))
            self._answers[gaps] = tuple(found.values())
        return self._answers[gaps]

    def fillings(self, group: tuple[Member, ...]) -> tuple[tuple[Member, ...], ...]:
        """Return *group* with every gap filled, once for each way the conditions can come out together."""
        found: dict[Way, tuple[Member, ...]] = {self._nobody: ()}
        for member in group:
            grown: dict[Way, tuple[Member, ...]] = {}
            own = self._ways({name: member[name] for name in self.telling if name in member}, gaps=False)
            for way, before in found.items():
                for other, filled in own.items():
                    if len(grown) < MOST_TRIED:
                        grown.setdefault(self._joined(way, other), (*before, {**member, **filled}))
            found = grown
        return tuple(found.values())

    def has_gaps(self, group: tuple[Member, ...]) -> bool:
        """Return whether a fact that the policy asks of a member is open."""
        return any(name not in member for member in group for name in self.telling)

    @functools.cached_property
    def _nobody(self) -> Way:
        return tuple(any_of(()) if each.quantifier is Quantifier.ANY else all_of(()) for each in self.quantified)

    def _joined(self, way: Way, other: Way) -> Way:
        triples = zip(self.quantified, way, other, strict=True)
        return tuple(a | b if each.quantifier is Quantifier.ANY else a & b for each, a, b in triples)

    def _ways(self, start: Member, *, gaps: bool) -> dict[Way, Member]:
        """Return one member for each way it can come out that keeps the answers of *start*."""
        states: dict[tuple[Tree, ...], Member] = {self._trees: {}}
        for name, values in self.telling.items():
            answers = (start[name],) if name in start else (*values, *((UNKNOWN,) if gaps or not values else ()))
            said = [(value, self._said(name, value)) for value in answers]
            grown: dict[tuple[Tree, ...], Member] = {}
            for trees, member in states.items():
                for value, truths in said:
                    if len(grown) < MOST_TRIED:
                        state = tuple(left_of(tree, truths) for tree in trees)
                        grown.setdefault(state, member if value is UNKNOWN else {**member, name: value})
            states = grown
        return cast("dict[Way, Member]", states)

    def _said(self, name: str, value: FactValue) -> dict[Predicate, Truth]:
        """Return what each condition on fact *name* says of *value*."""
        return {
            atom: evaluate(atom, {name: value}, as_of=self.as_of, ages=self.ages)
            for each in self.quantified
            for atom in atoms_in(each.when)
            if getattr(fact_of(atom), "name", None) == name
        }

    @functools.cached_property
    def _trees(self) -> tuple[Tree, ...]:
        return tuple(tree_of(each.when) for each in self.quantified)


def tree_of(rule: Predicate) -> Tree:
    """Return *rule* as a tree of conditions on facts, joined by words."""
    match rule:
        case All() | AnyOf():
            return "and" if isinstance(rule, All) else "or", tuple(tree_of(part) for part in rule.parts)
        case Not():
            return "not", (tree_of(rule.part),)
        case Definition():
            return tree_of(rule.when)
        case _:
            return rule


def left_of(tree: Tree, said: Mapping[Predicate, Truth]) -> Tree:
    """Return what is left of *tree* to be settled once the conditions in *said* are."""
    if isinstance(tree, Truth):
        return tree
    if isinstance(tree, Predicate):
        return said.get(tree, tree)
    word, parts = tree
    left = dict.fromkeys(left_of(part, said) for part in parts)
    if word == "not":
        (inner,) = left
        return ~inner if isinstance(inner, Truth) else ("not", (inner,))
    settled, neutral = (Truth.FALSE, Truth.TRUE) if word == "and" else (Truth.TRUE, Truth.FALSE)
    if settled in left:
        return settled
    left.pop(neutral, None)
    return (word, tuple(left)) if len(left) > 1 else next(iter(left), neutral)


def _growing(found: dict[Way, tuple[Member, ...]]) -> Iterator[tuple[Way, tuple[Member, ...]]]:
    """Yield the entries of *found* in order, those added meanwhile included."""
    at = 0
    while at < len(found):
        entries = list(found.items())
        yield from entries[at:]
        at = len(entries)


def undecided_facts(rule: Predicate, answers: Member, as_of: dt.date, ages: AgeRule) -> Iterator[str]:
    """Yield the facts of the conditions in *rule* that are still open, in the order written, some more than once."""
    if evaluate(rule, answers, as_of=as_of, ages=ages) is Truth.UNKNOWN:
        fact = fact_of(rule)
        if fact is not None:
            yield fact.name
        for child in children_of(rule):
            yield from undecided_facts(child, answers, as_of, ages)
