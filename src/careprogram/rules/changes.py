"""When will the same facts be judged otherwise?

The next change is found among the days on which somebody reaches an age or a length of time that a rule names, a date
that lay in the future has come, a parameter takes a new value, or the policy begins or ends. Between those days nothing
can change.
"""

import datetime as dt
import functools

from careprogram.errors import PolicyNotInForceError
from careprogram.rules.compiled import CompiledPolicy, outcome_on
from careprogram.rules.cutoffs import day_reached
from careprogram.rules.facts import FactValue, Member
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Comparison, Elapsed, Operator, walk
from careprogram.rules.verdict import Determination, Outcome

_TURNS = {
    Operator.LESS: (0,),
    Operator.AT_LEAST: (0,),
    Operator.MORE: (1,),
    Operator.AT_MOST: (1,),
    Operator.EQUAL: (0, 1),
}
"""At which count past the bound a comparison turns."""


def essence(outcome: Outcome) -> tuple[object, ...]:
    """Return what must stay the same for a verdict to be the same; an undetermined one keeps its open categories."""
    still_open = outcome.open_categories if outcome.determination is Determination.UNDETERMINED else ()
    return outcome.determination, outcome.categories, outcome.tier, still_open


def next_change(compiled: CompiledPolicy, answers: dict[str, FactValue]) -> dt.date | None:
    """Return the first day after ``as_of`` on which the same facts give another outcome, or none is given any more."""
    policy, as_of = compiled.policy, compiled.as_of
    asked = compiled.asked(answers)
    now = essence(compiled.judged(asked)[0])
    for day in turning_days(policy, answers, after=as_of):
        try:
            then = essence(outcome_on(policy, asked, day))
        except PolicyNotInForceError:
            return day
        if then != now:
            return day
    return None


@functools.lru_cache(maxsize=128)
def _change_days(policy: Policy) -> tuple[dt.date, ...]:
    return policy.change_days()


def turning_days(policy: Policy, answers: Member, *, after: dt.date) -> list[dt.date]:
    """Return the days after *after* on which the same *answers* can come out otherwise, in order."""
    days = {day for day in _change_days(policy) if day > after}
    persons = [person for value in answers.values() if isinstance(value, tuple) for person in value]
    dates = (value for known in (answers, *persons) for value in known.values() if isinstance(value, dt.date))
    days.update(date for date in dates if date > after)  # unknown until then
    for measure, counts in time_comparisons(policy):
        for known in (answers, *persons):
            since = known.get(measure.fact.name)
            if isinstance(since, dt.date):
                reached = (day_reached(since, count, measure.unit, policy.ages) for count in counts)
                days.update(day for day in reached if day is not None and day > after)
    return sorted(days)


@functools.lru_cache(maxsize=128)
def time_comparisons(policy: Policy) -> tuple[tuple[Elapsed, frozenset[int]], ...]:
    """Return what *policy* measures in time, of members of groups, too, and the counts at which its answers turn."""
    turns: dict[Elapsed, frozenset[int]] = {}
    for node in (node for clause in policy.clauses for node in walk(clause.condition)):
        if isinstance(node, Comparison) and isinstance(node.measure, Elapsed):
            bounds = [v.value for v in node.bound.values] if isinstance(node.bound, Parameter) else [node.bound]
            counts = {bound + step for bound in bounds for step in _TURNS[node.operator]}
            turns[node.measure] = turns.get(node.measure, frozenset()) | {count for count in counts if count > 0}
    return tuple(turns.items())
