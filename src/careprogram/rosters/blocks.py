"""How are many rows read at once?

Column by column: what stands in every row of a column is read once, and a parser runs down the others without a step of
ours between two cells. A row with a cell that cannot be read is marked as refused and spoils no other; why it was
refused is for `plan` to find out, cell by cell.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from careprogram.errors import RosterError
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import CellFault
from careprogram.rosters.problems import CellValue

BLOCK_ROWS: Final = 64
"""How many rows are read at once: enough to make a block cheap, few enough for its cells to stay in a fast cache."""


def in_blocks(rows: Iterable[Sequence[CellValue]]) -> Iterator[list[Sequence[CellValue]]]:
    """Yield *rows* by the block; where the file breaks off, the rows before that come first."""
    block: list[Sequence[CellValue]] = []
    try:
        for row in rows:
            block.append(row)
            if len(block) == BLOCK_ROWS:
                yield block
                block = []
    except RosterError:
        if block:
            yield block
        raise
    if block:
        yield block


class Block:
    """Rows in which no cell stands beyond *width*; those left out at the ends of rows are empty.

    Attributes:
        size: How many rows.
        refused: The places, from 0, of the rows that hold something that cannot be read.
    """

    def __init__(self, rows: Sequence[Sequence[CellValue]], width: int) -> None:
        self.size = len(rows)
        self.refused: set[int] = set()
        columns = list(itertools.zip_longest(*rows, fillvalue=""))
        self._columns = columns + [("",) * self.size] * (width - len(columns))
        self._even = [column.count(column[0]) == self.size for column in self._columns]

    def is_blank(self, indices: Iterable[int]) -> bool:
        """Tell whether nothing stands in these columns."""
        return all(self._even[index] and self._columns[index][0] == "" for index in indices)

    def read(self, read: Callable[[Any], Any], index: int) -> Iterable[Any]:
        """Return what *read* makes of every cell of a column, without end where that is the same for all."""
        column = self._columns[index]
        return self._once(read, column[0]) if self._even[index] else self._each(read, column)

    def read_together(self, read: Callable[[Any], Any], indices: Sequence[int]) -> Iterable[Any]:
        """Return what *read* makes of the cells of several columns, a tuple for each row."""
        if all(self._even[index] for index in indices):
            return self._once(read, tuple(self._columns[index][0] for index in indices))
        return self._each(read, tuple(zip(*(self._columns[index] for index in indices), strict=True)))

    def _once(self, read: Callable[[Any], Any], cell: object) -> Iterable[Any]:
        try:
            return itertools.repeat(read(cell))
        except (CellFault, RowFault):
            self.refused.update(range(self.size))
            return itertools.repeat(None)

    def _each(self, read: Callable[[Any], Any], cells: Sequence[Any]) -> Iterable[Any]:
        try:
            return list(map(read, cells))
        except (CellFault, RowFault):
            return [self._one(read, cell, place) for place, cell in enumerate(cells)]

    def _one(self, read: Callable[[Any], Any], cell: object, place: int) -> Any:
        try:
            return read(cell)
        except (CellFault, RowFault):
            self.refused.add(place)
            return None
