"""What does a county look like whose children nobody knows?

A made-up county for examples, tests and benchmarks: children, families, helpers and villages drawn from a seed, with
the margins of the published surveys, and the files in which people would really send them, errors included.
"""

from careprogram.testing.synthetic.columns import COLUMNS, RosterColumn
from careprogram.testing.synthetic.county import SURVEYED_ON, SyntheticCounty, synthetic_county
from careprogram.testing.synthetic.defects import PlantedDefect, PlantedDuplicate, PlantedGap
from careprogram.testing.synthetic.files import (
    WrittenCounty,
    helpers_csv,
    places_csv,
    roster_workbook,
    village_links_csv,
    write_county,
)
from careprogram.testing.synthetic.margins import Circumstance
from careprogram.testing.synthetic.roster import RosterSheet, roster_sheet
from careprogram.testing.synthetic.stream import STREAM_HEADINGS, synthetic_roster_csv

__all__ = [
    "COLUMNS",
    "STREAM_HEADINGS",
    "SURVEYED_ON",
    "Circumstance",
    "PlantedDefect",
    "PlantedDuplicate",
    "PlantedGap",
    "RosterColumn",
    "RosterSheet",
    "SyntheticCounty",
    "WrittenCounty",
    "helpers_csv",
    "places_csv",
    "roster_sheet",
    "roster_workbook",
    "synthetic_county",
    "synthetic_roster_csv",
    "village_links_csv",
    "write_county",
]
