"""The published FEEL ternary-logic suite (dmn-tck): null is unknown, operands of the wrong type are load errors."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest

from careprogram.language import Text
from careprogram.rules import BoolFact, FactSchema, Truth, evaluate
from careprogram.rules.files.expression import Vocabulary, read_expression
from careprogram.testing.compiler_corpus import policy_of
from careprogram.unknown import UNKNOWN

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 1, 1)
TEST = "{http://www.omg.org/spec/DMN/20160719/testcase}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
VALUES = {"true": True, "false": False, "null": UNKNOWN, None: UNKNOWN}
TRUTHS = {"true": Truth.TRUE, "false": Truth.FALSE, None: Truth.UNKNOWN}


class Facts(FactSchema):
    a = BoolFact(label=TEXT)
    b = BoolFact(label=TEXT)


VOCABULARY = Vocabulary(facts=Facts.facts(), parameters={}, definitions={})
MODELS = {
    "0064-feel-conjunction": 19,
    "0065-feel-disjunction": 19,
    "0066-feel-negation": 6,
    "0106-feel-ternary-logic": 18,
    "0107-feel-ternary-logic-not": 3,
}


def _value(parent):
    value = parent.find(f"{TEST}value")
    return None if value.get(NIL) == "true" else value.text


def results_of(folder):
    """Yield expression, inputs and expected value of every result in a model's folder."""
    model = ET.parse(next(folder.glob("*.dmn"))).getroot()
    space = model.tag.split("}")[0] + "}"
    written = {
        decision.get("name"): decision.find(f"{space}literalExpression/{space}text").text
        for decision in model.iter(f"{space}decision")
    }
    for case in ET.parse(next(folder.glob("*.xml"))).getroot().iter(f"{TEST}testCase"):
        inputs = {node.get("name"): _value(node) for node in case.iter(f"{TEST}inputNode")}
        for result in case.iter(f"{TEST}resultNode"):
            yield written[result.get("name")], inputs, _value(result.find(f"{TEST}expected"))


def _operands(text):
    found = re.fullmatch(r"not\((.+)\)", text)
    return ("not", [found.group(1)]) if found else (text.split()[1], text.split()[::2])


def cases_of(folder):
    """Yield rule, answers and expected truth of each result, and None for one that is refused on loading."""
    for text, inputs, expected in results_of(folder):
        word, operands = _operands(text)
        if not all(operand in VALUES or operand in inputs for operand in operands):
            assert read_expression(text, VOCABULARY).problems, text
            yield None
            continue
        names = ["a", "b"][: len(operands)]
        answers = {n: VALUES[inputs.get(o, o)] for n, o in zip(names, operands, strict=True)}
        rule = read_expression("not a" if word == "not" else f"a {word} b", VOCABULARY).predicate
        yield rule, answers, TRUTHS[expected]


@pytest.mark.parametrize("model", MODELS)
def test_ternary_logic(shared_data, engines, model):
    """Every result with operands true, false and null comes out as published, on every engine; others are refused."""
    cases = list(cases_of(shared_data / "dmn-tck" / model))
    assert len(cases) == MODELS[model]
    asked = [case for case in cases if case]
    for rule, answers, expected in asked:
        assert evaluate(rule, answers, as_of=AS_OF) is expected, (rule, answers)
    for engine in engines:
        expect_all(engine, asked)


def expect_all(engine, asked):
    """Ask *engine* all in one go: rule, answers and expected truth of each."""
    rules = dict.fromkeys(rule for rule, _, _ in asked)
    found = engine.judge(policy_of(*rules), [answers for _, answers, _ in asked], AS_OF)
    for (rule, answers, expected), answer in zip(asked, found, strict=True):
        assert dict(zip(rules, answer.clauses, strict=True))[rule] is expected, (engine.name, rule, answers)


@pytest.mark.filterwarnings("default")
def test_ternary_logic_on_pyspark(shared_data, pyspark):
    """The whole suite in one question."""
    asked = [case for model in MODELS for case in cases_of(shared_data / "dmn-tck" / model) if case]
    assert len(asked) == sum(MODELS.values()) - 23
    expect_all(pyspark, asked)


def test_exactly_the_wrong_types_are_refused(shared_data):
    """23 results of the suite have an operand that is no truth value; we refuse them all and nothing else."""
    refused = 0
    for model in MODELS:
        for text, inputs, _ in results_of(shared_data / "dmn-tck" / model):
            refused += not all(o in VALUES or o in inputs for o in _operands(text)[1])
    assert refused == 23
