"""Faults planted into the engines over tables, each of which the comparison with the interpreter must notice.

Each mutant is a fault that a real engine has had. What is expected is worked out before the fault is planted, so that
a fault in what engines share is noticed, too.
"""

import datetime as dt
import enum
import random
import re

import attrs
import pytest
from sqlalchemy import create_engine, func, null

from careprogram.language import Text
from careprogram.rules import BoolFact, ChoiceFact, DateFact, FactSchema, GroupFact, IntFact
from careprogram.rules import parameters as parameter_module
from careprogram.rules.columns import groups as group_columns
from careprogram.rules.columns import lowering, planning
from careprogram.rules.cutoffs import ElapsedUnit, elapsed_cutoff
from careprogram.rules.predicates import Operator
from careprogram.rules.sql import query as query_module
from careprogram.rules.sql import translation
from careprogram.rules.sql.answers import answer as honest_answer
from careprogram.rules.sql.terms import TextTerms
from careprogram.testing import engines as engine_module
from careprogram.testing.compiler_conformance import differences
from careprogram.testing.compiler_corpus import Scenario
from careprogram.testing.engines import PolarsEngine, SqliteEngine
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy
from careprogram_sql import policies as select_module
from careprogram_sql.testing import SqlAlchemyEngine

SEED, POLICIES, ROWS = 44, 60, 40
TEXT = Text("文", "text")


class Place(enum.Enum):
    AWAY = "away"
    HOME = "at-home"
    DEAD = "deceased"


class PersonFacts(FactSchema):
    place = ChoiceFact(label=TEXT, choices=Place)
    able = BoolFact(label=TEXT)
    left_on = DateFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT, minimum=0, maximum=12)
    father = ChoiceFact(label=TEXT, choices=Place)
    birth_date = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=PersonFacts)


@pytest.fixture(scope="module")
def scenarios():
    """Return policies, each on two days, with what the interpreter says, before anything is planted."""
    rng = random.Random(SEED)
    found = []
    for number in range(POLICIES):
        policy = random_policy(rng, Facts)
        for as_of in (random_day(rng, policy), random_day(rng, policy)):
            rows = tuple(random_rows(rng, policy, as_of, ROWS))
            found.append(Scenario(name=f"policy {number}", policy=policy, as_of=as_of, rows=rows))
    assert all(len(scenario.expected) == ROWS for scenario in found)
    return found


@pytest.fixture(autouse=True)
def _no_plan_survives():
    planning.plan_for.cache_clear()
    yield
    planning.plan_for.cache_clear()


ENGINES = {
    "sql": SqliteEngine,
    "columns": lambda: PolarsEngine(lazy=True),
    "select": lambda: SqlAlchemyEngine(engine=create_engine("sqlite://")),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_noticed_without_a_fault(engine, scenarios):
    """The engines as they are agree with the interpreter on every scenario."""
    assert not list(differences(ENGINES[engine](), scenarios))


# Faults in what engines share: counting years, the values of parameters.


def _year_difference(count, as_of, unit, rule):
    return dt.date(as_of.year - count, 12, 31) if unit is ElapsedUnit.AGE else elapsed_cutoff(count, as_of, unit, rule)


def _days_over_365(count, as_of, unit, rule):
    return (
        as_of - dt.timedelta(days=int(count * 365.25))
        if unit is ElapsedUnit.AGE
        else elapsed_cutoff(count, as_of, unit, rule)
    )


def _thirty_day_months(count, as_of, unit, rule):
    return (
        as_of - dt.timedelta(days=30 * count)
        if unit is ElapsedUnit.MONTHS
        else elapsed_cutoff(count, as_of, unit, rule)
    )


def _day_late(count, as_of, unit, rule):
    return elapsed_cutoff(count, as_of, unit, rule) + dt.timedelta(days=1)


def _newest(parameter, day):
    return parameter.values[-1].value


def _oldest(parameter, day):
    return parameter.values[0].value


def _of_today(parameter, day):
    return parameter.dated_on(dt.date(2026, 9, 1)).value


# Faults in the text of a query.


def rewritten(pattern, replacement):
    """Plant a fault into the text of every query."""

    def plant(monkeypatch):
        honest = engine_module.policy_sql

        def policy_sql(policy, **options):
            query = honest(policy, **options)
            return attrs.evolve(query, text=re.sub(pattern, replacement, query.text))

        monkeypatch.setattr(engine_module, "policy_sql", policy_sql)

    return plant


def patched(owner, name, value):
    """Plant *value* as an attribute of *owner*."""
    return lambda monkeypatch: monkeypatch.setattr(owner, name, value)


def _strict_text(terms, fact, operator, cutoff):
    sign = "<" if operator is Operator.AT_MOST else ">"
    return f"{terms.names[fact.name]} {sign} {terms.parameters.mark(fact.name, cutoff)}"


def _text_number_with_equal(terms, fact, operator, bound):
    sign = {"<": "<=", ">": ">="}.get(operator.value, operator.value)
    return f"{terms.names[fact.name]} {sign} {terms.parameters.mark(fact.name, bound)}"


def _unknown_as_false(fact, column, parameters, dialect, as_of, *, key=""):
    found = honest_answer(fact, column, parameters, dialect, as_of, key=key)
    return f"coalesce({found}, 0)" if isinstance(fact, BoolFact) else found


def _unknown_date_as_birth_today(fact, column, parameters, dialect, as_of, *, key=""):
    found = honest_answer(fact, column, parameters, dialect, as_of, key=key)
    return f"coalesce({found}, '2026-09-01')" if isinstance(fact, DateFact) else found


def _any_code(fact, column, parameters, dialect, as_of, *, key=""):
    return (
        f"coalesce({column}, '')"
        if isinstance(fact, ChoiceFact)
        else honest_answer(fact, column, parameters, dialect, as_of, key=key)
    )


def _date_to_come(fact, column, parameters, dialect, as_of, *, key=""):
    return honest_answer(fact, column, parameters, dialect, dt.date.max, key=key)


def _cached_query(monkeypatch):
    """Remember the query of a policy without its day."""
    honest, kept = engine_module.policy_sql, {}
    monkeypatch.setattr(
        engine_module, "policy_sql", lambda policy, **options: kept.setdefault(policy, honest(policy, **options))
    )


_COUNTED = r"CASE WHEN (_\w+_\d+) THEN 2 WHEN \1 IS NULL THEN 1 ELSE 0 END"

SQL = {
    "less for at most": patched(TextTerms, "date", _strict_text),
    "at most for less": patched(TextTerms, "number", _text_number_with_equal),
    "year difference for age": patched(translation, "elapsed_cutoff", _year_difference),
    "days divided by 365.25 for age": patched(translation, "elapsed_cutoff", _days_over_365),
    "months of thirty days": patched(translation, "elapsed_cutoff", _thirty_day_months),
    "cutoff a day late": patched(translation, "elapsed_cutoff", _day_late),
    "IN with null": rewritten(r" IN \(:", " IN (NULL, :"),
    "bool_or over a group skips what is open": rewritten(_COUNTED, r"CASE WHEN \1 THEN 2 WHEN NOT \1 THEN 0 END"),
    "open members count as no": rewritten(_COUNTED, r"CASE WHEN \1 THEN 2 ELSE 0 END"),
    "bool_or of nobody is null": rewritten(r"CASE (_any_\d+) WHEN 2 THEN TRUE.*? END", r"\1 = 2"),
    "bool_and of nobody is null": rewritten(r"CASE (_all_\d+) WHEN 0 THEN FALSE.*? END", r"\1 = 2"),
    "nobody asked is nobody there": rewritten(r'CASE WHEN "parents" THEN (CASE .*? END) END', r"\1"),
    "unknown as false": patched(query_module, "answer", _unknown_as_false),
    "unknown birth date as today": patched(query_module, "answer", _unknown_date_as_birth_today),
    "unknown choice as another": patched(query_module, "answer", _any_code),
    "a date to come is no time ago": patched(query_module, "answer", _date_to_come),
    "dates of members may lie ahead": rewritten(r"(_members_\d+ AS \([^;]*?) AND [^ ]+ <= :as_of_1", r"\1"),
    "an open clause is not met": rewritten(r"\bclause_(\d+) AND", r"(clause_\1 IS TRUE) AND"),
    "undetermined as ineligible": rewritten("'undetermined'", "'ineligible'"),
    "last tier instead of the most urgent": rewritten(
        r"(?s)CASE (WHEN category_\d+ THEN :tier_\d+) (.*?) END", r"CASE \2 \1 END"
    ),
    "newest value of a parameter": patched(parameter_module.Parameter, "on", _newest),
    "oldest value of a parameter": patched(parameter_module.Parameter, "on", _oldest),
    "a parameter of today": patched(parameter_module.Parameter, "on", _of_today),
    "cache key without date": _cached_query,
}


# Faults in columns.


def _strict_column(ground, measure, count):
    if count <= 0:
        return lowering.Truth.TRUE
    cutoff = elapsed_cutoff(count, ground.as_of, measure.unit, ground.ages)
    return ground.answers[measure.fact.name].column < ground.library.lit(cutoff)


def _is_in(ground, atom, answers):
    return answers.column.is_in([member.value for member in atom.members]).fill_null(False)


def _honest(owner, name):
    return vars(owner)[name]


def _atom_unknown_as_false(honest):
    def atom(ground, predicate):
        term = honest(ground, predicate)
        return term if isinstance(term, lowering.Truth) else term.fill_null(False)

    return atom


def _number_skipping_null(own, rule):
    return own.column(own.lower(rule)).cast(own.library.Int32) * 2


def _of_nobody_null(library, rule, name, asked):
    number = library.col(name)
    return library.when(asked & (number != 1)).then(number == 2)


def _of_nobody_asked(library, rule, name, asked):
    number = library.col(name).fill_null(0 if rule.quantifier.value == "any" else 2)
    return library.when(number != 1).then(number == 2)


def _date_as_it_is(honest):
    def answers(library, name, held, question):
        return library.col(name) if held.date else honest(library, name, held, question)

    return answers


def _today_has_not_come(honest):
    def answers(library, name, held, question):
        return honest(library, name, held, attrs.evolve(question, as_of=question.as_of - dt.timedelta(days=1)))

    return answers


def _cached_frame(monkeypatch):
    """Remember the day on which a policy was asked first."""
    from careprogram.rules import columns

    honest, kept = columns.judge_frame, {}

    def judge_frame(policy, frame, *, as_of, **options):
        return honest(policy, frame, as_of=kept.setdefault(policy, as_of), **options)

    monkeypatch.setattr(columns, "judge_frame", judge_frame)


COLUMNS = {
    "less for at most": patched(lowering.Ground, "_at_least", _strict_column),
    "year difference for age": patched(lowering, "elapsed_cutoff", _year_difference),
    "days divided by 365.25 for age": patched(lowering, "elapsed_cutoff", _days_over_365),
    "IN with null is false": patched(lowering.Ground, "_membership", _is_in),
    "bool_or over a group skips what is open": patched(group_columns, "_number", _number_skipping_null),
    "bool_or of nobody is null": patched(group_columns, "_of_child", _of_nobody_null),
    "nobody asked is nobody there": patched(group_columns, "_of_child", _of_nobody_asked),
    "unknown as false": patched(lowering.Ground, "_atom", _atom_unknown_as_false(_honest(lowering.Ground, "_atom"))),
    "newest value of a parameter": patched(parameter_module.Parameter, "on", _newest),
    "oldest value of a parameter": patched(parameter_module.Parameter, "on", _oldest),
    "a date to come is no time ago": patched(planning, "_answers", _date_as_it_is(planning._answers)),
    "today has not come": patched(planning, "_answers", _today_has_not_come(planning._answers)),
    "cache key without date": _cached_frame,
}


# Faults in the SELECT of SQLAlchemy.


def _strict_select(terms, fact, operator, cutoff):
    column = terms.columns[fact.name]
    return column < cutoff if operator is Operator.AT_MOST else column > cutoff


def _in_with_null(terms, fact, codes):
    return terms.columns[fact.name].in_([*codes, null()])


def _case_without_open(*whens, else_=None):
    kept = [when for when in whens if when[1] != 1]
    return select_module_case(*kept, else_=else_)


select_module_case = select_module.case


def _select_date_to_come(fact, column, as_of, *, key):
    return honest_select_answer(fact, column, dt.date.max, key=key)


honest_select_answer = select_module.answer


def _cached_select(monkeypatch):
    from careprogram_sql import testing

    honest, kept = testing.policy_select, {}

    def policy_select(policy, table, *, as_of, **options):
        return honest(policy, table, as_of=kept.setdefault(policy, as_of), **options)

    monkeypatch.setattr(testing, "policy_select", policy_select)


class _BoolOr:
    """Functions of a database of which the largest of all is asked for by a careless name."""

    max = staticmethod(func.min)
    min = staticmethod(func.max)


SELECT = {
    "less for at most": patched(select_module._Terms, "date", _strict_select),
    "IN with null": patched(select_module._Terms, "among", _in_with_null),
    "open members count as no": patched(select_module, "case", _case_without_open),
    "any for all": patched(select_module, "func", _BoolOr),
    "oldest value of a parameter": patched(parameter_module.Parameter, "on", _oldest),
    "a date to come is no time ago": patched(select_module, "answer", _select_date_to_come),
    "cache key without date": _cached_select,
}

ALL = [
    (engine, name, plant)
    for engine, mutants in (("sql", SQL), ("columns", COLUMNS), ("select", SELECT))
    for name, plant in mutants.items()
]


@pytest.mark.parametrize(("engine", "name", "plant"), ALL, ids=[f"{engine}: {name}" for engine, name, _ in ALL])
def test_a_planted_fault_is_noticed(engine, name, plant, monkeypatch, scenarios):
    """At least one row is told otherwise, and the engine still answers instead of breaking."""
    plant(monkeypatch)
    found = next(differences(ENGINES[engine](), scenarios), None)
    assert found is not None, name
    assert not isinstance(found.found, str), f"the fault breaks the engine instead: {found}"
