"""How long does one child take, one at a time, beside the rule engines a Python program could use instead?

The same rule for all: 2 requirements, 10 clauses, 4 categories, ages and absences already turned into cutoffs for the
peers, which cannot count them. Each is given its input ready: ours the answers, a peer its plain dict. Answers are
compared on every child without gaps; with gaps the peers guess or raise, which is why they are only timed there.
"""

import contextlib
import datetime as dt
import enum
import functools
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness import Measurement, Side, interleave

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    FactValue,
    FactValues,
    IntFact,
    Policy,
    Predicate,
    compile_policy,
    constant,
    judge_facts,
)
from careprogram.rules.cutoffs import elapsed_cutoff
from careprogram.rules.generated import program_of
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import All, AnyOf, Comparison, Elapsed, Is, Not, OneOf, Operator
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
MICRO = 1e6
FASTER = 15
FASTER_THAN_OPENFISCA = 1_000
COMPILING = 0.020

Row = dict[str, Any]


class Status(enum.Enum):
    """Where a parent is."""

    AWAY = "away"
    HOME = "home"
    DEAD = "dead"
    MISSING = "missing"


class Town(enum.Enum):
    """Where a child is registered."""

    RURAL = "rural"
    URBAN = "urban"


def _text(word: str) -> Text:
    return Text(word, word)


class Facts(FactSchema):
    """What the rule asks."""

    birth_date = DateFact(label=_text("born"))
    rural = ChoiceFact(label=_text("rural"), choices=Town)
    father = ChoiceFact(label=_text("father"), choices=Status)
    mother = ChoiceFact(label=_text("mother"), choices=Status)
    father_since = DateFact(label=_text("father away"))
    mother_since = DateFact(label=_text("mother away"))
    grade = IntFact(label=_text("grade"), minimum=0, maximum=12)
    income = IntFact(label=_text("income"), minimum=0)
    poor = BoolFact(label=_text("poor"))
    ill = BoolFact(label=_text("ill"))
    caregiver = BoolFact(label=_text("caregiver"))
    boarding = BoolFact(label=_text("boarding"))


def _policy() -> Policy:
    limit = constant("limit", 16, label=_text("limit"), source="law")
    months = constant("months", 6, label=_text("months"), source="law")
    father_away = Facts.father.is_(Status.AWAY) & (Facts.father_since.months >= months)
    mother_away = Facts.mother.is_(Status.AWAY) & (Facts.mother_since.months >= months)
    lost = (Status.DEAD, Status.MISSING)
    rules: tuple[tuple[Predicate, ...], ...] = (
        (
            Facts.father.one_of(*lost) & Facts.mother.one_of(*lost),
            Facts.father.one_of(*lost) & Facts.ill.is_(True),
            Facts.ill.is_(True) & Facts.poor.is_(True),
        ),
        (father_away & mother_away, father_away & Facts.mother.one_of(*lost), mother_away & Facts.father.one_of(*lost)),
        (Facts.caregiver.is_(False) & (father_away | mother_away), Facts.boarding.is_(True) & (Facts.grade < 3)),
        ((Facts.income < 5000) & ~Facts.poor.is_(False), (Facts.birth_date.age < 6) & Facts.poor.is_(True)),
    )
    number = 0
    categories = []
    for tier, own in enumerate(rules, start=1):
        clauses = []
        for rule in own:
            number += 1
            clauses.append(Clause(id=f"c{number}", citation=f"art. {number}", text=_text("clause"), when=rule))
        categories.append(Category(id=f"g{tier}", tier=tier, title=_text("group"), clauses=tuple(clauses)))
    needed = (Facts.birth_date.age < limit, Facts.rural.is_(Town.RURAL))
    return Policy(
        id=PolicyId("bench.one"),
        title=_text("bench"),
        citation="law",
        requirements=tuple(
            Clause(id=f"r{at}", citation="law", text=_text("needed"), when=rule) for at, rule in enumerate(needed)
        ),
        categories=tuple(categories),
    )


POLICY = _policy()


def children(count: int, *, gaps: float = 0.08) -> list[dict[str, FactValue]]:
    """Return answers about *count* children of a county, some of them unknown."""
    chance = random.Random(20260901)

    def since(years: int) -> dt.date:
        return AS_OF - dt.timedelta(days=chance.randrange(365 * years))

    found: list[dict[str, FactValue]] = []
    for _ in range(count):
        answers: dict[str, FactValue] = {
            "birth_date": since(18),
            "rural": chance.choices(list(Town), (85, 15))[0],
            "father": chance.choices(list(Status), (55, 38, 5, 2))[0],
            "mother": chance.choices(list(Status), (45, 50, 3, 2))[0],
            "father_since": since(3),
            "mother_since": since(3),
            "grade": chance.randrange(13),
            "income": chance.randrange(0, 40_000, 100),
            "poor": chance.random() < 0.2,
            "ill": chance.random() < 0.08,
            "caregiver": chance.random() < 0.9,
            "boarding": chance.random() < 0.3,
        }
        found.append({name: UNKNOWN if chance.random() < gaps else value for name, value in answers.items()})
    return found


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


def written(rule: Predicate, *, words: tuple[str, str, str], true: str, false: str) -> str:
    """Return *rule* as an expression, with the *words* of the peer for and, or, not."""
    inner = functools.partial(written, words=words, true=true, false=false)
    match rule:
        case All() | AnyOf():
            word = words[0] if isinstance(rule, All) else words[1]
            return "(" + f" {word} ".join(inner(part) for part in rule.parts) + ")"
        case Not():
            return f"{words[2]}({inner(rule.part)})"
        case Is():
            return f"({rule.fact.name} == {true if rule.expected else false})"
        case OneOf():
            codes = [f'({rule.fact.name} == "{member.value}")' for member in rule.members]
            return "(" + f" {words[1]} ".join(codes) + ")"
        case Comparison():
            return "({} {} {})".format(*_comparison(rule))
        case _:
            raise TypeError(type(rule).__name__)


def logic(rule: Predicate) -> dict[str, Any]:
    """Return *rule* in JSON logic."""
    match rule:
        case All() | AnyOf():
            return {"and" if isinstance(rule, All) else "or": [logic(part) for part in rule.parts]}
        case Not():
            return {"!": [logic(rule.part)]}
        case Is():
            return {"==": [{"var": rule.fact.name}, rule.expected]}
        case OneOf():
            return {"in": [{"var": rule.fact.name}, [member.value for member in rule.members]]}
        case Comparison():
            name, sign, bound = _comparison(rule)
            return {sign: [{"var": name}, bound]}
        case _:
            raise TypeError(type(rule).__name__)


def groups() -> list[Predicate]:
    """Return the condition of each category, requirements included."""
    needed = tuple(clause.condition for clause in POLICY.requirements)
    found: list[Predicate] = []
    for category in POLICY.categories:
        own = tuple(clause.condition for clause in category.clauses)
        found.append(All(parts=(*needed, AnyOf(parts=own))))
    return found


Ask = Callable[[Row], Sequence[object]]


def peers() -> dict[str, Ask]:
    """Return each peer as a function from a row to its four categories."""
    found = {"datalogic (Rust)": _datalogic, "cel (Rust)": _cel_rust, "rule-engine": _rule_engine}
    found |= {"json-logic-qubit": _json_logic, "cel-python": _cel_python, "OpenFisca one person": _openfisca}
    return {name: make() for name, make in found.items()}


def _datalogic() -> Ask:
    import datalogic_py

    rule = datalogic_py.Engine().compile([logic(each) for each in groups()])
    return rule.evaluate


def _cel_rust() -> Ask:
    import cel

    texts = [written(each, words=("&&", "||", "!"), true="true", false="false") for each in groups()]
    return cel.compile(f"[{', '.join(texts)}]").execute


def _rule_engine() -> Ask:
    import rule_engine

    texts = [written(each, words=("and", "or", "not"), true="true", false="false") for each in groups()]
    # One rule for all four, as it parses lists of conditions.
    rule = rule_engine.Rule(f"[{', '.join(texts)}]")
    return rule.evaluate


def _json_logic() -> Ask:
    import json_logic

    rules = [logic(each) for each in groups()]
    return lambda row: [json_logic.jsonLogic(rule, row) for rule in rules]


def _cel_python() -> Ask:
    import celpy

    environment = celpy.Environment()
    texts = [written(each, words=("&&", "||", "!"), true="true", false="false") for each in groups()]
    program = environment.program(environment.compile(f"[{', '.join(texts)}]"))
    return lambda row: program.evaluate({name: celpy.json_to_cel(value) for name, value in row.items()})


def _formula(text: str, names: Sequence[str]) -> Callable[[Any, Any], Any]:
    code = compile(text, "<group>", "eval")

    def formula(population: Any, period: Any) -> Any:
        return eval(code, {name: population(name, period) for name in names})

    return formula


def _openfisca() -> Ask:
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])
    kinds = {"poor": bool, "ill": bool, "caregiver": bool, "boarding": bool}
    names = list(Facts.facts())

    def variable(name: str, kind: type, **more: object) -> None:
        content = {"value_type": kind, "entity": person, "definition_period": periods.DateUnit.MONTH, **more}
        system.add_variable(type(name, (variables.Variable,), content))

    words = {status.value: at for at, status in enumerate(Status)} | {"rural": 0, "urban": 1}
    for name in names:
        variable(name, kinds.get(name, int))
    for at, rule in enumerate(groups()):
        text = written(rule, words=("&", "|", "~"), true="True", false="False")
        for word, code in words.items():
            text = text.replace(f'"{word}"', str(code))
        variable(f"group_{at}", bool, formula=_formula(text, names))
    builder = simulations.SimulationBuilder()
    period = periods.period("2026-09")

    def ask(row: Row) -> Sequence[object]:
        simulation = builder.build_default_simulation(system, 1)
        for name, value in row.items():
            if value is not None:
                simulation.set_input(name, period, [words.get(value, value) if isinstance(value, str) else value])
        return [simulation.calculate(f"group_{at}", period)[0] for at in range(4)]

    return ask


SLOW = {"cel-python": 40, "OpenFisca one person": 40, "json-logic-qubit": 400, "rule-engine": 2_000}


def _run(ask: Ask, rows: Sequence[Row]) -> None:
    for row in rows:
        # With gaps some raise: that is their answer.
        with contextlib.suppress(Exception):
            ask(row)


def checked(asks: Mapping[str, Ask], answers: Sequence[dict[str, FactValue]]) -> None:
    """Ask all about some children without gaps.

    Raises:
        AssertionError: One of them answers otherwise than we do.
    """
    whole = [each for each in answers if UNKNOWN not in each.values()][:60]
    for each in whole:
        verdict = judge_facts(POLICY, FactValues(values=each), as_of=AS_OF)
        expected = [category.id in verdict.categories for category in POLICY.categories]
        for name, ask in asks.items():
            found = [bool(answer) for answer in ask(plain(each))]
            if found != expected:
                raise AssertionError(f"{name} answers {found}, expected {expected}")


def _per_child(side: Side, count: int) -> float:
    return side.median / count * MICRO


def measure(quick: bool) -> list[Measurement]:
    """Return the rows of the table.

    Args:
        quick: Fewer children.
    """
    answers = children(3_000 if quick else 20_000)
    asks = peers()
    checked(asks, answers)
    rows = [plain(each) for each in answers]
    facts = [FactValues(values=each) for each in answers]
    counts = {name: min(len(rows), SLOW.get(name, len(rows))) for name in asks}

    def judge_all() -> None:
        for each in facts:
            judge_facts(POLICY, each, as_of=AS_OF)

    def explain_all() -> None:
        for each in facts:
            _ = judge_facts(POLICY, each, as_of=AS_OF).explanation

    sides: dict[str, Callable[[], object]] = {"ours": judge_all, "reasons": explain_all}
    sides |= {name: functools.partial(_run, ask, rows[: counts[name]]) for name, ask in asks.items()}
    times = interleave(sides)
    ours, both = (_per_child(times[name], len(rows)) for name in ("ours", "reasons"))
    per_child = {name: _per_child(times[name], counts[name]) for name in asks}
    fastest = min(per_child, key=lambda name: per_child[name])
    bars = dict.fromkeys(per_child) | {fastest: 1 / FASTER, "OpenFisca one person": 1 / FASTER_THAN_OPENFISCA}
    codes = len(compile_policy(POLICY, AS_OF).worked_out)
    return [
        *(
            Measurement(
                name="one child: verdict",
                ours=ours,
                peer=per_child[name],
                peer_name=name,
                bar=bars[name],
                unit="µs",
                notes={"children": counts[name], "spread": f"{times[name].spread:.0%}"},
            )
            for name in sorted(per_child, key=lambda name: per_child[name])
        ),
        Measurement(
            name="one child: reading the full reasons",
            ours=both - ours,
            peer=per_child[fastest],
            peer_name=f"{fastest}, bare answer",
            bar=1.0,
            unit="µs",
            notes={
                "children": len(rows),
                "distinct codes": codes,
                "first time each": f"{_first_reasons(facts):.0f} µs",
            },
        ),
        *_compiling(),
    ]


def _first_reasons(facts: Sequence[FactValues]) -> float:
    """Return what a reason costs that was not worked out before, in microseconds."""
    some = facts[:300]

    def run() -> None:
        for each in some:
            compile_policy(POLICY, AS_OF).worked_out.clear()
            _ = judge_facts(POLICY, each, as_of=AS_OF).explanation

    return _per_child(interleave({"first": run})["first"], len(some))


def _compiling() -> list[Measurement]:
    def compile_anew() -> None:
        program_of.cache_clear()
        compile_policy.cache_clear()
        compile_policy(POLICY, AS_OF)

    def another_day() -> None:
        compile_policy.cache_clear()
        compile_policy(POLICY, AS_OF + dt.timedelta(days=1))

    times = interleave({"anew": compile_anew, "day": another_day}, rounds=9)
    return [
        Measurement(
            name="compiling a policy",
            ours=times["anew"].median * 1e3,
            peer=COMPILING * 1e3,
            peer_name="bar",
            bar=1.0,
            unit="ms",
            notes={"clauses": len(POLICY.clauses)},
        ),
        Measurement(
            name="the same policy on another day",
            ours=times["day"].median * 1e3,
            peer=times["anew"].median * 1e3,
            peer_name="compiling",
            unit="ms",
        ),
    ]
