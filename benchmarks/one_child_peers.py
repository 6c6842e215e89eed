"""How would the same rule be written for the rule engines that a Python program could use instead?

Each peer is asked two questions. The same question as ours: of every category, and of every clause, whether it holds,
does not hold, or is open because of a gap. None of them knows a third value, so that its rule is written as somebody
who needs one has to: what makes a condition true, and what makes it false, each guarded against null; for datalogic,
which can count, in three ways, of which the fastest is taken. And the smaller question that rule engines are usually
asked: four categories, yes or no, in which a gap is whatever the engine makes of null.

Only OpenFisca can count ages, and is asked twice: counting them in its own way, and with our cutoffs. All others cannot
and are given our cutoffs as numbers like 20100901, and choices as texts. Nothing is measured here.
"""

import datetime as dt
import enum
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from one_child_rule import AS_OF, POLICY, Facts, Status
from whole_table import completed_months, completed_years

from careprogram.rules import FactValue, Predicate, Truth
from careprogram.rules.cutoffs import elapsed_cutoff
from careprogram.rules.facts import ChoiceFact, DateFact
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import All, AnyOf, Comparison, Elapsed, Is, Not, OneOf, Operator
from careprogram.unknown import UNKNOWN

Row = dict[str, Any]
Ask = Callable[[Row], Sequence[Any]]

OPENFISCA = "OpenFisca one person"

REQUIRED = tuple(clause.condition for clause in POLICY.requirements)
CLAUSES = tuple(clause.condition for clause in POLICY.clauses)
CATEGORIES: tuple[Predicate, ...] = tuple(
    All(parts=(*REQUIRED, AnyOf(parts=tuple(clause.condition for clause in category.clauses))))
    for category in POLICY.categories
)

INVERSE = {"<": ">=", ">=": "<", "<=": ">", ">": "<="}


def plain(answers: Mapping[str, FactValue]) -> Row:
    """Return *answers* as any engine can read them: dates as numbers, choices as texts, gaps as None."""

    def value(answer: FactValue) -> Any:
        if answer is UNKNOWN:
            return None
        if isinstance(answer, dt.date):
            return _day(answer)
        return answer.value if isinstance(answer, enum.Enum) else answer

    return {name: value(answer) for name, answer in answers.items()}


def _day(day: dt.date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _comparison(rule: Comparison) -> tuple[str, str, int]:
    bound = rule.bound.on(AS_OF) if isinstance(rule.bound, Parameter) else rule.bound
    if not isinstance(rule.measure, Elapsed):
        return rule.measure.name, rule.operator.value, bound
    cutoff = _day(elapsed_cutoff(bound, AS_OF, rule.measure.unit, POLICY.ages))
    return rule.measure.fact.name, "<=" if rule.operator is Operator.AT_LEAST else ">", cutoff


def _codes(rule: OneOf, *, wanted: bool) -> list[str]:
    """Return the answers that make *rule* true, or those that make it false."""
    named = [member.value for member in rule.members]
    fact: ChoiceFact[Any] = rule.fact  # type: ignore[assignment]
    return named if wanted else [code for code in fact.codes if code not in named]


@functools.cache
def _sides(rule: Predicate, wanted: bool) -> tuple[str, list[tuple[Predicate, bool]]] | None:
    """Return the word that joins what makes *rule* true or false, and the parts; None of a condition on one fact."""
    match rule:
        case All() | AnyOf():
            word = "and" if isinstance(rule, All) is wanted else "or"
            return word, [(part, wanted) for part in rule.parts]
        case Not():
            return "and", [(rule.part, not wanted)]
        case _:
            return None


def logic(rule: Predicate, wanted: bool = True, *, guarded: bool = True) -> dict[str, Any]:
    """Return in JSON logic what makes *rule* true, or false.

    Args:
        rule: The rule.
        wanted: Whether true or false.
        guarded: Whether null must make it neither; if not, null is what JSON logic makes of it.
    """
    sides = _sides(rule, wanted)
    if sides is not None:
        word, parts = sides
        said = [logic(part, want, guarded=guarded) for part, want in parts]
        return {word: said} if len(said) > 1 else said[0]
    match rule:
        case Is():
            return {"===": [{"var": rule.fact.name}, rule.expected is wanted]}
        case OneOf():
            codes = _codes(rule, wanted=wanted)
            return (
                {"in": [{"var": rule.fact.name}, codes]}
                if len(codes) > 1
                else {"===": [{"var": rule.fact.name}, *codes]}
            )
        case Comparison():
            name, sign, bound = _comparison(rule)
            sign = sign if wanted else INVERSE[sign]
            said = {sign: [{"var": name}, bound]}
            # Null counts as 0: where 0 would not pass, nothing has to stand guard.
            passes = {"<": bound > 0, "<=": bound >= 0, ">": bound < 0, ">=": bound <= 0}[sign]
            return {"and": [{"!==": [{"var": name}, None]}, said]} if guarded and passes else said
        case _:
            raise TypeError(type(rule).__name__)


def counted(rule: Predicate) -> dict[str, Any]:
    """Return *rule* in JSON logic as a number: 0 is false, 1 is open, 2 is true, "and" is the least of them."""
    match rule:
        case All() | AnyOf():
            return {"min" if isinstance(rule, All) else "max": [counted(part) for part in rule.parts]}
        case Not():
            return {"-": [2, counted(rule.part)]}
        case _:
            return tested(rule)


def tested(rule: Predicate) -> dict[str, Any]:
    """Return the same number by asking first what makes *rule* true, and only then what makes it false."""
    return {"if": [logic(rule, True), 2, logic(rule, False), 0, 1]}


Words = tuple[str, str, str, str, str]
"""How a peer writes and, or, true, false, null."""

CEL: Words = ("&&", "||", "true", "false", "null")
PYTHON: Words = ("and", "or", "true", "false", "null")


def written(rule: Predicate, words: Words, wanted: bool = True, *, guarded: bool = True) -> str:
    """Return as an expression what makes *rule* true, or false; see `logic`."""
    sides = _sides(rule, wanted)
    if sides is not None:
        word, parts = sides
        said = [written(part, words, want, guarded=guarded) for part, want in parts]
        return "(" + f" {words[0] if word == 'and' else words[1]} ".join(said) + ")"
    match rule:
        case Is():
            return f"({rule.fact.name} == {words[2] if rule.expected is wanted else words[3]})"
        case OneOf():
            codes = [f'{rule.fact.name} == "{code}"' for code in _codes(rule, wanted=wanted)]
            return f"({f' {words[1]} '.join(codes)})"
        case Comparison():
            name, sign, bound = _comparison(rule)
            said_ = f"{name} {sign if wanted else INVERSE[sign]} {bound}"
            return f"({name} != {words[4]} {words[0]} {said_})" if guarded else f"({said_})"
        case _:
            raise TypeError(type(rule).__name__)


def both_sides(rules: Sequence[Predicate], words: Words) -> str:
    """Return a list of what makes each of *rules* true, then of what makes each false."""
    return f"[{', '.join(written(rule, words, wanted) for wanted in (True, False) for rule in rules)}]"


def yes_or_no(words: Words) -> str:
    """Return the list of the four categories, gaps left to the peer."""
    return f"[{', '.join(written(rule, words, guarded=False) for rule in CATEGORIES)}]"


def truths_of_sides(said: Sequence[Any]) -> list[Truth]:
    """Return the truths that a peer told as two lists."""
    half = len(said) // 2
    pairs = zip(said[:half], said[half:], strict=True)
    return [Truth.TRUE if true else Truth.FALSE if false else Truth.UNKNOWN for true, false in pairs]


def truths_of_numbers(said: Sequence[Any]) -> list[Truth]:
    """Return the truths that a peer told as 0, 1 and 2."""
    return [(Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)[int(number)] for number in said]


Whole = tuple[Ask, Callable[[Sequence[Any]], list[Truth]]]
"""A peer that knows gaps, and how its answer is read."""


def datalogic(rules: Sequence[Predicate]) -> dict[str, Whole]:
    """Return datalogic with *rules* written in three ways."""
    import datalogic_py

    engine = datalogic_py.Engine()
    sides = [logic(rule, wanted) for wanted in (True, False) for rule in rules]
    return {
        "datalogic (Rust), two sides": (engine.compile(sides).evaluate, truths_of_sides),
        "datalogic (Rust), tested": (engine.compile([tested(rule) for rule in rules]).evaluate, truths_of_numbers),
        "datalogic (Rust), counted": (engine.compile([counted(rule) for rule in rules]).evaluate, truths_of_numbers),
    }


def whole_peers(rules: Sequence[Predicate]) -> dict[str, Whole]:
    """Return each peer that is asked the same question about *rules*."""
    import cel
    import rule_engine

    cel_rule = cel.compile(both_sides(rules, CEL))
    rule = rule_engine.Rule(both_sides(rules, PYTHON))
    return {
        **datalogic(rules),
        "cel (Rust)": (cel_rule.execute, truths_of_sides),
        "rule-engine": (rule.evaluate, truths_of_sides),
        OPENFISCA: (openfisca(rules, whole=True, counting=True), truths_of_sides),
        f"{OPENFISCA}, our cutoffs": (openfisca(rules, whole=True, counting=False), truths_of_sides),
    }


def small_peers() -> dict[str, Ask]:
    """Return each peer that is asked for four categories, yes or no."""
    import cel
    import celpy
    import datalogic_py
    import json_logic
    import rule_engine

    rules = [logic(rule, guarded=False) for rule in CATEGORIES]
    environment = celpy.Environment()
    program = environment.program(environment.compile(yes_or_no(CEL)))
    return {
        "datalogic (Rust)": datalogic_py.Engine().compile(rules).evaluate,
        "cel (Rust)": cel.compile(yes_or_no(CEL)).execute,
        "rule-engine": rule_engine.Rule(yes_or_no(PYTHON)).evaluate,
        "json-logic-qubit": lambda row: [json_logic.jsonLogic(rule, row) for rule in rules],
        "cel-python": lambda row: program.evaluate({name: celpy.json_to_cel(value) for name, value in row.items()}),
        OPENFISCA: openfisca(CATEGORIES, whole=False, counting=True),
        f"{OPENFISCA}, our cutoffs": openfisca(CATEGORIES, whole=False, counting=False),
    }


CODES = {status.value: at for at, status in enumerate(Status)} | {"rural": 0, "urban": 1}
"""Choices as OpenFisca takes them fastest: as numbers."""


def _vectors(rule: Predicate, wanted: bool, *, whole: bool, counting: bool) -> str:
    """Return what makes *rule* true, or false, in arrays; a second variable says of each fact whether it is known."""
    sides = _sides(rule, wanted)
    if sides is not None:
        word, parts = sides
        said = [_vectors(*part, whole=whole, counting=counting) for part in parts]
        return "(" + f" {'&' if word == 'and' else '|'} ".join(said) + ")"
    match rule:
        case Is():
            name = rule.fact.name
            test = name if rule.expected is wanted else f"~{name}"
        case OneOf():
            name = rule.fact.name
            test = "(" + " | ".join(f"({name} == {CODES[code]})" for code in _codes(rule, wanted=wanted)) + ")"
        case Comparison(measure=Elapsed()) if counting:
            name, bound = rule.measure.fact.name, rule.bound
            number = bound.on(AS_OF) if isinstance(bound, Parameter) else bound
            sign = rule.operator.value if wanted else INVERSE[rule.operator.value]
            test = f"({name}_{rule.measure.unit.value} {sign} {number})"
        case Comparison():
            name, sign, cutoff = _comparison(rule)
            test = f"({name} {sign if wanted else INVERSE[sign]} {cutoff})"
        case _:
            raise TypeError(type(rule).__name__)
    return f"({name}_known & {test})" if whole else test


def openfisca(rules: Sequence[Predicate], *, whole: bool, counting: bool) -> Ask:
    """Return OpenFisca with one variable for each of *rules*; a *whole* one has two, and two for each fact.

    Its own idiom is one variable a concept: its country template has a variable for the date of birth and one for the
    age, which a formula counts from it. Who uses OpenFisca writes rules like that; so does a *counting* one, and the
    bar is held against it. One that does not is given our cutoffs as plain numbers, as the other peers are.
    """
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    kinds: dict[str, type] = {"poor": bool, "ill": bool, "caregiver": bool, "boarding": bool}

    def variable(name: str, kind: type, **more: object) -> str:
        content = {"value_type": kind, "entity": person, "definition_period": periods.DateUnit.MONTH, **more}
        system.add_variable(type(name, (variables.Variable,), content))
        return name

    dates = [name for name, fact in Facts.facts().items() if counting and isinstance(fact, DateFact)]
    for name in Facts.facts():
        variable(name, dt.date if name in dates else kinds.get(name, int))
        variable(f"{name}_known", bool)
    for name in dates:
        unit, count = ("age", completed_years) if name == "birth_date" else ("months", completed_months)
        variable(f"{name}_{unit}", int, formula=_counting(name, count))
    told = [
        variable(f"rule_{at}_{wanted}", bool, formula=_formula(_vectors(rule, wanted, whole=whole, counting=counting)))
        for wanted in ((True, False) if whole else (True,))
        for at, rule in enumerate(rules)
    ]
    builder = simulations.SimulationBuilder()
    period = periods.period("2026-09")

    def ask(row: Row) -> Sequence[object]:
        simulation = builder.build_default_simulation(system, 1)
        for name, value in row.items():
            if value is not None:
                simulation.set_input(name, period, [CODES.get(value, value) if isinstance(value, str) else value])
                if whole:
                    simulation.set_input(f"{name}_known", period, [True])
        return [simulation.calculate(name, period)[0] for name in told]

    return ask if not counting else lambda row: ask(_with_days(row, dates))


def _with_days(row: Row, dates: Sequence[str]) -> Row:
    days = {name: row[name] for name in dates if row[name] is not None}
    return row | {
        name: np.datetime64(f"{day // 10_000}-{day // 100 % 100:02}-{day % 100:02}") for name, day in days.items()
    }


def _counting(name: str, count: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    # Two arguments and no more: OpenFisca counts them.
    return lambda population, period: count(population(name, period))


def _formula(expression: str) -> Callable[[Any, Any], Any]:
    code = compile(expression, "<rule>", "eval")

    def formula(population: Any, period: Any) -> Any:
        return eval(code, {name: population(name, period) for name in code.co_names})

    return formula
