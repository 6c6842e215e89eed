"""The lists for the office: what they hold, what they never hold, and that Excel reads them as written."""

import datetime as dt
import html
import io
import re
import sys
import zipfile

import attrs
import pytest
from python_calamine import CalamineWorkbook

from careprogram.errors import MissingExtraError, ValidationError
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.reports import (
    NationalTable,
    Situation,
    duty_book,
    national_table,
    national_table_book,
    pairing_book,
    published_table,
    sheets,
    verdict_book,
)
from careprogram.reports.sheets import Sheet, write_book


def opened(book: bytes) -> dict[str, list[list[object]]]:
    """Return the sheets as a reader of Excel files sees them."""
    found = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


def all_books(situation: Situation) -> dict[str, bytes]:
    covered = {child.id for child in situation.children}
    table = national_table(situation.children, as_of=situation.as_of, covered=covered, places=situation.places)
    return {
        "pairing": pairing_book(situation),
        "verdicts": verdict_book(situation, explain=lambda policy, verdict: f"{policy}: {verdict.determination.value}"),
        "duties": duty_book(situation),
        "national": national_table_book(table),
    }


def test_pairs_are_listed_by_strategy_and_village(situation: Situation) -> None:
    """One row a pair, with what a coordinator needs to visit both."""
    found = opened(pairing_book(situation))
    assert list(found) == ["一对一", "一对一 未结对", "多对一", "多对一 未结对"]
    assert found["一对一"][1][:5] == ["草海镇大寨村", "张小1", "男", "三年级", "草海一小"]
    assert found["一对一"][1][5:8] == ["李老师", "教职工志愿者", "帮扶人"]
    assert found["一对一"][1][8:] == [700.0, "就熟 900，就近 500", "c1", "h1"]
    assert [row[10:] for row in found["多对一"][1:]] == [["c1", "h1"], ["c1", "h2"], ["c2", "h1"], ["c3", "h3"]]


def test_unpaired_children_are_listed_with_every_reason(situation: Situation) -> None:
    """All reasons, the weightiest first, in the reader's language."""
    rows = opened(pairing_book(situation))["一对一 未结对"]
    assert rows[1:] == [
        ["草海镇小河村", "张小3", "男", "因为places；因为distance", "c3"],
        ["雪山镇大寨村", "张小4", "男", "因为screening", "c4"],
    ]
    english = opened(pairing_book(situation, language="en"))["one-to-one unpaired"]
    assert english[1][3] == "because places; because distance"


def test_verdicts_are_listed_with_tier_category_missing_facts_and_change(situation: Situation) -> None:
    """Each policy has a sheet; a child that it never judged is there too."""
    found = opened(verdict_book(situation))
    assert list(found) == ["全国定义", "县计划"]
    by_id = {row[7]: row[:7] for row in found["全国定义"]}
    assert by_id["c2"] == ["草海镇大寨村", "张小2", "符合", 1.0, "父母双方外出", "", dt.date(2026, 10, 1)]
    assert by_id["c5"][2:6] == ["待定", "", "", "性别"]
    assert by_id["c8"][2:6] == ["未判定", "", "", ""]
    assert "原因" not in found["全国定义"][0]


def test_reasons_are_listed_only_where_somebody_explains(situation: Situation) -> None:
    """Reasons tell more than answers: they are asked for, not given by default."""
    found = opened(verdict_book(situation, explain=lambda policy, verdict: f"{policy} {verdict.tier}"))
    assert found["全国定义"][0][-1] == "原因"
    assert "cn.left-behind.2016 1" in {row[-1] for row in found["全国定义"]}


def test_duties_are_listed_by_month_with_whoever_is_responsible(situation: Situation) -> None:
    """Names come from helpers and village links; nobody is called nobody; a duty of the program is for all."""
    found = opened(duty_book(situation))
    assert list(found) == ["此前", "2026年9月", "2026年10月", "此后"]
    assert found["2026年9月"][1:] == [
        [dt.date(2026, 9, 5), "家访", "草海镇大寨村", "张小1", "帮扶人 李老师", "", "c1"],
        [dt.date(2026, 9, 6), "家访", "草海镇大寨村", "张小2", "村儿童主任 钱主任", "", "c2"],
    ]
    assert found["2026年10月"][1][4] == "（无人负责）"
    assert found["此后"][1][2:] == ["（全部）", "", "村儿童主任 钱主任", "", ""]


def test_what_comes_back_every_week_is_one_line_a_month(situation: Situation) -> None:
    """A recurring duty of one child in one hand stands once a month, with each of its days; no day is lost."""
    first = next(duty for duty in situation.duties if duty.child == "c1")
    weekly = [attrs.evolve(first, due=dt.date(2026, 9, day)) for day in (1, 8, 15, 22)]
    found = opened(duty_book(attrs.evolve(situation, duties=weekly)))
    assert [row[0] for row in found["2026年9月"][1:]] == [dt.date(2026, 9, 1)]
    assert found["2026年9月"][1][5] == "09-01, 09-08, 09-15, 09-22"


@pytest.mark.parametrize("name", ["pairing", "verdicts", "duties", "national"])
def test_no_list_holds_more_than_its_reader_needs(situation: Situation, name: str) -> None:
    """Least privilege: no identity number, no telephone, no address, no health, no birth date."""
    children = tuple(attrs.evolve(child, name="甲") for child in situation.children)
    book = all_books(attrs.evolve(situation, children=children))[name]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        text = "".join(parts.read(part).decode() for part in parts.namelist())
    for secret in ("13912345678", "13912345679", "秘密街", "2017-03-01", "520526201703010015"):
        assert secret not in text


@pytest.mark.parametrize(
    "name", ["=1+1", "+86", "-2", "@SUM(A1)", "http://example.invalid", "007", "{=A1}", "\x07bell"]
)
def test_a_name_is_never_a_formula_a_link_or_a_number(situation: Situation, name: str) -> None:
    """Every text cell is text, whatever somebody typed."""
    children = (attrs.evolve(situation.children[0], name=name), *situation.children[1:])
    book = verdict_book(attrs.evolve(situation, children=children))
    shown = {row[1] for row in opened(book)["全国定义"]}
    assert any(str(one).endswith(name[-4:]) for one in shown)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        written = "".join(parts.read(part).decode() for part in parts.namelist() if "/sheet" in part)
    assert "<f>" not in written
    assert "<hyperlink" not in written


@pytest.mark.parametrize("name", ["pairing", "verdicts", "duties", "national"])
def test_the_same_facts_give_the_same_bytes(situation: Situation, name: str) -> None:
    """A second run writes the same file, so that nobody wonders what changed."""
    first, second = all_books(situation)[name], all_books(situation)[name]
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        core = parts.read("docProps/core.xml").decode()
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"W3CDTF\">([^<]+)<", core)) == {"2026-08-31T00:00:00Z"}


def test_a_list_can_be_filtered_and_printed(situation: Situation) -> None:
    """The header stays, the columns filter, the page is landscape and one page wide."""
    with zipfile.ZipFile(io.BytesIO(pairing_book(situation))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:L3"/>' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet


def test_a_title_with_ampersands_is_printed_as_it_is(empty_situation: Situation) -> None:
    """An ampersand is a command in a page header: it is doubled, and never cut in half."""
    title = "x" * 98 + "&&&"
    book = write_book([Sheet(name="a", columns=(("b", 5),), rows=())], title=title, as_of=empty_situation.as_of)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    header = html.unescape(page.split("<oddHeader>")[1].split("</oddHeader>")[0])
    assert header == f"&L{'x' * 98}&&&&&R&A"


def test_books_without_anything_say_so(empty_situation: Situation) -> None:
    """A workbook must have a sheet; it says that there is nothing."""
    assert list(opened(pairing_book(empty_situation)).values()) == [[["没有内容"]]]
    assert list(opened(duty_book(empty_situation, language="en"))) == ["open duties"]


def test_tabs_get_names_that_the_format_allows(situation: Situation) -> None:
    """Too long, forbidden characters, the same name twice in other letters, and the one reserved word."""
    names = ["a" * 40, "A" * 40, "x[1]:*?/\\y", "'quoted'", "", "History", "history"]
    book = write_book(
        [Sheet(name=name, columns=(("c", 5),), rows=(("v",),)) for name in names], title="t & t", as_of=situation.as_of
    )
    found = list(opened(book))
    assert found == ["a" * 31, "A" * 26 + " #2", "x 1 y", "quoted", "-", "History #2", "history #3"]


def test_a_list_too_long_for_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is lost at the limit of the format."""
    monkeypatch.setattr(sheets, "ROWS_A_SHEET", 3)
    rows = tuple((number,) for number in range(7))
    found = opened(
        write_book([Sheet(name="list", columns=(("n", 5),), rows=rows)], title="t", as_of=dt.date(2026, 1, 1))
    )
    assert {name: [row[0] for row in cells[1:]] for name, cells in found.items()} == {
        "list": [0, 1, 2],
        "list (2)": [3, 4, 5],
        "list (3)": [6],
    }


def test_a_withheld_count_is_a_star_in_the_workbook(situation: Situation) -> None:
    """A published table can be handed on as a file."""
    covered = {child.id for child in situation.children}
    table = national_table(situation.children, as_of=situation.as_of, covered=covered, places=situation.places)
    cells = opened(national_table_book(published_table(table)))["农村留守儿童统计表"]
    assert "*" in cells[4]
    assert not {1.0, 2.0, 3.0, 4.0} & set(cells[4][2:])


def test_a_table_without_a_cutoff_date_is_not_written() -> None:
    """Ages mean nothing without the day on which they were counted."""
    with pytest.raises(ValidationError, match="cut-off date"):
        national_table_book(NationalTable(cutoff=None, rows=()))


def test_without_xlsxwriter_the_error_names_the_extra(situation: Situation, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it was needed for."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r"Excel workbook needs 'xlsxwriter'.*careprogram\[excel\]"):
        pairing_book(situation)


def test_an_unknown_name_is_shown_as_a_gap(situation: Situation) -> None:
    """Nobody must take a gap for an empty cell that was forgotten."""
    from careprogram.unknown import UNKNOWN

    children = (attrs.evolve(situation.children[0], name=UNKNOWN), *situation.children[1:])
    scores = {"familiarity": Text("老熟人", "old friends")}
    rows = opened(pairing_book(attrs.evolve(situation, children=children, scores=scores)))["一对一"]
    row = next(row for row in rows if row[10] == ChildId("c1"))
    assert (row[1], row[9]) == ("未填", "老熟人 900，就近 500")
