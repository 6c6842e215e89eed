"""What stands in each row of a list for the office?

One row a pair, a child without a helper, a verdict, or the duties of a child that come back within a month. Whatever a
cell says of a person is asked for through the reader of the list; a record that the reader may not know of has no row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from careprogram.ids import ChildId, HelperId, PolicyId
from careprogram.language import Language, Text
from careprogram.people import Child, Helper, VillageLink
from careprogram.people.enums import Answer
from careprogram.privacy import NOT_SEEN, Subject
from careprogram.reports.headings import DETERMINATIONS, NOT_JUDGED_ID
from careprogram.reports.list_reader import (
    OF_CHILD,
    OF_DUTY,
    OF_HELPER,
    OF_LINK,
    OF_PAIR,
    OF_VERDICT,
    Listed,
    ListReader,
    ReadRecord,
    subject_of,
)
from careprogram.reports.localities import Localities, Locality
from careprogram.reports.sheets import CellValue, Sheet, write_book
from careprogram.reports.situation import (
    DutyLike,
    PairingSummary,
    PairLike,
    ResponsibleLike,
    Situation,
    UnpairedLike,
    VerdictLike,
)
from careprogram.unknown import Unknown

Explain: TypeAlias = Callable[[PolicyId, VerdictLike], str]
"""Tells the reasons of a verdict in words; ``render_verdict`` of the rules does."""

SCORES: Final[Mapping[str, Text]] = {
    "proximity": Text("就近", "proximity"),
    "familiarity": Text("就熟", "familiarity"),
    "convenience": Text("就便", "convenience"),
}

NOT_SHOWN: Final = Text("（不可查阅）", "(not shown)")
"""What stands in a cell that the reader may not see, whatever it would hold."""

_VILLAGE = Text("村（社区）", "village")
_NAME = Text("儿童姓名", "child")
_ID = Text("儿童编号", "child id")
_WHY = Text("原因", "reasons")
_PLACE = "residence.place"


@attrs.frozen
class Lists:
    """What every list looks up."""

    situation: Situation
    reader: ListReader
    language: Language
    children: Mapping[ChildId, Child]
    helpers: Mapping[HelperId, Helper]
    links: Mapping[str, VillageLink]
    localities: Localities
    _read: dict[tuple[str, str], ReadRecord] = attrs.field(factory=dict, init=False)
    _villages: dict[ChildId, str] = attrs.field(factory=dict, init=False)
    _named: dict[tuple[object, str | None], str] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, situation: Situation, reader: ListReader, language: Language) -> "Lists":
        """Return the lists of *situation* for *reader*."""
        return cls(
            situation,
            reader,
            language,
            {child.id: child for child in situation.children},
            {helper.id: helper for helper in situation.helpers},
            {link.person: link for link in situation.links},
            Localities(situation.places),
        )

    def book(self, what: Text, sheets: list[Sheet]) -> bytes:
        """Write *sheets* as one workbook."""
        title = f"{self.situation.title.in_(self.language)} · {what.in_(self.language)} · {self.situation.as_of}"
        empty = Sheet(name=what.in_(self.language), columns=((self.word("没有内容", "nothing to list"), 30),), rows=())
        return write_book(sheets or [empty], title=title, as_of=self.situation.as_of)

    def word(self, zh: str, en: str) -> str:
        """Return one of two words."""
        return Text(zh, en).in_(self.language)

    def sheet(self, name: str, columns: tuple[tuple[Text, int], ...], rows: Iterator[tuple[CellValue, ...]]) -> Sheet:
        """Return one sheet with headings in the language of the list."""
        headings = tuple((heading.in_(self.language), width) for heading, width in columns)
        return Sheet(name=name, columns=headings, rows=tuple(rows), frozen_columns=2)

    def about(self, listed: Listed, child: ChildId) -> ReadRecord:
        """Return a record of that kind about *child*, as the reader sees it; one who is not on the roster is nobody."""
        known = self._read.get((listed.name, child))
        if known is None:
            found = self.children.get(child)
            subject = Subject(id=child) if found is None else subject_of(found)
            known = self._read[listed.name, child] = self.reader.of(listed, subject)
        return known

    def cell(self, record: ReadRecord, path: str, value: CellValue) -> CellValue:
        """Return a number, a day or a text as the reader sees it."""
        seen = record.cell(path, value)
        return NOT_SHOWN.in_(self.language) if seen is NOT_SEEN else seen  # type: ignore[return-value]

    def text(self, record: ReadRecord, path: str, value: object) -> str:
        """Return an answer as the reader sees it; a gap of the survey stays visible as a gap."""
        seen = record.cell(path, value)
        if seen is NOT_SEEN:
            return NOT_SHOWN.in_(self.language)
        if isinstance(seen, Unknown):
            return self.word("未填", "not known")
        return seen.label(self.language) if isinstance(seen, Answer) else "" if seen is None else str(seen)

    def _locality(self, child: ChildId) -> Locality | None:
        return self.localities.of(self.children[child]) if child in self.children else None

    def _village(self, child: ChildId) -> str:
        known = self._villages.get(child)
        if known is None:
            locality = self._locality(child)
            label = "" if locality is None else locality.label.in_(self.language)
            known = self._villages[child] = self.text(self.about(OF_CHILD, child), _PLACE, label)
        return known

    def _name(self, child: ChildId) -> str:
        found = self.children.get(child)
        return "" if found is None else self.text(self.about(OF_CHILD, child), "name", found.name)

    def _order(self, child: ChildId) -> tuple[str, str]:
        locality = self._locality(child)
        known = locality is not None and self.about(OF_CHILD, child).may_find(_PLACE)
        return (locality.village if locality is not None and known else "", child)

    def _listed(self, listed: Listed, child: ChildId, reveals: str = "child") -> bool:
        return self.about(OF_CHILD, child).may_find() and self.about(listed, child).may_find(reveals)

    def pairs(self, summary: PairingSummary) -> Sheet:
        """List who is paired with whom."""
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
        mine = (pair for pair in summary.pairs if self._listed(OF_PAIR, pair.child))
        pairs = sorted(mine, key=lambda pair: (*self._order(pair.child), -pair.score, pair.helper))
        return self.sheet(summary.title.in_(self.language), columns, (self._pair(pair) for pair in pairs))

    def _pair(self, pair: PairLike) -> tuple[CellValue, ...]:
        child, record, own = (
            self.children[pair.child],
            self.about(OF_CHILD, pair.child),
            self.about(OF_PAIR, pair.child),
        )
        names = {**SCORES, **self.situation.scores}
        parts = sorted(pair.scores.items(), key=lambda part: (-part[1], part[0]))
        why = (f"{names.get(score, Text(score, score)).in_(self.language)} {value}" for score, value in parts)
        return (
            self._village(pair.child),
            self._name(pair.child),
            self.text(record, "sex", child.sex),
            self.text(record, "schooling.grade", child.schooling.grade),
            self.text(record, "schooling.school", child.schooling.school),
            *self._helper(pair.helper),
            self.cell(own, "role", pair.role.label(self.language)),
            self.cell(own, "score", pair.score),
            self.cell(own, "scores", self.word("，", ", ").join(why)),
            self.cell(record, "id", pair.child),
            self.cell(own, "helper", pair.helper),
        )

    def _helper(self, id_: HelperId) -> tuple[str, str]:
        helper = self.helpers.get(id_)
        if helper is None:
            return "", ""
        record = self.reader.of(OF_HELPER, subject_of(helper))
        return self.text(record, "name", helper.name), self.text(record, "kind", helper.kind)

    def unpaired(self, summary: PairingSummary) -> Sheet:
        """List who is left without a helper, and why."""
        columns = ((_VILLAGE, 18), (_NAME, 12), (Text("性别", "sex"), 8), (_WHY, 60), (_ID, 20))
        mine = (one for one in summary.unpaired if self._listed(OF_PAIR, one.child))
        rows = (self._unpaired(one) for one in sorted(mine, key=lambda one: self._order(one.child)))
        return self.sheet(f"{summary.title.in_(self.language)} {self.word('未结对', 'unpaired')}", columns, rows)

    def _unpaired(self, one: UnpairedLike) -> tuple[CellValue, ...]:
        child, record = self.children.get(one.child), self.about(OF_CHILD, one.child)
        why = self.word("；", "; ").join(reason.text.in_(self.language) for reason in one.reasons)
        return (
            self._village(one.child),
            self._name(one.child),
            "" if child is None else self.text(record, "sex", child.sex),
            self.cell(self.about(OF_PAIR, one.child), "reasons", why),
            self.cell(record, "id", one.child),
        )

    def verdicts(self, policy: PolicyId, title: Text, explain: Explain | None) -> Sheet:
        """List what *policy* says of every child."""
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
        # Which policy speaks of a child tells as much as what it says.
        mine = (child for child in self.children if self._listed(OF_VERDICT, child, "policy"))
        rows = (self._verdict(child, policy, given.get(child), explain) for child in sorted(mine, key=self._order))
        return self.sheet(title.in_(self.language), columns, rows)

    def _verdict(
        self, child: ChildId, policy: PolicyId, verdict: VerdictLike | None, explain: Explain | None
    ) -> tuple[CellValue, ...]:
        own = self.about(OF_VERDICT, child)
        answer = NOT_JUDGED_ID if verdict is None else str(verdict.determination.value)
        categories, facts = self.situation.categories.get(policy, {}), self.situation.facts
        comma = self.word("、", ", ")
        cells: tuple[CellValue, ...] = (
            self._village(child),
            self._name(child),
            self.cell(own, "determination", DETERMINATIONS.get(answer, Text(answer, answer)).in_(self.language)),
            self.cell(own, "tier", None if verdict is None else verdict.tier),
            self.cell(
                own, "categories", comma.join(self._titles(categories, () if verdict is None else verdict.categories))
            ),
            self.cell(own, "missing", comma.join(self._titles(facts, () if verdict is None else verdict.missing))),
            self.cell(own, "next_change", None if verdict is None else verdict.next_change),
            self.cell(self.about(OF_CHILD, child), "id", child),
        )
        if policy in self.situation.entitlements:
            told = self.situation.entitlements[policy].get(child, Text("", ""))
            cells = (*cells, self.cell(own, "determination", told.in_(self.language)))
        if explain is None:
            return cells
        return (*cells, self.cell(own, "explanation", "" if verdict is None else explain(policy, verdict)))

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
        mine = (duty for duty in duties if self._has_duty(duty.child))
        for duty in sorted(mine, key=lambda one: one.due):
            key = (duty.child, str(duty.kind), duty.title.in_(self.language), self._responsible(duty.responsible))
            recurring.setdefault(key, []).append(duty)
        lines = sorted(
            recurring.values(),
            key=lambda same: (same[0].due, *self._order(same[0].child or ChildId("")), str(same[0].kind)),
        )
        return self.sheet(month, columns, (self._duty(same) for same in lines))

    def _has_duty(self, child: ChildId | None) -> bool:
        return self._listed(OF_DUTY, child) if child else self.about(OF_DUTY, ChildId("")).may_find("child")

    def _duty(self, same: Sequence[DutyLike]) -> tuple[CellValue, ...]:
        first, child = same[0], same[0].child
        own = self.about(OF_DUTY, child or ChildId(""))
        who = self._responsible(first.responsible)
        return (
            self.cell(own, "due", first.due),
            self.cell(own, "title", first.title.in_(self.language)),
            self._village(child) if child else self.word("（全部）", "(all)"),
            self._name(child) if child else "",
            self.cell(own, "responsible", who),
            self.cell(own, "due", ", ".join(f"{duty.due:%m-%d}" for duty in same) if len(same) > 1 else ""),
            self.cell(self.about(OF_CHILD, child), "id", child) if child else "",
        )

    def _responsible(self, who: ResponsibleLike | None) -> str:
        if who is None:
            return self.word("（无人负责）", "(nobody)")
        known = self._named.get((who.kind, who.id))
        if known is None:
            known = self._named[who.kind, who.id] = self._person(who)
        return known

    def _person(self, who: ResponsibleLike) -> str:
        kind, helper, link = who.kind.label(self.language), self.helpers.get(HelperId(who.id or "")), None
        if helper is not None:
            return f"{kind} {self.text(self.reader.of(OF_HELPER, subject_of(helper)), 'name', helper.name)}".strip()
        link = self.links.get(who.id or "")
        if link is not None:
            return f"{kind} {self.text(self.reader.of(OF_LINK, subject_of(link)), 'name', link.name)}".strip()
        return f"{kind} {who.id or ''}".strip()
