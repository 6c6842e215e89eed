"""`careprogram demo FOLDER`: make up a county of your own size and run its program.

The county is drawn from a seed, with the margins of the published surveys; nobody in it exists.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from careprogram.cli.run import run as run_program
from careprogram.errors import ConfigurationError, MissingExtraError
from careprogram.program.program import PROGRAM_FILE

_FEWEST_CHILDREN = 50
"""A roster of fewer has no room for one of each of the faults that are planted in it."""

_PROGRAM = """\
[program]
id = "demo"
title = "示例县农村留守儿童关爱服务"
as_of = {as_of}
key_file = "demo.key"

[inputs]
roster = "roster.xlsx"
helpers = "helpers.csv"
places = "places.csv"
village_links = "cadres.csv"

[policies]
judge = ["cn.left-behind.2016", "county.education", "township.family-planning"]
serve = ["cn.left-behind.2016", "county.education"]

[pairing]
farthest_m = 30000

[term]
id = "demo-term"
start = 2026-09-01
end = 2027-01-22

[notices.2026-1]
purposes = ["pairing", "care", "education", "contact"]
data_classes = ["identity", "contact", "family", "schooling", "care"]
separate = true

[plugins]
load = ["sql"]
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("demo", help="make up a county and run its program", description=__doc__)
    command.add_argument("folder", metavar="FOLDER", type=Path, help="a new or empty folder")
    command.add_argument("--children", type=_at_least(_FEWEST_CHILDREN), default=500, help="500 if not given")
    command.add_argument("--helpers", type=_at_least(1), default=100, help="100 if not given")
    command.add_argument("--seed", type=int, default=1, help="another number makes another county")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    command.add_argument("--language", choices=("zh", "en"), help="of the summary")
    command.set_defaults(run=run)


def _at_least(fewest: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < fewest:
            raise argparse.ArgumentTypeError(f"give a whole number, {fewest} or more")
        return int(text)

    return count


def run(arguments: argparse.Namespace) -> int:
    """Write the county, then run it."""
    folder: Path = arguments.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            f"{folder} is not empty: name a new folder, so that nothing of yours is overwritten"
        ).also_in_chinese(f"{folder} 不是空的：请写一个新文件夹，以免覆盖您的文件")
    try:
        from careprogram.testing.synthetic import synthetic_county, write_county
    except ImportError as error:
        raise MissingExtraError(error.name or "hypothesis", extra="testing", purpose="the made-up county") from None
    county = synthetic_county(arguments.seed, children=arguments.children, helpers=arguments.helpers)
    write_county(folder, county)
    (folder / PROGRAM_FILE).write_text(_PROGRAM.format(as_of=county.as_of), encoding="utf-8")
    return run_program(argparse.Namespace(**{**vars(arguments), "program": folder}))
