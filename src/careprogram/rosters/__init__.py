"""How do rosters come in and go out, and what is wrong with one that came in?

Reads the tables that schools and villages keep (CSV, Excel) into people records and writes them back. It never judges a
child and never mends a value in silence.
"""

from careprogram.rosters.identify import Identify, RowFacts, identify_with
from careprogram.rosters.problems import BadRow, DuplicateRows, RosterProblem, RowReference, UnmappedHeading
from careprogram.rosters.read import RosterReading, RosterTotals, iter_roster, read_roster
from careprogram.rosters.rows import RowReading, SheetReading
from careprogram.rosters.workbook import WorkbookLimits

__all__ = [
    "BadRow",
    "DuplicateRows",
    "Identify",
    "RosterProblem",
    "RosterReading",
    "RosterTotals",
    "RowFacts",
    "RowReading",
    "RowReference",
    "SheetReading",
    "UnmappedHeading",
    "WorkbookLimits",
    "identify_with",
    "iter_roster",
    "read_roster",
]
