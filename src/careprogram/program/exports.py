"""How does what a viewer may see become a file?

CSV, Excel and JSON of records that were looked at. The columns are the classified fields that somebody saw anything of,
in the order of the classification; lists stand in one cell as JSON. No cell can become a formula. It takes only what
the reading desk has decided on, so that no file holds more than the desk shows.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence

from careprogram.language import Language
from careprogram.program.looking import Seen
from careprogram.program.record_kinds import RecordKind
from careprogram.reports.sheets import Sheet, write_book

_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def export_json(kind: RecordKind, seen: Sequence[Seen]) -> bytes:
    """Return the records as one JSON document."""
    records = [{"id": one.id, "version": one.version, "document": one.document} for one in seen]
    text = json.dumps({"kind": kind.kind, "records": records}, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode(errors="backslashreplace")


def export_csv(kind: RecordKind, seen: Sequence[Seen]) -> bytes:
    """Return the records as CSV in UTF-8 with a mark; a cell that a spreadsheet would run begins with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    for row in _rows(kind, seen):
        writer.writerow([f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell for cell in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode(errors="backslashreplace")


def export_xlsx(kind: RecordKind, seen: Sequence[Seen], *, as_of: dt.date, language: Language) -> bytes:
    """Return the records as an Excel workbook in which every cell is text.

    Raises:
        MissingExtraError: xlsxwriter is not installed.
    """
    heading, *rows = _rows(kind, seen)
    title = kind.title.in_(language)
    sheet = Sheet(name=title, columns=tuple((name, 24) for name in heading), rows=tuple(map(tuple, rows)))
    return write_book([sheet], title=f"{title} · {as_of}", as_of=as_of)


def _rows(kind: RecordKind, seen: Sequence[Seen]) -> Iterator[list[str]]:
    """Return the heading and then the rows."""
    used = {path for one in seen for path in one.fields}
    inside_lists = {path for path in used if "[]" in path}
    columns = [path for path in kind.classification.classes if path in used - inside_lists]
    columns += [path for path in sorted({path.split("[]")[0] for path in inside_lists}) if path not in columns]
    columns = [path for path in columns if not any(other.startswith(f"{path}.") for other in columns)]
    yield ["record", "version", *columns]
    for one in seen:
        yield [one.id, str(one.version), *(_cell(_at(one.document, path)) for path in columns)]


def _at(document: Mapping[str, object], path: str) -> object:
    found: object = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
