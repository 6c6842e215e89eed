"""`careprogram audit verify FOLDER`: whether the audit trail of a program is still what was written.

Every entry is compared with its digest, and the trail with the end that was kept outside the store. `careprogram audit
keep FOLDER` keeps the present end there, as each run does: for a timetable, where much is written between runs.
"""

import argparse
import contextlib

from careprogram.errors import ConfigurationError
from careprogram.language import Language, Text
from careprogram.program import Program, TrailReport, keep_head, verify_trail

_WHOLE = Text(
    "审计记录完整：共 {entries} 条，均与写入时一致。",
    "The audit trail is whole: {entries} entries, all as they were written.",
)
_BROKEN = Text("审计记录被改动过：{problems} 处。", "The audit trail was changed: {problems} places.")
_KEPT = Text("库外保存的末端：第 {position} 条。", "The end kept outside: entry {position}.")
_NOT_KEPT = Text(
    "库外尚未保存末端：末尾若被截断将无法发现。", "No end was kept outside yet: a cut end could not be found."
)
_REMEDY = Text(
    "请查明是谁改动的，保留现有文件作为证据，并从最近一份校验通过的备份恢复。",
    "Find out who changed it, keep the files as they are as evidence, and go back to the last backup that verifies.",
)
_SHOWN = 20


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("audit", help="verify the audit trail", description=__doc__)
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify",
        help="whether the trail is still what was written",
        description="Exit status 0: it is; 1: it was changed, and each place is named by its position.",
    )
    verify.set_defaults(run=run)
    keep = actions.add_parser(
        "keep",
        help="keep the present end of the trail outside the store",
        description="Refused, with status 2, where the end that was kept before is not in the trail any more.",
    )
    keep.set_defaults(run=keep_now)
    for action in (verify, keep):
        action.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
        action.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")


def run(arguments: argparse.Namespace) -> int:
    """Verify the trail and say what was found; return 1 if it was changed."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    anchor = program.open_anchor()
    with contextlib.closing(program.open_store()) as store:
        report = verify_trail(store, anchor)
    for line in _told(report):
        print(line.in_(language))
    return 1 if report.problems else 0


def keep_now(arguments: argparse.Namespace) -> int:
    """Keep the end of the trail and say which entry that is."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    anchor = program.open_anchor()
    if anchor is None:
        raise ConfigurationError(
            "outputs.anchor: is empty; name a place outside the store, such as file:/mnt/office/a"
        ).also_in_chinese("outputs.anchor：没有写；请写一个不在存储里的位置，如 file:/mnt/office/a")
    with contextlib.closing(program.open_store()) as store:
        head = keep_head(store, anchor, at=program.clock.now())
    print(_filled(_KEPT, position=head.position).in_(language))
    return 0


def _told(report: TrailReport) -> tuple[Text, ...]:
    kept = _NOT_KEPT if report.kept is None else _filled(_KEPT, position=report.kept.position)
    if not report.problems:
        return (_filled(_WHOLE, entries=report.entries), kept)
    shown = [Text(f"- {one.text.zh}", f"- {one.text.en}") for one in report.problems[:_SHOWN]]
    if len(report.problems) > _SHOWN:
        shown.append(Text("- ……", "- …"))
    return (_filled(_BROKEN, problems=len(report.problems)), *shown, kept, _REMEDY)


def _filled(text: Text, **values: int) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
