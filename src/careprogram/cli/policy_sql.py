"""`careprogram policy sql POLICY --dialect D`: the query by which a database judges a whole table.

Columns are called as facts are; the result keeps the truth of every clause. The query is printed with its values in
their places, to be read or run by hand; ``--json`` gives text and parameters apart, as a driver takes them.
"""

import argparse
import json
from typing import get_args

from careprogram.cli.policy_source import add_language, add_settling, add_source, day, find_policy
from careprogram.program.clock import SystemClock


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    from careprogram.rules.sql import SqlDialect

    command = subparsers.add_parser("sql", help="the query that judges a table", description=__doc__)
    add_source(command)
    command.add_argument("--dialect", choices=get_args(SqlDialect), required=True, help="the database it is for")
    command.add_argument("--as-of", metavar="DAY", type=day, help="the day that counts; today if not given")
    command.add_argument("--table", metavar="NAME", default="children", help="the table; children if not given")
    command.add_argument("--key", metavar="NAME", default="child", help="its column that names a child; child")
    command.add_argument("--json", action="store_true", help="text, parameters and columns, for a driver")
    add_settling(command)
    add_language(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the query."""
    from careprogram.rules.sql import policy_sql

    query = policy_sql(
        find_policy(arguments.policy, arguments),
        as_of=arguments.as_of or SystemClock().today(),
        dialect=arguments.dialect,
        table=arguments.table,
        key=arguments.key,
    )
    if arguments.json:
        told = {"text": query.text, "parameters": dict(query.parameters), "columns": query.columns}
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        print(query.printed)
    return 0
