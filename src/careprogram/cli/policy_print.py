"""`careprogram policy print POLICY`: the policy as the text of a policy file, to begin one of your own.

With ``--place`` the file says what holds in that place. Comments and layout of the file it came from are not kept.
"""

import argparse
import sys

from careprogram.cli.policy_source import add_language, add_settling, add_source, find_policy
from careprogram.rules import policy_to_toml


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("print", help="the policy as a policy file", description=__doc__)
    add_source(command)
    add_settling(command)
    add_language(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the policy."""
    sys.stdout.write(policy_to_toml(find_policy(arguments.policy, arguments)))
    return 0
