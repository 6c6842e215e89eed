"""Who does a policy cover, and on whose authority?

A policy answers one question about one child on one day. It is data: requirements that everybody must meet, categories
that may hold, each clause with its citation, and the days it is in force. It never reads the clock or a store, and
everything it may look at is a declared fact.
"""

import datetime as dt
import functools
from collections.abc import Iterator

import attrs

from careprogram.errors import PolicyError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.facts import Fact
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Definition,
    Not,
    Predicate,
    atoms_in,
    definitions_in,
    fact_of,
    facts_in,
    parameters_in,
)


@attrs.frozen(kw_only=True)
class Period:
    """Days on which a policy is in force, both ends included; None is open.

    Attributes:
        since: The first day.
        until: The last day.
    """

    since: dt.date | None = None
    until: dt.date | None = None

    def __attrs_post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise PolicyError(f"a period cannot end on {self.until} before it begins on {self.since}")

    def contains(self, day: dt.date) -> bool:
        """Return whether *day* lies within."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@attrs.frozen(kw_only=True)
class Exemption:
    """An exception to a clause, with an authority of its own.

    Attributes:
        id: Its id within the clause.
        citation: The text that makes the exception.
        text: What it says, for a reader.
        when: The condition under which the clause does not apply.
    """

    id: str
    citation: str
    text: Text
    when: Predicate


@attrs.frozen(kw_only=True)
class Clause:
    """One numbered condition of a policy.

    Attributes:
        id: Its id within the policy.
        citation: The text that says so, as a reader could look it up. Never empty.
        text: What it says, for a reader.
        when: The condition.
        exceptions: Where it does not apply although the condition holds.
    """

    id: str
    citation: str
    text: Text
    when: Predicate
    exceptions: tuple[Exemption, ...] = ()

    @property
    def condition(self) -> Predicate:
        """The condition with its exceptions taken out."""
        if not self.exceptions:
            return self.when
        exempt = tuple(exemption.when for exemption in self.exceptions)
        return All(parts=(self.when, Not(part=exempt[0] if len(exempt) == 1 else AnyOf(parts=exempt))))


@attrs.frozen(kw_only=True)
class Category:
    """A group that a policy tells apart; a child is in it if one of the clauses holds.

    Attributes:
        id: Its id within the policy.
        tier: How urgent it is, 1 first.
        title: What a reader calls it.
        clauses: The ways to be in it; at least one.
    """

    id: str
    tier: int
    title: Text
    clauses: tuple[Clause, ...]


@attrs.frozen(kw_only=True, cache_hash=True, repr=False)
class Policy:
    """A rule with its authority, its days and its categories.

    Attributes:
        id: Its stable name.
        title: What a reader calls it.
        citation: The text it comes from.
        jurisdiction: The place code it is meant for; empty for anywhere.
        effective: When it is in force; at least one period.
        requirements: What everybody must meet, whatever the category.
        categories: Who is covered; at least one.
        ages: How completed years are counted.
        sensitive: Whether judging by it reads data that needs a purpose and consent of its own.
        on_by_default: Whether a program applies it without being told to.
    """

    id: PolicyId
    title: Text
    citation: str
    categories: tuple[Category, ...]
    jurisdiction: str = ""
    effective: tuple[Period, ...] = (Period(),)
    requirements: tuple[Clause, ...] = ()
    ages: AgeRule = AgeRule()
    sensitive: bool = False
    on_by_default: bool = True

    def __attrs_post_init__(self) -> None:
        problems = policy_problems(self)
        if problems:
            raise PolicyError(f"policy {self.id!r} cannot be used:\n" + "\n".join(problems), problems=problems)

    def __repr__(self) -> str:
        return f"<Policy {self.id}: {len(self.categories)} categories, {len(self.clauses)} clauses>"

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The requirements, then the clauses of each category."""
        return self.requirements + tuple(clause for category in self.categories for clause in category.clauses)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters its rules use, in the order they appear."""
        return tuple(dict.fromkeys(p for clause in self.clauses for p in parameters_in(clause.condition)))

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions its rules use, those inside others first."""
        return tuple(dict.fromkeys(d for clause in self.clauses for d in definitions_in(clause.condition)))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts its rules ask about, in the order they appear."""
        return _facts(self)

    def in_force_on(self, day: dt.date) -> bool:
        """Return whether the policy has rules for *day*."""
        return any(period.contains(day) for period in self.effective)

    def change_days(self) -> tuple[dt.date, ...]:
        """Return the days on which it begins, has ended, or a parameter takes a new value."""
        days = {period.since for period in self.effective if period.since}
        days |= {p.until + dt.timedelta(days=1) for p in self.effective if p.until and p.until < dt.date.max}
        days |= {day for parameter in self.parameters for day in parameter.change_days()}
        return tuple(sorted(days))


@functools.lru_cache(maxsize=256)
def _facts(policy: Policy) -> tuple[Fact, ...]:
    found: dict[str, Fact] = {}
    for clause in policy.clauses:
        for fact in facts_in(clause.condition):
            found.setdefault(fact.name, fact)
    return tuple(found.values())


def policy_problems(policy: Policy) -> tuple[str, ...]:
    """Return everything that keeps *policy* from being used, one sentence each; empty if nothing does."""
    return (*_shape_problems(policy), *_name_problems(policy), *_parameter_problems(policy))


def _shape_problems(policy: Policy) -> Iterator[str]:
    if not policy.categories:
        yield "it has no categories: give at least one"
    if not policy.effective:
        yield "it is never in force: give at least one period, without days if it always is"
    for category in policy.categories:
        if not category.clauses:
            yield f"category {category.id!r} has no clauses: nobody could be in it"
        if category.tier < 1:
            yield f"category {category.id!r} has tier {category.tier}: tiers count from 1, the most urgent"
    for clause in policy.clauses:
        if not clause.citation.strip():
            yield f"clause {clause.id!r} has no citation: a verdict must be able to name its authority"


def _name_problems(policy: Policy) -> Iterator[str]:
    groups = (
        ("clause", [clause.id for clause in policy.clauses]),
        ("category", [category.id for category in policy.categories]),
        ("parameter", [parameter.name for parameter in policy.parameters]),
        ("definition", [definition.name for definition in policy.definitions]),
    )
    for what, names in groups:
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            yield f"{what} {name!r} is given twice: names must be unique"
    facts: dict[str, Fact] = {}
    for clause in policy.clauses:
        asked = dict.fromkeys(fact_of(atom) for atom in atoms_in(clause.condition))
        for fact in filter(None, asked):
            if facts.setdefault(fact.name, fact) != fact:
                yield f"clause {clause.id!r} uses another fact named {fact.name!r}: take all facts from one schema"


def _parameter_problems(policy: Policy) -> Iterator[str]:
    begins = [period.since for period in policy.effective]
    first = None if None in begins else min((day for day in begins if day is not None), default=None)
    for parameter in policy.parameters:
        if parameter.first_day is not None and (first is None or first < parameter.first_day):
            yield (
                f"parameter {parameter.name!r} has its first value on {parameter.first_day}, but the policy is in "
                f"force {'from ' + str(first) if first else 'without a first day'}: give the value that held before"
            )
