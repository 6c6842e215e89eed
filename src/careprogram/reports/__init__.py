"""What came of it?

Figures of a run, each with its denominator and period; the national statistics table; a page, workbooks and
machine-readable files made from them. Everything here is computed from what other rooms decided: nothing is judged,
paired or stored, and no page and no figure names a child.
"""

from careprogram.reports.counting import figures, published
from careprogram.reports.figure import Action, Columns, Figure, Figures, Heading
from careprogram.reports.national import (
    BalanceProblem,
    NationalRow,
    NationalTable,
    NotCounted,
    check_balance,
    published_table,
)
from careprogram.reports.national_count import national_table
from careprogram.reports.page import render_page
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

__all__ = [
    "Action",
    "BalanceProblem",
    "Columns",
    "DutyLike",
    "Figure",
    "FigureSection",
    "Figures",
    "Heading",
    "NationalRow",
    "NationalTable",
    "NotCounted",
    "PairLike",
    "PairingSummary",
    "Period",
    "ReasonLike",
    "ReportSection",
    "Situation",
    "UnpairedLike",
    "VerdictLike",
    "check_balance",
    "figures",
    "national_table",
    "published",
    "published_table",
    "render_page",
    "shipped_sections",
]
