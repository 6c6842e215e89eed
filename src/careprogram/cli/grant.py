"""`careprogram grant ask|approve|list|end FOLDER`: who is let in beyond their own scope, by whom, until when.

`ask` opens nothing. `approve` makes the grant that was asked for: only by somebody else, and no further than they may
look themselves. Every grant has a last day; `end` ends it before, or drops what was asked.
"""

import argparse
import uuid
from collections.abc import Mapping
from typing import Final

from careprogram.cli.office import add_office, at_office, day, done, labels, refuse
from careprogram.language import Text
from careprogram.people import PlaceCode
from careprogram.privacy import AccessRequest, Purpose, Sensitivity
from careprogram.program.papers import approve_request, end_grant, request_access
from careprogram.program.record_kinds import ACCESS_GRANT, ACCESS_REQUEST

HEADER: Final = (
    Text("编号", "id"),
    Text("谁", "who"),
    Text("儿童或地点", "child or place"),
    Text("用途", "for"),
    Text("级别", "up to"),
    Text("自", "from"),
    Text("至", "until"),
    Text("批准人", "approved by"),
    Text("状态", "state"),
    Text("事由", "reason"),
)
_LEVELS: Final = {
    Sensitivity.INTERNAL: Text("一般", "internal"),
    Sensitivity.PERSONAL: Text("个人", "personal"),
    Sensitivity.SENSITIVE: Text("敏感", "sensitive"),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "grant", help="let somebody in, with an end / 查阅授权：申请、批准、查看、结束", description=__doc__
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    asking = actions.add_parser("ask", help="ask to be let in; opens nothing", description=__doc__)
    add_office(asking)
    asking.add_argument("child", metavar="CHILD", nargs="?", help="id of the child; or name a place")
    asking.add_argument("--place", metavar="CODE", help="whoever lives there, instead of one child")
    purposes = [one.value for one in Purpose]
    asking.add_argument("--for", dest="purposes", metavar="PURPOSE", action="append", choices=purposes, default=[])
    levels = [one.value for one in _LEVELS]
    asking.add_argument("--up-to", choices=levels, default="personal", help="a name of a child under 14 is sensitive")
    asking.add_argument("--from", dest="from_", metavar="DAY", type=day, help="today if not given")
    asking.add_argument("--until", metavar="DAY", type=day, help="last day, at most a year on")
    asking.add_argument("--reason", metavar="TEXT", help="why; seen by who approves and reviews")
    asking.set_defaults(run=run_ask)
    for name, about, work in (
        ("approve", "make the grant that was asked for", run_approve),
        ("end", "end a grant from today on, or drop what was asked", run_end),
    ):
        deciding = actions.add_parser(name, help=about)
        add_office(deciding)
        deciding.add_argument("grant", metavar="ID", help="id of the request or grant, as the list gives it")
        deciding.set_defaults(run=work)
    listing = actions.add_parser("list", help="what was asked for, and what stands")
    add_office(listing)
    listing.add_argument("--all", action="store_true", help="those that are over, too")
    listing.set_defaults(run=run_list)


def run_ask(arguments: argparse.Namespace) -> int:
    """Put a request on file."""
    refuse(_faults(arguments))
    with at_office(arguments) as office:
        today = office.program.clock.today()
        request = AccessRequest(
            id=f"grant-{uuid.uuid4().hex[:16]}",
            grantee=arguments.by,
            child=arguments.child,
            place=None if arguments.place is None else PlaceCode.parse(arguments.place),
            purposes=frozenset(one for one in Purpose if one.value in arguments.purposes),
            up_to=next(one for one in Sensitivity if one.value == arguments.up_to),
            reason=arguments.reason,
            from_=arguments.from_ or today,
            until=arguments.until,
            asked_on=today,
        )
        request_access(office.store, request, clock=office.program.clock)
        office.say(Text(f"已申请：{request.id}，待批准", f"asked: {request.id}; somebody has to approve it"))
        return done(office)


def _faults(arguments: argparse.Namespace) -> list[Text]:
    faults = [
        Text(f"缺少 {name}", f"{name} is missing")
        for name, value in (
            ("--for", arguments.purposes),
            ("--until", arguments.until),
            ("--reason", (arguments.reason or "").strip()),
        )
        if not value
    ]
    if (arguments.child is None) is (arguments.place is None):
        faults.append(Text("CHILD 和 --place 写且只写一个", "name a CHILD or a --place, and not both"))
    if arguments.place is not None and not _is_place(arguments.place):
        faults.append(Text("--place 应为地区代码，如 520526101", "--place is the code of a place, such as 520526101"))
    return faults


def _is_place(code: str) -> bool:
    try:
        PlaceCode.parse(code)
    except ValueError:
        return False
    return True


def run_approve(arguments: argparse.Namespace) -> int:
    """Make the grant that was asked for."""
    with at_office(arguments) as office:
        grant = approve_request(office.store, arguments.grant, approver=office.by, clock=office.program.clock)
        office.say(
            Text(
                f"已批准 {grant.id}：{grant.grantee} 可查阅至 {grant.until}",
                f"approved {grant.id}: {grant.grantee} is let in until {grant.until}",
            )
        )
        return done(office)


def run_end(arguments: argparse.Namespace) -> int:
    """End a grant, or drop a request."""
    with at_office(arguments) as office:
        gone = end_grant(office.store, arguments.grant, by=office.by, clock=office.program.clock)
        if gone is None:
            office.say(Text(f"已取消申请 {arguments.grant}", f"dropped the request {arguments.grant}"))
        else:
            office.say(Text(f"授权 {gone.id} 今日起结束", f"grant {gone.id} lets nobody in from today on"))
        return done(office)


def run_list(arguments: argparse.Namespace) -> int:
    """List requests and grants, by way of the reading desk."""
    with at_office(arguments) as office:
        today = office.program.clock.today().isoformat()
        asked = office.papers(ACCESS_REQUEST, purpose=Purpose.SAFEGUARDING)
        grants = office.papers(ACCESS_GRANT, purpose=Purpose.SAFEGUARDING)
        rows = [row_of(one, today=today) for one in (*asked, *grants) if arguments.all or not _over(one, today)]
        office.table(Text("查阅申请和授权", "requests and grants"), HEADER, rows)
        return done(office)


def _over(paper: Mapping[str, object], today: str) -> bool:
    ended = paper.get("ended_on")
    return str(paper["until"]) < today or (ended is not None and str(ended) <= today)


def row_of(paper: Mapping[str, object], *, today: str) -> list[object]:
    """Return the cells of a request or grant."""
    state = Text("待批准", "asked")
    if "approved_by" in paper:
        state = Text("已结束", "over") if _over(paper, today) else Text("有效", "stands")
        if paper.get("break_glass"):
            state = Text("紧急查阅，已复核", "glass, reviewed")
            if paper.get("reviewed_by") is None:
                state = Text("紧急查阅，待复核", "glass, to review")
    level = next(text for one, text in _LEVELS.items() if one.value == paper["up_to"])
    where = paper.get("child") or paper.get("place")
    until, who = paper.get("ended_on") or paper["until"], paper.get("approved_by")
    purposes = labels(Purpose, paper["purposes"])
    first = paper["from_"]
    return [paper["id"], paper["grantee"], where, purposes, level, first, until, who, state, paper.get("reason")]
