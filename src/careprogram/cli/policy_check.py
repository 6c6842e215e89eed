"""`careprogram policy check FILE…`: is each policy file right, and if not, what are all its mistakes?

Every mistake of every file is one line with file, line, clause, what is allowed and what was probably meant. A clause
that can never hold, or always holds, is a mistake, too; one that is too large to prove this is named, and no mistake.
A casebook given by ``--cases`` is judged by the policy that it names, and each case that is judged otherwise than it
expects is a mistake. Exit status 1 if there is one.
"""

import argparse
import json
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from careprogram.cli.policy_source import add_language, policy_text, shown
from careprogram.eligibility import load_policy, shipped_policies
from careprogram.errors import ConfigurationError, PolicyError, UnprovenPolicyWarning
from careprogram.ids import PolicyId
from careprogram.language import Language, Text
from careprogram.rules import Policy, PolicyProblem

_NOTHING = Text("请写明要检查的政策文件或案例（--cases）", "name the policy files or casebooks (--cases) to check")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("check", help="find every mistake in policy files", description=__doc__)
    command.add_argument("files", metavar="FILE", nargs="*", help="policy files (.toml), or ids of shipped policies")
    command.add_argument(
        "--cases", metavar="CASEBOOK", action="append", default=[], help="a casebook (.casebook.toml) to judge"
    )
    command.add_argument(
        "--schema",
        metavar="MODULE:CLASS",
        action="append",
        default=[],
        help="facts that a casebook may name; loading them runs the code of that module",
    )
    command.add_argument("--json", action="store_true", help="print the mistakes as JSON lines")
    add_language(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the files, then the casebooks."""
    language: Language = arguments.language
    files, books = dict.fromkeys(arguments.files), dict.fromkeys(arguments.cases)
    if not files and not books:
        raise ConfigurationError(_NOTHING.in_(language))
    problems = 0
    names: dict[PolicyId, str] = {}
    for name in files:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", UnprovenPolicyWarning)
            policy, found = _checked(name, language)
        unproven = [problem for one in warned for problem in getattr(one.message, "problems", ())]
        for problem in unproven:
            print(_as_json(problem, language, unproven=True) if arguments.json else shown(problem, language))
        if policy is not None:
            found = (*found, *_same_id(policy, name, names))
        fine = "" if policy is None else _fine(name, policy, len(unproven)).in_(language)
        problems += _told(found, fine, arguments)
    for name in books:
        problems += _told(*_judged(name, language, arguments.schema), arguments)
    print(_total(len(files) + len(books), problems).in_(language), file=sys.stderr)
    return 1 if problems else 0


def _told(found: Sequence[PolicyProblem], fine: str, arguments: argparse.Namespace) -> int:
    for problem in found:
        print(_as_json(problem, arguments.language) if arguments.json else shown(problem, arguments.language))
    if fine and not found and not arguments.json:
        print(fine)
    return len(found)


def _judged(name: str, language: Language, schemas: Sequence[str]) -> tuple[tuple[PolicyProblem, ...], str]:
    from careprogram.testing.casebook import judge_casebook
    from careprogram.testing.casebook_reading import read_casebook

    try:
        text = policy_text(Path(name), language)
        book = read_casebook(text, name=name, folder=Path(name).parent, schemas=schemas)
    except PolicyError as error:
        return tuple(one for one in error.problems if isinstance(one, PolicyProblem)), ""
    result = judge_casebook(book)
    differing = [
        PolicyProblem(file=name, line=failed.case.line, text=_difference(said), clause=failed.case.name)
        for failed in result.failed
        for said in failed.differences
    ]
    uncovered = [PolicyProblem(file=name, line=0, text=_uncovered(said)) for said in result.uncovered]
    agree = Text(f"{name}：{len(book.cases)}个案例全部相符", f"{name}: all {len(book.cases)} cases agree")
    return (*differing, *uncovered), agree.in_(language)


def _difference(said: str) -> Text:
    found = re.fullmatch(r"(\w+): expected (.*), found (.*)", said, re.DOTALL)
    return Text(f"{found[1]} 应为 {found[2]}，实为 {found[3]}" if found else said, said)


def _uncovered(said: str) -> Text:
    found = re.match(r"no case reaches clause '(.*?)' (true|false)", said)
    if not found:
        return Text(said, said)
    return Text(f"没有案例{'符合' if found[2] == 'true' else '不符合'}条款“{found[1]}”：请补一个", said)


def _checked(name: str, language: Language) -> tuple[Policy | None, tuple[PolicyProblem, ...]]:
    shipped = shipped_policies().get(PolicyId(name))
    try:
        return shipped or load_policy(policy_text(Path(name), language), name=name), ()
    except PolicyError as error:
        return None, tuple(one for one in error.problems if isinstance(one, PolicyProblem))


def _same_id(policy: Policy, name: str, names: dict[PolicyId, str]) -> Iterator[PolicyProblem]:
    first = names.setdefault(policy.id, name)
    if first != name:
        said = Text(
            f"编号 {policy.id!r} 与 {first} 相同：请另取一个", f"{first} has the id {policy.id!r}, too: choose another"
        )
        yield PolicyProblem(file=name, line=1, text=said)


def _as_json(problem: PolicyProblem, language: Language, **more: bool) -> str:
    told = {
        "file": problem.file,
        "line": problem.line,
        "clause": problem.clause,
        "message": problem.text.in_(language),
        "allowed": list(problem.allowed),
        "suggestion": problem.suggestion,
        **more,
    }
    return json.dumps(told, ensure_ascii=False)


def _fine(name: str, policy: Policy, unproven: int) -> Text:
    rest = Text(f"；{unproven}处未能证明", f"; not proven: {unproven}") if unproven else Text("", "")
    counts = len(policy.categories), len(policy.clauses), len(policy.parameters)
    return Text(
        f"{name}：没有问题（{policy.title.zh}：{counts[0]}个类别、{counts[1]}条条款、{counts[2]}项标准{rest.zh}）",
        f"{name}: no mistakes ({policy.title.en}: categories {counts[0]}, clauses {counts[1]}, thresholds {counts[2]}"
        f"{rest.en})",
    )


def _total(files: int, problems: int) -> Text:
    mistakes = "1 mistake" if problems == 1 else f"{problems} mistakes"
    return Text(f"检查{files}个文件：{problems}处问题", f"{files} file{'s' if files > 1 else ''}: {mistakes}")
