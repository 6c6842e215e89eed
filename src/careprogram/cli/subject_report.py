"""`careprogram subject-report FOLDER CHILD`: the copy that a child or its guardian asked for.

Written to a file that its owner alone can read; nothing of it is printed. Who asked, and when, is in the audit trail.
"""

import argparse
import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from careprogram.cli.terminal import told_unanchored
from careprogram.language import Language, Text
from careprogram.privacy import Role, Scope, Viewer
from careprogram.program import Program
from careprogram.program.access import Access
from careprogram.program.audit import keep_end
from careprogram.program.told_to_families import kinds_for_copies
from careprogram.rules import Policy


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "subject-report",
        help="write the copy of personal data that a child or guardian asked for / 出具个人信息副本",
        description=__doc__,
    )
    command.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    command.add_argument("child", metavar="CHILD", help="id of the child, as the lists of the report give it")
    command.add_argument("--output", metavar="FILE", type=Path, required=True, help="where to write it")
    command.add_argument(
        "--requested-by", metavar="ID", help="opaque id of the guardian, for the audit trail; the child if not given"
    )
    command.add_argument("--format", choices=("page", "text", "json"), default="page")
    command.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the copy and say how much is in it."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    guardian = arguments.requested_by
    viewer = Viewer(
        id=guardian or arguments.child,
        role=Role.GUARDIAN if guardian else Role.CHILD,
        scope=Scope(children=[arguments.child]),
    )
    policies = program.policies()
    kinds = kinds_for_copies(program.host, policies)
    with contextlib.closing(program.open_store()) as store:
        report = Access(store=store, clock=program.clock, kinds=kinds, viewer=viewer).subject_report(arguments.child)
        unanchored = keep_end(program, store)
    if arguments.format == "json":
        told = report.to_json(kinds, language=language)
    else:
        make = report.to_text if arguments.format == "text" else report.to_page
        told = make(kinds, language=language, names=_names(program, policies))
    _write(arguments.output, told)
    print(_done(len(report.records), arguments.output).in_(language))
    return told_unanchored(unanchored)


def _names(program: Program, policies: Iterable[Policy]) -> dict[str, Text]:
    """Return what people call the policies, services and strategies of a program, by id."""
    services = {str(name): service.title for name, service in program.catalogue().items()}
    strategies = {strategy.id: strategy.title for strategy in program.strategies()}
    return {**services, **strategies, **{policy.id: policy.title for policy in policies}}


def _write(path: Path, text: str) -> None:
    """Write *text* where its owner alone can read it, whatever the file was before."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _done(records: int, path: Path) -> Text:
    return Text(
        f"副本含 {records} 条记录：{path}。交给申请人后请删除此文件。",
        f"The copy holds {records} records: {path}. Delete the file once it was handed over.",
    )
