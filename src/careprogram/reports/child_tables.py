"""How many children are there, of which kind, and what do the policies say about them?

Builds the figures whose denominator is children of the roster.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from careprogram.language import Text
from careprogram.reports.figure import Columns, Figure, Heading, Key
from careprogram.reports.headings import (
    AGES,
    CAREGIVERS,
    CHILDREN,
    DETERMINATIONS,
    SCHOOLING,
    SEXES,
    heading,
)
from careprogram.reports.localities import UNPLACED, Locality
from careprogram.reports.profiles import Profile
from careprogram.reports.questions import rank_questions
from careprogram.reports.situation import Period, Situation, VerdictLike
from careprogram.reports.suppression import Sum

ALL_CHILDREN: Final = frozenset({"children"})
SURVEYED: Final = Text("花名册上的全部儿童", "all children of the roster")
_ELIGIBLE_ROWS: Final = Text(
    "花名册上的全部儿童；每行只计符合该政策者", "all children of the roster; a row counts those eligible"
)
ELIGIBLE: Final = "determination:eligible"

Cells = Mapping[tuple[str, str], int]


def draw_up(
    figure_id: str,
    title: Text,
    headings: tuple[Iterable[Heading], Iterable[Heading]],
    counts: Cells,
    *,
    population: Text,
    of: Key,
    total: int,
    period: Period,
    relation: Columns = Columns.APART,
    adds_up: bool = False,
    rows_are_all: bool = False,
    more_sums: tuple[Sum[Key], ...] = (),
) -> Figure:
    """Draw up one figure and its totals; what was never counted is 0.

    Args:
        figure_id: Stable name.
        title: What it shows.
        headings: Its rows and its columns.
        counts: Counts by the ids of row and column.
        population: The denominator in words.
        of: The conditions of the denominator.
        total: The denominator.
        period: The days it covers.
        relation: How columns relate.
        adds_up: Whether every unit is in exactly one row.
        rows_are_all: Whether each row splits the whole denominator anew.
        more_sums: Further sums that a reader can compute.
    """
    rows, columns = tuple(headings[0]), tuple(headings[1])
    cells = tuple(tuple(counts.get((row.id, column.id), 0) for column in columns) for row in rows)
    return Figure(
        id=figure_id,
        title=title,
        population=population,
        of=of,
        total=total,
        period=period,
        rows=rows,
        columns=columns,
        counts=cells,
        relation=relation,
        row_totals=tuple(map(sum, cells)) if relation is Columns.PARTS else (),
        column_totals=tuple(sum(row[place] for row in cells) for place in range(len(columns))) if adds_up else (),
        rows_are_all=rows_are_all,
        more_sums=more_sums,
    )


def child_tables(situation: Situation, profiles: Sequence[Profile], today: Period) -> Iterator[Figure]:
    """Give every figure about the children of the roster, in reading order."""
    yield _policies(situation, profiles, today)
    yield _tiers(situation, today)
    yield _changes(situation)
    yield _questions(situation, today)
    yield from _places(situation, profiles, today)
    yield _ages(profiles, today)
    for figure_id, title, rows, values in (
        ("sexes", Text("性别", "Sex"), SEXES, (profile.sex for profile in profiles)),
        ("schooling", Text("就学情况", "Schooling"), SCHOOLING, (profile.schooling for profile in profiles)),
        ("caregivers", Text("实际照看人", "Who looks after them"), CAREGIVERS, (one.caregiver for one in profiles)),
    ):
        counts = {(name, CHILDREN.id): count for name, count in Counter(values).items()}
        yield _of_children(figure_id, title, (rows, [CHILDREN]), counts, total=len(profiles), today=today)


def _of_children(
    figure_id: str,
    title: Text,
    headings: tuple[Iterable[Heading], Iterable[Heading]],
    counts: Cells,
    *,
    total: int,
    today: Period,
    relation: Columns = Columns.APART,
) -> Figure:
    return draw_up(
        figure_id,
        title,
        headings,
        counts,
        population=SURVEYED,
        of=ALL_CHILDREN,
        total=total,
        period=today,
        relation=relation,
        adds_up=True,
    )


def _rows_of_policies(situation: Situation, *conditions: str) -> tuple[Heading, ...]:
    return tuple(
        Heading(id=policy, label=title, where=frozenset({f"policy:{policy}", *conditions}))
        for policy, title in situation.policies.items()
    )


def _policies(situation: Situation, profiles: Sequence[Profile], today: Period) -> Figure:
    policies: tuple[str, ...] = tuple(situation.policies)
    counts = Counter(pair for profile in profiles for pair in zip(policies, profile.answers, strict=True))
    return draw_up(
        "policies",
        Text("各政策判定结果", "Verdicts by policy"),
        (_rows_of_policies(situation), [heading("determination", *answer) for answer in DETERMINATIONS.items()]),
        counts,
        population=SURVEYED,
        of=ALL_CHILDREN,
        total=len(profiles),
        period=today,
        relation=Columns.PARTS,
        rows_are_all=True,
    )


def _eligible(situation: Situation) -> Iterator[tuple[str, VerdictLike]]:
    """Give the policy and the verdict of every eligible child of the roster."""
    for policy, verdicts in situation.verdicts.items():
        for child in situation.children:
            verdict = verdicts.get(child.id)
            if verdict is not None and verdict.determination.value == "eligible":
                yield policy, verdict


def _tiers(situation: Situation, today: Period) -> Figure:
    counts: Cells = Counter((policy, str(verdict.tier or "-")) for policy, verdict in _eligible(situation))
    tiers = sorted({tier for _, tier in counts}, key=lambda tier: (tier == "-", len(tier), tier))
    names = {tier: Text(f"第{tier}级", f"tier {tier}") if tier != "-" else Text("未分级", "no tier") for tier in tiers}
    return draw_up(
        "tiers",
        Text("优先级别（第1级最急）", "Priority tiers (1 is the most urgent)"),
        (_rows_of_policies(situation, ELIGIBLE), [heading("tier", tier, names[tier]) for tier in tiers]),
        counts,
        population=_ELIGIBLE_ROWS,
        of=ALL_CHILDREN,
        total=len(situation.children),
        period=today,
        relation=Columns.PARTS,
    )


def _changes(situation: Situation) -> Figure:
    counts: Counter[tuple[str, str]] = Counter()
    for policy, verdict in _eligible(situation):
        counts[policy, "eligible"] += 1
        counts[policy, "changing"] += verdict.next_change is not None and verdict.next_change <= situation.period.end
    end = situation.period.end
    return draw_up(
        "changes",
        Text("期内判定将变化的儿童", "Verdicts that change within the period"),
        (
            _rows_of_policies(situation, ELIGIBLE),
            [
                Heading(id="eligible", label=Text("现符合", "eligible now")),
                heading("change", "changing", Text(f"到{end}前将变化", f"changing by {end}")),
            ],
        ),
        counts,
        population=_ELIGIBLE_ROWS,
        of=ALL_CHILDREN,
        total=len(situation.children),
        period=Period(min(situation.as_of, end), end),
        relation=Columns.SUBSETS,
    )


def _questions(situation: Situation, today: Period) -> Figure:
    missing: dict[str, set[str]] = {}
    for verdicts in situation.verdicts.values():
        for child in situation.children:
            verdict = verdicts.get(child.id)
            if verdict is not None and verdict.determination.value == "undetermined":
                missing.setdefault(child.id, set()).update(verdict.missing)
    asked = rank_questions(missing.values())
    of = ALL_CHILDREN | {"undetermined"}
    rows = [heading("fact", one.fact, situation.facts.get(one.fact, Text(one.fact, one.fact))) for one in asked]
    decides = heading("question", "decides", Text("问清后可定（依次）", "decided by it, in this order"))
    counts = {(one.fact, "open"): one.open_in for one in asked} | {(one.fact, "decides"): one.decides for one in asked}
    parts = tuple(of | row.where | decides.where for row in rows)
    undetermined = ALL_CHILDREN | {f"policy:{policy}" for policy in situation.policies} | {"determination:undetermined"}
    same = (Sum(whole=undetermined, parts=(of,)),) if len(situation.policies) == 1 else ()
    return draw_up(
        "questions",
        Text("先问什么：缺项与可定人数", "What to ask next: missing facts and how many children they decide"),
        (rows, [Heading(id="open", label=Text("缺此项的儿童", "children who miss it")), decides]),
        counts,
        population=Text("至少一项政策待定的儿童", "children undetermined under any policy"),
        of=of,
        total=len(missing),
        period=today,
        relation=Columns.SUBSETS,
        more_sums=(Sum(whole=of, parts=parts), *same) if parts and all(missing.values()) else same,
    )


def paired_by(strategy: str) -> Key:
    """Return the conditions of a child that *strategy* found a helper for."""
    return frozenset({f"to-pair:{strategy}", "pairing:paired"})


def _places(situation: Situation, profiles: Sequence[Profile], today: Period) -> Iterator[Figure]:
    counts: Counter[tuple[str, str]] = Counter()
    for profile in profiles:
        columns = [CHILDREN.id]
        columns += [p for p, answer in zip(situation.policies, profile.answers, strict=True) if answer == "eligible"]
        if profile.paired:
            columns.append("paired")
        for column in columns:
            counts[f"t{profile.locality.township}", column] += 1
            counts[f"v{profile.locality.village}", column] += 1
    columns_shown = [CHILDREN, *_eligible_columns(situation)]
    if situation.pairings:
        label = Text("已结对", "paired")
        columns_shown.append(Heading(id="paired", label=label, where=paired_by(situation.pairings[0].strategy)))
    localities = sorted({one.locality for one in profiles}, key=lambda one: (one.village == UNPLACED, one.village))
    townships = {one.township: _township(one) for one in localities}
    villages = [_village(one) for one in localities]
    for figure_id, title, rows in (
        ("townships", Text("各乡镇", "Townships"), [*townships.values()]),
        ("villages", Text("各村（社区）", "Villages"), villages),
    ):
        prefix = figure_id[0]
        found = {(row.id, column.id): counts[prefix + row.id, column.id] for row in rows for column in columns_shown}
        headings = (rows, columns_shown)
        yield _of_children(
            figure_id, title, headings, found, total=len(profiles), today=today, relation=Columns.SUBSETS
        )


def _eligible_columns(situation: Situation) -> Iterator[Heading]:
    for policy, title in situation.policies.items():
        label = Text(f"符合：{title.zh}", f"eligible: {title.en}")
        yield Heading(id=policy, label=label, where=frozenset({f"policy:{policy}", ELIGIBLE}))


def _township(locality: Locality) -> Heading:
    where = frozenset({f"township:{locality.township}"})
    return Heading(id=locality.township, label=locality.township_label, where=where)


def _village(locality: Locality) -> Heading:
    return Heading(
        id=locality.village,
        label=locality.label,
        where=frozenset({f"village:{locality.village}"}),
        inside=frozenset({f"township:{locality.township}"}),
    )


def _ages(profiles: Sequence[Profile], today: Period) -> Figure:
    counts = Counter((profile.age, profile.sex) for profile in profiles)
    title = Text("年龄与性别", "Age and sex")
    return _of_children("ages", title, (AGES, SEXES), counts, total=len(profiles), today=today, relation=Columns.PARTS)
