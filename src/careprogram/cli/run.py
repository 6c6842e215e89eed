"""`careprogram run FOLDER`: do the main job and say what was done."""

import argparse
import sys
from collections.abc import Iterator

from careprogram.cli.terminal import failure_line, print_table, progress
from careprogram.language import Language, Text
from careprogram.program import Program, RunSummary
from careprogram.program.summary import RosterCounts

_MOST_ROWS = 5
"""Rows that are named one by one."""

Rows = Iterator[tuple[Text, Text]]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "run", help="read the lists, judge, pair, plan, keep, tell, report", description=__doc__
    )
    command.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    command.add_argument("--language", choices=("zh", "en"), help="of the summary; that of the program if not given")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the program and print its summary."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    with progress(quiet=arguments.quiet, language=language) as shown:
        summary = program.run(shown)
    title = f"{program.config.program.title} · {program.config.program.as_of}"
    rows = [(item.in_(language), value.in_(language)) for item, value in summary_rows(summary)]
    print_table(title, (Text("事项", "item").in_(language), Text("结果", "result").in_(language)), rows)
    print(closing_line(summary).in_(language))
    for failure in summary.of_plugins:
        print(f"careprogram: {failure_line(failure, language)}", file=sys.stderr)
    for fault in summary.failures[len(summary.of_plugins) :]:
        print(f"careprogram: {fault}", file=sys.stderr)
    if summary.messages.unsent:
        print(f"careprogram: {_unsent(summary.messages.unsent).in_(language)}", file=sys.stderr)
    return 1 if summary.failures or summary.messages.unsent else 0


def _unsent(count: int) -> Text:
    return Text(
        f"{count} 条消息未能发出：请检查 [outputs] 的 notifier 和 outbox，稍后再次运行即会重试",
        f"{count} messages have not gone out: check notifier and outbox in [outputs]; a later run tries them again",
    )


def closing_line(summary: RunSummary) -> Text:
    """Say whether anything changed, and where to look."""
    where = summary.report / "index.html"
    if not summary.changed:
        return Text(f"与上次运行相比没有变化。报告：{where}", f"Nothing changed since the last run. Report: {where}")
    return Text(f"完成。请打开报告：{where}", f"Done. Open the report: {where}")


def summary_rows(summary: RunSummary) -> Rows:
    """Return what a run did, a line each."""
    yield Text("花名册", "roster"), _roster(summary.roster, Text("名儿童", "children"))
    yield Text("帮扶人名单", "helper list"), _roster(summary.helpers, Text("名帮扶人", "helpers"))
    for policy in summary.policies.values():
        yield (
            Text(f"判定：{policy.title.zh}", f"judged by {policy.title.en}"),
            Text(
                f"符合 {policy.eligible}，不符合 {policy.ineligible}，待定 {policy.undetermined}",
                f"{policy.eligible} eligible, {policy.ineligible} ineligible, {policy.undetermined} undetermined",
            ),
        )
    for pairing in summary.pairings.values():
        adopted = Text("（采用）", " (adopted)") if pairing.adopted else Text("", "")
        yield (
            Text(f"结对：{pairing.title.zh}{adopted.zh}", f"paired {pairing.title.en}{adopted.en}"),
            Text(
                f"{pairing.children} 名儿童结成 {pairing.pairs} 对，{pairing.unpaired} 名未结对（均有原因）",
                f"{pairing.children} children in {pairing.pairs} pairs, {pairing.unpaired} unpaired, each with reasons",
            ),
        )
    if summary.ended:
        yield (
            Text("结束的结对", "pairings ended"),
            Text(
                f"{summary.ended} 对：帮扶人已离开，或规则不再允许",
                f"{summary.ended}: the helper left, or a rule forbids it",
            ),
        )
    if summary.held:
        yield (
            Text("保留的结对", "pairings held"),
            Text(
                f"{summary.held} 对：帮扶人的行可能已被退回，或插件的规则出错；改正后再定",
                f"{summary.held}: the row of the helper may have been sent back, or a rule of a plugin failed; mend it",
            ),
        )
    if summary.erased:
        yield _erased(summary)
    yield from _work(summary)


def _erased(summary: RunSummary) -> tuple[Text, Text]:
    """Say which rows are about erased children, by row and by opaque id."""
    told = [(f"{row.sheet} {row.row}".strip(), row.erased) for row in summary.erased]
    rows = "、".join(f"第 {place} 行（{erased}）" for place, erased in told[:_MOST_ROWS])
    en_rows = ", ".join(f"row {place} ({erased})" for place, erased in told[:_MOST_ROWS])
    more = "" if len(told) <= _MOST_ROWS else " …"
    return (
        Text("花名册上的已删除儿童", "erased children on the roster"),
        Text(
            f"{len(told)} 名，未登记：{rows}{more}；要重新登记：careprogram erase FOLDER 编号 --readmit --by ID",
            f"{len(told)}, not taken in: {en_rows}{more}; to let one come back: "
            "careprogram erase FOLDER CHILD --readmit --by ID",
        ),
    )


def _work(summary: RunSummary) -> Rows:
    care, kept, messages = summary.care, summary.kept, summary.messages
    yield (
        Text("帮扶计划", "plans of care"),
        Text(
            f"{care.plans} 份，其中 {care.complete} 份“四有”均有责任人",
            f"{care.plans}, in {care.complete} of them each of the four cares has somebody responsible",
        ),
    )
    yield (
        Text("本学期任务", "duties of the term"),
        Text(
            f"{care.duties} 项，无人负责 {care.unassigned} 项",
            f"{care.duties}, nobody responsible for {care.unassigned}",
        ),
    )
    yield (
        Text("记录", "records"),
        Text(
            f"新增 {_sum(summary, 'new')}，更新 {_sum(summary, 'changed')}，未变 {_sum(summary, 'unchanged')}",
            f"{_sum(summary, 'new')} new, {_sum(summary, 'changed')} changed, {_sum(summary, 'unchanged')} unchanged",
        ),
    )
    yield from _consents(summary)
    gone = len(kept["child"].absent) if "child" in kept else 0
    if gone:
        yield (
            Text("在册而未出现在本次花名册", "on file, not on this roster"),
            Text(f"{gone} 名儿童，请逐一核实去向", f"{gone} children: find out where each of them is"),
        )
    yield (
        Text("消息", "messages"),
        Text(
            f"新增 {messages.new} 条，发出 {messages.sent} 条，{messages.unreachable} 人没有联系方式",
            f"{messages.new} new, {messages.sent} sent, {messages.unreachable} people without a contact",
        ),
    )
    yield Text("报告文件", "report files"), Text(f"更新 {summary.written} 个", f"{summary.written} written")


def _consents(summary: RunSummary) -> Rows:
    consents = summary.consents
    if not consents.stated:
        return
    zh = f"新归档 {consents.given} 份，撤回 {consents.withdrawn} 份"
    en = f"{consents.given} newly on file, {consents.withdrawn} withdrawn"
    for gap, count in consents.gaps.items():
        zh += f"；{count} 名儿童未归档：{gap.text.zh}"
        en += f"; {count} children not filed: {gap.text.en}"
    yield Text("花名册上的同意书", "consents on the roster"), Text(zh, en)


def _roster(counts: RosterCounts, of: Text) -> Text:
    zh = f"读入 {counts.rows} 行，登记 {counts.good} {of.zh}"
    en = f"{counts.rows} rows read, {counts.good} {of.en}"
    if counts.bad:
        zh += f"，退回 {counts.bad} 行"
        en += f", {counts.bad} rows sent back"
    if counts.problems:
        zh += f"，{counts.problems} 处问题"
        en += f", {counts.problems} problems"
    if counts.duplicates:
        zh += f"，疑似重复 {counts.duplicates} 组"
        en += f", {counts.duplicates} likely duplicates"
    return Text(zh, en)


def _sum(summary: RunSummary, what: str) -> int:
    return sum(getattr(kept, what) for kept in summary.kept.values())
