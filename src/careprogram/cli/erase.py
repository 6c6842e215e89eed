"""`careprogram erase FOLDER CHILD`: erase everything that is on file about one child, for good.

Says first how many records of each kind there are, never what they hold, and asks; `--yes` answers beforehand. Prints
the receipt that is kept. `careprogram erase FOLDER --due` lists whose records have been kept long enough, and which
fields; with `--fields --by ID --yes` those fields are erased. A roster does not bring an erased child back: `--readmit`
lets it.
"""

import argparse
import contextlib
import sys
from collections import Counter
from collections.abc import Mapping

from careprogram.cli.terminal import print_table, told_unanchored
from careprogram.errors import ConfigurationError, NotFoundError
from careprogram.language import Language, Text
from careprogram.ports import Store
from careprogram.privacy import Role, Scope, Viewer
from careprogram.program import Program
from careprogram.program.audit import keep_end
from careprogram.program.erased_marks import readmit
from careprogram.program.erasure import ErasureGround, ErasureReceipt, erase_child
from careprogram.program.field_retention import due_fields, erase_fields, finish_remains
from careprogram.program.inputs import program_key
from careprogram.program.record_kinds import LEGAL_HOLD, RecordKind, record_kinds
from careprogram.program.retention import due_for_erasure
from careprogram.program.subject_report import records_of

Kinds = Mapping[str, RecordKind]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "erase",
        help="erase everything about one child, with a receipt / 删除一名儿童的全部信息并出具回执",
        description=__doc__,
    )
    command.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    command.add_argument(
        "child", metavar="CHILD", nargs="?", help="id of the child, as the lists of the report give it"
    )
    command.add_argument("--due", action="store_true", help="list what has been kept long enough; erase nothing")
    command.add_argument("--fields", action="store_true", help="erase the single fields that --due lists")
    command.add_argument("--readmit", action="store_true", help="let an erased child come back by a roster")
    command.add_argument("--why", choices=[ground.value for ground in ErasureGround], help="on which ground")
    command.add_argument("--by", metavar="ID", help="opaque id of whoever erases, for receipt and audit trail")
    command.add_argument("--yes", action="store_true", help="do not ask / 不再询问")
    command.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Erase, or list what is due."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    kinds = record_kinds(program.host.archive_kinds())
    with contextlib.closing(program.open_store()) as store:
        if arguments.due:
            return _list_due(store, kinds, program, language)
        if arguments.fields:
            return _erase_fields(store, kinds, program, arguments, language)
        if arguments.readmit:
            return _readmit(store, program, arguments, language)
        missing = [name for name in ("child", "why", "by") if not getattr(arguments, name)]
        if missing:
            raise ConfigurationError("erase needs the id of the child, --why and --by, or --due alone").also_in_chinese(
                "请给出儿童编号、--why 和 --by，或仅给 --due"
            )
        if not _confirmed(store, kinds, arguments, language):
            print(Text("没有删除任何内容", "nothing was erased").in_(language))
            return 1
        by = Viewer(id=arguments.by, role=Role.COUNTY_OFFICER, scope=Scope(program=True))
        why = next(ground for ground in ErasureGround if ground.value == arguments.why)
        key = program_key(program.folder / program.config.program.key_file)
        receipt = erase_child(store, kinds, arguments.child, by=by, why=why, clock=program.clock, key=key)
        unanchored = keep_end(program, store)
    _print_receipt(receipt, kinds, language)
    return told_unanchored(unanchored)


def _readmit(store: Store, program: Program, arguments: argparse.Namespace, language: Language) -> int:
    if not (arguments.child and arguments.by):
        raise ConfigurationError("--readmit needs the id of the child and --by").also_in_chinese(
            "--readmit 需要儿童编号和 --by"
        )
    by = Viewer(id=arguments.by, role=Role.COUNTY_OFFICER, scope=Scope(program=True))
    readmit(store, arguments.child, by=by, clock=program.clock)
    print(Text("下次运行可以重新登记该儿童", "The next run may take the child in again").in_(language))
    return told_unanchored(keep_end(program, store))


def _confirmed(store: Store, kinds: Kinds, arguments: argparse.Namespace, language: Language) -> bool:
    """Show what there is by number, and ask for the id of the child unless that was answered beforehand."""
    records = (record for record in records_of(store, kinds, arguments.child) if record.kind != LEGAL_HOLD)
    counts = Counter(record.kind for record in records)
    if not counts:
        raise NotFoundError(f"nothing about a child with the id {arguments.child!r} is on file").also_in_chinese(
            f"没有编号为“{arguments.child}”的儿童的记录"
        )
    _print_counts(Text("将删除", "to be erased").in_(language), counts, kinds, language)
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigurationError("nobody is there to be asked: add --yes").also_in_chinese("无人可询问：请加 --yes")
    question = Text("删除后无法恢复。请输入儿童编号以确认：", "This cannot be undone. Type the id of the child: ")
    return input(question.in_(language)).strip() == str(arguments.child)


def _print_counts(title: str, counts: Mapping[str, int], kinds: Kinds, language: Language) -> None:
    header = (Text("记录", "record").in_(language), Text("数量", "count").in_(language))
    rows = [(kinds[kind].title.in_(language), str(count)) for kind, count in counts.items()]
    print_table(title, header, rows)


def _print_receipt(receipt: ErasureReceipt, kinds: Kinds, language: Language) -> None:
    title = Text(f"删除回执 {receipt.id}", f"erasure receipt {receipt.id}").in_(language)
    _print_counts(title, {one.kind: one.records for one in receipt.kinds}, kinds, language)
    at = f"{receipt.at:%Y-%m-%d %H:%M}"
    told = Text(
        f"儿童 {receipt.erased}：{receipt.records} 条记录、{receipt.messages} 条消息，{at}，经手 {receipt.by}，"
        f"依据：{receipt.why.label('zh')}",
        f"child {receipt.erased}: {receipt.records} records and {receipt.messages} messages, {at}, by {receipt.by}, "
        f"ground: {receipt.why.label('en')}",
    )
    after = Text(
        "请同时从花名册中删去该儿童：下次运行不会重新登记，但会提示该行。请重新运行以更新报告。",
        "Take the child out of the roster, too: a run does not take it in again, but tells of its row. Run again to "
        "renew the report.",
    )
    print(told.in_(language))
    if receipt.mentions:
        mentions = Text(
            f"已从 {receipt.mentions} 份兄弟姐妹的记录中去掉其编号。",
            f"Its id was taken out of {receipt.mentions} records of siblings.",
        )
        print(mentions.in_(language))
    print(receipt.remains.in_(language))
    print(after.in_(language))


def _list_due(store: Store, kinds: Kinds, program: Program, language: Language) -> int:
    due = due_for_erasure(store, kinds, as_of=program.clock.today())
    words = {
        (True, False): Text("全部", "everything"),
        (False, False): Text("部分", "part of it"),
        (True, True): Text("全部，但有保留令", "everything, but a case is open"),
        (False, True): Text("部分，但有保留令", "part of it, but a case is open"),
    }
    header = ("儿童", "到期", "记录", "范围") if language == "zh" else ("child", "since", "records", "extent")
    rows = [
        (one.child, one.since.isoformat(), str(len(one.records)), words[one.whole, one.held].in_(language))
        for one in due
    ]
    print_table(Text("保存期限届满", "kept long enough").in_(language), header, rows)
    single = due_fields(store, kinds, as_of=program.clock.today())
    if single:
        header = ("儿童", "到期", "档案", "字段") if language == "zh" else ("child", "since", "archive", "fields")
        fields = [
            (one.child, one.since.isoformat(), kinds[one.record.kind].title.in_(language), ", ".join(one.paths))
            for one in single
        ]
        print_table(Text("到期的字段", "fields kept long enough").in_(language), header, fields)
    return 0


def _erase_fields(
    store: Store, kinds: Kinds, program: Program, arguments: argparse.Namespace, language: Language
) -> int:
    """Erase every field that is due, archive by archive, each with a receipt; those of open cases stay."""
    if not (arguments.by and arguments.yes):
        raise ConfigurationError("--fields needs --by and --yes: look first with --due").also_in_chinese(
            "--fields 需要 --by 和 --yes：请先用 --due 查看"
        )
    by = Viewer(id=arguments.by, role=Role.COUNTY_OFFICER, scope=Scope(program=True))
    finish_remains(store)
    due = due_fields(store, kinds, as_of=program.clock.today())
    receipts = [erase_fields(store, one, by=by, clock=program.clock) for one in due if not one.held]
    held = len(due) - len(receipts)
    told = Text(
        f"已从 {len(receipts)} 份档案中删除到期的字段；因保留令未动 {held} 份。",
        f"Fields were erased from {len(receipts)} archives; {held} stay because a case is open.",
    )
    print(told.in_(language))
    for receipt in receipts:
        print(f"  {receipt.id}  {receipt.erased}")
    return told_unanchored(keep_end(program, store))
