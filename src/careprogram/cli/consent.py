"""`careprogram consent add|list|withdraw FOLDER`: the papers by which guardians, or children, agree or refuse.

What a paper covers stands in the program file, under [notices.VERSION]. `add` files one signed paper, or with
--roster all that the roster states whole, and names of every other word why it is on no paper.
"""

import argparse
import uuid
from collections.abc import Mapping

from careprogram.cli.office import Office, add_office, at_office, day, done, labels, refuse
from careprogram.language import Text
from careprogram.privacy import ConsentRecord, ConsentRelation, DataClass, Purpose
from careprogram.privacy.notices import speaker
from careprogram.program.consent_intake import take_in_consents
from careprogram.program.inputs import program_key, read_inputs
from careprogram.program.papers import keep_consent, withdraw_consent
from careprogram.program.progress import SilentProgress
from careprogram.program.record_kinds import CONSENT

_HEADER = (
    Text("编号", "id"),
    Text("儿童", "child"),
    Text("签名人", "signed by"),
    Text("用途", "for"),
    Text("信息", "facts"),
    Text("告知书", "notice"),
    Text("自", "from"),
    Text("至", "until"),
    Text("状态", "state"),
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "consent", help="papers of consent: file, list, withdraw / 同意书：归档、查看、撤回", description=__doc__
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    adding = actions.add_parser("add", help="file a signed paper, or what the roster states", description=__doc__)
    add_office(adding)
    adding.add_argument("child", metavar="CHILD", nargs="?", help="id of the child, as the lists of the report give it")
    adding.add_argument("--roster", action="store_true", help="file what the roster states, instead of one paper")
    relations = [one.value for one in ConsentRelation]
    adding.add_argument("--relation", choices=relations, help="who signed, as what to the child")
    adding.add_argument("--notice", metavar="VERSION", help="which [notices.VERSION] they had read")
    adding.add_argument("--on", metavar="DAY", type=day, help="the day on the paper, such as 2026-09-01")
    adding.add_argument("--expires", metavar="DAY", type=day, help="last day it holds; open if not given")
    adding.add_argument("--refused", action="store_true", help="the paper is a refusal")
    adding.add_argument("--guardian", metavar="ID", help="opaque id of who signed; made from the relation if not given")
    adding.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="the papers on file")
    add_office(listing)
    listing.add_argument("child", metavar="CHILD", nargs="?", help="of one child; of all if not given")
    listing.set_defaults(run=run_list)
    ending = actions.add_parser("withdraw", help="withdraw a paper from today on")
    add_office(ending)
    ending.add_argument("paper", metavar="PAPER", help="id of the paper, as the list gives it")
    ending.set_defaults(run=run_withdraw)


def run_add(arguments: argparse.Namespace) -> int:
    """File one paper, or those of the roster; return 1 where a word of the roster is on no paper."""
    refuse(list(_faults(arguments)))
    with at_office(arguments) as office:
        if arguments.roster:
            return max(_from_roster(office), done(office))
        paper = _paper(office, arguments)
        keep_consent(office.store, paper, by=office.by, clock=office.program.clock)
        what = Text("拒绝书已归档", "refusal filed") if arguments.refused else Text("同意书已归档", "consent filed")
        office.say(Text(f"{what.zh}：{paper.id}", f"{what.en}: {paper.id}"))
        return done(office)


def _faults(arguments: argparse.Namespace) -> list[Text]:
    needed = {name: getattr(arguments, name) for name in ("child", "relation", "notice", "on")}
    given = [name for name, value in needed.items() if value is not None]
    if arguments.roster:
        return [Text(f"--roster 不能和 {name} 一起写", f"--roster takes no {name}") for name in given]
    words = {"child": "CHILD"}
    return [
        Text(f"缺少 {words.get(name, f'--{name}')}", f"{words.get(name, f'--{name}')} is missing")
        for name in needed
        if name not in given
    ]


def _paper(office: Office, arguments: argparse.Namespace) -> ConsentRecord:
    office.check_child(arguments.child)
    settings = office.program.config
    notice = settings.notices.get(arguments.notice)
    if notice is None:
        known = sorted(settings.notices)
        refuse(
            [
                Text(
                    f"program.toml 中没有 [notices.{arguments.notice}]；已有：{'、'.join(known) or '无'}",
                    f"program.toml has no [notices.{arguments.notice}]; it has {', '.join(known) or 'none'}",
                )
            ]
        )
        raise AssertionError("refused")
    relation = next(one for one in ConsentRelation if one.value == arguments.relation)
    key = program_key(office.program.folder / settings.program.key_file)
    return ConsentRecord(
        id=f"paper-{uuid.uuid4().hex[:16]}",
        child=arguments.child,
        guardian=arguments.guardian or speaker(arguments.child, relation, arguments.on, key),
        relation=relation,
        purposes=notice.purposes,
        data_classes=notice.data_classes,
        notice_version=arguments.notice,
        given=None if arguments.refused else arguments.on,
        refused=arguments.on if arguments.refused else None,
        expires=arguments.expires,
        separate=notice.separate,
    )


def _from_roster(office: Office) -> int:
    program = office.program
    inputs = read_inputs(program.config, program.folder, catalogue=program.catalogue(), progress=SilentProgress())
    taken = take_in_consents(
        office.store,
        inputs.roster.children,
        notices=program.config.notices,
        key=program_key(program.folder / program.config.program.key_file),
        actor=office.by.id,
        clock=program.clock,
    )
    for child, gap in taken.gaps.items():
        office.say(Text(f"{child}：{gap.text.zh}", f"{child}: {gap.text.en}"))
    office.say(
        Text(
            f"花名册写明 {taken.stated} 名儿童：新归档 {taken.given} 份，撤回 {taken.withdrawn} 份，"
            f"未归档 {len(taken.gaps)} 名",
            f"the roster speaks of {taken.stated} children: {taken.given} papers filed, {taken.withdrawn} withdrawn, "
            f"{len(taken.gaps)} on no paper",
        )
    )
    return 1 if taken.gaps else 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the papers on file, by way of the reading desk."""
    with at_office(arguments) as office:
        equals = {} if arguments.child is None else {"child": arguments.child}
        today = office.program.clock.today().isoformat()
        papers = office.papers(CONSENT, purpose=Purpose.CARE, **equals)
        office.table(Text("同意书", "papers of consent"), _HEADER, [_row(paper, today=today) for paper in papers])
        return done(office)


def _row(paper: Mapping[str, object], *, today: str) -> list[object]:
    relation = next(one for one in ConsentRelation if one.value == paper["relation"])
    given, refused, expires = paper.get("given"), paper.get("refused"), paper.get("expires")
    withdrawn = paper.get("withdrawn")
    state = Text("有效", "stands")
    if refused is not None:
        state = Text("拒绝", "refused")
    elif withdrawn is not None and str(withdrawn) <= today:
        state = Text("已撤回", "withdrawn")
    elif expires is not None and str(expires) < today:
        state = Text("已到期", "expired")
    elif str(given) > today:
        state = Text("尚未开始", "not yet")
    label = Text(relation.zh, relation.label("en"))
    purposes, classes = labels(Purpose, paper["purposes"]), labels(DataClass, paper["data_classes"])
    facts = (purposes, classes, paper["notice_version"])
    return [paper["id"], paper["child"], label, *facts, given or refused, withdrawn or expires, state]


def run_withdraw(arguments: argparse.Namespace) -> int:
    """Withdraw a paper from today on."""
    with at_office(arguments) as office:
        gone = withdraw_consent(office.store, arguments.paper, by=office.by, clock=office.program.clock)
        office.say(Text(f"{gone.id} 自 {gone.withdrawn} 起撤回", f"{gone.id} no longer holds from {gone.withdrawn} on"))
        return done(office)
