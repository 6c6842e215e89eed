"""How is a condition told to somebody who reads no rule language?

An atom becomes one line, `and` and `or` become a list with the parts indented under it, with the number that a
threshold has on the day asked about. The file keeps the rule; this only tells it, and nothing reads it back.
"""

import datetime as dt
from collections.abc import Iterator

from careprogram.errors import PolicyError
from careprogram.language import Language, Text
from careprogram.rules.cutoffs import ElapsedUnit
from careprogram.rules.facts import choice_text
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Predicate,
    Quantified,
    Quantifier,
)

STEP = "    "
"""How far the parts of a condition are indented under it."""

_ALL, _ANY = Text("以下全部符合", "all of these hold"), Text("以下至少一项符合", "at least one of these holds")
_NOT_ALL = Text("以下不全符合", "not all of these hold")
_NOT_ANY = Text("以下均不符合", "none of these holds")
_OTHER = Text("不是", "not ")
_NOT, _KNOWN = Text("并非：", "not: "), Text("已查明", "known")
_YES, _NO = Text("是", "yes"), Text("否", "no")
_MEMBERS = {
    Quantifier.ANY: Text("（至少一人）", " (at least one of them)"),
    Quantifier.ALL: Text("（每一人）", " (every one of them)"),
}
_COUNTED = {
    Operator.LESS: Text("不满{}", "under {}"),
    Operator.AT_MOST: Text("不超过{}", "at most {}"),
    Operator.EQUAL: Text("恰为{}", "exactly {}"),
    Operator.AT_LEAST: Text("满{}", "at least {}"),
    Operator.MORE: Text("超过{}", "more than {}"),
}
_NUMBERED = _COUNTED | {
    Operator.LESS: Text("小于{}", "under {}"),
    Operator.AT_LEAST: Text("不低于{}", "at least {}"),
}
_UNITS = {
    ElapsedUnit.AGE: (Text("{}周岁", "{} years"), Text("{}周岁", "{} year")),
    ElapsedUnit.MONTHS: (Text("{}个月", "{} months"), Text("{}个月", "{} month")),
    ElapsedUnit.DAYS: (Text("{}天", "{} days"), Text("{}天", "{} day")),
}
_COLON = {"zh": "：", "en": ": "}


def condition_lines(predicate: Predicate, *, as_of: dt.date, language: Language = "zh") -> Iterator[str]:
    """Yield *predicate* in words, a line for each condition, the parts of a list indented under it.

    Args:
        predicate: The rule.
        as_of: The day whose thresholds are shown.
        language: Chinese unless asked otherwise.
    """
    match predicate:
        case All() | AnyOf():
            yield from _listed(_ALL if isinstance(predicate, All) else _ANY, predicate, as_of, language)
        case Not(part=All() | AnyOf() as inner):
            yield from _listed(_NOT_ALL if isinstance(inner, All) else _NOT_ANY, inner, as_of, language)
        case Not(part=OneOf() as inner):
            yield _one_of(inner, language, _OTHER.in_(language))
        case Not():
            first, *rest = condition_lines(predicate.part, as_of=as_of, language=language)
            yield _NOT.in_(language) + first
            yield from rest
        case Quantified():
            who = f"{predicate.group.label.in_(language)}{_MEMBERS[predicate.quantifier].in_(language)}"
            yield f"{who}{_COLON[language]}".rstrip()
            yield from (STEP + line for line in condition_lines(predicate.when, as_of=as_of, language=language))
        case _:
            yield _atom(predicate, as_of, language)


def _listed(heading: Text, joined: All | AnyOf, as_of: dt.date, language: Language) -> Iterator[str]:
    yield f"{heading.in_(language)}{_COLON[language]}".rstrip()
    for part in joined.parts:
        yield from (STEP + line for line in condition_lines(part, as_of=as_of, language=language))


def _atom(predicate: Predicate, as_of: dt.date, language: Language) -> str:
    match predicate:
        case Definition():
            quotes = "“{}”" if language == "zh" else "'{}'"
            return quotes.format(predicate.label.in_(language))
        case Is():
            label, said = predicate.fact.label, _YES if predicate.expected else _NO
            return label.in_(language) + _COLON[language] + said.in_(language)
        case OneOf():
            return _one_of(predicate, language)
        case Known():
            return predicate.fact.label.in_(language) + _COLON[language] + _KNOWN.in_(language)
        case Comparison():
            return _compared(predicate, as_of, language)
        case _:
            raise TypeError(f"rules are made of the nodes in predicates, not of {type(predicate).__name__}")


def _one_of(predicate: OneOf, language: Language, before: str = "") -> str:
    codes = [choice_text(member).in_(language) for member in predicate.members]
    return predicate.fact.label.in_(language) + _COLON[language] + before + either(codes, language)


def either(words: list[str], language: Language) -> str:
    """Return *words* as one of which any will do.

    Examples:
        >>> either(["away", "missing", "dead"], "en")
        'away, missing or dead'
    """
    if len(words) == 1:
        return words[0]
    comma, last = ("、", "或") if language == "zh" else (", ", " or ")
    return comma.join(words[:-1]) + last + words[-1]


def _compared(comparison: Comparison, as_of: dt.date, language: Language) -> str:
    bound, measure = comparison.bound, comparison.measure
    number: int | str = bound if isinstance(bound, int) else _in_force(bound, as_of)
    if isinstance(measure, Elapsed):
        many, one = _UNITS[measure.unit]
        told = (one if number == 1 else many).in_(language).format(number)
        label, sign = measure.fact.label, _COUNTED[comparison.operator]
    else:
        told, label, sign = str(number), measure.label, _NUMBERED[comparison.operator]
    named = f" [{bound.name}]" if isinstance(bound, Parameter) else ""
    return f"{label.in_(language)}{_COLON[language]}{sign.in_(language).format(told)}{named}"


def _in_force(parameter: Parameter, as_of: dt.date) -> int | str:
    try:
        return parameter.on(as_of)
    except PolicyError:
        return "?"
