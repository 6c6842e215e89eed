"""Which verdicts and duties may a family read in its copy?

The right to a copy reaches to what a program says of a child and does for it (PIPL 45). It does not reach to what would
warn whoever harms a child (PIPL 18; minors law, art. 11). So that a copy tells nothing by what it leaves out, this is
decided for whole policies and kinds of duties, never for single children: a policy that asks about harm, danger or
neglect is left out of everybody's copy, whatever it answered, and so is a duty that depends on the level of risk.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from careprogram.care import DutyRule
from careprogram.eligibility import ChildFacts
from careprogram.plugins import PluginHost
from careprogram.ports import JsonObject
from careprogram.privacy import CHILD_FIELDS, DataClass
from careprogram.privacy import work_fields as fields
from careprogram.program import records
from careprogram.program.enrollment import ENROLLMENT
from careprogram.program.record_kinds import RecordKind, record_kinds
from careprogram.rules import Fact, GroupFact, Policy


def _names(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield fact.name
        if isinstance(fact, GroupFact):
            yield from _names(fact.members.facts().values())


_KNOWN: Final = frozenset(_names(ChildFacts.facts().values()))


def is_open_fact(name: str) -> bool:
    """Return whether a family may know that a policy asks about the fact *name*.

    It tells neither of harm nor of neglect, and is no fact of somebody's own that nobody here can judge.

    Examples:
        >>> is_open_fact("birth_date"), is_open_fact("in_danger"), is_open_fact("bruises")
        (True, False, False)
    """
    field = CHILD_FIELDS.classes.get(name)
    return name in _KNOWN and (field is None or field.data_class is not DataClass.PROTECTION)


def open_policies(policies: Iterable[Policy]) -> frozenset[str]:
    """Return the ids of *policies* that ask nothing that protects a child from its family."""
    return frozenset(policy.id for policy in policies if all(map(is_open_fact, _names(policy.facts))))


def open_duties(rules: Iterable[DutyRule]) -> frozenset[str]:
    """Return the kinds of duties that a family may know of."""
    return frozenset(rule.id for rule in rules if rule.told_to_family)


def kinds_for_copies(host: PluginHost, policies: Iterable[Policy]) -> Mapping[str, RecordKind]:
    """Return every kind of record of a program, with what a family may read of verdicts, enrollments and duties.

    Args:
        host: The plugins of the program.
        policies: Those that judge, see ``Program.policies``.
    """
    policies_told, duties_told = open_policies(policies), open_duties(host.duty_rules().values())
    return record_kinds(
        host.archive_kinds(),
        opened={
            records.VERDICT: (fields.OPEN_VERDICT_FIELDS, lambda document: _is_open(document, policies_told)),
            ENROLLMENT: (fields.OPEN_ENROLLMENT_FIELDS, lambda document: document.get("policy") in policies_told),
            records.DUTY: (fields.OPEN_DUTY_FIELDS, lambda document: document.get("kind") in duties_told),
        },
    )


def _is_open(document: JsonObject, policies: Collection[str]) -> bool:
    """Return whether a family may read a verdict; its reasons may be those of an older form of the policy."""
    explanation, missing = document.get("explanation"), document.get("missing")
    used = explanation.get("facts") if isinstance(explanation, Mapping) else None
    if document.get("policy") not in policies or not isinstance(used, list) or not isinstance(missing, list):
        return False
    named = [one.get("name") if isinstance(one, Mapping) else None for one in used]
    return all(isinstance(name, str) and is_open_fact(name.rpartition(".")[2]) for name in (*named, *missing))
