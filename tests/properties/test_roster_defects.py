"""Is every planted error found at its row and column, and nothing else?"""

import csv
import datetime as dt
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.ids import ChildId
from careprogram.people import PlaceTree
from careprogram.people.identity_number import check_digit
from careprogram.rosters import iter_roster, read_roster
from careprogram.rosters.problems import column_letter
from careprogram.rosters.tables import open_sheets

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()
HEADINGS = (
    "序号", "姓名", "性别", "出生日期", "身份证号", "身体情况", "就学情况", "年级",
    "父亲状况", "父亲联系电话", "救助帮扶情况", "独生子女户",
)  # fmt: skip
WRONG = {
    "姓名": [("", "missing"), ("—", "missing")],
    "性别": [("中", "choice"), ("1", "choice")],
    "出生日期": [("2015-13-01", "date-impossible"), ("15.3.2", "date-two-digit-year"), ("2026-09-02", "date-in-future"),
                 ("1899-01-01", "date-before-1900"), ("2015.3", "date-without-day"), ("昨天", "date")],
    "身份证号": [("123", "identity-number-length"), ("11010519491231002A", "identity-number-characters"),
                 ("110105491231002", "identity-number-fifteen-digits")],
    "身体情况": [("好像健康", "choice")],
    "就学情况": [("大学", "choice")],
    "年级": [("毕业", "grade"), ("13", "grade")],
    "父亲状况": [("度假", "choice")],
    "父亲联系电话": [("1391234567", "phone-length"), ("没带", "phone-characters")],
    "救助帮扶情况": [("彩票", "choice")],
    "独生子女户": [("也许", "yes-no")],
}  # fmt: skip


def good_row(number: int) -> dict[str, str]:
    day = dt.date(2012, 1, 1) + dt.timedelta(days=number * 17 % 4000)
    identity = f"520526{day:%Y%m%d}{number % 500 * 2 + 1:03d}"
    return {
        "序号": str(number), "姓名": f"甲{number}", "性别": "男", "出生日期": day.isoformat(),
        "身份证号": identity + check_digit(identity),
        "身体情况": "健康", "就学情况": "小学", "年级": "三年级", "父亲状况": "外出务工", "父亲联系电话": "13912345678",
        "救助帮扶情况": "无", "独生子女户": "否",
    }  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, set[tuple[int, str, str]], list[int]]:
    """Draw a roster with planted errors and empty rows; return its text, what was planted, and the good rows."""
    planted: set[tuple[int, str, str]] = set()
    good: list[int] = []
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    title = draw(st.integers(0, 2))
    writer.writerows([["某县花名册", *[""] * (len(HEADINGS) - 1)]] * title)
    writer.writerow(HEADINGS)
    for at in range(draw(st.integers(0, 12))):
        row = title + 2 + at
        if draw(st.integers(0, 9)) == 0:
            writer.writerow([""] * len(HEADINGS))
            continue
        cells = good_row(at + 1)
        for heading in draw(st.sets(st.sampled_from(sorted(WRONG)), max_size=3) | st.just(set())):
            cells[heading], reason = draw(st.sampled_from(WRONG[heading]))
            planted.add((row, column_letter(HEADINGS.index(heading)), reason))
        if not any(where == row for where, _, _ in planted):
            good.append(row)
        writer.writerow([cells[heading] for heading in HEADINGS])
    return stream.getvalue(), planted, good


@settings(max_examples=120)
@given(spoiled())
def test_every_planted_error_is_found_at_its_place_and_nothing_else(
    case: tuple[str, set[tuple[int, str, str]], list[int]],
) -> None:
    """Row, column and reason are those planted; the good rows are the children, in order; problems stand in order."""
    text, planted, good = case
    reading = read_roster(text.encode(), as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES)
    found = [(problem.row, problem.column, problem.reason) for problem in reading.problems]
    assert set(found) == planted
    assert len(found) == len(planted)
    assert [where[:2] for where in found] == sorted(where[:2] for where in found)
    assert [child.id for child in reading.children] == [str(row) for row in good]
    assert [row.row for row in reading.bad_rows] == sorted({row for row, _, _ in planted})
    assert reading.totals.rows == len(good) + len(reading.bad_rows)


@settings(max_examples=60)
@given(spoiled(), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([",", ";", "\t"]))
def test_how_it_was_saved_does_not_matter(
    case: tuple[str, set[tuple[int, str, str]], list[int]], encoding: str, delimiter: str
) -> None:
    """Encodings and delimiters give the same children and problems."""
    text = case[0].replace(",", delimiter)
    one, other = (
        read_roster(content, as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES)
        for content in (case[0].encode(), text.encode(encoding))
    )
    assert one == other


@settings(max_examples=60)
@given(st.permutations(HEADINGS), st.integers(1, 5))
def test_the_order_of_columns_does_not_matter(order: list[str], rows: int) -> None:
    """Whatever stands first, the children are the same."""

    def content(headings: tuple[str, ...] | list[str]) -> bytes:
        lines = [",".join(headings), *(",".join(good_row(at)[heading] for heading in headings) for at in range(rows))]
        return "\n".join(lines).encode()

    one, other = (
        read_roster(content(headings), as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES)
        for headings in (HEADINGS, order)
    )
    assert one.children == other.children
    assert len(one.children) == rows


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_can_break_the_reader(content: bytes) -> None:
    """Any file is a roster, or is refused with a reason of ours; nothing else is ever raised."""
    from careprogram.errors import RosterError

    try:
        rows = list(iter_roster(content, as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES))
    except RosterError as error:
        assert error.reason  # noqa: PT017 - either is right
    else:
        assert rows


@settings(max_examples=150)
@given(st.lists(st.lists(st.text(max_size=6), min_size=len(HEADINGS), max_size=len(HEADINGS)), max_size=6))
def test_no_cells_can_break_the_reader(rows: list[list[str]]) -> None:
    """Below right headings any text is a child, a problem or no record; every row is accounted for once."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([HEADINGS, *rows])
    content = stream.getvalue().encode("utf-8", "replace")
    reading = read_roster(content, as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), places=PLACES)
    told = [int(child.id) for child in reading.children] + [row.row for row in reading.bad_rows]
    assert len(told) == len(set(told))
    (sheet,) = open_sheets(content)
    assert len(told) <= sum(1 for row in sheet.rows if any(cell.strip() for cell in row if isinstance(cell, str))) - 1
    assert all(any(problem.row == row.row for problem in reading.problems) for row in reading.bad_rows)
