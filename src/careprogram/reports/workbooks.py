"""Which lists does the office get as Excel workbooks?

Pairs and unpaired children by strategy, verdicts by policy, and duties by month, for those who work with the children.
A list holds what its reader needs and no more: never an identity number, an address, a telephone number or a health
record. Whoever writes such a list to a file decides who may open it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from careprogram.ids import ChildId, HelperId, PolicyId
from careprogram.language import Language, Text
from careprogram.people import Child, Helper
from careprogram.people.enums import Answer
from careprogram.reports.headings import DETERMINATIONS, NOT_JUDGED_ID, month_of, months
from careprogram.reports.localities import Localities, Locality
from careprogram.reports.sheets import CellValue, Sheet, write_book
from careprogram.reports.situation import DutyLike, PairingSummary, PairLike, Situation, VerdictLike
from careprogram.unknown import Maybe, Unknown

Explain: TypeAlias = Callable[[PolicyId, VerdictLike], str]
"""Tells the reasons of a verdict in words; ``render_verdict`` of the rules does."""

SCORES: Final[Mapping[str, Text]] = {
    "proximity": Text("就近", "proximity"),
    "familiarity": Text("就熟", "familiarity"),
    "convenience": Text("就便", "convenience"),
}

_VILLAGE = Text("村（社区）", "village")
_NAME = Text("儿童姓名", "child")
_ID = Text("儿童编号", "child id")
_WHY = Text("原因", "reasons")


def pairing_book(situation: Situation, *, language: Language = "zh") -> bytes:
    """Write the pairs and the unpaired children of every strategy, two sheets a strategy.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    lists = _Lists.of(situation, language)
    sheets = [sheet for summary in situation.pairings for sheet in (lists.pairs(summary), lists.unpaired(summary))]
    return lists.book(Text("结对名单", "pairing lists"), sheets)


def verdict_book(situation: Situation, *, explain: Explain | None = None, language: Language = "zh") -> bytes:
    """Write the verdict of every policy about every child, one sheet a policy.

    Args:
        situation: The facts of the run.
        explain: Tells the reasons in words; the column is left out without it. The words may tell more than the other
            columns do, so hand over none for readers who must not know.
        language: Of headings and words.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    lists = _Lists.of(situation, language)
    sheets = [lists.verdicts(policy, title, explain) for policy, title in situation.policies.items()]
    return lists.book(Text("判定名单", "verdicts"), sheets)


def duty_book(situation: Situation, *, language: Language = "zh") -> bytes:
    """Write the open duties, one sheet a month that has any.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    lists = _Lists.of(situation, language)
    by_month: defaultdict[str, list[DutyLike]] = defaultdict(list)
    for duty in situation.duties:
        by_month[month_of(duty.due, situation.period)].append(duty)
    sheets = [
        lists.duties(month.label.in_(language), by_month[month.id])
        for month in months(situation.period)
        if month.id in by_month
    ]
    return lists.book(Text("待办事项清单", "open duties"), sheets)


@attrs.frozen
class _Lists:
    """What every list looks up."""

    situation: Situation
    language: Language
    children: Mapping[ChildId, Child]
    helpers: Mapping[HelperId, Helper]
    localities: Localities
    officers: Mapping[str, Maybe[str]]

    @classmethod
    def of(cls, situation: Situation, language: Language) -> "_Lists":
        return cls(
            situation,
            language,
            {child.id: child for child in situation.children},
            {helper.id: helper for helper in situation.helpers},
            Localities(situation.places),
            {link.person: link.name for link in situation.links},
        )

    def book(self, what: Text, sheets: list[Sheet]) -> bytes:
        title = f"{self.situation.title.in_(self.language)} · {what.in_(self.language)} · {self.situation.as_of}"
        empty = Sheet(name=what.in_(self.language), columns=((self.word("没有内容", "nothing to list"), 30),), rows=())
        return write_book(sheets or [empty], title=title, as_of=self.situation.as_of)

    def word(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def sheet(self, name: str, columns: tuple[tuple[Text, int], ...], rows: Iterator[tuple[CellValue, ...]]) -> Sheet:
        headings = tuple((heading.in_(self.language), width) for heading, width in columns)
        return Sheet(name=name, columns=headings, rows=tuple(rows), frozen_columns=2)

    def shown(self, value: Maybe[object] | None) -> str:
        """Return an answer as the reader sees it; a gap of the survey stays visible as a gap."""
        if isinstance(value, Unknown):
            return self.word("未填", "not known")
        return value.label(self.language) if isinstance(value, Answer) else "" if value is None else str(value)

    def locality(self, child: ChildId) -> Locality | None:
        return self.localities.of(self.children[child]) if child in self.children else None

    def village(self, child: ChildId) -> str:
        locality = self.locality(child)
        return "" if locality is None else locality.label.in_(self.language)

    def order(self, child: ChildId) -> tuple[str, str]:
        locality = self.locality(child)
        return ("" if locality is None else locality.village, child)

    def pairs(self, summary: PairingSummary) -> Sheet:
        columns = (
            (_VILLAGE, 18),
            (_NAME, 12),
            (Text("性别", "sex"), 8),
            (Text("年级", "grade"), 10),
            (Text("学校", "school"), 20),
            (Text("帮扶人", "helper"), 12),
            (Text("帮扶人类别", "kind of helper"), 18),
            (Text("角色", "role"), 12),
            (Text("匹配分（满分1000）", "score of 1000"), 12),
            (Text("理由", "why"), 32),
            (_ID, 20),
            (Text("帮扶人编号", "helper id"), 20),
        )
        pairs = sorted(summary.pairs, key=lambda pair: (*self.order(pair.child), -pair.score, pair.helper))
        return self.sheet(summary.title.in_(self.language), columns, (self._pair(pair) for pair in pairs))

    def _pair(self, pair: PairLike) -> tuple[CellValue, ...]:
        child, helper = self.children[pair.child], self.helpers.get(pair.helper)
        names = {**SCORES, **self.situation.scores}
        parts = sorted(pair.scores.items(), key=lambda part: (-part[1], part[0]))
        why = (f"{names.get(score, Text(score, score)).in_(self.language)} {value}" for score, value in parts)
        return (
            self.village(pair.child),
            self.shown(child.name),
            self.shown(child.sex),
            self.shown(child.schooling.grade),
            self.shown(child.schooling.school),
            self.shown(None if helper is None else helper.name),
            self.shown(None if helper is None else helper.kind),
            pair.role.label(self.language),
            pair.score,
            self.word("，", ", ").join(why),
            pair.child,
            pair.helper,
        )

    def unpaired(self, summary: PairingSummary) -> Sheet:
        columns = ((_VILLAGE, 18), (_NAME, 12), (Text("性别", "sex"), 8), (_WHY, 60), (_ID, 20))
        left = sorted(summary.unpaired, key=lambda one: self.order(one.child))
        rows = (
            (
                self.village(one.child),
                self._name(one.child),
                self.shown(self.children[one.child].sex if one.child in self.children else None),
                self.word("；", "; ").join(reason.text.in_(self.language) for reason in one.reasons),
                one.child,
            )
            for one in left
        )
        return self.sheet(f"{summary.title.in_(self.language)} {self.word('未结对', 'unpaired')}", columns, rows)

    def _name(self, child: ChildId) -> str:
        return self.shown(self.children[child].name) if child in self.children else ""

    def verdicts(self, policy: PolicyId, title: Text, explain: Explain | None) -> Sheet:
        columns = (
            (_VILLAGE, 18),
            (_NAME, 12),
            (Text("判定", "determination"), 12),
            (Text("级别", "tier"), 8),
            (Text("类别", "categories"), 24),
            (Text("缺项", "missing facts"), 32),
            (Text("判定将变化的日期", "changes on"), 14),
            (_ID, 20),
            *(((Text("纳入情况", "enrollment"), 24),) if policy in self.situation.entitlements else ()),
            *(((_WHY, 70),) if explain is not None else ()),
        )
        given = self.situation.verdicts.get(policy, {})
        children = sorted(self.children, key=self.order)
        rows = (self._verdict(child, policy, given.get(child), explain) for child in children)
        return self.sheet(title.in_(self.language), columns, rows)

    def _verdict(
        self, child: ChildId, policy: PolicyId, verdict: VerdictLike | None, explain: Explain | None
    ) -> tuple[CellValue, ...]:
        answer = NOT_JUDGED_ID if verdict is None else str(verdict.determination.value)
        categories, facts = self.situation.categories.get(policy, {}), self.situation.facts
        comma = self.word("、", ", ")
        cells: tuple[CellValue, ...] = (
            self.village(child),
            self._name(child),
            DETERMINATIONS.get(answer, Text(answer, answer)).in_(self.language),
            None if verdict is None else verdict.tier,
            comma.join(self._titles(categories, () if verdict is None else verdict.categories)),
            comma.join(self._titles(facts, () if verdict is None else verdict.missing)),
            None if verdict is None else verdict.next_change,
            child,
        )
        if policy in self.situation.entitlements:
            told = self.situation.entitlements[policy].get(child, Text("", ""))
            cells = (*cells, told.in_(self.language))
        if explain is None:
            return cells
        return (*cells, "" if verdict is None else explain(policy, verdict))

    def _titles(self, titles: Mapping[str, Text], names: Sequence[str]) -> Iterator[str]:
        for name in names:
            yield titles.get(name, Text(name, name)).in_(self.language)

    def duties(self, month: str, duties: list[DutyLike]) -> Sheet:
        """List what is due; what comes back within the month with the same person is one line with all its days."""
        columns = (
            (Text("最迟日期", "due"), 12),
            (Text("事项", "duty"), 36),
            (_VILLAGE, 18),
            (_NAME, 12),
            (Text("责任人", "responsible"), 24),
            (Text("本月各次日期", "days in this month"), 30),
            (_ID, 20),
        )
        recurring: dict[tuple[object, ...], list[DutyLike]] = {}
        for duty in sorted(duties, key=lambda one: one.due):
            key = (duty.child, str(duty.kind), duty.title.in_(self.language), self._responsible(duty))
            recurring.setdefault(key, []).append(duty)
        lines = sorted(
            recurring.values(),
            key=lambda same: (same[0].due, *self.order(same[0].child or ChildId("")), str(same[0].kind)),
        )
        rows = (
            (
                same[0].due,
                same[0].title.in_(self.language),
                self.village(same[0].child) if same[0].child else self.word("（全部）", "(all)"),
                self._name(same[0].child) if same[0].child else "",
                self._responsible(same[0]),
                ", ".join(f"{duty.due:%m-%d}" for duty in same) if len(same) > 1 else "",
                same[0].child or "",
            )
            for same in lines
        )
        return self.sheet(month, columns, rows)

    def _responsible(self, duty: DutyLike) -> str:
        who = duty.responsible
        if who is None:
            return self.word("（无人负责）", "(nobody)")
        helper = self.helpers.get(HelperId(who.id or ""))
        name = helper.name if helper is not None else self.officers.get(who.id or "")
        kind = who.kind.label(self.language)
        return f"{kind} {self.shown(name)}".strip() if name is not None else f"{kind} {who.id or ''}".strip()
