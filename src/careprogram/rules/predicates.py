"""What may a rule say about the facts of a child?

A predicate is a frozen tree over typed facts. It holds no Python code, so that it can be written to a file, read by a
reviewer, compiled for an engine or handed to a solver. It never evaluates itself: `evaluate` says what it means.
"""

import enum
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from careprogram.language import Text
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.parameters import Parameter

# `order=False` is the default of attrs, but mypy takes every class for ordered unless it is written: it would refuse
# `age < 16` and let two rules be compared.

if TYPE_CHECKING:
    from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact


@attrs.frozen(kw_only=True, order=False, repr=False)
class Predicate:
    """A condition that is true, false or unknown of a child. Combine with ``&``, ``|`` and ``~``."""

    def __and__(self, other: "Predicate") -> "All":
        return All(parts=(self, other))

    def __or__(self, other: "Predicate") -> "AnyOf":
        return AnyOf(parts=(self, other))

    def __invert__(self) -> "Not":
        return Not(part=self)

    def __repr__(self) -> str:
        from careprogram.rules.written import write_expression

        return f"<{type(self).__name__} {write_expression(self)}>"

    def __bool__(self) -> NoReturn:
        """Refuse `and`, `or`, `not`, `if` and chained comparisons, which would silently drop half of the rule.

        Raises:
            TypeError: Always.
        """
        raise TypeError(
            "a rule has no truth of its own, only for a child on a day: "
            "combine rules with & | ~ instead of and/or/not, and write (a < x) & (x < b) instead of a < x < b"
        )


class Operator(enum.Enum):
    """How a number is compared; the value is how it is written in a policy file."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    AT_LEAST = ">="
    MORE = ">"


@attrs.frozen(kw_only=True, order=False)
class Elapsed:
    """The completed years (``.age``) or whole months (``.months``) since the date of a fact.

    Attributes:
        fact: The fact that holds the date.
        unit: What is counted.
    """

    fact: "DateFact"
    unit: ElapsedUnit

    def __lt__(self, bound: int | Parameter) -> "Comparison":
        return compare(self, Operator.LESS, bound)

    def __le__(self, bound: int | Parameter) -> "Comparison":
        return compare(self, Operator.AT_MOST, bound)

    def __ge__(self, bound: int | Parameter) -> "Comparison":
        return compare(self, Operator.AT_LEAST, bound)

    def __gt__(self, bound: int | Parameter) -> "Comparison":
        return compare(self, Operator.MORE, bound)

    def is_(self, bound: int | Parameter) -> "Comparison":
        """Return the condition that exactly *bound* units have passed."""
        return compare(self, Operator.EQUAL, bound)


@attrs.frozen(kw_only=True, order=False, repr=False)
class Is(Predicate):
    """A yes-or-no fact has the *expected* answer."""

    fact: "BoolFact"
    expected: bool


@attrs.frozen(kw_only=True, order=False, repr=False)
class OneOf(Predicate):
    """A choice fact is one of the *members*, in the order the author gave them."""

    fact: "ChoiceFact[Any]"
    members: tuple[enum.Enum, ...]


@attrs.frozen(kw_only=True, order=False, repr=False)
class Comparison(Predicate):
    """A number, age or count of months stands in a relation to a *bound*."""

    measure: "IntFact | Elapsed"
    operator: Operator
    bound: int | Parameter


@attrs.frozen(kw_only=True, order=False, repr=False)
class Known(Predicate):
    """Somebody answered. True once the fact is known and *unknown* until then, never false.

    An unanswered question may be answered tomorrow. If "nobody asked" could make a rule true or false, a verdict could
    flip when the answer arrives.
    """

    fact: "Fact"


def _at_least_two(parts: tuple[Predicate, ...]) -> tuple[Predicate, ...]:
    for part in parts:
        if not isinstance(part, Predicate):
            raise TypeError(
                f"a rule joins conditions, not {type(part).__name__}: write fact.is_(True) for a yes-or-no fact"
            )
    if len(parts) < 2:
        raise ValueError("`and` and `or` join at least two conditions: an empty or single list says nothing")
    return parts


def _all_parts(parts: tuple[Predicate, ...]) -> tuple[Predicate, ...]:
    flat = (inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,)))
    return _at_least_two(tuple(flat))


def _any_parts(parts: tuple[Predicate, ...]) -> tuple[Predicate, ...]:
    flat = (inner for part in parts for inner in (part.parts if isinstance(part, AnyOf) else (part,)))
    return _at_least_two(tuple(flat))


@attrs.frozen(kw_only=True, order=False, repr=False)
class All(Predicate):
    """Every one of the *parts* holds. Nested conjunctions are written as one."""

    parts: tuple[Predicate, ...] = attrs.field(converter=_all_parts)


@attrs.frozen(kw_only=True, order=False, repr=False)
class AnyOf(Predicate):
    """At least one of the *parts* holds. Nested disjunctions are written as one."""

    parts: tuple[Predicate, ...] = attrs.field(converter=_any_parts)


@attrs.frozen(kw_only=True, order=False, repr=False)
class Not(Predicate):
    """The *part* does not hold."""

    part: Predicate


@attrs.frozen(kw_only=True, order=False, repr=False)
class Definition(Predicate):
    """A named condition, such as "both parents away", that several clauses share.

    Attributes:
        name: The word used in rules, such as ``both_parents_away``.
        label: What a reader sees.
        when: What it stands for.
        group: The group of whose members it is said, or None if it is said of the child.
    """

    name: str
    label: Text
    when: Predicate
    group: "GroupFact | None" = None


class Quantifier(enum.Enum):
    """Of how many members of a group a condition must hold; the value is how it is written in a policy file."""

    ANY = "any"
    ALL = "all"


@attrs.frozen(kw_only=True, order=False, repr=False)
class Quantified(Predicate):
    """A condition holds for any, or for all, members of a group of persons, such as the parents.

    Open as long as nobody said who belongs to the group. Of an empty group "any" is false and "all" is true.

    Attributes:
        group: The persons.
        quantifier: Of how many of them it must hold.
        when: The condition, over the facts of one member.
    """

    group: "GroupFact"
    quantifier: Quantifier
    when: Predicate


def compare(measure: "IntFact | Elapsed", operator: Operator, bound: int | Parameter) -> Comparison:
    """Return the comparison of *measure* with *bound*.

    Raises:
        TypeError: The bound is neither a whole number nor a parameter.
    """
    if isinstance(bound, bool) or not isinstance(bound, int | Parameter):
        raise TypeError(
            f"a fact is compared with a whole number or a Parameter, not with {type(bound).__name__}: "
            "floats, texts and other facts have no place in a threshold"
        )
    return Comparison(measure=measure, operator=operator, bound=bound)


def rewritten(predicate: Predicate, parameters: Mapping[str, Parameter]) -> Predicate:
    """Return *predicate* with those of its parameters that *parameters* names replaced, all else equal."""
    match predicate:
        case All() | AnyOf():
            parts = tuple(rewritten(part, parameters) for part in predicate.parts)
            return attrs.evolve(predicate, parts=parts)
        case Not():
            return attrs.evolve(predicate, part=rewritten(predicate.part, parameters))
        case Definition() | Quantified():
            return attrs.evolve(predicate, when=rewritten(predicate.when, parameters))
        case Comparison() if isinstance(predicate.bound, Parameter):
            return attrs.evolve(predicate, bound=parameters.get(predicate.bound.name, predicate.bound))
        case _:
            return predicate


def children_of(predicate: Predicate) -> tuple[Predicate, ...]:
    """Return the conditions about the same child directly inside *predicate*; none of a group's members."""
    match predicate:
        case All() | AnyOf():
            return predicate.parts
        case Not():
            return (predicate.part,)
        case Definition():
            return (predicate.when,)
        case _:
            return ()


def inside_of(predicate: Predicate) -> tuple[Predicate, ...]:
    """Return the conditions directly inside *predicate*, those about the members of a group included."""
    return (predicate.when,) if isinstance(predicate, Quantified) else children_of(predicate)


def walk(predicate: Predicate) -> Iterator[Predicate]:
    """Yield *predicate* and everything inside it, members of groups included, parents first, in the order written."""
    yield predicate
    for inner in inside_of(predicate):
        yield from walk(inner)


def atoms_in(predicate: Predicate) -> Iterator[Predicate]:
    """Yield the conditions that ask about one fact or group of the child, in the order written."""
    if fact_of(predicate) is not None:
        yield predicate
    for child in children_of(predicate):
        yield from atoms_in(child)


def fact_of(atom: Predicate) -> "Fact | None":
    """Return the fact that *atom* asks about, or None where it only joins others."""
    match atom:
        case Is() | OneOf() | Known():
            return atom.fact
        case Comparison():
            return atom.measure.fact if isinstance(atom.measure, Elapsed) else atom.measure
        case Quantified():
            return atom.group
        case _:
            return None


def facts_in(predicate: Predicate) -> tuple["Fact", ...]:
    """Return the facts and groups of the child that *predicate* asks about, each once, in the order written."""
    found: dict[str, Fact] = {}
    for node in atoms_in(predicate):
        fact = fact_of(node)
        if fact is not None:
            found.setdefault(fact.name, fact)
    return tuple(found.values())


def parameters_in(predicate: Predicate) -> tuple[Parameter, ...]:
    """Return the parameters that *predicate* uses, in the order written; equal ones once."""
    bounds = (node.bound for node in walk(predicate) if isinstance(node, Comparison))
    return tuple(dict.fromkeys(bound for bound in bounds if isinstance(bound, Parameter)))


def definitions_in(predicate: Predicate) -> tuple[Definition, ...]:
    """Return the definitions that *predicate* uses, those inside others first; equal ones once."""
    found: dict[Definition, None] = {}
    for inner in inside_of(predicate):
        found.update(dict.fromkeys(definitions_in(inner)))
    if isinstance(predicate, Definition):
        found.setdefault(predicate)
    return tuple(found)
