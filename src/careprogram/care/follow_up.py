"""What is due for a child that no program serves, or not yet?

A child whose verdict is open must not wait in a drawer: somebody finds out the facts that would decide it. And danger
asks for no verdict: what is urgent is due for every child of the survey. Everything else needs a plan of care.
"""

from collections.abc import Iterable, Sequence

from careprogram.care.duties import DutyContext, DutyRule, Occurrence, Urgency
from careprogram.care.duty_rules import SHIPPED_DUTY_RULES
from careprogram.language import Text


def settle_verdict(facts: Sequence[str]) -> DutyRule:
    """Return the duty to find out *facts*, the names of what a verdict misses; due as soon as other unknown facts."""

    def schedule(context: DutyContext) -> Iterable[Occurrence]:
        yield Occurrence(due=context.within(context.parameters.find_out_within), facts=tuple(facts))

    return DutyRule(
        id="settle-verdict",
        title=Text("核实缺少的情况，以便判定", "find out what keeps the verdict open"),
        source="minors law, art. 43 (a file for each child)",
        hands=(),
        schedule=schedule,
    )


def follow_up_rules(missing: Sequence[str], *, rules: Sequence[DutyRule] = SHIPPED_DUTY_RULES) -> tuple[DutyRule, ...]:
    """Return the duty rules for a child without a plan of care.

    Args:
        missing: Facts that would decide an open verdict; empty where it is decided.
        rules: The rules in use; those that are urgent apply to every child.
    """
    urgent = tuple(rule for rule in rules if rule.urgency is not Urgency.ROUTINE)
    return (*urgent, settle_verdict(missing)) if missing else urgent
