"""A whole table judged at once: Polars, PyArrow, DuckDB and Spark frames (extra ``columns``).

`judge_frame` gives every row its determination, categories, tier and the truth of each clause; `explain_row` gives the
full verdict of any row afterwards. Importing this loads no frame library.
"""

from careprogram.rules.columns.checking import TableProblem
from careprogram.rules.columns.frame import judge_frame
from careprogram.rules.columns.names import (
    DETERMINATION,
    KEY,
    TIER,
    Truths,
    category_column,
    clause_column,
    packed_column,
    result_columns,
    truths_in,
)
from careprogram.rules.columns.rows import answers_of, explain_row

__all__ = [
    "DETERMINATION",
    "KEY",
    "TIER",
    "TableProblem",
    "Truths",
    "answers_of",
    "category_column",
    "clause_column",
    "explain_row",
    "judge_frame",
    "packed_column",
    "result_columns",
    "truths_in",
]
