"""How is an answer shown to a reader?

As they know it: dates only as ages or lengths of time, choices by their labels, persons by what the verdict needs to
know of them.
"""

import datetime as dt
import functools
from collections.abc import Mapping

from careprogram.language import Text
from careprogram.rules.changes import time_comparisons
from careprogram.rules.cutoffs import AgeRule, ElapsedUnit, elapsed
from careprogram.rules.facts import DateFact, Fact, FactValue, GroupFact, Member, choice_text
from careprogram.rules.policy import Policy
from careprogram.rules.verdict import FactUsed
from careprogram.unknown import UNKNOWN

YES, NO, OPEN, KNOWN = Text("是", "yes"), Text("否", "no"), Text("未知", "unknown"), Text("已知", "known")
NOBODY = Text("无人", "nobody")


def fact_used(policy: Policy, fact: Fact, value: FactValue, as_of: dt.date) -> FactUsed:
    """Return *value* as a reader of a verdict sees it."""
    return FactUsed(name=fact.name, label=fact.label, value=answer_text(policy, fact, value, as_of))


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
        return _elapsed_text(value, as_of, _units_asked(policy).get(fact.name, frozenset()), policy.ages)
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


def _elapsed_text(since: dt.date, as_of: dt.date, units: frozenset[ElapsedUnit], rule: AgeRule) -> Text:
    if ElapsedUnit.AGE in units:
        years = elapsed(since, as_of, ElapsedUnit.AGE, rule)
        return Text(f"{years}周岁", f"{_counted(years, 'year')} old")
    if ElapsedUnit.MONTHS in units:
        months = elapsed(since, as_of, ElapsedUnit.MONTHS, rule)
        return Text(f"已{months}个月", f"for {_counted(months, 'month')}")
    if ElapsedUnit.DAYS in units:
        days = elapsed(since, as_of, ElapsedUnit.DAYS, rule)
        return Text(f"已{days}天", f"for {_counted(days, 'day')}")
    return KNOWN


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
