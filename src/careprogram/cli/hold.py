"""`careprogram hold open|close|list FOLDER`: whose records are kept, whoever asks for erasure, because a case is open?

The case is a number or another word without content. Neither the child nor its guardian learns of a hold.
"""

import argparse

from careprogram.cli.office import add_office, at_office, done
from careprogram.language import Text
from careprogram.privacy import Purpose
from careprogram.program.holds import close_hold, open_hold
from careprogram.program.record_kinds import LEGAL_HOLD

_HEADER = (
    Text("儿童", "child"),
    Text("案号", "case"),
    Text("自", "since"),
    Text("经手", "opened by"),
    Text("解除", "closed"),
    Text("解除人", "closed by"),
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "hold", help="keep records while a case is open / 保留令：下达、解除、查看", description=__doc__
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    opening = actions.add_parser("open", help="keep everything about a child from now on")
    add_office(opening)
    opening.add_argument("child", metavar="CHILD", help="id of the child, as the lists of the report give it")
    opening.add_argument("--case", metavar="NUMBER", required=True, help="the number of the case, no content")
    opening.set_defaults(run=run_open)
    closing = actions.add_parser("close", help="let its records be erased again")
    add_office(closing)
    closing.add_argument("child", metavar="CHILD", help="id of the child")
    closing.set_defaults(run=run_close)
    listing = actions.add_parser("list", help="the holds that stand")
    add_office(listing)
    listing.add_argument("--all", action="store_true", help="those that were closed, too")
    listing.set_defaults(run=run_list)


def run_open(arguments: argparse.Namespace) -> int:
    """Open a hold."""
    with at_office(arguments) as office:
        hold = open_hold(office.store, arguments.child, case=arguments.case, by=office.by, clock=office.program.clock)
        office.say(Text(f"已下达保留令：{hold.child}", f"hold opened: {hold.child}"))
        return done(office)


def run_close(arguments: argparse.Namespace) -> int:
    """Close a hold."""
    with at_office(arguments) as office:
        hold = close_hold(office.store, arguments.child, by=office.by, clock=office.program.clock)
        office.say(Text(f"已解除保留令：{hold.child}", f"hold closed: {hold.child}"))
        return done(office)


def run_list(arguments: argparse.Namespace) -> int:
    """List holds, by way of the reading desk."""
    with at_office(arguments) as office:
        holds = office.papers(LEGAL_HOLD, purpose=Purpose.SAFEGUARDING)
        names = ("child", "case", "opened_on", "opened_by", "closed_on", "closed_by")
        rows = [[one.get(name) for name in names] for one in holds if arguments.all or one.get("closed_on") is None]
        office.table(Text("保留令", "holds"), _HEADER, rows)
        return done(office)
