"""How is an answer shown to a reader?

As they know it: dates only as ages or lengths of time, choices by their labels, persons by what the verdict needs to
know of them.
"""

import datetime as dt
import functools
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from careprogram.language import Text
from careprogram.rules.changes import time_comparisons
from careprogram.rules.cutoffs import ElapsedUnit, elapsed, elapsed_cutoff
from careprogram.rules.facts import ChoiceFact, DateFact, Fact, FactValue, GroupFact, Member, choice_text
from careprogram.rules.policy import Policy
from careprogram.rules.verdict import FactUsed
from careprogram.unknown import UNKNOWN

YES, NO, OPEN, KNOWN = Text("是", "yes"), Text("否", "no"), Text("未知", "unknown"), Text("已知", "known")
NOBODY = Text("无人", "nobody")

Telling: TypeAlias = Callable[[Any], FactUsed]
"""From a known answer to how a reader sees it."""

MOST_KEPT = 1_000
"""How many answers to one fact are kept as they are told."""

MOST_COUNTED = {ElapsedUnit.AGE: 30, ElapsedUnit.MONTHS: 240}
"""Up to how much time is counted by cutoffs; what is longer is counted by the calendar."""


def fact_used(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> FactUsed:
    """Return *value* as a reader of a verdict sees it."""
    return FactUsed(name=fact.name, label=fact.label, value=answer_text(policy, fact, value, as_of))


def telling_of(policy: Policy, fact: Fact, as_of: dt.date) -> Telling:
    """Return how answers to *fact* are told: the same as `fact_used`, and fast from the second time on.

    What is kept are words, a number of years or months among them, never a date.
    """
    if isinstance(fact, GroupFact):
        return lambda value: fact_used(policy, fact, value, as_of)
    if isinstance(fact, DateFact):
        return _telling_of_time(policy, fact, as_of)
    if isinstance(fact, ChoiceFact):
        return _telling_of_choice(policy, fact, as_of)
    told = _Words(lambda value: fact_used(policy, fact, value, as_of))
    return told.__getitem__


def _telling_of_choice(policy: Policy, fact: "ChoiceFact[Any]", as_of: dt.date) -> Telling:
    told: dict[int, FactUsed] = {}

    def telling(value: Any) -> FactUsed:
        # By identity, as members of an enum are one each and hash in Python.
        found = told.get(id(value))
        if found is None:
            found = told[id(value)] = fact_used(policy, fact, value, as_of)
        return found

    return telling


class _Words(dict[Any, FactUsed]):
    """Facts as they are told, made when first met; beyond a bound the memory starts anew."""

    def __init__(self, make: Callable[[Any], FactUsed]) -> None:
        self._make = make

    def __missing__(self, key: Any) -> FactUsed:
        if len(self) >= MOST_KEPT:
            self.clear()
        self[key] = made = self._make(key)
        return made


def _telling_of_time(policy: Policy, fact: DateFact, as_of: dt.date) -> Telling:
    unit, rule = _unit_told(policy, fact), policy.ages

    def told(count: int) -> FactUsed:
        return FactUsed(name=fact.name, label=fact.label, value=_count_text(count, unit))

    words = _Words(told)
    if unit is None:
        return lambda _: words[0]
    if unit is ElapsedUnit.DAYS:
        return lambda value: told(elapsed(value, as_of, unit, rule))
    most = MOST_COUNTED[unit]
    # Ascending; how many of them a date has reached is how much time has passed.
    cutoffs = [elapsed_cutoff(count, as_of, unit, rule) for count in range(most, 0, -1)]
    first = cutoffs[0]

    def telling(value: Any) -> FactUsed:
        if value <= first:
            return told(elapsed(value, as_of, unit, rule))
        return words[most - bisect_left(cutoffs, value)]

    return telling


def answer_text(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> Text:
    """Return the answer *value* to *fact* in words."""
    if value is UNKNOWN:
        return OPEN
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int):
        return Text(str(value), str(value))
    if isinstance(value, tuple) and isinstance(fact, GroupFact):
        return _persons_text(policy, fact, value, as_of)
    if isinstance(value, dt.date) and isinstance(fact, DateFact):
        unit = _unit_told(policy, fact)
        return _count_text(elapsed(value, as_of, unit, policy.ages) if unit else 0, unit)
    return choice_text(value)


def _persons_text(policy: Policy, group: GroupFact, members: tuple[Member, ...], as_of: dt.date) -> Text:
    """Return how many there are and, of each of whom something is known, what."""
    if not members:
        return NOBODY
    facts = group.members.facts()
    told = [
        [(facts[name].label, answer_text(policy, facts[name], member[name], as_of)) for name in facts if name in member]
        for member in members
    ]
    zh = "；".join("，".join(f"{label.zh}：{said.zh}" for label, said in person) for person in told if person)
    en = "; ".join(", ".join(f"{label.en}: {said.en}" for label, said in person) for person in told if person)
    count = len(members)
    return Text(f"{count}人" + (f"（{zh}）" if zh else ""), f"{_counted(count, 'person')}" + (f" ({en})" if en else ""))


@functools.lru_cache(maxsize=128)
def _units_asked(policy: Policy) -> Mapping[str, frozenset[ElapsedUnit]]:
    units: dict[str, frozenset[ElapsedUnit]] = {}
    for measure, _ in time_comparisons(policy):
        units[measure.fact.name] = units.get(measure.fact.name, frozenset()) | {measure.unit}
    return units


def _unit_told(policy: Policy, fact: DateFact) -> ElapsedUnit | None:
    """Return in what the time since a date is told: the longest unit that the policy counts it in, None if in none."""
    asked = _units_asked(policy).get(fact.name, frozenset())
    return next((unit for unit in (ElapsedUnit.AGE, ElapsedUnit.MONTHS, ElapsedUnit.DAYS) if unit in asked), None)


def _count_text(count: int, unit: ElapsedUnit | None) -> Text:
    match unit:
        case ElapsedUnit.AGE:
            return Text(f"{count}周岁", f"{_counted(count, 'year')} old")
        case ElapsedUnit.MONTHS:
            return Text(f"已{count}个月", f"for {_counted(count, 'month')}")
        case ElapsedUnit.DAYS:
            return Text(f"已{count}天", f"for {_counted(count, 'day')}")
        case None:
            return KNOWN


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
