"""How is a policy kept in a file?

The text is canonical: equal policies give equal text, and `read_policy` gives the same policy back.
"""

import datetime as dt
import enum
from collections.abc import Iterator

from careprogram.language import Text
from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Clause, Exemption, Policy
from careprogram.rules.predicates import Predicate
from careprogram.rules.written import write_expression

FORMAT = 1
"""The version of the file format that this module writes."""

_LONG = 90


def policy_to_toml(policy: Policy) -> str:
    """Return *policy* as the text of a policy file.

    Examples:
        A file written, read and written again is the same text: see ``docs/reference/policy-files.md``.
    """
    return "\n".join(_policy_lines(policy)) + "\n"


def _policy_lines(policy: Policy) -> Iterator[str]:
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
    for period in policy.effective:
        yield from ("", "[[effective]]")
        yield from _days(since=period.since, until=period.until)
    if policy.ages != AgeRule():
        leap_day, turns = policy.ages.leap_day, policy.ages.turns
        yield from ("", "[ages]", f"leap_day = {_code(leap_day)}", f"turns = {_code(turns)}")
    for parameter in policy.parameters:
        yield from _parameter_lines(parameter)
    for definition in policy.definitions:
        yield from ("", f"[definitions.{definition.name}]", f"label = {_text(definition.label)}")
        yield _rule(definition.when)
    for requirement in policy.requirements:
        yield from _clause_lines("requirements", requirement)
    for category in policy.categories:
        yield from ("", "[[categories]]", f"id = {_quoted(category.id)}", f"tier = {category.tier}")
        yield f"title = {_text(category.title)}"
        for clause in category.clauses:
            yield from _clause_lines("categories.clauses", clause)


def _parameter_lines(parameter: Parameter) -> Iterator[str]:
    yield from ("", f"[parameters.{parameter.name}]", f"label = {_text(parameter.label)}")
    if parameter.unit is not None:
        yield f"unit = {_text(parameter.unit)}"
    for dated in parameter.values:
        yield from ("", f"[[parameters.{parameter.name}.values]]")
        yield from _days(since=dated.since)
        yield f"value = {dated.value}"
        yield f"source = {_quoted(dated.source)}"


def _clause_lines(table: str, clause: Clause | Exemption) -> Iterator[str]:
    yield from ("", f"[[{table}]]", f"id = {_quoted(clause.id)}", f"citation = {_quoted(clause.citation)}")
    yield f"text = {_text(clause.text)}"
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


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
