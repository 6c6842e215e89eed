"""The reference of rule nodes says what the engines do."""

import datetime as dt
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import careprogram.rules.predicates as predicates_module
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import Category, Clause, Exemption, Policy, Truth, compile_policy, evaluate
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.files.expression import Vocabulary, read_expression
from careprogram.rules.predicates import Comparison, Elapsed, Operator, Predicate, Quantified, Quantifier, walk
from careprogram.rules.written import write_expression
from careprogram.testing.engines import Engine, Interpreter


def _spec() -> ModuleType:
    path = Path(__file__).with_name("rule_nodes.py")
    found = importlib.util.spec_from_file_location("rule_nodes_spec", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


spec = _spec()
EXAMPLES = [example for section in spec.SECTIONS for example in section.examples]
CASES = [(example, *row) for example in EXAMPLES for row in example.rows]


def one_clause(when: Predicate) -> Policy:
    clause = Clause(id="clause", citation="A", text=Text("条", "clause"), when=when)
    category = Category(id="category", tier=1, title=Text("类", "category"), clauses=(clause,))
    return Policy(id=PolicyId("spec"), title=Text("表", "spec"), citation="A", categories=(category,))


def every_clause(examples: Sequence[Any]) -> Policy:
    """Return one policy with a clause an example, because an engine takes longer to start than to answer."""
    clauses = tuple(
        Clause(id=f"clause-{at}", citation="A", text=Text("条", "clause"), when=spec.built(example))
        for at, example in enumerate(examples)
    )
    category = Category(id="category", tier=1, title=Text("类", "category"), clauses=clauses)
    return Policy(id=PolicyId("spec"), title=Text("表", "spec"), citation="A", categories=(category,))


def wrong_rows(engine: Engine) -> list[str]:
    """Return the rows of the page for which *engine* says something else."""
    found = []
    for as_of in {example.as_of for example in EXAMPLES}:
        examples = [example for example in EXAMPLES if example.as_of == as_of]
        rows = [(at, answers, truth) for at, example in enumerate(examples) for answers, truth in example.rows]
        said = engine.judge(every_clause(examples), [answers for _, answers, _ in rows], as_of)
        for (at, answers, truth), answer in zip(rows, said, strict=True):
            if answer.clauses[at] is not truth:
                found.append(f"{engine.name}: {examples[at].written} of {answers} is {answer.clauses[at]}, not {truth}")
    return found


def test_every_engine_says_what_the_page_says(engines) -> None:
    """Row by row, on each engine that can be asked here; the in-process ones are all there, or the page lies."""
    assert {engine.name for engine in engines} >= {
        "interpreter", "compiled", "polars", "polars-lazy", "pyarrow", "duckdb", "sqlite", "duckdb-sql-text",
        "duckdb-sql-bound", "z3", "sqlalchemy-sqlite",
    }  # fmt: skip
    for engine in engines:
        assert not wrong_rows(engine)


@pytest.mark.filterwarnings("default")
def test_pyspark_says_what_the_page_says(pyspark) -> None:
    """The same on a cluster."""
    assert not wrong_rows(pyspark)


def test_an_engine_that_reads_a_row_otherwise_is_named() -> None:
    """The comparison itself is awake: an engine that reads dates to come as today is told so."""

    class Careless(Interpreter):
        def judge(self, policy, rows, as_of):
            moved = [{k: min(v, as_of) if isinstance(v, dt.date) else v for k, v in row.items()} for row in rows]
            return super().judge(policy, moved, as_of)

    found = wrong_rows(Careless())
    assert "interpreter: last_call is known of {'last_call': datetime.date(2026, 9, 2)} is Truth.TRUE" in str(found)
    assert len(found) > 8
    assert not wrong_rows(Interpreter())


def test_the_page_is_what_the_spec_prints() -> None:
    """Nobody edited the page, and nobody forgot to print it again."""
    assert spec.PAGE.read_text(encoding="utf-8") == spec.page(), "run: uv run python tests/docs/rule_nodes.py"


@pytest.mark.parametrize(("example", "answers", "truth"), CASES)
def test_the_interpreter_says_what_the_table_says(example, answers, truth: Truth) -> None:
    """Each row was written by hand and holds in the specification."""
    assert evaluate(spec.built(example), answers, as_of=example.as_of) is truth


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.written)
def test_the_compiled_form_says_what_the_table_says(example) -> None:
    """The form that judges in production gives the same rows."""
    compiled = compile_policy(one_clause(spec.built(example)), example.as_of)
    assert [compiled.truths(answers)[0][0] for answers, _ in example.rows] == [truth for _, truth in example.rows]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.written)
def test_the_written_form_is_the_python_form(example) -> None:
    """A file and Python give the same tree, and it is written as the page shows it."""
    definitions = {"nobody_near": spec.nobody_near}
    vocabulary = Vocabulary(
        facts=spec.PupilFacts.facts(), parameters={"age_limit": spec.age_limit}, definitions=definitions
    )
    read = read_expression(example.written, vocabulary)
    assert read.problems == ()
    assert read.predicate == spec.built(example)
    assert write_expression(spec.built(example)) == example.written


def test_every_node_has_its_section() -> None:
    """A node type that is added to the language cannot stay without a truth table."""
    nodes = {
        node for node in vars(predicates_module).values() if isinstance(node, type) and issubclass(node, Predicate)
    }
    assert {section.node for section in spec.SECTIONS} == (nodes - {Predicate}) | {Exemption}
    for section in spec.SECTIONS:
        used = {type(node) for example in section.examples for node in walk(spec.built(example))}
        assert section.node in used or section.node is Exemption


def features(node: Predicate) -> Iterator[object]:
    if isinstance(node, Quantified):
        yield node.quantifier
    if isinstance(node, Comparison):
        yield node.operator
        if isinstance(node.measure, Elapsed):
            unit = node.measure.unit
            yield (unit, node.operator if unit is ElapsedUnit.AGE else None)


def test_every_operator_unit_and_quantifier_has_a_table_with_each_truth() -> None:
    """Each sign, each way of counting and each quantifier is shown true, false and unknown."""
    shown: dict[object, set[Truth]] = {}
    for example, _, truth in CASES:
        for node in walk(spec.built(example)):
            for feature in features(node):
                shown.setdefault(feature, set()).add(truth)
    wanted: set[object] = {*Operator, *Quantifier, (ElapsedUnit.MONTHS, None), (ElapsedUnit.DAYS, None)}
    wanted |= {(ElapsedUnit.AGE, operator) for operator in Operator}
    assert set(shown) == wanted
    assert all(truths == set(Truth) for truths in shown.values())
