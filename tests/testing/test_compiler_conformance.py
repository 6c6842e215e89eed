"""Engines with a planted fault, each of which the conformance suite must notice; and one without, which passes."""

import datetime as dt

import attrs
import pytest
from own_engine import F, OwnEngine, T, U

from careprogram.dates import LeapDayRule, age_on
from careprogram.rules import AgeRule, Determination, IntFact, Parameter
from careprogram.rules.compiled import outcome_of
from careprogram.rules.cutoffs import ElapsedUnit, elapsed
from careprogram.rules.evaluate import holds
from careprogram.rules.predicates import (
    Comparison,
    Is,
    Known,
    OneOf,
    Operator,
)
from careprogram.testing.compiler_conformance import (
    compiler_conformance,
    differences,
    faults,
    random_scenarios,
)
from careprogram.testing.compiler_corpus import corpus
from careprogram.testing.engines import CompiledEngine
from careprogram.unknown import UNKNOWN

SEED = 2026


TestOwnEngine = compiler_conformance(OwnEngine, policies=25)
TestCompiledEngine = compiler_conformance(CompiledEngine, policies=25)


def less_for_at_most(self, number, operator, bound):
    return number < bound if operator is Operator.AT_MOST else holds(number, operator, bound)


def at_least_for_more(self, number, operator, bound):
    return number >= bound if operator is Operator.MORE else holds(number, operator, bound)


def year_difference(self, since, as_of, unit, ages):
    return max(0, as_of.year - since.year) if unit is ElapsedUnit.AGE else elapsed(since, as_of, unit, ages)


def days_over_365(self, since, as_of, unit, ages):
    if unit is ElapsedUnit.AGE:
        return max(0, int((as_of - since).days / 365.25))
    return elapsed(since, as_of, unit, ages)


def thirty_day_months(self, since, as_of, unit, ages):
    if unit is ElapsedUnit.MONTHS:
        return max(0, (as_of - since).days // 30)
    return elapsed(since, as_of, unit, ages)


def one_leap_day_rule(self, since, as_of, unit, ages):
    return elapsed(since, as_of, unit, AgeRule(leap_day=LeapDayRule.FIRST_OF_MARCH, turns=ages.turns))


def one_turn_of_age(self, since, as_of, unit, ages):
    return elapsed(since, as_of, unit, AgeRule(leap_day=ages.leap_day))


def time_before_birth(self, since, as_of, unit, ages):
    if unit is ElapsedUnit.AGE:
        return age_on(since, ages.counted_on(as_of), leap_day=ages.leap_day)
    return (as_of - since).days if unit is ElapsedUnit.DAYS else elapsed(since, as_of, unit, ages)


def dates_to_come_are_known(self, rule, row, as_of, ages):
    if isinstance(rule, Known) and isinstance(row.get(rule.fact.name), dt.date):
        return T
    return OwnEngine.truth(self, rule, row, as_of, ages)


def dates_of_members_may_lie_ahead(self, rule, row, as_of, ages):
    return OwnEngine.members(type("Inside", (type(self),), READS_DATES_TO_COME)(), rule, row, as_of, ages)


def today_has_not_come(self, value, as_of):
    return isinstance(value, dt.date) and value >= as_of


def only_births_are_looked_at(self, rule, row, as_of, ages):
    units = {ElapsedUnit.MONTHS, ElapsedUnit.DAYS}
    measured = isinstance(rule, Comparison) and not isinstance(rule.measure, IntFact) and rule.measure.unit in units
    engine = type("Inside", (type(self),), READS_DATES_TO_COME)() if measured else self
    return OwnEngine.truth(engine, rule, row, as_of, ages)


READS_DATES_TO_COME = {"has_not_come": lambda self, value, as_of: False}


def first_day_counted(self, since, as_of, unit, ages):
    return elapsed(since, as_of, unit, ages) + (unit is ElapsedUnit.DAYS)


class CachedWithoutDay(OwnEngine):
    def __init__(self):
        self.days = {}

    def bound(self, bound, as_of):
        return bound.on(self.days.setdefault(bound, as_of)) if isinstance(bound, Parameter) else bound


class CachedByName(OwnEngine):
    def __init__(self):
        self.policies = {}

    def judge(self, policy, rows, as_of):
        kept = self.policies.setdefault((policy.id, len(policy.clauses), as_of), policy)
        return super().judge(kept, rows, as_of)


def without_exceptions(self, clause, row, as_of, ages):
    return self.truth(clause.when, row, as_of, ages)


def open_exceptions_do_not_count(self, clause, row, as_of, ages):
    when = self.truth(clause.when, row, as_of, ages)
    exempt = [self.truth(e.when, row, as_of, ages) for e in clause.exceptions]
    return F if T in exempt else when


def open_requirements_are_met(self, truths, requirements, layout):
    settled = [T if at < requirements and t is U else t for at, t in enumerate(truths)]
    return outcome_of(settled, requirements, layout)


def last_tier(self, truths, requirements, layout):
    outcome = outcome_of(truths, requirements, layout)
    held = [tier for name, tier, *_ in layout if name in outcome.categories]
    return attrs.evolve(outcome, tier=held[-1] if held else None)


def a_category_needs_all_its_clauses(self, truths, requirements, layout):
    outcome = outcome_of(truths, requirements, layout)
    held = tuple(n for n, _, begin, end in layout if n in outcome.categories and set(truths[begin:end]) == {T})
    return attrs.evolve(outcome, categories=held)


def rows_sorted(self, policy, rows, as_of):
    return OwnEngine.judge(self, policy, sorted(rows, key=repr), as_of)


def rows_deduplicated(self, policy, rows, as_of):
    return OwnEngine.judge(self, policy, list({repr(row): row for row in rows}.values()), as_of)


def no_day_is_refused(self, policy, rows, as_of):
    return [self.answer(policy, row, as_of) for row in rows]


FAULTS = {
    "`<` for `<=`": {"holds": less_for_at_most},
    "`>=` for `>`": {"holds": at_least_for_more},
    "year difference for age": {"elapsed": year_difference},
    "days divided by 365.25 for age": {"elapsed": days_over_365},
    "months of thirty days": {"elapsed": thirty_day_months},
    "one rule for everybody born on 29 February": {"elapsed": one_leap_day_rule},
    "older on the birthday, whatever the policy says": {"elapsed": one_turn_of_age},
    "time runs backwards before a date": {"elapsed": time_before_birth, **READS_DATES_TO_COME},
    "a date that has not come is no time ago": READS_DATES_TO_COME,
    "only of births it is looked at whether they have come": {"truth": only_births_are_looked_at},
    "a date that has not come is known": {"truth": dates_to_come_are_known},
    "dates of members may lie ahead": {"members": dates_of_members_may_lie_ahead},
    "today has not come": {"has_not_come": today_has_not_come},
    "the first day is counted": {"elapsed": first_day_counted},
    "an unknown date hides what holds of every date": {"unknown_time": lambda self, operator, bound: U},
    "IN with null is false": {"choice": lambda self, value, members: T if value in members else F},
    "a code is compared by its beginning": {
        "choice": lambda self, value, members: (
            U if value is UNKNOWN else T if any(value.value.startswith(m.value) for m in members) else F
        )
    },
    "unknown as false": {"yes_or_no": lambda self, value, expected: T if value is expected else F},
    "unknown as no": {"yes_or_no": lambda self, value, expected: T if (value is True) is expected else F},
    "known is false for a gap": {"known": lambda self, value: F if value is UNKNOWN else T},
    "weak Kleene: one gap opens everything": {
        "every": lambda self, truths: U if U in truths else F if F in truths else T
    },
    "`or` stops at the first gap": {"some": lambda self, truths: next((t for t in truths if t is not F), F)},
    "not unknown is true": {"inverse": lambda self, truth: F if truth is T else T},
    "naive bool_or over a group": {"any_member": lambda self, truths: T if T in truths else F},
    "bool_or over nobody is null": {"any_member": lambda self, truths: OwnEngine.some(self, truths) if truths else U},
    "bool_and over nobody is null": {
        "all_members": lambda self, truths: OwnEngine.every(self, truths) if truths else U
    },
    "a member's gap is skipped": {"all_members": lambda self, truths: F if F in truths else T},
    "nobody asked reads as nobody there": {"nobody_asked": lambda self: F},
    "only the first member counts": {"any_member": lambda self, truths: truths[0] if truths else F},
    "newest value of a parameter": {
        "bound": lambda self, bound, as_of: bound.values[-1].value if isinstance(bound, Parameter) else bound
    },
    "oldest value of a parameter": {
        "bound": lambda self, bound, as_of: bound.values[0].value if isinstance(bound, Parameter) else bound
    },
    "value of the day before": {
        "bound": lambda self, bound, as_of: (
            bound.on(as_of - dt.timedelta(days=1)) if isinstance(bound, Parameter) else bound
        )
    },
    "exceptions are dropped": {"clause": without_exceptions},
    "an open exception does not count": {"clause": open_exceptions_do_not_count},
    "an open requirement is met": {"outcome": open_requirements_are_met},
    "the tier of the last category": {"outcome": last_tier},
    "a category needs all its clauses": {"outcome": a_category_needs_all_its_clauses},
    "rows come back in another order": {"judge": rows_sorted},
    "equal rows come back once": {"judge": rows_deduplicated},
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_noticed(name):
    """Chance is not needed: each of these faults is met by a scenario made for its kind."""
    assert next(differences(type("Broken", (OwnEngine,), FAULTS[name])(), corpus()), None)


@pytest.mark.parametrize("engine", [CachedWithoutDay, CachedByName])
def test_a_cache_with_too_short_a_key_is_noticed(engine):
    """What is remembered of one day or policy is not what holds for another."""
    assert next(differences(engine(), corpus()), None)


def test_an_engine_that_guesses_at_wrong_answers_is_noticed():
    """Truthiness, numbers in place of yes and no, and texts in place of choices are all named."""

    class Guessing(OwnEngine):
        def truth(self, rule, row, as_of, ages):
            if isinstance(rule, Is) and row.get(rule.fact.name, UNKNOWN) is not UNKNOWN:
                return T if bool(row[rule.fact.name]) is rule.expected else F
            if isinstance(rule, OneOf) and isinstance(row.get(rule.fact.name), str):
                return T if row[rule.fact.name] in {member.value for member in rule.members} else F
            if isinstance(rule, Known):
                return U if row.get(rule.fact.name, UNKNOWN) is UNKNOWN else T
            return super().truth(rule, row, as_of, ages)

    found = "\n".join(faults(Guessing()))
    for fact in ("poor", "count", "standing", "birth_date", "persons"):
        assert fact in found
    assert not list(faults(OwnEngine()))


def test_a_day_without_rules_that_is_judged_all_the_same_is_noticed():
    """The suite itself fails for such an engine."""
    broken = type("Broken", (OwnEngine,), {"judge": no_day_is_refused})()
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        compiler_conformance(OwnEngine)().test_a_day_without_rules_is_refused(broken)


def test_a_difference_names_the_row_and_the_clause():
    """What is shown is enough to write the failing test by hand."""
    broken = type("Broken", (OwnEngine,), FAULTS["unknown as false"])()
    text = str(next(differences(broken, corpus(groups=False))))
    assert "own: ternary tables, on 2026-09-01" in text
    assert "poor = True, alone = UNKNOWN" in text
    assert "clause-0 is unknown, not false" in text


def test_the_suite_without_groups_asks_nothing_about_groups():
    """An engine that knows no groups can pass."""

    class Ungrouped(OwnEngine):
        def members(self, rule, row, as_of, ages):
            raise NotImplementedError

    scenarios = (*corpus(groups=False), *random_scenarios(SEED, 10, groups=False))
    assert not list(differences(Ungrouped(), scenarios))
    assert not list(faults(Ungrouped(), groups=False))
    assert {answer.determination for answer in OwnEngine().judge(scenarios[0].policy, [{}], scenarios[0].as_of)} == {
        Determination.UNDETERMINED
    }
