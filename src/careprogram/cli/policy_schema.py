"""`careprogram policy schema`: the JSON Schema of policy files, so that an editor completes keys and marks wrong ones.

It knows the shape of a file; what the rules say is checked by `careprogram policy check`.
"""

import argparse
import json

from careprogram.eligibility import ChildFacts
from careprogram.rules import policy_json_schema


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("schema", help="the JSON Schema for editors", description=__doc__)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command is called alike
    """Print the schema."""
    print(json.dumps(policy_json_schema(ChildFacts), ensure_ascii=False, indent=2))
    return 0
