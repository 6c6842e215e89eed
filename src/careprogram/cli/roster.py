"""`careprogram roster FILE`: read a roster and say what is wrong with it, cell by cell.

Nothing is stored. Exit status 1 where rows would be sent back.
"""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path

from careprogram.language import Language, Text
from careprogram.program.program_problems import unreadable
from careprogram.program.whole_files import write_private
from careprogram.rosters import RosterProblem, RosterReading, identify_with, read_roster, write_bad_rows

_NO_SECRET = b"ids of a dry run are thrown away"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("roster", help="check a roster, cell by cell", description=__doc__)
    command.add_argument("file", metavar="FILE", type=Path, help="an .xlsx workbook or a CSV file")
    command.add_argument("--as-of", metavar="DAY", type=_day, required=True, help="the day of the roster: 2026-09-01")
    command.add_argument("--bad-rows", metavar="FILE", type=Path, help="write the rows with errors to this workbook")
    command.add_argument("--json", action="store_true", help="print the problems as JSON lines")
    command.add_argument("--language", choices=("zh", "en"), default="zh")
    command.set_defaults(run=run)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give a day such as 2026-09-01") from None


def run(arguments: argparse.Namespace) -> int:
    """Check the roster."""
    try:
        raw = arguments.file.read_bytes()
    except OSError as error:
        raise unreadable(
            arguments.file, error, "name a roster, .xlsx or CSV", "请写花名册文件（.xlsx 或 CSV）"
        ) from None
    reading = read_roster(raw, as_of=arguments.as_of, identify=identify_with(_NO_SECRET))
    language: Language = arguments.language
    for problem in reading.problems:
        print(_as_json(problem) if arguments.json else problem.line(language))
    if arguments.bad_rows is not None:
        write_private(arguments.bad_rows, write_bad_rows(reading, language=language))
    print(_totals(reading).in_(language), file=sys.stderr)
    return 1 if reading.bad_rows else 0


def _as_json(problem: RosterProblem) -> str:
    told = {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "heading": problem.heading,
        "found": problem.value_class,
        "reason": problem.reason,
        "severity": problem.severity,
    }
    return json.dumps(told, ensure_ascii=False)


def _totals(reading: RosterReading) -> Text:
    totals, unmapped = reading.totals, len(reading.unmapped)
    return Text(
        f"{totals.rows} 行：可用 {totals.kept}，退回 {totals.held_back}；{totals.problems} 处问题，"
        f"疑似重复 {len(reading.duplicates)} 组，未识别的列 {unmapped} 个",
        f"{totals.rows} rows: {totals.kept} good, {totals.held_back} sent back; {totals.problems} problems, "
        f"{len(reading.duplicates)} likely duplicates, {unmapped} columns not recognized",
    )
