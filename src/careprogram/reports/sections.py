"""Which parts does the page have?

Each part answers one question of a reader. The shipped parts are built exactly as those that a plugin brings: an object
with an id, a title and a function from figures to a piece of a page. A piece is trusted as HTML only if it says so
itself (`markupsafe.Markup`); plain text is shown as text.
"""

from collections.abc import Iterator
from typing import Protocol

import attrs

from careprogram.language import Language, Text
from careprogram.reports.figure import Figures
from careprogram.reports.national import COLUMNS, SOURCE
from careprogram.reports.templates import render


class ReportSection(Protocol):
    """One part of the page.

    Examples:
        >>> class Thanks:
        ...     id = "thanks"
        ...     title = Text("致谢", "Thanks")
        ...     def render(self, figures: Figures, language: Language) -> str:
        ...         return Text("感谢每一位志愿者。", "Thanks to every volunteer.").in_(language)
    """

    @property
    def id(self) -> str:
        """Stable name, an anchor on the page."""
        ...

    @property
    def title(self) -> Text:
        """The heading."""
        ...

    def render(self, figures: Figures, language: Language) -> str:
        """Return the body: `markupsafe.Markup` for HTML, any other text is escaped; empty for no section."""
        ...


@attrs.frozen(kw_only=True)
class FigureSection:
    """A part that shows some of the figures, each with its denominator, its period, a chart and a table.

    Attributes:
        id: Anchor.
        title: Heading.
        tables: Ids of the figures, in order; those that a report does not hold are passed over.
        folded: Ids of those whose table is folded away, because it is long.
        lead: A sentence that says how to read them.
    """

    id: str
    title: Text
    tables: tuple[str, ...]
    folded: frozenset[str] = frozenset()
    lead: Text = Text("", "")

    def render(self, figures: Figures, language: Language) -> str:
        """Return the figures as HTML."""
        shown = [figures[table] for table in self.tables if table in figures]
        return render("figures.html", language, shown=shown, folded=self.folded, lead=self.lead)


@attrs.frozen(kw_only=True)
class NationalSection:
    """The national statistics table: the total and the townships; villages are in the workbook."""

    id: str = "national"
    title: Text = Text("全国摸底排查统计表", "National statistics table")

    def render(self, figures: Figures, language: Language) -> str:
        """Return the table as HTML; empty if the report has none."""
        if figures.national is None:
            return ""
        rows = [row for row in figures.national.rows if row.level != "village"]
        return render("national.html", language, table=figures.national, rows=rows, columns=COLUMNS, source=SOURCE)


@attrs.frozen(kw_only=True)
class Card:
    """A number that a reader should see first.

    Attributes:
        label: What it counts.
        count: The number; None if withheld.
        whole: Out of how many; None if that says nothing.
        tone: ``"plain"``, ``"good"``, ``"warn"`` or ``"bad"``.
    """

    label: Text
    count: int | None
    whole: int | None = None
    tone: str = "plain"


@attrs.frozen(kw_only=True)
class SummarySection:
    """What matters most: how many children, who is covered, who is without anybody, what to do next."""

    id: str = "summary"
    title: Text = Text("概要", "At a glance")

    def render(self, figures: Figures, language: Language) -> str:
        """Return the cards and the list of what to do next as HTML."""
        return render("summary.html", language, cards=list(_cards(figures)), actions=figures.actions)


def _cards(figures: Figures) -> Iterator[Card]:
    policies, pairing, plans = figures["policies"], figures["pairing"], figures["plans"]
    yield Card(label=Text("花名册儿童", "children on the roster"), count=policies.total)
    for row, counts in zip(policies.rows, policies.counts, strict=True):
        label = Text(f"符合{row.label.zh}", f"eligible: {row.label.en}")
        yield Card(label=label, count=counts[0], whole=policies.total, tone="good")
    for row, counts, whole in zip(pairing.rows[:1], pairing.counts, pairing.row_totals, strict=False):
        label = Text(f"已结对（{row.label.zh}）", f"paired ({row.label.en})")
        yield Card(label=label, count=counts[0], whole=whole, tone="good")
        yield Card(label=Text("尚未结对", "not paired yet"), count=counts[1], whole=whole, tone="warn")
    nobody = figures["caregivers"].count("nobody")
    yield Card(label=Text("无人照看", "looked after by nobody"), count=nobody, whole=policies.total, tone="bad")
    if plans.total != 0:
        label = Text("“四有”齐全的计划", "plans with all four cares")
        yield Card(label=label, count=plans.count("0"), whole=plans.total, tone="good")
    duties = figures["unassigned"]
    if duties.total != 0:
        label = Text("无人负责的事项", "duties with nobody responsible")
        yield Card(label=label, count=duties.column_totals[1], whole=duties.total, tone="warn")


def shipped_sections() -> tuple[ReportSection, ...]:
    """Return the parts of the page, in order."""
    return (
        SummarySection(),
        FigureSection(
            id="eligibility",
            title=Text("判定", "Eligibility"),
            tables=("policies", "tiers", "changes"),
            lead=Text(
                "“待定”不是“不符合”：还缺少能定下结论的事实。", "Undetermined is not “no”: a deciding fact is missing."
            ),
        ),
        FigureSection(
            id="questions",
            title=Text("缺项", "Missing facts"),
            tables=("questions",),
            lead=Text(
                "按顺序询问：每一项都是在前几项问清之后能定下最多儿童的一项。",
                "Ask in this order: each question decides the most children once those above it are answered.",
            ),
        ),
        FigureSection(id="pairing", title=Text("结对帮扶", "Pairing"), tables=("pairing", "reasons", "helpers")),
        FigureSection(id="care", title=Text("帮扶计划", "Care plans"), tables=("cares", "plans")),
        FigureSection(id="duties", title=Text("待办事项", "Duties"), tables=("duties", "unassigned")),
        FigureSection(
            id="children",
            title=Text("儿童情况", "The children"),
            tables=("ages", "sexes", "schooling", "caregivers"),
        ),
        FigureSection(
            id="places",
            title=Text("乡镇和村", "Places"),
            tables=("townships", "villages"),
            folded=frozenset({"villages"}),
        ),
        NationalSection(),
    )
