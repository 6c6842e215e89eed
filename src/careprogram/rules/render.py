"""How is a verdict told to the person who has to act on it?

A village child director reads the answer, the clause and its citation, the facts it rests on, the thresholds in force
that day, what is still to be asked, and when to look again. No name, number, address or date of birth is ever printed.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import attrs

from careprogram.language import Language, Text
from careprogram.rules.facts import GroupFact
from careprogram.rules.policy import Policy
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import (
    ClauseFinding,
    Determination,
    Explanation,
    ThresholdInForce,
    Verdict,
    VerdictReport,
)

_HEADINGS = {
    "verdict": Text("结论", "Verdict"),
    "category": Text("类别", "Category"),
    "tier": Text("第{}档", "tier {}"),
    "clauses": Text("依据条款", "Clauses"),
    "facts": Text("依据事实", "Facts relied on"),
    "thresholds": Text("当日有效的标准", "Thresholds in force that day"),
    "missing": Text("还需核实（答案可能改变结论）", "Still to be asked (each answer may decide)"),
    "open": Text("可能属于", "May also belong to"),
    "next": Text("下次需复核", "Look again on"),
    "never": Text("在现有事实不变的情况下无", "never, as long as the facts stay as they are"),
    "since": Text("自{}起", "since {}"),
    "as_of": Text("截至{}", "as of {}"),
    "exemption": Text("例外", "exception"),
    "failed": Text("未能判断的条款", "Clauses that could not be evaluated"),
    "unreadable": Text("无法读取的事实", "Facts that could not be read"),
    "future": Text("日期晚于基准日、按未知处理的事实", "Facts whose date lies after that day and counts as unknown"),
    "still to come": Text("所填日期晚于基准日", "the date given lies after that day"),
}
_NOTHING: Mapping[str, Text] = MappingProxyType({})
_TRUTHS = {
    Truth.TRUE: Text("符合", "holds"),
    Truth.FALSE: Text("不符合", "does not hold"),
    Truth.UNKNOWN: Text("待定", "open"),
}


@attrs.frozen
class _Marks:
    """How a language sets its punctuation."""

    colon: str
    comma: str
    opening: str
    closing: str
    semicolon: str
    before_unit: str

    def aside(self, text: str) -> str:
        return f"{self.opening}{text}{self.closing}"


_MARKS = {"zh": _Marks("：", "，", "（", "）", "；", ""), "en": _Marks(": ", ", ", " (", ")", "; ", " ")}


def render_verdict(
    verdict: Verdict | VerdictReport,
    policy: Policy,
    language: Language = "zh",
    *,
    ask: Mapping[str, Text] = _NOTHING,
) -> str:
    """Return *verdict* as a few lines of text for a person.

    Args:
        verdict: The verdict, fresh or kept.
        policy: The policy that gave it.
        language: Chinese unless asked otherwise.
        ask: By the name of a fact how it is to be answered; told behind each fact that is still to be asked.

    Raises:
        ValueError: The verdict is of another policy.
    """
    if verdict.policy != policy.id:
        raise ValueError(
            f"the verdict is of policy {verdict.policy!r}, not of {policy.id!r}: pass the policy it came from"
        )
    return "\n".join(_lines(verdict, policy, language, ask))


def _lines(
    verdict: Verdict | VerdictReport, policy: Policy, language: Language, ask: Mapping[str, Text]
) -> Iterator[str]:
    marks, colon = _MARKS[language], _MARKS[language].colon

    def heading(key: str) -> str:
        return _HEADINGS[key].in_(language)

    titles = {category.id: category.title.in_(language) for category in policy.categories}
    labels = _labels(policy, language)
    as_of = heading("as_of").format(verdict.as_of.isoformat())
    yield f"{policy.title.in_(language)}{marks.aside(policy.citation)}{marks.comma}{as_of}"
    yield f"{heading('verdict')}{colon}{verdict.determination.label(language)}"
    for category in policy.categories:
        if category.id in verdict.categories:
            tier = heading("tier").format(category.tier)
            yield f"{heading('category')}{colon}{titles[category.id]}{marks.aside(tier)}"
    if verdict.open_categories and verdict.determination is not Determination.INELIGIBLE:
        yield f"{heading('open')}{colon}{marks.semicolon.join(titles[each] for each in verdict.open_categories)}"
    yield from _explained(verdict.explanation, labels, language)
    if verdict.missing:
        yield f"{heading('missing')}{colon}".rstrip()
        of_future = {name.partition(".")[0] for name in verdict.explanation.future}
        hint = marks.aside(heading("still to come"))
        for name in verdict.missing:
            how = f"{colon}{ask[name].in_(language)}" if name in ask else ""
            yield f"  - {labels[name]}{hint if name in of_future else ''}{how}"
    yield f"{heading('next')}{colon}{verdict.next_change.isoformat() if verdict.next_change else heading('never')}"


def _explained(explanation: Explanation, labels: Mapping[str, str], language: Language) -> Iterator[str]:
    colon = _MARKS[language].colon
    parts = (
        ("clauses", [_clause(finding, language) for finding in explanation.clauses]),
        ("facts", [f"{fact.label.in_(language)}{colon}{fact.value.in_(language)}" for fact in explanation.facts]),
        ("thresholds", [_threshold(threshold, language) for threshold in explanation.thresholds]),
        ("failed", list(explanation.failed)),
        ("unreadable", [labels[name] for name in explanation.unreadable]),
        ("future", [labels[name] for name in explanation.future]),
    )
    for key, entries in parts:
        if entries:
            yield f"{_HEADINGS[key].in_(language)}{colon}".rstrip()
            yield from (f"  - {entry}" for entry in entries)


def _labels(policy: Policy, language: Language) -> Mapping[str, str]:
    """Return what each fact is called, those of members after their group."""
    labels = {fact.name: fact.label.in_(language) for fact in policy.facts}
    for group in policy.facts:
        if isinstance(group, GroupFact):
            of_group = f"{labels[group.name]}{_MARKS[language].colon}"
            members = group.members.facts().items()
            labels.update((f"{group.name}.{name}", of_group + fact.label.in_(language)) for name, fact in members)
    return labels


def _threshold(threshold: ThresholdInForce, language: Language) -> str:
    marks = _MARKS[language]
    unit = f"{marks.before_unit}{threshold.unit.in_(language)}" if threshold.unit else ""
    since = _HEADINGS["since"].in_(language).format(threshold.since.isoformat()) if threshold.since else ""
    source = f"{since}{marks.semicolon}{threshold.source}" if since else threshold.source
    return f"{threshold.label.in_(language)}{marks.colon}{threshold.value}{unit}{marks.aside(source)}"


def _clause(finding: ClauseFinding, language: Language) -> str:
    marks, said = _MARKS[language], _TRUTHS[finding.truth].in_(language)
    told = f"[{finding.id}] {finding.text.in_(language)}{marks.colon}{said}{marks.aside(finding.citation)}"
    exception = f"{marks.semicolon}{_HEADINGS['exemption'].in_(language)}{marks.colon}"
    return told + "".join(f"{exception}{e.text.in_(language)}{marks.aside(e.citation)}" for e in finding.exemptions)
