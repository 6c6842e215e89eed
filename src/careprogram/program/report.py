"""Which files does a run leave for people to look at?

Writes the report folder: a page, Excel lists, and data for machines. Files are replaced whole or not at all, and only
where their content changed. The folder is for the office: lists name children, the page does not.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import cast

from careprogram.eligibility import ChildFacts
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Language, Text
from careprogram.pairing import PairingStrategy
from careprogram.program.config import ProgramConfig
from careprogram.program.findings import Findings
from careprogram.program.list_reading import office_readers, seen_roster
from careprogram.program.progress import Progress, counted
from careprogram.program.whole_files import put_in_place
from careprogram.reports import (
    ListReader,
    PairingSummary,
    Period,
    ReportSection,
    Situation,
    VerdictLike,
    duty_book,
    figures,
    national_table,
    national_table_book,
    pairing_book,
    render_page,
    report_json,
    verdict_book,
    verdicts_json,
)
from careprogram.rosters import write_bad_rows
from careprogram.rules import Verdict, render_verdict

NATIONAL_POLICY = "cn.left-behind.2016"
"""The policy whose children the national statistics table counts."""


def situation_of(
    config: ProgramConfig,
    strategies: Sequence[PairingStrategy],
    findings: Findings,
    *,
    scores: Mapping[str, Text],
    duty_kinds: Mapping[str, Text],
) -> Situation:
    """Gather what a report is made from; the adopted strategy comes first.

    Args:
        config: The program file.
        strategies: Those that were worked out.
        findings: What the run found.
        scores: Names of the parts of a pair's score.
        duty_kinds: Names of the kinds of duty; one duty's own title may speak of its day alone.
    """
    inputs, policies, plans = findings.inputs, findings.policies, findings.pairing.plans
    ordered = sorted(strategies, key=lambda strategy: strategy.id != config.pairing.adopt)
    return Situation(
        as_of=config.program.as_of,
        title=Text(config.program.title, config.program.title),
        period=Period(config.term.start, config.term.end),
        children=inputs.roster.children,
        places=inputs.places,
        policies={policy.id: policy.title for policy in policies},
        verdicts=findings.verdicts,
        entitlements={
            policy: {child: each.text for child, each in by_child.items()}
            for policy, by_child in findings.entitled.items()
            if policy in config.policies.serve
        },
        pairings=tuple(
            PairingSummary(
                strategy=strategy.id,
                title=strategy.title,
                pairs=plans[strategy.id].pairs,
                unpaired=plans[strategy.id].unpaired,
                idle=tuple(idle.helper for idle in plans[strategy.id].idle),
            )
            for strategy in ordered
        ),
        open_cares={plan.child: tuple(care.value for care in plan.open_cares) for plan in findings.plans},
        duties=tuple(duty for duty in findings.duties if not duty.muted),
        duty_kinds=duty_kinds,
        links=inputs.links.links,
        scores=scores,
        helpers=inputs.helpers.items,
        facts={name: fact.label for name, fact in ChildFacts.facts().items()},
        categories={policy.id: {category.id: category.title for category in policy.categories} for policy in policies},
    )


def report_files(
    situation: Situation,
    findings: Findings,
    *,
    sections: Sequence[ReportSection],
    language: Language,
    readers: Mapping[str, ListReader] | None = None,
) -> Mapping[str, Callable[[], bytes]]:
    """Return how each file of the report is made, by its name.

    Args:
        situation: What it is made from.
        findings: What the run found.
        sections: Of the page.
        language: Of page and lists.
        readers: Whom each list is for, by its name, see `list_readers`; an officer of the whole county if not given.
    """
    seen = readers or office_readers(situation.as_of)
    counted_in = _covered(situation)
    table = (
        None
        if counted_in is None
        else national_table(situation.children, as_of=situation.as_of, covered=counted_in, places=situation.places)
    )
    whole = figures(situation, national=table)
    by_id = {policy.id: policy for policy in findings.policies}

    def explain(policy: PolicyId, verdict: VerdictLike) -> str:
        return render_verdict(cast("Verdict", verdict), by_id[policy], language=language)

    files: dict[str, Callable[[], bytes]] = {
        "index.html": lambda: render_page(whole, language=language, sections=sections).encode(),
        "index.en.html": lambda: render_page(whole, language="en", sections=sections).encode(),
        "report.json": lambda: report_json(whole).encode(),
        "verdicts.json": lambda: verdicts_json(situation, reader=seen["verdicts.json"]).encode(),
        "roster.xlsx": lambda: seen_roster(situation, seen["roster.xlsx"]),
        "verdicts.xlsx": lambda: verdict_book(
            situation, reader=seen["verdicts.xlsx"], explain=explain, language=language
        ),
        "pairings.xlsx": lambda: pairing_book(situation, reader=seen["pairings.xlsx"], language=language),
        "duties.xlsx": lambda: duty_book(situation, reader=seen["duties.xlsx"], language=language),
    }
    if table is not None:
        files["national-table.xlsx"] = lambda: national_table_book(table, language=language)
    if findings.inputs.roster.bad_rows:
        files["bad-rows.xlsx"] = lambda: write_bad_rows(findings.inputs.roster, language=language)
    if findings.inputs.helpers.bad_rows:
        files["bad-helpers.xlsx"] = lambda: write_bad_rows(findings.inputs.helpers, language=language)
    return files


def _covered(situation: Situation) -> Collection[ChildId] | None:
    """Return the children that the national definition covers, or None where it did not judge."""
    for policy, verdicts in situation.verdicts.items():
        if policy == NATIONAL_POLICY:
            return {child for child, verdict in verdicts.items() if verdict.determination.value == "eligible"}
    return None


def write_files(
    folder: Path,
    files: Mapping[str, Callable[[], bytes]],
    progress: Progress,
    *,
    before: Callable[[Sequence[str]], None] | None = None,
) -> int:
    """Write *files* into *folder*, for its owner alone, all or none; return how many are new or changed.

    What *before* does is told at `put_in_place`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = counted(tuple(files.items()), progress, Text("生成报告", "writing the report"))
    return put_in_place(folder, made, before=before)
