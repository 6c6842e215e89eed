"""Which facts may a rule look at, of what kind, and can they change?

A schema is a class with one attribute per fact, so that a type checker finds a misspelt fact and a comparison that
makes no sense. A fact describes; its value for one child is found in `FactValues`, where ``UNKNOWN`` marks every gap.
"""

import datetime as dt
import enum
import functools
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

import attrs

from careprogram.errors import PolicyError, ValidationError
from careprogram.language import Language, Text
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    Comparison,
    Elapsed,
    Is,
    Known,
    OneOf,
    Operator,
    Predicate,
    Quantified,
    Quantifier,
    compare,
    facts_in,
)
from careprogram.unknown import UNKNOWN

Member: TypeAlias = "Mapping[str, FactValue]"
"""The answers about one person of a group, by the name of the fact; a fact left out is unknown."""

FactValue: TypeAlias = bool | int | dt.date | enum.Enum | tuple[Member, ...]
"""A known answer (for a group one mapping of answers a person), or ``UNKNOWN`` (itself a member of an enum)."""

E = TypeVar("E", bound=enum.Enum)

RESERVED_WORDS = frozenset({"and", "or", "not", "in", "is", "true", "false", "known", "unknown", "any", "all"})
"""Words of the rule language, which cannot name a fact, a parameter or a choice."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[a-z][a-z0-9_-]*")


class Mutability(enum.Enum):
    """What could be done about a fact; advice to a family must respect it."""

    IMMUTABLE = "immutable"
    CORRECTABLE = "correctable"
    OBTAINABLE = "obtainable"
    CHANGES_WITH_TIME = "changes-with-time"
    PROTECTIVE = "protective"
    """Losing it would harm the child: never suggested, whatever it would win."""


@runtime_checkable
class Labelled(Protocol):
    """A choice that knows what a reader calls it."""

    def label(self, language: Language) -> str:
        """Return the label in *language*."""
        ...


@attrs.frozen(kw_only=True, order=False)
class Fact:
    """One question that may be asked about a child.

    Attributes:
        label: What a reader sees.
        mutability: What could be done about it.
        sensitive: Whether the answer is health, family-planning or similar data that needs a purpose of its own.
        name: The word used in rules; the schema fills it in from the attribute's name.
    """

    label: Text
    mutability: Mutability = Mutability.CORRECTABLE
    sensitive: bool = False
    name: str = ""

    kind: ClassVar[str] = "fact"

    def of_kind(self, value: object) -> bool:
        """Return whether *value* is an answer of the right kind (``UNKNOWN`` always is)."""
        return value is UNKNOWN

    def accepts(self, value: object) -> bool:
        """Return whether *value* is an answer of the right kind and within the limits of the fact, if it has any."""
        return self.of_kind(value)

    def known(self) -> Known:
        """Return the condition that somebody answered: true, or unknown until then."""
        return Known(fact=self)


@attrs.frozen(kw_only=True, order=False)
class BoolFact(Fact):
    """A question answered by yes or no."""

    kind: ClassVar[str] = "yes or no"

    def of_kind(self, value: object) -> bool:
        """Return whether *value* is yes, no or ``UNKNOWN``."""
        return isinstance(value, bool) or value is UNKNOWN

    def is_(self, expected: bool) -> Is:
        """Return the condition that the answer is *expected*.

        Raises:
            TypeError: *expected* is neither True nor False.
        """
        if not isinstance(expected, bool):
            raise TypeError(f"{self.name} is a yes-or-no fact: compare with True or False, not {expected!r}")
        return Is(fact=self, expected=expected)


@attrs.frozen(kw_only=True, order=False)
class IntFact(Fact):
    """A question answered by a whole number.

    Attributes:
        minimum: The smallest answer that makes sense, or None.
        maximum: The largest, or None.
    """

    minimum: int | None = None
    maximum: int | None = None

    kind: ClassVar[str] = "whole number"

    def of_kind(self, value: object) -> bool:
        """Return whether *value* is a whole number or ``UNKNOWN``."""
        return value is UNKNOWN or (isinstance(value, int) and not isinstance(value, bool))

    def accepts(self, value: object) -> bool:
        """Return whether *value* is a whole number within the limits or ``UNKNOWN``."""
        if not isinstance(value, int) or not self.of_kind(value):
            return value is UNKNOWN
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    def __lt__(self, bound: int | Parameter) -> Comparison:
        return compare(self, Operator.LESS, bound)

    def __le__(self, bound: int | Parameter) -> Comparison:
        return compare(self, Operator.AT_MOST, bound)

    def __ge__(self, bound: int | Parameter) -> Comparison:
        return compare(self, Operator.AT_LEAST, bound)

    def __gt__(self, bound: int | Parameter) -> Comparison:
        return compare(self, Operator.MORE, bound)

    def is_(self, bound: int | Parameter) -> Comparison:
        """Return the condition that the number is exactly *bound*."""
        return compare(self, Operator.EQUAL, bound)


@attrs.frozen(kw_only=True, order=False)
class DateFact(Fact):
    """A question answered by a date in the past, such as a birth date; rules ask how long ago it was.

    A date that lies after the day asked about is no answer on that day: it counts as unknown; see `on_day`.
    """

    kind: ClassVar[str] = "date"

    def of_kind(self, value: object) -> bool:
        """Return whether *value* is a plain date or ``UNKNOWN``."""
        return value is UNKNOWN or (isinstance(value, dt.date) and not isinstance(value, dt.datetime))

    @property
    def age(self) -> Elapsed:
        """The completed years (周岁) since that date."""
        return Elapsed(fact=self, unit=ElapsedUnit.AGE)

    @property
    def months(self) -> Elapsed:
        """The whole months since that date."""
        return Elapsed(fact=self, unit=ElapsedUnit.MONTHS)

    @property
    def days(self) -> Elapsed:
        """The days since that date, the first not counted."""
        return Elapsed(fact=self, unit=ElapsedUnit.DAYS)


@attrs.frozen(kw_only=True, order=False)
class ChoiceFact(Fact, Generic[E]):
    """A question answered by one of several choices.

    Attributes:
        choices: The enum of the answers; their values are the codes that policy files use.
    """

    choices: type[E]

    def __attrs_post_init__(self) -> None:
        values = [member.value for member in self.choices]
        wrong = [v for v in values if not isinstance(v, str) or v in RESERVED_WORDS or not _CODE.fullmatch(v)]
        if wrong:
            name = self.choices.__name__
            raise PolicyError(f"the choices of {name} need lower-case words as codes, not words of rules: {wrong}")

    kind: ClassVar[str] = "choice"

    @property
    def members(self) -> tuple[E, ...]:
        """The answers, in their order."""
        return tuple(self.choices)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the answers, in their order."""
        return tuple(member.value for member in self.members)

    def of_kind(self, value: object) -> bool:
        """Return whether *value* is one of the choices or ``UNKNOWN``."""
        return value is UNKNOWN or isinstance(value, self.choices)

    def is_(self, member: E) -> OneOf:
        """Return the condition that the answer is *member*."""
        return self.one_of(member)

    def one_of(self, first: E, *rest: E) -> OneOf:
        """Return the condition that the answer is one of the members given.

        Raises:
            TypeError: A member belongs to another fact, or is given twice.
        """
        members = (first, *rest)
        for member in members:
            if not isinstance(member, self.choices):
                raise TypeError(f"{self.name} takes a member of {self.choices.__name__}, not {member!r}")
        if len(set(members)) < len(members):
            raise TypeError(f"{self.name}.one_of names the same choice twice")
        return OneOf(fact=self, members=members)


@attrs.frozen(kw_only=True, order=False)
class GroupFact(Fact):
    """Who belongs to a group of persons around the child, such as its parents, and what is known of each.

    The answer lists every member; nobody is an empty tuple, "nobody asked" is ``UNKNOWN``.

    Attributes:
        members: The facts of one member; groups inside groups are refused.

    Examples:
        >>> class ParentFacts(FactSchema):
        ...     away = BoolFact(label=Text("外出", "away"))
        >>> class PupilFacts(FactSchema):
        ...     parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts)
        >>> PupilFacts.parents.all_(ParentFacts.away.is_(True))
        <Quantified all parents (away)>
    """

    members: "type[FactSchema]"

    kind: ClassVar[str] = "group"

    def __attrs_post_init__(self) -> None:
        nested = [name for name, fact in self.members.facts().items() if isinstance(fact, GroupFact)]
        if nested:
            raise PolicyError(f"{self.members.__name__} cannot hold groups of its own: {', '.join(nested)}")

    def of_kind(self, value: object) -> bool:
        """Return whether *value* is a tuple of members whose answers are all of the right kind, or ``UNKNOWN``."""
        facts = self.members.facts()
        return value is UNKNOWN or (
            isinstance(value, tuple)
            and all(isinstance(member, Mapping) for member in value)
            and all(
                name in facts and facts[name].of_kind(answer) for member in value for name, answer in member.items()
            )
        )

    def accepts(self, value: object) -> bool:
        """Return whether *value* is of the right kind and each answer within the limits of its fact."""
        if not self.of_kind(value) or not isinstance(value, tuple):
            return value is UNKNOWN
        facts = self.members.facts()
        return all(facts[name].accepts(answer) for member in value for name, answer in member.items())

    def any_(self, when: Predicate) -> Quantified:
        """Return the condition that *when* holds for at least one member; false if there are none.

        Raises:
            TypeError: *when* asks about something that is no fact of a member.
        """
        return self._quantified(Quantifier.ANY, when)

    def all_(self, when: Predicate) -> Quantified:
        """Return the condition that *when* holds for every member; true if there are none.

        Raises:
            TypeError: *when* asks about something that is no fact of a member.
        """
        return self._quantified(Quantifier.ALL, when)

    def _quantified(self, quantifier: Quantifier, when: Predicate) -> Quantified:
        if not isinstance(when, Predicate):
            raise TypeError(f"a condition on members is a rule, not {type(when).__name__}")
        own = self.members.facts()
        foreign = [fact.name for fact in facts_in(when) if own.get(fact.name) != fact]
        if foreign:
            raise TypeError(
                f"{self.name} asks about its members by the facts of {self.members.__name__}, "
                f"not by {', '.join(foreign)}: combine conditions about the child outside the brackets"
            )
        return Quantified(group=self, quantifier=quantifier, when=when)


@attrs.frozen(kw_only=True)
class FactValues:
    """The answers about one child. A fact that is not listed is unknown.

    Attributes:
        values: The answers by the name of the fact.
        unreadable: Facts whose reader failed; they count as unknown, so that no fault lets in or turns away.
    """

    values: Mapping[str, FactValue] = attrs.field(repr=lambda values: f"<{len(values)} facts>", hash=False)
    unreadable: tuple[str, ...] = ()

    def __getitem__(self, fact: Fact) -> FactValue:
        """Return the answer to *fact*, ``UNKNOWN`` if there is none."""
        return self.values.get(fact.name, UNKNOWN)


class FactSchema:
    """The base of a class whose attributes are the facts of a domain.

    Examples:
        >>> class PupilFacts(FactSchema):
        ...     birth_date = DateFact(label=Text("出生日期", "birth date"), mutability=Mutability.IMMUTABLE)
        >>> PupilFacts.birth_date.age < 16
        <Comparison birth_date.age < 16>
    """

    _facts: ClassVar[Mapping[str, Fact]] = MappingProxyType({})

    def __init_subclass__(cls) -> None:
        """Give every fact the name of its attribute.

        Raises:
            PolicyError: A name is a word of the rule language, or cannot be written in a policy file.
        """
        super().__init_subclass__()
        facts: dict[str, Fact] = dict(cls._facts)
        for name, value in list(vars(cls).items()):
            if isinstance(value, Fact):
                if name in RESERVED_WORDS or not _NAME.fullmatch(name):
                    raise PolicyError(f"{cls.__name__}.{name}: name a fact in lower case, not by a word of rules")
                facts[name] = attrs.evolve(value, name=name)
                setattr(cls, name, facts[name])
        cls._facts = MappingProxyType(facts)

    @classmethod
    def facts(cls) -> Mapping[str, Fact]:
        """Return the facts by name, in the order declared, inherited ones first."""
        return cls._facts

    @classmethod
    def values(cls, answers: Mapping[str, FactValue]) -> FactValues:
        """Return *answers* after checking each; facts left out are unknown.

        Raises:
            ValidationError: A name is no fact of this schema, or an answer is of the wrong kind. The text names the
                facts, never the answers.
        """
        unknown_names = sorted(set(answers) - set(cls._facts))
        if unknown_names:
            raise ValidationError(f"no such fact in {cls.__name__}: {', '.join(unknown_names)}", reason="unknown-fact")
        wrong = [f"{name} ({cls._facts[name].kind})" for name in answers if not cls._facts[name].accepts(answers[name])]
        if wrong:
            raise ValidationError(f"answers of the wrong kind for: {', '.join(wrong)}", reason="wrong-kind")
        return FactValues(values={name: answers.get(name, UNKNOWN) for name in cls._facts})


def is_known(value: FactValue) -> bool:
    """Return whether *value* is an answer rather than a gap."""
    return value is not UNKNOWN


def on_day(value: FactValue, as_of: dt.date) -> FactValue:
    """Return what *value* answers on *as_of*: itself, or ``UNKNOWN`` for a date that lies after it.

    Nobody was born, and nobody has left, on a day that has not come: such a date is a slip of the pen or news for
    later, and must let nobody in and turn nobody away.
    """
    return UNKNOWN if isinstance(value, dt.date) and value > as_of else value


# `typed`, because members of two enums can be equal texts with different labels.
@functools.lru_cache(maxsize=1024, typed=True)
def choice_text(member: Any) -> Text:
    """Return what a reader calls *member*: its own labels if it has them, else its code."""
    if isinstance(member, Labelled):
        return Text(member.label("zh"), member.label("en"))
    return Text(str(member.value), str(member.value))
