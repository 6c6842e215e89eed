"""Which SQLAlchemy SELECT judges every child of a table by a policy?

The same query as `careprogram.rules.sql.policy_sql` writes as text, as an object that can be joined, filtered and run
on SQLite and PostgreSQL. Unknown is NULL in every column and is never filtered out. Nothing is executed here.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs
from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    FromClause,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

from careprogram.errors import PolicyError
from careprogram.rules import AgeRule, Policy, walk
from careprogram.rules.compiled import require_in_force
from careprogram.rules.facts import Fact, GroupFact
from careprogram.rules.predicates import Operator, Quantified, Quantifier, facts_in
from careprogram.rules.sql import result_columns, translate
from careprogram_sql.answers import answer

Expression: TypeAlias = ColumnElement[Any]


@attrs.frozen(kw_only=True)
class _Terms:
    """SQLAlchemy expressions over a step of the query.

    Attributes:
        columns: The clean column of each fact.
        as_of: The day.
        ages: How completed years are counted.
        counts: For each quantified node the column with the strongest (any) or weakest (all) mark of a member: 2 true,
            1 open, 0 false, NULL where there is nobody.
    """

    columns: Mapping[str, Expression]
    as_of: dt.date
    ages: AgeRule
    counts: Mapping[Quantified, Expression] = attrs.field(factory=dict)

    def settled(self, answer: bool) -> Expression:
        return true() if answer else false()

    def known(self, fact: Fact, then: bool) -> Expression:
        return case((self.columns[fact.name].is_not(None), self.settled(then)))

    def yes(self, fact: Fact, expected: bool) -> Expression:
        column = self.columns[fact.name]
        return column if expected else not_(column)

    def among(self, fact: Fact, codes: tuple[str, ...]) -> Expression:
        return self.columns[fact.name].in_(codes)

    def number(self, fact: Fact, operator: Operator, bound: int) -> Expression:
        return self._compared(fact, operator, literal(bound, BigInteger()))

    def date(self, fact: Fact, operator: Operator, cutoff: dt.date) -> Expression:
        return self._compared(fact, operator, literal(cutoff, Date()))

    def _compared(self, fact: Fact, operator: Operator, bound: Expression) -> Expression:
        column = self.columns[fact.name]
        match operator:
            case Operator.LESS:
                return column < bound
            case Operator.AT_MOST:
                return column <= bound
            case Operator.EQUAL:
                return column == bound
            case Operator.AT_LEAST:
                return column >= bound
            case Operator.MORE:
                return column > bound

    def negation(self, part: Expression) -> Expression:
        return not_(part)

    def conjunction(self, parts: Sequence[Expression]) -> Expression:
        return and_(*parts)

    def disjunction(self, parts: Sequence[Expression]) -> Expression:
        return or_(*parts)

    def members(self, quantified: Quantified) -> Expression:
        counted = self.counts[quantified]
        some = quantified.quantifier is Quantifier.ANY
        decided = (counted == (2 if some else 0), self.settled(some))
        verdict = case(decided, (counted == 1, null()), else_=self.settled(not some))
        return case((self.columns[quantified.group.name], verdict))


def policy_select(
    policy: Policy,
    table: FromClause,
    *,
    as_of: dt.date,
    key: str = "child",
    groups: Mapping[str, FromClause] | None = None,
) -> Select[Any]:
    """Return the SELECT that judges every row of *table* by *policy* as it stood on *as_of*.

    The columns are those of `policy_sql`: the key, ``determination``, ``tier``, ``category.<id>``, ``clause.<id>``.

    Args:
        policy: The policy, as it is to be judged.
        table: The children: a column for each fact, named like it.
        as_of: The day whose thresholds and ages count.
        key: The column that names a child, in this table and in those of the members.
        groups: The table of the members of each group that the policy asks about.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
        PolicyError: A column or table that the policy needs is not there.
    """
    require_in_force(policy, as_of)
    answers = _answers(policy.facts, table, key, as_of, "careprogram_answers")
    joined: FromClause = answers
    counted: dict[Quantified, Expression] = {}
    for at, (group, nodes) in enumerate(_quantified_in(policy).items(), 1):
        members = _table_of(group, groups or {})
        counts = _counts(
            nodes, policy, as_of, _answers(_asked_by(nodes), members, key, as_of, f"careprogram_members_{at}")
        )
        counted.update(zip(nodes, list(counts.c)[1:], strict=True))
        joined = joined.outerjoin(counts, counts.c[0] == answers.c[0])
    terms = _Terms(columns=_facts_of(policy.facts, answers), as_of=as_of, ages=policy.ages, counts=counted)
    conditions = (translate(clause.condition, terms, as_of, policy.ages) for clause in policy.clauses)
    labelled = [one.label(f"clause_{at}") for at, one in enumerate(conditions, 1)]
    clauses = select(answers.c[0].label("key"), *labelled).select_from(joined).cte("careprogram_clauses")
    return _result(policy, key, _outcomes(policy, clauses))


def _quantified_in(policy: Policy) -> dict[GroupFact, list[Quantified]]:
    found: dict[GroupFact, list[Quantified]] = {}
    nodes = dict.fromkeys(node for clause in policy.clauses for node in walk(clause.condition))
    for node in nodes:
        if isinstance(node, Quantified):
            found.setdefault(node.group, []).append(node)
    return found


def _asked_by(nodes: Sequence[Quantified]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for node in nodes for fact in facts_in(node.when)))


def _table_of(group: GroupFact, groups: Mapping[str, FromClause]) -> FromClause:
    if group.name not in groups:
        raise PolicyError(f"the policy asks about the members of {group.name}: give their table in groups={{...}}")
    return groups[group.name]


def _answers(facts: Sequence[Fact], table: FromClause, key: str, as_of: dt.date, name: str) -> CTE:
    missing = [column for column in (key, *(fact.name for fact in facts)) if column not in table.c]
    if missing:
        raise PolicyError(f"the table has no column {', '.join(missing)}: each fact needs a column of its name")
    columns = [
        answer(fact, table.c[fact.name], as_of, key=table.c[key]).label(f"fact_{at}")
        for at, fact in enumerate(facts, 1)
    ]
    return select(table.c[key].label("key"), *columns).cte(name)


def _facts_of(facts: Sequence[Fact], answers: CTE) -> Mapping[str, Expression]:
    return {fact.name: answers.c[f"fact_{at}"] for at, fact in enumerate(facts, 1)}


def _counts(nodes: Sequence[Quantified], policy: Policy, as_of: dt.date, members: CTE) -> CTE:
    terms = _Terms(columns=_facts_of(_asked_by(nodes), members), as_of=as_of, ages=policy.ages)
    truths = [translate(node.when, terms, as_of, policy.ages) for node in nodes]
    each = [truth.label(f"truth_{at}") for at, truth in enumerate(truths, 1)]
    judged = select(members.c.key, *each).cte(f"{members.name}_each")
    marks = []
    for node, truth in zip(nodes, list(judged.c)[1:], strict=True):
        mark = case((truth, 2), (truth.is_(None), 1), else_=0)
        marks.append(func.max(mark) if node.quantifier is Quantifier.ANY else func.min(mark))
    labelled = [mark.label(f"count_{at}") for at, mark in enumerate(marks, 1)]
    return select(judged.c.key, *labelled).group_by(judged.c.key).cte(f"{members.name}_all")


def _outcomes(policy: Policy, clauses: CTE) -> CTE:
    truths: Sequence[Expression] = list(clauses.c)[1:]
    at = len(policy.requirements)
    required, held = truths[:at], []
    for category in policy.categories:
        held.append(and_(*required, or_(*truths[at : at + len(category.clauses)])))
        at += len(category.clauses)
    labelled = [one.label(f"category_{number}") for number, one in enumerate(held, 1)]
    return select(clauses.c.key, *labelled, *truths).cte("careprogram_outcomes")


def _result(policy: Policy, key: str, outcomes: CTE) -> Select[Any]:
    truths: Sequence[Expression] = list(outcomes.c)[1:]
    categories = truths[: len(policy.categories)]
    covered = or_(*categories)
    determination = case((covered, "eligible"), (covered.is_(None), "undetermined"), else_="ineligible")
    by_tier = sorted(zip(policy.categories, categories, strict=True), key=lambda pair: pair[0].tier)
    tier = case(*((truth, literal(category.tier, BigInteger())) for category, truth in by_tier))
    columns = (outcomes.c.key, determination, tier, *truths)
    names = result_columns(policy, key)
    return select(*(column.label(name) for column, name in zip(columns, names, strict=True)))
