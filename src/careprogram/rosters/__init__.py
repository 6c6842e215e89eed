"""How do rosters come in and go out, and what is wrong with one that came in?

Reads the tables that schools and villages keep (CSV, Excel) into people records and writes them back. It never judges a
child and never mends a value in silence.
"""

from careprogram.rosters.bad_rows import write_bad_rows
from careprogram.rosters.entries import EntryColumn, EntryRow, read_entries
from careprogram.rosters.fields import FIELDS, Field
from careprogram.rosters.helpers import HelperFacts, HelperReading, identify_helpers_with, read_helpers
from careprogram.rosters.identify import Identify, RowFacts, identify_with
from careprogram.rosters.lists import ListReading
from careprogram.rosters.localities import read_places, read_village_links
from careprogram.rosters.measurements import MeasuredRow, read_measurements
from careprogram.rosters.problems import BadRow, DuplicateRows, RosterProblem, RowReference, UnmappedHeading
from careprogram.rosters.read import RosterReading, RosterTotals, iter_roster, read_roster
from careprogram.rosters.rows import RowReading, SheetReading
from careprogram.rosters.workbook import WorkbookLimits
from careprogram.rosters.write import write_roster

__all__ = [
    "FIELDS",
    "BadRow",
    "DuplicateRows",
    "EntryColumn",
    "EntryRow",
    "Field",
    "HelperFacts",
    "HelperReading",
    "Identify",
    "ListReading",
    "MeasuredRow",
    "RosterProblem",
    "RosterReading",
    "RosterTotals",
    "RowFacts",
    "RowReading",
    "RowReference",
    "SheetReading",
    "UnmappedHeading",
    "WorkbookLimits",
    "identify_helpers_with",
    "identify_with",
    "iter_roster",
    "read_entries",
    "read_helpers",
    "read_measurements",
    "read_places",
    "read_roster",
    "read_village_links",
    "write_bad_rows",
    "write_roster",
]
