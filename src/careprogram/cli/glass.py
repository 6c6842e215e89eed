"""`careprogram glass list|review FOLDER`: who let themselves in in an emergency, and has somebody looked at it since?

A broken glass lasts until the next day at most. It waits on the list, with its reason, until a responsible person who
did not use it has reviewed it.
"""

import argparse

from careprogram.cli.grant import HEADER, row_of
from careprogram.cli.office import add_office, at_office, done
from careprogram.language import Text
from careprogram.privacy import Purpose
from careprogram.program.papers import review_glass
from careprogram.program.record_kinds import ACCESS_GRANT


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "glass", help="broken glasses to review / 紧急查阅：查看、复核", description=__doc__
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="those that wait for a review", description="Exit status 1 if any does.")
    add_office(listing)
    listing.set_defaults(run=run_list)
    reviewing = actions.add_parser("review", help="write down that you have looked at one")
    add_office(reviewing)
    reviewing.add_argument("grant", metavar="ID", help="id of the grant, as the list gives it")
    reviewing.set_defaults(run=run_review)


def run_list(arguments: argparse.Namespace) -> int:
    """List what waits for a review, by way of the reading desk; return 1 if anything does."""
    with at_office(arguments) as office:
        today = office.program.clock.today().isoformat()
        waiting = [
            paper
            for paper in office.papers(ACCESS_GRANT, purpose=Purpose.SAFEGUARDING, review=None)
            if paper.get("break_glass")
        ]
        title = Text("待复核的紧急查阅", "broken glasses to review")
        office.table(title, HEADER, [row_of(paper, today=today) for paper in waiting])
        return max(done(office), 1 if waiting else 0)


def run_review(arguments: argparse.Namespace) -> int:
    """Write down that somebody responsible has looked at it."""
    with at_office(arguments) as office:
        grant = review_glass(office.store, arguments.grant, by=office.by, clock=office.program.clock)
        office.say(Text(f"已复核 {grant.id}", f"reviewed {grant.id}"))
        return done(office)
