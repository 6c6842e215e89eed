"""Faults planted into the rule engine, each of which the checks of this page must notice.

A test suite that cannot see a fault guards nothing. Each mutant is a fault that a real engine has had.
"""

import datetime as dt
import itertools

import pytest

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import ParentStatus, RegistrationKind, Settlement
from careprogram.rules import (
    Category,
    Clause,
    DatedValue,
    FactValues,
    Parameter,
    Policy,
    Truth,
    changes,
    compile_policy,
    critical_values,
    evaluate,
    judge_facts,
    judging,
    missing,
    parameters,
    reasons,
)
from careprogram.rules import compiled as compiled_module
from careprogram.rules.changes import essence
from careprogram.rules.compiled import interpret
from careprogram.rules.cutoffs import ElapsedUnit, elapsed_cutoff
from careprogram.rules.cutoffs import day_reached as honest_day_reached
from careprogram.rules.verdict import Determination
from careprogram.unknown import UNKNOWN

TEXT = Text("文", "text")
NATIONAL = shipped_policies()["cn.left-behind.2016"]
LIMIT = Parameter(
    name="age_limit",
    label=TEXT,
    values=(
        DatedValue(value=14, source="old"),
        DatedValue(value=16, source="new", since=dt.date(2020, 1, 1)),
        DatedValue(value=18, source="newer", since=dt.date(2025, 1, 1)),
    ),
)
MONTHS = Parameter(name="months", label=TEXT, values=(DatedValue(value=6, source="board"),))
RULE = (ChildFacts.birth_date.age < LIMIT) & (ChildFacts.father_away_since.months >= MONTHS)
AGED = Policy(
    id=PolicyId("aged"),
    title=TEXT,
    citation="c",
    categories=(
        Category(id="g", tier=1, title=TEXT, clauses=(Clause(id="c", citation="c", text=TEXT, when=RULE),)),
        Category(
            id="h",
            tier=2,
            title=TEXT,
            clauses=(Clause(id="d", citation="c", text=TEXT, when=ChildFacts.grade >= 5),),
        ),
    ),
)
DAYS = (dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2024, 2, 29), dt.date(2025, 3, 1))
CHILD = {
    "birth_date": dt.date(2012, 3, 1),
    "registration_kind": RegistrationKind.RURAL,
    "settlement": Settlement.RURAL,
    "father_status": ParentStatus.AWAY_WORKING,
    "mother_status": ParentStatus.AWAY_WORKING,
}


def thresholds_are_met_to_the_day():
    """On the edges of every threshold, with gaps, compiled means interpreted, and ages count by the calendar."""
    for as_of in DAYS:
        edges = {f.name: [*critical_values(AGED, f, as_of=as_of), UNKNOWN] for f in AGED.facts}
        for combination in itertools.product(*edges.values()):
            answers = dict(zip(edges, combination, strict=True))
            verdict = judge_facts(AGED, FactValues(values=answers), as_of=as_of)
            for clause in AGED.clauses:
                assert verdict.clauses[clause.id] is evaluate(clause.when, answers, as_of=as_of)
    answers = {"birth_date": dt.date(2010, 9, 1)}
    for as_of, truth in ((dt.date(2026, 8, 31), Truth.TRUE), (dt.date(2026, 9, 1), Truth.FALSE)):
        assert evaluate(ChildFacts.birth_date.age < 16, answers, as_of=as_of) is truth
        assert evaluate(ChildFacts.birth_date.age <= 15, answers, as_of=as_of) is truth


def gaps_stay_open():
    """A blank child is undetermined; one gap that matters is named, one that does not is not."""
    blank = judge_facts(NATIONAL, FactValues(values={}), as_of=DAYS[2])
    assert blank.determination is Determination.UNDETERMINED
    some = {name: value for name, value in CHILD.items() if name != "registration_kind"}
    assert judge_facts(NATIONAL, FactValues(values=some), as_of=DAYS[2]).missing == ("registration_kind",)


def the_law_of_the_day_applies():
    """The day before and on the day of a change the limit is the one in force."""
    answers = FactValues(
        values={"birth_date": dt.date(2005, 1, 1), "father_away_since": dt.date(2018, 1, 1), "grade": 1}
    )
    found = [judge_facts(AGED, answers, as_of=day).determination.value for day in DAYS[:2]]
    assert found == ["ineligible", "eligible"]
    assert [LIMIT.on(day) for day in DAYS] == [14, 16, 16, 18]


def reasons_carry_and_are_minimal():
    """The facts named give the verdict alone, and the verdict does not name a fact that it does not need."""
    verdict = judge_facts(NATIONAL, FactValues(values=CHILD), as_of=DAYS[2])
    used = [fact.name for fact in verdict.explanation.facts]
    assert used == ["birth_date", "registration_kind", "settlement", "father_status", "mother_status"]
    old = judge_facts(NATIONAL, FactValues(values={**CHILD, "birth_date": dt.date(2000, 1, 1)}), as_of=DAYS[2])
    assert [fact.name for fact in old.explanation.facts] == ["birth_date"]


def changes_are_announced_for_the_right_day():
    """The day named is the first on which the interpreter answers otherwise."""
    for answers in (CHILD, {**CHILD, "father_away_since": dt.date(2024, 1, 31), "grade": 1}):
        for policy in (NATIONAL, AGED):
            day = judge_facts(policy, FactValues(values=answers), as_of=DAYS[2]).next_change
            now, eve = (essence(interpret(policy, answers, d)) for d in (DAYS[2], day - dt.timedelta(days=1)))
            assert now == eve != essence(interpret(policy, answers, day))


CHECKS = (
    thresholds_are_met_to_the_day,
    gaps_stay_open,
    the_law_of_the_day_applies,
    reasons_carry_and_are_minimal,
    changes_are_announced_for_the_right_day,
)


def _strict_cutoff(name, cutoff, if_by, if_after):
    def check(answers):
        value = answers.get(name, UNKNOWN)
        return Truth.UNKNOWN if value is UNKNOWN else if_by if value < cutoff else if_after

    return check


def _year_difference(count, as_of, unit, rule):
    if unit is ElapsedUnit.AGE:
        return dt.date(as_of.year - count, 12, 31)
    return elapsed_cutoff(count, as_of, unit, rule)


def _days_over_365(count, as_of, unit, rule):
    if unit is ElapsedUnit.AGE:
        return as_of - dt.timedelta(days=int(count * 365.25))
    return elapsed_cutoff(count, as_of, unit, rule)


def _thirty_day_months(count, as_of, unit, rule):
    if unit is ElapsedUnit.MONTHS:
        return as_of - dt.timedelta(days=30 * count)
    return elapsed_cutoff(count, as_of, unit, rule)


def _cache_without_date():
    compiled = {}
    return lambda policy, as_of: compiled.setdefault(policy.id, compile_policy(policy, as_of))


def _late(since, count, unit, rule):
    return honest_day_reached(since, count, unit, rule) + dt.timedelta(days=1)


def _lax_number(name, operator, bound):
    return lambda answers: (
        Truth.TRUE if int(answers.get(name, 0) is not UNKNOWN and answers.get(name, 0)) >= bound else Truth.FALSE
    )


MUTANTS = {
    "less for at most": (compiled_module, "_date_check", lambda: _strict_cutoff),
    "year difference for age": (compiled_module, "elapsed_cutoff", lambda: _year_difference),
    "days divided by 365.25 for age": (compiled_module, "elapsed_cutoff", lambda: _days_over_365),
    "months of thirty days": (compiled_module, "elapsed_cutoff", lambda: _thirty_day_months),
    "unknown as false": (compiled_module, "OPEN", lambda: Truth.FALSE),
    "unknown number as zero": (compiled_module, "_number_check", lambda: _lax_number),
    "or for and": (compiled_module, "_every", lambda: compiled_module._some),
    "newest value of a parameter": (parameters.Parameter, "on", lambda: lambda self, day: self.values[-1].value),
    "oldest value of a parameter": (parameters.Parameter, "on", lambda: lambda self, day: self.values[0].value),
    "cache key without date": (judging, "compile_policy", _cache_without_date),
    "every gap is missing": (missing._Search, "matters", lambda: lambda self, name, answers: True),
    "reason names everything": (
        reasons,
        "sufficient_answers",
        lambda: lambda c, answers: dict(answers),
    ),
    "change announced a day late": (changes, "day_reached", lambda: _late),
}


@pytest.fixture(autouse=True)
def _no_compiled_policy_survives():
    compile_policy.cache_clear()
    yield
    compile_policy.cache_clear()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_engine_passes_every_check(check):
    """Without a planted fault nothing is noticed."""
    check()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_noticed(name, monkeypatch):
    """At least one check fails once the fault is in."""
    owner, attribute, make = MUTANTS[name]
    monkeypatch.setattr(owner, attribute, make())
    noticed = []
    for check in CHECKS:
        compile_policy.cache_clear()
        try:
            check()
        except (AssertionError, TypeError):
            noticed.append(check.__name__)
    assert noticed


def test_comparing_wrongly_is_noticed_in_the_interpreter_too(monkeypatch):
    """`<=` for `<` in the shared comparison would fool a comparison of the two engines; the calendar catches it."""
    owner = compiled_module.holds.__globals__
    monkeypatch.setitem(owner, "holds", lambda number, operator, bound: number <= bound)
    with pytest.raises(AssertionError):
        thresholds_are_met_to_the_day()
