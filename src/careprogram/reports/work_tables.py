"""How far is the care work: pairing, plans, duties, helpers?

Builds the figures whose denominators are what has to be done and who can do it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from careprogram.language import Text
from careprogram.reports.child_tables import ALL_CHILDREN, draw_up
from careprogram.reports.figure import REST, Columns, Figure, Heading
from careprogram.reports.headings import CARES, CHILDREN, HELPER_KINDS, LOADS, heading, month_of, months
from careprogram.reports.situation import Period, Situation
from careprogram.reports.suppression import Sum

PAIRED_OR_NOT: Final = (
    heading("pairing", "paired", Text("已结对", "paired")),
    heading("pairing", "unpaired", Text("未结对", "not paired")),
)
_PLANS: Final = ALL_CHILDREN | {"plan"}
_PLANNED: Final = Text("有帮扶计划的儿童", "children with a plan of care")
_OPEN_DUTIES: Final = Text("尚未完成的事项", "duties not yet done")


def work_tables(situation: Situation, today: Period) -> Iterator[Figure]:
    """Give every figure about the work, in reading order."""
    yield _pairing(situation, today)
    yield _reasons(situation, today)
    yield _cares(situation, today)
    yield _plans(situation, today)
    yield _duties(situation)
    yield _unassigned(situation)
    yield _helpers(situation, today)


def _pairing(situation: Situation, today: Period) -> Figure:
    counts: dict[tuple[str, str], int] = {}
    rows = []
    for summary in situation.pairings:
        where = frozenset({f"to-pair:{summary.strategy}"})
        rows.append(Heading(id=summary.strategy, label=summary.title, where=where))
        paired = {pair.child for pair in summary.pairs}
        counts[summary.strategy, "paired"] = len(paired)
        counts[summary.strategy, "unpaired"] = len({left.child for left in summary.unpaired} - paired)
    return draw_up(
        "pairing",
        Text("结对覆盖", "Coverage of pairing"),
        (rows, PAIRED_OR_NOT),
        counts,
        population=Text(
            "各方案中需要结对的儿童（每行合计）", "children to be paired by each strategy (total of the row)"
        ),
        of=ALL_CHILDREN,
        total=len(situation.children),
        period=today,
        relation=Columns.PARTS,
    )


_IN_GENERAL: Final[Mapping[str, Text]] = {"shortage": Text("帮扶人名额不足", "the helpers have too few places")}
"""What a reason is called where several plans give it in words of their own."""


def _reasons(situation: Situation, today: Period) -> Figure:
    counts: Counter[tuple[str, str]] = Counter()
    texts: dict[str, Text] = {}
    columns = []
    for summary in situation.pairings:
        where = frozenset({f"to-pair:{summary.strategy}", "pairing:unpaired"})
        columns.append(Heading(id=summary.strategy, label=summary.title, where=where))
        paired = {pair.child for pair in summary.pairs}
        for child, left in {left.child: left for left in summary.unpaired}.items():
            if child not in paired:
                code, text = "-", Text("未说明", "no reason given")
                if left.reasons:
                    code, text = left.reasons[0].code, left.reasons[0].text
                # Of one reason the words may differ from plan to plan, as the number of places does.
                texts[code] = text if texts.get(code, text) == text else _IN_GENERAL.get(code, texts[code])
                counts[code, summary.strategy] += 1
    order = sorted(texts, key=lambda code: (-sum(counts[code, column.id] for column in columns), code))
    return draw_up(
        "reasons",
        Text("未结对的首要原因", "Main reasons for not being paired"),
        ([heading("reason", code, texts[code]) for code in order], columns),
        counts,
        population=Text(
            "各方案中未结对的儿童（每列合计）", "children not paired by each strategy (total of the column)"
        ),
        of=ALL_CHILDREN,
        total=len(situation.children),
        period=today,
        adds_up=True,
    )


def _cares(situation: Situation, today: Period) -> Figure:
    plans = situation.open_cares
    counts: Counter[tuple[str, str]] = Counter()
    for open_cares in plans.values():
        for care in CARES:
            counts[care, "open" if care in open_cares else "covered"] += 1
    return draw_up(
        "cares",
        Text("“四有”落实情况", "Coverage of the four cares"),
        (
            [Heading(id=care, label=label, where=frozenset({f"care:{care}"})) for care, label in CARES.items()],
            [
                heading("held", "covered", Text("有责任人", "somebody responsible")),
                heading("held", "open", Text("无责任人", "nobody")),
            ],
        ),
        counts,
        population=_PLANNED,
        of=_PLANS,
        total=len(plans),
        period=today,
        relation=Columns.PARTS,
        rows_are_all=True,
    )


def _plans(situation: Situation, today: Period) -> Figure:
    names = {0: Text("四项齐全", "all four cares held")}
    names |= {count: Text(f"缺{count}项", f"{count} open") for count in range(1, len(CARES) + 1)}
    found = Counter(len(CARES.keys() & set(open_cares)) for open_cares in situation.open_cares.values())
    rows = [heading("open-cares", str(count), label) for count, label in names.items()]
    complete = _PLANS | rows[0].where
    return draw_up(
        "plans",
        Text("帮扶计划完整程度", "Completeness of care plans"),
        (rows, [CHILDREN]),
        {(str(count), CHILDREN.id): children for count, children in found.items()},
        population=_PLANNED,
        of=_PLANS,
        total=len(situation.open_cares),
        period=today,
        adds_up=True,
        more_sums=(Sum(whole=_PLANS, parts=(complete, complete | {REST})),),
    )


def _duty_kinds(situation: Situation) -> list[Heading]:
    titles: dict[str, Text] = dict(situation.duty_kinds)
    for duty in situation.duties:
        titles.setdefault(str(duty.kind), duty.title)
    return [heading("duty", kind, titles[kind]) for kind in sorted({str(duty.kind) for duty in situation.duties})]


def _duties(situation: Situation) -> Figure:
    counts = Counter((str(duty.kind), month_of(duty.due, situation.period)) for duty in situation.duties)
    used = {month for _, month in counts}
    columns = [month for month in months(situation.period) if month.id in used or month.id not in {"before", "later"}]
    return draw_up(
        "duties",
        Text("待办事项（按种类和月份）", "Open duties by kind and month"),
        (_duty_kinds(situation), columns),
        counts,
        population=_OPEN_DUTIES,
        of=frozenset({"duties"}),
        total=len(situation.duties),
        period=situation.period,
        relation=Columns.PARTS,
        adds_up=True,
    )


def _unassigned(situation: Situation) -> Figure:
    counts: Counter[tuple[str, str]] = Counter()
    for duty in situation.duties:
        counts[str(duty.kind), "all"] += 1
        counts[str(duty.kind), "nobody"] += duty.responsible is None
    return draw_up(
        "unassigned",
        Text("无人负责的事项", "Duties that nobody is responsible for"),
        (
            _duty_kinds(situation),
            [
                Heading(id="all", label=Text("事项", "duties")),
                heading("responsible", "nobody", Text("无人负责", "nobody")),
            ],
        ),
        counts,
        population=_OPEN_DUTIES,
        of=frozenset({"duties"}),
        total=len(situation.duties),
        period=situation.period,
        relation=Columns.SUBSETS,
        adds_up=True,
    )


def _helpers(situation: Situation, today: Period) -> Figure:
    pairs = situation.pairings[0].pairs if situation.pairings else ()
    loads = Counter(helper for helper, _ in {(pair.helper, pair.child) for pair in pairs})
    counts = Counter(
        (str(helper.kind), next(name for least, name, _ in LOADS if loads[helper.id] >= least))
        for helper in situation.helpers
    )
    return draw_up(
        "helpers",
        Text("帮扶人及其负担", "Helpers and how many children they have"),
        (HELPER_KINDS, [heading("load", name, label) for _, name, label in reversed(LOADS)]),
        counts,
        population=Text("全部帮扶人", "all helpers"),
        of=frozenset({"helpers"}),
        total=len(situation.helpers),
        period=today,
        relation=Columns.PARTS,
        adds_up=True,
    )
