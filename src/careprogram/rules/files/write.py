"""How is a policy kept in a file?

The text is canonical: equal policies give equal text, and `read_policy` gives the same policy back.
"""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping

from careprogram.language import Text
from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.files.shape import FORMAT
from careprogram.rules.overrides import every_definition, every_parameter
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Clause, Exemption, Override, Period, Policy, Stage
from careprogram.rules.predicates import Definition, Predicate
from careprogram.rules.written import write_expression

_LONG = 90


def policy_to_toml(policy: Policy) -> str:
    """Return *policy* as the text of a policy file.

    Examples:
        A file written, read and written again is the same text: see ``docs/reference/policy-files.md``.
    """
    return "\n".join(_policy_lines(policy)) + "\n"


def _policy_lines(policy: Policy) -> Iterator[str]:
    yield from _head_lines(policy)
    for parameter in every_parameter(policy):
        yield from _parameter_lines(parameter)
    for definition in every_definition(policy):
        yield from _definition_lines(definition)
    for requirement in policy.requirements:
        yield from _clause_lines("requirements", requirement)
    for category in policy.categories:
        yield from ("", "[[categories]]", f"id = {_quoted(category.id)}", f"tier = {category.tier}")
        yield f"title = {_text(category.title)}"
        for clause in category.clauses:
            yield from _clause_lines("categories.clauses", clause)
    for override in policy.overrides:
        yield from _override_lines(override, {parameter.name: parameter for parameter in every_parameter(policy)})


def _head_lines(policy: Policy) -> Iterator[str]:
    yield f"format = {FORMAT}"
    yield f"id = {_quoted(policy.id)}"
    yield f"title = {_text(policy.title)}"
    yield f"citation = {_quoted(policy.citation)}"
    if policy.jurisdiction:
        yield f"jurisdiction = {_quoted(policy.jurisdiction)}"
    if policy.sensitive:
        yield "sensitive = true"
    if not policy.on_by_default:
        yield "on_by_default = false"
    for key, policies in (("requires", policy.requires), ("excludes", policy.excludes)):
        if policies:
            yield f"{key} = {_ids(policies)}"
    if policy.exclusive:
        yield f"exclusive = [{', '.join(map(_ids, policy.exclusive))}]"
    for period in policy.effective if policy.effective != (Period(),) else ():
        yield from ("", "[[effective]]")
        yield from _days(since=period.since, until=period.until)
    if policy.ages != AgeRule():
        leap_day, turns = policy.ages.leap_day, policy.ages.turns
        yield from ("", "[ages]", f"leap_day = {_code(leap_day)}", f"turns = {_code(turns)}")


def _parameter_lines(parameter: Parameter) -> Iterator[str]:
    yield from ("", f"[parameters.{parameter.name}]", f"label = {_text(parameter.label)}")
    if parameter.unit is not None:
        yield f"unit = {_text(parameter.unit)}"
    yield from _value_lines(f"parameters.{parameter.name}", parameter)


def _value_lines(table: str, parameter: Parameter) -> Iterator[str]:
    for dated in parameter.values:
        yield from ("", f"[[{table}.values]]")
        yield from _days(since=dated.since)
        yield f"value = {dated.value}"
        yield f"source = {_quoted(dated.source)}"


def _definition_lines(definition: Definition) -> Iterator[str]:
    yield from ("", f"[definitions.{definition.name}]", f"label = {_text(definition.label)}")
    if definition.group is not None:
        yield f"of = {_quoted(definition.group.name)}"
    yield _rule(definition.when)


def _override_lines(override: Override, replaced: Mapping[str, Parameter]) -> Iterator[str]:
    yield from ("", "[[overrides]]", f"jurisdiction = {_quoted(override.jurisdiction)}")
    yield from (f"citation = {_quoted(override.citation)}", f"text = {_text(override.text)}")
    for parameter in override.parameters:
        table = f"overrides.parameters.{parameter.name}"
        yield from ("", f"[{table}]")
        if parameter.label != replaced[parameter.name].label:
            yield f"label = {_text(parameter.label)}"
        yield from _value_lines(table, parameter)
    for clause in override.clauses:
        yield from _clause_lines("overrides.clauses", clause)


def _clause_lines(table: str, clause: Clause | Exemption) -> Iterator[str]:
    yield from ("", f"[[{table}]]", f"id = {_quoted(clause.id)}", f"citation = {_quoted(clause.citation)}")
    yield f"text = {_text(clause.text)}"
    if isinstance(clause, Clause) and clause.stage is not Stage.ALWAYS:
        yield f"stage = {_code(clause.stage)}"
    yield _rule(clause.when)
    if isinstance(clause, Clause):
        for exemption in clause.exceptions:
            yield from _clause_lines(f"{table}.exceptions", exemption)


def _days(**days: dt.date | None) -> Iterator[str]:
    for key, day in days.items():
        if day is not None:
            yield f"{key} = {day.isoformat()}"


def _rule(predicate: Predicate) -> str:
    line = write_expression(predicate)
    if len(line) <= _LONG:
        return f'when = "{line}"'
    return "when = '''\n" + write_expression(predicate, wrap=True) + "\n'''"


def _text(text: Text) -> str:
    return f"{{ zh = {_quoted(text.zh)}, en = {_quoted(text.en)} }}"


def _code(member: enum.Enum) -> str:
    return _quoted(str(member.value))


def _ids(ids: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, ids))}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
