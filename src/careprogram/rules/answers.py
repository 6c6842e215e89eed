"""Is this an answer to that fact, and in its plainest form?

Generated code compares by class and identity, so that nothing which only looks like an answer is taken for one. What
is of the right kind in another guise (a date of somebody's own class) is made plain here; what is not of the right kind
is no answer, and a date that has not come is none yet. A faulty answer never raises, whatever it is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from careprogram.rules.facts import (
    BoolFact,
    ChoiceFact,
    DateFact,
    Fact,
    FactValue,
    GroupFact,
    IntFact,
    Member,
    is_known,
    on_day,
)
from careprogram.unknown import UNKNOWN


def read_with_care(answers: Mapping[str, FactValue], names: Sequence[str]) -> tuple[Any, ...]:
    """Return the answers to the facts called *names*, ``UNKNOWN`` for one left out, None for one that cannot be read.

    A plugin may work an answer out when it is asked for it, and fail; that costs this fact and no other. None is no
    answer to any fact, so that it counts as unknown and is named as unreadable.
    """
    return tuple([_read(answers, name) for name in names])


def _read(answers: Mapping[str, FactValue], name: str) -> Any:
    try:
        return answers.get(name, UNKNOWN)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin that leaves the program while it is asked has not answered
        return None


def cleaned(fact: Fact, value: FactValue) -> FactValue:
    """Return *value* in its plainest form, ``UNKNOWN`` where it is no answer to *fact*."""
    found = plain(fact, value)
    return UNKNOWN if found is None else found


def plain(fact: Fact, value: Any) -> Any:
    """Return *value* in its plainest form, None where it is no answer to *fact*; a group is copied."""
    if value is UNKNOWN:
        return UNKNOWN
    try:
        if not fact.of_kind(value):
            return None
        # By the methods of the plain types: a class of somebody else's may answer otherwise, or raise.
        if isinstance(fact, IntFact) and type(value) is not int:
            return int.__add__(value, 0)
        if isinstance(fact, DateFact) and type(value) is not dt.date:
            return dt.date.fromordinal(dt.date.toordinal(value))
        if isinstance(fact, GroupFact):
            return tuple(_plain_member(fact, member) for member in value)
    except Exception:  # noqa: BLE001 - an answer that cannot even be looked at is none
        return None
    # Its type, because what it says of its class can be made up.
    return value if type(value) is plain_class(fact) else None


def plain_class(fact: Fact) -> type:
    """Return the class of all plain answers to *fact*."""
    match fact:
        case BoolFact():
            return bool
        case IntFact():
            return int
        case DateFact():
            return dt.date
        case ChoiceFact():
            return fact.choices
        case GroupFact():
            return tuple
        case _:
            return type(None)


def _plain_member(group: GroupFact, member: Member) -> Mapping[str, FactValue]:
    facts = group.members.facts()
    found = {name: cleaned(facts[name], answer) for name, answer in member.items()}
    return {name: answer for name, answer in found.items() if answer is not UNKNOWN}


def without_future(asked: Sequence[FactValue], as_of: dt.date) -> tuple[FactValue, ...]:
    """Return the plain answers *asked* without the dates that lie after *as_of*, those of members included."""
    return tuple(
        [_member_answers(value, as_of) if isinstance(value, tuple) else on_day(value, as_of) for value in asked]
    )


def _member_answers(members: tuple[Member, ...], as_of: dt.date) -> tuple[Member, ...]:
    told = [{name: on_day(answer, as_of) for name, answer in member.items()} for member in members]
    return tuple({name: answer for name, answer in member.items() if is_known(answer)} for member in told)
