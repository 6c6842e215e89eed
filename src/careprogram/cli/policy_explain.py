"""`careprogram policy explain POLICY [fact=value …]`: what does a policy say, and what of a child like this?

Without facts the whole policy is told in words: clauses, citations, the thresholds of the day and their later values.
With facts the verdict is given with its reasons, what is still missing, when to look again, and what would have to
change. POLICY is a policy file, or the id of a shipped policy. Nothing is stored.
"""

import argparse
from pathlib import Path

from careprogram.cli.policy_facts import how_to_answer, read_facts
from careprogram.cli.policy_source import add_language, add_settling, add_source, day, find_policy
from careprogram.codec import dumps, to_document
from careprogram.language import Language, Text
from careprogram.program.clock import SystemClock
from careprogram.rules import judge_facts, render_policy, render_verdict
from careprogram.rules.counterfactual import render_counterfactual

_ADVICE = Text("情况若是这样，就会符合（仅供核对）：", "It would be eligible like this (only to be checked):")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("explain", help="tell a policy in words, or judge facts", description=__doc__)
    add_source(command)
    command.add_argument("facts", metavar="fact=value", nargs="*", help="an answer, such as registration_kind=rural")
    command.add_argument("--facts", dest="file", metavar="FILE", type=Path, help="answers as TOML or JSON")
    command.add_argument("--as-of", metavar="DAY", type=day, help="the day that counts; today if not given")
    command.add_argument("--json", action="store_true", help="print the verdict as data")
    add_settling(command)
    add_language(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Tell the policy, or the verdict."""
    language: Language = arguments.language
    policy = find_policy(arguments.policy, arguments)
    as_of = arguments.as_of or SystemClock().today()
    if not arguments.facts and arguments.file is None and not arguments.json:
        print(render_policy(policy, as_of=as_of, language=language))
        return 0
    facts = read_facts(arguments.facts, arguments.file, as_of=as_of, language=language)
    verdict = judge_facts(policy, facts, as_of=as_of)
    if arguments.json:
        print(dumps(to_document(verdict.report())))
        return 0
    print(render_verdict(verdict, policy, language=language, ask=how_to_answer(policy)))
    if verdict.counterfactuals:
        print(_ADVICE.in_(language))
        for advice in verdict.counterfactuals:
            print(f"  - {render_counterfactual(advice, policy, as_of=as_of, language=language)}")
    return 0
