"""`careprogram policy diff OLD NEW`: whom does a change of the rules move, and why, before it takes effect?

With ``--roster`` the children of a program are judged by both policies, and each whose verdict changes is told with the
clauses and thresholds that make the difference; children are named by their opaque ids. Without a roster the rules are
compared: what differs in them, and a made-up child whom they judge differently, or the proof that there is none.
"""

import argparse
import datetime as dt
from collections.abc import Iterator

from careprogram.cli.policy_source import add_language, add_settling, add_source, day, find_policy
from careprogram.cli.terminal import progress
from careprogram.codec import dumps, to_document
from careprogram.eligibility.reading import facts_of
from careprogram.errors import CareProgramError, ConfigurationError, MissingExtraError
from careprogram.language import Language, Text
from careprogram.program import Program, read_inputs
from careprogram.program.clock import SystemClock
from careprogram.program.progress import counted
from careprogram.rules import Clause, FactValues, Policy
from careprogram.rules.predicates import definitions_in
from careprogram.rules.review.compare import Change, ChangeKind, compare_policies, summarize_changes
from careprogram.rules.review.compare_told import render_change, render_change_summary
from careprogram.rules.written import write_expression

_STAGE = Text("按两份政策判定", "judging by both policies")
_SAME_RULES = Text("两份政策的条款和标准相同", "the two policies have the same clauses and thresholds")
_NOBODY = Text(
    "截至{}：两份政策对任何儿童的判定都相同（已证明）",
    "as of {}: proven that nobody is judged differently",
)
_WITNESS = Text("截至{}：例如这样的儿童，判定不同：", "as of {}: a child like this is judged differently:")
_UNPROVEN = Text("截至{}：未能证明两份政策是否判定相同：{}", "as of {}: could not be proven: {}")
_EXAMPLE = Text("示例儿童", "this child")
_ONLY_OLD = Text("仅旧政策有", "only in the old policy")
_ONLY_NEW = Text("仅新政策有", "only in the new policy")
_REWRITTEN = Text("规则改变", "rule changed")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("diff", help="whom a change of rules moves, and why", description=__doc__)
    add_source(command, "old", "OLD")
    add_source(command, "new", "NEW")
    command.add_argument("--roster", metavar="FOLDER", help="folder with a program.toml, whose children are judged")
    command.add_argument("--as-of", metavar="DAY", type=day, help="the day that counts; the program's, or today")
    command.add_argument("--new-as-of", metavar="DAY", type=day, help="another day for NEW, when it takes effect")
    kinds = [kind.value for kind in ChangeKind]
    command.add_argument("--only", choices=kinds, action="append", help="tell only children who change in this way")
    command.add_argument("--summary", action="store_true", help="tell the numbers only")
    command.add_argument("--json", action="store_true", help="print the changes as JSON lines")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    add_settling(command)
    add_language(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare the policies."""
    old, new = find_policy(arguments.old, arguments), find_policy(arguments.new, arguments)
    if arguments.roster is None:
        return _rules(old, new, arguments)
    program = Program.load(arguments.roster)
    as_of = arguments.as_of or program.config.program.as_of
    rows = list(_rows(program, as_of, arguments))
    changes = compare_policies(old, new, rows, as_of, new_as_of=arguments.new_as_of)
    shown = [change for change in changes if not arguments.only or change.kind.value in arguments.only]
    if arguments.json:
        for change in shown:
            print(dumps(to_document(change)))
        return 0
    language: Language = arguments.language
    print(render_change_summary(summarize_changes(changes, judged=len(rows)), language))
    for change in () if arguments.summary else shown:
        print()
        print(render_change(change, language))
    return 0


def _rows(program: Program, as_of: dt.date, arguments: argparse.Namespace) -> Iterator[tuple[str, FactValues]]:
    with progress(quiet=arguments.quiet, language=arguments.language) as shown:
        inputs = read_inputs(program.config, program.folder, catalogue=program.catalogue(), progress=shown)
        for child in counted(inputs.roster.children, shown, _STAGE):
            yield child.id, facts_of(child, as_of=as_of)


def _rules(old: Policy, new: Policy, arguments: argparse.Namespace) -> int:
    language: Language = arguments.language
    as_of = arguments.as_of or SystemClock().today()
    if arguments.new_as_of or arguments.only or arguments.summary or arguments.json:
        raise ConfigurationError(
            Text(
                "--new-as-of、--only、--summary、--json 须与 --roster 一起使用",
                "--new-as-of, --only, --summary and --json go with --roster",
            ).in_(language)
        )
    differences = [*_parameters(old, new, language), *_clauses(old, new, language)]
    print("\n".join(differences) or _SAME_RULES.in_(language))
    print()
    print("\n".join(_witness(old, new, as_of, language)))
    return 0


def _parameters(old: Policy, new: Policy, language: Language) -> Iterator[str]:
    before, after = ({parameter.name: parameter for parameter in policy.parameters} for policy in (old, new))
    colon = "：" if language == "zh" else ": "
    for name in dict.fromkeys((*before, *after)):
        values = [
            ", ".join(f"{v.value}" + (f" ({v.since})" if v.since else "") for v in side[name].values)
            if name in side
            else "—"
            for side in (before, after)
        ]
        if values[0] != values[1]:
            label = (after.get(name) or before[name]).label.in_(language)
            yield f"{label} [{name}]{colon}{values[0]} → {values[1]}"


def _clauses(old: Policy, new: Policy, language: Language) -> Iterator[str]:
    before, after = ({clause.id: clause for clause in policy.clauses} for policy in (old, new))
    colon = "：" if language == "zh" else ": "
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        clause = other or one
        how = _ONLY_OLD if other is None else _ONLY_NEW if one is None else _REWRITTEN
        rules = [_written(side) for side in (one, other)]
        if clause and rules[0] != rules[1]:
            yield f"[{name}] {clause.text.in_(language)}{colon}{how.in_(language)}"
            for sign, mine, theirs in (("-", *rules), ("+", *reversed(rules))):
                yield from (f"  {sign} {line}" for line in mine if line not in theirs)


def _written(clause: Clause | None) -> list[str]:
    """Return the rule of *clause* and its definitions as they are written; thresholds by their names."""
    if clause is None:
        return []
    definitions = definitions_in(clause.condition)
    return [write_expression(clause.condition), *(f"{one.name}: {write_expression(one.when)}" for one in definitions)]


def _witness(old: Policy, new: Policy, as_of: dt.date, language: Language) -> Iterator[str]:
    from careprogram.rules.analysis.distinguishing import distinguishing_answers
    from careprogram.rules.analysis.solving import UndecidedError
    from careprogram.rules.shown import answer_text

    try:
        answers = distinguishing_answers(old, new, as_of)
    except (UndecidedError, MissingExtraError) as error:
        yield _UNPROVEN.in_(language).format(as_of, _why(error).in_(language))
        return
    if answers is None:
        yield _NOBODY.in_(language).format(as_of)
        return
    yield _WITNESS.in_(language).format(as_of)
    colon = "：" if language == "zh" else ": "
    facts = {fact.name: (policy, fact) for policy in (old, new) for fact in policy.facts}
    for name, value in answers.values.items():
        policy, fact = facts[name]
        yield f"  - {fact.label.in_(language)}{colon}{answer_text(policy, fact, value, as_of).in_(language)}"
    yield from (render_change(change, language) for change in _change(old, new, answers, as_of, language))


def _why(error: CareProgramError) -> Text:
    if isinstance(error, MissingExtraError):
        return Text(error.in_chinese, str(error))
    return Text("求解器在时限内没有结果：请缩小政策，或用 --roster 按真实名单比较", str(error))


def _change(old: Policy, new: Policy, answers: FactValues, as_of: dt.date, language: Language) -> tuple[Change, ...]:
    return compare_policies(old, new, [(_EXAMPLE.in_(language), answers)], as_of)
