"""What does a person say about a child, to try a policy on it?

Answers come as ``fact=value`` or as a TOML or JSON file with the names of the facts as keys. All mistakes are told at
once, by the name of the fact; what was answered is never repeated.
"""

import datetime as dt
import json
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from careprogram.cli.policy_source import policy_text
from careprogram.eligibility import ChildFacts
from careprogram.errors import PolicyError, ValidationError
from careprogram.language import Language, Text
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    DateFact,
    Fact,
    FactSchema,
    FactValue,
    FactValues,
    GroupFact,
    IntFact,
    Policy,
    walk,
)
from careprogram.rules.facts import choice_text
from careprogram.rules.files.tokens import closest
from careprogram.rules.predicates import Quantified, facts_in
from careprogram.unknown import UNKNOWN

_YES, _NO = {"true", "yes", "是", "有"}, {"false", "no", "否", "无"}
_UNKNOWN = {"unknown", "?", "", "不详", "未知", "不清楚"}


def read_facts(
    given: Iterable[str],
    file: Path | None,
    *,
    as_of: dt.date,
    language: Language,
    schema: type[FactSchema] = ChildFacts,
) -> FactValues:
    """Return the answers *given* as ``fact=value``, over those of *file*.

    Raises:
        ValidationError: An answer cannot be understood; every one is named.
        PolicyError: The file cannot be read.
    """
    reader = _AnswerReader(as_of)
    answers = reader.table(_file(file, language), schema) if file else {}
    spoken: dict[str, object] = {}
    for word in given:
        name, equals, value = unicodedata.normalize("NFKC", word).partition("=")
        if not equals:
            reader.problems.append(
                Text(f"{name}：请写成 事实=答案，例如 registration_kind=rural", f"{name}: write it as fact=value")
            )
            continue
        if name.strip() in spoken:
            reader.problems.append(Text(f"{name}：写了两次", f"{name}: is given twice"))
        spoken[name.strip()] = value
    answers |= reader.table(spoken, schema)
    if reader.problems:
        raise ValidationError("\n".join(one.in_(language) for one in reader.problems), reason="facts")
    return schema.values(answers)


def _file(file: Path, language: Language) -> Mapping[str, object]:
    text = policy_text(file, language)
    try:
        table = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):  # both decoders raise kinds of ValueError
        why = Text("既不是 TOML 也不是 JSON", "this is neither TOML nor JSON")
        raise PolicyError(f"{file}: {why.in_(language)}") from None
    return dict(table)


def _choose_from(facts: Mapping[str, Fact]) -> tuple[str, str]:
    return f"；可写：{'、'.join(facts)}", f"; choose from {', '.join(facts)}"


class _AnswerReader:
    """Reads answers and collects what cannot be understood."""

    def __init__(self, as_of: dt.date) -> None:
        self.as_of = as_of
        self.problems: list[Text] = []

    def table(self, table: Mapping[str, object], schema: type[FactSchema], within: str = "") -> dict[str, FactValue]:
        """Return the answers of *table* by fact."""
        facts = schema.facts()
        found: dict[str, FactValue] = {}
        for name, answer in table.items():
            fact = facts.get(name)
            if fact is None:
                meant = closest(name, facts)
                zh, en = (f"；是不是 {meant}？", f"; did you mean {meant}?") if meant else _choose_from(facts)
                self.problems.append(Text(f"{within}{name}：没有这个事实{zh}", f"{within}{name}: no such fact{en}"))
                continue
            value = self.value(fact, answer)
            if value is None:
                wanted = allowed(fact)
                self.problems.append(
                    Text(f"{within}{name}：答案应为{wanted.zh}", f"{within}{name}: the answer should be {wanted.en}")
                )
            elif isinstance(value, dt.date) and value > self.as_of:
                late = Text(f"{within}{name}：晚于 {self.as_of}", f"{within}{name}: lies after {self.as_of}")
                self.problems.append(late)
            else:
                found[name] = value
        return found

    def value(self, fact: Fact, answer: object) -> FactValue | None:
        """Return *answer* as an answer to *fact*, or None if it is none."""
        if isinstance(fact, GroupFact):
            return self.members(fact, answer)
        value = _from_text(fact, answer) if isinstance(answer, str) else answer
        return value if value is not None and fact.accepts(value) else None  # type: ignore[return-value]

    def members(self, fact: GroupFact, answer: object) -> FactValue | None:
        """Return the members of a group, each as its answers."""
        if isinstance(answer, str):
            return UNKNOWN if answer.strip().casefold() in _UNKNOWN else () if answer in {"none", "无"} else None
        if not isinstance(answer, list) or not all(isinstance(member, dict) for member in answer):
            return None
        return tuple(
            self.table(member, fact.members, within=f"{fact.name}[{at}].") for at, member in enumerate(answer, start=1)
        )


def _from_text(fact: Fact, text: str) -> object | None:
    word = unicodedata.normalize("NFKC", text).strip()
    # The choices come before "unknown": a fact may have a choice of that meaning.
    if isinstance(fact, ChoiceFact):
        for member in fact.members:
            label = choice_text(member)
            names = (unicodedata.normalize("NFKC", name).casefold() for name in (member.value, label.zh, label.en))
            if word.casefold() in names:
                found: object = member
                return found
    if isinstance(fact, BoolFact) and word.casefold() in _YES | _NO:
        return word.casefold() in _YES
    if word.casefold() in _UNKNOWN:
        return UNKNOWN
    try:
        if isinstance(fact, IntFact):
            return int(word) if len(word) < 12 else None
        return dt.date.fromisoformat(word) if isinstance(fact, DateFact) else None
    except ValueError:
        return None


def allowed(fact: Fact) -> Text:
    """Return which answers *fact* takes."""
    match fact:
        case BoolFact():
            return Text("是或否", "yes or no")
        case ChoiceFact():
            return Text("、".join(fact.codes) + "之一", "one of " + ", ".join(fact.codes))
        case DateFact():
            return Text("日期，如 2016-03-01", "a date such as 2016-03-01")
        case IntFact():
            limits = "–".join(str(limit) for limit in _limits(fact))
            return Text(f"整数{limits}", f"a whole number {limits}".rstrip())
        case _:
            return Text(
                "成员列表（写在 --facts 文件里），没有人写 none", "a list of members (in a --facts file), or none"
            )


def how_to_answer(policy: Policy) -> Mapping[str, Text]:
    """Return by the name of each fact of *policy*, and of each of a member, how a person writes its answer here."""
    found = {}
    for fact in policy.facts:
        if not isinstance(fact, GroupFact):
            zh, en = _words(fact)
            found[fact.name] = Text(f"{fact.name}=…（{zh}）", f"{fact.name}=… ({en})")
            continue
        asked = list(dict.fromkeys(_of_members(policy, fact)))
        found[fact.name] = Text(
            f"在 --facts 文件里，每人一段 [[{fact.name}]]，写明 {'、'.join(asked)}；一个人也没有，写 {fact.name}=无",
            f"in a --facts file, [[{fact.name}]] for each, with {', '.join(asked)}; for nobody, {fact.name}=none",
        )
        for name, member in fact.members.facts().items():
            zh, en = _words(member)
            zh, en = f"--facts 文件 [[{fact.name}]] 里 {name} = …（{zh}）", f"{name} = … under [[{fact.name}]] ({en})"
            found[f"{fact.name}.{name}"] = Text(zh, en)
    return found


def _words(fact: Fact) -> tuple[str, str]:
    wanted = allowed(fact)
    zh = "、".join(choice_text(one).zh for one in fact.members) + "之一" if isinstance(fact, ChoiceFact) else wanted.zh
    return zh, wanted.en


def _of_members(policy: Policy, group: GroupFact) -> Iterator[str]:
    for clause in policy.clauses:
        for node in walk(clause.condition):
            if isinstance(node, Quantified) and node.group.name == group.name:
                yield from (fact.name for fact in facts_in(node.when))


def _limits(fact: IntFact) -> Iterator[int]:
    yield from (limit for limit in (fact.minimum, fact.maximum) if limit is not None)
