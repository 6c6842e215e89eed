"""Which answers does a row of a table hold?

The way back from a database: with these facts `judge_facts` explains a row that a query has judged. What is no answer
is left out and named as unreadable, as the query counts it as unknown.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, FactValue, FactValues, GroupFact, Member
from careprogram.rules.policy import Policy
from careprogram.unknown import UNKNOWN


def facts_of_row(
    policy: Policy, row: Mapping[str, object], members: Mapping[str, Sequence[Mapping[str, object]]] | None = None
) -> FactValues:
    """Return the answers that *row* holds to the facts of *policy*.

    Args:
        policy: The policy whose facts are wanted.
        row: The values of the columns; 0 and 1, ISO texts and codes are understood, None is unknown.
        members: The rows of the members of each group, by the group's name.
    """
    facts = policy.facts
    read = {fact.name: _read(fact, row.get(fact.name), (members or {}).get(fact.name, ())) for fact in facts}
    wrong = tuple(name for name, value in read.items() if value is UNKNOWN and row.get(name) is not None)
    wrong = tuple(name for name in wrong if not (_is_group(policy, name) and row.get(name) == 0))
    return FactValues(values=read, unreadable=wrong)


def _is_group(policy: Policy, name: str) -> bool:
    return any(fact.name == name and isinstance(fact, GroupFact) for fact in policy.facts)


def _read(fact: Fact, value: object, members: Sequence[Mapping[str, object]]) -> FactValue:
    match fact:
        case GroupFact():
            listed = _answer(BoolFact(label=fact.label), value)
            return tuple(_member(fact, member) for member in members) if listed is True else UNKNOWN
        case _:
            return _answer(fact, value)


def _member(group: GroupFact, row: Mapping[str, object]) -> Member:
    return {name: _answer(fact, row.get(name)) for name, fact in group.members.facts().items()}


def _answer(fact: Fact, value: Any) -> FactValue:
    if isinstance(fact, BoolFact) and type(value) is int and value in {0, 1}:
        value = bool(value)
    elif isinstance(fact, DateFact) and isinstance(value, str):
        value = _date(value)
    elif isinstance(fact, ChoiceFact) and isinstance(value, str):
        value = next((member for member in fact.members if member.value == value), UNKNOWN)
    return value if value is not None and fact.of_kind(value) else UNKNOWN


def _date(text: str) -> object:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return UNKNOWN
    return day if day.isoformat() == text else UNKNOWN
