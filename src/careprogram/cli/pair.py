"""`careprogram pair`: work out who would be paired with whom, and why; nothing is kept and nobody is told.

Either of a program (`careprogram pair FOLDER`), whose standing pairings are looked at, too, or of bare files
(`careprogram pair --roster R --helpers H --as-of DAY`). Writes a page, the lists of the office, and data.
"""

import argparse
import contextlib
import datetime as dt
import functools
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from careprogram.builtin.contributions import standard_host
from careprogram.care import Term
from careprogram.cli.terminal import failure_line, print_table, progress, told_unanchored
from careprogram.errors import ConfigurationError
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Language, Text
from careprogram.pairing import PairingPlan
from careprogram.program import Program, explain_child, proposal_files, propose_pairs, remedies_of
from careprogram.program.audit import keep_end
from careprogram.program.clock import SystemClock
from careprogram.program.config import (
    InputsSection,
    OutputsSection,
    PairingSection,
    PoliciesSection,
    ProgramConfig,
    ProgramSection,
)
from careprogram.program.list_reading import list_readers, reading_entered, told
from careprogram.program.report import write_files
from careprogram.reports.list_reader import OF_PAIR
from careprogram.reports.templates import require_templates

_POLICY = "cn.left-behind.2016"
_STRATEGY = "one-to-many"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("pair", help="work out the pairs and keep nothing", description=__doc__)
    command.add_argument(
        "program", metavar="FOLDER", nargs="?", help="folder with a program.toml, or the file itself; else --roster"
    )
    files = command.add_argument_group("bare files, instead of a program")
    files.add_argument("--roster", type=Path, help="roster of children, .xlsx or CSV")
    files.add_argument("--helpers", type=Path, help="list of helpers")
    files.add_argument("--places", type=Path, help="townships and villages with their coordinates")
    files.add_argument("--as-of", type=_day, help="the day, such as 2026-09-01")
    files.add_argument("--policy", action="append", help=f"who is served, may be given again; {_POLICY} if not given")
    files.add_argument("--farthest-m", type=int, help="farthest distance in meters")
    files.add_argument("--assume-consent", action="store_true", help="propose children whose guardian nobody has asked")
    command.add_argument("--strategy", help=f"that of the program, or {_STRATEGY}, if not given")
    command.add_argument("--anew", action="store_true", help="as if nobody were paired yet")
    command.add_argument("--child", metavar="ID", help="explain this child, with choices and remedies; write no file")
    command.add_argument("--no-remedies", action="store_true", help="do not look for what would mend the shortages")
    command.add_argument("--output", type=Path, help="folder of the page and the lists; out/pairing if not given")
    command.add_argument("--language", choices=("zh", "en"), help="that of the program, or zh, if not given")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    command.set_defaults(run=run)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-09-01") from None


def run(arguments: argparse.Namespace) -> int:
    """Work out the pairs, write the files, and print the plan in numbers."""
    program = _of_files(arguments) if arguments.program is None else _of_folder(arguments)
    language: Language = arguments.language or program.config.program.language
    output: Path = arguments.output or program.folder / "out" / "pairing"
    if arguments.child is None:
        # Before the work, which is lost where there is no room for its result, or nothing to make it with.
        _make_folder(output)
        require_templates()
    with (
        progress(quiet=arguments.quiet, language=language) as shown,
        contextlib.closing(program.open_store()) as store,
    ):
        strategy = arguments.strategy or program.config.pairing.adopt
        standing = None if arguments.anew or arguments.program is None else store
        proposal = propose_pairs(program, strategy=strategy, store=standing, erased=store, progress=shown)
        attended = functools.partial(program.host.attended, strategy=proposal.strategy.id)
        if arguments.child is not None:
            text = attended(lambda: explain_child(proposal, ChildId(arguments.child), language=language))
            child = next(one for one in proposal.inputs.roster.children if one.id == arguments.child)
            reader = list_readers(program.config, store)["pairings.xlsx"]
            print(*told(reader, OF_PAIR, child, "reasons", [text], store=store, clock=program.clock, action="explain"))
            return max(_told_failures(program, language), told_unanchored(keep_end(program, store)))
        remedies = None if arguments.no_remedies else attended(lambda: remedies_of(proposal, shown))
        readers = list_readers(program.config, store)
        files = proposal_files(program, proposal, language=language, remedies=remedies, readers=readers)
        entered = reading_entered(readers, store, about=program.config.program.id, clock=program.clock)
        write_files(output, files, shown, before=entered)
        unanchored = keep_end(program, store)
    title = f"{program.config.program.title} · {proposal.strategy.title.in_(language)}"
    rows = [(item.in_(language), value.in_(language)) for item, value in _rows(proposal.plan)]
    print_table(title, (Text("事项", "item").in_(language), Text("结果", "result").in_(language)), rows)
    where = output / "pairing.html"
    done = Text(f"只是建议，什么也没有保存。请打开：{where}", f"A proposal only, nothing was kept. Open: {where}")
    print(done.in_(language))
    return max(_told_failures(program, language), told_unanchored(unanchored))


def _told_failures(program: Program, language: Language) -> int:
    for failure in program.host.failures:
        print(f"careprogram: {failure_line(failure.text, language)}", file=sys.stderr)
    return 1 if program.host.failures else 0


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no folder can be called so"
        raise ConfigurationError(
            f"{output} takes no files ({why}): give another folder with --output; nothing was written"
        ).also_in_chinese(f"{output} 里不能写文件：请用 --output 换一个文件夹；什么也没有写") from None


def _of_folder(arguments: argparse.Namespace) -> Program:
    given = [
        name
        for name in ("roster", "helpers", "places", "as_of", "policy", "farthest_m")
        if getattr(arguments, name) is not None
    ]
    if given or arguments.assume_consent:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given or ["assume_consent"])
        raise ConfigurationError(
            f"{named}: the program file says this; leave it out, or leave out FOLDER"
        ).also_in_chinese(f"{named}：程序文件里已经写明；请去掉它，或去掉文件夹")
    return Program.load(arguments.program)


def _of_files(arguments: argparse.Namespace) -> Program:
    """Make up the program of which the bare files are the lists."""
    missing = [f"--{name.replace('_', '-')}" for name in ("roster", "helpers", "as_of") if not getattr(arguments, name)]
    if missing:
        raise ConfigurationError(f"name the folder of a program, or give {', '.join(missing)}").also_in_chinese(
            f"请写程序所在的文件夹，或给出 {'、'.join(missing)}"
        )
    output: Path = arguments.output or Path("out") / "pairing"
    _make_folder(output)
    policies = tuple(PolicyId(name) for name in arguments.policy or (_POLICY,))
    strategy = arguments.strategy or _STRATEGY
    day: dt.date = arguments.as_of
    config = ProgramConfig(
        program=ProgramSection(
            id="pairing",
            title=arguments.roster.stem,
            as_of=day,
            language=arguments.language or "zh",
            # Ids must mean the same child next time; the secret stays beside the lists that it opens.
            key_file=str((output / "program.key").absolute()),
        ),
        inputs=InputsSection(
            roster=str(arguments.roster.absolute()),
            helpers=str(arguments.helpers.absolute()),
            places=None if arguments.places is None else str(arguments.places.absolute()),
        ),
        policies=PoliciesSection(judge=policies, serve=policies),
        term=Term(id="pairing", start=day, end=day),
        pairing=PairingSection(
            strategies=(strategy,),
            adopt=strategy,
            farthest_m=arguments.farthest_m,
            assume_consent=arguments.assume_consent,
        ),
        outputs=OutputsSection(store="memory:", report=str(output)),
    )
    return Program(config=config, folder=Path(), host=standard_host(), clock=SystemClock())


def _rows(plan: PairingPlan) -> Iterator[tuple[Text, Text]]:
    totals = plan.totals
    covered = sum(totals.covered.values())
    yield (
        Text("儿童", "children"),
        Text(
            f"{totals.children} 名，其中 {covered} 名已有帮扶人，共 {totals.pairs} 对",
            f"{covered} of {totals.children} have a helper, in {totals.pairs} pairs",
        ),
    )
    for tier, wanting in totals.wanting.items():
        had = totals.covered.get(tier, 0)
        yield Text(f"第 {tier} 级", f"tier {tier}"), Text(f"{had}/{wanting}", f"{had}/{wanting}")
    if totals.kept or totals.broken:
        kept = Text(f"延续 {totals.kept}，结束 {totals.broken}", f"{totals.kept} kept, {totals.broken} broken")
        yield Text("已有结对", "standing pairings"), kept
    short = len(plan.shortages)
    yield (
        Text("未结对", "without a helper"),
        Text(
            f"{len(plan.unpaired)} 名，均有原因；名额缺口 {short} 处",
            f"{len(plan.unpaired)}, each with the reason; {short} shortages of places",
        ),
    )
    yield Text("没有儿童的帮扶人", "helpers without a child"), Text(f"{len(plan.idle)} 名", f"{len(plan.idle)}")
    checked = plan.verify()
    if checked is None:
        yield Text("证明", "proof"), Text("该方案不附证明", "this plan carries none")
    elif checked.proven:
        yield (
            Text("证明", "proof"),
            Text("已核对：候选中没有更好的方案", "checked: no better plan among the candidates"),
        )
    else:
        gap = Text(f"已核对：最多相差 {checked.gap}", f"checked: at most {checked.gap} short of the best")
        yield Text("证明", "proof"), gap
