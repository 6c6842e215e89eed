"""`careprogram policy table POLICY`: every case that a policy tells apart, as a decision table to review.

Exactly one row fits any complete answers. Of a policy that tells more cases apart than anybody reads, ask for one
``--category`` or ``--clause``.
"""

import argparse

from careprogram.cli.policy_source import add_language, add_settling, add_source, day, find_policy
from careprogram.program.clock import SystemClock


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("table", help="the decision table that a person reviews", description=__doc__)
    add_source(command)
    command.add_argument("--as-of", metavar="DAY", type=day, help="the day that counts; today if not given")
    parts = command.add_mutually_exclusive_group()
    parts.add_argument("--category", metavar="ID", help="only whether a child is in this category")
    parts.add_argument("--clause", metavar="ID", help="only whether this clause holds")
    command.add_argument("--gaps", action="store_true", help="with rows for facts that nobody answered")
    command.add_argument("--at-most", metavar="N", type=_count, default=200, help="how many rows; 200 if not given")
    command.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    add_settling(command)
    add_language(command)
    command.set_defaults(run=run)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text)):
        raise argparse.ArgumentTypeError("请写 1 到 99999 的整数 / give a whole number from 1 to 99999")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    from careprogram.rules.review.table import decision_table
    from careprogram.rules.review.table_told import render_table, render_table_markdown

    table = decision_table(
        find_policy(arguments.policy, arguments),
        arguments.as_of or SystemClock().today(),
        category=arguments.category,
        clause=arguments.clause,
        gaps=arguments.gaps,
        at_most=arguments.at_most,
    )
    print((render_table_markdown if arguments.markdown else render_table)(table, arguments.language))
    return 0
