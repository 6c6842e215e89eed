"""Which answers show what a policy does?

Answers that a schema could have, and answers at the edges of one policy on one day: each threshold and its neighbors,
each cutoff date and the day after, a date that has not come, each choice, nobody, one and two members of a group, and
gaps everywhere. It asks the policy where its edges are and never judges.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from careprogram.ids import PolicyId
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    Definition,
    Fact,
    FactSchema,
    FactValue,
    GroupFact,
    IntFact,
    Policy,
    Predicate,
    critical_values,
    walk,
)
from careprogram.rules.facts import is_known, on_day
from careprogram.rules.predicates import All, AnyOf, Not, Quantified
from careprogram.testing.random_rules import Number, plain_text
from careprogram.unknown import UNKNOWN

Row: TypeAlias = dict[str, FactValue]
"""The answers about one child by the name of the fact; one left out is unknown."""

_MEMBERS_TRIED = 12


def any_answer(number: Number, fact: Fact, as_of: dt.date, *, gaps: bool = True) -> FactValue:
    """Return an answer to *fact*, now and then ``UNKNOWN`` if *gaps* are allowed.

    Args:
        number: The source of choices.
        fact: The question.
        as_of: The day that dates lie around, a few after it.
        gaps: Whether somebody may have failed to ask, or written a date that has not come, which is as good as none.
    """
    if gaps and number(0, 4) == 0:
        return UNKNOWN
    match fact:
        case BoolFact():
            return number(0, 1) == 1
        case ChoiceFact():
            chosen: FactValue = fact.members[number(0, len(fact.members) - 1)]
            return chosen
        case IntFact():
            low = -2 if fact.minimum is None else fact.minimum
            return number(low, low + 25 if fact.maximum is None else fact.maximum)
        case DateFact():
            return as_of - dt.timedelta(days=number(-40 if gaps else 0, 20 * 366))
        case GroupFact():
            size = number(0, 3)
            return tuple(any_row(number, fact.members, as_of, gaps=gaps) for _ in range(size))
        case _:
            raise TypeError(f"there are no answers yet to a {type(fact).__name__}")


def any_row(number: Number, schema: type[FactSchema], as_of: dt.date, *, gaps: bool = True) -> Row:
    """Return answers to every fact of *schema*; a gap is ``UNKNOWN`` or left out."""
    row = {name: any_answer(number, fact, as_of, gaps=gaps) for name, fact in schema.facts().items()}
    return {name: value for name, value in row.items() if value is not UNKNOWN or number(0, 1) == 1}


def spelled_out(rule: Predicate) -> Predicate:
    """Return *rule* with every definition in place of its name."""
    match rule:
        case Definition():
            return spelled_out(rule.when)
        case Not():
            return Not(part=spelled_out(rule.part))
        case All():
            return All(parts=tuple(spelled_out(part) for part in rule.parts))
        case AnyOf():
            return AnyOf(parts=tuple(spelled_out(part) for part in rule.parts))
        case _:
            return rule


def member_policy(policy: Policy, group: GroupFact) -> Policy | None:
    """Return the rules that *policy* has for one member of *group*, as a policy of their own; None if it has none."""
    nodes = (node for clause in policy.clauses for node in walk(clause.condition))
    found = (node.when for node in nodes if isinstance(node, Quantified) and node.group.name == group.name)
    rules = dict.fromkeys(spelled_out(rule) for rule in found)
    if not rules:
        return None
    clauses = tuple(
        Clause(id=f"member-{at}", citation=policy.citation, text=plain_text(), when=when)
        for at, when in enumerate(rules)
    )
    category = Category(id="members", tier=1, title=plain_text(), clauses=clauses)
    return attrs.evolve(
        policy, id=PolicyId("members"), requirements=(), categories=(category,), overrides=(), exclusive=()
    )


def edge_values(
    policy: Policy, as_of: dt.date, *, seed: int = 0, to_come: bool = True
) -> Mapping[str, tuple[FactValue, ...]]:
    """Return for each fact of *policy* the answers at its edges on *as_of*; for a group a sample of them.

    A group is nobody, each member at the edges of its own facts alone, and pairs of these, up to a few dozen in all.

    Args:
        policy: The policy whose edges are wanted.
        as_of: The day whose thresholds count.
        seed: Another seed takes another sample of groups.
        to_come: Whether a date that has not come is among the dates; it counts as unknown.
    """
    rng = random.Random(seed)  # noqa: S311 - the same sample every time is the point
    return {fact.name: _edges(policy, fact, as_of, rng, to_come) for fact in policy.facts}


def _edges(policy: Policy, fact: Fact, as_of: dt.date, rng: random.Random, to_come: bool) -> tuple[FactValue, ...]:
    if not isinstance(fact, GroupFact):
        found = critical_values(policy, fact, as_of=as_of)
        return found if to_come else tuple(value for value in found if is_known(on_day(value, as_of)))
    of_member = member_policy(policy, fact)
    if of_member is None:
        return ((), ({},))
    members = list(_member_rows(of_member, as_of, rng, to_come))
    pairs = [(rng.choice(members), rng.choice(members)) for _ in members]
    return ((), *((member,) for member in members), *pairs)


def _member_rows(of_member: Policy, as_of: dt.date, rng: random.Random, to_come: bool) -> Iterator[Row]:
    edges = edge_values(of_member, as_of, to_come=to_come)
    yield {}
    size = 1
    for values in edges.values():
        size *= len(values)
    if size <= _MEMBERS_TRIED:
        yield from (dict(zip(edges, values, strict=True)) for values in itertools.product(*edges.values()))
    else:
        yield from ({name: rng.choice(values) for name, values in edges.items()} for _ in range(_MEMBERS_TRIED))
    if edges:
        yield {name: rng.choice(values) for name, values in list(edges.items())[:1]}


def random_rows(rng: random.Random, policy: Policy, as_of: dt.date, count: int, *, unknown: float = 0.2) -> list[Row]:
    """Return *count* rows of answers at the edges of *policy*, with gaps; a hundred thousand a second or more.

    Args:
        rng: The source; the same seed gives the same rows.
        policy: The policy whose edges are wanted.
        as_of: The day whose thresholds count.
        count: How many rows.
        unknown: How often an answer is a gap: half of these are ``UNKNOWN``, half left out. With 0 no date lies ahead
            either.
    """
    edges = edge_values(policy, as_of, seed=rng.randrange(2**31), to_come=unknown > 0)
    pools = [(name, values, len(values)) for name, values in edges.items() if values]
    draw = rng.random
    rows: list[Row] = []
    for _ in range(count):
        row: Row = {}
        for name, values, size in pools:
            luck = draw()
            if luck >= unknown:
                row[name] = values[int(draw() * size)]
            elif luck * 2 < unknown:
                row[name] = UNKNOWN
        rows.append(row)
    return rows


def grid(policy: Policy, as_of: dt.date, *, at_most: int, names: Sequence[str] | None = None) -> list[Row] | None:
    """Return every combination of the edges of *policy* and gaps, or None if there are more than *at_most*."""
    edges = {name: (*values, UNKNOWN) for name, values in edge_values(policy, as_of).items()}
    wanted = {name: values for name, values in edges.items() if names is None or name in names}
    size = 1
    for values in wanted.values():
        size *= len(values)
        if size > at_most:
            return None
    return [dict(zip(wanted, values, strict=True)) for values in itertools.product(*wanted.values())]
