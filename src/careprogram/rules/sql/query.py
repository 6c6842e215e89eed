"""Which query judges every child of a table by a policy?

One SELECT, step by step: clean answers, members of groups, clauses, categories, outcome. Each row keeps the truth of
every clause, so that the whole explanation of a child can be had afterwards. Unknown is NULL and is never filtered out.
The policy is judged as it is given: take `Policy.at` for a place or a stage first.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs

from careprogram.rules.compiled import require_in_force
from careprogram.rules.facts import Fact, GroupFact
from careprogram.rules.policy import Category, Policy
from careprogram.rules.predicates import facts_in
from careprogram.rules.shortcomings import refusal
from careprogram.rules.sql.answers import answer
from careprogram.rules.sql.terms import Members, TextTerms, indented, joined
from careprogram.rules.sql.translation import translate
from careprogram.rules.sql.words import (
    PLACEHOLDERS,
    Parameters,
    SqlDialect,
    SqlValue,
    finished,
    printed,
    quoted,
    remark,
)
from careprogram.rules.written import write_expression

Table = str | tuple[str, ...]
"""A table's name; a schema before it makes a pair, such as ``("survey", "children")``."""

_LARGEST = 2**63 - 1


def _settled(values: Mapping[str, SqlValue]) -> Mapping[str, SqlValue]:
    return MappingProxyType(dict(values))


@attrs.frozen(kw_only=True)
class SqlQuery:
    """A policy as a query.

    Attributes:
        dialect: The database it is for.
        text: The query with placeholders, as the driver of the database takes it (sqlite3, psycopg, duckdb):
            ``connection.execute(query.text, query.parameters)``.
        parameters: The values of the placeholders; none comes from a child.
        columns: The columns of the result, in order: the key, ``determination``, ``tier``, one ``category.<id>`` and
            one ``clause.<id>`` for each.
        printed: The same query with the values in their places, to be read, or run by hand.
    """

    dialect: SqlDialect
    text: str
    _parameters: Mapping[str, SqlValue] = attrs.field(converter=_settled, alias="parameters")
    columns: tuple[str, ...]
    printed: str = attrs.field(repr=False)

    @property
    def parameters(self) -> dict[str, SqlValue]:
        """The values of the placeholders, a dict of one's own each time: some drivers take nothing else."""
        return dict(self._parameters)


def policy_sql(
    policy: Policy,
    *,
    as_of: dt.date,
    dialect: SqlDialect,
    table: Table = "children",
    key: str = "child",
    groups: Mapping[str, Table] | None = None,
) -> SqlQuery:
    """Return the query that judges every row of *table* by *policy* as it stood on *as_of*.

    A column of *table* answers the fact of its name: yes or no as boolean (SQLite: 0 or 1), whole numbers, dates
    (SQLite: ISO texts), choices as their codes; NULL is unknown, and so is what is no answer. For a group the column of
    its name says whether its members are listed; they are the rows of a table of their own with the same *key*.

    Args:
        policy: The policy, as it is to be judged.
        as_of: The day whose thresholds and ages count.
        dialect: The database.
        table: The table of the children.
        key: The column that names a child, in this table and in those of the members.
        groups: The table of each group's members; a group left out has a table of its own name.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
        PolicyError: A name or number has no place in the database.
    """
    require_in_force(policy, as_of)
    if dialect not in PLACEHOLDERS:
        listed = ", ".join(PLACEHOLDERS)
        raise refusal(
            "policy",
            policy.id,
            f"没有 {dialect!r} 这种方言：请选 {listed}",
            f"{dialect!r} is no dialect: choose from {listed}",
        )
    return _Writer(policy, as_of, dialect, table=table, key=key, groups=groups or {}).query()


def result_columns(policy: Policy, key: str) -> tuple[str, ...]:
    """Return the columns of the result.

    Raises:
        PolicyError: The key is called like a column of the verdict, or a tier is no number for a database.
    """
    categories = tuple(f"category.{category.id}" for category in policy.categories)
    columns = (key, "determination", "tier", *categories, *(f"clause.{clause.id}" for clause in policy.clauses))
    if key.casefold() in {column.casefold() for column in columns[1:]}:
        zh, en = f"键 {key!r} 与结论的一列同名：请换一个键名", f"the key {key!r} is called like a column of the verdict"
        raise refusal("policy", policy.id, zh, f"{en}: name the key otherwise")
    for category in policy.categories:
        if category.tier > _LARGEST:
            zh, en = (
                f"类别 {category.id!r} 的级别 {category.tier} 太大",
                f"category {category.id!r} has tier {category.tier}",
            )
            raise refusal("category", category.id, f"{zh}：数据库放不下", f"{en}, too large for a database")
    return columns


def _free(wanted: str, taken: set[str]) -> str:
    # A step of the query that is called like a table would hide it; the steps of members have endings of their own.
    while any(wanted + ending in taken for ending in ("", "_each", "_all")):
        wanted = f"_{wanted}"
    return wanted


def _column_names(facts: Sequence[Fact]) -> dict[str, str]:
    # Databases take names that differ in case alone for one: only names in lower case are kept within the query.
    return {
        fact.name: f'"{fact.name}"'
        if fact.name.isidentifier() and fact.name.islower() and fact.name[0] != "_"
        else f"_fact_{at}"
        for at, fact in enumerate(facts)
    }


class _Writer:
    """Writes one query."""

    def __init__(
        self,
        policy: Policy,
        as_of: dt.date,
        dialect: SqlDialect,
        *,
        table: Table,
        key: str,
        groups: Mapping[str, Table],
    ) -> None:
        self.policy, self.as_of, self.dialect = policy, as_of, dialect
        self.key = quoted(key, dialect)
        self.columns = result_columns(policy, key)
        self.groups = {fact: groups.get(fact.name, fact.name) for fact in policy.facts if isinstance(fact, GroupFact)}
        unknown = sorted(set(groups) - {fact.name for fact in self.groups})
        if unknown:
            zh = f"政策 {policy.id!r} 不问 {'、'.join(unknown)}：去掉这个表"
            en = f"policy {policy.id!r} asks about no group {', '.join(unknown)}: leave the table out"
            raise refusal("policy", policy.id, zh, en)
        self.table = table
        taken = {part.casefold() for named in (table, *self.groups.values()) for part in _parts(named)}
        self.answers, self.clauses, self.outcomes = (
            _free(name, taken) for name in ("_answers", "_clauses", "_outcomes")
        )
        self.members = {fact: _free(f"_members_{at}", taken) for at, fact in enumerate(self.groups, 1)}
        self.parameters = Parameters(dialect)
        self.terms = self._terms_of(policy.facts)
        self.terms.groups.update(
            (fact.name, self._terms_of(tuple(fact.members.facts().values()))) for fact in self.groups
        )

    def _terms_of(self, facts: Sequence[Fact]) -> TextTerms:
        names = _column_names(facts)
        return TextTerms(parameters=self.parameters, names=names, as_of=self.as_of, ages=self.policy.ages)

    def query(self) -> SqlQuery:
        """Return the finished query."""
        conditions = [
            translate(clause.condition, self.terms, self.as_of, self.policy.ages) for clause in self.policy.clauses
        ]
        steps = [
            (self.answers, self._answers(self.policy.facts, self.terms, self.table)),
            *self._member_steps(),
            (self.clauses, self._clause_step(conditions)),
            (self.outcomes, self._outcome_step()),
        ]
        written = ",\n".join(f"{name} AS (\n{indented(step)}\n)" for name, step in steps)
        text = "\n".join((*self._heading(), f"WITH {written}", self._result(), ""))
        values = self.parameters.values
        return SqlQuery(
            dialect=self.dialect,
            text=finished(text, self.dialect),
            parameters=values,
            columns=self.columns,
            printed=printed(text, values),
        )

    def _heading(self) -> Iterator[str]:
        yield remark(f"policy {self.policy.id}: {self.policy.title.zh} / {self.policy.title.en}")
        yield remark(self.policy.citation)
        yield remark(f"as of {self.as_of}: true, false, or NULL for unknown")

    def _name(self, named: Table) -> str:
        return ".".join(quoted(part, self.dialect) for part in _parts(named))

    def _answers(self, facts: Sequence[Fact], terms: TextTerms, table: Table) -> str:
        # Every column is asked for by table and name: SQLite takes a name that it does not find for a text.
        lines = [f"source.{self.key} AS _key"]
        for fact in facts:
            column = f"source.{quoted(fact.name, self.dialect)}"
            key = f"source.{self.key}"
            told = answer(fact, column, self.parameters, self.dialect, self.as_of, key=key)
            lines.append(f"{told} AS {terms.names[fact.name]}")
        return _select(lines, f"{self._name(table)} AS source")

    def _member_steps(self) -> Iterator[tuple[str, str]]:
        for group, name in self.members.items():
            found = [node for node in self.terms.found.values() if node.quantified.group == group]
            if found:
                own = self.terms.groups[group.name]
                asked = tuple(dict.fromkeys(fact for node in found for fact in facts_in(node.quantified.when)))
                yield name, self._answers(asked, own, self.groups[group])
                yield f"{name}_each", _select(["_key", *_member_lines(found)], name)
                counts = [
                    f"{'MAX' if node.column.startswith('_any') else 'MIN'}(CASE WHEN {node.column} THEN 2 "
                    f"WHEN {node.column} IS NULL THEN 1 ELSE 0 END) AS {node.column}"
                    for node in found
                ]
                yield f"{name}_all", _select(["_key", *counts], f"{name}_each") + "\nGROUP BY _key"

    def _clause_step(self, conditions: Sequence[str]) -> str:
        lines = [f"{self.answers}._key"]
        for at, (clause, condition) in enumerate(zip(self.policy.clauses, conditions, strict=True), 1):
            remarks = (f"{clause.id} ({clause.citation})", write_expression(clause.condition))
            lines.append("\n".join((*map(remark, remarks), f"{condition} AS clause_{at}")))
        asked = {node.quantified.group for node in self.terms.found.values()}
        joins = [
            f"\nLEFT JOIN {name}_all ON {name}_all._key = {self.answers}._key"
            for group, name in self.members.items()
            if group in asked
        ]
        return _select(lines, self.answers) + "".join(joins)

    def _outcome_step(self) -> str:
        lines = ["_key"]
        at = len(self.policy.requirements)
        required = [f"clause_{number}" for number in range(1, at + 1)]
        for number, category in enumerate(self.policy.categories, 1):
            own = [f"clause_{at + step}" for step in range(1, len(category.clauses) + 1)]
            at += len(own)
            held = joined("AND", [*required, joined("OR", own)])
            lines.append(f"{remark(_told(category))}\n{held} AS category_{number}")
        lines.extend(f"clause_{number}" for number in range(1, at + 1))
        return _select(lines, self.clauses)

    def _result(self) -> str:
        numbered = [(f"category_{number}", category) for number, category in enumerate(self.policy.categories, 1)]
        covered = joined("OR", [name for name, _ in numbered])
        tiers = " ".join(
            f"WHEN {name} THEN {self.parameters.mark('tier', category.tier)}"
            for name, category in sorted(numbered, key=lambda pair: pair[1].tier)
        )
        covered_when = f"CASE WHEN {covered} THEN 'eligible' WHEN {covered} IS NULL THEN 'undetermined'"
        inner = [
            "_key",
            f"{covered_when} ELSE 'ineligible' END",
            f"CASE {tiers} END",
            *(name for name, _ in numbered),
            *(f"clause_{number}" for number in range(1, len(self.policy.clauses) + 1)),
        ]
        names = (quoted(column, self.dialect) for column in self.columns)
        lines = [f"{one} AS {name}" for one, name in zip(inner, names, strict=True)]
        return _select(lines, self.outcomes)


def _parts(named: Table) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named


def _member_lines(found: Sequence[Members]) -> Iterator[str]:
    for node in found:
        yield f"{remark(write_expression(node.quantified))}\n{node.expression} AS {node.column}"


def _told(category: Category) -> str:
    return f"category {category.id}, tier {category.tier}: {category.title.zh} / {category.title.en}"


def _select(lines: Sequence[str], source: str) -> str:
    return "SELECT\n" + indented(",\n".join(lines)) + f"\nFROM {source}"
