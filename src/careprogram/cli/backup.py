"""`careprogram backup FOLDER TARGET`: a copy of all records of a program, opened again and checked.

Others may go on working meanwhile. An existing file is never written over. The program's key file is not in it: without
the key the same child gets another id, so keep a copy of it, apart from the backup.
"""

import argparse
import contextlib
from pathlib import Path

from careprogram.language import Language, Text
from careprogram.program import Program


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("backup", help="write a checked copy of all records", description=__doc__)
    command.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    command.add_argument("target", metavar="TARGET", type=Path, help="the new file")
    command.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the backup and say what is in it."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    with contextlib.closing(program.open_store()) as store:
        receipt = store.backup(arguments.target)
    told = Text(
        f"备份已写入并校验：{receipt.path}\n{receipt.records} 条记录，审计记录 {receipt.head.position} 条，"
        f"{receipt.size} 字节\nSHA-256 {receipt.digest}",
        f"Backup written and checked: {receipt.path}\n{receipt.records} records, {receipt.head.position} audit "
        f"entries, {receipt.size} bytes\nSHA-256 {receipt.digest}",
    )
    print(told.in_(language))
    return 0
