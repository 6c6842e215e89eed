"""Which small mistakes could somebody make in this policy?

Each mutant is the policy with one mistake that a drafter or typist might make: a sign the wrong way round, a threshold
one off, a condition forgotten, `and` for `or`, the value of another date. Casebooks are measured by how many of them
they notice (``policy_mutation``). Nothing is judged here.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import attrs

from careprogram.dates import LeapDayRule
from careprogram.errors import PolicyError
from careprogram.rules import AgeTurns, Clause, DatedValue, Definition, Parameter, Period, Policy, Predicate
from careprogram.rules.overrides import every_clause, every_definition, every_parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Quantified,
    Quantifier,
)
from careprogram.rules.written import write_expression

_FLIPS = {
    Operator.LESS: (Operator.AT_MOST, Operator.AT_LEAST),
    Operator.AT_MOST: (Operator.LESS, Operator.MORE),
    Operator.EQUAL: (Operator.AT_LEAST, Operator.AT_MOST),
    Operator.AT_LEAST: (Operator.MORE, Operator.LESS),
    Operator.MORE: (Operator.AT_LEAST, Operator.AT_MOST),
}
_DAY = dt.timedelta(days=1)

Rebuild = Callable[[Predicate], Predicate]


@attrs.frozen(kw_only=True)
class PolicyMutant:
    """A policy with one mistake.

    Attributes:
        kind: Which sort of mistake.
        where: The clause, definition, parameter or category it is in.
        what: What became of what.
        policy: The policy with the mistake.
    """

    kind: str
    where: str
    what: str
    policy: Policy

    def __str__(self) -> str:
        return f"{self.kind} in {self.where!r}: {self.what}"


@attrs.frozen(kw_only=True)
class _Slip:
    kind: str
    what: str
    rule: Predicate


def policy_mutants(policy: Policy) -> Iterator[PolicyMutant]:
    """Yield *policy* with every single mistake of the kinds known, each once, those it refuses itself left out."""
    made = {policy}
    for kind, where, what, make in _mistakes(policy):
        try:
            mutant = make()
        except (PolicyError, ValueError):
            continue
        if mutant not in made:
            made.add(mutant)
            yield PolicyMutant(kind=kind, where=where, what=what, policy=mutant)


_Mistake = tuple[str, str, str, Callable[[], Policy]]


def _mistakes(policy: Policy) -> Iterator[_Mistake]:
    yield from _in_clauses(policy)
    yield from _in_definitions(policy)
    yield from _in_parameters(policy)
    yield from _in_frame(policy)


def _in_clauses(policy: Policy) -> Iterator[_Mistake]:
    overridden = {clause for override in policy.overrides for clause in override.clauses}
    for clause in every_clause(policy):
        if clause not in overridden:
            yield "clause dropped", clause.id, "left out", lambda clause=clause: _replaced(policy, clause, None)  # type: ignore[misc]
        for slip in (_Slip(kind="negation", what="turned around", rule=_not(clause.when)), *slips(clause.when)):
            changed = attrs.evolve(clause, when=slip.rule)
            yield slip.kind, clause.id, slip.what, lambda c=clause, n=changed: _replaced(policy, c, n)  # type: ignore[misc]
        for at, exempt in enumerate(clause.exceptions):
            others = (*clause.exceptions[:at], *clause.exceptions[at + 1 :])
            fewer = attrs.evolve(clause, exceptions=others)
            name = f"{clause.id}/{exempt.id}"
            yield "exception dropped", name, "left out", lambda c=clause, n=fewer: _replaced(policy, c, n)  # type: ignore[misc]
            for slip in slips(exempt.when):
                one = attrs.evolve(exempt, when=slip.rule)
                listed = (*clause.exceptions[:at], one, *clause.exceptions[at + 1 :])
                changed = attrs.evolve(clause, exceptions=listed)
                yield slip.kind, name, slip.what, lambda c=clause, n=changed: _replaced(policy, c, n)  # type: ignore[misc]


def _in_definitions(policy: Policy) -> Iterator[_Mistake]:
    for definition in every_definition(policy):
        for slip in slips(definition.when):
            changed = attrs.evolve(definition, when=slip.rule)
            yield (
                slip.kind,
                definition.name,
                slip.what,
                lambda old=definition, new=changed: _everywhere(policy, _defined(old, new)),  # type: ignore[misc]
            )


def _in_parameters(policy: Policy) -> Iterator[_Mistake]:
    given = [(parameter, "") for parameter in every_parameter(policy)]
    given += [(p, f" of {override.jurisdiction}") for override in policy.overrides for p in override.parameters]
    for parameter, where in given:
        for kind, what, changed in _parameter_slips(parameter):
            yield (
                kind,
                parameter.name + where,
                what,
                lambda old=parameter, new=changed: _with_parameter(policy, old, new),  # type: ignore[misc]
            )


def _parameter_slips(parameter: Parameter) -> Iterator[tuple[str, str, Parameter]]:
    values = parameter.values

    def put(at: int, *new: DatedValue) -> Parameter:
        return attrs.evolve(parameter, values=(*values[:at], *new, *values[at + 1 :]))

    for at, dated in enumerate(values):
        for step in (-1, 1):
            changed = attrs.evolve(dated, value=dated.value + step)
            yield "threshold one off", f"{dated.value} -> {changed.value}", put(at, changed)
        if at:
            yield "value of another date", f"the change of {dated.since} forgotten", put(at)
            since = (dated.since or dt.date.min) + _DAY
            yield "value of another date", f"since {dated.since} -> {since}", put(at, attrs.evolve(dated, since=since))


def _in_frame(policy: Policy) -> Iterator[_Mistake]:
    for at, category in enumerate(policy.categories):
        for tier in {category.tier - 1, category.tier + 1} - {0}:
            changed = attrs.evolve(category, tier=tier)
            groups = (*policy.categories[:at], changed, *policy.categories[at + 1 :])
            what = f"{category.tier} -> {tier}"
            yield "tier", category.id, what, lambda groups=groups: attrs.evolve(policy, categories=groups)  # type: ignore[misc]
    for at, period in enumerate(policy.effective):
        for what, moved in _moved(period):
            periods = (*policy.effective[:at], moved, *policy.effective[at + 1 :])
            yield "period", policy.id, what, lambda periods=periods: attrs.evolve(policy, effective=periods)  # type: ignore[misc]
    for leap_day in LeapDayRule:
        ages = attrs.evolve(policy.ages, leap_day=leap_day)
        yield "leap day", policy.id, leap_day.value, lambda ages=ages: attrs.evolve(policy, ages=ages)  # type: ignore[misc]
    for turns in AgeTurns:
        ages = attrs.evolve(policy.ages, turns=turns)
        yield "day of aging", policy.id, turns.value, lambda ages=ages: attrs.evolve(policy, ages=ages)  # type: ignore[misc]
    for at, override in enumerate(policy.overrides):
        others = (*policy.overrides[:at], *policy.overrides[at + 1 :])
        name = override.jurisdiction
        yield "override dropped", name, "left out", lambda others=others: attrs.evolve(policy, overrides=others)  # type: ignore[misc]


def _moved(period: Period) -> Iterator[tuple[str, Period]]:
    if period.since:
        yield f"since {period.since} -> a day later", attrs.evolve(period, since=period.since + _DAY)
    if period.until:
        yield f"until {period.until} -> a day later", attrs.evolve(period, until=period.until + _DAY)


def slips(rule: Predicate) -> Iterator[_Slip]:
    """Yield *rule* with one mistake in it; definitions are looked at where they are defined."""
    for kind, new in _here(rule):
        yield _Slip(kind=kind, what=f"{write_expression(rule)} -> {write_expression(new)}", rule=new)
    match rule:
        case All() | AnyOf():
            for at, part in enumerate(rule.parts):
                rest = (*rule.parts[:at], *rule.parts[at + 1 :])
                left = rest[0] if len(rest) == 1 else attrs.evolve(rule, parts=rest)
                yield _Slip(kind="part dropped", what=f"without {write_expression(part)}", rule=left)
                for slip in slips(part):
                    parts = (*rule.parts[:at], slip.rule, *rule.parts[at + 1 :])
                    yield attrs.evolve(slip, rule=attrs.evolve(rule, parts=parts))
        case Not():
            yield from (attrs.evolve(slip, rule=_not(slip.rule)) for slip in slips(rule.part))
        case Quantified():
            yield from (attrs.evolve(slip, rule=attrs.evolve(rule, when=slip.rule)) for slip in slips(rule.when))


def _here(rule: Predicate) -> Iterator[tuple[str, Predicate]]:
    match rule:
        case All():
            yield "or for and", AnyOf(parts=rule.parts)
        case AnyOf():
            yield "and for or", All(parts=rule.parts)
        case Not():
            yield "negation", rule.part
        case Is():
            yield "negation", attrs.evolve(rule, expected=not rule.expected)
        case Known() | Definition():
            yield "negation", Not(part=rule)
        case Comparison():
            yield from (("operator", attrs.evolve(rule, operator=operator)) for operator in _FLIPS[rule.operator])
            if isinstance(rule.bound, int):
                near = (rule.bound - 1, rule.bound + 1)
                yield from (("threshold one off", attrs.evolve(rule, bound=bound)) for bound in near)
        case OneOf():
            yield from _choices(rule)
        case Quantified():
            other = Quantifier.ALL if rule.quantifier is Quantifier.ANY else Quantifier.ANY
            yield "all for any", attrs.evolve(rule, quantifier=other)


def _choices(rule: OneOf) -> Iterator[tuple[str, Predicate]]:
    others = [member for member in rule.fact.members if member not in rule.members]
    for at in range(len(rule.members)):
        rest = (*rule.members[:at], *rule.members[at + 1 :])
        if rest:
            yield "choice dropped", attrs.evolve(rule, members=rest)
        if others:
            swapped = (*rule.members[:at], others[at % len(others)], *rule.members[at + 1 :])
            yield "choice swapped", attrs.evolve(rule, members=swapped)
    if others:
        yield "choice added", attrs.evolve(rule, members=(*rule.members, others[0]))


def _not(rule: Predicate) -> Predicate:
    return rule.part if isinstance(rule, Not) else Not(part=rule)


def _replaced(policy: Policy, old: Clause, new: Clause | None) -> Policy:
    """Return *policy* with the clause *new* for *old*, or without it; a category without clauses goes, too."""

    def settle(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        changed = (new if clause == old else clause for clause in clauses)
        return tuple(clause for clause in changed if clause is not None)

    groups = (attrs.evolve(category, clauses=settle(category.clauses)) for category in policy.categories)
    kept = tuple(group for group in groups if group.clauses)
    gone = {group.id for group in policy.categories} - {group.id for group in kept}
    exclusive = tuple(names for names in policy.exclusive if not gone & set(names))
    overrides = tuple(attrs.evolve(override, clauses=settle(override.clauses)) for override in policy.overrides)
    if new is None:
        mine = [tuple(clause for clause in o.clauses if clause.id != old.id) for o in policy.overrides]
        pairs = zip(policy.overrides, mine, strict=True)
        changed = (attrs.evolve(override, clauses=clauses) for override, clauses in pairs)
        overrides = tuple(override for override in changed if override.clauses or override.parameters)
    requirements = settle(policy.requirements)
    return attrs.evolve(policy, requirements=requirements, categories=kept, exclusive=exclusive, overrides=overrides)


def _everywhere(policy: Policy, change: Rebuild) -> Policy:
    """Return *policy* with every condition changed."""

    def clause(old: Clause) -> Clause:
        exceptions = tuple(attrs.evolve(exempt, when=change(exempt.when)) for exempt in old.exceptions)
        return attrs.evolve(old, when=change(old.when), exceptions=exceptions)

    def every(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        return tuple(clause(old) for old in clauses)

    return attrs.evolve(
        policy,
        requirements=every(policy.requirements),
        categories=tuple(attrs.evolve(group, clauses=every(group.clauses)) for group in policy.categories),
        overrides=tuple(attrs.evolve(override, clauses=every(override.clauses)) for override in policy.overrides),
    )


def _rebuilt(rule: Predicate, change: Rebuild) -> Predicate:
    """Return *rule* with *change* done to each node, the inner ones first."""
    match rule:
        case All() | AnyOf():
            rule = attrs.evolve(rule, parts=tuple(_rebuilt(part, change) for part in rule.parts))
        case Not():
            rule = Not(part=_rebuilt(rule.part, change))
        case Definition() | Quantified():
            rule = attrs.evolve(rule, when=_rebuilt(rule.when, change))
    return change(rule)


def _defined(old: Definition, new: Definition) -> Rebuild:
    return lambda rule: _rebuilt(rule, lambda node: new if node == old else node)


def _with_parameter(policy: Policy, old: Parameter, new: Parameter) -> Policy:
    def swap(node: Predicate) -> Predicate:
        return attrs.evolve(node, bound=new) if isinstance(node, Comparison) and node.bound == old else node

    changed = _everywhere(policy, lambda rule: _rebuilt(rule, swap))
    overrides = (
        attrs.evolve(override, parameters=tuple(new if p == old else p for p in override.parameters))
        for override in changed.overrides
    )
    return attrs.evolve(changed, overrides=tuple(overrides))
