"""How is a roster that does not fit into memory read, judged and kept in one go?

Goes through a roster row by row and commits a batch of children with their verdicts at a time, so that memory stays
bounded however long the roster is. Pairing and planning look at all children at once and are not done here.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import attrs

from careprogram.eligibility import judge_by_each
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import Child, PlaceTree
from careprogram.ports import Put, Store
from careprogram.program.progress import Progress, SilentProgress
from careprogram.program.records import CHILD, VERDICT, child_records, verdict_records
from careprogram.program.save import batches, commit, differing
from careprogram.rosters import Identify, RosterProblem, RowReading, iter_roster
from careprogram.rules import Determination, Policy

CHILDREN_AT_ONCE = 1_000
"""Children in one change set, each with its verdicts."""


@attrs.frozen(kw_only=True)
class Intake:
    """What taking in a roster came to.

    Attributes:
        rows: Rows about a child.
        kept: Children that were kept, those that stood so already included.
        held_back: Rows with errors, for people to mend.
        written: Records that are new or changed.
        determinations: By policy, how many children got which answer.
        problems: The first problems, in reading order; ``held_back`` tells whether there are more.
    """

    rows: int
    kept: int
    held_back: int
    written: int
    determinations: Mapping[PolicyId, Mapping[Determination, int]]
    problems: tuple[RosterProblem, ...] = attrs.field(repr=False)


def take_in(
    source: bytes | BinaryIO,
    *,
    store: Store,
    policies: Sequence[Policy],
    identify: Identify,
    as_of: dt.date,
    command: str,
    places: PlaceTree | None = None,
    most_problems: int = 1_000,
    progress: Progress | None = None,
) -> Intake:
    """Read, judge and keep a roster of any length, a batch at a time.

    What was committed stays when a later row fails or the process dies; the same call again goes on from there.

    Args:
        source: The roster, as for ``iter_roster``.
        store: Where to.
        policies: Each judges each child.
        identify: Names the children, such as ``identify_with(key)``.
        as_of: The day.
        command: What this intake is called in the store.
        places: Where written places are looked up.
        most_problems: How many problems are handed back.
        progress: Told of each child.

    Raises:
        RosterError: The roster cannot be understood.
        PolicyNotInForceError: A policy has no rules for that day.
        StoreError: The store failed; batches that were acknowledged stay.
    """
    shown = progress or SilentProgress()
    shown.begin(Text("读取、判定并保存", "reading, judging, keeping"), None)
    told: list[RosterProblem] = []
    held_back = kept = written = 0
    counts: dict[PolicyId, Counter[Determination]] = {policy.id: Counter() for policy in policies}

    def good(readings: Iterable[object]) -> Iterator[Child]:
        nonlocal held_back
        for reading in readings:
            if isinstance(reading, RowReading):
                told.extend(reading.problems[: most_problems - len(told)])
                held_back += reading.child is None
                if reading.child is not None:
                    yield reading.child

    rows = iter_roster(source, as_of=as_of, identify=identify, places=places)
    for batch in batches(good(rows), size=CHILDREN_AT_ONCE):
        changes = [
            *differing(store, CHILD, tuple(child_records(batch))),
            *differing(store, VERDICT, _verdicts(batch, policies, as_of, counts)),
        ]
        if changes:
            commit(store, changes, command=command)
        kept += len(batch)
        written += len(changes)
        shown.advance(len(batch))
    return Intake(
        rows=kept + held_back,
        kept=kept,
        held_back=held_back,
        written=written,
        determinations=counts,
        problems=tuple(told),
    )


def _verdicts(
    children: Sequence[Child],
    policies: Sequence[Policy],
    as_of: dt.date,
    counts: Mapping[PolicyId, Counter[Determination]],
) -> Sequence[Put]:
    """Judge *children*, count the answers, and return their records."""
    found: list[Put] = []
    for child in children:
        for policy, verdict in judge_by_each(child, policies, as_of=as_of).items():
            counts[policy][verdict.determination] += 1
            found.extend(verdict_records({child.id: verdict}))
    return found
