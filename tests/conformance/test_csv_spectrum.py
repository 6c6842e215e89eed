"""Do we split CSV as csv-spectrum expects?

The files lie in ../shared/data, where those named ``_crlf`` have lost their carriage returns.
"""

import json
import os
from pathlib import Path

import pytest

from careprogram.rosters.tables import open_sheets

FOLDER = Path(os.environ.get("CAREPROGRAM_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data")) / "csv-spectrum"
FILES = sorted(FOLDER.glob("*.csv"))

pytestmark = pytest.mark.skipif(not FILES, reason=f"csv-spectrum is not in {FOLDER}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_split_as_expected(path: Path) -> None:
    """Quotes, commas, line breaks and quotes in quotes; cells are neither trimmed nor typed."""
    content = path.read_bytes()
    if path.stem.endswith("_crlf"):
        content = content.replace(b"\n", b"\r\n")
    (sheet,) = open_sheets(content)
    headings, *rows = [list(row) for row in sheet.rows]
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert [dict(zip(headings, row, strict=True)) for row in rows] == expected
