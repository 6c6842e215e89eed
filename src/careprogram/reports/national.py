"""What is the national statistics table of 2016, and does a table add up?

The table of the national survey of left-behind children in the countryside: one row a place, numbered columns, and the
equations between them. Columns 21 to 23 are left out, because the source this was built from does not describe them.
The same check serves a table that we print and one that we read. Counting is for `national_count`.
"""

import datetime as dt
from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.errors import NotFoundError
from careprogram.language import Language, Text
from careprogram.reports.suppression import SMALL, Sum, withheld

COLUMNS: Final[Mapping[int, Text]] = {
    1: Text("总数", "total"),
    2: Text("0—5岁", "0-5 years"),
    3: Text("0—5岁男", "0-5 boys"),
    4: Text("0—5岁女", "0-5 girls"),
    5: Text("6—13岁", "6-13 years"),
    6: Text("6—13岁男", "6-13 boys"),
    7: Text("6—13岁女", "6-13 girls"),
    8: Text("14—16岁", "14-16 years"),
    9: Text("14—16岁男", "14-16 boys"),
    10: Text("14—16岁女", "14-16 girls"),
    11: Text("幼儿园", "kindergarten"),
    12: Text("未入园", "not in kindergarten"),
    13: Text("小学", "primary school"),
    14: Text("初中", "junior school"),
    15: Text("高中", "senior school"),
    16: Text("中职", "vocational school"),
    17: Text("辍学", "dropped out"),
    18: Text("不在学", "not at school"),
    19: Text("父母双方同时外出", "both parents away"),
    20: Text("一方外出、另一方无监护能力", "one away, the other unable"),
    24: Text("中小学寄宿", "boarding pupils"),
    25: Text("中小学不寄宿", "day pupils"),
    26: Text("祖父母、外祖父母监护", "with grandparents"),
    27: Text("亲戚朋友监护", "with relatives or friends"),
    28: Text("无人监护", "with nobody"),
    29: Text("一方外出、另一方无监护能力（由其照看）", "with the parent who is unable"),
    30: Text("监护较好", "guardianship good"),
    31: Text("监护一般", "guardianship fair"),
    32: Text("监护较差", "guardianship poor"),
}
"""The columns by number, as the form counts them; 21-23 are not described in the source."""

EQUATIONS: Final[tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = (
    ((1,), (2, 5, 8)),
    ((1,), tuple(range(11, 19))),
    ((1,), (19, 20)),
    ((1,), tuple(range(26, 30))),
    ((1,), (30, 31, 32)),
    ((2,), (3, 4)),
    ((5,), (6, 7)),
    ((8,), (9, 10)),
    ((13, 14), (24, 25)),
)
"""The balance equations: in every row, the columns on the left add up to as much as those on the right."""

SOURCE: Final = Text(
    "2016年农村留守儿童摸底排查统计表；第21—23列在所据资料中没有说明，未列入",
    "statistics table of the 2016 national survey; columns 21-23 are not described in the source and left out",
)


TOTAL: Final = "total"
"""The id of the row of the whole."""

COVERED: Final = "covered"
"""The name of the count of those that were to be counted."""


# A section of a plugin gets the table that later parts and files are made from.
def _frozen(cells: Mapping[int, int | None]) -> Mapping[int, int | None]:
    return MappingProxyType(dict(cells))


@attrs.frozen(kw_only=True)
class NationalRow:
    """One row of the table.

    Attributes:
        id: The code of the place, ``"total"``, or one ending in ``"?"`` for children whose place is not known.
        label: Name of the place.
        level: ``"total"``, ``"township"``, ``"village"``, or ``"place"`` where a table that was read does not say.
        cells: Counts by column number; None where withheld or not readable.
        inside: The id of the row that contains this one; None if none does.
    """

    id: str
    label: Text
    level: str
    cells: Mapping[int, int | None] = attrs.field(converter=_frozen)
    inside: str | None = None


@attrs.frozen(kw_only=True)
class NotCounted:
    """Covered children that could not be counted for one reason.

    Attributes:
        fact: The missing or contradictory fact.
        title: In words.
        count: How many children it concerns; a child that lacks two facts is in both. None if withheld.
    """

    fact: str
    title: Text
    count: int | None


@attrs.frozen(kw_only=True)
class NationalTable:
    """The table, and who could not enter it.

    Attributes:
        cutoff: The day on which ages are counted; None for a table that does not say.
        rows: The total first, then every township, each followed by its villages.
        covered: How many children were to be counted; None if withheld or not known.
        left_out: How many of these could not be; None if withheld or not known.
        not_counted: Why, the most frequent reason first.
    """

    cutoff: dt.date | None
    rows: tuple[NationalRow, ...]
    covered: int | None = None
    left_out: int | None = None
    not_counted: tuple[NotCounted, ...] = ()

    def row(self, row_id: str) -> NationalRow:
        """Return the row of that id.

        Raises:
            NotFoundError: There is none.
        """
        for row in self.rows:
            if row.id == row_id:
                return row
        raise NotFoundError(f"the national table has no row {row_id!r}")


@attrs.frozen(kw_only=True)
class BalanceProblem:
    """An equation that does not hold.

    Attributes:
        row: The id of the row.
        left: Names of the counts on the left: column numbers, or one column number of the row.
        left_sum: What they add up to.
        right: Column numbers on the right; empty where the rows inside were added up instead.
        right_sum: What they add up to.
    """

    row: str
    left: tuple[int, ...]
    left_sum: int
    right: tuple[int, ...]
    right_sum: int

    def message(self, language: Language = "zh") -> str:
        """Say which numbers differ, and where."""
        left = "+".join(map(str, self.left))
        if not self.right:
            zh = f"{self.row} 行：第{left}列为{self.left_sum}，所属各行合计为{self.right_sum}"
            en = f"row {self.row}: column {left} is {self.left_sum}, the rows inside add up to {self.right_sum}"
        else:
            right = "+".join(map(str, self.right))
            zh = f"{self.row} 行：第{left}列合计{self.left_sum}，第{right}列合计{self.right_sum}，两者应相等"
            en = f"row {self.row}: columns {left} make {self.left_sum}, columns {right} {self.right_sum}; not the same"
        return Text(zh, en).in_(language)


def check_balance(table: NationalTable) -> tuple[BalanceProblem, ...]:
    """Return every balance equation that does not hold, across columns and down the rows.

    An equation with a withheld or unreadable number cannot be checked and is passed over.

    Args:
        table: A table that we counted, or one that was read.

    Returns:
        The problems in reading order; empty for a table that balances.
    """
    found: list[BalanceProblem] = []
    for row in table.rows:
        found.extend(_across(row))
        inside = [other for other in table.rows if other.inside == row.id]
        if inside:
            found.extend(_down(row, inside))
    return tuple(found)


def _across(row: NationalRow) -> Iterator[BalanceProblem]:
    for left, right in EQUATIONS:
        one, other = _sum(row.cells, left), _sum(row.cells, right)
        if one is not None and other is not None and one != other:
            yield BalanceProblem(row=row.id, left=left, left_sum=one, right=right, right_sum=other)


def _down(row: NationalRow, inside: Sequence[NationalRow]) -> Iterator[BalanceProblem]:
    for column in COLUMNS:
        whole, parts = row.cells.get(column), [other.cells.get(column) for other in inside]
        known = [part for part in parts if part is not None]
        if whole is not None and len(known) == len(parts) and sum(known) != whole:
            yield BalanceProblem(row=row.id, left=(column,), left_sum=whole, right=(), right_sum=sum(known))


def _sum(cells: Mapping[int, int | None], columns: Sequence[int]) -> int | None:
    counts = [cells.get(column) for column in columns]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def published_table(table: NationalTable, *, below: int = SMALL) -> NationalTable:
    """Return the table with small counts withheld, and whatever would give them back.

    Only for a table that goes out alone: beside other figures take ``published(figures).national``, which withholds
    what the two together would give back.

    Args:
        table: A table that balances.
        below: Counts of 1 up to *below* − 1 are small.
    """
    return withhold(table, withheld(dict(named_counts(table)), known_sums(table), below=below))


def named_counts(table: NationalTable) -> Iterator[tuple[Hashable, int]]:
    """Give every number of the table that is not withheld, with a name for it."""
    for row in table.rows:
        yield from (((row.id, column), count) for column, count in row.cells.items() if count is not None)
    yield from ((name, count) for name, count in _outside(table) if count is not None)


def withhold(table: NationalTable, hidden: Container[Hashable]) -> NationalTable:
    """Return the table without the counts whose names are in *hidden*."""

    def keep(name: Hashable, count: int | None) -> int | None:
        return None if name in hidden else count

    rows = tuple(
        attrs.evolve(row, cells={column: keep((row.id, column), count) for column, count in row.cells.items()})
        for row in table.rows
    )
    reasons = tuple(attrs.evolve(one, count=keep(("fact", one.fact), one.count)) for one in table.not_counted)
    covered, left_out = keep(COVERED, table.covered), keep("left out", table.left_out)
    return attrs.evolve(table, rows=rows, covered=covered, left_out=left_out, not_counted=reasons)


def _outside(table: NationalTable) -> Iterator[tuple[Hashable, int | None]]:
    yield COVERED, table.covered
    yield "left out", table.left_out
    for one in table.not_counted:
        yield ("fact", one.fact), one.count


def known_sums(table: NationalTable) -> Iterator[Sum[Hashable]]:
    """Give every way in which numbers of the table add up to another."""
    for row in table.rows:
        for left, right in EQUATIONS:
            # Two sums that agree have a whole that no column prints.
            whole = (row.id, left[0] if len(left) == 1 else left)
            for side in (left, right):
                if len(side) > 1:
                    yield Sum(whole=whole, parts=tuple((row.id, column) for column in side))
        inside = [other.id for other in table.rows if other.inside == row.id]
        for column in COLUMNS if inside else ():
            yield Sum(whole=(row.id, column), parts=tuple((other, column) for other in inside))
    if table.covered is not None and table.left_out is not None:
        yield Sum(whole=COVERED, parts=("left out", (TOTAL, 1)))
        for one in table.not_counted:
            yield Sum(whole="left out", parts=(("fact", one.fact), ("not the fact", one.fact)))
