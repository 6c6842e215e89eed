"""`careprogram policy ACTION …`: check, read, try and compare policies without Python.

Exit status 1 where `check` finds a mistake. No action stores anything.
"""

import argparse
from typing import NoReturn

import careprogram.cli.policy_check as check_action
import careprogram.cli.policy_diff as diff_action
import careprogram.cli.policy_explain as explain_action
import careprogram.cli.policy_list as list_action
import careprogram.cli.policy_print as print_action
import careprogram.cli.policy_schema as schema_action
import careprogram.cli.policy_sql as sql_action
import careprogram.cli.policy_table as table_action

ACTIONS = (
    check_action,
    explain_action,
    diff_action,
    table_action,
    list_action,
    print_action,
    schema_action,
    sql_action,
)


class IntermixedParser(argparse.ArgumentParser):
    """Takes options between words that belong together, as in ``explain POLICY --as-of DAY fact=value``."""

    _mixing = False

    def error(self, message: str) -> NoReturn:
        """Refuse the words; those of which there may be none are not asked for."""
        super().error(message.replace(", fact=value", ""))

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Parse *args* as argparse does, wherever the options stand."""
        if self._mixing:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with all its actions."""
    command = subparsers.add_parser("policy", help="check, read, try and compare policies", description=__doc__)
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=IntermixedParser)
    for action in ACTIONS:
        action.add_parser(actions)
