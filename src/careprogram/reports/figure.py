"""What is a figure of a report made of?

A table of counts that says what it counts, out of how many, and when. Rows, columns and totals know how they add up, so
that a page can draw them, a reader can check them, and a published copy can withhold small numbers without letting a
subtraction bring them back. No figure names a child. Nothing here counts.
"""

import enum
from collections.abc import Iterator

import attrs

from careprogram.errors import NotFoundError, ValidationError
from careprogram.language import Text
from careprogram.reports.national import NationalTable
from careprogram.reports.situation import Period
from careprogram.reports.suppression import Sum

Key = frozenset[str]
"""What a count is a count of: the conditions that all hold. The same number has the same key in every figure."""

REST = "the rest of this row"
"""The condition of those of a whole who are not in a part; no figure prints them, but a subtraction does."""


class Columns(enum.Enum):
    """How the columns of a figure relate to each other."""

    PARTS = "parts"
    """Every unit of a row is in exactly one column: the row has a total."""
    SUBSETS = "subsets"
    """The first column is the whole row, each other column a part of it; the parts may overlap."""
    APART = "apart"
    """The columns count different things."""


@attrs.frozen(kw_only=True)
class Heading:
    """A row or a column.

    Attributes:
        id: Stable name.
        label: What a reader sees; the same in both languages for a name of a place.
        where: What must hold to be counted here; empty if nothing more than elsewhere.
        inside: The wider row that this one is a part of, such as the township of a village; empty if none.
    """

    id: str
    label: Text
    where: Key = frozenset()
    inside: Key = frozenset()


@attrs.frozen(kw_only=True)
class Figure:
    """Counts in rows and columns.

    Attributes:
        id: Stable name.
        title: What it shows.
        population: The denominator in words: who or what is counted.
        of: The conditions of the denominator.
        total: The denominator; None if withheld.
        period: The days it covers.
        rows: Its rows.
        columns: Its columns.
        counts: One tuple a row; a withheld count is None.
        relation: How the columns relate.
        row_totals: One a row where the columns are parts; empty otherwise.
        column_totals: One a column where every unit is in exactly one row; empty otherwise.
        rows_are_all: Whether each row splits the whole denominator anew.
        more_sums: Further sums that a reader of the figure can compute.

    Raises:
        ValidationError: Rows, columns and counts do not match.
    """

    id: str
    title: Text
    population: Text
    of: Key
    total: int | None
    period: Period
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    counts: tuple[tuple[int | None, ...], ...]
    relation: Columns = Columns.APART
    row_totals: tuple[int | None, ...] = ()
    column_totals: tuple[int | None, ...] = ()
    rows_are_all: bool = False
    more_sums: tuple[Sum[Key], ...] = ()

    def __attrs_post_init__(self) -> None:
        square = len(self.counts) == len(self.rows) and all(len(row) == len(self.columns) for row in self.counts)
        totals = len(self.row_totals) in {0, len(self.rows)} and len(self.column_totals) in {0, len(self.columns)}
        if not (square and totals):
            raise ValidationError(f"figure {self.id}: give one count for each row and column", reason="shape")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.rows or not self.columns

    def count(self, row: str, column: str | None = None) -> int | None:
        """Return one count; *column* may be left out where there is only one.

        Raises:
            NotFoundError: There is no such row or column.
        """
        rows = [heading.id for heading in self.rows]
        columns = [heading.id for heading in self.columns]
        wanted = column if column is not None else next(iter(columns), "")
        if row not in rows or wanted not in columns:
            raise NotFoundError(f"figure {self.id} has no cell {row!r}, {wanted!r}: ask for one of its headings")
        return self.counts[rows.index(row)][columns.index(wanted)]

    def cells(self) -> Iterator[tuple[Key, int | None]]:
        """Give every printed number with what it counts, totals included."""
        yield self.of, self.total
        for row, counts in zip(self.rows, self.counts, strict=True):
            for column, count in zip(self.columns, counts, strict=True):
                yield self.of | row.where | column.where, count
        for row, count in zip(self.rows, self.row_totals, strict=False):
            yield self.of | row.where, count
        for column, count in zip(self.columns, self.column_totals, strict=False):
            yield self.of | column.where, count

    def sums(self) -> Iterator[Sum[Key]]:
        """Give every way in which printed numbers add up to another."""
        if self.empty:
            return
        yield from self.more_sums
        if self.column_totals:
            for column in self.columns:
                parts = tuple(self.of | row.where | column.where for row in self.rows)
                yield Sum(whole=self.of | column.where, parts=parts)
                yield from self._nested(column)
        if self.relation is Columns.PARTS:
            wholes = [row.where for row in self.rows] + ([frozenset[str]()] if self.column_totals else [])
            for where in wholes:
                parts = tuple(self.of | where | column.where for column in self.columns)
                yield Sum(whole=self.of | where, parts=parts)
        if self.rows_are_all:
            yield from (Sum(whole=self.of, parts=(self.of | row.where,)) for row in self.rows)
        if self.relation is Columns.SUBSETS:
            for row in self.rows:
                for column in self.columns[1:]:
                    whole, part = self.of | row.where, self.of | row.where | column.where
                    yield Sum(whole=whole, parts=(part, part | {REST}))

    def _nested(self, column: Heading) -> Iterator[Sum[Key]]:
        groups: dict[Key, list[Key]] = {}
        for row in self.rows:
            if row.inside:
                groups.setdefault(row.inside, []).append(self.of | row.where | column.where)
        for inside, parts in groups.items():
            yield Sum(whole=self.of | inside | column.where, parts=tuple(parts))


@attrs.frozen(kw_only=True)
class Action:
    """Something to do next, counted.

    Attributes:
        id: Stable name.
        count: How many children, duties or helpers it concerns; None if withheld.
        text: What to do, with ``{count}`` where the number stands.
        key: What the number counts.
    """

    id: str
    count: int | None
    text: Text
    key: Key


@attrs.frozen(kw_only=True)
class Figures:
    """All figures of one report.

    Attributes:
        title: What the report is called.
        period: The period of duties.
        as_of: The day on which everything else is counted, as a period of one day.
        tables: The figures by id, in reading order.
        actions: What to do next, the most urgent first.
        national: The national statistics table; None if none was asked for.
        withheld_below: Counts from 1 up to, but without, this number are withheld; None if nothing is.
    """

    title: Text
    period: Period
    as_of: Period
    tables: tuple[Figure, ...]
    actions: tuple[Action, ...] = ()
    national: NationalTable | None = None
    withheld_below: int | None = None

    def __getitem__(self, figure_id: str) -> Figure:
        """Return the figure of that id.

        Raises:
            NotFoundError: There is none.
        """
        for table in self.tables:
            if table.id == figure_id:
                return table
        names = ", ".join(table.id for table in self.tables)
        raise NotFoundError(f"no figure is called {figure_id!r}: ask for one of {names}")

    def __contains__(self, figure_id: object) -> bool:
        return any(table.id == figure_id for table in self.tables)
