"""What came of it?

Figures of a run, each with its denominator and period; the national statistics table; a page, workbooks and
machine-readable files made from them. Everything here is computed from what other rooms decided: nothing is judged,
paired or stored, and no page and no figure names a child.
"""

from careprogram.reports.counting import figures, published
from careprogram.reports.data import report_document, report_json, verdicts_json
from careprogram.reports.figure import Action, Columns, Figure, Figures, Heading
from careprogram.reports.list_reader import LIST_PURPOSES, ListReader, office_reader
from careprogram.reports.national import (
    BalanceProblem,
    NationalRow,
    NationalTable,
    NotCounted,
    check_balance,
    published_table,
)
from careprogram.reports.national_book import national_table_book, read_national_table
from careprogram.reports.national_count import national_table
from careprogram.reports.page import render_page
from careprogram.reports.pairing_data import pairing_json
from careprogram.reports.pairing_map import MapLine, MapPoint, PairingMap, pairing_map
from careprogram.reports.pairing_page import Remedies, render_pairing_page
from careprogram.reports.pairing_tree import PlaceNode, pairing_tree
from careprogram.reports.sections import FigureSection, ReportSection, shipped_sections
from careprogram.reports.situation import (
    DutyLike,
    PairingSummary,
    PairLike,
    Period,
    ReasonLike,
    Situation,
    UnpairedLike,
    VerdictLike,
)
from careprogram.reports.workbooks import duty_book, pairing_book, verdict_book

__all__ = [
    "LIST_PURPOSES",
    "Action",
    "BalanceProblem",
    "Columns",
    "DutyLike",
    "Figure",
    "FigureSection",
    "Figures",
    "Heading",
    "ListReader",
    "MapLine",
    "MapPoint",
    "NationalRow",
    "NationalTable",
    "NotCounted",
    "PairLike",
    "PairingMap",
    "PairingSummary",
    "Period",
    "PlaceNode",
    "ReasonLike",
    "Remedies",
    "ReportSection",
    "Situation",
    "UnpairedLike",
    "VerdictLike",
    "check_balance",
    "duty_book",
    "figures",
    "national_table",
    "national_table_book",
    "office_reader",
    "pairing_book",
    "pairing_json",
    "pairing_map",
    "pairing_tree",
    "published",
    "published_table",
    "read_national_table",
    "render_page",
    "render_pairing_page",
    "report_document",
    "report_json",
    "shipped_sections",
    "verdict_book",
    "verdicts_json",
]
