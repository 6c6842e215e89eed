"""How does a row of a table become the answers about one child, so that its verdict can be explained in full?

A judged table says what; the row of facts it came from, judged alone, says why. Cells are read as the columns are: null
is unknown, and what is no answer to the fact counts as unknown and is named.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from careprogram.rules.facts import ChoiceFact, Fact, FactValue, FactValues, GroupFact
from careprogram.rules.judging import judge_facts
from careprogram.rules.policy import Policy
from careprogram.rules.verdict import Verdict
from careprogram.unknown import UNKNOWN

Row = Mapping[str, object]
"""One row by the names of its columns, as ``frame.row(0, named=True)`` or ``table.to_pylist()[0]`` gives it."""


def explain_row(
    policy: Policy, row: Row, *, as_of: dt.date, members: Mapping[str, Sequence[Row]] | None = None
) -> Verdict:
    """Return the full verdict about one *row* of facts: the same that the judged table has, with its reasons.

    Args:
        policy: The policy that judged the table.
        row: The row of facts, before judging; a column left out is unknown.
        as_of: The day that the table was judged for.
        members: The rows of the child's members by the name of the group.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    return judge_facts(policy, answers_of(policy.facts, row, members=members), as_of=as_of)


def answers_of(facts: Iterable[Fact], row: Row, *, members: Mapping[str, Sequence[Row]] | None = None) -> FactValues:
    """Return the answers to *facts* that one *row* of a table holds.

    Args:
        facts: The facts, such as ``policy.facts``.
        row: The row; a column left out is unknown.
        members: The rows of the child's members by the name of the group.
    """
    values: dict[str, FactValue] = {}
    unreadable: list[str] = []
    for fact in facts:
        cell = row.get(fact.name)
        if isinstance(fact, GroupFact):
            read = _members(fact, cell, (members or {}).get(fact.name, ()))
        else:
            read = _answer(fact, cell)
        values[fact.name] = UNKNOWN if read is None else read
        if read is None and cell is not None and cell is not False:
            unreadable.append(fact.name)
    return FactValues(values=values, unreadable=tuple(unreadable))


def _answer(fact: Fact, cell: object) -> FactValue | None:
    if cell is None:
        return None
    if isinstance(fact, ChoiceFact):
        return next((member for member in fact.members if member.value == cell), None)
    return cell if fact.of_kind(cell) else None  # type: ignore[return-value]


def _members(group: GroupFact, listed: object, rows: Sequence[Row]) -> FactValue | None:
    if listed is not True:
        return None
    facts = group.members.facts().values()
    read = ({fact.name: _answer(fact, row.get(fact.name)) for fact in facts} for row in rows)
    return tuple({name: value for name, value in member.items() if value is not None} for member in read)
