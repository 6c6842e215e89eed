"""Can every part of a policy be written to a file, and read back as the same?

A tree built in Python can hold what no file can: a list without choices, a threshold that is no whole number, a text of
blanks. It checks the parts as they stand and knows nothing of what they mean together.
"""

import re
from collections.abc import Iterator
from typing import Any

from careprogram.language import Text
from careprogram.rules.overrides import every_clause, every_definition, every_parameter
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Is,
    Not,
    OneOf,
    Predicate,
    Quantified,
    definitions_in,
    inside_of,
    walk,
)
from careprogram.rules.shortcomings import DEEPEST, LARGEST, PART_ZH, Shortcoming

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def writing_problems(policy: Policy) -> Iterator[Shortcoming]:
    """Yield what no policy file could hold."""
    for what, name, text in _texts(policy):
        if not text.strip() or _LONE_SURROGATE.search(text):
            zh = f"{PART_ZH[what]}“{name}”有空白或写不出的文字：写上读者能懂的内容"
            en = f"{what} {name!r} has a text that is empty or cannot be written: write something a reader understands"
            yield Shortcoming((what, name), Text(zh, en))
    for clause in every_clause(policy):
        rules = [clause.when, *(exempt.when for exempt in clause.exceptions)]
        rules += [definition.when for rule in rules for definition in definitions_in(rule)]
        if any(_depth(rule) > DEEPEST for rule in rules):
            zh = f"条款“{clause.id}”嵌套太深，没有人读得懂：给里面的条件起名称"
            en = f"clause {clause.id!r} is nested too deeply to be read: give its inner conditions names"
            yield Shortcoming(("clause", clause.id), Text(zh, en))
        for message in dict.fromkeys(filter(None, (_wrong_node(node) for rule in rules for node in walk(rule)))):
            about = Text(f"条款“{clause.id}”：{message.zh}", f"clause {clause.id!r} {message.en}")
            yield Shortcoming(("clause", clause.id), about)


def _texts(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Yield every text a reader sees, with the kind and name of its part; `wholeness` looks at citations of clauses."""
    titled: list[tuple[str, str, Text | None]] = [("policy", policy.id, policy.title)]
    titled += [("category", category.id, category.title) for category in policy.categories]
    for clause in every_clause(policy):
        titled += [("clause", clause.id, clause.text)]
        titled += [("exception", exempt.id, exempt.text) for exempt in clause.exceptions]
    for parameter in (*every_parameter(policy), *(p for override in policy.overrides for p in override.parameters)):
        titled += [("parameter", parameter.name, parameter.label), ("parameter", parameter.name, parameter.unit)]
        yield from (("parameter", parameter.name, dated.source) for dated in parameter.values)
    titled += [("definition", definition.name, definition.label) for definition in every_definition(policy)]
    titled += [("override", override.jurisdiction, override.text) for override in policy.overrides]
    yield "policy", policy.id, policy.citation
    yield "policy", policy.id, policy.jurisdiction or "-"
    for what, name, text in titled:
        if text is not None:
            yield what, name, text.zh
            yield what, name, text.en


def _wrong_node(node: Predicate) -> Text | None:
    """Say what is wrong with *node* itself, or nothing."""
    match node:
        case OneOf(members=members):
            if not members or len(set(members)) < len(members) or not all(map(node.fact.of_kind, members)):
                zh = f"“{node.fact.name}”要在它自己的选项里列出至少一个，且不重复"
                return Text(zh, f"has to list at least one choice of {node.fact.name!r}, each once")
        case Is():
            expected: Any = node.expected
            if isinstance(expected, bool):
                return None
            return Text(
                f"“{node.fact.name}”只能是 True 或 False", f"asks {node.fact.name!r} for neither True nor False"
            )
        case Comparison(bound=bound):
            return _wrong_bound(bound)
    return None


def _wrong_bound(bound: Any) -> Text | None:
    if isinstance(bound, Parameter):
        return None
    if isinstance(bound, bool) or not isinstance(bound, int):
        return Text("阈值不是整数", "has a threshold that is no whole number")
    return (
        Text("有太大的数：没有这样的阈值", "has a number too large for a threshold") if abs(bound) > LARGEST else None
    )


def _depth(rule: Predicate) -> int:
    """Return how deep `not` and brackets stand in each other in the text of *rule*."""
    match rule:
        case Definition():
            return 1
        case All() | AnyOf():
            return max(_depth(part) + (isinstance(rule, All) and isinstance(part, AnyOf)) for part in rule.parts)
        case Not():
            return 1 + _depth(rule.part) + isinstance(rule.part, All | AnyOf)
        case Quantified():
            return 1 + _depth(rule.when)
        case _:
            return 1 + max(map(_depth, inside_of(rule)), default=0)
