"""How do answers about children become tables, and judged tables answers again?

The columns are those that every engine over tables reads: a fact is a column of its name, a choice its code, a group a
yes-or-no column and a table of its members. Nothing is judged here.
"""

import datetime as dt
import enum
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from careprogram.rules import Determination, FactValue, Policy, Truth
from careprogram.rules.facts import BoolFact, DateFact, Fact, GroupFact, IntFact
from careprogram.rules.verdict import Outcome
from careprogram.unknown import UNKNOWN

KEY = "child"
"""The column that names a child by its place among the rows."""

Cell: TypeAlias = bool | int | dt.date | str | None
_TRUTHS = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


@attrs.frozen(kw_only=True)
class EngineAnswer:
    """What an engine says about one child.

    Attributes:
        determination: Whether the policy covers it.
        categories: The categories that hold, in the policy's order.
        open_categories: Those that may turn out to hold.
        tier: The most urgent tier of the categories that hold; None without one.
        clauses: The truth of every clause, in the policy's order.
    """

    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None
    clauses: tuple[Truth, ...]


def answer_of(outcome: Outcome, clauses: Sequence[Truth]) -> EngineAnswer:
    """Return the answer of an engine that gives outcomes and truths."""
    return EngineAnswer(
        determination=outcome.determination,
        categories=outcome.categories,
        open_categories=outcome.open_categories,
        tier=outcome.tier,
        clauses=tuple(clauses),
    )


def without(*libraries: str) -> str:
    """Return which of *libraries* is not installed, as a reason to skip; empty if all are."""
    missing = [library for library in libraries if importlib.util.find_spec(library) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@attrs.frozen(kw_only=True)
class Tables:
    """The answers about many children as columns.

    Attributes:
        facts: The facts that have a column.
        children: The columns of the children, the key first.
        members: For each group its facts and the columns of its members, the key first.
    """

    facts: tuple[Fact, ...]
    children: Mapping[str, Sequence[Cell]]
    members: Mapping[str, tuple[tuple[Fact, ...], Mapping[str, Sequence[Cell]]]]


def tables_of(policy: Policy, rows: Sequence[Mapping[str, FactValue]]) -> Tables:
    """Return *rows* as tables with the columns that *policy* asks for."""
    children: dict[str, Sequence[Cell]] = {KEY: range(len(rows))}
    members: dict[str, tuple[tuple[Fact, ...], Mapping[str, Sequence[Cell]]]] = {}
    for fact in policy.facts:
        values = [row.get(fact.name, UNKNOWN) for row in rows]
        if isinstance(fact, GroupFact):
            children[fact.name] = [None if value is UNKNOWN else True for value in values]
            members[fact.name] = _members_of(fact, values)
        else:
            children[fact.name] = [_cell(value) for value in values]
    return Tables(facts=policy.facts, children=children, members=members)


def _members_of(group: GroupFact, values: Iterable[FactValue]) -> tuple[tuple[Fact, ...], Mapping[str, Sequence[Cell]]]:
    listed = [(at, member) for at, value in enumerate(values) if isinstance(value, tuple) for member in value]
    facts = tuple(group.members.facts().values())
    columns: dict[str, Sequence[Cell]] = {KEY: [at for at, _ in listed]}
    for fact in facts:
        columns[fact.name] = [_cell(member.get(fact.name, UNKNOWN)) for _, member in listed]
    return facts, columns


def _cell(value: FactValue) -> Cell:
    if value is UNKNOWN:
        return None
    if isinstance(value, enum.Enum):
        return str(value.value)
    assert not isinstance(value, tuple)
    return value


def kind_of(fact: Fact) -> str:
    """Return the kind of column that *fact* has: bool, int, date or text."""
    if isinstance(fact, BoolFact | GroupFact):
        return "bool"
    return "int" if isinstance(fact, IntFact) else "date" if isinstance(fact, DateFact) else "text"


def answers_in(policy: Policy, records: Iterable[Sequence[Any]]) -> list[EngineAnswer]:
    """Return the answers in judged *records* (key, determination, tier, categories, clauses), in order of the key."""
    ids = [category.id for category in policy.categories]
    begin = 3 + len(ids)
    found: dict[int, EngineAnswer] = {}
    for record in records:
        states = [_TRUTHS[cell] for cell in record[3:begin]]
        if record[0] in found:
            raise AssertionError(f"two rows came out for child {record[0]}")
        found[record[0]] = EngineAnswer(
            determination=Determination(record[1]),
            categories=tuple(name for name, state in zip(ids, states, strict=True) if state is Truth.TRUE),
            open_categories=tuple(name for name, state in zip(ids, states, strict=True) if state is Truth.UNKNOWN),
            tier=record[2],
            clauses=tuple(_TRUTHS[cell] for cell in record[begin:]),
        )
    return [found[key] for key in sorted(found)]


def arrow_tables(tables: Tables) -> tuple[Any, dict[str, Any]]:
    """Return *tables* as PyArrow tables: that of the children, and those of the members by group."""
    members = {name: _arrow(facts, columns) for name, (facts, columns) in tables.members.items()}
    return _arrow(tables.facts, tables.children), members


def _arrow(facts: Iterable[Fact], columns: Mapping[str, Sequence[Cell]]) -> Any:
    import pyarrow as pa

    types = {"bool": pa.bool_(), "int": pa.int64(), "date": pa.date32(), "text": pa.string()}
    schema = pa.schema([(KEY, pa.int64()), *((fact.name, types[kind_of(fact)]) for fact in facts)])
    return pa.table({name: list(columns[name]) for name in schema.names}, schema=schema)
