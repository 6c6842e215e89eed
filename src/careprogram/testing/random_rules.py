"""What could a policy over these facts look like?

One description of random rules for every source of choices: Hypothesis draws from it with shrinking
(``careprogram.testing.strategies.rules``), and a seeded ``random.Random`` makes hundreds of policies a second for tests
that compare engines. A source is a function that gives a whole number from the first to the second, both included. It
never answers a question: ``random_answers`` does.
"""

import datetime as dt
import itertools
import random
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import attrs

from careprogram.dates import LeapDayRule
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    AgeRule,
    AgeTurns,
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DatedValue,
    DateFact,
    Definition,
    Exemption,
    Fact,
    FactSchema,
    GroupFact,
    IntFact,
    Parameter,
    Period,
    Policy,
    Predicate,
)
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.policy import Override, Stage
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Quantified,
    Quantifier,
)

T = TypeVar("T")

Number: TypeAlias = Callable[[int, int], int]
"""A source of choices, such as ``random.Random(7).randint``: small numbers should come with small examples."""

FIRST_DAY, LAST_DAY = dt.date(2015, 1, 1), dt.date(2030, 12, 31)
"""Between these days random policies change."""

_HARD_DAYS = (dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2024, 3, 1), dt.date(2023, 8, 31))
_BOUNDS = {ElapsedUnit.AGE: (-1, 18), ElapsedUnit.MONTHS: (-1, 40), ElapsedUnit.DAYS: (-1, 400)}
_OPERATORS = (Operator.LESS, Operator.AT_MOST, Operator.EQUAL, Operator.AT_LEAST, Operator.MORE)
_TEXT = Text("文", "text")


def plain_text() -> Text:
    """Return a text that nobody looks at."""
    return _TEXT


@attrs.frozen(kw_only=True, eq=False)
class RuleMaker:
    """Makes rules over one schema.

    Attributes:
        schema: The facts that rules may ask about.
        number: The source of choices.
        text: Where labels and titles come from.
        groups: Whether rules ask about groups of persons.
        max_leaves: The most conditions in one clause.
        variants: Whether places and stages may say otherwise, and categories and policies exclude each other.
    """

    schema: type[FactSchema]
    number: Number
    text: Callable[[], Text] = plain_text
    groups: bool = True
    max_leaves: int = 4
    variants: bool = False

    def pick(self, options: Sequence[T]) -> T:
        """Return one of *options*, the first for the smallest number."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, one_in: int) -> bool:
        """Return whether something that happens once in *one_in* times happens."""
        return self.number(1, one_in) == one_in

    def some(self, options: Sequence[T]) -> tuple[T, ...]:
        """Return at least one of *options*, in any order, each once."""
        left = list(options)
        return tuple(left.pop(self.number(0, len(left) - 1)) for _ in range(self.number(1, len(options))))

    def day(self) -> dt.date:
        """Return a day in the years in which random policies change, often one at the end of a month."""
        if self.chance(4):
            return self.pick(_HARD_DAYS)
        return FIRST_DAY + dt.timedelta(days=self.number(0, (LAST_DAY - FIRST_DAY).days))

    def parameter(self, name: str = "limit", most: int = 18, first_day: dt.date | None = None) -> Parameter:
        """Return a threshold of up to *most* with one to three values, the first since *first_day*."""
        changes = sorted({self.day() for _ in range(self.number(0, 2))})
        values = [DatedValue(value=self.number(0, most), since=first_day, source="source")]
        values += [
            DatedValue(value=self.number(0, most), since=day, source=f"of {day}")
            for day in changes
            if first_day is None or day > first_day
        ]
        unit = self.text() if self.chance(2) else None
        return Parameter(name=name, label=self.text(), values=tuple(values), unit=unit)

    def parameters(self, first_day: dt.date | None = None) -> tuple[Parameter, ...]:
        """Return thresholds of the size of years, months and days."""
        sizes = (("limit", 18), ("limit_months", 40), ("limit_days", 400))
        return tuple(self.parameter(self.free(name), most, first_day) for name, most in sizes)

    def free(self, name: str) -> str:
        """Return *name*, or one like it that is no fact."""
        groups = [fact for fact in self.schema.facts().values() if isinstance(fact, GroupFact)]
        taken = {*self.schema.facts(), *(fact for group in groups for fact in group.members.facts())}
        while name in taken:
            name += "_"
        return name

    def rules(self, parameters: Sequence[Parameter] = ()) -> "_Rules":
        """Return what makes conditions that share *parameters* and definitions."""
        facts = [fact for fact in self.schema.facts().values() if self.groups or not isinstance(fact, GroupFact)]
        if not facts:
            raise ValueError(f"{self.schema.__name__} has no facts: there is nothing a rule could ask")
        return _Rules(maker=self, facts=tuple(facts), parameters=tuple(parameters))

    def predicate(self, max_leaves: int = 6) -> Predicate:
        """Return a rule with parameters and perhaps a definition."""
        rules = self.rules(self.parameters())
        if self.chance(2):
            rules.define(self.free("shared"))
        rules.define_for_members()
        return rules.tree(max_leaves)

    def policy(self, *, always: bool = False) -> Policy:
        """Return a policy with up to one requirement and up to three categories.

        Args:
            always: Whether it is in force on every day.
        """
        effective = (Period(),) if always else self._effective()
        begins = min((period.since or dt.date.min for period in effective), default=dt.date.min)
        first_day = begins if begins > dt.date.min and self.chance(3) else None
        rules = self.rules(self.parameters(first_day))
        for name in ("shared", "shared_too")[: self.number(0, 2)]:
            rules.define(self.free(name))
        rules.define_for_members()
        numbers = itertools.count()
        requirements = tuple(self._clause(rules, next(numbers)) for _ in range(self.number(0, 1)))
        policy = Policy(
            id=PolicyId("random.policy"),
            title=self.text(),
            citation="nobody",
            requirements=requirements,
            categories=tuple(self._category(rules, at, numbers) for at in range(self.number(1, 3))),
            effective=effective,
            ages=AgeRule(leap_day=self.pick(tuple(LeapDayRule)), turns=self.pick(tuple(AgeTurns))),
            jurisdiction=self.pick(("", "CN", "640000")),
            sensitive=self.chance(2),
            on_by_default=self.chance(2),
        )
        return self._varied(policy, rules) if self.variants else policy

    def _varied(self, policy: Policy, rules: "_Rules") -> Policy:
        """Return *policy* with stages, overrides, exclusive categories and neighbors, as far as chance has it."""
        first, *others = policy.categories
        # Somebody must be able to enter and to stay: the first clause is asked at every stage.
        kept, *rest = first.clauses
        first = attrs.evolve(first, clauses=(kept, *(self._staged(clause) for clause in rest)))
        others = [attrs.evolve(group, clauses=tuple(self._staged(c) for c in group.clauses)) for group in others]
        policy = attrs.evolve(
            policy,
            categories=(first, *others),
            requirements=tuple(self._staged(clause) for clause in policy.requirements),
            exclusive=((first.id, others[0].id),) if others and self.chance(3) else (),
            requires=(PolicyId("other.policy"),) if self.chance(4) else (),
            excludes=(PolicyId("third.policy"),) if self.chance(4) else (),
        )
        places = ("64", "6401") if policy.jurisdiction.isdigit() else ("44", "4403")
        overrides = tuple(self._override(place, policy, rules) for place in places[: self.number(0, 2)])
        return attrs.evolve(policy, overrides=overrides)

    def _staged(self, clause: Clause) -> Clause:
        return attrs.evolve(clause, stage=self.pick((Stage.ENTRY, Stage.CONTINUING))) if self.chance(4) else clause

    def _override(self, place: str, policy: Policy, rules: "_Rules") -> Override:
        changed = self.pick(policy.clauses)
        clauses = (attrs.evolve(changed, citation=f"of {place}", when=rules.tree(2), exceptions=()),)
        changed_ones = (p for p in policy.parameters if self.chance(2))
        parameters = tuple(attrs.evolve(self.parameter(p.name), unit=p.unit) for p in changed_ones)
        return Override(
            jurisdiction=place,
            citation=f"of {place}",
            text=self.text(),
            parameters=parameters,
            clauses=clauses if not parameters or self.chance(2) else (),
        )

    def _effective(self) -> tuple[Period, ...]:
        ends = sorted({self.day() for _ in range(self.number(0, 4))})
        match len(ends):
            case 0:
                return (Period(),)
            case 1:
                return (Period(since=ends[0]),) if self.chance(2) else (Period(until=ends[0]),)
            case 2:
                return (Period(since=ends[0], until=ends[1]),)
            case 3:
                return (Period(until=ends[0]), Period(since=ends[1], until=ends[2]))
            case _:
                return (Period(since=ends[0], until=ends[1]), Period(since=ends[2], until=ends[3]))

    def _category(self, rules: "_Rules", at: int, numbers: "itertools.count[int]") -> Category:
        return Category(
            id=f"group-{at}",
            tier=self.number(1, 3),
            title=self.text(),
            clauses=tuple(self._clause(rules, next(numbers)) for _ in range(self.number(1, 2))),
        )

    def _clause(self, rules: "_Rules", number: int) -> Clause:
        exceptions = tuple(
            Exemption(id=f"exempt-{number}-{at}", citation="c", text=self.text(), when=rules.tree(2))
            for at in range((0, 0, 0, 0, 0, 0, 1, 2)[self.number(0, 7)])
        )
        when = rules.tree(self.max_leaves)
        return Clause(
            id=f"clause-{number}", citation=f"art. {number}", text=self.text(), when=when, exceptions=exceptions
        )


@attrs.frozen(kw_only=True, eq=False)
class _Rules:
    """Makes conditions about the subject that *facts* describe."""

    maker: RuleMaker
    facts: tuple[Fact, ...]
    parameters: tuple[Parameter, ...]
    definitions: list[Definition] = attrs.field(factory=list)
    group: GroupFact | None = None
    of_members: dict[str, "_Rules"] = attrs.field(factory=dict)

    def define(self, name: str) -> None:
        """Give the next rule a name that later ones may use."""
        rule = self.tree(3)
        self.definitions.append(Definition(name=name, label=self.maker.text(), when=rule, group=self.group))

    def members(self, group: GroupFact) -> "_Rules":
        """Return what makes conditions about one member of *group*."""
        if group.name not in self.of_members:
            facts = tuple(group.members.facts().values())
            own = _Rules(maker=self.maker, facts=facts, parameters=self.parameters, group=group)
            self.of_members[group.name] = own
        return self.of_members[group.name]

    def define_for_members(self) -> None:
        """Perhaps give a condition about one member of a group a name."""
        for group in [fact for fact in self.facts if isinstance(fact, GroupFact)]:
            if self.maker.chance(2):
                self.members(group).define(self.maker.free(f"{group.name}_shared"))

    def tree(self, max_leaves: int) -> Predicate:
        """Return a rule of up to *max_leaves* conditions."""
        return self._tree(self.maker.number(1, max_leaves))

    def _tree(self, leaves: int) -> Predicate:
        rule = self._leaf() if leaves == 1 else self._junction(leaves)
        return Not(part=rule) if self.maker.chance(6) else rule

    def _junction(self, leaves: int) -> Predicate:
        count = self.maker.number(2, min(3, leaves))
        sizes = [leaves // count + (at < leaves % count) for at in range(count)]
        parts = tuple(self._tree(size) for size in sizes)
        return All(parts=parts) if self.maker.chance(2) else AnyOf(parts=parts)

    def _leaf(self) -> Predicate:
        if self.definitions and self.maker.chance(5):
            return self.maker.pick(self.definitions)
        fact = self.maker.pick(self.facts)
        return Known(fact=fact) if self.maker.chance(7) else self._about(fact)

    def _about(self, fact: Fact) -> Predicate:
        maker = self.maker
        match fact:
            case BoolFact():
                return Is(fact=fact, expected=not maker.chance(2))
            case ChoiceFact():
                return OneOf(fact=fact, members=maker.some(fact.members))
            case IntFact():
                low = -1 if fact.minimum is None else fact.minimum - 1
                high = low + 20 if fact.maximum is None else fact.maximum + 1
                return Comparison(measure=fact, operator=maker.pick(_OPERATORS), bound=self._bound(low, high, 0))
            case DateFact():
                at = maker.number(0, 2)
                unit = (ElapsedUnit.AGE, ElapsedUnit.MONTHS, ElapsedUnit.DAYS)[at]
                bound = self._bound(*_BOUNDS[unit], at)
                return Comparison(measure=Elapsed(fact=fact, unit=unit), operator=maker.pick(_OPERATORS), bound=bound)
            case GroupFact():
                quantifier = maker.pick(tuple(Quantifier))
                return Quantified(group=fact, quantifier=quantifier, when=self.members(fact).tree(3))
            case _:
                raise TypeError(f"there is no condition yet about a {type(fact).__name__}")

    def _bound(self, low: int, high: int, at: int) -> int | Parameter:
        if self.parameters and self.maker.chance(2):
            return self.parameters[at if at < len(self.parameters) else 0]
        return self.maker.number(low, high)


def random_predicate(
    rng: random.Random, schema: type[FactSchema], *, max_leaves: int = 6, groups: bool = True
) -> Predicate:
    """Return a rule over *schema* made from *rng*."""
    return RuleMaker(schema=schema, number=rng.randint, groups=groups).predicate(max_leaves)


def random_policy(
    rng: random.Random,
    schema: type[FactSchema],
    *,
    always: bool = False,
    max_leaves: int = 4,
    groups: bool = True,
    variants: bool = False,
) -> Policy:
    """Return a policy over *schema* made from *rng*, about a thousand a second.

    Args:
        rng: The source; the same seed gives the same policy.
        schema: The facts its rules may ask about.
        always: Whether it is in force on every day.
        max_leaves: The most conditions in one clause.
        groups: Whether its rules ask about groups of persons.
        variants: Whether places and stages may say otherwise; see `Policy.at`.
    """
    maker = RuleMaker(schema=schema, number=rng.randint, groups=groups, max_leaves=max_leaves, variants=variants)
    return maker.policy(always=always)


def random_day(rng: random.Random, policy: Policy | None = None) -> dt.date:
    """Return a day on which *policy* is in force, or any; often one on which something changes."""
    maker = RuleMaker(schema=FactSchema, number=rng.randint)
    if policy is None:
        return maker.day()
    edges = [day + dt.timedelta(days=step) for day in policy.change_days() for step in (-1, 0)]
    edges = [day for day in edges if policy.in_force_on(day)]
    for _ in range(20):
        day = maker.pick(edges) if edges and rng.random() < 0.5 else maker.day()
        if policy.in_force_on(day):
            return day
    return next((day for day in edges), maker.day())
