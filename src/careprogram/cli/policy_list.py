"""`careprogram policy list`: which policies come with the library?"""

import argparse
import json

from careprogram.cli.policy_source import add_language
from careprogram.cli.terminal import print_table
from careprogram.eligibility import shipped_policies
from careprogram.language import Language, Text

_TITLE = Text("随库提供的政策", "Shipped policies")
_HEADER = (
    Text("编号", "id"),
    Text("名称", "title"),
    Text("地区", "place"),
    Text("默认启用", "by default"),
    Text("敏感", "sensitive"),
)
_YES, _NO = Text("是", "yes"), Text("否", "no")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("list", help="the policies that ship", description=__doc__)
    command.add_argument("--json", action="store_true", help="for machines")
    add_language(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the policies that ship."""
    language: Language = arguments.language
    policies = shipped_policies().values()
    if arguments.json:
        told = [
            {
                "id": policy.id,
                "title": policy.title.in_(language),
                "citation": policy.citation,
                "jurisdiction": policy.jurisdiction,
                "on_by_default": policy.on_by_default,
                "sensitive": policy.sensitive,
            }
            for policy in policies
        ]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    rows = [
        (
            policy.id,
            policy.title.in_(language),
            policy.jurisdiction or "-",
            *((_YES if said else _NO).in_(language) for said in (policy.on_by_default, policy.sensitive)),
        )
        for policy in policies
    ]
    print_table(_TITLE.in_(language), [heading.in_(language) for heading in _HEADER], rows)
    return 0
