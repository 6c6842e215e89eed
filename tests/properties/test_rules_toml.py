"""Policy files and rules, round and round, by random search."""

import random
import tomllib

import attrs
import pytest
import rules_kit as kit
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import PolicyError
from careprogram.rules import Definition, policy_to_toml, read_policy
from careprogram.rules.files.expression import Vocabulary, read_expression
from careprogram.rules.files.lines import LineMap
from careprogram.rules.files.shape import POLICY, Kind
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Is,
    Known,
    Not,
    OneOf,
    Quantified,
    definitions_in,
    parameters_in,
    walk,
)
from careprogram.rules.written import write_expression
from careprogram.testing.random_rules import random_policy


@st.composite
def relabelled(draw):
    """Draw a policy with everything a file can hold; what a place changes may have labels of its own."""
    policy = draw(kit.policies(texts=kit.texts, groups=True, variants=True))
    overrides = []
    for override in policy.overrides:
        labels = [draw(st.just(parameter.label) | kit.texts) for parameter in override.parameters]
        named = zip(override.parameters, labels, strict=True)
        units = {parameter.name: parameter.unit for parameter in policy.parameters}
        given = tuple(attrs.evolve(p, label=label, unit=units[p.name]) for p, label in named)
        overrides.append(attrs.evolve(override, parameters=given))
    return attrs.evolve(policy, overrides=tuple(overrides))


@given(kit.predicates(max_leaves=12, groups=True))
def test_a_rule_written_and_read_is_the_same_tree(rule):
    """No bracket is lost, on one line or wrapped over several."""
    vocabulary = Vocabulary(
        facts=kit.Facts.facts(),
        parameters={p.name: p for p in parameters_in(rule)},
        definitions={d.name: d for d in definitions_in(rule)},
    )
    for wrap in (False, True):
        expression = read_expression(write_expression(rule, wrap=wrap), vocabulary)
        assert expression.problems == ()
        assert expression.predicate == rule


@given(relabelled())
def test_a_policy_file_written_and_read_is_the_same_policy(policy):
    """Groups, stages, places, days, sources, quotes and control characters survive; the text is canonical."""
    text = policy_to_toml(policy)
    again = read_policy(text, kit.Facts, name="random.toml", proofs=False)
    assert again == policy
    assert policy_to_toml(again) == text


@given(kit.policies(texts=kit.texts, groups=True, variants=True))
def test_the_line_of_every_clause_is_found(policy):
    """Where a search finds the id of a clause, the line map says the clause is."""
    text = policy_to_toml(policy)
    lines, written = LineMap(text), text.split("\n")
    paths = [("requirements", at) for at in range(len(policy.requirements))]
    paths += [
        ("categories", at, "clauses", inner)
        for at, category in enumerate(policy.categories)
        for inner in range(len(category.clauses))
    ]
    for clause, path in zip(policy.clauses, paths, strict=True):
        assert written[lines.line((*path, "id")) - 1] == f'id = "{clause.id}"'
        assert written[lines.line((*path, "when")) - 1].startswith("when = ")
        for at, exemption in enumerate(clause.exceptions):
            assert written[lines.line((*path, "exceptions", at, "id")) - 1] == f'id = "{exemption.id}"'
    for parameter in policy.parameters:
        for at, dated in enumerate(parameter.values):
            line = lines.line(("parameters", parameter.name, "values", at, "value"))
            assert written[line - 1] == f"value = {dated.value}"
    for place, override in enumerate(policy.overrides):
        path = ("overrides", place)
        assert written[lines.line((*path, "jurisdiction")) - 1] == f'jurisdiction = "{override.jurisdiction}"'
        for at, clause in enumerate(override.clauses):
            assert written[lines.line((*path, "clauses", at, "id")) - 1] == f'id = "{clause.id}"'
        for parameter in override.parameters:
            for at, dated in enumerate(parameter.values):
                line = lines.line((*path, "parameters", parameter.name, "values", at, "value"))
                assert written[line - 1] == f"value = {dated.value}"


@given(kit.policies(groups=True, variants=True), st.data())
def test_a_damaged_file_is_refused_by_name_and_line_or_still_read(policy, data):
    """Cutting a piece out of a file never gives anything but a policy or findings within the file."""
    text = policy_to_toml(policy)
    start = data.draw(st.integers(0, len(text)))
    damaged = text[:start] + text[start + data.draw(st.integers(1, 30)) :]
    problems = _findings(damaged)
    assert all(1 <= problem.line <= damaged.count("\n") + 2 for problem in problems)
    assert all(str(problem).startswith("damaged.toml:") for problem in problems)


def _findings(text):
    try:
        read_policy(text, kit.Facts, name="damaged.toml", proofs=False)
    except PolicyError as error:
        return error.problems or pytest.fail("a refusal without a finding")
    return ()


def test_random_policies_hold_everything_a_file_can_hold():
    """Every kind of condition, every key of the file's shape and every choice is among the random policies."""
    keys, nodes = set(), set()
    rng = random.Random(7)
    for _ in range(150):
        policy = random_policy(rng, kit.Facts, variants=True)
        keys |= set(_keys(tomllib.loads(policy_to_toml(policy)), POLICY))
        nodes |= {type(node) for clause in policy.clauses for node in walk(clause.condition)}
    every = {(shape.name, key.name) for shape in _shapes(POLICY) for key in shape.keys}
    assert every - keys == {("overridden", "label")}  # drawn by `relabelled`
    assert nodes == {All, AnyOf, Comparison, Definition, Is, Known, Not, OneOf, Quantified}


def _shapes(shape):
    yield shape
    for key in shape.keys:
        if key.shape:
            yield from _shapes(key.shape)


def _keys(table, shape):
    for key in shape.keys:
        if key.name in table:
            yield shape.name, key.name
            below = table[key.name]
            inner = below if isinstance(below, list) else below.values() if key.kind is Kind.NAMED else [below]
            for entry in inner if key.shape else ():
                yield from _keys(entry, key.shape)
