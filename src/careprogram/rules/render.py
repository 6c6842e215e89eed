"""How is a verdict told to the person who has to act on it?

A village child director reads the answer, the clause and its citation, the facts it rests on, the thresholds in force
that day, what is still to be asked, and when to look again. No name, number, address or date of birth is ever printed.
"""

from collections.abc import Iterator

from careprogram.language import Language, Text
from careprogram.rules.policy import Policy
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import ClauseFinding, Determination, Explanation, Verdict, VerdictReport

_HEADINGS = {
    "verdict": Text("结论", "Verdict"),
    "category": Text("类别", "Category"),
    "tier": Text("第{}档", "tier {}"),
    "clauses": Text("依据条款", "Clauses"),
    "facts": Text("依据事实", "Facts relied on"),
    "thresholds": Text("当日有效的标准", "Thresholds in force that day"),
    "missing": Text("还需核实(任一答案都可能改变结论)", "Still to be asked (each answer may decide)"),
    "open": Text("可能属于", "May also belong to"),
    "next": Text("下次需复核", "Look again on"),
    "never": Text("在现有事实不变的情况下无", "never, as long as the facts stay as they are"),
    "since": Text("自{}起", "since {}"),
    "as_of": Text("截至{}", "as of {}"),
    "failed": Text("未能判断的条款", "Clauses that could not be evaluated"),
    "unreadable": Text("无法读取的事实", "Facts that could not be read"),
}
_TRUTHS = {
    Truth.TRUE: Text("符合", "holds"),
    Truth.FALSE: Text("不符合", "does not hold"),
    Truth.UNKNOWN: Text("待定", "open"),
}


def render_verdict(verdict: Verdict | VerdictReport, policy: Policy, language: Language = "zh") -> str:
    """Return *verdict* as a few lines of text for a person.

    Args:
        verdict: The verdict, fresh or kept.
        policy: The policy that gave it.
        language: Chinese unless asked otherwise.

    Raises:
        ValueError: The verdict is of another policy.
    """
    if verdict.policy != policy.id:
        raise ValueError(
            f"the verdict is of policy {verdict.policy!r}, not of {policy.id!r}: pass the policy it came from"
        )
    return "\n".join(_lines(verdict, policy, language))


def _lines(verdict: Verdict | VerdictReport, policy: Policy, language: Language) -> Iterator[str]:
    def heading(key: str) -> str:
        return _HEADINGS[key].in_(language)

    titles = {category.id: category.title.in_(language) for category in policy.categories}
    as_of = heading("as_of").format(verdict.as_of.isoformat())
    yield f"{policy.title.in_(language)} ({policy.citation}), {as_of}"
    yield f"{heading('verdict')}: {verdict.determination.label(language)}"
    for category in policy.categories:
        if category.id in verdict.categories:
            yield f"{heading('category')}: {titles[category.id]} ({heading('tier').format(category.tier)})"
    if verdict.open_categories and verdict.determination is not Determination.INELIGIBLE:
        yield f"{heading('open')}: {'; '.join(titles[each] for each in verdict.open_categories)}"
    yield from _explained(verdict.explanation, language)
    if verdict.missing:
        labels = {fact.name: fact.label.in_(language) for fact in policy.facts}
        yield f"{heading('missing')}:"
        yield from (f"  - {labels[name]}" for name in verdict.missing)
    yield f"{heading('next')}: {verdict.next_change.isoformat() if verdict.next_change else heading('never')}"


def _explained(explanation: Explanation, language: Language) -> Iterator[str]:
    yield f"{_HEADINGS['clauses'].in_(language)}:"
    yield from (f"  - {_clause(finding, language)}" for finding in explanation.clauses)
    if explanation.facts:
        yield f"{_HEADINGS['facts'].in_(language)}:"
        yield from (f"  - {fact.label.in_(language)}: {fact.value.in_(language)}" for fact in explanation.facts)
    if explanation.thresholds:
        yield f"{_HEADINGS['thresholds'].in_(language)}:"
    for threshold in explanation.thresholds:
        unit = f" {threshold.unit.in_(language)}" if threshold.unit else ""
        since = f"{_HEADINGS['since'].in_(language).format(threshold.since.isoformat())}; " if threshold.since else ""
        yield f"  - {threshold.label.in_(language)}: {threshold.value}{unit} ({since}{threshold.source})"
    for key, names in (("failed", explanation.failed), ("unreadable", explanation.unreadable)):
        if names:
            yield f"{_HEADINGS[key].in_(language)}: {', '.join(names)}"


def _clause(finding: ClauseFinding, language: Language) -> str:
    said = _TRUTHS[finding.truth].in_(language)
    return f"[{finding.id}] {finding.text.in_(language)} — {said} ({finding.citation})"
