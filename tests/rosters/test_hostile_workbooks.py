"""Does a broken or hostile workbook cost a message, and nothing else?"""

import datetime as dt
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from careprogram.errors import MissingExtraError, RosterError
from careprogram.rosters import WorkbookLimits, identify_with, read_roster, workbook

AS_OF = dt.date(2026, 9, 1)
IDENTIFY = identify_with(b"a key of sixteen")
SMALL = WorkbookLimits(memory_bytes=400 * 2**20, seconds=20)
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
}
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'


def book(sheet: str, strings: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(sheet))
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
    return stream.getvalue()


def cell(where: str, text: str) -> str:
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = (cell("A1", "姓名") + cell("B1", "出生日期"), cell("A2", "甲") + cell("B2", "2015-03-02"))
GOOD = f'<sheetData><row r="1">{ROWS[0]}</row><row r="2">{ROWS[1]}</row></sheetData>'


def refused(content: bytes, limits: WorkbookLimits = SMALL) -> str:
    with pytest.raises(RosterError) as caught:
        read_roster(content, as_of=AS_OF, identify=IDENTIFY, format="xlsx", limits=limits)
    return caught.value.reason


def test_a_workbook_made_by_hand_is_read() -> None:
    """So that the hostile ones below fail for what is hostile in them."""
    reading = read_roster(book(GOOD), as_of=AS_OF, identify=IDENTIFY, limits=SMALL)
    assert [child.name for child in reading.children] == ["甲"]


@pytest.mark.parametrize("length", [30, 200, 700])
def test_a_truncated_workbook_is_broken(length: int) -> None:
    """Cut anywhere, as a broken download leaves it."""
    assert refused(book(GOOD)[:length]) == "broken"


def test_what_is_no_workbook_is_called_so() -> None:
    """Text, a zip file of something else, an old workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refused("姓名,出生日期\n".encode()) == "not-a-workbook"
    assert refused(stream.getvalue()) == "not-a-workbook"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096) == "old-or-encrypted"


def test_an_encrypted_part_is_refused_before_it_is_opened() -> None:
    """The flag of encryption in the directory is enough."""
    content = bytearray(book(GOOD))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refused(bytes(content)) == "old-or-encrypted"


def test_a_bomb_is_weighed_before_it_is_opened() -> None:
    """Few bytes that declare to be many are refused without a reader."""
    bomb = book("<!--" + " " * 3_000_000 + "-->")
    assert len(bomb) < 10_000
    limits = WorkbookLimits(unpacked_bytes=2**20)
    begin = time.perf_counter()
    assert refused(bomb, limits) == "too-large"
    assert time.perf_counter() - begin < 1
    assert refused(bomb, WorkbookLimits(file_bytes=100)) == "too-large"


def test_a_bomb_that_lies_about_its_size_is_stopped_by_the_limits() -> None:
    """The directory says little, the part unpacks to 120 MB of shared strings: memory ends, the program does not."""
    many = "<si><t>" + "x" * 4_000_000 + "</t></si>"
    content = bytearray(book(GOOD, "<sst>" + many * 30 + "</sst>"))
    at = content.find(b"xl/sharedStrings.xml", content.find(b"PK\x01\x02"))
    content[at - 46 + 24 : at - 46 + 28] = struct.pack("<I", 1000)
    reason = refused(bytes(content), WorkbookLimits(memory_bytes=150 * 2**20, seconds=20))
    assert reason in {"reader-memory", "reader-crashed", "broken"}


def test_memory_ends_where_the_limits_say() -> None:
    """The same honest workbook is read with room enough and refused without."""
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + (
        "<si><t>" + "x" * 2_000_000 + "</t></si>"
    ) * 40 + "</sst>"  # fmt: skip
    content = book(GOOD, strings)
    roomy = WorkbookLimits(memory_bytes=1024 * 2**20)
    assert len(read_roster(content, as_of=AS_OF, identify=IDENTIFY, limits=roomy).children) == 1
    assert refused(content, WorkbookLimits(memory_bytes=90 * 2**20)) in {"reader-memory", "reader-crashed"}


@pytest.mark.parametrize("far", ["XFD1048576", "ZZZ9999999"])
def test_one_far_cell_makes_the_reader_abort_and_not_us(far: str) -> None:
    """A 1.4 kB file asks for a table of 17 thousand million cells."""
    content = book(f'<sheetData><row r="1">{cell("A1", "姓名")}{cell(far, "x")}</row></sheetData>')
    assert len(content) < 3000
    assert refused(content) in {"reader-crashed", "reader-memory", "broken"}
    assert len(read_roster(book(GOOD), as_of=AS_OF, identify=IDENTIFY).children) == 1


def test_a_lying_dimension_and_count_allocate_nothing() -> None:
    """What the sheet claims about itself is not believed, or stopped."""
    sheet = f'<dimension ref="A1:XFD1048576"/>{GOOD}'
    strings = '<sst count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>'
    try:
        reading = read_roster(book(sheet, strings), as_of=AS_OF, identify=IDENTIFY, limits=SMALL)
    except RosterError as error:
        assert error.reason in {"reader-crashed", "reader-memory", "broken"}  # noqa: PT017 - either is right
    else:
        assert len(reading.children) == 1


def test_deep_and_malformed_markup_is_refused() -> None:
    """A hundred thousand open tags, and a tag that never closes."""
    assert refused(book("<a>" * 100_000)) in {"missing-headings", "empty", "broken", "reader-crashed"}
    assert refused(book("<sheetData><row><c r='A1'")) in {"missing-headings", "empty", "broken", "reader-crashed"}


def _stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    path = tmp_path / "worker.py"
    path.write_text(script)
    monkeypatch.setattr(workbook, "_WORKER", path)


def test_a_reader_that_never_answers_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After its time it is killed, and the message says so."""
    _stand_in(monkeypatch, tmp_path, "import sys, time; sys.stdin.buffer.read(); time.sleep(60)")
    begin = time.perf_counter()
    assert refused(book(GOOD), WorkbookLimits(seconds=1)) == "reader-time"
    assert time.perf_counter() - begin < 10


def test_a_reader_that_loops_is_stopped_by_its_processor_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Even after the first sheet was opened, when no clock of ours runs any more."""
    script = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2]) + 1))\n"
        "sys.stdin.buffer.read()\n"
        'print(\'{"sheet": "s", "merged": []}\', flush=True)\n'
        "while True: pass\n"
    )
    _stand_in(monkeypatch, tmp_path, script)
    assert refused(book(GOOD), WorkbookLimits(seconds=1)) == "reader-time"


@pytest.mark.parametrize(
    "script",
    [
        "",
        "import os; os.abort()",
        "print('no json')",
        'print(\'{"sheet": "s", "merged": []}\'); print(\'["half a\', end=\'\')',
        'print(\'{"sheet": "s", "merged": []}\'); print(\'[]\')',
    ],
)
def test_a_reader_that_breaks_down_is_told_apart_from_an_empty_roster(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Silence, an abort, rubbish, half a block, a crooked one, or no word about the end: never a shorter roster."""
    _stand_in(monkeypatch, tmp_path, script)
    assert refused(book(GOOD)) == "reader-crashed"


@pytest.mark.parametrize("block", ['[2, ["a", "b"], ["c"]]', '["a"]', "[]", "[1000000000000]", '[[2], "a"]', "[-1]"])
def test_a_crooked_block_is_no_block(block: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Columns of unlike length, no number of rows, or one that nobody could hold: refused, not filled up or cut."""
    lines = ['{"sheet": "s", "merged": []}', '[2, ["姓名", "甲"], ["出生日期", "2015-03-02"]]']
    script = "import sys\nsys.stdin.buffer.read()\nfor line in {}: sys.stdout.buffer.write(line.encode() + b'\\n')"
    _stand_in(monkeypatch, tmp_path, script.format([*lines, '{"end": true}']))
    assert len(read_roster(book(GOOD), as_of=AS_OF, identify=IDENTIFY).children) == 1
    _stand_in(monkeypatch, tmp_path, script.format([*lines, block, '{"end": true}']))
    assert refused(book(GOOD)) == "reader-crashed"


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setattr(workbook.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"careprogram\[excel\]"):
        read_roster(book(GOOD), as_of=AS_OF, identify=IDENTIFY)


def test_an_abandoned_reading_leaves_no_process_behind() -> None:
    """Whoever stops after the first row has no child process to care for."""
    seen: list[workbook.subprocess.Popen[bytes]] = []
    real = workbook.subprocess.Popen

    class Watched(real):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            seen.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook.subprocess, "Popen", Watched)
        sheets = workbook.open_workbook(book(GOOD), SMALL)
        next(sheets)
        sheets.close()  # type: ignore[attr-defined]
    assert seen[0].returncode is not None
