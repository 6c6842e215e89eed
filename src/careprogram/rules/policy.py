"""Who does a policy cover, and on whose authority?

A policy answers one question about one child on one day. It is data: requirements that everybody must meet, categories
that may hold, each clause with its citation, the days it is in force, and what a place does otherwise. It never reads
the clock or a store, and everything it may look at is a declared fact.
"""

import datetime as dt
import enum
import functools

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
    definitions_in,
    facts_in,
    parameters_in,
)
from careprogram.rules.shortcomings import refusal


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
            zh = f"期间不能在 {self.since} 开始之前的 {self.until} 结束"
            raise refusal("period", "", zh, f"a period cannot end on {self.until} before it begins on {self.since}")

    def contains(self, day: dt.date) -> bool:
        """Return whether *day* lies within."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Stage(enum.Enum):
    """For whom a clause is asked; the value is how it is written in a policy file."""

    ALWAYS = "always"
    ENTRY = "entry"
    """Only of a child that is not in the program yet."""
    CONTINUING = "continuing"
    """Only of a child that is in it already: does it stay?"""

    def asked_at(self, stage: "Stage") -> bool:
        """Return whether a clause of this stage is asked at *stage*; ``ALWAYS`` there leaves none out."""
        return Stage.ALWAYS in {self, stage} or self is stage


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
        stage: Whether it is asked always, only on entry, or only of those who are in already.
    """

    id: str
    citation: str
    text: Text
    when: Predicate
    exceptions: tuple[Exemption, ...] = ()
    stage: Stage = Stage.ALWAYS

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


@attrs.frozen(kw_only=True)
class Override:
    """What the rules of one jurisdiction say otherwise.

    Attributes:
        jurisdiction: How the place codes begin for which it holds: ``"44"`` holds for every code of Guangdong. The
            zeros that fill up a code are as good as left out: ``"440000"`` is the same.
        citation: The text that says so.
        text: What it changes, for a reader.
        parameters: Each takes the place of the parameter of the same name, in every clause.
        clauses: Each takes the place of the clause of the same id.
    """

    jurisdiction: str
    citation: str
    text: Text
    parameters: tuple[Parameter, ...] = ()
    clauses: tuple[Clause, ...] = ()


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
        overrides: What jurisdictions say otherwise; they count only in what `at` gives.
        exclusive: Groups of categories of which no child may be in two.
        requires: The policies by which a child must be covered as well.
        excludes: The policies by which a child may not be covered at the same time.
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
    overrides: tuple[Override, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    requires: tuple[PolicyId, ...] = ()
    excludes: tuple[PolicyId, ...] = ()

    def __attrs_post_init__(self) -> None:
        from careprogram.rules.wholeness import policy_problems

        problems = policy_problems(self)
        if problems:
            raise PolicyError(
                f"policy {self.id!r} cannot be used:\n" + "\n".join(map(str, problems)), problems=problems
            )

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

    def at(self, *, place: str = "", stage: Stage = Stage.ENTRY) -> "Policy":
        """Return the rules of one place and stage, as a plain policy that is judged like any other.

        Overrides whose jurisdiction the code of the *place* begins with are applied, the most general first, and the
        clauses of the other stage are left out; so is a category that has no clause left. A policy that is judged
        itself is judged nationwide, by every clause.

        Args:
            place: The code of the place, such as a village's; empty for nationwide.
            stage: Whether a child enters the program or is in it already; ``ALWAYS`` leaves no clause out.
        """
        from careprogram.rules.overrides import settled

        return settled(self, place, stage)

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
