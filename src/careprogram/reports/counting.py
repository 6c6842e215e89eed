"""What are the figures of a run, and which of them may be published?

Counts everything that a report shows, exactly, from the facts of one day. The published copy is made from the exact
one: small counts are withheld in all figures at once, since the same number, or one that it follows from, may stand
in several.
"""

from collections.abc import Container, Hashable, Iterator

import attrs

from careprogram.reports.actions import next_actions
from careprogram.reports.child_tables import child_tables
from careprogram.reports.figure import Figure, Figures, Key
from careprogram.reports.national import COVERED, NationalTable, known_sums, named_counts, withhold
from careprogram.reports.profiles import profiles_of
from careprogram.reports.situation import Period, Situation
from careprogram.reports.suppression import SMALL, Sum, withheld
from careprogram.reports.work_tables import work_tables


def figures(situation: Situation, *, national: NationalTable | None = None) -> Figures:
    """Count everything that a report shows.

    Args:
        situation: The facts of the run.
        national: The national statistics table, where the report is to hold it.

    Returns:
        The figures with exact counts, for the office; `published` makes those that may leave it.
    """
    today = Period(situation.as_of, situation.as_of)
    profiles = profiles_of(situation)
    tables = (*child_tables(situation, profiles, today), *work_tables(situation, today))
    return Figures(
        title=situation.title,
        period=situation.period,
        as_of=today,
        tables=tables,
        actions=next_actions(tables),
        national=national,
    )


def published(exact: Figures, *, below: int = SMALL) -> Figures:
    """Withhold small counts, and every count that would give one of them back.

    All sums within and between the figures and the national table are considered. Differences between two editions,
    and what a reader knows from elsewhere, are not.

    Args:
        exact: Figures with nothing withheld.
        below: Counts of 1 up to *below* − 1 are withheld.
    """
    counts: dict[Hashable, int] = {
        key: count for table in exact.tables for key, count in table.cells() if count is not None
    }
    counts |= {action.key: action.count for action in exact.actions if action.count is not None}
    if exact.national is not None:
        counts |= dict(named_counts(exact.national))
    hidden = withheld(counts, _sums(exact), below=below)
    return attrs.evolve(
        exact,
        tables=tuple(_withhold(table, hidden) for table in exact.tables),
        actions=tuple(attrs.evolve(one, count=None) if one.key in hidden else one for one in exact.actions),
        national=None if exact.national is None else withhold(exact.national, hidden),
        withheld_below=below,
    )


def _sums(exact: Figures) -> Iterator[Sum[Hashable]]:
    for table in exact.tables:
        for one in table.sums():
            yield Sum(whole=one.whole, parts=one.parts)
    if exact.national is not None:
        yield from known_sums(exact.national)
        yield from _between(exact, exact.national)


def _between(exact: Figures, national: NationalTable) -> Iterator[Sum[Hashable]]:
    """Give what the figures and the national table beside them say about the same children.

    The table does not say by which policy its children were chosen. Wherever a policy covers as many, it may be that
    one: to take it for that costs a few numbers at the most.
    """
    policies = exact["policies"]
    for row, counts in zip(policies.rows, policies.counts, strict=True):
        if counts[0] != national.covered:
            continue
        eligible = row.where | policies.columns[0].where
        yield Sum(whole=COVERED, parts=(policies.of | eligible,))
        for figure in (exact["townships"], exact["villages"]):
            keys = {place.id: figure.of | place.where | eligible for place in figure.rows}
            for place in national.rows:
                if place.id in keys:
                    left = ("left out", place.id)
                    yield Sum(whole=keys[place.id], parts=((place.id, 1), left))


def _withhold(table: Figure, hidden: Container[Hashable]) -> Figure:
    def keep(key: Key, count: int | None) -> int | None:
        return None if key in hidden else count

    rows, columns = table.rows, table.columns
    cells = tuple(
        tuple(keep(table.of | row.where | column.where, count) for column, count in zip(columns, counts, strict=True))
        for row, counts in zip(rows, table.counts, strict=True)
    )
    return attrs.evolve(
        table,
        total=keep(table.of, table.total),
        counts=cells,
        row_totals=tuple(keep(table.of | row.where, count) for row, count in zip(rows, table.row_totals, strict=False)),
        column_totals=tuple(
            keep(table.of | column.where, count) for column, count in zip(columns, table.column_totals, strict=False)
        ),
    )
