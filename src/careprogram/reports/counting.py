"""What are the figures of a run, and which of them may be published?

Counts everything that a report shows, exactly, from the facts of one day. The published copy is made from the exact
one: small counts are withheld in all figures at once, since the same number, or one that it follows from, may stand
in several.
"""

from collections.abc import Iterator

import attrs

from careprogram.reports.actions import next_actions
from careprogram.reports.child_tables import child_tables
from careprogram.reports.figure import Figure, Figures, Key
from careprogram.reports.national import NationalTable, published_table
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

    All sums within and between the figures are considered, the national table's among its own. Differences between two
    editions, and what a reader knows from elsewhere, are not.

    Args:
        exact: Figures with nothing withheld.
        below: Counts of 1 up to *below* − 1 are withheld.
    """
    counts = {key: count for table in exact.tables for key, count in table.cells() if count is not None}
    counts |= {action.key: action.count for action in exact.actions if action.count is not None}
    hidden = withheld(counts, _sums(exact), below=below)
    return attrs.evolve(
        exact,
        tables=tuple(_withhold(table, hidden) for table in exact.tables),
        actions=tuple(attrs.evolve(one, count=None) if one.key in hidden else one for one in exact.actions),
        national=None if exact.national is None else published_table(exact.national, below=below),
        withheld_below=below,
    )


def _sums(exact: Figures) -> Iterator[Sum[Key]]:
    for table in exact.tables:
        yield from table.sums()


def _withhold(table: Figure, hidden: frozenset[Key]) -> Figure:
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
