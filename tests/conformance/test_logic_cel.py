"""The published CEL logic suite: an operand that fails or has the wrong type is unknown, and so is a failing result."""

import datetime as dt
import re

import pytest

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    Clause,
    Determination,
    FactSchema,
    FactValues,
    Policy,
    Truth,
    judge_facts,
)
from careprogram.testing.compiler_corpus import policy_of

TEXT = Text("文", "text")


class Facts(FactSchema):
    a = BoolFact(label=TEXT)
    b = BoolFact(label=TEXT)


A, B = Facts.a.is_(True), Facts.b.is_(True)
RULES = {"&&": A & B, "||": A | B, "!": ~A}
EXPECTED = {"true": Determination.ELIGIBLE, "false": Determination.INELIGIBLE, None: Determination.UNDETERMINED}
TRUTHS = {
    Determination.ELIGIBLE: Truth.TRUE,
    Determination.INELIGIBLE: Truth.FALSE,
    Determination.UNDETERMINED: Truth.UNKNOWN,
}
_TEST = re.compile(
    r'test \{\s*name: "(?P<name>\w+)"\s*expr: "(?P<expr>[^"]*)"(?P<rest>.*?)\n  \}(?=\n  test|\n\})', re.DOTALL
)


def cases_of(text):
    for section in re.split(r"(?m)^section \{", text)[1:]:
        title = re.search(r'name: "(\w+)"', section).group(1)
        if title in {"AND", "OR", "NOT"}:
            for found in _TEST.finditer(section):
                value = re.search(r"bool_value: (true|false)", found["rest"])
                assert value or "eval_error" in found["rest"]
                yield f"{title}.{found['name']}", found["expr"], value.group(1) if value else None


def _answer(operand):
    # A text or number goes in as it is: the engine itself must refuse to take it for a yes or no.
    return {"true": True, "false": False}.get(operand, operand)


def _read(expr):
    sign = next((sign for sign in ("&&", "||") if sign in expr), "!")
    return sign, [part.strip() for part in expr.split(sign)] if sign != "!" else [expr[1:]]


def judged(expr):
    sign, operands = _read(expr)
    clause = Clause(id="c", citation="c", text=TEXT, when=RULES[sign])
    category = Category(id="g", tier=1, title=TEXT, clauses=(clause,))
    policy = Policy(id=PolicyId("cel"), title=TEXT, citation="c", categories=(category,))
    answers = {name: _answer(operand) for name, operand in zip("ab", operands, strict=False)}
    return judge_facts(policy, FactValues(values=answers), as_of=dt.date(2026, 1, 1))


def test_logic_with_failing_operands(shared_data):
    """All 25 AND, OR and NOT cases come out as published, with a fault read as unknown."""
    cases = list(cases_of((shared_data / "cel-spec" / "logic.textproto").read_text("utf-8")))
    assert len(cases) == 25
    for name, expr, expected in cases:
        assert judged(expr).determination is EXPECTED[expected], (name, expr)


def test_logic_on_every_engine(shared_data, engines):
    """The same 25 cases on every engine: in a column of its type a fault is a gap."""
    for engine in engines:
        expect_all(engine, shared_data)


@pytest.mark.filterwarnings("default")
def test_logic_on_pyspark(shared_data, pyspark):
    """The same on a cluster."""
    expect_all(pyspark, shared_data)


def expect_all(engine, shared_data):
    cases = list(cases_of((shared_data / "cel-spec" / "logic.textproto").read_text("utf-8")))
    asked = [(RULES[sign], answers, EXPECTED[expected]) for sign, answers, expected in map(_columns, cases)]
    assert len(asked) == 25
    found = engine.judge(policy_of(*RULES.values()), [answers for _, answers, _ in asked], dt.date(2026, 1, 1))
    for (rule, answers, expected), answer in zip(asked, found, strict=True):
        truth = dict(zip(RULES.values(), answer.clauses, strict=True))[rule]
        assert truth is TRUTHS[expected], (engine.name, rule, answers)


def _columns(case):
    _, expr, expected = case
    sign, operands = _read(expr)
    answers = {name: _answer(operand) for name, operand in zip("ab", operands, strict=False)}
    return sign, {name: value for name, value in answers.items() if isinstance(value, bool)}, expected


@pytest.mark.parametrize("expr", ["false && 'horses'", "'horses' && false", "true || 32"])
def test_a_fault_does_not_hide_what_decides(expr):
    """The other operand decides on either side of the fault, and nothing is missing."""
    verdict = judged(expr)
    assert verdict.determination is not Determination.UNDETERMINED
    assert verdict.missing == ()
