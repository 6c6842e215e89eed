"""Who is in which program, since when, and who may enter or stay?

A child enters a program that is served on the day a run finds it entitled; from the next day on it is asked the clauses
of staying. Nothing here ends an enrollment that an earlier day began: a child that should not be in any more is named
for review, and a person decides. A day that is run again finds what it found before.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from careprogram.codec import from_document, to_document
from careprogram.eligibility import Entitlement, EntitlementState, entitlements
from careprogram.ids import ChildId, PolicyId
from careprogram.ports import Put, Store
from careprogram.program.judge import Verdicts
from careprogram.program.save import all_records
from careprogram.rules import Policy

ENROLLMENT: Final = "enrollment"

Entitlements: TypeAlias = Mapping[PolicyId, Mapping[ChildId, Entitlement]]
"""By policy, then by child."""


@attrs.frozen(kw_only=True)
class Enrollment:
    """That a child is in a program.

    Attributes:
        child: Who.
        policy: The policy of the program.
        since: The day it entered.
        ended_on: The first day it was in no more, or None.
    """

    child: ChildId
    policy: PolicyId = attrs.field(repr=False)
    since: dt.date = attrs.field(repr=False)
    ended_on: dt.date | None = attrs.field(default=None, repr=False)

    @property
    def id(self) -> str:
        """One for each child and program: who enters again continues the record."""
        return f"{self.policy}:{self.child}"

    def was_in_before(self, day: dt.date) -> bool:
        """Return whether the child was in before *day* and still is."""
        return self.since < day and (self.ended_on is None or self.ended_on > day)


def enrollments_on_file(store: Store) -> tuple[Enrollment, ...]:
    """Return every enrollment that *store* holds, ended ones included, in order of id."""
    return tuple(from_document(Enrollment, record.document) for record in all_records(store, ENROLLMENT))


def enrollment_records(enrollments: Iterable[Enrollment]) -> Iterator[Put]:
    """Return the records of *enrollments*, found by child and policy."""
    return (
        Put(kind=ENROLLMENT, id=one.id, document=to_document(one), index={"child": one.child, "policy": one.policy})
        for one in enrollments
    )


def in_already(
    on_file: Iterable[Enrollment], *, serve: Collection[PolicyId], as_of: dt.date
) -> Mapping[ChildId, frozenset[PolicyId]]:
    """Return the programs among *serve* that each child was in before *as_of*."""
    found: dict[ChildId, set[PolicyId]] = {}
    for one in on_file:
        if one.policy in serve and one.was_in_before(as_of):
            found.setdefault(one.child, set()).add(one.policy)
    return {child: frozenset(policies) for child, policies in found.items()}


def entitle_all(
    children: Iterable[ChildId],
    verdicts: Verdicts,
    policies: Sequence[Policy],
    *,
    order: Sequence[PolicyId],
    enrolled: Mapping[ChildId, frozenset[PolicyId]],
) -> Entitlements:
    """Return what the verdicts mean where programs require or exclude each other, see `entitlements`."""
    found: dict[PolicyId, dict[ChildId, Entitlement]] = {policy.id: {} for policy in policies}
    for child in children:
        own = {policy: by_child[child] for policy, by_child in verdicts.items()}
        decided = entitlements(own, policies, order=order, enrolled=enrolled.get(child, frozenset()))
        for policy, entitlement in decided.items():
            found[policy][child] = entitlement
    return found


def is_served(entitlement: Entitlement) -> bool:
    """Return whether the program serves the child: it may enter, or is in and nobody has decided otherwise yet."""
    stays = entitlement.enrolled and entitlement.state in (EntitlementState.OPEN, EntitlementState.REVIEW)
    return stays or entitlement.state is EntitlementState.ENTITLED


def enroll(
    on_file: Iterable[Enrollment], entitled: Entitlements, *, serve: Collection[PolicyId], as_of: dt.date
) -> tuple[Enrollment, ...]:
    """Return the enrollments that stand after *as_of*, those that change nothing included.

    Who is entitled and not in enters on *as_of*; who entered on *as_of* by an earlier look at that day and is not
    entitled after all did not enter. A day before an enrollment began changes nothing.
    """
    standing = {one.id: one for one in on_file}
    for policy in serve:
        for child, entitlement in entitled[policy].items():
            new = Enrollment(child=child, policy=policy, since=as_of)
            old = standing.get(new.id)
            enters = entitlement.state is EntitlementState.ENTITLED and not entitlement.enrolled
            over = old is not None and old.ended_on is not None and old.ended_on <= as_of
            if enters and (old is None or over):
                standing[new.id] = new
            elif old is not None and old.since == as_of and old.ended_on is None and not enters:
                standing[new.id] = attrs.evolve(old, ended_on=as_of)
    return tuple(standing[name] for name in sorted(standing))
