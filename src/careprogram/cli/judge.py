"""`careprogram judge FOLDER CHILD`: what every policy of the program says of one child, and why.

The child is named by its opaque id, as the lists of the report give it, and the answer names nobody. It is for the
reader that ``[lists]`` of the program file names; the look is in the audit trail, and nothing else is stored.
"""

import argparse
import contextlib

from careprogram.cli.terminal import progress, told_unanchored
from careprogram.eligibility import judge
from careprogram.errors import NotFoundError
from careprogram.language import Language
from careprogram.program import Program, read_inputs
from careprogram.program.audit import keep_end
from careprogram.program.list_reading import list_readers, told
from careprogram.reports.list_reader import OF_VERDICT
from careprogram.rules import render_verdict


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("judge", help="explain the verdicts on one child", description=__doc__)
    command.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    command.add_argument("child", metavar="CHILD", help="id of the child")
    command.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Judge the child and print the reasons."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    with progress(quiet=arguments.quiet, language=language) as bar:
        inputs = read_inputs(program.config, program.folder, catalogue=program.catalogue(), progress=bar)
    found = next((child for child in inputs.roster.children if child.id == arguments.child), None)
    if found is None:
        raise NotFoundError(
            f"no child on the roster has the id {arguments.child!r}: take it from report/verdicts.xlsx"
        ).also_in_chinese(f"花名册上没有编号为“{arguments.child}”的儿童：请从 report/verdicts.xlsx 里抄编号")
    as_of = program.config.program.as_of
    texts = [render_verdict(judge(found, one, as_of=as_of), one, language=language) for one in program.policies()]
    with contextlib.closing(program.open_store()) as store:
        reader = list_readers(program.config, store)["verdicts.xlsx"]
        shown = told(reader, OF_VERDICT, found, "explanation", texts, store=store, clock=program.clock, action="judge")
        unanchored = keep_end(program, store)
    for text in shown:
        print(text, end="\n\n")
    return told_unanchored(unanchored)
