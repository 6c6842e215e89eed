"""Does a roster become children, and does everything wrong with it come out by row and column?"""

import base64
import codecs
import datetime as dt
import io
import json
import os
from pathlib import Path

import pytest

from careprogram.errors import RosterError
from careprogram.ids import ChildId
from careprogram.people import (
    AidKind,
    CaregiverRelation,
    GuardianshipKind,
    HealthStatus,
    ParentStatus,
    PlaceCode,
    PlaceTree,
    Schooling,
    SchoolingStatus,
    Sex,
)
from careprogram.people.places import Place
from careprogram.rosters import (
    RosterReading,
    RowFacts,
    RowReading,
    RowReference,
    SheetReading,
    identify_with,
    iter_roster,
    read_roster,
)
from careprogram.rosters.problems import MENDING
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
KEY = b"a key of sixteen"
NUMBER = "11010519491231002X"
SHARED = Path(os.environ.get("CAREPROGRAM_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
VILLAGE = PlaceCode("520526101203")
PLACES = PlaceTree.gb2260().with_places(
    (Place(code=PlaceCode("520526101"), name="草海镇"), Place(code=VILLAGE, name="白马村"))
)


def read(text: str, **options: object) -> RosterReading:
    options = {"as_of": AS_OF, "identify": identify_with(KEY), "places": PLACES} | options
    return read_roster(text.encode(), **options)  # type: ignore[arg-type]


def found(reading: RosterReading) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.reason) for problem in reading.problems]


def test_a_row_becomes_a_child() -> None:
    """Nested headings below a title, marks, dashes, full-width digits and a village."""
    child = read(
        "留守儿童花名册,,,,,,,,\n"
        "姓名,性别,出生日期,父亲,,母亲,,身体情况,,现居住地,监护类型\n"
        ",,,姓名,联系电话,姓名,状况,健康,残疾,,\n"
        "张三,男,２０１５．３．２,—,—,王芳,外出打工,√,,威宁县草海镇白马村3组,较好\n"
    ).children[0]
    assert (child.name, child.sex, child.birth_date) == ("张三", Sex.MALE, dt.date(2015, 3, 2))
    assert (child.father.status, child.father.phone, child.father.name) == (ParentStatus.DECEASED, None, UNKNOWN)
    assert (child.mother.name, child.mother.status) == ("王芳", ParentStatus.AWAY_WORKING)
    assert child.health.status is HealthStatus.HEALTHY
    assert child.health.illness is None
    assert (child.residence.place, child.residence.address) == (VILLAGE, "威宁县草海镇白马村3组")
    assert child.guardianship is GuardianshipKind.GOOD
    assert child.mother.birth_date is UNKNOWN


def test_every_bad_cell_of_a_row_is_reported_in_reading_order() -> None:
    """Rows count as people see them: the title, the headings and the empty row included."""
    reading = read(
        "花名册\n姓名,性别,出生日期,身份证号,父亲电话\n\n张三,男,2015-03-02,,13912345678\n李四,那,2015-13-02,123,1391234\n,男,2015-03-02,,\n"
    )
    assert found(reading) == [
        (5, "B", "choice"),
        (5, "C", "date-impossible"),
        (5, "D", "identity-number-length"),
        (5, "E", "phone-length"),
        (6, "A", "missing"),
    ]
    assert reading.totals.rows == 3
    assert (reading.totals.kept, reading.totals.held_back) == (1, 2)
    assert [row.row for row in reading.bad_rows] == [5, 6]


def test_a_problem_never_repeats_what_stood_there() -> None:
    """Neither its line, nor its repr, nor that of the bad row or the reading shows the cell."""
    reading = read(f"姓名,出生日期,身份证号\n欧阳小明,2015-13-02,{NUMBER[:-1]}1\n")
    shown = repr(reading) + "".join(f"{problem!r}{problem.line()}{problem.line('en')}" for problem in reading.problems)
    good = iter_roster("姓名,生日\n欧阳小明,2015-3-2".encode(), as_of=AS_OF, identify=identify_with(KEY))
    shown += repr(reading) + repr(reading.bad_rows) + repr(list(good))
    for secret in ("欧阳", "2015", NUMBER[:-1]):
        assert secret not in shown
    assert reading.problems[0].value_class == "text of 10 characters"
    assert reading.problems[0].line() == "第 2 行 B 列「出生日期」：10 个字的文本，历法中没有这一天"


def test_every_reason_says_how_to_mend_it_in_both_languages() -> None:
    """The English begins in English, the Chinese is Chinese, with Chinese punctuation."""
    for text in MENDING.values():
        assert text.en[:3].isascii()
        assert any("一" <= character <= "鿿" for character in text.zh)
        assert not set(text.zh) & set(",;:")


def test_birth_date_and_sex_must_agree_with_the_identity_number() -> None:
    """The child's are reported at their own cells, a parent's at the number; an empty cell is what the number tells."""
    heads = "姓名,性别,出生日期,身份证号,父亲姓名,父亲身份证号\n"
    assert found(read(f"{heads}甲,女,1949-12-30,{NUMBER},,\n")) == [(2, "C", "birth-date-differs")]
    assert found(read(f"{heads}甲,男,1949-12-31,{NUMBER},,\n")) == [(2, "B", "sex-differs")]
    assert found(read(f"{heads}甲,男,1949-12-30,{NUMBER},,\n")) == [
        (2, "B", "sex-differs"),
        (2, "C", "birth-date-differs"),
    ]
    assert found(read(f"{heads}甲,女,,,乙,{NUMBER}\n")) == [(2, "F", "sex-differs")]
    child = read(f"{heads}甲,,,{NUMBER},,\n").children[0]
    assert (child.birth_date, child.sex) == (dt.date(1949, 12, 31), Sex.FEMALE)
    child = read(f"{heads}甲,不详,不详,{NUMBER},,\n").children[0]
    assert (child.birth_date, child.sex) == (UNKNOWN, UNKNOWN)


def test_contradictions_show_beside_bad_cells() -> None:
    """A wrong telephone number does not hide that the birth date differs."""
    reading = read(f"姓名,出生日期,身份证号,父亲电话\n甲,1949-12-30,{NUMBER},12\n")
    assert found(reading) == [(2, "B", "birth-date-differs"), (2, "D", "phone-length")]


def test_parents_are_known_by_the_boxes_about_both() -> None:
    """Both away; one away and the other unable; and a status that contradicts the box is reported."""
    heads = "姓名,生日,父母双方同时外出,父母一方外出另一方无监护能力,无监护能力,父亲状况\n"
    both, one, wrong = "甲,2015-3-2,√,,,", "乙,2015-3-2,,√,母亲,", "丙,2015-3-2,√,,,在家"
    reading = read(f"{heads}{both}\n{one}\n{wrong}\n")
    assert [parent.status for parent in reading.children[0].parents] == [ParentStatus.AWAY_WORKING] * 2
    assert [parent.status for parent in reading.children[1].parents] == [ParentStatus.AWAY_WORKING, ParentStatus.UNABLE]
    assert reading.children[1].mother.guardianship_capacity is False
    assert found(reading) == [(4, "F", "status-conflict")]


def test_of_two_marks_the_second_is_one_too_many() -> None:
    """Where one answer may be given; where several may, both count, and a word in a box is no mark."""
    heads = "姓名,生日,身体情况健康,身体情况残疾,身体情况患病,救助帮扶情况享受低保,救助帮扶情况医疗救助\n"
    reading = read(f"{heads}甲,2015-3-2,,√,√,√,√\n乙,2015-3-2,是的,,,,\n丙,2015-3-2,×,√,,√,×\n丁,2015-3-2,,,,×,×\n")
    assert found(reading) == [(2, "E", "several-choices"), (3, "C", "mark")]
    third, fourth = reading.children
    assert third.health.status is HealthStatus.DISABLED
    assert third.household.aid == {AidKind.SUBSISTENCE_ALLOWANCE}
    assert (fourth.household.aid, fourth.health.status) == (frozenset(), UNKNOWN)


def test_who_looks_after_a_child_is_somebody_nobody_or_unknown() -> None:
    """A name, the word for nobody, the box for nobody, and silence are four different answers."""
    heads = "姓名,生日,委托监护人姓名,与被监护人关系,监护类型\n"
    rows = ("甲,2015-3-2,李奶奶,爷爷奶奶,", "乙,2015-3-2,,无人,", "丙,2015-3-2,,,无人监护", "丁,2015-3-2,,,")
    caregivers = [child.caregiver for child in read(heads + "\n".join(rows)).children]
    assert caregivers[0].relation is CaregiverRelation.PATERNAL_GRANDPARENT  # type: ignore[union-attr]
    assert caregivers[1:] == [None, None, UNKNOWN]


def test_what_a_child_out_of_school_leaves_blank_is_none_not_unknown() -> None:
    """A pupil's missing class is unknown; a dropout has none."""
    pupil, dropout = read("姓名,生日,就学情况,年级,班级\n甲,2015-3-2,小学,五年级,\n乙,2015-3-2,辍学,,\n").children
    assert pupil.schooling.class_name is UNKNOWN
    assert dropout.schooling == Schooling(
        status=SchoolingStatus.DROPPED_OUT, school=None, grade=None, class_name=None, homeroom_teacher=None
    )


def test_a_bare_yes_to_pairing_stands_from_the_day_of_the_roster() -> None:
    """否 is a refusal, a date is kept, a withdrawal before the consent is an error."""
    heads = "姓名,生日,监护人同意,同意日期,同意撤回日期\n"
    reading = read(f"{heads}甲,2015-3-2,是,,\n乙,2015-3-2,否,,\n丙,2015-3-2,是,2026-1-5,2026-1-4\n丁,2015-3-2,,,\n")
    yes, no, silent = (child.consent for child in reading.children)
    assert yes.given_on == AS_OF  # type: ignore[union-attr]
    assert (no, silent) == (None, UNKNOWN)
    assert found(reading) == [(4, "E", "order")]


def test_rows_that_are_no_children_are_passed_over() -> None:
    """Empty rows, column numbers, headings repeated on a new page, sums and signatures."""
    reading = read(
        "姓名,性别,出生日期\n1,2,3\n甲,男,2015-03-02\n,,\n姓名,性别,出生日期\n乙,女,2016-03-02\n合计,2,\n填报单位：某镇,,填表人：某\n"
    )
    assert [child.name for child in reading.children] == ["甲", "乙"]
    assert reading.problems == ()


def test_a_shifted_row_is_not_read() -> None:
    """More cells than headings mean a missing quote; cells left out at the end do not matter."""
    reading = read("姓名,出生日期,民族\n甲,2015-03-02,汉,族\n乙,2015-03-02\n丙,2015-03-02,,,,\n")
    assert found(reading) == [(2, "", "too-many-cells")]
    assert len(reading.children) == 2


def test_a_place_that_nobody_knows_leaves_a_gap_and_a_warning() -> None:
    """The row is kept with its address as written."""
    reading = read("姓名,生日,现居住地\n甲,2015-3-2,桃花源\n乙,2015-3-2,\n")
    assert [(one.row, one.column, one.reason, one.severity) for one in reading.problems] == [
        (2, "C", "place-not-found", "warning")
    ]
    assert reading.children[0].residence.address == "桃花源"
    assert reading.totals.held_back == 0


def test_the_later_of_two_rows_with_one_number_is_held_back() -> None:
    """So that no child counts twice; both rows are named."""
    reading = read(f"姓名,身份证号\n甲,{NUMBER}\n乙,\n丙,{NUMBER.lower()}\n")
    assert found(reading) == [(4, "B", "duplicate")]
    assert [child.name for child in reading.children] == ["甲", "乙"]
    pair = reading.duplicates[0]
    assert (pair.kind, pair.rows) == (
        "identity-number",
        (RowReference(sheet="", row=2), RowReference(sheet="", row=4)),
    )


def test_two_children_of_one_name_are_shown_and_both_kept() -> None:
    """Same name, birth date and village are for a person to decide; another village or an unknown one is no sign."""
    same = "甲,2015-3-2,威宁县草海镇白马村"
    reading = read(
        f"姓名,生日,现居住地\n{same}\n{same}\n甲,2015-3-2,威宁县草海镇\n甲,2015-3-2,\n甲,2015-3-2,\n{same}\n"
    )
    assert len({child.id for child in reading.children}) == 6
    assert [(pair.kind, pair.rows[0].row, pair.rows[1].row) for pair in reading.duplicates] == [
        ("name-birth-village", 2, 3),
        ("name-birth-village", 2, 7),
    ]


def test_an_id_is_given_once() -> None:
    """A row that claims the id of an earlier one is held back."""
    reading = read("姓名,生日,系统编号\n甲,2015-3-2,c1\n乙,2015-3-2,c1\n丙,2015-3-2,c2\n")
    assert [child.id for child in reading.children] == ["c1", "c2"]
    assert found(reading) == [(3, "C", "duplicate-id")]


def test_all_or_nothing_refuses_the_whole_file() -> None:
    """With every problem; warnings alone do not refuse."""
    with pytest.raises(RosterError, match="1 rows with errors, the first in row 3") as caught:
        read("姓名,生日\n甲,2015-3-2\n乙,2015-3\n", mode="all-or-nothing")
    assert [problem.reason for problem in caught.value.problems] == ["date-without-day"]  # type: ignore[attr-defined]
    assert caught.value.reason == "has-errors"
    assert len(read("姓名,生日,现居住地\n甲,2015-3-2,桃花源\n", mode="all-or-nothing").children) == 1


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode("gb18030"),
        lambda text: text.replace("\n", "\r\n").encode(),
    ],
)
def test_every_way_to_save_csv_reads_the_same(encode: object) -> None:
    """UTF-8 with and without a mark, GB18030, UTF-16; comma, semicolon, tab; both line ends."""
    text = "花名册,,\n姓名,性别,出生日期\n张䶮,男,2015-03-02\n李四,女,2016-03-02\n"
    reading = read_roster(encode(text), as_of=AS_OF, identify=identify_with(KEY))  # type: ignore[operator]
    assert [(child.name, child.sex) for child in reading.children] == [("张䶮", Sex.MALE), ("李四", Sex.FEMALE)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b",,\n,,\n", "missing-headings"),
        ("姓名,性别\n甲,男\n".encode(), "missing-headings"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-or-encrypted"),
        ("姓名,生日\n".encode() + b'"' + b"x" * 200_000, "csv"),
        ("姓名,生日\n".encode() + b"a,\n" * 40_000 + b"\xff\xfe\xff", "encoding"),
    ],
)
def test_what_is_no_roster_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    """Nothing in it, no headings, an old workbook, an endless quote, a broken character."""
    with pytest.raises(RosterError) as caught:
        read_roster(content, as_of=AS_OF, identify=identify_with(KEY))
    assert caught.value.reason == reason


def test_headings_alone_are_a_roster_of_nobody() -> None:
    """Nothing to read is no error."""
    reading = read("姓名,性别,出生日期\n")
    assert (reading.children, reading.problems, reading.totals.rows) == ((), (), 0)


def test_a_stream_is_read_row_by_row() -> None:
    """The first child comes before the rest of the stream was read; a stream need not be seekable, nor is it closed."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.blocks = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            self.blocks += 1
            start = "姓名,出生日期\n" if self.blocks == 1 else ""
            return (start + "甲,2015-03-02\n" * 1000).encode() if self.blocks < 50 else b""

    pipe = Pipe()
    rows = iter_roster(pipe, as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)))  # type: ignore[arg-type]
    sheet, first = next(rows), next(rows)
    assert isinstance(sheet, SheetReading)
    assert isinstance(first, RowReading)
    assert first.row == 2
    assert pipe.blocks < 5
    assert sum(1 for _ in rows) == 1000 * 49 - 1
    assert not pipe.closed


def test_naughty_strings_survive_as_names() -> None:
    """Whatever a name looks like, it comes back as it is but for the spaces around it."""
    path = SHARED / "naughty-strings" / "blns.base64.json"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    import csv

    names = [base64.b64decode(text).decode() for text in json.loads(path.read_text())]
    names = [
        name for name in dict.fromkeys(name.strip() for name in names) if name not in {"", "—", "-", "--", "?", "/"}
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([("姓名", "出生日期"), *((name, "2015-03-02") for name in names)])
    reading = read_roster(
        stream.getvalue().encode(), as_of=AS_OF, identify=lambda facts: ChildId(str(facts.row)), format="csv"
    )
    assert len(names) > 450
    assert [child.name for child in reading.children] == names


def test_ids_are_stable_keyed_and_opaque() -> None:
    """The same child has the same id in another file; another key gives another; nothing of the child shows."""
    one, other = f"姓名,身份证号\n甲,{NUMBER}\n", f"身份证号,姓名\n{NUMBER},甲某\n"
    first = read(one).children[0].id
    assert first == read(other).children[0].id
    assert first != read(one, identify=identify_with(b"another key of 16")).children[0].id
    assert NUMBER[6:14] not in first
    gap, another = (read(f"姓名,生日\n{name},2015-3-2\n").children[0].id for name in ("甲", "乙"))
    assert gap != another
    with pytest.raises(ValueError, match="too short"):
        identify_with(b"short")
    facts = RowFacts(sheet="", row=1, claimed_id="c1", identity_number=None, name="甲", birth_date=AS_OF, village="v")
    assert identify_with(KEY)(facts) == "c1"
    assert identify_with(KEY, trust_claims=False)(facts) != "c1"


def test_the_export_of_the_pupil_registry_is_read() -> None:
    """Members become parents and caregiver by their relation; what no record keeps is listed."""
    heads = (
        "姓名,性别,出生日期,出生地,籍贯,民族,国籍/地区,身份证件类型,身份证件号,港澳台侨外,政治面貌,健康状况,户口所在地,户口性质,入学年月,年级,班级,班内学号,"
        "入学方式,就读方式,现住址,通信地址,家庭地址,联系电话,邮政编码,是否独生子女,是否受过学前教育,是否留守儿童,是否进城务工人员随迁子女,是否孤儿,"
        "残疾类型,成员1姓名,成员1关系,成员1是否监护人,成员1联系电话,成员1现住址,成员1职务,成员2姓名,成员2关系,成员2是否监护人,成员2联系电话"
    )
    row = (
        "甲,男,20150302,贵州,贵州,汉族,中国,居民身份证,,否,少先队员,健康或良好,威宁县,农业家庭户口,202109,五年级,2,7,就近入学,住校,威宁县草海镇白马村,x,x,"
        "13912345678,553100,否,是,是,否,否,无残疾,王父,父亲,否,13912345679,广东,工人,李奶,奶奶,是,13912345670"
    )
    reading = read(f"{heads}\n{row}\n")
    child = reading.children[0]
    assert reading.problems == ()
    assert {note.reason for note in reading.unmapped} == {"known-unused"}
    assert (child.father.name, child.father.phone.text) == ("王父", "13912345679")  # type: ignore[union-attr]
    assert (child.caregiver.name, child.caregiver.relation) == ("李奶", CaregiverRelation.PATERNAL_GRANDPARENT)  # type: ignore[union-attr]
    assert (child.schooling.status, child.schooling.boarding) == (SchoolingStatus.PRIMARY, True)
    assert (child.health.status, child.health.disability) == (HealthStatus.HEALTHY, None)
    assert child.residence.place == VILLAGE
    assert child.moved_with_parents is False


def test_a_wrong_type_is_a_wrong_type() -> None:
    """A path is no content; it is not taken for one."""
    with pytest.raises((TypeError, AttributeError)):
        read_roster("roster.csv", as_of=AS_OF, identify=identify_with(KEY))  # type: ignore[arg-type]


def test_a_child_named_as_its_own_sibling_is_held_back() -> None:
    """A number that was typed into the wrong row is told by row and column; the other rows are read."""
    reading = read("姓名,生日,系统编号,兄弟姐妹系统编号\n甲,2015-3-2,c1,c1\n乙,2015-3-3,c2,c1\n")
    assert [child.id for child in reading.children] == ["c2"]
    assert [(problem.row, problem.column, problem.reason) for problem in reading.problems] == [(2, "D", "own-sibling")]
